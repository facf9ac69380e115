package store

import (
	"context"
	"time"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
)

const reminderColumns = `file, item, what, from_us, due_us`

func scanReminder(s scanner) (cases.Reminder, error) {
	var r cases.Reminder
	var from, due int64
	err := s.Scan(&r.Case, &r.Item, &r.What, &from, &due)
	r.From, r.Due = clock.FromMicros(from), clock.FromMicros(due)
	return r, err
}

// SetReminders replaces what is to be remembered of a case.
func (t *Tx) SetReminders(ctx context.Context, file string, all []cases.Reminder) error {
	if _, err := t.exec(ctx, `DELETE FROM case_reminder WHERE file = $1`, file); err != nil {
		return err
	}
	for _, r := range all {
		if _, err := t.exec(ctx, `INSERT INTO case_reminder (`+reminderColumns+`) VALUES ($1, $2, $3, $4, $5)`, file, r.Item, r.What, clock.Micros(r.From), clock.Micros(r.Due)); err != nil {
			return err
		}
	}
	return nil
}

// RemindersOf lists what is to be remembered of a case, in a fixed order.
func (t *Tx) RemindersOf(ctx context.Context, file string) ([]cases.Reminder, error) {
	return all(ctx, t, scanReminder, `SELECT `+reminderColumns+` FROM case_reminder WHERE file = $1 ORDER BY item, what`, file)
}

// ConsentsOver lists the reminders of consents to be named whose last day is over at a time.
func (t *Tx) ConsentsOver(ctx context.Context, at time.Time) ([]cases.Reminder, error) {
	return all(ctx, t, scanReminder, `SELECT `+reminderColumns+` FROM case_reminder WHERE what = 'consent' AND due_us < $1 ORDER BY due_us, file, item`, clock.Micros(at))
}

// Lapse notes that the end of a consent was acted on; NotFound when it does not end then any more.
func (t *Tx) Lapse(ctx context.Context, r cases.Reminder) error {
	return t.execOne(ctx, `UPDATE case_reminder SET what = 'lapsed' WHERE file = $1 AND item = $2 AND what = 'consent' AND due_us = $3`, r.Case, r.Item, clock.Micros(r.Due))
}

// ConsentsUnclocked lists the cases of a member whose consents do not stand under the clock yet.
func (t *Tx) ConsentsUnclocked(ctx context.Context, member string) ([]string, error) {
	return all(ctx, t, func(s scanner) (id string, err error) {
		err = s.Scan(&id)
		return id, err
	}, `SELECT file FROM consent_unclocked JOIN safe_grant ON safe = file WHERE member = $1 ORDER BY file`, member)
}

// ConsentsClocked notes that those of a case do.
func (t *Tx) ConsentsClocked(ctx context.Context, file string) error {
	_, err := t.exec(ctx, `DELETE FROM consent_unclocked WHERE file = $1`, file)
	return err
}

// RemindersFor lists what waits for a member at a time, the soonest first.
func (t *Tx) RemindersFor(ctx context.Context, member string, now time.Time) ([]cases.Reminder, error) {
	return all(ctx, t, scanReminder, `SELECT `+reminderColumns+` FROM case_reminder
		WHERE from_us <= $2 AND file IN (SELECT safe FROM safe_grant WHERE member = $1) ORDER BY due_us, item`, member, clock.Micros(now))
}
