package pathwayweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/boardweb"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/pathwayweb"
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

// house serves cases, the calendar and the ways to each member.
type house struct {
	*desktest.Ground
	t    *testing.T
	book *cases.Book
	at   map[string]string
	who  map[string]staff.Actor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	h := &house{Ground: g, t: t, at: map[string]string{}, who: map[string]staff.Actor{}}
	book, as, gate := func(tx *store.Tx) cases.Store { return tx }, func(tx *store.Tx) pathways.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	h.book = cases.NewBook(store.Within(g.DB, book), store.Reading(g.DB, book), g.Clock, cases.Options{Annexes: []cases.Annex{pathways.Annex{}}})
	guide := &pathways.Guide{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock, Book: h.book,
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(g.DB, gate), Reading: store.Reading(g.DB, gate), Clock: g.Clock}}}
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), boardweb.Locale(), pathwayweb.Locale())
	must(t, err)
	names := map[string]string{}
	for name, role := range map[string]staff.Role{"anna": staff.Caseworker, "boris": staff.Caseworker, "lena": staff.Advocate, "goran": staff.Editor} {
		a := g.Member(t, name+" (invented)", role)
		h.who[name], names[a.ID] = a, a.Name
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return a, nil }})
		(&caseweb.Room{Book: h.book}).Register(m)
		(&boardweb.Room{Book: h.book}).Register(m)
		(&pathwayweb.Room{Guide: guide, Names: func(context.Context) (map[string]string, error) { return names, nil }}).Register(m)
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

func idIn(t *testing.T, text, kind string) string {
	t.Helper()
	id := regexp.MustCompile(kind + `_[a-z2-7]{26}`).FindString(text)
	if id == "" {
		t.Fatalf("no %s on the page", kind)
	}
	return id
}

// TestRoadAlongAPathway plays it on a phone without a script: an advocate notes a
// pathway with its sources and a confidential offer; a caseworker compares, applies
// with places of the offer, notes an appointment with a check-in; it waits, it passes
// and nobody says how it went; a refusal, its deadline, the appeal, the grant.
func TestRoadAlongAPathway(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	f, err := h.book.Open(ctx, h.who["anna"], cases.Opening{Assign: []string{h.who["anna"].ID}})
	must(t, err)
	a, err := h.book.KeepParty(ctx, h.who["anna"], f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example (invented)"})
	must(t, err)
	_, err = h.book.KeepParty(ctx, h.who["anna"], f.ID, "", 0, cases.Party{Code: "B", Name: "Timur Example (invented)", Minor: true, Interest: "Stays with A."})
	must(t, err)
	_, err = h.book.KeepPaper(ctx, h.who["anna"], f.ID, "", 0, cases.Paper{Party: a.ID, Kind: "passport", Status: cases.PaperHeld, Until: "2018-01-01"})
	must(t, err)
	anna, lena, c := h.at["anna"], h.at["lena"], "/cases/"+f.ID
	p := browser.Start(t, browser.NoScript, browser.Phone)

	p.Go(lena + "/pathways/new")
	p.Fill(`[name=title]`, "Visa on humanitarian grounds")
	p.Fill(`[name=country]`, "lt")
	p.Click(`input[name=minors][value=with]`)
	p.Click(`input[name=must][value=passport]`)
	p.Fill(`[name=step]`, "We write to the ministry; 2-5\nThe consulate invites them; 5-20")
	p.Fill(`[name=qualifies]`, "Whoever is in danger for who they are.")
	p.Set(`input[name=review]`, "2017-06-01")
	p.Follow(`main form button.primary`)
	says(t, p, "Say where this is from.", "Whoever is in danger for who they are.")
	p.Fill(`[name=qualifies-source]`, "an invented notice")
	p.Set(`input[name=qualifies-day]`, "2017-04-08")
	p.Follow(`main form button.primary`)
	says(t, p, "Lithuania", "7 to 25 days", "an invented notice")

	p.Go(lena + "/offers/new")
	p.Fill(`[name=country]`, "LT")
	p.Fill(`[name=by]`, "An office (invented)")
	p.Fill(`[name=places]`, "2")
	p.Set(`select[name=pathway]`, idIn(t, p.HTML(), "pathway"))
	p.Set(`input[name=from]`, "2017-04-01")
	p.Follow(`main form button.primary`)
	says(t, p, "confidential", "An office (invented)")
	if n := p.Go(h.at["goran"] + "/offers"); n != http.StatusForbidden {
		t.Errorf("an editor reads the offers: %d", n)
	}

	p.Go(anna + c + "/ways")
	says(t, p, "No application is noted yet.")
	p.Go(anna + c + "/ways/fit")
	p.Click(`#f-parties-0`)
	p.Click(`#f-parties-1`)
	p.Follow(`main form button.primary`)
	says(t, p, "A holds: Passport", "B (a minor) does not hold: Passport", "2 places are left", "something stands in the way")
	if strings.Contains(p.URL(), "party") {
		t.Error("who is asked for stands in the address")
	}

	p.Go(anna + c + "/ways/new")
	p.Click(`#f-parties-0`)
	p.Click(`#f-parties-1`)
	p.Set(`select[name=offer]`, idIn(t, p.HTML(), "offer"))
	p.Fill(`[name=reference]`, "LT-20417")
	p.Follow(`main form button.primary`)
	says(t, p, "being prepared", "We write to the ministry: by 14 April 2017", "Takes places of")
	p.Go(anna + "/offers")
	says(t, p, "Held for somebody")
	if text := p.Text(`main section[id^=offer] dl`); !strings.Contains(strings.Join(strings.Fields(text), " "), "Left 0") {
		t.Errorf("two of two places are held: %s", text)
	}
	p.Go(anna + c + "/ways")
	id := idIn(t, p.HTML(), "application")
	p.Go(anna + c + "/ways/" + id + "/edit")
	p.Set(`input[name=done-0]`, "2017-04-09")
	p.Fill(`[name=paper-0]`, "The passport of A")
	p.Set(`select[name=holder-0]`, "office")
	p.Set(`input[name=since-0]`, "2017-04-09")
	p.Follow(`main form button.primary`)
	says(t, p, "on its way", "The passport of A: the office", "done on 9 April 2017")

	h.appointment(p, c, id)
	h.decisions(p, c, id)
}

// appointment: by the clocks there, with a check-in; it waits, passes, and is answered.
func (h *house) appointment(p *browser.Page, c, id string) {
	t, anna := h.t, h.at["anna"]
	p.Go(anna + c + "/appointments/new?application=" + id)
	p.Set(`input[name=at]`, "2017-04-12T10:30")
	p.Set(`select[name=at-zone]`, "Europe/Vilnius")
	p.Fill(`[name=where]`, "An office, second floor")
	p.Set(`select[name=remind]`, "24")
	p.Follow(`main form button.primary`)
	says(t, p, "Agree on a sign that all is well.", "An office, second floor")
	p.Fill(`[name=sign]`, "the queue was short")
	p.Fill(`[name=duress]`, "the queue was long")
	p.Follow(`main form button.primary`)
	says(t, p, "there: 2017-04-12 10:30 (Europe/Vilnius)", "they report afterwards")
	p.Go(anna + "/cases/calendar?shape=week&day=2017-04-12")
	says(t, p, "Appointment", "An office, second floor", "07:30")
	h.Clock.Advance(2 * 24 * time.Hour)
	p.Go(anna + c)
	says(t, p, "An appointment is near")
	h.Clock.Advance(24 * time.Hour) // 12 April, 12:00 UTC: they were to report until 10:30
	if _, err := h.book.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Go(anna + c + "/ways")
	says(t, p, "nobody said how it went")
	p.Go(anna + c)
	says(t, p, "no sign of life. The ladder runs.")
	p.Go(anna + c + "/watch/" + idIn(t, p.HTML(), "checkin") + "/answer")
	p.Click(`input[name=what][value=found]`)
	p.Fill(`[name=words]`, "They sit at the lawyer's.")
	p.Follow(`main form button.primary`)
	p.Go(anna + c + "/ways")
	p.Go(anna + c + "/appointments/" + idIn(t, p.HTML(), "appointment") + "/edit")
	p.Click(`input[name=state][value=attended]`)
	p.Follow(`main form button.primary`)
	says(t, p, "They were there")
}

// decisions: refused with a deadline that waits, appealed, granted; the offer's places follow.
func (h *house) decisions(p *browser.Page, c, id string) {
	t, anna := h.t, h.at["anna"]
	left := func(want string) {
		t.Helper()
		p.Go(anna + "/offers")
		if text := strings.Join(strings.Fields(p.Text(`main section[id^=offer] dl`)), " "); !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	p.Go(anna + c + "/decisions/new?application=" + id)
	p.Click(`input[name=outcome][value=refused]`)
	p.Set(`input[name=day]`, "2017-04-12")
	p.Set(`input[name=by]`, "2017-04-20")
	p.Follow(`main form button.primary`)
	says(t, p, "to be answered by 20 April 2017")
	left("Left 2")
	p.Go(anna + c)
	says(t, p, "A decision must be answered by a day")
	p.Go(anna + c + "/ways")
	p.Go(anna + c + "/decisions/" + idIn(t, p.HTML(), "decision") + "/edit")
	p.Set(`input[name=answered]`, "2017-04-13")
	p.Follow(`main form button.primary`)
	says(t, p, "appealed")
	left("Held for somebody 2")
	p.Go(anna + c + "/decisions/new?application=" + id)
	p.Click(`input[name=outcome][value=granted]`)
	p.Set(`input[name=day]`, "2017-05-02")
	p.Follow(`main form button.primary`)
	says(t, p, "granted")
	left("Taken 2")
}

// TestWaysAreClosed: every page of a case's ways is closed to who is not assigned,
// and opens in both languages for who is; a reading changes nothing.
func TestWaysAreClosed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, err := h.book.Open(t.Context(), h.who["anna"], cases.Opening{Assign: []string{h.who["anna"].ID}})
	must(t, err)
	for _, path := range []string{"/ways", "/ways/fit", "/ways/new", "/appointments/new", "/decisions/new"} {
		for who, want := range map[string]int{"anna": http.StatusOK, "boris": http.StatusNotFound, "lena": http.StatusForbidden} {
			for _, lang := range []string{"en", "ru"} {
				r, err := http.NewRequest(http.MethodGet, h.at[who]+"/cases/"+f.ID+path, nil)
				must(t, err)
				r.Header.Set("Accept-Language", lang)
				got, err := http.DefaultClient.Do(r)
				must(t, err)
				must(t, got.Body.Close())
				if got.StatusCode != want {
					t.Errorf("%s for %s in %s: %d", path, who, lang, got.StatusCode)
				}
			}
		}
	}
}
