package intake

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Hold is why the clock may not erase a conversation.
type Hold string

// The holds.
const (
	NoHold   Hold = ""
	Evidence Hold = "evidence" // it may be needed as it came
	Lawyer   Hold = "lawyer"   // a lawyer asked for it
	TheyAsk  Hold = "they-ask" // the sender wants it kept
)

// Holds lists the reasons.
func Holds() []Hold { return []Hold{Evidence, Lawyer, TheyAsk} }

// Keeping is how long conversations are kept; 0: until a person erases them.
type Keeping struct {
	Closed int `json:"closed"` // days after it was closed
	Aside  int `json:"aside"`  // days after it was set aside
}

// Settings keeps what an organisation decides.
type Settings interface {
	Setting(ctx context.Context, name string) ([]byte, error)
	PutSetting(ctx context.Context, name string, value []byte) error
}

// Retained is what the clock needs to erase without a key.
type Retained interface {
	AllThreads(ctx context.Context) ([]Thread, error)
	AddUploads(ctx context.Context, thread string, uploads []string) error
	Uploads(ctx context.Context, thread string) ([]string, error)
	Unlisted(ctx context.Context) ([]string, error) // threads whose uploads are not all noted: from before they were
	Listed(ctx context.Context, thread string) error
}

const settingKeeping = "intake.keeping"

// JobForget removes the sealed parts of a file here. Body: the upload's id as a JSON string.
const JobForget = "vault.forget"

// EraseDay is the day on which the clock erases a thread; empty: never by itself.
// What a case, a hold or somebody who waits hangs on is never erased by the clock.
func EraseDay(t Thread, k Keeping) clock.Day {
	if t.Held != NoHold || t.Case != "" || !t.Due().IsZero() {
		return ""
	}
	after := func(at time.Time, days int) clock.Day {
		if days <= 0 || at.IsZero() {
			return ""
		}
		return clock.DayOf(at.Add(time.Duration(days) * 24 * time.Hour))
	}
	switch {
	case t.EraseBy != "":
		return t.EraseBy
	case t.State() == Closed:
		return after(t.ClosedAt, k.Closed)
	case t.IsAside():
		return after(t.Aside, k.Aside)
	}
	return ""
}

// Keeping tells how long conversations are kept.
func (b *Inbox) Keeping(ctx context.Context) (k Keeping, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		k, err = keeping(ctx, s)
		return err
	})
	return k, err
}

func keeping(ctx context.Context, s Settings) (k Keeping, err error) {
	v, err := s.Setting(ctx, settingKeeping)
	if fault.KindOf(err) == fault.NotFound {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(v, &k)
}

// SetKeeping decides it for all conversations.
func (b *Inbox) SetKeeping(ctx context.Context, actor staff.Actor, k Keeping) error {
	if err := actor.Must(staff.Security); err != nil {
		return err
	}
	var c fault.Check
	c.Field(k.Closed == 0 || k.Closed >= 7 && k.Closed <= 3650, "closed", "Choose from 7 to 3,650 days, or 0 to keep them.")
	c.Field(k.Aside == 0 || k.Aside >= 30 && k.Aside <= 3650, "aside", "Choose from 30 to 3,650 days, or 0 to keep them.")
	if err := c.Err(); err != nil {
		return err
	}
	v, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		if err := s.PutSetting(ctx, settingKeeping, v); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "keeping.set", Subject: "intake", Detail: k})
	})
}

// KeepFor says what is to become of a conversation: whether it is kept from the clock
// and why (NoHold: it is not), and the day on which the clock erases it (empty: by the rule).
func (b *Inbox) KeepFor(ctx context.Context, actor staff.Actor, id string, why Hold, day clock.Day) error {
	var c fault.Check
	c.Field(slices.Contains([]Hold{NoHold, Evidence, Lawyer, TheyAsk}, why), "hold", "Choose a reason.")
	c.Field(day == "" || day > clock.DayOf(b.Clock.Now()), "erase-day", "Choose a day after today.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.change(ctx, actor, id, "thread.kept-for", func(_ Store, t *Thread, _ safe.Safe) error {
		t.Held, t.EraseBy = why, day
		return nil
	})
}

// Leaving is a conversation that the clock will erase, and when.
type Leaving struct {
	Thread
	Day clock.Day
}

// Expiring is the dry run: what the clock would erase up to a day, without erasing
// anything, for somebody who answers for it. It shows the outsides only.
func (b *Inbox) Expiring(ctx context.Context, actor staff.Actor, until clock.Day) (out []Leaving, err error) {
	if err := actor.Must(staff.Security, staff.Intake); err != nil {
		return nil, err
	}
	err = b.Reading(ctx, func(s Store) (err error) {
		out, err = leaving(ctx, s, until)
		return err
	})
	return out, err
}

func leaving(ctx context.Context, s Store, until clock.Day) ([]Leaving, error) {
	k, err := keeping(ctx, s)
	if err != nil {
		return nil, err
	}
	all, err := s.AllThreads(ctx)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{} // by the leading thread: one that must stay keeps its family
	lead := func(t Thread) string {
		if t.Into != "" {
			return t.Into
		}
		return t.ID
	}
	unlisted, err := s.Unlisted(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if d := EraseDay(t, k); d == "" || d > until || slices.Contains(unlisted, t.ID) {
			held[lead(t)] = true
		}
	}
	var out []Leaving
	for _, t := range all {
		if !held[lead(t)] {
			out = append(out, Leaving{t, EraseDay(t, k)})
		}
	}
	return out, nil
}

// Expire erases what is due by our clock: words, keys, what the ledger says of it,
// the mailbox at the Front, and the files. It needs nobody's key. Each
// conversation goes in a transaction of its own, after it was looked at again. It
// returns how many went.
func (b *Inbox) Expire(ctx context.Context) (int, error) {
	today := clock.DayOf(b.Clock.Now())
	var due []Leaving
	if err := b.Reading(ctx, func(s Store) (err error) {
		due, err = leaving(ctx, s, today)
		return err
	}); err != nil {
		return 0, err
	}
	gone := 0
	for _, l := range due {
		went := false
		err := b.Within(ctx, func(s Store) error {
			went = false
			still, err := leaving(ctx, s, today) // somebody may have written, or held it, meanwhile
			if err != nil {
				return err
			}
			for _, x := range still {
				if x.ID == l.ID {
					went = true
					return b.eraseIn(ctx, s, x.Thread, nil, ledger.Desk, "thread.expired")
				}
			}
			return nil
		})
		if err != nil {
			return gone, err
		}
		if went {
			gone++
		}
	}
	return gone, nil
}

// eraseIn destroys one thread; uploads are the files that are known from inside besides those noted outside.
func (b *Inbox) eraseIn(ctx context.Context, s Store, t Thread, uploads []string, by, action string) error {
	noted, err := s.Uploads(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, u := range append(noted, uploads...) {
		body, err := json.Marshal(u)
		if err != nil {
			return err
		}
		if err := s.Enqueue(ctx, jobs.Job{Kind: JobForget, Subject: u, Body: body}); err != nil {
			return err
		}
	}
	if t.Mailbox != "" && !t.IsMail() {
		boxes, err := mailboxes(ctx, s, t)
		if err != nil {
			return err
		}
		body, err := json.Marshal(boxes)
		if err != nil {
			return err
		}
		if err := s.Enqueue(ctx, jobs.Job{Kind: JobErase, Body: body}); err != nil {
			return err
		}
	}
	if err := s.EraseThread(ctx, t.ID); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: by, Action: action})
}

// Erase destroys a conversation, by the sender's wish or when it may no longer
// be kept: words, keys and what the ledger says of it, and the mailbox at the
// Front. What was handed to the record or to a case stays there, under its own
// consent. The courier removes the files.
func (b *Inbox) Erase(ctx context.Context, actor staff.Actor, id string) error {
	if err := actor.Must(staff.Intake, staff.Caseworker); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		family, err := familyOf(ctx, s, actor, id)
		if err != nil {
			return err
		}
		for _, t := range family {
			said, err := b.said(ctx, s, actor, t.ID)
			if err != nil {
				return err
			}
			var uploads []string
			for _, m := range said {
				for _, f := range m.Content.Files {
					uploads = append(uploads, f.Upload)
				}
			}
			if err := b.eraseIn(ctx, s, t, uploads, actor.ID, "thread.erased"); err != nil {
				return err
			}
		}
		return nil
	})
}
