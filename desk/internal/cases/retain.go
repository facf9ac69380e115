package cases

import (
	"context"
	"encoding/json"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Hold says why a case must not be erased. It lies in the case's safe.
type Hold struct {
	Reason string
	Until  clock.Day
}

// HoldRow is the plain row of a hold: until when, and who. A hold keeps a case
// from being erased from the moment it is asked for; without a second person's
// yes it falls after a week.
type HoldRow struct {
	ID      string // "hold_…", also the item's id
	Case    string
	Until   clock.Day
	By      string
	At      time.Time
	Second  string
	EndedBy string
	Ended   time.Time
}

// Keeps reports whether the hold keeps its case at a time.
func (h HoldRow) Keeps(now time.Time) bool {
	switch {
	case h.EndedBy != "" || h.Until < clock.DayOf(now):
		return false
	case h.Second == "":
		return now.Before(h.At.Add(answerWithin))
	}
	return true
}

// Remnant is what stays of erased cases: no row of one of them.
type Remnant struct {
	Year   string // of closing
	State  State
	Safe   bool
	Cases  int
	People int
	Minors int
}

// Keeping is the plain rows of retention.
type Keeping interface {
	// AddHold answers a Conflict when the id exists.
	AddHold(ctx context.Context, h HoldRow) error
	SaveHold(ctx context.Context, h HoldRow) error
	HoldsOf(ctx context.Context, file string) ([]HoldRow, error)
	// FilesToErase lists every case that has a day of erasure, the earliest first.
	FilesToErase(ctx context.Context, limit int) ([]File, error)
	// CountParts counts what would go with a case, by kind; "keys", "clocks", "alerts" and "entries" (of the ledger) too.
	CountParts(ctx context.Context, file string) (map[string]int, error)
	AddRemnant(ctx context.Context, r Remnant) error
	Remnants(ctx context.Context) ([]Remnant, error)
}

// Retention is what the organisation set for the day of erasure.
type Retention struct {
	Auto  bool `json:"auto"`  // erase by itself, after the grace
	Grace int  `json:"grace"` // days after the day of erasure
}

const settingRetention = "cases.retention"

func retention(ctx context.Context, tx Store) (r Retention, err error) {
	raw, err := tx.Setting(ctx, settingRetention)
	if fault.KindOf(err) == fault.NotFound {
		return Retention{Grace: 30}, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(raw, &r)
}

// SetRetention is the security officer's decision whether cases are erased by
// themselves. Nothing that is held ever is.
func (b *Book) SetRetention(ctx context.Context, actor staff.Actor, r Retention) error {
	if err := actor.Must(staff.Security); err != nil {
		return err
	}
	if r.Grace < 7 || r.Grace > 3650 {
		return fault.Bad("grace", "Give the days from 7 to 3650, so that somebody can still object.")
	}
	return b.within(ctx, func(tx Store) error {
		raw, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, settingRetention, raw); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "retention.set", Detail: r})
	})
}

// Proposal is one case that is to be erased one day: what would go.
type Proposal struct {
	File  File
	Mine  bool      // the actor can open it
	Due   bool      // its day has come
	Auto  clock.Day // the day on which it goes by itself; empty: it does not
	Holds []HoldRow
	Held  bool
	Parts map[string]int
}

// Plan of erasure: what would go, what stays, and what was set.
type Erasures struct {
	Proposals []Proposal
	Remnants  []Remnant
	Set       Retention
	More      bool // there are more than are shown
}

// mostProposals is how many cases stand on the page.
const mostProposals = 200

// Erasures is the dry run: which cases go when, what goes with each, what keeps
// them, and what stays of those that went. It opens nothing and changes nothing. A
// security officer sees every case by its code; a caseworker their own.
func (b *Book) Erasures(ctx context.Context, actor staff.Actor) (e Erasures, err error) {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return e, err
	}
	now := b.clock.Now()
	err = b.reading(ctx, func(tx Store) error {
		if e.Set, err = retention(ctx, tx); err != nil {
			return err
		}
		if e.Remnants, err = tx.Remnants(ctx); err != nil {
			return err
		}
		files, err := tx.FilesToErase(ctx, 20*mostProposals)
		if err != nil {
			return err
		}
		for _, f := range files {
			p := Proposal{File: f, Due: f.EraseBy <= clock.DayOf(now)}
			if _, err := tx.Grant(ctx, f.ID, actor.ID); err == nil {
				p.Mine = true
			} else if fault.KindOf(err) != fault.NotFound {
				return err
			}
			if !p.Mine && !actor.Roles.Has(staff.Security) {
				continue
			}
			if len(e.Proposals) == mostProposals {
				e.More = true
				break
			}
			if p.Holds, p.Held, err = holds(ctx, tx, f.ID, now); err != nil {
				return err
			}
			if p.Parts, err = tx.CountParts(ctx, f.ID); err != nil {
				return err
			}
			if e.Set.Auto && !p.Held {
				p.Auto = e.Set.day(f.EraseBy)
			}
			e.Proposals = append(e.Proposals, p)
		}
		return nil
	})
	return e, err
}

// day is the day on which a case goes by itself.
func (r Retention) day(by clock.Day) clock.Day {
	t, err := time.Parse(time.DateOnly, string(by))
	if err != nil {
		return ""
	}
	return clock.DayOf(t.AddDate(0, 0, r.Grace))
}

func holds(ctx context.Context, tx Store, file string, now time.Time) (all []HoldRow, held bool, err error) {
	all, err = tx.HoldsOf(ctx, file)
	for _, h := range all {
		held = held || h.Keeps(now)
	}
	return all, held, err
}

// notHeld answers a fault while a case is held.
func notHeld(ctx context.Context, tx Store, file string, now time.Time) error {
	_, held, err := holds(ctx, tx, file, now)
	if err == nil && held {
		return fault.New(fault.Conflict, "This case is held: nothing of it may be erased now. End the hold first, or wait for its day.")
	}
	return err
}

// AskHold keeps a case from being erased until a day. The id comes with the form.
func (b *Book) AskHold(ctx context.Context, actor staff.Actor, id, item string, h Hold) error {
	return b.change(ctx, actor, id, func(o *open) error { // also on a closed case: those are erased
		var c fault.Check
		c.Field(h.Reason != "", "reason", "Say why: which proceeding, which order, which request.")
		c.Field(ValidDay(h.Until) && h.Until >= o.today(), "until", "Give the day on which the hold ends: today or later.")
		if err := c.Err(); err != nil {
			return err
		}
		if item == "" {
			item = ids.New(string(KindHold))
		}
		if !ids.Valid(string(KindHold), item) {
			return fault.Missing()
		}
		err := o.tx.AddHold(ctx, HoldRow{ID: item, Case: id, Until: h.Until, By: actor.ID, At: o.now})
		if err != nil {
			return err
		}
		_, err = o.write(ctx, KindHold, item, 0, 0, h)
		return err
	})
}

// AgreeHold is a second person's yes: a caseworker of the case, or a security
// officer, who sees its code only.
func (b *Book) AgreeHold(ctx context.Context, actor staff.Actor, id, item string) error {
	return b.hold(ctx, actor, id, item, "case.hold-agreed", func(h *HoldRow) error {
		if h.By == actor.ID {
			return fault.New(fault.Conflict, "Who asked for the hold cannot agree to it. Ask a colleague.")
		}
		if h.Second != "" {
			return fault.New(fault.Conflict, "A second person agreed already.")
		}
		h.Second = actor.ID
		return nil
	})
}

// EndHold ends a hold before its day. Who asked for it cannot end it alone either.
func (b *Book) EndHold(ctx context.Context, actor staff.Actor, id, item string) error {
	return b.hold(ctx, actor, id, item, "case.hold-ended", func(h *HoldRow) error {
		if h.By == actor.ID && h.Second != "" {
			return fault.New(fault.Conflict, "Who asked for the hold cannot end it. Ask a colleague.")
		}
		h.EndedBy, h.Ended = actor.ID, b.clock.Now()
		return nil
	})
}

func (b *Book) hold(ctx context.Context, actor staff.Actor, id, item, action string, f func(*HoldRow) error) error {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		if _, err := tx.Grant(ctx, id, actor.ID); err != nil && (fault.KindOf(err) != fault.NotFound || !actor.Roles.Has(staff.Security)) {
			return err
		}
		all, err := tx.HoldsOf(ctx, id)
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.ID != item {
				continue
			}
			if !h.Keeps(b.clock.Now()) {
				return fault.New(fault.Conflict, "This hold is over.")
			}
			if err := f(&h); err != nil {
				return err
			}
			if err := tx.SaveHold(ctx, h); err != nil {
				return err
			}
			return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: id, Scope: id, Detail: struct{ Hold string }{item}})
		}
		return fault.Missing()
	})
}

// Tend erases what the organisation let go by itself: cases whose day and grace
// have passed, that nothing holds, in the hands of a member who is signed in and
// assigned. The ledger says that nobody pressed a button. It answers how many went.
func (b *Book) Tend(ctx context.Context, here []staff.Actor) (n int, err error) {
	var due []File
	now := b.clock.Now()
	err = b.reading(ctx, func(tx Store) error {
		set, err := retention(ctx, tx)
		if err != nil || !set.Auto {
			return err
		}
		files, err := tx.FilesToErase(ctx, mostProposals)
		for _, f := range files {
			if set.day(f.EraseBy) <= clock.DayOf(now) {
				due = append(due, f)
			}
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, f := range due {
		for _, a := range here {
			if !a.Roles.Has(staff.Caseworker) {
				continue
			}
			err := b.erase(ctx, a, f.ID, ledger.Desk)
			if err == nil {
				n++
				break
			}
			if k := fault.KindOf(err); k != fault.NotFound && k != fault.Conflict {
				return n, err
			}
		}
	}
	return n, nil
}

// sum is what stays of a case.
func (o *open) remnant() Remnant {
	s := Remnant{Year: o.now.Format("2006"), State: o.State, Cases: 1, People: len(o.Parties)}
	if o.Closure.Exists() {
		s.Year, s.Safe = o.Closure.Current.At.Format("2006"), o.Closure.Content().Safe
	}
	for _, p := range o.Parties {
		if p.Content().Minor {
			s.Minors++
		}
	}
	return s
}
