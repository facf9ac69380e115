package ui_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type noteView struct {
	ui.Frame
	Text string
}

// desk is a small Desk: who acts stands in the header Test-Role.
func desk(t *testing.T) (string, *http.Client) {
	t.Helper()
	set := ui.Must(ui.Parse(fstest.MapFS{"templates/note.html": {Data: []byte(`{{template "desk" .}}{{define "main"}}<h1>{{.Title}}</h1>{{template "errors" .Form}}{{template "field" (.Form.Text "text" "Text")}}<p id="now">{{.Text}}</p>{{end}}`)}}))
	m := ui.NewMux(ui.Config{
		Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale())),
		Actor: func(r *http.Request) (staff.Actor, error) {
			switch role := r.Header.Get("Test-Role"); role {
			case "":
				return staff.Actor{}, fault.New(fault.Denied, "Nobody is signed in.")
			case "locked":
				return staff.Actor{}, fault.New(fault.Locked, "The Desk is locked.")
			default:
				return staff.Actor{Member: staff.Member{ID: "member_x", Name: "Example", Roles: staff.Roles{staff.Role(role)}, Active: true}}, nil
			}
		},
	})
	m.Notices(map[string]string{"note.kept": "Locked"}) // a key that the catalogue has no translation for stays English
	m.Get("/note", func(c *ui.Context) error {
		return c.Render(set, "note", noteView{Frame: c.Frame("Note")})
	}, staff.Caseworker)
	m.Post("/note", func(c *ui.Context) error {
		c.Need("text", "Write a whole number, such as 12.")
		c.Int("text")
		if err := c.Wrong(); err != nil {
			f := c.Frame("Note")
			f.Form = c.Form(err)
			return c.Invalid(set, "note", noteView{Frame: f})
		}
		return c.See("/note?x=1#now", "note.kept")
	}, staff.Caseworker)
	m.Get("/broken", func(*ui.Context) error { return errors.New("secret of a disk") })
	m.Post("/typo", func(c *ui.Context) error { return c.See("/note", "no.such.key") })
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func ask(t *testing.T, c *http.Client, method, address, role string, form url.Values) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Test-Role", role)
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(b)
}

func TestMux(t *testing.T) {
	t.Parallel()
	base, client := desk(t)
	for _, c := range []struct {
		method, path, role string
		form               url.Values
		status             int
		where, says        string
	}{
		{"GET", "/note", "caseworker", nil, 200, "", "<h1>Note</h1>"},
		{"GET", "/note", "analyst", nil, 403, "", "This is not open to you"},
		{"GET", "/note", "", nil, 303, "/sign-in", ""},
		{"POST", "/note", "", url.Values{"text": {"1"}}, 303, "/sign-in", ""},
		{"GET", "/note", "locked", nil, 303, "/sign-in", ""},
		{"POST", "/note", "analyst", url.Values{"text": {"1"}}, 403, "", "security officer"},
		{"POST", "/note", "caseworker", url.Values{"text": {"12"}}, 303, "/note?x=1&done=note.kept#now", ""},
		{"POST", "/note", "caseworker", url.Values{"text": {"twelve <b>"}}, 422, "", `value="twelve &lt;b&gt;"`},
		{"POST", "/note", "caseworker", url.Values{"text": {strings.Repeat("9", 9<<20)}}, 422, "", "This is larger than can be received here."},
		{"POST", "/note", "caseworker", url.Values{"text": {strings.Repeat("ж", 700_000)}}, 422, "", "Write a whole number"}, // a long testimony passes
		{"POST", "/note", "caseworker", url.Values{"text": {"a\xff\xfeb\x00c\td"}}, 422, "", "value=\"a\ufffd\ufffdb\ufffdc\td\""},
		{"GET", "/note?done=note.kept", "caseworker", nil, 200, "", `role="status">Locked`},
		{"GET", "/note?done=you+are+fired", "caseworker", nil, 200, "", "<h1>Note</h1>"},
		{"GET", "/broken", "analyst", nil, 500, "", "problem_"},
		{"POST", "/typo", "analyst", nil, 500, "", "problem_"},
		{"GET", "/nowhere", "analyst", nil, 404, "", "Nothing here"},
		{"DELETE", "/note", "caseworker", nil, 404, "", "Nothing here"},
	} {
		a, body := ask(t, client, c.method, base+c.path, c.role, c.form)
		if a.StatusCode != c.status || a.Header.Get("Location") != c.where || !strings.Contains(body, c.says) {
			t.Errorf("%s %s as %q: %d to %q; want %d to %q with %q", c.method, c.path, c.role, a.StatusCode, a.Header.Get("Location"), c.status, c.where, c.says)
		}
		if strings.Contains(body, "secret of a disk") || strings.Contains(body, "fired") {
			t.Errorf("%s %s shows what it must not", c.method, c.path)
		}
		if a.Header.Get("Content-Security-Policy") == "" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: headers %v", c.method, c.path, a.Header)
		}
	}
}

func TestLanguageStaysOnThisDevice(t *testing.T) {
	t.Parallel()
	base, client := desk(t)
	for _, c := range []struct{ lang, back, where, says string }{
		{"ru", "/note", "/note", "Запереть"},
		{"xx", "//elsewhere.example", "/", "Lock"},
		{"en", `/\elsewhere.example`, "/", "Lock"},
	} {
		a, _ := ask(t, client, "POST", base+"/language", "caseworker", url.Values{"lang": {c.lang}, "back": {c.back}})
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != c.where {
			t.Errorf("%+v: %d to %s", c, a.StatusCode, a.Header.Get("Location"))
		}
		_, body := ask(t, client, "GET", base+"/note", "caseworker", nil)
		if !strings.Contains(body, c.says) {
			t.Errorf("%+v: the page does not say %s", c, c.says)
		}
	}
}

func TestNavigationShowsOwnParts(t *testing.T) {
	t.Parallel()
	for _, role := range staff.AllRoles() {
		f := ui.Example(i18n.Words{}, "x", "/cases/1", role)
		var parts []string
		for _, i := range f.Nav {
			parts = append(parts, i.Path)
			if i.Current != (i.Path == "/cases") {
				t.Errorf("%s: %s current %v", role, i.Path, i.Current)
			}
		}
		has := strings.Contains(fmt.Sprint(parts), "/cases")
		if has != (role == staff.Caseworker) {
			t.Errorf("%s sees the cases: %v", role, has)
		}
	}
}
