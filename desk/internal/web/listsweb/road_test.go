package listsweb_test

import (
	"bytes"
	"context"
	"html"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/lists"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/listsweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/linkage"
	"waylight/linkage/invented"
)

// desk serves the lists over real storage; who acts is named by a header of the test.
type desk struct {
	t      *testing.T
	ctx    context.Context
	ground *desktest.Ground
	bench  *lists.Workbench
	tally  *figures.Tally
	mux    http.Handler
	actors map[string]staff.Actor
	lang   string
	begun  string
}

func newDesk(t *testing.T) *desk {
	g := desktest.New(t)
	d := &desk{t: t, ctx: context.Background(), ground: g, actors: map[string]staff.Actor{}, lang: "en"}
	files, err := vault.Open(filepath.Join(g.Dir, "chunks"))
	if err != nil {
		t.Fatal(err)
	}
	asLists, asFigures := func(tx *store.Tx) lists.Store { return tx }, func(tx *store.Tx) figures.Store { return tx }
	d.bench = &lists.Workbench{Within: store.Within(g.DB, asLists), Reading: store.Reading(g.DB, asLists), Vault: files, Clock: g.Clock}
	d.tally = figures.NewTally(store.Within(g.DB, asFigures), store.Reading(g.DB, asFigures), g.Clock)
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), figureweb.Locale(), listsweb.Locale())
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
	names := func(context.Context) (map[string]string, error) {
		n := map[string]string{}
		for _, a := range d.actors {
			n[a.ID] = a.Name
		}
		return n, nil
	}
	(&listsweb.Room{Bench: d.bench, Tally: d.tally, Names: names}).Register(m)
	(&figureweb.Room{Tally: d.tally, Incidents: func(context.Context, staff.Actor) ([]record.Incident, error) { return nil, nil }}).Register(m)
	d.mux = m
	d.actors["ana"] = g.Member(t, "Ana (invented)", staff.Analyst)
	d.actors["dora"] = g.Member(t, "Dora (invented)", staff.Documenter)
	d.actors["daniel"] = g.Member(t, "Daniel (invented)", staff.Documenter)
	d.actors["carina"] = g.Member(t, "Carina (invented)", staff.Caseworker)
	return d
}

func (d *desk) do(actor, method, path, kind string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Test-Actor", actor)
	r.Header.Set("Accept-Language", d.lang)
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

var tags = regexp.MustCompile(`<[^>]*>`)

func text(w *httptest.ResponseRecorder) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(w.Body.String(), " "))), " ")
}

func (d *desk) page(actor, path string, want ...string) string {
	d.t.Helper()
	w := d.do(actor, "GET", path, "", nil)
	if w.Code != http.StatusOK {
		d.t.Fatalf("GET %s as %s: %d %s", path, actor, w.Code, text(w))
	}
	for _, s := range want {
		if !strings.Contains(text(w), s) {
			d.t.Errorf("%s does not show %q: %s", path, s, text(w))
		}
	}
	return w.Body.String()
}

func (d *desk) post(actor, path string, fields ...string) *httptest.ResponseRecorder {
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return d.do(actor, "POST", path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

func (d *desk) send(actor, path string, fields ...string) string {
	d.t.Helper()
	w := d.post(actor, path, fields...)
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("POST %s as %s: %d %s", path, actor, w.Code, text(w))
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return to
}

func (d *desk) bring(actor, study, name string, content []byte) *httptest.ResponseRecorder {
	d.t.Helper()
	b := &bytes.Buffer{}
	m := multipart.NewWriter(b)
	p, err := m.CreateFormFile("file", name)
	if err != nil {
		d.t.Fatal(err)
	}
	p.Write(content)
	m.Close()
	return d.do(actor, "POST", study+"/bring", m.FormDataContentType(), b.Bytes())
}

func (d *desk) everybody() []staff.Actor {
	return []staff.Actor{d.actors["carina"], d.actors["ana"]}
}

// four makes four lists of invented people; each finds a person by a chance of its own.
func four(t *testing.T, people int) map[string][]byte {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	out := map[string][]byte{}
	byPerson := map[int][]invented.Record{}
	for _, x := range invented.Make(5, people) {
		byPerson[x.Person] = append(byPerson[x.Person], x)
	}
	for i, name := range []string{"clinic", "court", "press", "families"} {
		var rows []invented.Record
		for p := range people {
			if all := byPerson[p]; len(all) > 0 && r.Float64() < 0.6 {
				rows = append(rows, all[i%len(all)])
			}
		}
		b := &bytes.Buffer{}
		if err := invented.Write(b, rows); err != nil {
			t.Fatal(err)
		}
		out[name] = b.Bytes()
	}
	return out
}

var pairLink = regexp.MustCompile(`href="(/lists/[^"/]+/pairs/[0-9a-f]+)"`)

// TestFromListsToAnswer plays the main story: lists, pairs judged by two
// people who do not see each other's answers, a third one, taking back, an
// estimate that is cut short twice and goes on, and what its reading lets into a
// figure: with three lists, a floor. TestEstimate of figures has the other end.
func TestFromListsToAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	study := d.send("ana", "/lists", "title", "Detained (invented)")
	if w := d.do("carina", "GET", study, "", nil); w.Code != http.StatusForbidden {
		t.Errorf("a caseworker opened the lists: %d", w.Code)
	}
	if w := d.bring("ana", study, "broken.csv", []byte("name,born\n\"Иван,1980\n")); w.Code != http.StatusUnprocessableEntity || !strings.Contains(text(w), "Line 2") {
		t.Errorf("a list that cannot be read: %d %s", w.Code, text(w))
	}
	for _, name := range []string{"clinic", "court", "press"} {
		if w := d.bring("dora", study, name+".csv", four(t, 600)[name]); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, w.Code, text(w))
		}
	}
	d.page("ana", study, "clinic", "How the columns were understood", "given name", "surname")
	id := strings.TrimPrefix(study, "/lists/")

	d.send("ana", study+"/start", "kind", "match")
	d.page("ana", study, "The run waits for its turn.")
	if err := d.bench.Work(d.ctx, []staff.Actor{d.actors["carina"]}); err != nil {
		t.Fatal(err)
	}
	d.page("ana", study, "The run waits for its turn.") // nobody here can open it
	if err := d.bench.Work(d.ctx, d.everybody()); err != nil {
		t.Fatal(err)
	}
	d.page("ana", study, "The run is done.", "Who is who")

	// Two judge the first pair, differently; neither sees the other before.
	first := pairLink.FindStringSubmatch(d.page("ana", study+"/pairs"))
	if first == nil {
		t.Fatal("no pair waits")
	}
	pair := first[1]
	d.send("ana", pair, "answer", "same")
	if body := d.page("dora", pair, "a second person is asked"); strings.Contains(body, "Ana (invented)") || strings.Contains(body, "What the machine says") {
		t.Error("the second reviewer saw the first one's answer, or the machine's")
	}
	d.send("dora", pair, "answer", "different")
	d.page("dora", pair, "people disagree", "Ana (invented)", "What the machine says")
	if body := d.page("daniel", pair); strings.Contains(body, "Ana (invented)") {
		t.Error("the third reviewer saw what the two said")
	}
	d.send("daniel", pair, "answer", "same")
	d.page("daniel", pair, "one person", "Take the decision back")
	d.page("ana", study, "1 pair is settled.", "Lists or decisions changed since the last run.")
	if w := d.post("ana", pair, "answer", "different"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a settled pair was judged again: %d", w.Code)
	}
	if w := d.post("ana", pair+"/back", "seen", "7"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("taken back without having seen what goes: %d", w.Code)
	}
	d.send("ana", pair+"/back", "seen", "1")
	d.page("ana", study, "0 pairs are settled.")
	d.send("ana", pair, "answer", "same")
	d.send("daniel", pair, "answer", "same")

	d.estimate(id)
	d.page("ana", study, "How many there were", "What each method says", "People by the lists they stand on")
	s, err := d.bench.Sheet(d.ctx, d.actors["ana"], id)
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Found.Changes; c == nil || c.Kept == 0 {
		t.Errorf("clusters did not keep their numbers: %+v", c)
	}
	o := s.Found.Outcome
	if p := o.Pooled[0]; len(o.Draws) != 4 || !(p.Low <= 600 && 600 <= p.High) {
		t.Errorf("%d draws, %v to %v; there are 600", len(o.Draws), p.Low, p.High)
	}
	if w := d.do("ana", "GET", study+"/runs/"+s.Of.ID+"/overlaps.svg", "", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<svg") {
		t.Errorf("the picture: %d", w.Code)
	}
	d.floor(study, s, pair)
	if w := d.bring("ana", study, "families.csv", four(t, 600)["families"]); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w))
	}
	if w := d.post("ana", study+"/attach", "figure", d.figure(), "run", s.Of.ID, "form", "floor"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(text(w), "changed since this run") {
		t.Errorf("an overtaken run: %d %s", w.Code, text(w))
	}
	d.said(study)
}

// said has people say how a column is to be understood, and leave a list out:
// the run is overtaken, the next one heeds it, and answers come back with the list.
func (d *desk) said(study string) {
	d.t.Helper()
	id := strings.TrimPrefix(study, "/lists/")
	s, err := d.bench.Sheet(d.ctx, d.actors["ana"], id)
	if err != nil {
		d.t.Fatal(err)
	}
	l := s.Lists[0]
	one := study + "/of/" + l.ID
	at := func(header string) string {
		i := slices.IndexFunc(l.Facts.Columns, func(c lists.Column) bool { return c.Header == header })
		if i < 0 {
			d.t.Fatalf("no column %q: %+v", header, l.Facts.Columns)
		}
		return lists.Field(i)
	}
	d.page("ana", one, "How its columns are understood", "as it was taken: given name")
	if w := d.do("carina", "GET", one, "", nil); w.Code != http.StatusForbidden {
		d.t.Errorf("a caseworker opened a list: %d", w.Code)
	}
	number := slices.IndexFunc(l.Facts.Columns, func(c lists.Column) bool { return c.Kind == string(linkage.RecordID) })
	for what, x := range map[string]struct {
		fields []string
		want   string
	}{
		"no reason":       {[]string{"out", "yes"}, "Say why the list is left out."},
		"no such kind":    {[]string{lists.Field(0), "nonsense"}, "there is no such kind"},
		"a record's name": {[]string{lists.Field(number), "ignore"}, "It cannot be changed any more"},
	} {
		if w := d.post("ana", one, x.fields...); w.Code != http.StatusUnprocessableEntity || !strings.Contains(text(w), x.want) {
			d.t.Errorf("%s: %d %s", what, w.Code, text(w))
		}
	}
	d.send("ana", one) // nothing is said
	if s, err := d.bench.Sheet(d.ctx, d.actors["ana"], id); err != nil || len(s.Said) != 0 {
		d.t.Errorf("said: %+v, %v", s.Said, err)
	}
	d.ground.Clock.Advance(time.Minute)
	d.send("ana", one, at("given_name"), "ignore", "out", "yes", "why", "copied from the court's (invented)")
	d.page("ana", study, "left out: copied from the court's (invented)", "said by a person", "Lists or decisions changed since the last run.")
	d.page("dora", "/figures/"+d.figure(), "1 list came into the study, was left out or is understood otherwise since.")
	match := func() lists.Sheet {
		d.ground.Clock.Advance(time.Minute)
		d.send("ana", study+"/start", "kind", "match")
		if err := d.bench.Work(d.ctx, d.everybody()); err != nil {
			d.t.Fatal(err)
		}
		s, err := d.bench.Sheet(d.ctx, d.actors["ana"], id)
		if err != nil || s.Stale || s.Runs[0].State != lists.Done {
			d.t.Fatalf("stale %v, %v, %v", s.Stale, s.Runs[0].State, err)
		}
		return s
	}
	without := match()
	if n := len(without.Found.Inputs); n != len(s.Lists)-1 {
		d.t.Errorf("%d lists were matched of %d", n, len(s.Lists))
	}
	for _, q := range without.Queue("") {
		if q.Left.List == l.Facts.Name || q.Right.List == l.Facts.Name {
			d.t.Errorf("a pair of the list that is left out is asked about: %+v", q)
		}
	}
	d.ground.Clock.Advance(time.Minute)
	d.send("dora", one, at("given_name"), "ignore")
	with := match()
	if n := len(with.Found.Inputs); n != len(s.Lists) {
		d.t.Errorf("%d lists were matched of %d", n, len(s.Lists))
	}
	for _, r := range with.Found.Readings {
		if r.List == l.Facts.Name && r.Header == "given_name" && r.Kind != linkage.Ignore {
			d.t.Errorf("the next run did not heed what was said: %+v", r)
		}
	}
	settled := func(s lists.Sheet) (n int) {
		for _, p := range s.Pairs {
			if p.State == lists.Settled {
				n++
			}
		}
		return n
	}
	if settled(with) != settled(s) {
		d.t.Errorf("%d pairs are settled, were %d: answers went with the list", settled(with), settled(s))
	}
}

// floor puts "at least" into a figure: from three lists there is no range, for
// none can be left out to see what it rests on. A decision that is taken back
// afterwards marks the figure.
func (d *desk) floor(study string, s lists.Sheet, pair string) {
	d.t.Helper()
	figure := "/figures/" + d.figure()
	d.page("ana", study, "at least may be published, no range", "At least 5", "From three lists no range goes into a figure")
	for form, want := range map[string]string{"range": "From three lists no range", "": "Choose what is said."} {
		w := d.post("ana", study+"/attach", "figure", d.figure(), "run", s.Of.ID, "form", form)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(text(w), want) {
			d.t.Errorf("%q became a figure: %d %s", form, w.Code, text(w))
		}
	}
	d.send("ana", study+"/attach", "figure", d.figure(), "run", s.Of.ID, "form", "floor")
	if body := d.page("ana", figure, "At least", "there is no upper end"); strings.Contains(body, "taken back") {
		d.t.Error("nothing was taken back yet")
	}
	if _, under := d.overtaken(); under != 0 {
		d.t.Errorf("overtaken by %d before anything was taken back", under)
	}
	d.send("ana", pair+"/back", "seen", "1")
	if version, under := d.overtaken(); version == "" || under != 1 {
		d.t.Errorf("what would be published (%q) is overtaken by %d", version, under)
	}
	d.page("dora", figure, "1 decision under its estimate was taken back.", "the lists under it changed since", "Look at the study")
	d.send("ana", pair, "answer", "same")
	d.send("daniel", pair, "answer", "same")
	d.page("dora", figure, "1 decision under its estimate was taken back.") // what it rested on is gone all the same
}

// overtaken is the version in which the figure would be published, and how much changed
// under its estimate.
func (d *desk) overtaken() (version string, under int) {
	d.t.Helper()
	if err := d.ground.DB.Read(d.ctx, func(tx *store.Tx) error {
		public, err := d.tally.PublicIn(d.ctx, tx, "")
		if err != nil {
			return err
		}
		all, err := d.tally.OvertakenIn(d.ctx, tx)
		for _, p := range public {
			if p.Basis == figures.Estimate {
				version, under = p.Reckoning, all[p.Reckoning]
			}
		}
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return version, under
}

// figure is a figure that was begun as an estimate.
func (d *desk) figure() string {
	d.t.Helper()
	if d.begun == "" {
		f, err := d.tally.Add(d.ctx, d.actors["ana"], figures.Figure{Status: record.Detained, Unit: record.Persons, Basis: figures.Estimate})
		if err != nil {
			d.t.Fatal(err)
		}
		d.begun = f.ID
	}
	return d.begun
}

// estimate has a run stopped after its first draw and lets it go on.
func (d *desk) estimate(id string) {
	d.t.Helper()
	ana := d.actors["ana"]
	run, err := d.bench.Start(d.ctx, ana, id, lists.Estimate, lists.Plan{Method: "decomposable", Draws: 4, Sweeps: 500, Seed: 3})
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(d.ctx)
	inner := d.bench.Within
	d.bench.Within = func(c context.Context, f func(lists.Store) error) error {
		err := inner(c, f)
		var parts int
		_ = d.bench.Reading(d.ctx, func(tx lists.Store) error { p, err := tx.StudyParts(d.ctx, run.ID); parts = len(p); return err })
		if parts >= 3 { // its head and two draws
			cancel() // as signing out and locking do
		}
		return err
	}
	_ = d.bench.Work(ctx, d.everybody())
	d.bench.Within = inner
	d.page("ana", "/lists/"+id, "The run pauses.", "estimating: 2 of 4")
	if err := d.bench.Stop(d.ctx, ana, id, run.ID); err != nil {
		d.t.Fatal(err)
	}
	if err := d.bench.Work(d.ctx, d.everybody()); err != nil {
		d.t.Fatal(err)
	}
	d.page("ana", "/lists/"+id, "The run is stopped.", "Let it go on")
	d.send("ana", "/lists/"+id+"/runs/"+run.ID+"/go-on")
	if err := d.bench.Work(d.ctx, d.everybody()); err != nil {
		d.t.Fatal(err)
	}
	d.page("ana", "/lists/"+id, "The run is done.")
}
