package bell_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/bell"
)

func TestRings(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_500_000_000, 0)
	p := bell.Policy{Locked: 15 * time.Minute, Every: 10 * time.Minute}
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		s    bell.State
		want bool
	}{
		"unlocked and quiet":               {bell.State{}, false},
		"unlocked, what is due is called":  {bell.State{Due: ago(time.Hour)}, false},
		"somebody is called":               {bell.State{Called: true}, true},
		"somebody was just rung for":       {bell.State{Called: true, Last: ago(9 * time.Minute)}, false},
		"still nobody has taken it":        {bell.State{Called: true, Last: ago(10 * time.Minute)}, true},
		"locked a moment ago":              {bell.State{LockedSince: ago(14 * time.Minute)}, false},
		"locked too long":                  {bell.State{LockedSince: ago(15 * time.Minute)}, true},
		"locked, and a call comes due":     {bell.State{LockedSince: ago(time.Second), Due: now}, true},
		"locked, and the call is not due":  {bell.State{LockedSince: ago(time.Second), Due: now.Add(time.Second)}, false},
		"locked too long, rung lately":     {bell.State{LockedSince: ago(time.Hour), Last: ago(time.Minute)}, false},
		"the clock was set back":           {bell.State{LockedSince: now.Add(time.Hour)}, true},
		"the clock was set back after one": {bell.State{Called: true, Last: now.Add(time.Hour)}, true},
	} {
		if got := p.Rings(c.s, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if s := (bell.State{Called: true, Last: ago(30 * time.Second)}); (bell.Policy{}).Rings(s, now) {
		t.Error("it rings without a pause")
	}
}

// TestDue: what was written is read again, to the coarse step and never late.
func TestDue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := bell.Due{Noted: time.Unix(rapid.Int64Range(0, 1<<34).Draw(t, "noted"), 0).UTC()}
		if rapid.Bool().Draw(t, "known") {
			d.Next = time.Unix(rapid.Int64Range(600, 1<<34).Draw(t, "next"), 0).UTC()
		}
		got, err := bell.ParseDue(d.Bytes())
		if err != nil || !got.Noted.Equal(d.Noted) || got.Next.IsZero() != d.Next.IsZero() {
			t.Fatalf("%v, %v", got, err)
		}
		if late := d.Next.Sub(got.Next); !d.Next.IsZero() && (late < 0 || late >= 5*time.Minute) {
			t.Fatalf("the bell would ring %v before it is due", late)
		}
	})
	for _, s := range []string{"", "noted", "noted x\nnext none\n", "noted 2017-04-09T00:00:00Z\n", "noted 2017-04-09T00:00:00Z\nnext soon\n", "next none\nnoted 2017-04-09T00:00:00Z\n"} {
		if _, err := bell.ParseDue([]byte(s)); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
