package record

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// AddIncident opens an incident.
func (a *Archive) AddIncident(ctx context.Context, by staff.Actor, i Incident) (Incident, error) {
	i, err := a.newIncident(by, i)
	if err != nil {
		return Incident{}, err
	}
	err = a.write(ctx, by, func(tx Store) error { return addIncident(ctx, tx, i) })
	return i, err
}

// newIncident gives an incident its id and looks whether it can be kept.
func (a *Archive) newIncident(by staff.Actor, i Incident) (Incident, error) {
	i.ID, i.By, i.At = ids.New("incident"), by.ID, a.clock.Now()
	var k fault.Check
	k.Field(strings.TrimSpace(i.Title) != "", "title", "Give it a neutral title that names nobody.")
	if i.Span != "" {
		_, err := edtf.Parse(string(i.Span))
		k.Field(err == nil, "span", "Write the date as 2017-04-09, 2017-04 or 2017-02/2017-04.")
	}
	return i, k.Err()
}

func addIncident(ctx context.Context, tx Store, i Incident) error {
	if err := tx.AddIncident(ctx, i); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: i.By, Action: "incident.added", Subject: i.ID})
}

// AddDeed notes that an act happened in an incident.
func (a *Archive) AddDeed(ctx context.Context, by staff.Actor, d Deed) (Deed, error) {
	d.ID, d.By, d.At = ids.New("deed"), by.ID, a.clock.Now()
	if !d.Act.Valid() {
		return Deed{}, wrong("act", "Choose the act.")
	}
	err := a.write(ctx, by, func(tx Store) error {
		if _, err := tx.Incident(ctx, d.Incident); err != nil {
			return err
		}
		return addDeed(ctx, tx, d)
	})
	return d, err
}

func addDeed(ctx context.Context, tx Store, d Deed) error {
	if err := tx.AddDeed(ctx, d); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: d.By, Action: "deed.added", Subject: d.ID})
}

// AddStatement keeps what was said in public and which claims it speaks to.
func (a *Archive) AddStatement(ctx context.Context, by staff.Actor, s Statement) (Statement, error) {
	s.ID, s.By, s.At = ids.New("statement"), by.ID, a.clock.Now()
	err := s.check()
	if err != nil {
		return Statement{}, err
	}
	err = a.write(ctx, by, func(tx Store) error {
		for _, c := range slices.Concat(s.Contradicts, s.Supports) {
			if _, err := tx.Claim(ctx, c); err != nil {
				return wrong("contradicts", "There is no such claim.")
			}
		}
		return addStatement(ctx, tx, s)
	})
	return s, err
}

func addStatement(ctx context.Context, tx Store, s Statement) error {
	if err := tx.AddStatement(ctx, s); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: s.By, Action: "statement.added", Subject: s.ID})
}

// Decide adds a finding about a deed. The grade that the claims propose at this
// moment is kept beside the one that was decided.
func (a *Archive) Decide(ctx context.Context, by staff.Actor, f Finding) (Finding, error) {
	f.ID, f.By, f.At, f.Reviews = ids.New("finding"), by.ID, a.clock.Now(), nil
	var k fault.Check
	k.Field(slices.Contains(Grades(), f.Decided), "decided", "Choose a grade.")
	k.Field(slices.Contains(Standards(), f.Standard), "standard", "Choose the standard of proof.")
	k.Field(strings.TrimSpace(f.Reasoning) != "", "reasoning", "Write why. Another person will read it.")
	if f.Due != "" {
		d, err := edtf.Parse(string(f.Due))
		k.Field(err == nil && d.Precision() == "day", "due", "Write the day as 2017-04-09.")
	}
	if err := k.Err(); err != nil {
		return Finding{}, err
	}
	err := a.write(ctx, by, func(tx Store) error {
		claims, err := claimsOf(ctx, tx, f.Deed)
		if err != nil {
			return err
		}
		alike, err := doubted(ctx, tx, claims)
		if err != nil {
			return err
		}
		p := Propose(claims, alike...)
		f.Proposed, f.Reasons = p.Grade, p.Reasons
		if err := tx.AddFinding(ctx, f); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "finding.decided", Subject: f.ID, Detail: struct {
			Deed              string
			Proposed, Decided Grade
		}{f.Deed, f.Proposed, f.Decided}})
	})
	return f, err
}

func claimsOf(ctx context.Context, tx Store, deed string) ([]Weighed, error) {
	d, err := tx.Deed(ctx, deed)
	if err != nil {
		return nil, err
	}
	claims, err := tx.ClaimsWhere(ctx, Where{Incident: d.Incident, Act: d.Act})
	if err != nil {
		return nil, err
	}
	return Weigh(ctx, tx, claims)
}

// Review is a second person's answer. The author cannot give it.
func (a *Archive) Review(ctx context.Context, by staff.Actor, r Review) error {
	r.By, r.At = by.ID, a.clock.Now()
	if !r.Agrees && strings.TrimSpace(r.Note) == "" {
		return wrong("note", "Write what you see differently. Dissent is kept beside the finding.")
	}
	return a.write(ctx, by, func(tx Store) error {
		f, err := tx.Finding(ctx, r.Finding)
		if err != nil {
			return err
		}
		if f.By == by.ID {
			return fault.New(fault.Denied, "You wrote this finding. Another person reviews it.")
		}
		if err := tx.AddReview(ctx, r); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "finding.reviewed", Subject: f.ID, Detail: struct{ Agrees bool }{r.Agrees}})
	})
}

// Milestone is a dated fact of the response: help that began, a result reached.
type Milestone struct {
	ID       string
	Incident string
	Dated    edtf.Date
	Event    string
	By       []string // who did it; empty for the help's own dates
	Source   string   // name of the source, or ""
	Result   bool
}

// AddMilestone keeps a dated fact of the response to an incident. An id that the form
// was given makes it one fact, however often the form is sent.
func (a *Archive) AddMilestone(ctx context.Context, by staff.Actor, m Milestone) error {
	if !ids.Valid("milestone", m.ID) {
		m.ID = ids.New("milestone")
	}
	var k fault.Check
	k.Field(strings.TrimSpace(m.Event) != "", "event", "Write what happened. It must name nobody who is not public.")
	_, err := edtf.Parse(string(m.Dated))
	k.Field(err == nil && m.Dated != "", "factdate", "Write the date as 2017-04-09, 2017-04 or 2017.")
	if err := k.Err(); err != nil {
		return err
	}
	return a.write(ctx, by, func(tx Store) error {
		if _, err := tx.Incident(ctx, m.Incident); err != nil {
			return err
		}
		had, err := tx.Milestones(ctx, m.Incident)
		if err != nil || slices.ContainsFunc(had, func(o Milestone) bool { return o.ID == m.ID }) {
			return err
		}
		if err := tx.AddMilestone(ctx, m); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "milestone.added", Subject: m.Incident})
	})
}

// Waiting is what waits for a member in the record.
type Waiting struct {
	Unjudged   int // claims that nobody has weighed
	Unreviewed int // findings of others without a second person
	Due        int // findings whose review day has come
}

// Waiting tells what waits; all zero for those who do not work on the record.
func (a *Archive) Waiting(ctx context.Context, by staff.Actor) (Waiting, error) {
	var w Waiting
	if !by.Roles.Has(staff.Documenter) {
		return w, nil
	}
	err := a.reading(ctx, func(tx Store) error {
		n, err := tx.RecordCount(ctx, "unjudged")
		if err != nil {
			return err
		}
		w.Unjudged = int(n)
		open, err := tx.Unreviewed(ctx)
		if err != nil {
			return err
		}
		for _, f := range open {
			if f.By != by.ID {
				w.Unreviewed++
			}
		}
		due, err := tx.FindingsDue(ctx, clock.DayOf(a.clock.Now()))
		w.Due = len(due)
		return err
	})
	return w, err
}
