// Package clock is the only source of time in the product.
//
// Every rule that depends on time takes a Clock, so that tests and drills can
// move it. Times are UTC and cut to microseconds, as the stores keep them
// (int64 microseconds since 1970). It imports only the standard library.
package clock

import (
	"sync"
	"time"
)

// A Clock tells the time in UTC, cut to microseconds.
type Clock interface {
	Now() time.Time
}

type system struct{}

var started = time.Now() // carries the monotonic reading that Elapsed counts from

// Elapsed is the time that passed, whatever was done to the machine's clock.
func (system) Elapsed() time.Duration { return time.Since(started) }

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// System is the machine's clock.
func System() Clock { return system{} }

// A Manual clock stands still until it is moved. It is safe for concurrent use.
type Manual struct {
	mu      sync.Mutex
	now     time.Time
	elapsed time.Duration
}

// NewManual returns a clock that stands at t.
func NewManual(t time.Time) *Manual {
	return &Manual{now: t.UTC().Truncate(time.Microsecond)}
}

// Now returns the time at which the clock stands.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d, which may be negative (a clock that was set back).
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	m.elapsed += max(0, d)
}

// Elapsed is the time that passed: every step forward, and no step back.
func (m *Manual) Elapsed() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.elapsed
}

// Shifted is the machine's clock moved by an offset that can be changed while
// it runs. The demo and the drills use it to make hours pass in seconds.
type Shifted struct {
	mu     sync.Mutex
	offset time.Duration
	passed time.Duration
}

// Now returns the machine's time plus the offset.
func (s *Shifted) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return System().Now().Add(s.offset)
}

// Advance adds d to the offset.
func (s *Shifted) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	s.passed += max(0, d)
}

// Elapsed is the time that passed: the machine's, and every step forward.
func (s *Shifted) Elapsed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return system{}.Elapsed() + s.passed
}

// Micros turns a time into the stores' form; the zero time becomes 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the inverse of Micros.
func FromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Day is a calendar day in UTC, the coarsest and only clock of the Front: "2017-04-09".
type Day string

// DayOf returns the day in which t lies.
func DayOf(t time.Time) Day { return Day(t.UTC().Format(time.DateOnly)) }
