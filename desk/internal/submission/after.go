package submission

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Step is what happened to a submission once it was filed.
type Step string

// The steps.
const (
	Handed   Step = "handed"   // a member took it to the body
	Answered Step = "answered" // the body wrote, or the State through it
	Told     Step = "told"     // the body was told that somebody took their consent back
	Closed   Step = "closed"   // nothing more is expected
	Taken    Step = "taken"    // somebody took their consent back; noted by TakeBack
)

// Steps lists the steps that a member notes by hand.
func Steps() []Step { return []Step{Handed, Answered, Told, Closed} }

// After is one thing that happened once it was filed. It is never changed.
type After struct {
	Step  Step      `json:"step"`
	Day   clock.Day `json:"day"`
	Words string    `json:"words"` // how, and under which number the body has it
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// Alarm reports whether the body has the names of somebody who took their consent
// back and was not told so yet.
func (d Draft) Alarm() bool { return d.Halted != "" && d.Handed != "" && d.Told == "" }

// Waits reports whether somebody must do something on a day: hand it over, tell the
// body that a consent ended, or look at the date that is due.
func (d Draft) Waits(today clock.Day) bool {
	switch {
	case !d.Filed || d.Closed != "":
		return false
	case d.Alarm():
		return true
	case d.Halted != "":
		return false // it does not leave any more, or the body knows
	}
	return d.Handed == "" || d.Due != "" && d.Due <= today
}

// leaves reports whether the package of a filed submission may still be given out:
// nobody has taken a consent back, and until it was handed over no consent has run out.
func (d Draft) leaves(f Form, today clock.Day) bool {
	if d.Halted != "" {
		return false
	}
	p, ok := Find(d.Procedure, d.Edition)
	if !ok || d.Handed != "" {
		return ok
	}
	return !slices.ContainsFunc(f.People, func(x Person) bool {
		return slices.ContainsFunc(p.Consents, func(s Scope) bool { return !x.Agrees(s, today) })
	})
}

// TakeBack ends every consent of a person as of today; they stay noted. Of what was
// filed the package stays as it was and leaves no more; where the body has it
// already, telling the body is due at once.
func (r *Registry) TakeBack(ctx context.Context, a staff.Actor, id, person string) error {
	end := func(f *Form) error {
		i := slices.IndexFunc(f.People, func(p Person) bool { return p.ID == person })
		if i < 0 {
			return fault.Missing()
		}
		for j := range f.People[i].Consents {
			if c := &f.People[i].Consents[j]; c.Withdrawn == "" {
				c.Withdrawn = r.Today()
			}
		}
		return nil
	}
	return r.Within(ctx, func(s Store) error {
		d, f, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if err := end(&f); err != nil {
			return err
		}
		if !d.Filed {
			return keep(ctx, s, a, d, box, f, "submission.consent-withdrawn")
		}
		today := r.Today()
		f.After = append(f.After, After{Step: Taken, Day: today, By: a.ID, At: r.Clock.Now()})
		d.Halted, d.Told, d.Closed = today, "", "" // told of one person is not told of another
		if d.Due = ""; d.Handed != "" {
			d.Due = today
		}
		return follow(ctx, s, a, d, box, f, "submission.consent-withdrawn")
	})
}

// Note says what happened once it was filed; next is the day on which something is
// due again, "" for none. Handing over counts the body's own time from that day.
func (r *Registry) Note(ctx context.Context, a staff.Actor, id string, x After, next clock.Day) error {
	var k fault.Check
	k.Field(slices.Contains(Steps(), x.Step), "step", "Choose what happened.")
	k.Field(campaign.IsDay(x.Day) && x.Day <= r.Today(), "day", "Write the day as 2017-04-09. It cannot lie ahead.")
	k.Field(next == "" || campaign.IsDay(next) && next >= x.Day, "next", "Write the day as 2017-04-09; it cannot lie before what happened.")
	x.Words = strings.TrimSpace(x.Words)
	k.Field(x.Words != "", "words", "Say how, by whom, and under which number the body has it.")
	if err := k.Err(); err != nil {
		return err
	}
	x.By, x.At = a.ID, r.Clock.Now()
	return r.Within(ctx, func(s Store) error {
		d, f, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		p, _ := Find(d.Procedure, d.Edition)
		switch {
		case !d.Filed:
			return fault.New(fault.Conflict, "It was not filed yet. Nothing leaves before.")
		case x.Step == Told && d.Halted == "":
			return fault.New(fault.Conflict, "Nobody has taken their consent back since it was filed.")
		}
		f.After = append(f.After, x)
		switch x.Step {
		case Handed:
			d.Handed = x.Day
			if d.Due = next; next == "" {
				d.Due = later(x.Day, p.AnswerDays)
			}
		case Answered:
			d.Due = next
		case Told:
			d.Told, d.Due = x.Day, next
		case Closed:
			if d.Alarm() {
				return fault.New(fault.Conflict, "Somebody took their consent back: tell the body first, and note it here.")
			}
			d.Closed, d.Due = x.Day, ""
		}
		if d.Alarm() {
			d.Due = r.Today()
		}
		return follow(ctx, s, a, d, box, f, "submission.followed")
	})
}

// Waiting counts what a member who can open it must look at now.
func (r *Registry) Waiting(ctx context.Context, a staff.Actor) (due, alarms int, err error) {
	if !a.Roles.Any(who...) {
		return 0, 0, nil
	}
	err = r.Reading(ctx, func(s Store) error {
		all, err := s.Submissions(ctx)
		if err != nil {
			return err
		}
		for _, d := range all {
			if !d.Waits(r.Today()) {
				continue
			}
			grants, err := s.Grants(ctx, d.ID)
			if err != nil {
				return err
			}
			for _, g := range grants {
				if g.Member != a.ID {
					continue
				}
				due++
				if d.Alarm() {
					alarms++
				}
				break
			}
		}
		return nil
	})
	return due, alarms, err
}

// follow keeps what happened once it was filed.
func follow(ctx context.Context, s Store, a staff.Actor, d Draft, box safe.Safe, f Form, action string) error {
	if err := d.seal(box, f); err != nil {
		return err
	}
	if err := s.FollowSubmission(ctx, d); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: d.ID, Scope: d.ID})
}

func later(d clock.Day, days int) clock.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return clock.DayOf(t.AddDate(0, 0, days))
}
