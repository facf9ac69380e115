package hatchway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
)

// Client speaks to one Front for one Desk. Every call may be repeated.
type Client struct {
	base  string
	key   Signer
	clock clock.Clock
	http  *http.Client
}

// Dial makes a client; it does not connect yet. base is the hatch's address
// ("https://example.org"), transport is nil for the usual one.
func Dial(base string, key Signer, c clock.Clock, transport http.RoundTripper) (*Client, error) {
	if err := CheckAddress(base); err != nil {
		return nil, err
	}
	return &Client{
		base: strings.TrimSuffix(base, "/"), key: key, clock: c,
		http: &http.Client{
			Transport: transport,
			Timeout:   5 * time.Minute, // a slow line must still carry a large answer
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return errors.New("the Front's hatch does not redirect")
			},
		},
	}, nil
}

// CheckAddress says what is wrong with the address of a hatch.
func CheckAddress(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return errors.New("the Front's address must look like https://example.org")
	}
	return nil
}

// Pull fetches up to limit envelopes with ids above after.
func (c *Client) Pull(ctx context.Context, after string, limit int) (Pulled, error) {
	var p Pulled
	return p, c.post(ctx, PathPull, Pull{After: after, Max: limit}, &p)
}

// Chunk fetches one sealed chunk of a file.
func (c *Client) Chunk(ctx context.Context, upload string, index int) ([]byte, error) {
	path := Prefix + "chunk/" + url.PathEscape(upload) + "/" + strconv.Itoa(index)
	return c.call(ctx, http.MethodGet, path, nil)
}

// Confirm tells the Front to forget envelopes that the Desk holds durably.
func (c *Client) Confirm(ctx context.Context, ids []string) error {
	return c.post(ctx, PathDone, Confirm{IDs: ids}, &Done{})
}

// Took tells the Front to forget readings that the Desk has dealt with.
func (c *Client) Took(ctx context.Context, looks []LookRef) error {
	return c.post(ctx, PathDone, Confirm{IDs: []string{}, Looks: looks}, &Done{})
}

// Replies pushes sealed replies and returns the ids of those whose mailbox is gone.
func (c *Client) Replies(ctx context.Context, replies []Reply) (gone []string, err error) {
	var d Delivered
	err = c.post(ctx, PathReply, Replies{Replies: replies}, &d)
	return d.Gone, err
}

// Keys posts signed key bundles.
func (c *Client) Keys(ctx context.Context, notes ...string) error {
	return c.post(ctx, PathKeys, Keys{Notes: notes}, &Done{})
}

// PostKeys posts signed key bundles with the checkpoint of the log that they make.
func (c *Client) PostKeys(ctx context.Context, k Keys) error {
	return c.post(ctx, PathKeys, k, &Done{})
}

// KeyLog fetches the organisation's log as the Front has it.
func (c *Client) KeyLog(ctx context.Context) (KeyLog, error) {
	var l KeyLog
	b, err := c.call(ctx, http.MethodGet, PathLog, nil)
	if err != nil {
		return l, err
	}
	return l, decode(b, &l)
}

// Publish replaces the organisation's public pages.
func (c *Client) Publish(ctx context.Context, p Publication) error {
	return c.post(ctx, PathPages, p, &Done{})
}

// Erase removes mailboxes and the replies in them.
func (c *Client) Erase(ctx context.Context, mailboxes ...string) error {
	return c.post(ctx, PathErase, Erase{Mailboxes: mailboxes}, &Done{})
}

// Status asks how the Front stands.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var s Status
	b, err := c.call(ctx, http.MethodGet, PathStatus, nil)
	if err != nil {
		return s, err
	}
	return s, decode(b, &s)
}

func (c *Client) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return errors.New("hatchway: a request that cannot be written") // the cause could quote it
	}
	b, err := c.call(ctx, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	return decode(b, out)
}

func decode(b []byte, out any) error {
	if json.Unmarshal(b, out) != nil {
		return errors.New("hatchway: the Front's answer is not well formed; is this the hatch's address?")
	}
	return nil
}

func (c *Client) call(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	stamp, err := Sign(c.key, method, path, body, c.clock.Now())
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set(Header, stamp)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("reaching the Front: %w", nameless(err))
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return nil, fmt.Errorf("reading the Front's answer: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return b, nil
	}
	r := &Refusal{}
	if json.Unmarshal(b, r) != nil || r.Code == "" {
		return nil, fmt.Errorf("the Front answered with status %d and no reason; is this the hatch's address?", res.StatusCode)
	}
	return nil, r
}

// nameless is the inner cause of a failed call: the layers around it name the
// Front's address, which is the Desk's own business, not the log's.
func nameless(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	for op := new(net.OpError); errors.As(err, &op); {
		err = op.Err
	}
	if d := new(net.DNSError); errors.As(err, &d) {
		err = errors.New("its name is not known: " + d.Err)
	}
	return err
}
