package sqldb

import (
	"context"
	"errors"
	"sync"

	"waylight/internal/fault"
)

// ErrClosed means that a group of writers has ended: nothing was written.
var ErrClosed = errors.New("sqldb: closed")

// maxGroup is the most writers that share one transaction.
const maxGroup = 256

// Group lets writers that come at once share a transaction and its one sync, and
// tells each when it is on the disk. A fault that one of them returns is the
// answer to this one alone, so each decides before it changes anything.
type Group struct {
	db    *DB
	queue chan *member
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
}

type member struct {
	do     func(context.Context, *Tx) error
	answer error
	told   chan error
}

// NewGroup makes a group; Close ends it.
func NewGroup(db *DB) *Group {
	g := &Group{db: db, queue: make(chan *member, maxGroup), stop: make(chan struct{}), done: make(chan struct{})}
	go g.run()
	return g
}

// Close writes what waits and ends.
func (g *Group) Close() {
	g.once.Do(func() { close(g.stop) })
	<-g.done
}

// Do runs do in a shared transaction and returns when that is on the disk.
func (g *Group) Do(ctx context.Context, do func(context.Context, *Tx) error) error {
	m := &member{do: do, told: make(chan error, 1)}
	select {
	case g.queue <- m:
	case <-g.stop:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-m.told:
		return err
	case <-g.done:
		select {
		case err := <-m.told:
			return err
		default:
			return ErrClosed
		}
	}
}

func (g *Group) run() {
	defer close(g.done)
	for {
		select {
		case m := <-g.queue:
			g.flush(g.gather(m))
		case <-g.stop:
			for {
				select {
				case m := <-g.queue:
					g.flush(g.gather(m))
				default:
					return
				}
			}
		}
	}
}

// gather takes one and what else waits already; it never waits for more.
func (g *Group) gather(one *member) []*member {
	all := []*member{one}
	for len(all) < maxGroup {
		select {
		case m := <-g.queue:
			all = append(all, m)
		default:
			return all
		}
	}
	return all
}

func (g *Group) flush(all []*member) {
	ctx := context.Background() // not that of one writer: the others must not fail with it
	err := g.db.Write(ctx, func(tx *Tx) error {
		for _, m := range all {
			m.answer = m.do(ctx, tx)
			if m.answer != nil && fault.KindOf(m.answer) == fault.Internal {
				return m.answer
			}
		}
		return nil
	})
	for _, m := range all {
		if err != nil {
			m.told <- err
		} else {
			m.told <- m.answer
		}
	}
}
