package store

import (
	"context"

	"waylight/desk/internal/intake"
	"waylight/internal/clock"
)

// PutSecond notes the mailbox of a thread's second code; a mailbox that another
// thread has already is a Conflict.
func (t *Tx) PutSecond(ctx context.Context, s intake.Second) error {
	return t.insert(ctx, "This mailbox belongs to another conversation.", `INSERT INTO thread_second (thread, mailbox, sign_key, shown) VALUES ($1, $2, $3, $4)`,
		s.Thread, s.Mailbox, s.SignKey, truth(s.Shown))
}

func scanSecond(s scanner) (intake.Second, error) {
	var x intake.Second
	err := s.Scan(&x.Thread, &x.Mailbox, &x.SignKey, &x.Shown)
	return x, err
}

// SecondOf returns the second mailbox of a thread.
func (t *Tx) SecondOf(ctx context.Context, thread string) (intake.Second, error) {
	return one(t.q.QueryRow(ctx, `SELECT thread, mailbox, sign_key, shown FROM thread_second WHERE thread = $1`, thread), scanSecond)
}

// SecondBox returns the second mailbox with this id.
func (t *Tx) SecondBox(ctx context.Context, mailbox string) (intake.Second, error) {
	return one(t.q.QueryRow(ctx, `SELECT thread, mailbox, sign_key, shown FROM thread_second WHERE mailbox = $1`, mailbox), scanSecond)
}

// SecondShown notes that the harmless answer was sent.
func (t *Tx) SecondShown(ctx context.Context, thread string) error {
	return t.execOne(ctx, `UPDATE thread_second SET shown = 1 WHERE thread = $1`, thread)
}

const alarmColumns = `id, thread, kind, token, at_us, member, acked_us, ended_us`

func scanAlarm(s scanner) (intake.Alarm, error) {
	var a intake.Alarm
	var at, acked, ended int64
	err := s.Scan(&a.ID, &a.Thread, &a.Kind, &a.Token, &at, &a.Member, &acked, &ended)
	a.At, a.Acked, a.Ended = clock.FromMicros(at), clock.FromMicros(acked), clock.FromMicros(ended)
	return a, err
}

// RaiseAlarm keeps an alarm; fresh is false when the same thing raised one before.
func (t *Tx) RaiseAlarm(ctx context.Context, a intake.Alarm) (fresh bool, err error) {
	n, err := t.exec(ctx, `INSERT INTO thread_alarm (`+alarmColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (token) DO NOTHING`,
		a.ID, a.Thread, string(a.Kind), a.Token, clock.Micros(a.At), a.Member, clock.Micros(a.Acked), clock.Micros(a.Ended))
	return n == 1, err
}

// AlarmsOpen lists the alarms that have not ended, the oldest first.
func (t *Tx) AlarmsOpen(ctx context.Context) ([]intake.Alarm, error) {
	return all(ctx, t, scanAlarm, `SELECT `+alarmColumns+` FROM thread_alarm WHERE ended_us = 0 ORDER BY at_us, id`)
}

// AlarmsOf lists every alarm of a thread, the oldest first.
func (t *Tx) AlarmsOf(ctx context.Context, thread string) ([]intake.Alarm, error) {
	return all(ctx, t, scanAlarm, `SELECT `+alarmColumns+` FROM thread_alarm WHERE thread = $1 ORDER BY at_us, id`, thread)
}

// SaveAlarm keeps who acts on an alarm, and its end.
func (t *Tx) SaveAlarm(ctx context.Context, a intake.Alarm) error {
	return t.execOne(ctx, `UPDATE thread_alarm SET member = $2, acked_us = $3, ended_us = $4 WHERE id = $1`, a.ID, a.Member, clock.Micros(a.Acked), clock.Micros(a.Ended))
}

func scanCard(s scanner) (intake.Card, error) {
	var c intake.Card
	var lift int64
	err := s.Scan(&c.Thread, &c.Sealed, &c.Proxy, &c.Own, &lift)
	c.Lifted = clock.FromMicros(lift)
	return c, err
}

// Card returns what is agreed with the sender of a thread.
func (t *Tx) Card(ctx context.Context, thread string) (intake.Card, error) {
	return one(t.q.QueryRow(ctx, `SELECT thread, sealed, proxy, own, lift_us FROM thread_card WHERE thread = $1`, thread), scanCard)
}

// Cards lists the plain half of the cards of the threads that a member can open.
func (t *Tx) Cards(ctx context.Context, member string) ([]intake.Card, error) {
	return all(ctx, t, scanCard, `SELECT thread, sealed, proxy, own, lift_us FROM thread_card WHERE thread IN (SELECT safe FROM safe_grant WHERE member = $1)`, member)
}

// PutCard keeps a card.
func (t *Tx) PutCard(ctx context.Context, c intake.Card) error {
	_, err := t.exec(ctx, `INSERT INTO thread_card (thread, sealed, proxy, own, lift_us) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (thread) DO UPDATE SET sealed = excluded.sealed, proxy = excluded.proxy, own = excluded.own, lift_us = excluded.lift_us`,
		c.Thread, []byte(c.Sealed), truth(c.Proxy), c.Own, clock.Micros(c.Lifted))
	return err
}
