package duty_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/duty"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

func rota(g *desktest.Ground) *duty.Rota {
	as := func(tx *store.Tx) duty.Store { return tx }
	return &duty.Rota{Clock: g.Clock,
		Within:  func(ctx context.Context, f func(duty.Store) error) error { return store.Within(g.DB, as)(ctx, f) },
		Reading: func(ctx context.Context, f func(duty.Store) error) error { return store.Reading(g.DB, as)(ctx, f) }}
}

func put(t *testing.T, g *desktest.Ground, th intake.Thread) {
	t.Helper()
	if err := g.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.PutThread(t.Context(), th) }); err != nil {
		t.Fatal(err)
	}
}

func sweep(t *testing.T, r *duty.Rota) []duty.Alarm {
	t.Helper()
	raised, err := r.Sweep(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return raised
}

// TestLadder climbs from the duty operator over the second to everybody, over a
// restart, and ends when the request is read; the answer that is missing begins another.
func TestLadder(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := desktest.New(t)
	anna, boris := g.Member(t, "Anna (invented)", staff.Intake), g.Member(t, "Boris (invented)", staff.Intake)
	vera, hanna := g.Member(t, "Vera (invented)", staff.Intake), g.Member(t, "Hanna (invented)", staff.Security)
	r := rota(g)
	for _, s := range []duty.Shift{
		{Member: anna.ID, Rank: duty.Operator, From: desktest.Noon.Add(-time.Hour), Until: desktest.Noon.Add(8 * time.Hour)},
		{Member: boris.ID, Rank: duty.Second, From: desktest.Noon.Add(-time.Hour), Until: desktest.Noon.Add(8 * time.Hour)},
		{Member: vera.ID, Rank: duty.Operator, Lang: "en", From: desktest.Noon.Add(-time.Hour), Until: desktest.Noon.Add(8 * time.Hour)},
	} {
		if err := r.Put(ctx, hanna, s); err != nil {
			t.Fatal(err)
		}
	}
	th := intake.Thread{ID: "thread_a", Channel: "help", Mailbox: "00", Lang: "ru", Via: envelope.PageScript, Urgency: intake.Now, Arrived: g.Clock.Now(), LastIn: g.Clock.Now(), Since: g.Clock.Now()}
	put(t, g, th)
	put(t, g, intake.Thread{ID: "thread_b", Channel: "help", Mailbox: "01", Lang: "ru", Urgency: intake.Days, Arrived: g.Clock.Now(), LastIn: g.Clock.Now(), Since: g.Clock.Now()})
	for _, want := range []struct {
		after  time.Duration
		called []string
	}{
		{4 * time.Minute, nil},
		{time.Minute, []string{anna.ID}},
		{4 * time.Minute, nil},
		{time.Minute, []string{boris.ID}},
		{5 * time.Minute, []string{anna.ID, boris.ID, hanna.ID, vera.ID}},
		{time.Hour, nil},
	} {
		g.Clock.Advance(want.after)
		g.Restart(t)
		raised := sweep(t, r)
		if again := sweep(t, r); len(again) != 0 {
			t.Errorf("called twice: %v", again)
		}
		var called []string
		for _, a := range raised {
			called = append(called, a.Called...)
		}
		slices.Sort(called)
		slices.Sort(want.called)
		if !slices.Equal(called, want.called) {
			t.Errorf("after %s: called %v, want %v", want.after, called, want.called)
		}
	}
	bells, err := r.Bells(ctx, boris)
	if err != nil || len(bells) != 1 || !bells[0].You || len(bells[0].Rung) != 4 || bells[0].Step != 2 {
		t.Fatalf("%+v, %v", bells, err)
	}
	if other, err := r.Bells(ctx, g.Member(t, "Olga (invented)", staff.Editor)); err != nil || len(other) != 0 {
		t.Errorf("an editor hears %v, %v", other, err)
	}
	th.FirstRead = g.Clock.Now()
	put(t, g, th)
	if raised := sweep(t, r); len(raised) != 3 || raised[0].Round.Kind != duty.Unanswered {
		t.Errorf("read and not answered: %+v", raised)
	}
	th.LastOut = g.Clock.Now()
	put(t, g, th)
	sweep(t, r)
	if bells, err := r.Bells(ctx, anna); err != nil || len(bells) != 0 {
		t.Errorf("still rings: %+v, %v", bells, err)
	}
	if err := g.DB.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }); err != nil {
		t.Error(err)
	}
}

// TestSealedArrivalsRing: what nobody opened may hold anything, so it has a clock
// of its own, which goes on over a locked night.
func TestSealedArrivalsRing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := desktest.New(t)
	g.Member(t, "Anna (invented)", staff.Intake)
	r := rota(g)
	if err := g.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.PutArrival(ctx, intake.Arrival{ID: envelope.NewID(), Channel: "help", Mailbox: "00", SignKey: []byte{1}, Day: "2017-04-09", Sealed: []byte("sealed"),
			At: g.Clock.Now(), Since: g.Clock.Now().Add(-8 * time.Hour)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if raised := sweep(t, r); len(raised) != 3 || raised[0].Round.Kind != duty.Sealed {
		t.Errorf("%+v", raised)
	}
}

// TestNoAlarmIsLostOrDoubled plays any sequence of arrivals, readings, answers,
// jumps of the clock in both directions, restarts and sweeps, and compares with
// what must have been called: every rung whose time has passed since the sweep
// first saw the waiting, each once.
func TestNoAlarmIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		store := &memory{from: map[duty.Round]time.Time{}}
		c := clock.NewManual(desktest.Noon)
		r := &duty.Rota{Within: store.run, Reading: store.run, Clock: c}
		called := map[string]int{}
		first := map[duty.Round]time.Time{} // the model: the earliest time that can be known for a round
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				store.waiting = append(store.waiting, duty.Waiting{Subject: fmt.Sprint("thread_", len(called), len(store.waiting), rapid.Int().Draw(rt, "n")),
					Kind: duty.Unread, Channel: "help", Since: c.Now().Add(time.Duration(rapid.IntRange(-30, 600).Draw(rt, "wrong clock")) * time.Minute)})
			case 1:
				if len(store.waiting) > 0 {
					i := rapid.IntRange(0, len(store.waiting)-1).Draw(rt, "read")
					store.waiting = slices.Delete(store.waiting, i, i+1)
				}
			case 2:
				c.Advance(time.Duration(rapid.IntRange(-300, 300).Draw(rt, "jump")) * time.Minute)
			case 3:
				store.failing = rapid.IntRange(0, 6).Draw(rt, "fails after") // a crash in the middle of a sweep
			default:
			}
			raised, err := r.Sweep(context.Background())
			failed := err != nil
			store.failing = -1
			if failed {
				if raised, err = r.Sweep(context.Background()); err != nil {
					rt.Fatal(err)
				}
			}
			for _, a := range raised {
				called[fmt.Sprint(a.Round, a.Step)]++
				if len(a.Called) == 0 {
					rt.Fatal("called nobody")
				}
			}
			now := c.Now()
			for _, w := range store.waiting {
				f, seen := first[w.Round()]
				if !seen || w.Since.Before(f) {
					f = w.Since
				}
				if now.Before(f) {
					f = now
				}
				first[w.Round()] = f
				for step, after := range duty.Ladder(w.Kind) {
					n := called[fmt.Sprint(w.Round(), step)]
					if !now.Before(f.Add(after)) && n != 1 {
						rt.Fatalf("step %d, %s after it began: called %d times", step, now.Sub(f), n)
					}
				}
			}
			for k, n := range called {
				if n > 1 {
					rt.Fatalf("%s was called %d times", k, n)
				}
			}
			for _, a := range store.alarms {
				open := slices.ContainsFunc(store.waiting, func(w duty.Waiting) bool { return w.Round() == a.Round })
				if a.Ended.IsZero() && !open {
					rt.Fatal("it rings for what no longer waits")
				}
			}
		}
	})
}

var errCrash = errors.New("the power failed")

// memory is a store whose transactions are copies: thousands of histories run in a second.
type memory struct {
	duty.Store
	waiting []duty.Waiting
	from    map[duty.Round]time.Time
	alarms  []duty.Alarm
	failing int
}

func (m *memory) run(_ context.Context, f func(duty.Store) error) error {
	from, alarms := map[duty.Round]time.Time{}, slices.Clone(m.alarms)
	for k, v := range m.from {
		from[k] = v
	}
	if err := f(m); err != nil {
		m.from, m.alarms = from, alarms
		return err
	}
	return nil
}

// Append keeps nothing: the ledger has tests of its own, TestLadder looks at it.
func (m *memory) Append(context.Context, ledger.Entry) error { return m.crash() }

func (m *memory) crash() error {
	if m.failing == 0 {
		return errCrash
	}
	m.failing--
	return nil
}

func (m *memory) WaitingNow(context.Context) ([]duty.Waiting, error) {
	return slices.Clone(m.waiting), nil
}
func (m *memory) Shifts(context.Context, time.Time, time.Time) ([]duty.Shift, error) {
	return nil, nil
}
func (m *memory) Members(context.Context) ([]staff.Member, error) {
	return []staff.Member{{ID: "member_a", Active: true, Roles: staff.Roles{staff.Intake}}}, nil
}
func (m *memory) WatchFrom(_ context.Context, r duty.Round) (time.Time, error) { return m.from[r], nil }
func (m *memory) PutWatchFrom(_ context.Context, r duty.Round, at time.Time) error {
	m.from[r] = at
	return m.crash()
}
func (m *memory) RaiseDutyAlarm(_ context.Context, a duty.Alarm) (bool, error) {
	if slices.ContainsFunc(m.alarms, func(b duty.Alarm) bool { return b.Round == a.Round && b.Step == a.Step }) {
		return false, nil
	}
	m.alarms = append(m.alarms, a)
	return true, m.crash()
}
func (m *memory) DutyAlarms(context.Context) ([]duty.Alarm, error) {
	return slices.DeleteFunc(slices.Clone(m.alarms), func(a duty.Alarm) bool { return !a.Ended.IsZero() }), nil
}
func (m *memory) EndDutyAlarm(_ context.Context, id string, at time.Time) error {
	for i := range m.alarms {
		if m.alarms[i].ID == id {
			m.alarms[i].Ended = at
		}
	}
	return m.crash()
}

func TestGapsAndShifts(t *testing.T) {
	t.Parallel()
	at := func(h int) time.Time { return desktest.Noon.Add(time.Duration(h) * time.Hour) }
	shifts := []duty.Shift{{Rank: duty.Operator, From: at(0), Until: at(4)}, {Rank: duty.Operator, From: at(3), Until: at(6)},
		{Rank: duty.Operator, From: at(8), Until: at(10)}, {Rank: duty.Operator, Lang: "en", From: at(6), Until: at(8)}, {Rank: duty.Second, From: at(6), Until: at(8)}}
	got := duty.Gaps(shifts, staff.Intake, duty.Operator, at(0), at(12))
	if want := []duty.Gap{{at(6), at(8)}, {at(10), at(12)}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	g := desktest.New(t)
	anna, boris := g.Member(t, "Anna (invented)", staff.Intake), g.Member(t, "Boris (invented)", staff.Caseworker)
	hanna := g.Member(t, "Hanna (invented)", staff.Security)
	r := rota(g)
	ok := duty.Shift{Member: anna.ID, Rank: duty.Operator, From: at(1), Until: at(9)}
	change := func(f func(*duty.Shift)) duty.Shift { s := ok; f(&s); return s }
	for name, c := range map[string]struct {
		by   staff.Actor
		in   duty.Shift
		want fault.Kind
	}{
		"for others":            {anna, change(func(s *duty.Shift) { s.Member = hanna.ID }), fault.Denied},
		"not a colleague":       {hanna, change(func(s *duty.Shift) { s.Member = "member_x" }), fault.NotFound},
		"no intake operator":    {hanna, change(func(s *duty.Shift) { s.Member = boris.ID }), fault.Invalid},
		"too long":              {anna, change(func(s *duty.Shift) { s.Until = at(26) }), fault.Invalid},
		"backwards":             {anna, change(func(s *duty.Shift) { s.Until = at(1) }), fault.Invalid},
		"over":                  {anna, change(func(s *duty.Shift) { s.From, s.Until = at(-5), at(-1) }), fault.Invalid},
		"no place":              {anna, change(func(s *duty.Shift) { s.Rank = 3 }), fault.Invalid},
		"not an intake member":  {boris, change(func(s *duty.Shift) { s.Member = boris.ID }), fault.Invalid},
		"an operator for cases": {anna, change(func(s *duty.Shift) { s.Role = staff.Caseworker }), fault.Invalid},
		"no such rota":          {anna, change(func(s *duty.Shift) { s.Role = staff.Security }), fault.Invalid},
		"a language of cases":   {boris, change(func(s *duty.Shift) { s.Member, s.Role, s.Lang = boris.ID, staff.Caseworker, "ru" }), fault.Invalid},
	} {
		if err := r.Put(t.Context(), c.by, c.in); err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.Put(t.Context(), anna, ok); err != nil {
		t.Fatal(err)
	}
	have, err := r.Shifts(t.Context(), 7)
	if err != nil || len(have) != 1 {
		t.Fatal(have, err)
	}
	if err := r.Drop(t.Context(), boris, have[0].ID); fault.KindOf(err) != fault.Denied {
		t.Errorf("a stranger drops it: %v", err)
	}
	if err := r.Drop(t.Context(), anna, have[0].ID); err != nil {
		t.Error(err)
	}
}

// StandIns implements duty.Store: nobody is away here.
func (m *memory) StandIns(context.Context, time.Time) (map[string]string, error) {
	return map[string]string{}, nil
}

// TestRotaOfCases: who is named for the rungs of a case, and that such a shift gives
// nobody a message and is no cover for the first place of messages.
func TestRotaOfCases(t *testing.T) {
	g := desktest.New(t)
	ctx, now := t.Context(), g.Clock.Now()
	anna := g.Member(t, "Anna (invented)", staff.Intake, staff.Caseworker)
	boris, clara := g.Member(t, "Boris (invented)", staff.Caseworker), g.Member(t, "Clara (invented)", staff.Caseworker)
	r := rota(g)
	named := func(role staff.Role) []string {
		t.Helper()
		out, err := r.Named(ctx, role)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := named(staff.Caseworker); len(got) != 0 {
		t.Errorf("named without a rota: %v", got)
	}
	for _, s := range []duty.Shift{
		{Member: boris.ID, Role: staff.Caseworker, Rank: duty.Second, From: now.Add(-time.Hour), Until: now.Add(time.Hour)},
		{Member: anna.ID, Role: staff.Caseworker, Rank: duty.Operator, From: now.Add(-time.Hour), Until: now.Add(time.Hour)},
		{Member: clara.ID, Role: staff.Caseworker, Rank: duty.Operator, From: now.Add(time.Hour), Until: now.Add(2 * time.Hour)},
	} {
		who := map[string]staff.Actor{anna.ID: anna, boris.ID: boris, clara.ID: clara}[s.Member]
		for range 2 { // its form was sent twice
			if err := r.Put(ctx, who, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, want := named(staff.Caseworker), []string{anna.ID, boris.ID}; !slices.Equal(got, want) {
		t.Errorf("named %v, want the first before the second: %v", got, want)
	}
	if got := named(staff.Advocate); len(got) != 0 {
		t.Errorf("caseworkers are named for a lawyer's call: %v", got)
	}
	shifts, err := r.Shifts(ctx, 1)
	if err != nil || len(shifts) != 3 {
		t.Fatal(shifts, err)
	}
	if got := duty.Gaps(shifts, staff.Intake, duty.Operator, now, now.Add(time.Hour)); len(got) != 1 {
		t.Error("a shift for cases counts as one for messages")
	}
	members := []staff.Member{anna.Member, boris.Member, clara.Member}
	if got := duty.Named(staff.Caseworker, shifts, members, map[string]string{anna.ID: clara.ID, boris.ID: ""}, now); !slices.Equal(got, []string{clara.ID}) {
		t.Errorf("with two away %v is named, want the one deputy", got)
	}
	if err := g.DB.Read(ctx, func(tx *store.Tx) error {
		given, err := tx.RosteredBetween(ctx, now, now.Add(time.Hour))
		if len(given) != 0 {
			t.Errorf("messages are given to %v, who are on the rota of cases", given)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
