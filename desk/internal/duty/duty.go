// Package duty knows who is on duty when, and calls people when somebody in danger
// is not read or not answered in time.
//
// A shift gives a member, a rank (duty operator or second), and if wanted a channel
// and a language. What waits is told by plain times, so that the ladder climbs while
// every conversation is closed: unread requests of people in danger now, messages
// from them that nobody answered, alarms on which nobody acts, and sealed arrivals,
// which may hold any of it. Each
// rung is called once; reading or answering ends the alarm. A restart, two sweeps
// at once or a clock that jumps lose no rung and call none twice.
//
// It refuses what was said and whose it was. It imports staff, ledger and the ground.
package duty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// Rank is a place on the rota.
type Rank int

// The ranks.
const (
	Operator Rank = 1 // is called first
	Second   Rank = 2
)

// Shift is a time for which a member is on duty.
type Shift struct {
	ID          string
	Member      string
	Role        staff.Role // whose calls; empty: those of messages, which are intake's
	Rank        Rank
	Channel     string // empty: all
	Lang        string // empty: all
	From, Until time.Time
}

// role is whose calls the shift takes.
func (s Shift) role() staff.Role { return cmp.Or(s.Role, staff.Intake) }

// covers reports whether the shift is for a message of this channel and language at a time.
func (s Shift) covers(channel, lang string, at time.Time) bool {
	return s.role() == staff.Intake && !at.Before(s.From) && at.Before(s.Until) && (s.Channel == "" || s.Channel == channel) && (s.Lang == "" || s.Lang == lang || lang == "")
}

// Kind says what waits.
type Kind string

// The kinds.
const (
	Sealed     Kind = "sealed"     // an arrival that nobody opened: it may hold anything
	Unread     Kind = "unread"     // a request of somebody in danger now
	Unanswered Kind = "unanswered" // somebody in danger now wrote, and nobody answered
	Forced     Kind = "forced"     // the second code was used, or a sign of duress came, and nobody acts on it
	Help       Kind = "help"       // somebody says "I need help", and nobody acts on it
)

// Ladder gives, for a kind, how long after the beginning each rung is called: the
// duty operator, the second, everybody with the security officer. Somebody in
// danger is promised to be read within a quarter of an hour, so the last rung
// stands there and not behind it. An alarm that a mailbox raised is called at once.
func Ladder(k Kind) []time.Duration {
	switch k {
	case Forced, Help:
		return []time.Duration{0, 3 * time.Minute, 10 * time.Minute}
	case Unread:
		return []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute}
	case Sealed:
		return []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute}
	default:
		return []time.Duration{15 * time.Minute, 25 * time.Minute, 40 * time.Minute}
	}
}

// Waiting is something that waits. Since names its round: when it changes, a new one began.
type Waiting struct {
	Subject string // a thread or an arrival
	Kind    Kind
	Channel string
	Lang    string // empty when it is not known
	Since   time.Time
}

// Round names one ladder.
type Round struct {
	Subject string
	Kind    Kind
	Since   time.Time
}

// Round is the ladder that w climbs.
func (w Waiting) Round() Round { return Round{w.Subject, w.Kind, w.Since} }

// Alarm is one rung that was called.
type Alarm struct {
	ID      string
	Round   Round
	Step    int // 0: duty operator, 1: second, 2: everybody
	Channel string
	Lang    string
	From    time.Time // from when it counts
	Due     time.Time // when the rung was due
	Raised  time.Time
	Called  []string  // member ids
	Ended   time.Time // zero while it goes on
}

// Climb gives the rungs of a ladder that are due by now.
func Climb(w Waiting, from, now time.Time) []Alarm {
	var out []Alarm
	for step, after := range Ladder(w.Kind) {
		due := from.Add(after)
		if now.Before(due) {
			break
		}
		out = append(out, Alarm{Round: w.Round(), Step: step, Channel: w.Channel, Lang: w.Lang, From: from, Due: due, Raised: now})
	}
	return out
}

// Start is from when a ladder counts: what was noted when it was first seen, and
// never later than now. A time in the future comes from a clock that was wrong;
// it must not delay a call.
func Start(since, noted, now time.Time) time.Time {
	from := since
	if !noted.IsZero() && noted.Before(from) {
		from = noted
	}
	if now.Before(from) {
		from = now
	}
	return from
}

// Called are the members whom a rung calls. A rank that nobody holds at this time
// falls to the intake operators who are on duty, then to all of them: an alarm is
// never called to nobody. For who is away (away: with who stands in) the deputy is
// called, when they are an operator and there; otherwise it is as if nobody held the place.
func Called(step int, channel, lang string, shifts []Shift, members []staff.Member, away map[string]string, now time.Time) []string {
	here := slices.DeleteFunc(slices.Clone(members), func(m staff.Member) bool { _, gone := away[m.ID]; return gone })
	if len(staff.With(here, staff.Intake, staff.Security)) == 0 {
		here = members // everybody is away: better called there than not at all
	}
	members = here
	all := staff.With(members, staff.Intake)
	var out []string
	add := func(ms []staff.Member) {
		for _, m := range ms {
			if !slices.Contains(out, m.ID) {
				out = append(out, m.ID)
			}
		}
	}
	if step >= 2 {
		add(all)
		add(staff.With(members, staff.Security))
		return out
	}
	for _, s := range shifts {
		if s.Rank == Rank(step+1) && s.covers(channel, lang, now) {
			who := s.Member
			if deputy, gone := away[who]; gone && deputy != "" {
				add(slices.DeleteFunc(slices.Clone(all), func(m staff.Member) bool { return m.ID != deputy }))
			}
			add(slices.DeleteFunc(staff.With(members), func(m staff.Member) bool { return m.ID != who }))
		}
	}
	if len(out) == 0 {
		add(slices.DeleteFunc(slices.Clone(all), func(m staff.Member) bool { return !m.OnDuty }))
	}
	if len(out) == 0 {
		add(all)
	}
	if len(out) == 0 {
		add(staff.With(members, staff.Security))
	}
	return out
}

// Store is what the room needs of a transaction.
type Store interface {
	PutShift(ctx context.Context, s Shift) error
	DropShift(ctx context.Context, id string) error
	Shifts(ctx context.Context, from, until time.Time) ([]Shift, error) // that touch this span
	// WaitingNow lists what waits, from plain columns alone.
	WaitingNow(ctx context.Context) ([]Waiting, error)
	// WatchFrom is when a ladder was first seen to count from; zero: not yet.
	WatchFrom(ctx context.Context, r Round) (time.Time, error)
	PutWatchFrom(ctx context.Context, r Round, from time.Time) error
	RaiseDutyAlarm(ctx context.Context, a Alarm) (added bool, err error)
	DutyAlarms(ctx context.Context) ([]Alarm, error) // open ones, oldest first
	EndDutyAlarm(ctx context.Context, id string, at time.Time) error
	Members(ctx context.Context) ([]staff.Member, error)
	Member(ctx context.Context, id string) (staff.Member, error)
	// StandIns gives who is away at a time, with who stands in ("": nobody).
	StandIns(ctx context.Context, at time.Time) (map[string]string, error)
	ledger.Appender
}

// Rota carries the verbs of the room.
type Rota struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
}

// Next is when the next rung of any ladder is due, after now; zero: nothing waits
// that has one left.
func (r *Rota) Next(ctx context.Context) (next time.Time, err error) {
	now := r.Clock.Now()
	err = r.Reading(ctx, func(tx Store) error {
		waiting, err := tx.WaitingNow(ctx)
		if err != nil {
			return err
		}
		for _, w := range waiting {
			noted, err := tx.WatchFrom(ctx, w.Round())
			if err != nil {
				return err
			}
			from := Start(w.Since, noted, now)
			for _, after := range Ladder(w.Kind) {
				if due := from.Add(after); due.After(now) && (next.IsZero() || due.Before(next)) {
					next = due
				}
			}
		}
		return nil
	})
	return next, err
}

// Sweep calls every rung that is due and ends the alarms of what no longer waits,
// in one transaction. It opens nothing. It returns what it called anew.
func (r *Rota) Sweep(ctx context.Context) ([]Alarm, error) {
	// Most sweeps find nothing to do; they need no write transaction.
	idle := false
	if err := r.Reading(ctx, func(tx Store) error {
		waiting, err := tx.WaitingNow(ctx)
		if err != nil {
			return err
		}
		open, err := tx.DutyAlarms(ctx)
		idle = len(waiting) == 0 && len(open) == 0
		return err
	}); err != nil || idle {
		return nil, err
	}
	var raised []Alarm
	err := r.Within(ctx, func(tx Store) error {
		raised = nil
		now := r.Clock.Now()
		waiting, err := tx.WaitingNow(ctx)
		if err != nil {
			return err
		}
		if err := end(ctx, tx, waiting, now); err != nil {
			return err
		}
		shifts, err := tx.Shifts(ctx, now, now.Add(time.Second))
		if err != nil {
			return err
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		away, err := tx.StandIns(ctx, now)
		if err != nil {
			return err
		}
		for _, w := range waiting {
			noted, err := tx.WatchFrom(ctx, w.Round())
			if err != nil {
				return err
			}
			from := Start(w.Since, noted, now)
			if !from.Equal(noted) {
				if err := tx.PutWatchFrom(ctx, w.Round(), from); err != nil {
					return err
				}
			}
			for _, a := range Climb(w, from, now) {
				a.ID, a.Called = ids.New("alarm"), Called(a.Step, a.Channel, a.Lang, shifts, members, away, now)
				added, err := tx.RaiseDutyAlarm(ctx, a)
				if err != nil {
					return err
				}
				if !added {
					continue
				}
				raised = append(raised, a)
				if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "alarm.raised", Subject: w.Subject, Scope: scope(w), Detail: detail{a.Step, string(w.Kind), a.Called}}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return raised, err
}

// scope ties the entry to the thread, with which it is erased; an arrival has none.
func scope(w Waiting) string {
	if w.Kind == Sealed {
		return ""
	}
	return w.Subject
}

type detail struct {
	Step   int      `json:"step"`
	Kind   string   `json:"kind"`
	Called []string `json:"called"`
}

// end closes the alarms of rounds that are over.
func end(ctx context.Context, tx Store, waiting []Waiting, now time.Time) error {
	open, err := tx.DutyAlarms(ctx)
	if err != nil {
		return err
	}
	for _, a := range open {
		if slices.ContainsFunc(waiting, func(w Waiting) bool {
			return w.Subject == a.Round.Subject && w.Kind == a.Round.Kind && w.Since.Equal(a.Round.Since)
		}) {
			continue
		}
		if err := tx.EndDutyAlarm(ctx, a.ID, now); err != nil {
			return err
		}
		w := Waiting{Subject: a.Round.Subject, Kind: a.Round.Kind}
		if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "alarm.ended", Subject: a.Round.Subject, Scope: scope(w), Detail: detail{Step: a.Step, Kind: string(a.Round.Kind)}}); err != nil {
			return err
		}
	}
	return nil
}

// Bell is what rings now for somebody: one line for each thing that waits, at its highest rung.
type Bell struct {
	Alarm
	You    bool     // this member is called
	Rung   []string // everybody who was called so far
	Opened bool     // this member may open it
}

// Bells lists what rings, the longest first, for members who answer for it: intake
// operators, security officers, and whoever is called.
func (r *Rota) Bells(ctx context.Context, actor staff.Actor) (out []Bell, err error) {
	err = r.Reading(ctx, func(tx Store) error {
		open, err := tx.DutyAlarms(ctx)
		out = Ring(open, actor.Member)
		return err
	})
	return out, err
}

// Ring gathers open alarms for a member.
func Ring(open []Alarm, m staff.Member) []Bell {
	var out []Bell
	for _, a := range open {
		i := slices.IndexFunc(out, func(b Bell) bool { return b.Round == a.Round })
		if i < 0 {
			out = append(out, Bell{Alarm: a})
			i = len(out) - 1
		}
		b := &out[i]
		if a.Step > b.Step {
			b.Alarm = a
		}
		for _, c := range a.Called {
			if !slices.Contains(b.Rung, c) {
				b.Rung = append(b.Rung, c)
			}
		}
		b.You = b.You || slices.Contains(a.Called, m.ID)
	}
	out = slices.DeleteFunc(out, func(b Bell) bool { return !b.You && !m.Roles.Any(staff.Intake, staff.Security) })
	slices.SortStableFunc(out, func(a, b Bell) int { return a.From.Compare(b.From) })
	return out
}
