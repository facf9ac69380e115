package record_test

import (
	"context"
	"testing"
	"time"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// corrected plays what each correction must keep: a reason is asked for, the same
// form twice is one, who looked at an older state is refused, only documenters may,
// and every state stays as it was with who put it down and when.
func (r *room) corrected(subject string, amend func(by int, seen int, reason string, change bool) error, fields map[string][2]string) {
	t := r.t
	t.Helper()
	const dora, ana, nora = 0, 1, 2
	if err := amend(ana, 1, "a reason", true); fault.KindOf(err) != fault.Denied {
		t.Errorf("an analyst corrects: %v", err)
	}
	if err := amend(dora, 1, "  ", true); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := amend(dora, 1, "", false); err != nil {
		t.Errorf("what changes nothing: %v", err)
	}
	if all, err := r.archive.History(r.ctx, r.ana, subject); err != nil || len(all) != 0 {
		t.Fatalf("%d editions before the first correction: %v", len(all), err)
	}
	r.Clock.Advance(time.Hour)
	for range 2 { // a form that was sent twice
		r.ok(amend(nora, 1, "It was read wrongly (invented).", true))
	}
	if err := amend(dora, 1, "I saw the first state.", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("over a newer state: %v", err)
	}
	all, err := r.archive.History(r.ctx, r.ana, subject)
	r.ok(err)
	if len(all) != 2 || all[0].By != r.dora.ID || all[0].Reason != "" || all[1].By != r.newcomer.ID || all[1].Reason != "It was read wrongly (invented)." || !all[1].At.Equal(r.Clock.Now()) || !all[0].At.Before(all[1].At) {
		t.Fatalf("editions %+v", all)
	}
	changes, err := record.Changes(all)
	r.ok(err)
	got := map[string][2]string{}
	for _, f := range changes[0].Fields {
		got[f.Name] = [2]string{f.Was, f.Now}
	}
	if len(changes) != 1 || len(got) != len(fields) {
		t.Errorf("changed %v, want %v", got, fields)
	}
	for name, want := range fields {
		if got[name] != want {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
	// And back again: a third state, not a lost second one.
	r.ok(amend(dora, 2, "It was right before.", false))
	if all, err = r.archive.History(r.ctx, r.dora, subject); err != nil || len(all) != 3 || string(all[2].Body) != string(all[0].Body) {
		t.Errorf("after taking it back: %d editions, %v", len(all), err)
	}
}

// actor is one of the three who correct here.
func (r *room) actor(n int) staff.Actor { return []staff.Actor{r.dora, r.ana, r.newcomer}[n] }

func TestStatementCorrected(t *testing.T) {
	r := newRoom(t)
	first, err := r.archive.AddStatement(r.ctx, r.dora, record.Statement{Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Quote: "There was none of it.", Summary: "Denies it.", Contradicts: []string{r.claim.ID}})
	r.ok(err)
	r.corrected(first.ID, func(by, seen int, reason string, change bool) error {
		s := first
		if change {
			s.Quote, s.Dated, s.Contradicts = "There was none of this.", "2017-04-03", nil
		}
		return r.archive.AmendStatement(r.ctx, r.actor(by), s, seen, reason)
	}, map[string][2]string{"Quote": {"There was none of it.", "There was none of this."}, "Dated": {"2017-04-02", "2017-04-03"}, "Contradicts": {r.claim.ID, ""}})
	// What it contradicts follows the state that holds.
	p, err := r.archive.Claim(r.ctx, r.dora, r.claim.ID)
	if err != nil || len(p.Claim.Denials) != 1 {
		t.Errorf("%d denials of the claim: %v", len(p.Claim.Denials), err)
	}
	bad := first
	bad.Contradicts = []string{"claim_that_is_not"}
	if err := r.archive.AmendStatement(r.ctx, r.dora, bad, 3, "a reason"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a claim that is not there: %v", err)
	}
	bad.Speaker = ""
	if err := r.archive.AmendStatement(r.ctx, r.dora, bad, 3, "a reason"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("nobody said it: %v", err)
	}
	// The store itself refuses a state that no edition says.
	if err := r.DB.Write(r.ctx, func(tx *store.Tx) error {
		other := first
		other.Quote = "Words that nobody put down."
		return tx.SaveStatement(r.ctx, first, other)
	}); err == nil {
		t.Error("a statement was changed behind its editions")
	}
}

func TestDeedCorrected(t *testing.T) {
	r := newRoom(t)
	in, err := r.archive.AddIncident(r.ctx, r.dora, record.Incident{Title: "Detentions (invented)", Span: "2017-04"})
	r.ok(err)
	first, err := r.archive.AddDeed(r.ctx, r.dora, record.Deed{Incident: in.ID, Act: record.Detention, Attribution: "local authorities"})
	r.ok(err)
	r.corrected(first.ID, func(by, seen int, reason string, change bool) error {
		d := first
		d.Act, d.Incident = record.Killing, "incident_of_somebody_else" // no form can move an act or make another of it
		if change {
			d.Attribution, d.Motive = "an unknown unit", "said to be “cleansing”"
		}
		return r.archive.AmendDeed(r.ctx, r.actor(by), d, seen, reason)
	}, map[string][2]string{"Attribution": {"local authorities", "an unknown unit"}, "Motive": {"", "said to be “cleansing”"}})
	v, at, err := r.archive.Deed(r.ctx, r.ana, first.ID, 0)
	if err != nil || v.Deed.Act != record.Detention || at.ID != in.ID || v.Deed.Attribution != "local authorities" || v.Deed.By != r.dora.ID {
		t.Errorf("%+v in %s: %v", v.Deed, at.ID, err)
	}
	if err := r.DB.Write(r.ctx, func(tx *store.Tx) error {
		d := v.Deed
		d.Attribution = "Somebody whom nobody put down."
		return tx.SaveDeed(context.Background(), d)
	}); err == nil {
		t.Error("an act was changed behind its editions")
	}
}
