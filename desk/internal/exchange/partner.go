package exchange

import (
	"context"
	"errors"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// Enter makes a partner known by its card and by the words that somebody of it
// read out on the phone. A second member must hear them as well. A newer card of
// a partner that is known takes the place of the older one, without words: the
// same key signed it.
func (l *Liaison) Enter(ctx context.Context, actor staff.Actor, card []byte, heard string) (string, error) {
	if err := actor.Must(Keepers()...); err != nil {
		return "", err
	}
	c, err := referral.OpenCard(card)
	if err != nil {
		return "", cardTrouble(err)
	}
	if c.Organisation == l.ours() {
		return "", fault.Bad("card", "This is our own card. Take the partner's.")
	}
	var id string
	err = l.Within(ctx, func(tx Store) error {
		p, err := tx.PartnerOf(ctx, c.Organisation)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			p = Partner{ID: ids.New("partner"), State: Asked}
		case err != nil:
			return err
		case c.Serial < p.Card.Serial:
			return fault.Bad("card", "A newer card of this partner is here already. Nothing was changed.")
		case p.State == Confirmed && heard == "":
			id = p.ID
			if string(p.Text) == string(card) {
				return nil
			}
			p.Card, p.Text = c, card
			return errors.Join(tx.PutPartner(ctx, p), tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "partner.card", Subject: p.ID}))
		}
		if err := matches(c, heard); err != nil {
			return err
		}
		p.Card, p.Text, p.At = c, card, l.Clock.Now()
		if p.State == Stopped {
			p.State = Asked
		}
		id = p.ID
		if err := tx.PutPartner(ctx, p); err != nil {
			return err
		}
		return l.vouch(ctx, tx, actor, p)
	})
	return id, err
}

func cardTrouble(err error) error {
	switch {
	case errors.Is(err, referral.ErrVersion):
		return fault.Bad("card", "This card is of a later version than this program knows. Bring the program up to date; the partner can also write an older card.")
	case errors.Is(err, referral.ErrSignature):
		return fault.Bad("card", "This card was altered on its way, or was not made by who it says. Ask the partner for it again, by another way.")
	}
	return fault.Bad("card", "This is no card of a partner. Take the file, or the whole text from the first line to the last.")
}

func matches(c referral.Card, heard string) error {
	if heard == "" {
		return fault.Bad("words", "Call the partner on a number that you know, and write the eight numbers that they read out.")
	}
	if !bundle.Matches(c.Key, heard) {
		return fault.Bad("words", "These are not the numbers of this card. Hear them again. If they stay different, the card is not the partner's: do not use it, and tell the security officer.")
	}
	return nil
}

func (l *Liaison) vouch(ctx context.Context, tx Store, actor staff.Actor, p Partner) error {
	if err := tx.Vouch(ctx, p.ID, actor.ID, l.Clock.Now()); err != nil {
		return err
	}
	p, err := tx.Partner(ctx, p.ID)
	if err != nil {
		return err
	}
	action := "partner.words-compared"
	if p.State == Asked && len(p.Words) >= 2 {
		p.State, action = Confirmed, "partner.confirmed"
		if err := tx.PutPartner(ctx, p); err != nil {
			return err
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: p.ID})
}

// Confirm is a second member's comparing of the words.
func (l *Liaison) Confirm(ctx context.Context, actor staff.Actor, id, heard string) error {
	if err := actor.Must(Keepers()...); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		p, err := tx.Partner(ctx, id)
		if err != nil {
			return err
		}
		if p.State != Asked {
			return fault.New(fault.Conflict, "This partner waits for nobody's confirmation.")
		}
		if slices.ContainsFunc(p.Words, func(v Vouch) bool { return v.Member == actor.ID }) {
			return fault.New(fault.Conflict, "You compared the words already. A second person must hear them as well.")
		}
		if err := matches(p.Card, heard); err != nil {
			return err
		}
		return l.vouch(ctx, tx, actor, p)
	})
}

// Stop ends the exchange with a partner: nothing goes there or comes from there
// until two members compare the words anew.
func (l *Liaison) Stop(ctx context.Context, actor staff.Actor, id string) error {
	if err := actor.Must(Keepers()...); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		p, err := tx.Partner(ctx, id)
		if err != nil || p.State == Stopped {
			return err
		}
		p.State = Stopped
		return errors.Join(tx.PutPartner(ctx, p), tx.DropVouches(ctx, id), tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "partner.stopped", Subject: id}))
	})
}

// All lists the partners.
func (l *Liaison) All(ctx context.Context) (all []Partner, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		all, err = tx.Partners(ctx)
		return err
	})
	return all, err
}

// Partner gives one.
func (l *Liaison) Partner(ctx context.Context, id string) (p Partner, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		p, err = tx.Partner(ctx, id)
		return err
	})
	return p, err
}
