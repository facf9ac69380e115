package opinion_test

import (
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// erased is a case that was bound to an opinion and erased a day later.
func (c *clinic) erased(t *testing.T, id string) {
	t.Helper()
	f, err := c.book.Open(t.Context(), c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	must(t, c.surgery.Bind(t.Context(), c.cara, f.ID, ids.New("expertise"), id))
	c.Clock.Advance(24 * time.Hour)
	must(t, c.surgery.Sweep(t.Context()))
	must(t, c.book.Turn(t.Context(), c.cara, f.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(t.Context(), c.cara, f.ID))
}

func (c *clinic) opens(t *testing.T, id string, want bool) {
	t.Helper()
	if _, err := c.surgery.Edition(t.Context(), c.dora, id, 1); (err == nil) != want {
		t.Errorf("%s opens: %v, want %t", id, err, want)
	}
}

func (c *clinic) asked(t *testing.T, want int) {
	t.Helper()
	if n, err := c.surgery.Asked(t.Context(), c.dora); err != nil || n != want {
		t.Errorf("%d wait for the expert, want %d, %v", n, want, err)
	}
}

// TestStrangersCaseTakesNothing: a caseworker who has an opinion's number binds it to a
// case that is another person's and has that erased. The opinion stays until its expert
// had the time to say no, and for good once they did; only they can.
func TestStrangersCaseTakesNothing(t *testing.T) {
	t.Parallel()
	c, ctx := newClinic(t), t.Context()
	id := c.signed(t, content())
	c.erased(t, id)
	c.opens(t, id, true)
	c.asked(t, 1)
	refused(t, c.surgery.Refuse(ctx, c.cara, id, "Invented."), fault.Denied, "")
	refused(t, c.surgery.Refuse(ctx, c.Member(t, "Another documenter", staff.Documenter), id, "Invented."), fault.NotFound, "")
	refused(t, c.surgery.Refuse(ctx, c.dora, id, " "), fault.Invalid, "refusal")
	must(t, c.surgery.Refuse(ctx, c.dora, id, "I examined somebody else (invented)."))
	c.asked(t, 0)
	c.Clock.Advance(2 * opinion.AnswerTime)
	must(t, c.surgery.Sweep(ctx))
	c.opens(t, id, true)
	refused(t, c.surgery.Agree(ctx, c.dora, id), fault.Conflict, "")

	// Refused while the case lives: its page says so, and its erasure takes nothing, not
	// even when the opinion is bound to its own person's case by then.
	f, err := c.book.Open(ctx, c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	right, err := c.book.Open(ctx, c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	item := ids.New("expertise")
	must(t, c.surgery.Bind(ctx, c.cara, f.ID, item, id))
	c.opens(t, id, true)
	must(t, c.surgery.Refuse(ctx, c.dora, id, "I examined somebody else (invented)."))
	if _, ties, err := c.surgery.Ties(ctx, c.cara, f.ID); err != nil || len(ties) != 1 || !ties[0].Not || ties[0].Waits() {
		t.Errorf("%+v %v", ties, err)
	}
	must(t, c.surgery.Bind(ctx, c.cara, right.ID, ids.New("expertise"), id))
	must(t, c.surgery.Agree(ctx, c.dora, id))
	must(t, c.surgery.Untie(ctx, c.cara, f.ID, item)) // what does not hold unties nothing
	must(t, c.book.Turn(ctx, c.cara, f.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(ctx, c.cara, f.ID))
	c.opens(t, id, true)
	must(t, c.book.Turn(ctx, c.cara, right.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(ctx, c.cara, right.ID))
	c.opens(t, id, false)
	must(t, c.DB.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }))
}

// TestSilenceKeepsNothing: a person's erasure takes the opinion though nobody answers: when
// the time for an answer is over, at once when it was over before, and at once when
// the expert agrees.
func TestSilenceKeepsNothing(t *testing.T) {
	t.Parallel()
	c, ctx := newClinic(t), t.Context()
	silent, late := c.signed(t, content()), c.signed(t, content())
	c.erased(t, silent)
	c.erased(t, late)
	c.Clock.Advance(opinion.AnswerTime - 49*time.Hour)
	must(t, c.surgery.Sweep(ctx))
	c.opens(t, silent, true)
	must(t, c.surgery.Agree(ctx, c.dora, late))
	c.opens(t, late, false)
	c.Clock.Advance(2 * time.Hour)
	must(t, c.surgery.Sweep(ctx))
	c.opens(t, silent, false)
	for _, row := range within(c.dump(t), silent) {
		if strings.HasPrefix(row, "safe_grant.") || strings.HasPrefix(row, "guard") {
			t.Errorf("%s", row)
		}
	}

	old := c.signed(t, content())
	f, err := c.book.Open(ctx, c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	must(t, c.surgery.Bind(ctx, c.cara, f.ID, ids.New("expertise"), old))
	// As it was bound before anybody was asked: the clock begins the time for an answer.
	must(t, c.DB.Write(ctx, func(tx *store.Tx) error {
		o, err := tx.Opinion(ctx, old)
		if err != nil {
			return err
		}
		o.Asked, o.AskedBy = time.Time{}, ""
		return tx.BindOpinion(ctx, o)
	}))
	c.asked(t, 1)
	must(t, c.surgery.Sweep(ctx))
	c.Clock.Advance(opinion.AnswerTime)
	must(t, c.book.Turn(ctx, c.cara, f.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(ctx, c.cara, f.ID))
	c.opens(t, old, false)
}

// TestWhoCanOpenItBindsAtOnce: an expert who is a caseworker, too, is not asked again.
func TestWhoCanOpenItBindsAtOnce(t *testing.T) {
	t.Parallel()
	c, ctx := newClinic(t), t.Context()
	both := c.Member(t, "Dr Edda (invented)", staff.Documenter, staff.Caseworker)
	id := ids.New("opinion")
	must(t, c.surgery.Begin(ctx, both, id, "minnesota"))
	f, err := c.book.Open(ctx, both, cases.Opening{Assign: []string{both.ID}})
	must(t, err)
	must(t, c.surgery.Bind(ctx, both, f.ID, ids.New("expertise"), id))
	if n, err := c.surgery.Asked(ctx, both); err != nil || n != 0 {
		t.Errorf("%d wait, %v", n, err)
	}
	must(t, c.book.Turn(ctx, both, f.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(ctx, both, f.ID))
	if _, err := c.surgery.Open(ctx, both, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it opens: %v", err)
	}
}
