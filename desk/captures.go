package desk

import (
	"context"
	"fmt"
	"os/exec"

	"waylight/desk/internal/capture"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/fetch"
)

// Captures says whether pages of the web are taken, and how.
type Captures string

// How pages are taken.
const (
	NoCaptures    Captures = ""        // only those are kept that were made elsewhere
	PageCaptures  Captures = "page"    // without a browser
	StillCaptures Captures = "still"   // also with one, in which no script runs
	AllCaptures   Captures = "browser" // also with the page's scripts
)

// openCaptures builds the room of captures. Where a browser cannot be fenced in,
// pages are taken without it, and the log says why.
func (r *rooms) openCaptures() error {
	as := func(tx *store.Tx) capture.Store { return tx }
	r.captures = &capture.Keeper{Within: capture.Within(store.Within(r.db, as)), Reading: capture.Within(store.Reading(r.db, as)), Locker: r.locker, Clock: r.clock, Kept: func() { r.stampNow.Store(true) }}
	if r.cfg.Captures == NoCaptures {
		return nil
	}
	c := snare.Config{Fetch: fetch.Config{Proxy: r.cfg.CaptureProxy, Allow: r.cfg.CaptureAllow}, Clock: r.clock}
	if c.Fetch.Proxy == "" {
		c.Fetch.Proxy = r.cfg.FrontProxy
	}
	if r.cfg.Captures != PageCaptures {
		c.Browser, c.Scripts = r.chromium(), r.cfg.Captures == AllCaptures
	}
	s, err := snare.New(c)
	if err != nil {
		return fmt.Errorf("captures-proxy: %w", err)
	}
	r.captures.Snare = visitor{s, r}
	return nil
}

// chromium is the browser that pages are taken with; empty when there is none that can be fenced in.
func (r *rooms) chromium() string {
	if err := snare.Fenced(); err != nil {
		r.cfg.Log.Warn("captures: pages are taken without a browser", "error", err)
		return ""
	}
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if r.cfg.CaptureBrowser != "" {
		names = []string{r.cfg.CaptureBrowser}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	r.cfg.Log.Warn("captures: there is no Chromium here; pages are taken without a browser")
	return ""
}

// visitor takes pages as long as the Desk is open.
type visitor struct {
	*snare.Snare
	r *rooms
}

// Take ends with the Desk: what locks it must not wait for a page.
func (v visitor) Take(ctx context.Context, address string, how snare.How) (*snare.Taken, error) {
	if err := v.r.spare.room(); err != nil {
		return nil, err // before the site learns anything
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(v.r.ctx, cancel)()
	t, err := v.Snare.Take(ctx, address, how)
	if err == nil && v.r.ctx.Err() != nil {
		return nil, fault.New(fault.Locked, "The Desk was locked meanwhile. Nothing was kept.")
	}
	return t, err
}
