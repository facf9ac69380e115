package store

import (
	"context"

	"waylight/desk/internal/opinion"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const opinionColumns = `id, form, edition, author, at_us, revision, signed, bound, sealed, bond, asked_by, asked_us, agreed, ends_us`

func scanOpinion(s scanner) (o opinion.Opinion, err error) {
	var at, asked, ends int64
	err = s.Scan(&o.ID, &o.Form, &o.Edition, &o.Author, &at, &o.Revision, &o.Signed, &o.Bound, (*[]byte)(&o.Sealed), &o.Bond, &o.AskedBy, &asked, &o.Agreed, &ends)
	o.At, o.Asked, o.Ends = clock.FromMicros(at), clock.FromMicros(asked), clock.FromMicros(ends)
	return o, err
}

// Opinion returns one.
func (t *Tx) Opinion(ctx context.Context, id string) (opinion.Opinion, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+opinionColumns+` FROM opinion WHERE id = $1`, id), scanOpinion)
}

// Opinions lists them, the newest first.
func (t *Tx) Opinions(ctx context.Context) ([]opinion.Opinion, error) {
	return all(ctx, t, scanOpinion, `SELECT `+opinionColumns+` FROM opinion ORDER BY at_us DESC, id`)
}

// PutOpinion adds an opinion (was 0) or changes the revision that was seen.
func (t *Tx) PutOpinion(ctx context.Context, o opinion.Opinion, was int) error {
	if was == 0 {
		return t.insert(ctx, "This opinion was begun already.", `INSERT INTO opinion (`+opinionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, o.ID, o.Form, o.Edition, o.Author, clock.Micros(o.At), o.Revision, o.Signed, truth(o.Bound), []byte(o.Sealed), o.Bond, o.AskedBy, clock.Micros(o.Asked), truth(o.Agreed), clock.Micros(o.Ends))
	}
	n, err := t.exec(ctx, `UPDATE opinion SET revision = $3, signed = $4, sealed = $5 WHERE id = $1 AND revision = $2`, o.ID, was, o.Revision, o.Signed, []byte(o.Sealed))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
	}
	return err
}

// AddSignedOpinion keeps an edition, once.
func (t *Tx) AddSignedOpinion(ctx context.Context, e opinion.Signed) error {
	return t.insert(ctx, "This edition was signed already.", `INSERT INTO opinion_edition (opinion, number, by_member, at_us, digest, note, signer, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, e.Opinion, e.Number, e.By, clock.Micros(e.At), e.Digest, e.Note, append([]byte{}, e.Signer...), []byte(e.Sealed))
}

// SignedOpinions lists the editions of an opinion, the oldest first.
func (t *Tx) SignedOpinions(ctx context.Context, id string) ([]opinion.Signed, error) {
	return all(ctx, t, func(s scanner) (e opinion.Signed, err error) {
		var at int64
		err = s.Scan(&e.Opinion, &e.Number, &e.By, &at, &e.Digest, &e.Note, (*[]byte)(&e.Signer), (*[]byte)(&e.Sealed))
		e.At = clock.FromMicros(at)
		return e, err
	}, `SELECT opinion, number, by_member, at_us, digest, note, signer, sealed FROM opinion_edition WHERE opinion = $1 ORDER BY number`, id)
}

// ResealSignedOpinion keeps an edition under a new key.
func (t *Tx) ResealSignedOpinion(ctx context.Context, id string, number int, s safe.Sealed) error {
	return t.execOne(ctx, `UPDATE opinion_edition SET sealed = $3 WHERE opinion = $1 AND number = $2`, id, number, []byte(s))
}

// BindOpinion keeps whether and how an opinion is bound to a case.
func (t *Tx) BindOpinion(ctx context.Context, o opinion.Opinion) error {
	return t.execOne(ctx, `UPDATE opinion SET bound = $2, bond = $3, asked_by = $4, asked_us = $5, agreed = $6, ends_us = $7 WHERE id = $1`,
		o.ID, truth(o.Bound), o.Bond, o.AskedBy, clock.Micros(o.Asked), truth(o.Agreed), clock.Micros(o.Ends))
}

// BoundOpinions lists those that are bound to a case.
func (t *Tx) BoundOpinions(ctx context.Context) ([]opinion.Opinion, error) {
	return all(ctx, t, scanOpinion, `SELECT `+opinionColumns+` FROM opinion WHERE bound <> 0 ORDER BY id`)
}

// ShredOpinion empties what lies sealed of an opinion and its editions.
func (t *Tx) ShredOpinion(ctx context.Context, id string) error {
	if _, err := t.exec(ctx, `UPDATE opinion_edition SET sealed = x'' WHERE opinion = $1`, id); err != nil {
		return err
	}
	return t.execOne(ctx, `UPDATE opinion SET bound = 0, bond = '', asked_by = '', asked_us = 0, agreed = 0, ends_us = 0, sealed = x'' WHERE id = $1`, id)
}

var _ opinion.Store = (*Tx)(nil)
