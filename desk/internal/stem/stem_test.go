package stem_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"waylight/desk/internal/stem"
)

// TestForms: each row's forms are found by one another.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"Ахмедов", "Ахмедова", "АХМЕДОВЫМ"},
		{"ёлка", "елка", "Ёлки"},
		{"задержан", "задержаны", "Задержана"},
		{"detained", "detain", "DETAINING"},
		{"café", "cafe", "CAFÉ", "cafe\u0301"},
		{"المدافعون", "المدافعين"},
		{"أحمد", "احمد", "أَحْمَد"},
		{"Ӏаьржа", "ӏаьржа"},
		{"ქართული", "ქართული"},
	} {
		want := stem.Words(forms[0])
		for _, f := range forms[1:] {
			if got := stem.Words(f); !slices.Equal(got, want) {
				t.Errorf("%q gives %q, %q gives %q", forms[0], want, f, got)
			}
		}
	}
	for _, apart := range [][2]string{{"detention", "retention"}, {"52", "53"}, {"हिन्दी", "हन्द"}} {
		if slices.Equal(stem.Words(apart[0]), stem.Words(apart[1])) {
			t.Errorf("%q and %q become one", apart[0], apart[1])
		}
	}
}

// TestWithoutSpaces finds a part of a text that has no spaces between its words.
func TestWithoutSpaces(t *testing.T) {
	t.Parallel()
	whole, part := stem.Words("被任意拘留的人"), stem.Words("拘留")
	if len(part) != 1 || !slices.Contains(whole, part[0]) {
		t.Errorf("%q is not in %q", part, whole)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"", "a", "\xff\xfe", "Их было пятьдесят два.", "ـــ", "\u0301", "被"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range stem.Words(s) {
			if w == "" || !utf8.ValidString(w) || utf8.RuneCountInString(w) > 256 {
				t.Errorf("a word %q of %q", w, s)
			}
		}
	})
}
