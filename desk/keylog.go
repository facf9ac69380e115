package desk

import (
	"context"
	"encoding/json"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/store"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
)

// settingKeyLog holds our own copy of the public log of key bundles, as a JSON
// list: a Front that loses or alters entries is found, and one that begins anew is given them again.
const settingKeyLog = "keylog"

func ownLog(ctx context.Context, tx *store.Tx) ([]string, error) {
	text, err := tx.Setting(ctx, settingKeyLog)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var notes []string
	return notes, json.Unmarshal(text, &notes)
}

// postKeys brings key bundles to the Front and signs the state of the public log
// with them. Senders need the keys: they are posted also when the Front's log is
// not the one that we signed, but then nothing is signed, and the look from outside raises it.
func (r *rooms) postKeys(ctx context.Context, k hatchway.Keys) error {
	var own []string
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		own, err = ownLog(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	theirs, err := r.courier.Front.KeyLog(ctx)
	if err != nil {
		return r.courier.Front.PostKeys(ctx, k) // signed the next time
	}
	log, err := bundle.MergeLogs(own, theirs.Notes, r.id.PublicKey())
	if err != nil {
		r.cfg.Log.Warn("the Front's public log of keys is not the one that was signed; its state was not signed")
		return r.courier.Front.PostKeys(ctx, k)
	}
	log = slices.Clone(log)
	for _, n := range k.Notes {
		if !slices.Contains(log, n) {
			log = append(log, n)
		}
	}
	c, err := bundle.CheckpointOf(log)
	if err != nil {
		return err
	}
	signed, err := bundle.SignCheckpoint(r.id.Organisation, c)
	if err != nil {
		return err
	}
	if err := r.courier.Front.PostKeys(ctx, hatchway.Keys{Notes: log[len(theirs.Notes):], Checkpoint: signed}); err != nil {
		return err
	}
	if slices.Equal(own, log) {
		return nil
	}
	text, err := json.Marshal(log)
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(ctx, settingKeyLog, text); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "keylog.signed", Subject: bundle.ID(r.id.PublicKey()), Detail: map[string]int64{"size": c.Size}})
	})
}
