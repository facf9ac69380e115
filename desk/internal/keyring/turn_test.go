package keyring

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// Sixty wrong tries for two names keep a third one waiting for one turn each.
func TestTurnsGoNameByName(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newTurns(1)
		if err := q.enter(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		var served []string
		wait := func(name string) {
			go func() {
				if q.enter(t.Context(), name) == nil {
					served = append(served, name) // one turn at a time
					q.leave()
				}
			}()
			synctest.Wait()
		}
		for range 30 {
			wait("")
			wait("boris")
		}
		wait("anna")
		q.leave()
		synctest.Wait()
		if len(served) != 61 || slices.Index(served, "anna") > 2 {
			t.Errorf("%d were served, anna as number %d", len(served), slices.Index(served, "anna")+1)
		}
		if q.free != 1 || len(q.waiting) != 0 || len(q.order) != 0 {
			t.Errorf("the queue is not empty: %+v", q)
		}
	})
}

// Who goes away gives the place free, also in the moment of its turn.
func TestTurnsOfThoseWhoLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newTurns(1)
		if err := q.enter(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		for _, late := range []bool{false, true} {
			ctx, leave := context.WithCancel(t.Context())
			left := make(chan error, 1)
			go func() {
				err := q.enter(ctx, "anna")
				if err == nil {
					q.leave()
				}
				left <- err
			}()
			synctest.Wait()
			if late {
				q.leave()
			}
			leave()
			synctest.Wait()
			if err := <-left; !late && err == nil {
				t.Error("a turn without a place")
			}
		}
		if q.free != 1 || len(q.waiting) != 0 || len(q.order) != 0 {
			t.Errorf("the queue is not empty: %+v", q)
		}
	})
}
