package campaign

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Carried is where the e-mail of a letter stands.
type Carried struct {
	State   string // waiting, sending, sent, unsure, refused, dropped; empty: it does not go by e-mail
	Trouble string // in English, for the administrator
	At      time.Time
}

// Mailer puts a letter into the outbox, in the transaction of the sending, and
// knows what became of it.
type Mailer interface {
	MailLetter(ctx context.Context, tx Store, l Letter, to string) error
	Carried(ctx context.Context, letter string) (Carried, error)
	// Decide settles a letter of which nobody knows whether it went, or that was refused.
	Decide(ctx context.Context, a staff.Actor, letter string, again bool) error
}

// The kinds of mails that come back.
const (
	MailAnswer  = "answer"  // somebody seems to have written it
	MailMachine = "machine" // a receipt, a holiday notice
	MailBounce  = "bounce"  // it did not arrive
)

// Mail is what came back by e-mail to a letter. It proves nothing by itself: a
// person reads it and decides what it amounts to.
type Mail struct {
	ID, Campaign, Letter, Target string
	FoundBy                      string // "reference": it names our mail; "address": it came from the office's address
	Kind                         string
	Sender, Subject, Words       string
	Hash                         string // SHA-256 of the whole, hex
	File                         string // opaque: where the whole lies
	At                           time.Time
	Settled                      string // member; empty: waits
	Response                     string
}

// Mails keeps what came back.
type Mails interface {
	CampaignMailKnown(ctx context.Context, id string) (bool, error)
	AddCampaignMail(ctx context.Context, m Mail) error
	CampaignMail(ctx context.Context, id string) (Mail, error)
	CampaignMails(ctx context.Context, campaign string) ([]Mail, error) // the newest first
	SettleCampaignMail(ctx context.Context, id, member, response string) error
	// LetterMailedTo finds the newest letter that was sent to a target with this e-mail address.
	LetterMailedTo(ctx context.Context, address string) (Letter, error)
}

// SetEmail notes under which e-mail address a target is written to; empty takes it away.
func (b *Board) SetEmail(ctx context.Context, a staff.Actor, campaign, target, address string) error {
	if p, err := mail.ParseAddress(address); address != "" && (err != nil || p.Address != address || p.Name != "") {
		return fault.Bad("email", "Write an e-mail address, such as help@example.org.")
	}
	return b.change(ctx, a, campaign, "campaign.target-email", target, nil, func(s Store, f File) error {
		t, err := f.target(target)
		if err != nil {
			return err
		}
		t.Email = address
		return s.PutTarget(ctx, t)
	})
}

// Merge drafts one letter for each target, in the target's own language. It is all of
// them or none: where some cannot be written to yet, they are listed and nothing is
// drafted.
func (b *Board) Merge(ctx context.Context, a staff.Actor, campaign string, targets, demands []string) (out []string, left []Unready, err error) {
	var k fault.Check
	k.Field(len(targets) > 0, "targets", "Choose to whom.")
	k.Field(len(demands) > 0, "demand", "Choose what is asked.")
	if err := k.Err(); err != nil {
		return nil, nil, err
	}
	none := errors.New("campaign: not drafted")
	err = b.change(ctx, a, campaign, "campaign.letters-merged", campaign, struct{ Letters int }{len(targets)}, func(s Store, f File) error {
		out, left = nil, nil
		var to []Target
		for _, id := range slices.Compact(slices.Sorted(slices.Values(targets))) {
			t, err := f.target(id)
			if err != nil {
				return err
			}
			_, ok, err := templateIn(ctx, s, campaign, t.Lang)
			if err != nil {
				return err
			}
			if why := unready(t, t.Lang, ok); why != "" {
				left = append(left, Unready{Target: id, Lang: t.Lang, Why: why})
			}
			to = append(to, t)
		}
		if len(left) > 0 {
			return none
		}
		for _, t := range to {
			l, err := b.draftIn(ctx, s, a, f, t, t.Lang, demands)
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	if errors.Is(err, none) {
		return nil, left, nil
	}
	return out, nil, err
}

// SendByMail is Send, and the letter goes by e-mail to the office's address with
// its PDF: all in one transaction. The mail server has it a little later.
func (b *Board) SendByMail(ctx context.Context, a staff.Actor, id string, revision int, looked string) error {
	if b.Mail == nil {
		return fault.New(fault.Conflict, "No e-mail can leave: the security officer has set no account.")
	}
	return b.send(ctx, a, id, revision, looked, func(s Store, f File, l Letter) error {
		t, err := f.target(l.Target)
		if err != nil {
			return err
		}
		if t.Email == "" {
			return fault.New(fault.Conflict, "There is no e-mail address for this target. Write it on the target's page first.")
		}
		return b.Mail.MailLetter(ctx, s, l, t.Email)
	})
}

// Undone is a letter of several that did not leave, and why.
type Undone struct {
	Letter string
	Why    error
}

// SendAllByMail sends several letters, each for itself: one that the gate stops
// keeps no other back. It returns how many left.
func (b *Board) SendAllByMail(ctx context.Context, a staff.Actor, letters []string) (sent int, undone []Undone, err error) {
	for _, id := range letters {
		l, err := b.Letter(ctx, a, id)
		if err == nil {
			err = b.SendByMail(ctx, a, id, l.Revision, "")
		}
		switch {
		case err == nil:
			sent++
		case fault.KindOf(err) != fault.Internal:
			undone = append(undone, Undone{id, err})
		default:
			return sent, undone, err
		}
	}
	return sent, undone, nil
}

// MailKnown reports whether a mail is held already.
func (b *Board) MailKnown(ctx context.Context, id string) (known bool, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		known, err = s.CampaignMailKnown(ctx, id)
		return err
	})
	return known, err
}

// LetterOf finds the letter that a mail belongs to: by the letter whose mail it
// names, else by the office's address. fault.NotFound when it belongs to none.
func (b *Board) LetterOf(ctx context.Context, named, sender string) (l Letter, by string, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		if named != "" {
			by = "reference"
			l, err = s.Letter(ctx, named)
			return err
		}
		by = "address"
		if sender == "" {
			return fault.Missing()
		}
		l, err = s.LetterMailedTo(ctx, strings.ToLower(sender))
		return err
	})
	return l, by, err
}

// MailIn keeps a mail that came back. The same one again changes nothing.
func (b *Board) MailIn(ctx context.Context, m Mail) error {
	return b.Within(ctx, func(s Store) error {
		known, err := s.CampaignMailKnown(ctx, m.ID)
		if err != nil || known {
			return err
		}
		m.At = b.Clock.Now()
		if err := s.AddCampaignMail(ctx, m); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "campaign.mail-received", Subject: m.Letter})
	})
}

// Mails lists what came back in a campaign, the newest first.
func (b *Board) Mails(ctx context.Context, a staff.Actor, campaign string) ([]Mail, error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	var out []Mail
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.CampaignMails(ctx, campaign)
		return err
	})
	return out, err
}

// MailOf opens one mail that came back.
func (b *Board) MailOf(ctx context.Context, a staff.Actor, campaign, id string) (Mail, error) {
	if err := a.Must(leads...); err != nil {
		return Mail{}, err
	}
	var m Mail
	err := b.Reading(ctx, func(s Store) (err error) {
		if m, err = s.CampaignMail(ctx, id); err == nil && m.Campaign != campaign {
			return fault.Missing()
		}
		return err
	})
	return m, err
}

// SettleMail says that a mail was dealt with: it became a response, or answers nothing.
func (b *Board) SettleMail(ctx context.Context, a staff.Actor, campaign, id, response string) error {
	return b.change(ctx, a, campaign, "campaign.mail-settled", id, nil, func(s Store, _ File) error {
		m, err := s.CampaignMail(ctx, id)
		if err != nil {
			return err
		}
		if m.Campaign != campaign {
			return fault.Missing()
		}
		if m.Settled != "" {
			return fault.New(fault.Conflict, "Somebody dealt with this mail already.")
		}
		return s.SettleCampaignMail(ctx, id, a.ID, response)
	})
}
