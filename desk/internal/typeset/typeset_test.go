package typeset

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/internal/pdftag"
)

// set makes a page, and gives what poppler reads of its structure.
func set(t *testing.T, lang string, do func(s *Sheet)) string {
	t.Helper()
	bin, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Skip("pdfinfo (poppler-utils) is not installed")
	}
	s := New(pdftag.About{Title: "invented", Lang: lang, Day: time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)})
	s.SetMargins(20, 20, 20)
	s.SetAutoPageBreak(true, 20)
	s.Font("", 11)
	s.AddPage()
	do(s)
	b, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "set.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("WAYLIGHT_PAGES"); dir != "" { // for looking at it
		if err := os.WriteFile(filepath.Join(dir, t.Name()+"."+lang+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(bin, "-struct-text", file)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v %s", err, &complaints)
	}
	return string(out)
}

// TestReadInOrder: whatever the direction, words come out as they went in: letters in
// their plain form, brackets the right way round, lam and alef as two; another script
// is an element that names it.
func TestReadInOrder(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ lang, text, want string }{
		{"en", "see دار (12) [لا] now", "P (block)\n    \"see \"\n    Span (inline)\n      \"دار (12) [لا]\"\n    \" now\"\n"},
		{"ar", "الإفراج عن (المحتجزين) في Moscow قبل 9 أبريل.", "P (block)\n    \"الإفراج عن (المحتجزين) في \"\n    Span (inline)\n      \"Moscow \"\n    \"قبل 9 أبريل.\"\n"},
		{"ru", "Гӏайрбеков и Aslan, Ελλάδα", "P (block)\n    \"Гӏайрбеков и \"\n    Span (inline)\n      \"Aslan, \"\n    Span (inline)\n      \"Ελλάδα\"\n"},
		{"fa", "کتّاب ٣ [پژوهش]", "P (block)\n    \"کتّاب ٣ [پژوهش]\"\n"},
	} {
		got := set(t, x.lang, func(s *Sheet) { s.Block(pdftag.P, 5, x.text, "L") })
		if !strings.Contains(got, x.want) {
			t.Errorf("%s: %q is read as\n%s", x.lang, x.text, got)
		}
	}
}

// TestLines: words of two lines stay two words, a word that is too long is cut and stays
// one, a space that holds two words together holds, and lines go on over pages.
func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 400)
	var counted, drawn int
	got := set(t, "en", func(s *Sheet) {
		_, room := s.Column()
		text := strings.Repeat("ten words of nobody at all, as they are here. ", 150) + long + "\nnext"
		counted = s.Lines(room, text)
		top, page := s.GetY(), s.PageNo()
		s.Block(pdftag.P, 5, text, "L")
		if s.PageNo() == page {
			t.Error("all of it has room on one page")
		}
		drawn = int((s.GetY()-top)/5+0.5) + int(float64(s.PageNo()-page)*(297-40)/5)
		if n := s.Lines(25, "September\u00a02017 again"); n != 2 {
			t.Errorf("%d lines instead of two", n)
		}
	})
	words := strings.Fields(strings.NewReplacer("\"\n    \"", "", "\"", " ").Replace(got))
	if n := strings.Count(strings.Join(words, " "), "ten words of nobody at all, as they are here."); n != 150 {
		t.Errorf("%d of 150 sentences are read as they were written", n)
	}
	if !strings.Contains(got, long+" next") {
		t.Errorf("a long word is not one:\n%s", got[len(got)-600:])
	}
	if counted != drawn {
		t.Errorf("%d lines were counted, %d drawn", counted, drawn)
	}
}

// TestItems: a list has its signs and texts apart, on either side.
func TestItems(t *testing.T) {
	t.Parallel()
	for lang, text := range map[string]string{"en": "one thing", "ar": "التحقيق"} {
		got := set(t, lang, func(s *Sheet) {
			s.In(pdftag.List, pdftag.Attr{}, func() { s.Item("–", 9, 5, text) })
		})
		if want := "LI (block)\n      Lbl (block)\n        \"–\"\n      LBody (block)\n        \"" + text + "\"\n"; !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", lang, got)
		}
	}
}

// TestSettable: what the fonts lack is found.
func TestSettable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"Гӏ é Ω سلام ٣ – «»": true, "": true, "გ": false, "מ": false, "信": false, "one → two": false, "two\tlines\nand more": true, "\x01": false, "\U0001F600": false} {
		if Settable(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
