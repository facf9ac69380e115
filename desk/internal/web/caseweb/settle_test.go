package caseweb_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"waylight/desk/internal/cases"
)

// twoOnRisk makes a case of anna and boris, with an assessment, and gives the
// form that each of them has opened.
func twoOnRisk(t *testing.T) (*desk, string, url.Values) {
	t.Helper()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "assign", d.actors["boris"].ID, "priority", "urgent")
	first := url.Values{"saw": {"0"}, "what-state": {"A search"}, "likely-state": {"2"}, "impact-state": {"2"}, "vulnerability": {"0"}, "capacity": {"0"}, "vulnerabilities": {"Alone"}, "until": {"2017-05-09"}}
	if w := d.do("anna", "POST", c+"/risk", first); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	first.Set("saw", "1")
	return d, c, first
}

func with(v url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, x := range v {
		out[k] = x
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func (d *desk) risk(c string) cases.Sheet[cases.Risk] {
	d.t.Helper()
	k, err := d.book.Case(context.Background(), d.actors["anna"], strings.TrimPrefix(c, "/cases/"))
	if err != nil {
		d.t.Fatal(err)
	}
	return k.Risk
}

// Two colleagues edit one risk: what one changed is taken over, what both changed
// is chosen, and nothing that was typed is lost, not even in between.
func TestTwoColleaguesEditOneRisk(t *testing.T) {
	t.Parallel()
	d, c, opened := twoOnRisk(t)
	d.do("boris", "POST", c+"/risk", with(opened, "what-family", "An uncle", "likely-family", "5", "impact-family", "5", "vulnerabilities", "Alone, and a minor"))
	w := d.do("anna", "POST", c+"/risk", with(opened, "what-state", "A search tonight", "vulnerabilities", "Alone, without money", "digital", "The old phone"))
	if to := w.Header().Get("Location"); !strings.HasPrefix(to, c+"/risk/settle") {
		t.Fatal("anna is sent to", w.Code, to)
	}
	page := d.page("anna", c+"/risk/settle", "Alone, and a minor", "Alone, without money", "As it was before both", "The old phone", "A search tonight", "An uncle", "boris (invented)", "anna (invented) (you)", "Changed by one side only")
	if strings.Contains(page, `name="take-digital"`) || !strings.Contains(page, `name="take-vulnerabilities"`) {
		t.Error("the wrong fields wait for a choice")
	}
	// Until it is settled the higher level counts, on the board and on the page.
	d.page("anna", c+"/people", "Extreme risk", "Two versions exist")
	if w := d.do("anna", "POST", c+"/risk/settle", url.Values{"saw": {"3"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose what is to stand here.") {
		t.Fatal("kept without a choice:", w.Code)
	}
	w = d.do("anna", "POST", c+"/risk/settle", url.Values{"saw": {"3"}, "take-vulnerabilities": {"own"}, "own-vulnerabilities": {"Alone, a minor, without money"}})
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), c+"/people") {
		t.Fatal(w.Code, w.Body)
	}
	s := d.risk(c)
	r := s.Content()
	if len(s.Rivals) != 0 || s.Saw() != 4 || r.Vulnerabilities != "Alone, a minor, without money" || r.Digital != "The old phone" || len(r.Threats) != 2 || r.Threats[0].What != "A search tonight" || r.Threats[1].What != "An uncle" {
		t.Fatalf("%+v", s)
	}
	if s.History[1].Content.Vulnerabilities != "Alone, and a minor" || s.History[2].Content.Vulnerabilities != "Alone, without money" {
		t.Error("a version is missing in the history")
	}
	if w := d.do("anna", "GET", c+"/risk/settle", nil); w.Code != http.StatusSeeOther {
		t.Error("nothing is left to settle, and the page answers", w.Code)
	}
}

// A third colleague in between gives the page again, with the choices.
func TestThirdColleagueInBetween(t *testing.T) {
	t.Parallel()
	d, c, opened := twoOnRisk(t)
	d.do("boris", "POST", c+"/risk", with(opened, "vulnerabilities", "B"))
	d.do("anna", "POST", c+"/risk", with(opened, "vulnerabilities", "A"))
	d.do("boris", "POST", c+"/risk", with(opened, "capacities", "A friend", "vulnerabilities", "C"))
	choice := url.Values{"saw": {"3"}, "take-vulnerabilities": {"own"}, "own-vulnerabilities": {"A and B"}}
	w := d.do("anna", "POST", c+"/risk/settle", choice)
	text := html.UnescapeString(w.Body.String())
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(text, "once more meanwhile") || !strings.Contains(text, "A and B") || !strings.Contains(text, `value="4"`) {
		t.Fatal(w.Code, text)
	}
	choice.Set("saw", "4")
	if w := d.do("anna", "POST", c+"/risk/settle", choice); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	if r := d.risk(c); r.Content().Vulnerabilities != "A and B" || r.Content().Capacities != "A friend" || len(r.Rivals) > 0 {
		t.Fatalf("%+v", r.Content())
	}
}

// A form with a mistake that is sent again still belongs to the version from which
// it was made: it does not overwrite what came meanwhile.
func TestMendedFormOverwritesNobody(t *testing.T) {
	t.Parallel()
	d, c, opened := twoOnRisk(t)
	bad := with(opened, "digital", "Typed by anna", "until", "")
	d.do("boris", "POST", c+"/risk", with(opened, "digital", "Typed by boris"))
	w := d.do("anna", "POST", c+"/risk", bad)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatal(w.Code)
	}
	for _, m := range hidden.FindAllStringSubmatch(w.Body.String(), -1) {
		if m[1] == "saw" && m[2] != "1" {
			t.Error("the form that is shown again says that it has seen version", m[2])
		}
	}
	d.do("anna", "POST", c+"/risk", with(bad, "until", "2017-05-09"))
	if r := d.risk(c); len(r.Rivals) != 1 || r.Content().Digital != "Typed by boris" {
		t.Fatalf("%+v", r)
	}
}

// The same form sent twice is one version; the same words of two are two, and nothing to settle.
func TestFormSentTwiceIsOneVersion(t *testing.T) {
	t.Parallel()
	d, c, opened := twoOnRisk(t)
	f := with(opened, "digital", "x")
	for _, who := range []string{"anna", "anna", "boris"} {
		if w := d.do(who, "POST", c+"/risk", f); w.Code != http.StatusSeeOther || strings.Contains(w.Header().Get("Location"), "settle") {
			t.Fatal(who, w.Code, w.Header())
		}
	}
	if r := d.risk(c); r.Saw() != 3 || len(r.Rivals) > 0 {
		t.Fatalf("%d versions", r.Saw())
	}
}

// Two add an action to the plan at once, one takes one away, one writes another
// anew: each stands where it belongs.
func TestPlanActionsDoNotMix(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "assign", d.actors["boris"].ID, "priority", "urgent")
	d.form("anna", c+"/plan/edit", "goals", "Out", "what-0", "A visa", "what-1", "A phone", "what-2", "A flat")
	open := func(who string) url.Values {
		v := url.Values{"goals": {"Out"}}
		text := d.page(who, c+"/plan/edit")
		for _, m := range anyHidden.FindAllStringSubmatch(text, -1) {
			v.Set(m[1], m[2])
		}
		for i, w := range []string{"A visa", "A phone", "A flat"} {
			v.Set(fmt.Sprint("what-", i), w)
		}
		return v
	}
	anna, boris := open("anna"), open("boris")
	d.do("boris", "POST", c+"/plan/edit", with(boris, "what-0", "", "what-3", "A doctor"))
	w := d.do("anna", "POST", c+"/plan/edit", with(anna, "what-1", "A phone without history", "what-3", "A lawyer"))
	if !strings.Contains(w.Header().Get("Location"), "/plan/edit/settle") {
		t.Fatal(w.Code, w.Header())
	}
	if w := d.do("anna", "POST", c+"/plan/edit/settle", url.Values{"saw": {"3"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, html.UnescapeString(w.Body.String()))
	}
	k, err := d.book.Case(context.Background(), d.actors["anna"], strings.TrimPrefix(c, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range k.Plan.Content().Actions {
		got = append(got, a.What)
	}
	if strings.Join(got, ", ") != "A phone without history, A flat, A doctor, A lawyer" {
		t.Fatal(got)
	}
}

// Many at once: each version that was sent is in the history, every typed word is
// on the page that settles them, and one version comes of it.
func TestManyAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	d, c, opened := twoOnRisk(t)
	fields := []string{"vulnerabilities", "capacities", "digital", "what-armed"}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			who := []string{"anna", "boris"}[i%2]
			if w := d.do(who, "POST", c+"/risk", with(opened, fields[i%4], fmt.Sprint("typed-", i), "likely-armed", "1", "impact-armed", "1", "what-armed", fmt.Sprint("armed-", i))); w.Code != http.StatusSeeOther {
				t.Error(i, w.Code)
			}
		}()
	}
	wg.Wait()
	s := d.risk(c)
	if s.Saw() != 9 || len(s.Rivals) != 7 {
		t.Fatalf("%d versions, %d rivals", s.Saw(), len(s.Rivals))
	}
	text := d.page("boris", c+"/risk/settle")
	send := url.Values{"saw": {"9"}}
	for i := range 8 {
		if f := fields[i%4]; f != "what-armed" && !strings.Contains(text, fmt.Sprint("typed-", i)) || !strings.Contains(text, fmt.Sprint("armed-", i)) && i%4 != 3 {
			t.Error("lost what was typed by", i)
		}
	}
	for _, f := range fields {
		send.Set("take-"+f, "own")
		send.Set("own-"+f, "settled "+f)
	}
	if w := d.do("boris", "POST", c+"/risk/settle", send); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, html.UnescapeString(w.Body.String()))
	}
	if s = d.risk(c); len(s.Rivals) != 0 || s.Content().Digital != "settled digital" {
		t.Fatalf("%+v", s.Content())
	}
}

// A place that one member calls exposed is exposed at once, whatever a colleague wrote beside it.
func TestExposedPlaceDoesNotWait(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	place := d.first(d.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "x", "capacity", "2", "status", "available"), "place")
	at := "/places/" + place
	d.do("anna", "POST", at+"/show", url.Values{"member": {d.actors["boris"].ID}})
	form := url.Values{"saw": {"1"}, "code": {"Mill"}, "kind": {"flat"}, "address": {"x"}, "capacity": {"2"}, "status": {"available"}}
	d.do("anna", "POST", at+"/edit", with(form, "capacity", "3"))
	w := d.do("boris", "POST", at+"/edit", with(form, "status", "exposed", "reason", "A neighbour was asked."))
	if !strings.HasPrefix(w.Header().Get("Location"), at+"/settle") {
		t.Fatal(w.Code, w.Header())
	}
	p, err := d.book.Place(context.Background(), d.actors["anna"], place)
	if err != nil || p.Status != cases.Exposed || p.MayHost(1) == nil {
		t.Fatalf("%+v %v", p.Place, err)
	}
	d.page("anna", at+"/settle", "A neighbour was asked.", "Exposed")
	if w := d.do("anna", "POST", at+"/settle", url.Values{"saw": {"3"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	if p, err = d.book.Place(context.Background(), d.actors["anna"], place); err != nil || p.Capacity != 3 || p.Status != cases.Exposed || len(p.Sheet.Rivals) > 0 {
		t.Fatalf("%+v %v", p.Place, err)
	}
}
