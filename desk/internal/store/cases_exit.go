package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/jobs"
	"waylight/internal/clock"
)

const exitColumns = `id, kind, rows, format, by, at_us, reason, recipient, second, answered_us, yes, fetched`

func scanExit(s scanner) (cases.Exit, error) {
	var e cases.Exit
	var at, answered int64
	err := s.Scan(&e.ID, &e.Kind, &e.Table, &e.Format, &e.By, &at, &e.Reason, &e.Recipient, &e.Second, &answered, &e.Yes, &e.Fetched)
	e.At, e.Answered = clock.FromMicros(at), clock.FromMicros(answered)
	return e, err
}

// AddExit adds what a member asks to take out.
func (t *Tx) AddExit(ctx context.Context, e cases.Exit) error {
	return t.insert(ctx, "This was asked already. Load the page again.", `INSERT INTO case_exit (`+exitColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.ID, string(e.Kind), string(e.Table), string(e.Format), e.By, clock.Micros(e.At), e.Reason, e.Recipient, e.Second, clock.Micros(e.Answered), truth(e.Yes), e.Fetched)
}

// Exit returns one.
func (t *Tx) Exit(ctx context.Context, id string) (cases.Exit, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+exitColumns+` FROM case_exit WHERE id = $1`, id), scanExit)
}

// Exits lists the newest.
func (t *Tx) Exits(ctx context.Context, limit int) ([]cases.Exit, error) {
	return all(ctx, t, scanExit, `SELECT `+exitColumns+` FROM case_exit ORDER BY at_us DESC, id LIMIT $1`, limit)
}

// SaveExit keeps the answer to one, and that it was fetched.
func (t *Tx) SaveExit(ctx context.Context, e cases.Exit) error {
	return t.execOne(ctx, `UPDATE case_exit SET second = $2, answered_us = $3, yes = $4, fetched = $5 WHERE id = $1`, e.ID, e.Second, clock.Micros(e.Answered), truth(e.Yes), e.Fetched)
}

// AddOrigin notes that a case came from another system.
func (t *Tx) AddOrigin(ctx context.Context, print []byte, file string) error {
	return t.insert(ctx, "This case came in already.", `INSERT INTO case_origin (print, file) VALUES ($1, $2)`, print, file)
}

// FileOfOrigin returns the case that came from another system.
func (t *Tx) FileOfOrigin(ctx context.Context, print []byte) (string, error) {
	return one(t.q.QueryRow(ctx, `SELECT file FROM case_origin WHERE print = $1`, print), scanText)
}

// AddFormText adds a version of the words of a form.
func (t *Tx) AddFormText(ctx context.Context, x cases.FormText) error {
	return t.insert(ctx, "Somebody else changed these words meanwhile. Load the page again.", `INSERT INTO case_form_text (kind, lang, version, title, words, by, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(x.Kind), x.Lang, x.Version, x.Title, x.Words, x.By, clock.Micros(x.At))
}

// FormTexts lists every version of the words of forms.
func (t *Tx) FormTexts(ctx context.Context) ([]cases.FormText, error) {
	return all(ctx, t, func(s scanner) (cases.FormText, error) {
		var x cases.FormText
		var at int64
		err := s.Scan(&x.Kind, &x.Lang, &x.Version, &x.Title, &x.Words, &x.By, &at)
		x.At = clock.FromMicros(at)
		return x, err
	}, `SELECT kind, lang, version, title, words, by, at_us FROM case_form_text ORDER BY kind, lang, version`)
}

// ForgetUpload has the sealed bytes of a file removed after the transaction.
func (t *Tx) ForgetUpload(ctx context.Context, upload string) error {
	body, err := json.Marshal(upload)
	if err != nil {
		return err
	}
	return t.Enqueue(ctx, jobs.Job{Kind: intake.JobForget, Subject: upload, Body: body})
}
