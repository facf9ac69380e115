package desk

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
	"waylight/internal/serve"
)

// Desk is one organisation's private server.
type Desk struct {
	cfg       Config
	chunks    *vault.Chunks
	spare     *ballast
	bell      *outerBell
	awake     *clock.Steady // what time it is at least, while the Desk is locked too
	waits     *waits        // how long each passphrase that two papers set has waited
	keys      sync.Mutex    // held while the key file or the desk key changes
	sum       [32]byte      // of this process alone: by it a form that was sent twice is known
	lastThree [32]byte      // the last form of three papers that worked; guarded by keys

	mu   sync.Mutex
	open *rooms // nil while locked
}

// New prepares a Desk; it is locked.
func New(cfg Config) (*Desk, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	chunks, err := vault.Open(filepath.Join(cfg.Dir, admin.Chunks))
	if err != nil {
		return nil, err
	}
	awake := clock.NewSteady(cfg.Clock)
	d := &Desk{cfg: cfg, chunks: chunks, spare: &ballast{dir: cfg.Dir, log: cfg.Log}, awake: awake, waits: newWaits(cfg, awake), bell: hangBell(cfg, awake)}
	rand.Read(d.sum[:])
	return d, nil
}

func (d *Desk) rooms() *rooms {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// Locked reports whether the Desk is locked.
func (d *Desk) Locked() bool { return d.rooms() == nil }

// unlock opens the database and starts what runs by itself. On an unlocked Desk
// it returns the rooms as they are.
func (d *Desk) unlock(ctx context.Context, key [32]byte, database string) (*rooms, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open != nil {
		return d.open, nil
	}
	if _, err := os.Stat(filepath.Join(d.cfg.Dir, database)); err != nil {
		return nil, err // opening would make an empty one
	}
	hold, err := admin.Take(d.cfg.Dir, false)
	if err != nil {
		return nil, err
	}
	steady := clock.NewSteady(d.cfg.Clock)
	steady.NotBefore(d.awake.Now())
	db, err := store.Open(ctx, filepath.Join(d.cfg.Dir, database), key[:], steady)
	if err != nil {
		return nil, errors.Join(err, hold.Release())
	}
	db.OnFull = d.spare.drop
	r, err := d.furnish(ctx, db, key, steady)
	if err != nil {
		return nil, errors.Join(err, db.Close(), hold.Release())
	}
	r.hold, r.crowded = hold, steady.Now()
	r.awake = d.awake
	r.lockAll = func() { go d.lockLogged(context.WithoutCancel(ctx)) }
	d.open = r
	d.bell.unlocked()
	if !d.cfg.Idle {
		if err := d.spare.keep(); err != nil {
			d.cfg.Log.Warn("the disk has no room for a reserve", "error", err)
		}
		r.start()
	}
	return r, nil
}

// Lock wipes every key from memory and closes the database. What runs is
// finished first; nothing that was saved is lost.
func (d *Desk) Lock() error {
	d.mu.Lock()
	r := d.open
	d.open = nil
	d.mu.Unlock()
	if r == nil {
		return nil
	}
	d.awake.NotBefore(r.clock.Now())
	defer d.bell.locked()
	return r.close()
}

// lockFor ends everybody's sessions, notes who asked for it, and locks.
func (d *Desk) lockFor(ctx context.Context, by string) error {
	r := d.rooms()
	if r == nil {
		return nil
	}
	return errors.Join(r.endSessions(ctx, by), d.Lock())
}

// lockLogged is lockFor for what happens by itself or by a signal. It is not run
// within a loop or request of the rooms: locking waits for those.
func (d *Desk) lockLogged(ctx context.Context) {
	if err := d.lockFor(ctx, ledger.Desk); err != nil {
		d.cfg.Log.Warn("locking left something open", "error", err)
	}
}

// Run serves the Desk's pages until ctx ends, and locks.
func (d *Desk) Run(ctx context.Context, l net.Listener) error {
	h, err := d.Handler()
	if err != nil {
		return err
	}
	s := serve.Server(h)
	defer d.lockOnSignal(ctx)()
	defer d.bell.watch(ctx, d.called)()
	defer d.countWaits(ctx)()
	if d.cfg.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(d.cfg.CertFile, d.cfg.KeyFile)
		if err != nil {
			return err
		}
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13})
	}
	return errors.Join(serve.Run(ctx, l, s), d.Lock())
}

// rooms is everything that exists only while the Desk is unlocked.
type rooms struct {
	office
	pages    http.Handler
	files    *vault.Chunks
	spare    *ballast
	db       *store.DB
	deskKey  [32]byte
	hold     *admin.Hold
	tended   clock.Day   // when the intake keys were last looked after; of the loop that opens arrivals
	weeded   clock.Day   // when petitions were last tended; of the loop that opens signatures
	crowded  time.Time   // when somebody was last signed in; of the watching loop
	lockAll  func()      // locks the whole Desk, soon
	keys     *sync.Mutex // the Desk's
	waits    *waits
	id       admin.Identity
	clock    *clock.Steady // never goes back: a clock that was set back must put nothing off
	awake    *clock.Steady // the Desk's own, which outlives the rooms
	beat     time.Time     // when the time was last noted; of the watching loop
	settled  time.Time     // when papers were last looked at; of the watching loop
	fetching fetching
	bell     *outerBell
	behind   bool // that the machine's clock is behind was noted; of the watching loop

	mu   *sync.Mutex // the Desk's
	live map[[32]byte]*keyring.Keys

	stop context.CancelFunc
	done sync.WaitGroup
	ctx  context.Context
	cfg  Config
}

func (r *rooms) keysOf(hash [32]byte) *keyring.Keys {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live[hash]
}

// start runs the loops. The clock that raises alarms has one of its own: it waits
// neither for the Front's network nor for an arrival that does not open.
func (r *rooms) start() {
	r.done.Go(func() { r.every(r.cfg.PullEvery, r.call) })
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.watch) })
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.openArrivals) })
	r.done.Go(func() {
		r.every(r.cfg.WatchEvery, func(ctx context.Context) error {
			_, err := r.runner.Once(ctx)
			return err
		})
	})
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.notify) })
	if r.bell.hangs() {
		r.done.Go(func() { r.every(beatEvery, r.noteDue) })
	}
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.carryMail) }) // a mail server may be slow: it holds up nothing else
	r.done.Go(func() { r.every(r.cfg.MailEvery, r.collectMail) })
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.carryToSupporters) })
	r.done.Go(func() { r.every(r.cfg.MailEvery, r.collectFromSupporters) })
	r.done.Go(func() { r.every(r.cfg.PullEvery, r.callForPetitions) }) // a crowd that signs holds up nobody who asks for help
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.openSignatures) })
	if r.heard.Fetches() {
		r.done.Go(func() { r.every(time.Minute, r.hear) }) // a slow server holds up nothing else
	}
	r.done.Go(r.lookOften)
	r.done.Go(func() { r.every(r.cfg.WatchEvery, r.tendEvidence) }) // reading a large file must not hold up the rest
	r.done.Go(r.warmUp)
	r.done.Go(r.workLists) // long work, in a loop of its own
	if v := r.visitor(); v != nil {
		r.done.Go(func() { v.Run(r.ctx) })
	}
}

// every runs f at once and then at intervals of real time: what f looks at is
// our clock, how often it looks is the machine's affair.
func (r *rooms) every(d time.Duration, f func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		if err := f(r.ctx); err != nil && r.ctx.Err() == nil {
			r.cfg.Log.Warn("will be tried again", "error", err)
		}
		select {
		case <-r.ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// lockWhenAlone locks the Desk when nobody has been signed in for as long as the
// configuration says, by our clock.
func (r *rooms) lockWhenAlone(ctx context.Context) {
	now := r.clock.Now()
	if r.cfg.LockAfter <= 0 || len(r.present(ctx)) > 0 {
		r.crowded = now
		return
	}
	if now.Sub(r.crowded) >= r.cfg.LockAfter {
		r.crowded = now // once is enough
		r.lockAll()
	}
}

func (r *rooms) close() error {
	r.stop()
	r.done.Wait()
	var noted error
	if r.bell.hangs() {
		noted = r.noteDue(context.WithoutCancel(r.ctx)) // the last word before the silence
	}
	r.mu.Lock()
	for _, k := range r.live {
		k.Wipe()
	}
	clear(r.live)
	r.mu.Unlock()
	clear(r.deskKey[:])
	return errors.Join(noted, r.db.Close(), r.hold.Release())
}
