package waylight_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
)

// planted is an invented name that lies in a case and must never come out.
const planted = "Залимхан Выдумкин"

// fill puts values into the fields of the page's form by their names: texts,
// selects by the value or the words of an option, radios and boxes by value.
func fill(t *testing.T, p *browser.Page, values map[string]string) {
	t.Helper()
	js, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	missing := browser.Eval[string](p, `(() => { for (const [name, value] of Object.entries(`+string(js)+`)) {
		const all = Array.from(document.querySelectorAll('main [name="' + name + '"]'));
		if (!all.length) return name;
		const f = all[0];
		if (f.type === "radio" || f.type === "checkbox") {
			const one = all.find(e => e.value === value) || all.find(e => e.labels[0].innerText.trim() === value); if (!one) return name + "=" + value;
			one.checked = true; one.dispatchEvent(new Event("change", {bubbles: true})); continue;
		}
		if (f.tagName === "SELECT") {
			const o = Array.from(f.options).find(o => o.value === value || o.text.includes(value)); if (!o) return name + "=" + value;
			f.value = o.value;
		} else f.value = value;
		f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true}));
	} return "" })()`)
	if missing != "" {
		t.Fatalf("%s has no field %s:\n%s", p.URL(), missing, browser.Eval[string](p, "document.querySelector('main').innerHTML"))
	}
}

// submit sends the page's main form and fails the test when it came back with errors.
func submit(t *testing.T, p *browser.Page) {
	t.Helper()
	press(t, p, "main form button.primary, main form button.danger")
}

// press follows a button and fails the test when the answer is an error.
func press(t *testing.T, p *browser.Page, sel string) {
	t.Helper()
	if status := p.Follow(sel); status != 200 {
		t.Fatalf("%s answered %d:\n%s", p.URL(), status, browser.Eval[string](p, `(document.querySelector(".errors") || document.body).innerText`))
	}
}

// form opens a page, fills its form and sends it.
func form(t *testing.T, p *browser.Page, url string, values map[string]string) {
	t.Helper()
	p.Go(url)
	fill(t, p, values)
	submit(t, p)
}

// local writes a time as a datetime-local field takes it.
func local(x time.Time) string { return x.UTC().Format("2006-01-02T15:04") }

// address is where a tab stands, without query and fragment.
func address(p *browser.Page) string {
	a, _, _ := strings.Cut(p.URL(), "?")
	a, _, _ = strings.Cut(a, "#")
	return a
}

// protect moves somebody over two legs, misses a check-in and lets it escalate.
// It returns the caseworker's tab and the case's address.
func (w *town) protect(t *testing.T, anna *browser.Page, thread string) (*browser.Page, string) {
	t.Helper()
	anna.Go(thread)
	fill(t, anna, map[string]string{"caseworker": "Boris"})
	press(t, anna, `form[action$="/case"] button`)

	boris := w.member(t, "boris")
	boris.Go(thread) // shared with him; the demo has other cases as well
	home := link(t, boris, "main p", "Go to the case")
	form(t, boris, home+"/team", map[string]string{"add": "Clara"})
	form(t, boris, home+"/people/new", map[string]string{"code": "A", "name": planted, "contact": "post box 0 (invented)", "role": "traveller"})
	form(t, boris, home+"/triage", map[string]string{"imminence": "3", "severity": "3", "feasibility": "2", "decided": "yes", "words": "Invented: searched for at home."})
	now := w.clock.Now()
	form(t, boris, home+"/risk", map[string]string{"what-state": "search", "likely-state": "4", "impact-state": "5", "what-family": "pressure to return", "likely-family": "3", "impact-family": "4",
		"until": now.AddDate(0, 0, 14).Format(time.DateOnly)})
	for purpose, data := range map[string]string{"help": "name, journey", "record": "what happened, without a name"} {
		form(t, boris, home+"/consent/new", map[string]string{"party": "A", "purpose": purpose, "recipient": "Invented Harbour", "data": data, "how": "in the conversation", "language": "ru",
			"given": now.Format(time.DateOnly), "expires": now.AddDate(1, 0, 0).Format(time.DateOnly)})
	}
	form(t, boris, home+"/plan/edit", map[string]string{"goals": "Out of reach within two days.", "what-0": "Find a flat", "owner-0": "Boris", "nocontact": "Wait a day, then ask the friend.", "arrest": "Call the lawyer.", "device": "Nothing on the phone."})
	form(t, boris, w.desk+"/places/new", map[string]string{"code": "Mill", "kind": "flat", "address": "Invented Street 5, flat 9", "capacity": "3", "status": "available"})

	clara := w.member(t, "clara")
	clara.Go(home + "/plan")
	press(t, clara, `form[action$="/plan/approve"] button.primary`)
	for _, leg := range []map[string]string{{"from": "bus stop", "to-place": "Mill"}, {"from-place": "Mill", "to": "the other country", "final": "yes"}} {
		w.travel(t, boris, clara, home, leg)
	}
	boris.Go(home)
	shows(t, boris, "Relocated")

	form(t, boris, home+"/watch/new", map[string]string{"party": "A", "channel": "mailbox", "sign": "the weather is fine", "duress": "the weather is mild", "due": local(w.clock.Now().Add(10 * time.Minute)), "grace": "10", "every": "0", "pace": "fast"})
	shows(t, boris, "Waiting")
	w.clock.Advance(25 * time.Minute) // nobody answers
	see(t, boris, home+"/watch", "Missed")
	w.clock.Advance(3 * time.Hour) // nobody acts either: the ladder climbs by its own clock
	w.signIn(t, clara, "clara")
	see(t, clara, w.desk+"/alerts", "lawyer")
	return boris, home
}

// travel plans one leg, lets two people say go, and takes it to its end.
func (w *town) travel(t *testing.T, boris, clara *browser.Page, home string, leg map[string]string) {
	t.Helper()
	now := w.clock.Now()
	values := map[string]string{"earliest": local(now.Add(-time.Hour)), "latest": local(now.Add(6 * time.Hour)), "mode": "car", "parties": "A", "names": "A", "papers": "none", "contingency": "turn back"}
	for k, v := range leg {
		values[k] = v
	}
	form(t, boris, home+"/legs/new", values)
	boris.Go(home + "/plan")
	url := link(t, boris, "tbody tr", "Planned")
	for _, p := range []*browser.Page{boris, clara} {
		p.Go(url)
		press(t, p, `form[action$="/go"] button.primary`)
	}
	for _, step := range []string{"They have left", "They have arrived"} {
		boris.Go(url)
		fill(t, boris, map[string]string{"to": step})
		press(t, boris, `form[action$="/step"] button`)
	}
}
