package publishweb_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/press"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// aims is a campaign begun on the pages with one demand and the targets that a test
// names, each with its language. Everybody in it is invented.
func (n *newsroom) aims(targets map[string]string) (demand string) {
	n.t.Helper()
	n.file, demand = ids.New("campaign"), ids.New("demand")
	at := "/campaign/" + n.file
	n.post("advocate", "/campaign-new", http.StatusSeeOther, url.Values{"id": {n.file}, "title": {"Safe passage"}, "title_ru": {"Безопасный проезд"}, "by": {"Example Organisation"}, "as_of": {string(clock.DayOf(n.ground.Clock.Now()))}})
	n.post("advocate", at+"/demand", http.StatusSeeOther, url.Values{"id": {demand}, "saw": {"0"}, "text": {"Give them visas"}, "text_ru": {"Дать им визы"}, "through": {"directly"}})
	for name, lang := range targets {
		n.post("advocate", at+"/who", http.StatusSeeOther, url.Values{"id": {ids.New("target")}, "saw": {"0"}, "kind": {"government"}, "name": {name}, "name_ru": {name}, "lang": {lang}})
	}
	return demand
}

func (n *newsroom) called(name string) campaign.Target {
	n.t.Helper()
	f := n.open()
	i := slices.IndexFunc(f.Targets, func(x campaign.Target) bool { return x.Name.EN == name })
	if i < 0 {
		n.t.Fatalf("no target %q", name)
	}
	return f.Targets[i]
}

// TestLettersInSeveralLanguages writes one letter to four offices in Chromium: one
// whose language is not known and one whose language has no template hold all of them
// back, what was ticked stays, and after both are mended each is drafted in its own
// language. The Arabic one comes out of the PDF as it went in.
func TestLettersInSeveralLanguages(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	demand := n.aims(map[string]string{"Alphaland": "en", "Betaland": "ru", "Gammaland": "ar", "Deltaland": ""})
	p, at := n.tab("advocate", browser.Phone, browser.NoScript)
	base := at + "/campaign/" + n.file
	p.Go(base + "/letters")
	p.Click(`details:has(form[action$="/merge"]) summary`)
	for _, name := range []string{"Alphaland", "Betaland", "Gammaland", "Deltaland"} {
		p.Click(`input[name=targets][value="` + n.called(name).ID + `"]`)
	}
	p.Click(`form[action$="/merge"] input[name=demand]`)
	p.Follow(`form[action$="/merge"] button`)
	shows(t, p, "Nothing is drafted yet", "Deltaland", "Its language is not known: choose it.", "There is no template in its language (العربية): write one.")
	if got := p.Count(`input[name=targets]:checked`); got != 4 {
		t.Errorf("%d of 4 ticks are left", got)
	}
	all, err := n.board.Letters(t.Context(), n.actors["advocate"], n.file)
	must(t, err)
	if len(all) != 0 {
		t.Fatalf("%d letters are drafted all the same", len(all))
	}

	p.Go(base + "/who?id=" + n.called("Deltaland").ID)
	p.Set("#f-lang", "ru")
	p.Follow("main form button.primary")
	p.Go(base + "/template?lang=ar")
	p.Fill("#f-subject", "ما نطلبه منكم")
	p.Set("#f-body", "نكتب إليكم.\n\n[what]")
	p.Follow("main form button.primary")
	shows(t, p, "The mark [demands] must stand in the text", "Something in square brackets is not one of the marks.")
	if got := p.Value("#f-subject"); got != "ما نطلبه منكم" {
		t.Errorf("what was typed is gone: %q", got)
	}
	p.Set("#f-body", "السيد [holder]،\n\nنكتب إليكم عن حالة طارئة.\n\nنطلب منكم:\n[demands]\n\nالرجاء الرد قبل [day].")
	p.Set("#f-demand-"+demand, "منحهم تأشيرات")
	p.Follow("main form button.primary")
	shows(t, p, "العربية", "your own, edition 1", "as it came with the program")

	targets := []string{}
	for _, x := range n.open().Targets {
		targets = append(targets, x.ID)
	}
	n.post("advocate", "/campaign/"+n.file+"/letters/merge", http.StatusSeeOther, url.Values{"targets": targets, "demand": {demand}})
	all, err = n.board.Letters(t.Context(), n.actors["advocate"], n.file)
	must(t, err)
	want := map[string]string{"Alphaland": "Give them visas", "Betaland": "Дать им визы", "Gammaland": "منحهم تأشيرات", "Deltaland": "Дать им визы"}
	for name, words := range want {
		i := slices.IndexFunc(all, func(l campaign.Letter) bool { return l.Target == n.called(name).ID })
		if i < 0 || !strings.Contains(all[i].Text(), words) || all[i].Foreign || strings.ContainsAny(all[i].Text(), "[]") {
			t.Errorf("%s: %+v", name, all)
			continue
		}
		if name == "Gammaland" {
			n.arabic(all[i], words)
		}
	}
	if subject := all[len(all)-1].Subject; strings.Contains(subject, "Chechnya") {
		t.Errorf("another campaign's subject: %q", subject)
	}
}

// arabic reads a letter back out of its PDF and its document.
func (n *newsroom) arabic(l campaign.Letter, words string) {
	n.t.Helper()
	pdf := n.get("advocate", "/campaign/"+n.file+"/letters/"+l.ID+"/pdf")
	if docx := n.get("advocate", "/campaign/"+n.file+"/letters/"+l.ID+"/docx"); !strings.HasPrefix(docx, "PK") {
		n.t.Error("no document")
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		n.t.Log("pdftotext is not here: the PDF is not read back")
		return
	}
	path := filepath.Join(n.t.TempDir(), "letter.pdf")
	must(n.t, os.WriteFile(path, []byte(pdf), 0o600))
	out, err := exec.Command(tool, path, "-").CombinedOutput()
	if err != nil || !strings.Contains(string(out), strings.Fields(words)[0]) || strings.Contains(string(out), "Syntax") {
		n.t.Errorf("the PDF says %q, %v", out, err)
	}
}

// TestLetterWhoseFigureChanged: a letter drafted on a figure that is corrected
// afterwards says what changed; nobody sends it without having seen that, and several
// at once are held back; when the figure is withdrawn the sent letter says so.
func TestLetterWhoseFigureChanged(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	demand := n.aims(map[string]string{"Alphaland": "en"})
	concluded := []press.Concluded{{Deed: "deed_x", Version: "1", Incident: "An invented incident", Act: "Arbitrary detention", Grade: "Corroborated"}}
	bases := n.board.Bases.(press.Bases)
	bases.Findings = func(context.Context) ([]press.Concluded, error) { return concluded, nil }
	bases.Public = func(context.Context) ([]figures.Public, error) { return nil, nil }
	n.board.Bases = bases
	at := "/campaign/" + n.file
	n.post("advocate", at+"/demands/"+demand+"/basis", http.StatusSeeOther, url.Values{"basis": {"finding:deed_x"}})
	ctx, who := t.Context(), n.actors["advocate"]
	id, err := n.board.Write(ctx, who, n.file, n.called("Alphaland").ID, "", []string{demand})
	must(t, err)

	concluded[0].Version, concluded[0].Grade = "2", "Disputed"
	kind(t, "sent unseen", n.board.Send(ctx, who, id, 1, ""), fault.Conflict)
	p, host := n.tab("advocate", browser.NoScript)
	p.Go(host + at + "/letters/" + id)
	shows(t, p, "Look before it leaves: what it says has changed", "It says now: “An invented incident, Arbitrary detention: Disputed”")
	p.Go(host + at + "/demands")
	shows(t, p, "Letters that say so:", "Alphaland")
	p.Go(host + at + "/letters/" + id)
	concluded[0].Version, concluded[0].Grade = "3", "Refuted" // while the page is open
	p.Follow(`form[action$="/send"] button`)
	shows(t, p, "has changed since it was drafted", "Refuted")
	p.Follow(`form[action$="/send"] button`)
	shows(t, p, "The text as it was sent")
	concluded = nil
	p.Go(host + at + "/letters/" + id)
	shows(t, p, "What it said has changed since", "does not stand any more: it was withdrawn, or may not be shown.")
}
