package press

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/publish"
)

// second is a second version with all that a report can hold. Its people are nobody.
func second() publish.Edition {
	e := edition()
	e.Number = 2
	e.Report.Changed = []publish.Text{{EN: "People killed: 3 to 20; before: 3.", RU: "Убитые: от 3 до 20; прежде: 3."}}
	e.Report.History = []publish.Version{{Number: 1, AsOf: "2017-04-05"}}
	e.Report.Memorial = []publish.Remembered{{Name: "Zelim Nesushchestvuev (invented)", Words: publish.Text{EN: "He sang.\nHe is missed.", RU: "Он пел.\nЕго не хватает."}}, {Name: "Аслан Вымышленный (вымышлен)"}}
	e.Report.Contacts = []publish.Text{{EN: "press@example.org", RU: "press@example.org"}}
	e.Report.Licence = []publish.Text{{EN: "You may copy it whole, with its source.", RU: "Можно копировать целиком, с указанием источника."}}
	e.Report.Limits = append(e.Report.Limits, publish.Text{EN: "One word of ours: გამარჯობა is not set here, and سلام عليكم (1) is.", RU: "Одно слово: გამარჯობა здесь не набрано, а سلام عليكم (1) набрано."})
	return e
}

func printed(t *testing.T, e publish.Edition) map[string]publish.File {
	t.Helper()
	all, err := newPress(t).Report(e)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]publish.File{}
	for _, f := range all {
		out[strings.TrimPrefix(f.Path, "report/chechnya-april-2017.")] = f
	}
	return out
}

// A printed report says what the page says, in Latin and Cyrillic, with the names of
// those who are remembered; words that it cannot set are named, not drawn as boxes.
func TestPrinted(t *testing.T) {
	t.Parallel()
	all := printed(t, second())
	again := printed(t, second())
	dir := os.Getenv("WAYLIGHT_PAGES") // for looking at them
	if dir != "" {
		for name, f := range all {
			if err := os.WriteFile(filepath.Join(dir, "second."+name), f.Body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, lang := range []string{"en", "ru"} {
		f := all["v2."+lang+".pdf"]
		if f.Type != "application/pdf" || !bytes.HasPrefix(f.Body, []byte("%PDF-")) {
			t.Fatalf("%s: %s", lang, f.Type)
		}
		if !bytes.Equal(f.Body, again["v2."+lang+".pdf"].Body) {
			t.Errorf("%s: the same edition gives other bytes", lang)
		}
	}
	bin, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not here: what the PDF says was not read")
	}
	for lang, want := range map[string][]string{
		"en": {"Persecution of men perceived to be gay in Chechnya", "at least 101", "3 to 20", "What is denied", "In memory", "Zelim Nesushchestvuev (invented)", "He is missed.", "press@example.org", "[words in another script: see the page]", "Version 1, as of 5 April 2017.", "12 governments"},
		"ru": {"Преследование мужчин, которых считают геями, в Чечне", "не менее 101", "от 3 до 20", "Светлой памяти", "Аслан Вымышленный (вымышлен)", "Его не хватает.", "слова на другой письменности"},
	} {
		cmd := exec.Command(bin, "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(all["v2."+lang+".pdf"].Body)
		text, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(string(text)), " ")
		for _, w := range want {
			if !strings.Contains(flat, w) {
				t.Errorf("%s: the PDF does not say %q", lang, w)
			}
		}
	}
}

// A printed report is tagged: headings in their order without a step left out, each
// range a figure that says itself, sources a list, the scoreboard a table with heads of
// columns and rows, Arabic words in a span of their own.
func TestPrintedIsTagged(t *testing.T) {
	t.Parallel()
	bin, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Skip("pdfinfo is not here: the structure was not read")
	}
	for lang, want := range map[string][]string{
		"en": {"P (block)\n    \"An example organisation\"", "H1 (block)\n    \"Persecution of men", "H2 (block)\n    \"What has changed", "H2 (block)\n    \"What is known", "H3 (block)\n    \"", "at least 101", "Figure:", "L (block):", "LBody (block)",
			"Sect\n    P (block)\n      \"What is denied", "H3 (block)", "Figure:", "Table (block)\n    TR\n      TH:\n         /Scope /Column\n        \"Who", "TR\n      TH:\n         /Scope /Row", "TD\n", "H2 (block)\n    \"In memory", "H3 (block)\n    \"Zelim",
			"P (block)\n    \"One word of ours: [words in another script: see the page] is not set here, and \"\n    Span (inline)\n      \"سلام عليكم (1)\"\n    \" is.\""},
		"ru": {"H1 (block)\n    \"Преследование", "Table (block)", "результат 1 ноября 2018", "H2 (block)\n    \"Светлой памяти", "H3 (block)\n    Span (inline)\n      \"Zelim", "سلام عليكم"},
	} {
		body := printed(t, second())["v2."+lang+".pdf"].Body
		file := filepath.Join(t.TempDir(), "report.pdf")
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(bin, "-struct-text", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v %s", err, out)
		}
		at := 0
		for _, w := range want {
			n := strings.Index(string(out)[at:], w)
			if n < 0 {
				t.Fatalf("%s: %q does not stand where it should in:\n%s", lang, w, out)
			}
			at += n + len(w)
		}
		if bytes.Count(body, []byte("/S /Figure")) != bytes.Count(body, []byte("/Alt <FEFF")) || !bytes.Contains(body, []byte("/S /Figure")) {
			t.Errorf("%s: a figure says nothing", lang)
		}
		if qpdf, err := exec.LookPath("qpdf"); err == nil {
			if out, err := exec.Command(qpdf, "--check", file).CombinedOutput(); err != nil {
				t.Errorf("%s: %v %s", lang, err, out)
			}
		}
	}
}

// The kit for the press holds what it says, opens as a ZIP, and is the same each time.
func TestKit(t *testing.T) {
	t.Parallel()
	body := printed(t, second())["v2.press.zip"].Body
	if !bytes.Equal(body, printed(t, second())["v2.press.zip"].Body) {
		t.Error("the same edition gives another kit")
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(f.Name, "chechnya-april-2017.v2/")] = string(b)
		if f.Modified.Year() > 1980 {
			t.Errorf("%s tells when it was made", f.Name)
		}
	}
	for name, want := range map[string]string{"README.txt": "You may copy it whole, with its source.", "data.json": "waylight/v1/report", "data.figures.csv": "#indicator", "charts/en/2-killed.svg": "3 to 20", "charts/ru/2-killed.svg": "от 3 до 20", "report.en.pdf": "%PDF-", "report.ru.pdf": "%PDF-"} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not hold %q", name, want)
		}
	}
	if _, ok := files["charts/en/3-small.svg"]; ok {
		t.Error("a figure that is not shown has a chart")
	}
	for name, text := range files {
		if !strings.HasSuffix(name, ".svg") {
			continue
		}
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "style=") {
			t.Errorf("%s has a script or an inline style", name)
		}
	}
}

// The memorial has a page of its own, and the report leads to it; earlier versions
// are named with what had changed.
func TestMemorialAndVersions(t *testing.T) {
	t.Parallel()
	all := printed(t, second())
	page := string(all["v2.memorial.ru.html"].Body)
	for _, w := range []string{"Светлой памяти", "Zelim Nesushchestvuev (invented)", "Он пел.", "Аслан Вымышленный"} {
		if !strings.Contains(page, w) {
			t.Errorf("the memorial does not say %q", w)
		}
	}
	report := string(all["v2.en.html"].Body)
	for _, w := range []string{"The families of 2 people who died have agreed", "chechnya-april-2017.v2.memorial.en.html", "chechnya-april-2017.v1.en.html", "What has changed since the last version", "For the press"} {
		if !strings.Contains(report, w) {
			t.Errorf("the report does not say %q", w)
		}
	}
	if _, ok := printed(t, edition())["v1.memorial.en.html"]; ok {
		t.Error("a memorial without a name")
	}
}

// The feeds list what is public, the newest first, in words of the editions and with
// days alone.
func TestFeed(t *testing.T) {
	t.Parallel()
	first, next := edition(), second()
	first.Published, next.Published = time.Date(2017, 4, 12, 7, 13, 0, 0, time.UTC), time.Date(2017, 5, 2, 3, 14, 0, 0, time.UTC)
	first.Digest, next.Digest = "a", "b"
	p := newPress(t)
	files, err := p.Feed([]publish.Edition{next, first})
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	i := slices.IndexFunc(files, func(f publish.File) bool { return f.Path == "report/feed.en.atom" })
	var atom atomFeed
	if err := xml.Unmarshal(files[i].Body, &atom); err != nil {
		t.Fatal(err)
	}
	if len(atom.Entries) != 2 || atom.Entries[0].Published != "2017-05-02T00:00:00Z" || atom.Entries[0].Summary != next.Report.Changed[0].EN || atom.Entries[0].ID == atom.Entries[1].ID || atom.Updated != "2017-05-02T00:00:00Z" {
		t.Errorf("%+v", atom)
	}
	if !strings.HasPrefix(atom.ID, "urn:uuid:") || !strings.Contains(string(files[i].Body), `href="chechnya-april-2017.v2.en.html"`) {
		t.Errorf("%s", files[i].Body)
	}
	i = slices.IndexFunc(files, func(f publish.File) bool { return f.Path == "report/feed.ru.json" })
	var list jsonFeed
	if err := json.Unmarshal(files[i].Body, &list); err != nil || len(list.Items) != 2 || !strings.HasSuffix(list.Items[1].Title, "версия 1") {
		t.Errorf("%+v, %v", list, err)
	}
	if none, err := p.Feed(nil); err != nil || len(none) != 0 {
		t.Errorf("nothing is public: %d, %v", len(none), err)
	}
}
