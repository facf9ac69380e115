// Package parties keeps who did what to whom: acts at one time and place, the people,
// groups and organisations that had a part in them, how these stand to one another,
// and on which claims each of it rests.
//
// Who a person is lies in a safe of the party; what stands in plain is a pseudonym,
// and a published name only where somebody has said by what right. Nothing is
// overwritten: a correction is a new edition with its reason, what does not hold any
// more is withdrawn, and two parties that are the same person are read as one
// without being mixed, so that it can be undone exactly.
//
// Rules are plain functions; the Registry carries the verbs, each in one transaction
// with its ledger entry. The package refuses to decide who is the same as whom, and to
// say anything that no claim or person says. It imports record, lookup, count, edtf,
// safe, staff, ledger and the ground.
package parties

import (
	"context"
	"strings"
	"sync"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Within runs f in one transaction, which commits when f returns nil.
type Within func(ctx context.Context, f func(Store) error) error

// Registry carries the verbs of the room.
type Registry struct {
	Within, Reading Within
	Clock           clock.Clock
	// HasCode reports whether a code is on the list of types of acts.
	HasCode func(ctx context.Context, code string) (bool, error)

	mu   sync.Mutex
	held map[string]map[string]Identity // by member and party: names opened to compare, until they sign out
}

// Store is everything that the room needs of one transaction.
type Store interface {
	record.Store
	People
	Doings
	Everything
	// ForgetTerms has the leak guard forget the terms of an owner.
	ForgetTerms(ctx context.Context, owner string) error
}

// People keeps parties and what was decided about them.
type People interface {
	AddParty(ctx context.Context, p Party) error
	SaveParty(ctx context.Context, p Party) error
	Party(ctx context.Context, id string) (Party, error)
	// Parties lists parties that hold every word, the newest first, from a place in the list.
	Parties(ctx context.Context, q Asked) ([]Party, error)
	// SameAs lists the parties that are read under a root.
	SameAs(ctx context.Context, roots ...string) ([]Party, error)
	SetRoot(ctx context.Context, party, root string) error
	AddDecision(ctx context.Context, d Decision) error
	DecisionsOn(ctx context.Context, party string) ([]Decision, error) // oldest first
	AddNames(ctx context.Context, n Sealed) error
	NamesOf(ctx context.Context, party string) ([]Sealed, error) // oldest first
	ResealNames(ctx context.Context, party string, version int, sealed safe.Sealed) error
	// NamedFor lists the parties whose names a member has a key to, the newest first.
	NamedFor(ctx context.Context, member string, limit int) ([]string, error)
}

// Doings keeps acts, involvements and relations.
type Doings interface {
	AddAct(ctx context.Context, a Act) error
	SaveAct(ctx context.Context, a Act) error
	Act(ctx context.Context, id string) (Act, error)
	ActsOf(ctx context.Context, incident string, limit int) ([]Act, error) // by date
	AddInvolvement(ctx context.Context, i Involvement) error
	SaveInvolvement(ctx context.Context, i Involvement) error
	Involvement(ctx context.Context, id string) (Involvement, error)
	AddRelation(ctx context.Context, r Relation) error
	SaveRelation(ctx context.Context, r Relation) error
	Relation(ctx context.Context, id string) (Relation, error)
	Webbed
}

// Asked is what a list of parties is narrowed to.
type Asked struct {
	Text  string
	Kind  Kind
	After string // the last of the page before
	Limit int
}

// Sealed is one edition of a party's names, as it is kept.
type Sealed struct {
	Party   string
	Version int
	Sealed  safe.Sealed
	By      string
	At      time.Time
}

// Decision is what a member decided about two parties; the last one about a pair holds, all are kept.
type Decision struct {
	A, B   string // A before B
	Same   bool
	Reason string
	By     string
	At     time.Time
}

func (r *Registry) write(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	return r.Within(ctx, f)
}

func (r *Registry) read(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(record.Readers()...); err != nil {
		return err
	}
	return r.Reading(ctx, f)
}

// Now is the time by the room's clock.
func (r *Registry) Now() time.Time { return r.Clock.Now() }

func said(s string) bool { return strings.TrimSpace(s) != "" }

func wrong(field, message string) error { return fault.Bad(field, message) }

// dateRule is what a date that cannot be read is answered with.
const dateRule = "Write the date as 2017-04-09, 2017-04, 2017-21 (spring), 2017~ (about) or 2017-02/2017-04."

func dated(k *fault.Check, field string, d edtf.Date) {
	if d != "" {
		_, err := edtf.Parse(string(d))
		k.Field(err == nil, field, dateRule)
	}
}

// claimsHeld checks that every claim exists, and belongs to the incident when one is given.
func claimsHeld(ctx context.Context, tx Store, claims []string, incident string) error {
	if len(claims) > 200 {
		return wrong("claims", "At most 200 claims can be named.")
	}
	for _, id := range claims {
		c, err := tx.Claim(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return wrong("claims", "There is no such claim.")
		}
		if err != nil {
			return err
		}
		if incident != "" && c.Incident != "" && c.Incident != incident {
			return wrong("claims", "A claim that is named here belongs to another incident.")
		}
	}
	return nil
}
