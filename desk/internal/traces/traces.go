// Package traces reads what a file tells besides what it shows: where a picture was
// taken, with which device, by whom and when; who wrote a document, what was struck
// out of it, what somebody remarked; names of files inside a file.
//
// It looks into pictures (JPEG, PNG, GIF, WebP, TIFF, HEIC), films and sounds (MP4,
// MP3, WAV, FLAC, Ogg), documents (PDF, Office Open XML, OpenDocument), ZIP, and text of
// any kind. A
// Trace says only what kind of thing was found and in which part of the file, so that
// it can stand on a page and in a log; the values themselves are in Hidden, for the
// leak guard alone. Files are strangers': every length is checked, unfolding is
// bounded, and what cannot be followed to its end is said to be Unread.
//
// It changes nothing and draws nothing: what letters a picture shows, and the text of
// a PDF, outside programs read (package darkroom). It is pure and imports the
// standard library alone.
package traces

import (
	"bytes"
	"encoding/binary"
	"errors"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind is what a trace gives away.
type Kind string

// The kinds of traces.
const (
	Place   Kind = "place"   // where it was made
	Device  Kind = "device"  // with which camera, telephone or lens
	Author  Kind = "author"  // by whom
	Time    Kind = "time"    // when
	Program Kind = "program" // with which program
	Note    Kind = "note"    // a remark, key words; not a title, which is shown
	Changes Kind = "changes" // what was struck out or put in
	Inside  Kind = "inside"  // another file or a small picture in it
)

// Kinds lists every kind, the gravest first.
func Kinds() []Kind { return []Kind{Place, Author, Device, Time, Changes, Note, Inside, Program} }

// Trace is one thing that a file tells, without its value.
type Trace struct {
	Kind  Kind
	Where string // the part of the file, such as "EXIF"; never of the file's own making
}

// Report is what was read.
type Report struct {
	Traces   []Trace
	Hidden   []string // what is not seen: for the leak guard, never for a page or a log
	Body     []string // what a document shows
	Letters  []string // what letters in its pictures say, where somebody could read them
	Pictures [][]byte // pictures in a document, for who can read letters in them
	Turn     int      // how the picture lies, as EXIF has it: 1 to 8; 0 when nothing says it
	Unread   bool     // something could not be followed to its end
	Blind    bool     // it has pictures in which nobody read letters
}

// Texts is all that the leak guard must read.
func (r Report) Texts() []string { return slices.Concat(r.Hidden, r.Body, r.Letters) }

// Has reports whether a kind was found.
func (r Report) Has(k Kind) bool {
	return slices.ContainsFunc(r.Traces, func(t Trace) bool { return t.Kind == k })
}

// FoundKinds lists the kinds that were found, the gravest first, each once.
func (r Report) FoundKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !r.Has(k) })
}

// Bounds, in bytes.
const (
	maxWhole  = 64 << 20 // of a file that is read as a whole
	maxUnfold = 96 << 20 // of all that is unfolded of one file
	maxPart   = 16 << 20 // of one part that is read or unfolded
	maxText   = 8 << 20  // of all text together
	maxPics   = 64       // pictures of one document
	maxDepth  = 3        // files in files
	maxSteps  = 200_000
	maxValue  = 1 << 20 // bytes of one value
)

// look is the state of reading one file.
type look struct {
	Report
	unfold int64 // bytes that may still be unfolded
	text   int   // bytes of text that may still be kept
	steps  int   // tags, chunks and streams that may still be looked at
}

// more takes a number of steps and reports whether there are as many: a file that is made
// of millions of small things must not hold us.
func (l *look) more(n int) bool {
	if l.steps -= n; l.steps < 0 {
		l.Unread = true
		return false
	}
	return true
}

// Read looks through a file of a length in bytes. What it cannot read makes it Unread
// and is no error; an error is the reader's own.
func Read(r io.ReaderAt, size int64) (Report, error) {
	l := &look{unfold: maxUnfold, text: maxText, steps: maxSteps}
	if err := l.file(r, size); err != nil {
		return Report{}, err
	}
	return l.Report, nil
}

// Bytes is Read for a file in memory.
func Bytes(b []byte) Report {
	l := &look{unfold: maxUnfold, text: maxText, steps: maxSteps}
	l.whole(b, 0)
	return l.Report
}

func (l *look) file(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 12))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if size <= maxWhole {
		b := make([]byte, size)
		if n, err := r.ReadAt(b, 0); err != nil && !(errors.Is(err, io.EOF) && int64(n) == size) {
			return err
		}
		l.whole(b, 0)
		return nil
	}
	if isBoxes(head) {
		return l.longFilm(r, size)
	}
	// Too long to be held: its beginning and its end, where such things stand.
	l.Unread = true
	for _, from := range []int64{0, size - maxPart} {
		b := make([]byte, maxPart)
		if _, err := r.ReadAt(b, from); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		l.anywhere(b)
		if from == 0 {
			l.sound(b)
		} else {
			l.id3v1(b)
		}
	}
	return nil
}

// whole looks through a file in memory; depth is how many files it lies in.
func (l *look) whole(b []byte, depth int) {
	if depth > maxDepth {
		l.Unread = true
		return
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		l.jpeg(b)
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		l.png(b)
	case bytes.HasPrefix(b, []byte("GIF8")):
		l.gif(b)
	case bytes.HasPrefix(b, []byte("II*\x00")), bytes.HasPrefix(b, []byte("MM\x00*")):
		l.exif(b, "TIFF")
		l.anywhere(b)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		l.zip(b, depth)
	case bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")):
		l.pdf(b, depth)
	case isBoxes(b):
		l.boxes(b, 0)
		l.anywhere(b)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), bytes.HasPrefix(b, []byte("{\\rtf")):
		l.Unread = true // an old office document: it holds names, and nobody here reads them
	default:
		l.sound(b)
		l.id3v1(b)
		l.anywhere(b)
		l.words(b)
	}
}

func (l *look) tell(k Kind, where string) {
	if t := (Trace{k, where}); !slices.Contains(l.Traces, t) {
		l.Traces = append(l.Traces, t)
	}
}

// hide keeps a value that is not seen; it reports whether there is any.
func (l *look) hide(text string) bool { return l.keep(&l.Hidden, text) }

func (l *look) keep(to *[]string, text string) bool {
	if len(text) > 4*l.text+64 { // also before it is cleaned
		l.Unread = true
		return true
	}
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < 0x20 && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " ")))
	if text == "" {
		return false
	}
	if len(text) > l.text {
		l.Unread = true
		return true
	}
	l.text -= len(text)
	if !slices.Contains((*to)[max(0, len(*to)-64):], text) { // the same thing stands in several places
		*to = append(*to, text)
	}
	return true
}

// say notes a value that is not seen, and what kind it is.
func (l *look) say(k Kind, where, value string) {
	if l.hide(value) {
		l.tell(k, where)
	}
}

// wide reads UTF-16 in an order.
func wide(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, order.Uint16(b[i:]))
	}
	return string(utf16.Decode(u))
}

// single reads text of one byte each: UTF-8 where it is, else Latin-1.
func single(b []byte) string {
	b = bytes.TrimRight(b, "\x00 ")
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

var (
	exifMark = []byte("Exif\x00\x00")
	xmpBegin = []byte("<x:xmpmeta")
	xmpEnd   = []byte("</x:xmpmeta>")
)

// anywhere finds blocks of EXIF and XMP wherever they stand in a file, also in pictures
// within a picture and behind its end.
func (l *look) anywhere(b []byte) {
	for at, n := 0, 0; n < 256; n++ {
		i := bytes.Index(b[at:], exifMark)
		if i < 0 {
			break
		}
		at += i + len(exifMark)
		l.exif(b[at:], "EXIF")
	}
	for at, n := 0, 0; n < 256; n++ {
		i := bytes.Index(b[at:], xmpBegin)
		if i < 0 {
			break
		}
		at += i
		end := bytes.Index(b[at:], xmpEnd)
		if end < 0 || end > maxPart {
			l.Unread = true
			break
		}
		l.xmp(string(b[at : at+end]))
		at += end
	}
}

// What of an XMP packet tells what. A name is followed by its value in an attribute or
// an element.
var xmpTells = []struct {
	kind Kind
	what *regexp.Regexp
}{
	{Place, regexp.MustCompile(`(?i)GPS(Latitude|Longitude)|photoshop:(City|State|Country)|Iptc4xmp(Core|Ext):(Location|City|CountryName|Sublocation)`)},
	{Device, regexp.MustCompile(`(?i)tiff:(Make|Model)|SerialNumber|aux:Lens|exifEX:(Lens|Body)`)},
	{Author, regexp.MustCompile(`(?i)dc:creator|dc:rights|photoshop:(Credit|AuthorsPosition|CaptionWriter|Source)|xmpRights:Owner|pdf:Author|CreatorContactInfo|PersonInImage`)},
	{Time, regexp.MustCompile(`(?i)(Create|Modify|Metadata)Date|DateCreated|DateTime(Original|Digitized)`)},
	{Program, regexp.MustCompile(`(?i)CreatorTool|pdf:Producer|softwareAgent`)},
	{Note, regexp.MustCompile(`(?i)dc:(description|subject)|photoshop:Headline|pdf:Keywords|exif:UserComment`)},
	{Changes, regexp.MustCompile(`(?i)xmpMM:(History|DerivedFrom|Ingredients)|photoshop:DocumentAncestors`)},
}

func (l *look) xmp(packet string) {
	for _, t := range xmpTells {
		if t.what.MatchString(packet) {
			l.tell(t.kind, "XMP")
		}
	}
	l.hide(plain(packet, true))
}

var (
	tag  = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	attr = regexp.MustCompile(`(?s)\s([A-Za-z][\w.\-]*:)?([A-Za-z][\w.\-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// plain is the text of XML, each element on a line; with the values of attributes that
// are no names of schemes, where a person may have written something.
func plain(xml string, attributes bool) string {
	out := tag.ReplaceAllStringFunc(xml, func(t string) string {
		if !attributes {
			return "\n"
		}
		var b strings.Builder
		for _, m := range attr.FindAllStringSubmatch(t, -1) {
			if m[1] == "xmlns:" || m[2] == "xmlns" {
				continue
			}
			b.WriteString("\n" + m[3] + m[4])
		}
		return b.String() + "\n"
	})
	lines := slices.DeleteFunc(strings.Split(html.UnescapeString(out), "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(lines, "\n")
}
