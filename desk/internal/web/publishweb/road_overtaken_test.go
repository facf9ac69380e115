package publishweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"waylight/desk/internal/publish"
	"waylight/internal/fault"
	"waylight/internal/founding"
)

// TestOvertaken: a figure whose estimate is overtaken is not agreed to and not published
// before a reason, written knowing all that has changed, stands beside it for readers.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, editor, advocate := context.Background(), n.actors["editor"], n.actors["advocate"]
	under, version := 0, ""
	n.gate.Shaken = func(context.Context, publish.Store) (map[string]int, error) {
		return map[string]int{version: under}, nil
	}
	_, at := n.post("editor", "/publish", http.StatusSeeOther, url.Values{"campaign": {n.file}, "day": {"2017-04-09"}})
	id := strings.TrimPrefix(strings.Split(at, "?")[0], "/publish/")
	at = "/publish/" + id
	p, err := n.gate.Open(ctx, editor, id)
	must(t, err)
	version = p.Edition.Report.Figures[0].Version
	if strings.Contains(n.get("editor", at), "Overtaken figures") || strings.Contains(n.get("editor", at+"/edit"), "despite-0") {
		t.Error("a reason is asked for where nothing is overtaken")
	}

	under = 1 // a decision under the estimate is taken back
	n.says(n.get("editor", at), "Overtaken figures", "Its reason must stand beside it first.")
	kind(t, "agreed to without a reason", n.gate.Approve(ctx, advocate, id, p.Edition.Digest), fault.Conflict)
	form := url.Values{"revision": {find(t, revision, n.get("editor", at+"/edit"))}, "title": {"Report"}, "title_ru": {"Доклад"}, "summary": {"One."}, "summary_ru": {"Одно."},
		"despite-0": {"One pair of two thousand (invented)."}}
	body, _ := n.post("editor", at+"/edit", http.StatusUnprocessableEntity, form)
	n.says(body, "Write the reason in both languages.", "One pair of two thousand (invented).")
	form.Set("despite-0_ru", "Одна пара из двух тысяч (вымышлено).")
	n.post("editor", at+"/edit", http.StatusSeeOther, form)
	n.agree(id)

	under = 3 // more than the writer and the two knew
	kind(t, "published with a reason that did not know", n.gate.Publish(ctx, editor, id), fault.Conflict)
	if body := n.get("editor", at+"/edit"); strings.Contains(body, "One pair of two thousand") {
		t.Error("the reason of then is offered for now")
	}
	form.Set("revision", find(t, revision, n.get("editor", at+"/edit")))
	form.Set("despite-0", "Three pairs of two thousand (invented).")
	n.post("editor", at+"/edit", http.StatusSeeOther, form)
	n.agree(id)
	must(t, n.gate.Publish(ctx, editor, id))
	_, files := n.out()
	n.says(files["report/chechnya-april-2017.en.html"], "Overtaken: after this estimate was made", "Three pairs of two thousand (invented).")
	n.says(files["report/chechnya-april-2017.ru.html"], "Одна пара из двух тысяч (вымышлено).")
	n.says(files["report/chechnya-april-2017.json"], `"despite_known": 3`)
}
