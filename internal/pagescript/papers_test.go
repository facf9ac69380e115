package pagescript_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"waylight/internal/browser"
)

// seen is what the page says of a file.
type seen struct {
	What  string
	End   string
	Why   string
	Clean string // Base64, or empty
	Stays []string
	Tells []struct {
		What   string
		Values []string
	}
}

func (s seen) told() string {
	var b strings.Builder
	for _, t := range s.Tells {
		fmt.Fprintf(&b, "%s=%s;", t.What, strings.Join(t.Values, ","))
	}
	return b.String()
}

func lookAt(p *browser.Page, content []byte) seen {
	return browser.Await[seen](p, fmt.Sprintf("lab.look(%q)", base64.StdEncoding.EncodeToString(content)))
}

func read(t *testing.T, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// nothingPlanted looks for planted words in every writing.
func nothingPlanted(t *testing.T, name string, b []byte) {
	t.Helper()
	for _, word := range []string{"Planted", "PLNT", "2017-04-09", "2017:04:09", "20170409", "+43.3"} {
		var little, big []byte
		for _, u := range utf16.Encode([]rune(word)) {
			little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
		}
		for how, pattern := range map[string][]byte{"UTF-8": []byte(word), "UTF-16LE": little, "UTF-16BE": big} {
			if at := bytes.Index(b, pattern); at >= 0 {
				t.Errorf("%s: %q is left, in %s at %d: %q", name, word, how, at, b[max(0, at-20):min(len(b), at+40)])
			}
		}
	}
}

// What tells nothing to the yardstick: the file itself, its format, sizes and times of playing.
var telling = regexp.MustCompile(`(?i)planted|2017|43\.3|45\.6|(gps|serial|author|artist|creator|\bmake|\bmodel|owner|producer|thumbnail)[^:]*: *[^ \n]`)

// Each file of the corpus tells what was planted, and its cleaned twin tells
// nothing: not to a search of the bytes, and not to exiftool.
func TestCleanedFilesTellNothing(t *testing.T) {
	t.Parallel()
	dir, names := corpus(t)
	p := browser.Start(t)
	p.Go(lab(t).URL)
	for _, name := range names {
		original := read(t, dir, name)
		got := lookAt(p, original)
		if got.Clean == "" {
			t.Errorf("%s is not cleaned: %s", name, got.Why)
			continue
		}
		clean, err := base64.StdEncoding.DecodeString(got.Clean)
		if err != nil {
			t.Fatal(err)
		}
		told := got.told()
		for _, want := range expected(name) {
			if !strings.Contains(told, want) {
				t.Errorf("%s: the person is not told %q: %s", name, want, told)
			}
		}
		nothingPlanted(t, name, clean)
		after := "clean-" + name
		if err := os.WriteFile(filepath.Join(dir, after), clean, 0o600); err != nil {
			t.Fatal(err)
		}
		before := command(t, dir, "exiftool", "-a", "-G1", "-s", "-ee", "--FileName", "--FileModifyDate", "--FileAccessDate", "--FileInodeChangeDate", name)
		if !telling.MatchString(before) {
			t.Errorf("%s: the control: exiftool finds nothing planted", name)
		}
		for line := range strings.Lines(command(t, dir, "exiftool", "-a", "-G1", "-s", "-ee", "--FileName", "--Directory", "--FileModifyDate", "--FileAccessDate", "--FileInodeChangeDate", after)) {
			if telling.MatchString(line) {
				t.Errorf("%s: exiftool finds %s", name, line)
			}
		}
		same(t, dir, name)
	}
}

func expected(name string) []string {
	switch filepath.Ext(name) {
	case ".jpg", ".png", ".webp", ".heic":
		return []string{"place=43.32 N, 45.70 E", "PlantedMake,PlantedModel", "PlantedSerial77", "PlantedAuthor", "day=2017-04-09"}
	case ".mp4", ".mov":
		out := []string{"software=", "PlantedTitle"}
		if name == "a.mov" {
			out = []string{"place=43.32 N, 45.70 E", "PlantedModel", "day=2017-04-09"}
		}
		if name == "track.mp4" {
			out = append(out, "track=")
		}
		return out
	case ".m4a":
		return []string{"PlantedArtist", "day=2017-04-09"}
	case ".webm":
		return []string{"PlantedTitle"}
	case ".docx":
		return []string{"PlantedAuthor,PlantedLast", "place=43.32 N, 45.70 E", "day=2017-04-09", "within=", "preview="}
	default:
		return []string{"Planted(Author", "PlantedProducer", "day=2017-04-09", "place=43.32 N, 45.70 E", "PlantedNote"}
	}
}

// same compares what people see and hear in both files.
func same(t *testing.T, dir, name string) {
	t.Helper()
	show := func(file string) string {
		switch filepath.Ext(name) {
		case ".heic":
			command(t, dir, "heif-convert", file, file+".png")
			return command(t, dir, "ffmpeg", "-v", "error", "-i", file+".png", "-f", "framemd5", "-")
		case ".jpg", ".png", ".webp":
			return command(t, dir, "ffmpeg", "-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgba", "-")
		case ".mp4", ".mov", ".m4a", ".webm": // the very samples, undecoded
			return command(t, dir, "ffmpeg", "-v", "error", "-i", file, "-map", "0:v?", "-map", "0:a?", "-c", "copy", "-f", "framemd5", "-") +
				command(t, dir, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,duration,width,height", "-select_streams", "v", file)
		case ".pdf":
			command(t, dir, "pdftoppm", "-r", "50", "-singlefile", file, file)
			return string(read(t, dir, file+".ppm"))
		}
		return document(t, dir, file)
	}
	if show(name) != show("clean-"+name) {
		t.Errorf("%s: what it shows has changed", name)
	}
}

// document opens every part of a DOCX, parses its XML, and returns its words.
func document(t *testing.T, dir, file string) string {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	words := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s in %s: %v", f.Name, file, err)
		}
		if strings.HasPrefix(file, "clean-") {
			nothingPlanted(t, file+": "+f.Name, b)
		}
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		for d := xml.NewDecoder(bytes.NewReader(b)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s in %s: %v", f.Name, file, err)
			}
			if c, ok := token.(xml.CharData); ok && f.Name == "word/document.xml" {
				words += string(c) + "|"
			}
		}
	}
	return words
}

// What cannot be cleaned surely is said to be so, with the reason.
func TestWhatCannotBeCleaned(t *testing.T) {
	t.Parallel()
	p := browser.Start(t)
	p.Go(lab(t).URL)
	base := []string{"<</Type/Catalog>>", "<</Author(Somebody)>>"}
	box := func(size uint32, kind, body string) string {
		return string([]byte{byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}) + kind + body
	}
	ftyp := box(16, "ftyp", "isom\x00\x00\x00\x00")
	word := func(more map[string]string) string { return string(docx(t, []byte("no picture"), more)) }
	for name, c := range map[string]struct{ content, why string }{
		"nothing":                {"", "unknown"},
		"text":                   {"hello", "unknown"},
		"zip":                    {string(zipOf(t, map[string]string{"a.txt": "hello"})), "unknown"},
		"encrypted PDF":          {string(pdfOf("<</Encrypt 2 0 R/Info 2 0 R>>", base...)), "locked"},
		"packed PDF":             {string(pdfOf("<</Info 2 0 R>>", "<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 3>>\nstream\nabc\nendstream", base[1])), "packed"},
		"PDF with a file inside": {string(pdfOf("<</Info 2 0 R>>", "<</Names<</EmbeddedFiles 3 0 R>>>>", base[1])), "inside"},
		"PDF with versions":      {string(pdfOf("<</Info 2 0 R>>", base...)) + "2 0 obj <</Author(Else)>> endobj\n%%EOF\n", "versions"},
		"PDF without an end":     {"%PDF-1.4\n1 0 obj (open", "broken"},
		"JPEG cut off":           {"\xff\xd8\xff\xda\x00\x02abcdef", "broken"},
		"JPEG, length too long":  {"\xff\xd8\xff\xe1\xff\xffExif\x00\x00", "broken"},
		"PNG, length too long":   {"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR", "broken"},
		"WebP, length too long":  {"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", "broken"},
		"box of size 0 in moov":  {ftyp + box(24, "moov", box(0, "trak", box(4, "trak", ""))), "broken"},
		"box longer than all":    {ftyp + box(0xffffffff, "moov", "abc"), "broken"},
		"box of size 7":          {ftyp + box(7, "moov", ""), "broken"},
		"wide box, huge":         {ftyp + box(1, "moov", "\xff\xff\xff\xff\xff\xff\xff\xff"), "broken"},
		"film without an index":  {ftyp + box(12, "mdat", "abcd"), "broken"},
		"document, odd picture":  {word(nil), "pictures"},
		"document with an OLE":   {string(docx(t, []byte("\xff\xd8\xff\xd9"), map[string]string{"word/embeddings/a.bin": "x"})), "inside"},
		"spreadsheet":            {string(zipOf(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", "docProps/core.xml": "<a><dc:creator>Somebody</dc:creator></a>"})), "kind"},
		"zip bomb":               {string(docx(t, []byte("\xff\xd8\xff\xd9"), map[string]string{"word/bomb.xml": strings.Repeat(" ", 80<<20)})), "large"},
	} {
		if got := lookAt(p, []byte(c.content)); got.Why != c.why || got.Clean != "" {
			t.Errorf("%s: %q, want %q; cleaned: %v", name, got.Why, c.why, got.Clean != "")
		} else if (name == "spreadsheet" || name == "packed PDF" || name == "PDF with versions") && !strings.Contains(got.told(), "author=Somebody") {
			t.Errorf("%s: the person is not told what can be read: %s", name, got.told())
		}
	}
	// An EXIF block that points to itself.
	loop := "MM\x00*\x00\x00\x00\x08\x00\x02\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08"
	if got := lookAt(p, []byte("\xff\xd8\xff\xe1\x00\x32Exif\x00\x00"+loop+strings.Repeat("\x00", 48-6-len(loop))+"\xff\xd9")); got.Clean == "" {
		t.Errorf("an EXIF block that points to itself: %s", got.Why)
	}
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever is done to a file, looking at it ends, and says one of two things.
func TestMutatedFilesNeverHang(t *testing.T) {
	t.Parallel()
	dir, names := corpus(t)
	p := browser.Start(t)
	p.Go(lab(t).URL)
	for _, name := range names {
		browser.Eval[bool](p, fmt.Sprintf("lab.keep(%q, %q)", name, base64.StdEncoding.EncodeToString(read(t, dir, name))))
	}
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint32().Draw(rt, "seed")
		name := rapid.SampledFrom(names).Draw(rt, "file")
		for _, wrong := range browser.Await[[]string](p, fmt.Sprintf("lab.mutate(%q, %d, 8)", name, seed)) {
			rt.Errorf("%s, seed %d: %s", name, seed, wrong)
		}
	})
}

// A film of two gigabytes is looked at in slices.
func TestLongFilmIsNotRead(t *testing.T) {
	t.Parallel()
	dir, _ := corpus(t)
	short := read(t, dir, "a.mp4")
	at := bytes.Index(short, []byte("moov")) - 4
	if at < 0 {
		t.Fatal("no index")
	}
	const size = 2<<30 - 1<<20
	long := filepath.Join(dir, "long.mp4")
	f, err := os.Create(long)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The film as it is, then a second content of almost 2 GiB of nothing, then the index.
	moov := short[at:]
	gap := uint32(size - at - len(moov))
	head := []byte{byte(gap >> 24), byte(gap >> 16), byte(gap >> 8), byte(gap), 'm', 'd', 'a', 't'}
	for place, b := range map[int64][]byte{0: short[:at], int64(at): head, int64(at) + int64(gap): moov} {
		if _, err := f.WriteAt(b, place); err != nil {
			t.Fatal(err)
		}
	}
	p := browser.Start(t)
	p.Go(lab(t).URL)
	p.Upload("#file", long)
	got := browser.Await[struct {
		Why  string
		Size int64
		Read int64
	}](p, `lab.lookAtFile(document.querySelector("#file").files[0])`)
	if got.Why != "" || got.Size != size || got.Read > 1<<20 {
		t.Errorf("%s: %d bytes, of which %d were read", got.Why, got.Size, got.Read)
	}
}
