// Package takeout lets the whole record leave the house as one open file, and
// takes such a file in again.
//
// The file is a zip: for each kind of thing lines of JSON and a table, a manifest
// with hashes, and a text that explains it. It leaves sealed only: to an age
// recipient, or under a passphrase that is given when it is fetched. Words that
// lie in safes are in it only when they were wished and a second person said yes;
// who sources and people are is never in it, but for opinions of experts that a consent
// lets leave. The Office carries the verbs, each in one
// transaction with its ledger entry. The package refuses HTTP, SQL and files; it
// imports record, parties, opinion, gazetteer, vocabulary, table, staff, ledger and the ground.
package takeout

import (
	"context"
	"errors"
	"strings"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Wish is what a member wants to take out.
type Wish struct {
	ID, By    string
	At        time.Time
	Sealed    bool // with words that lie in safes
	Reason    string
	Recipient string // an age recipient; "": under a passphrase
	Second    string
	Answered  time.Time
	Yes       bool
	Fetched   int
}

// For how long a yes holds, and how long one may wait for it.
const (
	fetchWithin  = 24 * time.Hour
	answerWithin = 7 * 24 * time.Hour
)

// State is where a wish stands.
type State string

// The states.
const (
	Asked   State = "asked"
	Open    State = "open" // may be fetched
	Refused State = "refused"
	Over    State = "over"
)

// Stand is where a wish stands at a time. Without sealed words nobody is asked.
func (w Wish) Stand(now time.Time) State {
	from := w.Answered
	if !w.Sealed {
		from = w.At
	}
	switch {
	case w.Second != "" && !w.Yes:
		return Refused
	case (w.Second != "" || !w.Sealed) && now.Before(from.Add(fetchWithin)):
		return Open
	case w.Sealed && w.Second == "" && now.Before(w.At.Add(answerWithin)):
		return Asked
	}
	return Over
}

// Wishes keeps what was asked.
type Wishes interface {
	AddTakeout(ctx context.Context, w Wish) error
	Takeout(ctx context.Context, id string) (Wish, error)
	Takeouts(ctx context.Context, limit int) ([]Wish, error) // newest first
	SaveTakeout(ctx context.Context, w Wish) error
}

// Store is everything that the room needs of one transaction.
type Store interface {
	Wishes
	parties.Store
	opinion.Store
	gazetteer.Placed
	EveryCoding(ctx context.Context) ([]vocabulary.Coding, error)
	AddCoding(ctx context.Context, c vocabulary.Coding) error // NotFound when there is no such subject
}

// Within runs f in one transaction.
type Within func(ctx context.Context, f func(Store) error) error

// Office carries the verbs.
type Office struct {
	Within, Reading Within
	Archive         *record.Archive
	Registry        *parties.Registry
	Surgery         *opinion.Surgery
	Clock           clock.Clock
}

func recipient(text string) (age.Recipient, error) {
	all, err := age.ParseRecipients(strings.NewReader(text))
	if err != nil || len(all) != 1 || strings.ContainsAny(text, " \n\r\t") {
		return nil, fault.Bad("recipient", "This is no age recipient. It begins with age1 and has no spaces.")
	}
	return all[0], nil
}

// Ask asks for the record to leave. The id comes with the form, so that one sent twice asks once.
func (o *Office) Ask(ctx context.Context, by staff.Actor, w Wish) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	w.Recipient, w.Reason = strings.TrimSpace(w.Recipient), strings.TrimSpace(w.Reason)
	var k fault.Check
	k.Field(w.Reason != "", "reason", "Say why, without a name: a second person decides by it.")
	if w.Recipient != "" {
		_, err := recipient(w.Recipient)
		k.Field(err == nil, "recipient", "This is no age recipient. It begins with age1 and has no spaces.")
	}
	if err := k.Err(); err != nil {
		return err
	}
	if !ids.Valid("takeout", w.ID) {
		return fault.Missing()
	}
	w.By, w.At, w.Second, w.Answered, w.Yes, w.Fetched = by.ID, o.Clock.Now(), "", time.Time{}, false, 0
	return o.Within(ctx, func(tx Store) error {
		old, err := tx.Takeout(ctx, w.ID)
		if err == nil {
			if old.By == by.ID && old.Reason == w.Reason && old.Sealed == w.Sealed && old.Recipient == w.Recipient {
				return nil
			}
			return fault.New(fault.Conflict, "This was asked already. Load the page again.")
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := tx.AddTakeout(ctx, w); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "takeout.asked", Subject: w.ID, Detail: detail{w.Sealed}})
	})
}

type detail struct {
	Sealed bool `json:"sealed"`
}

func mayAnswer() []staff.Role { return []staff.Role{staff.Documenter, staff.Security} }

// List lists what was asked lately, the newest first.
func (o *Office) List(ctx context.Context, by staff.Actor) (all []Wish, err error) {
	if err := by.Must(mayAnswer()...); err != nil {
		return nil, err
	}
	err = o.Reading(ctx, func(tx Store) error {
		all, err = tx.Takeouts(ctx, 50)
		return err
	})
	return all, err
}

// Answer is a second person's yes or no.
func (o *Office) Answer(ctx context.Context, by staff.Actor, id string, yes bool) error {
	if err := by.Must(mayAnswer()...); err != nil {
		return err
	}
	return o.Within(ctx, func(tx Store) error {
		w, err := tx.Takeout(ctx, id)
		if err != nil {
			return err
		}
		if w.By == by.ID {
			return fault.New(fault.Conflict, "Who asks for it cannot allow it. Ask a colleague.")
		}
		if w.Stand(o.Clock.Now()) != Asked {
			return fault.New(fault.Conflict, "This was answered already, or waited too long.")
		}
		w.Second, w.Answered, w.Yes = by.ID, o.Clock.Now(), yes
		if err := tx.SaveTakeout(ctx, w); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "takeout.answered", Subject: w.ID, Detail: struct {
			Yes bool `json:"yes"`
		}{yes}})
	})
}

// minPassphrase is the fewest characters of a passphrase.
const minPassphrase = 20

// Fetch gives what may leave, sealed, to whom asked for it.
func (o *Office) Fetch(ctx context.Context, by staff.Actor, id, passphrase string) (name string, out []byte, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return "", nil, err
	}
	now := o.Clock.Now()
	var w Wish
	var whole record.Whole
	var to age.Recipient
	err = o.Within(ctx, func(tx Store) error {
		if w, err = tx.Takeout(ctx, id); err != nil {
			return err
		}
		if w.By != by.ID {
			return fault.Missing()
		}
		if w.Stand(now) != Open {
			return fault.New(fault.Conflict, "Nobody allowed this to leave, or the day for it has passed. Ask again.")
		}
		if to, err = w.lock(passphrase); err != nil {
			return err
		}
		if whole, err = o.everything(ctx, tx, by, w.Sealed); err != nil {
			return err
		}
		w.Fetched++
		if err := tx.SaveTakeout(ctx, w); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "takeout.fetched", Subject: w.ID, Detail: detail{w.Sealed}})
	})
	if err != nil {
		return "", nil, err
	}
	plain, err := pack(whole, now, w.Sealed)
	if err != nil {
		return "", nil, err
	}
	defer clear(plain)
	out, err = seal(plain, to)
	return "waylight-record-" + string(clock.DayOf(now)) + ".zip.age", out, err
}

func (w Wish) lock(passphrase string) (age.Recipient, error) {
	if w.Recipient != "" {
		return recipient(w.Recipient)
	}
	if len([]rune(passphrase)) < minPassphrase {
		return nil, fault.Bad("passphrase", "The passphrase needs at least 20 characters: six or seven words that nobody would put together.")
	}
	return age.NewScryptRecipient(passphrase)
}

// Taken is what bringing a file in did, or would do.
type Taken struct {
	record.WholeReport
	Done bool
}

// Bring takes a file in that Fetch gave, here or on another Desk: whole or not at
// all. With try nothing is kept.
func (o *Office) Bring(ctx context.Context, by staff.Actor, raw []byte, key string, try bool) (t Taken, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return t, err
	}
	plain, err := unseal(raw, key)
	if err != nil {
		return t, err
	}
	defer clear(plain)
	w, err := unpack(plain)
	if err != nil {
		return t, err
	}
	err = o.Within(ctx, func(tx Store) error {
		if t.WholeReport, err = o.take(ctx, tx, by, w); err != nil {
			return err
		}
		if try || len(t.Wrong) > 0 {
			return errUndo
		}
		return nil
	})
	t.Done = err == nil
	if errors.Is(err, errUndo) {
		err = nil
	}
	return t, err
}
