package opinion

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// AnswerTime is how long those who can open an opinion have to say that it is about
// nobody of the case that it was bound to. Their silence keeps nothing from an erasure.
const AnswerTime = 30 * 24 * time.Hour

// EndsAt is when an erasure of the case takes the opinion though nobody answered.
func (o Opinion) EndsAt(now time.Time) time.Time {
	switch {
	case !o.Ends.IsZero():
		return o.Ends
	case o.Asked.IsZero(): // bound before anybody was asked
		return now.Add(AnswerTime)
	}
	return o.Asked.Add(AnswerTime)
}

// Waits reports whether somebody who can open it is asked to answer.
func (o Opinion) Waits() bool { return o.Bound && !o.Agreed }

func (o Opinion) unbound() Opinion {
	o.Bound, o.Bond, o.AskedBy, o.Asked, o.Agreed, o.Ends = false, "", "", time.Time{}, false, time.Time{}
	return o
}

// Asked counts the opinions that wait for this member to say whether they are about
// somebody of the case that they were bound to.
func (k *Surgery) Asked(ctx context.Context, a staff.Actor) (n int, err error) {
	if !a.Roles.Any(who...) {
		return 0, nil
	}
	return n, k.Reading(ctx, func(s Store) error {
		all, err := s.BoundOpinions(ctx)
		n = 0
		for _, o := range all {
			if !o.Waits() {
				continue
			}
			if _, err := s.Grant(ctx, o.ID, a.ID); err == nil {
				n++
			} else if fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		return err
	})
}

// Agree says that an opinion is about somebody of the case that it was bound to: it ends
// with the case. When the case was erased already, it ends now.
func (k *Surgery) Agree(ctx context.Context, a staff.Actor, id string) error {
	return k.answer(ctx, a, id, func(s Store, o Opinion) error {
		o.Agreed = true
		if err := s.BindOpinion(ctx, o); err != nil {
			return err
		}
		if err := s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.bond-agreed", Subject: id, Scope: id}); err != nil {
			return err
		}
		if o.Ends.IsZero() {
			return nil
		}
		return finish(ctx, s, id)
	})
}

// Refuse says that an opinion is about nobody of that case, and why: no erasure of it
// takes the opinion. The case's page says so.
func (k *Surgery) Refuse(ctx context.Context, a staff.Actor, id, why string) error {
	if why = strings.TrimSpace(why); why == "" {
		return fault.Bad("refusal", "Say why, without a name. It stays in the ledger.")
	}
	return k.answer(ctx, a, id, func(s Store, o Opinion) error {
		if err := s.BindOpinion(ctx, o.unbound()); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.bond-refused", Subject: id, Scope: id, Detail: struct{ By, Why string }{o.AskedBy, why}})
	})
}

func (k *Surgery) answer(ctx context.Context, a staff.Actor, id string, f func(s Store, o Opinion) error) error {
	return k.Within(ctx, func(s Store) error {
		o, _, _, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if !o.Waits() {
			return fault.New(fault.Conflict, "Nobody asks this any more. Load the page again.")
		}
		return f(s, o)
	})
}

// Sweep ends opinions whose case was erased and that nobody answered for in time, and
// begins the time of those that were bound before anybody was asked. It needs no key.
func (k *Surgery) Sweep(ctx context.Context) error {
	var due bool
	now := k.Clock.Now()
	is := func(o Opinion) bool { return o.Asked.IsZero() || !o.Ends.IsZero() && !now.Before(o.Ends) }
	if err := k.Reading(ctx, func(s Store) error {
		all, err := s.BoundOpinions(ctx)
		due = false
		for _, o := range all {
			due = due || is(o)
		}
		return err
	}); err != nil || !due {
		return err
	}
	return k.Within(ctx, func(s Store) error {
		all, err := s.BoundOpinions(ctx)
		if err != nil {
			return err
		}
		for _, o := range all {
			switch {
			case !is(o):
			case o.Asked.IsZero():
				o.Asked = now
				err = s.BindOpinion(ctx, o)
			default:
				err = finish(ctx, s, o.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
