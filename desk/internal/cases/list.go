package cases

import (
	"context"
	"slices"
	"strings"
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

// Sorting is by what the board is sorted.
type Sorting string

// The orders.
const (
	ByNeed   Sorting = "" // who needs somebody first
	ByCode   Sorting = "case"
	ByLevel  Sorting = "level"
	ByPeople Sorting = "people"
	BySign   Sorting = "sign" // the next sign of life
	ByOpened Sorting = "opened"
	ByReview Sorting = "review" // until when the risk assessment holds
)

// AllOrders lists them.
func AllOrders() []Sorting {
	return []Sorting{ByNeed, ByCode, ByLevel, ByPeople, BySign, ByOpened, ByReview}
}

// Filter is what of the board is wanted.
type Filter struct {
	Show     Show
	State    State    // "": any
	Level    Level    // likewise
	Priority Priority // likewise
	Todo     string   // what it waits for first, as Card.Todo; "": anything
	Order    Sorting
	Desc     bool
	Words    string // looked for as Search does
	Page     int    // from 0
}

// Todos lists what a filter can ask for: for whom or what a case waits first.
func Todos() []string {
	return []string{"answer", "search", "exposed", "triage", "decide", "settle", "party", "risk", "risk-expired", "consent", "plan", "approve-plan", "approve", "go", "depart", "watch", "follow", "close", "erase"}
}

// proper leaves out what the board does not know.
func (f Filter) proper() Filter {
	known := func(ok bool, s *string) {
		if !ok {
			*s = ""
		}
	}
	show, order, state, level, priority := string(f.Show), string(f.Order), string(f.State), string(f.Level), string(f.Priority)
	known(among(f.Show, AllShows()), &show)
	known(among(f.Order, AllOrders()), &order)
	known(among(f.State, AllStates()), &state)
	known(among(f.Level, AllLevels()), &level)
	known(among(f.Priority, AllPriorities()), &priority)
	known(among(f.Todo, Todos()), &f.Todo)
	f.Show, f.Order, f.State, f.Level, f.Priority, f.Page = Show(show), Sorting(order), State(state), Level(level), Priority(priority), max(0, f.Page)
	return f
}

// narrows reports whether a case stands in what is wanted.
func (f Filter) narrows(r Row, now time.Time) bool {
	over := r.State.Over()
	switch f.Show {
	case ShowOpen:
		if over {
			return false
		}
	case ShowRisk:
		late := !r.CheckIn.IsZero() && !r.CheckIn.After(now)
		if over || !(r.Danger || late || r.Level == LevelHigh || r.Level == LevelExtreme || r.State.Alarming()) {
			return false
		}
	case ShowWay:
		if r.State != Moving {
			return false
		}
	case ShowShelter:
		if r.State != Sheltered && r.State != Onward {
			return false
		}
	}
	return (f.State == "" || r.State == f.State) && (f.Level == "" || r.Level == f.Level) && (f.Priority == "" || r.Priority == f.Priority) && (f.Todo == "" || r.Todo == f.Todo)
}

// sorted puts found rows into the order that is wanted.
func (f Filter) sorted(rows []Row) {
	by := map[Sorting]func(a, b Row) int{
		ByCode: func(a, b Row) int { return strings.Compare(a.Pseudonym, b.Pseudonym) }, ByPeople: func(a, b Row) int { return a.People - b.People },
		ByLevel:  func(a, b Row) int { return slices.Index(AllLevels(), a.Level) - slices.Index(AllLevels(), b.Level) },
		ByOpened: func(a, b Row) int { return strings.Compare(string(a.Opened), string(b.Opened)) },
		ByReview: func(a, b Row) int { return strings.Compare(string(a.Review), string(b.Review)) },
		BySign:   func(a, b Row) int { return a.CheckIn.Compare(b.CheckIn) },
	}[f.Order]
	if by == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		if f.Desc {
			a, b = b, a
		}
		return by(a, b)
	})
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
// opens nothing, unless words are looked for.
func (b *Book) Board(ctx context.Context, actor staff.Actor, f Filter) (l Listing, err error) {
	f = f.proper()
	l.Page = f.Page
	if strings.TrimSpace(f.Words) != "" {
		l.Page = 0
		rows, err := b.Search(ctx, actor, f.Words)
		if err != nil {
			return l, err
		}
		now := b.clock.Now()
		l.Rows = slices.DeleteFunc(rows, func(r Row) bool { return !f.narrows(r, now) })
		f.sorted(l.Rows)
	}
	err = b.reading(ctx, func(tx Store) error {
		if f.Words == "" {
			if err := b.page(ctx, tx, actor, f, &l); err != nil {
				return err
			}
		}
		if l.Mine, err = tx.CountFiles(ctx, actor.ID); err != nil {
			return err
		}
		l.Late, err = tx.CountLate(ctx, actor.ID)
		return err
	})
	return l, err
}

// page reads one page of plain rows.
func (b *Book) page(ctx context.Context, tx Store, actor staff.Actor, f Filter, l *Listing) error {
	files, err := tx.FilesShown(ctx, actor.ID, f, b.clock.Now())
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
	return nil
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
