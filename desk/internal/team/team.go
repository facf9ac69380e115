// Package team is how colleagues work together on cases: tasks and flags, and the
// handing of a case from one to another.
//
// What is asked, why, and the note with which a case is handed on lie sealed in the
// case. Who, until when and how grave are plain, so that it rings while every safe is
// closed. A case that is handed on stays with the giver until the taker has read the
// note and said so; then everything moves in one transaction.
//
// It refuses HTTP, SQL, files and every clock but ours. It imports staff, safe,
// ledger, cases and the ground.
package team

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// The kinds of this room's items in a case's safe.
const (
	KindTask cases.Kind = "task"
	KindNote cases.Kind = "handing" // the note with which a case is handed on
	KindBack cases.Kind = "readback"
)

// Kind says what is asked.
type Kind string

// The kinds.
const (
	Task Kind = "task" // something to do
	Flag Kind = "flag" // a colleague is to look at something and to answer
)

// State is where a task stands.
type State string

// The states.
const (
	Open    State = "open"
	Done    State = "done"
	Dropped State = "dropped" // nobody need do it any more
)

// Ask is the plain row of a task or a flag.
type Ask struct {
	ID, File string
	Code     string // the case's pseudonym; of lists
	Kind     Kind
	Owner    string // member id; empty: everybody who is assigned
	By       string
	At       time.Time
	Due      time.Time // zero: none
	Grave    bool      // somebody may come to harm when it is late: it rings on every page
	State    State
	EndedBy  string
	Ended    time.Time
}

// Late reports whether its time is over and nobody has done it.
func (a Ask) Late(now time.Time) bool {
	return a.State == Open && !a.Due.IsZero() && !now.Before(a.Due)
}

// Words are what lies sealed of a task: what is to be done and, later, what was done.
type Words struct {
	What   string
	Answer string `json:",omitempty"`
}

// Item is a task with its words.
type Item struct {
	Ask
	Words
}

// Whose is the member whose task it is: nobody in particular ("") when its owner can
// no longer open the case, so that everybody who is assigned has it.
func (a Ask) Whose(assigned []string) string {
	if slices.Contains(assigned, a.Owner) {
		return a.Owner
	}
	return ""
}

// Store is what the room needs of one transaction.
type Store interface {
	cases.Store
	AddChore(ctx context.Context, a Ask) error
	SaveChore(ctx context.Context, a Ask) error
	Chore(ctx context.Context, id string) (Ask, error)
	ChoresOf(ctx context.Context, file string) ([]Ask, error) // the open ones first, the soonest first
	// ChoresFor lists the open tasks of a member: their own and nobody's, in cases that they
	// can open and that go on, and those for whom they stand in; the soonest first.
	ChoresFor(ctx context.Context, member string, now time.Time) ([]Ask, error)
	AddHanding(ctx context.Context, h Handing) error
	SaveHanding(ctx context.Context, h Handing) error
	Handing(ctx context.Context, id string) (Handing, error)
	HandingsOf(ctx context.Context, file string) ([]Handing, error)     // the newest first
	HandingsWith(ctx context.Context, member string) ([]Handing, error) // as giver or taker: offered ones, and the newest of those that ended
	HandingsOver(ctx context.Context, now time.Time) ([]Handing, error) // offered ones whose time has come
	HandingsUnseen(ctx context.Context, giver string) ([]Handing, error)
	SeeHanding(ctx context.Context, id, member string) error
	Absences
}

// Absences keeps who is away, and counts what members carry.
type Absences interface {
	AddLeave(ctx context.Context, l Leave) error
	SaveLeave(ctx context.Context, l Leave) error
	Leave(ctx context.Context, id string) (Leave, error)
	// Leaves lists the leaves that are not over at a time, the soonest first.
	Leaves(ctx context.Context, at time.Time) ([]Leave, error)
	// HoldsBeside lists who can open the open cases of a member, themselves too.
	HoldsBeside(ctx context.Context, member string) ([]Hold, error)
	// Carries counts what a member carries.
	Carries(ctx context.Context, l *Load, now time.Time) error
	// SingleOf counts the open cases in which a member alone is assigned for good.
	SingleOf(ctx context.Context, member string) (int, error)
	AwakeBetween(ctx context.Context, from, until time.Time) ([]string, error)
}

// Conversations passes on the conversation from which a case came.
type Conversations interface {
	// Promise makes grants of it for a colleague who has yet to agree.
	Promise(ctx context.Context, tx Store, actor staff.Actor, thread, member string) ([]safe.Grant, error)
	// Redeem keeps them for the actor; missed counts what somebody must share anew.
	Redeem(ctx context.Context, tx Store, actor staff.Actor, thread, from string, grants []safe.Grant) (missed int, err error)
}

// Board carries the verbs of the room.
type Board struct {
	Within        func(ctx context.Context, f func(Store) error) error
	Reading       func(ctx context.Context, f func(Store) error) error
	Clock         clock.Clock
	Book          *cases.Book
	Conversations Conversations // nil: cases come without conversations
}

// maxWords bounds a text of this room, in bytes.
const maxWords = 20_000

// Ask adds a task, or raises a flag for a colleague. The same id again is the same one.
func (b *Board) Ask(ctx context.Context, actor staff.Actor, a Ask, what string) error {
	what = strings.TrimSpace(what)
	var c fault.Check
	c.Field(ids.Valid("task", a.ID), "id", "This form is out of date. Load the page again.")
	c.Field(a.Kind == Task || a.Kind == Flag, "kind", "Choose one of them.")
	c.Field(what != "", "what", "Say what is to be done, or what somebody is to look at.")
	c.Field(len(what) <= maxWords, "what", "This text is too long. Put the rest into a note of the case.")
	c.Field(a.Kind != Flag || a.Owner != "", "owner", "Say who is to look at it.")
	c.Field(!a.Grave || !a.Due.IsZero(), "due", "Say until when: what is grave rings when its time is over.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.Within(ctx, func(tx Store) error {
		if old, err := tx.Chore(ctx, a.ID); err == nil {
			if old.By == actor.ID && old.File == a.File {
				return nil // a form sent twice
			}
			return fault.Missing()
		}
		s, err := b.Book.SeatIn(ctx, tx, actor, a.File)
		if err != nil {
			return err
		}
		if s.Case().State.Over() {
			return fault.New(fault.Conflict, "This case has ended. Open it again first.")
		}
		if a.Owner != "" && !slices.Contains(s.Case().Assigned, a.Owner) {
			return fault.Bad("owner", "Only somebody who is assigned to the case can read it. Assign them first.")
		}
		if !a.Due.IsZero() && !a.Due.After(s.Now()) {
			return fault.Bad("due", "This time is over already. Write a later one.")
		}
		a.By, a.At, a.State = actor.ID, s.Now(), Open
		return b.add(ctx, tx, s, a, what)
	})
}

func (b *Board) add(ctx context.Context, tx Store, s *cases.Seat, a Ask, what string) error {
	if err := tx.AddChore(ctx, a); err != nil {
		return err
	}
	_, err := s.Write(ctx, KindTask, a.ID, 0, Words{What: what})
	return err
}

// Pass gives an open task another owner, time or weight.
func (b *Board) Pass(ctx context.Context, actor staff.Actor, id, owner string, due time.Time, grave bool) error {
	return b.onTask(ctx, actor, id, func(tx Store, s *cases.Seat, a Ask) error {
		if a.State != Open {
			return fault.New(fault.Conflict, "This has been done or dropped already.")
		}
		if owner != "" && !slices.Contains(s.Case().Assigned, owner) {
			return fault.Bad("owner", "Only somebody who is assigned to the case can read it. Assign them first.")
		}
		if a.Kind == Flag && owner == "" {
			return fault.Bad("owner", "Say who is to look at it.")
		}
		if !due.IsZero() && !due.Equal(a.Due) && !due.After(s.Now()) {
			return fault.Bad("due", "This time is over already. Write a later one.")
		}
		if grave && due.IsZero() {
			return fault.Bad("due", "Say until when: what is grave rings when its time is over.")
		}
		if a.Owner == owner && a.Due.Equal(due) && a.Grave == grave {
			return nil
		}
		a.Owner, a.Due, a.Grave = owner, due, grave
		if err := tx.SaveChore(ctx, a); err != nil {
			return err
		}
		return s.Log(ctx, "task.passed", taskDetail{a.ID, a.Kind, owner})
	})
}

// Finish ends a task: done, or dropped because nobody need do it any more. A flag is
// answered, and what is dropped has a reason.
func (b *Board) Finish(ctx context.Context, actor staff.Actor, id string, to State, words string) error {
	words = strings.TrimSpace(words)
	return b.onTask(ctx, actor, id, func(tx Store, s *cases.Seat, a Ask) error {
		if a.State == to && a.EndedBy == actor.ID {
			return nil // a form sent twice
		}
		if a.State != Open {
			return fault.New(fault.Conflict, "This has been done or dropped already.")
		}
		var c fault.Check
		c.Field(to == Done || to == Dropped, "state", "Choose one of them.")
		c.Field(words != "" || a.Kind == Task && to == Done, "answer", "Write your answer: somebody waits for it.")
		c.Field(len(words) <= maxWords, "answer", "This text is too long. Put the rest into a note of the case.")
		if err := c.Err(); err != nil {
			return err
		}
		sheets, err := cases.SheetsIn[Words](ctx, s, KindTask)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sheets, func(x cases.Sheet[Words]) bool { return x.ID == id })
		if i < 0 {
			return fault.Missing()
		}
		w := sheets[i].Content()
		w.Answer = words
		if _, err := s.Write(ctx, KindTask, id, sheets[i].Saw(), w); err != nil {
			return err
		}
		a.State, a.EndedBy, a.Ended = to, actor.ID, s.Now()
		if err := tx.SaveChore(ctx, a); err != nil {
			return err
		}
		return s.Log(ctx, "task."+string(to), taskDetail{a.ID, a.Kind, a.Owner})
	})
}

type taskDetail struct {
	Task  string `json:"task"`
	Kind  Kind   `json:"kind"`
	Owner string `json:"owner"`
}

func (b *Board) onTask(ctx context.Context, actor staff.Actor, id string, f func(Store, *cases.Seat, Ask) error) error {
	return b.Within(ctx, func(tx Store) error {
		a, err := tx.Chore(ctx, id)
		if err != nil {
			return err
		}
		s, err := b.Book.SeatIn(ctx, tx, actor, a.File)
		if err != nil {
			return err
		}
		return f(tx, s, a)
	})
}

// Waiting lists the open tasks that are the actor's. It opens nothing.
func (b *Board) Waiting(ctx context.Context, actor staff.Actor) (all []Ask, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		all, err = tx.ChoresFor(ctx, actor.ID, b.Clock.Now())
		return err
	})
	return all, err
}

// FileOf is the case of a task that the actor can open.
func (b *Board) FileOf(ctx context.Context, actor staff.Actor, id string) (file string, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		a, err := tx.Chore(ctx, id)
		if err != nil {
			return err
		}
		file = a.File
		_, err = tx.Grant(ctx, file, actor.ID)
		return err
	})
	return file, err
}

// Glance lists the tasks and handings of a case that the actor can open. It opens nothing.
func (b *Board) Glance(ctx context.Context, actor staff.Actor, file string) (tasks []Ask, handings []Handing, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		if _, err := tx.Grant(ctx, file, actor.ID); err != nil {
			return err
		}
		if tasks, err = tx.ChoresOf(ctx, file); err != nil {
			return err
		}
		handings, err = tx.HandingsOf(ctx, file)
		return err
	})
	return tasks, handings, err
}

// Work is a case with what colleagues ask of each other in it.
type Work struct {
	Case     *cases.Case
	Items    []Item
	Note     cases.Sheet[Note]
	Handings []Handing // the newest first
	Backs    map[string]string
}

// Offered is the handing that waits for an answer.
func (w Work) Offered() (Handing, bool) {
	for _, h := range w.Handings {
		if h.State == Offered {
			return h, true
		}
	}
	return Handing{}, false
}

// Work opens the tasks and the handings of a case. The reading is in the ledger.
func (b *Board) Work(ctx context.Context, actor staff.Actor, file string) (w Work, err error) {
	err = b.Within(ctx, func(tx Store) error {
		w, err = b.work(ctx, tx, actor, file)
		return err
	})
	return w, err
}

func (b *Board) work(ctx context.Context, tx Store, actor staff.Actor, file string) (w Work, err error) {
	s, err := b.Book.SeatIn(ctx, tx, actor, file)
	if err != nil {
		return w, err
	}
	w = Work{Case: s.Case(), Backs: map[string]string{}}
	asks, err := tx.ChoresOf(ctx, file)
	if err != nil {
		return w, err
	}
	words, err := cases.SheetsIn[Words](ctx, s, KindTask)
	if err != nil {
		return w, err
	}
	for _, a := range asks {
		x := Item{Ask: a}
		for _, sheet := range words {
			if sheet.ID == a.ID {
				x.Words = sheet.Content()
			}
		}
		w.Items = append(w.Items, x)
	}
	notes, err := cases.SheetsIn[Note](ctx, s, KindNote)
	if err != nil {
		return w, err
	}
	if len(notes) > 0 {
		w.Note = notes[0]
	}
	backs, err := cases.SheetsIn[Back](ctx, s, KindBack)
	if err != nil {
		return w, err
	}
	for _, x := range backs {
		w.Backs[x.ID] = x.Content().Words
	}
	if w.Handings, err = tx.HandingsOf(ctx, file); err != nil {
		return w, err
	}
	return w, s.Log(ctx, "case.work-read", nil)
}
