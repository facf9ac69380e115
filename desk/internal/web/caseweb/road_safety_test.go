package caseweb_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/browser"
)

// walk is a browser on a small screen, without a script, in which each member has
// an address of their own.
type walk struct {
	*desk
	p   *browser.Page
	url map[string]string
	as  string
}

func (d *desk) walk() *walk {
	d.t.Helper()
	d.actors["edda"] = d.ground.Member(d.t, "edda (invented)", staff.Editor)
	w := &walk{desk: d, url: map[string]string{}}
	for name := range d.actors {
		w.url[name] = d.serveAs(name)
	}
	w.p = browser.Start(d.t, browser.NoScript, browser.Phone)
	return w
}

// serveAs serves the pages as a member sees them.
func (d *desk) serveAs(name string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Test-Actor", name)
		d.mux.ServeHTTP(w, r)
	}))
	d.t.Cleanup(s.Close)
	return s.URL
}

var (
	legIDs   = regexp.MustCompile(`leg_[a-z2-7]{26}`)
	partyIDs = regexp.MustCompile(`party_[a-z2-7]{26}`)
	codes    = regexp.MustCompile(`[A-Z]{2}-[0-9]{4}`)
)

// goes opens a page as a member; it fits the screen and shows each of want.
func (w *walk) goes(as, path string, want ...string) {
	w.t.Helper()
	if w.as = as; w.p.Go(w.url[as]+path) != http.StatusOK {
		w.t.Fatalf("%s as %s: %s", path, as, w.p.Text("body"))
	}
	w.says(want...)
}

func (w *walk) says(want ...string) {
	w.t.Helper()
	text := html.UnescapeString(w.p.HTML())
	for _, s := range want {
		if !strings.Contains(text, s) {
			w.t.Fatalf("%s does not show %q:\n%s", w.p.URL(), s, w.p.Text("body"))
		}
	}
	if over := browser.Eval[int](w.p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		w.t.Errorf("%s is %d pixels wider than the screen", w.p.URL(), over)
	}
}

// never fails when the page shows one of these.
func (w *walk) never(words ...string) {
	w.t.Helper()
	text := html.UnescapeString(w.p.HTML())
	for _, s := range words {
		if strings.Contains(text, s) {
			w.t.Errorf("%s shows %q", w.p.URL(), s)
		}
	}
}

// fills puts values into the page's fields: names and values by turns.
func (w *walk) fills(pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		radio := fmt.Sprintf(`main input[type=radio][name=%q][value=%q], main input[type=checkbox][name=%q][value=%q]`, name, value, name, value)
		if w.p.Count(radio) > 0 {
			browser.Eval[bool](w.p, fmt.Sprintf(`document.querySelector(%q).checked = true`, radio))
			continue
		}
		w.p.Set(fmt.Sprintf(`main [name=%q]`, name), value)
	}
}

// sends presses a button and fails when the answer is an error.
func (w *walk) sends(sel string, want ...string) {
	w.t.Helper()
	if n := w.p.Follow(sel); n != http.StatusOK {
		w.t.Fatalf("%s answered %d: %s", w.p.URL(), n, w.p.Text("main"))
	}
	w.says(want...)
}

const mainButton = `main form button.primary, main form button.danger`

// person is a case of anna's and boris's with somebody in it, who is on a ladder of
// a pace; it gives the case's path.
func (w *walk) person(code, name string) (c, party string) {
	w.t.Helper()
	c = w.send("anna", "/cases/new", "/cases", "assign", w.actors["anna"].ID, "assign", w.actors["boris"].ID, "priority", "hours")
	w.form("anna", c+"/people/new", "code", code, "name", name, "contact", "post box 0 (invented)")
	return c, w.first(w.page("anna", c+"/people"), "party")
}

func (w *walk) passes(d time.Duration) {
	w.t.Helper()
	w.ground.Clock.Advance(d)
	if _, err := w.book.Sweep(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *walk) local(after time.Duration) string {
	return w.ground.Clock.Now().Add(after).Format("2006-01-02T15:04")
}

// TestLadderToItsEnd: a sign of life does not come, nobody who is called finds the
// person, and the alarm climbs over every rung, each to the people on duty for it,
// until the question of a public alert. It ends when somebody found them.
func TestLadderToItsEnd(t *testing.T) {
	t.Parallel()
	w := newDesk(t).walk()
	c, party := w.person("A", "Ruslan Example")
	w.goes("anna", c+"/watch/new")
	w.fills("party", party, "channel", "phone", "sign", "the tea is hot", "duress", "the tea is cold", "due", w.local(time.Hour), "grace", "10", "every", "0", "pace", "fast")
	w.sends(mainButton, "Waiting")
	w.passes(time.Hour + 11*time.Minute)
	begun := time.Duration(0)
	for _, rung := range []struct {
		words, who, done, book string
		after                  time.Duration
	}{
		{"Call again", "boris", "no-answer", "Try the contact that was agreed, twice", 0},
		{"Bring in a second colleague", "anna", "handed-on", "Work in two from now on", 5 * time.Minute},
		{"Call the lawyer", "lena", "handed-on", "police stations and detention centres", 20 * time.Minute},
		{"File a missing-person report", "lena", "filed", "Decide first whether a report endangers them", time.Hour},
		{"Ask a court for interim measures", "lena", "filed", "order the state to act at once", 3 * time.Hour},
		{"Decide about a public alert", "edda", "published", "Two people decide.", 12 * time.Hour},
	} {
		w.passes(rung.after - begun)
		begun = rung.after
		w.goes(rung.who, "/alerts", rung.words)
		alert := "/alerts/" + w.first(w.p.HTML(), "alert")
		w.goes(rung.who, alert, rung.words, rung.book)
		if rung.who == "lena" || rung.who == "edda" {
			w.never("Ruslan", "post box", "the tea is hot")
		}
		w.fills("done", rung.done)
		w.sends(mainButton)
		w.goes("anna", c+"/watch", "Missed", rung.words)
	}
	w.goes("anna", c, "no sign of life. The ladder runs.")
	w.goes("anna", c+"/watch/"+w.first(w.page("anna", c+"/watch"), "checkin")+"/answer")
	w.fills("what", "found", "words", "Invented: an aunt called from the next town.")
	w.sends(mainButton, "All is well", "an aunt called from the next town")
	w.goes("lena", "/alerts", "No alarm is open.")
	w.passes(48 * time.Hour)
	w.goes("edda", "/alerts", "No alarm is open.")
}

// TestSignOfDuress: the voice on the phone says the harmless words that mean the
// opposite. The colleague notes it with one tap; nobody is told to call back, and
// the ladder runs at once, whatever its pace.
func TestSignOfDuress(t *testing.T) {
	t.Parallel()
	w := newDesk(t).walk()
	c, party := w.person("A", "Ruslan Example")
	w.goes("anna", c+"/watch/new")
	w.fills("party", party, "channel", "phone", "sign", "the tea is hot", "duress", "the tea is cold", "due", w.local(time.Hour), "grace", "10", "every", "60", "pace", "steady")
	w.sends(mainButton)
	in := w.first(w.page("anna", c+"/watch"), "checkin")
	w.goes("boris", c+"/watch/"+in+"/answer", "the tea is cold")
	w.fills("what", "duress", "words", "Invented: said it twice.")
	w.sends(mainButton, "Under duress")
	w.goes("anna", "/alerts", "Bring in a second colleague", "Sign of duress: do not call the person")
	w.never("Call again") // that rung is left out
	w.goes("anna", "/alerts/"+w.first(w.p.HTML(), "alert"), "Do not call, do not write, do not go there", "A sign of duress came.")
	w.never("Try the contact that was agreed, twice")
	w.passes(time.Hour) // the sign of the next hour would be "all is well": it must not come from the phone
	w.goes("anna", c, "A gave the sign of duress. Do not call them.")
	w.goes("anna", c+"/watch/"+in+"/answer")
	if w.p.Count(`main input[name=what][value=ok]`) > 0 {
		t.Error("who is under duress can be called well by their own sign")
	}
	w.fills("what", "found", "words", "Invented: met in person by two of us.")
	w.sends(mainButton, "met in person by two of us")
	w.goes("lena", "/alerts", "No alarm is open.")
}

// TestPlaceBecomesKnown: a flat has become known in which four people of two
// cases are or were. All who answer for them learn it at once and what to do by
// when; what is not theirs they do not learn; nobody is sent there again.
func TestPlaceBecomesKnown(t *testing.T) {
	t.Parallel()
	w := newDesk(t).walk()
	w.actors["clara"] = w.ground.Member(t, "clara (invented)", staff.Caseworker)
	place := w.first(w.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "12 Invented Street", "capacity", "4", "status", "available"), "place")
	w.send("anna", "/places/"+place, "/places/"+place+"/show", "member", w.actors["clara"].ID)
	travel := func(who, second, c, party, from, to string, steps ...string) string {
		t.Helper()
		fields := []string{"parties", party, "mode", "car", "earliest", w.local(0), "latest", w.local(8 * time.Hour)}
		for key, end := range map[string]string{"from": from, "to": to} {
			if strings.HasPrefix(end, "place_") {
				key += "-place"
			}
			fields = append(fields, key, end)
		}
		before := w.page(who, c+"/plan")
		w.form(who, c+"/legs/new", fields...)
		leg := ""
		for _, id := range legIDs.FindAllString(w.page(who, c+"/plan"), -1) {
			if !strings.Contains(before, id) {
				leg = "/legs/" + id
			}
		}
		for _, m := range []string{who, second} {
			w.send(m, leg, leg+"/go", "yes", "yes")
		}
		for _, s := range steps {
			w.send(who, leg, leg+"/step", "to", s)
		}
		return leg
	}
	// Case one: A is there now, B was there and went on, C is on the way there.
	one, a := w.person("A", "Ruslan Example")
	party := map[string]string{"A": a}
	for _, code := range []string{"B", "C"} {
		before := w.page("anna", one+"/people")
		w.form("anna", one+"/people/new", "code", code, "name", "Invented "+code)
		for _, id := range partyIDs.FindAllString(w.page("anna", one+"/people"), -1) {
			if !strings.Contains(before, id) {
				party[code] = id
			}
		}
	}
	travel("anna", "boris", one, party["A"], "the market", place, "underway", "arrived")
	travel("anna", "boris", one, party["B"], "the market", place, "underway", "arrived")
	since := w.local(0)
	w.passes(2 * time.Hour)
	travel("anna", "boris", one, party["B"], place, "another town", "underway", "arrived")
	travel("anna", "boris", one, party["C"], "the market", place, "underway")
	// Case two, of clara's: D is to go there tomorrow.
	two := w.send("clara", "/cases/new", "/cases", "assign", w.actors["clara"].ID, "assign", w.actors["boris"].ID, "priority", "urgent")
	w.form("clara", two+"/people/new", "code", "D", "name", "Invented D")
	w.url["clara"] = w.serveAs("clara")
	travel("clara", "boris", two, w.first(w.page("clara", two+"/people"), "party"), "the bus stop", place)

	w.goes("anna", "/exposures/new")
	w.fills("kind", "place", "place", place, "since", since, "words", "Invented: two men asked the neighbour about guests.")
	w.sends(mainButton, "steps cannot wait", "Send nobody there; tell the host", "1 case of a colleague is touched")
	for step, who := range map[string]string{"Move them out": "A", "Stop the leg: turn back or meet elsewhere": "C", "Plan the leg anew": "C", "Tell the person what is known": "A, B, C", "Agree on new signs of life and of duress": "A", "Assess the risk again": "A, B, C"} {
		if got := browser.Eval[string](w.p, fmt.Sprintf(`Array.from(document.querySelectorAll("main section")).find(e => e.innerText.includes(%q))?.querySelector("dd")?.innerText || "nobody"`, step)); got != who {
			t.Errorf("%s: %s, not %s", step, got, who)
		}
	}
	leak := "/exposures/" + w.first(w.p.URL(), "leak")
	pseudonym := codes.FindString(w.page("clara", two))
	w.never(pseudonym, "Invented D")
	w.goes("clara", "/exposures")
	w.goes("clara", leak, "Plan the leg anew", pseudonym, "two men asked the neighbour")
	w.never("Invented B", "Ruslan", codes.FindString(w.page("anna", one)))
	w.goes("anna", "/places/"+place, "Exposed")
	if r := w.do("anna", "POST", one+"/legs/new", map[string][]string{"parties": {party["B"]}, "from": {"x"}, "to-place": {place}, "mode": {"car"}, "earliest": {w.local(0)}, "latest": {w.local(time.Hour)}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody can still be sent there: %d", r.Code)
	}
	// The time of a step runs out; then each is done, in words that stay in the case.
	w.passes(24 * time.Hour)
	w.goes("clara", leak, "steps cannot wait")
	for range 20 {
		w.goes("anna", leak)
		if w.p.Count(`main form[action$="/step"]`) == 0 {
			break
		}
		w.p.Set(`main form[action$="/step"] [name=words]`, "Invented: done at once.")
		w.sends(`main form[action$="/step"] button`)
	}
	w.goes("anna", leak, "Done")
	w.never("cannot wait")
	w.goes("anna", one+"/log", "Invented: done at once.")
}

// TestLostAndBack: on the way contact is lost. It stands on the board and holds the
// case open; what was agreed for it is read from the plan; when they are heard again
// the leg goes on from where it was, and the history keeps both.
func TestLostAndBack(t *testing.T) {
	t.Parallel()
	w := newDesk(t).walk()
	c, party := w.person("A", "Ruslan Example")
	w.form("anna", c+"/plan/edit", "goals", "Over the border.", "what-0", "Find a car", "owner-0", w.actors["boris"].ID, "nocontact", "Invented: wait a day, then ask the friend.")
	w.form("anna", c+"/legs/new", "parties", party, "from", "the market", "to", "another country", "mode", "bus", "earliest", w.local(0), "latest", w.local(8*time.Hour), "final", "yes")
	leg := "/legs/" + w.first(w.page("anna", c+"/plan"), "leg")
	for _, m := range []string{"anna", "boris"} {
		w.goes(m, leg)
		w.sends(`form[action$="/go"] button.primary`)
	}
	step := func(as, to, why string, want ...string) {
		t.Helper()
		w.goes(as, leg)
		w.fills("to", to)
		if why != "" {
			w.fills("reason", why)
		}
		w.sends(`form[action$="/step"] button`)
		w.says(want...)
	}
	step("anna", "underway", "", "Under way")
	w.goes("anna", leg)
	w.fills("to", "lost")
	if w.p.Follow(`form[action$="/step"] button`) != http.StatusUnprocessableEntity {
		t.Fatal("lost without a word:", w.p.Text("main"))
	}
	step("anna", "lost", "Invented: the bus came without them.", "Contact lost on the way")
	w.goes("anna", "/cases?show=risk", "Contact lost")
	w.goes("anna", c, "Contact lost")
	w.goes("anna", c+"/plan", "Invented: wait a day, then ask the friend.")
	if r := w.do("anna", "POST", c+"/close", map[string][]string{"safe": {"yes"}, "region": {"x"}, "needs": {"x"}, "view": {"x"}, "erase": {"2017-06-09"}}); r.Code == http.StatusSeeOther {
		t.Error("a case is closed while somebody is lost on the way")
	}
	w.passes(26 * time.Hour)
	step("boris", "underway", "", "Under way")
	step("boris", "arrived", "", "They arrived")
	w.goes("anna", c, "Relocated")
	w.goes("anna", c+"/log", "Invented: the bus came without them.")
}
