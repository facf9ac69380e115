package archiveweb_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// desk serves the record's pages on a real store; who acts is named by a header of the test.
type desk struct {
	*desktest.Ground
	t       *testing.T
	mux     http.Handler
	actors  map[string]staff.Actor
	archive *record.Archive
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := desktest.New(t)
	d := &desk{Ground: g, t: t, actors: map[string]staff.Actor{"dora": g.Member(t, "Dora (invented)", staff.Documenter), "daniel": g.Member(t, "Daniel (invented)", staff.Documenter),
		"ana": g.Member(t, "Ana (invented)", staff.Analyst), "carina": g.Member(t, "Carina (invented)", staff.Caseworker)}}
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), archiveweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	ar, av := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) vocabulary.Store { return tx }
	d.archive = record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(r *http.Request) (staff.Actor, error) {
		a, ok := d.actors[r.Header.Get("Test-Actor")]
		if !ok {
			return a, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return a, nil
	}})
	members := func(context.Context) ([]staff.Member, error) { return nil, nil }
	(&recordweb.Room{Archive: d.archive, Members: members}).Register(m)
	(&archiveweb.Room{Archive: d.archive, Lexicon: &vocabulary.Lexicon{Within: store.Within(g.DB, av), Reading: store.Reading(g.DB, av), Clock: g.Clock}, Members: members}).Register(m)
	d.mux = m
	return d
}

func (d *desk) do(actor, method, path string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Test-Actor", actor)
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

// see gets a page and fails the test unless it shows all of want.
func (d *desk) see(actor, path string, want ...string) string {
	d.t.Helper()
	w := d.do(actor, "GET", path, nil)
	if w.Code != http.StatusOK {
		d.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	for _, s := range want {
		if !strings.Contains(w.Body.String(), s) {
			d.t.Errorf("%s does not show %q:\n%s", path, s, w.Body)
		}
	}
	return w.Body.String()
}

// send posts a form and gives the address to which it leads.
func (d *desk) send(actor, path string, form url.Values) string {
	d.t.Helper()
	w := d.do(actor, "POST", path, form)
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return to
}

// TestPlainWordsToCodes: plain words in Russian lead to a code of our layer, which is kept on an act and taken off again.
func TestPlainWordsToCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident := d.send("dora", "/record/incidents/new", url.Values{"title": {"Searches at a checkpoint (invented)"}})
	codes := strings.Replace(incident, "/incidents/", "/codes/", 1)
	d.see("dora", incident, `href="`+codes+`"`)
	d.see("dora", codes+"?list=4&plain="+url.QueryEscape("забрали и проверили телефон"), "W07", "Phone search")
	if w := d.do("dora", "POST", codes, url.Values{"plain": {"телефон"}, "list": {"4"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "W07") {
		t.Errorf("without a choice: %d", w.Code)
	}
	d.send("dora", codes, url.Values{"list": {"4"}, "code": {"W07"}, "note": {"at a bridge"}})
	d.see("ana", codes, "Phone search", "at a bridge")
	if w := d.do("dora", "POST", codes, url.Values{"list": {"4"}, "code": {"W07"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("the same code twice: %d", w.Code)
	}
	for _, x := range []struct {
		actor, path string
		form        url.Values
		want        int
	}{
		{"ana", codes, url.Values{"list": {"4"}, "code": {"W01"}}, http.StatusForbidden}, {"carina", codes, url.Values{"list": {"4"}, "code": {"W01"}}, http.StatusForbidden},
		{"dora", "/record/codes/incident_none", url.Values{"list": {"4"}, "code": {"W01"}}, http.StatusNotFound},
	} {
		if w := d.do(x.actor, "POST", x.path, x.form); w.Code != x.want {
			t.Errorf("%s at %s: %d", x.actor, x.path, w.Code)
		}
	}
	d.send("dora", codes+"/remove", url.Values{"list": {"4"}, "code": {"W07"}})
	d.see("dora", codes, "No code yet.")
	d.send("dora", "/record/vocabulary", url.Values{"list": {"4"}, "under": {"W07"}, "en": {"Search of a tablet"}, "ru": {"Обыск планшета"}})
	d.see("dora", "/record/vocabulary?list=4&under=W07", "Search of a tablet", "X0001")
	d.see("dora", "/record/vocabulary?plain="+url.QueryEscape("планшет"), "X0001")
	d.send("dora", "/record/vocabulary/retire", url.Values{"list": {"4"}, "under": {"X0001"}})
	d.see("dora", "/record/vocabulary?list=4&under=W07", "out of use")
}

// outlet adds a source with one article and a claim of three killed through the pages.
func (d *desk) outlet(incident, name, words string) (source string) {
	d.t.Helper()
	source = d.send("dora", "/record/sources/new", url.Values{"name": {name}, "kind": {"media"}, "reliability": {"B"}, "named": {"yes"}})
	item := d.send("dora", "/record/items/new", url.Values{"source": {strings.TrimPrefix(source, "/record/sources/")}, "title": {"Article of " + name}, "material": {"press"}, "dated": {"2017-04-01"}, "words": {words}})
	d.send("dora", item, url.Values{"verbatim": {"three men were killed"}, "status": {"killed"}, "hand": {"relayed"}, "incident": {strings.TrimPrefix(incident, "/record/incidents/")},
		"bound": {"at least"}, "value": {"3"}, "unit": {"persons"}, "asserted": {"2017-04-01"}})
	return source
}

// TestThreeOutletsOneOrigin: three outlets that print one dispatch are proposed as
// one origin; when a person has said so they do not raise the grade, and a fourth
// independent one does.
func TestThreeOutletsOneOrigin(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident := d.send("dora", "/record/incidents/new", url.Values{"title": {"Detentions in a region (invented)"}})
	d.send("dora", incident+"/deeds", url.Values{"act": {"killing"}})
	const dispatch = "A person close to the inquiry said on Saturday that at least three men were killed and more than a hundred were held."
	d.outlet(incident, "The Morning Herald (invented)", dispatch)
	d.see("dora", incident, "The claims propose: Reported.")
	d.outlet(incident, "Evening Letter (invented)", "As reported before. "+dispatch)
	d.outlet(incident, "Radio North (invented)", "According to The Morning Herald (invented), in the night three men were killed.")
	d.see("dora", incident, "The claims propose: Consistent") // nobody has decided yet: they may be one
	deed := regexp.MustCompile(`href="(/record/deeds/[^"]+)"`).FindStringSubmatch(d.see("dora", incident))[1]
	d.see("dora", deed, "Pairs of these sources that may repeat one another, of which nobody has decided: 2.", "If they are independent, the claims propose: Corroborated", "As long as that is open, all of it may go back to one source.")
	shown := d.see("dora", "/record/origins", "Words in a row that both have: 23.", "One names the other.", "Both are of the same day.")
	if n := strings.Count(shown, `action="/record/origins"`); n != 2 {
		t.Errorf("%d pairs are proposed, not 2", n)
	}
	for range 2 {
		page := d.see("dora", "/record/origins")
		form := url.Values{"one": {field(page, "one")}, "other": {field(page, "other")}, "same": {"yes"}}
		if w := d.do("dora", "POST", "/record/origins", form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", w.Code)
		}
		form.Set("reason", "the dispatch of one day (invented)")
		d.send("dora", "/record/origins", form)
	}
	d.see("dora", "/record/origins", "No pair waits for a decision", "the dispatch of one day (invented)")
	d.see("dora", incident, "The claims propose: Consistent")
	if shown := d.see("dora", deed, "The sources share one origin: together they count as one."); strings.Contains(shown, "nobody has decided") {
		t.Error("what was decided still waits")
	}
	d.outlet(incident, "A reporter who was there (invented)", "I counted them myself. Here three men were killed, I saw the graves.")
	d.see("dora", incident, "The claims propose: Corroborated: two independent sources agree.")
	d.see("dora", "/record/origins", "No pair waits for a decision")
	if w := d.do("ana", "POST", "/record/origins", url.Values{"same": {"yes"}, "reason": {"x"}}); w.Code != http.StatusForbidden {
		t.Errorf("an analyst decides: %d", w.Code)
	}
}

// TestUndecidedCopies: two papers that print the same words do not corroborate one
// another until a person says that they are independent; that is said where the act
// is graded, and a finding that is made meanwhile keeps the lower grade.
func TestUndecidedCopies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident := d.send("dora", "/record/incidents/new", url.Values{"title": {"Detentions in a region (invented)"}})
	d.send("dora", incident+"/deeds", url.Values{"act": {"killing"}})
	const same = "In the night of Saturday three men were killed near the old mill, people of the village say."
	d.outlet(incident, "The Morning Herald (invented)", same)
	d.outlet(incident, "Evening Letter (invented)", same)
	deed := regexp.MustCompile(`href="(/record/deeds/[^"]+)"`).FindStringSubmatch(d.see("dora", incident))[1]
	shown := d.see("dora", deed, "Two of these sources may repeat one another: nobody has decided.", "Consistent", "If they are independent, the claims propose: Corroborated")
	d.see("dora", d.send("dora", deed, url.Values{"decided": {"2"}, "standard": {"reasonable grounds to believe"}, "reasoning": {"copies (invented)"}}))
	form := url.Values{"one": {field(shown, "one")}, "other": {field(shown, "other")}, "same": {"no"}}
	if w := d.do("dora", "POST", deed+"/origin", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Write why.") {
		t.Errorf("without a reason: %d", w.Code)
	}
	form.Set("whysame", "Each had a reporter there (invented).")
	for actor, want := range map[string]int{"ana": http.StatusForbidden, "carina": http.StatusForbidden} {
		if w := d.do(actor, "POST", deed+"/origin", form); w.Code != want {
			t.Errorf("%s decides: %d", actor, w.Code)
		}
	}
	if to := d.send("dora", deed+"/origin", form); to != deed {
		t.Errorf("the decision leads to %s", to)
	}
	after := d.see("dora", deed, "Corroborated: two independent sources agree")
	if strings.Contains(after, "nobody has decided") || !strings.Contains(after, "The claims proposed: Consistent") && strings.Contains(after, "The claims proposed: Corroborated") {
		t.Errorf("after the decision:\n%s", after)
	}
}

// field is the first value of a hidden field.
func field(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// TestSearchKeepsSecrets: words are found in any script and form; sealed ones only
// by who has a key, who also leaves a trace; facets count nothing that is sealed from somebody.
func TestSearchKeepsSecrets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident := d.send("dora", "/record/incidents/new", url.Values{"title": {"Searches at a checkpoint (invented)"}, "span": {"2017-02/2017-04"}, "narrative": {"Мужчины были задержаны у моста."}})
	d.outlet(incident, "The Morning Herald (invented)", "It is said that three men were killed, المدافعون were there.")
	source := d.send("dora", "/record/sources/new", url.Values{"name": {"Person R2 (invented)"}, "kind": {"person"}, "reliability": {"F"}, "identity": {"Zelimkhan Exampleyev (invented)"}})
	item := d.send("dora", "/record/items/new", url.Values{"source": {strings.TrimPrefix(source, "/record/sources/")}, "title": {"What somebody told"}, "material": {"testimony"}, "consent": {"recorded"}, "words": {"Нас держали на заброшенной мельнице."}})
	search := func(actor, words string, more ...string) string {
		return d.see(actor, "/record/search?q="+url.QueryEscape(words)+strings.Join(more, ""))
	}
	for words, want := range map[string]string{
		"задержан":            incident,
		"ЗАДЕРЖАННЫЕ":         incident,
		"المدافع":             "/record/items/",
		"checkpoints":         incident,
		"“men were killed”":   "/record/claims/",
		"herald morn":         "/record/sources/",
		`"search" checkpoint`: incident,
	} {
		if got := search("ana", words); !strings.Contains(got, `href="`+want) {
			t.Errorf("%q does not lead to %s:\n%s", words, want, got)
		}
	}
	for _, words := range []string{"“killed men”", "retention", "x' OR 1=1", `a "b* NEAR(`} {
		if got := search("ana", words); strings.Contains(got, incident) {
			t.Errorf("%q finds the incident", words)
		}
	}
	if got := search("dora", "мельница"); !strings.Contains(got, item) || !strings.Contains(got, "Found in sealed words") || strings.Contains(got, "мельнице") {
		t.Errorf("who has a key does not find it:\n%s", got)
	}
	for _, actor := range []string{"ana", "dora"} { // after somebody with a key has searched, too
		if got := search(actor, "мельница"); actor == "ana" && (strings.Contains(got, item) || !strings.Contains(got, "Nothing was found")) {
			t.Errorf("who has no key finds it:\n%s", got)
		}
		if got := search(actor, "Zelimkhan"); !strings.Contains(got, "Nothing was found") {
			t.Errorf("%s finds an identity:\n%s", actor, got)
		}
	}
	d.archive.Forget(d.actors["dora"].ID)
	if got := search("dora", "мельнице"); !strings.Contains(got, item) {
		t.Error("after signing in again nothing is found")
	}
	if got := search("ana", "", "&code=W07"); strings.Contains(got, incident) {
		t.Error("a code finds what is not filed under it")
	}
	d.send("dora", strings.Replace(incident, "/incidents/", "/codes/", 1), url.Values{"list": {"4"}, "code": {"W07"}})
	if got := search("ana", "", "&code=W07", "&kind=incident"); !strings.Contains(got, incident) {
		t.Errorf("a code does not find what is filed under it:\n%s", got)
	}
	if w := d.do("carina", "GET", "/record/search?q=x", nil); w.Code != http.StatusForbidden {
		t.Errorf("a caseworker searches the record: %d", w.Code)
	}
	if w := d.do("ana", "GET", "/record/search?q=%21%3F", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no word: %d", w.Code)
	}
	d.Restart(t)
}

// spreadsheets: every table goes out as XLSX, comes in as a file, and goes out with the same bytes.
func (d *desk) spreadsheets() {
	d.t.Helper()
	for _, table := range record.Tables() {
		out := func() string {
			w := d.do("dora", "POST", "/record/tables/out", url.Values{"table": {string(table)}, "format": {"xlsx"}})
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
				d.t.Fatalf("%s as XLSX: %d", table, w.Code)
			}
			return w.Body.String()
		}
		before := out()
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		m.WriteField("table", string(table))
		m.WriteField("try", "no")
		f, err := m.CreateFormFile("sheet", "t.xlsx")
		if err != nil {
			d.t.Fatal(err)
		}
		f.Write([]byte(before))
		m.Close()
		r := httptest.NewRequest("POST", "/record/tables", &b)
		r.Header.Set("Test-Actor", "dora")
		r.Header.Set("Content-Type", m.FormDataContentType())
		w := httptest.NewRecorder()
		d.mux.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther {
			d.t.Fatalf("%s as a file: %d %s", table, w.Code, w.Body)
		}
		if out() != before {
			d.t.Errorf("%s came back otherwise", table)
		}
	}
}

// TestTablesRoundTrip: what went out comes in again without a change and goes out
// with the same bytes; new and changed rows are kept; broken ones are named and nothing of them is.
func TestTablesRoundTrip(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	incident := d.send("dora", "/record/incidents/new", url.Values{"title": {"=Searches, \"at a checkpoint\" (invented)"}, "narrative": {"first line\r\nsecond line"}})
	d.outlet(incident, "The Morning Herald (invented)", "It is said that three men were killed.")
	d.send("dora", "/record/sources/new", url.Values{"name": {"Person R2 (invented)"}, "kind": {"person"}, "reliability": {"F"}, "identity": {"Zelimkhan Exampleyev (invented)"}})
	out := func(table string) string {
		w := d.do("dora", "POST", "/record/tables/out", url.Values{"table": {table}})
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Zelimkhan") {
			t.Fatalf("%s: %d %s", table, w.Code, w.Body)
		}
		return w.Body.String()
	}
	take := func(table, text, try string) (int, string) {
		w := d.do("dora", "POST", "/record/tables", url.Values{"table": {table}, "file": {text}, "try": {try}})
		return w.Code, w.Body.String()
	}
	for _, table := range record.Tables() {
		before := out(string(table))
		if code, body := take(string(table), before, "no"); code != http.StatusSeeOther {
			t.Errorf("%s does not come in again: %d %s", table, code, body)
		}
		if after := out(string(table)); after != before {
			t.Errorf("%s came back otherwise:\n%s\n%s", table, before, after)
		}
	}
	d.spreadsheets()
	if !strings.Contains(out("incidents"), `"'=Searches, ""at a checkpoint"" (invented)"`) {
		t.Errorf("a formula goes out as one:\n%s", out("incidents"))
	}
	claims := out("claims")
	better := strings.Replace(claims, "at least,3,", "between,3,5", 1)
	better = strings.Replace(better, "between,3,5,", "between,3,5,", 1)
	if code, body := take("claims", better, "yes"); code != http.StatusOK || !strings.Contains(body, "Changed rows</dt><dd>1") || out("claims") != claims {
		t.Errorf("a try: %d %s", code, body)
	}
	if code, body := take("claims", better, "no"); code != http.StatusSeeOther {
		t.Fatalf("a better reading: %d %s", code, body)
	}
	if n := strings.Count(out("claims"), "claim_"); n != 2 {
		t.Errorf("%d claims, want the old and the new", n)
	}
	if code, body := take("claims", better, "no"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "A newer claim took its place") {
		t.Errorf("the old once more: %d", code)
	}
	sources := out("sources")
	for name, x := range map[string]struct{ table, text, want string }{
		"no head":         {"sources", "", "The first line must hold"},
		"a column":        {"sources", "id,nam\n", "Line 1, nam: There is no such column"},
		"a column twice":  {"sources", "id,id\n", "This column stands there twice."},
		"fields":          {"sources", "name,kind\nA\n", "Line 2: The row has another number"},
		"quotation marks": {"sources", "name,kind\n\"A,media\n", "quotation marks"},
		"letters":         {"sources", "name,kind\nA\xff,media\n", "Line 2"},
		"a kind":          {"sources", "name,kind\nGood (invented),media\nBad (invented),paper\n", "Line 3, kind: Choose what kind of source it is."},
		"an id":           {"sources", "id,name\nsource_none,A\n", "Line 2, id: There is nothing with this id."},
		"a name":          {"sources", strings.Replace(sources, "Person R2", "Person R3", 1), "Name, kind and place of a source are not changed"},
		"an item":         {"claims", "item,status,hand,asserted\nitem_none,killed,relayed,2017-04\n", "Line 2, item: There is no such item."},
		"a number":        {"claims", "item,status,hand,asserted,bound,value\nitem_none,killed,relayed,2017-04,exactly,three\n", "Line 2, value: Write a whole number"},
	} {
		if code, body := take(x.table, x.text, "no"); code != http.StatusUnprocessableEntity || !strings.Contains(body, x.want) {
			t.Errorf("%s: %d without %q", name, code, x.want)
		}
	}
	if out("sources") != sources {
		t.Error("something of a broken table was kept")
	}
	if code, _ := take("sources", "name,kind,reliability,origin,named\nA paper (invented),media,B,herald,yes\n", "no"); code != http.StatusSeeOther || !strings.Contains(out("sources"), "A paper (invented),media,,B,herald,yes") {
		t.Errorf("a new source: %d", code)
	}
	for _, actor := range []string{"ana", "carina"} {
		if w := d.do(actor, "POST", "/record/tables/out", url.Values{"table": {"sources"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s takes a table out: %d", actor, w.Code)
		}
	}
}
