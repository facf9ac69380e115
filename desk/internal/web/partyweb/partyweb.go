// Package partyweb is the pages of who did what to whom: parties with their sealed
// names, acts, involvements, relations, which parties may be the same, and the graph
// of what hangs together, drawn without a script.
//
// A handler reads a form, calls one verb of parties.Registry, and sends the person on.
// It refuses rules: what holds is decided in parties. It imports parties, record,
// vocabulary, count, edtf, recordweb for the words of dates and claims, staff, ui,
// page and the ground.
package partyweb

import (
	"context"
	"embed"
	"io/fs"
	"regexp"
	"strconv"

	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
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

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	Registry *parties.Registry
	Archive  *record.Archive
	Lexicon  *vocabulary.Lexicon
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	read, work := record.Readers(), staff.Documenter
	m.Get("/record/parties", r.list, read...)
	m.Get("/record/parties/new", r.newParty, work)
	m.Post("/record/parties/new", r.addParty, work)
	m.Get("/record/parties/{party}", r.party, read...)
	m.Post("/record/parties/{party}/names", r.showNames, work)
	m.Post("/record/parties/{party}/seal", r.sealNames, work)
	m.Post("/record/parties/{party}/destroy", r.destroyNames, work)
	m.Get("/record/parties/{party}/correct", r.correctPartyPage, work)
	m.Post("/record/parties/{party}/correct", r.correctParty, work)
	m.Get("/record/parties/{party}/relate", r.newRelation, work)
	m.Post("/record/parties/{party}/relate", r.addRelation, work)
	m.Get("/record/relations/{relation}", r.relation, read...)
	m.Post("/record/relations/{relation}", r.correctRelation, work)
	m.Get("/record/same", r.same, work)
	m.Post("/record/same/look", r.lookForSame, work)
	m.Post("/record/same", r.decideSame, work)
	m.Get("/record/incidents/{incident}/acts", r.acts, read...)
	m.Get("/record/incidents/{incident}/acts/new", r.newAct, work)
	m.Post("/record/incidents/{incident}/acts/new", r.addAct, work)
	m.Get("/record/acts/{act}", r.act, read...)
	m.Post("/record/acts/{act}", r.involve, work)
	m.Get("/record/acts/{act}/correct", r.correctActPage, work)
	m.Post("/record/acts/{act}/correct", r.correctAct, work)
	m.Get("/record/parts/{part}", r.part, read...)
	m.Post("/record/parts/{part}", r.correctPart, work)
	m.Get("/record/graph", r.graph, read...)
}

func notices() map[string]string {
	return map[string]string{
		"party.added":     i18n.Key("The party is kept."),
		"party.corrected": i18n.Key("The correction is kept. How it stood before stands on the page."),
		"party.sealed":    i18n.Key("The names are sealed. The earlier ones stay sealed beside them."),
		"party.destroyed": i18n.Key("The names are destroyed. Nobody can read them any more."),
		"party.act":       i18n.Key("The act is kept."),
		"party.part":      i18n.Key("The part is kept."),
		"party.relation":  i18n.Key("The relation is kept."),
		"party.decided":   i18n.Key("Your decision is kept. It can be taken back."),
	}
}

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

// again reports whether a form is shown a second time because of err.
func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict || k == fault.Denied)
}

// formView is a page with one form.
type formView struct {
	ui.Frame
	Back, BackText string
	Intro          []string
	Search         *ui.Filter // finds what the form then offers
	Missing        string     // what the search did not find
	Hidden         []ui.Hidden
	Fields         []page.Field
	Action, Button string
	History        []page.Event
	Corrects       bool // the page shows a history, though it be empty
}

// begin starts a page with a form; f is what was sent, if anything.
func begin(c *ui.Context, title string, f page.Form) formView {
	v := formView{Frame: c.Frame(title)}
	if f.Values != nil {
		v.Form = f
	}
	return v
}

// answer shows a form again, or sends the person on.
func answer(c *ui.Context, err error, to, notice string, form func(page.Form) (formView, error)) error {
	if again(err) {
		v, verr := form(c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	return c.See(to, notice)
}

// show renders a form for the first time.
func show(c *ui.Context, v formView, err error) error {
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

// hidden keeps a value over a form that is shown again.
func hidden(f page.Form, name, value string) ui.Hidden {
	if had := f.Values.Get(name); had != "" {
		value = had
	}
	return ui.Hidden{Name: name, Value: value}
}

func (r *Room) history(c *ui.Context, all []record.Edition) ([]page.Event, error) {
	changes, err := record.Changes(all)
	if err != nil {
		return nil, err
	}
	n, err := r.Names(c.Context())
	if err != nil {
		return nil, err
	}
	return recordweb.History(c.Words, changes, n, func(s string) string { return fieldName(c.Words, s) }), nil
}

func seen(c *ui.Context) int {
	n, err := strconv.Atoi(c.Text("seen"))
	if err != nil {
		return 0
	}
	return n
}

var claimID = regexp.MustCompile(`claim_[a-z2-7]{26}`)

// claims reads the claims that were ticked, and those whose addresses were pasted.
func claims(c *ui.Context) []string {
	return append(c.Values("claims"), claimID.FindAllString(c.Text("more"), -1)...)
}

// claimFields offer the claims on which something rests.
func claimFields(w i18n.Words, f page.Form, choice []record.Weighed, now []string) []page.Field {
	var options []page.Option
	offered := map[string]bool{}
	for _, k := range choice {
		options = append(options, recordweb.Line(w, k))
		offered[k.ID] = true
	}
	more := ""
	for _, id := range now {
		if !offered[id] {
			more += "/record/claims/" + id + "\n"
		}
	}
	var out []page.Field
	if len(options) > 0 {
		out = append(out, f.Checks("claims", w.T("It rests on these claims"), options).Or(now...).Optional())
	}
	field := f.Area("more", w.T("Other claims")).Rows(2).Optional().Or(more).Hint(w.T("the addresses of their pages, one a line"))
	if len(options) == 0 { // the error about claims stands somewhere
		field.Label = w.T("It rests on these claims")
		for _, e := range f.Errors {
			if e.Name == "claims" && field.Error == "" {
				field.Error = w.T(e.Message)
				field.ID = "f-claims"
			}
		}
	}
	return append(out, field)
}
