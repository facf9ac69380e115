package harvestweb_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/harvestweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// desk serves the room over real storage; each member has an address of their own.
type desk struct {
	t       *testing.T
	archive *record.Archive
	barn    *harvest.Barn
	at      map[string]string
	who     map[string]staff.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := desktest.New(t)
	chunks, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	as, ar, ah := func(tx *store.Tx) evidence.Store { return tx }, func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) harvest.Store { return tx }
	d := &desk{t: t, at: map[string]string{}, who: map[string]staff.Actor{}, archive: record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)}
	locker := &evidence.Locker{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Vault: chunks, Clock: g.Clock}
	d.barn = &harvest.Barn{Within: store.Within(g.DB, ah), Reading: store.Reading(g.DB, ah), Archive: d.archive, Locker: locker, Vault: chunks, Clock: g.Clock}
	words, err := i18n.Load(page.Locale(), ui.Locale(), recordweb.Locale(), archiveweb.Locale(), evidenceweb.Locale(), harvestweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]staff.Role{"dora": staff.Documenter, "daniel": staff.Documenter, "ana": staff.Analyst} {
		who := g.Member(t, name+" (invented)", role)
		d.who[name] = who
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return who, nil }})
		(&harvestweb.Room{Barn: d.barn}).Register(m)
		(&recordweb.Room{Archive: d.archive}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		d.at[name] = s.URL
	}
	return d
}

func says(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	text := html.UnescapeString(browser.Eval[string](p, "document.documentElement.outerHTML"))
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not on the page:\n%s", w, p.Text("main"))
		}
	}
}

const submissions = `[{"_id":1,"_uuid":"u-1","_submission_time":"2017-04-08T10:00:00","name":"Zelim Invented","what":"They took three men.","how_many":3,"_geolocation":[43.3,45.6]},
{"_id":2,"_uuid":"u-2","_submission_time":"2017-02-30T10:00:00","name":"Somebody (invented)","what":"I heard of it.","how_many":1,"_geolocation":[143.3,45.6]}]`

// TestHarvest plays it in Chromium without a script on a small screen: a file is
// brought, its columns are chosen, what is wrong is shown row by row, what is
// right comes in, and the same file again changes nothing.
func TestHarvest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := browser.Start(t, browser.NoScript, browser.Phone)
	file := filepath.Join(t.TempDir(), "data.json")
	if err := os.WriteFile(file, []byte(submissions), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Go(d.at["dora"] + "/record")
	p.Click(`nav.tabs summary`)
	p.Follow(`a[href="/record/harvest"]`)
	p.Set(`select[name=kind]`, "kobo")
	p.Follow(`form[action="/record/harvest"] button.primary`)
	says(t, p, "Give the collection a name")
	bring := func() {
		p.Set(`select[name=kind]`, "kobo")
		p.Fill(`input[name=collection]`, "Spring form (invented)")
		p.Upload(`input[name=file]`, file)
		p.Follow(`form[action="/record/harvest"] button.primary`)
	}
	bring()
	says(t, p, "2 rows", "What each column is", "who the source really is: sealed apart")
	if over := browser.Eval[int](p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		t.Errorf("the page is %d pixels too wide for a telephone", over)
	}
	if got := p.Value(`select[name=column003]`); got != "identity" {
		t.Errorf("the name is taken for %q", got)
	}
	p.Set(`select[name=column005]`, "number")
	p.Follow(`button[value=try]`)
	says(t, p, "Say what the number counts.")
	p.Set(`select[name=status]`, "detained")
	p.Follow(`button[value=try]`)
	says(t, p, "Nothing of it was kept yet.", "Row 2, _submission_time: This is no day.", "Row 2, _geolocation: The latitude lies beyond 90")
	if items, _, err := d.archive.Items(t.Context(), d.who["dora"], 0); err != nil || len(items) != 0 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	p.Follow(`button[value=rest]`)
	says(t, p, "The rows that were right are in the record.")
	load := regexp.MustCompile(`load_[a-z2-7]{26}`).FindString(p.URL())
	mend := d.post("dora", "/record/harvest/"+load+"/mend", nil, http.StatusOK)
	if !strings.Contains(mend, "u-2") || strings.Contains(mend, "u-1") || !strings.Contains(mend, "waylight_problem") {
		t.Errorf("%s", mend)
	}
	d.post("daniel", "/record/harvest/"+load+"/mend", nil, http.StatusNotFound)
	d.post("ana", "/record/harvest/"+load+"/drop", nil, http.StatusForbidden)
	if err := os.WriteFile(file, []byte(strings.NewReplacer("2017-02-30", "2017-02-28", "143.3", "43.4").Replace(mend)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Go(d.at["dora"] + "/record/harvest")
	says(t, p, "Spring form (invented)")
	bring()
	says(t, p, "What was chosen for this collection before stands in the form.")
	p.Follow(`button[value=take]`)
	says(t, p, "All rows are in the record.")
	items, _, err := d.archive.Items(t.Context(), d.who["dora"], 0)
	if err != nil || len(items) != 2 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	p.Go(d.at["dora"] + "/record/harvest")
	bring()
	p.Follow(`button[value=try]`)
	says(t, p, "Rows as they were: nothing is done")
}

func (d *desk) post(who, path string, form url.Values, want int) string {
	d.t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.PostForm(d.at[who]+path, form)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != want {
		d.t.Errorf("%s %s: %d %v\n%s", who, path, r.StatusCode, err, b)
	}
	return string(b)
}

// TestBringTwice: the same form sent twice keeps one load, and a broken upload none.
func TestBringTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	send := func(cut int) int {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for k, v := range map[string]string{"load": "load_" + strings.Repeat("a", 26), "kind": "kobo", "collection": "Twice (invented)"} {
			if err := m.WriteField(k, v); err != nil {
				t.Fatal(err)
			}
		}
		f, err := m.CreateFormFile("file", "x.json")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, submissions); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodPost, d.at["dora"]+"/record/harvest", bytes.NewReader(b.Bytes()[:b.Len()-cut]))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", m.FormDataContentType())
		c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	if code := send(100); code != http.StatusUnprocessableEntity {
		t.Errorf("a broken upload: %d", code)
	}
	for range 2 {
		if code := send(0); code != http.StatusSeeOther {
			t.Errorf("%d", code)
		}
	}
	if all, err := d.barn.Waiting(t.Context(), d.who["dora"]); err != nil || len(all) != 1 {
		t.Errorf("%d loads, %v", len(all), err)
	}
}
