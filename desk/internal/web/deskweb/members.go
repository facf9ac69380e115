package deskweb

import (
	"slices"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

// Pending is what removals left to do.
type Pending struct {
	Safes int  // wait for a colleague who can open them
	Desk  bool // the key of the whole database waits
}

type leaverView struct {
	ui.Frame
	Name, Action string
	Abandon      []page.Option
}

func leaverPage(f ui.Frame, m staff.Member) leaverView {
	return leaverView{Frame: f, Name: m.Name, Action: "/members/" + m.ID + "/remove",
		Abandon: []page.Option{{Value: "yes", Label: f.T("Also give up for ever what nobody else can open")}}}
}

// memberOf finds the active member whom the address names.
func (d doors) memberOf(c *ui.Context) (staff.Member, error) {
	all, err := d.cfg.Members(c.Context(), c.Actor)
	if err != nil {
		return staff.Member{}, err
	}
	i := slices.IndexFunc(all, func(m staff.Member) bool { return m.ID == c.ID("member") && m.Active })
	if i < 0 {
		return staff.Member{}, fault.Missing()
	}
	return all[i], nil
}

// leaverOf is memberOf for somebody else than the actor.
func (d doors) leaverOf(c *ui.Context) (staff.Member, error) {
	m, err := d.memberOf(c)
	if err == nil && m.ID == c.Actor.ID {
		return m, fault.Missing()
	}
	return m, err
}

func (d doors) leaver(c *ui.Context) error {
	m, err := d.leaverOf(c)
	if err != nil {
		return err
	}
	return c.Render(d.set, "leaver", leaverPage(c.Frame(c.T("Remove a member")), m))
}

func (d doors) remove(c *ui.Context) error {
	m, err := d.leaverOf(c)
	if err != nil {
		return err
	}
	err = d.cfg.Remove(c.Context(), c.Actor, m.ID, slices.Contains(c.Values("abandon"), "yes"))
	if fault.KindOf(err) == fault.Conflict {
		f := c.Frame(c.T("Remove a member"))
		f.Form = c.Form(err)
		return c.Invalid(d.set, "leaver", leaverPage(f, m))
	}
	if err != nil {
		return err
	}
	return c.See("/members", "member.removed")
}

func membersPage(f ui.Frame, members []staff.Member, self string) membersView {
	v := membersView{Frame: f}
	for _, m := range members {
		row := memberRow{ID: m.ID, Name: m.Name, Active: m.Active, OnDuty: m.OnDuty, Self: m.ID == self, Since: f.Day(clock.DayOf(m.Joined))}
		for _, r := range m.Roles {
			row.Roles = append(row.Roles, f.T(ui.RoleName(r)))
		}
		v.Members = append(v.Members, row)
	}
	return v
}

func (d doors) members(c *ui.Context) error {
	all, err := d.cfg.Members(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := membersPage(c.Frame(c.T("Members")), all, c.Actor.ID)
	v.CanAdd, v.CanRemove, v.CanChange = d.cfg.Add != nil, d.cfg.Remove != nil, d.cfg.Roles != nil
	if d.cfg.Pending != nil {
		if v.Pending, err = d.cfg.Pending(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	return c.Render(d.set, "members", v)
}
