package waylight_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

const reportDead = "Zelim Nesushchestvuev" // invented, dead; the family has not agreed

// writes puts words into the summary of a draft, in both languages.
func writesReport(t *testing.T, p *browser.Page, at, en, ru string) {
	t.Helper()
	p.Go(at + "/edit")
	p.Set("#f-summary", en)
	p.Set("#f-summary_ru", ru)
	p.Follow("main form button.primary")
}

// TestReportRoad is the road of a situation report in browsers: written, stopped by
// the leak guard for a name that only a safe of the campaign holds, mended, agreed to
// by a second person, published, read by a stranger without a script, corrected by a
// second version that says what has changed, and compared with the signature.
func TestReportRoad(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.member(t, "hanna")
	freya, goran := w.member(t, "freya"), w.member(t, "goran", browser.NoScript)

	goran.Go(w.desk + "/campaign?all=1")
	home := browser.Eval[string](goran, `document.querySelector("table.list tbody a").href`)
	goran.Go(home + "/follow?kind=memorial")
	goran.Set("#f-who", reportDead)
	goran.Set("#f-words", "He sang (invented).")
	goran.Follow("main form button.primary")
	shows(t, goran, reportDead, "The family has not agreed")

	goran.Go(w.desk + "/publish")
	goran.Set("#f-day", "2018-12-31")
	goran.Follow(`form[action="/publish"] button`)
	at := strings.Split(goran.URL(), "?")[0]
	writesReport(t, goran, at, "We remember "+reportDead+".", "Мы помним одного человека.")
	shows(t, goran, "The leak guard stops this text", "A protected identity (name)")
	freya.Go(at)
	shows(t, freya, "Nobody can agree while the leak guard stops the text.")
	if strings.Contains(freya.HTML(), "<mark>") {
		t.Error("a colleague who cannot open the matter is shown the words")
	}
	writesReport(t, goran, at, "We remember those who died (invented words).", "Мы помним погибших (вымышленные слова).")
	goran.Follow(`form[action="` + strings.TrimPrefix(at, w.desk) + `/approve"] button`)
	shows(t, goran, "Say what has changed since the last version")
	goran.Go(at + "/edit")
	goran.Set("#f-changed", "Words of remembrance (invented).")
	goran.Set("#f-changed_ru", "Слова памяти (вымышлено).")
	goran.Follow("main form button.primary")
	if strings.Contains(goran.Text("main"), "The leak guard stops") {
		t.Fatalf("mended, and still stopped:\n%s", goran.Text("main"))
	}
	w.out(t, goran, freya, at)

	stranger := browser.Start(t, browser.Phone, browser.NoScript)
	page := w.front + "/p/report/chechnya-april-2017"
	see(t, stranger, page+".ru.html", "Мы помним погибших")
	shows(t, stranger, "Что изменилось с прошлой версии", "Для печати (PDF)", "Прежние версии")
	feed := fetch(t, w.front+"/p/report/feed.en.atom")
	if !strings.Contains(feed, "version 3") || !strings.Contains(feed, "chechnya-april-2017.v3.en.html") {
		t.Errorf("the feed does not tell of it:\n%s", feed)
	}
	for path, want := range map[string]string{".v3.en.pdf": "%PDF-", ".v3.press.zip": "PK", ".v3.json": `"waylight/v1/report"`, ".v3.figures.csv": "#indicator"} {
		if body := fetch(t, page+path); !strings.Contains(body[:min(len(body), 200)], want) {
			t.Errorf("%s does not begin with %q", path, want)
		}
	}

	// Corrected: the old words stay under their own address, and the new ones say what changed.
	goran.Go(w.desk + "/publish")
	goran.Set("#f-day", "2018-12-31")
	goran.Follow(`form[action="/publish"] button`)
	next := strings.Split(goran.URL(), "?")[0]
	goran.Go(next + "/edit")
	goran.Set("#f-changed", "A word was wrong: those who died, not those who left (invented).")
	goran.Set("#f-changed_ru", "Исправлено слово: погибшие, а не уехавшие (вымышлено).")
	goran.Follow("main form button.primary")
	w.out(t, goran, freya, next)
	see(t, stranger, page+".en.html", "A word was wrong")
	stranger.Go(page + ".v3.en.html")
	shows(t, stranger, "We remember those who died (invented words).")

	// A stranger compares everything with the signature; the Front's bytes are what was signed.
	front := &sender.Front{URL: w.front}
	sight, err := lookout.Look(t.Context(), front.Get, lookout.Expected{Today: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sight.Findings {
		if strings.HasPrefix(f.Where, "page") {
			t.Errorf("%s: %s", f.Where, f.What)
		}
	}
	if sight.Pages < 40 {
		t.Errorf("only %d pages were compared", sight.Pages)
	}
	if strings.Contains(fetch(t, page+".v3.json"), reportDead) {
		t.Error("the name is public")
	}
}

// out lets two people agree, publishes, and waits for nothing.
func (w *town) out(t *testing.T, editor, second *browser.Page, at string) {
	t.Helper()
	for _, p := range []*browser.Page{editor, second} {
		p.Go(at)
		p.Follow(fmt.Sprintf(`form[action=%q] button`, strings.TrimPrefix(at, w.desk)+"/approve"))
		shows(t, p, "Your yes is kept")
	}
	editor.Go(at)
	editor.Follow(fmt.Sprintf(`form[action=%q] button`, strings.TrimPrefix(at, w.desk)+"/publish"))
	shows(t, editor, "Published")
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", url, res.StatusCode, err)
	}
	return string(b)
}
