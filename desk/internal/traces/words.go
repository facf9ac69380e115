package traces

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf8"
)

// words reads a file that is text, of whatever kind: plain, a table, a page, a drawing
// (SVG), a mail, a card, a track. What is no text and no kind that is known here was not
// looked through, and is said to be so.
func (l *look) words(b []byte) {
	text, ok := textOf(b)
	switch {
	case ok:
		l.keep(&l.Body, text)
		for _, m := range dataURI.FindAllStringSubmatch(text, maxPics+1) {
			data := strings.Join(strings.Fields(m[1]), "")
			if p, err := base64.StdEncoding.DecodeString(data); err == nil {
				l.picture(p)
			} else {
				l.Unread = true
			}
		}
		if packedMail.MatchString(text) {
			l.Unread = true // what is attached to a mail is not unpacked
		}
	case !isSound(b):
		l.Unread = true
	}
}

var (
	dataURI    = regexp.MustCompile(`data:image/[a-z]+;base64,([A-Za-z0-9+/=\s]+)`)
	packedMail = regexp.MustCompile(`(?i)content-transfer-encoding:\s*base64`)
)

func isSound(b []byte) bool {
	for _, m := range []string{"ID3", "RIFF", "fLaC", "OggS", "\xff\xfb", "\xff\xf3", "\xff\xf2", "\xff\xfa", "\xff\xf1", "\xff\xf9"} {
		if bytes.HasPrefix(b, []byte(m)) {
			return true
		}
	}
	return false
}

// textOf gives a file's text where it is one: UTF-8, UTF-16 with its mark, or a single
// byte a letter, as older programs write Russian (the leak guard reads such letters).
func textOf(b []byte) (string, bool) {
	switch {
	case len(b) == 0:
		return "", true
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return wide(b[2:], binary.LittleEndian), true
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return wide(b[2:], binary.BigEndian), true
	case utf8.Valid(b) && bytes.IndexByte(b, 0) < 0:
		return string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), true
	}
	odd := 0
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' {
			odd++
		}
	}
	if odd > 0 || isSound(b) {
		return "", false
	}
	return single(b), true
}
