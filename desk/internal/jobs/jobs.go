// Package jobs runs what must happen later and must not be lost: a reply on its
// way to the Front, pages to publish, a clock of an escalation.
//
// A job is put into the store in the transaction of the change that causes it.
// It is done at least once, so a handler must be able to run twice. Time comes
// from our clock, so that a restart, a sleeping machine and a drill behave
// alike. The states follow River's (riverqueue.com); the code is ours because
// the queue must obey that clock and share that transaction. It imports the
// ground only.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Job is one thing to do.
type Job struct {
	ID       string
	Kind     string
	Subject  string // with Kind: at most one open job
	Body     []byte
	Due      time.Time
	Attempts int
}

// Queue is how a room asks for a job inside its transaction.
type Queue interface {
	// Enqueue adds a job. One of the same kind and subject that is still open is
	// replaced: its body and due time become the new ones.
	Enqueue(ctx context.Context, j Job) error
}

// Store keeps jobs.
type Store interface {
	Queue
	DueJobs(ctx context.Context, now time.Time, limit int) ([]Job, error)
	JobDone(ctx context.Context, id string) error
	JobFailed(ctx context.Context, id, trouble string, again time.Time) error
}

// Handler does a job. It may run twice for one job.
type Handler func(ctx context.Context, j Job) error

// Runner does what is due.
type Runner struct {
	Within   func(ctx context.Context, f func(Store) error) error
	Clock    clock.Clock
	Log      *slog.Logger
	Handlers map[string]Handler // by kind
}

// backoff is the wait after the n-th failed attempt: 2 s doubling up to 10
// minutes. Nothing is given up, since a line may come back after a day.
func backoff(n int) time.Duration {
	d := 2 * time.Second
	for range min(n, 20) - 1 {
		d = min(2*d, 10*time.Minute)
	}
	return d
}

// Once does every job that is due and returns how many it tried.
func (r *Runner) Once(ctx context.Context) (int, error) {
	var due []Job
	if err := r.Within(ctx, func(s Store) (err error) {
		due, err = s.DueJobs(ctx, r.Clock.Now(), 100)
		return err
	}); err != nil {
		return 0, err
	}
	for i, j := range due {
		err := errors.New("no handler for this kind")
		if h, known := r.Handlers[j.Kind]; known {
			err = h(ctx, j)
		}
		if ctx.Err() != nil {
			return i, ctx.Err() // interrupted: it stays open and is done after the next start
		}
		if err := r.Within(ctx, func(s Store) error {
			if err == nil {
				return s.JobDone(ctx, j.ID)
			}
			// The error's text may carry what it was about: only its kind is kept.
			r.Log.Warn("a job failed and will be tried again", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts+1, "trouble", trouble(err))
			return s.JobFailed(ctx, j.ID, trouble(err), r.Clock.Now().Add(backoff(j.Attempts+1)))
		}); err != nil {
			return i, err
		}
	}
	return len(due), nil
}

func trouble(err error) string {
	switch fault.KindOf(err) {
	case fault.Busy:
		return "the other side is busy"
	case fault.Denied:
		return "refused by the other side"
	case fault.NotFound:
		return "not found"
	case fault.Conflict, fault.Invalid, fault.TooLarge:
		return "refused as wrong"
	case fault.Locked:
		return "locked"
	default:
		return "no connection, or an error of ours"
	}
}
