package traces

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func picture() image.Image {
	m := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range 32 {
		m.Set(i, i%24, color.White)
	}
	return m
}

func jpegFile(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngFile(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// expect holds a report to kinds and to words that must be among what is hidden.
func expect(t *testing.T, what string, r Report, kinds []Kind, words ...string) {
	t.Helper()
	for _, k := range kinds {
		if !r.Has(k) {
			t.Errorf("%s: %s is not found, only %v", what, k, r.FoundKinds())
		}
	}
	all := strings.Join(r.Hidden, "\n")
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("%s: %q does not come before the guard", what, w)
		}
	}
	for _, tr := range r.Traces {
		for _, w := range words {
			if strings.Contains(tr.Where, w) {
				t.Errorf("%s: a trace holds the value %q", what, w)
			}
		}
	}
}

// TestPlain: what Go itself writes tells nothing.
func TestPlain(t *testing.T) {
	t.Parallel()
	for what, b := range map[string][]byte{"JPEG": jpegFile(t), "PNG": pngFile(t), "text": []byte("Nothing is hidden in here."), "empty": nil} {
		if r := Bytes(b); len(r.Traces) > 0 || len(r.Hidden) > 0 || r.Unread {
			t.Errorf("%s: %+v", what, r)
		}
	}
}

// TestTool has exiftool, another program, write what a camera and an editor would.
func TestTool(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed: scripts/install-test-tools")
	}
	write := func(name string, b []byte, args ...string) []byte {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(tool, append(append([]string{"-q", "-overwrite_original", "-charset", "iptc=utf8"}, args...), path)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	camera := []string{"-EXIF:Make=Inventa", "-EXIF:Model=Dreamer 7", "-EXIF:Artist=Zelimkhan Nesushchestvuev", "-EXIF:DateTimeOriginal=2017:03:02 10:11:12",
		"-EXIF:GPSLatitude=43.1", "-EXIF:GPSLatitudeRef=N", "-EXIF:GPSLongitude=45.2", "-EXIF:GPSLongitudeRef=E", "-EXIF:UserComment=beside the old mill", "-EXIF:XPComment=Зелимхан у ворот", "-EXIF:SerialNumber=SN-4711-X"}
	all := []Kind{Place, Device, Author, Time, Note}
	words := []string{"Inventa", "Zelimkhan Nesushchestvuev", "beside the old mill", "Зелимхан у ворот", "SN-4711-X"}
	expect(t, "JPEG", Bytes(write("a.jpg", jpegFile(t), camera...)), all, words...)
	expect(t, "PNG", Bytes(write("a.png", pngFile(t), camera...)), all, words...)
	expect(t, "XMP", Bytes(write("b.jpg", jpegFile(t), "-XMP-dc:Creator=Zelimkhan", "-XMP-photoshop:City=Nowhere", "-XMP-xmp:CreatorTool=Paint", "-XMP-xmp:CreateDate=2017:03:02")), []Kind{Author, Place, Program, Time}, "Zelimkhan", "Nowhere")
	expect(t, "IPTC", Bytes(write("c.jpg", jpegFile(t), "-IPTC:By-line=Зелимхан", "-IPTC:City=Nowhere", "-IPTC:Caption-Abstract=He stands left")), []Kind{Author, Place, Note}, "Зелимхан", "Nowhere", "He stands left")
	expect(t, "comment", Bytes(write("d.jpg", jpegFile(t), "-Comment=for the aunt")), []Kind{Note}, "for the aunt")
	var pdf bytes.Buffer
	writePDF(&pdf, "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj", "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj")
	expect(t, "PDF", Bytes(write("e.pdf", pdf.Bytes(), "-PDF:Author=Зелимхан (invented)", "-PDF:Creator=Writer", "-XMP-dc:Description=an old note")), []Kind{Author, Program, Changes}, "Зелимхан (invented)", "an old note")
}

func writePDF(b *bytes.Buffer, objects ...string) {
	b.WriteString("%PDF-1.4\n")
	var at []int
	for _, o := range objects {
		at = append(at, b.Len())
		b.WriteString(o + "\n")
	}
	xref := b.Len()
	b.WriteString("xref\n0 " + strconv.Itoa(len(at)+1) + "\n0000000000 65535 f \n")
	for _, n := range at {
		s := strconv.Itoa(n)
		b.WriteString(strings.Repeat("0", 10-len(s)) + s + " 00000 n \n")
	}
	b.WriteString("trailer<</Size " + strconv.Itoa(len(at)+1) + "/Root 1 0 R>>\nstartxref\n" + strconv.Itoa(xref) + "\n%%EOF\n")
}

// TestPDFStrings: names in the strings of a PDF are read in each way in which they are written, also when packed.
func TestPDFStrings(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write([]byte(`<</Author(Packed Person)/CreationDate(D:20170302101112)>>`))
	z.Close()
	for want, object := range map[string]string{
		"Zelimkhan (the other) N": `<</Author(Zelimkhan \(the other\) N)>>`,
		"Zeli":                    `<</Author(\132\145\154i)>>`,
		"Зе":                      `<</Author<FEFF04170435>>>`,
		"Packed Person":           "<</Type/ObjStm/Filter/FlateDecode/Length " + strconv.Itoa(packed.Len()) + ">>stream\n" + packed.String() + "\nendstream",
	} {
		var b bytes.Buffer
		writePDF(&b, "1 0 obj"+object+"endobj")
		expect(t, want, Bytes(b.Bytes()), []Kind{Author}, want)
	}
	var b bytes.Buffer
	writePDF(&b, "1 0 obj<</Length 9>>stream\nxx"+string(withExif(jpegFile(t), "Inventa"))+"\nendstream endobj")
	expect(t, "a picture in a PDF", Bytes(b.Bytes()), []Kind{Device}, "Inventa")
	var locked bytes.Buffer
	writePDF(&locked, "1 0 obj<</Encrypt 2 0 R>>endobj")
	if r := Bytes(locked.Bytes()); !r.Unread {
		t.Error("a locked PDF counts as read")
	}
}

// withExif puts a block with a make into a JPEG.
func withExif(b []byte, make string) []byte {
	v := make + "\x00"
	e := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02")
	e = binary.BigEndian.AppendUint32(e, uint32(len(v)))
	e = append(e, 0, 0, 0, 26, 0, 0, 0, 0)
	e = append(e, v...)
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(e)+2))...)
	return slices.Concat(head, e, b[2:])
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOffice: what a document shows, what was struck out of it, what somebody remarked, and who.
func TestOffice(t *testing.T) {
	t.Parallel()
	word := zipped(t, map[string]string{
		"[Content_Types].xml": "<Types/>",
		"word/document.xml":   `<w:document><w:p><w:r><w:t>We met Zelim</w:t></w:r><w:r><w:t>khan there.</w:t></w:r></w:p><w:p><w:del w:author="Anna Vymyshlennaya"><w:r><w:delText>his sister Madina</w:delText></w:r></w:del></w:p></w:document>`,
		"word/comments.xml":   `<w:comments><w:comment w:author="Boris V."><w:p><w:t>Ask the uncle</w:t></w:p></w:comment></w:comments>`,
		"word/people.xml":     `<w15:people><w15:person w15:author="Clara Nobody"/></w15:people>`,
		"docProps/core.xml":   `<cp:coreProperties><dc:creator>Daniel N.</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">2017-03-02T10:00:00Z</dcterms:created></cp:coreProperties>`,
		"docProps/app.xml":    `<Properties><Application>Writer</Application><Company>Invented Shore</Company></Properties>`,
		"word/media/a.jpeg":   string(withExif(jpegFile(t), "Inventa")),
	})
	r := Bytes(word)
	expect(t, "DOCX", r, []Kind{Author, Time, Note, Changes, Program, Device}, "Anna Vymyshlennaya", "his sister Madina", "Ask the uncle", "Boris V.", "Clara Nobody", "Daniel N.", "Invented Shore", "Inventa")
	if body := strings.Join(r.Body, "\n"); !strings.Contains(body, "We met Zelimkhan there.") {
		t.Errorf("the body is %q", body)
	}
	if len(r.Pictures) != 1 {
		t.Errorf("%d pictures", len(r.Pictures))
	}
	sheet := Bytes(zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": `<sheets><sheet name="b" state="hidden"/></sheets>`, "xl/sharedStrings.xml": `<sst><si><t>Zelim</t></si><si><t>khan</t></si></sst>`}))
	if body := strings.Join(sheet.Body, "\n"); !sheet.Has(Changes) || !strings.Contains(body, "Zelim\nkhan") {
		t.Errorf("a hidden sheet: %v, body %q", sheet.FoundKinds(), body)
	}
	text := Bytes(zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.text", "meta.xml": `<office:meta><meta:initial-creator>Elena N.</meta:initial-creator></office:meta>`, "content.xml": `<office:text><text:p>One <text:span>name</text:span></text:p></office:text>`}))
	expect(t, "ODT", text, []Kind{Author}, "Elena N.")
	if body := strings.Join(text.Body, "\n"); !strings.Contains(body, "One name") {
		t.Errorf("ODT shows %q", body)
	}
	nested := Bytes(zipped(t, map[string]string{"letters/to Zelimkhan.docx": string(word)}))
	expect(t, "a document in a ZIP", nested, []Kind{Author}, "to Zelimkhan.docx", "Clara Nobody")
}

// TestFilmSound: the notes of films and recordings.
func TestFilmSound(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed: scripts/install-test-tools")
	}
	for name, kinds := range map[string][]Kind{"a.mp4": {Place, Author, Note}, "a.mp3": {Author, Note}, "a.wav": {Author}, "a.flac": {Author}, "a.ogg": {Author}} {
		path := filepath.Join(t.TempDir(), name)
		args := []string{"-loglevel", "error", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "0.2", "-metadata", "artist=Zelimkhan N.", "-metadata", "title=At the mill", "-metadata", "location=+43.1000+045.2000/", path}
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, name, Bytes(b), kinds, "Zelimkhan N.")
	}
}

// TestLong: a film that is too long to be held is read for its notes alone, and other files say that they were not read whole.
func TestLong(t *testing.T) {
	t.Parallel()
	note := "\x00\x00\x00\x22udta\x00\x00\x00\x1a\xa9xyz\x00\x0e\x15\xc7+43.1+045.20/  "
	moov := append(binary.BigEndian.AppendUint32(nil, uint32(8+len(note))), "moov"+note...)
	const mdat = maxWhole + 10
	r, err := Read(sparse{size: 8 + mdat + int64(len(moov)), parts: map[int64][]byte{0: append(binary.BigEndian.AppendUint32(nil, 8), "ftyp"...), 8: append(binary.BigEndian.AppendUint32(nil, mdat), "mdat"...), 8 + mdat: moov}}, 8+mdat+int64(len(moov)))
	if err != nil || r.Unread {
		t.Fatalf("%v, unread %t", err, r.Unread)
	}
	expect(t, "a long film", r, []Kind{Place}, "+43.1+045.20/")
	if r, err := Read(sparse{size: maxWhole + 1}, maxWhole+1); err != nil || !r.Unread {
		t.Errorf("a long file of another kind: %v, unread %t", err, r.Unread)
	}
}

// sparse is a long file of zeros with parts in it.
type sparse struct {
	size  int64
	parts map[int64][]byte
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	for at, b := range s.parts {
		for i := range b {
			if k := at + int64(i) - off; k >= 0 && k < int64(len(p)) {
				p[k] = b[i]
			}
		}
	}
	return int(min(int64(len(p)), s.size-off)), nil
}

// TestBomb: what unfolds without end is cut off, and said to be unread.
func TestBomb(t *testing.T) {
	t.Parallel()
	r := Bytes(zipped(t, map[string]string{"a.bin": strings.Repeat("\x00", maxPart+1)}))
	if !r.Unread {
		t.Error("a part that is too long counts as read")
	}
}

// FuzzBytes: no file of a stranger makes it fail.
func FuzzBytes(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEbext\x00\x00\x00\x00"))
	f.Add([]byte("ID3\x03\x00\x00\x00\x00\x00\x7fTIT2\x00\x00\x00\x01\x00\x00\x01"))
	f.Add([]byte("ID3\x03\x00\x00\x00\x00\x00\x7fCOMM\x00\x00\x00\x01\x00\x00\x01"))
	f.Add([]byte("%PDF-1.4 /Author(\\"))
	f.Add([]byte("%PDF-1.4 /Author<"))
	f.Add([]byte("\x00\x00\x00\x08ftyp\x00\x00\x00\x10meta\x00\x00\x00\x00"))
	f.Add([]byte("fLaC\x84\x00\x00\x08\x00\x00\x00\x00\xff\xff\xff\xff"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x03iTXta\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Bytes(b)
		for _, tr := range r.Traces {
			if !slices.Contains(Kinds(), tr.Kind) {
				t.Errorf("a trace of kind %q", tr.Kind)
			}
		}
	})
}
