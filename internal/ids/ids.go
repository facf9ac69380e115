// Package ids makes the opaque identifiers of rows, envelopes and pages.
//
// An identifier says what kind of thing it names and nothing else: no time, no
// order, no counter, so that a page's address or a log line that carries one
// tells nothing about a person. It imports only the standard library.
package ids

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// encoding is lower-case base32 without padding: safe in addresses and file names.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// New returns kind + "_" + 26 letters and digits that carry 128 random bits.
func New(kind string) string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program rather than return weak bytes
	return kind + "_" + encoding.EncodeToString(b[:])
}

// Valid reports whether id has the form that New(kind) gives.
func Valid(kind, id string) bool {
	tail, ok := strings.CutPrefix(id, kind+"_")
	if !ok || len(tail) != 26 {
		return false
	}
	_, err := encoding.DecodeString(tail)
	return err == nil
}
