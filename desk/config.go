// Package desk wires the private zone: the server where an organisation works.
//
// The Desk starts locked. The first member to sign in brings the desk key into
// memory, which opens the database; from then on the courier calls at the Front,
// jobs run and clocks are watched, also while nobody is signed in. Lock wipes
// every key and closes the database. The package may import every room of its
// zone; nothing imports it but the mains and tests.
package desk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"waylight/desk/internal/admin"
	"waylight/internal/clock"
)

// Config says where a Desk keeps its things and how it runs.
type Config struct {
	Dir       string            // made by Init
	Clock     clock.Clock       // nil: the machine's
	Log       *slog.Logger      // nil: standard error, without requests or addresses
	Transport http.RoundTripper // to the Front; nil: through FrontProxy, or the usual one
	Captures  Captures          // take pages of the web when somebody asks for one
	// CaptureProxy is the way to those pages; empty: FrontProxy, or directly. CaptureBrowser is
	// Chromium's program; empty: what is found. CaptureAllow lets a test's own server be reached.
	CaptureProxy, CaptureBrowser string
	CaptureAllow                 func(netip.AddrPort) bool
	Feeds                        bool          // fetch feeds of statements and press
	FrontProxy                   string        // "socks5h://127.0.0.1:9050": everything to the Front goes through it, by name
	TorControl                   string        // of the tor behind FrontProxy; empty: Debian's; "none": tor has the hatch's key already
	Public                       string        // address where visitors come; empty: the hatch's, unless that is an onion address
	LookEvery                    time.Duration // between looks at the Front from outside, about; 0: an hour
	PullEvery                    time.Duration // between calls at the Front; 0: 5 seconds
	MailEvery                    time.Duration // between visits at the mailbox; 0: a minute
	WatchEvery                   time.Duration // between looks at clocks and jobs; 0: 1 second
	LockAfter                    time.Duration // without any member signed in; 0: never by itself
	Bell                         string        // program that is run when somebody must look and nobody may know it yet; empty: none
	BellLocked                   time.Duration // how long the Desk may stay locked before it rings; 0: 15 minutes
	BellEvery                    time.Duration // between two rings; 0: 15 minutes
	CertFile                     string        // TLS certificate and key; empty: plain HTTP, for this machine only
	KeyFile                      string
	// StampAuthorities are asked for time stamps; StampRoots is a PEM file with the roots that are trusted for it.
	StampAuthorities []string
	StampRoots       string
	Idle             bool // nothing runs by itself: for verbs of the command line
	Mirror           bool // also offers the pages in made-up words from right to left; no line of the file sets it
}

func (c *Config) complete() error {
	if c.Dir == "" {
		return errors.New("say where the Desk's folder is")
	}
	if _, err := os.Stat(filepath.Join(c.Dir, admin.KeyFile)); err != nil {
		return fmt.Errorf("there is no Desk in %s; make one with: waylight-desk init", c.Dir)
	}
	if c.Clock == nil {
		c.Clock = clock.System()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if c.Transport == nil && c.FrontProxy != "" {
		t, err := throughProxy(c.FrontProxy)
		if err != nil {
			return err
		}
		c.Transport = t
	}
	if c.Bell != "" {
		if _, err := exec.LookPath(c.Bell); err != nil {
			return fmt.Errorf("the bell cannot be rung: %w; give a program with its whole path, or leave the setting out", err)
		}
	}
	if c.BellLocked == 0 {
		c.BellLocked = 15 * time.Minute
	}
	if c.BellEvery == 0 {
		c.BellEvery = 15 * time.Minute
	}
	if c.LookEvery == 0 {
		c.LookEvery = time.Hour
	}
	if c.PullEvery == 0 {
		c.PullEvery = 5 * time.Second
	}
	if c.MailEvery == 0 {
		c.MailEvery = time.Minute
	}
	if c.WatchEvery == 0 {
		c.WatchEvery = time.Second
	}
	return nil
}
