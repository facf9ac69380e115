package store

import (
	"context"
	"encoding/json"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const editionColumns = `id, slug, number, state, report, revision, digest, authors, published_us, serial, why`

func scanEdition(s scanner) (publish.Edition, error) {
	var e publish.Edition
	var report []byte
	var authors string
	var published, serial int64
	if err := s.Scan(&e.ID, &e.Slug, &e.Number, &e.State, &report, &e.Revision, &e.Digest, &authors, &published, &serial, &e.Why); err != nil {
		return e, err
	}
	e.Authors, e.Published, e.Serial = strings.Split(authors, ","), clock.FromMicros(published), uint64(serial)
	return e, json.Unmarshal(report, &e.Report)
}

// Edition returns an edition with its approvals.
func (t *Tx) Edition(ctx context.Context, id string) (publish.Edition, error) {
	e, err := one(t.q.QueryRow(ctx, `SELECT `+editionColumns+` FROM edition WHERE id = $1`, id), scanEdition)
	if err != nil {
		return e, err
	}
	e.Approvals, err = t.approvals(ctx, id)
	return e, err
}

func (t *Tx) approvals(ctx context.Context, id string) ([]publish.Approval, error) {
	return all(ctx, t, func(s scanner) (publish.Approval, error) {
		var a publish.Approval
		var at int64
		err := s.Scan(&a.Member, &a.Digest, &at)
		a.At = clock.FromMicros(at)
		return a, err
	}, `SELECT member, digest, at_us FROM edition_approval WHERE edition = $1 ORDER BY at_us, member`, id)
}

// Editions lists all editions, the newest of each report first.
func (t *Tx) Editions(ctx context.Context) ([]publish.Edition, error) {
	out, err := all(ctx, t, scanEdition, `SELECT `+editionColumns+` FROM edition ORDER BY slug, number DESC`)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Approvals, err = t.approvals(ctx, out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutEdition adds an edition (was 0) or changes the revision that was seen.
func (t *Tx) PutEdition(ctx context.Context, e publish.Edition, was int) error {
	report, err := json.Marshal(e.Report)
	if err != nil {
		return err
	}
	if was == 0 {
		return t.insert(ctx, "There is a draft of this report already. Finish it first.",
			`INSERT INTO edition (`+editionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			e.ID, e.Slug, e.Number, string(e.State), string(report), e.Revision, e.Digest, strings.Join(e.Authors, ","), clock.Micros(e.Published), int64(e.Serial), e.Why)
	}
	n, err := t.exec(ctx, `UPDATE edition SET state = $3, report = $4, revision = $5, digest = $6, authors = $7, published_us = $8, serial = $9, why = $10 WHERE id = $1 AND revision = $2`,
		e.ID, was, string(e.State), string(report), e.Revision, e.Digest, strings.Join(e.Authors, ","), clock.Micros(e.Published), int64(e.Serial), e.Why)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
	}
	return err
}

// Approve notes a member's yes to a digest; the same again changes nothing.
func (t *Tx) Approve(ctx context.Context, edition string, a publish.Approval) error {
	_, err := t.exec(ctx, `INSERT INTO edition_approval (edition, member, digest, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, edition, a.Member, a.Digest, clock.Micros(a.At))
	return err
}

// PutFiles makes files public, replacing those of the same path.
func (t *Tx) PutFiles(ctx context.Context, edition string, files []publish.File) error {
	for i, f := range files {
		if _, err := t.exec(ctx, `INSERT INTO public_file (path, edition, place, lang, type, body) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (path) DO UPDATE SET edition = excluded.edition, place = excluded.place, lang = excluded.lang, type = excluded.type, body = excluded.body`,
			f.Path, edition, i, f.Lang, f.Type, f.Body); err != nil {
			return err
		}
	}
	return nil
}

// DropFiles takes an edition's files down.
func (t *Tx) DropFiles(ctx context.Context, edition string) error {
	_, err := t.exec(ctx, `DELETE FROM public_file WHERE edition = $1`, edition)
	return err
}

// PublicFiles returns all that is public, the latest publication first.
func (t *Tx) PublicFiles(ctx context.Context) ([]publish.File, error) {
	return all(ctx, t, func(s scanner) (publish.File, error) {
		var f publish.File
		err := s.Scan(&f.Path, &f.Lang, &f.Type, &f.Body)
		return f, err
	}, `SELECT f.path, f.lang, f.type, f.body FROM public_file f JOIN edition e ON e.id = f.edition
		ORDER BY CASE e.state WHEN 'superseded' THEN 1 WHEN 'removed' THEN 2 ELSE 0 END, e.slug, e.number DESC, f.place, f.path`)
}

// ScheduledEditions lists what waits for the end of an embargo.
func (t *Tx) ScheduledEditions(ctx context.Context) ([]string, error) {
	return all(ctx, t, func(s scanner) (string, error) {
		var id string
		err := s.Scan(&id)
		return id, err
	}, `SELECT id FROM edition WHERE state = 'scheduled' ORDER BY id`)
}

// NextSerial gives the next number of a signed list of pages.
func (t *Tx) NextSerial(ctx context.Context) (uint64, error) {
	if _, err := t.exec(ctx, `INSERT INTO public_serial (one, serial) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET serial = serial + 1`); err != nil {
		return 0, err
	}
	var n int64
	err := t.q.QueryRow(ctx, `SELECT serial FROM public_serial`).Scan(&n)
	return uint64(n), err
}

// Gate lets the campaign's letters leave through the gateway, in their own transaction.
type Gate struct{ Gateway *publish.Gateway }

// Pass checks a letter.
func (g Gate) Pass(ctx context.Context, tx campaign.Store, out campaign.Leaving) error {
	s, ok := tx.(publish.Store)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.Pass(ctx, s, out.Actor, out.ID, out.Class, out.Parts)
}

var (
	_ publish.Store = (*Tx)(nil)
	_ campaign.Gate = Gate{}
)

// PassReply checks an answer to a sender. Whoever holds the code reads it, so it
// names nobody whom a case protects, unless a member who can open that case
// says that it is meant for this person.
func (g Gate) PassReply(ctx context.Context, tx intake.Store, actor staff.Actor, thread, words string, meant bool) error {
	s, ok := tx.(publish.Store)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.PassTo(ctx, s, actor, thread, "sender", []string{words}, meant)
}

var _ intake.Gate = Gate{}

// PassReport checks the words of a donor report.
func (g Gate) PassReport(ctx context.Context, tx purse.Store, actor, id string, words []string) error {
	s, ok := tx.(publish.Store)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.Pass(ctx, s, actor, id, "donor", words)
}

var _ purse.Gate = Gate{}

// StoppedOf says which rows of a list of supporters the leak guard keeps back.
func (g Gate) StoppedOf(ctx context.Context, tx supporters.Store, subject, class string, rows []string) ([]int, error) {
	s, ok := tx.(publish.Store)
	if !ok {
		return nil, errReading // never: every room's store is a Tx
	}
	return g.Gateway.Stopped(ctx, s, subject, class, rows)
}

var _ supporters.Sieve = Gate{}
