package listsweb

import (
	"time"

	"waylight/desk/internal/lists"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/estimate"
	"waylight/estimate/analysis"
	"waylight/internal/i18n"
	"waylight/linkage"
)

// Stories are the pages of lists in their states. Everybody in them is invented.
func Stories() []ui.Story {
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "lists/" + name, Set: pages, Template: template, View: view}
	}
	study := func(name string, change func(*lists.Sheet)) ui.Story {
		return story(name, "study", func(w i18n.Words) any {
			s := sheet()
			change(&s)
			return newStudy(frame(w, s.Study.Title, "/lists/study_a"), s, "member_example", nil)
		})
	}
	return []ui.Story{
		story("none", "list", func(w i18n.Words) any { return newList(frame(w, "Lists of people", "/lists"), nil) }),
		story("list", "list", func(w i18n.Words) any {
			return newList(frame(w, "Lists of people", "/lists"), []lists.Study{sheet().Study})
		}),
		study("begun", func(s *lists.Sheet) { *s = lists.Sheet{Study: s.Study} }),
		story("one", "one", func(w i18n.Words) any {
			s := sheet()
			l := s.Lists[0]
			l.Word = lists.Word{Out: true, Why: "copied from the court's", Columns: map[string]linkage.Kind{l.Facts.Columns[0].Header: linkage.Ignore}}
			l.Said = lists.Change{By: "member_example", At: time.Date(2017, 4, 11, 9, 0, 0, 0, time.UTC)}
			return newOne(frame(w, l.Facts.Name, "/lists/study_a/of/list_a"), s, l, map[string]string{"member_example": "Example Member"})
		}),
		study("left-out", func(s *lists.Sheet) {
			s.Stale, s.Lists[0].Word = true, lists.Word{Out: true, Why: "copied from the court's"}
		}),
		study("running", func(s *lists.Sheet) {
			s.Runs = []lists.Run{{ID: "run_b", State: lists.Running, Kind: lists.Estimate, Phase: lists.Reckoning, Done: 5, Total: 20, Spent: time.Minute}}
			s.Of, s.Found = lists.Run{}, lists.Found{}
		}),
		study("stopped", func(s *lists.Sheet) {
			s.Runs = []lists.Run{{ID: "run_b", State: lists.Stopped, Kind: lists.Match, Phase: lists.Matching}}
			s.Stale = true
		}),
		study("failed", func(s *lists.Sheet) {
			s.Runs = []lists.Run{{ID: "run_b", State: lists.Failed, Kind: lists.Match, Phase: lists.Matching}}
			s.Wrong = lists.Found{What: "constraints or reviewed pairs contradict each other", Todo: "look at them again"}
		}),
		study("estimated", func(*lists.Sheet) {}),
		story("pairs", "pairs", func(w i18n.Words) any {
			return newPairs(frame(w, w.T("Pairs to judge"), "/lists/study_a/pairs"), sheet(), "member_example")
		}),
		story("pair-blind", "pair", func(w i18n.Words) any {
			return pairStory(w, lists.Standing{State: lists.Second, Said: map[string]lists.Answer{"member_b": lists.Same}}, "member_example")
		}),
		story("pair-disputed", "pair", func(w i18n.Words) any {
			return pairStory(w, lists.Standing{State: lists.Disputed, Said: map[string]lists.Answer{"member_b": lists.Same, "member_example": lists.Different}}, "member_example")
		}),
		story("pair-settled", "pair", func(w i18n.Words) any {
			return pairStory(w, lists.Standing{State: lists.Settled, Same: true, At: 2, Said: map[string]lists.Answer{"member_b": lists.Same, "member_example": lists.Same}}, "member_example")
		}),
	}
}

func frame(w i18n.Words, title, path string) ui.Frame {
	return ui.Example(w, w.T(title), path, staff.Analyst, staff.Documenter)
}

func pairStory(w i18n.Words, s lists.Standing, me string) pairView {
	q := question()
	s.Pair = lists.Pair{Study: "study_a", Token: q.Token, Left: q.Left, Right: q.Right}
	a := lists.Asked{Study: sheet().Study, Question: q, Standing: s, Seen: s.Seen(me), Left: 3, Next: "0e"}
	if s.State == lists.Settled {
		a.Follows = []string{q.Token, "0e"}
	}
	return newPair(frame(w, w.T("One person, or two?"), "/lists/study_a/pairs/"+q.Token), a, map[string]string{"member_b": "Boris (invented)", "member_example": "Ana (invented)"}, me)
}

func question() lists.Question {
	return lists.Question{Token: "0d", Left: linkage.Ref{List: "clinic", Record: "12"}, Right: linkage.Ref{List: "court", Record: "7"}, Chance: 0.62, Linked: true,
		Rows:   []lists.Side{{Header: "given_name", Left: "Евгений", Right: "Yevgeniy"}, {Header: "surname", Left: "Хамзаев", Right: "Khamzaev"}, {Header: "date_of_birth", Left: "1984-02-11", Right: "1984-11-02"}, {Header: "place", Left: "Озёрное"}},
		Grains: []linkage.Grain{{Field: "start", Level: "any pair", Bits: -9.1}, {Field: "surname", Level: "sounds alike", Bits: 7.2}, {Field: "date_of_birth", Level: "day and month swapped", Bits: 4.4}}}
}

func sheet() lists.Sheet {
	at := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	s := lists.Sheet{Study: lists.Study{ID: "study_a", Title: "Detained people (invented)", At: at}}
	for i, name := range []string{"clinic", "court", "press"} {
		s.Lists = append(s.Lists, lists.List{ID: name, Seq: i + 1, Facts: lists.Facts{Name: name, Records: 120 + i, Columns: []lists.Column{{Header: "id", Kind: "record", Filled: 120}, {Header: "surname", Kind: "surname", Filled: 118}},
			Notes: []lists.Note{{Trouble: lists.NoName, Rows: 2, Lines: []int{14, 77}}}}})
	}
	q := question()
	s.Pairs = []lists.Standing{{Pair: lists.Pair{Token: q.Token, Left: q.Left, Right: q.Right}, State: lists.Second, Said: map[string]lists.Answer{"member_b": lists.Same}}}
	s.Of = lists.Run{ID: "run_a", Study: "study_a", Seq: 1, Kind: lists.Estimate, State: lists.Done, Total: 20}
	s.Runs = []lists.Run{s.Of}
	t := estimate.Table{Lists: []string{"clinic", "court", "press"}, Cells: []estimate.Cell{{On: 1, Count: 60}, {On: 2, Count: 70}, {On: 3, Count: 22}, {On: 4, Count: 64}, {On: 5, Count: 19}, {On: 7, Count: 8}}}
	s.Found = lists.Found{Inputs: make([]analysis.Input, 3), Records: 363, People: 243, Questions: []lists.Question{q}, Changes: &linkage.Changes{Kept: 240, New: 3}, Bridges: []linkage.Bridge{{Left: "clinic:4", Right: "court:9", Chance: 0.7}}, Table: &t,
		Quality: linkage.Quality{Precision: linkage.Interval{Value: 0.98, Low: 0.95, High: 0.99}, Recall: linkage.Interval{Value: 0.96, Low: 0.9, High: 0.98}, Reviewed: 12},
		Outcome: &analysis.Outcome{Lists: t.Lists, Observed: [3]int{240, 243, 247}, Pooled: []estimate.Result{{Method: "decomposable", Estimate: 410, Low: 340, High: 520, Level: 0.95, Converged: true}, {Method: "latent-class", Estimate: estimate.None(), Low: estimate.None(), High: estimate.None()}, {Method: "chao", Estimate: 380, Low: 330, High: estimate.None(), Converged: true}}}}
	return s
}
