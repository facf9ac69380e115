package waylight_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

// gone waits until an address of the Front does not hold a text any more, and gives
// what stands there then.
func gone(t *testing.T, url, text string) (status int, body string) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; {
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), text) {
			return res.StatusCode, string(b)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s still holds %q", url, text)
		}
		<-time.After(100 * time.Millisecond)
	}
}

// TestConsentEndsInPublic plays it at a real Front: a family agrees, the name of their
// dead stands on a memorial, in the words of a second report and in a petition; they
// take it back with one press at the Desk, and a stranger finds the name nowhere, with
// nobody asked in between. The editor is called, and what still stands is signed.
func TestConsentEndsInPublic(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.member(t, "hanna")
	freya, goran := w.member(t, "freya"), w.member(t, "goran", browser.NoScript)
	goran.Go(w.desk + "/campaign?all=1")
	home := browser.Eval[string](goran, `document.querySelector("table.list tbody a").href`)
	goran.Go(home + "/follow?kind=memorial")
	goran.Set("#f-who", reportDead)
	goran.Set("#f-words", "He sang (invented).")
	goran.Set("#f-words_ru", "Он пел (вымышлено).")
	goran.Follow("main form button.primary")
	matter := strings.Split(goran.URL(), "?")[0]
	goran.Set(`form[action$="/consent"] [name=how]`, "Asked his sister, in writing (invented).")
	goran.Follow(`form[action$="/consent"] button`)
	shows(t, goran, "The family has agreed")

	goran.Go(w.desk + "/publish")
	goran.Set("#f-day", "2018-12-31")
	goran.Follow(`form[action="/publish"] button`)
	at := strings.Split(goran.URL(), "?")[0]
	goran.Go(at + "/edit")
	goran.Set("#f-changed", "A name is said (invented).")
	goran.Set("#f-changed_ru", "Названо имя (вымышлено).")
	goran.Follow("main form button.primary")
	w.out(t, goran, freya, at)
	page := w.front + "/p/report/chechnya-april-2017"
	stranger := browser.Start(t, browser.Phone, browser.NoScript)
	see(t, stranger, page+".memorial.ru.html", "Он пел (вымышлено).")

	// A second version says the name in its own words; the first keeps its memorial.
	goran.Go(w.desk + "/publish")
	goran.Set("#f-day", "2018-12-31")
	goran.Follow(`form[action="/publish"] button`)
	next := strings.Split(goran.URL(), "?")[0]
	goran.Go(next + "/edit")
	goran.Set("#f-summary", "We remember "+reportDead+".")
	goran.Set("#f-summary_ru", "Мы помним одного человека.")
	goran.Set("#f-changed", "A sentence (invented).")
	goran.Set("#f-changed_ru", "Одно предложение (вымышлено).")
	goran.Follow("main form button.primary")
	w.out(t, goran, freya, next)
	see(t, stranger, page+".en.html", reportDead)

	freya.Go(w.desk + "/petitions")
	fill(t, freya, map[string]string{"slug": "remember", "title-en": "Remember (invented)", "title-ru": "Помните (вымышлено)", "to-en": "An invented ministry", "to-ru": "Вымышленному министерству",
		"body-en": reportDead + " died. We ask for the truth.", "body-ru": "Мы просим правды.", "until": time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "goal": "100"})
	freya.Follow(`main form[action="/petitions"] button`)
	plea := strings.TrimPrefix(strings.Split(freya.URL(), "?")[0], w.desk)
	freya.Follow(`form[action="` + plea + `/approve"] button`)
	goran.Go(w.desk + plea)
	goran.Follow(`form[action="` + plea + `/approve"] button`)
	goran.Follow(`form[action="` + plea + `/publish"] button`)
	see(t, stranger, w.front+"/en/petitions/remember", reportDead)

	goran.Go(matter)
	goran.Follow(`form[action$="/take-back"] button`)
	shows(t, goran, "was taken back in the same moment")

	for _, path := range []string{".en.html", ".memorial.en.html", ".memorial.ru.html", ".json", ".v3.memorial.en.html", ".v3.en.html", ".v3.json", ".v4.en.html", ".v4.json"} {
		gone(t, page+path, reportDead)
	}
	gone(t, w.front+"/en/petitions/remember", reportDead)
	gone(t, w.front+"/p/report/feed.en.atom", reportDead)
	stranger.Go(page + ".en.html")
	shows(t, stranger, "This version was taken back", "We do not say more")
	stranger.Follow(`a[href$=".v3.en.html"]`)
	shows(t, stranger, "something was taken out of this version")
	if status, _ := gone(t, page+".v4.en.pdf", reportDead); status != http.StatusNotFound {
		t.Errorf("the printed report is still there: %d", status)
	}
	shows(t, w.at(goran, "/publish"), "Taken back at once", "A name was taken out", "This version was taken down", "This petition was taken down")
	if strings.Contains(goran.HTML(), reportDead) {
		t.Error("the list names whom it concerns")
	}
	shows(t, w.at(goran, "/"), "Publications that were taken back at once")

	sight, err := lookout.Look(t.Context(), (&sender.Front{URL: w.front}).Get, lookout.Expected{Today: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sight.Findings {
		if strings.HasPrefix(f.Where, "page") {
			t.Errorf("%s: %s", f.Where, f.What)
		}
	}
}

// at leads a member to a page of the Desk.
func (w *town) at(p *browser.Page, path string) *browser.Page {
	p.Go(w.desk + path)
	return p
}
