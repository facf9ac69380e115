package publishweb_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/founding"
	"waylight/internal/ids"
)

// remembers follows somebody who died, with the family's consent.
func (n *newsroom) remembers(d *redress.Docket, name string, until clock.Day) string {
	n.t.Helper()
	m := redress.Matter{ID: ids.New("matter"), Campaign: n.file, Kind: redress.Memorial}
	must(n.t, d.Begin(context.Background(), n.actors["editor"], m, redress.Details{Who: name, Words: "He sang.", WordsRU: "Он пел."}))
	must(n.t, d.Agree(context.Background(), n.actors["editor"], m.ID, redress.Consent{Given: "2017-04-01", Until: until, How: "A sister, in writing (invented)"}))
	return m.ID
}

// issue makes a version public, with more words in its summary.
func (n *newsroom) issue(d *redress.Docket, slug, more string, change func(*publish.Report)) string {
	n.t.Helper()
	ctx, editor := context.Background(), n.actors["editor"]
	id := n.compose(d, slug)
	p, err := n.gate.Open(ctx, editor, id)
	must(n.t, err)
	r := p.Edition.Report
	if more != "" {
		r.Summary = append(r.Summary, publish.Text{EN: more, RU: more})
	}
	r.Changed = []publish.Text{{EN: "Words.", RU: "Слова."}}
	if change != nil {
		change(&r)
	}
	must(n.t, n.gate.Revise(ctx, editor, id, r, p.Edition.Revision))
	n.agree(id)
	must(n.t, n.gate.Publish(ctx, editor, id))
	return id
}

func without(t *testing.T, files map[string]string, names ...string) {
	t.Helper()
	for path, body := range files {
		for _, name := range names {
			if strings.Contains(body, name) {
				t.Errorf("%s still names %s", path, name)
			}
		}
	}
}

// TestTakenBack: in the moment in which a family takes its consent back, the name is in
// no public file any more, whatever version and place it stood in; what can stand
// without it stands, and the editors are called.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, d := context.Background(), n.docket()
	editor := n.actors["editor"]
	const one, other, hebrew = "Zelim Nesushchestvuev", "Umar Vydumannyj", "יוסף המומצא" // invented
	zelim, umar, yosef := n.remembers(d, one, ""), n.remembers(d, other, ""), n.remembers(d, hebrew, "")

	v1 := n.issue(d, "both", "We remember "+one+".", nil) // named in words too: nothing mechanical helps
	v2 := n.issue(d, "both", "", nil)                     // named on the memorial alone
	only := n.issue(d, "only", "", func(r *publish.Report) {
		r.Memorial = slices.DeleteFunc(r.Memorial, func(m publish.Remembered) bool { return m.Of != zelim })
	})
	plain := n.issue(d, "plain", "", func(r *publish.Report) { r.Memorial = nil })
	late := n.compose(d, "late")
	p, err := n.gate.Open(ctx, editor, late)
	must(t, err)
	r := p.Edition.Report
	r.NotBefore = n.ground.Clock.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	must(t, n.gate.Revise(ctx, editor, late, r, p.Edition.Revision))
	n.agree(late)
	must(t, n.gate.Publish(ctx, editor, late))
	draft := n.compose(d, "draft")
	_, files := n.out()
	before := files["report/plain.v1.en.html"]
	for _, path := range []string{"report/both.v1.en.html", "report/both.v2.memorial.en.html", "report/both.memorial.en.html", "report/both.v2.json", "report/only.memorial.ru.html"} {
		if !strings.Contains(files[path], one) {
			t.Fatalf("the control: %s does not name %s", path, one)
		}
	}
	if strings.Contains(files["report/both.v2.json"], zelim) {
		t.Error("the data tell the public of the matter")
	}

	must(t, d.TakeBack(ctx, editor, zelim))
	list, files := n.out()
	without(t, files, one)
	for _, f := range list.Pages {
		if strings.HasSuffix(f.Path, ".pdf") && strings.Contains(f.Path, "both.v1.") || strings.HasSuffix(f.Path, ".zip") && strings.Contains(f.Path, "both.v1.") {
			t.Errorf("%s is public", f.Path)
		}
	}
	n.says(files["report/both.v1.en.html"], "This version was taken back", "delete it")
	n.says(files["report/both.v1.memorial.ru.html"], "Эта версия снята")
	n.says(files["report/both.en.html"], "at least 101", "something was taken out of this version")
	n.says(files["report/both.v2.memorial.en.html"], other, hebrew, "something was taken out")
	n.says(files["report/only.en.html"], "at least 101")
	n.says(files["report/only.memorial.en.html"], "This version was taken back")
	if files["report/plain.v1.en.html"] != before {
		t.Error("a report that names nobody was changed")
	}
	for id, want := range map[string]publish.State{v1: publish.Removed, v2: publish.Published, only: publish.Published, plain: publish.Published, late: publish.Draft, draft: publish.Draft} {
		p, err := n.gate.Open(ctx, editor, id)
		must(t, err)
		if p.Edition.State != want {
			t.Errorf("%s v%d is %s, want %s", p.Edition.Slug, p.Edition.Number, p.Edition.State, want)
		}
		if want == publish.Draft && (len(p.Edition.Report.Memorial) != 2 || p.Edition.Agreed()) {
			t.Errorf("the draft %s: %d names, agreed %v", p.Edition.Slug, len(p.Edition.Report.Memorial), p.Edition.Agreed())
		}
	}

	// Of whom the guard cannot read the letters: by the matter, and letter by letter.
	must(t, d.TakeBack(ctx, editor, yosef))
	_, files = n.out()
	without(t, files, one, hebrew)
	n.says(files["report/both.v2.memorial.en.html"], other)
	// Corrected to another name: nobody agreed to either.
	o, err := d.Open(ctx, editor, umar)
	must(t, err)
	x := o.Details
	x.Who = "Umar Pereimenovannyj"
	must(t, d.Correct(ctx, editor, o.Matter, x, o.Revision))
	_, files = n.out()
	without(t, files, one, hebrew, other, "Pereimenovannyj")
	n.says(files["report/both.v2.memorial.en.html"], "This version was taken back")

	// The editors are called, once for each, and see to it.
	taken, err := n.gate.Takings(ctx, editor)
	must(t, err)
	body := n.get("editor", "/publish")
	n.says(body, "Taken back at once", "A name was taken out", "This version was taken down", "This draft names somebody")
	without(t, map[string]string{"/publish": body}, one, hebrew, other)
	for range 2 {
		for _, x := range taken {
			n.post("editor", "/publish/taken/"+x.ID+"/seen", http.StatusSeeOther, nil)
		}
	}
	if code, _, _ := n.ask("worker", http.MethodPost, "/publish/taken/"+taken[0].ID+"/seen", nil); code != http.StatusForbidden {
		t.Errorf("a caseworker notes it: %d", code)
	}
	if strings.Contains(n.get("editor", "/publish"), "Taken back at once") {
		t.Error("what was seen to is still shown")
	}
	if must(t, d.TakeBack(ctx, editor, zelim)); len(taken) == 0 {
		t.Error("nobody was called")
	}
	again, err := n.gate.Takings(ctx, editor)
	must(t, err)
	if len(again) != 0 {
		t.Errorf("taken back a second time, %d calls", len(again))
	}
}

// What was let stand by the security officer falls with the consent of a case; a
// surname that many bear takes nothing down; another person's decision stands.
func TestTakenBackByCase(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, d := context.Background(), n.docket()
	editor, security := n.actors["editor"], n.actors["security"]
	watch := func(owner, name string) {
		must(t, n.ground.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, owner, "name", name) }))
	}
	watch("case_a/party_a", "Ruslan Nesushchestvuev")
	for _, x := range []string{"b", "c", "d", "e"} {
		watch("case_"+x+"/party_x", map[string]string{"b": "Anzor", "c": "Movsar", "d": "Adlan", "e": "Isa"}[x]+" Nesushchestvuev")
	}
	id := n.compose(d, "named")
	p, err := n.gate.Open(ctx, editor, id)
	must(t, err)
	r := p.Edition.Report
	r.Summary = append(r.Summary, publish.Text{EN: "Ruslan Nesushchestvuev is free.", RU: "Один человек на свободе."})
	must(t, n.gate.Revise(ctx, editor, id, r, p.Edition.Revision))
	p, err = n.gate.Open(ctx, security, id)
	must(t, err)
	for _, h := range p.Hits {
		if h.Blocks() {
			must(t, n.gate.Decide(ctx, security, id, h.Term, "He agreed (invented)."))
		}
	}
	n.agree(id)
	must(t, n.gate.Publish(ctx, editor, id))
	family := n.issue(d, "family", "The family Nesushchestvuev thanks everybody.", nil) // five bear it: the guard only asks

	retract := func(owner, name string, forget bool) (touched int) {
		must(t, n.ground.DB.Write(ctx, func(tx *store.Tx) (err error) {
			if forget {
				if _, err := tx.ForgetDecisions(ctx, owner); err != nil {
					return err
				}
			}
			touched, err = n.gate.Retract(ctx, tx, editor.ID, publish.Person{Owner: owner, Names: []string{name}})
			return err
		}))
		return touched
	}
	if got := retract("case_b/party_x", "Anzor Nesushchestvuev", true); got != 0 {
		t.Errorf("a namesake's consent took %d down", got)
	}
	if got := retract("case_a/party_a", "Ruslan Nesushchestvuev", true); got != 1 {
		t.Errorf("%d were taken back, want 1", got)
	}
	_, files := n.out()
	without(t, files, "Ruslan Nesushchestvuev")
	n.says(files["report/named.en.html"], "This version was taken back")
	if p, err = n.gate.Open(ctx, editor, family); err != nil || p.Edition.State != publish.Published {
		t.Errorf("a page that names no person was taken down: %v, %v", p.Edition.State, err)
	}
	if list, _ := n.out(); strings.HasPrefix(list.Pages[0].Path, "report/named.") {
		t.Error("the Front leads its visitors to a page that was taken back")
	}
}
