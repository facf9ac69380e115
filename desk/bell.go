package desk

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/bell"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
)

// ringTime is after how long a program that rings is ended.
const ringTime = 30 * time.Second

// outerBell runs the organisation's own program when somebody must look. It lives
// as long as the process, because a locked Desk has nothing else. A nil one hangs nowhere.
type outerBell struct {
	program, file string
	policy        bell.Policy
	every         time.Duration // between looks
	log           *slog.Logger

	clock *clock.Steady

	mu    sync.Mutex
	state bell.State
	wrong time.Time // when it last failed; zero: it rang
}

// hangBell prepares the bell of a Desk that is locked, as after a restart; nil
// when there is none, or nothing runs by itself.
func hangBell(cfg Config, c *clock.Steady) *outerBell {
	if cfg.Bell == "" || cfg.Idle {
		return nil
	}
	b := &outerBell{program: cfg.Bell, file: filepath.Join(cfg.Dir, admin.BellFile), policy: bell.Policy{Locked: cfg.BellLocked, Every: cfg.BellEvery},
		every: cfg.WatchEvery, log: cfg.Log, clock: c}
	b.locked()
	return b
}

func (b *outerBell) hangs() bool { return b != nil }

// locked begins to count how long the Desk is locked.
func (b *outerBell) locked() {
	if b == nil {
		return
	}
	text, err := os.ReadFile(b.file)
	var due bell.Due
	if err == nil {
		due, err = bell.ParseDue(text)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.log.Warn("the bell does not know what is due; it rings when the Desk stays locked", "error", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock.NotBefore(due.Noted)
	b.state.LockedSince, b.state.Due, b.state.Called = b.clock.Now(), due.Next, false
}

func (b *outerBell) unlocked() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.LockedSince, b.state.Due = time.Time{}, time.Time{}
}

// dueNow has the bell of a locked Desk ring: somebody must come and look.
func (b *outerBell) dueNow() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	b.state.Due = now
	return b.note(bell.Due{Noted: now, Next: now})
}

// broken is when the bell last failed; zero when it did not.
func (b *outerBell) broken() time.Time {
	if b == nil {
		return time.Time{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wrong
}

// watch looks and rings until the returned function is called.
func (b *outerBell) watch(ctx context.Context, called func(context.Context) (bool, error)) (stop func()) {
	if b == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(b.every)
		defer tick.Stop()
		for {
			if err := b.look(ctx, called); err != nil && ctx.Err() == nil {
				b.log.Error("the bell could not be rung", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}

// look rings when it is time.
func (b *outerBell) look(ctx context.Context, called func(context.Context) (bool, error)) error {
	now, err := called(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.state.Called = now
	rings := b.policy.Rings(b.state, b.clock.Now())
	if rings {
		b.state.Last = b.clock.Now()
	}
	b.mu.Unlock()
	if !rings {
		return nil
	}
	err = b.ring(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = time.Time{}
	if err != nil && ctx.Err() == nil { // a Desk that ends while it rings breaks nothing
		b.wrong = b.clock.Now()
	}
	return err
}

// ring runs the program: no arguments, nothing of our surroundings, and what it
// prints is not kept.
func (b *outerBell) ring(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, ringTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.program)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.WaitDelay = time.Second
	return cmd.Run()
}

// note keeps outside the database when somebody would be called next.
func (b *outerBell) note(due bell.Due) error {
	temp := b.file + ".new"
	if err := os.WriteFile(temp, due.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, b.file)
}

// called reports whether somebody is called now and nobody has taken it. A locked
// Desk cannot know.
func (d *Desk) called(ctx context.Context) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock() // or it could be locked meanwhile
	if d.open == nil {
		return false, nil
	}
	var who []string
	err := d.open.db.Read(ctx, func(tx *store.Tx) (err error) {
		who, err = callees(ctx, tx, d.open.clock.Now())
		return err
	})
	return len(who) > 0, err
}

// noteDue keeps for the locked hours when somebody would be called next: now, when
// somebody is called already.
func (r *rooms) noteDue(ctx context.Context) error {
	now := r.clock.Now()
	next, err := r.rota.Next(ctx)
	if err != nil {
		return err
	}
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		step, err := tx.NextStep(ctx, now)
		if err != nil {
			return err
		}
		if next.IsZero() || !step.IsZero() && step.Before(next) {
			next = step
		}
		who, err := callees(ctx, tx, now)
		if len(who) > 0 {
			next = now
		}
		return err
	}); err != nil {
		return err
	}
	return r.bell.note(bell.Due{Noted: now, Next: next})
}
