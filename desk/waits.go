package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// waits counts how long each passphrase that two papers set has waited: the time that
// really passed while this program ran, locked or not. The clock on the wall has no say,
// so that nobody shortens the wait by setting it; and hours in which the machine was off
// do not count, because in those the member could not come and stop it.
type waits struct {
	file  string
	clock *clock.Steady
	log   *slog.Logger

	mu     sync.Mutex
	last   time.Duration // what had elapsed when it was last counted
	saved  time.Duration
	counts map[string]time.Duration // by id
}

// waitsEvery is how often they are counted and kept: a restart loses no more than that.
const waitsEvery = time.Minute

func newWaits(cfg Config, c *clock.Steady) *waits {
	w := &waits{file: filepath.Join(cfg.Dir, admin.WaitFile), clock: c, log: cfg.Log, last: c.Elapsed(), counts: map[string]time.Duration{}}
	b, err := os.ReadFile(w.file)
	if err == nil {
		err = json.Unmarshal(b, &w.counts)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.log.Warn("how long a new passphrase has waited is not known; it begins anew", "file", admin.WaitFile)
		w.counts = map[string]time.Duration{}
	}
	return w
}

// pass counts what elapsed for those that wait now. One that was not there before begins.
func (w *waits) pass(waiting []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Elapsed()
	more := max(0, now-w.last)
	w.last = now
	changed := false
	for id := range w.counts {
		if !slices.Contains(waiting, id) {
			delete(w.counts, id)
			changed = true
			continue
		}
		w.counts[id] += more
	}
	for _, id := range waiting {
		if _, known := w.counts[id]; !known {
			w.counts[id] = 0
			changed = true
		}
	}
	if !changed && (len(w.counts) == 0 || now-w.saved < waitsEvery) {
		return
	}
	w.saved = now
	if err := w.save(); err != nil {
		w.log.Warn("how long a new passphrase has waited could not be kept; after a restart it waits longer", "error", err)
	}
}

func (w *waits) save() error {
	if len(w.counts) == 0 {
		if err := os.Remove(w.file); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	b, err := json.Marshal(w.counts)
	if err != nil {
		return err
	}
	if err := os.WriteFile(w.file+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(w.file+".new", w.file)
}

// passed is how long one has waited.
func (w *waits) passed(id string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[id]
}

// until is when it takes effect at the earliest.
func (w *waits) until(id string, now time.Time) time.Time {
	return now.Add(max(0, keyring.WaitFor-w.passed(id)))
}

// countWaits counts until the returned function is called, also while the Desk is locked.
func (d *Desk) countWaits(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(waitsEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if _, err := d.readKeys(); err != nil {
				d.cfg.Log.Warn("will be tried again", "error", err)
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}

// readKeys reads the key file as it counts now: with what has waited long enough. It
// writes nothing; that the file says so, too, is the open Desk's affair.
func (d *Desk) readKeys() (*keyring.File, error) {
	d.keys.Lock()
	defer d.keys.Unlock()
	f, err := keyring.ReadFile(filepath.Join(d.cfg.Dir, admin.KeyFile))
	if err != nil {
		return nil, err
	}
	d.waits.pass(f.Waits())
	f.Ripen(d.waits.passed, d.awake.Now())
	return f, nil
}

// watchPapers lets take effect what waited long enough, once a minute.
func (r *rooms) watchPapers(ctx context.Context) error {
	now := r.clock.Now()
	if !r.settled.IsZero() && now.Sub(r.settled) < waitsEvery && !now.Before(r.settled) {
		return nil
	}
	r.settled = now
	_, err := r.settlePapers(ctx, "")
	return err
}

// settlePapers brings the key file and the database together: what the database knows to
// be over goes from the file, what has waited long enough takes effect, and what the file
// alone knows comes into ledger and bells. came is a member who has just come in with
// their own passphrase. It may be cut off at any write and run again.
func (r *rooms) settlePapers(ctx context.Context, came string) (*keyring.File, error) {
	r.keys.Lock()
	defer r.keys.Unlock()
	path := filepath.Join(r.cfg.Dir, admin.KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return nil, err
	}
	past, err := r.papersPast(ctx)
	if err != nil {
		return nil, err
	}
	now := r.clock.Now()
	changed := f.Agree(past, now)
	r.waits.pass(f.Waits())
	changed = f.Ripen(r.waits.passed, now) || changed // before Meet: who came with what waited is not met by it
	changed = came != "" && f.Meet(came) || changed
	if changed {
		if err := f.Write(path); err != nil {
			return nil, err
		}
		r.waits.pass(f.Waits())
	}
	return f, r.carryNotes(ctx, path, f)
}

func (r *rooms) papersPast(ctx context.Context) (p keyring.Past, err error) {
	p = keyring.Past{Ended: map[string]string{}, Editions: map[string]string{}, Active: map[string]bool{}}
	return p, r.db.Read(ctx, func(tx *store.Tx) error {
		waits, err := tx.PaperWaits(ctx)
		if err != nil {
			return err
		}
		for _, w := range waits {
			p.Ended[w.ID] = w.Ended
		}
		sets, err := tx.PaperSets(ctx)
		if err != nil {
			return err
		}
		for _, s := range sets {
			p.Editions[s.Member] = s.Edition
		}
		members, err := tx.Members(ctx)
		for _, m := range members {
			p.Active[m.ID] = m.Active
		}
		return err
	})
}

// carryNotes writes what the key file alone knows into the database, and then takes it
// out of the file. The caller holds the key file.
func (r *rooms) carryNotes(ctx context.Context, path string, f *keyring.File) error {
	waiting, replaced := f.Waits(), []string{}
	var gone []staff.PaperWait
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.PaperWaits(ctx)
		for _, w := range all {
			if w.Ended == "" && !slices.Contains(waiting, w.ID) && !slices.ContainsFunc(f.Notes, func(n keyring.Note) bool { return n.Wait == w.ID }) {
				gone = append(gone, w)
			}
		}
		return err
	})
	if err != nil || len(f.Notes) == 0 && len(gone) == 0 {
		return err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		replaced = replaced[:0]
		for _, n := range f.Notes {
			ends, err := r.carry(ctx, tx, n, f.HasPapers(n.Member))
			if err != nil {
				return err
			}
			if ends {
				replaced = append(replaced, n.Member)
			}
		}
		for _, w := range gone {
			if err := r.missing(ctx, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range replaced {
		r.forgetMember(m)
		r.cfg.Log.Warn("papers set a new passphrase", "member", m)
	}
	if len(f.Notes) == 0 {
		return nil
	}
	f.Notes = nil
	return f.Write(path)
}

// carry notes one thing that papers led to; good says whether the member has papers now,
// replaced that their sessions end.
func (r *rooms) carry(ctx context.Context, tx *store.Tx, n keyring.Note, good bool) (replaced bool, err error) {
	if _, err := tx.Member(ctx, n.Member); fault.KindOf(err) == fault.NotFound {
		return false, nil // of a file that never belonged to this database
	} else if err != nil {
		return false, err
	}
	actor := n.By
	if actor == "" {
		actor = ledger.Desk
	}
	if n.What == keyring.PapersLet {
		waits, err := tx.PaperWaits(ctx)
		if err != nil || !slices.ContainsFunc(waits, func(w staff.PaperWait) bool { return w.ID == n.Wait && !w.Let }) {
			return false, err
		}
		return false, errors.Join(tx.LetPaperWait(ctx, n.Wait), tx.Append(ctx, ledger.Entry{Actor: actor, Action: "papers.let", Subject: n.Member, Detail: waitDetail{At: n.At}}))
	}
	known, err := tx.AddPaperUse(ctx, staff.PaperUse{ID: n.ID, Member: n.Member, At: n.At, What: n.What, By: n.By})
	if err != nil || known {
		return false, err
	}
	if n.By != "" { // who did it need not be told
		if err := tx.SeePaperUse(ctx, n.ID, n.By); err != nil {
			return false, err
		}
	}
	if err := tx.Append(ctx, ledger.Entry{Actor: actor, Action: "papers." + n.What, Subject: n.Member, Detail: waitDetail{n.At, n.Papers}}); err != nil {
		return false, err
	}
	if n.What == keyring.PapersWait {
		return false, tx.AddPaperWait(ctx, staff.PaperWait{ID: n.Wait, Member: n.Member, Used: n.At, Papers: n.Papers})
	}
	if err := tx.EndPaperWait(ctx, n.Wait, n.What); err != nil {
		return false, err
	}
	replaced = n.What == keyring.PapersSet || n.What == keyring.PapersThree || n.What == keyring.PapersHastened
	if !good {
		if err := tx.DropPaperSet(ctx, n.Member); err != nil {
			return false, err
		}
	}
	if replaced {
		return true, tx.EndSessions(ctx, n.Member, r.clock.Now())
	}
	return false, nil
}

// waitDetail is when it happened, which at a locked Desk is before it is noted, and which
// papers were put together.
type waitDetail struct {
	At     time.Time `json:"at"`
	Papers []int     `json:"papers,omitempty"`
}

// missing notes that what waited is in the key file no more, and nobody ended it: the
// member left and their slot went, or an older file was put in its place.
func (r *rooms) missing(ctx context.Context, tx *store.Tx, w staff.PaperWait) error {
	m, err := tx.Member(ctx, w.Member)
	if err != nil {
		return err
	}
	what := "gone"
	if !m.Active {
		what = keyring.PapersFell
	}
	if err := tx.EndPaperWait(ctx, w.ID, what); err != nil {
		return err
	}
	if _, err := tx.AddPaperUse(ctx, staff.PaperUse{ID: w.ID, Member: w.Member, At: r.clock.Now(), What: what}); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "papers." + what, Subject: w.Member})
}
