package intake

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/signs"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// Prints keeps keyed fingerprints of what was written, so that one text from many
// mailboxes is noticed without opening the others.
type Prints interface {
	AddPrint(ctx context.Context, thread string, print []byte) error
	// OthersWith counts the other threads with one of a thread's fingerprints.
	OthersWith(ctx context.Context, thread string) (int, error)
	// ArrivedBetween counts the threads of a channel that began in a span.
	ArrivedBetween(ctx context.Context, channel string, from, until time.Time) (int, error)
}

const settingPrint = "intake.print"

// printKey keys the fingerprints: without it nobody can test a guessed text against them.
func printKey(ctx context.Context, s Settings) ([]byte, error) {
	k, err := s.Setting(ctx, settingPrint)
	if fault.KindOf(err) != fault.NotFound {
		return k, err
	}
	k = make([]byte, 32)
	rand.Read(k)
	return k, s.PutSetting(ctx, settingPrint, k)
}

// list notes which sealed files came with a message, so that they can go without a key.
func list(ctx context.Context, s Retained, thread string, m envelope.Message) error {
	var uploads []string
	for _, f := range m.Files {
		uploads = append(uploads, f.Upload)
	}
	return s.AddUploads(ctx, thread, uploads)
}

// ListUploads notes the files of threads from before that was kept, of those that
// the actor can open. It returns how many threads it listed.
func (b *Inbox) ListUploads(ctx context.Context, actor staff.Actor) (n int, err error) {
	var left []string
	if err := b.Reading(ctx, func(s Store) (err error) {
		left, err = s.Unlisted(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	for _, id := range left {
		err := b.Within(ctx, func(s Store) error {
			said, err := b.said(ctx, s, actor, id)
			if err != nil {
				return err
			}
			for _, m := range said {
				if err := list(ctx, s, id, m.Content); err != nil {
					return err
				}
			}
			if err := s.Listed(ctx, id); err != nil {
				return err
			}
			return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.listed", Subject: id, Scope: id})
		})
		if fault.KindOf(err) == fault.NotFound {
			continue // a colleague's, or gone
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// note keeps what the clock and the signs need of a message, beside its sealed words.
func note(ctx context.Context, s Store, thread string, m envelope.Message) error {
	if err := list(ctx, s, thread, m); err != nil {
		return err
	}
	pieces := signs.Pieces(m.Text)
	if len(pieces) == 0 {
		return nil
	}
	key, err := printKey(ctx, s)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(p))
		if err := s.AddPrint(ctx, thread, h.Sum(nil)[:16]); err != nil {
			return err
		}
	}
	return nil
}

// material gathers what the sender said.
func material(said []Opened) signs.Material {
	m := signs.Material{Ignored: []string{QuestionUrgency, QuestionCall}}
	for _, o := range said {
		if o.Direction != In && o.Direction != Phone {
			continue
		}
		one := signs.Said{Text: o.Content.Text, Answers: map[string]string{}}
		for _, a := range o.Content.Answers {
			if !a.Skipped && !a.Later && len(a.Values) == 1 {
				one.Answers[a.Question] = a.Values[0]
			}
		}
		m.Said = append(m.Said, one)
	}
	return m
}

// Look gives the reasons to look twice at a conversation that the actor has
// opened: said is what Open returned. It decides nothing and hides nothing.
func (b *Inbox) Look(ctx context.Context, actor staff.Actor, t Thread, said []Opened) ([]signs.Sign, error) {
	m := material(said)
	err := b.Reading(ctx, func(s Store) (err error) {
		if _, err = s.Grant(ctx, t.ID, actor.ID); err != nil {
			return err
		}
		if m.Same, err = s.OthersWith(ctx, t.ID); err != nil {
			return err
		}
		if m.Within, err = s.ArrivedBetween(ctx, t.Channel, t.Arrived.Add(-time.Hour), t.Arrived); err != nil {
			return err
		}
		for day := 1; day <= 3; day++ { // the same hour of the days before
			until := t.Arrived.Add(-time.Duration(day) * 24 * time.Hour)
			n, err := s.ArrivedBetween(ctx, t.Channel, until.Add(-time.Hour), until)
			if err != nil {
				return err
			}
			m.Usual = max(m.Usual, n)
		}
		return nil
	})
	return signs.Look(m), err
}
