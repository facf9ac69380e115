package pdftag

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// made is a document with all that there is, over several pages.
func made(t *testing.T) []byte {
	t.Helper()
	d := New(About{Title: "Ein Beispiel & <mehr>", Author: "Niemand", Lang: "de", Day: time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)})
	d.SetAutoPageBreak(true, 20)
	d.Foot(func() {
		d.SetY(-12)
		if d.PageNo() == 1 {
			d.Later(P, Attr{}, func() { d.Put(func() { d.CellFormat(0, 5, "read at the end", "", 0, "L", false, 0, "") }) })
			return
		}
		d.Repeated(func() { d.CellFormat(0, 5, "only seen", "", 0, "L", false, 0, "") })
	})
	d.SetFont("Helvetica", "", 12)
	d.AddPage()
	d.In(H1, Attr{}, func() { d.Put(func() { d.CellFormat(0, 8, "A heading", "", 1, "L", false, 0, "") }) })
	d.In(Figure, Attr{Alt: "Drei Äpfel", Box: [4]float64{10, 20, 60, 40}}, func() {
		d.Put(func() {
			d.Rect(10, 20, 50, 20, "F")
			d.Aside(func() { d.Rect(10, 20, 1, 1, "F") }) // within what is put
			d.Rect(12, 22, 5, 5, "F")
		})
	})
	d.SetY(50)
	d.In(P, Attr{}, func() {
		d.Put(func() { d.CellFormat(40, 8, "before ", "", 0, "L", false, 0, "") })
		d.Again(Span, Attr{Lang: "fr"}, func() { d.Put(func() { d.CellFormat(20, 8, "mots ", "", 0, "L", false, 0, "") }) })
		d.Again(Span, Attr{Lang: "fr"}, func() { d.Put(func() { d.CellFormat(20, 8, "encore ", "", 0, "L", false, 0, "") }) })
		d.Put(func() { d.CellFormat(0, 8, "after", "", 1, "L", false, 0, "") })
	})
	d.In(P, Attr{}, func() { // one drawing that runs over the ends of pages
		d.Put(func() { d.MultiCell(0, 8, strings.Repeat("many words go on ", 300), "", "L", false) })
	})
	d.In(Table, Attr{}, func() {
		d.In(Row, Attr{}, func() {
			d.In(Head, Attr{Scope: "Column"}, func() { d.Put(func() { d.CellFormat(0, 8, "head", "", 1, "L", false, 0, "") }) })
		})
		d.Aside(func() { // an element within an artifact is none
			d.In(Row, Attr{}, func() { d.Put(func() { d.CellFormat(0, 8, "head again", "", 1, "L", false, 0, "") }) })
		})
	})
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run gives a tool's words about a file, and fails when the tool complains.
func run(t *testing.T, pdf []byte, name string, args ...string) string {
	t.Helper()
	bin, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	file := filepath.Join(t.TempDir(), "made.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(bin, append(args, file)...)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v %s%s", name, err, &complaints, out)
	}
	return string(out)
}

// TestTree: poppler reads the elements in the order in which they were opened, with
// their words, over the ends of pages, and what is an artifact is in none of them.
func TestTree(t *testing.T) {
	t.Parallel()
	b := made(t)
	if !bytes.Equal(b, made(t)) {
		t.Error("the same document gives other bytes")
	}
	text := run(t, b, "pdfinfo", "-struct-text")
	at := 0
	for _, want := range []string{"Document\n", "H1 (block)\n    \"A heading\"", "Figure", "P (block)\n    \"before \"\n    Span (inline)\n      \"mots encore \"\n    \"after\"", "P (block)\n    \"many words go on", "Table", "TR", "TH", "/Scope /Column", "\"head\"", "P (block)\n    \"read at the end\""} {
		n := strings.Index(text[at:], want)
		if n < 0 {
			t.Fatalf("%q does not stand where it should:\n%s", want, text)
		}
		at += n + len(want)
	}
	if n := strings.Count(strings.Join(strings.Fields(text), " "), "many"); n != 300 {
		t.Errorf("%d of 300 words are there", n)
	}
	for _, no := range []string{"only seen", "head again"} {
		if strings.Contains(text, no) {
			t.Errorf("%q is read", no)
		}
	}
	info := strings.Join(strings.Fields(run(t, b, "pdfinfo")), " ")
	for _, want := range []string{"Ein Beispiel & <mehr>", "PDF version: 1.7", "Tagged: yes"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is not in what the file says of itself:\n%s", want, info)
		}
	}
	meta := run(t, b, "pdfinfo", "-meta")
	for _, want := range []string{"Ein Beispiel &amp; &lt;mehr&gt;", "<pdfuaid:part>1</pdfuaid:part>"} {
		if !strings.Contains(meta, want) {
			t.Errorf("%q is not in the metadata:\n%s", want, meta)
		}
	}
	for _, want := range []string{"/Lang (de)", "/DisplayDocTitle true", "/Tabs /S", "/Alt " + str("Drei Äpfel"), "/Lang " + str("fr"), "/BBox [28.35 728.50 170.08 785.20]"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("the file has no %s", want)
		}
	}
	if bytes.Contains(b, []byte("FPDF")) || bytes.Contains(b, []byte("/Prev")) {
		t.Error("the file tells of its making")
	}
}

// TestSound: qpdf finds nothing wrong, and every mark is closed.
func TestSound(t *testing.T) {
	t.Parallel()
	b := made(t)
	run(t, b, "qpdf", "--check")
	deep, most := 0, 0
	for _, w := range strings.Fields(contents(t, b)) {
		switch w {
		case "BDC":
			deep++
		case "EMC":
			deep--
		}
		if deep < 0 {
			t.Fatal("a mark is closed that was not open")
		}
		most = max(most, deep)
	}
	if deep != 0 || most != 1 {
		t.Errorf("%d marks are open at the end, %d stood within one another", deep, most)
	}
}

// contents gives the content of all pages.
func contents(t *testing.T, b []byte) string {
	t.Helper()
	bin, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not installed")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(bin, "--qdf", "--object-streams=disable", in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, msg)
	}
	plain, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// TestRefused: a picture without words is not written, and what is no file of the
// library is not taken for one.
func TestRefused(t *testing.T) {
	t.Parallel()
	d := New(About{Title: "t", Lang: "en", Day: time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)})
	d.AddPage()
	d.In(Figure, Attr{}, func() { d.Put(func() { d.Rect(10, 10, 5, 5, "F") }) })
	if _, err := d.Bytes(); err == nil {
		t.Error("a figure without words is written")
	}
	whole := made(t)
	for _, b := range [][]byte{nil, []byte("%PDF-1.3\n"), whole[:len(whole)/2], []byte("startxref\n9\n%%EOF"), append([]byte("shifted"), whole...)} {
		if _, err := read(b); err == nil {
			t.Errorf("%d bytes are taken for a file", len(b))
		}
	}
}
