package letter

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/internal/fault"
)

func sample(lang string) campaign.Letter {
	demands := []campaign.Demand{
		{ID: "d1", Text: campaign.Text{EN: "Release the detained men at once", RU: "Немедленно освободить задержанных"}, Through: "engage the Russian counterpart", Basis: []campaign.Basis{
			{Kind: "figure", Key: "detained", Says: campaign.Text{EN: "detained: at least 101, no upper bound known", RU: "задержаны: не менее 101, верхняя граница неизвестна"}},
			{Kind: "figure", Key: "killed", Says: campaign.Text{EN: "killed: 3 to 20", RU: "убиты: от 3 до 20"}},
		}},
		{ID: "d2", Text: campaign.Text{EN: "Hold the perpetrators accountable", RU: "Привлечь виновных к ответственности"}},
	}
	x, _ := campaign.Given(lang)
	file := campaign.File{Campaign: campaign.Campaign{Title: campaign.Text{EN: "An invented campaign", RU: "Вымышленная кампания"}, By: "An Example Organisation"}}
	l := campaign.Compose(file, x, campaign.Target{Kind: campaign.Government, Number: 1}, demands, "2017-04-10", "2017-05-10")
	l.Paragraphs = append(l.Paragraphs, "Гӏайрбеков (вымышленное имя / invented name)")
	return l
}

func TestSameLetterSameBytes(t *testing.T) {
	t.Parallel()
	a, err := Press{Foot: "Answer to the address above."}.Letter(sample("ru"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Press{Foot: "Answer to the address above."}.Letter(sample("ru"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two settings of one letter differ")
	}
	for _, trace := range []string{"FPDF", "fpdf", "/Author", os.TempDir()} {
		if bytes.Contains(a, []byte(trace)) {
			t.Errorf("the file carries %q", trace)
		}
	}
	if dir := os.Getenv("WAYLIGHT_LETTERS"); dir != "" { // for looking at it
		for _, lang := range []string{"en", "ru"} {
			pdf, _ := Press{}.Letter(sample(lang))
			if err := os.WriteFile(filepath.Join(dir, lang+".pdf"), pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTextComesOutRight(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	for lang, want := range map[string][]string{
		"en": {"killed: 3 to 20", "Release the detained men at once", "10 April 2017", "Government 1 (not named in the report)", "Гӏайрбеков"},
		"ru": {"убиты: от 3 до 20", "не менее 101", "Немедленно освободить задержанных", "10 апреля 2017", "Гӏайрбеков"},
	} {
		pdf, err := Press{}.Letter(sample(lang))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "letter.pdf")
		if err := os.WriteFile(file, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool, "-layout", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(out)), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not in the text:\n%s", lang, w, text)
			}
		}
	}
}

// TestOtherScriptsAreRefused: a letter that would be printed with holes is not.
func TestOtherScriptsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"წერილი", "מכתב", "信", "a \U0001F600"} {
		l := sample("en")
		l.Subject = text
		if _, err := (Press{}).Letter(l); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestWord: the document has the words of the PDF, and goes also where the PDF cannot.
func TestWord(t *testing.T) {
	t.Parallel()
	l := campaign.Letter{Lang: "ar", Addressee: "إلى الوزير", Subject: "ما نطلبه", Paragraphs: []string{"نطلب منكم أن تتكلموا.", "— الإفراج عن المحتجزين\n— التحقيق"}, Signatory: "مثال", Day: "2017-04-09"}
	file, err := Press{}.Word(l)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{l.Addressee, l.Subject, l.Paragraphs[0], "الإفراج عن المحتجزين", "التحقيق", l.Signatory, "<w:bidi/>"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is not in the document", want)
		}
	}
	l.Day = "April"
	if _, err := (Press{}).Word(l); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a day that is none: %v", err)
	}
}

// structure gives what poppler reads of a letter, element by element.
func structure(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Skip("pdfinfo (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(tool, "-struct-text", file)
	var complaints strings.Builder
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v %s", err, &complaints)
	}
	return string(out)
}

// inOrder fails where parts do not follow one another in a text.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	at := 0
	for _, want := range parts {
		n := strings.Index(text[at:], want)
		if n < 0 {
			t.Fatalf("%q does not stand where it should in:\n%s", want, text)
		}
		at += n + len(want)
	}
}

// TestArabicLetter: an Arabic letter is set from right to left, and its words are read
// as they went in; Latin letters and numbers stand within.
func TestArabicLetter(t *testing.T) {
	t.Parallel()
	l := campaign.Letter{Lang: "ar", Addressee: "إلى الوزير (مثال مخترع)", Subject: "ما نطلبه", Day: "2017-04-09", Signatory: "منظمة مثال",
		Paragraphs: []string{strings.Repeat("نطلب منكم أن تتكلموا مع نظرائكم في Moscow قبل 9 أبريل. ", 12), "— الإفراج عن المحتجزين\n— التحقيق"}}
	pdf, err := Press{Foot: "answer@example.org"}.Letter(l)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Press{Foot: "answer@example.org"}.Letter(l)
	if err != nil || string(pdf) != string(again) {
		t.Errorf("two settings of one letter differ: %v", err)
	}
	if dir := os.Getenv("WAYLIGHT_LETTERS"); dir != "" { // for looking at it
		if err := os.WriteFile(filepath.Join(dir, "ar.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := structure(t, pdf)
	inOrder(t, text, "منظمة مثال", "إلى الوزير (مثال مخترع)", "H1 (block)\n    \"ما نطلبه\"", "نطلب منكم أن تتكلموا مع نظرائكم في", "Moscow", "قبل 9 أبريل.",
		"L (block)", "LBody (block)\n        \"الإفراج عن المحتجزين\"", "LBody (block)\n        \"التحقيق\"", "منظمة مثال", "answer@example.org")
	if n := strings.Count(text, "Moscow"); n != 12 {
		t.Errorf("%d of 12 repetitions are there", n)
	}
}

// TestLetterIsTagged: what a letter asks is a list, its subject the one heading, the foot
// is read once and at the end, and numbers of pages are not read.
func TestLetterIsTagged(t *testing.T) {
	t.Parallel()
	l := sample("en")
	l.Paragraphs = append(l.Paragraphs, strings.Repeat("Longer words of nobody. ", 400))
	pdf, err := Press{Foot: "answer@example.org"}.Letter(l)
	if err != nil {
		t.Fatal(err)
	}
	text := structure(t, pdf)
	inOrder(t, text, "P (block)\n    \"An Example Organisation\"", "H1 (block)\n    \""+l.Subject, "L (block)", "LBody (block)\n        \"detained: at least 101", "LBody (block)\n        \"killed: 3 to 20",
		"We ask you:", "LBody (block)\n        \"Release the detained men at once", "Longer words of nobody.", "P (block)\n    \"An Example Organisation\"", "P (block)\n    \"answer@example.org\"\n")
	if n := strings.Count(text, "answer@example.org"); n != 1 {
		t.Errorf("the foot is read %d times", n)
	}
	if strings.Contains(text, "\"2\"") || strings.Count(text, "H1") != 1 {
		t.Errorf("the number of a page is read, or there is another heading:\n%s", text)
	}
}
