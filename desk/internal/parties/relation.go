package parties

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Tie says how one party stands to another.
type Tie string

// The ties, read from the first to the second.
const (
	Commands   Tie = "commands"
	MemberOf   Tie = "is a member of"
	PartOf     Tie = "is a part of"
	Succeeds   Tie = "came after"
	ParentOf   Tie = "is a parent of"
	Married    Tie = "is married to"
	Kin        Tie = "is kin of"
	WorksWith  Tie = "works with"
	FriendOf   Tie = "is a friend or partner of"
	ControlsIt Tie = "controls"
)

// Ties lists the ties.
func Ties() []Tie {
	return []Tie{Commands, ControlsIt, MemberOf, PartOf, Succeeds, ParentOf, Married, Kin, FriendOf, WorksWith}
}

// Rank tells who of the two stands over the other: 1 the first, -1 the second, 0 neither.
func (t Tie) Rank() int {
	switch t {
	case Commands, ControlsIt, ParentOf:
		return 1
	case MemberOf, PartOf:
		return -1
	}
	return 0
}

// Relation is how one party stood to another, from when until when.
type Relation struct {
	ID           string
	Version      int `json:"-"`
	One          string
	Tie          Tie
	Other        string
	Since, Until edtf.Date // "" not known; of one that goes on, Until is ".." in words: not said
	Capacity     string    // "as deputy"; names nobody
	Claims       []string
	Withdrawn    bool
	By           string    `json:"-"`
	At           time.Time `json:"-"`
}

// Lies gives the earliest and the latest day on which the relation may have been; "" is not known.
func (r Relation) Lies() (first, last clock.Day) {
	first, _ = r.Since.Span()
	_, last = r.Until.Span()
	return first, last
}

func (r Relation) check() error {
	var k fault.Check
	k.Field(slices.Contains(Ties(), r.Tie), "tie", "Choose how the two stand to one another.")
	k.Field(r.One != r.Other, "other", "A party stands in no relation to itself.")
	dated(&k, "since", r.Since)
	dated(&k, "until", r.Until)
	if first, last := r.Lies(); first != "" && last != "" {
		k.Field(first <= last, "until", "It ends before it begins.")
	}
	k.Field(len(r.Claims) > 0 || r.Withdrawn, "claims", "Name at least one claim on which this rests.")
	return k.Err()
}

// Relate keeps how one party stood to another.
func (g *Registry) Relate(ctx context.Context, by staff.Actor, r Relation) (Relation, error) {
	if !ids.Valid("relation", r.ID) {
		r.ID = ids.New("relation")
	}
	r.Version, r.Withdrawn, r.By, r.At = 1, false, by.ID, g.Clock.Now()
	r.Claims = sorted(r.Claims)
	if err := r.check(); err != nil {
		return Relation{}, err
	}
	err := g.write(ctx, by, func(tx Store) error {
		had, err := tx.Relation(ctx, r.ID)
		if err == nil {
			r = had
			return mine(had.By, by)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if _, err := tx.Party(ctx, r.One); err != nil {
			return err
		}
		if _, err := tx.Party(ctx, r.Other); err != nil {
			return wrong("other", "Choose the party.")
		}
		if err := claimsHeld(ctx, tx, r.Claims, ""); err != nil {
			return err
		}
		if err := tx.AddRelation(ctx, r); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "relation.added", Subject: r.ID, Detail: struct{ One, Other string }{r.One, r.Other}})
	})
	return r, err
}

// AmendRelation corrects a relation, or withdraws it.
func (g *Registry) AmendRelation(ctx context.Context, by staff.Actor, r Relation, seen int, reason string) error {
	r.Claims = sorted(r.Claims)
	return g.write(ctx, by, func(tx Store) error {
		was, err := tx.Relation(ctx, r.ID)
		if err != nil {
			return err
		}
		r.One, r.Other, r.Version, r.By, r.At = was.One, was.Other, was.Version, was.By, was.At
		if err := r.check(); err != nil {
			return err
		}
		if err := claimsHeld(ctx, tx, r.Claims, ""); err != nil {
			return err
		}
		save, err := record.Correct(ctx, tx, record.Edition{By: was.By, At: was.At}, record.Edition{Subject: r.ID, Reason: reason, By: by.ID, At: g.Clock.Now()}, seen, was, r)
		if err != nil || !save {
			return err
		}
		r.Version = seen + 1
		return tx.SaveRelation(ctx, r)
	})
}
