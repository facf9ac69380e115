// Package safe keeps what only assigned people may read, even inside the
// encrypted database: identities, contacts, places, movements, conversations.
//
// A safe is a random 256-bit key under an id. The key is never stored; for each
// person who may open the safe there is a Grant, the key sealed to that person's
// recipient. What is put in is sealed with AES-256-GCM under a key derived for
// the safe and bound to the safe's id and to a label that says where it lies, so
// that two sealed fields cannot be exchanged. Destroying all grants destroys
// what is inside. It imports staff, the ground and age; it refuses to know what
// is kept.
package safe

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"filippo.io/age"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Sealed is what lies in a safe. It has no plaintext form of its own.
type Sealed []byte

// Grant is a safe's key sealed to one member.
type Grant struct {
	Safe   string
	Member string
	Sealed []byte // an age file, opened by staff.Keys
}

// A Safe is open: its key is in memory. Do not keep it longer than one request.
type Safe struct {
	id   string
	key  [32]byte
	root [32]byte // of tokens; stays when the key changes
}

// Store is what a room's store must offer so that its safes can be kept.
type Store interface {
	Grant(ctx context.Context, safe, member string) (Grant, error) // fault.NotFound when there is none
	Grants(ctx context.Context, safe string) ([]Grant, error)
	PutGrant(ctx context.Context, g Grant) error
	RemoveGrant(ctx context.Context, safe, member string) error
	RenewalDue(ctx context.Context, safe string) (bool, error) // somebody lost the role by which they could open it
}

// Create makes a new safe under id and a grant for each of the members.
func Create(id string, to ...staff.Member) (Safe, []Grant, error) {
	if len(to) == 0 {
		return Safe{}, nil, errors.New("safe: nobody could open it")
	}
	s := Safe{id: id}
	rand.Read(s.key[:])
	s.root = s.key
	grants, err := s.shareAll(to)
	return s, grants, err
}

// Make makes a new safe under id and keeps a grant for each of the members.
func Make(ctx context.Context, tx interface {
	PutGrant(ctx context.Context, g Grant) error
}, id string, to ...staff.Member) (Safe, error) {
	s, grants, err := Create(id, to...)
	if err != nil {
		return Safe{}, err
	}
	for _, g := range grants {
		if err := tx.PutGrant(ctx, g); err != nil {
			return Safe{}, err
		}
	}
	return s, nil
}

func (s Safe) shareAll(to []staff.Member) ([]Grant, error) {
	grants := make([]Grant, 0, len(to))
	for _, m := range to {
		g, err := s.Share(m)
		if err != nil {
			return nil, err
		}
		grants = append(grants, g)
	}
	return grants, nil
}

// Open opens a safe with the actor's grant. Without a valid grant it answers
// the same fault as for a safe that does not exist.
func Open(keys staff.Keys, g Grant) (Safe, error) {
	key, err := keys.Unwrap(g.Sealed)
	if fault.KindOf(err) == fault.Locked {
		return Safe{}, err
	}
	if err != nil || len(key) != 32+sha256.Size && len(key) != 32+sha256.Size+32 {
		return Safe{}, fault.Missing()
	}
	s := Safe{id: g.Safe, key: [32]byte(key[:32])}
	s.root = s.key
	defer clear(key)
	if rest := key[32+sha256.Size:]; len(rest) == 32 {
		s.root = [32]byte(rest)
	}
	if want := sha256.Sum256([]byte(g.Safe)); !bytes.Equal(key[32:32+sha256.Size], want[:]) {
		return Safe{}, fault.Missing() // a grant of another safe was put under this id
	}
	return s, nil
}

// Granter gives the grant of a safe that a member holds; NotFound when there is none.
type Granter interface {
	Grant(ctx context.Context, safe, member string) (Grant, error)
}

// For opens a safe with the grant that a member holds. To whoever holds none it is as
// if there were no such safe: NotFound.
func For(ctx context.Context, tx Granter, a staff.Actor, id string) (Safe, error) {
	g, err := tx.Grant(ctx, id, a.ID)
	if err != nil {
		return Safe{}, err
	}
	return Open(a.Keys, g)
}

// Closed reports whether a member holds no grant of a safe. Lists say so, where that
// there is one is no secret.
func Closed(ctx context.Context, tx Granter, a staff.Actor, id string) (bool, error) {
	_, err := tx.Grant(ctx, id, a.ID)
	if fault.KindOf(err) == fault.NotFound {
		return true, nil
	}
	return false, err
}

// Share makes a grant for one more member.
func (s Safe) Share(m staff.Member) (Grant, error) {
	r, err := age.ParseHybridRecipient(m.Recipient)
	if err != nil {
		return Grant{}, fmt.Errorf("safe: the recipient of %s: %w", m.ID, err)
	}
	id := sha256.Sum256([]byte(s.id))
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		return Grant{}, err
	}
	plain := slices.Concat(s.key[:], id[:])
	if s.root != s.key {
		plain = append(plain, s.root[:]...)
	}
	defer clear(plain)
	if _, err := w.Write(plain); err != nil {
		return Grant{}, err
	}
	if err := w.Close(); err != nil {
		return Grant{}, err
	}
	return Grant{Safe: s.id, Member: m.ID, Sealed: out.Bytes()}, nil
}

// ID is the safe's id.
func (s Safe) ID() string { return s.id }

func (s Safe) aead() cipher.AEAD {
	k, err := hkdf.Key(sha256.New, s.key[:], nil, "waylight/v1/safe", 32)
	if err != nil {
		panic(err) // only an output length over 8,160 bytes fails
	}
	b, err := aes.NewCipher(k)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	g, err := cipher.NewGCMWithRandomNonce(b)
	if err != nil {
		panic(err) // AES has 16-byte blocks
	}
	return g
}

// Token is a stable opaque name under a label: only who can open the safe can
// compute it, and nobody can go back from it. It stays when the key changes.
func (s Safe) Token(label string) string {
	b, err := hkdf.Key(sha256.New, s.root[:], nil, "waylight/v1/safe-token/"+label, 16)
	if err != nil {
		panic(err) // only an output length over 8,160 bytes fails
	}
	return hex.EncodeToString(b)
}

// bind gives the associated data: both parts with their lengths, so that no two pairs are alike.
func (s Safe) bind(label string) []byte {
	return []byte(strconv.Itoa(len(s.id)) + ":" + s.id + ":" + label)
}

// Put seals plain under a label that says where it lies, such as "case.person/person_…".
func (s Safe) Put(label string, plain []byte) Sealed {
	return s.aead().Seal(nil, nil, plain, s.bind(label))
}

// Take opens what Put sealed under the same label.
func (s Safe) Take(label string, sealed Sealed) ([]byte, error) {
	plain, err := s.aead().Open(nil, nil, sealed, s.bind(label))
	if err != nil {
		return nil, errors.New("safe: the content was altered or lies under another label")
	}
	return plain, nil
}

// Renew makes a new key for the same safe, for when somebody may no longer open
// it. What lies inside must be moved with Move, and the old grants removed.
func (s Safe) Renew(to ...staff.Member) (Safe, []Grant, error) {
	if len(to) == 0 {
		return Safe{}, nil, errors.New("safe: nobody could open it")
	}
	renewed := Safe{id: s.id, root: s.root}
	rand.Read(renewed.key[:])
	grants, err := renewed.shareAll(to)
	return renewed, grants, err
}

// Move opens what s sealed under label and seals it for the safe's new key.
func (s Safe) Move(to Safe, label string, sealed Sealed) (Sealed, error) {
	if s.id != to.id {
		return nil, errors.New("safe: what lies in one safe is not moved to another")
	}
	plain, err := s.Take(label, sealed)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return to.Put(label, plain), nil
}
