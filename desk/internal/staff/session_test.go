package staff_test

import (
	"testing"
	"time"

	"waylight/desk/internal/staff"
)

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	begun := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		seen, now, ended time.Duration
		alive            bool
	}{
		"just now":                  {alive: true},
		"used lately":               {seen: time.Hour, now: time.Hour + 29*time.Minute, alive: true},
		"left alone":                {seen: time.Hour, now: time.Hour + 31*time.Minute},
		"a long day":                {seen: 12 * time.Hour, now: 12*time.Hour + time.Minute},
		"signed out":                {now: time.Minute, ended: time.Second},
		"the clock was corrected":   {now: -4 * time.Minute, alive: true},
		"the clock went back a day": {now: -24 * time.Hour},
	} {
		s := staff.Session{Begun: begun, Seen: begun.Add(c.seen)}
		if c.ended != 0 {
			s.Ended = begun.Add(c.ended)
		}
		if err := s.Alive(begun.Add(c.now)); (err == nil) != c.alive {
			t.Errorf("%s: %v", name, err)
		}
	}
}
