package desk

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/ui"
)

// watchClock notes in the ledger, once, that the machine's clock was set back.
func (r *rooms) watchClock(ctx context.Context) error {
	behind := r.clock.Behind()
	if behind < ui.ClockSlack {
		r.behind = false
		return nil
	}
	if r.behind {
		return nil
	}
	r.behind = true
	r.cfg.Log.Warn("the machine's clock was set back; alarms go by the later time", "behind", behind.String())
	return r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "clock.behind", Subject: "desk", Detail: clockDetail{int64(behind.Seconds())}})
	})
}

type clockDetail struct {
	Seconds int64 `json:"seconds"`
}

// acceptClock goes by the machine's clock again: the security officer has looked at
// it, and it is right. The entry carries the machine's time, so that a restart
// begins from there.
func (r *rooms) acceptClock(ctx context.Context, a staff.Actor) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	behind := r.clock.Behind()
	r.clock.Accept()
	return r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, ledger.Entry{Actor: a.ID, Action: "clock.accepted", Subject: "desk", Detail: clockDetail{int64(behind.Seconds())}})
	})
}
