package team

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Leave is a time for which somebody is away.
type Leave struct {
	ID             string
	Member, Deputy string
	From, Until    time.Time
	By             string
	At             time.Time
	Bare           int       // cases that were left without anybody, knowingly
	Ended          time.Time // zero unless they came back before
}

// Away reports whether the member is away at a time.
func (l Leave) Away(at time.Time) bool {
	return l.Ended.IsZero() && !at.Before(l.From) && at.Before(l.Until)
}

// Hold is one member's right to one case that goes on.
type Hold struct {
	File, Code string
	Level      cases.Level
	Member     string
	Until      time.Time // zero: for good
}

// away is who is away at a time, with who stands in.
func away(leaves []Leave, at time.Time) map[string]string {
	out := map[string]string{}
	for _, l := range leaves {
		if l.Away(at) {
			out[l.Member] = l.Deputy
		}
	}
	return out
}

// Cover says how a case is watched.
type Cover struct {
	File, Code string
	Level      cases.Level
	Good       []string // members who are assigned for good
	Here       []string // who can open it at the time that was asked about, and is not away
}

// Single reports that one person is assigned for good, and nobody else.
func (c Cover) Single() bool { return len(c.Good) == 1 }

// Bare reports that nobody who is there can open it.
func (c Cover) Bare() bool { return len(c.Here) == 0 }

// Covers tells for each case who can open it at a time and is not away.
func Covers(holds []Hold, leaves []Leave, at time.Time) []Cover {
	gone := away(leaves, at)
	at2 := map[string]int{}
	var out []Cover
	for _, h := range holds {
		i, ok := at2[h.File]
		if !ok {
			i = len(out)
			at2[h.File] = i
			out = append(out, Cover{File: h.File, Code: h.Code, Level: h.Level})
		}
		if h.Until.IsZero() {
			out[i].Good = append(out[i].Good, h.Member)
		}
		if _, is := gone[h.Member]; !is && (h.Until.IsZero() || at.Before(h.Until)) {
			out[i].Here = append(out[i].Here, h.Member)
		}
	}
	slices.SortFunc(out, func(a, b Cover) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// uncovered lists the cases (holds are of a member's cases) for which, at some moment of a leave, nobody is there.
func uncovered(holds []Hold, leaves []Leave, l Leave) []Cover {
	times := []time.Time{l.From}
	for _, x := range leaves {
		for _, t := range []time.Time{x.From, x.Until} {
			if t.After(l.From) && t.Before(l.Until) {
				times = append(times, t)
			}
		}
	}
	for _, h := range holds {
		if h.Until.After(l.From) && h.Until.Before(l.Until) {
			times = append(times, h.Until)
		}
	}
	all := append(slices.Clone(leaves), l)
	var out []Cover
	for _, at := range times {
		for _, c := range Covers(holds, all, at) {
			if c.Bare() && !slices.ContainsFunc(out, func(x Cover) bool { return x.File == c.File }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// maxLeave bounds one leave; what is longer is a handover.
const maxLeave = 120 * 24 * time.Hour

// Absent notes that somebody is away, and who stands in: oneself, or for somebody who
// fell ill a security officer. With lend the actor's cases are lent to the deputy until
// the end. A leave that leaves a case without anybody is refused, unless the actor says
// to know it; then it rings. The same id again is the same leave.
func (b *Board) Absent(ctx context.Context, actor staff.Actor, l Leave, lend, anyway bool) (bare []Cover, err error) {
	if l.Member != actor.ID && !actor.Roles.Has(staff.Security) {
		return nil, fault.New(fault.Denied, "You can note your own leave. For others a security officer does it.")
	}
	now := b.Clock.Now()
	var c fault.Check
	c.Field(ids.Valid("leave", l.ID), "id", "This form is out of date. Load the page again.")
	c.Field(!l.From.IsZero(), "from", "Say from when.")
	c.Field(l.Until.After(l.From), "until", "A leave ends after it begins.")
	c.Field(l.Until.After(now), "until", "This time is over already. Write a later one.")
	c.Field(l.Until.Sub(l.From) <= maxLeave, "until", "At most 120 days. For longer, hand the cases over.")
	c.Field(l.Deputy != l.Member, "deputy", "Choose somebody else.")
	if err := c.Err(); err != nil {
		return nil, err
	}
	err = b.Within(ctx, func(tx Store) error {
		if old, err := tx.Leave(ctx, l.ID); err == nil {
			if old.By == actor.ID {
				return nil // a form sent twice
			}
			return fault.Missing()
		}
		who, err := tx.Member(ctx, l.Member)
		if err != nil || !who.Active {
			return fault.Bad("member", "This member has left. Choose another.")
		}
		leaves, err := tx.Leaves(ctx, l.From)
		if err != nil {
			return err
		}
		if err := mayStandIn(ctx, tx, who, l, leaves); err != nil {
			return err
		}
		if lend && l.Deputy != "" && l.Member == actor.ID {
			if err := b.lendAll(ctx, tx, actor, l); err != nil {
				return err
			}
		}
		holds, err := tx.HoldsBeside(ctx, l.Member)
		if err != nil {
			return err
		}
		bare = uncovered(holds, leaves, l)
		if len(bare) > 0 && !anyway {
			return fault.New(fault.Conflict, "While you are away nobody could open some of your cases. They are named below: hand them over, lend them, or say that you know it.")
		}
		l.By, l.At, l.Bare = actor.ID, now, len(bare)
		if err := tx.AddLeave(ctx, l); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "leave.noted", Subject: l.Member, Detail: leaveDetail{l.ID, l.Deputy, l.Bare}})
	})
	return bare, err
}

type leaveDetail struct {
	Leave  string `json:"leave"`
	Deputy string `json:"deputy"`
	Bare   int    `json:"bare"` // cases without anybody
}

// mayStandIn looks at the deputy, and that no leave of the member stands there already.
func mayStandIn(ctx context.Context, tx Store, who staff.Member, l Leave, leaves []Leave) error {
	touches := func(x Leave) bool { return x.Ended.IsZero() && x.From.Before(l.Until) && l.From.Before(x.Until) }
	for _, x := range leaves {
		if x.Member == l.Member && touches(x) {
			return fault.Bad("from", "A leave of this time is noted already. End it first.")
		}
		if x.Member == l.Deputy && touches(x) {
			return fault.Bad("deputy", "The deputy is away themselves during this time. Choose another.")
		}
	}
	if l.Deputy == "" {
		return nil
	}
	m, err := tx.Member(ctx, l.Deputy)
	if err != nil || !m.Active {
		return fault.Bad("deputy", "This member has left. Choose another.")
	}
	if who.Roles.Has(staff.Caseworker) && !m.Roles.Has(staff.Caseworker) {
		return fault.Bad("deputy", "Only a caseworker can stand in for a caseworker.")
	}
	return nil
}

// lendAll lends the actor's cases to the deputy until the end of the leave.
func (b *Board) lendAll(ctx context.Context, tx Store, actor staff.Actor, l Leave) error {
	if !actor.Roles.Has(staff.Caseworker) {
		return nil
	}
	files, err := tx.FilesOf(ctx, actor.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.State.Over() {
			continue
		}
		s, err := b.Book.SeatIn(ctx, tx, actor, f.ID)
		if err != nil {
			return err
		}
		c := s.Case()
		if !c.Until[actor.ID].IsZero() {
			continue // lent to the actor: not theirs to lend
		}
		until, timed := c.Until[l.Deputy]
		switch {
		case !slices.Contains(c.Assigned, l.Deputy):
			err = s.Admit(ctx, l.Deputy, l.Until)
		case timed && until.Before(l.Until):
			err = s.Prolong(ctx, l.Deputy, l.Until)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Back ends a leave before its time; what was lent for it ends at the same moment.
func (b *Board) Back(ctx context.Context, actor staff.Actor, id string) error {
	err := b.Within(ctx, func(tx Store) error {
		l, err := tx.Leave(ctx, id)
		if err != nil {
			return err
		}
		if l.Member != actor.ID && !actor.Roles.Has(staff.Security) {
			return fault.Missing()
		}
		now := b.Clock.Now()
		if !l.Ended.IsZero() || !now.Before(l.Until) {
			return nil
		}
		lent, err := tx.TimedOut(ctx, l.Until)
		if err != nil {
			return err
		}
		for _, t := range lent {
			if l.Deputy != "" && t.Member == l.Deputy && t.Until.Equal(l.Until) {
				t.Until = now
				if err := tx.PutTimed(ctx, t); err != nil {
					return err
				}
			}
		}
		l.Ended = now
		if err := tx.SaveLeave(ctx, l); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "leave.ended", Subject: l.Member, Detail: leaveDetail{l.ID, l.Deputy, l.Bare}})
	})
	if err == nil {
		_, err = b.Book.EndTimed(ctx, []staff.Actor{actor})
	}
	return err
}

// Soon is how long before a leave it is said that a case will be without anybody.
const Soon = 7 * 24 * time.Hour

// Gap is a case without anybody, now or soon.
type Gap struct {
	Cover
	Since time.Time // when the leave begins or began
	Mine  bool      // the actor can open it
}

// Gaps lists the cases for which nobody is there, now or within Soon, as far as they
// concern the actor: their own, and for security officers all. It opens nothing.
func (b *Board) Gaps(ctx context.Context, actor staff.Actor) (out []Gap, err error) {
	now := b.Clock.Now()
	err = b.Reading(ctx, func(tx Store) error {
		leaves, err := tx.Leaves(ctx, now)
		if err != nil || len(leaves) == 0 {
			return err
		}
		for _, l := range leaves {
			if l.From.After(now.Add(Soon)) || !l.Ended.IsZero() {
				continue
			}
			holds, err := tx.HoldsBeside(ctx, l.Member)
			if err != nil {
				return err
			}
			if l.From.Before(now) {
				l.From = now
			}
			others := slices.DeleteFunc(slices.Clone(leaves), func(x Leave) bool { return x.ID == l.ID })
			for _, c := range uncovered(holds, others, l) {
				mine := slices.ContainsFunc(holds, func(h Hold) bool { return h.File == c.File && h.Member == actor.ID })
				known := slices.ContainsFunc(out, func(g Gap) bool { return g.File == c.File })
				if !known && (mine || actor.Roles.Has(staff.Security)) {
					out = append(out, Gap{c, l.From, mine})
				}
			}
		}
		return nil
	})
	return out, err
}

// Leaves lists the leaves that are not over, the soonest first.
func (b *Board) Leaves(ctx context.Context) (all []Leave, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		all, err = tx.Leaves(ctx, b.Clock.Now())
		return err
	})
	return all, err
}

// Load is what one member carries.
type Load struct {
	Member   staff.Member
	Levels   map[cases.Level]int // open cases by risk
	Cases    int
	CheckIns int // due in the next 24 hours
	Tasks    int
	Late     int
	Nights   int // on the rota in the next week
	Away     Leave
	Next     Leave // the next leave, when it begins within a week
}

// Weight puts what somebody carries into one number, to compare: a case of extreme
// risk counts four, of high three, of middle two, every other one; a check-in of the
// next day and a late task one each.
func (l Load) Weight() int {
	n := l.CheckIns + l.Late + l.Cases
	for level, more := range map[cases.Level]int{cases.LevelExtreme: 3, cases.LevelHigh: 2, cases.LevelMiddle: 1} {
		n += more * l.Levels[level]
	}
	return n
}

// Loads tells what each active caseworker carries, who carries least first; who is away
// stands last. It opens nothing, and names no case.
func (b *Board) Loads(ctx context.Context, actor staff.Actor) (out []Load, err error) {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return nil, err
	}
	now := b.Clock.Now()
	err = b.Reading(ctx, func(tx Store) error {
		out = nil
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		leaves, err := tx.Leaves(ctx, now)
		if err != nil {
			return err
		}
		for _, m := range staff.With(members, staff.Caseworker) {
			l := Load{Member: m, Levels: map[cases.Level]int{}}
			if err := tx.Carries(ctx, &l, now); err != nil {
				return err
			}
			for _, x := range leaves {
				switch {
				case x.Member != m.ID:
				case x.Away(now):
					l.Away = x
				case x.From.Before(now.Add(Soon)) && x.Ended.IsZero():
					l.Next = x
				}
			}
			l.Nights, err = nights(ctx, tx, m.ID, now)
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		slices.SortStableFunc(out, func(a, b Load) int {
			if x, y := a.Away.ID != "", b.Away.ID != ""; x != y {
				if x {
					return 1
				}
				return -1
			}
			return a.Weight() - b.Weight()
		})
		return nil
	})
	return out, err
}

// nights counts the nights (22 to 6 o'clock UTC) of the next week that a shift touches.
func nights(ctx context.Context, tx Store, member string, now time.Time) (n int, err error) {
	day := time.Date(now.Year(), now.Month(), now.Day(), 22, 0, 0, 0, time.UTC)
	for i := range 7 {
		from := day.AddDate(0, 0, i)
		on, err := tx.AwakeBetween(ctx, from, from.Add(8*time.Hour))
		if err != nil {
			return n, err
		}
		if slices.Contains(on, member) {
			n++
		}
	}
	return n, nil
}

// Single counts the actor's cases in which nobody else is assigned for good.
func (b *Board) Single(ctx context.Context, actor staff.Actor) (n int, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		n, err = tx.SingleOf(ctx, actor.ID)
		return err
	})
	return n, err
}
