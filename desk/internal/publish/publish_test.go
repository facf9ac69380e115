package publish

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/campaign"
	"waylight/internal/fault"
)

// Whatever is revised and approved in whatever order, nothing is agreed without
// two different people who agreed to the very bytes, one of whom did not write them.
func TestAgreement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		e := Edition{State: Draft, Digest: "0", Authors: []string{"anna"}}
		people := []string{"anna", "boris", "vera"}
		for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			if rapid.Bool().Draw(rt, "revise") && who != "vera" {
				e.Digest = rapid.SampledFrom([]string{"0", "1", "2"}).Draw(rt, "digest")
				if !contains(e.Authors, who) {
					e.Authors = append(e.Authors, who)
				}
				continue
			}
			if e.MayApprove(who) == nil {
				e.Approvals = append(e.Approvals, Approval{Member: who, Digest: e.Digest})
			}
			_ = i
		}
		yes := map[string]bool{}
		outside := false
		for _, a := range e.Approvals {
			if a.Digest == e.Digest {
				yes[a.Member] = true
				outside = outside || !contains(e.Authors, a.Member)
			}
		}
		if want := len(yes) >= 2 && outside; e.Agreed() != want {
			rt.Fatalf("agreed %v, want %v: %+v", e.Agreed(), want, e)
		}
	})
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func TestMayApprove(t *testing.T) {
	t.Parallel()
	e := Edition{State: Draft, Digest: "d", Authors: []string{"anna", "boris"}, Approvals: []Approval{{Member: "anna", Digest: "d"}, {Member: "vera", Digest: "old"}}}
	for who, want := range map[string]fault.Kind{"anna": fault.Conflict, "boris": fault.Denied} {
		if got := fault.KindOf(e.MayApprove(who)); got != want {
			t.Errorf("%s: %v", who, got)
		}
	}
	if err := e.MayApprove("vera"); err != nil {
		t.Errorf("vera: %v", err)
	}
	if !e.Void() || e.Agreed() {
		t.Error("an approval of other bytes counts")
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	a := []File{{Path: "a", Type: "t", Body: []byte("1")}, {Path: "b", Body: []byte("2")}}
	b := []File{a[1], a[0]}
	if DigestOf(a) != DigestOf(b) {
		t.Error("the order shows")
	}
	for _, change := range []func(*File){func(f *File) { f.Body = []byte("3") }, func(f *File) { f.Path = "c" }, func(f *File) { f.Type = "x" }, func(f *File) { f.Lang = "ru" }} {
		c := []File{a[0], a[1]}
		change(&c[0])
		if DigestOf(a) == DigestOf(c) {
			t.Error("a change does not show")
		}
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	tests := []struct{ lang, text, rule string }{
		{"en", "The Chechens are savages.", "people"},
		{"en", "Barbaric Islam is behind this.", "people"},
		{"en", "The Chechen authorities detained more than 100 men.", ""},
		{"en", "He was hidden by his brother.", "third"},
		{"en", "They left by train at night.", "route"},
		{"en", "People used a burner phone.", "method"},
		{"en", "It is proven that 100 died.", "certain"},
		{"en", "At least three people were killed, perhaps twenty.", ""},
		{"ru", "Чеченцы — дикари.", "people"},
		{"ru", "Мусульмане убивают.", "people"},
		{"ru", "Власти Чечни задержали более 100 мужчин.", ""},
		{"ru", "Его брат помог ему.", "third"},
		{"ru", "Люди уезжают через аэропорт.", "route"},
		{"ru", "Сделали поддельный паспорт.", "method"},
		{"ru", "Это бесспорно так.", "certain"},
		{"ru", "Сообщается о трёх убитых, возможно, до двадцати.", ""},
	}
	for _, tt := range tests {
		got := ""
		for _, a := range Advise(0, tt.lang, tt.text) {
			got = a.Rule
		}
		if got != tt.rule {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.rule)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	got := plainText(`<p title="Z">An<b>zo</b>r &amp; <em>I</em>saev</p><p>next</p>`)
	for _, want := range []string{"Z", "Anzor & Isaev", "\nnext"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

func TestBoardJoinsTheUnnamed(t *testing.T) {
	t.Parallel()
	f := campaign.File{Demands: []campaign.Demand{{ID: "d", Text: Text{EN: "Speak"}}}}
	for i := range 12 {
		f.Targets = append(f.Targets, campaign.Target{ID: string(rune('a' + i)), Kind: campaign.Government, Number: i + 1})
	}
	f.Targets[5].Name = Text{EN: "Somewhere"}
	for _, g := range f.Targets {
		f.Asks = append(f.Asks, campaign.Ask{Demand: "d", Target: g.ID, Sent: "2017-04-09"})
	}
	f.Asks = append(f.Asks, campaign.Ask{Demand: "d", Target: "a", Sent: "2017-04-11"}) // twice: it does not stand alike
	f.Targets = append(f.Targets, campaign.Target{ID: "z", Kind: campaign.Government, Name: Text{EN: "Later"}})
	f.Responses = []campaign.Response{{Demand: "d", Target: "z", State: campaign.Resulted, Day: "2018-11-01", Evidence: "e", Author: "x", Second: "y"}}
	b := FreezeBoard(f, "2017-05-09")
	total := 0
	for _, r := range b.Rows {
		total += r.Count
		if r.Target.EN == "Later" {
			t.Error("a target stands on the board of a day on which nothing concerned it")
		}
	}
	if later := FreezeBoard(f, "2018-12-31"); later.Rows[len(later.Rows)-1].Target.EN != "Later" {
		t.Error("a target that acted is not on the later board")
	}
	if total != 12 {
		t.Errorf("%d targets on the board", total)
	}
	if got := b.Rows[1].Target; got.EN != "4 governments (not named in the report)" || got.RU != "4 правительства (в сообщении не названы)" {
		t.Errorf("%+v", got)
	}
}

func TestReportCheck(t *testing.T) {
	t.Parallel()
	n := int64(3)
	r := Report{Title: Text{EN: "a", RU: "б"}, AsOf: "2017-04-09", Summary: []Text{{EN: "a", RU: "б"}}}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	r.Figures = []Figure{{Suppressed: true, Low: &n}}
	if fault.KindOf(r.Check()) != fault.Invalid {
		t.Error("a small cell came through")
	}
	r.Figures, r.Help = nil, []Text{{EN: "only English"}}
	if fault.KindOf(r.Check()) != fault.Invalid {
		t.Error("a paragraph in one language came through")
	}
}

// TestMapIsCoarse: no report is kept whose map is finer than a public one may be, or shows
// an area with few incidents; the names of its towns come before the guard.
func TestMapIsCoarse(t *testing.T) {
	t.Parallel()
	with := func(km, incidents int, north float64) Report {
		return Report{Title: Text{EN: "x", RU: "x"}, AsOf: "2017-04-09", Summary: []Text{{EN: "x", RU: "x"}},
			Map: &Map{Km: km, Least: LeastInArea, Areas: []Area{{South: 43, North: north, West: 45, East: 46, Incidents: incidents, Town: Text{EN: "Argunsk", RU: "Аргунск"}}}}}
	}
	if err := with(25, 5, 43.25).Check(); err != nil {
		t.Error(err)
	}
	for what, r := range map[string]Report{"too fine": with(10, 5, 43.25), "too few": with(25, 4, 43.25), "a small area": with(25, 5, 43.05)} {
		if fault.KindOf(r.Check()) != fault.Invalid {
			t.Errorf("%s: %v", what, r.Check())
		}
	}
	if !slices.ContainsFunc(with(25, 5, 43.25).Paragraphs(), func(p Paragraph) bool { return p.Text == "Аргунск" }) {
		t.Error("the name of a town does not come before the guard")
	}
}
