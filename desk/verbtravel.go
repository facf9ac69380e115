package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/web/awayweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/serve"
	"waylight/internal/travelpack"
)

// travelVerb shows a travel pack on this machine, to this machine alone, until its end.
func travelVerb(ctx context.Context, t terminal, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return errors.New("say which pack: travel FILE")
	}
	path := args[0]
	set := flags(t, "travel")
	file := set.String("passphrase-file", "", "file with the passphrase of the pack; - is standard input")
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	pass, err := t.passphrase(*file, "Passphrase of the pack: ")
	if err != nil {
		return err
	}
	serve.Harden(slog.New(slog.NewTextHandler(t.err, nil)))
	r, err := openPack(path, pass, clock.System())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, r.close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	h, err := r.handler(stop, "http://"+l.Addr().String(), t.out)
	if err != nil {
		return errors.Join(err, l.Close(), r.close())
	}
	go r.endInTime(ctx, stop)
	err = serve.Run(ctx, l, serve.Server(h))
	return errors.Join(err, r.close(), r.end(t.out))
}

// reader is an opened pack with its journal.
type reader struct {
	path, journalPath string
	clock             *clock.Steady
	unlock            func() error

	mu      sync.Mutex
	bag     *travel.Bag
	journal *travelpack.Journal
	token   string // opens the pages once
	cookie  string
}

// journalOf is the file beside a pack.
func journalOf(path string) string { return strings.TrimSuffix(path, ".pack") + ".journal" }

// openPack opens a pack and its journal. A pack whose time is over is deleted; its journal stays.
func openPack(path, passphrase string, c clock.Clock) (*reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	sealed, err := io.ReadAll(io.LimitReader(f, travelpack.MaxPack+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	r := &reader{path: path, journalPath: journalOf(path), clock: clock.NewSteady(c), token: secretText(), cookie: secretText()}
	p, key, err := travelpack.Open(sealed, passphrase, r.clock, time.Time{})
	over := errors.Is(err, travelpack.ErrExpired)
	switch {
	case errors.Is(err, travelpack.ErrPassphrase):
		return nil, errors.New("the passphrase is wrong, or the file was altered")
	case errors.Is(err, travelpack.ErrNotPack):
		return nil, errors.New("this is no travel pack")
	case err != nil && !over:
		return nil, err
	}
	if over {
		return nil, r.over()
	}
	if r.unlock, err = lockFile(r.journalPath); err != nil {
		return nil, err
	}
	j, entries, err := travelpack.OpenJournal(r.journalPath, p.ID, key.Journal())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the journal %s cannot be gone on with: bring it home, or put it away: %w", r.journalPath, err), r.unlock())
	}
	r.journal = j
	if r.bag, err = travel.Unpack(p, entries); err != nil {
		return nil, errors.Join(err, r.close())
	}
	// A clock that was set back counts no further than to the latest time that was seen.
	r.clock.NotBefore(r.bag.Latest())
	if !r.clock.Now().Before(p.Until) {
		return nil, errors.Join(r.close(), r.over())
	}
	if err := r.write(travel.Opened, travel.Entry{Form: ids.New("form")}); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func secretText() string {
	var b [32]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// over deletes a pack whose time has passed and says what is left.
func (r *reader) over() error {
	if err := os.Remove(r.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the time of this pack is over, and it could not be deleted; delete it yourself: %w", err)
	}
	return fmt.Errorf("the time of this pack is over; it was deleted. What was written is kept in %s: bring that file home", r.journalPath)
}

// write keeps an entry on the disk, then in sight.
func (r *reader) write(kind string, e travel.Entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.bag.Line {
		if w.Form == e.Form {
			return nil // two of the same form at once
		}
	}
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	at := r.clock.Now()
	if err := r.journal.Append(travelpack.Entry{At: at, Kind: kind, Body: body}); err != nil {
		return fault.New(fault.Busy, "It could not be kept. Note it elsewhere, close the pack, see that the disk has room, and open it again.")
	}
	line := append([]travel.Written(nil), r.bag.Line...)
	bag := *r.bag
	bag.Line = append(line, travel.Written{At: at, Kind: kind, Entry: e})
	r.bag = &bag
	return nil
}

func (r *reader) sight() *travel.Bag {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bag
}

// close closes the journal.
func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.journal.Close(), r.unlock())
}

// end deletes the pack when its time has come.
func (r *reader) end(out io.Writer) error {
	if !r.ended() {
		fmt.Fprintf(out, "The pack is closed. What was written is kept in %s.\n", r.journalPath)
		return nil
	}
	return r.over()
}

func (r *reader) ended() bool { return !r.clock.Now().Before(r.sight().Pack.Until) }

// endInTime stops the pages when the pack ends.
func (r *reader) endInTime(ctx context.Context, stop func()) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for !r.ended() {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	stop()
}

const awayCookie = "waylight-away"

// handler serves the pages to whoever has come by the address that the terminal
// shows, which opens once; it answers to no other name than this machine's own.
func (r *reader) handler(stop func(), base string, out io.Writer) (http.Handler, error) {
	words, err := i18n.Load(locales()...)
	if err != nil {
		return nil, err
	}
	me := staff.Actor{Member: staff.Member{ID: r.sight().Load.Member, Name: r.sight().Load.Name, Active: true}}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: r.clock, Site: serve.Site{Log: slog.New(slog.DiscardHandler)}, Actor: func(*http.Request) (staff.Actor, error) { return me, nil }})
	(&awayweb.Room{Bag: r.sight, Write: r.write, Shut: func() { time.AfterFunc(200*time.Millisecond, stop) }}).Register(m)
	host := strings.TrimPrefix(base, "http://")
	show := func() { fmt.Fprintf(out, "travel: %s/open/%s\n", base, r.token) }
	show()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case req.Host != host:
			http.Error(w, "This is not the address that the terminal shows.", http.StatusForbidden)
		case r.ended():
			http.Error(w, "The time of this pack is over. What was written is kept in the journal: bring it home.", http.StatusGone)
			stop()
		case req.Method == http.MethodGet && strings.HasPrefix(req.URL.Path, "/open/"):
			if !r.admit(strings.TrimPrefix(req.URL.Path, "/open/")) {
				http.Error(w, "This address was used already. The terminal shows the next one.", http.StatusForbidden)
				return
			}
			show()
			http.SetCookie(w, &http.Cookie{Name: awayCookie, Value: r.cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			// Not a redirect: a browser sends no strict cookie on one that began elsewhere.
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
			w.Header().Set("Referrer-Policy", "no-referrer")
			fmt.Fprint(w, `<!doctype html><html lang="en"><meta http-equiv="refresh" content="0;url=/"><title>Travel pack</title><p><a href="/">Open the pack</a></p></html>`)
		default:
			c, err := req.Cookie(awayCookie)
			if err != nil || subtle.ConstantTimeCompare([]byte(c.Value), []byte(r.cookie)) != 1 {
				http.Error(w, "Open the address that the terminal shows.", http.StatusForbidden)
				return
			}
			m.ServeHTTP(w, req)
		}
	}), nil
}

// admit takes the secret of the address, once.
func (r *reader) admit(token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(token), []byte(r.token)) != 1 {
		return false
	}
	r.token = secretText()
	return true
}
