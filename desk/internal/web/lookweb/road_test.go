package lookweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/lookweb"
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

func says(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	text := html.UnescapeString(p.HTML())
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not on the page %s:\n%s", w, p.URL(), p.Text("main"))
		}
	}
}

// desk serves the pages to each member.
type desk struct {
	who      map[string]staff.Actor
	at       map[string]string
	archive  *record.Archive
	registry *parties.Registry
	tally    *figures.Tally
	atlas    *gazetteer.Atlas
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := desktest.New(t)
	d := &desk{who: map[string]staff.Actor{}, at: map[string]string{}}
	ar, ap, av := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) parties.Store { return tx }, func(tx *store.Tx) vocabulary.Store { return tx }
	at, af := func(tx *store.Tx) gazetteer.Store { return tx }, func(tx *store.Tx) figures.Store { return tx }
	d.archive = record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	d.registry = &parties.Registry{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock, HasCode: func(context.Context, string) (bool, error) { return true, nil }}
	d.tally = figures.NewTally(store.Within(g.DB, af), store.Reading(g.DB, af), g.Clock)
	d.atlas = &gazetteer.Atlas{Within: store.Within(g.DB, at), Reading: store.Reading(g.DB, at), Clock: g.Clock}
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), partyweb.Locale(), figureweb.Locale(), lookweb.Locale())
	must(t, err)
	for name, role := range map[string]staff.Role{"dora": staff.Documenter, "ana": staff.Analyst, "carina": staff.Caseworker} {
		a := g.Member(t, name+" (invented)", role)
		d.who[name] = a
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return a, nil }})
		lexicon := &vocabulary.Lexicon{Within: store.Within(g.DB, av), Reading: store.Reading(g.DB, av), Clock: g.Clock}
		names := func(context.Context) (map[string]string, error) { return map[string]string{a.ID: a.Name}, nil }
		(&recordweb.Room{Archive: d.archive}).Register(m)
		(&partyweb.Room{Registry: d.registry, Archive: d.archive, Lexicon: lexicon, Names: names}).Register(m)
		(&lookweb.Room{Chronicle: &chronicle.Chronicle{Reading: store.Reading(g.DB, func(tx *store.Tx) chronicle.Store { return tx })}, Atlas: d.atlas, Registry: d.registry, Archive: d.archive, Lexicon: lexicon, Tally: d.tally, Names: names}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		d.at[name] = s.URL
	}
	return d
}

// TestRoadLooks: what a documenter entered is put on the map on a phone without a
// script, from a gazetteer that was loaded; timeline, reading room and map show it, the
// blurred map shows no point, and who has no key reads no sealed word.
func TestRoadLooks(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	dora := d.who["dora"]
	places, err := gazetteer.Parse(strings.NewReader("key,name,names,lat,lon,country,population\nx:1,Argunsk (invented),Аргунск,43.305,45.871,XX,33000\nx:2,Elsewhere (invented),,44.1,46.2,XX,500\n"))
	must(t, err)
	_, err = d.atlas.Load(ctx, dora, places)
	must(t, err)
	i, err := d.archive.AddIncident(ctx, dora, record.Incident{Title: "Detentions in a region (invented)", Span: "2017-02/2017-04", Place: "Аргунск"})
	must(t, err)
	s, err := d.archive.AddSource(ctx, dora, record.Source{Name: "Person X4QA (invented)", Kind: record.PersonSource, Reliability: "B"}, "")
	must(t, err)
	item, err := d.archive.AddItem(ctx, dora, record.Item{Source: s.ID, Title: "What somebody told (invented)", Material: record.Testimony, Words: "Eight of us were held in a cellar."})
	must(t, err)
	c, err := d.archive.AddClaim(ctx, dora, record.Claim{Item: item.ID, Incident: i.ID, Status: record.Detained, Act: record.Detention, Hand: record.FirstHand, Asserted: "2017-04-01", Verbatim: "held in a cellar"})
	must(t, err)
	_, err = d.archive.AddDeed(ctx, dora, record.Deed{Incident: i.ID, Act: record.Detention})
	must(t, err)
	_, err = d.archive.AddStatement(ctx, dora, record.Statement{Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "There was nothing of the kind.", Incident: i.ID})
	must(t, err)
	act, err := d.registry.AddAct(ctx, dora, parties.Act{Incident: i.ID, Code: record.Detention.HURIDOCS(), Title: "held in a cellar", Dated: "2017-02-24/2017-03-03", Place: "Argunsk"})
	must(t, err)
	unit, err := d.registry.AddParty(ctx, dora, parties.Party{Kind: parties.Organisation, Called: "Police unit 7 (invented)"}, parties.Identity{})
	must(t, err)
	_, err = d.registry.Involve(ctx, dora, parties.Involvement{Act: act.ID, Party: unit.ID, Role: parties.Perpetrator, Claims: []string{c.ID}})
	must(t, err)
	_, err = d.tally.Add(ctx, d.who["ana"], figures.Figure{Key: "held", Status: record.Detained, Unit: record.Persons, Scope: figures.Scope{Incident: i.ID}})
	must(t, err)

	p, at := browser.Start(t, browser.NoScript, browser.Phone), d.at["dora"]
	p.Go(at + "/record/incidents/" + i.ID)
	p.Follow(`a[href="/record/places/` + i.ID + `"]`)
	says(t, p, "Argunsk (invented)", "not on the map yet")
	p.Click(`input[name=place][value="x:1"]`)
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "It stands on the map now.", "43.305, 45.871")
	p.Go(at + "/record/places/" + act.ID)
	p.Click(`input[name=place][value="own"]`)
	p.Fill(`[name=name]`, "a cellar by the mill (invented)")
	p.Set(`[name=lat]`, "43.31234")
	p.Set(`[name=lon]`, "45.91")
	p.Set(`[name=within]`, "20")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "Say how exactly the place is known", "43.31234")
	p.Set(`[name=within]`, "500")
	p.Follow(`main form[method=post] button.primary`)
	says(t, p, "43.312, 45.910")
	p.Go(at + "/record/map")
	says(t, p, "43.312, 45.910", "a cellar by the mill", "<circle", "500 m")
	p.Set(`select[name=blur]`, "25")
	p.Follow(`main form button`)
	says(t, p, "never a point", "fewer than 5")
	for _, secret := range []string{"43.312", "43.305", "45.91", "mill", "Detentions", "class=\"pin"} {
		if strings.Contains(p.HTML(), secret) {
			t.Errorf("the map for the public shows %q", secret)
		}
	}
	p.Go(at + "/record/timeline?place=argunsk&from=2017-02-01&to=2017-12-31")
	says(t, p, "held in a cellar", "Detentions in a region", "24 February 2017 to 3 March 2017", `class="span act"`, `class="span incident unsure"`)
	p.Go(at + "/record/timeline?kind=statement")
	says(t, p, "An office (invented)", "Denial")
	if strings.Contains(p.HTML(), "held in a cellar") {
		t.Error("an act among statements")
	}
	p.Go(at + "/record/timeline?from=2018-01-01&to=2017-01-01")
	says(t, p, "It ends before it begins.")

	p.Go(at + "/record/reading/" + i.ID)
	says(t, p, "Police unit 7 (invented)", "did it", "held in a cellar", "Person X4QA (invented)", "B6", "An office (invented)", "There was nothing of the kind.", "People detained", "Argunsk (invented)", "Nothing was found yet.")
	p.Go(d.at["ana"] + "/record/reading/" + i.ID)
	says(t, p, "sealed from you", "Police unit 7 (invented)")
	if n := strings.Count(p.HTML(), "<blockquote"); n > 0 || strings.Contains(p.Text("main"), "Eight of us") {
		t.Error("sealed words are read by one who has no key")
	}
	for _, path := range []string{"/record/reading/" + i.ID, "/record/map", "/record/timeline", "/record/places/" + i.ID} {
		if n := p.Go(d.at["carina"] + path); n != http.StatusForbidden {
			t.Errorf("a caseworker at %s: %d", path, n)
		}
	}
}
