package cases_test

import (
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
)

// Signs from the mailbox: "I am safe" answers the one check-in of the mailbox, a
// sign of duress starts the ladder at its second rung while every safe is closed,
// and where nobody watched yet it starts one of its own.
func TestHeardFromTheMailbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hear := func(id string, sign cases.HeardSign) {
		t.Helper()
		if err := o.DB.Write(o.ctx, func(tx *store.Tx) error {
			return o.book.HeardIn(o.ctx, tx, cases.Heard{Case: id, Sign: sign, Day: "2017-04-09", By: "desk"})
		}); err != nil {
			t.Fatal(err)
		}
	}
	watched := must(o.book.Open(o.ctx, o.anna, cases.Opening{Thread: "thread_a", Assign: []string{o.anna.ID}}))(t).ID
	p := o.party(watched, "P1")
	must(o.book.Watch(o.ctx, o.anna, watched, cases.CheckIn{Party: p, Channel: "mailbox", Sign: "a", Duress: "b"},
		watch.Round{Due: o.Clock.Now().Add(30 * time.Minute), Every: 12 * time.Hour, Pace: watch.Fast}))(t)
	state := func(id string) cases.Sign {
		t.Helper()
		c := must(o.book.Case(o.ctx, o.anna, id))(t)
		if len(c.CheckIns) != 1 {
			t.Fatalf("%d check-ins", len(c.CheckIns))
		}
		return c.CheckIns[0]
	}
	before := state(watched).Due
	hear(watched, cases.SignFine)
	hear(watched, cases.SignFine) // pressed twice
	if s := state(watched); s.State != watch.Waiting || !s.Due.Equal(before.Add(12*time.Hour)) {
		t.Errorf("after two taps: %s, due %s", s.State, s.Due)
	}
	hear(watched, cases.SignDuress)
	hear(watched, cases.SignDuress)
	alone := must(o.book.Open(o.ctx, o.anna, cases.Opening{Thread: "thread_b", Assign: []string{o.anna.ID}}))(t).ID
	hear(alone, cases.SignDuress)
	for _, id := range []string{watched, alone} {
		if s := state(id); s.State != watch.Duress {
			t.Errorf("after a sign of duress: %s", s.State)
		}
		c := must(o.book.Case(o.ctx, o.anna, id))(t)
		if len(c.Alerts) != 1 || c.Alerts[0].Rung != "colleague" || !c.Alerts[0].Duress {
			t.Errorf("alerts: %+v", c.Alerts)
		}
	}
	for _, c := range []struct {
		id, text string
		want     cases.HeardSign
	}{{watched, "A!", cases.SignFine}, {watched, " b ", cases.SignDuress}, {watched, "a b", ""}, {watched, "…", ""}, {alone, "b", ""}} {
		if err := o.DB.Write(o.ctx, func(tx *store.Tx) error {
			if got, err := o.book.MeaningIn(o.ctx, tx, c.id, c.text); err != nil || got != c.want {
				t.Errorf("%q means %q, want %q; %v", c.text, got, c.want, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	hear(watched, cases.SignFine) // perhaps forced
	if s := state(watched); s.State != watch.Duress {
		t.Errorf("a tap ended an alarm of duress: %s", s.State)
	}
}
