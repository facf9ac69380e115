package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/guard"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// AddBreach adds what became known.
func (t *Tx) AddBreach(ctx context.Context, i cases.Breach) error {
	return t.insert(ctx, "This exists already.", `INSERT INTO case_breach (id, kind, by, at_us) VALUES ($1, $2, $3, $4)`, i.ID, string(i.Kind), i.By, clock.Micros(i.At))
}

// Breach returns one.
func (t *Tx) Breach(ctx context.Context, id string) (cases.Breach, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, kind, by, at_us FROM case_breach WHERE id = $1`, id), func(s scanner) (cases.Breach, error) {
		var i cases.Breach
		var at int64
		err := s.Scan(&i.ID, &i.Kind, &i.By, &at)
		i.At = clock.FromMicros(at)
		return i, err
	})
}

const taskColumns = `id, breach, subject, how, what, due_us, done_us, member`

func scanTask(s scanner) (cases.Task, error) {
	var k cases.Task
	var due, done int64
	err := s.Scan(&k.ID, &k.Breach, &k.Subject, &k.How, &k.What, &due, &done, &k.Member)
	k.Due, k.Done = clock.FromMicros(due), clock.FromMicros(done)
	return k, err
}

// tasksAtOnce is how many steps one statement writes.
const tasksAtOnce = 50

// AddTasks adds steps; one that exists for the same subject stays as it is.
func (t *Tx) AddTasks(ctx context.Context, list []cases.Task) error {
	for part := range slices.Chunk(list, tasksAtOnce) {
		var rows []string
		var args []any
		for i, k := range part {
			n := i * 6
			rows = append(rows, fmt.Sprintf(`($%d, $%d, $%d, $%d, $%d, $%d, 0, '')`, n+1, n+2, n+3, n+4, n+5, n+6))
			args = append(args, k.ID, k.Breach, k.Subject, string(k.How), k.What, clock.Micros(k.Due))
		}
		if _, err := t.exec(ctx, `INSERT INTO case_task (`+taskColumns+`) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT (breach, subject, what) DO NOTHING`, args...); err != nil {
			return err
		}
	}
	return nil
}

// DoneTask notes who did a step; only the first counts.
func (t *Tx) DoneTask(ctx context.Context, id, member string, at time.Time) error {
	n, err := t.exec(ctx, `UPDATE case_task SET done_us = $2, member = $3 WHERE id = $1 AND done_us = 0`, id, clock.Micros(at), member)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "Somebody has done this already.")
	}
	return err
}

// Task returns one step.
func (t *Tx) Task(ctx context.Context, id string) (cases.Task, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+taskColumns+` FROM case_task WHERE id = $1`, id), scanTask)
}

// TasksOf lists the steps of an breach, the soonest first.
func (t *Tx) TasksOf(ctx context.Context, breach string) ([]cases.Task, error) {
	return all(ctx, t, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE breach = $1 ORDER BY due_us, subject, rowid`, breach)
}

// TasksFor lists the open steps about what a member can open, if they were told of the breach, the soonest first.
func (t *Tx) TasksFor(ctx context.Context, member string) ([]cases.Task, error) {
	return all(ctx, t, scanTask, `SELECT `+taskColumns+` FROM case_task k WHERE done_us = 0
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = k.subject AND g.member = $1)
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = k.breach AND g.member = $1) ORDER BY due_us, rowid LIMIT 500`, member)
}

// BreachesOf lists the breaches that have a step about a subject.
func (t *Tx) BreachesOf(ctx context.Context, subject string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT DISTINCT breach FROM case_task WHERE subject = $1`, subject)
}

// DropTasks removes the steps about a subject; DropBreach removes an breach that has none left.
func (t *Tx) DropTasks(ctx context.Context, subject string) error {
	_, err := t.exec(ctx, `DELETE FROM case_task WHERE subject = $1`, subject)
	return err
}

// DropBreach removes an breach and its steps.
func (t *Tx) DropBreach(ctx context.Context, id string) error {
	if _, err := t.exec(ctx, `DELETE FROM case_task WHERE breach = $1`, id); err != nil {
		return err
	}
	return t.execOne(ctx, `DELETE FROM case_breach WHERE id = $1`, id)
}

// TermOwners lists who keeps a term of this kind: safes with their items
// ("case_…/party_…"), by the leak guard's fingerprints. It opens nothing.
func (t *Tx) TermOwners(ctx context.Context, kind, term string) ([]string, error) {
	key, err := t.GuardKey(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var owners []string
	for _, m := range key.Marks(guard.Kind(kind), term) {
		if m.Strength != guard.Whole {
			continue
		}
		found, err := all(ctx, t, scanText, `SELECT DISTINCT t.owner FROM guard_mark m JOIN guard_term t ON t.id = m.term WHERE m.print = $1 AND t.kind = $2`, m.Print[:], kind)
		if err != nil {
			return nil, err
		}
		owners = append(owners, found...)
	}
	return owners, nil
}
