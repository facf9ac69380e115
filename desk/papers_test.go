package desk

import (
	"html"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/internal/browser"
	"waylight/internal/clock"
)

// TestPapersOnThePage: Boris makes three papers in a browser without a script, one keeper
// looks whether theirs is good, the Desk is locked, two papers set a new passphrase that
// waits; Boris is asked and stops it, and those papers are dead. New ones are used, and
// with an officer's yes, after three days, or as all three, the new passphrase works.
func TestPapersOnThePage(t *testing.T) {
	t.Parallel()
	d, dir, team, cast := demoDesk(t)
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	hours := new(clock.Shifted)
	d, err := New(Config{Dir: dir, Idle: true, Clock: hours, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
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
	again := func(texts ...string) {
		t.Helper()
		boris.Go(s.URL + "/recover")
		boris.Fill("input[name=login]", "boris")
		for i, name := range []string{"one", "two", "three"}[:len(texts)] {
			boris.Fill("textarea[name="+name+"]", texts[i])
		}
		boris.Fill("input[name=fresh]", fresh)
		boris.Fill("input[name=again]", fresh)
		boris.Follow("form[action='/recover'] button")
	}
	anew := func(passphrase string) {
		t.Helper()
		boris.Go(s.URL + "/account/papers")
		keep(passphrase, team["clara"].ID, team["anna"].ID, "outside")
		papers = nil
		for i := range 3 {
			papers = append(papers, boris.Text("section.sheet:nth-of-type("+string(rune('1'+i))+") pre"))
		}
	}
	again(papers[0], papers[0])
	says(boris, "This is the same paper twice. One alone opens nothing.")
	again(papers[2], papers[0])
	says(boris, "Your new passphrase waits", "Until then it opens nothing")
	if !d.Locked() {
		t.Fatal("papers opened the Desk")
	}
	enter(boris, "boris", fresh)
	says(boris, "Name or passphrase is not right.")
	enter(boris, "boris", phrase(t, cast, "boris"))
	says(boris, "What waits for you", "Were your papers used by you?", "Was it you? Answer now.")
	enter(hanna, "hanna", phrase(t, cast, "hanna"))
	says(hanna, "Two papers of Boris (invented) were used for a new passphrase")
	hanna.Go(s.URL + "/account/papers")
	says(hanna, "You keep one of the two papers")
	boris.Go(s.URL + "/")
	boris.Follow("form[action$='/stop'] button")
	says(boris, "Stopped. The three papers are worth nothing any more", "You have none: a lost passphrase cannot be replaced.")
	hanna.Go(s.URL + "/")
	says(hanna, "The new passphrase that two papers had set for Boris (invented) was stopped")
	again(papers[2], papers[0])
	says(boris, "Name and papers do not fit together, or newer papers were made.")

	enter(boris, "boris", phrase(t, cast, "boris"))
	anew(phrase(t, cast, "boris"))
	again(papers[0], papers[1])
	says(boris, "Your new passphrase waits")
	hours.Advance(keyring.WaitFor)
	enter(boris, "boris", phrase(t, cast, "boris"))
	says(boris, "Name or passphrase is not right.")
	enter(boris, "boris", fresh)
	says(boris, "Two papers gave Boris (invented) a new passphrase")

	anew(fresh)
	again(papers[0], papers[1])
	enter(hanna, "hanna", phrase(t, cast, "hanna"))
	hanna.Go(s.URL + "/account/papers")
	says(hanna, "Papers of Boris (invented) were used", "Speak with this member first, by voice.")
	hanna.Follow("form[action$='/now'] button")
	says(hanna, "The new passphrase works from now on")
	enter(boris, "boris", fresh)
	says(boris, "Two papers and a security officer gave Boris (invented) a new passphrase at once")

	anew(fresh)
	again(papers[0], papers[1], papers[2])
	says(boris, "Your new passphrase is set.")
	enter(boris, "boris", fresh)
	says(boris, "Three papers gave Boris (invented) a new passphrase at once")
	again(papers[0], papers[1])
	says(boris, "Name and papers do not fit together, or newer papers were made.")

	hanna.Go(s.URL + "/")
	says(hanna, "Three papers gave Boris (invented) a new passphrase")
	for strings.Contains(hanna.HTML(), "Boris (invented) a new passphrase") {
		hanna.Go(s.URL + "/account/papers")
		hanna.Follow("form[action$='/seen'] button")
		hanna.Go(s.URL + "/")
	}
	hanna.Go(s.URL + "/ledger")
	says(hanna, "papers.made", "papers.checked", "papers.waits", "papers.stopped", "papers.set", "papers.hastened", "papers.three", "papers.refused")
}
