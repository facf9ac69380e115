package keyring

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"waylight/internal/agekey"
	"waylight/internal/fault"
)

// File is the small key file beside the database. It holds one slot a member
// and no name: a slot is found by a keyed digest of the sign-in name, so that
// whoever takes the file can confirm a guess but not read a list.
type File struct {
	Version int    `json:"version"`
	Salt    []byte `json:"salt"` // of the digests
	Slots   []Slot `json:"slots"`
	// Database is the file beside this one that the desk key opens. A new desk key
	// comes with a new file, so that replacing this one file changes both at once.
	Database string `json:"database,omitempty"`
	// Notes are what papers led to and the database does not know yet.
	Notes []Note `json:"notes,omitempty"`
}

// Slot is what one member needs to come in.
type Slot struct {
	Lookup    []byte    `json:"lookup"`             // HMAC-SHA256(Salt, folded sign-in name)
	Member    string    `json:"member"`             // member id
	Recipient string    `json:"recipient"`          // age1pq1…
	Salt      []byte    `json:"salt"`               // of Argon2id
	Seed      []byte    `json:"seed"`               // the identity's 32-byte seed under the passphrase (AES-256-GCM)
	Desk      []byte    `json:"desk"`               // the desk key, an age file to Recipient
	Recovery  *Recovery `json:"recovery,omitempty"` // what two of three papers open; nil: there are none
	Waiting   *Waiting  `json:"waiting,omitempty"`  // a passphrase that two papers set and that opens nothing yet
}

const fileVersion = 1

// NewFile returns a key file without members.
func NewFile() *File {
	f := &File{Version: fileVersion, Salt: make([]byte, 32)}
	rand.Read(f.Salt)
	return f
}

// ReadFile reads a key file.
func ReadFile(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseFile(filepath.Base(path), b)
}

// ParseFile reads the text of a key file; name stands in the error.
func ParseFile(name string, b []byte) (*File, error) {
	f := new(File)
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("the key file %s is damaged; restore it from the last backup: %w", name, err)
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("the key file has version %d, this program knows %d", f.Version, fileVersion)
	}
	return f, nil
}

// Write replaces the file at path: whole and on the disk, or not at all.
func (f *File) Write(path string) error {
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // nothing there after the rename
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

func (f *File) lookup(login string) []byte {
	m := hmac.New(sha256.New, f.Salt)
	m.Write([]byte(strings.ToLower(strings.TrimSpace(login))))
	return m.Sum(nil)
}

// find returns the slot of a sign-in name, or nil.
func (f *File) find(login string) *Slot {
	want := f.lookup(login)
	for i := range f.Slots {
		if hmac.Equal(f.Slots[i].Lookup, want) {
			return &f.Slots[i]
		}
	}
	return nil
}

// Enrol adds a member: a fresh identity under the passphrase, and the desk key
// sealed to it. It returns the recipient. The caller writes the file.
func (f *File) Enrol(member, login, passphrase string, desk [32]byte) (recipient string, err error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return "", err
	}
	if f.find(login) != nil {
		var c fault.Check
		c.Field(false, "login", "This name for signing in is taken. Choose another.")
		return "", c.Err()
	}
	var seed [32]byte
	rand.Read(seed[:])
	defer clear(seed[:])
	id, err := agekey.Identity(seed[:])
	if err != nil {
		return "", err
	}
	s := Slot{Lookup: f.lookup(login), Member: member, Recipient: id.Recipient().String()}
	if s.Salt, s.Seed, err = lockSeed(member, seed[:], passphrase); err != nil {
		return "", err
	}
	if s.Desk, err = sealTo(id.Recipient(), desk[:]); err != nil {
		return "", err
	}
	f.Slots = append(f.Slots, s)
	return s.Recipient, nil
}

// Remove takes a member's slot away. What the member could open must be re-keyed as well.
func (f *File) Remove(member string) bool {
	for i := range f.Slots {
		if f.Slots[i].Member == member {
			f.Slots = append(f.Slots[:i], f.Slots[i+1:]...)
			return true
		}
	}
	return false
}

// Only returns a key file with the slots of some members, good for their
// identities alone: without the desk key and without members' ids. What it shows
// is how many there are.
func (f *File) Only(members ...string) *File {
	out := &File{Version: f.Version, Salt: f.Salt}
	for _, s := range f.Slots {
		if slices.Contains(members, s.Member) {
			out.Slots = append(out.Slots, Slot{Lookup: s.Lookup, Recipient: s.Recipient, Salt: s.Salt, Seed: s.Seed})
		}
	}
	return out
}

// Opener opens what was sealed to a member.
type Opener interface {
	Unwrap(sealed []byte) ([]byte, error)
}

// DeskKey opens the desk key of a member's slot with the keys of that member.
func (f *File) DeskKey(member string, keys Opener) (desk [32]byte, err error) {
	for _, s := range f.Slots {
		if s.Member != member {
			continue
		}
		plain, err := keys.Unwrap(s.Desk)
		if err != nil {
			return desk, err
		}
		if len(plain) != 32 {
			break
		}
		copy(desk[:], plain)
		clear(plain)
		return desk, nil
	}
	return desk, errors.New("keyring: this member has no good slot in the key file")
}

// MemberOf is the id of the member with a sign-in name; "" when there is none.
func (f *File) MemberOf(login string) string {
	if s := f.find(login); s != nil {
		return s.Member
	}
	return ""
}

// Rekey seals another desk key to the members who stay; the slots of all others go.
func (f *File) Rekey(desk [32]byte, stay []string) error {
	f.Slots = slices.DeleteFunc(f.Slots, func(s Slot) bool { return !slices.Contains(stay, s.Member) })
	for i := range f.Slots {
		r, err := age.ParseHybridRecipient(f.Slots[i].Recipient)
		if err != nil {
			return err
		}
		if f.Slots[i].Desk, err = sealTo(r, desk[:]); err != nil {
			return err
		}
	}
	return nil
}
