// Package desktest gives tests a real Desk's ground: an encrypted database in a
// temporary folder, members with real keys, and a clock that stands still. It is
// test support and is imported by tests only.
package desktest

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"bytes"
	"io"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/agekey"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Noon is when a Ground's clock begins: an invented noon in the founding days.
var Noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

// Ground is a Desk's ground.
type Ground struct {
	DB    *store.DB
	Dir   string
	Key   []byte // the desk key
	Clock *clock.Manual
}

// New opens an empty encrypted database.
func New(t testing.TB) *Ground {
	t.Helper()
	g := &Ground{Dir: t.TempDir(), Key: make([]byte, 32), Clock: clock.NewManual(Noon)}
	rand.Read(g.Key)
	g.open(t)
	t.Cleanup(func() { g.DB.Close() })
	return g
}

func (g *Ground) open(t testing.TB) {
	t.Helper()
	db, err := store.Open(context.Background(), filepath.Join(g.Dir, "desk.db"), g.Key, g.Clock)
	if err != nil {
		t.Fatal(err)
	}
	g.DB = db
}

// Restart closes the database and opens it again, as a restart does.
func (g *Ground) Restart(t testing.TB) {
	t.Helper()
	if err := g.DB.Close(); err != nil {
		t.Fatal(err)
	}
	g.open(t)
}

// Keys are a test member's keys; they skip the passphrase, whose cost is keyring's affair.
type Keys struct{ id *age.HybridIdentity }

// Unwrap opens what was sealed to the member.
func (k Keys) Unwrap(sealed []byte) ([]byte, error) {
	if k.id == nil {
		return nil, fault.New(fault.Locked, "signed out")
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), k.id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Member adds an invented member, on duty, and returns them signed in.
func (g *Ground) Member(t testing.TB, name string, roles ...staff.Role) staff.Actor {
	t.Helper()
	seed := make([]byte, 32)
	rand.Read(seed)
	id, err := agekey.Identity(seed)
	if err != nil {
		t.Fatal(err)
	}
	m := staff.Member{ID: ids.New("member"), Name: name, Roles: roles, Recipient: id.Recipient().String(), Active: true, OnDuty: true, Joined: g.Clock.Now()}
	if err := g.DB.Write(context.Background(), func(tx *store.Tx) error { return tx.PutMember(context.Background(), m) }); err != nil {
		t.Fatal(err)
	}
	return staff.Actor{Member: m, Session: ids.New("session"), Keys: Keys{id}}
}
