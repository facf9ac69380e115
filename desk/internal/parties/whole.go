package parties

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// The entities of a whole export that this room knows.
const (
	WholeParties      record.Entity = "parties"
	WholeActs         record.Entity = "dated-acts"
	WholeInvolvements record.Entity = "involvements"
	WholeRelations    record.Entity = "relations"
	WholeDecisions    record.Entity = "same-parties"
)

// Entities lists them in the order in which they are taken in, after the record's.
func Entities() []record.Entity {
	return []record.Entity{WholeParties, WholeActs, WholeInvolvements, WholeRelations, WholeDecisions}
}

// Everything lists all that the room keeps, withdrawn too, the oldest first.
type Everything interface {
	EveryParty(ctx context.Context) ([]Party, error)
	EveryAct(ctx context.Context) ([]Act, error)
	EveryInvolvement(ctx context.Context) ([]Involvement, error)
	EveryRelation(ctx context.Context) ([]Relation, error)
	EveryDecision(ctx context.Context) ([]Decision, error)
}

// The rows as they leave: with who kept them and when, without who a person is.
type (
	wholeParty struct {
		ID        string
		Kind      Kind
		Called    string
		Names     []string
		Published string
		Why       string
		Size      count.Range
		Note      string
		By        string
		At        time.Time
	}
	wholeAct struct {
		ID, Incident, Code, Title     string
		Dated                         edtf.Date
		Place, Method, Status, Motive string
		Withdrawn                     bool
		By                            string
		At                            time.Time
	}
	wholeInvolvement struct {
		ID, Act, Party string
		Role           Role
		Degree         Degree
		Capacity       string
		Claims         []string
		Withdrawn      bool
		By             string
		At             time.Time
	}
	wholeRelation struct {
		ID, One      string
		Tie          Tie
		Other        string
		Since, Until edtf.Date
		Capacity     string
		Claims       []string
		Withdrawn    bool
		By           string
		At           time.Time
	}
)

// WholeIn adds everything of the room to a whole export. Who a person is, is never in it.
func WholeIn(ctx context.Context, tx Store, w record.Whole) error {
	all, err := tx.EveryParty(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := w.Add(WholeParties, wholeParty{p.ID, p.Kind, p.Called, p.Names, p.Published, p.Why, p.Size, p.Note, p.By, p.At}); err != nil {
			return err
		}
	}
	acts, err := tx.EveryAct(ctx)
	if err != nil {
		return err
	}
	for _, a := range acts {
		if err := w.Add(WholeActs, wholeAct{a.ID, a.Incident, a.Code, a.Title, a.Dated, a.Place, a.Method, a.Status, a.Motive, a.Withdrawn, a.By, a.At}); err != nil {
			return err
		}
	}
	parts, err := tx.EveryInvolvement(ctx)
	if err != nil {
		return err
	}
	for _, i := range parts {
		if err := w.Add(WholeInvolvements, wholeInvolvement{i.ID, i.Act, i.Party, i.Role, i.Degree, i.Capacity, i.Claims, i.Withdrawn, i.By, i.At}); err != nil {
			return err
		}
	}
	ties, err := tx.EveryRelation(ctx)
	if err != nil {
		return err
	}
	for _, r := range ties {
		if err := w.Add(WholeRelations, wholeRelation{r.ID, r.One, r.Tie, r.Other, r.Since, r.Until, r.Capacity, r.Claims, r.Withdrawn, r.By, r.At}); err != nil {
			return err
		}
	}
	decided, err := tx.EveryDecision(ctx)
	if err != nil {
		return err
	}
	for _, d := range decided {
		if err := w.Add(WholeDecisions, d); err != nil {
			return err
		}
	}
	return nil
}

// TakeIn takes one row in that WholeIn gave, after the record's rows. false: it was left
// out, because the file holds a claim on which it rests without the words that the
// claim needs.
func (r *Registry) TakeIn(ctx context.Context, tx Store, by staff.Actor, w record.Whole, e record.Entity, raw json.RawMessage) (bool, error) {
	switch e {
	case WholeParties:
		return true, r.takeParty(ctx, tx, by, raw)
	case WholeActs:
		return true, r.takeAct(ctx, tx, by, raw)
	case WholeInvolvements:
		var x wholeInvolvement
		if json.Unmarshal(raw, &x) != nil || !ids.Valid("involvement", x.ID) {
			return false, record.ErrShape
		}
		i := Involvement{ID: x.ID, Version: 1, Act: x.Act, Party: x.Party, Role: x.Role, Degree: x.Degree, Capacity: x.Capacity, Claims: sorted(x.Claims), Withdrawn: x.Withdrawn, By: x.By, At: x.At}
		if err := i.check(); err != nil {
			return false, err
		}
		a, err := tx.Act(ctx, i.Act)
		if err != nil {
			return false, record.ErrShape
		}
		if _, err := tx.Party(ctx, i.Party); err != nil {
			return false, record.ErrShape
		}
		if ok, err := rests(ctx, tx, w, i.Claims, a.Incident); !ok || err != nil {
			return false, err
		}
		if err := tx.AddInvolvement(ctx, i); err != nil {
			return false, err
		}
		return true, tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "involvement.added", Subject: i.ID, Detail: struct{ Act, Party string }{i.Act, i.Party}})
	case WholeRelations:
		var x wholeRelation
		if json.Unmarshal(raw, &x) != nil || !ids.Valid("relation", x.ID) {
			return false, record.ErrShape
		}
		t := Relation{ID: x.ID, Version: 1, One: x.One, Tie: x.Tie, Other: x.Other, Since: x.Since, Until: x.Until, Capacity: x.Capacity, Claims: sorted(x.Claims), Withdrawn: x.Withdrawn, By: x.By, At: x.At}
		if err := t.check(); err != nil {
			return false, err
		}
		for _, p := range []string{t.One, t.Other} {
			if _, err := tx.Party(ctx, p); err != nil {
				return false, record.ErrShape
			}
		}
		if ok, err := rests(ctx, tx, w, t.Claims, ""); !ok || err != nil {
			return false, err
		}
		if err := tx.AddRelation(ctx, t); err != nil {
			return false, err
		}
		return true, tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "relation.added", Subject: t.ID})
	}
	return true, takeDecision(ctx, tx, by, raw)
}

func (r *Registry) takeParty(ctx context.Context, tx Store, by staff.Actor, raw json.RawMessage) error {
	var x wholeParty
	if json.Unmarshal(raw, &x) != nil || !ids.Valid("party", x.ID) {
		return record.ErrShape
	}
	p := Party{ID: x.ID, Version: 1, Kind: x.Kind, Called: x.Called, Names: x.Names, Published: x.Published, Why: x.Why, Size: x.Size, Note: x.Note, Root: x.ID, By: x.By, At: x.At}
	if err := p.check(); err != nil {
		return err
	}
	_, err := keep(ctx, tx, by, p, Identity{})
	return err
}

func (r *Registry) takeAct(ctx context.Context, tx Store, by staff.Actor, raw json.RawMessage) error {
	var x wholeAct
	if json.Unmarshal(raw, &x) != nil || !ids.Valid("act", x.ID) {
		return record.ErrShape
	}
	a := Act{ID: x.ID, Version: 1, Incident: x.Incident, Code: x.Code, Title: x.Title, Dated: x.Dated, Place: x.Place, Method: x.Method, Status: x.Status, Motive: x.Motive, Withdrawn: x.Withdrawn, By: x.By, At: x.At}
	if err := r.checkAct(ctx, a); err != nil {
		return err
	}
	if _, err := tx.Incident(ctx, a.Incident); err != nil {
		return record.ErrShape
	}
	if err := tx.AddAct(ctx, a); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "act.added", Subject: a.ID, Detail: struct{ Incident string }{a.Incident}})
}

func takeDecision(ctx context.Context, tx Store, by staff.Actor, raw json.RawMessage) error {
	var d Decision
	if json.Unmarshal(raw, &d) != nil || d.A >= d.B {
		return record.ErrShape
	}
	for _, p := range []string{d.A, d.B} {
		if _, err := tx.Party(ctx, p); err != nil {
			return record.ErrShape
		}
	}
	if err := tx.AddDecision(ctx, d); err != nil {
		return err
	}
	for _, p := range []string{d.A, d.B} {
		if err := reroot(ctx, tx, p); err != nil {
			return err
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.decided-same", Subject: d.A, Detail: struct {
		Other string
		Same  bool
	}{d.B, d.Same}})
}

// rests reports whether the claims are here; false without an error when the file holds
// one that could not be taken in without its words.
func rests(ctx context.Context, tx Store, w record.Whole, claims []string, incident string) (bool, error) {
	for _, id := range claims {
		_, err := tx.Claim(ctx, id)
		if fault.KindOf(err) == fault.NotFound && slices.ContainsFunc(w[record.WholeClaims], func(raw json.RawMessage) bool {
			var x struct{ ID string }
			return json.Unmarshal(raw, &x) == nil && x.ID == id
		}) {
			return false, nil
		}
	}
	return true, claimsHeld(ctx, tx, claims, incident)
}
