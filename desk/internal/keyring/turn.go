package keyring

import (
	"context"
	"slices"
	"sync"
)

// turns lets a few derivations run at once (thirty at once would take 2 GB) and
// makes the others wait, name by name: the names that wait are served in turn,
// so that somebody who tries one name a thousand times, or a thousand names that
// nobody bears, keeps the others waiting for one derivation each and no longer.
type turns struct {
	mu      sync.Mutex
	free    int
	waiting map[string][]chan struct{}
	order   []string // the names that wait, the next one first
}

// argonTurns is the machine's memory, not a file's: all key files share it.
var argonTurns = newTurns(2)

func newTurns(n int) *turns { return &turns{free: n, waiting: map[string][]chan struct{}{}} }

// enter waits for a turn of this name; the error is the context's, when the
// asker went away meanwhile.
func (t *turns) enter(ctx context.Context, name string) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	if len(t.waiting[name]) == 0 {
		t.order = append(t.order, name)
	}
	t.waiting[name] = append(t.waiting[name], mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting[name], mine)
	if i < 0 {
		t.pass() // the turn came in the same moment
		return ctx.Err()
	}
	t.waiting[name] = slices.Delete(t.waiting[name], i, i+1)
	if len(t.waiting[name]) == 0 {
		delete(t.waiting, name)
		t.order = slices.DeleteFunc(t.order, func(n string) bool { return n == name })
	}
	return ctx.Err()
}

// leave hands the turn on.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass gives a free turn to the next name that waits. The latest of one name is
// served first: who waits longest has most often gone away.
func (t *turns) pass() {
	if len(t.order) == 0 {
		t.free++
		return
	}
	name := t.order[0]
	t.order = t.order[1:]
	all := t.waiting[name]
	last := len(all) - 1
	close(all[last])
	if last == 0 {
		delete(t.waiting, name)
		return
	}
	t.waiting[name] = all[:last]
	t.order = append(t.order, name)
}
