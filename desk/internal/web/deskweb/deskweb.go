// Package deskweb draws the Desk's own doors and rooms: signing in and locking, the
// home page that says what waits for me, the members, the ledger.
//
// What it shows comes through the functions of Config, which the wiring gives; the
// package keeps nothing and decides nothing. A failed sign-in says the same whether
// the name or the passphrase was wrong. It imports ui, page, i18n, staff and the
// ground.
package deskweb

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Config is what the wiring gives. A nil function leaves its pages out.
type Config struct {
	// SignIn answers the session's cookie value; a Denied fault when name or passphrase is wrong.
	SignIn func(ctx context.Context, login, passphrase string) (string, error)
	// Lock ends the actor's session; with all it ends everybody's and locks the Desk.
	Lock func(ctx context.Context, a staff.Actor, all bool) error
	// Locked reports whether the Desk's database is closed now.
	Locked func() bool
	// Waiting gathers what waits for the actor: the most urgent group first.
	Waiting func(c *ui.Context) (Waiting, error)
	Members func(ctx context.Context, a staff.Actor) ([]staff.Member, error)
	// Add takes a new member in; a fault with the fields login, name, roles and passphrase.
	Add func(ctx context.Context, a staff.Actor, n Newcomer) error
	// Remove takes a member out and changes the keys of all that they could open;
	// with abandon also what nobody else can open is given up.
	Remove func(ctx context.Context, a staff.Actor, member string, abandon bool) error
	// Roles gives a member these roles and no others; a fault of the field roles.
	Roles func(ctx context.Context, a staff.Actor, member string, roles staff.Roles) error
	// Passphrase changes the actor's own passphrase; a fault of the fields old and fresh.
	Passphrase func(ctx context.Context, a staff.Actor, old, fresh string) error
	// Papers is what the actor has to do with papers for a lost passphrase; MakePapers
	// gives their text, once; CheckPaper tells which one it is; SawPapers ends a bell.
	Papers     func(ctx context.Context, a staff.Actor) (Papers, error)
	MakePapers func(ctx context.Context, a staff.Actor, form, passphrase string, keepers []string) ([]string, error)
	CheckPaper func(ctx context.Context, a staff.Actor, member, text string) (int, error)
	SawPapers  func(ctx context.Context, a staff.Actor, use string) error
	// AnswerPapers says what becomes of a passphrase that waits: PapersStop, PapersMine, PapersNow.
	AnswerPapers func(ctx context.Context, a staff.Actor, wait, answer string) error
	// Recover lets two papers set a passphrase that waits, three one that works at once, whoever is there.
	Recover func(ctx context.Context, login string, papers [3]string, fresh string) (Recovered, error)
	// Pending is what removals left to do.
	Pending func(ctx context.Context, a staff.Actor) (Pending, error)
	// Duty puts a member on or off duty.
	Duty func(ctx context.Context, a staff.Actor, member string, on bool) error
	// Ledger answers the entries before a number, newest first; before 0: the newest.
	Ledger func(ctx context.Context, a staff.Actor, before int64) (Log, error)
	// Behind is by how much the machine's clock was set back; AcceptClock says that it is right.
	Behind      func() time.Duration
	AcceptClock func(ctx context.Context, a staff.Actor) error
	// Outside is how the Front looked from outside the last time.
	Outside func(ctx context.Context) (Outside, error)
	// LookOutside looks at once; AcceptOutside takes what is shown there as right.
	LookOutside, AcceptOutside func(ctx context.Context, a staff.Actor) error
	Cookie                     Cookie
}

// Newcomer is a member who is to be added.
type Newcomer struct {
	Login, Name, Passphrase string
	Roles                   staff.Roles
}

// Cookie names the session's cookie.
type Cookie struct {
	Name   string // "__Host-waylight" over TLS; "" means "waylight"
	Secure bool
}

func (k Cookie) name() string {
	if k.Name == "" {
		return "waylight"
	}
	return k.Name
}

// Read gives the session's cookie value of a request; empty when there is none.
func (k Cookie) Read(r *http.Request) string {
	c, err := r.Cookie(k.name())
	if err != nil {
		return ""
	}
	return c.Value
}

func (k Cookie) set(w http.ResponseWriter, value string) {
	age := 0
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: k.name(), Value: value, Path: "/", MaxAge: age, Secure: k.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// Waiting is what a home page shows.
type Waiting struct {
	Stats  []ui.Stat
	Groups []Group
}

// Group is one kind of thing that waits.
type Group struct {
	Title string // "New requests"
	Table ui.Table
	Href  string // the whole list
	More  string // "All 14 requests"
}

// Log is one page of the ledger.
type Log struct {
	Entries []Line
	Size    int64
	Root    string // the tree's root, to be written down or compared
	Whole   bool   // the chain was checked and nothing is missing or altered
	Before  int64  // where the next older page begins; 0: there is none
}

// Line is one entry as a security officer reads it.
type Line struct {
	Seq                    int64
	At                     time.Time
	Actor, Action, Subject string
}

type signInView struct {
	ui.Frame
	Locked bool
	Login  page.Field
	Phrase page.Field
}

type lockedView struct {
	ui.Frame
	All bool
}

type homeView struct {
	ui.Frame
	Waiting
	Papers  []waitPanel // what the member must answer before anything else
	Nothing ui.Empty
}

type membersView struct {
	ui.Frame
	Members   []memberRow
	CanAdd    bool
	CanRemove bool
	CanChange bool
	Pending   Pending
}

type newcomerView struct {
	ui.Frame
	Roles []page.Option
}

type memberRow struct {
	ID, Name string
	Roles    []string
	Active   bool
	OnDuty   bool
	Since    string
	Self     bool
}

type ledgerView struct {
	ui.Frame
	Log
	Table ui.Table
}

// Routes registers the pages.
func Routes(m *ui.Mux, cfg Config) error {
	set, err := ui.Parse(templates)
	if err != nil {
		return err
	}
	d := doors{cfg: cfg, set: set}
	m.Notices(map[string]string{
		"member.removed":     i18n.Key("Removed and signed out. What this person could open has new keys, or waits for them as the page says."),
		"member.added":       i18n.Key("The member can sign in now."),
		"roles.changed":      i18n.Key("The roles are changed. What this person can no longer open has new keys, or waits for them as the page says."),
		"passphrase.changed": i18n.Key("Your passphrase is changed. Your other devices were signed out."),
		"papers.checked":     i18n.Key("The paper is good. It was not kept."),
		"papers.seen":        i18n.Key("Noted that you have seen it."),
		"papers.used":        i18n.Key("Your new passphrase is set. Sign in with it, and make new papers."),
		"papers.stop":        i18n.Key("Stopped. The three papers are worth nothing any more, and every security officer is told."),
		"papers.mine":        i18n.Key("Noted. The new passphrase takes the place of the old one when the time is over."),
		"papers.now":         i18n.Key("The new passphrase works from now on, and the old one does not."),
		"duty.on":            i18n.Key("On duty now: new messages come to this person."),
		"duty.off":           i18n.Key("Off duty now."),
		"outside.looked":     i18n.Key("Looked. This is what a stranger is shown."),
		"outside.accepted":   i18n.Key("Noted. From now on this is what is compared with."),
		"clock.accepted":     i18n.Key("From now on the Desk goes by this machine's clock."),
	})
	m.Open("GET /sign-in", d.signIn)
	m.Open("POST /sign-in", d.enter)
	m.Open("GET /locked", d.locked)
	if cfg.Recover != nil {
		m.Open("GET /recover", d.recoverForm)
		m.Open("POST /recover", d.recovered)
	}
	if cfg.Papers != nil {
		m.Get("/account/papers", d.papers)
		m.Post("/account/papers", d.makePapers)
		m.Post("/account/papers/check", d.checkPaper)
		m.Post("/account/papers/{use}/seen", d.sawPapers)
		m.Urgent("/account/papers/{wait}/{answer}", d.answerPapers)
	}
	m.Urgent("/lock", d.lock)
	m.Urgent("/lock/all", d.lockAll, staff.Security)
	m.Get("/{$}", d.home)
	if cfg.Members != nil {
		m.Get("/members", d.members, staff.Security)
		m.Urgent("/members/{member}/duty", d.duty, staff.Security)
	}
	if cfg.Add != nil {
		m.Get("/members/new", d.newcomer, staff.Security)
		m.Post("/members", d.add, staff.Security)
	}
	if cfg.Remove != nil {
		m.Get("/members/{member}/remove", d.leaver, staff.Security)
		m.Urgent("/members/{member}/remove", d.remove, staff.Security)
	}
	if cfg.Roles != nil {
		m.Get("/members/{member}/roles", d.roles, staff.Security)
		m.Post("/members/{member}/roles", d.changeRoles, staff.Security)
	}
	if cfg.Passphrase != nil {
		m.Get("/account", d.account)
		m.Post("/account/passphrase", d.passphrase)
	}
	if cfg.Behind != nil {
		m.Get("/clock", d.clock)
		m.Post("/clock", d.acceptClock, staff.Security)
	}
	if cfg.Outside != nil {
		m.Get("/outside", d.outside)
		m.Post("/outside/look", d.lookOutside)
		m.Post("/outside/accept", d.acceptOutside, staff.Security)
	}
	if cfg.Ledger != nil {
		m.Get("/ledger", d.ledger, staff.Security)
	}
	return nil
}

type doors struct {
	cfg Config
	set *page.Set
}

func (d doors) isLocked() bool { return d.cfg.Locked != nil && d.cfg.Locked() }

func signInPage(f ui.Frame, locked bool) signInView {
	return signInView{
		Frame: f, Locked: locked,
		Login:  f.Form.Text("login", f.T("Name for signing in")).Complete("username"),
		Phrase: f.Form.Input("password", "passphrase", f.T("Passphrase")).Complete("current-password"),
	}
}

func (d doors) signIn(c *ui.Context) error {
	return c.Render(d.set, "signin", signInPage(c.Frame(c.T("Sign in")), d.isLocked()))
}

func (d doors) enter(c *ui.Context) error {
	login := c.Need("login", i18n.Key("Write your name for signing in."))
	// The passphrase is taken as it was typed: space at its ends may be part of it.
	phrase := c.R.PostFormValue("passphrase")
	if phrase == "" {
		c.Bad("passphrase", i18n.Key("Write your passphrase."))
	}
	err := c.Wrong()
	var cookie string
	if err == nil {
		cookie, err = d.cfg.SignIn(c.Context(), login, phrase)
	}
	switch fault.KindOf(err) {
	case fault.Denied, fault.Invalid, fault.NotFound, fault.Locked:
		f := c.Frame(c.T("Sign in"))
		f.Form = c.Form(err)
		f.Form.Values.Del("passphrase")
		if fault.KindOf(err) != fault.Invalid {
			f.Form.Message = i18n.Key("Name or passphrase is not right. Check the keyboard language and try again.")
			f.Form.Errors = nil
		}
		return c.Invalid(d.set, "signin", signInPage(f, d.isLocked()))
	}
	if err != nil {
		return err
	}
	d.cfg.Cookie.set(c.W, cookie)
	return c.See("/", "")
}

func (d doors) lock(c *ui.Context) error {
	if err := d.cfg.Lock(c.Context(), c.Actor, false); err != nil {
		return err
	}
	d.cfg.Cookie.set(c.W, "")
	return c.See("/locked", "")
}

func (d doors) lockAll(c *ui.Context) error {
	if err := d.cfg.Lock(c.Context(), c.Actor, true); err != nil {
		return err
	}
	d.cfg.Cookie.set(c.W, "")
	return c.See("/locked", "")
}

func (d doors) locked(c *ui.Context) error {
	return c.Render(d.set, "locked", lockedView{Frame: c.Frame(c.T("Locked")), All: d.isLocked()})
}

func homePage(f ui.Frame, w Waiting) homeView {
	return homeView{Frame: f, Waiting: w, Nothing: ui.Empty{
		Title: f.T("Nothing waits for you"),
		Text:  f.T("What needs you will stand here, the most urgent first. You need not look in other places."),
	}}
}

func (d doors) home(c *ui.Context) error {
	var w Waiting
	if d.cfg.Waiting != nil {
		var err error
		if w, err = d.cfg.Waiting(c); err != nil {
			return err
		}
	}
	v := homePage(c.Frame(c.T("What waits for you")), w)
	if d.cfg.Papers != nil {
		p, err := d.cfg.Papers(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, w := range p.Waits {
			if w.Member == c.Actor.ID && !w.Let {
				v.Papers = append(v.Papers, panelOf(v.Frame, p, w, c.Actor.Member))
			}
		}
	}
	return c.Render(d.set, "home", v)
}

func newcomerPage(f ui.Frame) newcomerView {
	return newcomerView{Frame: f, Roles: roleOptions(f)}
}

func (d doors) newcomer(c *ui.Context) error {
	return c.Render(d.set, "newcomer", newcomerPage(c.Frame(c.T("Add a member"))))
}

func (d doors) add(c *ui.Context) error {
	n := Newcomer{Login: c.Text("login"), Name: c.Text("name"), Passphrase: c.R.PostFormValue("passphrase")}
	for _, r := range c.Values("roles") {
		n.Roles = append(n.Roles, staff.Role(r))
	}
	err := c.Wrong()
	if err == nil {
		err = d.cfg.Add(c.Context(), c.Actor, n)
	}
	if fault.KindOf(err) == fault.Invalid {
		f := c.Frame(c.T("Add a member"))
		f.Form = c.Form(err)
		f.Form.Values.Del("passphrase")
		return c.Invalid(d.set, "newcomer", newcomerPage(f))
	}
	if err != nil {
		return err
	}
	return c.See("/members", "member.added")
}

func (d doors) duty(c *ui.Context) error {
	on := c.Text("duty") == "on"
	if err := d.cfg.Duty(c.Context(), c.Actor, c.ID("member"), on); err != nil {
		return err
	}
	if on {
		return c.See("/members", "duty.on")
	}
	return c.See("/members", "duty.off")
}

func ledgerPage(f ui.Frame, l Log) ledgerView {
	v := ledgerView{Frame: f, Log: l}
	v.Table = ui.Table{
		Words: f.Words, Caption: f.T("What was done, newest first"),
		Columns: []ui.Column{{Label: f.T("When")}, {Label: f.T("Who")}, {Label: f.T("What")}, {Label: f.T("To what")}, {Label: f.T("Number"), Numeric: true}},
		Empty:   ui.Empty{Title: f.T("The ledger is empty"), Text: f.T("Every change and every look at sealed content will stand here.")},
	}
	for _, e := range l.Entries {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Date(e.At)}, {Text: e.Actor}, {Text: e.Action}, {Text: e.Subject}, {Text: f.Number(e.Seq)}}})
	}
	return v
}

func (d doors) ledger(c *ui.Context) error {
	before, err := strconv.ParseInt(c.Text("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	l, err := d.cfg.Ledger(c.Context(), c.Actor, before)
	if err != nil {
		return err
	}
	return c.Render(d.set, "ledger", ledgerPage(c.Frame(c.T("Ledger")), l))
}
