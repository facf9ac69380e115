package pagescript_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools skips a test where the programs that make and read the corpus are missing.
func tools(t *testing.T) {
	t.Helper()
	for _, name := range []string{"exiftool", "ffmpeg", "ffprobe", "heif-enc", "heif-convert", "pdftoppm"} {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("WAYLIGHT_PAPERS") == "required" {
				t.Fatalf("%s is not here, and WAYLIGHT_PAPERS=required", name)
			}
			t.Skipf("%s is not here: scripts/install-test-tools installs it", name)
		}
	}
}

// command runs a program in dir and returns what it printed.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// corpus is a folder of files with planted places, names, numbers and days, by name.
func corpus(t *testing.T) (dir string, names []string) {
	t.Helper()
	tools(t)
	dir = t.TempDir()
	ff := func(args ...string) {
		command(t, dir, "ffmpeg", append([]string{"-v", "error", "-y"}, args...)...)
	}
	plant := func(file string, more ...string) {
		command(t, dir, "exiftool", append(append([]string{"-q", "-overwrite_original", "-GPSLatitude=43.31801", "-GPSLatitudeRef=N", "-GPSLongitude=45.69812", "-GPSLongitudeRef=E",
			"-Make=PlantedMake", "-Model=PlantedModel", "-SerialNumber=PlantedSerial77", "-LensSerialNumber=PlantedLens", "-Artist=PlantedAuthor", "-OwnerName=PlantedOwner", "-UserComment=PlantedComment",
			"-DateTimeOriginal=2017:04:09 10:11:12", "-XPAuthor=PlantedWide", "-XMP:Creator=PlantedXmp", "-XMP:CreatorTool=PlantedTool", "-XMP:GPSLatitude=43.31801", "-XMP:GPSLongitude=45.69812"}, more...), file)...)
	}
	for _, kind := range []string{"jpg", "png", "webp"} {
		ff("-f", "lavfi", "-i", "testsrc=size=160x120:rate=1", "-frames:v", "1", "a."+kind)
	}
	command(t, dir, "heif-enc", "a.png", "-o", "a.heic")
	command(t, dir, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=1", "-frames:v", "1", "thumb.jpg")
	plant("a.jpg", "-IPTC:By-line=PlantedIptc", "-Comment=PlantedNote", "-Orientation#=6", "-ThumbnailImage<=thumb.jpg")
	plant("a.png", "-PNG:Author=PlantedPng", "-Orientation#=6")
	plant("a.webp", "-Orientation#=6")
	plant("a.heic")
	jpg, err := os.ReadFile(filepath.Join(dir, "a.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	film := []string{"-metadata", "title=PlantedTitle", "-metadata", "artist=PlantedArtist", "-metadata", "comment=PlantedComment", "-metadata", "location=+43.3180+045.6981/", "-metadata", "creation_time=2017-04-09T10:00:00Z"}
	ff(append([]string{"-f", "lavfi", "-i", "testsrc=size=160x120:rate=10", "-f", "lavfi", "-i", "sine", "-t", "2"}, append(film, "a.mp4")...)...)
	ff("-i", "a.mp4", "-c", "copy", "-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.location.ISO6709=+43.3180+045.6981/", "-metadata", "com.apple.quicktime.model=PlantedModel",
		"-metadata", "creation_time=2017-04-09T10:00:00Z", "a.mov")
	if err := os.WriteFile(filepath.Join(dir, "track.srt"), []byte("1\n00:00:00,000 --> 00:00:02,000\nPlantedSubtitle 43.3180\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ff("-i", "a.mp4", "-i", "track.srt", "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", "-timecode", "01:02:03:04", "track.mp4")
	ff("-i", "a.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov", "parts.mp4")
	ff("-f", "lavfi", "-i", "sine", "-t", "2", "-metadata", "artist=PlantedArtist", "-metadata", "creation_time=2017-04-09T10:00:00Z", "a.m4a")
	ff("-f", "lavfi", "-i", "sine", "-t", "2", "-metadata", "artist=PlantedArtist", "-metadata", "title=PlantedTitle", "a.webm")
	for name, content := range map[string][]byte{
		"trail.jpg": append(bytes.Clone(jpg), jpg...), // a second picture behind the first
		"a.docx":    docx(t, jpg, nil), "a.pdf": pdf(jpg, false), "packed.pdf": pdf(jpg, true),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{"a.jpg", "trail.jpg", "a.png", "a.webp", "a.heic", "a.mp4", "a.mov", "track.mp4", "parts.mp4", "a.m4a", "a.webm", "a.docx", "a.pdf", "packed.pdf"}
}

const (
	wordNames = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relNames  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
)

// docx is a document with an author, comments, tracked changes, a template on the
// author's disk and a photo; more adds entries.
func docx(t *testing.T, photo []byte, more map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, content string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	add("[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/custom.xml" ContentType="PlantedType"/></Types>`)
	add("_rels/.rels", `<?xml version="1.0"?><Relationships `+relNames+`><Relationship Id="r1" Type="t/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="t/thumbnail" Target="docProps/thumbnail.jpeg"/></Relationships>`)
	add("docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:creator>PlantedAuthor</dc:creator><cp:lastModifiedBy>PlantedLast</cp:lastModifiedBy><dcterms:created>2017-04-09T10:00:00Z</dcterms:created></cp:coreProperties>`)
	add("docProps/app.xml", `<Properties><Company>PlantedCompany</Company><Application>PlantedProgram</Application></Properties>`)
	add("docProps/custom.xml", `<Properties>PlantedCustom</Properties>`)
	add("docProps/thumbnail.jpeg", `PlantedThumbnail`)
	add("customXml/item1.xml", `<a>PlantedLabel</a>`)
	add("word/document.xml", `<w:document `+wordNames+`><w:body><w:p w:rsidR="0077PLNT"><w:r><w:t>The words stay</w:t></w:r><w:ins w:id="1" w:author="PlantedWriter" w:date="2017-04-09T10:00:00Z"><w:r><w:t>new</w:t></w:r></w:ins>`+
		`<w:del w:id="2" w:author="PlantedWriter"><w:r><w:delText>old</w:delText></w:r></w:del></w:p></w:body></w:document>`)
	add("word/settings.xml", `<w:settings `+wordNames+`><w:attachedTemplate r:id="r1"/><w:rsids><w:rsidRoot w:val="0077PLNT"/></w:rsids></w:settings>`)
	add("word/_rels/settings.xml.rels", `<Relationships `+relNames+`><Relationship Id="r1" Type="t/attachedTemplate" Target="file:///C:\Users\PlantedUser\a.dotx" TargetMode="External"/></Relationships>`)
	add("word/comments.xml", `<w:comments `+wordNames+`><w:comment w:id="0" w:author="PlantedCommenter" w:initials="PC" w:date="2017-04-09T10:00:00Z"><w:p/></w:comment></w:comments>`)
	add("word/media/image1.jpg", string(photo))
	for name, content := range more {
		add(name, content)
	}
	if err := z.SetComment("PlantedZip"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdf is a page with a photo, a note, an information dictionary and XMP.
func pdf(photo []byte, packed bool) []byte {
	stream := func(dict string, body []byte) string {
		return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
	}
	packet := []byte(`<x:xmpmeta><rdf:RDF><dc:creator><rdf:Seq><rdf:li>PlantedXmp</rdf:li></rdf:Seq></dc:creator><xmp:CreatorTool>PlantedTool</xmp:CreatorTool></rdf:RDF></x:xmpmeta>`)
	meta := stream("/Type/Metadata/Subtype/XML", packet)
	if packed {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		w.Write(packet) //nolint:errcheck // into memory
		w.Close()       //nolint:errcheck // into memory
		meta = stream("/Type/Metadata/Subtype/XML/Filter/FlateDecode", b.Bytes())
	}
	return pdfOf("<</Size 10/Root 1 0 R/Info 7 0 R/ID[<506C616E746564><506C616E746564>]>>",
		"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>/Font<</F 9 0 R>>>>/Annots[8 0 R]>>",
		stream("", []byte("q 160 0 0 120 50 100 cm /I Do Q BT /F 12 Tf 50 50 Td (The words stay) Tj ET")),
		stream("/Type/XObject/Subtype/Image/Width 160/Height 120/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", photo), meta,
		`<</Author(Planted\(Author\))/Title<FEFF0050006C0061006E007400650064>/Producer(PlantedProducer)/CreationDate(D:20170409100000Z)/Odd(PlantedOdd)>>`,
		"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/T(PlantedNote)/M(D:20170409)/Contents(stays)>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
}

func pdfOf(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var places []int
	for i, o := range objects {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n%s\nstartxref\n%d\n%%%%EOF\n", trailer, table)
	return b.Bytes()
}
