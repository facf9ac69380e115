// Package chronicle lays what the record holds along time: incidents, acts,
// statements and findings by their dates, a bounded page at a time.
//
// A date keeps its uncertainty: Reach says from when to when something surely was and
// how far it may have reached. The package refuses to make a date finer than it was
// given, and to load everything. It imports record, parties, edtf, staff and the ground.
package chronicle

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Kind is what an entry is.
type Kind string

// The kinds.
const (
	Incident  Kind = "incident"
	Act       Kind = "act"
	Statement Kind = "statement"
	Finding   Kind = "finding"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Incident, Act, Statement, Finding} }

// Most is how many entries a page may have.
const Most = 60

// Query narrows the timeline; empty fields do not.
type Query struct {
	Kind     Kind
	Codes    []string  // a term of the acts with everything below it
	Place    string    // words of a place
	From, To clock.Day // what may lie within them
	Incident string
	After    string // Next of the page before
}

// Row is one entry as the index keeps it.
type Row struct {
	Subject  string
	Kind     Kind
	Incident string
	Code     string
	First    clock.Day
}

// Entry is one thing on the timeline. One of the four is set, as its Kind says.
type Entry struct {
	Row
	Dated     edtf.Date
	Of        record.Incident // to which it belongs; empty when to none
	Act       parties.Act
	Statement record.Statement
	Finding   record.Finding
	Deed      record.Deed // of the finding
}

// Page is a part of the timeline, in order.
type Page struct {
	Entries []Entry
	Next    string // "" the last
	Undated int    // things without a date, as far as 1000
}

// Store is what the room needs of one transaction.
type Store interface {
	// Timeline lists rows by their first day, from behind a row on, at most limit.
	Timeline(ctx context.Context, q Query, limit int) ([]Row, error)
	Undated(ctx context.Context, kind Kind) (int, error)
	Incident(ctx context.Context, id string) (record.Incident, error)
	Act(ctx context.Context, id string) (parties.Act, error)
	Statement(ctx context.Context, id string) (record.Statement, error)
	Finding(ctx context.Context, id string) (record.Finding, error)
	Deed(ctx context.Context, id string) (record.Deed, error)
}

// Chronicle carries the verb of the room. Reading opens no safe.
type Chronicle struct {
	Reading func(ctx context.Context, f func(Store) error) error
}

// Timeline gives one page of what the record holds, by the first day that each thing can mean.
func (c *Chronicle) Timeline(ctx context.Context, by staff.Actor, q Query) (p Page, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return p, err
	}
	var k fault.Check
	for field, d := range map[string]clock.Day{"from": q.From, "to": q.To} {
		date, err := edtf.Parse(string(d))
		k.Field(d == "" || err == nil && date.Precision() == "day", field, "Write the day as 2017-04-09.")
	}
	k.Field(q.From == "" || q.To == "" || q.From <= q.To, "to", "It ends before it begins.")
	k.Field(q.Kind == "" || slices.Contains(Kinds(), q.Kind), "kind", "Choose one.")
	if err := k.Err(); err != nil {
		return p, err
	}
	err = c.Reading(ctx, func(tx Store) error {
		rows, err := tx.Timeline(ctx, q, Most+1)
		if err != nil {
			return err
		}
		if len(rows) > Most {
			rows = rows[:Most]
			last := rows[Most-1]
			p.Next = string(last.First) + "/" + last.Subject
		}
		if p.Undated, err = tx.Undated(ctx, q.Kind); err != nil {
			return err
		}
		for _, r := range rows {
			e := Entry{Row: r}
			if err := e.load(ctx, tx); err != nil {
				return err
			}
			p.Entries = append(p.Entries, e)
		}
		return nil
	})
	return p, err
}

func (e *Entry) load(ctx context.Context, tx Store) (err error) {
	if e.Incident != "" {
		if e.Of, err = tx.Incident(ctx, e.Incident); err != nil {
			return err
		}
	}
	switch e.Kind {
	case Incident:
		e.Dated = e.Of.Span
	case Act:
		e.Act, err = tx.Act(ctx, e.Subject)
		e.Dated = e.Act.Dated
	case Statement:
		e.Statement, err = tx.Statement(ctx, e.Subject)
		e.Dated = e.Statement.Dated
	case Finding:
		if e.Finding, err = tx.Finding(ctx, e.Subject); err != nil {
			return err
		}
		e.Dated = edtf.Of(clock.DayOf(e.Finding.At))
		e.Deed, err = tx.Deed(ctx, e.Finding.Deed)
	}
	return err
}

// Reach says how a date lies on a line: it surely was from SureFrom to SureTo, and may
// have been from First to Last. Sure days are "" when there is none that is sure; First
// or Last are "" when that end is open.
type Reach struct {
	First, SureFrom, SureTo, Last clock.Day
	About                         bool
}

// Lies gives the reach of a date. A date that is one day, without "about", is sure; a
// month or season is a range within which it was; a span is sure between its ends.
func Lies(d edtf.Date) Reach {
	first, last := d.Span()
	r := Reach{First: first, Last: last, About: d.Approximate()}
	from, to, span := strings.Cut(string(d), "/")
	switch {
	case span:
		_, r.SureFrom = edtf.Date(from).Span()
		r.SureTo, _ = edtf.Date(to).Span()
		if r.SureFrom != "" && r.SureTo != "" && r.SureFrom > r.SureTo {
			r.SureFrom, r.SureTo = "", "" // "2017-04/2017-04": somewhere in April
		}
		if r.SureFrom == "" && r.SureTo != "" {
			r.SureFrom = r.SureTo
		}
		if r.SureTo == "" && r.SureFrom != "" {
			r.SureTo = r.SureFrom
		}
	case d.Precision() == "day" && !r.About:
		r.SureFrom, r.SureTo = first, last
	}
	return r
}
