package store

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

func scanAsk(s scanner) (cases.Ask, error) {
	var a cases.Ask
	var at int64
	err := s.Scan(&a.Safe, &a.Item, &a.Version, &a.Kind, &a.By, &at)
	a.At = clock.FromMicros(at)
	return a, err
}

// PutAsk keeps that something waits for people; a newer version replaces the older.
func (t *Tx) PutAsk(ctx context.Context, a cases.Ask) error {
	_, err := t.exec(ctx, `INSERT INTO case_ask (safe, item, version, kind, by, at_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (safe, item) DO UPDATE SET version = excluded.version, kind = excluded.kind, by = excluded.by, at_us = excluded.at_us`,
		a.Safe, a.Item, a.Version, a.Kind, a.By, clock.Micros(a.At))
	return err
}

// CloseAsks ends what an item waits for.
func (t *Tx) CloseAsks(ctx context.Context, safe, item string) error {
	_, err := t.exec(ctx, `DELETE FROM case_ask WHERE safe = $1 AND item = $2`, safe, item)
	return err
}

// AsksFor lists what a member can open and has not answered, the oldest first.
func (t *Tx) AsksFor(ctx context.Context, member string) ([]cases.Ask, error) {
	return all(ctx, t, scanAsk, `SELECT safe, item, version, kind, by, at_us FROM case_ask a
		WHERE safe IN (SELECT safe FROM safe_grant WHERE member = $1)
		AND NOT EXISTS (SELECT 1 FROM case_voice v WHERE v.safe = a.safe AND v.item = a.item AND v.version = a.version AND v.member = $1)
		ORDER BY at_us, item`, member)
}

// PutVoice keeps a member's answer; a later one replaces it.
func (t *Tx) PutVoice(ctx context.Context, v cases.Voice) error {
	_, err := t.exec(ctx, `INSERT INTO case_voice (safe, item, version, member, yes, at_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (safe, item, version, member) DO UPDATE SET yes = excluded.yes, at_us = excluded.at_us`,
		v.Safe, v.Item, v.Version, v.Member, truth(v.Yes), clock.Micros(v.At))
	return err
}

// VoicesIn lists the answers about what lies in a safe, the oldest first.
func (t *Tx) VoicesIn(ctx context.Context, safe string) ([]cases.Voice, error) {
	return all(ctx, t, scanVoice, `SELECT safe, item, version, member, yes, at_us FROM case_voice WHERE safe = $1 ORDER BY at_us, member`, safe)
}

const watchColumns = `id, file, due_us, grace_us, every_us, pace, state, alarm_us, step, next_us, mailbox`

func scanWatched(s scanner) (watch.Clock, error) {
	var w watch.Clock
	var due, grace, every, alarm, next int64
	err := s.Scan(&w.ID, &w.Case, &due, &grace, &every, &w.Pace, &w.State, &alarm, &w.Step, &next, &w.Mailbox)
	w.Due, w.Alarm, w.Next = clock.FromMicros(due), clock.FromMicros(alarm), clock.FromMicros(next)
	w.Grace, w.Every = time.Duration(grace)*time.Microsecond, time.Duration(every)*time.Microsecond
	return w, err
}

// AddWatch adds the clock of a check-in.
func (t *Tx) AddWatch(ctx context.Context, w watch.Clock) error {
	return t.insert(ctx, "This check-in exists already.", `INSERT INTO case_checkin (`+watchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		w.ID, w.Case, clock.Micros(w.Due), w.Grace.Microseconds(), w.Every.Microseconds(), string(w.Pace), string(w.State), clock.Micros(w.Alarm), w.Step, clock.Micros(w.Next), truth(w.Mailbox))
}

// PutPhrase keeps the fingerprint of a check-in's sign.
func (t *Tx) PutPhrase(ctx context.Context, checkin string, duress bool, print []byte) error {
	_, err := t.exec(ctx, `INSERT INTO case_phrase (checkin, duress, print) VALUES ($1, $2, $3) ON CONFLICT (checkin, duress) DO UPDATE SET print = excluded.print`, checkin, truth(duress), print)
	return err
}

// PhraseIn tells whether a fingerprint is a sign of a check-in of the case that has not been stopped.
func (t *Tx) PhraseIn(ctx context.Context, file string, print []byte) (fine, duress bool, err error) {
	found, err := all(ctx, t, func(s scanner) (bool, error) {
		var d bool
		err := s.Scan(&d)
		return d, err
	}, `SELECT p.duress FROM case_phrase p JOIN case_checkin k ON k.id = p.checkin WHERE k.file = $1 AND p.print = $2 AND k.state <> 'stopped'`, file, print)
	return slices.Contains(found, false), slices.Contains(found, true), err
}

// SaveWatch keeps where a check-in stands.
func (t *Tx) SaveWatch(ctx context.Context, w watch.Clock) error {
	return t.execOne(ctx, `UPDATE case_checkin SET due_us = $2, state = $3, alarm_us = $4, step = $5, next_us = $6 WHERE id = $1`,
		w.ID, clock.Micros(w.Due), string(w.State), clock.Micros(w.Alarm), w.Step, clock.Micros(w.Next))
}

// Watched returns one check-in's clock.
func (t *Tx) Watched(ctx context.Context, id string) (watch.Clock, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+watchColumns+` FROM case_checkin WHERE id = $1`, id), scanWatched)
}

// WatchOf lists the check-ins of a case.
func (t *Tx) WatchOf(ctx context.Context, file string) ([]watch.Clock, error) {
	return all(ctx, t, scanWatched, `SELECT `+watchColumns+` FROM case_checkin WHERE file = $1 ORDER BY due_us, id`, file)
}

// WatchDue lists the check-ins whose next moment has come.
func (t *Tx) WatchDue(ctx context.Context, now time.Time, limit int) ([]watch.Clock, error) {
	return all(ctx, t, scanWatched, `SELECT `+watchColumns+` FROM case_checkin WHERE next_us > 0 AND next_us <= $1 ORDER BY next_us LIMIT $2`, clock.Micros(now), limit)
}

// WatchUntil lists the member's check-ins that are due before a time or under alarm.
func (t *Tx) WatchUntil(ctx context.Context, member string, until time.Time) ([]watch.Clock, error) {
	return all(ctx, t, scanWatched, `SELECT `+watchColumns+` FROM case_checkin
		WHERE state IN ('waiting', 'late', 'missed', 'duress') AND due_us <= $2 AND file IN (SELECT safe FROM safe_grant WHERE member = $1)
		ORDER BY due_us, id`, member, clock.Micros(until))
}

const alertColumns = `id, file, checkin, due_us, step, rung, role, since_us, raised_us, duress, member, acked_us, done, ended_us, reason`

func scanAlert(s scanner) (watch.Alert, error) {
	var a watch.Alert
	var due, since, raised, acked, ended int64
	err := s.Scan(&a.ID, &a.Case, &a.CheckIn, &due, &a.Step, &a.Rung, &a.Role, &since, &raised, &a.Duress, &a.Member, &acked, &a.Done, &ended, &a.Reason)
	a.Due, a.Since, a.Raised = clock.FromMicros(due), clock.FromMicros(since), clock.FromMicros(raised)
	a.Acked, a.Ended = clock.FromMicros(acked), clock.FromMicros(ended)
	return a, err
}

// RaiseAlert adds an alert unless the same rung of the same round was raised before.
func (t *Tx) RaiseAlert(ctx context.Context, a watch.Alert) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO case_alert (`+alertColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (checkin, due_us, step, duress) DO NOTHING`,
		a.ID, a.Case, a.CheckIn, clock.Micros(a.Due), a.Step, a.Rung, string(a.Role), clock.Micros(a.Since), clock.Micros(a.Raised), truth(a.Duress),
		a.Member, clock.Micros(a.Acked), a.Done, clock.Micros(a.Ended), a.Reason)
	return n == 1, err
}

// Alert returns one alert.
func (t *Tx) Alert(ctx context.Context, id string) (watch.Alert, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+alertColumns+` FROM case_alert WHERE id = $1`, id), scanAlert)
}

// SaveAlert keeps who acted on an alert, or why it ended.
func (t *Tx) SaveAlert(ctx context.Context, a watch.Alert) error {
	return t.execOne(ctx, `UPDATE case_alert SET member = $2, acked_us = $3, done = $4, ended_us = $5, reason = $6 WHERE id = $1`,
		a.ID, a.Member, clock.Micros(a.Acked), a.Done, clock.Micros(a.Ended), a.Reason)
}

// AlertsOf lists every alert of a case, the oldest first.
func (t *Tx) AlertsOf(ctx context.Context, file string) ([]watch.Alert, error) {
	return all(ctx, t, scanAlert, `SELECT `+alertColumns+` FROM case_alert WHERE file = $1 ORDER BY since_us, step`, file)
}

// AlertsOpen lists the alerts on which nobody acts yet, the oldest first.
func (t *Tx) AlertsOpen(ctx context.Context) ([]watch.Alert, error) {
	return all(ctx, t, scanAlert, `SELECT `+alertColumns+` FROM case_alert WHERE acked_us = 0 AND ended_us = 0 ORDER BY since_us, step`)
}
