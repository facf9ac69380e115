package intake

import (
	"context"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Two codes of one person are two threads that are shown as one (Join). Danger
// does not keep to one of them: whoever is made to open one mailbox is in danger
// whichever the answer would go to.

// kin are the threads of one person, the leading one first, whoever can open them.
func kin(ctx context.Context, s Threads, t Thread) ([]Thread, error) {
	lead := t
	if t.Into != "" {
		p, err := s.Thread(ctx, t.Into)
		switch {
		case err == nil:
			lead = p
		case fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	followers, err := s.ThreadsInto(ctx, lead.ID)
	return append([]Thread{lead}, followers...), err
}

// caseOf is the case of a family; empty: there is none.
func caseOf(family []Thread) string {
	for _, t := range family {
		if t.Case != "" {
			return t.Case
		}
	}
	return ""
}

// alarmsOf lists the alarms of a family, the oldest first.
func alarmsOf(ctx context.Context, s Store, family []Thread) ([]Alarm, error) {
	var all []Alarm
	for _, t := range family {
		a, err := s.AlarmsOf(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, a...)
	}
	slices.SortStableFunc(all, func(x, y Alarm) int { return x.At.Compare(y.At) })
	return all, nil
}

// held is what was agreed in one thread.
type held struct {
	Agreed
	Card
}

// cardsOf opens what was agreed in each thread of a family that the actor can
// open; sf is the safe of one of them, open already.
func cardsOf(ctx context.Context, s Store, actor staff.Actor, sf safe.Safe, family []Thread) ([]held, error) {
	var out []held
	for _, t := range family {
		mine := sf
		if t.ID != sf.ID() {
			var err error
			if mine, err = open(ctx, s, actor, t.ID); fault.KindOf(err) == fault.NotFound {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		a, c, err := openCard(ctx, s, mine, t.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, held{a, c})
	}
	return out, nil
}

// gravest is the kind that counts of two: being forced before a call for help,
// and that before all is well.
func gravest(a, b AlarmKind) AlarmKind {
	rank := func(k AlarmKind) int { return slices.Index([]AlarmKind{"", Fine, Help, Coerced}, k) }
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// passOn tells the case of a family what threads raised while they had none.
func (b *Inbox) passOn(ctx context.Context, s Store, by, caseID string, threads []Thread) error {
	if caseID == "" || b.Signs == nil {
		return nil
	}
	alarms, err := alarmsOf(ctx, s, threads)
	if err != nil {
		return err
	}
	last := map[bool]Sign{} // by whether it is duress: one call each is enough
	for _, a := range alarms {
		if a.Ended.IsZero() {
			last[a.Kind.Duress()] = Sign{Case: caseID, Kind: a.Kind, Day: clock.DayOf(a.At), By: by}
		}
	}
	for _, duress := range []bool{true, false} {
		if sign, ok := last[duress]; ok {
			if err := b.Signs.Heard(ctx, s, sign); err != nil {
				return err
			}
		}
	}
	return nil
}

// Elsewhere opens what was agreed with a thread's sender under their other codes.
// Each reading is in the ledger.
func (b *Inbox) Elsewhere(ctx context.Context, actor staff.Actor, thread string) (out []Agreed, err error) {
	err = b.Within(ctx, func(s Store) error {
		out = nil
		t, sf, err := mine(ctx, s, actor, thread)
		if err != nil {
			return err
		}
		family, err := kin(ctx, s, t)
		if err != nil {
			return err
		}
		all, err := cardsOf(ctx, s, actor, sf, family)
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.Thread == thread || len(h.Sealed) == 0 {
				continue
			}
			out = append(out, h.Agreed)
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "card.read", Subject: h.Thread, Scope: h.Thread}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
