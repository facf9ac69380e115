package deskweb

import (
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
)

type clockView struct {
	ui.Frame
	IsBehind  bool
	Ours      time.Time // the time that the Desk goes by
	Machine   time.Time
	MayDecide bool
}

func clockPage(f ui.Frame, behind time.Duration, mayDecide bool) clockView {
	f.Behind(behind)
	return clockView{Frame: f, IsBehind: behind >= ui.ClockSlack, Ours: f.Now, Machine: f.Now.Add(-behind), MayDecide: mayDecide}
}

func (d doors) clock(c *ui.Context) error {
	return c.Render(d.set, "clock", clockPage(c.Frame(c.T("The clock")), d.cfg.Behind(), c.Actor.Roles.Has(staff.Security)))
}

func (d doors) acceptClock(c *ui.Context) error {
	if err := d.cfg.AcceptClock(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/clock", "clock.accepted")
}
