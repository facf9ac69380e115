package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// KindGuide is the kind of what a member says of themselves as an escort.
const KindGuide Kind = "guide"

// Guide is what a member says of themselves as an escort: it lies in a safe that
// every caseworker holds.
type Guide struct {
	Member string
	Ready  bool     // they escort at all
	Speaks []string // codes of languages, such as ru, ce
	Words  string
}

// Absence is a time for which a member noted that they are away.
type Absence struct {
	Member      string
	From, Until time.Time
}

func (g Guide) check() error {
	var c fault.Check
	for _, s := range g.Speaks {
		c.Field(len(s) >= 2 && len(s) <= 3 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "", "speaks", "Write codes of languages, such as ru, ce, en.")
	}
	return c.Err()
}

// KeepGuide keeps what the actor says of themselves; nobody says it for another.
func (b *Book) KeepGuide(ctx context.Context, actor staff.Actor, saw int, g Guide) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	if err := g.check(); err != nil {
		return err
	}
	g.Member = actor.ID
	return b.within(ctx, func(tx Store) error {
		all, err := guides(ctx, tx, actor)
		if err != nil {
			return err
		}
		id := ids.New(string(KindGuide))
		for _, x := range all {
			if x.Content().Member == actor.ID {
				id = x.ID
				if saw != x.Saw() && !same(x.Content(), g) {
					return fault.New(fault.Conflict, "It was changed meanwhile. Load the page again.")
				}
				saw = x.Saw()
			}
		}
		_, _, err = KeepFolder(ctx, tx, actor, KindGuide, id, saw, g, b.clock.Now(), staff.Caseworker)
		return err
	})
}

// Guides opens what the escorts said of themselves; the reading is in the ledger.
func (b *Book) Guides(ctx context.Context, actor staff.Actor) (all []Folder[Guide], err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return nil, err
	}
	err = b.within(ctx, func(tx Store) error {
		all, err = guides(ctx, tx, actor)
		return err
	})
	return all, err
}

func guides(ctx context.Context, tx Store, actor staff.Actor) (all []Folder[Guide], err error) {
	list, err := tx.SafesOf(ctx, string(KindGuide), actor.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range list {
		g, _, err := LoadFolder[Guide](ctx, tx, actor, KindGuide, id)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	if len(all) > 0 {
		err = tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "guide.read"})
	}
	return all, err
}

// escortsOf says of every active member what the proposer must know.
func escortsOf(c *Case, members []staff.Member, said []Folder[Guide], away []Absence, places []Refuge, legs []Movement, w Wish) (all []proposer.Escort) {
	hour := func(t time.Time) int { return int(t.Sub(w.Earliest) / time.Hour) }
	for _, m := range members {
		if !m.Active {
			continue
		}
		e := proposer.Escort{ID: m.ID, Assigned: slices.Contains(c.Assigned, m.ID), Withheld: slices.Contains(w.Without, m.ID)}
		for _, f := range said {
			g := f.Content()
			if g.Member != m.ID {
				continue
			}
			e.CanEscort, e.Speaks = g.Ready, g.Speaks
		}
		for _, a := range away {
			if a.Member == m.ID {
				e.Away = append(e.Away, proposer.Span{From: hour(a.From), Until: hour(a.Until) + 1})
			}
		}
		for _, r := range places {
			if slices.Contains(r.Open, m.ID) {
				e.Knows = append(e.Knows, r.ID)
			}
			if slices.ContainsFunc(r.Known, func(k Edition[Known]) bool { return k.Content.Member == m.ID }) {
				e.Exposure++
			}
		}
		for _, l := range legs {
			if l.Escort == m.ID && len(l.State.Next()) > 0 {
				e.Busy = append(e.Busy, proposer.Span{From: hour(l.Earliest), Until: hour(l.Latest) + legHours})
			}
		}
		all = append(all, e)
	}
	return all
}

// escort gives the leg to a new escort and takes it from the old one.
func (o *open) escort(ctx context.Context, leg, old, now string) error {
	if old == now {
		if o.mayKeep(now) {
			return lend(ctx, o.tx, leg, now, time.Time{})
		}
		return nil
	}
	if now != "" && !among(now, o.Assigned) {
		m, err := o.tx.Member(ctx, now)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.Bad("escort", "Choose an active member.")
		}
		g, err := o.legs[leg].Share(m)
		if err != nil {
			return err
		}
		if err := o.tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if err := lend(ctx, o.tx, leg, now, time.Time{}); err != nil { // of an earlier loan of the case
			return err
		}
		if err := o.log(ctx, "leg.shared", shareDetail{leg, now}); err != nil {
			return err
		}
	}
	// Whoever has the case for a time keeps a leg that they escort to its end, when
	// somebody who has the case for good says so, and one that somebody else escorts now
	// only as long as the case.
	if o.mayKeep(now) {
		if err := lend(ctx, o.tx, leg, now, time.Time{}); err != nil {
			return err
		}
	}
	if until := o.Until[old]; !until.IsZero() {
		return lend(ctx, o.tx, leg, old, until)
	}
	if old == "" || among(old, o.Assigned) {
		return nil
	}
	s, err := rekey(ctx, o.tx, o.legs[leg], old)
	o.legs[leg] = s
	return err
}

// mayKeep reports whether the actor can let a member, who has the case for a time, keep
// a leg that they escort to its end. Nobody who has it for a time themselves can: what
// break-glass or a loan opened would stay open beyond it.
func (o *open) mayKeep(member string) bool {
	return !o.Until[member].IsZero() && o.Until[o.actor.ID].IsZero()
}

// legHours is how long an escort is taken to be on a leg that others planned.
const legHours = 12

// Caution is a paper of a traveller that does not last until a leg has ended.
type Caution struct {
	Party string
	Paper string // its kind
	Until clock.Day
}

// Cautions lists the papers of the travellers that run out before a leg has ended:
// a day after the latest departure.
func Cautions(c *Case, l Leg) (all []Caution) {
	ends := clock.DayOf(l.Latest.Add(24 * time.Hour))
	for _, s := range c.Papers {
		p := s.Content()
		if among(p.Party, l.Parties) && p.Status == PaperHeld && p.Until != "" && p.Until < ends && !outlived(c.Papers, s) {
			all = append(all, Caution{p.Party, p.Kind, p.Until})
		}
	}
	return all
}
