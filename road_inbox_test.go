package waylight_test

import (
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
)

// TestInboxRoad plays the operators' stories on the running programs: somebody in
// danger is not read and it rings on every page; two people answer with one draft;
// of two who answer at once one is told; a call is kept step by step. Anna works on
// a phone in Russian without a script, Ivan at a desk in English with it.
func TestInboxRoad(t *testing.T) {
	w := newTown(t)
	anna := w.member(t, "anna", browser.Phone, browser.Language("ru"), browser.NoScript)
	w.write(t, "Выдуманное обращение: мне угрожают прямо сейчас.", 0, false)
	see(t, anna, w.desk+"/requests", "не прочитано")
	thread := link(t, anna, "tbody tr", "опасн")
	shows(t, anna, "Ждёт нас")

	w.clock.Advance(6 * time.Minute)
	see(t, anna, w.desk+"/", "Кто-то пишет, что он сейчас в опасности")
	anna.Follow(`.bells a`)
	if anna.URL() != thread {
		t.Fatalf("the bar leads to %s, not to %s", anna.URL(), thread)
	}
	anna.Follow(`form[action$="/take"] button`)
	shows(t, anna, "Выдуманное обращение: мне угрожают прямо сейчас.")

	// Two tabs of one conversation: what was written in the stale one is refused and stays.
	stale := browser.Eval[string](anna, `document.querySelector("[name=saw]").value`)
	if stale != "1" {
		t.Fatalf("the form says that %s messages were seen", stale)
	}
	second := w.member(t, "anna", browser.Desktop)
	second.Go(thread)
	second.Fill("#f-text", "Выдуманный ответ второго экрана.")
	second.Until(`(() => { const k = document.querySelector("[data-kept]"); return k && !k.hidden })()`) // kept while it is typed
	anna.Fill("#f-text", "Выдуманный ответ с телефона.")
	anna.Follow(`form[action$="/reply"] button[value=send]`)
	shows(t, anna, "Выдуманный ответ с телефона.")
	second.Follow(`form[action$="/reply"] button[value=send]`)
	body := browser.Eval[string](second, "document.body.innerText + document.querySelector('#f-text').value")
	if !strings.Contains(body, "Somebody wrote in this conversation meanwhile") || !strings.Contains(body, "Выдуманный ответ второго экрана.") {
		t.Fatalf("the second answer was not refused, or its words are lost:\n%s", body)
	}

	// A call, with and without the line.
	anna.Go(w.desk + "/requests/call")
	anna.Fill("#f-words", "Выдуманный звонок: говорит шёпотом.")
	anna.Follow(`form[action="/requests/call"] button[value=on]`)
	shows(t, anna, "говорит шёпотом")
	anna.Follow(`form[action$="/call"] button[value=broke-off]`)
	shows(t, anna, "говорит шёпотом", "Звонок")

	for _, path := range []string{"/requests/rota", "/requests/alarms", "/templates", "/requests?view=all&lang=ru&sort=left"} {
		anna.Go(w.desk + path)
		if over := browser.Eval[int](anna, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
			t.Errorf("%s is %d pixels wider than the phone", path, over)
		}
	}
}
