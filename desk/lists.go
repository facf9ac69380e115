package desk

import "time"

// wakeBench asks for runs that wait to be done now.
func (r *rooms) wakeBench() {
	select {
	case r.matched <- struct{}{}:
	default: // it was asked already
	}
}

// workLists does the runs over lists for those who are signed in, when one was
// asked for and now and then: what a sign-out or a restart cut short goes on.
func (r *rooms) workLists() {
	tick := time.NewTicker(10 * r.cfg.WatchEvery)
	defer tick.Stop()
	for {
		if err := r.bench.Work(r.ctx, r.present(r.ctx)); err != nil && r.ctx.Err() == nil {
			r.cfg.Log.Warn("a run over lists broke off", "error", err)
		}
		select {
		case <-r.ctx.Done():
			return
		case <-tick.C:
		case <-r.matched:
		}
	}
}
