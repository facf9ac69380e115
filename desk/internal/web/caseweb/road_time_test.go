package caseweb_test

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/browser"
)

// TestAccessThatEnds plays it in a browser without a script: a colleague is added
// until a time, sees the time left, and at the end the case is gone for them and
// has new keys; for the one who stays nothing changes.
func TestAccessThatEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "priority", "urgent")
	d.form("anna", c+"/people/new", "code", "A", "name", "Ruslan Example")
	at := map[string]string{"anna": d.serveAs("anna"), "boris": d.serveAs("boris")}
	p := browser.Start(t, browser.NoScript, browser.Phone)
	says := func(want string) {
		t.Helper()
		if !strings.Contains(html.UnescapeString(p.HTML()), want) {
			t.Fatalf("%q is not on the page:\n%s", want, p.Text("body"))
		}
	}
	end := d.ground.Clock.Now().Add(2 * time.Hour)
	p.Go(at["anna"] + c + "/team")
	p.Set(`select[name=add]`, d.actors["boris"].ID)
	p.Set(`input[name=until]`, d.ground.Clock.Now().Add(-time.Hour).Format("2006-01-02T15:04"))
	p.Follow(`main form button.primary`)
	says("This time is over.")
	p.Set(`input[name=until]`, end.Format("2006-01-02T15:04"))
	p.Follow(`main form button.primary`)
	says("boris (invented), until")
	if n := p.Go(at["boris"] + c + "/people"); n != http.StatusOK {
		t.Fatalf("boris cannot open it: %d", n)
	}
	says("Ruslan Example")
	// A leg that is planned meanwhile ends with the rest.
	d.form("anna", c+"/legs/new", "parties", d.first(d.page("anna", c+"/people"), "party"), "from", "x", "to", "y", "mode", "car", "earliest", end.Format("2006-01-02T15:04"), "latest", end.Format("2006-01-02T15:04"))
	leg := "/legs/" + d.first(d.page("anna", c+"/plan"), "leg")
	d.page("boris", leg)
	// Nobody gives themselves more time.
	d.do("boris", "POST", c+"/team", map[string][]string{"add": {d.actors["boris"].ID}})
	d.ground.Clock.Advance(2 * time.Hour)
	if n, err := d.book.EndTimed(t.Context(), []staff.Actor{d.actors["anna"]}); err != nil || n != 2 {
		t.Fatalf("%d ended, %v", n, err)
	}
	for _, path := range []string{c, leg} {
		if n := p.Go(at["boris"] + path); n != http.StatusNotFound {
			t.Errorf("%s is open after the time: %d", path, n)
		}
		d.page("anna", path)
	}
	d.page("anna", c+"/people", "Ruslan Example")
}
