package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waylight/internal/docx"
)

func example(lang string) docx.Doc {
	texts := map[string][]string{
		"en": {"A letter (invented)", "To the Minister <of> Foreign & Other Affairs", "9 April 2017", "We ask you to speak.\nOn the second line, too.", "release those who are held", "What", "When"},
		"ru": {"Письмо (выдумано)", "Министру", "9 апреля 2017", "Мы просим вас высказаться.\nИ на второй строке.", "освободить задержанных", "Что", "Когда"},
		"ar": {"رسالة (مختلقة)", "إلى الوزير", "9 أبريل 2017", "نطلب منكم أن تتكلموا.\nوفي السطر الثاني.", "الإفراج عن المحتجزين", "ماذا", "متى"},
	}[lang]
	return docx.Doc{Title: texts[0], Lang: lang, Day: "2017-04-09", Foot: "example.org (invented)", Parts: []docx.Part{
		{Style: docx.Title, Text: texts[0]}, {Text: texts[1]}, {Style: docx.End, Text: texts[2]}, {Style: docx.Heading, Text: texts[0]}, {Text: texts[3]}, {Style: docx.Item, Text: texts[4]},
		{Rows: [][]string{{texts[5], texts[6]}, {texts[4], texts[2]}}},
	}}
}

// words gives the text of a document's paragraphs in their order, and fails unless every part is whole XML.
func words(t *testing.T, file []byte) (all []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s bears a time: %s", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		in := false
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			switch x := token.(type) {
			case xml.StartElement:
				in = x.Name.Local == "t"
				if f.Name == "word/document.xml" && x.Name.Local == "p" {
					all = append(all, "")
				}
			case xml.EndElement:
				in = false
			case xml.CharData:
				if in && f.Name == "word/document.xml" {
					all[len(all)-1] += string(x)
				}
			}
		}
	}
	return all
}

// TestWordsComeThrough: every word stands in the file once and in order, in three
// scripts, and the same document gives the same bytes.
func TestWordsComeThrough(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ru", "ar"} {
		d := example(lang)
		file, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, p := range d.Parts {
			for _, row := range p.Rows {
				want = append(want, row...)
			}
			switch {
			case len(p.Rows) > 0:
				want = append(want, "")
			case p.Style == docx.Item:
				want = append(want, "–"+p.Text)
			default:
				want = append(want, strings.ReplaceAll(p.Text, "\n", ""))
			}
		}
		if got := words(t, file); !slices.Equal(got, want) {
			t.Errorf("%s: %q\nwant %q", lang, got, want)
		}
		if again, _ := d.Bytes(); !bytes.Equal(file, again) {
			t.Errorf("%s: other bytes the second time", lang)
		}
		if rtl := bytes.Contains(unzip(t, file, "word/document.xml"), []byte("<w:bidi/>")); rtl != (lang == "ar") {
			t.Errorf("%s: from right to left: %t", lang, rtl)
		}
	}
}

func unzip(t *testing.T, file []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRefuses: what no word processor could open is not written.
func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]docx.Doc{
		"no day":         {Lang: "en"},
		"another day":    {Lang: "en", Day: "9 April"},
		"uneven rows":    {Lang: "en", Day: "2017-04-09", Parts: []docx.Part{{Rows: [][]string{{"a", "b"}, {"c"}}}}},
		"rows of nobody": {Lang: "en", Day: "2017-04-09", Parts: []docx.Part{{Rows: [][]string{{}}}}},
	} {
		if _, err := d.Bytes(); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	d := example("en")
	d.Parts[1].Text = "a\x00b\x0bc\xffd"
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got := words(t, file)[1]; got != "a\uFFFDb\uFFFDc\uFFFDd" {
		t.Errorf("%q", got)
	}
}

// TestLibreOfficeOpensIt: a word processor that is none of ours opens the file without
// a complaint and finds every word, in three scripts. It is skipped where there is none.
func TestLibreOfficeOpensIt(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("WAYLIGHT_PAPERS") == "required" {
			t.Fatal("soffice (LibreOffice) is not here, and WAYLIGHT_PAPERS=required")
		}
		t.Skip("soffice (LibreOffice) is not installed; scripts/install-test-tools installs it")
	}
	dir := t.TempDir()
	for _, lang := range []string{"en", "ru", "ar"} {
		d := example(lang)
		file, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, lang+".docx")
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"txt:Text (encoded):UTF8", "pdf"} {
			out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", kind, "--outdir", dir, name).CombinedOutput()
			if err != nil || strings.Contains(string(out), "rror") {
				t.Fatalf("%s to %s: %v %s", lang, kind, err, out)
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, lang+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Parts {
			for _, line := range append(strings.Split(p.Text, "\n"), slices.Concat(p.Rows...)...) {
				if !strings.Contains(string(text), line) {
					t.Errorf("%s: %q is not in what LibreOffice read:\n%s", lang, line, text)
				}
			}
		}
		if keep := os.Getenv("WAYLIGHT_SCREENSHOTS"); keep != "" {
			pdf, err := os.ReadFile(filepath.Join(dir, lang+".pdf"))
			if err == nil {
				err = os.WriteFile(filepath.Join(keep, "docx-"+lang+".pdf"), pdf, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
