// Package mailbox derives the sender's keys from the code and opens replies.
//
// From the code and the Front's public salt come the mailbox's identifier, its
// hybrid age identity and the Ed25519 key that signs follow-ups, reads and
// erasure. Nothing else identifies a sender. The package runs on the sender's
// side (the command-line tool, and the Front's memory for people without
// JavaScript, for the length of one request); keys do not print and are never
// stored. It opens only what was sealed to this mailbox, never what was sealed
// to the Desk. It may import envelope, receipt and age. The format is described
// in docs/formats/mailbox.md.
package mailbox

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"waylight/internal/agekey"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
)

// The labels of the derivation.
const (
	labelID   = "waylight/v1/mailbox-id"
	labelAge  = "waylight/v1/mailbox-age"
	labelSign = "waylight/v1/mailbox-sign"
)

// Salt is the Front's public random salt: codes of one Front are worth nothing
// at another, and a table made in advance is worth nothing anywhere.
type Salt [32]byte

// ID is the mailbox's identifier, as the Front sees it.
type ID [16]byte

// ErrID means that a text is not 32 lower-case hex digits.
var ErrID = errors.New("mailbox: not a mailbox identifier")

// ErrOpen means that an envelope is not sealed to this mailbox, or was altered.
var ErrOpen = errors.New("mailbox: envelope does not open")

// String is the identifier in 32 lower-case hex digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID is the inverse of String and accepts no other form.
func ParseID(s string) (ID, error) {
	var id ID
	if !envelope.ValidID(s) {
		return id, ErrID
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err
}

// Keys are what a code stands for. They do not print.
type Keys struct {
	id       ID
	identity *age.HybridIdentity
	seed     []byte // of identity
	sign     ed25519.PrivateKey
}

// Format keeps keys out of logs.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(mailbox keys)") }

// Derive computes the keys of a code at the Front with this salt.
func Derive(c receipt.Code, s Salt) Keys {
	secret := c.Secret()
	var k Keys
	copy(k.id[:], expand(secret, s, labelID, len(k.id)))
	k.sign = ed25519.NewKeyFromSeed(expand(secret, s, labelSign, ed25519.SeedSize))
	k.seed = expand(secret, s, labelAge, agekey.SeedSize)
	identity, err := agekey.Identity(k.seed)
	if err != nil {
		panic("mailbox: " + err.Error()) // every seed of 32 bytes is an identity
	}
	k.identity = identity
	return k
}

func expand(secret []byte, s Salt, label string, n int) []byte {
	out, err := hkdf.Key(sha256.New, secret, s[:], label, n)
	if err != nil {
		panic("mailbox: " + err.Error()) // only for lengths over 8,160 bytes
	}
	return out
}

// ID is the mailbox's identifier.
func (k Keys) ID() ID { return k.id }

// Recipient is the hybrid recipient to which replies are sealed ("age1pq1…").
func (k Keys) Recipient() string { return k.identity.Recipient().String() }

// Public is the key that verifies this mailbox's signatures.
func (k Keys) Public() ed25519.PublicKey { return k.sign.Public().(ed25519.PublicKey) }

// Address is the mailbox as it stands inside a message.
func (k Keys) Address() *envelope.Mailbox {
	return &envelope.Mailbox{ID: k.id.String(), Recipient: k.Recipient(), SignKey: k.Public()}
}

// Second is the mailbox as it stands inside a message when its code is the
// second one: with the seed, because the Desk alone writes what it shows.
func (k Keys) Second() *envelope.Second {
	return &envelope.Second{ID: k.id.String(), Seed: bytes.Clone(k.seed), SignKey: k.Public()}
}

// Tag names what a signature is for, so that one can never stand for another.
type Tag string

// The tags of the mailbox key.
const (
	FollowUp Tag = "waylight/v1/follow-up"
	Read     Tag = "waylight/v1/read"
	Erase    Tag = "waylight/v1/erase"
)

// Sign signs the parts under a tag: tag and parts each with a length before them.
func (k Keys) Sign(tag Tag, parts ...[]byte) []byte {
	return ed25519.Sign(k.sign, signed(tag, parts))
}

// Verify reports whether sig is pub's signature of the parts under tag.
func Verify(pub ed25519.PublicKey, tag Tag, sig []byte, parts ...[]byte) bool {
	return len(pub) == ed25519.PublicKeySize && len(sig) == ed25519.SignatureSize &&
		ed25519.Verify(pub, signed(tag, parts), sig)
}

// signed is the message under the signature: for the tag and each part, four
// bytes of length (big-endian) and the bytes.
func signed(tag Tag, parts [][]byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(tag)))
	b = append(b, tag...)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

// Open opens a message that was sealed to this mailbox. The error is ErrOpen or
// one of envelope.Decode's.
func (k Keys) Open(sealed envelope.Sealed) (envelope.Message, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.identity)
	if err != nil {
		return envelope.Message{}, ErrOpen
	}
	p, err := io.ReadAll(io.LimitReader(r, int64(envelope.MaxSealed)))
	if err != nil {
		return envelope.Message{}, ErrOpen
	}
	return envelope.Decode(p)
}
