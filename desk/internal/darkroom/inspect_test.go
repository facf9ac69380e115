package darkroom_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/darkroom"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/traces"
)

// The name that is protected in these tests. Nobody is called so.
const protected = "Зелимхан Несуществуев"

// needs skips a test where a program is not installed.
func needs(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; scripts/install-test-tools installs it", tool)
		}
	}
	if slices.Contains(tools, "tesseract") && (!slices.Contains(darkroom.CanRead(), "rus") || !slices.Contains(darkroom.CanRead(), "eng")) {
		t.Skip("Tesseract has no Russian or no English; scripts/install-test-tools installs them")
	}
}

// drawn is a picture of a page with a sentence in it.
func drawn(t *testing.T, sentence string) image.Image {
	t.Helper()
	b, err := darkroom.PDFPage(t.Context(), bytes.NewReader(paper(t, sentence)), 1)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func paper(t *testing.T, sentence string) []byte {
	t.Helper()
	b, err := letter.Press{}.Letter(campaign.Letter{Lang: "ru", Addressee: "To the office", Subject: "A test", Paragraphs: []string{sentence}, Signatory: "Nobody", Day: "2017-04-09"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stopped reports whether the guard stops what a file tells.
func stopped(t *testing.T, file []byte) (bool, traces.Report) {
	t.Helper()
	r, err := darkroom.Inspect(t.Context(), bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	key := guard.Key{1}
	x := guard.NewIndex(key)
	x.Add(guard.Term{ID: 1, Owner: "case_a/party_a", Kind: guard.Name, Marks: key.Marks(guard.Name, protected)})
	x.Add(guard.Term{ID: 2, Owner: "case_a/party_a", Kind: guard.Phone, Marks: key.Marks(guard.Phone, "+7 200 417 55 63")})
	return slices.ContainsFunc(x.Check(r.Texts()...), func(f guard.Finding) bool { return f.Level == guard.Block }), r
}

// TestLetters: a protected name and number that stand in a picture are stopped, in English and
// Russian, on a page and turned on its side; other names are not.
func TestLetters(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "pdftoppm")
	for _, c := range []struct {
		sentence string
		stop     bool
	}{
		{"По словам соседей, Зелимхана Несуществуева увели ночью.", true},
		{"The neighbours say that Zelimkhan Nesushchestvuev was taken at night.", true},
		{"Write to him at +7 200 417-55-63 in the evening.", true},
		{"По словам соседей, Андрея Вымышленного увели ночью. The neighbours say that Andrew Nobody was taken. Write to the office at +7 200 900-00-01 in the morning.", false},
	} {
		stop, r := stopped(t, asPNG(t, drawn(t, c.sentence)))
		if stop != c.stop || len(r.Letters) == 0 || r.Blind {
			t.Errorf("%q: stopped %t, blind %t, read %q", c.sentence, stop, r.Blind, r.Letters)
		}
	}
}

// TestTurned: a photograph that a telephone kept lying on its side is read as people see it.
func TestTurned(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "pdftoppm")
	m := drawn(t, "По словам соседей, Зелимхана Несуществуева увели ночью.")
	b := m.Bounds()
	side := image.NewRGBA(image.Rect(0, 0, b.Dy(), b.Dx()))
	for y := range b.Dy() { // 6: to be seen, it must be turned to the right
		for x := range b.Dx() {
			side.Set(y, b.Dx()-1-x, m.At(x, y))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, side, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	exif := []byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	if stop, r := stopped(t, append(exif, out.Bytes()[2:]...)); !stop {
		t.Errorf("a turned photograph passes; turn %d, read %q", r.Turn, r.Letters)
	}
}

// TestPDFText: the text of a PDF is read, and the letters of a page that is a picture only.
func TestPDFText(t *testing.T) {
	t.Parallel()
	needs(t, "pdftotext", "pdftoppm", "tesseract")
	stop, r := stopped(t, paper(t, "We write about Zelimkhan Nesushchestvuev."))
	if !stop || len(r.Body) != 1 || r.Unread {
		t.Errorf("a PDF with a name passes: %q", r.Body)
	}
	if stop, _ := stopped(t, paper(t, "We write about Andrew Nobody.")); stop {
		t.Error("a PDF without a protected name is stopped")
	}
	if stop, r := stopped(t, scan(t, drawn(t, "We write about Zelimkhan Nesushchestvuev."))); !stop || len(r.Letters) == 0 {
		t.Errorf("a scanned page passes: %q", r.Letters)
	}
}

// scan is a PDF whose page is a picture.
func scan(t *testing.T, m image.Image) []byte {
	t.Helper()
	flat := image.NewRGBA(m.Bounds())
	draw.Draw(flat, flat.Bounds(), m, m.Bounds().Min, draw.Src)
	var j bytes.Buffer
	if err := jpeg.Encode(&j, flat, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	w, h := strconv.Itoa(m.Bounds().Dx()), strconv.Itoa(m.Bounds().Dy())
	content := "q 595 0 0 842 0 0 cm /I Do Q"
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>endobj\n" +
		"4 0 obj<</Length " + strconv.Itoa(len(content)) + ">>stream\n" + content + "\nendstream endobj\n5 0 obj<</Type/XObject/Subtype/Image/Width " + w + "/Height " + h + "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length " + strconv.Itoa(j.Len()) + ">>stream\n" + j.String() + "\nendstream endobj\ntrailer<</Root 1 0 R>>\n")
}

// TestOwnPapers: what the Desk makes itself tells nothing of who made it, where and with what.
func TestOwnPapers(t *testing.T) {
	t.Parallel()
	for _, k := range traces.Bytes(paper(t, "We write.")).FoundKinds() {
		if k != traces.Time { // the letter's own day
			t.Errorf("the PDF of a letter tells its %s", k)
		}
	}
	word, err := letter.Press{}.Word(campaign.Letter{Lang: "en", Addressee: "To the office", Subject: "A test", Paragraphs: []string{"We write."}, Signatory: "Nobody", Day: "2017-04-09"})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range traces.Bytes(word).FoundKinds() {
		if k != traces.Time {
			t.Errorf("the DOCX of a letter tells its %s", k)
		}
	}
	clean, err := darkroom.Upright(bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 4, 4)))), false)
	if err != nil || len(traces.Bytes(clean).Traces) > 0 {
		t.Errorf("a redacted picture tells %v, %v", traces.Bytes(clean).Traces, err)
	}
}

// TestInspectEnds: a file that is nothing is looked at without harm, and who stops waiting is heard.
func TestInspectEnds(t *testing.T) {
	t.Parallel()
	for _, b := range []string{"", "%PDF-1.4 broken", "\xff\xd8\xff broken", "\x00\x00\x00\x18ftypheic", "plain words"} {
		if _, err := darkroom.Inspect(t.Context(), strings.NewReader(b), int64(len(b))); err != nil {
			t.Errorf("%q: %v", b, err)
		}
	}
	needs(t, "tesseract", "pdftoppm")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := asPNG(t, image.NewGray(image.Rect(0, 0, 64, 64)))
	if _, err := darkroom.Inspect(ctx, bytes.NewReader(b), int64(len(b))); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more, and it says %v", err)
	}
}
