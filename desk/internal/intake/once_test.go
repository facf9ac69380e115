package intake_test

import (
	"slices"
	"testing"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// TestFormSentTwice: a form that is sent twice is one answer, one note, one step of a
// call, one draft and one yes. Other words under the same form are never swallowed.
func TestFormSentTwice(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	boris := o.Member(t, "Boris (invented)", staff.Intake)
	th, k := o.arrive(t, anna, "Мне нужна помощь", "days")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(o.inbox.Take(ctx, anna, th.ID))
	count := func(want int) {
		t.Helper()
		_, said, err := o.inbox.Open(ctx, anna, th.ID)
		must(err)
		if len(said) != want {
			t.Errorf("%d messages, want %d", len(said), want)
		}
	}
	form := ids.New("message")
	for range 2 {
		must(o.inbox.Send(ctx, anna, th.ID, intake.Answer{Once: form, Text: "Мы вас слышим", Saw: 1}))
	}
	count(2)
	want(t, "other words in a form that was sent", o.inbox.Send(ctx, anna, th.ID, intake.Answer{Once: form, Text: "И ещё", Saw: 1}), fault.Conflict)
	must(o.inbox.Send(ctx, anna, th.ID, intake.Answer{Once: form, Text: "И ещё", Saw: 2}))
	count(3)
	got := o.opened(t, k)
	slices.Sort(got) // of the same moment: the clock stands still
	if !slices.Equal(got, []string{"И ещё", "Мы вас слышим"}) {
		t.Errorf("the sender finds %q", got)
	}

	form = ids.New("message")
	for _, text := range []string{"a note", "a note", "another note"} {
		must(o.inbox.Note(ctx, anna, th.ID, form, text))
	}
	count(5)

	call := ids.New("thread")
	for range 2 {
		id, err := o.inbox.Begin(ctx, anna, call, "help", "ce")
		if err != nil || id != call {
			t.Fatal(id, err)
		}
	}
	if _, err := o.inbox.Begin(ctx, boris, call, "help", "ce"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague's call was begun again: %v", err)
	}
	if _, err := o.inbox.Begin(ctx, anna, th.ID, "help", "ce"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a conversation became a call: %v", err)
	}
	form = ids.New("message")
	for _, s := range []intake.Step{{ID: form, Words: "Шёпотом"}, {ID: form, Words: "Шёпотом"}, {ID: form, Words: "Шёпотом", Wanted: true, Number: "no number"}, {ID: form, HungUp: true}} {
		must(o.inbox.Write(ctx, anna, call, s))
	}
	if _, said, err := o.inbox.Open(ctx, anna, call); err != nil || len(said) != 3 {
		t.Errorf("%d steps, %v", len(said), err)
	}

	form = ids.New("draft")
	for range 2 {
		d, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, form, 0, intake.Answer{Text: "Набросок"}, true)
		if err != nil || forked || d.ID != form || d.Revision != 1 {
			t.Fatal(d, forked, err)
		}
	}
	other, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, form, 0, intake.Answer{Text: "Другой"}, true)
	if err != nil || !forked || other.ID == form {
		t.Errorf("%+v, %v, %v", other, forked, err)
	}
	// The page keeps what is typed by itself: what it sends a moment late takes no asking
	// back, and what it had just kept is what a colleague is asked about.
	if d, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, form, 0, intake.Answer{Text: "Набросок"}, false); err != nil || forked || d.ID != form || d.Revision != 1 || !d.Asked {
		t.Errorf("%+v, %v, %v", d, forked, err)
	}
	early := ids.New("draft")
	for i, asked := range []bool{false, true} {
		if d, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, early, 0, intake.Answer{Text: "Третий"}, asked); err != nil || forked || d.ID != early || d.Revision != i+1 || d.Asked != asked {
			t.Errorf("%+v, %v, %v", d, forked, err)
		}
	}
	must(o.inbox.DropDraft(ctx, anna, th.ID, early))
	for range 2 {
		must(o.inbox.Approve(ctx, boris, th.ID, form, 1, 3))
	}
	count(6)
}
