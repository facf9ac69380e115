package desk

import (
	"html"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/internal/browser"
)

// TestPapersOnThePage: Boris makes three papers in a browser without a script, one keeper
// looks whether theirs is good, the Desk is locked, two papers set a new passphrase, it
// rings, and the papers are dead.
func TestPapersOnThePage(t *testing.T) {
	t.Parallel()
	d, _, team, cast := demoDesk(t)
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	says := func(p *browser.Page, want ...string) {
		t.Helper()
		text := html.UnescapeString(p.HTML())
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Fatalf("%q is not on the page:\n%s", w, p.Text("body"))
			}
		}
	}
	enter := func(p *browser.Page, login, passphrase string) {
		t.Helper()
		p.Go(s.URL + "/sign-in")
		p.Fill("input[name=login]", login)
		p.Fill("input[name=passphrase]", passphrase)
		p.Follow("form[action='/sign-in'] button")
	}
	boris, hanna := browser.Start(t, browser.NoScript, browser.Phone), browser.Start(t, browser.Desktop)
	enter(boris, "boris", phrase(t, cast, "boris"))
	boris.Go(s.URL + "/account/papers")
	says(boris, "You have none: a lost passphrase cannot be replaced.")
	keep := func(passphrase string, keepers ...string) {
		t.Helper()
		boris.Fill("input[name=passphrase]", passphrase)
		for i, k := range keepers {
			boris.Set("select[name=keeper"+string(rune('1'+i))+"]", k)
		}
		boris.Follow("form[action='/account/papers'] button")
	}
	keep(phrase(t, cast, "boris"), team["hanna"].ID, team["hanna"].ID, "outside")
	says(boris, "Nobody keeps two papers")
	keep("not my passphrase at all", team["hanna"].ID, team["clara"].ID, "outside")
	says(boris, "This is not your passphrase.")
	keep(phrase(t, cast, "boris"), team["hanna"].ID, team["clara"].ID, "outside")
	says(boris, "Print these three papers now", "Paper 3 of 3")
	var papers []string
	for i := range 3 {
		papers = append(papers, boris.Text("section.sheet:nth-of-type("+string(rune('1'+i))+") pre"))
	}
	raw, err := os.ReadFile(filepath.Join(d.cfg.Dir, admin.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range papers {
		if len(p) < 70 || strings.Contains(string(raw), strings.ReplaceAll(p, " ", "")) {
			t.Fatalf("a paper is %q, or lies in the key file", p)
		}
	}

	enter(hanna, "hanna", phrase(t, cast, "hanna"))
	says(hanna, "Papers for a lost passphrase to be read")
	hanna.Go(s.URL + "/account/papers")
	says(hanna, "Boris (invented)", "Paper 1 of 3")
	hanna.Set("select[name=member]", team["boris"].ID)
	hanna.Fill("textarea[name=paper]", "ABCD EFGH")
	hanna.Follow("form[action$='/check'] button")
	says(hanna, "This cannot be read as a paper")
	hanna.Set("select[name=member]", team["boris"].ID)
	hanna.Fill("textarea[name=paper]", strings.ToLower(papers[0]))
	hanna.Follow("form[action$='/check'] button")
	says(hanna, "The paper is good. It was not kept.")
	if hanna.Go(s.URL + "/"); strings.Contains(hanna.HTML(), "Papers for a lost passphrase to be read") {
		t.Error("the home page asks for a paper that was just read")
	}

	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	const fresh = "a quite new set of words (invented)"
	again := func(one, two string) {
		t.Helper()
		boris.Go(s.URL + "/recover")
		boris.Fill("input[name=login]", "boris")
		boris.Fill("textarea[name=one]", one)
		boris.Fill("textarea[name=two]", two)
		boris.Fill("input[name=fresh]", fresh)
		boris.Fill("input[name=again]", fresh)
		boris.Follow("form[action='/recover'] button")
	}
	again(papers[0], papers[0])
	says(boris, "This is the same paper twice. One alone opens nothing.")
	if !d.Locked() {
		t.Fatal("one paper opened the Desk")
	}
	again(papers[2], papers[0])
	says(boris, "Your new passphrase is set.")
	enter(boris, "boris", phrase(t, cast, "boris"))
	says(boris, "Name or passphrase is not right.")
	enter(boris, "boris", fresh)
	says(boris, "Two papers gave Boris (invented) a new passphrase")
	again(papers[0], papers[1])
	says(boris, "Name and papers do not fit together, or newer papers were made.")

	enter(hanna, "hanna", phrase(t, cast, "hanna"))
	says(hanna, "Two papers gave Boris (invented) a new passphrase")
	hanna.Go(s.URL + "/account/papers")
	hanna.Follow("form[action$='/seen'] button")
	hanna.Go(s.URL + "/")
	if strings.Contains(hanna.HTML(), "Two papers gave") {
		t.Fatal("it rings on after it was seen")
	}
	hanna.Go(s.URL + "/ledger")
	says(hanna, "papers.made", "papers.checked", "papers.used", "papers.refused")
}
