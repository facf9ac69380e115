// Package intakeweb shows the inbox: what arrived, how long it can wait, what was
// said, and the forms to answer, to note, to write down a phone call and to open
// a case. It imports ui and its own room; rules stay there.
package intakeweb

import (
	"context"
	"embed"
	"io"
	"io/fs"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/wording"
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
	Rota     *duty.Rota
	Shelf    *wording.Shelf
	Here     *intake.Presence
	Copy     func(w io.Writer, f envelope.File) error // a file's content
	// Mailed counts the answers by e-mail that are not at the mail server yet, and those it refused; nil: there are none.
	Mailed func(ctx context.Context, thread string) (waiting, refused int, err error)
	// TakeOver hands the files of a message to the record, beside its words.
	TakeOver func(ctx context.Context, actor staff.Actor, thread, message, item string) error
	// OpenCase makes a case of a thread, for a caseworker, and returns its address.
	OpenCase func(ctx context.Context, actor staff.Actor, thread, caseworker string) (path string, err error)
	// Colleagues lists the active members.
	Colleagues func(ctx context.Context) ([]staff.Member, error)
}

// Notices are the sentences after a change, by key.
func Notices() map[string]string {
	return safetyNotices(map[string]string{
		"taken":    i18n.Key("They will be told that a person has read it."),
		"answered": i18n.Key("Your answer is on its way."),
		"noted":    i18n.Key("The note is kept."),
		"called":   i18n.Key("The call is kept."),
		"closed":   i18n.Key("The conversation is closed. A new message opens it again."),
		"case":     i18n.Key("The case is open. Only the people assigned can open it."),
		"recorded": i18n.Key("The words are with the documenters now."),
		"erased":   i18n.Key("The conversation is erased, here and on the public server."),
		"shared":   i18n.Key("Your colleague can open it now."),

		"view": i18n.Key("The view is kept."), "view-gone": i18n.Key("The view is removed."), "handed": i18n.Key("Your colleague has it now."),
		"draft": i18n.Key("The draft is kept. Nothing was sent."), "asked": i18n.Key("Kept. A colleague is asked to agree; nothing was sent yet."),
		"forked":     i18n.Key("The draft was sent or changed meanwhile. What you wrote is kept beside it; nothing was sent."),
		"draft-gone": i18n.Key("The draft is thrown away."), "translated": i18n.Key("The translation is kept beside the words."),
		"aside": i18n.Key("Moved. Nothing was deleted."), "joined": i18n.Key("Both are shown as one now, and both codes go on working."), "parted": i18n.Key("They are two conversations again."),
		"second": i18n.Key("Changed for this conversation."), "two-people": i18n.Key("Set. It counts from the next answer on."), "kept": i18n.Key("It is kept as you said."), "step": i18n.Key("Kept. Go on writing."),
		"shift": i18n.Key("The shift is on the rota."), "shift-gone": i18n.Key("The shift is removed."),
		"template": i18n.Key("The template is kept."), "template-gone": i18n.Key("The template is out of use. Its versions stay."), "keeping": i18n.Key("Set. The clock goes by it from now on."),
	})
}

// Routes registers the pages.
func (r *Room) Routes(m *ui.Mux) {
	intakers := []staff.Role{staff.Intake, staff.Caseworker}
	m.Get("/requests", r.list, intakers...)
	m.Get("/requests/call", r.callForm, staff.Intake)
	m.Post("/requests/call", r.begin, staff.Intake)
	rostered := append(duty.Roles(), staff.Security)
	m.Get("/requests/rota", r.rota, rostered...)
	m.Post("/requests/rota", r.putShift, rostered...)
	m.Post("/requests/rota/drop", r.dropShift, rostered...)
	m.Get("/requests/alarms", r.alarms)
	m.Get("/templates", r.wordings, intakers...)
	m.Post("/templates", r.keepWording, intakers...)
	m.Get("/templates/{wording}", r.wording, intakers...)
	m.Post("/templates/{wording}/retire", r.retireWording, intakers...)
	m.Get("/requests/keeping", r.keeping, staff.Intake, staff.Security)
	m.Post("/requests/keeping", r.setKeeping, staff.Security)
	m.Get("/requests/two-people", r.twoPeople, staff.Intake, staff.Security)
	m.Post("/requests/two-people", r.setTwoPeople, staff.Security)
	m.Post("/requests/views", r.keepView, intakers...)
	m.Post("/requests/views/drop", r.dropView, intakers...)
	m.Post("/requests/hand-over", r.handOver, intakers...)
	m.Get("/requests/{thread}/call", r.callForm, staff.Intake)
	m.Post("/requests/{thread}/call", r.write, staff.Intake)
	m.Post("/requests/{thread}/here", r.here)
	m.Post("/requests/{thread}/keep", r.keep)
	m.Post("/requests/{thread}/drop", r.dropDraft)
	m.Post("/requests/{thread}/approve", r.approve)
	m.Post("/requests/{thread}/translate", r.translate)
	m.Post("/requests/{thread}/aside", r.aside, intakers...)
	m.Post("/requests/{thread}/hand", r.hand, intakers...)
	m.Post("/requests/{thread}/join", r.join, intakers...)
	m.Post("/requests/{thread}/part", r.part, intakers...)
	m.Post("/requests/{thread}/second", r.second, intakers...)
	m.Post("/requests/{thread}/keeping", r.keepFor, intakers...)
	m.Get("/requests/{thread}", r.thread)
	m.Post("/requests/{thread}/take", r.take)
	m.Post("/requests/{thread}/reply", r.reply)
	m.Post("/requests/{thread}/note", r.note)
	m.Post("/requests/{thread}/close", r.close)
	m.Post("/requests/{thread}/share", r.share)
	m.Post("/requests/{thread}/erase", r.erase, intakers...)
	m.Post("/requests/{thread}/case", r.openCase, staff.Intake, staff.Caseworker)
	m.Post("/requests/{thread}/record", r.testify, staff.Caseworker, staff.Documenter)
	r.safetyRoutes(m)
	m.Get("/requests/{thread}/files/{message}/{index}", r.file)
	m.Get("/requests/{thread}/files/{message}/{index}/sound", r.sound)
}

func (r *Room) take(c *ui.Context) error {
	if err := r.Inbox.Take(c.Context(), c.Actor, c.ID("thread")); err != nil {
		return err
	}
	return c.See("/requests/"+c.ID("thread"), "taken")
}

func (r *Room) note(c *ui.Context) error {
	return r.saved(c, r.Inbox.Note(c.Context(), c.Actor, c.ID("thread"), c.Text("note-once"), c.Text("note")), "noted")
}

func (r *Room) close(c *ui.Context) error {
	return r.saved(c, r.Inbox.Close(c.Context(), c.Actor, c.ID("thread")), "closed")
}

func (r *Room) share(c *ui.Context) error {
	return r.saved(c, r.Inbox.Share(c.Context(), c.Actor, c.ID("thread"), c.Text("member")), "shared")
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
	if err == nil && c.Has("files", "yes") {
		err = r.TakeOver(c.Context(), c.Actor, c.ID("thread"), c.Text("message"), item)
	}
	if err != nil {
		return err
	}
	if c.Actor.Roles.Has(staff.Documenter) {
		return c.See("/record/items/"+item, "")
	}
	return c.See("/requests/"+c.ID("thread"), "recorded")
}
