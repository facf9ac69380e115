package duty_test

import (
	"slices"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/duty"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// An alarm that a mailbox raised is called at once and up the ladder until somebody
// acts; a new one rings again. While somebody may be forced, nobody is called to
// answer them in the ordinary way, under none of their codes.
func TestMailboxAlarmsClimb(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	g := desktest.New(t)
	anna, hanna := g.Member(t, "Anna (invented)", staff.Intake), g.Member(t, "Hanna (invented)", staff.Security)
	r := rota(g)
	if err := r.Put(ctx, hanna, duty.Shift{Member: anna.ID, Rank: duty.Operator, From: g.Clock.Now(), Until: g.Clock.Now().Add(8 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	now := g.Clock.Now()
	thread := func(id, into string) intake.Thread {
		return intake.Thread{ID: id, Channel: "help", Mailbox: id, Lang: "ru", Urgency: intake.Now, Into: into, Arrived: now, FirstRead: now, LastIn: now, Since: now}
	}
	put(t, g, thread("thread_a", ""))
	put(t, g, thread("thread_b", "thread_a"))
	raise := func(id string, kind intake.AlarmKind) intake.Alarm {
		a := intake.Alarm{ID: id, Thread: "thread_b", Kind: kind, Token: id, At: g.Clock.Now()}
		if err := g.DB.Write(ctx, func(tx *store.Tx) error { _, err := tx.RaiseAlarm(ctx, a); return err }); err != nil {
			t.Fatal(err)
		}
		return a
	}
	acts := func(a intake.Alarm) {
		a.Member, a.Acked = anna.ID, g.Clock.Now()
		if err := g.DB.Write(ctx, func(tx *store.Tx) error { return tx.SaveAlarm(ctx, a) }); err != nil {
			t.Fatal(err)
		}
	}
	kinds := func(all []duty.Alarm) (out []duty.Kind) {
		for _, a := range all {
			out = append(out, a.Round.Kind)
		}
		return out
	}
	first := raise("alarm_1", intake.Watched)
	if got := sweep(t, r); len(got) != 1 || got[0].Round.Kind != duty.Forced || !slices.Contains(got[0].Called, anna.ID) {
		t.Fatalf("at once: %+v", got)
	}
	g.Clock.Advance(10 * time.Minute)
	if got := sweep(t, r); len(got) != 2 || !slices.Contains(got[1].Called, hanna.ID) {
		t.Fatalf("after ten minutes: %+v", got)
	}
	g.Clock.Advance(time.Hour)
	if got := kinds(sweep(t, r)); len(got) != 0 {
		t.Errorf("called to answer while somebody may be forced: %v", got)
	}
	acts(first)
	if got := sweep(t, r); len(got) != 0 {
		t.Errorf("called although somebody acts: %v", kinds(got))
	}
	if bells, err := r.Bells(ctx, anna); err != nil || len(bells) != 0 {
		t.Errorf("%d bells, %v", len(bells), err)
	}
	raise("alarm_2", intake.Written)
	if got := kinds(sweep(t, r)); !slices.Equal(got, []duty.Kind{duty.Forced}) {
		t.Errorf("a second alarm: %v", got)
	}
	g.Clock.Advance(time.Second)
	raise("alarm_3", intake.Help)
	if got := kinds(sweep(t, r)); !slices.Equal(got, []duty.Kind{duty.Help}) {
		t.Errorf("a call for help beside it: %v", got)
	}
}
