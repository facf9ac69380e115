package spool_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waylight/front/internal/spool"
)

// Whatever is sent, sent again, altered, taken and reopened in whatever order:
// the spool holds exactly what a plain list would hold.
func TestSpoolIsLikeAList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		dir, err := os.MkdirTemp(t.TempDir(), "model")
		if err != nil {
			rt.Fatal(err)
		}
		open := func() *spool.Spool {
			s, err := spool.Open(ctx, spool.Config{Folder: dir})
			if err != nil {
				rt.Fatal(err)
			}
			return s
		}
		s := open()
		defer func() { s.Close() }()
		var sent []spool.Envelope
		boxes := map[spool.ID][32]byte{}
		waits := map[spool.ID]bool{}
		some := func() spool.Envelope { return rapid.SampledFrom(sent).Draw(rt, "one that was sent") }
		expect := func(e spool.Envelope, proved, fresh bool, want error) {
			got, err := s.Submit(ctx, e, proved)
			if !errors.Is(err, want) || got != fresh {
				rt.Fatalf("fresh %v, %v; want %v, %v", got, err, fresh, want)
			}
		}
		keep := func(e spool.Envelope) {
			sent = append(sent, e)
			boxes[e.Mailbox] = e.SignKey
			waits[e.ID] = true
		}
		rt.Repeat(map[string]func(*rapid.T){
			"a new one": func(*rapid.T) {
				e := sample()
				expect(e, rapid.Bool().Draw(rt, "signed"), true, nil)
				keep(e)
			},
			"the same again": func(rt *rapid.T) {
				if len(sent) == 0 {
					rt.Skip()
				}
				expect(some(), rapid.Bool().Draw(rt, "signed"), false, nil)
			},
			"altered": func(rt *rapid.T) {
				if len(sent) == 0 {
					rt.Skip()
				}
				e := some()
				e.Sealed = slices.Clone(e.Sealed)
				e.Sealed[rapid.IntRange(0, len(e.Sealed)-1).Draw(rt, "at")] ^= 1
				expect(e, true, false, spool.ErrConflict)
			},
			"a follow-up": func(rt *rapid.T) {
				if len(sent) == 0 {
					rt.Skip()
				}
				e := sample()
				e.Mailbox = some().Mailbox
				key, known := boxes[e.Mailbox]
				if !known { // erased meanwhile: it begins anew
					expect(e, true, true, nil)
					keep(e)
					return
				}
				expect(e, true, false, spool.ErrConflict) // another key
				e.SignKey = key
				expect(e, false, false, spool.ErrUnsigned)
				expect(e, true, true, nil)
				keep(e)
			},
			"taken": func(rt *rapid.T) {
				if len(sent) == 0 {
					rt.Skip()
				}
				e := some()
				if err := s.Confirm(ctx, channels, []spool.ID{e.ID}); err != nil {
					rt.Fatal(err)
				}
				delete(waits, e.ID)
			},
			"erased": func(rt *rapid.T) {
				if len(sent) == 0 {
					rt.Skip()
				}
				e := some()
				if err := s.Erase(ctx, e.Mailbox); err != nil {
					rt.Fatal(err)
				}
				delete(boxes, e.Mailbox)
			},
			"closed and opened": func(rt *rapid.T) {
				if rapid.IntRange(0, 7).Draw(rt, "seldom") > 0 { // it takes long
					rt.Skip()
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				s = open()
			},
			"": func(*rapid.T) {
				batch, more, err := s.Pull(ctx, channels, spool.ID{}, 1000)
				if err != nil || more {
					rt.Fatalf("more %v, %v", more, err)
				}
				got := map[spool.ID]bool{}
				for _, e := range batch {
					got[e.ID] = true
				}
				if !maps.Equal(got, waits) {
					rt.Fatalf("%d wait, want %d", len(got), len(waits))
				}
			},
		})
	})
}
