package bundle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// fingerprint is the first 16 bytes of SHA-256 over the tag and the key.
func fingerprint(pub ed25519.PublicKey) []byte {
	h := sha256.Sum256(append([]byte("waylight/v1/organisation\n"), pub...))
	return h[:16]
}

// ID names an organisation by its key: the fingerprint in 32 lower-case hex digits.
func ID(pub ed25519.PublicKey) string { return hex.EncodeToString(fingerprint(pub)) }

// Fingerprint is the ID for people: eight groups of four hex digits.
func Fingerprint(pub ed25519.PublicKey) string {
	id := ID(pub)
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = id[4*i : 4*i+4]
	}
	return strings.Join(groups, " ")
}

// Words is the fingerprint for reading out on the phone, in any language: eight
// groups of five decimal digits, each the same 16 bits as the hex group.
func Words(pub ed25519.PublicKey) []string {
	f := fingerprint(pub)
	words := make([]string, 8)
	for i := range words {
		words[i] = fmt.Sprintf("%05d", binary.BigEndian.Uint16(f[2*i:]))
	}
	return words
}

// Matches reports whether typed, a fingerprint in hex or as groups of decimal
// digits with any spaces and dashes, is pub's.
func Matches(pub ed25519.PublicKey, typed string) bool {
	clean := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\n", "").Replace(typed))
	return clean == ID(pub) || clean == strings.Join(Words(pub), "")
}
