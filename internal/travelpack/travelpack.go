// Package travelpack is the format of what a member takes along for a day
// without a line: a pack, sealed by a passphrase, with an end; and a journal
// beside it, in which each note is on the disk before anybody is told that it is kept.
//
// Both are useless to whoever takes the machine while it is switched off: the
// pack opens with the passphrase alone (Argon2id, 64 MiB, 3 passes), and the
// journal with a key that lies in the pack and at the Desk. The end is kept by the
// reader, not by mathematics: who has the passphrase and a program of their own
// reads on. The package knows no case and no Desk. It imports clock and ids, and of
// the outside argon2. The format is described in docs/formats/travel-pack.md.
package travelpack

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/crypto/argon2"

	"waylight/internal/clock"
	"waylight/internal/ids"
)

// Argon2id's cost: 64 MiB, 3 passes, one lane.
const (
	argonPasses = 3
	argonKiB    = 64 << 10
	saltSize    = 16
	wrapped     = 12 + 32 + 16 // nonce, key, tag
)

// The first lines of the two files.
const (
	magic        = "waylight/v1/travel-pack\n"
	journalMagic = "waylight/v1/travel-journal\n"
)

// MaxPack is the largest pack.
const MaxPack = 64 << 20

// Longest is the longest time for which a pack may be taken.
const Longest = 7 * 24 * time.Hour

// The errors of reading.
var (
	ErrNotPack    = errors.New("travelpack: this is no travel pack, or one of another version")
	ErrPassphrase = errors.New("travelpack: the passphrase is wrong, or the file was altered")
	ErrAltered    = errors.New("travelpack: the file was altered or cut short")
	ErrExpired    = errors.New("travelpack: its time is over")
	ErrEnd        = errors.New("travelpack: the end is missing, has passed, or is too far away")
)

// Pack is what is taken along. Body is the Desk's affair.
type Pack struct {
	ID    string    `json:"id"` // "pack_…"
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"`
	Body  []byte    `json:"body"`
}

// Key opens a pack's content and its journal. It does not print.
type Key [32]byte

// String keeps a key out of logs.
func (Key) String() string { return "travelpack.Key" }

// GoString likewise.
func (Key) GoString() string { return "travelpack.Key" }

// Journal is the key of the journal alone: the Desk keeps it, so that a journal
// comes home without the passphrase, and it does not open the pack.
func (k Key) Journal() JournalKey { return JournalKey(k.derive("waylight/v1/travel-journal")) }

// JournalKey opens a pack's journal and nothing else. It does not print.
type JournalKey [32]byte

// String keeps a key out of logs.
func (JournalKey) String() string { return "travelpack.JournalKey" }

// GoString likewise.
func (JournalKey) GoString() string { return "travelpack.JournalKey" }

func (k Key) derive(label string) [32]byte {
	b, err := hkdf.Key(sha256.New, k[:], nil, label, 32)
	if err != nil {
		panic(err) // only an output length over 8,160 bytes fails
	}
	return [32]byte(b)
}

func gcm(key [32]byte) cipher.AEAD {
	b, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	g, err := cipher.NewGCMWithRandomNonce(b)
	if err != nil {
		panic(err) // AES has 16-byte blocks
	}
	return g
}

func stretch(passphrase string, salt []byte) [32]byte {
	return [32]byte(argon2.IDKey([]byte(passphrase), salt, argonPasses, argonKiB, 1, 32))
}

// Seal writes a pack under a passphrase.
func Seal(p Pack, passphrase string, c clock.Clock) ([]byte, Key, error) {
	var k Key
	p.Made = c.Now()
	if !ids.Valid("pack", p.ID) || !p.Until.After(p.Made) || p.Until.Sub(p.Made) > Longest {
		return nil, k, ErrEnd
	}
	rand.Read(k[:])
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, k, err
	}
	defer clear(plain)
	// The length shows no more than the next 64 KiB.
	padded := make([]byte, (4+len(plain)+0xffff)&^0xffff)
	defer clear(padded)
	binary.BigEndian.PutUint32(padded, uint32(len(plain)))
	copy(padded[4:], plain)
	if len(padded) > MaxPack-4096 {
		return nil, k, ErrEnd
	}
	out := []byte(magic)
	salt := make([]byte, saltSize)
	rand.Read(salt)
	out = append(out, salt...)
	head := bytes.Clone(out)
	out = append(out, gcm(stretch(passphrase, salt)).Seal(nil, nil, k[:], head)...)
	return append(out, gcm(k.derive("waylight/v1/travel-pack")).Seal(nil, nil, padded, head)...), k, nil
}

// Open reads a pack. With ErrExpired the pack's id and times stand in it, its body
// does not: the caller deletes the file, and keeps the journal. Latest is the
// latest time that the caller ever saw, so that a clock set back gains little.
func Open(file []byte, passphrase string, c clock.Clock, latest time.Time) (Pack, Key, error) {
	var p Pack
	var k Key
	head := len(magic) + saltSize
	if len(file) > MaxPack || len(file) < head+wrapped || !bytes.HasPrefix(file, []byte(magic)) {
		return p, k, ErrNotPack
	}
	plain, err := gcm(stretch(passphrase, file[len(magic):head])).Open(nil, nil, file[head:head+wrapped], file[:head])
	if err != nil {
		return p, k, ErrPassphrase
	}
	k = Key(plain)
	clear(plain)
	padded, err := gcm(k.derive("waylight/v1/travel-pack")).Open(nil, nil, file[head+wrapped:], file[:head])
	if err != nil {
		return p, Key{}, ErrAltered
	}
	defer clear(padded)
	n := 0
	if len(padded) >= 4 {
		n = int(binary.BigEndian.Uint32(padded))
	}
	if n == 0 || n > len(padded)-4 || json.Unmarshal(padded[4:4+n], &p) != nil {
		return Pack{}, Key{}, ErrAltered
	}
	now := c.Now()
	if latest.After(now) {
		now = latest
	}
	if !now.Before(p.Until) {
		clear(p.Body)
		p.Body = nil
		return p, k, ErrExpired
	}
	return p, k, nil
}
