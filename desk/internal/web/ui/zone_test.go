package ui_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type whenView struct {
	ui.Frame
	When time.Time
}

// A time is shown and typed in the zone of the device, and means the same moment everywhere.
func TestZone(t *testing.T) {
	t.Parallel()
	set := ui.Must(ui.Parse(fstest.MapFS{"templates/when.html": {Data: []byte(`{{template "desk" .}}{{define "main"}}<h1>{{.Title}}</h1>{{template "errors" .Form}}<p id="shown">{{.Date .When}}</p>{{template "field" (.Form.Moment "when" "When" .When)}}{{end}}`)}}))
	var kept time.Time
	m := ui.NewMux(ui.Config{Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale())), Clock: clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)),
		Actor: func(*http.Request) (staff.Actor, error) {
			return staff.Actor{Member: staff.Member{ID: "member_x", Name: "Example", Roles: staff.Roles{staff.Caseworker}, Active: true}}, nil
		}})
	m.Get("/when", func(c *ui.Context) error { return c.Render(set, "when", whenView{c.Frame("When"), kept}) })
	m.Post("/when", func(c *ui.Context) error {
		at := c.Time("when")
		if err := c.Wrong(); err != nil {
			f := c.Frame("When")
			f.Form = c.Form(err)
			return c.Invalid(set, "when", whenView{f, kept})
		}
		kept = at
		return c.See("/when", "")
	})
	do := func(zone, method string, form url.Values) string {
		r := httptest.NewRequest(method, "/when", strings.NewReader(form.Encode()))
		if zone != "" {
			r.AddCookie(&http.Cookie{Name: "zone", Value: zone})
		}
		if method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		return html.UnescapeString(w.Body.String())
	}
	has := func(text, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q:\n%s", want, text)
		}
	}
	do("Europe/Berlin", "POST", url.Values{"when": {"2017-04-09T14:05"}})
	if want := time.Date(2017, 4, 9, 12, 5, 0, 0, time.UTC); !kept.Equal(want) {
		t.Fatalf("14:05 in Berlin was kept as %v", kept)
	}
	has(do("Europe/Berlin", "GET", nil), "9 April 2017, 14:05 UTC+2")
	has(do("Asia/Kolkata", "GET", nil), "9 April 2017, 17:35 UTC+5:30")
	has(do("", "GET", nil), "9 April 2017, 12:05 UTC")
	has(do("no/such", "GET", nil), "9 April 2017, 12:05 UTC")
	has(do("Europe/Berlin", "GET", nil), `value="2017-04-09T14:05"`)
	has(do("Europe/Berlin", "GET", nil), `name="when-zone" value="Europe/Berlin"`)

	// A page that was drawn in one zone and sent after another was chosen keeps its meaning.
	do("Asia/Tbilisi", "POST", url.Values{"when": {"2017-04-09T14:05"}, "when-zone": {"Europe/Berlin"}})
	if want := time.Date(2017, 4, 9, 12, 5, 0, 0, time.UTC); !kept.Equal(want) {
		t.Errorf("a form of Berlin was read as %v", kept)
	}
	// When clocks change: an hour that does not exist is refused and stays in the form; of one that comes twice the earlier counts.
	back := do("Europe/Berlin", "POST", url.Values{"when": {"2017-03-26T02:30"}, "when-zone": {"Europe/Berlin"}})
	has(back, "This time does not exist")
	has(back, `value="2017-03-26T02:30"`)
	do("Europe/Berlin", "POST", url.Values{"when": {"2017-10-29T02:30"}})
	if want := time.Date(2017, 10, 29, 0, 30, 0, 0, time.UTC); !kept.Equal(want) {
		t.Errorf("the hour that comes twice was read as %v", kept)
	}
}
