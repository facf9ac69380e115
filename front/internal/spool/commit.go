package spool

import (
	"context"
	"errors"
	"syscall"

	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// maxBatch is the most submissions that share one transaction.
const maxBatch = 256

// work is one writer's part of a shared transaction. A fault that do returns is
// the answer to this writer alone, so do must decide before it changes anything.
type work struct {
	ctx    context.Context
	do     func(context.Context, *sqldb.Tx) error
	answer error
	done   chan error
}

// write hands do to the committer, before what strangers bring, and waits until
// it is on the disk.
func (s *Spool) write(ctx context.Context, do func(context.Context, *sqldb.Tx) error) error {
	return s.writeIn(ctx, s.first, do)
}

func (s *Spool) writeIn(ctx context.Context, lane chan *work, do func(context.Context, *sqldb.Tx) error) error {
	w := &work{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case lane <- w:
	case <-s.stop:
		return ErrFull
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-w.done:
		return err
	case <-s.done:
		select {
		case err := <-w.done:
			return err
		default:
			return ErrFull
		}
	}
}

// commit is the committer: it takes whatever waits, writes it in one
// transaction with one sync, and only then tells each writer.
func (s *Spool) commit() {
	defer close(s.done)
	for {
		select {
		case w := <-s.first:
			s.flush(s.gather(w))
		case w := <-s.queue:
			s.flush(s.gather(w))
		case <-s.stop:
			for w := s.next(0); w != nil; w = s.next(0) {
				s.flush(s.gather(w))
			}
			return
		}
	}
}

// next takes what waits already, the known first; nil when nothing does. Each
// fourth place is a stranger's, so that a known sender cannot keep all others out.
func (s *Spool) next(place int) *work {
	first, then := s.first, s.queue
	if place%4 == 3 {
		first, then = then, first
	}
	select {
	case w := <-first:
		return w
	default:
	}
	select {
	case w := <-then:
		return w
	default:
		return nil
	}
}

// gather takes one and what else waits already; it never waits for more.
func (s *Spool) gather(one *work) []*work {
	batch := []*work{one}
	for len(batch) < maxBatch {
		w := s.next(len(batch))
		if w == nil {
			break
		}
		batch = append(batch, w)
	}
	return batch
}

func (s *Spool) flush(batch []*work) {
	// Not the context of one sender: the others in the batch must not fail with it.
	ctx := context.Background()
	err := s.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, w := range batch {
			w.answer = nil
			if err := w.do(ctx, tx); err != nil {
				if fault.KindOf(err) == fault.Internal {
					return err
				}
				w.answer = err
			}
		}
		return nil
	})
	for _, w := range batch {
		if err != nil {
			w.done <- full(err)
		} else {
			w.done <- w.answer
		}
	}
}

// full turns the errors of a full disk into the fault that says so.
func full(err error) error {
	if sqldb.IsFull(err) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return ErrFull
	}
	return err
}
