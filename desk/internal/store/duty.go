package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/wording"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const shiftColumns = `id, member, role, rank, channel, lang, from_us, until_us`

func scanShift(s scanner) (duty.Shift, error) {
	var x duty.Shift
	var from, until int64
	err := s.Scan(&x.ID, &x.Member, &x.Role, &x.Rank, &x.Channel, &x.Lang, &from, &until)
	x.From, x.Until = clock.FromMicros(from), clock.FromMicros(until)
	return x, err
}

// PutShift adds a shift.
func (t *Tx) PutShift(ctx context.Context, s duty.Shift) error {
	_, err := t.exec(ctx, `INSERT INTO duty_shift (`+shiftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.Member, string(s.Role), int(s.Rank), s.Channel, s.Lang, clock.Micros(s.From), clock.Micros(s.Until))
	return err
}

// DropShift removes a shift.
func (t *Tx) DropShift(ctx context.Context, id string) error {
	return t.execOne(ctx, `DELETE FROM duty_shift WHERE id = $1`, id)
}

// Shifts lists the shifts that touch a span.
func (t *Tx) Shifts(ctx context.Context, from, until time.Time) ([]duty.Shift, error) {
	return all(ctx, t, scanShift, `SELECT `+shiftColumns+` FROM duty_shift WHERE until_us > $1 AND from_us < $2 ORDER BY from_us, rank, id`, clock.Micros(from), clock.Micros(until))
}

// RosteredBetween lists the members with a shift for messages that touches a span:
// they are given what arrives. A shift for calls of cases gives nobody a message.
func (t *Tx) RosteredBetween(ctx context.Context, from, until time.Time) ([]string, error) {
	return all(ctx, t, scanString, `SELECT DISTINCT member FROM duty_shift WHERE role = 'intake' AND until_us > $1 AND from_us < $2 ORDER BY member`, clock.Micros(from), clock.Micros(until))
}

// AwakeBetween lists the members with a shift of any kind that touches a span.
func (t *Tx) AwakeBetween(ctx context.Context, from, until time.Time) ([]string, error) {
	return all(ctx, t, scanString, `SELECT DISTINCT member FROM duty_shift WHERE until_us > $1 AND from_us < $2 ORDER BY member`, clock.Micros(from), clock.Micros(until))
}

// underDuress is true of a thread whose sender may be forced at this moment, under
// whichever of their codes: nobody is called to answer them in the ordinary way.
const underDuress = `EXISTS (SELECT 1 FROM thread_alarm d JOIN thread f ON f.id = d.thread
	WHERE d.ended_us = 0 AND d.kind <> 'help' AND CASE WHEN f.into_id = '' THEN f.id ELSE f.into_id END = CASE WHEN thread.into_id = '' THEN thread.id ELSE thread.into_id END)`

// WaitingNow lists what waits for somebody on duty, from plain columns alone.
func (t *Tx) WaitingNow(ctx context.Context) ([]duty.Waiting, error) {
	return all(ctx, t, func(s scanner) (duty.Waiting, error) {
		var w duty.Waiting
		var since int64
		err := s.Scan(&w.Subject, &w.Kind, &w.Channel, &w.Lang, &since)
		w.Since = clock.FromMicros(since)
		return w, err
	}, `SELECT id, 'sealed', channel, '', CASE WHEN since_us > 0 THEN since_us ELSE at_us END AS since FROM arrival WHERE sealed IS NOT NULL AND trouble = ''
		UNION ALL
		SELECT id, CASE WHEN read_us = 0 THEN 'unread' ELSE 'unanswered' END, channel, lang, CASE WHEN since_us > 0 THEN since_us ELSE in_us END AS since FROM thread
		WHERE urgency = 'now' AND (closed_us = 0 OR in_us > closed_us) AND (read_us = 0 OR out_us <= in_us AND NOT `+underDuress+`)
		UNION ALL
		SELECT thread.id, CASE WHEN a.kind = 'help' THEN 'help' ELSE 'forced' END AS what, channel, lang, MIN(a.at_us) AS since FROM thread_alarm a JOIN thread ON thread.id = a.thread
		WHERE a.ended_us = 0 AND a.acked_us = 0 GROUP BY thread.id, what
		ORDER BY since, 1`)
}

// WatchFrom is from when a ladder counts; zero when it was not seen yet.
func (t *Tx) WatchFrom(ctx context.Context, r duty.Round) (time.Time, error) {
	at, err := one(t.q.QueryRow(ctx, `SELECT from_us FROM duty_watch WHERE subject = $1 AND kind = $2 AND round_us = $3`, r.Subject, string(r.Kind), clock.Micros(r.Since)),
		func(s scanner) (int64, error) {
			var us int64
			err := s.Scan(&us)
			return us, err
		})
	if fault.KindOf(err) == fault.NotFound {
		return time.Time{}, nil
	}
	return clock.FromMicros(at), err
}

// PutWatchFrom notes from when a ladder counts.
func (t *Tx) PutWatchFrom(ctx context.Context, r duty.Round, from time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO duty_watch (subject, kind, round_us, from_us) VALUES ($1, $2, $3, $4)
		ON CONFLICT (subject, kind, round_us) DO UPDATE SET from_us = excluded.from_us`, r.Subject, string(r.Kind), clock.Micros(r.Since), clock.Micros(from))
	return err
}

const dutyAlarmColumns = `id, subject, kind, round_us, step, channel, lang, from_us, due_us, raised_us, called, ended_us`

// RaiseDutyAlarm adds a rung unless it was called before.
func (t *Tx) RaiseDutyAlarm(ctx context.Context, a duty.Alarm) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO duty_alarm (`+dutyAlarmColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)
		ON CONFLICT (subject, kind, round_us, step) DO NOTHING`, a.ID, a.Round.Subject, string(a.Round.Kind), clock.Micros(a.Round.Since), a.Step,
		a.Channel, a.Lang, clock.Micros(a.From), clock.Micros(a.Due), clock.Micros(a.Raised), strings.Join(a.Called, " "))
	return n == 1, err
}

// DutyAlarms lists the rungs that were called and go on, oldest first.
func (t *Tx) DutyAlarms(ctx context.Context) ([]duty.Alarm, error) {
	return all(ctx, t, func(s scanner) (duty.Alarm, error) {
		var a duty.Alarm
		var round, from, due, raised, ended int64
		var called string
		err := s.Scan(&a.ID, &a.Round.Subject, &a.Round.Kind, &round, &a.Step, &a.Channel, &a.Lang, &from, &due, &raised, &called, &ended)
		a.Round.Since, a.From, a.Due = clock.FromMicros(round), clock.FromMicros(from), clock.FromMicros(due)
		a.Raised, a.Ended, a.Called = clock.FromMicros(raised), clock.FromMicros(ended), strings.Fields(called)
		return a, err
	}, `SELECT `+dutyAlarmColumns+` FROM duty_alarm WHERE ended_us = 0 ORDER BY from_us, subject, step`)
}

// EndDutyAlarm notes that what was called for is done.
func (t *Tx) EndDutyAlarm(ctx context.Context, id string, at time.Time) error {
	return t.execOne(ctx, `UPDATE duty_alarm SET ended_us = $2 WHERE id = $1`, id, clock.Micros(at))
}

func scanTemplate(s scanner) (wording.Template, error) {
	var w wording.Template
	var at int64
	var texts string
	if err := s.Scan(&w.ID, &w.Version, &w.Title, &texts, &w.Author, &at, &w.Retired); err != nil {
		return w, err
	}
	w.At = clock.FromMicros(at)
	return w, json.Unmarshal([]byte(texts), &w.Texts)
}

// AddTemplate keeps one version of a template.
func (t *Tx) AddTemplate(ctx context.Context, w wording.Template) error {
	texts, err := json.Marshal(w.Texts)
	if err != nil {
		return err
	}
	return t.insert(ctx, "A colleague changed this template meanwhile. What you wrote is still here; look at the new version first.",
		`INSERT INTO wording (id, version, title, texts, author, at_us, retired) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		w.ID, w.Version, w.Title, string(texts), w.Author, clock.Micros(w.At), truth(w.Retired))
}

// Templates lists the newest version of each template, by title.
func (t *Tx) Templates(ctx context.Context) ([]wording.Template, error) {
	return all(ctx, t, scanTemplate, `SELECT id, version, title, texts, author, at_us, retired FROM wording w
		WHERE version = (SELECT MAX(version) FROM wording x WHERE x.id = w.id) ORDER BY title, id`)
}

// Versions lists every version of a template, the newest first.
func (t *Tx) Versions(ctx context.Context, id string) ([]wording.Template, error) {
	return all(ctx, t, scanTemplate, `SELECT id, version, title, texts, author, at_us, retired FROM wording WHERE id = $1 ORDER BY version DESC`, id)
}

var (
	_ duty.Store    = (*Tx)(nil)
	_ wording.Store = (*Tx)(nil)
)
