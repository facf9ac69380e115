package movingweb_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/movingweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// desk serves the room over real storage; each member has an address of their own.
type desk struct {
	t     *testing.T
	clock *clock.Manual
	book  *cases.Book
	at    map[string]string
	who   map[string]staff.Actor
}

func newDesk(t *testing.T) *desk {
	g := desktest.New(t)
	as := func(tx *store.Tx) cases.Store { return tx }
	d := &desk{t: t, clock: g.Clock, at: map[string]string{}, who: map[string]staff.Actor{}, book: cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})}
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), movingweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]staff.Role{"anna": staff.Caseworker, "boris": staff.Caseworker, "hanna": staff.Security, "olga": staff.Intake} {
		who := g.Member(t, name+" (invented)", role)
		d.who[name] = who
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return who, nil }})
		(&movingweb.Room{Book: d.book, Names: func(context.Context) (map[string]string, error) { return map[string]string{who.ID: who.Name}, nil }}).Register(m)
		(&caseweb.Room{Book: d.book}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		d.at[name] = s.URL
	}
	return d
}

func (d *desk) post(who, path string, form url.Values) (int, []byte) {
	d.t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.PostForm(d.at[who]+path, form)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.StatusCode, b
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

// TestMoving plays it in Chromium without a script: a spreadsheet comes in, is
// mended where it was wrong, leaves as another after a second person's yes, and
// everything leaves sealed.
func TestMoving(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := browser.Start(t, browser.NoScript)
	file := filepath.Join(t.TempDir(), "people.xlsx")
	sheet, err := table.WriteXLSX("People", []string{"case", "person", "name", "contact", "minor"}, [][]string{{"new 1", "A", "Руслан Вымышленный", "+7 200 000 00 03", "no"}, {"new 1", "B", "Саид Вымышленный", "", "maybe"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, sheet, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Go(d.at["anna"] + "/moving")
	p.Follow(`a[href="/moving/tables"]`)
	p.Set(`select[name=table]`, "people")
	p.Upload(`input[name=sheet]`, file)
	p.Follow(`form[action="/moving/tables"] button.primary`)
	says(t, p, "Line 3, minor: Write yes or no.", "Nothing of it was kept.")
	// The refused rows stay with the person, and are mended where they stand.
	mended := strings.Replace(p.Value(`textarea[name=file]`), "maybe", "no", 1)
	p.Fill(`textarea[name=file]`, mended)
	p.Follow(`form[action="/moving/tables"] button.primary`)
	says(t, p, "Nothing of it was kept yet.", "New cases")
	p.Click(`input[name=try][value=no]`)
	p.Follow(`form[action="/moving/tables"] button.primary`)
	says(t, p, "The table is kept, whole.")

	p.Follow(`a[href="/moving/out"]`)
	p.Click(`input[name=what][value=people]`)
	p.Click(`input[name=format][value=csv]`)
	p.Follow(`form[action="/moving/out"] button.primary`)
	says(t, p, "Say why, without a name")
	p.Fill(`textarea[name=reason]`, "For the lawyers' meeting.")
	p.Follow(`form[action="/moving/out"] button.primary`)
	says(t, p, "Waits for a second person")
	exit := regexp.MustCompile(`exit_[a-z2-7]{26}`)
	p.Go(d.at["hanna"] + "/moving")
	id := exit.FindString(p.HTML())
	if code, _ := d.post("anna", "/moving/exits/"+id+"/fetch", nil); code != http.StatusConflict {
		t.Fatalf("it leaves before anybody said yes: %d", code)
	}
	if code, _ := d.post("olga", "/moving/exits/"+id+"/answer", url.Values{"yes": {"yes"}}); code != http.StatusForbidden {
		t.Fatalf("an intake operator lets it leave: %d", code)
	}
	p.Follow(`form[action="/moving/exits/` + id + `/answer"] button.primary`)
	says(t, p, "Your answer is kept.", "May be fetched")
	p.Go(d.at["anna"] + "/moving")
	says(t, p, "Fetch the file")
	if code, b := d.post("boris", "/moving/exits/"+id+"/fetch", nil); code != http.StatusNotFound || bytes.Contains(b, []byte("Вымышленный")) {
		t.Fatalf("a colleague fetches it: %d", code)
	}
	if code, b := d.post("anna", "/moving/exits/"+id+"/fetch", nil); code != http.StatusOK || !strings.Contains(string(b), "Саид Вымышленный") {
		t.Fatalf("it does not leave: %d %s", code, b)
	}
	d.everything(p)
}

// everything leaves sealed, and comes into another Desk by its page.
func (d *desk) everything(p *browser.Page) {
	d.t.Helper()
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		d.t.Fatal(err)
	}
	p.Go(d.at["anna"] + "/moving/out")
	p.Click(`input[name=what][value=all]`)
	p.Fill(`textarea[name=reason]`, "We move to another Desk.")
	p.Fill(`input[name=recipient]`, key.Recipient().String())
	p.Follow(`form[action="/moving/out"] button.primary`)
	p.Go(d.at["boris"] + "/moving")
	p.Follow(`form[action$="/answer"] button.primary`)
	p.Go(d.at["anna"] + "/moving")
	id := regexp.MustCompile(`action="(/moving/exits/exit_[a-z2-7]{26}/fetch)"`).FindStringSubmatch(p.HTML()[strings.Index(p.HTML(), "Everything, for moving away"):])
	code, sealed := d.post("anna", id[1], nil)
	if code != http.StatusOK || !bytes.HasPrefix(sealed, []byte("age-encryption.org/")) {
		d.t.Fatalf("%d %.40q", code, sealed)
	}
	file := filepath.Join(d.t.TempDir(), "all.zip.age")
	if err := os.WriteFile(file, sealed, 0o600); err != nil {
		d.t.Fatal(err)
	}
	other := newDesk(d.t)
	p.Go(other.at["anna"] + "/moving/package")
	p.Upload(`input[name=package]`, file)
	p.Fill(`textarea[name=identity]`, "AGE-SECRET-KEY-1NOTHING")
	p.Follow(`form[action="/moving/package"] button.primary`)
	says(d.t, p, "Paste the secret key")
	if strings.Contains(p.HTML(), "1NOTHING") {
		d.t.Error("a secret is sent back")
	}
	p.Upload(`input[name=package]`, file)
	p.Fill(`textarea[name=identity]`, key.String())
	p.Follow(`form[action="/moving/package"] button.primary`)
	says(d.t, p, "The package is kept, whole.")
	p.Go(other.at["anna"] + "/cases")
	p.Follow(`table a[href^="/cases/case_"]`)
	p.Go(strings.Split(p.URL(), "?")[0] + "/people")
	says(d.t, p, "Руслан Вымышленный", "+7 200 000 00 03")
}

// TestClosureExpiryErasure plays the end of a case in Chromium without a script:
// closed, its day comes, a hold of two people keeps it, the hold ends, it is erased.
func TestClosureExpiryErasure(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := browser.Start(t, browser.NoScript)
	f, err := d.book.Open(t.Context(), d.who["anna"], cases.Opening{Assign: []string{d.who["anna"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	at := d.at["anna"] + "/cases/" + f.ID
	p.Go(at + "/people/new")
	p.Fill(`input[name=code]`, "A")
	p.Fill(`input[name=name]`, "Руслан Вымышленный")
	p.Follow(`main form[method=post] button.primary`)
	p.Go(at + "/close")
	p.Click(`input[name=safe]`)
	p.Fill(`textarea[name=needs]`, "All were met.")
	p.Fill(`textarea[name=view]`, "Feels safe.")
	p.Set(`input[name=erase]`, "2017-05-09")
	p.Follow(`main form[method=post] button.primary`)
	p.Go(d.at["anna"] + "/retention")
	says(t, p, "its day has not come", "1 people", "keys, without which the rest is noise")
	d.clock.Advance(31 * 24 * time.Hour)
	p.Go(d.at["anna"] + "/retention")
	says(t, p, "its day has come", "Erase it now")
	p.Click(`details summary`)
	p.Follow(`form[action$="/hold"] button`)
	says(t, p, "Say why: which proceeding")
	p.Fill(`form[action$="/hold"] input[name=reason]`, "A court asked for it (invented).")
	p.Set(`form[action$="/hold"] input[name=until]`, "2017-12-31")
	p.Follow(`form[action$="/hold"] button`)
	says(t, p, "held: nothing is erased", "A second person must agree")
	if p.Count(`a[href$="/erase"]`) != 0 {
		t.Error("the page offers to erase what is held")
	}
	p.Go(d.at["hanna"] + "/retention")
	if strings.Contains(p.Text("main"), "A court asked") {
		t.Error("a security officer who is not assigned reads why")
	}
	p.Follow(`form[action$="/agree"] button`)
	says(t, p, "Agreed by")
	code := regexp.MustCompile(`[A-Z]{2}-[0-9]{4}`).FindString(p.Text("main"))
	p.Go(at + "/erase")
	p.Fill(`input[name=code]`, code)
	p.Follow(`main form[method=post] button.danger`)
	says(t, p, "This case is held: nothing of it may be erased now.")
	p.Go(d.at["hanna"] + "/retention")
	p.Follow(`form[action$="/end"] button`)
	p.Go(d.at["anna"] + "/retention")
	p.Follow(`a[href$="/erase"]`)
	p.Fill(`input[name=code]`, code)
	p.Follow(`main form[method=post] button.danger`)
	says(t, p, "The case is erased.")
	if status := p.Go(at); status != http.StatusNotFound {
		t.Errorf("the erased case answers %d", status)
	}
	p.Go(d.at["anna"] + "/retention")
	says(t, p, "What stays of erased cases", "fewer than 5")
	if strings.Contains(p.Text("main"), code) {
		t.Error("the page still knows its code")
	}
}
