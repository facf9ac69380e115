// Package proposeweb is the page on which places and legs are proposed for a party.
//
// It shows what speaks for each proposal and against it, which rule keeps the other
// places out, and what would have to change. It decides nothing: a person takes one
// into the plan as drafts, and two people say go. It refuses rules: those are in
// cases and proposer. It imports cases, proposer, staff, ui, page and the ground.
package proposeweb

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
	"time"

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

// Room serves the page.
type Room struct{ Book *cases.Book }

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{"guide.kept": i18n.Key("Kept. Caseworkers see it when they look for an escort."), "proposal.taken": i18n.Key("The legs stand in the plan as drafts. Change what must be changed; two people must say go.")})
	m.Get("/cases/{case}/propose", r.ask, staff.Caseworker)
	m.Post("/cases/{case}/propose", r.propose, staff.Caseworker)
	m.Post("/cases/{case}/propose/take", r.take, staff.Caseworker)
	m.Get("/escorts", r.escorts, staff.Caseworker)
	m.Post("/escorts", r.keepGuide, staff.Caseworker)
}

func (r *Room) ask(c *ui.Context) error {
	g, err := r.ground(c)
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Propose places and legs"))
	return c.Render(pages, "propose", formView(f, g))
}

// ground opens the case, and the places by which a journey can begin.
func (r *Room) ground(c *ui.Context) (g ground, err error) {
	if g.k, err = r.Book.Case(c.Context(), c.Actor, c.ID("case")); err != nil {
		return g, err
	}
	if g.members, err = r.Book.Colleagues(c.Context()); err != nil {
		return g, err
	}
	g.places, err = r.Book.Places(c.Context(), c.Actor)
	return g, err
}

// ground is what the form is drawn with.
type ground struct {
	k       *cases.Case
	places  []cases.Refuge
	members []staff.Member
}

// propose answers in the page itself: what was asked says who flees where, and must
// not stand in an address. It changes nothing.
func (r *Room) propose(c *ui.Context) error {
	w := wishOf(c)
	var p cases.Proposed
	err := c.Wrong()
	if err == nil {
		p, err = r.Book.Propose(c.Context(), c.Actor, c.ID("case"), w)
	}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	g, gerr := r.ground(c)
	if gerr != nil {
		return gerr
	}
	f := c.Frame(c.T("Propose places and legs"))
	f.Form = c.Form(err)
	v := formView(f, g)
	if err != nil {
		return c.Invalid(pages, "propose", v)
	}
	v.answer(p, w)
	return c.Render(pages, "propose", v)
}

// codes reads codes with commas or spaces between.
func codes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", ;\n\r", r) })
}

func wishOf(c *ui.Context) cases.Wish {
	number := func(name string) int {
		n, _ := c.Int(name)
		return int(max(-1, min(n, 1<<20)))
	}
	w := cases.Wish{Parties: c.Values("parties"), Apart: c.Values("apart"), Needs: map[string][]string{}, From: cases.Spot{Place: c.Text("from-place"), Words: c.Text("from")},
		Here: strings.ToUpper(c.Text("here")), Visas: codes(strings.ToUpper(c.Text("visas"))), Speak: codes(strings.ToLower(c.Text("speak"))), Without: c.Values("without"),
		Stops: number("stops"), Nights: number("nights"), Country: strings.ToUpper(c.Text("country")), Reach: number("reach"), Earliest: c.Time("earliest"), Latest: c.Time("latest")}
	for _, p := range w.Parties {
		w.Needs[p] = c.Values("needs-" + p)
	}
	for pair := range strings.FieldsFuncSeq(c.Text("avoid"), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if pair = strings.TrimSpace(pair); pair != "" {
			w.Avoid = append(w.Avoid, pair)
		}
	}
	if s := c.Text("from-point"); s != "" {
		var p cases.Point
		parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
		ok := len(parts) >= 2
		for i := range min(len(parts), 2) {
			n, err := strconv.ParseFloat(parts[i], 64)
			ok = ok && err == nil
			if i == 0 {
				p.Lat = n
			} else {
				p.Lon = n
			}
		}
		p.Within = 20
		if !ok {
			c.Bad("from-point", i18n.Key("Write degrees north and east, such as 50.1, 14.4."))
		}
		w.From.Point = &p
	}
	return w
}

// take plans the legs that the form carries.
func (r *Room) take(c *ui.Context) error {
	n, _ := c.Int("legs")
	var legs []cases.DraftLeg
	for i := range min(max(n, 0), 60) {
		x := strconv.Itoa(int(i))
		earliest, err := time.Parse(time.RFC3339, c.Text("earliest-"+x))
		if err != nil {
			return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
		}
		legs = append(legs, cases.DraftLeg{ID: c.Text("leg-" + x), Leg: cases.Leg{Parties: c.Values("people-" + x), From: cases.Spot{Place: c.Text("from-" + x), Words: c.Text("words-" + x)}, To: cases.Spot{Place: c.Text("to-" + x)},
			Mode: cases.Mode(c.Text("mode-" + x)), Escort: c.Text("escort-" + x), Papers: c.Text("papers-" + x), Abroad: c.Text("abroad-"+x) == "yes", Final: c.Text("final-"+x) == "yes", Earliest: earliest.UTC(), Latest: earliest.UTC().Add(leave)}})
	}
	if err := r.Book.Take(c.Context(), c.Actor, c.ID("case"), legs); err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/plan", "proposal.taken")
}

// leave is the window in which a drafted leg begins; a person changes it.
const leave = 6 * time.Hour

func formView(f ui.Frame, g ground) view {
	w, form, k, places := f.Words, f.Form, g.k, g.places
	var members []page.Option
	for _, m := range g.members {
		if m.Active {
			members = append(members, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	v := view{Frame: f, Action: "/cases/" + k.ID + "/propose", Back: "/cases/" + k.ID + "/plan", Sub: f.T("Case %s", k.Pseudonym)}
	var people, from []page.Option
	from = append(from, page.Option{Label: w.T("None: a meeting point")})
	for _, p := range k.Parties {
		x := p.Content()
		label := x.Code
		if x.Minor {
			label = w.T("%s (a minor)", x.Code)
		}
		people = append(people, page.Option{Value: p.ID, Label: label})
	}
	for _, p := range places {
		from = append(from, page.Option{Value: p.ID, Label: p.Code})
	}
	var suits []page.Option
	for _, s := range cases.AllSuits() {
		suits = append(suits, page.Option{Value: s, Label: w.T(suitWord(s))})
	}
	v.Fields = []page.Field{form.Checks("parties", w.T("Who travels?"), people), form.Checks("apart", w.T("Who may go another way than the rest?"), people).Hint(w.T("Everybody else stays together."))}
	for _, p := range k.Parties {
		v.Fields = append(v.Fields, form.Checks("needs-"+p.ID, w.T("What %s needs", p.Content().Code), suits))
	}
	v.Fields = append(v.Fields,
		form.Text("avoid", w.T("Who must not meet?")).Optional().Hint(w.T("Pairs of codes, such as A-B, with commas between.")),
		form.Select("from-place", w.T("Where are they? A place we keep"), from), form.Text("from", w.T("In words")).Optional(),
		form.Text("from-point", w.T("Roughly where: degrees north, east")).Short().Optional(),
		form.Select("stops", w.T("How many places, one after the other?"), []page.Option{{Value: "1", Label: "1"}, {Value: "2", Label: "2"}, {Value: "3", Label: "3"}, {Value: "4", Label: "4"}}).Or("1"),
		form.Input("number", "nights", w.T("Nights in each")).Or("2").Short(),
		form.Text("here", w.T("Country in which they are, in two letters")).Short().Optional(), form.Text("country", w.T("Country of the last, in two letters")).Short().Optional(),
		form.Text("visas", w.T("Countries into which they need a visa")).Short().Optional().Hint(w.T("In two letters each, with commas between.")),
		form.Text("speak", w.T("Which languages do they speak?")).Short().Optional().Hint(w.T("Codes, such as ru, ce.")),
		form.Checks("without", w.T("Who of us must not go along?"), members).Optional(),
		form.Input("number", "reach", w.T("Kilometres of one leg at most")).Short().Optional(),
		form.Moment("earliest", w.T("At the earliest"), f.Now.Truncate(time.Hour).Add(time.Hour)), form.Moment("latest", w.T("Arrived at the latest"), time.Time{}).Optional())
	return v
}
