package spool_test

import (
	"context"
	"testing"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/clock"
)

// The secret of a day is the same for every Front with this store and after a new
// start, another on another day, and is destroyed when its forms are too old. Days
// that somebody makes up have none of their own.
func formTwice(t *testing.T, k keeper) {
	ctx, config := context.Background(), k.config(t)
	now := clock.NewManual(time.Date(2017, 4, 9, 23, 59, 0, 0, time.UTC))
	config.Clock = now
	open := func() *spool.Spool {
		s, err := spool.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	ask := func(s *spool.Spool, day clock.Day) [32]byte {
		secret, err := s.FormSecret(ctx, day)
		if err != nil {
			t.Fatal(err)
		}
		if secret == ([32]byte{}) {
			t.Error("the secret is empty")
		}
		return secret
	}
	a, b := open(), open()
	first := ask(a, "2017-04-09")
	if ask(b, "2017-04-09") != first {
		t.Error("two Fronts have two secrets")
	}
	for _, day := range []clock.Day{"", "1999-01-01", "2017-04-09 ", "2017-04-091", "2017-04-12", "nonsense"} {
		if ask(a, day) != first {
			t.Errorf("%q has a secret of its own", day)
		}
	}
	now.Advance(2 * time.Minute) // past midnight
	if err := a.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	today := ask(a, "2017-04-10")
	if c := open(); ask(c, "2017-04-09") != first || ask(c, "2017-04-10") != today || today == first {
		t.Error("after midnight and a new start the days have other secrets")
	}
	now.Advance(3 * 24 * time.Hour)
	if err := a.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	now.Advance(-3 * 24 * time.Hour) // nothing of it is left to be found
	if ask(open(), "2017-04-09") == first {
		t.Error("the secret outlives its forms")
	}
}
