package clock

import (
	"sync"
	"time"
)

// Steady is a clock that never goes back. When the machine's clock is set back, it
// goes on from the latest time that it told, by the time that really passes, so
// that nothing which is due is put off. Behind says by how much the machine's
// clock is wrong meanwhile. It is safe for concurrent use.
type Steady struct {
	base Clock
	mu   sync.Mutex
	high time.Time     // the latest time told
	at   time.Duration // what had elapsed then
}

// NewSteady returns a steady clock on top of another. A clock that cannot say how
// much time passed (Elapsed) stands still while it is behind.
func NewSteady(base Clock) *Steady { return &Steady{base: base} }

// Elapsed is the time that really passed since some moment, whatever was done to the
// machine's clock; always 0 on a clock that cannot say.
func (s *Steady) Elapsed() time.Duration {
	if e, ok := s.base.(interface{ Elapsed() time.Duration }); ok {
		return e.Elapsed()
	}
	return 0
}

// Now is the machine's time, or the later one that must have come.
func (s *Steady) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, _ := s.read()
	return now
}

func (s *Steady) read() (now time.Time, behind time.Duration) {
	wall, passed := s.base.Now(), s.Elapsed()
	now = wall
	if least := s.high.Add(passed - s.at); !s.high.IsZero() && wall.Before(least) {
		now = least.Truncate(time.Microsecond)
		behind = now.Sub(wall)
	}
	s.high, s.at = now, passed
	return now, behind
}

// NotBefore tells the clock of a time that has come already: it goes on from there.
func (s *Steady) NotBefore(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read()
	if t.After(s.high) {
		s.high = t
	}
}

// Behind is by how much the machine's clock lags the time that this clock tells.
func (s *Steady) Behind() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, behind := s.read()
	return behind
}

// Accept goes by the machine's clock again: somebody has looked, and it is right.
func (s *Steady) Accept() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.high, s.at = s.base.Now(), s.Elapsed()
}
