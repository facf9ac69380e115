package waylight_test

import (
	"strings"
	"testing"

	"waylight/internal/browser"
)

// testify hands words to the record by consent, makes a claim of them, and
// watches the figure change while its history stays.
func (w *town) testify(t *testing.T, boris *browser.Page, home string) {
	t.Helper()
	w.signIn(t, boris, "boris")
	const words = "In the place where I was held there were up to 25 men who did not come back."
	boris.Go(home + "/consent")
	url := browser.Eval[string](boris, `(Array.from(document.querySelectorAll('main a[href*="/testify"]'))[0] || {}).href || ""`)
	if url == "" {
		t.Fatalf("no consent to record is offered:\n%s", browser.Eval[string](boris, "document.body.innerText"))
	}
	boris.Go(url)
	fill(t, boris, map[string]string{"words": words + " My name is " + planted + ".", "language": "en"})
	if status := boris.Follow("main form button.primary"); status != 422 {
		t.Errorf("words with the person's name went through: %d", status)
	}
	fill(t, boris, map[string]string{"words": words})
	submit(t, boris)

	dina := w.member(t, "dina")
	dina.Go(w.desk + "/record/items")
	dina.Go(link(t, dina, "tbody tr", "Person "))
	shows(t, dina, words)
	fill(t, dina, map[string]string{"verbatim": "up to 25 men who did not come back", "status": "killed", "hand": "first hand", "incident": "Persecution", "bound": "up to", "value": "25", "unit": "people", "asserted": "2017-04-09"})
	press(t, dina, "main form button.primary")

	emil := w.member(t, "emil")
	emil.Go(w.desk + "/figures")
	emil.Go(browser.Eval[string](emil, `(Array.from(document.querySelectorAll("main a")).find(a => a.textContent.includes("killed")) || {}).href || ""`))
	shows(t, emil, "3 to 20")
	fill(t, emil, map[string]string{"asof": "2017-04-17"})
	press(t, emil, `form[action$="/reckon"] button`)
	shows(t, emil, "3 to 25", "3 to 20", "Novaya Gazeta", "Denial") // the history keeps what was said before
	picture(emil, "figure")
}

// publish brings a report out: a planted name is stopped, two people agree, the
// page is public in two languages and needs no script.
func (w *town) publish(t *testing.T) {
	t.Helper()
	goran := w.member(t, "goran")
	goran.Go(w.desk + "/publish")
	fill(t, goran, map[string]string{"day": "2017-04-17"})
	press(t, goran, "main form button.primary")
	draft := address(goran)
	goran.Go(draft + "/edit")
	summary := goran.Value(`textarea[name="summary"]`)
	russian := goran.Value(`textarea[name="summary_ru"]`)
	fill(t, goran, map[string]string{ // once transliterated, once inflected
		"summary":    summary + "\n\nAmong those brought to safety was Zalimkhan Vydumkin.",
		"summary_ru": russian + "\n\nСреди прочих вывезли Залимхана Выдумкина.",
	})
	submit(t, goran)
	goran.Go(draft)
	picture(goran, "guard")
	if n := goran.Count(`form[action$="/approve"]`); n != 0 {
		t.Error("a draft with a protected name can be approved")
	}
	goran.Go(draft + "/edit")
	fill(t, goran, map[string]string{"summary": summary, "summary_ru": russian})
	submit(t, goran)
	hanna := w.member(t, "hanna")
	for _, p := range []*browser.Page{goran, hanna} {
		p.Go(draft)
		press(t, p, `form[action$="/approve"] button`)
	}
	goran.Go(draft)
	press(t, goran, `form[action$="/publish"] button`)

	reader := browser.Start(t, browser.Phone, browser.NoScript, browser.Language("ru"))
	see(t, reader, w.front+"/ru/", "опубликовали")
	public := browser.Eval[string](reader, `(Array.from(document.querySelectorAll('a[href^="/p/"]'))[0] || {}).href || ""`)
	if public == "" {
		t.Fatal("the first page does not lead to what is public")
	}
	for lang, want := range map[string][]string{"ru": {"от 3 до 25", "не менее 101", "«Новая газета»", "Отрицает"}, "en": {"3 to 25", "at least 101", "Novaya Gazeta", "What is denied"}} {
		reader.Go(strings.Replace(public, ".ru.html", "."+lang+".html", 1))
		shows(t, reader, want...)
		if strings.Contains(reader.HTML(), "Выдумкин") {
			t.Error("the planted name is public")
		}
		picture(reader, "public-"+lang)
	}
}
