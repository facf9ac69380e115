package exchange

import (
	"context"
	"crypto/ed25519"
	"errors"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// Brought is what a file that somebody brought turned out to be.
type Brought struct {
	Referral string
	Kind     referral.Kind
	Again    bool // it is here already: nothing was changed
}

// Bring takes in a file from a partner: a referral, an answer or a revocation. It
// counts once, however often it is brought and in whatever order they come.
func (l *Liaison) Bring(ctx context.Context, actor staff.Actor, file []byte) (b Brought, err error) {
	if err := actor.Must(Carriers()...); err != nil {
		return b, err
	}
	err = l.Within(ctx, func(tx Store) error {
		b = Brought{}
		keys, err := identities(ctx, tx, actor)
		if err != nil {
			return err
		}
		var from Partner
		o, err := referral.Open(file, keys, l.ours(), func(id string) (ed25519.PublicKey, error) {
			from, err = tx.PartnerOf(ctx, id)
			if fault.KindOf(err) == fault.NotFound || err == nil && from.State != Confirmed {
				return nil, referral.ErrUnknown
			}
			return from.Key(), err
		})
		if err != nil {
			return trouble(err)
		}
		b.Referral, b.Kind = o.Referral, o.Kind
		known, err := tx.Parcel(ctx, o.ID)
		switch {
		case err == nil && known.In && known.Digest == o.Digest:
			b.Again = true
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "A package with this number is here already and says something else. Call the partner: one of the two is not as it was sent.")
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		switch o.Kind {
		case referral.Refer:
			return l.referred(ctx, tx, actor, from, o, file)
		case referral.Answer:
			return l.answered(ctx, tx, actor, from, o, file)
		}
		return l.revoked(ctx, tx, actor, from, o, file)
	})
	if err != nil {
		return Brought{}, err
	}
	return b, nil
}

// trouble says what is wrong with a file, and what to do. Nothing of it is kept.
func trouble(err error) error {
	switch {
	case errors.Is(err, referral.ErrNotPackage):
		return fault.Bad("file", "This is no package of a partner. Take the file as it came, not a text copied out of it.")
	case errors.Is(err, referral.ErrNotForUs):
		return fault.Bad("file", "This is sealed to another Desk, or its beginning was altered. Ask the partner whether they have our newest card, and to send it again.")
	case errors.Is(err, referral.ErrDamaged):
		return fault.Bad("file", "This package was altered or cut short on its way. Nothing of it was taken in. Bring it again, or ask the partner to send it anew.")
	case errors.Is(err, referral.ErrUnknown):
		return fault.Bad("file", "This comes from an organisation that is not a confirmed partner of this Desk. Enter its card and compare the words on the phone, then bring the file again. Keep the file.")
	case errors.Is(err, referral.ErrSignature):
		return fault.Bad("file", "This claims to come from a partner and is not signed by it. Call the partner, and tell the security officer.")
	case errors.Is(err, referral.ErrRecipient):
		return fault.Bad("file", "This was written to another organisation. Tell the partner, and destroy the file.")
	case errors.Is(err, referral.ErrVersion):
		return fault.Bad("file", "This package is of another version of the format than this program knows. Bring the older of the two programs up to date, then bring the file again. Keep the file.")
	case errors.Is(err, referral.ErrContent):
		return fault.Bad("file", "This package is signed by the partner but is not as the format demands. Tell the partner; nothing of it was taken in.")
	}
	return err
}

func keep(ctx context.Context, tx Store, l *Liaison, o referral.Opened, sealed []byte) error {
	return tx.AddParcel(ctx, Parcel{ID: o.ID, Referral: o.Referral, In: true, Kind: o.Kind, Reply: o.Reply, Digest: o.Digest, At: l.Clock.Now(), Sealed: sealed})
}

// referred keeps a referral as it came, until somebody decides.
func (l *Liaison) referred(ctx context.Context, tx Store, actor staff.Actor, from Partner, o referral.Opened, file []byte) error {
	h, err := tx.Handover(ctx, o.Referral)
	switch {
	case err == nil && h.In && h.Partner == from.ID && h.State == cases.HandoverRevoked && h.Digest == o.Digest:
		// Its revocation was quicker: nothing of it is kept but that it came.
		if err := keep(ctx, tx, l, o, nil); err != nil {
			return err
		}
		return l.log(ctx, tx, actor.ID, h, "referral-came-revoked", "")
	case err == nil:
		return fault.Bad("file", "This referral has the number of another one. Nothing was taken in. Tell the partner.")
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	if err := o.Late(l.today()); err != nil {
		return fault.Bad("file", "This referral could be taken in only until a day that has passed. Ask the partner for a new one, with the person's consent of today.")
	}
	h = cases.Handover{ID: o.Referral, In: true, Partner: from.ID, Transfer: o.Transfer, State: cases.HandoverOpen, Made: l.Clock.Now(), Until: o.Until, Digest: o.Digest}
	if err := tx.AddHandover(ctx, h); err != nil {
		return err
	}
	if err := keep(ctx, tx, l, o, file); err != nil {
		return err
	}
	return l.log(ctx, tx, actor.ID, h, "referral-came", "")
}

// answered moves a referral of ours on. Answers may come in any order: the state
// only goes forward, and what was called back stays called back.
func (l *Liaison) answered(ctx context.Context, tx Store, actor staff.Actor, from Partner, o referral.Opened, file []byte) error {
	h, err := tx.Handover(ctx, o.Referral)
	if fault.KindOf(err) == fault.NotFound || err == nil && (h.In || h.Partner != from.ID || h.Digest != o.About) {
		return fault.Bad("file", "This answers something that this Desk did not send to this partner. Nothing was changed. Ask the partner which Desk it is for.")
	}
	if err != nil {
		return err
	}
	if err := keep(ctx, tx, l, o, file); err != nil {
		return err
	}
	if next := stateOf(o.Reply); next.Rank() > h.State.Rank() || next == cases.HandoverRejected && h.State == cases.HandoverDone {
		h.State = next
	}
	if err := tx.SaveHandover(ctx, h); err != nil {
		return err
	}
	return l.log(ctx, tx, actor.ID, h, "answer-came", string(o.Reply))
}

func stateOf(r referral.Reply) cases.HandoverState {
	switch r {
	case referral.Accepted:
		return cases.HandoverAccepted
	case referral.Rejected:
		return cases.HandoverRejected
	}
	return cases.HandoverDone
}

// revoked calls back what came. What nobody took yet is destroyed; where a case
// was opened its people must act. One that is quicker than its referral waits for it.
func (l *Liaison) revoked(ctx context.Context, tx Store, actor staff.Actor, from Partner, o referral.Opened, file []byte) error {
	h, err := tx.Handover(ctx, o.Referral)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		h = cases.Handover{ID: o.Referral, In: true, Partner: from.ID, State: cases.HandoverRevoked, Made: l.Clock.Now(), Digest: o.About}
		if err := tx.AddHandover(ctx, h); err != nil {
			return err
		}
	case err != nil:
		return err
	case !h.In || h.Partner != from.ID || h.Digest != o.About:
		return fault.Bad("file", "This calls back something that this partner did not send here. Nothing was changed. Tell the partner.")
	default:
		h.State = cases.HandoverRevoked
		if err := tx.SaveHandover(ctx, h); err != nil {
			return err
		}
	}
	if err := tx.DropSealed(ctx, h.ID, referral.Refer); err != nil {
		return err
	}
	if err := keep(ctx, tx, l, o, file); err != nil {
		return err
	}
	return l.log(ctx, tx, actor.ID, h, "revocation-came", "")
}

// Sheet is one referral, opened as far as the actor may.
type Sheet struct {
	cases.Handover
	Partner   Partner
	Parcels   []Told
	Pseudonym string           // of the case
	Open      *referral.Opened // what came and waits for a decision
	Handed    *cases.Handed    // what lies in the case
	Alone     bool             // the case of it is closed to the actor
}

// Told is a package with the words in it.
type Told struct {
	Parcel
	Words string
}

// Sheet opens a referral: what came and waits, or what lies in the case. The reading is in the ledger.
func (l *Liaison) Sheet(ctx context.Context, actor staff.Actor, id string) (s Sheet, err error) {
	if err := actor.Must(Carriers()...); err != nil {
		return s, err
	}
	err = l.Within(ctx, func(tx Store) error {
		s = Sheet{}
		if !ids.Valid("referral", id) {
			return fault.Missing()
		}
		if s.Handover, err = mine(ctx, tx, actor, id); err != nil {
			return err
		}
		if s.Partner, err = tx.Partner(ctx, s.Handover.Partner); err != nil {
			return err
		}
		if s.Case != "" {
			h, pseudonym, err := l.Book.Referral(ctx, tx, actor, s.Case, id)
			if err != nil {
				return err
			}
			s.Handed, s.Pseudonym = &h, pseudonym
		} else if err := l.log(ctx, tx, actor.ID, s.Handover, "referral-read", ""); err != nil {
			return err
		}
		return l.told(ctx, tx, actor, &s)
	})
	return s, err
}

// told opens the words of what came, and the referral itself while it waits.
func (l *Liaison) told(ctx context.Context, tx Store, actor staff.Actor, s *Sheet) error {
	list, err := tx.ParcelsOf(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, p := range list {
		t := Told{Parcel: p}
		if p.In && p.Sealed != nil {
			o, err := l.open(ctx, tx, actor, s.Partner, p.ID)
			if err != nil {
				return err
			}
			t.Words = o.Words
			if p.Kind == referral.Refer && s.State == cases.HandoverOpen {
				s.Open = &o
			}
		}
		t.Sealed = nil
		s.Parcels = append(s.Parcels, t)
	}
	return nil
}

// open opens a package that is kept as it came.
func (l *Liaison) open(ctx context.Context, tx Store, actor staff.Actor, from Partner, id string) (referral.Opened, error) {
	p, err := tx.Parcel(ctx, id)
	if err != nil {
		return referral.Opened{}, err
	}
	keys, err := identities(ctx, tx, actor)
	if err != nil {
		return referral.Opened{}, err
	}
	o, err := referral.Open(p.Sealed, keys, l.ours(), func(string) (ed25519.PublicKey, error) { return from.Key(), nil })
	if err != nil {
		return o, trouble(err)
	}
	return o, nil
}

// waits gives the referral that came and waits for a decision.
func (l *Liaison) waits(ctx context.Context, tx Store, actor staff.Actor, id string) (s Sheet, err error) {
	if s.Handover, err = mine(ctx, tx, actor, id); err != nil {
		return s, err
	}
	if !s.In || s.State != cases.HandoverOpen {
		return s, fault.New(fault.Conflict, "This referral does not wait for a decision any more. Load the page again.")
	}
	if s.Partner, err = confirmed(ctx, tx, s.Handover.Partner); err != nil {
		return s, err
	}
	if err := l.told(ctx, tx, actor, &s); err != nil {
		return s, err
	}
	if s.Open == nil {
		return s, fault.Missing()
	}
	return s, nil
}
