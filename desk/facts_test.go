package desk

import (
	"html"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/supporters"
	"waylight/internal/browser"
	"waylight/internal/clock"
)

// TestFactsSwitch: a security officer has the fingerprints of facts removed and kept again,
// on a page without a script. While they are off, and while some were not told again, the
// pages of the leak guard say so. Those who can open a case, a party or a source tell the
// guard what it lacks. Everybody is invented.
func TestFactsSwitch(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	f, err := r.book.Open(ctx, team["boris"], cases.Opening{Priority: cases.Urgent, Assign: []string{team["boris"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.book.KeepParty(ctx, team["boris"], f.ID, "", 0, cases.Party{Code: "A", Name: "Анзор Гайрбеков", Other: "ветеринар, 43 года, из села Выдумкино"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.parties.AddParty(ctx, team["dina"], parties.Party{Kind: parties.Person, Called: "The shepherd of story five"}, parties.Identity{Names: []string{"Лечи Небылов"}, Other: []string{"пастух, 67 лет, из села Придумское"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.archive.AddSource(ctx, team["dina"], record.Source{Name: "W5", Kind: record.PersonSource}, "Тоита Вымыслова, учительница, 39 лет, из села Несуществово"); err != nil {
		t.Fatal(err)
	}
	texts := []string{"The only vet of Vydumkino, 43, was taken.", "A shepherd of Pridumskoye, 67, saw it.", "A teacher of Nesushchestvovo, 39, told it."}
	found := func() (out []bool) {
		t.Helper()
		for _, text := range texts {
			hits, err := r.gateway.Inspect(ctx, team["hanna"], "letter_x", "public", []string{text})
			if err != nil {
				t.Fatal(err)
			}
			is := false
			for _, h := range hits {
				is = is || h.Kind == guard.Facts
			}
			out = append(out, is)
		}
		return out
	}
	if got := found(); !got[0] || !got[1] || !got[2] {
		t.Fatalf("before anything was switched: %v", got)
	}
	petition := supporters.NewID()
	if err := r.roll.Begin(ctx, team["freya"], petition, "facts-of-nobody", "", supporters.Content{Title: campaign.Text{EN: "An invented petition", RU: "Выдуманная петиция"}, To: campaign.Text{EN: "An office", RU: "Ведомству"}, Body: campaign.Text{EN: "Answer.", RU: "Ответьте."}, Until: clock.DayOf(r.clock.Now().AddDate(0, 1, 0))}); err != nil {
		t.Fatal(err)
	}
	p := browser.Start(t, browser.NoScript, browser.Phone)
	enter := func(login string) {
		t.Helper()
		p.Go(s.URL + "/sign-in")
		p.Fill("input[name=login]", login)
		p.Fill("input[name=passphrase]", phrase(t, cast, login))
		p.Follow("form[action='/sign-in'] button")
	}
	says := func(path, want string, is bool) {
		t.Helper()
		p.Go(s.URL + path)
		if strings.Contains(html.UnescapeString(p.HTML()), want) != is {
			t.Fatalf("%s: %q on the page: %t\n%s", path, want, !is, p.Text("body"))
		}
	}
	const off, lack = "The leak guard does not look for facts here", "The leak guard does not know the facts of"
	enter("hanna")
	says("/petitions/"+petition, off, false)
	says("/publish/guard", "Now: fingerprints of facts are kept.", true)
	p.Follow("form[action='/publish/guard'] button")
	for _, path := range []string{"/publish/guard", "/petitions/" + petition, "/publish"} {
		says(path, off, true)
	}
	if got := found(); got[0] || got[1] || got[2] {
		t.Fatalf("off, and found: %v", got)
	}
	says("/publish/guard", "Now: none are kept.", true)
	p.Follow("form[action='/publish/guard'] button")
	says("/petitions/"+petition, lack, true)
	if err := r.tellFacts(ctx, team["boris"]); err != nil {
		t.Fatal(err)
	}
	if got := found(); !got[0] || got[1] || got[2] {
		t.Fatalf("after the caseworker told: %v", got)
	}
	for _, who := range []string{"dina", "clara", "emil"} {
		if err := r.tellFacts(ctx, team[who]); err != nil {
			t.Fatal(err)
		}
	}
	if got := found(); !got[0] || !got[1] || !got[2] {
		t.Fatalf("after all told: %v", got)
	}
	says("/petitions/"+petition, lack, false)
	says("/ledger", "guard.told", true)
	enter("freya")
	says("/publish/guard", "The security officer decides.", true)
}
