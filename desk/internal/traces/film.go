package traces

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// isBoxes reports a file made of boxes: MP4, MOV, HEIC, AVIF.
func isBoxes(b []byte) bool {
	return len(b) >= 8 && (string(b[4:8]) == "ftyp" || string(b[4:8]) == "moov" || string(b[4:8]) == "mdat" || string(b[4:8]) == "wide")
}

// boxHead reads the head of a box: its name, and the lengths of head and all in bytes.
func boxHead(b []byte, rest int64) (name string, head, size int64) {
	if len(b) < 8 {
		return "", 0, 0
	}
	head, size, name = 8, int64(binary.BigEndian.Uint32(b)), string(b[4:8])
	switch {
	case size == 0:
		size = rest
	case size == 1 && len(b) >= 16:
		head, size = 16, int64(binary.BigEndian.Uint64(b[8:])&(1<<62-1))
	}
	if size < head || size > rest {
		return "", 0, 0
	}
	return name, head, size
}

// longFilm reads the boxes of a film that is too long to be held, without its pictures.
func (l *look) longFilm(r io.ReaderAt, size int64) error {
	for at := int64(0); at < size; {
		head := make([]byte, min(16, size-at))
		if _, err := r.ReadAt(head, at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		name, n, all := boxHead(head, size-at)
		if all == 0 {
			l.Unread = true
			return nil
		}
		if name == "moov" || name == "meta" || name == "uuid" || name == "udta" {
			if all > maxPart {
				l.Unread = true
				return nil
			}
			b := make([]byte, all)
			if _, err := r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			l.box(name, b[n:], 0)
			l.anywhere(b)
		}
		at += all
	}
	return nil
}

func (l *look) boxes(b []byte, depth int) {
	for len(b) >= 8 && depth < 12 {
		name, head, size := boxHead(b, int64(len(b)))
		if size == 0 {
			return
		}
		l.box(name, b[head:size], depth)
		b = b[size:]
	}
}

func (l *look) box(name string, b []byte, depth int) {
	switch name {
	case "moov", "trak", "mdia", "udta":
		l.boxes(b, depth+1)
	case "meta":
		if len(b) >= 8 && string(b[4:8]) != "hdlr" { // most have a version before their first box
			b = b[4:]
		}
		l.keys(b)
		l.boxes(b, depth+1)
	case "mvhd", "tkhd", "mdhd":
		if len(b) >= 8 && binary.BigEndian.Uint32(b[4:]) != 0 {
			l.tell(Time, "film")
		}
	case "ilst":
		l.items(b)
	case "uuid":
		if len(b) > 16 {
			l.anywhere(b[16:])
		}
	case "loci": // version, language, a name of the place, a role, then where it is
		l.tell(Place, "film")
		if len(b) > 6 {
			place, rest, _ := bytes.Cut(b[6:], []byte{0})
			l.hide(single(place))
			for _, s := range runs(rest) {
				l.hide(s)
			}
		}
	default:
		if name[0] == 0xa9 && len(b) > 4 { // length, language, text
			l.named("film", "©"+name[1:], single(b[4:]))
		} else if strings.Contains("auth cprt dscp titl perf albm manu modl", name) && len(b) > 6 {
			k := map[string]Kind{"auth": Author, "perf": Author, "cprt": Author, "manu": Device, "modl": Device}[name]
			if k == "" {
				k = Note
			}
			l.say(k, "film", single(b[6:]))
		}
	}
}

// keys reads the names that Apple gives to what it notes, with their values behind them.
func (l *look) keys(b []byte) {
	if bytes.Contains(b, []byte("com.apple.quicktime.location")) {
		l.tell(Place, "film")
	}
	if bytes.Contains(b, []byte("com.apple.quicktime.model")) || bytes.Contains(b, []byte("com.apple.quicktime.make")) || bytes.Contains(b, []byte("com.android.manufacturer")) {
		l.tell(Device, "film")
	}
	if bytes.Contains(b, []byte("com.apple.quicktime.author")) {
		l.tell(Author, "film")
	}
	if bytes.Contains(b, []byte("creationdate")) {
		l.tell(Time, "film")
	}
}

// items reads a list of values: each a box with a box "data" in it.
func (l *look) items(b []byte) {
	for len(b) >= 8 {
		name, head, size := boxHead(b, int64(len(b)))
		if size == 0 {
			return
		}
		if in := b[head:size]; len(in) > 16 && string(in[4:8]) == "data" {
			_, _, n := boxHead(in, int64(len(in)))
			value := in[16:max(n, 16)]
			switch {
			case binary.BigEndian.Uint32(in[8:])&0xffffff != 1: // no text: a picture, a number
				if len(value) > 1024 {
					l.tell(Inside, "film")
				}
			case name[0] == 0xa9:
				l.named("film", "©"+name[1:], single(value))
			default:
				l.say(Note, "film", single(value))
			}
		}
		b = b[size:]
	}
}

// anyFilm looks for a film behind a picture.
func (l *look) anyFilm(b []byte) {
	if i := bytes.Index(b, []byte("moov")); i >= 4 {
		l.boxes(b[i-4:], 1)
	}
}

// sound reads what recordings carry: ID3, the notes of WAV, WebP and of Vorbis.
func (l *look) sound(b []byte) {
	switch {
	case bytes.HasPrefix(b, []byte("ID3")):
		l.id3(b)
	case bytes.HasPrefix(b, []byte("RIFF")) && len(b) > 12:
		l.riff(b[12:])
	case bytes.HasPrefix(b, []byte("fLaC")):
		for i := 4; i+4 <= len(b); {
			n := int(b[i+1])<<16 | int(b[i+2])<<8 | int(b[i+3])
			if i+4+n > len(b) {
				l.Unread = true
				return
			}
			switch b[i] & 0x7f {
			case 4:
				l.vorbis(b[i+4 : i+4+n])
			case 6:
				l.tell(Inside, "sound")
			}
			if b[i]&0x80 != 0 {
				return
			}
			i += 4 + n
		}
	case bytes.HasPrefix(b, []byte("OggS")):
		for _, mark := range []string{"\x03vorbis", "OpusTags"} {
			if i := bytes.Index(b[:min(len(b), 1<<20)], []byte(mark)); i >= 0 {
				l.vorbis(b[i+len(mark):])
			}
		}
	}
}

// vorbis reads a list of "NAME=value".
func (l *look) vorbis(b []byte) {
	take := func() ([]byte, bool) {
		if len(b) < 4 {
			return nil, false
		}
		n := int64(binary.LittleEndian.Uint32(b))
		if n > int64(len(b)-4) {
			return nil, false
		}
		v := b[4 : 4+n]
		b = b[4+n:]
		return v, true
	}
	vendor, ok := take()
	if !ok || len(b) < 4 {
		return
	}
	l.named("sound", "vendor", single(vendor))
	n := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for range min(n, 4096) {
		v, ok := take()
		if !ok {
			return
		}
		name, value, _ := bytes.Cut(v, []byte("="))
		l.named("sound", string(name), string(value))
	}
}

// riff reads the chunks of WAV, AVI and WebP.
func (l *look) riff(b []byte) {
	for len(b) >= 8 {
		n := int64(binary.LittleEndian.Uint32(b[4:]))
		part := b[8:min(8+n, int64(len(b)))]
		switch name := string(b[:4]); name {
		case "LIST":
			if bytes.HasPrefix(part, []byte("INFO")) {
				l.riff(part[4:])
			}
		case "EXIF":
			l.exif(bytes.TrimPrefix(part, exifMark), "EXIF")
		case "bext":
			for _, f := range []struct {
				from, to int
				name     string
			}{{0, 256, "description"}, {256, 288, "originator"}, {288, 320, "originator"}, {320, 338, "date"}} {
				if f.to <= len(part) {
					l.named("sound", f.name, single(part[f.from:f.to]))
				}
			}
		case "id3 ", "ID3 ":
			l.id3(part)
		case "iXML", "_PMX":
			l.say(Note, "sound", plain(string(part), true))
		default:
			if name[0] == 'I' {
				l.named("sound", name, single(part))
			}
		}
		b = b[min(8+n+n%2, int64(len(b))):]
	}
}

// id3 reads the frames before a recording.
func (l *look) id3(b []byte) {
	if len(b) < 10 || string(b[:3]) != "ID3" {
		return
	}
	seven := func(b []byte) int { return int(b[0]&127)<<21 | int(b[1]&127)<<14 | int(b[2]&127)<<7 | int(b[3]&127) }
	edition := b[3]
	b = b[10:min(len(b), 10+seven(b[6:]))]
	if edition < 3 {
		for _, s := range runs(b) { // the oldest: frames of three letters
			l.say(Note, "ID3", s)
		}
		return
	}
	for len(b) > 10 && b[0] != 0 {
		name, n := string(b[:4]), int(binary.BigEndian.Uint32(b[4:]))
		if edition > 3 {
			n = seven(b[4:])
		}
		if n < 1 || n > len(b)-10 {
			l.Unread = true
			return
		}
		v := b[10 : 10+n]
		b = b[10+n:]
		switch {
		case name == "APIC":
			l.tell(Inside, "ID3")
		case name == "PRIV", name == "UFID", name[0] == 'W':
			for _, s := range runs(v) {
				l.say(Note, "ID3", s)
			}
		case name[0] == 'T', name == "COMM", name == "USLT":
			text := v[1:]
			if name == "COMM" || name == "USLT" {
				text = text[min(3, len(text)):]
			}
			value := single(bytes.ReplaceAll(text, []byte{0}, []byte{' '}))
			if v[0] == 1 || v[0] == 2 {
				value = wideMarked(text)
			}
			l.named("ID3", strings.ToLower(name), value)
		case name == "GEOB":
			l.tell(Inside, "ID3")
		}
	}
}

// wideMarked reads UTF-16 whose order its first two bytes tell.
func wideMarked(b []byte) string {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) {
		return wide(b[2:], binary.LittleEndian)
	}
	return wide(bytes.TrimPrefix(b, []byte{0xfe, 0xff}), binary.BigEndian)
}

// id3v1 reads the 128 bytes behind a recording.
func (l *look) id3v1(b []byte) {
	if len(b) < 128 || string(b[len(b)-128:len(b)-125]) != "TAG" {
		return
	}
	v := b[len(b)-125:]
	for _, f := range []struct {
		from, to int
		kind     Kind
	}{{0, 30, Note}, {30, 60, Author}, {60, 90, Note}, {90, 94, Time}, {94, 124, Note}} {
		l.say(f.kind, "ID3", single(v[f.from:f.to]))
	}
}
