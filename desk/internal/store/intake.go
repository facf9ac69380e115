package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"waylight/desk/internal/intake"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// PutChannel adds a channel or changes its names.
func (t *Tx) PutChannel(ctx context.Context, c intake.Channel) error {
	names, err := json.Marshal(c.Names)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO channel (id, names, second) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET names = excluded.names, second = excluded.second`,
		c.ID, string(names), truth(c.Second))
	return err
}

// Channels lists the organisation's channels.
func (t *Tx) Channels(ctx context.Context) ([]intake.Channel, error) {
	return all(ctx, t, func(s scanner) (intake.Channel, error) {
		var c intake.Channel
		var names string
		if err := s.Scan(&c.ID, &names, &c.Second); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(names), &c.Names)
	}, `SELECT id, names, second FROM channel ORDER BY id`)
}

// PutIntakeKey adds a key.
func (t *Tx) PutIntakeKey(ctx context.Context, k intake.Key) error {
	return t.insert(ctx, "This key is known already.", `INSERT INTO intake_key (id, channel, recipient, serial, from_day, until_day, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, k.ID, k.Channel, k.Recipient, int64(k.Serial), k.From, k.Until, k.Sealed)
}

// IntakeKeys lists keys, newest first; of all channels when channel is "".
func (t *Tx) IntakeKeys(ctx context.Context, channel string) ([]intake.Key, error) {
	return all(ctx, t, func(s scanner) (intake.Key, error) {
		var k intake.Key
		err := s.Scan(&k.ID, &k.Channel, &k.Recipient, &k.Serial, &k.From, &k.Until, &k.Sealed)
		return k, err
	}, `SELECT id, channel, recipient, serial, from_day, until_day, sealed FROM intake_key WHERE $1 = '' OR channel = $1 ORDER BY channel, serial DESC`, channel)
}

// ResealMessage replaces the sealed bytes of a message.
func (t *Tx) ResealMessage(ctx context.Context, m intake.Message) error {
	return t.execOne(ctx, `UPDATE thread_message SET sealed = $2 WHERE id = $1`, m.ID, []byte(m.Sealed))
}

// ResealKey replaces the sealed private half of a key; none destroys it.
func (t *Tx) ResealKey(ctx context.Context, k intake.Key) error {
	return t.execOne(ctx, `UPDATE intake_key SET sealed = $2 WHERE id = $1`, k.ID, append([]byte{}, k.Sealed...))
}

// PutArrival keeps an envelope; fresh is false when its id came before.
func (t *Tx) PutArrival(ctx context.Context, a intake.Arrival) (fresh bool, err error) {
	uploads, err := json.Marshal(a.Uploads)
	if err != nil {
		return false, err
	}
	n, err := t.exec(ctx, `INSERT INTO arrival (id, channel, mailbox, sign_key, day, sealed, uploads, at_us, since_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO NOTHING`, a.ID, a.Channel, a.Mailbox, a.SignKey, a.Day, []byte(a.Sealed), string(uploads), clock.Micros(a.At), clock.Micros(a.Since))
	return n == 1, err
}

func (t *Tx) arrivals(ctx context.Context, where string, args ...any) ([]intake.Arrival, error) {
	return all(ctx, t, func(s scanner) (intake.Arrival, error) {
		var a intake.Arrival
		var uploads string
		var at, since int64
		if err := s.Scan(&a.ID, &a.Channel, &a.Mailbox, &a.SignKey, &a.Day, &a.Sealed, &uploads, &at, &a.Trouble, &since); err != nil {
			return a, err
		}
		a.At, a.Since = clock.FromMicros(at), clock.FromMicros(since)
		return a, json.Unmarshal([]byte(uploads), &a.Uploads)
	}, `SELECT id, channel, mailbox, sign_key, day, sealed, uploads, at_us, trouble, since_us FROM arrival WHERE sealed IS NOT NULL AND `+where, args...)
}

// WaitingArrivals lists what was not opened yet and the member may open, oldest first.
func (t *Tx) WaitingArrivals(ctx context.Context, member string, limit int) ([]intake.Arrival, error) {
	return t.arrivals(ctx, `trouble = '' AND NOT EXISTS (SELECT 1 FROM thread h WHERE (h.mailbox = arrival.mailbox OR h.id = (SELECT x.thread FROM thread_second x WHERE x.mailbox = arrival.mailbox))
		AND NOT EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = h.id AND g.member = $2)) ORDER BY at_us, id LIMIT $1`, limit, member)
}

// WaitingOn counts what came on a channel until a day and was not opened yet.
func (t *Tx) WaitingOn(ctx context.Context, channel string, until clock.Day) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM arrival WHERE sealed IS NOT NULL AND trouble = '' AND channel = $1 AND day <= $2`, channel, string(until)), func(s scanner) (int, error) {
		var n int
		err := s.Scan(&n)
		return n, err
	})
}

// ArrivalKnown reports whether an arrival came before, also when it was opened since.
func (t *Tx) ArrivalKnown(ctx context.Context, id string) (bool, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM arrival WHERE id = $1`, id), func(s scanner) (bool, error) {
		var n int
		err := s.Scan(&n)
		return n > 0, err
	})
}

// TroubledArrivals lists what no key opened.
func (t *Tx) TroubledArrivals(ctx context.Context) ([]intake.Arrival, error) {
	return t.arrivals(ctx, `trouble <> '' ORDER BY at_us, id`)
}

// ArrivalOpened destroys the sealed bytes and keeps the id.
func (t *Tx) ArrivalOpened(ctx context.Context, id string) error {
	return t.execOne(ctx, `UPDATE arrival SET sealed = NULL, trouble = '', mailbox = '', sign_key = x'' WHERE id = $1`, id)
}

// ArrivalTrouble notes why an arrival could not be opened.
func (t *Tx) ArrivalTrouble(ctx context.Context, id, trouble string) error {
	return t.execOne(ctx, `UPDATE arrival SET trouble = $2 WHERE id = $1`, id, trouble)
}

const threadColumns = `id, channel, mailbox, sign_key, lang, via, urgency, arrived_us, read_us, reader, assignee, in_us, out_us, closed_us, case_id, files, since_us, aside_us, aside_why, into_id, second, held, erase_day`

func scanThread(s scanner) (intake.Thread, error) {
	var t intake.Thread
	var mailbox sql.NullString
	var arrived, read, in, out, closed, since, aside int64
	err := s.Scan(&t.ID, &t.Channel, &mailbox, &t.SignKey, &t.Lang, &t.Via, &t.Urgency, &arrived, &read, &t.Reader, &t.Assignee, &in, &out, &closed, &t.Case, &t.Files,
		&since, &aside, &t.AsideWhy, &t.Into, &t.Second, &t.Held, &t.EraseBy)
	t.Mailbox = mailbox.String
	t.Arrived, t.FirstRead = clock.FromMicros(arrived), clock.FromMicros(read)
	t.LastIn, t.LastOut, t.ClosedAt = clock.FromMicros(in), clock.FromMicros(out), clock.FromMicros(closed)
	t.Since, t.Aside = clock.FromMicros(since), clock.FromMicros(aside)
	return t, err
}

// Thread returns one thread.
func (t *Tx) Thread(ctx context.Context, id string) (intake.Thread, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+threadColumns+` FROM thread WHERE id = $1`, id), scanThread)
}

// ThreadOfMailbox returns the thread of a mailbox.
func (t *Tx) ThreadOfMailbox(ctx context.Context, mailbox string) (intake.Thread, error) {
	if mailbox == "" {
		return intake.Thread{}, fault.Missing()
	}
	return one(t.q.QueryRow(ctx, `SELECT `+threadColumns+` FROM thread WHERE mailbox = $1`, mailbox), scanThread)
}

// Threads lists the threads whose safe the member can open.
func (t *Tx) Threads(ctx context.Context, member string) ([]intake.Thread, error) {
	return all(ctx, t, scanThread, `SELECT `+threadColumns+` FROM thread WHERE id IN (SELECT safe FROM safe_grant WHERE member = $1) ORDER BY in_us`, member)
}

// PutThread adds or replaces a thread.
func (t *Tx) PutThread(ctx context.Context, th intake.Thread) error {
	_, err := t.exec(ctx, `INSERT INTO thread (`+threadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (id) DO UPDATE SET since_us = excluded.since_us, aside_us = excluded.aside_us, aside_why = excluded.aside_why, into_id = excluded.into_id,
		second = excluded.second, held = excluded.held, erase_day = excluded.erase_day, urgency = excluded.urgency, read_us = excluded.read_us, reader = excluded.reader, assignee = excluded.assignee,
		in_us = excluded.in_us, out_us = excluded.out_us, closed_us = excluded.closed_us, case_id = excluded.case_id, files = excluded.files`,
		th.ID, th.Channel, sql.NullString{String: th.Mailbox, Valid: th.Mailbox != ""}, th.SignKey, th.Lang, string(th.Via), string(th.Urgency),
		clock.Micros(th.Arrived), clock.Micros(th.FirstRead), th.Reader, th.Assignee, clock.Micros(th.LastIn), clock.Micros(th.LastOut), clock.Micros(th.ClosedAt), th.Case, th.Files,
		clock.Micros(th.Since), clock.Micros(th.Aside), string(th.AsideWhy), th.Into, truth(th.Second), string(th.Held), string(th.EraseBy))
	return err
}

// AddMessage appends a message to its thread.
func (t *Tx) AddMessage(ctx context.Context, m intake.Message) error {
	_, err := t.exec(ctx, `INSERT INTO thread_message (thread, seq, id, direction, author, at_us, sealed)
		SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6 FROM thread_message WHERE thread = $1`,
		m.Thread, m.ID, string(m.Direction), m.Author, clock.Micros(m.At), []byte(m.Sealed))
	return err
}

// HasMessage reports whether a message with this id stands in any conversation.
func (t *Tx) HasMessage(ctx context.Context, id string) (bool, error) {
	n, err := one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM thread_message WHERE id = $1`, id), scanCount)
	return n > 0, err
}

// Messages lists a thread's messages in their order.
func (t *Tx) Messages(ctx context.Context, thread string) ([]intake.Message, error) {
	return all(ctx, t, func(s scanner) (intake.Message, error) {
		var m intake.Message
		var at int64
		err := s.Scan(&m.ID, &m.Thread, &m.Seq, &m.Direction, &m.Author, &at, &m.Sealed)
		m.At = clock.FromMicros(at)
		return m, err
	}, `SELECT id, thread, seq, direction, author, at_us, sealed FROM thread_message WHERE thread = $1 ORDER BY seq`, thread)
}

// EraseThread deletes a thread, its messages and grants, and shreds its ledger content.
func (t *Tx) EraseThread(ctx context.Context, id string) error {
	for _, q := range []string{`DELETE FROM thread_draft WHERE thread = $1`, `DELETE FROM thread_translation WHERE thread = $1`, `DELETE FROM thread_upload WHERE thread = $1`, `DELETE FROM thread_unlisted WHERE thread = $1`,
		`DELETE FROM thread_print WHERE thread = $1`, `DELETE FROM thread_merge WHERE child = $1 OR parent = $1`, `UPDATE thread SET into_id = '' WHERE into_id = $1`,
		`DELETE FROM post_out WHERE subject = $1`, `DELETE FROM duty_alarm WHERE subject = $1`, `DELETE FROM duty_watch WHERE subject = $1`, `DELETE FROM thread_second WHERE thread = $1`, `DELETE FROM thread_alarm WHERE thread = $1`,
		`DELETE FROM thread_card WHERE thread = $1`, `UPDATE thread_card SET own = '' WHERE own = $1`, `DELETE FROM thread_message WHERE thread = $1`, `DELETE FROM safe_grant WHERE safe = $1`, `DELETE FROM thread WHERE id = $1`} {
		if _, err := t.exec(ctx, q, id); err != nil {
			return err
		}
	}
	return t.ShredLedger(ctx, id)
}

var _ intake.Store = (*Tx)(nil)
