package typeset

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestShape: letters stand in the form that they have beside one another.
func TestShape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ب":     "\uFE8F",
		"بب":    "\uFE91\uFE90",
		"ببب":   "\uFE91\uFE92\uFE90",
		"دب":    "\uFEA9\uFE8F",                   // dal joins nothing after it
		"بد":    "\uFE91\uFEAA",                   //
		"سلام":  "\uFEB3\uFEFC\uFEE1",             // lam and alef are one
		"لا":    "\uFEFB",                         //
		"بلا":   "\uFE91\uFEFC",                   //
		"شيء":   "\uFEB7\uFEF2\uFE80",             // hamza joins nobody
		"كتّب":  "\uFEDB\uFE98\u0651\uFE90",       // a sign over a letter does not part two
		"پژگی":  "\uFB58\uFB8B\uFB94\uFBFD",       // Persian letters
		"مـب":   "\uFEE3\u0640\uFE90",             // across the lengthened line
		"آلاء":  "\uFE81\uFEFB\uFE80",             //
		"على":   "\uFECB\uFEE0\uFEF0",             //
		"كلمة٣": "\uFEDB\uFEE0\uFEE4\uFE94\u0663", // digits are left as they are
	} {
		if got := string(shape([]rune(text))); got != want {
			t.Errorf("%s: %+q, want %+q", text, got, want)
		}
	}
	for r, f := range shapes { // each form is of its letter: what is read back is what was written
		for _, form := range []rune{f.alone, f.end, f.begin, f.within} {
			if form != 0 && norm.NFKC.String(string(form)) != string(r) {
				t.Errorf("%U stands for %U", form, r)
			}
		}
	}
}

// visual is a line as one sees it.
func visual(line string, rightToLeft bool) string {
	pairs := strings.NewReplacer("(", ")", ")", "(", "[", "]", "]", "[")
	var b strings.Builder
	for _, r := range order(line, rightToLeft) {
		for _, p := range cut(r) {
			if p.turned {
				p.text = pairs.Replace(p.text)
			}
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// TestVisual: lines are drawn in the order of the standard.
func TestVisual(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		text string
		rtl  bool
		want string // letters are folded back, for reading
	}{
		{"abc", false, "abc"},
		{"دار 12", true, "12 راد"},
		{"دار (12)", true, "(12) راد"},
		{"see دار now", false, "see راد now"},
		{"see دار (12)", false, "see (12) راد"},
		{"دار 1.5 رد", true, "در 1.5 راد"},
		{"دار abc (def) رد", true, "در abc (def) راد"},
		{"(دار) abc", false, "(راد) abc"},
	} {
		if got := norm.NFKC.String(visual(x.text, x.rtl)); got != x.want {
			t.Errorf("%q: %q, want %q", x.text, got, x.want)
		}
	}
}

// TestLevels: how each sign is turned is what FriBidi says, over random texts: some with
// brackets, others with signs over letters, which FriBidi takes for one with a bracket beside them.
func TestLevels(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("fribidi")
	if err != nil {
		t.Skip("fribidi is not installed; on Debian: apt-get install libfribidi-bin")
	}
	signs := [][]rune{[]rune("abدر1٣ .,:-+()[]%«»"), []rune("abدر1٣ .,:-+%«»\u0651")}
	for base, direction := range []string{"--ltr", "--rtl"} {
		var texts []string
		for seed := range uint64(4000) {
			r := rand.New(rand.NewPCG(seed, 3))
			text := []rune{[]rune("aد")[r.IntN(2)]}
			for range 1 + r.IntN(14) {
				text = append(text, signs[seed%2][r.IntN(len(signs[seed%2]))])
			}
			texts = append(texts, string(text))
		}
		c := exec.Command(tool, "--charset", "UTF-8", "--nobreak", "--nopad", "--novisual", "--levels", direction)
		c.Stdin = strings.NewReader(strings.Join(texts, "\n") + "\n")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if len(want) != len(texts) {
			t.Fatalf("%d answers to %d texts", len(want), len(texts))
		}
		for n, text := range texts {
			if got := strings.Trim(fmt.Sprint(levels([]rune(text), base)), "[]"); got != strings.TrimSpace(want[n]) {
				t.Errorf("%s %q: %s, want %s", direction, text, got, want[n])
			}
		}
	}
}
