package desk

import (
	"context"
	"strconv"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// settingClock holds the latest time that the Desk told, so that a restart knows
// that it has come; beatEvery is how often it is noted.
const (
	settingClock = "clock"
	beatEvery    = time.Minute
)

// notBefore tells the clock which time has come already: the ledger's last entry, the time noted last.
func notBefore(ctx context.Context, tx *store.Tx, steady *clock.Steady) error {
	last, err := tx.LedgerLast(ctx)
	if err != nil {
		return err
	}
	steady.NotBefore(last)
	noted, err := tx.Setting(ctx, settingClock)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	us, err := strconv.ParseInt(string(noted), 10, 64)
	steady.NotBefore(clock.FromMicros(us))
	return err
}

func noteTime(ctx context.Context, tx *store.Tx, now time.Time) error {
	return tx.PutSetting(ctx, settingClock, strconv.AppendInt(nil, clock.Micros(now), 10))
}

// watchClock notes the time, and in the ledger, once, that the machine's clock was set back.
func (r *rooms) watchClock(ctx context.Context) error {
	if now := r.clock.Now(); now.Sub(r.beat) >= beatEvery || now.Before(r.beat) {
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return noteTime(ctx, tx, now) }); err != nil {
			return err
		}
		r.beat = now
	}
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
	r.awake.Accept()
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if err := noteTime(ctx, tx, r.clock.Now()); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: a.ID, Action: "clock.accepted", Subject: "desk", Detail: clockDetail{int64(behind.Seconds())}})
	})
}
