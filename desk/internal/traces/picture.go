package traces

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"strings"
)

// jpeg reads the segments before the picture, and what stands anywhere else.
func (l *look) jpeg(b []byte) {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		m := b[i+1]
		if m == 0xff { // fill
			i++
			continue
		}
		if m == 0xda || m == 0xd9 {
			break
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			l.Unread = true
			break
		}
		part := b[i+4 : i+2+n]
		switch {
		case m == 0xfe:
			l.say(Note, "comment", single(part))
		case m == 0xed && bytes.HasPrefix(part, []byte("Photoshop 3.0\x00")):
			l.iptc(part)
		case m == 0xe1 && bytes.HasPrefix(part, []byte("http://ns.adobe.com/xmp/extension/")):
			l.xmp(string(part)) // a further piece of a long packet
		}
		i += 2 + n
	}
	l.anywhere(b)
	// A telephone puts a film or a second picture behind the first.
	if end := bytes.LastIndex(b, []byte("\xff\xd9")); end >= 0 && len(b)-end > 256 || bytes.Contains(b, []byte("ftypmp42")) || bytes.Contains(b, []byte("MPF\x00")) {
		l.tell(Inside, "appended")
		l.anyFilm(b)
	}
}

// iptcTells is what the fields of IPTC tell, by their number in record 2.
var iptcTells = map[byte]Kind{5: Note, 25: Note, 40: Note, 55: Time, 60: Time, 80: Author, 85: Author, 90: Place, 92: Place, 95: Place, 101: Place, 103: Note, 105: Note, 110: Author, 115: Author, 116: Author, 118: Author, 120: Note, 122: Author}

// iptc reads the fields of an older kind of notes that newspapers use.
func (l *look) iptc(b []byte) {
	for i := 0; i+5 <= len(b); {
		if b[i] != 0x1c || b[i+1] != 2 {
			i++
			continue
		}
		n := int(binary.BigEndian.Uint16(b[i+3:]))
		if n > 0x7fff || i+5+n > len(b) {
			i++
			continue
		}
		if k, ok := iptcTells[b[i+2]]; ok {
			l.say(k, "IPTC", single(b[i+5:i+5+n]))
		}
		i += 5 + n
	}
}

// png reads the chunks with text, times and EXIF.
func (l *look) png(b []byte) {
	for i := 8; i+12 <= len(b); {
		n := int64(binary.BigEndian.Uint32(b[i:]))
		if n > int64(len(b)-i-12) {
			l.Unread = true
			break
		}
		part := b[i+8 : i+8+int(n)]
		switch string(b[i+4 : i+8]) {
		case "tEXt":
			key, value, _ := bytes.Cut(part, []byte{0})
			l.named("PNG", string(key), single(value))
		case "zTXt":
			if key, rest, ok := bytes.Cut(part, []byte{0}); ok && len(rest) > 1 {
				l.named("PNG", string(key), single(l.inflate(rest[1:])))
			}
		case "iTXt":
			l.international(part)
		case "eXIf":
			l.exif(part, "EXIF")
		case "tIME":
			l.tell(Time, "PNG")
		case "IEND":
			if len(b)-i-12 > 256 {
				l.tell(Inside, "appended")
			}
		}
		i += 12 + int(n)
	}
	l.anywhere(b)
}

// international reads a text chunk with a language: key, how it is packed, language, key again, text.
func (l *look) international(part []byte) {
	key, rest, ok := bytes.Cut(part, []byte{0})
	if !ok || len(rest) < 2 {
		return
	}
	packed := rest[0] == 1
	_, rest, _ = bytes.Cut(rest[2:], []byte{0})
	_, text, _ := bytes.Cut(rest, []byte{0})
	if packed {
		text = l.inflate(text)
	}
	if string(key) == "XML:com.adobe.xmp" {
		l.xmp(string(text))
		return
	}
	l.named("PNG", string(key), string(text))
}

// inflate unfolds what zlib packed, within the bounds.
func (l *look) inflate(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		l.Unread = true
		return nil
	}
	return l.read(z)
}

// read takes what a packer gives, within the bounds; what broke off is kept as far as it came.
func (l *look) read(r io.Reader) []byte {
	room := min(l.unfold, maxPart)
	out, err := io.ReadAll(io.LimitReader(r, room+1))
	if l.unfold -= int64(len(out)); err != nil || int64(len(out)) > room {
		l.Unread = true
		out = out[:min(int64(len(out)), room)]
	}
	l.unfold = max(l.unfold, 0)
	return out
}

// named is a value under a word that says what it is.
func (l *look) named(where, name, value string) {
	n := strings.ToLower(name)
	k := Note
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(n, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("gps", "location", "©xyz", "city", "country", "iarl"):
		k = Place
	case has("author", "artist", "creator", "owner", "copyright", "©aut", "©art", "iart", "icop", "ieng", "tpe", "tcop", "originator", "company", "manager", "lastmodifiedby", "performer"):
		k = Author
	case has("make", "model", "device", "camera", "lens", "serial", "©mak", "©mod"):
		k = Device
	case has("date", "time", "©day", "icrd", "year", "tdrc", "tyer", "tdat"):
		k = Time
	case has("software", "encoder", "producer", "tool", "application", "generator", "©too", "©swr", "isft", "tsse", "tenc", "vendor"):
		k = Program
	}
	l.say(k, where, value)
}

// gif reads comments and packets of XMP.
func (l *look) gif(b []byte) {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte{0x21, 0xfe})
		if i < 0 {
			break
		}
		at += i + 2
		var text []byte
		for at < len(b) && b[at] > 0 && at+1+int(b[at]) <= len(b) {
			text = append(text, b[at+1:at+1+int(b[at])]...)
			at += 1 + int(b[at])
		}
		if at < len(b) && b[at] == 0 && printable(text) { // the same two bytes also stand in pictures
			l.say(Note, "comment", single(text))
		}
	}
	l.anywhere(b)
}

// printable reports bytes that are text, not a picture's.
func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return len(b) > 0
}

// The tags of EXIF that tell something, by the directory in which they stand.
var exifTells = map[uint16]Kind{
	0x010d: Note, 0x010e: Note, 0x010f: Device, 0x0110: Device, 0x0131: Program, 0x0132: Time, 0x013b: Author, 0x013c: Device, 0x8298: Author,
	0x9003: Time, 0x9004: Time, 0x927c: Device, 0x9286: Note, 0x9c9b: Note, 0x9c9c: Note, 0x9c9d: Author, 0x9c9e: Note, 0x9c9f: Note,
	0xa420: Device, 0xa430: Author, 0xa431: Device, 0xa433: Device, 0xa434: Device, 0xa435: Device, 0xc614: Device, 0xc62f: Device,
}

const (
	tagExif = 0x8769
	tagGPS  = 0x8825
	tagXMP  = 0x02bc
	tagIPTC = 0x83bb
)

// exif reads a block as TIFF has it: directories of tags.
func (l *look) exif(b []byte, where string) {
	if len(b) < 8 {
		return
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return
	}
	b = b[:min(len(b), maxPart)]
	seen := map[uint32]bool{}
	var directory func(at uint32, gps bool)
	directory = func(at uint32, gps bool) {
		for n := 0; at != 0 && !seen[at] && len(seen) < 64; n++ {
			seen[at] = true
			if int64(at)+2 > int64(len(b)) {
				return
			}
			if n == 1 && !gps {
				l.tell(Inside, "thumbnail")
			}
			count := int(order.Uint16(b[at:]))
			end := int64(at) + 2 + 12*int64(count)
			if end > int64(len(b)) {
				return
			}
			for i := range count {
				e := b[int(at)+2+12*i:][:12]
				id, v := order.Uint16(e), value(b, e, order)
				switch {
				case id == tagExif && len(v) == 4:
					directory(order.Uint32(v), false)
				case id == tagGPS && len(v) == 4:
					directory(order.Uint32(v), true)
				case gps:
					l.position(id, e, v, where)
				case id == 0x0112 && len(v) == 2 && l.Turn == 0:
					l.Turn = int(order.Uint16(v))
				case id == tagXMP:
					l.xmp(string(v))
				case id == tagIPTC:
					l.iptc(v)
				default:
					l.tagged(id, v, where)
				}
			}
			if end+4 > int64(len(b)) {
				return
			}
			at = order.Uint32(b[end:])
		}
	}
	directory(order.Uint32(b[4:]), false)
}

// position notes a tag of the directory for places; its edition (0) tells nothing.
func (l *look) position(id uint16, e, v []byte, where string) {
	if id == 0 || len(v) == 0 {
		return
	}
	k := Place
	if id == 7 || id == 29 { // the time and the day of the satellites
		k = Time
	}
	l.tell(k, where)
	if kind := e[2] | e[3]; kind == 2 || kind == 7 {
		l.hide(single(v))
	}
}

func (l *look) tagged(id uint16, v []byte, where string) {
	k, ok := exifTells[id]
	switch {
	case !ok || len(bytes.Trim(v, "\x00 ")) == 0:
	case id == 0x927c: // a maker's own notes: hold serial numbers, and no text for people
		l.tell(k, where)
		for _, s := range runs(v) {
			l.hide(s)
		}
	case id == 0x9286 && len(v) > 8: // begins with the name of its letters
		text := single(v[8:])
		if bytes.HasPrefix(v, []byte("UNICODE")) {
			text = wide(v[8:], binary.LittleEndian) + "\n" + wide(v[8:], binary.BigEndian)
		}
		l.say(k, where, text)
	case id >= 0x9c9b && id <= 0x9c9f:
		l.say(k, where, wide(v, binary.LittleEndian))
	default:
		l.say(k, where, single(v))
	}
}

// runs are the pieces of readable letters in bytes.
func runs(b []byte) (out []string) {
	for _, f := range bytes.FieldsFunc(b[:min(len(b), 1<<16)], func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		if len(f) >= 5 {
			out = append(out, string(f))
		}
	}
	return out
}

// value gives the bytes of a tag; they stand in it or where it points.
func value(b, e []byte, order binary.ByteOrder) []byte {
	sizes := [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4}
	kind := order.Uint16(e[2:])
	if int(kind) >= len(sizes) {
		return nil
	}
	n := sizes[kind] * int64(order.Uint32(e[4:]))
	if n <= 4 {
		return e[8 : 8+n]
	}
	at := int64(order.Uint32(e[8:]))
	if at+n > int64(len(b)) {
		return nil
	}
	return b[at : at+n]
}
