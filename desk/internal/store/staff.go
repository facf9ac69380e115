package store

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

const memberColumns = `id, name, roles, recipient, active, on_duty, joined_us, left_us`

func scanMember(s scanner) (staff.Member, error) {
	var m staff.Member
	var roles string
	var joined, left int64
	err := s.Scan(&m.ID, &m.Name, &roles, &m.Recipient, &m.Active, &m.OnDuty, &joined, &left)
	for r := range strings.SplitSeq(roles, ",") {
		if r != "" {
			m.Roles = append(m.Roles, staff.Role(r))
		}
	}
	m.Joined, m.Left = clock.FromMicros(joined), clock.FromMicros(left)
	return m, err
}

// Members lists active and former members by name.
func (t *Tx) Members(ctx context.Context) ([]staff.Member, error) {
	return all(ctx, t, scanMember, `SELECT `+memberColumns+` FROM member ORDER BY active DESC, name, id`)
}

// Member returns one member.
func (t *Tx) Member(ctx context.Context, id string) (staff.Member, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+memberColumns+` FROM member WHERE id = $1`, id), scanMember)
}

// PutMember adds or replaces a member.
func (t *Tx) PutMember(ctx context.Context, m staff.Member) error {
	roles := make([]string, len(m.Roles))
	for i, r := range m.Roles {
		roles[i] = string(r)
	}
	_, err := t.exec(ctx, `INSERT INTO member (`+memberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles, recipient = excluded.recipient,
		active = excluded.active, on_duty = excluded.on_duty, joined_us = excluded.joined_us, left_us = excluded.left_us`,
		m.ID, m.Name, strings.Join(roles, ","), m.Recipient, truth(m.Active), truth(m.OnDuty), clock.Micros(m.Joined), clock.Micros(m.Left))
	return err
}

// PutSession adds a session or notes that it was seen or ended.
func (t *Tx) PutSession(ctx context.Context, s staff.Session) error {
	_, err := t.exec(ctx, `INSERT INTO session (hash, id, member, begun_us, seen_us, ended_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (hash) DO UPDATE SET seen_us = excluded.seen_us, ended_us = excluded.ended_us`,
		s.Hash[:], s.ID, s.Member, clock.Micros(s.Begun), clock.Micros(s.Seen), clock.Micros(s.Ended))
	return err
}

// Session returns the session of a token's hash.
func (t *Tx) Session(ctx context.Context, hash [32]byte) (staff.Session, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, member, begun_us, seen_us, ended_us FROM session WHERE hash = $1`, hash[:]),
		func(r scanner) (staff.Session, error) {
			s := staff.Session{Hash: hash}
			var begun, seen, ended int64
			err := r.Scan(&s.ID, &s.Member, &begun, &seen, &ended)
			s.Begun, s.Seen, s.Ended = clock.FromMicros(begun), clock.FromMicros(seen), clock.FromMicros(ended)
			return s, err
		})
}

// EndSessions ends a member's sessions, or everybody's when member is "".
func (t *Tx) EndSessions(ctx context.Context, member string, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE session SET ended_us = $2 WHERE ended_us = 0 AND ($1 = '' OR member = $1)`, member, clock.Micros(at))
	return err
}

var _ staff.Store = (*Tx)(nil)
