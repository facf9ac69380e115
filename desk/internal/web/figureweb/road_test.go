package figureweb_test

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/founding"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// desk serves record and figures over real storage; who acts is named by a header of the test.
type desk struct {
	t       *testing.T
	ground  *desktest.Ground
	archive *record.Archive
	mux     http.Handler
	actors  map[string]staff.Actor
	lang    string
}

func newDesk(t *testing.T) *desk {
	t.Parallel()
	g := desktest.New(t)
	d := &desk{t: t, ground: g, actors: map[string]staff.Actor{}, lang: "en"}
	asRecord, asFigures := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) figures.Store { return tx }
	d.archive = record.NewArchive(store.Within(g.DB, asRecord), store.Reading(g.DB, asRecord), g.Clock)
	tally := figures.NewTally(store.Within(g.DB, asFigures), store.Reading(g.DB, asFigures), g.Clock)
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), figureweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(r *http.Request) (staff.Actor, error) {
		a, ok := d.actors[r.Header.Get("Test-Actor")]
		if !ok {
			return a, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return a, nil
	}})
	members := func(ctx context.Context) (all []staff.Member, err error) {
		return all, g.DB.Read(ctx, func(tx *store.Tx) error { all, err = tx.Members(ctx); return err })
	}
	(&recordweb.Room{Archive: d.archive, Members: members, Import: func(ctx context.Context, by staff.Actor, doc scenario.Document) (record.Imported, error) {
		return tally.Import(ctx, by, d.archive, doc)
	}}).Register(m)
	(&figureweb.Room{Tally: tally, Incidents: d.archive.Incidents, Members: members}).Register(m)
	d.mux = m
	d.actors["dora"] = g.Member(t, "Dora (invented)", staff.Documenter)
	d.actors["daniel"] = g.Member(t, "Daniel (invented)", staff.Documenter)
	d.actors["ana"] = g.Member(t, "Ana (invented)", staff.Analyst)
	d.actors["carina"] = g.Member(t, "Carina (invented)", staff.Caseworker)
	return d
}

func (d *desk) do(actor, method, path string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Test-Actor", actor)
	r.Header.Set("Accept-Language", d.lang)
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

var tags = regexp.MustCompile(`<[^>]*>`)

// page gets a page and checks that its text shows each of want.
func (d *desk) page(actor, path string, want ...string) string {
	d.t.Helper()
	w := d.do(actor, "GET", path, nil)
	body := w.Body.String()
	if w.Code != http.StatusOK {
		d.t.Fatalf("GET %s as %s: %d %s", path, actor, w.Code, body)
	}
	d.shows(path, body, want...)
	return body
}

func (d *desk) shows(where, body string, want ...string) {
	d.t.Helper()
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
	for _, s := range want {
		if !strings.Contains(text, s) {
			d.t.Errorf("%s does not show %q", where, s)
		}
	}
}

// send posts a form and gives the place where it leads.
func (d *desk) send(actor, path string, fields ...string) string {
	d.t.Helper()
	w := d.do(actor, "POST", path, pairs(fields))
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("POST %s as %s: %d %s", path, actor, w.Code, w.Body.String())
	}
	return w.Header().Get("Location")
}

// refuse posts a form that must come back with a status and a sentence.
func (d *desk) refuse(actor, path string, status int, sentence string, fields ...string) {
	d.t.Helper()
	w := d.do(actor, "POST", path, pairs(fields))
	if w.Code != status {
		d.t.Errorf("POST %s as %s: %d, want %d", path, actor, w.Code, status)
	}
	d.shows("POST "+path, w.Body.String(), sentence)
}

func pairs(fields []string) url.Values {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form
}

// find gives the address of the first link whose text contains words.
func (d *desk) find(body, words string) string {
	d.t.Helper()
	for _, m := range regexp.MustCompile(`(?s)<a href="([^"]+)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(body, -1) {
		if strings.Contains(html.UnescapeString(m[2]), words) {
			return m[1]
		}
	}
	d.t.Fatalf("no link says %q", words)
	return ""
}

func path(location string) string { p, _, _ := strings.Cut(location, "?"); return p }

// The founding scenario enters by the page, its figures stand with their claims
// and the denial, and a testimony changes a figure while its history stays.
func TestFoundingRoad(t *testing.T) {
	d := newDesk(t)
	broken := string(bytes.Replace(founding.Scenario(), []byte(`"bound": "up to"`), []byte(`"bound": "upto"`), 1))
	d.refuse("dora", "/record/import", http.StatusUnprocessableEntity, `line 32, claims[4].bound: "upto" is not a bound`, "file", broken)
	d.page("dora", "/figures", "No figure yet")
	incident := d.send("dora", "/record/import", "file", string(founding.Scenario()))
	d.page("dora", incident, "The file is in the record, whole.", "Arbitrary detention", "more than 100", "Novaya Gazeta", "Spokesman of the leader of Chechnya", "Denies what is reported.", "Killing", "up to 20")
	if again := d.send("dora", "/record/import", "file", string(founding.Scenario())); path(again) != "/record" {
		t.Errorf("the second import led to %s", again)
	}

	list := d.page("ana", "/figures", "People detained at least 101", "People killed 3 to 20", "People tortured not known", "1 denial beside it")
	sheets := regexp.MustCompile(`href="(/figures/figure_[a-z2-7]+)"`).FindAllStringSubmatch(list, -1)
	detained, killed := sheets[0][1], sheets[1][1]
	d.page("ana", killed, "3 to 20", "at least 3 — Novaya Gazeta", "up to 20 — Independent sources", "Spokesman of the leader of Chechnya", "The lowest lower bound that is stated: 3.", "The highest upper bound that is stated: 20.")
	sheet := d.page("ana", detained, "at least 101", "more than 100 — Novaya Gazeta", "It says that it happened and gives no number of its own.", "No claim states an upper bound.", "Denies what is reported.")
	claim := d.find(sheet, "more than 100")
	d.page("ana", claim, "more than 100", "Novaya Gazeta", "is confirmed by", "Spokesman of the leader of Chechnya")

	// A testimony arrives from a case; the caseworker cannot read the record.
	d.ground.Clock.Advance(8 * 24 * time.Hour)
	const words = "They held me with others. I counted one hundred and thirty men in that place."
	item, err := d.archive.ReceiveTestimony(context.Background(), d.actors["carina"], record.Told{Bridge: "witness_x", Words: words, Language: "en", Consent: "recorded consent"})
	if err != nil {
		t.Fatal(err)
	}
	if w := d.do("carina", "GET", "/record/items/"+item, nil); w.Code != http.StatusForbidden {
		t.Errorf("a caseworker opened the record: %d", w.Code)
	}
	if body := d.page("ana", "/record/items/"+item, "The words lie in a safe"); strings.Contains(body, "thirty men") {
		t.Error("an analyst without a grant read a testimony")
	}
	d.page("dora", "/record/items/"+item, words)
	form := []string{"verbatim", "I counted one hundred and thirty men", "status", "detained", "hand", "first hand", "incident", strings.TrimPrefix(path(incident), "/record/incidents/"),
		"bound", "at least", "value", "130", "unit", "persons", "asserted", "2017-04-17"}
	d.refuse("dora", "/record/items/"+item, http.StatusUnprocessableEntity, "These words do not stand in the item.", append([]string{"verbatim", "two hundred"}, form[2:]...)...)
	d.refuse("ana", "/record/items/"+item, http.StatusForbidden, "Your roles do not allow this.", form...)
	made := path(d.send("dora", "/record/items/"+item, form...))
	d.page("dora", made, "I counted one hundred and thirty men", "at least 130", "First hand: was there")
	d.send("dora", made+"/judge", "credibility", "2", "standing", "stands", "reason", "clear and detailed (invented)")
	d.send("dora", made+"/tie", "kind", "supersedes", "to", strings.TrimPrefix(claim, "/record/claims/"), "tiereason", "an eyewitness count (invented)")
	d.page("ana", detained, "The claims changed since this was reckoned.", "at least 101")
	d.send("ana", detained+"/reckon", "asof", "2017-04-17")
	sheet = d.page("ana", detained, "People detained at least 130", "A newer claim took its place.", "17 April 2017 at least 130", "9 April 2017 at least 101")
	if strings.Contains(sheet, "thirty men") {
		t.Error("the figure's page shows sealed words")
	}

	// A second person looks at it.
	reckoning := regexp.MustCompile(`name="reckoning" value="([^"]+)"`)
	if reckoning.MatchString(sheet) {
		t.Error("the page lets the author check the reckoning")
	}
	id := reckoning.FindStringSubmatch(d.page("daniel", detained))[1]
	d.refuse("ana", detained+"/check", http.StatusForbidden, "Another person checks it.", "reckoning", id)
	d.send("daniel", detained+"/check", "reckoning", id)
	d.page("ana", detained, "Checked by Daniel (invented)")

	// A claim is left out with a reason, and taken in again.
	d.refuse("ana", detained+"/leave", http.StatusUnprocessableEntity, "Write why.", "claim", strings.TrimPrefix(made, "/record/claims/"), "what", "out")
	d.send("ana", detained+"/leave", "claim", strings.TrimPrefix(made, "/record/claims/"), "what", "out", "reason", "under review (invented)")
	d.page("ana", detained, "People detained not known", "A person left it out: under review (invented)")
	d.send("ana", detained+"/leave", "claim", strings.TrimPrefix(made, "/record/claims/"), "what", "in", "reason", "reviewed (invented)")
	d.page("ana", detained, "People detained at least 130")

	d.lang = "ru"
	d.page("ana", killed, "Убитые люди от 3 до 20", "Отрицает то, о чём сообщают.", "Наибольшая названная верхняя граница: 20.")
	d.page("dora", "/record/statements", "Опровержение", "Novaya Gazeta", "более 100")
	if err := d.ground.DB.Read(context.Background(), func(tx *store.Tx) error { return tx.VerifyLedger(context.Background()) }); err != nil {
		t.Error(err)
	}
}

// The later facts give a second as-of, and harm and help are never merged.
func TestLaterFacts(t *testing.T) {
	d := newDesk(t)
	d.send("dora", "/record/import", "file", string(founding.Scenario()))
	incident := d.send("dora", "/record/import", "file", string(founding.Later()))
	d.page("dora", incident, "the help line opens", "Moscow Mechanism of the OSCE invoked", "Belgium", "the Russian side calls the accusations biased and groundless")
	d.ground.Clock.Advance(365 * 24 * time.Hour)
	list := d.page("ana", "/figures", "People who asked for help at least 171", "People evacuated 106", "People with whom contact was lost 2", "People detained at least 101", "People killed 3 to 20")
	asked := ""
	for _, m := range regexp.MustCompile(`(?s)People who asked for help.*?href="(/figures/figure_[a-z2-7]+)"`).FindAllStringSubmatch(list, 1) {
		asked = m[1]
	}
	d.page("ana", asked, "31 December 2017 at least 171", "17 April 2017 about 60", "A later count goes further: it runs to 2017-12-31.")
}

// A finding is proposed from independent claims, decided with a reason, and reviewed by another.
func TestFindingRoad(t *testing.T) {
	d := newDesk(t)
	incident := d.send("dora", "/record/import", "file", string(founding.Scenario()))
	deed := d.find(d.page("dora", incident), "Killing")
	d.page("dora", deed, "Corroborated: two independent sources agree", "A denial stands against it.")
	d.refuse("dora", deed, http.StatusUnprocessableEntity, "Write why.", "decided", "2", "standard", "reasonable grounds to believe")
	d.send("dora", deed, "decided", "2", "standard", "reasonable grounds to believe", "reasoning", "We cannot ask the second source (invented).")
	finding := regexp.MustCompile(`name="finding" value="([^"]+)"`)
	d.page("dora", deed, "You wrote it, so another person must look at it.", "The claims proposed: Corroborated")
	id := finding.FindStringSubmatch(d.page("daniel", deed))[1]
	d.refuse("daniel", deed+"/review", http.StatusUnprocessableEntity, "Dissent is kept beside the finding.", "finding", id, "agrees", "no")
	d.send("daniel", deed+"/review", "finding", id, "agrees", "no", "note", "I would say corroborated (invented).")
	d.page("dora", deed, "sees it differently", "I would say corroborated (invented).")
}
