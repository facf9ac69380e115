package desk

import (
	"context"
	"errors"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/receipt"
)

var errCut = errors.New("the power failed")

// cut makes the n-th change of a transaction the last one: what follows fails, as
// when the machine stops in the middle.
type cut struct {
	*store.Tx
	left *int
}

func (c cut) step() error {
	if *c.left--; *c.left < 0 {
		return errCut
	}
	return nil
}

func (c cut) PutGrant(ctx context.Context, g safe.Grant) error {
	return errors.Join(c.step(), c.Tx.PutGrant(ctx, g))
}

func (c cut) PutThread(ctx context.Context, t intake.Thread) error {
	return errors.Join(c.step(), c.Tx.PutThread(ctx, t))
}

func (c cut) AddFile(ctx context.Context, f cases.File) error {
	return errors.Join(c.step(), c.Tx.AddFile(ctx, f))
}

func (c cut) WatchTerm(ctx context.Context, scope, kind, term string) error {
	return errors.Join(c.step(), c.Tx.WatchTerm(ctx, scope, kind, term))
}

// TestCaseAllOrNothing cuts the opening of a case at each of its changes: either
// the conversation is shared, the case is there and both know of each other, or
// nothing of it happened and it can be done again.
func TestCaseAllOrNothing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	anna, boris := team["anna"], team["boris"]
	converse(t, r, anna, receipt.New(), "A sentence of an invented sender.", "An answer.")
	list, err := r.inbox.List(ctx, anna)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	thread := list[0].ID
	files := countFiles(t, r, boris)
	if _, err := r.inbox.Glance(ctx, boris, thread); err == nil {
		t.Fatal("the caseworker can open it already")
	}
	cuts := 0
	for ; ; cuts++ {
		left, before := cuts, ledgerSize(t, r)
		err := r.db.Write(ctx, func(tx *store.Tx) error {
			_, err := r.openCaseIn(ctx, cut{tx, &left}, cut{tx, &left}, anna, thread, boris.ID, cases.Urgent)
			return err
		})
		if err == nil {
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		if n := ledgerSize(t, r); n != before {
			t.Errorf("cut at change %d: the ledger says that something happened: %d entries, before %d", cuts, n, before)
		}
		if _, err := r.inbox.Glance(ctx, boris, thread); err == nil {
			t.Errorf("cut at change %d: the conversation is shared", cuts)
		}
		if th, err := r.inbox.Glance(ctx, anna, thread); err != nil || th.Case != "" {
			t.Errorf("cut at change %d: the conversation knows a case: %q, %v", cuts, th.Case, err)
		}
		if n := countFiles(t, r, boris); n != files {
			t.Errorf("cut at change %d: %d cases, before %d", cuts, n, files)
		}
	}
	if cuts < 5 {
		t.Errorf("cut at %d changes only", cuts)
	}
	th, err := r.inbox.Glance(ctx, boris, thread)
	if err != nil || th.Case == "" || countFiles(t, r, boris) != files+1 {
		t.Errorf("at last: %q, %v", th.Case, err)
	}
	if _, err := r.openCase(ctx, anna, thread, boris.ID); err == nil {
		t.Error("a second case was opened")
	}
}

func countFiles(t *testing.T, r *rooms, a staff.Actor) int {
	t.Helper()
	n := 0
	if err := r.db.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.CountFiles(t.Context(), a.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
