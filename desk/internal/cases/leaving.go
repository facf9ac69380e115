package cases

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// ExitKind is what leaves.
type ExitKind string

// What may leave.
const (
	ExitTable ExitKind = "table" // one table of the cases that a member may open
	ExitAll   ExitKind = "all"   // everything of them, for moving away
)

// Exit is what a member asks to take out of the house. A second person says yes
// or no to it; only who asked can fetch it then, for a day.
type Exit struct {
	ID        string
	Kind      ExitKind
	Table     Table        // of ExitTable
	Format    table.Format // likewise
	By        string
	At        time.Time
	Reason    string
	Recipient string // the age recipient to whom it is sealed; may be empty for a table
	Second    string // who answered
	Answered  time.Time
	Yes       bool
	Fetched   int
}

// Departures keeps what was asked to leave.
type Departures interface {
	// AddExit answers a Conflict when the id exists.
	AddExit(ctx context.Context, e Exit) error
	Exit(ctx context.Context, id string) (Exit, error)
	Exits(ctx context.Context, limit int) ([]Exit, error)
	SaveExit(ctx context.Context, e Exit) error
	// AddOrigin notes by a keyed fingerprint that a case came from another system.
	AddOrigin(ctx context.Context, print []byte, file string) error
	FileOfOrigin(ctx context.Context, print []byte) (string, error)
}

// For how long a yes holds, and how long one may wait for it.
const (
	fetchWithin  = 24 * time.Hour
	answerWithin = 7 * 24 * time.Hour
)

// ExitState is where an exit stands.
type ExitState string

// The states of an exit.
const (
	ExitAsked   ExitState = "asked"
	ExitOpen    ExitState = "open" // may be fetched
	ExitRefused ExitState = "refused"
	ExitOver    ExitState = "over" // its time has passed
)

// Stand is where an exit stands at a time.
func (e Exit) Stand(now time.Time) ExitState {
	switch {
	case e.Second != "" && !e.Yes:
		return ExitRefused
	case e.Second != "" && now.Before(e.Answered.Add(fetchWithin)):
		return ExitOpen
	case e.Second == "" && now.Before(e.At.Add(answerWithin)):
		return ExitAsked
	}
	return ExitOver
}

func (e Exit) check() error {
	var c fault.Check
	c.Field(e.Kind == ExitTable || e.Kind == ExitAll, "kind", "Choose what is to leave.")
	if e.Kind == ExitTable {
		c.Field(e.Table.Columns() != nil, "table", "Choose what the rows are.")
		c.Field(slices.Contains(table.Formats(), e.Format), "format", "Choose CSV or XLSX.")
	}
	c.Field(strings.TrimSpace(e.Reason) != "", "reason", "Say why, without a name: a second person decides by it.")
	c.Field(e.Recipient != "" || e.Kind == ExitTable, "recipient", "Give the age recipient to whom it is sealed. Everything leaves sealed only.")
	if e.Recipient != "" {
		_, err := recipient(e.Recipient)
		c.Field(err == nil, "recipient", "This is no age recipient. It begins with age1 and has no spaces.")
	}
	return c.Err()
}

func recipient(text string) (age.Recipient, error) {
	if strings.ContainsAny(strings.TrimSpace(text), " \n\r\t") {
		return nil, fault.Missing()
	}
	all, err := age.ParseRecipients(strings.NewReader(text))
	if err != nil || len(all) != 1 {
		return nil, fault.Missing()
	}
	return all[0], nil
}

// AskExit asks for something to leave. The id comes with the form, so that one
// sent twice asks once.
func (b *Book) AskExit(ctx context.Context, actor staff.Actor, e Exit) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	e.Recipient = strings.TrimSpace(e.Recipient)
	if err := e.check(); err != nil {
		return err
	}
	if !ids.Valid("exit", e.ID) {
		return fault.Missing()
	}
	if e.Kind == ExitAll {
		e.Table, e.Format = "", ""
	}
	e.By, e.At, e.Second, e.Yes, e.Fetched, e.Answered = actor.ID, b.clock.Now(), "", false, 0, time.Time{}
	return b.within(ctx, func(tx Store) error {
		old, err := tx.Exit(ctx, e.ID)
		if err == nil {
			if old.By == actor.ID && old.Reason == e.Reason && old.Kind == e.Kind && old.Table == e.Table {
				return nil
			}
			return fault.New(fault.Conflict, "This was asked already. Load the page again.")
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := tx.AddExit(ctx, e); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "exit.asked", Subject: e.ID, Detail: exitDetail{e.Kind, e.Table, e.Recipient != ""}})
	})
}

type exitDetail struct {
	Kind   ExitKind `json:"kind"`
	Table  Table    `json:"table,omitempty"`
	Sealed bool     `json:"sealed"`
}

// Exits lists what was asked lately, the newest first.
func (b *Book) Exits(ctx context.Context, actor staff.Actor) (all []Exit, err error) {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return nil, err
	}
	err = b.reading(ctx, func(tx Store) error {
		all, err = tx.Exits(ctx, 50)
		return err
	})
	return all, err
}

// AnswerExit is a second person's yes or no.
func (b *Book) AnswerExit(ctx context.Context, actor staff.Actor, id string, yes bool) error {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		e, err := tx.Exit(ctx, id)
		if err != nil {
			return err
		}
		if e.By == actor.ID {
			return fault.New(fault.Conflict, "Who asks for it cannot allow it. Ask a colleague.")
		}
		if e.Stand(b.clock.Now()) != ExitAsked {
			return fault.New(fault.Conflict, "This was answered already, or waited too long.")
		}
		e.Second, e.Answered, e.Yes = actor.ID, b.clock.Now(), yes
		if err := tx.SaveExit(ctx, e); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "exit.answered", Subject: e.ID, Detail: struct {
			Yes bool `json:"yes"`
		}{yes}})
	})
}

// Parcel is what leaves: a file with its name and type.
type Parcel struct {
	Name, Type string
	Bytes      []byte
}

// Fetch gives what a second person allowed to leave, to whom asked for it. Each
// case that is opened for it has its entry in the ledger.
func (b *Book) Fetch(ctx context.Context, actor staff.Actor, id string) (p Parcel, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return p, err
	}
	var e Exit
	now := b.clock.Now()
	err = b.within(ctx, func(tx Store) error {
		if e, err = tx.Exit(ctx, id); err != nil {
			return err
		}
		if e.By != actor.ID {
			return fault.Missing()
		}
		if e.Stand(now) != ExitOpen {
			return fault.New(fault.Conflict, "Nobody allowed this to leave, or the day for it has passed. Ask again.")
		}
		e.Fetched++
		if err := tx.SaveExit(ctx, e); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "exit.fetched", Subject: e.ID, Detail: exitDetail{e.Kind, e.Table, e.Recipient != ""}})
	})
	if err != nil {
		return p, err
	}
	day := string(clock.DayOf(now))
	if e.Kind == ExitAll {
		p.Name, p.Type = "waylight-cases-"+day+".zip", "application/zip"
		p.Bytes, err = b.everything(ctx, actor)
	} else {
		p.Name, p.Type = string(e.Table)+"-"+day+"."+string(e.Format), e.Format.Type()
		p.Bytes, err = b.giveTable(ctx, actor, e.Table, e.Format)
	}
	if err != nil || e.Recipient == "" {
		return p, err
	}
	p.Name, p.Type = p.Name+".age", "application/octet-stream"
	to, err := recipient(e.Recipient)
	if err != nil {
		return Parcel{}, err
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return Parcel{}, err
	}
	if _, err := w.Write(p.Bytes); err != nil {
		return Parcel{}, err
	}
	if err := w.Close(); err != nil {
		return Parcel{}, err
	}
	clear(p.Bytes)
	p.Bytes = out.Bytes()
	return p, nil
}

// exitWaits lists what colleagues ask to take out and the actor may answer.
func (b *Book) exitWaits(ctx context.Context, tx Store, actor staff.Actor, now time.Time) (all []Wait, err error) {
	if !actor.Roles.Any(staff.Caseworker, staff.Security) {
		return nil, nil
	}
	asked, err := tx.Exits(ctx, 50)
	for _, e := range asked {
		if e.By != actor.ID && e.Stand(now) == ExitAsked {
			all = append(all, Wait{What: "exit", Item: e.ID, Due: e.At.Add(answerWithin)})
		}
	}
	return all, err
}
