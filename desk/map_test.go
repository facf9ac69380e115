package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/store"
)

// TestMapOfAReport: an editor chooses a map on the page; the draft's page shows areas with
// enough incidents, a table of the same and a large town, on a telephone too; an area with
// four is nowhere, and a town whose name is protected stops the draft.
func TestMapOfAReport(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	dina, goran := team["dina"], team["goran"]
	if _, err := r.atlas.Load(ctx, dina, []gazetteer.Place{
		{Key: "x:1", Name: "Argunsk (invented)", Names: "Аргунск (вымышлен)", Kind: "P.PPL", Lat: 43.3, Lon: 45.9, Population: 50_000, Reach: 5000},
	}); err != nil {
		t.Fatal(err)
	}
	put := func(n int, lat, lon float64) {
		t.Helper()
		for range n {
			i, err := r.archive.AddIncident(ctx, dina, record.Incident{Title: "An invented incident", Span: "2017-03"})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.atlas.Put(ctx, dina, gazetteer.Spot{Subject: i.ID, Name: "x (invented)", Lat: lat, Lon: lon, Within: 500}, 0, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(7, 43.3, 45.9)
	put(4, 44.9, 47.9)
	all, err := r.board.Campaigns(ctx, goran)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	cookie, err := d.SignIn(ctx, "goran", phrase(t, cast, "goran"))
	if err != nil {
		t.Fatal(err)
	}
	body := url.Values{"campaign": {all[0].ID}, "day": {"2019-01-01"}, "map": {"50"}}.Encode()
	q := httptest.NewRequestWithContext(ctx, http.MethodPost, "/publish", strings.NewReader(body))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.AddCookie(&http.Cookie{Name: "waylight", Value: cookie})
	w := httptest.NewRecorder()
	r.pages.ServeHTTP(w, q)
	id := regexp.MustCompile(`edition_[a-z0-9]+`).FindString(w.Header().Get("Location"))
	if id == "" {
		t.Fatalf("no draft: %d %s", w.Code, w.Body)
	}
	p, err := r.gateway.Open(ctx, goran, id)
	if err != nil || p.Edition.Report.Map == nil || len(p.Edition.Report.Map.Areas) != 1 || p.Edition.Report.Map.Areas[0].Incidents != 7 {
		t.Fatalf("%+v %v", p.Edition.Report.Map, err)
	}
	page := knock(t, r.pages, http.MethodGet, "/publish/"+id+"/preview/"+p.Edition.Slug+".ru.html", cookie)
	for _, words := range []string{"<svg viewBox", "Аргунск (вымышлен)", "Где произошли события"} {
		if !strings.Contains(page.Body.String(), words) {
			t.Errorf("the page does not show %q (%d)", words, page.Code)
		}
	}
	if strings.Contains(page.Body.String(), "47,") {
		t.Error("an area with four incidents is told of")
	}
	if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_map", "place", "Argunsk") }); err != nil {
		t.Fatal(err)
	}
	if p, err = r.gateway.Open(ctx, goran, id); err != nil || !publish.Blocked(p.Hits) {
		t.Errorf("a protected place stands on the map: %v", err)
	}
	if _, none, err := r.compose(ctx, goran, all[0].ID, "2019-01-01", 0); err != nil || none.Map != nil {
		t.Errorf("a map that nobody chose: %v", err)
	}
}
