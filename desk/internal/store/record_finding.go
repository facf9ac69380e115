package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

const findingColumns = `id, deed, proposed, reasons, decided, standard, reasoning, due, by_member, at_us`

func scanFinding(r scanner) (record.Finding, error) {
	var f record.Finding
	var at int64
	var reasons string
	err := r.Scan(&f.ID, &f.Deed, &f.Proposed, &reasons, &f.Decided, &f.Standard, &f.Reasoning, &f.Due, &f.By, &at)
	f.At = clock.FromMicros(at)
	if err == nil {
		err = json.Unmarshal([]byte(reasons), &f.Reasons)
	}
	return f, err
}

// AddFinding adds what a person concluded.
func (t *Tx) AddFinding(ctx context.Context, f record.Finding) error {
	reasons, err := json.Marshal(f.Reasons)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO finding (`+findingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		f.ID, f.Deed, f.Proposed, string(reasons), f.Decided, f.Standard, f.Reasoning, f.Due, f.By, clock.Micros(f.At))
	if err != nil {
		return err
	}
	return t.lookFinding(ctx, f)
}

// Finding returns one finding with its reviews.
func (t *Tx) Finding(ctx context.Context, id string) (record.Finding, error) {
	f, err := one(t.q.QueryRow(ctx, `SELECT `+findingColumns+` FROM finding WHERE id = $1`, id), scanFinding)
	if err == nil {
		f.Reviews, err = t.reviews(ctx, id)
	}
	return f, err
}

func (t *Tx) reviews(ctx context.Context, finding string) ([]record.Review, error) {
	return all(ctx, t, func(r scanner) (record.Review, error) {
		var v record.Review
		var at int64
		err := r.Scan(&v.Finding, &v.Agrees, &v.Note, &v.By, &at)
		v.At = clock.FromMicros(at)
		return v, err
	}, `SELECT finding, agrees, note, by_member, at_us FROM finding_review WHERE finding = $1 ORDER BY seq`, finding)
}

func (t *Tx) findings(ctx context.Context, q string, args ...any) ([]record.Finding, error) {
	list, err := all(ctx, t, scanFinding, q, args...)
	for i := range list {
		if err == nil {
			list[i].Reviews, err = t.reviews(ctx, list[i].ID)
		}
	}
	return list, err
}

// FindingsOf lists the findings about an act, the oldest first.
func (t *Tx) FindingsOf(ctx context.Context, deed string) ([]record.Finding, error) {
	return t.findings(ctx, `SELECT `+findingColumns+` FROM finding WHERE deed = $1 ORDER BY seq`, deed)
}

// AddReview adds a second person's answer.
func (t *Tx) AddReview(ctx context.Context, v record.Review) error {
	_, err := t.exec(ctx, `INSERT INTO finding_review (finding, agrees, note, by_member, at_us) VALUES ($1, $2, $3, $4, $5)`, v.Finding, truth(v.Agrees), v.Note, v.By, clock.Micros(v.At))
	return err
}

const lastFinding = ` FROM finding WHERE seq IN (SELECT MAX(seq) FROM finding GROUP BY deed)`

// Unreviewed lists each act's last finding when nobody has answered it.
func (t *Tx) Unreviewed(ctx context.Context) ([]record.Finding, error) {
	return t.findings(ctx, `SELECT `+findingColumns+lastFinding+` AND NOT EXISTS (SELECT 1 FROM finding_review v WHERE v.finding = finding.id) ORDER BY seq`)
}

// FindingsDue lists each act's last finding when its review is due.
func (t *Tx) FindingsDue(ctx context.Context, day clock.Day) ([]record.Finding, error) {
	return t.findings(ctx, `SELECT `+findingColumns+lastFinding+` AND due <> '' AND due <= $1 ORDER BY due, seq`, day)
}
