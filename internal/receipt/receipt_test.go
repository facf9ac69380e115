package receipt_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/receipt"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Valid   []struct{ Typed, Digits string }
		Invalid []struct {
			Typed, Error string
			Count        int
		}
	}
	text, err := os.ReadFile("../../docs/formats/vectors/code.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil || len(v.Valid) < 5 || len(v.Invalid) < 5 {
		t.Fatalf("vectors: %v", err)
	}
	for _, c := range v.Valid {
		got, err := receipt.Parse(c.Typed)
		if err != nil {
			t.Errorf("%q: %v", c.Typed, err)
		} else if string(got.Secret()) != c.Digits {
			t.Errorf("%q read as %s", c.Typed, got.Secret())
		}
	}
	for _, c := range v.Invalid {
		_, err := receipt.Parse(c.Typed)
		var length *receipt.LengthError
		switch {
		case c.Error == "length" && errors.As(err, &length) && length.Digits == c.Count:
		case c.Error == "checksum" && errors.Is(err, receipt.ErrChecksum):
		case c.Error == "digit" && errors.Is(err, receipt.ErrDigit):
		default:
			t.Errorf("%q: got %v, want %s", c.Typed, err, c.Error)
		}
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	seen := map[receipt.Code]bool{}
	var counts [10]int
	for range 2000 {
		c := receipt.New()
		if seen[c] {
			t.Fatal("a code came twice")
		}
		seen[c] = true
		groups := c.Groups()
		back, err := receipt.Parse(strings.Join(groups[:], " "))
		if err != nil || back != c {
			t.Fatalf("a new code does not parse: %v", err)
		}
		n, _ := new(big.Int).SetString(string(c.Secret()), 10)
		if n.Mod(n, big.NewInt(97)).Int64() != 1 {
			t.Fatal("the number is not 1 modulo 97")
		}
		for _, d := range c.Secret()[:30] {
			counts[d-'0']++
		}
	}
	for d, n := range counts { // 60,000 digits: standard deviation 73
		if n < 5500 || n > 6500 {
			t.Errorf("digit %d came %d times in 60,000", d, n)
		}
	}
}

// Every single wrong digit and every exchange of two neighbours is caught.
func TestChecksumCatchesTypingErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(codeFrom(t))
		for i := range digits {
			for d := byte('0'); d <= '9'; d++ {
				if d == digits[i] {
					continue
				}
				typed := append([]byte(nil), digits...)
				typed[i] = d
				if _, err := receipt.Parse(string(typed)); !errors.Is(err, receipt.ErrChecksum) {
					t.Fatalf("digit %d changed to %c: %v", i, d, err)
				}
			}
			if i > 0 && digits[i] != digits[i-1] {
				typed := append([]byte(nil), digits...)
				typed[i], typed[i-1] = typed[i-1], typed[i]
				if _, err := receipt.Parse(string(typed)); !errors.Is(err, receipt.ErrChecksum) {
					t.Fatalf("digits %d and %d exchanged: %v", i-1, i, err)
				}
			}
		}
	})
}

// codeFrom draws thirty digits and adds the check digits by plain big-number
// arithmetic, apart from the package's own.
func codeFrom(t *rapid.T) string {
	thirty := rapid.StringMatching(`[0-9]{30}`).Draw(t, "digits")
	n, _ := new(big.Int).SetString(thirty+"00", 10)
	return fmt.Sprintf("%s%02d", thirty, 98-n.Mod(n, big.NewInt(97)).Int64())
}

func TestCodeDoesNotPrint(t *testing.T) {
	t.Parallel()
	c := receipt.New()
	g := c.Groups()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		if s := fmt.Sprintf(verb, struct{ C receipt.Code }{c}) + fmt.Sprintf(verb, c); strings.Contains(s, g[0]) || strings.Contains(s, fmt.Sprintf("%x", g[0])) || strings.Contains(s, fmt.Sprint([]byte(g[0]))[1:12]) {
			t.Errorf("%s prints the code", verb)
		}
	}
	if text, err := json.Marshal(c); err == nil {
		t.Errorf("JSON of a code is %s", text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("3141 5926 5358 9793 2384 6264 3383 2793")
	f.Add("٣١٤١")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := receipt.Parse(typed)
		if err != nil {
			if !c.IsZero() {
				t.Fatal("a code came with an error")
			}
			return
		}
		g := c.Groups()
		if again, err := receipt.Parse(strings.Join(g[:], "-")); err != nil || again != c {
			t.Fatalf("what was read does not read again: %v", err)
		}
	})
}
