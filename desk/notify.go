package desk

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// notify tells by e-mail those whom something calls now, as they wished. The words
// are always the same and say nothing.
func (r *rooms) notify(ctx context.Context) error {
	if _, err := r.post.Account(ctx); fault.KindOf(err) == fault.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	var who []string
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		who, err = callees(ctx, tx, r.clock.Now())
		return err
	}); err != nil || len(who) == 0 {
		return err
	}
	_, err := r.post.Notify(ctx, who)
	return err
}

// callees are the members whom an alarm, a missed sign of life, or a Front that
// differs calls now, as long as nobody has taken it.
func callees(ctx context.Context, tx *store.Tx, now time.Time) ([]string, error) {
	var who []string
	members, err := tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := tx.DutyAlarms(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range waiting {
		who = append(who, a.Called...)
	}
	alerts, err := tx.AlertsOpen(ctx)
	if err != nil {
		return nil, err
	}
	shifts, err := tx.Shifts(ctx, now, now.Add(time.Second))
	if err != nil {
		return nil, err
	}
	away, err := tx.StandIns(ctx, now)
	if err != nil {
		return nil, err
	}
	for _, a := range alerts {
		if a.Acked.IsZero() {
			who = append(who, duty.Named(a.Role, shifts, members, away, now)...)
			if who, err = assigned(ctx, tx, members, who, a.Case, a.Role); err != nil {
				return nil, err
			}
		}
	}
	alarms, err := tx.AlarmsOpen(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range alarms {
		if a.Acked.IsZero() {
			if who, err = assigned(ctx, tx, members, who, a.Thread, staff.Intake, staff.Caseworker); err != nil {
				return nil, err
			}
		}
	}
	seen, err := loadSighting(ctx, tx)
	if err != nil {
		return nil, err
	}
	if seen.alarm() {
		for _, m := range staff.With(members, staff.Security) {
			who = append(who, m.ID)
		}
	}
	if who, err = standIns(ctx, tx, who, now); err != nil {
		return nil, err
	}
	slices.Sort(who)
	return slices.DeleteFunc(slices.Compact(who), func(id string) bool {
		return !slices.ContainsFunc(members, func(m staff.Member) bool { return m.ID == id && m.Active })
	}), nil
}

// standIns adds who stands in for those who are away. Who is away is told as well: a
// letter too many harms nobody.
func standIns(ctx context.Context, tx *store.Tx, who []string, now time.Time) ([]string, error) {
	away, err := tx.StandIns(ctx, now)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Clone(who) {
		if deputy := away[id]; deputy != "" {
			who = append(who, deputy)
		}
	}
	return who, nil
}

// assigned adds those who can open a thing and hold one of the roles; when there is
// nobody, the security officers: an alarm is never called to nobody.
func assigned(ctx context.Context, tx *store.Tx, members []staff.Member, who []string, id string, roles ...staff.Role) ([]string, error) {
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return nil, err
	}
	before := len(who)
	for _, g := range grants {
		if slices.ContainsFunc(members, func(m staff.Member) bool { return m.ID == g.Member && m.Active && m.Roles.Any(roles...) }) {
			who = append(who, g.Member)
		}
	}
	if len(who) == before {
		for _, m := range staff.With(members, staff.Security) {
			who = append(who, m.ID)
		}
	}
	return who, nil
}
