package ui

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// Frame is the base of every view of the Desk: embed it.
type Frame struct {
	page.View
	Nav       []Item
	Member    string   // the acting member's name; empty when nobody is signed in
	RoleNames []string // in the person's language
	Now       time.Time
	Alarm     string // stands on every page until it is dealt with; leads to /clock
	Bells     []Bell // rings on every page until it is done
	Keys      []Key  // the page's own keys, for the list behind "?"
	Unchecked string // what the leak guard does not look for, on the pages that show what it says
	roles     staff.Roles
}

// ClockSlack is how far the machine's clock may be put back without a word.
const ClockSlack = 2 * time.Minute

// Behind says that the machine's clock was set back.
func (f *Frame) Behind(d time.Duration) {
	if d >= ClockSlack {
		f.Alarm = f.N("The clock of this machine was set back by %d minute. Alarms go on by the later time.", "The clock of this machine was set back by %d minutes. Alarms go on by the later time.", int(d/time.Minute))
	}
}

// Unguarded says what the leak guard does not look for. It is nothing when it looks for all.
func (f *Frame) Unguarded(u Unchecked) {
	switch {
	case u.Off:
		f.Unchecked = f.T("The leak guard does not look for facts here: your organisation keeps none. An age, a profession and a village that together fit one person pass. Read for descriptions yourself.")
	case u.Lack > 0:
		f.Unchecked = f.N("The leak guard does not know the facts of %d case or person yet: a description of them passes. Who can open them tells it by signing in.", "The leak guard does not know the facts of %d cases and people yet: a description of them passes. Who can open them tells it by signing in.", u.Lack)
	}
}

// GuardFrame is Frame for a page that shows what the leak guard says: it also says
// what the guard does not look for.
func (c *Context) GuardFrame(title string) Frame {
	f := c.Frame(title)
	if c.mux.cfg.Unchecked == nil {
		return f
	}
	u, err := c.mux.cfg.Unchecked(c.Context())
	if err != nil { // silence would be taken for a whole check
		f.Unchecked = c.T("It could not be checked whether the leak guard looks for facts.")
		return f
	}
	f.Unguarded(u)
	return f
}

// Key is a key of one page: what carries data-key with it is followed, pressed or focused.
type Key struct{ Key, Label string }

// Item is one entry of the navigation.
type Item struct {
	Label, Path string
	Current     bool
	Count       int // what waits there for this member
}

// section is one part of the Desk.
type section struct {
	label, path string
	roles       []staff.Role
	also        []string // other addresses that belong to it
}

// sections lists the parts in the order of the road: heard, helped, recorded, counted, pressed, told.
func sections() []section {
	return []section{
		{i18n.Key("Home"), "/", nil, nil},
		{i18n.Key("Requests"), "/requests", []staff.Role{staff.Intake, staff.Caseworker}, []string{"/templates"}},
		{i18n.Key("Cases"), "/cases", []staff.Role{staff.Caseworker}, []string{"/pathways", "/offers", "/escorts", "/legs", "/alerts", "/places", "/providers", "/exposures", "/wall", "/moving", "/forms", "/retention", "/travel", "/handovers", "/load", "/leave"}},
		{i18n.Key("Money"), "/money", []staff.Role{staff.Finance, staff.Security}, nil},
		{i18n.Key("Partners"), "/partners", []staff.Role{staff.Intake, staff.Caseworker, staff.Security}, []string{"/referrals"}},
		{i18n.Key("Break-glass"), "/break-glass", []staff.Role{staff.Caseworker, staff.Security}, nil},
		{i18n.Key("Record"), "/record", []staff.Role{staff.Documenter, staff.Analyst, staff.Editor}, nil},
		{i18n.Key("Figures"), "/figures", []staff.Role{staff.Analyst, staff.Documenter, staff.Advocate, staff.Editor}, []string{"/lists"}},
		{i18n.Key("Campaign"), "/campaign", []staff.Role{staff.Advocate, staff.Editor}, []string{"/submissions", "/petitions", "/pathways", "/offers"}},
		{i18n.Key("Publish"), "/publish", []staff.Role{staff.Editor, staff.Security}, nil},
		{i18n.Key("Members"), "/members", []staff.Role{staff.Security}, nil},
		{i18n.Key("E-mail"), "/mail", []staff.Role{staff.Security}, nil},
		{i18n.Key("Ledger"), "/ledger", []staff.Role{staff.Security}, nil},
	}
}

// RoleName is a role's name, to be translated.
func RoleName(r staff.Role) string {
	switch r {
	case staff.Intake:
		return i18n.Key("Intake operator")
	case staff.Caseworker:
		return i18n.Key("Caseworker")
	case staff.Documenter:
		return i18n.Key("Documenter")
	case staff.Analyst:
		return i18n.Key("Analyst")
	case staff.Advocate:
		return i18n.Key("Advocate")
	case staff.Editor:
		return i18n.Key("Editor")
	case staff.Finance:
		return i18n.Key("Treasurer")
	case staff.Security:
		return i18n.Key("Security officer")
	}
	return string(r)
}

// Frame begins a view. The title is already in the person's language.
func (c *Context) Frame(title string) Frame {
	f := frame(c.Words, title, c.R.URL.Path, c.Actor, c.now)
	f.Form = page.Form{Words: c.Words}
	if key := c.R.URL.Query().Get("done"); key != "" {
		if s, ok := c.mux.notices[key]; ok {
			f.Notice = c.T(s)
		}
	}
	if c.Actor.ID != "" && c.mux.cfg.Waiting != nil {
		// What waits is a help, not the page: a page must open even when counting fails.
		if counts, err := c.mux.cfg.Waiting(c.Context(), c.Actor); err == nil {
			for i := range f.Nav {
				f.Nav[i].Count = counts[f.Nav[i].Path]
			}
		}
	}
	if c.Actor.ID != "" && c.mux.cfg.Behind != nil {
		f.Behind(c.mux.cfg.Behind())
	}
	if c.Actor.ID != "" && c.mux.cfg.Bells != nil {
		bells, err := c.mux.cfg.Bells(c.Ringing())
		if err != nil { // a bar that cannot be drawn is said, not left out: its silence would be taken for calm
			bells = []Bell{{Text: c.T("It could not be checked whether somebody in danger waits. Open the requests."), Href: "/requests"}}
		}
		f.Bells = bells
	}
	for _, l := range c.mux.cfg.Catalogue.Langs() {
		f.Languages = append(f.Languages, page.Language{Lang: l, Name: languageName(l), Current: l == c.Lang})
	}
	return f
}

func frame(w i18n.Words, title, path string, a staff.Actor, now time.Time) Frame {
	f := Frame{View: page.View{Words: w, Title: title, Site: "Waylight", Path: path, Form: page.Form{Words: w}}, Member: a.Name, Now: now, roles: a.Roles}
	if a.ID == "" {
		return f
	}
	for _, s := range sections() {
		if !a.Roles.Any(s.roles...) {
			continue
		}
		current := slices.ContainsFunc(append([]string{s.path}, s.also...), func(part string) bool {
			return path == part || part != "/" && strings.HasPrefix(path, part+"/")
		})
		f.Nav = append(f.Nav, Item{Label: w.T(s.label), Path: s.path, Current: current})
	}
	for _, r := range a.Roles {
		f.RoleNames = append(f.RoleNames, w.T(RoleName(r)))
	}
	return f
}

// Example makes a frame for stories and tests: an invented member with the given
// roles, or with all, on a fixed day.
func Example(w i18n.Words, title, path string, roles ...staff.Role) Frame {
	if len(roles) == 0 {
		roles = staff.AllRoles()
	}
	a := staff.Actor{Member: staff.Member{ID: "member_example", Name: "Example Member", Roles: roles, Active: true}}
	f := frame(w, title, path, a, time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC))
	for i, n := range []int{0, 4, 2} {
		if i < len(f.Nav) {
			f.Nav[i].Count = n
		}
	}
	f.Languages = []page.Language{{Lang: i18n.English, Name: "English", Current: w.Tag() == "en"}, {Lang: i18n.Russian, Name: "Русский", Current: w.Tag() == "ru"}}
	return f
}

func languageName(l i18n.Lang) string {
	switch l {
	case i18n.English:
		return "English"
	case i18n.Russian:
		return "Русский"
	}
	return string(l)
}

const languageCookie = "lang"

// langs are the languages that can be chosen; the one for tests stands on no page.
func (m *Mux) langs() []i18n.Lang {
	have := m.cfg.Catalogue.Langs()
	if m.cfg.Mirror {
		have = append(have, i18n.Mirror)
	}
	return have
}

// lang is the language chosen on this device, else the browser's.
func (m *Mux) lang(r *http.Request) i18n.Lang {
	have := m.langs()
	if k, err := r.Cookie(languageCookie); err == nil {
		for _, l := range have {
			if string(l) == k.Value {
				return l
			}
		}
	}
	return i18n.Match(r.Header.Get("Accept-Language"), have)
}

// chooseLanguage remembers a language on this device and goes back.
func chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: r.PostFormValue("lang"), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	back := r.PostFormValue("back")
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\r\n") {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// problemView shows a fault.
type problemView struct {
	Frame
	Sentence string
	ID       string
	Details  []string
}

// problem draws an error's page in the Desk's frame.
func (m *Mux) problem(w http.ResponseWriter, r *http.Request, p serve.Problem) {
	c := m.context(w, r, staff.Actor{})
	if a, err := m.cfg.Actor(r); err == nil {
		c.Actor = a
	}
	v := problemPage(c.Frame(c.T(problemTitle(p.Kind))), p)
	set, err := Parse(templates, "templates/problem/*.html")
	if err == nil {
		err = c.render(p.Status, set, "problem", v)
	}
	if err != nil {
		http.Error(w, p.Message, p.Status)
	}
}

func problemPage(f Frame, p serve.Problem) problemView {
	v := problemView{Frame: f, Sentence: f.T(p.Message, p.Args...), ID: p.ID}
	for _, x := range p.Fields {
		v.Details = append(v.Details, f.T(x.Message))
	}
	return v
}

func problemTitle(k fault.Kind) string {
	switch k {
	case fault.NotFound:
		return i18n.Key("Nothing here")
	case fault.Conflict:
		return i18n.Key("This cannot be done now")
	case fault.Invalid:
		return i18n.Key("Something is missing or wrong")
	case fault.Denied:
		return i18n.Key("This is not open to you")
	case fault.Locked:
		return i18n.Key("The Desk is locked")
	case fault.Busy:
		return i18n.Key("Please try again")
	case fault.TooLarge:
		return i18n.Key("Too large")
	}
	return i18n.Key("A problem on our side")
}

// Ringing is what a room needs to tell what rings for the actor of a request.
func (c *Context) Ringing() Ringing { return Ringing{c.Context(), c.Words, c.Actor, c.now} }

// NameOf is what a member is called; empty when they are not among these.
func NameOf(members []staff.Member, id string) string {
	for _, m := range members {
		if m.ID == id {
			return m.Name
		}
	}
	return ""
}
