package store

import (
	"context"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/referral"
)

// AddExchangeKey adds a referral key.
func (t *Tx) AddExchangeKey(ctx context.Context, k exchange.Key) error {
	return t.insert(ctx, "This key exists already.", `INSERT INTO exchange_key (serial, safe, recipient, made_us, sealed) VALUES ($1, $2, $3, $4, $5)`,
		int64(k.Serial), k.Safe, k.Recipient, clock.Micros(k.Made), k.Sealed)
}

// ExchangeKeys lists the referral keys, the newest first.
func (t *Tx) ExchangeKeys(ctx context.Context) ([]exchange.Key, error) {
	return all(ctx, t, func(s scanner) (k exchange.Key, err error) {
		var made int64
		err = s.Scan(&k.Serial, &k.Safe, &k.Recipient, &made, &k.Sealed)
		k.Made = clock.FromMicros(made)
		return k, err
	}, `SELECT serial, safe, recipient, made_us, sealed FROM exchange_key ORDER BY serial DESC`)
}

// ResealExchangeKey replaces a key's sealed seed, for a new key of its safe.
func (t *Tx) ResealExchangeKey(ctx context.Context, k exchange.Key) error {
	return t.execOne(ctx, `UPDATE exchange_key SET sealed = $2 WHERE serial = $1`, int64(k.Serial), k.Sealed)
}

// PutPartner adds or changes a partner.
func (t *Tx) PutPartner(ctx context.Context, p exchange.Partner) error {
	_, err := t.exec(ctx, `INSERT INTO exchange_partner (id, organisation, card, state, at_us) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET card = excluded.card, state = excluded.state, at_us = excluded.at_us`,
		p.ID, p.Card.Organisation, p.Text, string(p.State), clock.Micros(p.At))
	return err
}

const partnerRow = `SELECT id, card, state, at_us FROM exchange_partner`

func scanPartner(s scanner) (p exchange.Partner, err error) {
	var at int64
	if err = s.Scan(&p.ID, &p.Text, &p.State, &at); err != nil {
		return p, err
	}
	p.At = clock.FromMicros(at)
	p.Card, err = referral.OpenCard(p.Text)
	return p, err
}

func (t *Tx) vouches(ctx context.Context, p exchange.Partner, err error) (exchange.Partner, error) {
	if err != nil {
		return p, err
	}
	p.Words, err = all(ctx, t, func(s scanner) (v exchange.Vouch, err error) {
		var at int64
		err = s.Scan(&v.Member, &at)
		v.At = clock.FromMicros(at)
		return v, err
	}, `SELECT member, at_us FROM exchange_vouch WHERE partner = $1 ORDER BY at_us, member`, p.ID)
	return p, err
}

// Partner returns a partner.
func (t *Tx) Partner(ctx context.Context, id string) (exchange.Partner, error) {
	p, err := one(t.q.QueryRow(ctx, partnerRow+` WHERE id = $1`, id), scanPartner)
	return t.vouches(ctx, p, err)
}

// PartnerOf returns the partner with an organisation's ID.
func (t *Tx) PartnerOf(ctx context.Context, organisation string) (exchange.Partner, error) {
	p, err := one(t.q.QueryRow(ctx, partnerRow+` WHERE organisation = $1`, organisation), scanPartner)
	return t.vouches(ctx, p, err)
}

// Partners lists the partners in the order in which they were entered.
func (t *Tx) Partners(ctx context.Context) ([]exchange.Partner, error) {
	list, err := all(ctx, t, scanPartner, partnerRow+` ORDER BY rowid`)
	for i := range list {
		if list[i], err = t.vouches(ctx, list[i], err); err != nil {
			return nil, err
		}
	}
	return list, err
}

// Vouch notes that a member compared a partner's words.
func (t *Tx) Vouch(ctx context.Context, partner, member string, at time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO exchange_vouch (partner, member, at_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, partner, member, clock.Micros(at))
	return err
}

// DropVouches forgets who compared a partner's words.
func (t *Tx) DropVouches(ctx context.Context, partner string) error {
	_, err := t.exec(ctx, `DELETE FROM exchange_vouch WHERE partner = $1`, partner)
	return err
}

const handoverColumns = `id, incoming, partner, file, consent, transfer, state, made_us, until_day, digest`

func scanHandover(s scanner) (h cases.Handover, err error) {
	var made int64
	err = s.Scan(&h.ID, &h.In, &h.Partner, &h.Case, &h.Consent, &h.Transfer, &h.State, &made, &h.Until, &h.Digest)
	h.Made = clock.FromMicros(made)
	return h, err
}

// AddHandover adds a referral's plain row.
func (t *Tx) AddHandover(ctx context.Context, h cases.Handover) error {
	return t.insert(ctx, "This referral exists already.", `INSERT INTO exchange_referral (`+handoverColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		h.ID, truth(h.In), h.Partner, h.Case, h.Consent, truth(h.Transfer), string(h.State), clock.Micros(h.Made), string(h.Until), h.Digest)
}

// SaveHandover keeps how far a referral is, and its case.
func (t *Tx) SaveHandover(ctx context.Context, h cases.Handover) error {
	return t.execOne(ctx, `UPDATE exchange_referral SET file = $2, transfer = $3, state = $4, until_day = $5 WHERE id = $1`, h.ID, h.Case, truth(h.Transfer), string(h.State), string(h.Until))
}

// Handover returns a referral's plain row.
func (t *Tx) Handover(ctx context.Context, id string) (cases.Handover, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+handoverColumns+` FROM exchange_referral WHERE id = $1`, id), scanHandover)
}

// HandoversOf lists a case's referrals.
func (t *Tx) HandoversOf(ctx context.Context, file string) ([]cases.Handover, error) {
	return all(ctx, t, scanHandover, `SELECT `+handoverColumns+` FROM exchange_referral WHERE file = $1 AND file <> '' ORDER BY made_us, id`, file)
}

// HandoversBy lists the referrals that were sent by a consent.
func (t *Tx) HandoversBy(ctx context.Context, consent string) ([]cases.Handover, error) {
	return all(ctx, t, scanHandover, `SELECT `+handoverColumns+` FROM exchange_referral WHERE consent = $1 AND incoming = 0 ORDER BY made_us, id`, consent)
}

// Handovers lists the referrals of the cases that a member can open, and those that came and have no case, the latest first.
func (t *Tx) Handovers(ctx context.Context, member string) ([]cases.Handover, error) {
	return all(ctx, t, scanHandover, `SELECT `+handoverColumns+` FROM exchange_referral
		WHERE incoming = 1 AND file = '' OR file IN (SELECT safe FROM safe_grant WHERE member = $1) ORDER BY made_us DESC, id`, member)
}

// AddParcel keeps a package.
func (t *Tx) AddParcel(ctx context.Context, p exchange.Parcel) error {
	return t.insert(ctx, "This package is here already.", `INSERT INTO exchange_package (id, referral, incoming, kind, reply, digest, at_us, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Referral, truth(p.In), string(p.Kind), string(p.Reply), p.Digest, clock.Micros(p.At), p.Sealed)
}

func scanParcel(s scanner) (p exchange.Parcel, err error) {
	var at, given int64
	err = s.Scan(&p.ID, &p.Referral, &p.In, &p.Kind, &p.Reply, &p.Digest, &at, &given, &p.Sealed)
	p.At, p.Given = clock.FromMicros(at), clock.FromMicros(given)
	return p, err
}

// Parcel returns a package with its bytes.
func (t *Tx) Parcel(ctx context.Context, id string) (exchange.Parcel, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, referral, incoming, kind, reply, digest, at_us, given_us, sealed FROM exchange_package WHERE id = $1`, id), scanParcel)
}

// ParcelsOf lists what went to and fro about a referral, without the bytes.
func (t *Tx) ParcelsOf(ctx context.Context, id string) ([]exchange.Parcel, error) {
	return all(ctx, t, scanParcel, `SELECT id, referral, incoming, kind, reply, digest, at_us, given_us, CASE WHEN sealed IS NULL THEN NULL ELSE x'00' END FROM exchange_package WHERE referral = $1 ORDER BY at_us, rowid`, id)
}

// ParcelGiven notes that somebody took a package to carry it.
func (t *Tx) ParcelGiven(ctx context.Context, id string, at time.Time) error {
	return t.execOne(ctx, `UPDATE exchange_package SET given_us = $2 WHERE id = $1`, id, clock.Micros(at))
}

// DropSealed destroys the bytes of what came about a referral.
func (t *Tx) DropSealed(ctx context.Context, id string, kind referral.Kind) error {
	_, err := t.exec(ctx, `UPDATE exchange_package SET sealed = NULL WHERE referral = $1 AND incoming = 1 AND kind = $2`, id, string(kind))
	return err
}

// AddReferralFile keeps a file that came with a referral.
func (t *Tx) AddReferralFile(ctx context.Context, id string, n int, sealed []byte) error {
	return t.insert(ctx, "This file is here already.", `INSERT INTO exchange_file (referral, n, sealed) VALUES ($1, $2, $3)`, id, n, sealed)
}

// ReferralFile returns one.
func (t *Tx) ReferralFile(ctx context.Context, id string, n int) ([]byte, error) {
	return one(t.q.QueryRow(ctx, `SELECT sealed FROM exchange_file WHERE referral = $1 AND n = $2`, id, n), func(s scanner) (b []byte, err error) { return b, s.Scan(&b) })
}

// PassReferral checks what leaves for a partner.
func (g Gate) PassReferral(ctx context.Context, tx exchange.Store, actor, subject, class string, parts []string) error {
	s, ok := tx.(publish.Store)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.Pass(ctx, s, actor, subject, class, parts)
}

var (
	_ exchange.Store = (*Tx)(nil)
	_ exchange.Gate  = Gate{}
)
