package typeset

import (
	"bytes"
	"testing"
)

// TestCovered: the tables are read, every form of every Arabic letter is there, and what
// cannot be read gives nothing instead of a panic.
func TestCovered(t *testing.T) {
	t.Parallel()
	for _, r := range "Aж\u04c0ώ€№…–—«»\u00a0\u202f\u2011\u200c" {
		if !covered()["serif"][r] {
			t.Errorf("%U is not there", r)
		}
	}
	for r, f := range shapes {
		for _, form := range []rune{r, f.alone, f.end, f.begin, f.within} {
			if form != 0 && !covered()["naskh"][form] {
				t.Errorf("%U, a form of %U, is not there", form, r)
			}
		}
	}
	for _, r := range "→✓☎−აא信" {
		if covered()["serif"][r] {
			t.Errorf("%U is said to be there", r)
		}
	}
	whole := len(signsOf(regular))
	if whole < 2500 {
		t.Errorf("%d signs were read", whole)
	}
	for n := 0; n < len(regular); n += 977 { // cut off anywhere: no more than there is, and no panic
		if got := len(signsOf(regular[:n])); got > whole {
			t.Errorf("cut off at %d it has %d signs", n, got)
		}
	}
	if n := len(signsOf(bytes.Repeat([]byte{0xff}, 5000))); n != 0 {
		t.Errorf("rubbish has %d signs", n)
	}
}
