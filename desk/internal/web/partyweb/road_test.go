package partyweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// desk serves the record and its parties to each member.
type desk struct {
	*desktest.Ground
	archive  *record.Archive
	registry *parties.Registry
	who      map[string]staff.Actor
	at       map[string]string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := desktest.New(t)
	d := &desk{Ground: g, who: map[string]staff.Actor{}, at: map[string]string{}}
	ar, av, ap := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) vocabulary.Store { return tx }, func(tx *store.Tx) parties.Store { return tx }
	d.archive = record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	lexicon := &vocabulary.Lexicon{Within: store.Within(g.DB, av), Reading: store.Reading(g.DB, av), Clock: g.Clock}
	d.registry = &parties.Registry{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock, HasCode: func(ctx context.Context, code string) (bool, error) {
		b, err := lexicon.Book(ctx)
		_, ok := b.Term(vocabulary.Acts, code)
		return ok || code == record.Detention.HURIDOCS(), err
	}}
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), partyweb.Locale())
	must(t, err)
	for name, role := range map[string]staff.Role{"dora": staff.Documenter, "daniel": staff.Documenter, "ana": staff.Analyst, "carina": staff.Caseworker} {
		a := g.Member(t, name+" (invented)", role)
		d.who[name] = a
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return a, nil }})
		names := func(context.Context) (map[string]string, error) { return map[string]string{a.ID: a.Name}, nil }
		(&recordweb.Room{Archive: d.archive}).Register(m)
		(&partyweb.Room{Registry: d.registry, Archive: d.archive, Lexicon: lexicon, Names: names}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		d.at[name] = s.URL
	}
	return d
}

// told adds an incident with one claim and gives their ids.
func (d *desk) told(t *testing.T, title string) (incident, claim string) {
	t.Helper()
	ctx, dora := t.Context(), d.who["dora"]
	i, err := d.archive.AddIncident(ctx, dora, record.Incident{Title: title, Span: "2017-02/2017-04", Place: "Town A (invented)"})
	must(t, err)
	s, err := d.archive.AddSource(ctx, dora, record.Source{Name: "A newspaper (invented)", Kind: record.Media, Reliability: "B", Named: true}, "")
	must(t, err)
	item, err := d.archive.AddItem(ctx, dora, record.Item{Source: s.ID, Title: "Article (invented)", Material: record.Press, Dated: "2017-04-01", Words: "Eight men were held in a cellar by unit 7."})
	must(t, err)
	c, err := d.archive.AddClaim(ctx, dora, record.Claim{Item: item.ID, Incident: i.ID, Status: record.Detained, Act: record.Detention, Hand: record.FirstHand, Asserted: "2017-04-01", Verbatim: "held in a cellar by unit 7"})
	must(t, err)
	return i.ID, c.ID
}

func says(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	text := html.UnescapeString(p.HTML())
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not on the page %s:\n%s", w, p.URL(), p.Text("main"))
		}
	}
}

func idIn(t *testing.T, text, kind string) string {
	t.Helper()
	id := regexp.MustCompile(kind + `_[a-z2-7]{26}`).FindString(text)
	if id == "" {
		t.Fatalf("no %s in %s", kind, text)
	}
	return id
}

// TestRoadWhoDidWhatToWhom plays it on a phone without a script: two parties, one of
// them a person with names in two scripts; an act; who had what part in it; a chain of
// command with dates; a correction with its reason; and the graph of it, as it stood on a day.
func TestRoadWhoDidWhatToWhom(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident, claim := d.told(t, "Detentions in a region (invented)")
	dora := d.at["dora"]
	p := browser.Start(t, browser.NoScript, browser.Phone)
	party := func(fields map[string]string) string {
		p.Go(dora + "/record/parties/new")
		for sel, v := range fields {
			if strings.HasPrefix(sel, "select") {
				p.Set(sel, v)
			} else {
				p.Fill(sel, v)
			}
		}
		p.Follow(`main form button.primary`)
		return idIn(t, p.URL(), "party")
	}
	unit := party(map[string]string{`select[name=kind]`: "organisation", `[name=called]`: "Police unit 7 (invented)", `[name=names]`: "Отдел 7 (вымышлен)"})
	says(t, p, "Police unit 7 (invented)", "Отдел 7 (вымышлен)")
	commander := party(map[string]string{`select[name=kind]`: "person", `[name=called]`: "Commander B (invented)", `[name=real]`: "Aslan Primerov (invented)\nАслан Примеров"})
	says(t, p, "in a safe, for the documenters", "not named")
	if strings.Contains(p.HTML(), "Primerov") {
		t.Fatal("a sealed name stands on the page")
	}
	p.Follow(`form[action$="/names"] button`)
	says(t, p, "Aslan Primerov (invented)", "Аслан Примеров", "Cyrillic")
	victims := party(map[string]string{`select[name=kind]`: "group", `[name=called]`: "Men held in the cellar (invented)", `[name=low]`: "6", `[name=high]`: "12"})
	says(t, p, "at least 6, at most 12")

	p.Go(dora + "/record/incidents/" + incident + "/acts/new?plain=" + url.QueryEscape("забрали и проверили телефон"))
	says(t, p, "Phone search")
	p.Go(dora + "/record/incidents/" + incident + "/acts/new")
	p.Fill(`[name=title]`, "held in a cellar")
	p.Set(`[name=dated]`, "2017-02-24/2017-03-03")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "Choose what was done.")
	p.Click(`input[name=code][value="` + record.Detention.HURIDOCS() + `"]`)
	p.Follow(`main form[method=post] button.primary`)
	act := idIn(t, p.URL(), "act")
	for who, role := range map[string]string{unit: "perpetrator", victims: "victim"} {
		p.Go(dora + "/record/acts/" + act)
		p.Click(`input[name=party][value="` + who + `"]`)
		p.Set(`select[name=role]`, role)
		p.Follow(`main form[method=post] button.primary`)
		says(t, p, "Name at least one claim on which this rests.")
		p.Click(`input[name=claims][value="` + claim + `"]`)
		p.Follow(`main form[method=post] button.primary`)
		says(t, p, "The part is kept.")
	}
	says(t, p, "Police unit 7 (invented)", "Men held in the cellar (invented)", "did it", "it was done to them")

	p.Go(dora + "/record/parties/" + commander + "/relate?q=" + url.QueryEscape("отдел 7"))
	p.Set(`select[name=tie]`, "commands")
	p.Click(`input[name=other][value="` + unit + `"]`)
	p.Set(`[name=since]`, "2016-11")
	p.Set(`[name=until]`, "2017-03")
	p.Fill(`[name=more]`, dora+"/record/claims/"+claim)
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "The relation is kept.", "Commander B (invented) commands Police unit 7 (invented)")
	relation := idIn(t, p.HTML(), "relation")

	p.Go(dora + "/record/relations/" + relation)
	p.Set(`[name=until]`, "2017-05-02")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "Write why. Another person will read it.")
	p.Fill(`[name=reason]`, "the order of May names the day (invented)")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "Until when: was “2017-03”, is now “2017-05-02”", "the order of May names the day (invented)")

	p.Go(dora + "/record/graph?incident=" + incident)
	says(t, p, "Police unit 7", "Men held", "2016-11", "2017-05-02", "<svg")
	p.Set(`[name=on]`, "2016-01-01")
	p.Follow(`main form button`)
	says(t, p, "Nothing hangs together here yet")
	p.Go(dora + "/record/graph?party=" + commander + "&steps=2&on=2017-04-09")
	says(t, p, "Men held", "commands", "As it stood on")
	p.Go(dora + "/record/graph?party=" + commander + "&steps=2&on=2018-01-01")
	if strings.Contains(p.HTML(), "Men held") {
		t.Error("a command that had ended leads on")
	}

	// Corrections of an incident and a statement, on their pages.
	p.Go(dora + "/record/incidents/" + incident + "/correct")
	p.Fill(`[name=title]`, "Detentions in a province (invented)")
	p.Fill(`[name=reason]`, "the wrong word (invented)")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "Detentions in a province (invented)")
	p.Go(dora + "/record/incidents/" + incident + "/correct")
	says(t, p, "Title: was “Detentions in a region (invented)”, is now “Detentions in a province (invented)”")
}
