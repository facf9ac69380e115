package store

import (
	"context"
	"time"

	"waylight/desk/internal/intake"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// ThreadsInto lists the threads of the same person that follow one, oldest first.
func (t *Tx) ThreadsInto(ctx context.Context, id string) ([]intake.Thread, error) {
	return all(ctx, t, scanThread, `SELECT `+threadColumns+` FROM thread WHERE into_id = $1 ORDER BY arrived_us, id`, id)
}

// AllThreads lists every thread, for what the clock does without a key.
func (t *Tx) AllThreads(ctx context.Context) ([]intake.Thread, error) {
	return all(ctx, t, scanThread, `SELECT `+threadColumns+` FROM thread ORDER BY arrived_us, id`)
}

// ChannelSecond reports whether a channel's answers need a second person.
func (t *Tx) ChannelSecond(ctx context.Context, channel string) (bool, error) {
	second, err := one(t.q.QueryRow(ctx, `SELECT second FROM channel WHERE id = $1`, channel), func(s scanner) (bool, error) {
		var b bool
		err := s.Scan(&b)
		return b, err
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return second, err
}

const draftColumns = `id, thread, author, revision, at_us, asked, approver, message, sealed`

func scanDraft(s scanner) (intake.Draft, error) {
	var d intake.Draft
	var at int64
	err := s.Scan(&d.ID, &d.Thread, &d.Author, &d.Revision, &at, &d.Asked, &d.Approver, &d.Message, (*[]byte)(&d.Sealed))
	d.At = clock.FromMicros(at)
	return d, err
}

// PutDraft adds or replaces a draft; without sealed bytes its words are gone.
func (t *Tx) PutDraft(ctx context.Context, d intake.Draft) error {
	var sealed any
	if len(d.Sealed) > 0 {
		sealed = []byte(d.Sealed)
	}
	_, err := t.exec(ctx, `INSERT INTO thread_draft (`+draftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, at_us = excluded.at_us, asked = excluded.asked, approver = excluded.approver,
		message = excluded.message, sealed = excluded.sealed`,
		d.ID, d.Thread, d.Author, d.Revision, clock.Micros(d.At), truth(d.Asked), d.Approver, d.Message, sealed)
	return err
}

// Draft returns one draft.
func (t *Tx) Draft(ctx context.Context, id string) (intake.Draft, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+draftColumns+` FROM thread_draft WHERE id = $1`, id), scanDraft)
}

// Drafts lists a thread's drafts, oldest first.
func (t *Tx) Drafts(ctx context.Context, thread string) ([]intake.Draft, error) {
	return all(ctx, t, scanDraft, `SELECT `+draftColumns+` FROM thread_draft WHERE thread = $1 ORDER BY at_us, id`, thread)
}

// DropDraft removes a draft.
func (t *Tx) DropDraft(ctx context.Context, id string) error {
	return t.execOne(ctx, `DELETE FROM thread_draft WHERE id = $1`, id)
}

// DraftsAsked lists what waits for a second person who can open the thread.
func (t *Tx) DraftsAsked(ctx context.Context, member string) ([]intake.Draft, error) {
	return all(ctx, t, scanDraft, `SELECT `+draftColumns+` FROM thread_draft WHERE asked = 1 AND sealed IS NOT NULL AND author <> $1
		AND thread IN (SELECT safe FROM safe_grant WHERE member = $1) ORDER BY at_us, id`, member)
}

// AddTranslation keeps a translation.
func (t *Tx) AddTranslation(ctx context.Context, x intake.Translation) error {
	_, err := t.exec(ctx, `INSERT INTO thread_translation (id, thread, message, lang, author, at_us, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		x.ID, x.Thread, x.Message, x.Lang, x.Author, clock.Micros(x.At), []byte(x.Sealed))
	return err
}

// Translations lists a thread's translations, oldest first.
func (t *Tx) Translations(ctx context.Context, thread string) ([]intake.Translation, error) {
	return all(ctx, t, func(s scanner) (intake.Translation, error) {
		var x intake.Translation
		var at int64
		err := s.Scan(&x.ID, &x.Thread, &x.Message, &x.Lang, &x.Author, &at, &x.Sealed)
		x.At = clock.FromMicros(at)
		return x, err
	}, `SELECT id, thread, message, lang, author, at_us, sealed FROM thread_translation WHERE thread = $1 ORDER BY at_us, id`, thread)
}

// ResealTranslation replaces the sealed bytes of a translation.
func (t *Tx) ResealTranslation(ctx context.Context, x intake.Translation) error {
	return t.execOne(ctx, `UPDATE thread_translation SET sealed = $2 WHERE id = $1`, x.ID, []byte(x.Sealed))
}

// PutMerge notes that two threads are one person's.
func (t *Tx) PutMerge(ctx context.Context, m intake.Merge) error {
	return t.insert(ctx, "One of them is joined to a conversation already. Part them first.",
		`INSERT INTO thread_merge (child, parent, member, at_us, took_case) VALUES ($1, $2, $3, $4, $5)`,
		m.Child, m.Parent, m.Member, clock.Micros(m.At), truth(m.TookCase))
}

// Merge returns what joining a thread changed.
func (t *Tx) Merge(ctx context.Context, child string) (intake.Merge, error) {
	return one(t.q.QueryRow(ctx, `SELECT child, parent, member, at_us, took_case FROM thread_merge WHERE child = $1`, child), func(s scanner) (intake.Merge, error) {
		var m intake.Merge
		var at int64
		err := s.Scan(&m.Child, &m.Parent, &m.Member, &at, &m.TookCase)
		m.At = clock.FromMicros(at)
		return m, err
	})
}

// DropMerge forgets that a thread was joined.
func (t *Tx) DropMerge(ctx context.Context, child string) error {
	return t.execOne(ctx, `DELETE FROM thread_merge WHERE child = $1`, child)
}

// AddUploads notes which sealed files belong to a thread.
func (t *Tx) AddUploads(ctx context.Context, thread string, uploads []string) error {
	for _, u := range uploads {
		if _, err := t.exec(ctx, `INSERT INTO thread_upload (thread, upload) VALUES ($1, $2) ON CONFLICT DO NOTHING`, thread, u); err != nil {
			return err
		}
	}
	return nil
}

func scanString(s scanner) (string, error) {
	var x string
	err := s.Scan(&x)
	return x, err
}

// Uploads lists the sealed files of a thread.
func (t *Tx) Uploads(ctx context.Context, thread string) ([]string, error) {
	return all(ctx, t, scanString, `SELECT upload FROM thread_upload WHERE thread = $1 ORDER BY upload`, thread)
}

// Unlisted lists the threads whose files are not all noted.
func (t *Tx) Unlisted(ctx context.Context) ([]string, error) {
	return all(ctx, t, scanString, `SELECT thread FROM thread_unlisted ORDER BY thread`)
}

// Listed notes that all files of a thread are.
func (t *Tx) Listed(ctx context.Context, thread string) error {
	_, err := t.exec(ctx, `DELETE FROM thread_unlisted WHERE thread = $1`, thread)
	return err
}

// AddPrint keeps a fingerprint of what was written.
func (t *Tx) AddPrint(ctx context.Context, thread string, print []byte) error {
	_, err := t.exec(ctx, `INSERT INTO thread_print (print, thread) VALUES ($1, $2) ON CONFLICT DO NOTHING`, print, thread)
	return err
}

func scanNumber(s scanner) (int, error) {
	var n int
	err := s.Scan(&n)
	return n, err
}

// OthersWith counts the other threads that share a fingerprint with one; those of the same person do not count.
func (t *Tx) OthersWith(ctx context.Context, thread string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(DISTINCT o.thread) FROM thread_print m JOIN thread_print o ON o.print = m.print JOIN thread h ON h.id = o.thread
		WHERE m.thread = $1 AND o.thread <> $1 AND h.into_id <> $1 AND o.thread <> (SELECT into_id FROM thread WHERE id = $1)`, thread), scanNumber)
}

// ArrivedBetween counts the threads of a channel that began in a span, its end included.
func (t *Tx) ArrivedBetween(ctx context.Context, channel string, from, until time.Time) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM thread WHERE channel = $1 AND arrived_us > $2 AND arrived_us <= $3 AND via <> 'phone'`,
		channel, clock.Micros(from), clock.Micros(until)), scanNumber)
}

// InboxViews lists a member's own views of the inbox.
func (t *Tx) InboxViews(ctx context.Context, member string) ([]intake.View, error) {
	return all(ctx, t, func(s scanner) (intake.View, error) {
		var v intake.View
		err := s.Scan(&v.Name, &v.Query)
		return v, err
	}, `SELECT name, query FROM inbox_view WHERE member = $1 ORDER BY name`, member)
}

// PutInboxView keeps a view in place of one of its name.
func (t *Tx) PutInboxView(ctx context.Context, member string, v intake.View) error {
	_, err := t.exec(ctx, `INSERT INTO inbox_view (member, name, query) VALUES ($1, $2, $3) ON CONFLICT (member, name) DO UPDATE SET query = excluded.query`, member, v.Name, v.Query)
	return err
}

// DropInboxView removes a view.
func (t *Tx) DropInboxView(ctx context.Context, member, name string) error {
	return t.execOne(ctx, `DELETE FROM inbox_view WHERE member = $1 AND name = $2`, member, name)
}
