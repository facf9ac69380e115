package store

import (
	"context"

	"waylight/desk/internal/parties"
	"waylight/desk/internal/vocabulary"
	"waylight/internal/clock"
)

// EveryParty lists all parties, the oldest first.
func (t *Tx) EveryParty(ctx context.Context) ([]parties.Party, error) {
	return all(ctx, t, scanParty, `SELECT `+partyColumns+` FROM party ORDER BY at_us, id`)
}

// EveryAct lists all acts, the oldest first.
func (t *Tx) EveryAct(ctx context.Context) ([]parties.Act, error) {
	return all(ctx, t, scanAct, `SELECT `+actColumns+` FROM act ORDER BY at_us, id`)
}

// EveryInvolvement lists all involvements, the oldest first.
func (t *Tx) EveryInvolvement(ctx context.Context) ([]parties.Involvement, error) {
	return all(ctx, t, scanInvolvement, `SELECT `+involvementColumns+` FROM involvement i ORDER BY i.at_us, i.id`)
}

// EveryRelation lists all relations, the oldest first.
func (t *Tx) EveryRelation(ctx context.Context) ([]parties.Relation, error) {
	return all(ctx, t, scanRelation, `SELECT `+relationColumns+` FROM relation r ORDER BY r.at_us, r.id`)
}

// EveryDecision lists what was decided about who is the same, the oldest first.
func (t *Tx) EveryDecision(ctx context.Context) ([]parties.Decision, error) {
	return all(ctx, t, scanDecision, `SELECT one, other, same, reason, by_member, at_us FROM party_same ORDER BY seq`)
}

// EveryCoding lists all codings, the oldest first.
func (t *Tx) EveryCoding(ctx context.Context) ([]vocabulary.Coding, error) {
	return all(ctx, t, scanCoding, `SELECT subject, list, code, note, by_member, at_us FROM coding ORDER BY at_us, subject, list, code`)
}

func scanCoding(r scanner) (c vocabulary.Coding, err error) {
	var at int64
	err = r.Scan(&c.Subject, &c.List, &c.Code, &c.Note, &c.By, &at)
	c.At = clock.FromMicros(at)
	return c, err
}
