package caseweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestListAndFilters: the list sorts and narrows by its address; a search is kept as
// a filter whose words stand in no address; several cases are dealt with at once,
// and what is refused is told case by case and keeps what was typed.
func TestListAndFilters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, boris := d.actors["anna"].ID, d.actors["boris"].ID
	open := func() string {
		d.send("anna", "/cases/new", "/cases", "assign", anna, "priority", "hours")
		return ""
	}
	open()
	open()
	ids := regexp.MustCompile(`name="case" value="(case_[a-z2-7]{26})"`).FindAllStringSubmatch(d.page("anna", "/cases?sort=case&desc=1", "What is next"), -1)
	if len(ids) != 2 {
		t.Fatal("cases that can be chosen:", len(ids))
	}
	one, two := ids[0][1], ids[1][1]
	d.form("anna", "/cases/"+one+"/people/new", "code", "A", "name", "Зелимхан Выдумкин", "role", "traveller")
	if text := d.page("anna", "/cases?todo=party"); strings.Contains(text, one) == strings.Contains(text, two) && strings.Contains(text, one) {
		t.Error("the filter narrows nothing")
	}

	found := d.do("anna", "POST", "/cases/search", url.Values{"q": {"Zelimkhan"}}).Body.String()
	id := regexp.MustCompile(`name="id" value="(view_[a-z2-7]{26})"`).FindStringSubmatch(found)
	if id == nil || !strings.Contains(found, one) {
		t.Fatal("a search that finds offers no filter")
	}
	form := url.Values{"id": {id[1]}, "show": {"all"}, "q": {"Zelimkhan"}, "name": {"The family"}}
	for range 2 {
		w := d.do("anna", "POST", "/cases/views", form)
		to := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || strings.Contains(to, "Zelimkhan") || strings.Contains(to, "family") {
			t.Fatal(w.Code, to)
		}
	}
	text := d.page("anna", "/cases?view="+id[1], "Filter: The family", one)
	if strings.Contains(text, two+`"`) || strings.Contains(text, "Zelimkhan") {
		t.Error("the filter shows another case, or its words")
	}
	if strings.Contains(d.page("boris", "/cases"), "The family") {
		t.Error("a colleague sees the filter")
	}
	if w := d.do("boris", "GET", "/cases?view="+id[1], nil); w.Code != http.StatusNotFound {
		t.Error("a colleague opens the filter:", w.Code)
	}
	w := d.do("anna", "POST", "/cases/views", url.Values{"id": {"view_" + strings.Repeat("a", 26)}, "show": {"risk"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `name="show" value="risk"`) {
		t.Error("a filter without a name:", w.Code)
	}
	d.do("anna", "POST", "/cases/views/"+id[1]+"/drop", nil)
	if strings.Contains(d.page("anna", "/cases"), "The family") {
		t.Error("the filter is still there")
	}

	several := func(v url.Values) (int, string) {
		w := d.do("anna", "POST", "/cases/several", v)
		return w.Code, w.Body.String()
	}
	if code, _ := several(url.Values{"case": {one, two}, "deed": {"assign"}, "member": {boris}}); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	d.page("boris", "/cases/"+one)
	d.page("boris", "/cases/"+two)
	if code, text := several(url.Values{"case": {one, "case_" + strings.Repeat("a", 26)}, "deed": {"assign"}, "member": {boris}}); code != http.StatusUnprocessableEntity || !strings.Contains(text, "it was so already") || !strings.Contains(text, "not done") {
		t.Error(code, text)
	}
	code, text := several(url.Values{"case": {one, two}, "deed": {"note"}, "words": {""}, "id": {"note_" + strings.Repeat("a", 26)}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(text, "Write the note.") || strings.Count(text, `name="case"`) != 2 {
		t.Error("a form without its note:", code)
	}
	if code, _ := several(url.Values{"deed": {"note"}}); code != http.StatusUnprocessableEntity {
		t.Error(code)
	}
}
