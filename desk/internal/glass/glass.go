// Package glass opens a case when nobody who is assigned can: two named people
// together, for a time, and everybody concerned is told.
//
// The security officer names holders. A fresh age identity is made, its seed split
// among them so that any two parts give it back (ground package shamir), each part
// sealed to its holder, and the seed forgotten. Every safe of a case is also granted
// to that identity. One holder asks: their part is sealed to the second, who sees
// who, what and why, and agrees or refuses. Only then the key exists, in memory,
// inside the transaction; it lends the case to the one who asked until a time and
// is wiped. Keys of an earlier choice of holders stay as long as a safe rests on them.
//
// It refuses HTTP, SQL, files and every clock but ours. It imports staff, safe,
// ledger, cases, and of the ground agekey and shamir.
package glass

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/agekey"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/shamir"
)

const (
	// Fewest is how many holders there must be: one of them may be gone.
	Fewest = 3
	// Answer is how long the second has to answer; then the deposit is destroyed.
	Answer = 24 * time.Hour
	// MostHours is the longest time for which a case is opened.
	MostHours = 72
)

// Key is a key that nobody has.
type Key struct {
	ID, Recipient, By string
	At                time.Time
	Safes             int // that rest on it
}

// Share is one part of its seed, sealed to its holder.
type Share struct {
	Glass, Member string
	Sealed        []byte
}

// State is where an opening stands.
type State string

// The states.
const (
	Asked   State = "asked"
	Opened  State = "opened"
	Refused State = "refused"
	Lapsed  State = "lapsed" // nobody answered in time
)

// Opening is one case that was asked for.
type Opening struct {
	ID, File, Code string
	By, Second     string
	Hours          int
	Reason         []byte // sealed to those concerned
	Deposit        []byte // sealed to the second; empty once answered
	State          State
	At             time.Time
	Answered       time.Time
	Until          time.Time
}

// Over reports whether nothing more follows from it.
func (o Opening) Over(now time.Time) bool {
	return o.State != Asked && !(o.State == Opened && now.Before(o.Until))
}

// Store is what the room needs of one transaction.
type Store interface {
	cases.Store
	AddGlass(ctx context.Context, k Key, parts []Share) error
	GlassKeys(ctx context.Context) ([]Key, error) // the newest first
	GlassShares(ctx context.Context, id string) ([]Share, error)
	DropGlass(ctx context.Context, id string) error
	FileNamed(ctx context.Context, pseudonym string) (cases.File, error)
	PutOpening(ctx context.Context, o Opening) error
	Opening(ctx context.Context, id string) (Opening, error)
	Openings(ctx context.Context, member string) ([]Opening, error)
	OpeningsUnseen(ctx context.Context, member string, all bool) ([]Opening, error)
	OpeningsOld(ctx context.Context, before time.Time) ([]Opening, error)
	MarkSeen(ctx context.Context, opening, member string) error
}

// Pane carries the verbs of the room.
type Pane struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Book    *cases.Book
}

// Split makes a fresh key and gives its parts to these holders. Safes are granted
// to it when they are opened next.
func (p *Pane) Split(ctx context.Context, actor staff.Actor, holders []string) error {
	if err := actor.Must(staff.Security); err != nil {
		return err
	}
	slices.Sort(holders)
	holders = slices.Compact(holders)
	if len(holders) < Fewest {
		return fault.Bad("holders", "Choose at least three people: two must act together, and one may be away.")
	}
	return p.Within(ctx, func(tx Store) error {
		var to []staff.Member
		workers := 0
		for _, id := range holders {
			m, err := tx.Member(ctx, id)
			if err != nil {
				return err
			}
			if !m.Active {
				return fault.Bad("holders", "One of them has left.")
			}
			if m.Roles.Has(staff.Caseworker) {
				workers++
			}
			to = append(to, m)
		}
		if workers == 0 {
			return fault.Bad("holders", "Choose at least one caseworker: only a caseworker can ask for a case.")
		}
		k, parts, err := split(to)
		if err != nil {
			return err
		}
		k.By, k.At = actor.ID, p.Clock.Now()
		if err := tx.AddGlass(ctx, k, parts); err != nil {
			return err
		}
		if err := dropUnused(ctx, tx); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "glass.split", Subject: k.ID, Detail: struct {
			Holders []string `json:"holders"`
		}{holders}})
	})
}

// split makes a key and one part for each holder; the seed is wiped.
func split(to []staff.Member) (Key, []Share, error) {
	seed := make([]byte, agekey.SeedSize)
	rand.Read(seed)
	defer clear(seed)
	id, err := agekey.Identity(seed)
	if err != nil {
		return Key{}, nil, err
	}
	k := Key{ID: ids.New("glass"), Recipient: id.Recipient().String()}
	parts, err := shamir.Split(seed, 2, len(to))
	if err != nil {
		return k, nil, err
	}
	var out []Share
	for i, m := range to {
		sealed, err := sealTo(append([]byte{parts[i].X}, parts[i].Y...), m)
		clear(parts[i].Y)
		if err != nil {
			return k, nil, err
		}
		out = append(out, Share{k.ID, m.ID, sealed})
	}
	return k, out, nil
}

// dropUnused destroys keys but the newest on which no safe rests any more.
func dropUnused(ctx context.Context, tx Store) error {
	keys, err := tx.GlassKeys(ctx)
	if err != nil {
		return err
	}
	for i, k := range keys {
		if i > 0 && k.Safes == 0 {
			if err := tx.DropGlass(ctx, k.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Ask names a case, the second holder and the reason, and deposits the actor's parts
// for the second. The same id again is the same asking.
func (p *Pane) Ask(ctx context.Context, actor staff.Actor, id, code, second string, hours int, reason string) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	var c fault.Check
	c.Field(ids.Valid("opening", id), "id", "This form is out of date. Load the page again.")
	c.Field(len(strings.TrimSpace(reason)) >= 10, "reason", "Say in a sentence why it must be opened.")
	c.Field(len(reason) <= 4000, "reason", "At most 4,000 characters.")
	c.Field(hours >= 1 && hours <= MostHours, "hours", "Write a number of hours from 1 to 72.")
	c.Field(second != "" && second != actor.ID, "second", "Choose another person who holds a part.")
	if err := c.Err(); err != nil {
		return err
	}
	return p.Within(ctx, func(tx Store) error {
		if o, err := tx.Opening(ctx, id); err == nil && o.By == actor.ID {
			return nil // a form sent twice
		}
		f, err := tx.FileNamed(ctx, strings.ToUpper(strings.TrimSpace(code)))
		if fault.KindOf(err) == fault.NotFound {
			return fault.Bad("code", "There is no case with this code.")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Grant(ctx, f.ID, actor.ID); err == nil {
			return fault.Bad("code", "You can open this case already.")
		}
		if _, err := tx.SpareGrant(ctx, f.ID); err != nil {
			return fault.Bad("code", "This case was not opened since the holders were chosen: no key of theirs fits it. Somebody who is assigned must open it once.")
		}
		m, err := tx.Member(ctx, second)
		if err != nil || !m.Active {
			return fault.Bad("second", "This member has left. Choose another.")
		}
		deposit, err := gather(ctx, tx, actor)
		if err != nil {
			return err
		}
		if len(deposit) == 0 {
			return fault.New(fault.Denied, "You hold no part of the key. The security officer chooses who does.")
		}
		theirs, err := held(ctx, tx, second)
		if err != nil {
			return err
		}
		shared := false
		for glass := range deposit {
			shared = shared || theirs[glass] != nil
		}
		if !shared {
			return fault.Bad("second", "This member holds no part of the same key.")
		}
		o := Opening{ID: id, File: f.ID, By: actor.ID, Second: second, Hours: hours, State: Asked, At: p.Clock.Now()}
		if o.Deposit, err = sealJSON(deposit, m); err != nil {
			return err
		}
		told, err := concerned(ctx, tx, f.ID, actor.Member, m)
		if err != nil {
			return err
		}
		if o.Reason, err = sealTo([]byte(strings.TrimSpace(reason)), told...); err != nil {
			return err
		}
		if err := tx.PutOpening(ctx, o); err != nil {
			return err
		}
		return p.log(ctx, tx, actor, "glass.asked", o)
	})
}

// Answer is the second's yes or no. Yes puts the key together, lends the case and forgets the key.
func (p *Pane) Answer(ctx context.Context, actor staff.Actor, id string, yes bool) error {
	return p.Within(ctx, func(tx Store) error {
		o, err := tx.Opening(ctx, id)
		if err != nil || o.Second != actor.ID {
			return errors.Join(err, missing(err))
		}
		now := p.Clock.Now()
		if o.State == Opened && yes || o.State == Refused && !yes {
			return nil // a form sent twice
		}
		if o.State != Asked || !now.Before(o.At.Add(Answer)) {
			return fault.New(fault.Conflict, "This was answered, or its time is over. It must be asked for again.")
		}
		asker, err := tx.Member(ctx, o.By)
		if err != nil {
			return err
		}
		if yes && (!asker.Active || !asker.Roles.Has(staff.Caseworker)) {
			return fault.New(fault.Conflict, "Who asked has left or is no caseworker any more. Refuse it.")
		}
		deposit := o.Deposit
		o.State, o.Answered, o.Deposit = Refused, now, []byte{}
		if !yes {
			if err := tx.PutOpening(ctx, o); err != nil {
				return err
			}
			return p.log(ctx, tx, actor, "glass.refused", o)
		}
		o.State, o.Until = Opened, now.Add(time.Duration(o.Hours)*time.Hour)
		open, err := together(ctx, tx, actor, deposit)
		if err != nil {
			return err
		}
		safes, err := p.Book.AdmitIn(ctx, tx, open, o.File, asker, o.Until)
		if err != nil {
			return err
		}
		if err := tx.PutOpening(ctx, o); err != nil {
			return err
		}
		if err := dropUnused(ctx, tx); err != nil {
			return err
		}
		return p.log(ctx, tx, actor, "glass.opened", o, safes...)
	})
}

func missing(err error) error {
	if err == nil {
		return fault.Missing()
	}
	return nil
}

// End ends an opening before its time: by who asked, the second, or a security officer.
func (p *Pane) End(ctx context.Context, actor staff.Actor, id string) error {
	err := p.Within(ctx, func(tx Store) error {
		o, err := tx.Opening(ctx, id)
		if err != nil {
			return err
		}
		if o.By != actor.ID && o.Second != actor.ID && !actor.Roles.Has(staff.Security) {
			return fault.Missing()
		}
		now := p.Clock.Now()
		if o.State != Opened || !now.Before(o.Until) {
			return nil
		}
		// What the same opening lent ends at the same moment.
		lent, err := tx.TimedOut(ctx, o.Until)
		if err != nil {
			return err
		}
		for _, t := range lent {
			if t.Member != o.By || !t.Until.Equal(o.Until) {
				continue
			}
			if mine, err := belongs(ctx, tx, t.Safe, o.File); err != nil {
				return err
			} else if mine {
				t.Until = now
				if err := tx.PutTimed(ctx, t); err != nil {
					return err
				}
			}
		}
		o.Until = now
		if err := tx.PutOpening(ctx, o); err != nil {
			return err
		}
		return p.log(ctx, tx, actor, "glass.ended", o)
	})
	if err == nil {
		_, err = p.Book.EndTimed(ctx, []staff.Actor{actor})
	}
	return err
}

// belongs reports whether a safe is of a case; places belong to any.
func belongs(ctx context.Context, tx Store, id, file string) (bool, error) {
	switch {
	case ids.Valid("case", id):
		return id == file, nil
	case ids.Valid("leg", id):
		of, err := tx.CaseOfLeg(ctx, id)
		return of == file, err
	}
	return true, nil
}

// Sweep destroys the deposits that nobody answered in time.
func (p *Pane) Sweep(ctx context.Context) error {
	before := p.Clock.Now().Add(-Answer)
	var old []Opening
	if err := p.Reading(ctx, func(tx Store) (err error) {
		old, err = tx.OpeningsOld(ctx, before)
		return err
	}); err != nil || len(old) == 0 {
		return err
	}
	return p.Within(ctx, func(tx Store) error {
		for _, o := range old {
			o, err := tx.Opening(ctx, o.ID)
			if err != nil || o.State != Asked {
				continue // answered or erased meanwhile
			}
			o.State, o.Answered, o.Deposit = Lapsed, p.Clock.Now(), []byte{}
			if err := tx.PutOpening(ctx, o); err != nil {
				return err
			}
			if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "glass.lapsed", Subject: o.File, Scope: o.File}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *Pane) log(ctx context.Context, tx Store, actor staff.Actor, action string, o Opening, safes ...string) error {
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: o.File, Scope: o.File, Detail: struct {
		Opening string   `json:"opening"`
		By      string   `json:"by"`
		Second  string   `json:"second"`
		Hours   int      `json:"hours"`
		Safes   []string `json:"safes,omitempty"` // that were opened
	}{o.ID, o.By, o.Second, o.Hours, safes}})
}
