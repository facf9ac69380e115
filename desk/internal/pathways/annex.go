package pathways

import (
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
)

// Annex is what the cases know of this room.
type Annex struct{}

// Kinds implements cases.Annex.
func (Annex) Kinds() []cases.Kind {
	return []cases.Kind{KindApplication, KindAppointment, KindDecision}
}

// ahead is how many days before a deadline it waits for somebody.
const ahead = 14

// Tell implements cases.Annex: what stands in the calendar, what must be thought
// of, and what is next.
func (Annex) Tell(in []cases.Leaf, now time.Time) (u cases.Upshot) {
	w, _ := Fold(in)
	for _, v := range w.Visits() {
		j, tied := w.Journey(v.Application)
		if v.State != Planned || tied && j.State == Over {
			continue
		}
		r := cases.Reminder{Item: v.ID, What: "appointment", From: v.At.Add(-time.Duration(v.Remind) * time.Hour), Due: v.At}
		u.Reminders = append(u.Reminders, r)
		u.Dates = append(u.Dates, cases.Date{Kind: cases.DateAppoint, At: v.At, Item: v.ID, Text: v.Where, Member: v.Escort, Danger: r.Late(now)})
		if !now.Before(r.From) {
			u.Todos = append(u.Todos, cases.Todo{What: "appointment", Item: v.ID, Due: v.At, Danger: r.Late(now)})
		}
	}
	for _, j := range w.Journeys {
		if j.State == Over {
			continue
		}
		for _, d := range j.Decisions {
			if x := d.Content(); x.waits() {
				deadlineOf(&u, &x, d.ID, now)
			}
		}
		if !j.goes() {
			continue
		}
		for _, s := range j.Steps {
			if s.Due != "" && s.Done == "" {
				stepOf(&u, j.ID, s, now)
				break
			}
		}
	}
	return u
}

// Gone implements cases.Annex: what an erased case held of offers is free again;
// what it took stays taken.
func (Annex) Gone(ctx context.Context, tx cases.Store, in []cases.Leaf) error {
	s, ok := tx.(Store)
	if !ok {
		return errors.New("pathways: the store of the cases keeps no offers")
	}
	w, _ := Fold(in)
	for _, j := range w.Journeys {
		u := j.uses()
		if u.Held == 0 {
			continue
		}
		have, err := s.OfferUse(ctx, j.Offer)
		if err != nil {
			return err
		}
		if have.Held < u.Held {
			continue // an offer of another Desk, from which the case came
		}
		if err := s.AddOfferUse(ctx, j.Offer, -u.Held, 0); err != nil {
			return err
		}
	}
	return nil
}

// deadlineOf tells of a decision that must be answered.
func deadlineOf(u *cases.Upshot, d *Decision, item string, now time.Time) {
	end := endOf(d.By)
	r := cases.Reminder{Item: item, What: "deadline", From: end.AddDate(0, 0, -ahead), Due: end}
	u.Reminders = append(u.Reminders, r)
	u.Dates = append(u.Dates, cases.Date{Kind: cases.DateDeadline, Day: d.By, Item: item, Danger: now.After(end)})
	u.Todos = append(u.Todos, cases.Todo{What: "deadline", Item: item, Due: end, Danger: now.After(end.Add(-48 * time.Hour))})
}

// stepOf tells of the next step that has a day.
func stepOf(u *cases.Upshot, item string, s Stage, now time.Time) {
	start, err := time.Parse(time.DateOnly, string(s.Due))
	if err != nil {
		return
	}
	u.Reminders = append(u.Reminders, cases.Reminder{Item: item, What: "step", From: start, Due: endOf(s.Due)})
	u.Dates = append(u.Dates, cases.Date{Kind: cases.DateAction, At: start, Item: item, Text: s.What})
	if s.Due <= clock.DayOf(now) {
		u.Todos = append(u.Todos, cases.Todo{What: "step", Item: item, Due: endOf(s.Due)})
	}
}

// Secrets implements cases.Annex: the office's number of an application.
func (Annex) Secrets(k cases.Kind, content []byte) ([]cases.Secret, error) {
	switch k {
	case KindApplication:
		var a Application
		if err := json.Unmarshal(content, &a); err != nil {
			return nil, err
		}
		digits := 0
		for _, r := range a.Reference {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits >= 5 {
			return []cases.Secret{{Kind: "document", Term: a.Reference}}, nil
		}
	case KindAppointment:
		var a Appointment
		return nil, json.Unmarshal(content, &a)
	case KindDecision:
		var d Decision
		return nil, json.Unmarshal(content, &d)
	}
	return nil, nil
}

var _ cases.Annex = Annex{}
