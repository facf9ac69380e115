package travel

import (
	"context"
	"errors"
	"strconv"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

// Report is what became of a journal.
type Report struct {
	New, Same int
	Waits     int
	Torn      bool // its end was cut short, which was never told to be kept
	Altered   bool // somebody changed it: what stands behind the change cannot be read
}

// coming is one entry on its way into the house.
type coming struct {
	row    Row
	entry  Written
	later  bool // another entry of the journal takes its place
	closed bool // nothing of this pack goes in by itself
}

// Home takes a journal in: each entry in a transaction of its own, with its row.
// The same journal again changes nothing; what cannot go in waits for a person.
func (l *Luggage) Home(ctx context.Context, actor staff.Actor, id string, journal []byte) (Report, error) {
	var r Report
	if err := actor.Must(staff.Caseworker); err != nil {
		return r, err
	}
	p, key, entries, err := l.openJournal(ctx, actor, id, journal, &r)
	if err != nil {
		return r, err
	}
	last := map[string]int{} // the last risk of each case
	all := make([]coming, 0, len(entries))
	now := l.Clock.Now()
	for n, e := range entries {
		w, err := read(e)
		c := coming{entry: w, row: Row{ID: rowID(key, n, e), Pack: id, Number: n, Kind: e.Kind, At: within(e.At, p.Made, now), Came: now}}
		// The keeper of a pack that is lost may be somebody else; one that was put away should not
		// have been written in; and after its end nobody should have written.
		c.closed = p.Ending != "" || e.At.After(p.Until) || err != nil
		if w.Kind == Judged {
			last[w.Case] = n
		}
		all = append(all, c)
	}
	for n := range all {
		c := &all[n]
		c.later = c.entry.Kind == Judged && last[c.entry.Case] != n
		if err := l.takeIn(ctx, actor, c, &r); err != nil {
			return r, err
		}
	}
	err = l.Within(ctx, func(tx Store) error {
		return note(ctx, tx, actor, id, "pack.home", struct {
			New, Same, Waits int
		}{r.New, r.Same, r.Waits})
	})
	return r, err
}

// within brings a time by the laptop's clock between two that we know.
func within(at, from, to time.Time) time.Time {
	if at.Before(from) {
		return from
	}
	if at.After(to) {
		return to
	}
	return at
}

// openJournal finds the download from which a journal comes.
func (l *Luggage) openJournal(ctx context.Context, actor staff.Actor, id string, journal []byte, r *Report) (p Pack, key travelpack.JournalKey, entries []travelpack.Entry, err error) {
	var secrets []cases.Edition[secret]
	err = l.Within(ctx, func(tx Store) error {
		if p, err = tx.Pack(ctx, id); err != nil {
			return err
		}
		if p.Member != actor.ID {
			return fault.Missing()
		}
		s, err := cases.UnlockIn(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if secrets, err = cases.ReadIn[secret](ctx, tx, s, cases.KindPack); err != nil {
			return err
		}
		return note(ctx, tx, actor, id, "pack.read", nil)
	})
	if err != nil {
		return p, key, nil, err
	}
	for _, s := range secrets {
		if s.Content.Key == nil {
			continue
		}
		k := travelpack.JournalKey(*s.Content.Key)
		all, lost, err := travelpack.ReadJournal(journal, id, k)
		if errors.Is(err, travelpack.ErrNotPack) {
			return p, key, nil, fault.Bad("journal", "This is no journal of a travel pack. It is the file that ends in .journal.")
		}
		if err == nil || len(all) > 0 {
			r.Torn, r.Altered = lost > 0 && err == nil, err != nil
			return p, k, all, nil
		}
	}
	return p, key, nil, fault.Bad("journal", "This journal belongs to another pack, or was altered from its beginning. Nothing was taken in; keep the file.")
}

var errKnown = errors.New("travel: this entry came home before")

// takeIn brings one entry into the house.
func (l *Luggage) takeIn(ctx context.Context, actor staff.Actor, c *coming, r *Report) error {
	err := l.Within(ctx, func(tx Store) error {
		if _, err := tx.Row(ctx, c.row.ID); err == nil {
			return errKnown
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		row := c.row
		if c.later {
			row.Outcome = Replaced
			if err := l.file(ctx, tx, actor, &row, c.entry); err != nil {
				return err
			}
			return l.keep(ctx, tx, actor, row, c.entry)
		}
		if c.closed && c.entry.Kind != Opened {
			return fault.New(fault.Conflict, "This waits for a person.")
		}
		if err := l.apply(ctx, tx, actor, c.entry, &row); err != nil {
			return err
		}
		return tx.AddRow(ctx, row)
	})
	switch {
	case err == nil:
		r.New++
		return nil
	case errors.Is(err, errKnown):
		r.Same++
		return nil
	case fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Busy || fault.KindOf(err) == fault.Locked:
		return err
	}
	// A rule refused it, or the case is gone: it is kept for a person.
	err = l.Within(ctx, func(tx Store) error {
		row := c.row
		row.Outcome = Waits
		if err := l.file(ctx, tx, actor, &row, c.entry); err != nil {
			return err
		}
		if err := l.opened(ctx, tx, actor, row.File); err != nil {
			return err
		}
		return l.keep(ctx, tx, actor, row, c.entry)
	})
	if err == nil {
		r.New++
		r.Waits++
	}
	return err
}

// file notes the case of a row, unless it is gone.
func (l *Luggage) file(ctx context.Context, tx Store, actor staff.Actor, row *Row, e Written) error {
	if !ids.Valid("case", e.Case) {
		return nil
	}
	_, err := tx.Grant(ctx, e.Case, actor.ID)
	if fault.KindOf(err) == fault.NotFound {
		if _, err = tx.File(ctx, e.Case); fault.KindOf(err) == fault.NotFound {
			return nil // erased: nothing of it may lead anywhere
		}
	}
	row.File = e.Case
	return err
}

// opened notes that a case was opened to look whether an entry can go in: the refusal
// took that entry of the ledger back with all else.
func (l *Luggage) opened(ctx context.Context, tx Store, actor staff.Actor, file string) error {
	if file == "" {
		return nil
	}
	if _, err := tx.Grant(ctx, file, actor.ID); fault.KindOf(err) == fault.NotFound {
		return nil // to them it stayed closed
	} else if err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "case.read", Subject: file, Scope: file})
}

// keep seals what stands in an entry into the pack's safe, with its row.
func (l *Luggage) keep(ctx context.Context, tx Store, actor staff.Actor, row Row, e Written) error {
	s, err := cases.UnlockIn(ctx, tx, actor, row.Pack)
	if err != nil {
		return err
	}
	if err := cases.PutIn(ctx, tx, s, cases.Item{ID: row.ID, Kind: cases.KindEntry, Author: actor.ID, At: row.Came}, e); err != nil {
		return err
	}
	if err := tx.AddRow(ctx, row); err != nil {
		return err
	}
	return note(ctx, tx, actor, row.Pack, "pack.kept", struct {
		Entry   string
		Outcome Outcome
	}{row.ID, row.Outcome})
}

// apply does what an entry says, by the verbs of the cases.
func (l *Luggage) apply(ctx context.Context, tx Store, actor staff.Actor, e Written, row *Row) error {
	book := l.Book.Inside(tx)
	row.File, row.Item, row.Outcome = e.Case, e.Item, Kept
	switch e.Kind {
	case Opened:
		row.File = ""
		return note(ctx, tx, actor, row.Pack, "pack.opened", struct{ At time.Time }{row.At})
	case Noted:
		_, err := book.NoteAway(ctx, actor, e.Case, e.Words, row.At)
		return err
	case Heard:
		// By the laptop's own time: one that lies ahead of ours counts for no clock.
		counted, err := book.HearAway(ctx, actor, e.Case, e.Item, e.What, e.Words, later(e.At, row.At))
		if !counted {
			row.Outcome = Told
		}
		return err
	case Moved:
		file, err := tx.CaseOfLeg(ctx, e.Item)
		if err != nil {
			return err
		}
		if file != e.Case {
			return fault.Missing()
		}
		return book.StepAway(ctx, actor, e.Item, cases.LegState(e.What), e.Words, row.At)
	case Judged:
		if e.Risk == nil {
			return fault.Missing()
		}
		saw, err := l.sawn(ctx, tx, actor, book, e, row.Pack)
		if err != nil {
			return err
		}
		s, err := book.Assess(ctx, actor, e.Case, saw, *e.Risk)
		row.Item = strconv.Itoa(s.Version)
		if s.Rival {
			row.Outcome = Rival
		}
		return err
	}
	return fault.New(fault.Conflict, "This waits for a person.")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sawn is the version that an assessment from the way has seen: the one in the
// pack, or the one that came of an earlier part of the same journal when it still stands last.
func (l *Luggage) sawn(ctx context.Context, tx Store, actor staff.Actor, book *cases.Book, e Written, pack string) (int, error) {
	rows, err := tx.RowsOf(ctx, pack)
	if err != nil {
		return 0, err
	}
	c, err := book.Case(ctx, actor, e.Case)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if r.Kind == Judged && r.File == e.Case && r.Outcome == Kept && r.Item == strconv.Itoa(c.Risk.Saw()) {
			return c.Risk.Saw(), nil
		}
	}
	return e.Saw, nil
}
