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

// write hands do to the committer and waits until it is on the disk.
func (s *Spool) write(ctx context.Context, do func(context.Context, *sqldb.Tx) error) error {
	w := &work{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case s.queue <- w:
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
		case w := <-s.queue:
			s.flush(s.gather(w))
		case <-s.stop:
			for {
				select {
				case w := <-s.queue:
					s.flush(s.gather(w))
				default:
					return
				}
			}
		}
	}
}

// gather takes first and what else waits already; it never waits for more.
func (s *Spool) gather(first *work) []*work {
	batch := []*work{first}
	for len(batch) < maxBatch {
		select {
		case w := <-s.queue:
			batch = append(batch, w)
		default:
			return batch
		}
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
