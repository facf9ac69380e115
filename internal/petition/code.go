package petition

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Code is the secret of a mail of confirmation: 20 letters and digits that carry
// 100 random bits. It stands in a link and can be typed. It does not print.
type Code string

// letters are Crockford's: none is taken for another.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CodeLength is how many letters a code has.
const CodeLength = 20

// NewCode makes a code.
func NewCode() Code {
	var b [CodeLength]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return Code(b[:])
}

// ParseCode reads a code as people type it: with blanks or hyphens, in small
// letters, with O for 0 and I or L for 1.
func ParseCode(typed string) (Code, bool) {
	var b []byte
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '\t', '\n', '\r', '\u00a0':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if len(b) == CodeLength || r > 'Z' || strings.IndexByte(letters, byte(r)) < 0 {
			return "", false
		}
		b = append(b, byte(r))
	}
	return Code(b), len(b) == CodeLength
}

// Groups writes the code for people: four groups of five.
func (c Code) Groups() string {
	if len(c) != CodeLength {
		return ""
	}
	return string(c[:5] + "-" + c[5:10] + "-" + c[10:15] + "-" + c[15:])
}

// Leave is the code of the same signature with which messages are stopped and the
// signature is erased. It stands in every message; nobody can go back from it to
// the code that confirms.
func (c Code) Leave() Code {
	sum := sha256.Sum256([]byte("waylight/v1/petition-leave\n" + string(c)))
	return Code(base32.NewEncoding(letters).WithPadding(base32.NoPadding).EncodeToString(sum[:])[:CodeLength])
}

// Hash is how a server that must not know a code knows it again.
func (c Code) Hash() [32]byte {
	return sha256.Sum256([]byte("waylight/v1/petition-code\n" + string(c)))
}

// Salt hides a supporter's line in the package that is handed over; whoever holds
// the code finds the line again.
func (c Code) Salt() [32]byte {
	return sha256.Sum256([]byte("waylight/v1/petition-leaf\n" + string(c)))
}
