package desk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/binder"
	"waylight/desk/internal/campaign"
	"waylight/desk/internal/capture"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/courier"
	"waylight/desk/internal/duty"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/lists"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/post"
	"waylight/desk/internal/press"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/reactions"
	"waylight/desk/internal/record"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/submission"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/takeout"
	"waylight/desk/internal/team"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/unseal"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/wording"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
	"waylight/internal/seal"
)

// office holds the rooms of the house, furnished.
type office struct {
	inbox     *intake.Inbox
	courier   *courier.Courier
	runner    *jobs.Runner
	book      *cases.Book
	purse     *purse.Keeper
	team      *team.Board
	guide     *pathways.Guide
	archive   *record.Archive
	lexicon   *vocabulary.Lexicon
	parties   *parties.Registry
	chronicle *chronicle.Chronicle
	atlas     *gazetteer.Atlas
	tally     *figures.Tally
	bench     *lists.Workbench
	matched   chan struct{} // asks for runs to be done
	locker    *evidence.Locker
	captures  *capture.Keeper
	surgery   *opinion.Surgery
	barn      *harvest.Barn
	takeout   *takeout.Office
	binder    *binder.Binder
	stamps    []evidence.Authority
	trusted   []byte      // PEM of the roots of time stamping authorities
	stamped   time.Time   // when they were last asked; of the loop that tends the evidence
	stampNow  atomic.Bool // a page was captured: its time is worth a request of its own
	board     *campaign.Board
	filing    *submission.Registry
	docket    *redress.Docket
	heard     *reactions.Desk
	roll      *supporters.Roll
	gateway   *publish.Gateway
	liaison   *exchange.Liaison
	pane      *glass.Pane
	luggage   *travel.Luggage
	press     *press.Press
	post      *post.Office
	rota      *duty.Rota
	shelf     *wording.Shelf
	here      *intake.Presence
	opening   chan staff.Actor // asks for arrivals to be opened by this actor
	warming   chan staff.Actor // asks for this actor's cases to be opened ahead of the first search
}

// keyLife is how long an intake key is used; keyRenew how long before its end the next is made.
const (
	keyLife  = 14 * 24 * time.Hour
	keyRenew = 7 * 24 * time.Hour
)

// furnish builds the rooms on an open database.
func (d *Desk) furnish(ctx context.Context, db *store.DB, key [32]byte, steady *clock.Steady) (*rooms, error) {
	r := &rooms{db: db, files: d.chunks, spare: d.spare, bell: d.bell, deskKey: key, clock: steady, cfg: d.cfg, mu: &d.mu, keys: &d.keys, waits: d.waits, live: map[[32]byte]*keyring.Keys{}}
	var floor uint64
	err := db.Write(ctx, func(tx *store.Tx) (err error) {
		if err = admin.Complete(ctx, tx); err != nil {
			return err
		}
		if floor, err = admin.SerialFloor(ctx, tx); err != nil {
			return err
		}
		if r.id, err = admin.LoadIdentity(ctx, tx); err != nil {
			return err
		}
		return notBefore(ctx, tx, steady)
	})
	if err != nil {
		return nil, err
	}
	// The Front compares the time with its own clock, so this one is the machine's.
	front, err := hatchway.Dial(r.id.Front, r.id.Hatch, d.cfg.Clock, transport(d.cfg.Transport, r.id.Front))
	if err != nil {
		return nil, err
	}
	asIntake := func(tx *store.Tx) intake.Store { return tx }
	r.inbox = &intake.Inbox{Floor: floor, Within: store.Within(db, asIntake), Reading: store.Reading(db, asIntake), Clock: steady,
		Crypto: intake.Crypto{Generate: unseal.Generate, Unseal: unseal.Open, Seal: seal.To, Looked: looked}}
	r.courier = &courier.Courier{Front: front, Chunks: d.chunks, Receive: r.inbox.Receive, Looked: r.inbox.Looked, Keys: r.postKeys, Log: d.cfg.Log}
	r.runner = &jobs.Runner{Within: store.Within(db, func(tx *store.Tx) jobs.Store { return tx }), Clock: steady, Log: d.cfg.Log,
		Handlers: r.courier.Handlers()}
	r.runner.Handlers[intake.JobForget] = r.forgetFile
	r.matched = make(chan struct{}, 1)
	r.opening = make(chan staff.Actor, 16)
	r.warming = make(chan staff.Actor, 16)
	if r.stamps, r.trusted, err = authorities(d.cfg); err != nil {
		return nil, err
	}
	r.stairs()
	if err := r.openGate(); err != nil {
		return nil, err
	}
	if err := r.openPost(ctx); err != nil {
		return nil, err
	}
	if err := r.renewKeys(ctx); err != nil {
		return nil, err
	}
	if r.pages, err = d.door(r); err != nil {
		return nil, err
	}
	r.ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	return r, nil
}

// renewKeys makes the intake keys that are missing or near their end, and sends
// the newest of each channel to the Front, which passes over those it has.
func (r *rooms) renewKeys(ctx context.Context) error {
	var channels []intake.Channel
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		channels, err = tx.Channels(ctx)
		return err
	}); err != nil {
		return err
	}
	now := r.clock.Now()
	for _, c := range channels {
		var keys []intake.Key
		if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
			keys, err = tx.IntakeKeys(ctx, c.ID)
			return err
		}); err != nil {
			return err
		}
		if len(keys) == 0 || keys[0].Serial < r.inbox.Floor || keys[0].Until < clock.DayOf(now.Add(keyRenew)) {
			k, err := r.inbox.NewKey(ctx, ledger.Desk, c.ID, clock.DayOf(now), clock.DayOf(now.Add(keyLife)))
			if err != nil {
				return err
			}
			keys = append([]intake.Key{k}, keys...)
		}
		if err := r.announce(ctx, c, keys[0]); err != nil {
			return err
		}
	}
	return nil
}

// announce signs a channel's key and hands it to the courier.
func (r *rooms) announce(ctx context.Context, c intake.Channel, k intake.Key) error {
	note, err := bundle.SignKeys(r.id.Organisation, bundle.Keys{Name: r.id.Names, Channel: c.ID, Recipient: k.Recipient, From: k.From, Until: k.Until, Serial: k.Serial})
	if err != nil {
		return err
	}
	body, err := json.Marshal(hatchway.Keys{Notes: []string{string(note)}})
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, jobs.Job{Kind: courier.JobKeys, Subject: c.ID, Body: body})
	})
}

// wake asks for arrivals to be opened now that this actor is here.
func (r *rooms) wake(a staff.Actor) {
	select {
	case r.opening <- a:
	default: // the next call at the Front opens them
	}
}

// warm asks for an actor's cases to be opened ahead of the first search, for the leak
// guard to be told what it lacks of what they can open, and for consents noted by an
// earlier version to come under the clock.
func (r *rooms) warm(a staff.Actor) {
	select {
	case r.warming <- a:
	default: // so many sign in at once: the first search opens them
	}
}

// warmUp does it for those who signed in, one member after another.
func (r *rooms) warmUp() {
	for {
		select {
		case <-r.ctx.Done():
			return
		case a := <-r.warming:
			if a.Roles.Has(staff.Caseworker) {
				if _, err := r.book.ClockConsents(r.ctx, a); err != nil && r.ctx.Err() == nil {
					r.cfg.Log.Warn("the consents of some cases do not stand under the clock yet; it is tried again at the next sign-in", "kind", fault.KindOf(err))
				}
				if err := r.book.Warm(r.ctx, a); err != nil && r.ctx.Err() == nil {
					r.cfg.Log.Warn("the first search of somebody who signed in will take a moment", "kind", fault.KindOf(err))
				}
			}
			if err := r.tellFacts(r.ctx, a); err != nil && r.ctx.Err() == nil {
				r.cfg.Log.Warn("the leak guard was not told every fact that somebody who signed in can open; it is tried again at the next sign-in", "kind", fault.KindOf(err))
			}
		}
	}
}

// call fetches what waits at the Front and lets whoever is signed in open it.
func (r *rooms) call(ctx context.Context) error {
	if err := r.spare.room(); err != nil {
		return err // it waits at the Front meanwhile
	}
	trip, err := r.courier.Pull(ctx)
	if ctx.Err() == nil {
		r.fetching.note(trip, err, r.clock.Now())
	}
	if err == nil {
		err = r.inbox.Called(ctx)
	}
	for _, a := range r.present(ctx) {
		if a.Roles.Has(staff.Intake) {
			r.wake(a)
		}
	}
	return err
}

// watch raises what is late by our clock, and does nothing that could take long.
func (r *rooms) watch(ctx context.Context) error {
	_, err := r.book.Sweep(ctx)
	_, late := r.rota.Sweep(ctx)
	r.bench.Tend(ctx, r.present(ctx))
	ended := r.endConsents(ctx) // first: what waits for the end of an embargo may name one of them
	_, _, embargo := r.gateway.Due(ctx)
	err = errors.Join(err, late, ended, embargo, r.watchClock(ctx), r.watchPapers(ctx), r.endLent(ctx), r.surgery.Sweep(ctx))
	r.lockWhenAlone(ctx) // last: it closes the database
	return err
}

// forgetFile removes the sealed parts of a file whose conversation was erased.
func (r *rooms) forgetFile(_ context.Context, j jobs.Job) error {
	var upload string
	if err := json.Unmarshal(j.Body, &upload); err != nil {
		return err
	}
	return r.files.Remove(upload)
}

// openArrivals tends the intake keys and opens what came with those of who is here. One member's
// trouble (signed out meanwhile, a grant that is damaged) does not keep others from it.
func (r *rooms) openArrivals(ctx context.Context) error {
	_, gone := r.book.Tend(ctx, r.present(ctx))
	errs := []error{r.tend(ctx), gone}
	for {
		select {
		case a := <-r.opening:
			_, err := r.inbox.OpenArrivals(ctx, a)
			_, unlisted := r.inbox.ListUploads(ctx, a)
			errs = append(errs, err, unlisted, r.inbox.ShareKeys(ctx, a))
		default:
			return errors.Join(errs...)
		}
	}
}

// tend renews and destroys intake keys, once a day by our clock.
func (r *rooms) tend(ctx context.Context) error {
	today := clock.DayOf(r.clock.Now())
	if r.tended == today {
		return nil
	}
	if err := r.renewKeys(ctx); err != nil {
		return err
	}
	if _, err := r.inbox.DestroyKeys(ctx); err != nil {
		return err
	}
	if _, err := r.inbox.Expire(ctx); err != nil {
		return err
	}
	r.tended = today
	return nil
}

// present lists the actors who are signed in now.
func (r *rooms) present(ctx context.Context) []staff.Actor {
	var out []staff.Actor
	for _, h := range r.hashes() {
		a, err := r.actor(ctx, h, false)
		if err != nil {
			continue // ended meanwhile
		}
		if !slices.ContainsFunc(out, func(b staff.Actor) bool { return b.ID == a.ID }) {
			out = append(out, a)
		}
	}
	return out
}
