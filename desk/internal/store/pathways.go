package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/pathways"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// PutPathway appends an edition.
func (t *Tx) PutPathway(ctx context.Context, e pathways.Edition) error {
	body, err := json.Marshal(e.Pathway)
	if err != nil {
		return err
	}
	return t.insert(ctx, "Somebody else changed this meanwhile. Load the page again.", `INSERT INTO pathway (id, version, body, by, at_us) VALUES ($1, $2, $3, $4, $5)`,
		e.ID, e.Version, string(body), e.By, clock.Micros(e.At))
}

func scanPathway(s scanner) (pathways.Edition, error) {
	var e pathways.Edition
	var body string
	var at int64
	if err := s.Scan(&e.ID, &e.Version, &body, &e.By, &at); err != nil {
		return e, err
	}
	e.At = clock.FromMicros(at)
	return e, json.Unmarshal([]byte(body), &e.Pathway)
}

// Pathways lists the pathways as they stand.
func (t *Tx) Pathways(ctx context.Context) ([]pathways.Edition, error) {
	return all(ctx, t, scanPathway, `SELECT id, version, body, by, at_us FROM pathway p WHERE version = (SELECT MAX(version) FROM pathway WHERE id = p.id) ORDER BY id`)
}

// Pathway returns one as it stands.
func (t *Tx) Pathway(ctx context.Context, id string) (pathways.Edition, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, version, body, by, at_us FROM pathway WHERE id = $1 ORDER BY version DESC LIMIT 1`, id), scanPathway)
}

// PathwayEditions lists every edition of one, the newest first.
func (t *Tx) PathwayEditions(ctx context.Context, id string) ([]pathways.Edition, error) {
	return all(ctx, t, scanPathway, `SELECT id, version, body, by, at_us FROM pathway WHERE id = $1 ORDER BY version DESC`, id)
}

// AddOfferUse changes how many places of an offer are held and taken.
func (t *Tx) AddOfferUse(ctx context.Context, offer string, held, taken int) error {
	_, err := t.exec(ctx, `INSERT INTO offer_use (offer, held, taken) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`, offer)
	if err != nil {
		return err
	}
	return t.execOne(ctx, `UPDATE offer_use SET held = held + $2, taken = taken + $3 WHERE offer = $1`, offer, held, taken)
}

// OfferUse tells how many places of an offer are held and taken.
func (t *Tx) OfferUse(ctx context.Context, offer string) (pathways.Use, error) {
	u, err := one(t.q.QueryRow(ctx, `SELECT held, taken FROM offer_use WHERE offer = $1`, offer), func(s scanner) (u pathways.Use, err error) {
		return u, s.Scan(&u.Held, &u.Taken)
	})
	if fault.KindOf(err) == fault.NotFound {
		return u, nil
	}
	return u, err
}

// TellOffer keeps what of an offer may be told.
func (t *Tx) TellOffer(ctx context.Context, p pathways.Public) error {
	return t.insert(ctx, "This was confirmed already.", `INSERT INTO offer_public (offer, target, country, places, since, evidence, author, second) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.Offer, p.Target, p.Country, p.Places, string(p.Since), p.Evidence, p.Author, p.Second)
}

// HushOffer takes away what could be told; that nothing could is no error.
func (t *Tx) HushOffer(ctx context.Context, offer string) error {
	_, err := t.exec(ctx, `DELETE FROM offer_public WHERE offer = $1`, offer)
	return err
}

// OffersTold lists what may be told.
func (t *Tx) OffersTold(ctx context.Context) ([]pathways.Public, error) {
	return all(ctx, t, func(s scanner) (p pathways.Public, err error) {
		return p, s.Scan(&p.Offer, &p.Target, &p.Country, &p.Places, &p.Since, &p.Evidence, &p.Author, &p.Second)
	}, `SELECT offer, target, country, places, since, evidence, author, second FROM offer_public ORDER BY offer`)
}

// placesOffered lists, for a campaign's scoreboard, what its targets offered in public.
func (t *Tx) placesOffered(ctx context.Context, id string) ([]campaign.Places, error) {
	return all(ctx, t, func(s scanner) (p campaign.Places, err error) {
		return p, s.Scan(&p.Target, &p.N, &p.Since, &p.Evidence)
	}, `SELECT o.target, o.places, o.since, o.evidence FROM offer_public o JOIN campaign_target c ON c.id = o.target WHERE c.campaign = $1 ORDER BY o.target, o.since, o.evidence, o.places`, id)
}

// PassPathway reads what is written into a pathway.
func (g Gate) PassPathway(ctx context.Context, tx pathways.Store, actor, id string, words []string) error {
	return g.Gateway.PassInside(ctx, tx.(*Tx), actor, id, words, string(pathways.KindOffer))
}

var (
	_ pathways.Store = (*Tx)(nil)
	_ pathways.Gate  = Gate{}
)
