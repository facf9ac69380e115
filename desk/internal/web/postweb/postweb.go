// Package postweb is the page of the organisation's e-mail account: the security
// officer sets it, tries it and takes it away.
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
	})
	m.Get("/notices", r.notices)
	m.Post("/notices", r.setNotices)
	m.Get("/mail", r.show, staff.Security)
	m.Post("/mail", r.save, staff.Security)
	m.Post("/mail/remove", r.remove, staff.Security)
}

// tried is how a visit at one server ended.
type tried struct {
	Good   bool
	Text   string
	Detail string // in English, for the administrator
}

type view struct {
	ui.Frame
	IsSet  bool
	Tried  []tried
	Who    []page.Field
	Out    []page.Field
	In     []page.Field
	Way    []page.Field
	Remove ui.Confirm
}

func mailPage(f ui.Frame, a post.Account, isSet bool, channels []Channel, results []tried) view {
	w, form := f.Words, f.Form
	if !isSet && a == (post.Account{}) {
		a.SMTP.Port, a.IMAP.Port = 465, 993
	}
	into := []page.Option{{Value: "", Label: w.T("nowhere: it stays at the server")}}
	for _, c := range channels {
		into = append(into, page.Option{Value: c.ID, Label: c.Name})
	}
	tls := []page.Option{{Value: "tls", Label: w.T("TLS from the first byte")}, {Value: "starttls", Label: "STARTTLS"}}
	password := form.Input("password", "password", w.T("Password")).Complete("off")
	if isSet {
		password = password.Optional().Hint(w.T("It is kept and not shown. Leave this empty to keep it as it is."))
	}
	v := view{Frame: f, IsSet: isSet, Tried: results,
		Who: []page.Field{form.Input("email", "address", w.T("Address")).Or(a.Address), form.Text("name", w.T("Name beside the address")).Optional().Hint(w.T("Everybody whom you write sees it. A neutral one, or none, protects them.")).Or(a.Name),
			form.Text("user", w.T("User name at the server")).Complete("off").Or(a.User), password},
		Out: []page.Field{form.Text("smtp-host", w.T("Server that sends (SMTP)")).Or(a.SMTP.Host), form.Text("smtp-port", w.T("Port of the server that sends")).Short().Or(number(a.SMTP.Port)), form.Select("smtp-tls", w.T("Encryption when sending"), tls).Or(security(a.SMTP))},
		In: []page.Field{form.Text("imap-host", w.T("Server with the mailbox (IMAP)")).Or(a.IMAP.Host), form.Text("imap-port", w.T("Port of the mailbox")).Short().Or(number(a.IMAP.Port)), form.Select("imap-tls", w.T("Encryption when fetching"), tls).Or(security(a.IMAP)),
			form.Select("channel", w.T("Mail that comes goes to"), into).Hint(w.T("It is sealed on arrival, stands in the inbox, and is deleted at the server once it is safe here.")).Or(a.Channel)},
		Way: []page.Field{form.Text("proxy", w.T("Proxy")).Optional().Hint(w.T("For Tor: socks5h://127.0.0.1:9050. Then the mail server does not see where the Desk is.")).Or(a.Proxy),
			form.Area("roots", w.T("Own root certificate (PEM)")).Optional().Rows(3).Hint(w.T("Only when the mail server's certificate is your own. Nothing else is trusted then.")).Or(a.Roots)},
		Remove: ui.Confirm{Words: w, Title: w.T("Take the account away"), Action: "/mail/remove", Button: w.T("Take it away"), Danger: true, Sentences: []string{w.T("Nothing is fetched or sent by e-mail any more. Nothing at the mail server changes.")}},
	}
	return v
}

func number(n int) string {
	if n == 0 {
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

func (r *Room) draw(c *ui.Context, a post.Account, isSet bool, results []tried, wrong error) error {
	channels, err := r.Channels(c.Context(), c.Tag())
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("E-mail account"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "mail", mailPage(frame, a, isSet, channels, results))
	}
	return c.Render(r.set, "mail", mailPage(frame, a, isSet, channels, results))
}

func (r *Room) current(c *ui.Context) (post.Account, bool, error) {
	a, err := r.Office.Account(c.Context())
	if fault.KindOf(err) == fault.NotFound {
		return post.Account{}, false, nil
	}
	return a, err == nil, err
}

func (r *Room) show(c *ui.Context) error {
	a, isSet, err := r.current(c)
	if err != nil {
		return err
	}
	return r.draw(c, a, isSet, nil, nil)
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

func (r *Room) save(c *ui.Context) error {
	old, isSet, err := r.current(c)
	if err != nil {
		return err
	}
	a := r.read(c, old)
	if err := a.Check(); err != nil {
		return r.draw(c, a, isSet, nil, err)
	}
	if c.Text("do") == "try" {
		sends, receives := r.Office.Try(c.Context(), a)
		return r.draw(c, a, isSet, results(c.Words, sends, receives), nil)
	}
	if err := r.Office.SetAccount(c.Context(), c.Actor.ID, a); err != nil {
		return err
	}
	return c.See("/mail", "mail.set")
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

func (r *Room) remove(c *ui.Context) error {
	if err := r.Office.SetAccount(c.Context(), c.Actor.ID, post.Account{}); err != nil {
		return err
	}
	return c.See("/mail", "mail.removed")
}
