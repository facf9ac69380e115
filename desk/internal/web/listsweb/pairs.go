package listsweb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"waylight/desk/internal/lists"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// said puts a fault in words.
func said(w i18n.Words, err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return w.T(f.Message, f.Args...)
	}
	return w.T("This is not possible now.")
}

type pairsView struct {
	ui.Frame
	Back, BackTitle string
	First           string // where the first pair waits; "" none
	Waiting         int
	All             ui.Table
}

func stand(w i18n.Words, s lists.Standing) page.Badge {
	switch s.State {
	case lists.Second:
		return page.Badge{Text: w.T("a second person is asked"), Tone: page.Wait}
	case lists.Disputed:
		return page.Badge{Text: w.T("people disagree: a third is asked"), Tone: page.Accent}
	case lists.Settled:
		if s.Same {
			return page.Badge{Text: w.T("one person"), Tone: page.Calm}
		}
		return page.Badge{Text: w.T("two people"), Tone: page.Calm}
	}
	return page.Badge{Text: w.T("nobody answered yet"), Tone: page.Wait}
}

func newPairs(f ui.Frame, s lists.Sheet, me string) pairsView {
	w := f.Words
	v := pairsView{Frame: f, Back: "/lists/" + s.Study.ID, BackTitle: s.Study.Title}
	queue := s.Queue(me)
	v.Waiting = len(queue)
	base := v.Back + "/pairs/"
	if len(queue) > 0 {
		v.First = base + queue[0].Token
	}
	v.Keys = []ui.Key{{Key: "a", Label: w.T("Begin judging")}}
	v.All = ui.Table{Words: w, Caption: w.T("Pairs somebody answered about"), Columns: []ui.Column{{Label: w.T("Records")}, {Label: w.T("How it stands")}}, Empty: ui.Empty{Title: w.T("Nobody has answered yet"), Text: w.T("What two people agree about stands here, and can be taken back.")}}
	for _, p := range s.Pairs {
		_, mine := p.Said[me]
		// That a colleague answered is no secret; what they said is.
		if p.State == lists.Unasked && !mine {
			continue
		}
		b := stand(w, p)
		v.All.Rows = append(v.All.Rows, ui.Row{Href: base + p.Pair.Token, Cells: []ui.Cell{{Text: name(p.Pair.Left.List, p.Pair.Left.Record) + " / " + name(p.Pair.Right.List, p.Pair.Right.Record)}, {Badge: &b}}})
	}
	return v
}

func name(list, record string) string { return list + ":" + record }

type pairView struct {
	ui.Frame
	Back, BackTitle string
	Badge           page.Badge
	Action          string
	Left, Right     string
	Rows            []side
	Grains          []grain
	Chance          string
	Waiting         int
	Answers         []answer
	Seen            []page.Fact
	Blind           bool
	Ask             bool
	Next            string
	Undo            *ui.Confirm
}

type side struct {
	lists.Side
	Differ bool
}

type grain struct{ Field, Level, Says string }

type answer struct {
	Value, Label, Key string
	Main              bool
}

func answerName(a lists.Answer) string {
	switch a {
	case lists.Same:
		return i18n.Key("One person")
	case lists.Different:
		return i18n.Key("Two people")
	}
	return i18n.Key("I cannot tell")
}

func newPair(f ui.Frame, a lists.Asked, names map[string]string, me string) pairView {
	w, q, s := f.Words, a.Question, a.Standing
	base := "/lists/" + a.Study.ID
	v := pairView{Frame: f, Back: base, BackTitle: a.Study.Title, Badge: stand(w, s), Action: base + "/pairs/" + s.Pair.Token, Left: name(q.Left.List, q.Left.Record), Right: name(q.Right.List, q.Right.Record), Waiting: a.Left, Ask: s.For(me)}
	for _, r := range q.Rows {
		v.Rows = append(v.Rows, side{r, r.Left != r.Right && r.Left != "" && r.Right != ""})
	}
	_, mine := s.Said[me]
	v.Blind = s.State != lists.Settled && !mine
	// The machine's opinion is shown once a person has one of their own.
	if !v.Blind {
		v.Chance = percent(q.Chance)
		for _, g := range q.Grains {
			v.Grains = append(v.Grains, grain{g.Field, g.Level, fmt.Sprintf("%+.1f", g.Bits)})
		}
	}
	for _, x := range []answer{{string(lists.Same), "", "s", true}, {string(lists.Different), "", "d", true}, {string(lists.Unsure), "", "u", false}} {
		x.Label = w.T(answerName(lists.Answer(x.Value)))
		v.Answers = append(v.Answers, x)
		v.Keys = append(v.Keys, ui.Key{Key: x.Key, Label: x.Label})
	}
	for id, said := range a.Seen {
		who := names[id]
		if who == "" {
			who = w.T("a member who left")
		}
		v.Seen = append(v.Seen, page.Fact{Term: who, Text: w.T(answerName(said))})
	}
	sortFacts(v.Seen)
	if a.Next != "" {
		v.Next = base + "/pairs/" + a.Next
		v.Keys = append(v.Keys, ui.Key{Key: "n", Label: w.T("Next pair, without an answer")})
	}
	if s.State == lists.Settled {
		v.Undo = &ui.Confirm{Words: w, Title: w.T("Take the decision back"), Action: v.Action + "/back", Button: w.T("Take it back"), Hidden: []ui.Hidden{{Name: "seen", Value: fmt.Sprint(len(a.Follows))}},
			Sentences: []string{w.N("%d decision goes: this one, and what was decided later about people it had brought together.", "%d decisions go: this one, and what was decided later about people it had brought together.", len(a.Follows)), w.T("The pairs are asked again. What was decided, and that it was taken back, stays in the ledger. The lists must be matched anew.")}}
	}
	return v
}

func sortFacts(all []page.Fact) {
	slices.SortFunc(all, func(a, b page.Fact) int { return strings.Compare(a.Term, b.Term) })
}
