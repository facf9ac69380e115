package front

import (
	"context"
	"time"

	"waylight/front/internal/spool"
)

// roomEvery is how often the Front looks whether its disk has room.
const roomEvery = 5 * time.Second

// watchRoom writes into the log when people begin to be refused because the disk is
// full, and when it is over: once each, however many are refused.
func (f *Front) watchRoom(ctx context.Context) {
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	last := spool.Nothing
	for {
		now, err := f.spool.Refuses()
		if err == nil && now != last {
			switch last = now; now {
			case spool.All:
				f.log.Error("the disk is full: no message is taken, and people are told so. Make room now")
			case spool.Files:
				f.log.Error("the disk is nearly full: no files are taken, and people are told so. Make room")
			default:
				f.log.Warn("the disk has room again: everything is taken")
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
