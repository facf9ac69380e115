// Package keyring keeps the keys of people: on the disk sealed by their
// passphrases, in memory only while somebody is signed in.
//
// A member's identity is an age hybrid identity (ML-KEM-768 + X25519), which is
// a 32-byte seed. The passphrase protects the seed with Argon2id (64 MiB, 3
// passes) and AES-256-GCM; the identity opens the desk key and the grants of
// safes. The Desk starts locked: the first member to sign in brings the desk
// key into memory, Lock wipes everything. The package refuses to know roles and
// rows. It imports the ground and age.
package keyring

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"golang.org/x/crypto/argon2"

	"waylight/internal/agekey"
	"waylight/internal/fault"
)

// Argon2id's cost: 64 MiB, 3 passes, one lane; about 130 ms on a server core.
const (
	argonPasses = 3
	argonKiB    = 64 << 10
)

// CheckPassphrase answers what is wrong with a new passphrase.
func CheckPassphrase(p string) error {
	if utf8.RuneCountInString(strings.TrimSpace(p)) < 16 {
		return fault.New(fault.Invalid, "A passphrase needs at least 16 characters. Four or five words that you can remember are good.")
	}
	return nil
}

// passphraseCipher derives a key in its turn; who is the member, or "" for
// names that nobody bears.
func passphraseCipher(ctx context.Context, who, passphrase string, salt []byte) (cipher.AEAD, error) {
	if err := argonTurns.enter(ctx, who); err != nil {
		return nil, err
	}
	key := argon2.IDKey([]byte(passphrase), salt, argonPasses, argonKiB, 1, 32)
	argonTurns.leave()
	defer clear(key)
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

func lockSeed(member string, seed []byte, passphrase string) (salt, sealed []byte, err error) {
	salt = make([]byte, 16)
	rand.Read(salt)
	c, err := passphraseCipher(context.Background(), member, passphrase, salt)
	if err != nil {
		return nil, nil, err
	}
	return salt, c.Seal(nil, nil, seed, []byte("waylight/v1/member")), nil
}

func sealTo(r age.Recipient, plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Keys is one signed-in member's identity. It implements staff.Keys.
type Keys struct {
	mu     sync.RWMutex
	id     *age.HybridIdentity
	member string
}

// Member is the id of the member whose keys these are.
func (k *Keys) Member() string { return k.member }

// Unwrap opens an age file sealed to the member. After Wipe it answers Locked.
func (k *Keys) Unwrap(sealed []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.id == nil {
		return nil, fault.New(fault.Locked, "You were signed out. Sign in again; nothing was lost.")
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), k.id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Open reads an age file sealed to the member, however long it is.
func (k *Keys) Open(sealed io.Reader) (io.Reader, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.id == nil {
		return nil, fault.New(fault.Locked, "You were signed out. Sign in again; nothing was lost.")
	}
	return age.Decrypt(sealed, k.id)
}

// Wipe forgets the identity. Go gives no promise that the memory is overwritten
// at once; SECURITY says so.
func (k *Keys) Wipe() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.id = nil
}

// ErrSignIn is the one answer to a wrong name and a wrong passphrase.
var ErrSignIn = fault.New(fault.Denied, "Name or passphrase is not right. Check the keyboard language and try again.")

// blind is opened when the name is unknown, so that both answers take the same time.
var blindSalt = make([]byte, 16)

// SignIn opens a member's slot: their keys and the desk key. Two run at once in
// a program; the others wait name by name, until ctx ends.
func (f *File) SignIn(ctx context.Context, login, passphrase string) (*Keys, [32]byte, error) {
	var desk [32]byte
	k, slot, err := f.identity(ctx, login, passphrase)
	if err != nil {
		return nil, desk, err
	}
	plain, err := k.Unwrap(slot.Desk)
	if err != nil || len(plain) != 32 {
		return nil, desk, errors.New("keyring: the desk key in this slot is damaged; restore the key file from a backup")
	}
	copy(desk[:], plain)
	clear(plain)
	return k, desk, nil
}

// Identity opens a member's keys alone, as from the few slots that stand before a backup.
func (f *File) Identity(ctx context.Context, login, passphrase string) (*Keys, error) {
	k, _, err := f.identity(ctx, login, passphrase)
	return k, err
}

func (f *File) identity(ctx context.Context, login, passphrase string) (*Keys, *Slot, error) {
	slot := f.find(login)
	who, salt := "", blindSalt
	if slot != nil {
		who, salt = slot.Member, slot.Salt
	}
	c, err := passphraseCipher(ctx, who, passphrase, salt)
	if err != nil {
		return nil, nil, err
	}
	if slot == nil {
		return nil, nil, ErrSignIn
	}
	seed, err := c.Open(nil, nil, slot.Seed, []byte("waylight/v1/member"))
	if err != nil {
		return nil, nil, ErrSignIn
	}
	defer clear(seed)
	id, err := agekey.Identity(seed)
	if err != nil {
		return nil, nil, err
	}
	return &Keys{id: id, member: slot.Member}, slot, nil
}

// SetPassphrase replaces a member's passphrase, given the old one; a fault of
// the field old or fresh. The identity stays the same: whoever knows the old
// passphrase and has an old key file can still use it. What two papers set falls:
// the member is there and has lost nothing.
func (f *File) SetPassphrase(ctx context.Context, member, old, fresh string, now time.Time) error {
	var wrong fault.Check
	wrong.Field(CheckPassphrase(fresh) == nil, "fresh", "A passphrase needs at least 16 characters. Four or five words that you can remember are good.")
	wrong.Field(fresh != old, "fresh", "This is the passphrase that you have now. Choose another.")
	if err := wrong.Err(); err != nil {
		return err
	}
	i := slices.IndexFunc(f.Slots, func(s Slot) bool { return s.Member == member })
	if i < 0 {
		return ErrSignIn
	}
	slot := &f.Slots[i]
	c, err := passphraseCipher(ctx, slot.Member, old, slot.Salt)
	if err != nil {
		return err
	}
	seed, err := c.Open(nil, nil, slot.Seed, []byte("waylight/v1/member"))
	if err != nil {
		wrong.Field(false, "old", "This is not your passphrase. Check the keyboard language and try again.")
		return wrong.Err()
	}
	defer clear(seed)
	if slot.Salt, slot.Seed, err = lockSeed(slot.Member, seed, fresh); err != nil {
		return err
	}
	f.end(slot, PapersFell, member, now)
	return nil
}
