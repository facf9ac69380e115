package store

import (
	"context"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/team"
	"waylight/internal/clock"
)

const (
	taskRow    = `SELECT t.id, t.file, f.pseudonym, t.kind, t.owner, t.by, t.at_us, t.due_us, t.grave, t.state, t.ended_by, t.ended_us FROM team_task t JOIN case_file f ON f.id = t.file`
	taskOrder  = ` ORDER BY t.state <> 'open', t.due_us = 0, t.due_us, t.at_us, t.id`
	handingRow = `SELECT h.id, h.file, f.pseudonym, h.giver, h.taker, h.stays, h.lent, h.note, h.state, h.at_us, h.until_us, h.ended_us, h.voices FROM team_handing h JOIN case_file f ON f.id = h.file`
)

func scanChore(s scanner) (a team.Ask, err error) {
	var at, due, ended int64
	err = s.Scan(&a.ID, &a.File, &a.Code, &a.Kind, &a.Owner, &a.By, &at, &due, &a.Grave, &a.State, &a.EndedBy, &ended)
	a.At, a.Due, a.Ended = clock.FromMicros(at), clock.FromMicros(due), clock.FromMicros(ended)
	return a, err
}

// AddChore adds a task or flag.
func (t *Tx) AddChore(ctx context.Context, a team.Ask) error {
	return t.insert(ctx, "This task exists already.", `INSERT INTO team_task (id, file, kind, owner, by, at_us, due_us, grave, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.File, string(a.Kind), a.Owner, a.By, clock.Micros(a.At), clock.Micros(a.Due), truth(a.Grave), string(a.State))
}

// SaveChore changes whose it is, until when, and whether it is done.
func (t *Tx) SaveChore(ctx context.Context, a team.Ask) error {
	return t.execOne(ctx, `UPDATE team_task SET owner = $2, due_us = $3, grave = $4, state = $5, ended_by = $6, ended_us = $7 WHERE id = $1`,
		a.ID, a.Owner, clock.Micros(a.Due), truth(a.Grave), string(a.State), a.EndedBy, clock.Micros(a.Ended))
}

// Chore returns one task or flag.
func (t *Tx) Chore(ctx context.Context, id string) (team.Ask, error) {
	return one(t.q.QueryRow(ctx, taskRow+` WHERE t.id = $1`, id), scanChore)
}

// ChoresOf lists the tasks of a case, the open ones first.
func (t *Tx) ChoresOf(ctx context.Context, file string) ([]team.Ask, error) {
	return all(ctx, t, scanChore, taskRow+` WHERE t.file = $1`+taskOrder, file)
}

// ChoresFor lists a member's open tasks: their own, those of a case of theirs whose
// owner is nobody or can no longer open the case, and those of whom they stand in for.
func (t *Tx) ChoresFor(ctx context.Context, member string, now time.Time) ([]team.Ask, error) {
	return all(ctx, t, scanChore, taskRow+` WHERE t.state = 'open' AND f.over = 0
		AND t.file IN (SELECT safe FROM safe_grant WHERE member = $1)
		AND (t.owner = $1 OR NOT EXISTS (SELECT 1 FROM safe_grant g JOIN member m ON m.id = g.member WHERE g.safe = t.file AND g.member = t.owner AND m.active = 1)
			OR EXISTS (SELECT 1 FROM team_leave l WHERE l.member = t.owner AND l.deputy = $1 AND l.ended_us = 0 AND l.from_us <= $2 AND l.until_us > $2))`+taskOrder, member, clock.Micros(now))
}

func scanHanding(s scanner) (h team.Handing, err error) {
	var at, until, ended int64
	var voices string
	err = s.Scan(&h.ID, &h.File, &h.Code, &h.Giver, &h.Taker, &h.Stays, &h.Lent, &h.Note, &h.State, &at, &until, &ended, &voices)
	h.At, h.Until, h.Ended, h.Voices = clock.FromMicros(at), clock.FromMicros(until), clock.FromMicros(ended), []byte(voices)
	return h, err
}

// AddHanding adds an offer of a case.
func (t *Tx) AddHanding(ctx context.Context, h team.Handing) error {
	return t.insert(ctx, "This case is offered to somebody already. Take that back first.",
		`INSERT INTO team_handing (id, file, giver, taker, stays, lent, note, state, at_us, until_us, voices) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		h.ID, h.File, h.Giver, h.Taker, truth(h.Stays), truth(h.Lent), h.Note, string(h.State), clock.Micros(h.At), clock.Micros(h.Until), string(h.Voices))
}

// SaveHanding changes an offer.
func (t *Tx) SaveHanding(ctx context.Context, h team.Handing) error {
	return t.execOne(ctx, `UPDATE team_handing SET note = $2, state = $3, ended_us = $4, voices = $5 WHERE id = $1`, h.ID, h.Note, string(h.State), clock.Micros(h.Ended), string(h.Voices))
}

// Handing returns one offer.
func (t *Tx) Handing(ctx context.Context, id string) (team.Handing, error) {
	return one(t.q.QueryRow(ctx, handingRow+` WHERE h.id = $1`, id), scanHanding)
}

// HandingsOf lists the offers of a case, the newest first.
func (t *Tx) HandingsOf(ctx context.Context, file string) ([]team.Handing, error) {
	return all(ctx, t, scanHanding, handingRow+` WHERE h.file = $1 ORDER BY h.at_us DESC, h.id`, file)
}

// HandingsWith lists a member's offers, those that stand first, then the newest.
func (t *Tx) HandingsWith(ctx context.Context, member string) ([]team.Handing, error) {
	return all(ctx, t, scanHanding, handingRow+` WHERE h.giver = $1 OR h.taker = $1 ORDER BY h.state <> 'offered', h.at_us DESC, h.id LIMIT 100`, member)
}

// HandingsOver lists the offers that nobody answered until a time.
func (t *Tx) HandingsOver(ctx context.Context, now time.Time) ([]team.Handing, error) {
	return all(ctx, t, scanHanding, handingRow+` WHERE h.state = 'offered' AND h.until_us <= $1`, clock.Micros(now))
}

// HandingsUnseen lists a giver's offers that ended otherwise than by the giver, and of
// which the giver has not said to know.
func (t *Tx) HandingsUnseen(ctx context.Context, giver string) ([]team.Handing, error) {
	return all(ctx, t, scanHanding, handingRow+` WHERE h.giver = $1 AND h.state IN ('accepted', 'declined', 'lapsed')
		AND NOT EXISTS (SELECT 1 FROM team_handing_seen s WHERE s.handing = h.id AND s.member = $1) ORDER BY h.ended_us, h.id LIMIT 20`, giver)
}

// SeeHanding notes that a member has seen how an offer ended.
func (t *Tx) SeeHanding(ctx context.Context, id, member string) error {
	_, err := t.exec(ctx, `INSERT INTO team_handing_seen (handing, member) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, member)
	return err
}

const leaveColumns = `id, member, deputy, from_us, until_us, by, at_us, bare, ended_us`

func scanLeave(s scanner) (l team.Leave, err error) {
	var from, until, at, ended int64
	err = s.Scan(&l.ID, &l.Member, &l.Deputy, &from, &until, &l.By, &at, &l.Bare, &ended)
	l.From, l.Until, l.At, l.Ended = clock.FromMicros(from), clock.FromMicros(until), clock.FromMicros(at), clock.FromMicros(ended)
	return l, err
}

// AddLeave notes that somebody is away.
func (t *Tx) AddLeave(ctx context.Context, l team.Leave) error {
	return t.insert(ctx, "This leave is noted already.", `INSERT INTO team_leave (`+leaveColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		l.ID, l.Member, l.Deputy, clock.Micros(l.From), clock.Micros(l.Until), l.By, clock.Micros(l.At), l.Bare)
}

// SaveLeave ends a leave.
func (t *Tx) SaveLeave(ctx context.Context, l team.Leave) error {
	return t.execOne(ctx, `UPDATE team_leave SET ended_us = $2 WHERE id = $1`, l.ID, clock.Micros(l.Ended))
}

// Leave returns one leave.
func (t *Tx) Leave(ctx context.Context, id string) (team.Leave, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+leaveColumns+` FROM team_leave WHERE id = $1`, id), scanLeave)
}

// Leaves lists the leaves that are not over at a time.
func (t *Tx) Leaves(ctx context.Context, at time.Time) ([]team.Leave, error) {
	return all(ctx, t, scanLeave, `SELECT `+leaveColumns+` FROM team_leave WHERE ended_us = 0 AND until_us > $1 ORDER BY from_us, id`, clock.Micros(at))
}

// AbsencesAfter lists when members are away, as far as it is not over at a time.
func (t *Tx) AbsencesAfter(ctx context.Context, at time.Time) ([]cases.Absence, error) {
	leaves, err := t.Leaves(ctx, at)
	out := make([]cases.Absence, len(leaves))
	for i, l := range leaves {
		out[i] = cases.Absence{Member: l.Member, From: l.From, Until: l.Until}
	}
	return out, err
}

// StandIns gives who is away at a time, with who stands in ("": nobody).
func (t *Tx) StandIns(ctx context.Context, at time.Time) (map[string]string, error) {
	leaves, err := t.Leaves(ctx, at)
	out := map[string]string{}
	for _, l := range leaves {
		if l.Away(at) {
			out[l.Member] = l.Deputy
		}
	}
	return out, err
}

// HoldsBeside lists who can open the open cases of a member.
func (t *Tx) HoldsBeside(ctx context.Context, member string) ([]team.Hold, error) {
	return all(ctx, t, func(s scanner) (h team.Hold, err error) {
		var until int64
		err = s.Scan(&h.File, &h.Code, &h.Level, &h.Member, &until)
		h.Until = clock.FromMicros(until)
		return h, err
	}, `SELECT f.id, f.pseudonym, f.level, g.member, COALESCE(u.until_us, 0) FROM safe_grant own JOIN case_file f ON f.id = own.safe AND f.over = 0
		JOIN safe_grant g ON g.safe = f.id JOIN member m ON m.id = g.member AND m.active = 1
		LEFT JOIN safe_until u ON u.safe = g.safe AND u.member = g.member WHERE own.member = $1 ORDER BY f.pseudonym, g.member`, member)
}

// Carries counts what a member carries.
func (t *Tx) Carries(ctx context.Context, l *team.Load, now time.Time) error {
	levels, err := all(ctx, t, func(s scanner) (x struct {
		level cases.Level
		n     int
	}, err error) {
		err = s.Scan(&x.level, &x.n)
		return x, err
	}, `SELECT f.level, COUNT(*) FROM safe_grant g JOIN case_file f ON f.id = g.safe AND f.over = 0 WHERE g.member = $1 GROUP BY f.level`, l.Member.ID)
	if err != nil {
		return err
	}
	for _, x := range levels {
		l.Levels[x.level] = x.n
		l.Cases += x.n
	}
	_, err = one(t.q.QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM case_checkin c JOIN safe_grant g ON g.safe = c.file AND g.member = $1 WHERE c.state IN ('waiting', 'late', 'missed', 'duress') AND c.due_us < $2),
		(SELECT COUNT(*) FROM team_task t JOIN case_file f ON f.id = t.file AND f.over = 0 WHERE t.state = 'open' AND t.owner = $1),
		(SELECT COUNT(*) FROM team_task t JOIN case_file f ON f.id = t.file AND f.over = 0 WHERE t.state = 'open' AND t.owner = $1 AND t.due_us > 0 AND t.due_us <= $3)`,
		l.Member.ID, clock.Micros(now.Add(24*time.Hour)), clock.Micros(now)), func(s scanner) (bool, error) { return true, s.Scan(&l.CheckIns, &l.Tasks, &l.Late) })
	return err
}

// SingleOf counts the open cases in which a member alone is assigned for good.
func (t *Tx) SingleOf(ctx context.Context, member string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM safe_grant own JOIN case_file f ON f.id = own.safe AND f.over = 0 WHERE own.member = $1
		AND NOT EXISTS (SELECT 1 FROM safe_grant g JOIN member m ON m.id = g.member AND m.active = 1 WHERE g.safe = f.id AND g.member <> $1
			AND NOT EXISTS (SELECT 1 FROM safe_until u WHERE u.safe = g.safe AND u.member = g.member))`, member), func(s scanner) (n int, err error) {
		err = s.Scan(&n)
		return n, err
	})
}

var _ team.Store = (*Tx)(nil)
