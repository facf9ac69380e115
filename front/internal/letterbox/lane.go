package letterbox

import (
	"context"
	"net/http"
	"sync/atomic"
)

// lane lets a few through at a time, each in turn. It is for what cannot be asked
// for work first: forms without the script, under a flood.
// Nobody is turned away; whoever waits is served in the order of coming.
type lane struct {
	places  chan struct{}
	waiting atomic.Int64
}

// patient is how many may wait whose line is broken: their message counts still.
// Beyond it a flood of lines that hang up would fill the memory.
const patient = 1024

func newLane(places int) *lane { return &lane{places: make(chan struct{}, places)} }

// enter waits for a place. The caller leaves.
func (l *lane) enter(r *http.Request) (leave func(), err error) {
	leave = func() { <-l.places }
	select {
	case l.places <- struct{}{}:
		return leave, nil
	default:
	}
	ctx := detached(r)
	if l.waiting.Add(1) > patient {
		ctx = r.Context()
	}
	defer l.waiting.Add(-1)
	select {
	case l.places <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// pass lets a form without the script through to the store: at once while nobody
// presses, and at once when its mailbox is known. known goes before strangers.
func (b *Box) pass(r *http.Request, known bool) (leave func(), err error) {
	asked := b.gate.enter(b.Clock.Now())
	if asked == 0 || known {
		return b.gate.leave, nil
	}
	out, err := b.slow.enter(r)
	if err != nil {
		b.gate.leave()
		return nil, err
	}
	return func() { out(); b.gate.leave() }, nil
}
