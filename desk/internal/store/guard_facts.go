package store

import (
	"context"
	"time"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/internal/fault"
)

// settingFacts says whether fingerprints of facts are kept; not set: they are.
const settingFacts = "guard.facts"

// factsOff reports whether the organisation keeps no fingerprints of facts.
func (t *Tx) factsOff(ctx context.Context) (bool, error) {
	v, err := t.Setting(ctx, settingFacts)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return string(v) == "off", err
}

// WatchFacts is WatchTerm for a text that tells of a person, written at a time: from it
// an age gives the year of birth. While no facts are kept it changes nothing.
func (t *Tx) WatchFacts(ctx context.Context, owner, text string, written time.Time) error {
	off, err := t.factsOff(ctx)
	if err != nil || off {
		return err
	}
	key, err := t.ensureGuardKey(ctx)
	if err != nil {
		return err
	}
	return t.keepTerm(ctx, owner, guard.Facts, key.Whole(guard.Facts, text), key.FactMarks(text, written.Year()))
}

// FactsWatch tells how far texts are checked for facts.
func (t *Tx) FactsWatch(ctx context.Context) (w publish.FactsWatch, err error) {
	if w.Off, err = t.factsOff(ctx); err != nil || w.Off {
		return w, err
	}
	err = t.q.QueryRow(ctx, `SELECT COUNT(*) FROM guard_lack`).Scan(&w.Lack)
	return w, err
}

// DropFacts removes every fingerprint of facts, with the decisions about them, and
// keeps none from now on. It counts whose there were.
func (t *Tx) DropFacts(ctx context.Context) (owners int, err error) {
	if err := t.q.QueryRow(ctx, `SELECT COUNT(DISTINCT owner) FROM guard_term WHERE kind = 'facts'`).Scan(&owners); err != nil {
		return 0, err
	}
	for _, s := range []string{
		`DELETE FROM guard_decision WHERE term IN (SELECT id FROM guard_term WHERE kind = 'facts')`,
		`DELETE FROM guard_term WHERE kind = 'facts'`, // its marks go with it
		`DELETE FROM guard_lack`,
	} {
		if _, err := t.exec(ctx, s); err != nil {
			return 0, err
		}
	}
	if err := t.termsMoved(ctx); err != nil {
		return 0, err
	}
	return owners, t.PutSetting(ctx, settingFacts, []byte("off"))
}

// KeepFacts keeps fingerprints of facts again. It counts the cases, parties and sources
// whose facts somebody who can open them has to tell anew.
func (t *Tx) KeepFacts(ctx context.Context) (lack int, err error) {
	if err := t.PutSetting(ctx, settingFacts, []byte("on")); err != nil {
		return 0, err
	}
	n, err := t.exec(ctx, `INSERT INTO guard_lack (owner)
		SELECT id FROM case_file WHERE EXISTS (SELECT 1 FROM safe_grant WHERE safe = case_file.id)
		UNION SELECT id FROM party WHERE safe = id AND EXISTS (SELECT 1 FROM safe_grant WHERE safe = party.id)
		UNION SELECT source FROM item WHERE material = 'identity' AND EXISTS (SELECT 1 FROM safe_grant WHERE safe = item.source)
		ON CONFLICT DO NOTHING`)
	return int(n), err
}

// FactsLacking lists what of which the facts were not told and that a member can open.
func (t *Tx) FactsLacking(ctx context.Context, member string) ([]string, error) {
	return all(ctx, t, func(s scanner) (string, error) {
		var id string
		err := s.Scan(&id)
		return id, err
	}, `SELECT owner FROM guard_lack JOIN safe_grant ON safe = owner WHERE member = $1 ORDER BY owner`, member)
}

// FactsUntold lists which of these owners' facts were never told to the guard.
func (t *Tx) FactsUntold(ctx context.Context, owners []string) (out []string, err error) {
	for _, id := range owners {
		var n int
		if err := t.q.QueryRow(ctx, `SELECT COUNT(*) FROM guard_lack WHERE owner = $1`, id).Scan(&n); err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, id)
		}
	}
	return out, nil
}

// FactsTold notes that an owner's facts were told to the guard.
func (t *Tx) FactsTold(ctx context.Context, owner string) error {
	_, err := t.exec(ctx, `DELETE FROM guard_lack WHERE owner = $1`, owner)
	return err
}
