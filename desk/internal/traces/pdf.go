package traces

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"strings"
)

// The entries of a PDF's dictionaries in which somebody may have written something.
var pdfTells = map[string]Kind{"Author": Author, "Creator": Program, "Producer": Program, "CreationDate": Time, "ModDate": Time, "M": Time, "Title": "", "Subject": Note, "Keywords": Note,
	"Contents": Note, "T": Note, "RC": Note, "Alt": "", "TU": "", "UF": Inside, "F": Inside, "Desc": Note, "Company": Author, "Name": Author, "Location": Place, "ContactInfo": Author, "Reason": Note, "URI": ""}

var (
	pdfEntry  = regexp.MustCompile(`/(Author|Creator|Producer|CreationDate|ModDate|M|Title|Subject|Keywords|Contents|T|RC|Alt|TU|UF|F|Desc|Company|Name|Location|ContactInfo|Reason|URI)\s*([(<])`)
	pdfInside = regexp.MustCompile(`/EmbeddedFile[^s]|/EF\s*<<|/RichMedia\b`)
	pdfStream = regexp.MustCompile(`stream\r?\n`)
)

// pdf reads what stands in a PDF's dictionaries, its packets of XMP and its pictures.
// What its pages show, an outside program reads.
func (l *look) pdf(b []byte, depth int) {
	if bytes.Contains(b, []byte("/Encrypt")) {
		l.Unread = true
	}
	l.anywhere(b)
	if pdfInside.Match(b) {
		l.tell(Inside, "PDF")
	}
	if bytes.Count(b, []byte("%%EOF")) > 1 && !bytes.Contains(b[:min(len(b), 2048)], []byte("/Linearized")) {
		l.tell(Changes, "PDF") // what was kept before a change stands in the file still
	}
	// What stands outside the streams: inside, any bytes may look like an entry.
	var outside []byte
	defer func() { l.dictionaries(outside) }()
	for at := 0; ; {
		m := pdfStream.FindIndex(b[at:])
		if m == nil {
			outside = append(outside, b[at:]...)
			return
		}
		from := at + m[1]
		outside = append(outside, b[at:at+m[0]]...)
		n := bytes.Index(b[from:], []byte("endstream"))
		if n < 0 {
			return
		}
		head := b[max(at, at+m[0]-1024) : at+m[0]]
		if i := bytes.LastIndex(head, []byte(" obj")); i >= 0 {
			head = head[i:]
		}
		l.stream(head, b[from:from+n], depth)
		at = from + n + len("endstream")
	}
}

// stream reads one stream: packed dictionaries, packets, pictures and files within.
func (l *look) stream(head, b []byte, depth int) {
	has := func(what string) bool { return bytes.Contains(head, []byte(what)) }
	if has("/FlateDecode") && !has("/Subtype/Image") && !has("/Subtype /Image") && !has("/FontFile") && !has("/Length1") {
		if !has("/ObjStm") && !has("/Metadata") && !has("/EmbeddedFile") && !has("/DCTDecode") {
			return // the drawing of a page
		}
		b = l.inflate(b)
	}
	switch {
	case has("/ObjStm"):
		l.dictionaries(b)
	case has("/Metadata"):
		l.anywhere(b)
	case has("/EmbeddedFile"):
		l.whole(b, depth+1)
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		l.jpeg(bytes.TrimRight(b, "\r\n"))
	}
}

func (l *look) dictionaries(b []byte) {
	for _, m := range pdfEntry.FindAllSubmatchIndex(b, 1<<16) {
		name := string(b[m[2]:m[3]])
		text := pdfText(b[m[4]:min(len(b), m[4]+1<<16)])
		k := pdfTells[name]
		switch {
		case k == "":
			l.hide(text)
		case name == "T" || name == "M" || name == "F" || name == "Name": // fields of forms and much else are called so
			if l.hide(text) && name == "T" && bytes.Contains(b[max(0, m[0]-512):min(len(b), m[1]+512)], []byte("/Annot")) {
				l.tell(Author, "PDF")
			}
		default:
			l.say(k, "PDF", text)
		}
	}
}

// pdfText reads a string of a PDF that begins here.
func pdfText(b []byte) string {
	var out []byte
	if b[0] == '<' {
		end := bytes.IndexByte(b, '>')
		if end < 2 || b[1] == '<' {
			return ""
		}
		digits := strings.Join(strings.Fields(string(b[1:end])), "")
		out, _ = hex.DecodeString(digits + strings.Repeat("0", len(digits)%2))
	} else {
		out = literal(b)
	}
	if bytes.HasPrefix(out, []byte{0xfe, 0xff}) {
		return wide(out[2:], binary.BigEndian)
	}
	return single(bytes.TrimPrefix(out, []byte{0xef, 0xbb, 0xbf}))
}

// literal reads a string in brackets, with its escapes.
func literal(b []byte) (out []byte) {
	depth := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '\\' && i+1 < len(b):
			i++
			if d := b[i]; d >= '0' && d <= '7' {
				n, k := 0, 0
				for ; k < 3 && i+k < len(b) && b[i+k] >= '0' && b[i+k] <= '7'; k++ {
					n = n*8 + int(b[i+k]-'0')
				}
				i += k - 1
				out = append(out, byte(n))
				continue
			}
			if at := strings.IndexByte("nrtbf", b[i]); at >= 0 {
				out = append(out, "\n\r\t\b\f"[at])
			} else if b[i] != '\n' {
				out = append(out, b[i])
			}
		case c == '(':
			if depth++; depth > 1 {
				out = append(out, c)
			}
		case c == ')':
			if depth--; depth == 0 {
				return out
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}
