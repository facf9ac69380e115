package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
)

// setWords keeps the words by which something is found among names or places.
func (t *Tx) setWords(ctx context.Context, kind, subject string, texts ...string) error {
	if _, err := t.exec(ctx, `DELETE FROM look_word WHERE subject = $1 AND kind = $2`, subject, kind); err != nil {
		return err
	}
	for _, w := range stem.Words(strings.Join(texts, "\n")) {
		if _, err := t.exec(ctx, `INSERT INTO look_word (kind, word, subject) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, kind, w, subject); err != nil {
			return err
		}
	}
	return nil
}

// wordsOf is the condition that a column's subject holds every word of a text, with
// its parameters, which follow those that there are. The last word may be a beginning.
func wordsOf(kind, column, text string, have int) (string, []any) {
	var b strings.Builder
	var args []any
	words := stem.Words(text)
	for n, w := range words[:min(len(words), 8)] {
		end := w
		if n == len(words)-1 && len([]rune(w)) >= 3 {
			end = w + "\U0010FFFF"
		}
		fmt.Fprintf(&b, ` AND %s IN (SELECT subject FROM look_word WHERE kind = '%s' AND word >= $%d AND word <= $%d)`, column, kind, have+len(args)+1, have+len(args)+2)
		args = append(args, w, end)
	}
	return b.String(), args
}

// Ends of spans that are open.
const (
	openFirst clock.Day = "0000-01-01"
	openLast  clock.Day = "9999-12-31"
)

// setDated keeps when something was, for the timeline.
func (t *Tx) setDated(ctx context.Context, subject, kind, incident, code string, d edtf.Date) error {
	first, last := d.Span()
	if d != "" {
		first, last = cmp.Or(first, openFirst), cmp.Or(last, openLast)
	}
	_, err := t.exec(ctx, `INSERT INTO dated (subject, kind, incident, code, first, last) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (subject) DO UPDATE SET incident = excluded.incident, code = excluded.code, first = excluded.first, last = excluded.last`, subject, kind, incident, code, string(first), string(last))
	return err
}

func (t *Tx) lookIncident(ctx context.Context, i record.Incident) error {
	if err := t.setWords(ctx, "place", i.ID, i.Place); err != nil {
		return err
	}
	return t.setDated(ctx, i.ID, "incident", i.ID, "", i.Span)
}

func (t *Tx) lookAct(ctx context.Context, a parties.Act) error {
	if err := t.setWords(ctx, "place", a.ID, a.Place); err != nil {
		return err
	}
	if a.Withdrawn {
		_, err := t.exec(ctx, `DELETE FROM dated WHERE subject = $1`, a.ID)
		return err
	}
	return t.setDated(ctx, a.ID, "act", a.Incident, a.Code, a.Dated)
}

func (t *Tx) lookStatement(ctx context.Context, s record.Statement) error {
	return t.setDated(ctx, s.ID, "statement", s.Incident, "", s.Dated)
}

func (t *Tx) lookFinding(ctx context.Context, f record.Finding) error {
	d, err := t.Deed(ctx, f.Deed)
	if err != nil {
		return err
	}
	return t.setDated(ctx, f.ID, "finding", d.Incident, d.Act.HURIDOCS(), edtf.Of(clock.DayOf(f.At)))
}

// fillDated puts into the timeline, once, what was kept before there was one.
func (d *DB) fillDated(ctx context.Context) error {
	return d.Write(ctx, func(t *Tx) error {
		n, err := t.exec(ctx, `INSERT INTO dated_filled (one) VALUES (1) ON CONFLICT DO NOTHING`)
		if err != nil || n == 0 {
			return err
		}
		incidents, err := t.Incidents(ctx)
		if err == nil {
			err = each(ctx, incidents, t.lookIncident)
		}
		if err != nil {
			return err
		}
		statements, err := t.Statements(ctx)
		if err == nil {
			err = each(ctx, statements, t.lookStatement)
		}
		if err != nil {
			return err
		}
		deeds, err := all(ctx, t, func(r scanner) (id string, err error) { return id, r.Scan(&id) }, `SELECT DISTINCT deed FROM finding`)
		if err != nil {
			return err
		}
		for _, id := range deeds {
			found, err := t.FindingsOf(ctx, id)
			if err == nil {
				err = each(ctx, found, t.lookFinding)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
