package front

import (
	"bytes"
	"sync/atomic"

	"waylight/internal/fastlane"
)

// ReadyAt is the answer that lies ready for a plain request; empty: net/http is asked.
func (f *Front) ReadyAt(path, host string, gzip bool) []byte {
	return bytes.Join(f.ready.answer(fastlane.Request{Path: []byte(path), Host: []byte(host), Gzip: gzip}, nil), nil)
}

// OnionAt lets what lies ready tell of an invented onion address while up is true.
func (f *Front) OnionAt(address string, up *atomic.Bool) {
	told := func() string {
		if up.Load() {
			return address
		}
		return ""
	}
	f.ready = &shelf{handler: announce(f.public, told), places: f.ready.places, up: up.Load}
}

// TakenAt reports whether a signature is taken before net/http's server.
func (f *Front) TakenAt(path string, body []byte) bool {
	p, err := f.ready.puts()
	return err == nil && p.Wants([]byte(path), len(body)) && len(p.Take(fastlane.Request{Path: []byte(path), Body: body}, nil)) > 0
}
