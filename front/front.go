// Package front is the public zone: it wires spool, letterbox, noticeboard and
// hatch into one server that can read nothing of what passes through it.
//
// A Front owns one folder: spool.db and chunks/ (sealed letters and replies),
// board.db (public keys and pages), petitions.db (sealed signatures) and salt (public, made once). It writes no
// access log and no temporary files. It may import its own rooms and the ground,
// never the Desk.
package front

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"waylight/front/internal/hatch"
	"waylight/front/internal/letterbox"
	"waylight/front/internal/noticeboard"
	"waylight/front/internal/signatures"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/fastlane"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/serve"
)

// Front is one public server.
type Front struct {
	spool         *spool.Spool
	board         *noticeboard.Board
	signed        *signatures.Store
	public, desks http.Handler
	ready         *shelf       // what lies ready of public
	listen, hatch net.Listener // hatch is nil when it shares listen
	hatchHere     bool         // the hatch is served on listen
	onion         *onionDoor   // nil without an onion service
	plain         *door        // leads to TLS; nil without TLS of our own
	secure        bool         // listen speaks TLS
	log           *slog.Logger
}

// New opens the folder and the addresses of a Front. Nothing is served before
// Run. c may be nil: the machine's clock.
func New(ctx context.Context, config Config, c clock.Clock, log *slog.Logger) (f *Front, err error) {
	if c == nil {
		c = clock.System()
	}
	f = &Front{log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	salt, err := openSalt(config.Folder)
	if err != nil {
		return f, err
	}
	organisations, desks := config.organisations()
	if f.spool, f.board, err = stores(ctx, config, c, organisations, salt); err != nil {
		return f, err
	}
	if f.signed, err = openSignatures(ctx, config, c); err != nil {
		return f, err
	}
	common := letterbox.Config{Spool: f.spool, Petitions: f.signed.View(), Clock: c, Log: log, Salt: salt, Title: config.Title, Exit: config.Exit, MaxForm: config.MaxForm, HTTPS: config.HTTPS, Mirror: config.Mirror}
	if common.Effort, err = effortKey(ctx, f.spool); err != nil {
		return f, err
	}
	pages, places, err := config.pages(f.board, common)
	if err != nil {
		return f, err
	}
	mux := http.NewServeMux()
	f.desks = hatch.New(f.spool, f.board, f.signed, c, salt[:], desks).Handler()
	if f.hatchHere = config.HatchListen == "" && !config.hatchByOnionOnly(); f.hatchHere {
		mux.Handle(hatchway.Prefix, f.desks)
	}
	f.public = pages(mux)
	if config.Onion {
		h := pages(http.NewServeMux())
		if f.onion, err = openOnion(config, h, f.desks, &shelf{handler: h, places: places}, log); err != nil {
			return f, err
		}
	}
	f.public = announce(f.public, f.location(config))
	f.ready = &shelf{handler: f.public, places: places, up: f.OnionUp}
	if f.listen, err = listen(config.Listen); err != nil {
		return f, err
	}
	if len(config.ACME) > 0 {
		f.ready = nil // TLS of our own may speak HTTP/2
		if err := f.useTLS(config); err != nil {
			return f, err
		}
	}
	if config.HatchListen != "" {
		f.hatch, err = listen(config.HatchListen)
	}
	return f, err
}

func (c Config) organisations() ([]noticeboard.Organisation, []hatch.Organisation) {
	var boards []noticeboard.Organisation
	var desks []hatch.Organisation
	for _, o := range c.Organisations {
		b := noticeboard.Organisation{Name: o.Name, Key: o.Key}
		for _, ch := range o.Channels {
			b.Channels = append(b.Channels, ch.ID)
		}
		boards = append(boards, b)
		desks = append(desks, hatch.Organisation{Organisation: b, Desk: o.Hatch})
	}
	return boards, desks
}

// useTLS makes the visitors' address speak TLS.
func (f *Front) useTLS(config Config) error {
	d, err := openSecureDoor(config)
	if err != nil {
		return err
	}
	f.listen, f.secure = d.listener(f.listen), true
	if config.PlainListen == "" {
		return nil
	}
	l, err := listen(config.PlainListen)
	if err != nil {
		return err
	}
	f.plain = &door{l, d.plain(config.ACME), nil}
	return nil
}

// Scheme is how visitors speak to Addr: "http" or "https".
func (f *Front) Scheme() string {
	if f.secure {
		return "https"
	}
	return "http"
}

// Addr is the address at which visitors are served, with the port that the
// system chose where the configuration says 0.
func (f *Front) Addr() string { return f.listen.Addr().String() }

// HatchAddr is the address of the hatch; empty when Desks come by onion only.
func (f *Front) HatchAddr() string {
	switch {
	case f.hatch != nil:
		return f.hatch.Addr().String()
	case f.hatchHere:
		return f.Addr()
	}
	return ""
}

// Run serves until ctx ends, lets running requests finish, and returns.
func (f *Front) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	doors := []door{{f.listen, f.public, f.ready}}
	if f.hatch != nil {
		doors = append(doors, door{f.hatch, f.desks, nil})
	}
	if f.plain != nil {
		doors = append(doors, *f.plain)
	}
	if f.onion != nil {
		doors = append(doors, f.onion.doors...)
		all.Go(func() { f.onion.keeper.Run(ctx) })
	}
	failed := make([]error, len(doors))
	for i, d := range doors {
		all.Go(func() {
			defer cancel() // one that fails ends the others
			failed[i] = d.run(ctx, f.log)
		})
	}
	all.Go(func() { f.sweep(ctx) })
	all.Go(func() { f.refresh(ctx) })
	all.Go(func() { f.watchRoom(ctx) })
	all.Wait()
	return errors.Join(failed...)
}

// sweep forgets every hour what nobody needs any more.
func (f *Front) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := errors.Join(f.spool.Sweep(ctx), f.signed.Sweep(ctx)); err != nil && ctx.Err() == nil {
			f.log.Error("old letters could not be swept away", "type", fmt.Sprintf("%T", err))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close closes what New opened.
func (f *Front) Close() error {
	var errs []error
	listeners := []net.Listener{f.listen, f.hatch}
	if f.plain != nil {
		listeners = append(listeners, f.plain.Listener)
	}
	if f.onion != nil {
		for _, d := range f.onion.doors {
			listeners = append(listeners, d.Listener)
		}
	}
	for _, l := range listeners {
		if l != nil {
			if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
	}
	if f.spool != nil {
		errs = append(errs, f.spool.Close())
	}
	if f.board != nil {
		errs = append(errs, f.board.Close())
	}
	if f.signed != nil {
		errs = append(errs, f.signed.Close())
	}
	return errors.Join(errs...)
}

// door is an address and what is served there.
type door struct {
	net.Listener
	handler http.Handler
	ready   *shelf // what need not be asked of handler; nil: nothing
}

// run serves at the door until ctx ends.
func (d door) run(ctx context.Context, log *slog.Logger) error {
	s := serve.Server(d.handler)
	if d.ready == nil {
		return serve.Run(ctx, d.Listener, s)
	}
	puts, err := d.ready.puts()
	if err != nil {
		return err
	}
	// One that fails ends the other.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lane := fastlane.New(d.Listener, d.ready.answer, puts, fastlane.Limits{Head: s.ReadHeaderTimeout, Idle: s.IdleTimeout, Write: s.WriteTimeout, End: serve.Finish}, log)
	s.ConnState = lane.State
	failed := make(chan error, 1)
	go func() {
		defer cancel()
		failed <- lane.Run(ctx)
	}()
	err = serve.Run(ctx, lane.Rest(), s)
	cancel()
	return errors.Join(err, <-failed)
}

func listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		// A socket left by a process that was killed would keep the address.
		if info, err := os.Lstat(path); err == nil && info.Mode().Type() == fs.ModeSocket {
			if err := os.Remove(path); err != nil {
				return nil, err
			}
		}
		l, err := net.Listen("unix", path)
		if err != nil {
			return nil, err
		}
		// The proxy or onion service belongs to the socket's group, nobody else.
		return l, os.Chmod(path, 0o660)
	}
	return net.Listen("tcp", address)
}

// saltFile holds the public salt of the mailboxes. Codes depend on it: a lost
// salt closes every mailbox of this Front for good.
const saltFile = "salt"

// Init makes the folder of a new Front and its salt. An existing salt is kept.
func Init(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	var salt mailbox.Salt
	rand.Read(salt[:])
	file, err := os.OpenFile(filepath.Join(folder, saltFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.Write(salt[:])
	return errors.Join(err, file.Sync(), file.Close())
}

func openSalt(folder string) (mailbox.Salt, error) {
	b, err := os.ReadFile(filepath.Join(folder, saltFile))
	if errors.Is(err, fs.ErrNotExist) {
		return mailbox.Salt{}, fmt.Errorf("%s has no file %q: make the folder with \"waylight-front init\", or bring the file back from a copy", folder, saltFile)
	}
	if err != nil {
		return mailbox.Salt{}, err
	}
	if len(b) != len(mailbox.Salt{}) {
		return mailbox.Salt{}, fmt.Errorf("the file %q in %s is damaged: bring it back from a copy", saltFile, folder)
	}
	return mailbox.Salt(b), nil
}
