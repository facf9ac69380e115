// Package postweb holds the pages of the organisation's e-mail account and of the one
// for supporters: the security officer sets them, tries them and takes them away.
//
// The password is never shown again. It refuses to send and to fetch, which is
// post's work. It imports post, staff, ui, page, i18n and the ground.
package postweb

import (
	"context"
	"embed"
	"io/fs"
	"strconv"

	"waylight/desk/internal/post"
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

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Channel is one into which mail may come.
type Channel struct{ ID, Name string }

// Room serves the page.
type Room struct {
	Office *post.Office
	// Channels lists the inbox's channels with their names in a language.
	Channels func(ctx context.Context, lang string) ([]Channel, error)

	set *page.Set
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"mail.set":     i18n.Key("The account is kept. Mail is fetched once a minute while the Desk is unlocked."),
		"mail.notices": noticeNotice(),
		"mail.removed": i18n.Key("The account is gone from this Desk. What waits to be sent goes on waiting."),
		"mail.crowd":   i18n.Key("The account is kept. From now on, mails to supporters go through it alone."),
		"mail.crowded": i18n.Key("The account is gone from this Desk. Mails to supporters go through the organisation's own account."),
	})
	m.Get("/notices", r.notices)
	m.Post("/notices", r.setNotices)
	for _, d := range []door{ours, supporters} {
		m.Get(d.path, func(c *ui.Context) error { return r.show(c, d) }, staff.Security)
		m.Post(d.path, func(c *ui.Context) error { return r.save(c, d) }, staff.Security)
		m.Post(d.path+"/remove", func(c *ui.Context) error { return r.remove(c, d) }, staff.Security)
	}
}

// door is the page of one of the accounts.
type door struct {
	box           post.Box
	path          string
	kept, removed string // notices
}

var (
	ours       = door{post.Ours, "/mail", "mail.set", "mail.removed"}
	supporters = door{post.Supporters, "/mail/supporters", "mail.crowd", "mail.crowded"}
)

// tried is how a visit at one server ended.
type tried struct {
	Good   bool
	Text   string
	Detail string // in English, for the administrator
}

// known is what the page of an account shows.
type known struct {
	account  post.Account
	isSet    bool
	channels []Channel
	tally    post.Tally
	tried    []tried
}

type view struct {
	ui.Frame
	Path   string
	Crowd  bool // it is the account for supporters
	Stats  []ui.Stat
	IsSet  bool
	Tried  []tried
	Who    []page.Field
	Out    []page.Field
	In     []page.Field
	Way    []page.Field
	Remove ui.Confirm
}

func mailPage(f ui.Frame, d door, k known) view {
	w, form, a := f.Words, f.Form, k.account
	crowd := d.box == post.Supporters
	if !k.isSet && a == (post.Account{}) {
		a.SMTP.Port, a.IMAP.Port = 465, 993
	}
	into := []page.Option{{Value: "", Label: w.T("nowhere: it stays at the server")}}
	for _, c := range k.channels {
		into = append(into, page.Option{Value: c.ID, Label: c.Name})
	}
	tls := []page.Option{{Value: "tls", Label: w.T("TLS from the first byte")}, {Value: "starttls", Label: "STARTTLS"}}
	password := form.Input("password", "password", w.T("Password")).Complete("off")
	if k.isSet {
		password = password.Optional().Hint(w.T("It is kept and not shown. Leave this empty to keep it as it is."))
	}
	v := view{Frame: f, Path: d.path, Crowd: crowd, IsSet: k.isSet, Tried: k.tried,
		Who: []page.Field{form.Input("email", "address", w.T("Address")).Or(a.Address), form.Text("name", w.T("Name beside the address")).Optional().Hint(w.T("Everybody whom you write sees it. A neutral one, or none, protects them.")).Or(a.Name),
			form.Text("user", w.T("User name at the server")).Complete("off").Or(a.User), password},
		Out: []page.Field{form.Text("smtp-host", w.T("Server that sends (SMTP)")).Or(a.SMTP.Host), form.Text("smtp-port", w.T("Port of the server that sends")).Short().Or(number(a.SMTP.Port)), form.Select("smtp-tls", w.T("Encryption when sending"), tls).Or(security(a.SMTP))},
		In: []page.Field{form.Text("imap-host", w.T("Server with the mailbox (IMAP)")).Or(a.IMAP.Host), form.Text("imap-port", w.T("Port of the mailbox")).Short().Or(number(a.IMAP.Port)), form.Select("imap-tls", w.T("Encryption when fetching"), tls).Or(security(a.IMAP)),
			form.Select("channel", w.T("Mail that comes goes to"), into).Hint(w.T("It is sealed on arrival, stands in the inbox, and is deleted at the server once it is safe here.")).Or(a.Channel)},
		Way: []page.Field{form.Text("proxy", w.T("Proxy")).Optional().Hint(w.T("For Tor: socks5h://127.0.0.1:9050. Then the mail server does not see where the Desk is.")).Or(a.Proxy),
			form.Area("roots", w.T("Own root certificate (PEM)")).Optional().Rows(3).Hint(w.T("Only when the mail server's certificate is your own. Nothing else is trusted then.")).Or(a.Roots)},
		Remove: ui.Confirm{Words: w, Title: w.T("Take the account away"), Action: d.path + "/remove", Button: w.T("Take it away"), Danger: true, Sentences: []string{w.T("Nothing is fetched or sent by e-mail any more. Nothing at the mail server changes.")}},
	}
	if !crowd {
		return v
	}
	v.Out = append(v.Out, form.Text("per-hour", w.T("Mails in an hour, at most")).Short().Optional().Hint(w.T("What the provider allows. Empty: as many as it takes. What is more waits; nothing is lost.")).Or(number(a.PerHour)))
	v.In[0] = v.In[0].Optional().Hint(w.T("Where mails that could not be delivered come back. Without it nobody hears of them."))
	v.In[1] = v.In[1].Optional()
	v.In[3] = form.Select("channel", w.T("Mail that comes goes to"), into).Optional().Hint(w.T("What supporters answer stands in this inbox, sealed. Mails that came back are counted and do not stand there.")).Or(a.Channel)
	v.Remove.Sentences = []string{w.T("Mails to supporters, also those that wait, go through the organisation's own account then. Nothing at the mail server changes.")}
	if k.isSet {
		v.Stats = []ui.Stat{{Label: w.T("Wait to be sent"), Value: w.Number(int64(k.tally.Waiting))}, {Label: w.T("Handed over in the last hour"), Value: w.Number(int64(k.tally.Handed))},
			{Label: w.T("Came back in the last 30 days"), Value: w.Number(int64(k.tally.Returned)), Note: w.T("Their mailboxes do not exist. Nobody is written to there again for 90 days.")}}
	}
	return v
}

func number(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func security(s post.Server) string {
	if s.StartTLS {
		return "starttls"
	}
	return "tls"
}

// draw shows a page with what is known; wrong are the errors of a form.
func (r *Room) draw(c *ui.Context, d door, k known, wrong error) error {
	var err error
	if k.channels, err = r.Channels(c.Context(), c.Tag()); err != nil {
		return err
	}
	if k.isSet && d.box == post.Supporters {
		if k.tally, err = r.Office.Lately(c.Context()); err != nil {
			return err
		}
	}
	frame := c.Frame(title(c.Words, d))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "mail", mailPage(frame, d, k))
	}
	return c.Render(r.set, "mail", mailPage(frame, d, k))
}

func title(w i18n.Words, d door) string {
	if d.box == post.Supporters {
		return w.T("E-mail account for supporters")
	}
	return w.T("E-mail account")
}

func (r *Room) current(c *ui.Context, d door) (known, error) {
	a, err := r.Office.AccountOf(c.Context(), d.box)
	if fault.KindOf(err) == fault.NotFound {
		return known{}, nil
	}
	return known{account: a, isSet: err == nil}, err
}

func (r *Room) show(c *ui.Context, d door) error {
	k, err := r.current(c, d)
	if err != nil {
		return err
	}
	return r.draw(c, d, k, nil)
}

// read takes the form; an empty password means the kept one, for the same servers
// only: whoever sits at this page may not have it said to another.
func (r *Room) read(c *ui.Context, old post.Account) post.Account {
	port := func(name string) int { n, _ := c.Int(name); return int(n) }
	a := post.Account{Address: c.Text("address"), Name: c.Text("name"), User: c.Text("user"), Password: c.Text("password"), Proxy: c.Text("proxy"), Roots: c.Text("roots"), Channel: c.Text("channel"),
		SMTP: post.Server{Host: c.Text("smtp-host"), Port: port("smtp-port"), StartTLS: c.Text("smtp-tls") == "starttls"},
		IMAP: post.Server{Host: c.Text("imap-host"), Port: port("imap-port"), StartTLS: c.Text("imap-tls") == "starttls"}}
	if a.Password == "" && a.SMTP == old.SMTP && a.IMAP == old.IMAP && a.User == old.User && a.Roots == old.Roots && a.Proxy == old.Proxy {
		a.Password = old.Password
	}
	return a
}

func (r *Room) save(c *ui.Context, d door) error {
	k, err := r.current(c, d)
	if err != nil {
		return err
	}
	k.account = r.read(c, k.account)
	if d.box == post.Supporters && c.Text("per-hour") != "" {
		n, ok := c.Int("per-hour")
		if k.account.PerHour = int(n); !ok || n <= 0 {
			k.account.PerHour = -1 // what is no number is no limit either, so it is not kept
		}
	}
	if err := k.account.Check(d.box); err != nil {
		return r.draw(c, d, k, err)
	}
	if c.Text("do") == "try" {
		sends, receives := r.Office.Try(c.Context(), k.account)
		k.tried = results(c.Words, sends, receives)
		if k.account.IMAP.Host == "" {
			k.tried = k.tried[:1]
		}
		return r.draw(c, d, k, nil)
	}
	err = r.Office.SetAccount(c.Context(), c.Actor.ID, d.box, k.account)
	if fault.KindOf(err) == fault.Invalid {
		return r.draw(c, d, k, err)
	}
	if err != nil {
		return err
	}
	return c.See(d.path, d.kept)
}

func results(w i18n.Words, sends, receives error) []tried {
	out := []tried{{Good: sends == nil, Text: w.T("The server that sends lets us in.")}, {Good: receives == nil, Text: w.T("The mailbox lets us in.")}}
	if sends != nil {
		out[0].Text, out[0].Detail = w.T("The server that sends does not let us in."), sends.Error()
	}
	if receives != nil {
		out[1].Text, out[1].Detail = w.T("The mailbox does not let us in."), receives.Error()
	}
	return out
}

func (r *Room) remove(c *ui.Context, d door) error {
	if err := r.Office.SetAccount(c.Context(), c.Actor.ID, d.box, post.Account{}); err != nil {
		return err
	}
	return c.See(d.path, d.removed)
}
