package record

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// AddSource keeps a new source. Identity is who it really is; it goes into a
// safe of the documenters and nowhere else. It may be empty.
func (a *Archive) AddSource(ctx context.Context, by staff.Actor, s Source, identity string) (Source, error) {
	err := a.write(ctx, by, func(tx Store) (err error) {
		s, err = a.addSourceIn(ctx, tx, by, s, identity)
		return err
	})
	return s, err
}

// addSourceIn is AddSource within a transaction.
func (a *Archive) addSourceIn(ctx context.Context, tx Store, by staff.Actor, s Source, identity string) (Source, error) {
	s.ID, s.Received, s.Safe = ids.New("source"), a.clock.Now(), ""
	if s.Group == "" {
		s.Group = s.ID
	}
	if s.Reliability == "" {
		s.Reliability = "F"
	}
	if err := s.check(); err != nil {
		return Source{}, err
	}
	var box safe.Safe
	var err error
	if identity != "" || s.Kind == PersonSource {
		if box, err = newSafe(ctx, tx, s.ID, by.Member); err != nil {
			return Source{}, err
		}
		s.Safe = box.ID()
	}
	if err := addSource(ctx, tx, by.ID, s); err != nil {
		return Source{}, err
	}
	if identity != "" {
		err := tx.AddRecordItem(ctx, Item{ID: ids.New("item"), Source: s.ID, Title: identityTitle, Material: identityPaper, Received: s.Received,
			Safe: s.Safe, Sealed: box.Put(identityLabel(s.ID), []byte(identity)), By: by.ID})
		if err != nil {
			return Source{}, err
		}
	}
	return s, watchSource(ctx, tx, s, identity)
}

// The identity lies among the items so that it is as unchangeable as they are;
// lists of items leave it out.
const (
	identityTitle          = "identity"
	identityPaper Material = "identity"
)

func addSource(ctx context.Context, tx Store, by string, s Source) error {
	if err := tx.AddSource(ctx, s); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by, Action: "source.added", Subject: s.ID, Scope: s.Safe})
}

func (s Source) check() error {
	var k fault.Check
	k.Field(strings.TrimSpace(s.Name) != "", "name", "Give the source a name or a pseudonym.")
	k.Field(slices.Contains(SourceKinds(), s.Kind), "kind", "Choose what kind of source it is.")
	k.Field(slices.Contains(Reliabilities(), s.Reliability), "reliability", "Choose a grade from A to F.")
	return k.Err()
}

// newSafe makes a source's safe for every documenter and for who adds it when that is one.
func newSafe(ctx context.Context, tx Store, source string, by staff.Member) (safe.Safe, error) {
	members, err := tx.Members(ctx)
	if err != nil {
		return safe.Safe{}, err
	}
	to := staff.With(members, staff.Documenter)
	if by.Roles.Has(staff.Documenter) && !slices.ContainsFunc(to, func(m staff.Member) bool { return m.ID == by.ID }) {
		to = append(to, by)
	}
	if len(to) == 0 {
		return safe.Safe{}, fault.New(fault.Conflict, "No documenter could read this. Ask the security officer to make somebody a documenter first.")
	}
	return safe.Make(ctx, tx, source, to...)
}

// open opens a safe for the actor; ok is false when they have no grant.
func open(ctx context.Context, tx Store, by staff.Actor, id string) (box safe.Safe, ok bool, err error) {
	g, err := tx.Grant(ctx, id, by.ID)
	if fault.KindOf(err) == fault.NotFound {
		return safe.Safe{}, false, nil
	}
	if err != nil {
		return safe.Safe{}, false, err
	}
	box, err = safe.Open(by.Keys, g)
	return box, err == nil, err
}

// Admit lets one more member open what came from a source: identity, words, verbatims.
func (a *Archive) Admit(ctx context.Context, by staff.Actor, source string, member staff.Member) error {
	return a.write(ctx, by, func(tx Store) error {
		s, err := tx.Source(ctx, source)
		if err != nil {
			return err
		}
		items, err := tx.RecordItems(ctx, s.ID)
		if err != nil {
			return err
		}
		safes := map[string]bool{s.Safe: true}
		for _, i := range items {
			safes[i.Safe] = true
		}
		delete(safes, "")
		for id := range safes {
			if err := admit(ctx, tx, by, id, member); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "source.admitted", Subject: s.ID, Scope: s.Safe, Detail: struct{ Member string }{member.ID}})
	})
}

func admit(ctx context.Context, tx Store, by staff.Actor, id string, member staff.Member) error {
	box, ok, err := open(ctx, tx, by, id)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Missing()
	}
	g, err := box.Share(member)
	if err != nil {
		return err
	}
	return tx.PutGrant(ctx, g)
}

// Rate changes how far a source is relied on and with whom it shares an origin.
// The ledger keeps what was before.
func (a *Archive) Rate(ctx context.Context, by staff.Actor, id string, r Reliability, group string, named bool) error {
	return a.write(ctx, by, func(tx Store) error {
		s, err := tx.Source(ctx, id)
		if err != nil {
			return err
		}
		was := s
		s.Reliability, s.Named = r, named
		if s.Group = strings.TrimSpace(group); s.Group == "" {
			s.Group = s.ID
		}
		if err := s.check(); err != nil {
			return err
		}
		if err := tx.SaveSource(ctx, s); err != nil {
			return err
		}
		if err := watchSource(ctx, tx, s, ""); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "source.rated", Subject: s.ID, Scope: s.Safe, Detail: struct {
			From, To      Reliability
			Regrouped     bool
			Named, Named2 bool
		}{was.Reliability, r, was.Group != s.Group, was.Named, named}})
	})
}

// AddItem keeps what came. What a person said, and what comes from a source with
// a hidden identity, goes into a safe of the documenters: one for each item, so
// that who hands it over need not be able to open what came before.
func (a *Archive) AddItem(ctx context.Context, by staff.Actor, i Item) (Item, error) {
	err := a.write(ctx, by, func(tx Store) (err error) {
		i, err = a.AddItemIn(ctx, tx, by, i, false)
		return err
	})
	return i, err
}

func addSealed(ctx context.Context, tx Store, by staff.Actor, i *Item) error {
	box, err := newSafe(ctx, tx, i.ID, by.Member)
	if err != nil {
		return err
	}
	i.Safe, i.Sealed, i.Words = box.ID(), box.Put(itemLabel(i.ID), []byte(i.Words)), ""
	return addItem(ctx, tx, by.ID, *i)
}

func itemLabel(id string) string  { return "record.item/" + id }
func claimLabel(id string) string { return "record.claim/" + id }

func addItem(ctx context.Context, tx Store, by string, i Item) error {
	if err := tx.AddRecordItem(ctx, i); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by, Action: "item.received", Subject: i.ID, Scope: i.Safe, Detail: struct{ Source string }{i.Source}})
}

// words are what a claim's safe holds.
type words struct{ Verbatim, Translation string }

func (w words) seal(box safe.Safe, claim string) (safe.Sealed, error) {
	b, err := json.Marshal(w)
	return box.Put(claimLabel(claim), b), err
}
