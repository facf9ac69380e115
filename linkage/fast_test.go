package linkage

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
)

// TestFastWaysAgree holds the ways of comparing that do many letters at once to
// the plain ones.
func TestFastWaysAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, r.IntN(12))
		if r.IntN(20) == 0 {
			b = make([]byte, 40+r.IntN(25))
		}
		for i := range b {
			b[i] = "abcdeз"[r.IntN(5)]
		}
		return string(b)
	}
	for range 50_000 {
		a, b := word(), word()
		var ra, rb [64]rune
		if got, want := DamerauLevenshtein(a, b), edits(ra[:fillRunes(&ra, a)], rb[:fillRunes(&rb, b)]); got != want {
			t.Fatalf("%q %q: %d edits, want %d", a, b, got, want)
		}
		if got, want := JaroWinkler(a, b), jaroWinklerRunes([]rune(a), []rune(b)); a != b && math.Abs(got-want) > 1e-12 {
			t.Fatalf("%q %q: likeness %v, want %v", a, b, got, want)
		}
	}
}

// TestGlance: what is settled by marks is what reading the values would say.
func TestGlance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	settled := 0
	for _, c := range []struct {
		kind    Kind
		letters string
		long    int
	}{{ID, "0123456789", 9}, {Phone, "0123456789", 9}, {Given, "abeimnrst", 8}, {Surname, "abcdefghijklmnoprstu", 12}, {Date, "", 8}} {
		cell := func() string {
			if c.kind == Date {
				d := []byte("19500101")
				d[2], d[3], d[5], d[7] = '0'+byte(r.IntN(10)), '0'+byte(r.IntN(10)), '0'+byte(r.IntN(3)), '0'+byte(r.IntN(10))
				return string(d)
			}
			b := make([]byte, 2+r.IntN(c.long))
			for i := range b {
				b[i] = c.letters[r.IntN(len(c.letters))]
			}
			return string(b)
		}
		for range 20_000 {
			a, ok := prepare(c.kind, cell())
			b, ok2 := prepare(c.kind, cell())
			if !ok || !ok2 || a.plain == b.plain {
				continue
			}
			var in places
			a.short, b.short = true, true
			if l := glance(c.kind, marksOf(c.kind, &a), marksOf(c.kind, &b)); l != unknown {
				settled++
				a.sound, b.sound = 1, 2
				if a.skel == b.skel {
					b.sound = 1
				}
				if want := compare(c.kind, &a, &b, &in); l != want {
					t.Fatalf("%s %q %q: %d at a glance, %d when read", c.kind, a.plain, b.plain, l, want)
				}
			}
			if in != (places{}) {
				t.Fatal("a comparison left marks behind")
			}
		}
	}
	if settled < 20_000 {
		t.Errorf("only %d pairs were settled at a glance", settled)
	}
}

func TestRadix(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		rows := make([]uint64, r.IntN(3000))
		recs, keys := make([]uint32, len(rows)), make([]uint64, len(rows))
		for i := range rows {
			rows[i], recs[i], keys[i] = r.Uint64(), uint32(i), r.Uint64()>>(4+r.IntN(40))
		}
		want := slices.Clone(rows)
		slices.SortStableFunc(want, func(a, b uint64) int { return int(int64(a>>32) - int64(b>>32)) })
		if got := radix(rows, 32); !slices.Equal(got, want) {
			t.Fatal("not in order")
		}
		radixBy(recs, make([]uint32, len(recs)), keys, 60)
		if !slices.IsSortedFunc(recs, func(a, b uint32) int {
			if keys[a] != keys[b] {
				return map[bool]int{true: -1, false: 1}[keys[a] < keys[b]]
			}
			return int(a) - int(b)
		}) {
			t.Fatal("records not in order of their keys")
		}
	}
}

func TestInterner(t *testing.T) {
	t.Parallel()
	var texts []string
	in := newInterner(nil, func(v uint32) (string, bool) { return texts[v-1], v%2 == 0 })
	for range 3 {
		for i := range 20_000 {
			s := string(rune(i/2 + 0x400))
			if !utf8.ValidString(s) {
				continue
			}
			v, ok := in.find(s, i%2 == 1)
			if !ok {
				texts = append(texts, s)
				v = in.add(uint32(len(texts)))
			}
			if texts[v-1] != s || (v%2 == 0) != (i%2 == 1) {
				t.Fatalf("%q got the number of %q", s, texts[v-1])
			}
		}
	}
	if len(texts) != 20_000 {
		t.Errorf("%d numbers for 20,000 texts", len(texts))
	}
}
