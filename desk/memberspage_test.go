package desk

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/supporters"
	"waylight/internal/ids"
)

// TestRemoveOnThePage removes a member by the form, without a script: the
// question first, a refusal with its reason, then the removal; the member's own
// open page is closed to them at the next click.
func TestRemoveOnThePage(t *testing.T) {
	t.Parallel()
	d, _, team, cast := demoDesk(t)
	work(t, d.rooms(), team, team["boris"])
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	browser := func(login string) *http.Client {
		t.Helper()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &http.Client{Jar: jar}
		res, err := c.PostForm(s.URL+"/sign-in", url.Values{"login": {login}, "passphrase": {phrase(t, cast, login)}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return c
	}
	read := func(res *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	hanna, boris := browser("hanna"), browser("boris")
	path := "/members/" + team["boris"].ID + "/remove"
	if _, list := read(hanna.Get(s.URL + "/members")); !strings.Contains(list, path) || strings.Contains(list, "/members/"+team["hanna"].ID+"/remove") {
		t.Error("the list does not offer to remove boris, or offers hanna herself")
	}
	if n, _ := read(boris.Get(s.URL + path)); n == http.StatusOK {
		t.Error("a caseworker sees the page")
	}
	if n, ask := read(hanna.Get(s.URL + path)); n != http.StatusOK || !strings.Contains(ask, "Boris (invented)") {
		t.Errorf("the question: %d", n)
	}
	if n, body := read(hanna.PostForm(s.URL+path, url.Values{})); n != http.StatusUnprocessableEntity || !strings.Contains(body, "Nobody else can open 1 of") {
		t.Errorf("what nobody else can open: %d", n)
	}
	if n, _ := read(boris.Get(s.URL + "/cases")); n != http.StatusOK {
		t.Errorf("after a refusal boris should still be here: %d", n)
	}
	n, list := read(hanna.PostForm(s.URL+path, url.Values{"abandon": {"yes"}}))
	if n != http.StatusOK || !strings.Contains(list, "has left") || strings.Contains(list, path) || !strings.Contains(list, "Removed and signed out") {
		t.Errorf("after the removal: %d", n)
	}
	if _, body := read(boris.Get(s.URL + "/cases")); !strings.Contains(body, `name="passphrase"`) {
		t.Error("boris still sees his cases")
	}
	if n, _ := read(hanna.Get(s.URL + path)); n != http.StatusNotFound {
		t.Errorf("a member who has left can be removed again: %d", n)
	}
}

// TestSecondsWait: what waits for a second person, and is nobody's case or conversation,
// stands on the first page of those who may answer, and of nobody else.
func TestSecondsWait(t *testing.T) {
	t.Parallel()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	ctx := t.Context()
	text := func(s string) campaign.Text { return campaign.Text{EN: s, RU: s} }
	if err := r.roll.Begin(ctx, team["freya"], ids.New("petition"), "let-them-pass", "", supporters.Content{Title: text("Let them pass (invented)"), To: text("An invented office"), Body: text("We ask for visas."), Until: r.roll.Today()}); err != nil {
		t.Fatal(err)
	}
	const says = "Petitions whose words wait for your yes"
	for _, a := range cast.Accounts {
		cookie, err := d.SignIn(ctx, a.Login, a.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		body := knock(t, r.pages, http.MethodGet, "/", cookie).Body.String()
		if want := team[a.Login].Roles.Any(supporters.Approvers()...); strings.Contains(body, says) != want {
			t.Errorf("%s: the first page names the petition: %t", a.Login, !want)
		}
	}
}
