package intake_test

import (
	"context"
	"slices"
	"testing"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// Two codes of one person are one person: what is agreed under one counts for the
// other, an alarm of either holds every answer back, and it is ended once.
func TestDangerOfTheWholeFamily(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	heard := &ear{}
	o.inbox.Signs = heard
	old, parent := o.writes(t, anna, envelope.Message{Text: "x", Answers: []envelope.Answer{
		{Question: "need-help", Words: "Котёнок не ест"}, {Question: "fine", Words: "Котёнок ест"}}})
	fresh, child := o.writes(t, anna, envelope.Message{Text: "y", Answers: []envelope.Answer{{Question: "fine", Words: "Котёнок не ест"}}})
	if err := o.inbox.Join(ctx, anna, child, parent); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Link(ctx, anna, parent, "case_x"); err != nil {
		t.Fatal(err)
	}
	follow := func(k two, m envelope.Message) {
		m.Kind = envelope.FollowUp
		o.receive(t, o.arrival(t, k.first, m))
		o.opens(t, anna)
	}
	// The sentence was agreed under the first code and comes under the second one,
	// where it meant something better: the graver meaning counts.
	follow(fresh, envelope.Message{Text: "котенок не ест!"})
	if got := o.alarms(t, anna); !slices.Equal(got, []intake.AlarmKind{intake.Help}) || !slices.Equal(heard.signs, []intake.AlarmKind{intake.Help}) {
		t.Errorf("alarms %v, the case heard %v", got, heard.signs)
	}
	if err := o.inbox.EndAlarms(ctx, anna, parent, "Spoke to them."); err != nil {
		t.Fatal(err)
	}
	for _, k := range []two{old, fresh} {
		if err := o.inbox.Looked(ctx, []intake.Look{look(k.second)}); err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{parent, child} {
			if err := o.inbox.Send(ctx, anna, parent, intake.Answer{Text: "Мы едем", To: []string{to}}); fault.KindOf(err) != fault.Conflict {
				t.Errorf("an answer left while the other code was forced open: %v", err)
			}
		}
		open, err := o.inbox.OpenAlarms(ctx, anna)
		if err != nil || len(open) != 1 || open[0].Lead != parent {
			t.Fatalf("%d alarms, %v", len(open), err)
		}
		if all, err := o.inbox.AlarmsOf(ctx, anna, parent); err != nil || !slices.ContainsFunc(all, func(a intake.Alarm) bool { return a.Kind == intake.Watched && a.Ended.IsZero() }) {
			t.Errorf("the leading conversation does not show it: %v", err)
		}
		if err := o.inbox.ActOnAlarms(ctx, anna, parent); err != nil {
			t.Fatal(err)
		}
		if err := o.inbox.EndAlarms(ctx, anna, parent, "Spoke to them."); err != nil {
			t.Fatal(err)
		}
		if got := o.alarms(t, anna); len(got) != 0 {
			t.Errorf("left open: %v", got)
		}
	}
	// Hours that were named under one code hold answers to the other back.
	follow(fresh, envelope.Message{Answers: []envelope.Answer{{Question: "hours", Values: []string{"night"}}, {Question: "zone", Values: []string{"180"}}}})
	if err := o.inbox.Reply(ctx, anna, parent, "Мы едем", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an answer outside the hours: %v", err)
	}
	if elsewhere, err := o.inbox.Elsewhere(ctx, anna, parent); err != nil || len(elsewhere) != 1 || elsewhere[0].Zone != "180" {
		t.Errorf("agreed elsewhere: %+v, %v", elsewhere, err)
	}
	if err := o.inbox.Lift(ctx, anna, parent, "They asked for it."); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, parent, "Мы едем", false); err != nil {
		t.Error(err)
	}
}

// What was raised before there was a case is told to it when it is opened, and when
// a second code turns out to be of somebody who has one. It is told once.
func TestAlarmsArePassedOn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	heard := &ear{}
	o.inbox.Signs = heard
	k, thread := o.writes(t, anna, envelope.Message{Text: "x"})
	for range 2 {
		if err := o.inbox.Looked(ctx, []intake.Look{look(k.second)}); err != nil {
			t.Fatal(err)
		}
	}
	other, later := o.writes(t, anna, envelope.Message{Text: "y"})
	o.receive(t, o.arrival(t, other.first, envelope.Message{Kind: envelope.FollowUp, Answers: tap("help")}))
	o.opens(t, anna)
	if len(heard.signs) != 0 {
		t.Fatalf("a case that is not there heard %v", heard.signs)
	}
	for range 2 {
		if err := o.inbox.Link(ctx, anna, thread, "case_x"); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(heard.signs, []intake.AlarmKind{intake.Watched}) {
		t.Errorf("the new case heard %v", heard.signs)
	}
	if err := o.inbox.Join(ctx, anna, later, thread); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard.signs, []intake.AlarmKind{intake.Watched, intake.Help}) {
		t.Errorf("after joining, the case heard %v", heard.signs)
	}
}

// The signs of a case's check-ins count in its conversation, being forced before
// all else; without a case nobody is asked.
func TestSignsOfTheCase(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	heard := &ear{means: map[string]intake.AlarmKind{"The tea is cold": intake.Coerced, "All is well": intake.Fine}}
	o.inbox.Signs = heard
	k, thread := o.writes(t, anna, envelope.Message{Text: "x", Answers: []envelope.Answer{{Question: "fine", Words: "The tea is cold"}}})
	says := func(words string) {
		o.receive(t, o.arrival(t, k.first, envelope.Message{Kind: envelope.FollowUp, Text: words}))
		o.opens(t, anna)
	}
	says("All is well")
	if err := o.inbox.Link(ctx, anna, thread, "case_x"); err != nil {
		t.Fatal(err)
	}
	says("All is well")
	says("The tea is cold")
	if !slices.Equal(heard.signs, []intake.AlarmKind{intake.Fine, intake.Coerced}) || !slices.Equal(o.alarms(t, anna), []intake.AlarmKind{intake.Coerced}) {
		t.Errorf("heard %v, alarms %v", heard.signs, o.alarms(t, anna))
	}
}

// A security officer says for a whole channel that no answer leaves without a second
// person; it counts for every code of a person when one of them came that way.
func TestTwoPeopleForAChannel(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	_, thread := o.writes(t, anna, envelope.Message{Text: "x"})
	if err := o.inbox.SecondFor(ctx, anna, []string{"help"}); fault.KindOf(err) != fault.Denied {
		t.Errorf("an operator set it: %v", err)
	}
	if err := o.inbox.SecondFor(ctx, hanna, []string{"nowhere"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown channel: %v", err)
	}
	before := o.entries(t)
	for range 2 { // pressed twice: one change, one entry
		if err := o.inbox.SecondFor(ctx, hanna, []string{"help"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.entries(t) - before; n != 1 {
		t.Errorf("%d entries", n)
	}
	if err := o.inbox.Reply(ctx, anna, thread, "Мы вас слышим.", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an answer left by one person: %v", err)
	}
	if err := o.inbox.SecondFor(ctx, hanna, nil); err != nil {
		t.Fatal(err)
	}
	_, other := o.writes(t, anna, envelope.Message{Text: "y"})
	if err := o.inbox.Join(ctx, anna, other, thread); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.AskSecond(ctx, anna, other, true); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, thread, "Мы вас слышим.", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an answer left by the side of the other code: %v", err)
	}
}
