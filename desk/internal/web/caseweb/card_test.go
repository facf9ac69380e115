package caseweb_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/store"
	"waylight/internal/browser"
)

// TestCardTellsNothing plays it in a browser without a script: an escort draws words
// and prints the card of each role. Nothing of the case, the people, the places, the
// day or the hour is in the page of the card, not even in its title; each role sees no
// more than it needs; a lost card is void; the ledger says who printed for whom; a
// member without the leg finds nothing.
func TestCardTellsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "priority", "urgent")
	code := regexp.MustCompile(`[A-Z]{2}-[0-9]{4}`).FindString(d.page("anna", c))
	d.form("anna", c+"/people/new", "code", "Quux", "name", "Ruslan Example")
	d.form("anna", c+"/legs/new", "parties", d.first(d.page("anna", c+"/people"), "party"), "from", "the old mill", "to", "the blue gate", "names", "a red scarf", "escort", d.actors["boris"].ID, "mode", "car", "papers", "none",
		"earliest", d.ground.Clock.Now().Add(5*time.Hour).Format("2006-01-02T15:04"), "latest", d.ground.Clock.Now().Add(7*time.Hour).Format("2006-01-02T15:04"))
	leg := "/legs/" + d.first(d.page("anna", c+"/plan"), "leg")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Test-Actor", "boris")
		d.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	p := browser.Start(t, browser.NoScript, browser.Phone)
	p.Go(s.URL + leg)
	p.Go(s.URL + leg + "/card")
	p.Follow(`main form button`)
	if text := p.Text("main"); !strings.Contains(text, "the old mill") || !strings.Contains(text, "Say this, do not write it") {
		t.Fatalf("the words are not explained to who holds the leg:\n%s", text)
	}
	cards := map[string]string{}
	for role, lines := range map[string]int{"escort": 5, "driver": 3, "person": 3} {
		if n := p.Go(s.URL + leg + "/card/" + role); n != http.StatusOK {
			t.Fatalf("%s: %d", role, n)
		}
		if n := p.Count("article li"); n != lines {
			t.Errorf("%s has %d lines", role, n)
		}
		cards[role] = p.Text("article")
		text := html.UnescapeString(p.HTML())
		for _, secret := range []string{code, "Quux", "Ruslan", "mill", "gate", "scarf", "boris", "anna", "Waylight", "2017", "April", "17:00", "19:00", strings.TrimPrefix(leg, "/legs/"), strings.TrimPrefix(c, "/cases/")} {
			if strings.Contains(text, secret) {
				t.Errorf("the card of %s says %q:\n%s", role, secret, text)
			}
		}
	}
	line := func(card string, n int) string { return strings.Split(strings.TrimSpace(card), "\n")[n] }
	if line(cards["driver"], 1) != line(cards["escort"], 1) || strings.Contains(cards["person"], strings.Fields(line(cards["escort"], 2))[0]) {
		t.Errorf("who travels can read where it leads: %q, %q", cards["person"], cards["escort"])
	}
	p.Go(s.URL + leg + "/card")
	p.Follow(`main form button`)
	p.Go(s.URL + leg + "/card/escort")
	if p.Text("article") == cards["escort"] {
		t.Error("a lost card still holds")
	}
	for _, path := range []string{"/card", "/card/escort"} {
		if w := d.do("lena", "GET", leg+path, nil); w.Code != http.StatusNotFound {
			t.Errorf("without the leg: %s answers %d", path, w.Code)
		}
	}
	if w := d.do("boris", "GET", leg+"/card/rubbish", nil); w.Code != http.StatusNotFound {
		t.Errorf("a role that there is not: %d", w.Code)
	}
	printed := 0
	if err := d.ground.DB.Read(t.Context(), func(tx *store.Tx) error {
		_, size, err := tx.LedgerRoot(t.Context())
		if err != nil {
			return err
		}
		all, err := tx.LedgerRecords(t.Context(), "", 0, int(size))
		for _, e := range all {
			if e.Action == "leg.card-printed" && e.Actor == d.actors["boris"].ID {
				printed++
			}
		}
		return err
	}); err != nil || printed != 4 {
		t.Errorf("%d printings in the ledger, %v", printed, err)
	}
}
