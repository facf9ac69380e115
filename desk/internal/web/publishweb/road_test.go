package publishweb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/press"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/campaignweb"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/publishweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/redressweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/founding"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// newsroom serves campaign and publication over real storage; who acts is named
// by a header of the test.
type newsroom struct {
	t      *testing.T
	ground *desktest.Ground
	mux    http.Handler
	actors map[string]staff.Actor
	signer *keyring.Signer
	board  *campaign.Board
	gate   *publish.Gateway
	tally  *figures.Tally
	record *record.Archive
	file   string // the campaign
	setter *press.Press
}

func newNewsroom(t *testing.T) *newsroom {
	g := desktest.New(t)
	n := &newsroom{t: t, ground: g, actors: map[string]staff.Actor{}}
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), figureweb.Locale(), campaignweb.Locale(), redressweb.Locale(), publishweb.Locale(), press.Locale())
	must(t, err)
	n.signer, err = keyring.NewSigner(bytes.Repeat([]byte{3}, 32), bundle.TagPages)
	must(t, err)
	setter, err := press.New(words)
	must(t, err)
	n.setter = setter
	n.record = record.NewArchive(store.Within(g.DB, func(tx *store.Tx) record.Store { return tx }), store.Reading(g.DB, func(tx *store.Tx) record.Store { return tx }), g.Clock)
	n.tally = figures.NewTally(store.Within(g.DB, func(tx *store.Tx) figures.Store { return tx }), store.Reading(g.DB, func(tx *store.Tx) figures.Store { return tx }), g.Clock)
	n.gate = &publish.Gateway{Within: store.Within(g.DB, func(tx *store.Tx) publish.Store { return tx }), Reading: store.Reading(g.DB, func(tx *store.Tx) publish.Store { return tx }),
		Clock: g.Clock, Press: setter, Signer: func() (bundle.Signer, error) { return n.signer, nil }}
	n.board = &campaign.Board{Within: store.Within(g.DB, func(tx *store.Tx) campaign.Store { return tx }), Reading: store.Reading(g.DB, func(tx *store.Tx) campaign.Store { return tx }),
		Clock: g.Clock, Gate: store.Gate{Gateway: n.gate}, Press: letter.Press{}, Bases: press.Bases{Catalogue: words, Public: func(ctx context.Context) ([]figures.Public, error) { return n.public(ctx, "") }}}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(r *http.Request) (staff.Actor, error) {
		a, ok := n.actors[r.Header.Get("Test-Actor")]
		if !ok {
			return a, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return a, nil
	}})
	(&campaignweb.Room{Board: n.board, Inspect: n.gate.Inspect}).Register(m)
	(&redressweb.Room{Docket: n.docket(), Members: n.members, Title: func(ctx context.Context, a staff.Actor, id, lang string) (string, error) {
		f, err := n.board.Open(ctx, a, id)
		return f.Campaign.Title.In(lang), err
	}}).Register(m)
	(&publishweb.Room{Gateway: n.gate, Names: func(context.Context) (map[string]string, error) { return nil, nil },
		Compose: func(ctx context.Context, a staff.Actor, id string, day clock.Day, _ int) (string, publish.Report, error) {
			f, err := n.board.Open(ctx, a, id)
			if err != nil {
				return "", publish.Report{}, err
			}
			all, err := n.public(ctx, day)
			return f.Campaign.Key, setter.Compose(f, all, day), err
		},
		Campaigns: func(context.Context, staff.Actor) ([]publishweb.Choice, error) {
			return []publishweb.Choice{{ID: n.file, Title: "x"}}, nil
		}}).Register(m)
	n.mux = m
	n.actors["editor"] = g.Member(t, "Editor (invented)", staff.Editor, staff.Advocate)
	n.actors["advocate"] = g.Member(t, "Advocate (invented)", staff.Advocate)
	n.actors["security"] = g.Member(t, "Security (invented)", staff.Security)
	n.actors["worker"] = g.Member(t, "Caseworker (invented)", staff.Caseworker)
	return n
}

func clockDay(s string) clock.Day { return clock.Day(s) }

func (n *newsroom) members(ctx context.Context) (all []staff.Member, err error) {
	return all, n.ground.DB.Read(ctx, func(tx *store.Tx) error {
		all, err = tx.Members(ctx)
		return err
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (n *newsroom) public(ctx context.Context, day clock.Day) (out []figures.Public, err error) {
	return out, n.ground.DB.Read(ctx, func(tx *store.Tx) error {
		out, err = n.tally.PublicIn(ctx, tx, day)
		return err
	})
}

// take imports a file into record, figures and campaign, as the Desk does.
func (n *newsroom) take(file []byte) {
	n.t.Helper()
	ctx := context.Background()
	doc, err := scenario.Parse(file)
	must(n.t, err)
	must(n.t, n.ground.DB.Write(ctx, func(tx *store.Tx) error {
		out, err := n.record.ImportIn(ctx, tx, n.actors["editor"].ID, doc)
		if err != nil {
			return err
		}
		if err := n.tally.ImportIn(ctx, tx, n.actors["editor"].ID, doc, out); err != nil {
			return err
		}
		_, err = n.board.ImportIn(ctx, tx, n.actors["editor"], doc)
		return err
	}))
	all, err := n.board.Campaigns(ctx, n.actors["editor"])
	must(n.t, err)
	n.file = all[0].ID
}

// ask makes a request and returns its status, text and where it leads.
func (n *newsroom) ask(who, method, path string, form url.Values) (int, string, string) {
	n.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Test-Actor", who)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	w := httptest.NewRecorder()
	n.mux.ServeHTTP(w, r)
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return w.Code, html.UnescapeString(w.Body.String()), to
}

func (n *newsroom) get(who, path string) string {
	n.t.Helper()
	code, body, _ := n.ask(who, http.MethodGet, path, nil)
	if code != http.StatusOK {
		n.t.Fatalf("%s gets %s: %d\n%s", who, path, code, body)
	}
	return body
}

func (n *newsroom) post(who, path string, want int, form url.Values) (string, string) {
	n.t.Helper()
	code, body, to := n.ask(who, http.MethodPost, path, form)
	if code != want {
		n.t.Fatalf("%s posts %s: %d, want %d\n%s", who, path, code, want, body)
	}
	return body, to
}

func (n *newsroom) says(body string, want ...string) {
	n.t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			n.t.Errorf("%q is not on the page", w)
		}
	}
}

// out opens the pages that wait for the courier.
func (n *newsroom) out() (bundle.Pages, map[string]string) {
	n.t.Helper()
	var p publish.Push
	must(n.t, n.ground.DB.Read(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueJobs(context.Background(), n.ground.Clock.Now(), 9)
		if err != nil || len(due) == 0 {
			return err
		}
		return json.Unmarshal(due[0].Body, &p)
	}))
	if p.Manifest == "" {
		return bundle.Pages{}, nil
	}
	list, err := bundle.OpenPages([]byte(p.Manifest), n.signer.Public())
	must(n.t, err)
	files := map[string]string{}
	for _, f := range p.Pages {
		files[f.Path] = html.UnescapeString(string(f.Body))
	}
	return list, files
}

var (
	revision = regexp.MustCompile(`name="revision" value="(\d+)"`)
	digest   = regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`)
)

func find(t *testing.T, re *regexp.Regexp, body string) string {
	t.Helper()
	m := re.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in the page", re)
	}
	return m[1]
}

// The road of issue 2, its last part: the founding scenario becomes a campaign
// and a report; a planted name is stopped; two people publish; later facts make
// the second version.
func TestPublicationRoad(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	must(t, n.ground.DB.Write(context.Background(), func(tx *store.Tx) error {
		return tx.WatchTerm(context.Background(), "case_a/party_a", "name", "Анзор Гайрбеков") // invented
	}))

	if code, _, _ := n.ask("worker", http.MethodGet, "/publish", nil); code != http.StatusForbidden {
		t.Errorf("a caseworker opens publication: %d", code)
	}
	n.says(n.get("advocate", "/campaign/"+n.file), "Condemn the reported abuses", "Government 12 (not named in the report)", "United Nations officials", "12 of 13 asked")

	// Demands rest on frozen figures, which then stand in the letter.
	f, err := n.board.Open(context.Background(), n.actors["advocate"], n.file)
	must(t, err)
	release := f.Demands[slices.IndexFunc(f.Demands, func(d campaign.Demand) bool { return d.Key == "release" })].ID
	bases, err := n.board.Bases.Bases(context.Background())
	must(t, err)
	form := url.Values{}
	for _, b := range bases {
		form.Add("basis", b.Kind+":"+b.Key)
	}
	n.post("advocate", "/campaign/"+n.file+"/demands/"+release+"/basis", http.StatusSeeOther, form)
	must(t, n.board.NameTarget(t.Context(), n.actors["advocate"], n.file, f.Targets[0].ID, campaign.Text{EN: "An invented government", RU: "Вымышленное правительство"}, "", "ru"))
	_, at := n.post("advocate", "/campaign/"+n.file+"/letters", http.StatusSeeOther, url.Values{"target": {f.Targets[0].ID}, "lang": {"ru"}, "demand": {release}})
	n.says(n.get("advocate", at), "не менее 101", "Немедленно освободить задержанных")
	code, pdf, _ := n.ask("advocate", http.MethodGet, at+"/pdf", nil)
	if code != http.StatusOK || !strings.HasPrefix(pdf, "%PDF-") {
		t.Errorf("the PDF: %d", code)
	}
	body := n.get("advocate", at)
	n.post("advocate", at+"/send", http.StatusSeeOther, url.Values{"revision": {find(t, revision, body)}})

	// The report, first with a leak.
	_, at = n.post("editor", "/publish", http.StatusSeeOther, url.Values{"campaign": {n.file}, "day": {"2017-04-09"}})
	edit := n.get("editor", at+"/edit")
	draft := url.Values{"revision": {find(t, revision, edit)}, "title": {"Report"}, "title_ru": {"Доклад"}, "summary": {"One of the men is free."}, "summary_ru": {"Анзор Гайрбеков на свободе."}}
	n.post("editor", at+"/edit", http.StatusSeeOther, draft)
	body = n.get("editor", at)
	n.says(body, "The leak guard stops this text", "A protected identity (name) stands in paragraph 4.", "Two parts of one person's name, such as given name and surname, stand side by side.")
	if strings.Contains(body, "<mark>") {
		t.Error("the editor is shown the words")
	}
	n.says(n.get("security", at), "<mark>Анзор</mark>")
	body, _ = n.post("advocate", at+"/approve", http.StatusUnprocessableEntity, url.Values{"digest": {find(t, digest, n.get("security", at)+`name="digest" value="`+strings.Repeat("0", 64)+`"`)}})
	n.says(body, "Read it again")

	draft.Set("summary_ru", "Один из мужчин на свободе.")
	draft.Set("revision", find(t, revision, n.get("editor", at+"/edit")))
	n.post("editor", at+"/edit", http.StatusSeeOther, draft)
	for _, who := range []string{"editor", "security"} {
		n.post(who, at+"/approve", http.StatusSeeOther, url.Values{"digest": {find(t, digest, n.get(who, at))}})
	}
	n.post("editor", at+"/publish", http.StatusSeeOther, nil)
	list, files := n.out()
	if list.Serial != 1 || list.Pages[0].Lang != "en" {
		t.Fatalf("%+v", list)
	}
	ru, en := files["report/chechnya-april-2017.ru.html"], files["report/chechnya-april-2017.en.html"]
	n.says(en, "at least 101", "3 to 20", "Novaya Gazeta", "What is denied", "What contradicts the denial", "11 governments (not named in the report)", "This describes the past")
	n.says(ru, "не менее 101", "от 3 до 20", "Новая газета", "Что отрицают", "11 правительств (в сообщении не названы)", "Один из мужчин на свободе")
	for path, text := range files {
		if strings.Contains(text, "Гайрбеков") {
			t.Errorf("%s gives the name away", path)
		}
	}

	// The later facts: confirmed by a second person, then the second version.
	n.take(founding.Later())
	f, err = n.board.Open(context.Background(), n.actors["advocate"], n.file)
	must(t, err)
	form = url.Values{}
	for _, r := range f.Responses {
		form.Add("response", r.ID)
	}
	n.post("advocate", "/campaign/"+n.file+"/answers/confirm", http.StatusSeeOther, form)
	_, at = n.post("editor", "/publish", http.StatusSeeOther, url.Values{"campaign": {n.file}, "day": {"2018-12-31"}})
	for _, who := range []string{"advocate", "security"} {
		n.post(who, at+"/approve", http.StatusSeeOther, url.Values{"digest": {find(t, digest, n.get(who, at))}})
	}
	n.post("editor", at+"/publish", http.StatusSeeOther, nil)
	list, files = n.out()
	if list.Serial != 2 {
		t.Errorf("serial %d", list.Serial)
	}
	n.says(files["report/chechnya-april-2017.scoreboard.en.html"], "Iceland", "United States", "result", "1 November 2018", "Russian Federation", "denied")
	n.says(files["report/chechnya-april-2017.v1.en.html"], "at least 101", "11 governments")
	n.says(files["report/chechnya-april-2017.json"], `"version": 2`)
}
