package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/internal/clock"
)

// However the machine's clock is set, the steady one never goes back, never tells
// less than the time that passed, and is right again when the machine's clock is.
func TestSteadyNeverGoesBack(t *testing.T) {
	t.Parallel()
	noon := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		machine := clock.NewManual(noon)
		s := clock.NewSteady(machine)
		last, passed := s.Now(), machine.Elapsed()
		for _, minutes := range rapid.SliceOfN(rapid.IntRange(-2000, 2000), 1, 40).Draw(t, "minutes") {
			machine.Advance(time.Duration(minutes) * time.Minute)
			if floor := rapid.IntRange(-3, 1).Draw(t, "floor"); floor > 0 {
				s.NotBefore(last) // a restart that has read what was noted
			}
			now := s.Now()
			if least := last.Add(machine.Elapsed() - passed); now.Before(least) {
				t.Fatalf("it tells %s, and %s must have come", now, least)
			}
			if behind := s.Behind(); now.Sub(machine.Now()) != behind || behind < 0 {
				t.Fatalf("behind %s, told %s, machine %s", behind, now, machine.Now())
			}
			last, passed = now, machine.Elapsed()
		}
		s.Accept()
		if !s.Now().Equal(machine.Now()) || s.Behind() != 0 {
			t.Fatal("it does not go by the machine's clock again")
		}
	})
}

func TestSteadyGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	noon := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	machine := clock.NewManual(noon.Add(-3 * time.Hour)) // was set back while it was off
	s := clock.NewSteady(machine)
	s.NotBefore(noon)
	machine.Advance(10 * time.Minute)
	if now := s.Now(); !now.Equal(noon.Add(10 * time.Minute)) {
		t.Fatal(now)
	}
	if s.Behind() != 3*time.Hour {
		t.Fatal(s.Behind())
	}
	machine.Advance(4 * time.Hour) // passes, and the machine's clock is put right
	machine.Advance(3 * time.Hour)
	if now := s.Now(); !now.Equal(noon.Add(7*time.Hour+10*time.Minute)) || s.Behind() != 3*time.Hour {
		t.Fatal("a step forward counts as time that passed", now, s.Behind())
	}
}
