// Package sender is a sender's side in Go: it seals a message to a channel's
// verified key, submits it until the Front has it, and reads the answers.
//
// The command-line tool, tests and partners' programs use it; people use the
// page, which says the same to the Front. It keeps nothing: whoever wants to
// repeat a submission after a crash keeps the Submission. Errors and requests
// never carry what was written. It may import the ground (wire, envelope, seal,
// mailbox, bundle, receipt) and net/http.
package sender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"waylight/internal/wire"
)

// A Front is the public server as a sender sees it.
type Front struct {
	URL  string       // "https://help.example.org" or an onion address, without a path
	HTTP *http.Client // nil means Client("")
	// Patience is how long a request is repeated while the line is broken or the
	// Front busy. Zero means once. It never cuts a request that is under way.
	Patience time.Duration
	Pause    time.Duration // before the first repetition, then doubled up to 15 s; zero means 200 ms
}

// Refused is an answer that repeating will not change.
type Refused struct{ Code wire.Code }

func (r *Refused) Error() string { return "the Front refused: " + string(r.Code) }

// toil is a task that the Front sets before it takes the same request.
type toil struct{ work wire.Work }

func (t *toil) Error() string { return "the Front asks for some work first" }

// ErrOffline means that no answer came within the patience.
var ErrOffline = errors.New("the Front did not answer")

// maxAnswer bounds what is read of an answer: a mailbox of replies.
const maxAnswer = 256 << 20

// Channels fetches the Front's channels and salt.
func (f *Front) Channels(ctx context.Context) (wire.Channels, error) {
	var c wire.Channels
	err := f.call(ctx, http.MethodGet, wire.PathChannels, nil, &c)
	return c, err
}

// Get fetches any public path, for looking at a Front from outside. Only a
// broken line is an error; the answer's status is returned.
func (f *Front) Get(ctx context.Context, path string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(f.URL, "/")+path, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("the Front's address: %w", err)
	}
	req.Header.Set("User-Agent", "")
	resp, err := f.client().Do(req)
	if err != nil {
		return 0, nil, ErrOffline
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return 0, nil, ErrOffline
	}
	return resp.StatusCode, body, nil
}

// Headers fetches those of one path.
func (f *Front) Headers(ctx context.Context, path string) (map[string][]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(f.URL, "/")+path, nil)
	if err != nil {
		return nil, fmt.Errorf("the Front's address: %w", err)
	}
	req.Header.Set("User-Agent", "")
	resp, err := f.client().Do(req)
	if err != nil {
		return nil, ErrOffline
	}
	return resp.Header, resp.Body.Close()
}

// call sends one request and repeats it while that may help. body is nil, raw
// bytes or something to write as JSON; into may be nil.
func (f *Front) call(ctx context.Context, method, path string, body, into any) error {
	raw, kind := []byte(nil), "application/octet-stream"
	switch b := body.(type) {
	case nil:
	case []byte:
		raw = b
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			return err
		}
		kind = "application/json"
	}
	patience, stop := context.WithTimeout(ctx, f.Patience)
	defer stop()
	wait := f.Pause
	if wait == 0 {
		wait = 200 * time.Millisecond
	}
	for ; ; wait = min(2*wait, 15*time.Second) {
		err := f.once(ctx, method, path, raw, kind, into)
		if !errors.Is(err, ErrOffline) || patience.Err() != nil {
			return err
		}
		pause := time.NewTimer(wait)
		select {
		case <-patience.Done():
			pause.Stop()
			return err
		case <-pause.C:
		}
	}
}

func (f *Front) once(ctx context.Context, method, path string, raw []byte, kind string, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(f.URL, "/")+path, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("the Front's address: %w", err)
	}
	if raw != nil {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("User-Agent", "") // nothing that tells senders apart
	resp, err := f.client().Do(req)
	if err != nil {
		return ErrOffline // the cause names the address
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode == http.StatusTooManyRequests {
		var asks wire.Refusal
		if err == nil && json.Unmarshal(answer, &asks) == nil && asks.Work != nil {
			return &toil{*asks.Work}
		}
	}
	switch {
	case err != nil, resp.StatusCode >= 500, resp.StatusCode == http.StatusTooManyRequests:
		return ErrOffline
	case resp.StatusCode >= 300:
		var refusal wire.Refusal
		if json.Unmarshal(answer, &refusal) != nil || refusal.Code == "" {
			refusal.Code = wire.BadRequest
		}
		return &Refused{Code: refusal.Code}
	case into == nil:
		return nil
	case json.Unmarshal(answer, into) != nil:
		return &Refused{Code: wire.BadRequest}
	}
	return nil
}

// patienceOfOneRequest is for a chunk of 256 KiB at half a kilobyte a second.
const patienceOfOneRequest = 10 * time.Minute

// Client makes a client that follows no redirect. proxy is the address of a
// proxy through which everything goes, such as "socks5h://127.0.0.1:9050" for
// Tor; empty means what the environment says.
func Client(proxy string) (*http.Client, error) {
	transport := http.DefaultTransport
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil || u.Host == "" {
			return nil, errors.New("the proxy's address is not of the form socks5h://127.0.0.1:9050")
		}
		proxied := http.DefaultTransport.(*http.Transport).Clone()
		proxied.Proxy = http.ProxyURL(u)
		transport = proxied
	}
	return &http.Client{
		Timeout:       patienceOfOneRequest,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func (f *Front) client() *http.Client {
	if f.HTTP != nil {
		return f.HTTP
	}
	client, err := Client("")
	if err != nil {
		panic(err) // only a wrong proxy is refused
	}
	return client
}
