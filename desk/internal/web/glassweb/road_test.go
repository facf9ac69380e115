package glassweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/glassweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// TestTwoSessions plays it in two browsers, one without a script on a small screen: the security officer
// chooses the holders, the only caseworker is gone, one asks, the second agrees, the
// security officer is alarmed on every page, and it ends by itself.
func TestTwoSessions(t *testing.T) {
	t.Parallel()
	g := desktest.New(t)
	ctx := t.Context()
	as := func(tx *store.Tx) cases.Store { return tx }
	book := cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	asGlass := func(tx *store.Tx) glass.Store { return tx }
	pane := &glass.Pane{Within: store.Within(g.DB, asGlass), Reading: store.Reading(g.DB, asGlass), Clock: g.Clock, Book: book}
	words := i18n.Must(i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), glassweb.Locale()))
	at, who := map[string]string{}, map[string]staff.Actor{}
	members := func(ctx context.Context) (all []staff.Member, err error) {
		err = g.DB.Read(ctx, func(tx *store.Tx) (err error) { all, err = tx.Members(ctx); return err })
		return staff.With(all), err
	}
	for name, role := range map[string]staff.Role{"anna": staff.Caseworker, "boris": staff.Caseworker, "clara": staff.Caseworker, "dina": staff.Documenter, "hanna": staff.Security} {
		me := g.Member(t, name+" (invented)", role)
		who[name] = me
		room := &glassweb.Room{Pane: pane, Members: members, Names: func(ctx context.Context) (map[string]string, error) {
			out := map[string]string{}
			for n, a := range who {
				out[a.ID] = n + " (invented)"
			}
			return out, nil
		}}
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Bells: room.Bells, Actor: func(*http.Request) (staff.Actor, error) { return me, nil }})
		room.Register(m)
		(&caseweb.Room{Book: book}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		at[name] = s.URL
	}
	says := func(p *browser.Page, want ...string) {
		t.Helper()
		text := html.UnescapeString(p.HTML())
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Fatalf("%q is not on the page:\n%s", w, p.Text("body"))
			}
		}
	}
	one, two := browser.Start(t, browser.NoScript, browser.Phone), browser.Start(t, browser.Desktop)

	two.Go(at["hanna"] + "/break-glass")
	says(two, "a case whose caseworkers are gone is lost")
	for _, n := range []string{"boris", "dina", "hanna"} {
		two.Click(`input[name=holders][value="` + who[n].ID + `"]`)
	}
	two.Follow(`form[action="/break-glass/holders"] button`)
	says(two, "The parts are given.")
	f, err := book.Open(ctx, who["anna"], cases.Opening{Assign: []string{who["anna"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.KeepParty(ctx, who["anna"], f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example"}); err != nil {
		t.Fatal(err)
	}

	one.Go(at["clara"] + "/break-glass")
	says(one, "You hold no part.")
	if n := one.Go(at["boris"] + "/cases/" + f.ID); n != http.StatusNotFound {
		t.Fatalf("the case is open already: %d", n)
	}
	one.Go(at["boris"] + "/break-glass")
	one.Fill(`input[name=code]`, "XX-0000")
	one.Fill(`textarea[name=reason]`, "Anna was arrested this morning (invented).")
	one.Click(`input[name=second][value="` + who["dina"].ID + `"]`)
	one.Follow(`form[action="/break-glass/ask"] button`)
	says(one, "There is no case with this code.", "Anna was arrested this morning (invented).")
	one.Fill(`input[name=code]`, f.Pseudonym)
	one.Follow(`form[action="/break-glass/ask"] button`)
	says(one, "Asked. The second person sees it on every page.", "Waits for the second person")

	two.Go(at["anna"] + "/cases")
	says(two, "is asked to be opened by two people who are not assigned")
	two.Go(at["dina"] + "/break-glass")
	says(two, "You are called.", "Case "+f.Pseudonym, "boris (invented)", "Anna was arrested this morning (invented).")
	two.Follow(`button[name=yes][value=yes]`)
	says(two, "The case is open for your colleague.")

	if n := one.Go(at["boris"] + "/cases/" + f.ID + "/people"); n != http.StatusOK {
		t.Fatalf("the case is not open: %d", n)
	}
	says(one, "Ruslan Example")
	one.Go(at["boris"] + "/cases/" + f.ID)
	says(one, "boris (invented), until")
	two.Go(at["hanna"] + "/break-glass")
	says(two, "Case "+f.Pseudonym+" was opened by two people who were not assigned.", "Open now")
	two.Follow(`form[action$="/seen"] button`)
	if strings.Contains(two.HTML(), "was opened by two people") {
		t.Fatal("it rings on after it was seen")
	}

	g.Clock.Advance(8*time.Hour + time.Minute)
	if n, err := book.EndTimed(ctx, []staff.Actor{who["anna"]}); err != nil || n != 1 {
		t.Fatalf("%d ended, %v", n, err)
	}
	if n := one.Go(at["boris"] + "/cases/" + f.ID); n != http.StatusNotFound {
		t.Fatalf("the case is open after its time: %d", n)
	}
	one.Go(at["boris"] + "/break-glass")
	if text := one.Text("main"); !strings.Contains(text, "Case "+f.Pseudonym+" Over") {
		t.Fatalf("it is not said to be over:\n%s", text)
	}
}
