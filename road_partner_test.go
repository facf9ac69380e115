package waylight_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/browser"
)

// carried takes a package from a referral's page and puts it on a stick: the form
// is sent as the button would, and the answer is kept as a file.
func carried(t *testing.T, p *browser.Page) string {
	t.Helper()
	body := browser.Await[string](p, `(async () => { const all = document.querySelectorAll('#packages form'); if (!all.length) return "";
		const r = await fetch(all[all.length - 1].action, {method: "POST"}); if (!r.ok) return ""; const b = new Uint8Array(await r.arrayBuffer());
		let s = ""; for (const x of b) s += String.fromCharCode(x); return btoa(s) })()`)
	b, err := base64.StdEncoding.DecodeString(body)
	if err != nil || len(b) == 0 || !strings.HasPrefix(string(b), "age-encryption.org/v1\n") {
		t.Fatalf("%s: no package to carry: %d bytes, %v", p.URL(), len(b), err)
	}
	file := filepath.Join(t.TempDir(), "package.age")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// brings uploads a file at a Desk's page of referrals.
func brings(t *testing.T, p *browser.Page, desk, file string) {
	t.Helper()
	p.Go(desk + "/referrals")
	p.Upload(`main input[name="file"]`, file)
	press(t, p, `form[action="/referrals/bring"] button`)
}

// card makes a Desk's card and gives it with the words that are read out.
func card(t *testing.T, p *browser.Page, desk string) (text, words string) {
	t.Helper()
	p.Go(desk + "/partners")
	press(t, p, `form[action="/partners/key"] button`)
	return browser.Eval[string](p, `document.querySelector("[data-copy-text]").textContent`), browser.Eval[string](p, `document.querySelector("aside dd").textContent.trim()`)
}

// meets makes another organisation a partner: one member enters the card, a
// second compares the words.
func meets(t *testing.T, first, second *browser.Page, desk, card, words string) {
	t.Helper()
	form := `form[action="/partners"] `
	first.Go(desk + "/partners")
	fill(t, first, map[string]string{"card": card, "words": "00000 00000 00000 00000 00000 00000 00000 00000"})
	if status := first.Follow(form + "button"); status != 422 {
		t.Fatalf("other words were taken: %d", status)
	}
	fill(t, first, map[string]string{"card": card, "words": words})
	press(t, first, form+"button")
	shows(t, first, "Waits for a second member")
	second.Go(first.URL())
	fill(t, second, map[string]string{"words": words})
	press(t, second, `form[action$="/confirm"] button`)
	shows(t, second, "Confirmed by two")
}

// TestRoadPartner plays a referral out and back between two running Desks: the
// cards, the words on the phone, the consent, what is refused, the package on a
// stick, the answer, and the consent taken back.
func TestRoadPartner(t *testing.T) {
	t.Parallel()
	here, there := newTown(t), newTown(t)
	boris, clara := here.member(t, "boris"), here.member(t, "clara")
	anna, theirs, theirSecond := there.member(t, "anna"), there.member(t, "boris"), there.member(t, "clara")
	ourCard, ourWords := card(t, boris, here.desk)
	theirCard, theirWords := card(t, theirs, there.desk)
	meets(t, boris, clara, here.desk, theirCard, theirWords)
	meets(t, theirs, theirSecond, there.desk, ourCard, ourWords)

	form(t, boris, here.desk+"/cases/new", map[string]string{"assign": "Boris (invented)", "priority": "urgent"})
	home := address(boris)
	form(t, boris, home+"/people/new", map[string]string{"code": "A", "name": planted, "contact": "+7 200 000 00 31", "medical": "insulin"})
	refer := map[string]string{"need": "A bed for two weeks.", "data": "name", "say": "The lamp is lit", "answer": "And the oil is full"}
	boris.Go(home + "/refer")
	if n := browser.Eval[int](boris, `document.querySelectorAll('main input[name="data"]:checked').length`); n != 0 {
		t.Errorf("%d kinds of data are chosen beforehand", n)
	}
	fill(t, boris, refer)
	fill(t, boris, map[string]string{"party": "A"})
	if status := boris.Follow(`form[action$="/refer"] button`); status != 422 {
		t.Fatalf("without a consent it left: %d", status)
	}
	shows(t, boris, "There is no consent of this person")
	form(t, boris, home+"/refer/consent", map[string]string{"party": "A", "kinds": "name", "how": "spoken"})
	fill(t, boris, refer)
	fill(t, boris, map[string]string{"party": "A", "data": "medical"}) // a second box beside the first
	if status := boris.Follow(`form[action$="/refer"] button`); status != 422 {
		t.Fatalf("more than was agreed to left: %d", status)
	}
	shows(t, boris, "The consent does not cover: health.")
	if got := boris.Value(`main textarea[name="need"]`); got != refer["need"] {
		t.Errorf("what was typed is gone: %q", got)
	}
	boris.Click(`main input[name="data"][value="medical"]`)
	press(t, boris, `form[action$="/refer"] button`)
	sheet := address(boris)
	shows(t, boris, planted, "No answer yet", "The lamp is lit")

	out := carried(t, boris)
	brings(t, anna, there.desk, out)
	shows(t, anna, planted, "Waits for a decision", "A bed for two weeks.", "The lamp is lit")
	if strings.Contains(browser.Eval[string](anna, "document.body.innerText"), "insulin") {
		t.Error("what was not chosen arrived")
	}
	brings(t, anna, there.desk, out)
	shows(t, anna, "This package is here already.")
	if status := bringsBad(t, boris, here.desk, out); status != 422 {
		t.Errorf("the wrong Desk took it: %d", status)
	}
	fill(t, anna, map[string]string{"assign": "Boris (invented)"})
	press(t, anna, `form[action$="/accept"] button`)
	theirs.Go(there.desk + "/referrals")
	theirs.Go(link(t, theirs, "tbody tr", "Accepted"))
	theirSheet := address(theirs)
	answer := carried(t, theirs)
	theirCase := browser.Eval[string](theirs, `document.querySelector('main a[href^="/cases/"]').href`)
	theirs.Go(theirCase + "/people")
	shows(t, theirs, planted)

	brings(t, boris, here.desk, answer)
	if address(boris) != sheet {
		t.Errorf("the answer leads to %s", boris.URL())
	}
	shows(t, boris, "Accepted", "Answer: accepted")

	// The person takes the consent back: the revocation is there at once, and both sides show it.
	boris.Go(home + "/consent")
	press(t, boris, `form[action$="/withdraw"] button`)
	boris.Go(sheet)
	shows(t, boris, "Called back", "Revocation")
	brings(t, anna, there.desk, carried(t, boris))
	theirs.Go(theirCase)
	shows(t, theirs, "The partner called this case's referral back.")
	theirs.Go(theirSheet)
	shows(t, theirs, "Called back")
}

func bringsBad(t *testing.T, p *browser.Page, desk, file string) int {
	t.Helper()
	p.Go(desk + "/referrals")
	p.Upload(`main input[name="file"]`, file)
	return p.Follow(`form[action="/referrals/bring"] button`)
}
