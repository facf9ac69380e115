// Package intakeweb shows the inbox: what arrived, how long it can wait, what was
// said, and the forms to answer, to note, to write down a phone call and to open
// a case. It imports ui and its own room; rules stay there.
package intakeweb

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"net/http"
	"strconv"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/envelope"
	"waylight/internal/i18n"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is this room's catalogue.
func Locale() fs.FS { return locale }

var pages = ui.Must(ui.Parse(templates))

// Room is what the pages need from the wiring.
type Room struct {
	Inbox    *intake.Inbox
	Channels func(ctx context.Context) ([]intake.Channel, error)
	Names    func(ctx context.Context) (map[string]string, error) // members' names by id
	Copy     func(w io.Writer, f envelope.File) error             // a file's content
	// OpenCase makes a case of a thread, for a caseworker, and returns its address.
	OpenCase func(ctx context.Context, actor staff.Actor, thread, caseworker string) (path string, err error)
	// Colleagues lists the active members.
	Colleagues func(ctx context.Context) ([]staff.Member, error)
}

// Notices are the sentences after a change, by key.
func Notices() map[string]string {
	return map[string]string{
		"taken":    i18n.Key("They will be told that a person has read it."),
		"answered": i18n.Key("Your answer is on its way."),
		"noted":    i18n.Key("The note is kept."),
		"called":   i18n.Key("The call is kept."),
		"closed":   i18n.Key("The conversation is closed. A new message opens it again."),
		"case":     i18n.Key("The case is open. Only the people assigned can open it."),
		"recorded": i18n.Key("The words are with the documenters now."),
		"erased":   i18n.Key("The conversation is erased, here and on the public server."),
		"shared":   i18n.Key("Your colleague can open it now."),
	}
}

// Routes registers the pages.
func (r *Room) Routes(m *ui.Mux) {
	intakers := []staff.Role{staff.Intake, staff.Caseworker}
	m.Get("/requests", r.list, intakers...)
	m.Get("/requests/call", r.callForm, staff.Intake)
	m.Post("/requests/call", r.call, staff.Intake)
	m.Get("/requests/{thread}", r.thread)
	m.Post("/requests/{thread}/take", r.take)
	m.Post("/requests/{thread}/reply", r.reply)
	m.Post("/requests/{thread}/note", r.note)
	m.Post("/requests/{thread}/close", r.close)
	m.Post("/requests/{thread}/share", r.share)
	m.Post("/requests/{thread}/erase", r.erase, intakers...)
	m.Post("/requests/{thread}/case", r.openCase, staff.Intake, staff.Caseworker)
	m.Post("/requests/{thread}/record", r.testify, staff.Caseworker, staff.Documenter)
	m.Get("/requests/{thread}/files/{message}/{index}", r.file)
}

func (r *Room) take(c *ui.Context) error {
	if err := r.Inbox.Take(c.Context(), c.Actor, c.ID("thread")); err != nil {
		return err
	}
	return c.See("/requests/"+c.ID("thread"), "taken")
}

func (r *Room) reply(c *ui.Context) error {
	return r.saved(c, r.Inbox.Reply(c.Context(), c.Actor, c.ID("thread"), c.Text("text"), c.Has("meant", "yes")), "answered")
}

func (r *Room) note(c *ui.Context) error {
	return r.saved(c, r.Inbox.Note(c.Context(), c.Actor, c.ID("thread"), c.Text("note")), "noted")
}

func (r *Room) close(c *ui.Context) error {
	return r.saved(c, r.Inbox.Close(c.Context(), c.Actor, c.ID("thread")), "closed")
}

func (r *Room) share(c *ui.Context) error {
	return r.saved(c, r.Inbox.Share(c.Context(), c.Actor, c.ID("thread"), c.Text("member")), "shared")
}

// saved goes on after a change, or shows the thread again with what was typed.
func (r *Room) saved(c *ui.Context, err error, notice string) error {
	if err == nil {
		return c.See("/requests/"+c.ID("thread"), notice)
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.threadView(c)
	if loadErr != nil {
		return loadErr
	}
	v.Form = c.Form(err)
	return c.Invalid(pages, "thread", v)
}

func (r *Room) erase(c *ui.Context) error {
	if err := r.Inbox.Erase(c.Context(), c.Actor, c.ID("thread")); err != nil {
		return err
	}
	return c.See("/requests", "erased")
}

func (r *Room) openCase(c *ui.Context) error {
	path, err := r.OpenCase(c.Context(), c.Actor, c.ID("thread"), c.Need("caseworker", i18n.Key("Choose a caseworker.")))
	if err == nil {
		err = c.Wrong()
	}
	if err != nil {
		return err
	}
	return c.See(path, "case")
}

func (r *Room) testify(c *ui.Context) error {
	item, err := r.Inbox.Testify(c.Context(), c.Actor, c.ID("thread"), c.Text("message"))
	if err != nil {
		return err
	}
	if c.Actor.Roles.Has(staff.Documenter) {
		return c.See("/record/items/"+item, "")
	}
	return c.See("/requests/"+c.ID("thread"), "recorded")
}

// file hands a sender's file out as a download under a neutral name: its own
// name may say who sent it, and nothing of it is shown in the browser.
func (r *Room) file(c *ui.Context) error {
	index, err := strconv.Atoi(c.ID("index"))
	if err != nil {
		return missing()
	}
	f, err := r.Inbox.File(c.Context(), c.Actor, c.ID("thread"), c.ID("message"), index)
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="file-`+strconv.Itoa(index+1)+`"`)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	c.W.WriteHeader(http.StatusOK)
	return r.Copy(c.W, f)
}
