package bundle_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
)

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	s := signer{key: ed25519.NewKeyFromSeed(make([]byte, 32))}
	var notes []string
	for n := range 20 {
		c, err := bundle.CheckpointOf(notes)
		if err != nil || c.Size != int64(n) || !c.Covers(notes) || !c.Covers(append(notes, "more")) {
			t.Fatalf("%d: %+v, %v", n, c, err)
		}
		if n > 0 && (c.Covers(notes[1:]) || c.Covers(append([]string{"x"}, notes[1:]...))) {
			t.Errorf("%d: covers another log", n)
		}
		// RFC 6962, by hand, where it is easy.
		switch n {
		case 1:
			if c.Root != tlog.RecordHash([]byte(notes[0])) {
				t.Error("the root of one entry is its leaf")
			}
		case 2:
			if c.Root != tlog.NodeHash(tlog.RecordHash([]byte(notes[0])), tlog.RecordHash([]byte(notes[1]))) {
				t.Error("the root of two entries")
			}
		}
		text, err := bundle.SignCheckpoint(s, c)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := bundle.OpenCheckpoint(text, s.Public()); err != nil || back != c {
			t.Errorf("%d: %+v, %v", n, back, err)
		}
		for _, wrong := range []string{strings.Replace(text, fmt.Sprintf("\n%d\n", n), fmt.Sprintf("\n%d\n", n+1), 1), text[1:], text + "x", ""} {
			if _, err := bundle.OpenCheckpoint(wrong, s.Public()); err == nil {
				t.Errorf("taken: %q", wrong)
			}
		}
		notes = append(notes, fmt.Sprintf("entry %d\n", n))
	}
	stranger := ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))).Public().(ed25519.PublicKey)
	if _, err := bundle.OpenCheckpoint("", stranger); err == nil {
		t.Error("taken from a stranger")
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	s := signer{key: ed25519.NewKeyFromSeed(make([]byte, 32))}
	text, err := bundle.SignCheckpoint(s, bundle.Checkpoint{Size: 3})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := bundle.OpenCheckpoint(text, s.Public())
		if err == nil && (c.Size < 0 || !strings.Contains(text, fmt.Sprint(c.Size))) {
			t.Errorf("%+v of %q", c, text)
		}
	})
}
