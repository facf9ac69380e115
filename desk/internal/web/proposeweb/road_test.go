package proposeweb_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/proposeweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type house struct {
	*desktest.Ground
	t    *testing.T
	book *cases.Book
	team *team.Board
	at   map[string]string
	who  map[string]staff.Actor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	h := &house{Ground: g, t: t, at: map[string]string{}, who: map[string]staff.Actor{}}
	as := func(tx *store.Tx) cases.Store { return tx }
	h.book = cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	of := func(tx *store.Tx) team.Store { return tx }
	h.team = &team.Board{Within: store.Within(g.DB, of), Reading: store.Reading(g.DB, of), Clock: g.Clock, Book: h.book}
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), proposeweb.Locale())
	must(t, err)
	for _, name := range []string{"anna", "boris", "clara"} {
		a := g.Member(t, name+" (invented)", staff.Caseworker)
		h.who[name] = a
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return a, nil }})
		(&caseweb.Room{Book: h.book}).Register(m)
		(&proposeweb.Room{Book: h.book}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		h.at[name] = s.URL
	}
	return h
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

// TestPartyOfThree plays it on a phone without a script: two adults and a minor, three
// legs, two countries. The places and the three legs come from the proposer, with an
// escort who can and a way that their papers allow; each leg gets its go by two
// people, a check-in runs over each, and they arrive.
func TestPartyOfThree(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	anna := h.who["anna"]
	f, err := h.book.Open(ctx, anna, cases.Opening{Assign: []string{anna.ID, h.who["boris"].ID}})
	must(t, err)
	c := "/cases/" + f.ID
	for _, x := range []cases.Party{{Code: "A", Name: "Ruslan Example (invented)"}, {Code: "B", Name: "Mariam Example (invented)"}, {Code: "C", Minor: true, Interest: "Stays with A and B."}} {
		s, err := h.book.KeepParty(ctx, anna, f.ID, "", 0, x)
		must(t, err)
		_, err = h.book.KeepPaper(ctx, anna, f.ID, "", 0, cases.Paper{Party: s.ID, Kind: "passport", Country: "GE", Status: cases.PaperHeld, Until: "2017-04-11"})
		must(t, err)
	}
	for n, x := range []struct{ code, country string }{{"Mill", "GE"}, {"Attic", "GE"}, {"Orchard", "AM"}} {
		_, err := h.book.KeepPlace(ctx, anna, "", 0, cases.Place{Code: x.code, Kind: "flat", Address: "Invented Lane " + x.code, Capacity: 4, Status: cases.Available, Point: &cases.Point{Lat: 42 + float64(n), Lon: 44, Within: 5}, Trait: cases.Trait{Country: x.country, Suits: []string{"minor"}}})
		must(t, err)
	}
	p := browser.Start(t, browser.NoScript, browser.Phone)
	for _, name := range []string{"boris", "clara"} {
		p.Go(h.at[name] + "/escorts")
		p.Click(`input[name=ready]`)
		p.Fill(`[name=speaks]`, "ru, ka")
		p.Follow(`main form button.primary`)
		says(t, p, "Kept. Caseworkers see it")
	}
	gone := team.Leave{ID: ids.New("leave"), Member: h.who["boris"].ID, From: h.Clock.Now(), Until: h.Clock.Now().Add(12 * 24 * time.Hour)}
	_, err = h.team.Absent(ctx, h.who["boris"], gone, false, true)
	must(t, err)

	p.Go(h.at["anna"] + c + "/propose")
	for n := range 3 {
		p.Click(`#f-parties-` + strconv.Itoa(n))
	}
	p.Fill(`[name=from]`, "the old bridge")
	p.Fill(`[name=from-point]`, "41.5, 44")
	p.Set(`select[name=stops]`, "3")
	p.Fill(`[name=nights]`, "1")
	p.Fill(`[name=here]`, "ge")
	p.Fill(`[name=country]`, "am")
	p.Fill(`[name=speak]`, "ka")
	p.Set(`input[name=earliest]`, h.Clock.Now().Format("2006-01-02T15:04"))
	p.Follow(`main form[action$="/propose"] button.primary`)
	says(t, p, "Proposal 1", "All stay together the whole way.", "Leg 3: how, and who goes along", "clara (invented)", "speaks ka with them", "boris (invented)", "is away then", "The ticket has a name", "A: Passport, B: Passport, C: Passport")
	if got := p.Value(`.proposal select[name=escort-0]`); got != "" {
		t.Errorf("somebody is chosen before a person chose: %q", got)
	}
	says(t, p, "clara (invented): proposed", "cannot unlearn them")
	for n := range 3 {
		p.Set(`.proposal select[name=escort-`+strconv.Itoa(n)+`]`, h.who["clara"].ID)
	}
	if strings.Contains(p.URL(), "41.5") {
		t.Error("where they are stands in the address")
	}
	p.Follow(`.proposal form[action$="/take"] button`)
	says(t, p, "The legs stand in the plan as drafts", "clara (invented)")

	legs := slices.Compact(regexp.MustCompile(`/legs/leg_[a-z2-7]{26}`).FindAllString(p.HTML(), -1))
	slices.SortFunc(legs, func(a, b string) int { return strings.Index(p.HTML(), a) - strings.Index(p.HTML(), b) })
	if legs = slices.Compact(legs); len(legs) < 3 {
		t.Fatalf("%d legs", len(legs))
	}
	for n, leg := range legs[:3] {
		h.travel(p, c, leg, n)
	}
	p.Go(h.at["anna"] + c)
	says(t, p, "Relocated", "Invented Lane Orchard")
	k, err := h.book.Case(ctx, anna, f.ID)
	must(t, err)
	if !k.Legs[2].Abroad || k.Legs[0].Abroad || !k.Legs[2].Final || k.Legs[0].Final {
		t.Errorf("which leg leads abroad and ends the journey is wrong: %+v", k.Legs)
	}
}

// travel takes one leg from its two goes to its arrival, with a check-in over it.
func (h *house) travel(p *browser.Page, c, leg string, n int) {
	t := h.t
	for _, who := range []string{"anna", "boris"} {
		p.Go(h.at[who] + leg)
		if n == 2 {
			says(t, p, "A: Passport runs out on 11 April 2017, before this leg has ended.")
			p.Follow(`#why form button`)
			says(t, p, "Say why they go all the same")
			p.Fill(`[name=why]`, "The consulate waits for them (invented).")
			p.Follow(`#why form button`)
			says(t, p, "Why go, although a paper runs out", "The consulate waits for them (invented).")
			continue
		}
		p.Follow(`#go form button.primary`)
	}
	says(t, p, "Ready")
	if n > 0 {
		h.Clock.Advance(32 * time.Hour)
	}
	step := func(to string) {
		p.Go(h.at["clara"] + leg) // the escort, who holds the leg alone
		p.Click(`input[name=to][value=` + to + `]`)
		p.Fill(`[name=reason]`, "as agreed")
		p.Follow(`#step form button`)
	}
	p.Go(h.at["anna"] + c + "/watch/new")
	p.Click(`#f-party-0`)
	p.Fill(`[name=sign]`, "the kettle is on")
	p.Fill(`[name=duress]`, "greet your aunt")
	p.Set(`input[name=due]`, h.Clock.Now().Add(4*time.Hour).Format("2006-01-02T15:04"))
	p.Follow(`main form button.primary`)
	step("underway")
	if n := p.Go(h.at["clara"] + c); n != http.StatusNotFound {
		t.Errorf("the escort opens the case: %d", n)
	}
	p.Go(h.at["anna"] + c)
	says(t, p, "On the way")
	p.Go(h.at["anna"] + c + "/watch")
	all := regexp.MustCompile(`/watch/checkin_[a-z2-7]{26}/answer`).FindAllString(p.HTML(), -1)
	p.Go(h.at["anna"] + c + all[len(all)-1])
	p.Click(`input[name=what][value=ok]`)
	p.Follow(`main form button.primary`)
	step("arrived")
}
