package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// AddEdition keeps an edition.
func (t *Tx) AddEdition(ctx context.Context, e record.Edition) error {
	return t.insert(ctx, record.ChangedMeanwhile, `INSERT INTO record_edition (subject, version, body, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`,
		e.Subject, e.Version, string(e.Body), e.Reason, e.By, clock.Micros(e.At))
}

// EditionsOf lists the editions of something, the oldest first.
func (t *Tx) EditionsOf(ctx context.Context, subject string) ([]record.Edition, error) {
	return all(ctx, t, func(r scanner) (record.Edition, error) {
		var e record.Edition
		var body string
		var at int64
		err := r.Scan(&e.Subject, &e.Version, &body, &e.Reason, &e.By, &at)
		e.Body, e.At = json.RawMessage(body), clock.FromMicros(at)
		return e, err
	}, `SELECT subject, version, body, reason, by_member, at_us FROM record_edition WHERE subject = $1 ORDER BY version`, subject)
}

// SaveIncident replaces the newest state of an incident.
func (t *Tx) SaveIncident(ctx context.Context, was, now record.Incident) error {
	if err := t.execOne(ctx, `UPDATE incident SET title = $2, place = $3, rough = $4, span = $5, wave = $6, narrative = $7, historical = $8 WHERE id = $1`,
		now.ID, now.Title, now.Place, truth(now.PlaceRough), now.Span, now.Wave, now.Narrative, truth(now.Historical)); err != nil {
		return err
	}
	if err := t.unfind(ctx, was.ID, incidentTexts(was)...); err != nil {
		return err
	}
	return t.findIncident(ctx, now)
}

// SaveDeed replaces the newest state of a deed.
func (t *Tx) SaveDeed(ctx context.Context, d record.Deed) error {
	return t.execOne(ctx, `UPDATE deed SET attribution = $2, motive = $3 WHERE id = $1`, d.ID, d.Attribution, d.Motive)
}

// SaveStatement replaces the newest state of a statement and the claims that it speaks to.
func (t *Tx) SaveStatement(ctx context.Context, was, now record.Statement) error {
	if err := t.execOne(ctx, `UPDATE statement SET speaker = $2, kind = $3, dated = $4, quote = $5, summary = $6, incident = $7 WHERE id = $1`,
		now.ID, now.Speaker, now.Kind, now.Dated, now.Quote, now.Summary, now.Incident); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM statement_link WHERE statement = $1`, now.ID); err != nil {
		return err
	}
	if err := t.putStatementLinks(ctx, now); err != nil {
		return err
	}
	if err := t.unfind(ctx, was.ID, statementTexts(was)...); err != nil {
		return err
	}
	return t.findStatement(ctx, now)
}

func (t *Tx) putStatementLinks(ctx context.Context, s record.Statement) error {
	for kind, claims := range map[record.LinkKind][]string{record.Contradicts: s.Contradicts, record.Supports: s.Supports} {
		for _, c := range claims {
			if err := t.insert(ctx, "The statement speaks to this claim already.", `INSERT INTO statement_link (statement, kind, claim) VALUES ($1, $2, $3)`, s.ID, kind, c); err != nil {
				return err
			}
		}
	}
	return nil
}
