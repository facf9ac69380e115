package record

import (
	"context"
	"errors"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Told is a testimony that a person in a case lets us record. It carries no
// way back to the case: Bridge is an opaque key that only the case's vault knows.
type Told struct {
	Bridge    string // the same person's testimonies carry the same key
	Pseudonym string // how the record calls the source; "" gives one
	Words     string // de-identified by whoever hands it over
	Language  string
	Dated     edtf.Date // when it was told; "" today
	Consent   string    // reference to the recorded consent
}

// ReceiveTestimony keeps a testimony as a source of kind person and an item, in
// a safe of the documenters. Whoever hands it over need not be able to open it.
func (a *Archive) ReceiveTestimony(ctx context.Context, by staff.Actor, t Told) (item string, err error) {
	err = a.within(ctx, func(tx Store) error {
		item, err = a.ReceiveTestimonyIn(ctx, tx, by, t)
		return err
	})
	return item, err
}

// ReceiveTestimonyIn is ReceiveTestimony within a transaction of the cases' room.
func (a *Archive) ReceiveTestimonyIn(ctx context.Context, tx Store, by staff.Actor, t Told) (item string, err error) {
	if err := by.Must(staff.Caseworker, staff.Intake, staff.Documenter); err != nil {
		return "", err
	}
	var k fault.Check
	k.Field(strings.TrimSpace(t.Words) != "", "words", "There are no words to record.")
	k.Field(t.Consent != "", "consent", "Without a recorded consent nothing passes to the record.")
	k.Field(t.Bridge != "", "bridge", "The bridge is missing.")
	if err := k.Err(); err != nil {
		return "", err
	}
	now := a.clock.Now()
	if t.Dated == "" {
		t.Dated = edtf.Date(now.Format("2006-01-02"))
	}
	s, err := tx.SourceByKey(ctx, "bridge/"+t.Bridge)
	if fault.KindOf(err) == fault.NotFound {
		s = Source{ID: ids.New("source"), Key: "bridge/" + t.Bridge, Name: t.Pseudonym, Kind: PersonSource, Reliability: "F", Received: now}
		s.Group = s.ID
		if s.Name == "" {
			s.Name = "Person " + strings.ToUpper(s.ID[len(s.ID)-4:])
		}
		if err := watchSource(ctx, tx, s, ""); err != nil {
			return "", err
		}
		err = addSource(ctx, tx, ledger.Desk, s) // who handed it over stands in the case's own entry
	}
	if err != nil {
		return "", err
	}
	i := Item{ID: ids.New("item"), Source: s.ID, Words: t.Words, Title: "Testimony of " + s.Name, Material: Testimony, Language: t.Language,
		Dated: t.Dated, Received: now, How: "told to a caseworker, handed over by consent", Consent: t.Consent, By: ledger.Desk}
	if err := addSealed(ctx, tx, staff.Actor{Member: staff.Member{ID: ledger.Desk}}, &i); err != nil {
		return "", err
	}
	return i.ID, nil
}

// Testify takes what the cases' room hands over, in its transaction.
func (a *Archive) Testify(ctx context.Context, tx cases.Store, by staff.Actor, t cases.Testimony) error {
	own, ok := tx.(Store)
	if !ok {
		return errors.New("record: the cases' transaction does not reach the record")
	}
	consent := "recorded consent"
	if t.How != "" {
		consent += ", given " + t.How
	}
	if t.Until != "" {
		consent += ", until " + string(t.Until)
	}
	_, err := a.ReceiveTestimonyIn(ctx, own, by, Told{Bridge: t.Source, Words: t.Words, Language: t.Language, Dated: edtf.Of(t.Day), Consent: consent})
	return err
}

var _ cases.Testimonies = (*Archive)(nil)

// TakenBack acts on a consent that a person took back in their case: what was
// handed over by it is destroyed, and its claims are withdrawn, or it stays
// without a way back. The record learns neither who said so nor which case.
func (a *Archive) TakenBack(ctx context.Context, tx cases.Store, _ staff.Actor, t cases.TakenBack) ([]string, error) {
	if t.Purpose != cases.ForRecord || t.Source == "" {
		return nil, nil
	}
	own, ok := tx.(Store)
	if !ok {
		return nil, errors.New("record: the cases' transaction does not reach the record")
	}
	s, err := own.SourceByKey(ctx, "bridge/"+t.Source)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !t.Destroy {
		return []string{cases.ActStays}, nil
	}
	items, err := own.RecordItems(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	desk := staff.Actor{Member: staff.Member{ID: ledger.Desk}}
	for _, i := range items {
		if i.Safe == "" || i.Material == identityPaper {
			continue
		}
		if err := destroySafes(ctx, own, i); err != nil {
			return nil, err
		}
		if err := a.withdraw(ctx, own, desk, i.ID, "The person took their consent back."); err != nil {
			return nil, err
		}
		if err := own.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "item.destroyed", Subject: i.ID, Detail: struct{ Claims bool }{true}}); err != nil {
			return nil, err
		}
	}
	return []string{cases.ActDestroyed}, nil
}

var _ cases.Retractions = (*Archive)(nil)
