package desk

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

// settingOutside holds what the last looks from outside showed.
const settingOutside = "outside"

// silentLooks is after how many unanswered looks in a row people are told.
const silentLooks = 2

// sighting is what is remembered between looks.
type sighting struct {
	At       time.Time         `json:"at"`
	Silent   time.Time         `json:"silent"` // of the first unanswered look in a row
	Missed   int               `json:"missed"`
	Findings []lookout.Finding `json:"findings"`
	Known    lookout.Seen      `json:"known"`  // what is compared with
	Latest   lookout.Seen      `json:"latest"` // of the last look, right or not
}

// alarm reports whether people are told.
func (s sighting) alarm() bool { return len(s.Findings) > 0 || s.Missed >= silentLooks }

func loadSighting(ctx context.Context, tx *store.Tx) (s sighting, err error) {
	text, err := tx.Setting(ctx, settingOutside)
	if fault.KindOf(err) == fault.NotFound {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

// public is the address where visitors come, or empty when nobody said so.
func (r *rooms) public() string {
	if r.cfg.Public == "" && onionOf(r.id.Front) == "" {
		return r.id.Front
	}
	return r.cfg.Public
}

// lookOften looks at the Front from outside, at random times around LookEvery.
func (r *rooms) lookOften() {
	if r.public() == "" {
		return
	}
	wait := r.cfg.LookEvery / 20 // soon, but after the keys of this unlocking have arrived
	for {
		tick := time.NewTimer(wait)
		select {
		case <-r.ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if err := r.look(r.ctx, ledger.Desk); err != nil && r.ctx.Err() == nil {
			r.cfg.Log.Warn("the look from outside was not kept; it will be tried again", "error", err)
		}
		wait = r.cfg.LookEvery/2 + rand.N(r.cfg.LookEvery)
	}
}

func (r *rooms) lookNow(ctx context.Context, a staff.Actor) error { return r.look(ctx, a.ID) }

// look visits the Front as a stranger, through the proxy where there is one, and
// keeps what it saw. A change for better or worse is an entry in the ledger.
func (r *rooms) look(ctx context.Context, by string) error {
	address := r.public()
	if address == "" {
		return fault.New(fault.Conflict, "Nobody has said where visitors come. Write front-public = https://… into desk.conf and start the Desk again.")
	}
	var before sighting
	var log []string
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		if before, err = loadSighting(ctx, tx); err == nil {
			log, err = ownLog(ctx, tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport(r.cfg.Transport, address), Timeout: 2 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	front := &sender.Front{URL: address, HTTP: client}
	now := r.clock.Now()
	sight, err := lookout.Look(ctx, front.Get, lookout.Expected{
		Organisation: bundle.Fingerprint(r.id.PublicKey()), Seen: before.Known, Today: clock.DayOf(now), Released: lookout.Released(),
		Headers: front.Headers, HTTPS: strings.HasPrefix(address, "https://"), Only: true,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	after := before
	if err != nil {
		after.Missed++
		if after.Silent.IsZero() {
			after.Silent = now
		}
	} else {
		after.At, after.Silent, after.Missed, after.Latest = now, time.Time{}, 0, sight.Seen
		after.Findings = append(sight.Findings, r.unlike(sight, log)...)
		if len(after.Findings) == 0 {
			after.Known = sight.Seen
		}
	}
	return r.keepSighting(ctx, by, before, after)
}

// unlike compares the keys that senders are given with the newest that we signed.
func (r *rooms) unlike(sight *lookout.Sight, log []string) (found []lookout.Finding) {
	id, newest := bundle.ID(r.id.PublicKey()), map[string]string{}
	serials := map[string]uint64{}
	for _, n := range log {
		if k, err := bundle.OpenKeys([]byte(n), r.id.PublicKey()); err == nil && k.Serial >= serials[k.Channel] {
			newest[k.Channel], serials[k.Channel] = n, k.Serial
		}
	}
	for channel, note := range newest {
		if sight.Keys[id+"/"+channel] != note {
			found = append(found, lookout.Finding{Part: "keys", Where: "keys of " + channel, What: "senders are not given the newest that we signed"})
		}
	}
	return found
}

func (r *rooms) keepSighting(ctx context.Context, by string, before, after sighting) error {
	text, err := json.Marshal(after)
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(ctx, settingOutside, text); err != nil {
			return err
		}
		if by == ledger.Desk && before.alarm() == after.alarm() && slices.Equal(before.Findings, after.Findings) {
			return nil // as at the last look
		}
		action := "outside.right"
		switch {
		case len(after.Findings) > 0:
			action = "outside.differs"
		case after.Missed > 0:
			action = "outside.silent"
		}
		return tx.Append(ctx, ledger.Entry{Actor: by, Action: action, Subject: bundle.ID(r.id.PublicKey()), Detail: map[string]int{"findings": len(after.Findings), "missed": after.Missed}})
	})
}

// outsideSeen is what the page shows.
func (r *rooms) outsideSeen(ctx context.Context) (o deskweb.Outside, err error) {
	var s sighting
	err = r.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = loadSighting(ctx, tx)
		return err
	})
	o = deskweb.Outside{Address: r.public(), At: s.At, Silent: s.Silent, Warns: s.alarm(), Fetch: r.fetching.now()}
	for _, f := range s.Findings {
		o.Differs = append(o.Differs, deskweb.Difference{Part: f.Part, Detail: f.Where + ": " + f.What})
	}
	return o, err
}

// acceptOutside takes what the last look showed as right, for what need not be
// signed. The next look says what still differs.
func (r *rooms) acceptOutside(ctx context.Context, a staff.Actor) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := loadSighting(ctx, tx)
		if err != nil {
			return err
		}
		s.Known, s.Findings = s.Latest, nil
		text, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, settingOutside, text); err != nil {
			return err
		}
		return tx.Append(ctx, entry(a, "outside.accepted", bundle.ID(r.id.PublicKey())))
	})
}
