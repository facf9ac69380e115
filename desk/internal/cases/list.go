package cases

import (
	"context"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// Show narrows the board.
type Show string

// What the board can be narrowed to.
const (
	ShowOpen    Show = ""
	ShowRisk    Show = "risk"    // late, in danger, or at high risk
	ShowWay     Show = "way"     // on the way
	ShowShelter Show = "shelter" // in a place
	ShowAll     Show = "all"     // closed too
)

// AllShows lists them.
func AllShows() []Show { return []Show{ShowOpen, ShowRisk, ShowWay, ShowShelter, ShowAll} }

// Filter is what of the board is wanted.
type Filter struct {
	Show Show
	Page int // from 0
}

// BoardPage is how many cases stand on one page of the board.
const BoardPage = 100

// Row is one case on the board.
type Row struct {
	File
	Late  bool // a sign of life is late or was missed
	Alarm bool // the ladder is being climbed
}

// Listing is one page of the board.
type Listing struct {
	Rows []Row
	Page int
	More bool // there is another page
	Mine int  // all cases of the actor, closed ones too
	Late int  // check-ins of the actor's cases that are late or under alarm
}

// Board lists the actor's cases by their plain rows, those in danger first. It
// opens nothing.
func (b *Book) Board(ctx context.Context, actor staff.Actor, f Filter) (l Listing, err error) {
	if !among(f.Show, AllShows()) {
		f.Show = ShowOpen
	}
	l.Page = max(0, f.Page)
	err = b.reading(ctx, func(tx Store) error {
		files, err := tx.FilesShown(ctx, actor.ID, Filter{f.Show, l.Page}, b.clock.Now())
		if err != nil {
			return err
		}
		if len(files) > BoardPage {
			files, l.More = files[:BoardPage], true
		}
		for _, f := range files {
			r, err := b.row(ctx, tx, f)
			if err != nil {
				return err
			}
			l.Rows = append(l.Rows, r)
		}
		if l.Mine, err = tx.CountFiles(ctx, actor.ID); err != nil {
			return err
		}
		l.Late, err = tx.CountLate(ctx, actor.ID)
		return err
	})
	return l, err
}

// row adds to a plain row what only time has changed since.
func (b *Book) row(ctx context.Context, tx Store, f File) (Row, error) {
	r := Row{File: f}
	now := b.clock.Now()
	if !f.CheckIn.IsZero() && !f.CheckIn.After(now) {
		watched, err := tx.WatchOf(ctx, f.ID)
		if err != nil {
			return r, err
		}
		for _, w := range watched {
			r.Late, r.Alarm = r.Late || w.State.Late(), r.Alarm || w.State.Alarmed()
		}
	}
	today := clock.DayOf(now)
	add := func(what string, due time.Time) {
		r.Todo, r.Due = what, due
		r.Todos++
	}
	switch {
	case r.Late && r.Todo != "answer":
		add("answer", f.CheckIn)
		r.Danger = r.Alarm
	case !r.Late && r.Todo == "answer" && f.CheckIn.After(now):
		r.Danger = false
	case f.EraseBy != "" && f.EraseBy <= today && r.Todo == "":
		add("erase", time.Time{})
	case f.Review != "" && f.Review < today && r.Todo == "":
		add("risk-expired", time.Time{})
	}
	return r, nil
}
