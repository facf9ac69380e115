package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Reminder is something of a case that must be thought of in time. It is plain, so
// that it waits on the home page while the case is closed: an opaque id, a word of
// what it is, and two times.
type Reminder struct {
	Case, Item string
	What       string    // "appointment", "deadline", "step", "paper", RemindConsent, RemindLapsed
	From       time.Time // from when it waits for somebody
	Due        time.Time
}

// Patience is how long after its time a reminder becomes an alert: nobody has said
// how it went.
const Patience = 4 * time.Hour

// Late reports whether nobody has said in time how it went.
func (r Reminder) Late(now time.Time) bool {
	if r.What == "paper" || r.What == "step" || r.ofConsent() {
		return false // it ran out: that is said, and is no alert
	}
	return now.After(r.Due.Add(Patience))
}

// Reminders keeps what is to be remembered.
type Reminders interface {
	// SetReminders replaces what is to be remembered of a case.
	SetReminders(ctx context.Context, file string, all []Reminder) error
	RemindersOf(ctx context.Context, file string) ([]Reminder, error)
	// RemindersFor lists what waits for a member at a time, the soonest first.
	RemindersFor(ctx context.Context, member string, now time.Time) ([]Reminder, error)
}

// KindHeed is the kind of a note that somebody has seen a reminder.
const KindHeed Kind = "heed"

// Heed says that a paper's end was seen: the next reminder is the next of PaperAhead.
type Heed struct {
	Item  string
	Until clock.Day // of the paper, as it stood
	On    clock.Day
}

// PaperAhead lists how many days before its end a paper is told of.
func PaperAhead() []int { return []int{180, 90, 30, 0} }

// endOf is the last moment of a day; zero when it is none.
func endOf(d clock.Day) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1).Add(-time.Second)
}

// PaperReminders says of each paper that somebody holds when to think of its end.
// One that another of the same kind and country outlives is past.
func PaperReminders(papers []Sheet[Paper], heeds map[string]Heed) (all []Reminder) {
	for _, s := range papers {
		p := s.Content()
		if p.Status != PaperHeld || p.Until == "" || outlived(papers, s) {
			continue
		}
		end := endOf(p.Until)
		for _, days := range PaperAhead() {
			from := end.AddDate(0, 0, -days).Add(time.Second).AddDate(0, 0, -1) // its day's first moment
			if h, seen := heeds[s.ID]; seen && h.Until == p.Until && h.On >= clock.DayOf(from) {
				continue
			}
			all = append(all, Reminder{Item: s.ID, What: "paper", From: from, Due: end})
			break
		}
	}
	return all
}

func outlived(papers []Sheet[Paper], s Sheet[Paper]) bool {
	p := s.Content()
	return slices.ContainsFunc(papers, func(o Sheet[Paper]) bool {
		q := o.Content()
		return o.ID != s.ID && q.Party == p.Party && q.Kind == p.Kind && q.Visa == p.Visa && q.Country == p.Country && q.Status == PaperHeld && (q.Until == "" || q.Until > p.Until)
	})
}

// Heed notes that a member has seen that a paper runs out.
func (b *Book) Heed(ctx context.Context, actor staff.Actor, id, item string) error {
	_, err := b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		s, ok := find(o.Papers, item)
		if !ok {
			return Saved{}, fault.Missing()
		}
		h := Heed{Item: item, Until: s.Content().Until, On: o.today()}
		if h == o.Heeds[item] {
			return Saved{}, nil
		}
		return o.write(ctx, KindHeed, ids.New("heed"), 0, 0, h)
	})
	return err
}

// remind keeps what is to be remembered of the case as it stands now.
func (o *open) remind(ctx context.Context) error {
	have, err := o.tx.RemindersOf(ctx, o.ID)
	if err != nil {
		return err
	}
	all := ConsentReminders(o.Consents, have)
	if !o.File.State.Over() {
		all = append(append(all, PaperReminders(o.Papers, o.Heeds)...), o.Upshot.Reminders...)
	}
	for n := range all {
		all[n].Case = o.ID
	}
	slices.SortFunc(all, func(a, b Reminder) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.What, b.What)) })
	if slices.EqualFunc(have, all, func(a, b Reminder) bool {
		return a.Item == b.Item && a.What == b.What && a.From.Equal(b.From) && a.Due.Equal(b.Due)
	}) {
		return nil
	}
	return o.tx.SetReminders(ctx, o.ID, all)
}

// reminderWaits lists what is to be thought of now, without opening anything.
func reminderWaits(ctx context.Context, tx Store, actor staff.Actor, own map[string]File, now time.Time) (all []Wait, err error) {
	list, err := tx.RemindersFor(ctx, actor.ID, now)
	for _, r := range list {
		if f, ok := own[r.Case]; ok && (!f.State.Over() || r.ofConsent()) && r.told(now) {
			all = append(all, Wait{What: r.What, Case: r.Case, Pseudonym: f.Pseudonym, Item: r.Item, Due: r.Due, Danger: r.Late(now)})
		}
	}
	return all, err
}
