package cases

import (
	"context"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// TakenBack is a consent that a person has taken back, as other rooms hear of it,
// in the same transaction.
type TakenBack struct {
	Case    string
	Party   string
	Consent string
	Purpose Purpose
	Source  string   // of ForRecord: under which the record knows the person; empty: nothing was handed over
	Destroy bool     // the person wants the words that were handed over to be gone
	Names   []string // of the person, while the case is open: to find them in what is public; never kept
}

// Retractions act on a consent that was taken back: each room that relied on it
// is one. They say what they did, in words of Acts.
type Retractions interface {
	TakenBack(ctx context.Context, tx Store, by staff.Actor, t TakenBack) (acts []string, err error)
}

// Acts lists what taking a consent back may have done.
func Acts() []string {
	return []string{ActForm, ActBridge, ActDestroyed, ActStays, ActOther, ActGuard, ActPartner, ActPublic}
}

// What taking a consent back did.
const (
	ActForm      = "form"      // its signed paper ended
	ActBridge    = "bridge"    // the bridge to the record was cut
	ActDestroyed = "destroyed" // what was handed to the record is gone, its claims are withdrawn
	ActStays     = "stays"     // the words stay in the record, without a way back
	ActOther     = "other"     // another consent for the record holds: nothing of it was touched
	ActPartner   = "partner"   // what was sent to a partner by it is called back
	ActPublic    = "public"    // what was public and named the person was taken back
	ActGuard     = "guard"     // what let the person be named was taken back
)

// Withdraw ends a consent from today; what was handed over stays where it is, without a way back.
func (b *Book) Withdraw(ctx context.Context, actor staff.Actor, id, item string, why string) error {
	return b.TakeBack(ctx, actor, id, item, why, false)
}

// TakeBack ends a consent from today, everywhere at once: its paper ends, the
// bridge to the record is cut and what was handed over is destroyed when the
// person wants it, what let them be named is taken back, and every other room
// that relied on it hears of it. All of it, or nothing.
func (b *Book) TakeBack(ctx context.Context, actor staff.Actor, id, item, why string, destroy bool) error {
	return b.change(ctx, actor, id, func(o *open) error { // also on a closed case
		s, ok := find(o.Consents, item)
		if !ok {
			return fault.Missing()
		}
		c := s.Content()
		if c.Withdrawn != "" {
			return fault.New(fault.Conflict, "This consent was withdrawn already.")
		}
		c.Withdrawn, c.Why = o.today(), why
		t := TakenBack{Case: id, Party: c.Party, Consent: item, Purpose: c.Purpose, Destroy: destroy}
		if p, ok := find(o.Parties, c.Party); ok && c.Purpose == ForPublic && p.Content().Name != "" {
			t.Names = []string{p.Content().Name}
		}
		acts, err := o.undo(ctx, item, &t)
		if err != nil {
			return err
		}
		for _, r := range b.options.Retractions {
			more, err := r.TakenBack(ctx, o.tx, actor, t)
			if err != nil {
				return err
			}
			acts = append(acts, more...)
		}
		c.Acted = acts
		_, err = o.write(ctx, KindConsent, item, s.Saw(), s.Saw(), c)
		return err
	})
}

// undo is what taking a consent back means within the case.
func (o *open) undo(ctx context.Context, item string, t *TakenBack) (acts []string, err error) {
	for _, f := range o.Forms {
		if f.Content().Consent != item || f.Content().Ended != "" {
			continue
		}
		if err := o.endForm(ctx, f, ""); err != nil {
			return nil, err
		}
		acts = append(acts, ActForm)
	}
	if err := o.tx.WithdrawTerm(ctx, item); err != nil {
		return nil, err
	}
	if t.Purpose == ForPublic {
		n, err := o.tx.ForgetDecisions(ctx, o.ID+"/"+t.Party)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			acts = append(acts, ActGuard)
		}
	}
	if t.Purpose != ForRecord {
		return acts, nil
	}
	for _, s := range o.Consents {
		if k := s.Content(); s.ID != item && k.Party == t.Party && k.Purpose == ForRecord && k.Holds(o.today()) {
			return append(acts, ActOther), nil
		}
	}
	for _, s := range o.Bridges {
		if s.Content().Party != t.Party {
			continue
		}
		t.Source = s.Content().Source
		if err := o.tx.DropItem(ctx, o.ID, s.ID); err != nil {
			return nil, err
		}
		acts = append(acts, ActBridge)
	}
	return acts, nil
}
