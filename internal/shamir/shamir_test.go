package shamir

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestField holds the field to the example of FIPS 197 (section 4.2) and to its laws.
func TestField(t *testing.T) {
	t.Parallel()
	if got := times(0x57, 0x83); got != 0xc1 {
		t.Errorf("57 times 83 is %x", got)
	}
	if got := times(0x57, 0x13); got != 0xfe {
		t.Errorf("57 times 13 is %x", got)
	}
	for a := 1; a < 256; a++ {
		if times(byte(a), inverse(byte(a))) != 1 {
			t.Errorf("%x has no inverse", a)
		}
	}
}

// TestAnyTwoGiveItBack: every k of n parts give the secret back, in any order; fewer do not.
func TestAnyTwoGiveItBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 16, 64).Draw(t, "secret")
		k := rapid.IntRange(2, 5).Draw(t, "k")
		n := rapid.IntRange(k, 12).Draw(t, "n")
		parts, err := Split(secret, k, n)
		if err != nil {
			t.Fatal(err)
		}
		some := rapid.Permutation(parts).Draw(t, "parts")
		if got, err := Combine(some[:k]...); err != nil || !bytes.Equal(got, secret) {
			t.Fatalf("%x, %v", got, err)
		}
		if k > 2 {
			if got, err := Combine(some[:k-1]...); err != nil || bytes.Equal(got, secret) {
				t.Fatalf("fewer give it back: %x, %v", got, err)
			}
		}
	})
}

// TestOnePartTellsNothing: over all the coefficients one part of a secret takes
// every value exactly once, whatever the secret is.
func TestOnePartTellsNothing(t *testing.T) {
	t.Parallel()
	for _, secret := range []byte{0, 1, 0x80, 0xff} {
		for x := 1; x < 256; x++ {
			var seen [256]bool
			for c := range 256 {
				seen[secret^times(byte(c), byte(x))] = true
			}
			for y, ok := range seen {
				if !ok {
					t.Fatalf("part %d of %x is never %x", x, secret, y)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, k := range [][2]int{{1, 3}, {3, 2}, {2, 256}} {
		if _, err := Split([]byte("x"), k[0], k[1]); err == nil {
			t.Errorf("%d of %d", k[0], k[1])
		}
	}
	p, _ := Split([]byte("secret"), 2, 3)
	for name, parts := range map[string][]Part{"one": p[:1], "twice": {p[0], p[0]}, "zero": {p[0], {0, p[1].Y}}, "short": {p[0], {2, nil}}} {
		if _, err := Combine(parts...); err == nil {
			t.Error(name)
		}
	}
}
