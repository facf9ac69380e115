package letterbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"waylight/internal/clock"
)

// Each waits for a turn in the order of coming; nobody is refused, also when the
// line is broken meanwhile; a known mailbox does not wait at all.
func TestLaneServesInTurn(t *testing.T) {
	t.Parallel()
	b := &Box{Config: Config{Clock: clock.NewManual(time.Unix(1491700000, 0))}, slow: newLane(1)}
	b.gate.pressure, b.gate.at = 8*pressing, b.Clock.Now()
	first, err := b.pass(httptest.NewRequest(http.MethodPost, "/", nil), false)
	if err != nil {
		t.Fatal(err)
	}
	const many = 20
	order := make(chan int, many)
	for i := range many {
		ctx, cut := context.WithCancel(t.Context())
		go func() {
			leave, err := b.pass(httptest.NewRequest(http.MethodPost, "/", nil).WithContext(ctx), false)
			if err != nil {
				t.Error(err)
				return
			}
			order <- i
			leave()
		}()
		for b.slow.waiting.Load() != int64(i+1) {
			time.Sleep(time.Millisecond) // until it stands in the queue
		}
		cut() // the browser is closed
	}
	known, err := b.pass(httptest.NewRequest(http.MethodPost, "/", nil), true)
	if err != nil || len(order) != 0 {
		t.Fatalf("a known mailbox waits: %v", err)
	}
	known()
	first()
	var got []int
	for range many {
		got = append(got, <-order)
	}
	if !slices.IsSorted(got) {
		t.Errorf("served in the order %v", got)
	}
	b.gate.pressure = 0
	held, err := b.pass(httptest.NewRequest(http.MethodPost, "/", nil), false)
	if err != nil || len(b.slow.places) != 0 {
		t.Errorf("with nobody pressing the lane is used: %v", err)
	}
	held()
}
