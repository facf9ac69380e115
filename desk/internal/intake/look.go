package intake

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

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

// note keeps what the clock and the signs need of a message, beside its sealed words.
func note(ctx context.Context, s Store, thread string, m envelope.Message) error {
	var uploads []string
	for _, f := range m.Files {
		uploads = append(uploads, f.Upload)
	}
	if err := s.AddUploads(ctx, thread, uploads); err != nil {
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
