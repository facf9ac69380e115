package deskweb

import (
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type accountView struct {
	ui.Frame
	Roles []string
}

func accountPage(f ui.Frame, roles staff.Roles) accountView {
	v := accountView{Frame: f}
	for _, r := range roles {
		v.Roles = append(v.Roles, f.T(ui.RoleName(r)))
	}
	return v
}

func (d doors) account(c *ui.Context) error {
	return c.Render(d.set, "account", accountPage(c.Frame(c.T("Your account")), c.Actor.Roles))
}

// passphrase changes the actor's own passphrase; what was typed is never shown again.
func (d doors) passphrase(c *ui.Context) error {
	old, fresh := c.R.PostFormValue("old"), c.R.PostFormValue("fresh")
	if c.R.PostFormValue("again") != fresh {
		c.Bad("again", i18n.Key("This is not the same as above. Type the new passphrase again."))
	}
	err := c.Wrong()
	if err == nil {
		err = d.cfg.Passphrase(c.Context(), c.Actor, old, fresh)
	}
	if fault.KindOf(err) == fault.Invalid {
		f := c.Frame(c.T("Your account"))
		f.Form = c.Form(err)
		for _, field := range []string{"old", "fresh", "again"} {
			f.Form.Values.Del(field)
		}
		return c.Invalid(d.set, "account", accountPage(f, c.Actor.Roles))
	}
	if err != nil {
		return err
	}
	return c.See("/account", "passphrase.changed")
}

type rolesView struct {
	ui.Frame
	Name, Action string
	Roles        []page.Option
}

func rolesPage(f ui.Frame, m staff.Member) rolesView {
	if f.Form.Values == nil {
		f.Form.Values = map[string][]string{}
		for _, r := range m.Roles {
			f.Form.Values["roles"] = append(f.Form.Values["roles"], string(r))
		}
	}
	return rolesView{Frame: f, Name: m.Name, Action: "/members/" + m.ID + "/roles", Roles: roleOptions(f)}
}

func roleOptions(f ui.Frame) (out []page.Option) {
	for _, r := range staff.AllRoles() {
		out = append(out, page.Option{Value: string(r), Label: f.T(ui.RoleName(r))})
	}
	return out
}

func (d doors) roles(c *ui.Context) error {
	m, err := d.memberOf(c)
	if err != nil {
		return err
	}
	return c.Render(d.set, "roles", rolesPage(c.Frame(c.T("Change roles")), m))
}

func (d doors) changeRoles(c *ui.Context) error {
	m, err := d.memberOf(c)
	if err != nil {
		return err
	}
	var roles staff.Roles
	for _, r := range c.Values("roles") {
		roles = append(roles, staff.Role(r))
	}
	err = d.cfg.Roles(c.Context(), c.Actor, m.ID, roles)
	if k := fault.KindOf(err); k == fault.Invalid || k == fault.Conflict {
		f := c.Frame(c.T("Change roles"))
		f.Form = c.Form(err)
		return c.Invalid(d.set, "roles", rolesPage(f, m))
	}
	if err != nil {
		return err
	}
	return c.See("/members", "roles.changed")
}
