package publishweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/press"
	"waylight/desk/internal/store"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/founding"
	"waylight/internal/ids"
)

// tab opens a browser in which one of the newsroom's people acts.
func (n *newsroom) tab(who string, options ...browser.Option) (*browser.Page, string) {
	n.t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Test-Actor", who)
		n.mux.ServeHTTP(w, r)
	}))
	n.t.Cleanup(s.Close)
	return browser.Start(n.t, options...), s.URL
}

func shows(t *testing.T, p *browser.Page, texts ...string) {
	t.Helper()
	main := p.Text("main")
	for _, x := range texts {
		if !strings.Contains(main, x) {
			t.Errorf("the page does not show %q:\n%s", x, main)
		}
	}
}

// guarded lets the campaign's words be read by the leak guard, as the Desk does.
func (n *newsroom) guarded(name string) {
	n.board.Inside = store.Gate{Gateway: n.gate}.Stay
	must(n.t, n.ground.DB.Write(context.Background(), func(tx *store.Tx) error {
		return tx.WatchTerm(context.Background(), "case_a/party_a", "name", name)
	}))
}

// sixteen are the participating States that invoked the Moscow Mechanism on 1
// November 2018, as the later file has them.
var sixteen = []string{"Belgium", "Canada", "Denmark", "Estonia", "Finland", "France", "Germany", "Iceland", "Ireland", "Latvia", "Lithuania", "Netherlands", "Norway", "Sweden", "United Kingdom", "United States"}

// TestCampaignFromDemandToResult is the whole road of a campaign in a browser: the
// founding scenario's demands, one more written on the page, who is asked with the
// offices that changed hands, asking, a meeting with minutes, a task, sixteen States
// that did something, the second person, the board, the timeline and the account.
func TestCampaignFromDemandToResult(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.guarded("Анзор Гайрбеков") // invented
	n.take(founding.Scenario())
	advocate, at := n.tab("editor", browser.Phone, browser.NoScript)
	base := at + "/campaign/" + n.file

	// A demand of our own: a name in it stops it, and what was typed stays.
	advocate.Go(base + "/demand")
	advocate.Set("#f-text", "Find out what became of Анзор Гайрбеков")
	advocate.Follow("main form button.primary")
	shows(t, advocate, "This text gives away somebody whom the Desk protects")
	if got := advocate.Value("#f-text"); !strings.Contains(got, "Find out") {
		t.Errorf("what was typed is gone: %q", got)
	}
	advocate.Set("#f-text", "Send independent experts to establish the facts")
	advocate.Set("#f-text_ru", "Направить независимых экспертов для установления фактов")
	advocate.Follow("main form button.primary")
	shows(t, advocate, "Send independent experts to establish the facts", "12 (not named in the report)")

	// Who is asked, with offices over time and the authority that it can press.
	advocate.Go(base + "/who")
	for name, value := range map[string]string{"name": "Russian Federation", "name_ru": "Российская Федерация"} {
		advocate.Set("#f-"+name, value)
	}
	advocate.Set("#f-kind", "counterpart")
	advocate.Follow("main form button.primary")
	f := n.open()
	russia := f.Targets[slices.IndexFunc(f.Targets, func(x campaign.Target) bool { return x.Name.EN == "Russian Federation" })]
	advocate.Go(base + "/who")
	for name, value := range map[string]string{"name": "Iceland", "name_ru": "Исландия", "counterpart": russia.ID, "office-0": "Minister for Foreign Affairs", "holder-0": "A. Example (invented)", "from-0": "2016-01-01", "until-0": "2017-01-10",
		"office-1": "Minister for Foreign Affairs", "holder-1": "B. Example (invented)", "from-1": "2017-01-11", "contact-kind-0": "page", "contact-0": "https://ministry.example.org/write"} {
		advocate.Set("#f-"+name, value)
	}
	advocate.Follow("main form button.primary")
	shows(t, advocate, "Iceland", "B. Example (invented)", "Russian Federation")
	f = n.open()
	iceland := f.Targets[slices.IndexFunc(f.Targets, func(x campaign.Target) bool { return x.Name.EN == "Iceland" })]
	if held := iceland.Held("2016-06-01"); len(held) != 1 || held[0].Holder != "A. Example (invented)" {
		t.Errorf("in 2016 the office was held by %+v", held)
	}
	experts := f.Demands[len(f.Demands)-1]

	// What came with the file is corrected too, and the state before is its first edition.
	un := f.Targets[slices.IndexFunc(f.Targets, func(x campaign.Target) bool { return x.Name.EN == "United Nations officials" })]
	advocate.Go(base + "/who?id=" + un.ID)
	advocate.Set("#f-office-0", "High Commissioner")
	advocate.Set("#f-holder-0", "C. Example (invented)")
	advocate.Set("#f-from-0", "2014-09-01")
	advocate.Follow("main form button.primary")
	shows(t, advocate, "C. Example (invented)", "as it came with the file")
	advocate.Go(base + "/demand?id=" + f.Demands[0].ID)
	advocate.Set("#f-ended", "2030-01-01")
	advocate.Set("#f-why", "Only to see that the end alone is kept (invented)")
	advocate.Follow("main form button.primary")
	if got := n.open().Demand(f.Demands[0].ID).Ended; got != "2030-01-01" {
		t.Errorf("the demand ends %q", got)
	}
	advocate.Go(base + "/ask?target=" + iceland.ID + "&demand=" + f.Demands[0].ID)
	advocate.Set("#f-note", "They asked about Анзор Гайрбеков")
	advocate.Follow("main form button.primary")
	if got := advocate.Value("#f-note"); !strings.Contains(got, "They asked") {
		t.Errorf("minutes that were refused are gone: %q", got)
	}

	// A correction is an edition; somebody who saw the older one is told.
	stale, _ := n.tab("editor", browser.NoScript)
	stale.Go(base + "/demand?id=" + experts.ID)
	advocate.Go(base + "/demand?id=" + experts.ID)
	advocate.Set("#f-text", "Send independent experts and let them in")
	advocate.Set("#f-why", "They must be let in, too")
	advocate.Follow("main form button.primary")
	stale.Set("#f-text", "Something else")
	stale.Follow("main form button.primary")
	shows(t, stale, "Somebody corrected this meanwhile")
	advocate.Go(base + "/demand?id=" + experts.ID)
	shows(t, advocate, "edition 2", "They must be let in, too", "edition 1")

	// What is asked: a meeting with minutes, and who does what next.
	advocate.Go(base + "/ask?target=" + iceland.ID + "&demand=" + experts.ID)
	advocate.Set("#f-way", "meeting")
	advocate.Set("#f-sent", "2017-04-10")
	advocate.Set("#f-deadline", "2017-04-11")
	advocate.Set("#f-note", "The office will look for other States (invented).")
	advocate.Follow("main form button.primary")
	advocate.Go(base + "/next")
	advocate.Set("#f-what", "Telephone the office again")
	advocate.Set("#f-due", "2017-04-20")
	advocate.Set("#f-target", iceland.ID)
	advocate.Follow(`form[action$="/tasks"] button`)
	shows(t, advocate, "Telephone the office again", "Iceland")

	// Later: the file of what was published afterwards; a second person confirms on the page.
	later, err := time.Parse(time.DateOnly, "2018-12-31")
	must(t, err)
	n.ground.Clock.Advance(later.Sub(n.ground.Clock.Now()))
	n.take(founding.Later())
	second, at2 := n.tab("advocate", browser.NoScript)
	second.Go(at2 + "/campaign/" + n.file + "/answers")
	shows(t, second, "Wait for a second person", "Iceland · Result")
	browser.Eval[int](second, `(() => { const all = document.querySelectorAll('input[name=response]:not([disabled])'); all.forEach(x => x.checked = true); return all.length })()`)
	second.Follow(`form[action$="/answers/confirm"] button`)

	// The board as the public may see it: sixteen States with a result, each with its day.
	advocate.Go(base + "?show=public")
	rows := browser.Eval[[]string](advocate, `[...document.querySelectorAll("table.board tbody tr")].filter(r => [...r.querySelectorAll("td")].some(d => d.innerText.includes("Result") && d.innerText.includes("1 November 2018"))).map(r => r.querySelector("th a").innerText)`)
	slices.Sort(rows)
	if !slices.Equal(rows, sixteen) {
		t.Errorf("with a result of 1 November 2018: %v", rows)
	}
	advocate.Go(base + "/timeline")
	shows(t, advocate, "The office will look for other States (invented).", "Iceland · Result", "1 November 2018", "The campaign begins")
	advocate.Go(base + "/account?from=2017-01-01&until=2018-12-31")
	if got := stat(advocate, "Results"); got != "17" { // the sixteen, and the OSCE's report
		t.Errorf("%s results", got)
	}
	if got := stat(advocate, "Meetings and calls"); got == "0" {
		t.Error("the meeting is not counted")
	}
	n.exported()
	n.published()
}

func stat(p *browser.Page, label string) string {
	return browser.Eval[string](p, `(() => { for (const s of document.querySelectorAll(".stat")) if (s.querySelector(".stat-label").innerText.trim() === "`+label+`") return s.querySelector(".stat-value").innerText.trim(); return "" })()`)
}

func (n *newsroom) open() campaign.File {
	n.t.Helper()
	f, err := n.board.Open(context.Background(), n.actors["advocate"], n.file)
	must(n.t, err)
	return f
}

// exported takes the account out: through the gate, without minutes.
func (n *newsroom) exported() {
	n.t.Helper()
	body, _ := n.post("advocate", "/campaign/"+n.file+"/account", http.StatusOK, url.Values{"from": {"2017-01-01"}, "until": {"2018-12-31"}, "format": {"csv"}})
	n.says(body, "2018-11-01", "Iceland", "result")
	if strings.Contains(body, "The office will look") {
		n.t.Error("minutes leave the house")
	}
	if strings.Count(body, "2018-11-01") != 16 {
		n.t.Errorf("%d rows of 1 November 2018", strings.Count(body, "2018-11-01"))
	}
	n.report()
	body, _ = n.post("advocate", "/campaign/"+n.file+"/account", http.StatusUnprocessableEntity, url.Values{"from": {"2018-01-01"}, "until": {"2017-01-01"}, "format": {"csv"}})
	n.says(body, "it cannot lie before the first")
	if code, _, _ := n.ask("worker", http.MethodPost, "/campaign/"+n.file+"/account", url.Values{"from": {"2017-01-01"}, "until": {"2018-12-31"}}); code != http.StatusForbidden {
		n.t.Errorf("a caseworker takes the account out: %d", code)
	}
}

// report takes the account out as a report to read, in both languages, and reads it back.
func (n *newsroom) report() {
	n.t.Helper()
	span := url.Values{"from": {"2017-01-01"}, "until": {"2018-12-31"}, "format": {"docx"}}
	body, _ := n.post("advocate", "/campaign/"+n.file+"/account", http.StatusOK, span)
	if !strings.HasPrefix(body, "PK") {
		n.t.Error("no document")
	}
	span.Set("format", "pdf")
	body, _ = n.post("advocate", "/campaign/"+n.file+"/account", http.StatusOK, span)
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		n.t.Log("pdftotext is not here: the PDF is not read back")
		return
	}
	path := filepath.Join(n.t.TempDir(), "campaign.pdf")
	must(n.t, os.WriteFile(path, []byte(body), 0o600))
	out, err := exec.Command(tool, path, "-").CombinedOutput()
	must(n.t, err)
	text := strings.Join(strings.Fields(string(out)), " ")
	n.says(text, "Result: 17", "Iceland", "1 November 2018: Result", "what was done from 1 January 2017 to 31 December 2018")
	if strings.Contains(text, "The office will look") || strings.Contains(text, "Telephone the office") || strings.Contains(text, "Syntax Error") {
		n.t.Errorf("minutes or a task leave the house, or the PDF is not whole:\n%s", text)
	}
}

// published lets the report of that day say the same to everybody.
func (n *newsroom) published() {
	n.t.Helper()
	_, at := n.post("editor", "/publish", http.StatusSeeOther, url.Values{"campaign": {n.file}, "day": {"2018-12-31"}})
	for _, who := range []string{"advocate", "security"} {
		n.post(who, at+"/approve", http.StatusSeeOther, url.Values{"digest": {find(n.t, digest, n.get(who, at))}})
	}
	n.post("editor", at+"/publish", http.StatusSeeOther, nil)
	_, files := n.out()
	board := files["report/chechnya-april-2017.scoreboard.en.html"]
	for _, name := range sixteen {
		if !strings.Contains(board, name) {
			n.t.Errorf("%s is not on the public board", name)
		}
	}
}

// A campaign that no file knows: begun on a page, once however often the form is
// sent, and corrected; its demands rest on what stood, and say when it moved.
func TestCampaignBegunOnAPage(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.guarded("Анзор Гайрбеков") // invented
	id, who := ids.New("campaign"), "advocate"
	form := url.Values{"id": {id}, "title": {"Safe passage"}, "title_ru": {"Безопасный проезд"}, "by": {"Example Organisation"}, "as_of": {string(clock.DayOf(n.ground.Clock.Now()))}}
	for range 3 {
		n.post(who, "/campaign-new", http.StatusSeeOther, form)
	}
	all, err := n.board.Campaigns(context.Background(), n.actors[who])
	must(t, err)
	if len(all) != 1 || all[0].Key != "safe-passage" {
		t.Fatalf("%+v", all)
	}
	n.file = id
	form.Set("id", ids.New("campaign"))
	n.post(who, "/campaign-new", http.StatusSeeOther, form)
	if all, _ = n.board.Campaigns(context.Background(), n.actors[who]); len(all) != 2 || all[0].Key == all[1].Key {
		t.Errorf("two campaigns of one title: %+v", all)
	}
	body, _ := n.post(who, "/campaign-new", http.StatusUnprocessableEntity, url.Values{"id": {ids.New("campaign")}, "title_ru": {"Только по-русски"}, "as_of": {"2017-04-09"}, "by": {"X"}})
	n.says(body, "Write the title in English", "Только по-русски")
	n.post(who, "/campaign-new", http.StatusUnprocessableEntity, url.Values{"id": {"campaign_rubbish"}, "title": {"x"}})
	if code, _, _ := n.ask("worker", http.MethodPost, "/campaign-new", form); code != http.StatusForbidden {
		t.Errorf("a caseworker begins a campaign: %d", code)
	}

	at, d := "/campaign/"+id, ids.New("demand")
	demand := url.Values{"id": {d}, "saw": {"0"}, "text": {"Give them visas"}, "text_ru": {"Дать им визы"}, "through": {"directly"}}
	for range 2 {
		n.post(who, at+"/demand", http.StatusSeeOther, demand)
	}
	f := n.open()
	if len(f.Demands) != 1 || f.Demands[0].Since == "" {
		t.Fatalf("%+v", f.Demands)
	}
	n.says(n.get(who, at), "Give them visas")
	// It ends: boards of earlier days keep it.
	n.ground.Clock.Advance(48 * time.Hour)
	today := clock.DayOf(n.ground.Clock.Now())
	demand.Set("saw", "1")
	demand.Set("ended", string(today))
	body, _ = n.post(who, at+"/demand", http.StatusUnprocessableEntity, demand)
	n.says(body, "Say why it is not demanded any more.")
	demand.Set("why", "It has happened")
	n.post(who, at+"/demand", http.StatusSeeOther, demand)
	f = n.open()
	if len(f.Score(today, false).Demands) != 0 || len(f.Score(f.Demands[0].Since, false).Demands) != 1 {
		t.Errorf("the demand ended %s, since %s", f.Demands[0].Ended, f.Demands[0].Since)
	}

	// A demand that rests on a finding says when the finding changes.
	concluded := []press.Concluded{{Deed: "deed_x", Version: "1", Incident: "An invented incident", Act: "Arbitrary detention", Grade: "Corroborated"}}
	bases := n.board.Bases.(press.Bases)
	bases.Findings = func(context.Context) ([]press.Concluded, error) { return concluded, nil }
	bases.Public = func(context.Context) ([]figures.Public, error) { return nil, nil }
	n.board.Bases = bases
	n.post(who, at+"/demands/"+d+"/basis", http.StatusSeeOther, url.Values{"basis": {"finding:deed_x"}})
	n.says(n.get(who, at+"/demands"), "An invented incident, Arbitrary detention: Corroborated")
	concluded[0].Version = "2"
	n.says(n.get(who, at+"/demands"), "was decided anew since, with the same words")

	// Tasks: a form sent twice is one; only once is it done; a name stops it.
	task := url.Values{"id": {ids.New("todo")}, "what": {"Call the office"}, "who": {n.actors[who].ID}, "due": {string(today)}}
	for range 2 {
		n.post(who, at+"/tasks", http.StatusSeeOther, task)
	}
	f = n.open()
	if len(f.Tasks) != 1 {
		t.Fatalf("%d tasks", len(f.Tasks))
	}
	n.post(who, at+"/tasks/"+f.Tasks[0].ID, http.StatusSeeOther, url.Values{"do": {"done"}, "outcome": {"They call back"}})
	body, _ = n.post(who, at+"/tasks/"+f.Tasks[0].ID, http.StatusUnprocessableEntity, url.Values{"do": {"done"}})
	n.says(body, "This was done already.")
	task.Set("id", ids.New("todo"))
	task.Set("what", "Ask about Анзор Гайрбеков")
	body, _ = n.post(who, at+"/tasks", http.StatusUnprocessableEntity, task)
	n.says(body, "gives away somebody")
}
