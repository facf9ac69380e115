// Package caseweb is the pages of protection: the board, the case with all that
// lies in it, legs, places, and the wall of the next six hours.
//
// A handler reads a form, calls one verb of cases.Book, and sends the person on.
// Views are made by plain functions from an opened case, so that the storybook
// and the tests render them from literals. It refuses rules: what may happen is
// decided in cases. It imports cases, staff, ui, page and the ground.
package caseweb

import (
	"context"
	"embed"
	"io/fs"
	"strings"

	"waylight/desk/internal/cases"
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

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages of protection.
type Room struct {
	Book *cases.Book
	// Link notes in a conversation that a case was opened from it; nil: there is none.
	Link func(ctx context.Context, actor staff.Actor, thread, file string) error
	// Print sets a paper as PDF; nil: there is none.
	Print func(f cases.Form) ([]byte, error)
	// Organisation is the name that stands on papers.
	Organisation string
	// Grants lists the grants from which a cost can be paid, by id and title; nil: there are none.
	Grants func(ctx context.Context, actor staff.Actor) ([]page.Option, error)
	// Packs lists the travel packs that are outside; nil: there are none.
	Packs func(ctx context.Context, w i18n.Words) ([]page.Option, error)
	// Vault keeps receipts sealed; nil: none can be kept.
	Vault Vault
	// Beside tells what colleagues ask of each other in a case; nil: nothing.
	Beside func(c *ui.Context, k *cases.Case) (Beside, error)
	// Named tells who is on the rota for the calls of a role now, by name; nil: there is no rota.
	Named func(c *ui.Context, role staff.Role) ([]string, error)
	// Absent tells who of those whom an alert calls is away, and who stands in; nil: nobody is.
	Absent func(c *ui.Context, file string, role staff.Role) ([]string, error)
	// Towns finds places of the gazetteer that begin with a name; nil: there is none.
	Towns func(c *ui.Context, name string) ([]Town, error)
	// Hints tells in a few words what each caseworker carries, by id; nil: nothing.
	Hints func(c *ui.Context) (map[string]string, error)
}

// Town is a place of the world.
type Town struct {
	Name    string
	Names   []string // in other scripts and spellings
	Country string   // two letters
	Point   cases.Point
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	w := staff.Caseworker
	m.Get("/cases", r.board, w)
	m.Post("/cases/search", r.search, w)
	m.Post("/cases/views", r.keepView, w)
	m.Post("/cases/views/{view}/drop", r.dropView, w)
	m.Post("/cases/several", r.several, w)
	m.Get("/cases/new", r.newCase, w, staff.Intake)
	m.Post("/cases", r.openCase, w, staff.Intake)
	m.Get("/cases/{case}", r.tab("overview"), w)
	for _, t := range []string{"people", "plan", "watch", "consent", "money", "log"} {
		m.Get("/cases/{case}/"+t, r.tab(t), w)
	}
	for path, f := range r.forms() {
		m.Get("/cases/{case}/"+path, r.show(f), w)
		post := m.Post
		if strings.HasPrefix(path, "watch/") {
			post = m.Urgent
		}
		post("/cases/{case}/"+path, r.take(path, f), w)
		if _, ok := stacks()[path]; ok {
			m.Get("/cases/{case}/"+path+settlePath, r.showSettle(path, f), w)
			m.Post("/cases/{case}/"+path+settlePath, r.takeSettle(path, f), w)
		}
	}
	m.Post("/cases/{case}/note", r.note, w)
	m.Post("/cases/{case}/papers/{item}/seen", r.heed, w)
	m.Post("/cases/{case}/plan/approve", r.approvePlan, w)
	m.Post("/cases/{case}/money/{item}/approve", r.approveCost, w)
	m.Upload("/cases/{case}/money/{item}/receipt", maxReceipt+1<<20, r.prove, w)
	m.Post("/cases/{case}/money/{item}/file", r.receipt, w)
	m.Get("/providers", r.providers, w)
	m.Get("/providers/new", r.newProvider, w)
	m.Post("/providers/new", r.keepProvider, w)
	m.Get("/providers/{provider}/edit", r.newProvider, w)
	m.Post("/providers/{provider}/edit", r.keepProvider, w)
	m.Post("/cases/{case}/consent/{item}/withdraw", r.withdraw, w)
	m.Post("/cases/{case}/consent/{item}/cut", r.cut, w)
	m.Post("/cases/{case}/forms/{item}/end", r.endForm, w)
	m.Get("/cases/{case}/forms/{item}/pdf", r.paperPDF, w)
	m.Get("/cases/{case}/forms/{item}/print", r.printPaper, w)
	m.Get("/cases/{case}/forms/{item}/copy", r.paperCopy, w)
	m.Get("/forms", r.texts, w)
	m.Get("/forms/new", r.newText, w)
	m.Post("/forms/new", r.keepText, w)
	m.Get("/legs", r.legs)
	m.Get("/legs/{leg}", r.leg)
	m.Post("/legs/{leg}/go", r.voice)
	m.Get("/legs/{leg}/card", r.card)
	m.Post("/legs/{leg}/card", r.makeCard)
	m.Get("/legs/{leg}/card/{role}", r.printCard)
	m.Urgent("/legs/{leg}/step", r.step)
	m.Get("/exposures", r.exposures, w)
	m.Get("/exposures/new", r.newExposure, w)
	m.Urgent("/exposures/new", r.keepExposure, w)
	m.Get("/exposures/{leak}", r.exposure, w)
	m.Urgent("/exposures/{leak}/step", r.doStep, w)
	m.Get("/wall", r.screen)
	m.Get("/alerts", r.wall)
	m.Get("/alerts/{alert}", r.alert)
	m.Urgent("/alerts/{alert}", r.acknowledge)
	m.Get("/places", r.places)
	m.Get("/places/new", r.newPlace, w)
	m.Post("/places/new", r.keepPlace, w)
	m.Get("/places/{place}", r.place)
	m.Get("/places/{place}/edit", r.newPlace, w)
	m.Post("/places/{place}/edit", r.keepPlace, w)
	for _, on := range []func(string, func(*ui.Context) error, ...staff.Role){m.Get, m.Post} {
		on("/places/{place}/settle", r.settleBeside(i18n.Key("A place"), "/places", r.placeSettler, r.keepPlace), w)
		on("/providers/{provider}/settle", r.settleBeside(i18n.Key("A provider"), "/providers", r.providerSettler, r.keepProvider), w)
	}
	m.Post("/places/{place}/show", r.showPlace, w)
}

func notices() map[string]string {
	return map[string]string{
		"case.opened":    i18n.Key("The case is open."),
		"case.kept":      i18n.Key("Kept."),
		"case.rival":     i18n.Key("Somebody else changed this while you wrote. Both versions are kept: please settle them."),
		"case.settled":   i18n.Key("There is one version only: nothing waits to be settled."),
		"case.asked":     i18n.Key("Kept. Now a second person must agree."),
		"case.agreed":    i18n.Key("Your voice is kept."),
		"case.receipt":   i18n.Key("The receipt is kept as it came. Its hash was taken while it arrived."),
		"case.step":      i18n.Key("The step is kept."),
		"case.well":      i18n.Key("Kept: the person is well."),
		"case.duress":    i18n.Key("The duress sign is kept. The ladder runs; do not call the person."),
		"case.alert":     i18n.Key("You act on this alert. The ladder goes on until the person is found."),
		"case.erased":    i18n.Key("The case is erased."),
		"case.testified": i18n.Key("The words were handed to the record without a name."),
		"case.cut":       i18n.Key("The bridge is cut. The record no longer leads to the person."),
		"case.shared":    i18n.Key("Shared."),
		"view.kept":      i18n.Key("The filter is kept. Only you see it."),
		"view.dropped":   i18n.Key("The filter is thrown away."),
		"several.done":   i18n.Key("Done in each of the chosen cases."),
		"exposure.noted": i18n.Key("Noted. Everyone whose cases are touched has their steps now."),
	}
}

// names gives the name of a member by id.
type names map[string]string

func (n names) of(w i18n.Words, id string) string {
	if s := n[id]; s != "" {
		return s
	}
	if id == "desk" {
		return w.T("by itself")
	}
	return w.T("a member who left")
}

func (r *Room) names(ctx context.Context) (names, []staff.Member, error) {
	all, err := r.Book.Colleagues(ctx)
	n := names{}
	var active []staff.Member
	for _, m := range all {
		n[m.ID] = m.Name
		if m.Active {
			active = append(active, m)
		}
	}
	return n, active, err
}

// Block is one part of a page. Only what is set is drawn.
type Block struct {
	ID        string
	Title     string
	Note      string
	Badge     *page.Badge
	Facts     []page.Fact
	Table     *ui.Table
	Todo      []Line
	Events    []page.Event
	Approvals *ui.Approvals
	Confirm   *ui.Confirm
	Empty     *ui.Empty
	Form      *Inline
	Batch     *Inline // around the table: what is done with the rows that are chosen
	Links     []Link
	Tone      page.Tone
}

// Line is one thing to do.
type Line struct {
	Text, Href string
	Left       *page.TimeLeft
	Danger     bool
}

// Link leads to a form or a page; the first of a block is drawn as its main action.
type Link struct{ Text, Href string }

// Inline is a small form inside a block.
type Inline struct {
	i18n.Words
	Action string
	Hidden []ui.Hidden
	Fields []page.Field
	Button string
	Second string // a second button, named "other"
	Files  bool   // it sends a file
	Danger bool
}

// head is the top of a case's pages.
type head struct {
	Title  string
	Sub    string
	Badges []page.Badge
	Left   *page.TimeLeft
	Alarm  []Line
	Tabs   *ui.Tabs
}

// blocksView is a page made of blocks.
type blocksView struct {
	ui.Frame
	Head   head
	Main   []Block
	Aside  []Block
	Filter *ui.Filter
}

// Group is some fields under one legend.
type Group struct {
	Legend string
	Note   string
	Fields []page.Field
	Row    bool // short fields beside each other
}

// formView is a page with one form.
type formView struct {
	ui.Frame
	Sub     string
	Intro   []string
	Steps   []string // what to do, in order
	Rivals  []Block  // versions to be settled
	Settle  string   // where they are settled field by field
	Groups  []Group
	Hidden  []ui.Hidden
	Action  string
	Button  string
	Back    string
	Danger  bool
	Erasing bool
	Files   bool // a file can be attached
}

// Waiting is one thing that waits for a member, for the home page.
type Waiting struct {
	Text   string
	Case   string // pseudonym; empty when the member holds a leg or a duty alone
	Href   string
	Due    page.TimeLeft
	Danger bool
}

// Waiting lists what waits for the actor, the most pressing first. It opens no safe.
func (r *Room) Waiting(c *ui.Context) ([]Waiting, error) {
	list, err := r.Book.Waiting(c.Context(), c.Actor)
	var all []Waiting
	for _, x := range list {
		all = append(all, Waiting{Text: waitWord(c.Words, x), Case: x.Pseudonym, Href: waitHref(x), Danger: x.Danger,
			Due: page.TimeLeft{Words: c.Words, Due: x.Due, Now: c.Now(), Danger: x.Danger}})
	}
	return all, err
}

// Count counts what waits for the actor in this room, for the navigation.
func (r *Room) Count(ctx context.Context, actor staff.Actor) (int, error) {
	list, err := r.Book.Waiting(ctx, actor)
	return len(list), err
}

func waitWord(w i18n.Words, x cases.Wait) string {
	if step, ok := strings.CutPrefix(x.What, "step-"); ok {
		return w.T(actionWord(step))
	}
	switch x.What {
	case "decide":
		return w.T("A decision is due")
	case "go":
		return w.T("A leg waits for your go")
	case "leg":
		return w.T("A leg is shared with you")
	case "exit":
		return w.T("A colleague asks to take cases out of the house")
	case "plan":
		return w.T("A plan waits for your approval")
	case "cost":
		return w.T("A cost waits for your approval")
	case "paper":
		return w.T("A document runs out")
	case cases.RemindConsent:
		return w.T("A consent to be named in public ends: ask the person again in time, or what names them is taken down")
	case cases.RemindLapsed:
		return w.T("A consent to be named in public has ended: what was public and named the person was taken down")
	case "deadline":
		return w.T("A decision must be answered by a day")
	case "step":
		return w.T("A step of an application is due")
	case "appointment":
		if x.Danger {
			return w.T("Nobody has said whether they came back from an appointment")
		}
		return w.T("An appointment is near")
	case "late":
		if x.Danger {
			return w.T("A check-in was missed")
		}
		return w.T("A check-in is late")
	case "alert":
		return w.T(rungWord(x.Rung))
	}
	return w.T("The day of erasure has come")
}

func waitHref(x cases.Wait) string {
	if strings.HasPrefix(x.What, "step-") {
		return "/exposures/" + x.Item
	}
	switch x.What {
	case "go", "leg":
		return "/legs/" + x.Item
	case "alert":
		return "/alerts/" + x.Item
	case "exit":
		return "/moving"
	case "late":
		return "/cases/" + x.Case + "/watch"
	case "plan":
		return "/cases/" + x.Case + "/plan"
	case "cost":
		return "/cases/" + x.Case + "/money"
	case "paper":
		return "/cases/" + x.Case + "/people#documents"
	case cases.RemindConsent, cases.RemindLapsed:
		return "/cases/" + x.Case + "/consent"
	case "appointment", "deadline", "step":
		return "/cases/" + x.Case + "/ways"
	}
	return "/cases/" + x.Case
}

// again shows a form anew when a field is wrong; any other fault goes to its page.
func invalid(err error) bool { return fault.KindOf(err) == fault.Invalid }
