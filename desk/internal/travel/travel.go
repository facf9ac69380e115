// Package travel lets a caseworker take cases along for a day without a line, and
// brings home what was written there.
//
// A pack is a sealed extract of one's own cases with an end; it is asked for with a
// reason, and where somebody is in extreme danger a second person says yes. What
// the laptop wrote comes home as a journal: each entry goes into its case by the
// same verbs as everything else, in one transaction with its own row, once. What
// cannot go in waits for a person and is not lost. Check-ins: the Desk goes on
// escalating whatever was taken along; a sign that comes home late ends no alarm.
//
// It refuses a pack of cases that the member cannot open, and to merge by itself
// what comes from a pack that was called back. It imports cases, watch, staff,
// safe, ledger, the format travelpack and the ground.
package travel

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

// AtMost is how many cases one pack holds.
const AtMost = 40

// Ending says how a pack ended.
type Ending string

// The endings.
const (
	EndUnused Ending = "unused" // never taken, or deleted before the journey
	EndHome   Ending = "home"   // it came back and was deleted
	EndLost   Ending = "lost"   // nobody knows who has it
)

// Pack is the plain row of a pack: who, until when, and what was answered. Why it
// is taken and the key of its journal lie in its safe.
type Pack struct {
	ID       string
	Member   string
	Made     time.Time
	Until    time.Time
	Needs    bool   // a second person
	Second   string // who answered
	Answered time.Time
	Yes      bool
	Fetched  int // how often it was downloaded
	Ended    time.Time
	Ending   Ending
	Erased   int // cases in it that were erased since
}

// State is where a pack stands.
type State string

// The states.
const (
	Asked   State = "asked"   // waits for a second person
	Refused State = "refused" // by that person
	Ready   State = "ready"   // may be downloaded
	Away    State = "away"    // was downloaded
	Over    State = "over"    // its time has passed
	Ended   State = "ended"
)

// Stand is where a pack stands at a time.
func (p Pack) Stand(now time.Time) State {
	switch {
	case p.Ending != "":
		return Ended
	case !now.Before(p.Until):
		return Over
	case p.Needs && p.Second == "":
		return Asked
	case p.Needs && !p.Yes:
		return Refused
	case p.Fetched > 0:
		return Away
	}
	return Ready
}

// Row is one entry of a journal that came home. What waits for a person lies in
// the pack's safe under the same id.
type Row struct {
	ID      string // from the entry itself: the same entry is the same row
	Pack    string
	Number  int
	Kind    string
	At      time.Time // when it was written, by the laptop's clock, within the time of the pack
	Came    time.Time
	Outcome Outcome
	File    string // case id; empty: it is gone, or was never known
	Item    string // what it led to, for a link
	By      string // who dealt with what waited
}

// Outcome is what became of an entry.
type Outcome string

// The outcomes.
const (
	Kept     Outcome = "kept"
	Rival    Outcome = "rival"    // somebody changed the same meanwhile: two versions wait to be settled
	Told     Outcome = "told"     // a sign of life that does not count for the clock: it stands in the case
	Waits    Outcome = "waits"    // for a person
	Replaced Outcome = "replaced" // by a later entry of the same journal
	AsNote   Outcome = "note"     // a person made a note of it
	Dropped  Outcome = "dropped"  // a person threw it away
)

// Store is what the room needs of one transaction.
type Store interface {
	cases.Store
	// AddPack answers a Conflict when the id exists.
	AddPack(ctx context.Context, p Pack, carried []string) error
	Pack(ctx context.Context, id string) (Pack, error)
	SavePack(ctx context.Context, p Pack) error
	// Packs lists the newest packs, of one member or of all.
	Packs(ctx context.Context, member string, limit int) ([]Pack, error)
	// Carry replaces the cases and places that lie in a pack.
	Carry(ctx context.Context, pack string, carried []string) error
	// AddRow answers a Conflict when the entry came home before.
	AddRow(ctx context.Context, r Row) error
	Row(ctx context.Context, id string) (Row, error)
	SaveRow(ctx context.Context, r Row) error
	RowsOf(ctx context.Context, pack string) ([]Row, error)
}

// Luggage carries the verbs of the room.
type Luggage struct {
	Within       func(ctx context.Context, f func(Store) error) error
	Reading      func(ctx context.Context, f func(Store) error) error
	Clock        clock.Clock
	Book         *cases.Book
	Organisation string
}

// Wish is what a member wants to take along.
type Wish struct {
	ID     string // made with the form: one that is sent twice asks once
	Cases  []string
	Reason string
	Until  time.Time
}

// secret is what lies in a pack's safe beside the entries.
type secret struct {
	Reason string    `json:",omitempty"`
	Key    *[32]byte `json:",omitempty"` // of the journal of one download
	Fetch  int       `json:",omitempty"`
}

// Ask takes a pack, or asks for it where a second person must agree.
func (l *Luggage) Ask(ctx context.Context, actor staff.Actor, w Wish) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	now := l.Clock.Now()
	var c fault.Check
	c.Field(len(w.Cases) > 0, "cases", "Choose at least one case.")
	c.Field(len(w.Cases) <= AtMost, "cases", "Take fewer along: a pack that is lost must be made good for everybody in it.")
	c.Field(strings.TrimSpace(w.Reason) != "", "reason", "Say why, and where to roughly.")
	c.Field(w.Until.After(now) && w.Until.Sub(now) <= travelpack.Longest, "until", "Say until when: at most seven days from now. Then the pack ends by itself.")
	if err := c.Err(); err != nil {
		return err
	}
	if !ids.Valid("pack", w.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	return l.Within(ctx, func(tx Store) error {
		if old, err := tx.Pack(ctx, w.ID); err == nil {
			if old.Member == actor.ID {
				return nil // the form sent twice
			}
			return fault.Missing()
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		p := Pack{ID: w.ID, Member: actor.ID, Made: now, Until: w.Until}
		for _, id := range w.Cases {
			f, err := own(ctx, tx, actor, id, w.Until)
			if err != nil {
				return err
			}
			p.Needs = p.Needs || f.Level == cases.LevelExtreme
		}
		if err := tx.AddPack(ctx, p, w.Cases); err != nil {
			return err
		}
		s, err := safe.Make(ctx, tx, p.ID, actor.Member)
		if err != nil {
			return err
		}
		if err := cases.PutIn(ctx, tx, s, cases.Item{ID: ids.New("pack"), Kind: cases.KindPack, Author: actor.ID, At: now}, secret{Reason: w.Reason}); err != nil {
			return err
		}
		return note(ctx, tx, actor, p.ID, "pack.asked", packDetail{Cases: w.Cases, Second: p.Needs})
	})
}

type packDetail struct {
	Cases  []string `json:"cases,omitempty"`
	Second bool     `json:"second,omitempty"`
	Ending Ending   `json:"ending,omitempty"`
	Yes    bool     `json:"yes,omitempty"`
}

func note(ctx context.Context, tx Store, actor staff.Actor, pack, action string, d any) error {
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: pack, Scope: pack, Detail: d})
}

// own finds a case that the actor can open, for at least as long as the pack, and that is not over.
func own(ctx context.Context, tx Store, actor staff.Actor, id string, until time.Time) (cases.File, error) {
	if _, err := tx.Grant(ctx, id, actor.ID); err != nil {
		return cases.File{}, err
	}
	lent, err := tx.TimedIn(ctx, id)
	if err != nil {
		return cases.File{}, err
	}
	for _, t := range lent {
		if t.Member == actor.ID && until.After(t.Until) {
			return cases.File{}, fault.Bad("until", "One of these cases is yours for a time only, and it ends before the pack does. Choose an earlier end, or leave the case here.")
		}
	}
	f, err := tx.File(ctx, id)
	if err == nil && f.State.Over() {
		err = fault.Bad("cases", "A case that has ended cannot be taken along.")
	}
	return f, err
}

// Answer is a second person's yes or no: of a colleague who can open each of the
// cases in extreme danger, or of a security officer.
func (l *Luggage) Answer(ctx context.Context, actor staff.Actor, id string, yes bool) error {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		p, err := tx.Pack(ctx, id)
		if err != nil {
			return err
		}
		if ok, err := mayAnswer(ctx, tx, actor, p); err != nil || !ok {
			if err == nil && p.Member == actor.ID {
				err = fault.New(fault.Conflict, "Who asks for it cannot allow it. Ask a colleague.")
			}
			if err == nil {
				err = fault.Missing()
			}
			return err
		}
		if p.Stand(l.Clock.Now()) != Asked {
			return fault.New(fault.Conflict, "This was answered already, or waited too long.")
		}
		p.Second, p.Answered, p.Yes = actor.ID, l.Clock.Now(), yes
		if err := tx.SavePack(ctx, p); err != nil {
			return err
		}
		return note(ctx, tx, actor, id, "pack.answered", packDetail{Yes: yes})
	})
}

func mayAnswer(ctx context.Context, tx Store, actor staff.Actor, p Pack) (bool, error) {
	if p.Member == actor.ID {
		return false, nil
	}
	if actor.Roles.Has(staff.Security) {
		return true, nil
	}
	carried, err := tx.CarriedIn(ctx, p.ID)
	if err != nil {
		return false, err
	}
	for _, id := range carried {
		f, err := tx.File(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return false, err
		}
		if f.Level != cases.LevelExtreme {
			continue
		}
		if _, err := tx.Grant(ctx, id, actor.ID); fault.KindOf(err) == fault.NotFound {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return actor.Roles.Has(staff.Caseworker), nil
}

// End says what became of a pack. Nothing of one that ended goes into a case by
// itself any more: it waits for a person.
func (l *Luggage) End(ctx context.Context, actor staff.Actor, id string, how Ending) error {
	if how != EndUnused && how != EndHome && how != EndLost {
		return fault.Bad("ending", "Choose what became of it.")
	}
	return l.Within(ctx, func(tx Store) error {
		p, err := tx.Pack(ctx, id)
		if err != nil {
			return err
		}
		if p.Member != actor.ID && !actor.Roles.Any(staff.Security) {
			return fault.Missing()
		}
		if p.Ending != "" && (p.Ending == EndLost || how != EndLost) {
			return nil
		}
		p.Ended, p.Ending = l.Clock.Now(), how
		if err := tx.SavePack(ctx, p); err != nil {
			return err
		}
		return note(ctx, tx, actor, id, "pack.ended", packDetail{Ending: how})
	})
}

// Passphrase is checked here: the pack is worth what it is worth.
func checkPassphrase(first, again string) error {
	var c fault.Check
	c.Field(len([]rune(first)) >= 16 && distinct(first) >= 6, "passphrase", "Choose at least 16 letters, best four words that have nothing to do with each other. Whoever finds the laptop can try as often as they like.")
	c.Field(first == again, "again", "The two are not the same.")
	return c.Err()
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// Suggest gives four words that nobody has thought of: about 76 bits.
func Suggest() string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b [24]byte
	rand.Read(b[:])
	var out strings.Builder
	for i, x := range b {
		set := consonants
		if i%2 == 1 {
			set = vowels
		}
		if i > 0 && i%6 == 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(set[int(x)%len(set)])
	}
	return out.String()
}
