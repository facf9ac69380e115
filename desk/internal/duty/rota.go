package duty

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// maxShift bounds one shift: a person who is on duty for longer is not awake.
const maxShift = 24 * time.Hour

// Put adds a shift. Whoever holds its role may put themselves on the rota, the
// security officer anybody who holds it.
func (r *Rota) Put(ctx context.Context, actor staff.Actor, s Shift) error {
	s.Role = s.role()
	if err := actor.Must(append(Roles(), staff.Security)...); err != nil {
		return err
	}
	if s.Member != actor.ID && !actor.Roles.Has(staff.Security) {
		return fault.New(fault.Denied, "You can put yourself on the rota. For others the security officer does it.")
	}
	var c fault.Check
	c.Field(s.Rank == Operator || s.Rank == Second, "rank", "Choose one of the places.")
	c.Field(slices.Contains(Roles(), s.Role), "role", "Choose one of the places.")
	c.Field(s.Role == staff.Intake || s.Channel == "" && s.Lang == "", "role", "Channel and language are for messages only.")
	c.Field(!s.From.IsZero(), "from", "Say when the shift begins.")
	c.Field(s.Until.After(s.From), "until", "A shift ends after it begins.")
	c.Field(s.Until.Sub(s.From) <= maxShift, "until", "A shift is at most 24 hours long. Nobody stays awake for longer.")
	c.Field(s.Until.After(r.Clock.Now()), "until", "This shift is over already.")
	if err := c.Err(); err != nil {
		return err
	}
	return r.Within(ctx, func(tx Store) error {
		m, err := tx.Member(ctx, s.Member)
		if err != nil {
			return err
		}
		if !m.Active || !m.Roles.Has(s.Role) {
			return fault.Bad("member", "Only an active member who holds this role can be on the rota for it.")
		}
		there, err := tx.Shifts(ctx, s.From, s.Until)
		if err != nil {
			return err
		}
		for _, old := range there {
			s.ID = old.ID
			if old.From.Equal(s.From) && old.Until.Equal(s.Until) {
				s.From, s.Until = old.From, old.Until // the same moment, however it is written
			}
			if old == s {
				return nil // the very same shift stands there: its form was sent twice
			}
		}
		s.ID = ids.New("shift")
		if err := tx.PutShift(ctx, s); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "shift.made", Subject: s.Member})
	})
}

// Drop takes a shift away.
func (r *Rota) Drop(ctx context.Context, actor staff.Actor, id string) error {
	return r.Within(ctx, func(tx Store) error {
		now := r.Clock.Now()
		all, err := tx.Shifts(ctx, now, now.AddDate(10, 0, 0))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s Shift) bool { return s.ID == id })
		if i < 0 {
			return fault.Missing()
		}
		if all[i].Member != actor.ID && !actor.Roles.Has(staff.Security) {
			return fault.New(fault.Denied, "You can put yourself on the rota. For others the security officer does it.")
		}
		if err := tx.DropShift(ctx, id); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "shift.dropped", Subject: all[i].Member})
	})
}

// Shifts lists the shifts of the next days, with those that go on now.
func (r *Rota) Shifts(ctx context.Context, days int) (out []Shift, err error) {
	now := r.Clock.Now()
	err = r.Reading(ctx, func(tx Store) (err error) {
		out, err = tx.Shifts(ctx, now, now.AddDate(0, 0, days))
		return err
	})
	return out, err
}

// Gap is a time for which nobody is on the rota.
type Gap struct{ From, Until time.Time }

// Gaps finds the times until a moment for which no shift of this role and rank serves
// every channel and language.
func Gaps(shifts []Shift, role staff.Role, rank Rank, from, until time.Time) []Gap {
	var whole []Shift
	for _, s := range shifts {
		if s.role() == role && s.Rank == rank && s.Channel == "" && s.Lang == "" {
			whole = append(whole, s)
		}
	}
	slices.SortFunc(whole, func(a, b Shift) int { return a.From.Compare(b.From) })
	var out []Gap
	at := from
	for _, s := range whole {
		if !s.From.Before(until) {
			break
		}
		if s.From.After(at) {
			out = append(out, Gap{at, s.From})
		}
		if s.Until.After(at) {
			at = s.Until
		}
	}
	if at.Before(until) {
		out = append(out, Gap{at, until})
	}
	return out
}

// Roles are those for which there is a rota: messages (intake), and the rungs of a
// sign of life that did not come, in the order in which they are called.
func Roles() []staff.Role {
	return []staff.Role{staff.Intake, staff.Caseworker, staff.Advocate, staff.Editor}
}

// Named are the members who are on the rota for the calls of a role at a time, the
// first before the second. For who is away the deputy is named, when they hold the
// role and are there. Nobody is named when nobody is on it; then, and besides, the
// call is everybody's who holds the role.
func Named(role staff.Role, shifts []Shift, members []staff.Member, away map[string]string, now time.Time) []string {
	able := func(id string) bool {
		_, gone := away[id]
		return !gone && slices.ContainsFunc(members, func(m staff.Member) bool { return m.ID == id && m.Active && m.Roles.Has(role) })
	}
	var out []string
	for _, rank := range []Rank{Operator, Second} {
		for _, s := range shifts {
			if s.role() != role || s.Rank != rank || now.Before(s.From) || !now.Before(s.Until) {
				continue
			}
			who := s.Member
			if deputy, gone := away[who]; gone {
				who = deputy
			}
			if able(who) && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

// Named are the members who are on the rota for a role's calls now.
func (r *Rota) Named(ctx context.Context, role staff.Role) (out []string, err error) {
	now := r.Clock.Now()
	err = r.Reading(ctx, func(tx Store) error {
		shifts, err := tx.Shifts(ctx, now, now.Add(time.Second))
		if err != nil {
			return err
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		away, err := tx.StandIns(ctx, now)
		out = Named(role, shifts, members, away, now)
		return err
	})
	return out, err
}
