package campaign

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// answerWithin is how long a government has to answer when nobody says otherwise.
const answerWithin = 30 * 24

// Write drafts a letter from the template and the record; lang "" is the target's own.
func (b *Board) Write(ctx context.Context, a staff.Actor, campaign, target, lang string, demands []string) (string, error) {
	id := ""
	err := b.change(ctx, a, campaign, "campaign.letter-drafted", target, nil, func(s Store, f File) error {
		t, err := f.target(target)
		if err != nil {
			return err
		}
		if lang == "" {
			lang = t.Lang
		}
		id, err = b.draftIn(ctx, s, a, f, t, lang, demands)
		return err
	})
	return id, err
}

// draftIn drafts a letter to one target in a transaction that has begun.
func (b *Board) draftIn(ctx context.Context, s Store, a staff.Actor, f File, t Target, lang string, demands []string) (string, error) {
	var asked []Demand
	for _, id := range demands {
		d, err := f.demand(id)
		if err != nil {
			return "", err
		}
		asked = append(asked, d)
	}
	if len(asked) == 0 {
		return "", fault.Bad("demand", "Choose what is asked.")
	}
	x, ok, err := templateIn(ctx, s, f.Campaign.ID, lang)
	if err != nil {
		return "", err
	}
	switch unready(t, lang, ok) {
	case NoName:
		return "", fault.Bad("target", "Nobody knows yet who this target is. Write its name on its page first.")
	case NoLang:
		return "", fault.Bad("lang", "Choose the language of letters.")
	case NoTemplate:
		return "", fault.Bad("lang", "There is no template in this language yet. Write one under Templates.")
	}
	now := b.Clock.Now()
	l := Compose(f, x, t, asked, clock.DayOf(now), clock.DayOf(now.Add(answerWithin*3600e9)))
	if own := b.Signatory.In(l.Lang); own != "" {
		l.Signatory = own
	}
	l.ID, l.Author, l.At, l.Revision = ids.New("letter"), a.ID, now, 1
	return l.ID, s.PutLetter(ctx, l, 0)
}

// Letter opens a letter.
func (b *Board) Letter(ctx context.Context, a staff.Actor, id string) (Letter, error) {
	if err := a.Must(leads...); err != nil {
		return Letter{}, err
	}
	var l Letter
	err := b.Reading(ctx, func(s Store) (err error) {
		l, err = s.Letter(ctx, id)
		return err
	})
	return l, err
}

// Letters lists the letters of a campaign.
func (b *Board) Letters(ctx context.Context, a staff.Actor, campaign string) ([]Letter, error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	var out []Letter
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.CampaignLetters(ctx, campaign)
		return err
	})
	return out, err
}

// Revise changes a draft; revision is the one that the writer saw.
func (b *Board) Revise(ctx context.Context, a staff.Actor, l Letter, revision int) error {
	if err := a.Must(leads...); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		old, err := s.Letter(ctx, l.ID)
		if err != nil {
			return err
		}
		if old.Sent {
			return fault.New(fault.Conflict, "This letter was sent. What was sent is never changed; write a new one.")
		}
		if old.Revision != revision {
			return fault.New(fault.Conflict, "Somebody changed this letter meanwhile. Look at it again.")
		}
		old.Addressee, old.Subject, old.Paragraphs, old.Signatory = l.Addressee, l.Subject, l.Paragraphs, l.Signatory
		old.Foreign = old.Foreign && l.Foreign
		old.Revision = revision + 1
		if err := old.Check(); err != nil {
			return err
		}
		if err := s.PutLetter(ctx, old, revision); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "campaign.letter-revised", Subject: l.ID})
	})
}

// Preview gives the PDF of a letter: the kept one when it was sent.
func (b *Board) Preview(ctx context.Context, a staff.Actor, id string) (Letter, []byte, error) {
	l, err := b.Letter(ctx, a, id)
	if err != nil || l.Sent {
		return l, l.PDF, err
	}
	if b.Press == nil {
		return l, nil, fault.New(fault.Conflict, "Letters cannot be set here.")
	}
	pdf, err := b.Press.Letter(l)
	return l, pdf, err
}

// Word sets a letter as a document that can be edited, in any script: the words of a
// draft as they stand, of a sent letter as they were sent.
func (b *Board) Word(ctx context.Context, a staff.Actor, id string) (Letter, []byte, error) {
	l, err := b.Letter(ctx, a, id)
	if err != nil {
		return l, nil, err
	}
	if b.Press == nil {
		return l, nil, fault.New(fault.Conflict, "Letters cannot be set here.")
	}
	file, err := b.Press.Word(l)
	return l, file, err
}

// Send lets a letter leave: through the gate, with its digest and PDF kept, and
// an ask noted for each demand, all in one transaction. How it travels (post,
// mail) is the sender's affair; the kept copy is what was sent. looked is what the
// sender saw of Looked: where figures or findings in it have changed since it was
// drafted, it leaves only when its sender has seen which.
func (b *Board) Send(ctx context.Context, a staff.Actor, id string, revision int, looked string) error {
	return b.send(ctx, a, id, revision, looked, func(Store, File, Letter) error { return nil })
}

// send is Send with what carries the letter, in the same transaction.
func (b *Board) send(ctx context.Context, a staff.Actor, id string, revision int, looked string, carry func(Store, File, Letter) error) error {
	if err := a.Must(leads...); err != nil {
		return err
	}
	if b.Gate == nil || b.Press == nil {
		return fault.New(fault.Conflict, "No letter can leave: the gate is not set up.")
	}
	return b.Within(ctx, func(s Store) error {
		l, err := s.Letter(ctx, id)
		if err != nil {
			return err
		}
		if l.Sent {
			return fault.New(fault.Conflict, "This letter was sent already.")
		}
		if l.Revision != revision {
			return fault.New(fault.Conflict, "Somebody changed this letter meanwhile. Look at it again.")
		}
		if err := l.Check(); err != nil {
			return err
		}
		shifts, err := b.shifts(ctx, l.Basis)
		if err != nil {
			return err
		}
		if looked != Looked(shifts[0]) {
			return fault.New(fault.Conflict, "A figure or finding in this letter has changed since it was drafted. The letter's page says which: look at it before it leaves.")
		}
		f, err := s.CampaignFile(ctx, l.Campaign)
		if err != nil {
			return err
		}
		if err := b.Gate.Pass(ctx, s, Leaving{ID: l.ID, Actor: a.ID, Class: "government", Parts: l.Parts()}); err != nil {
			return err
		}
		if l.PDF, err = b.Press.Letter(l); err != nil {
			return err
		}
		l.Sent, l.Digest, l.Revision = true, l.Sum(), revision+1
		if err := s.PutLetter(ctx, l, revision); err != nil {
			return err
		}
		ask := Ask{Way: ByLetter, Sent: l.Day, Deadline: clock.DayOf(b.Clock.Now().Add(answerWithin * 3600e9)), Letter: l.ID}
		for _, d := range l.Demands {
			if err := addAsk(ctx, s, f, a, ask, d, l.Target); err != nil {
				return err
			}
		}
		if err := carry(s, f, l); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "campaign.letter-sent", Subject: l.ID, Detail: struct{ SHA256 string }{l.Digest}})
	})
}
