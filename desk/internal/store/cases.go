package store

import (
	"context"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
)

const fileColumns = `id, pseudonym, state, priority, decide_us, checkin_us, thread, opened_day, erase_day, level, people, review_day, todo, missing, todos, todo_us, danger, rank_us`

func scanFile(s scanner) (cases.File, error) {
	var f cases.File
	var decide, checkin, due, rank int64
	err := s.Scan(&f.ID, &f.Pseudonym, &f.State, &f.Priority, &decide, &checkin, &f.Thread, &f.Opened, &f.EraseBy,
		&f.Level, &f.People, &f.Review, &f.Todo, &f.Missing, &f.Todos, &due, &f.Danger, &rank)
	f.DecideBy, f.CheckIn, f.Due, f.Rank = clock.FromMicros(decide), clock.FromMicros(checkin), clock.FromMicros(due), clock.FromMicros(rank)
	return f, err
}

// AddFile adds a case's plain row.
func (t *Tx) AddFile(ctx context.Context, f cases.File) error {
	return t.insert(ctx, "This pseudonym or this request has a case already.",
		`INSERT INTO case_file (`+fileColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		f.ID, f.Pseudonym, string(f.State), string(f.Priority), clock.Micros(f.DecideBy), clock.Micros(f.CheckIn), f.Thread, string(f.Opened), string(f.EraseBy),
		string(f.Level), f.People, string(f.Review), f.Todo, f.Missing, f.Todos, clock.Micros(f.Due), truth(f.Danger), clock.Micros(f.Rank))
}

// File returns one case's plain row.
func (t *Tx) File(ctx context.Context, id string) (cases.File, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+fileColumns+` FROM case_file WHERE id = $1`, id), scanFile)
}

// FileOfThread returns the case of a conversation.
func (t *Tx) FileOfThread(ctx context.Context, thread string) (cases.File, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+fileColumns+` FROM case_file WHERE thread = $1 AND thread <> ''`, thread), scanFile)
}

// SaveFile keeps what is derived of a case.
func (t *Tx) SaveFile(ctx context.Context, f cases.File) error {
	return t.execOne(ctx, `UPDATE case_file SET state = $2, priority = $3, decide_us = $4, checkin_us = $5, erase_day = $6, level = $7, people = $8,
		review_day = $9, todo = $10, missing = $11, todos = $12, todo_us = $13, danger = $14, rank_us = $15, over = $16 WHERE id = $1`,
		f.ID, string(f.State), string(f.Priority), clock.Micros(f.DecideBy), clock.Micros(f.CheckIn), string(f.EraseBy), string(f.Level), f.People,
		string(f.Review), f.Todo, f.Missing, f.Todos, clock.Micros(f.Due), truth(f.Danger), clock.Micros(f.Rank), truth(f.State.Over()))
}

// FilesOf lists the cases that a member can open, the most pressing decision first.
func (t *Tx) FilesOf(ctx context.Context, member string) ([]cases.File, error) {
	return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM case_file
		WHERE id IN (SELECT safe FROM safe_grant WHERE member = $1)
		ORDER BY decide_us = 0, decide_us, pseudonym`, member)
}

// EraseFile removes a case's row and every row that points to it.
func (t *Tx) EraseFile(ctx context.Context, id string) error {
	for _, q := range []string{
		`DELETE FROM glass_seen WHERE EXISTS (SELECT 1 FROM glass_opening o WHERE o.file = $1 AND glass_seen.opening LIKE o.id || '/%')`,
		`DELETE FROM glass_opening WHERE file = $1`,
		`DELETE FROM team_handing_seen WHERE handing IN (SELECT id FROM team_handing WHERE file = $1)`,
		`DELETE FROM team_handing WHERE file = $1`,
		`DELETE FROM team_task WHERE file = $1`,
		`DELETE FROM safe_until WHERE safe = $1 OR safe IN (SELECT id FROM case_leg WHERE file = $1)`,
		`DELETE FROM case_alert WHERE file = $1`,
		`DELETE FROM case_reminder WHERE file = $1`,
		`DELETE FROM case_phrase WHERE checkin IN (SELECT id FROM case_checkin WHERE file = $1)`,
		`DELETE FROM case_checkin WHERE file = $1`,
		`DELETE FROM case_voice WHERE safe = $1 OR safe IN (SELECT id FROM case_leg WHERE file = $1)`,
		`DELETE FROM case_ask WHERE safe = $1 OR safe IN (SELECT id FROM case_leg WHERE file = $1)`,
		`DELETE FROM case_leg WHERE file = $1`,
		`DELETE FROM exchange_file WHERE referral IN (SELECT id FROM exchange_referral WHERE file = $1)`,
		`DELETE FROM exchange_package WHERE referral IN (SELECT id FROM exchange_referral WHERE file = $1)`,
		`DELETE FROM exchange_referral WHERE file = $1`,
	} {
		if _, err := t.exec(ctx, q, id); err != nil {
			return err
		}
	}
	if err := t.eraseCarried(ctx, id); err != nil {
		return err
	}
	if err := t.eraseKept(ctx, id); err != nil {
		return err
	}
	return t.execOne(ctx, `DELETE FROM case_file WHERE id = $1`, id)
}

func scanItem(s scanner) (cases.Item, error) {
	var i cases.Item
	var at int64
	err := s.Scan(&i.Seq, &i.Safe, &i.ID, &i.Kind, &i.Version, &i.Base, &i.Author, &at, &i.Sealed)
	i.At = clock.FromMicros(at)
	return i, err
}

// AddItem adds one sealed edition.
func (t *Tx) AddItem(ctx context.Context, i cases.Item) error {
	return t.insert(ctx, "It was changed meanwhile. Load the page again.",
		`INSERT INTO case_item (safe, id, kind, version, base, author, at_us, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		i.Safe, i.ID, string(i.Kind), i.Version, i.Base, i.Author, clock.Micros(i.At), []byte(i.Sealed))
}

// Items lists the editions in a safe in the order in which they came.
func (t *Tx) Items(ctx context.Context, safe string) ([]cases.Item, error) {
	return all(ctx, t, scanItem, `SELECT seq, safe, id, kind, version, base, author, at_us, sealed FROM case_item WHERE safe = $1 ORDER BY seq`, safe)
}

// Reseal replaces the sealed bytes of one edition.
func (t *Tx) Reseal(ctx context.Context, i cases.Item) error {
	return t.execOne(ctx, `UPDATE case_item SET sealed = $2 WHERE seq = $1`, i.Seq, []byte(i.Sealed))
}

// DropItem removes every edition of an item.
func (t *Tx) DropItem(ctx context.Context, safe, id string) error {
	_, err := t.exec(ctx, `DELETE FROM case_item WHERE safe = $1 AND id = $2`, safe, id)
	return err
}

// DropItems removes everything in a safe.
func (t *Tx) DropItems(ctx context.Context, safe string) error {
	_, err := t.exec(ctx, `DELETE FROM case_item WHERE safe = $1`, safe)
	return err
}

func scanText(s scanner) (string, error) {
	var v string
	err := s.Scan(&v)
	return v, err
}

// AddLeg ties a leg to its case.
func (t *Tx) AddLeg(ctx context.Context, leg, file string) error {
	return t.insert(ctx, "This leg exists already.", `INSERT INTO case_leg (id, file) VALUES ($1, $2)`, leg, file)
}

// LegsOf lists the legs of a case in the order in which they were planned.
func (t *Tx) LegsOf(ctx context.Context, file string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT id FROM case_leg WHERE file = $1 ORDER BY rowid`, file)
}

// CaseOfLeg returns the case of a leg.
func (t *Tx) CaseOfLeg(ctx context.Context, leg string) (string, error) {
	return one(t.q.QueryRow(ctx, `SELECT file FROM case_leg WHERE id = $1`, leg), scanText)
}

// SetStage notes how far a leg is.
func (t *Tx) SetStage(ctx context.Context, leg string, s cases.Stage) error {
	return t.execOne(ctx, `UPDATE case_leg SET stage = $2 WHERE id = $1`, leg, string(s))
}

// StageOf tells how far a leg is.
func (t *Tx) StageOf(ctx context.Context, leg string) (cases.Stage, error) {
	return one(t.q.QueryRow(ctx, `SELECT stage FROM case_leg WHERE id = $1`, leg), func(s scanner) (v cases.Stage, err error) { return v, s.Scan(&v) })
}

// LegsAlone lists the legs that are not over, in the hands of a member who cannot open their case.
func (t *Tx) LegsAlone(ctx context.Context, member string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT id FROM case_leg WHERE stage <> 'over'
		AND id IN (SELECT safe FROM safe_grant WHERE member = $1)
		AND file NOT IN (SELECT safe FROM safe_grant WHERE member = $1) ORDER BY rowid`, member)
}

// OthersOut counts the other legs of the same case that are being travelled.
func (t *Tx) OthersOut(ctx context.Context, leg string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM case_leg WHERE stage = 'out' AND id <> $1 AND file = (SELECT file FROM case_leg WHERE id = $1)`, leg), func(s scanner) (int, error) {
		var n int
		err := s.Scan(&n)
		return n, err
	})
}

// SafesOf lists the safes of a kind that a member can open.
func (t *Tx) SafesOf(ctx context.Context, kind, member string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT safe FROM safe_grant WHERE member = $1 AND substr(safe, 1, length($2) + 1) = $2 || '_' ORDER BY safe`, member, kind)
}

var _ cases.Store = (*Tx)(nil)
