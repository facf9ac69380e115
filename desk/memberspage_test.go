package desk

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
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
