package proposeweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// ride draws the choices of one leg: the best that can be is chosen beforehand, what
// something keeps out stands below with its reason.
func (t tells) ride(n int, l proposer.Leg) ride {
	s := strconv.Itoa(n)
	r := ride{Title: t.T("Leg %d: how, and who goes along", n+1)}
	form := page.Form{Words: t.Words}
	var modes, guides []page.Option
	mode := "other"
	for _, x := range l.Rides {
		w := reasons{Name: t.T("%s, about %d h", t.T(modeWord(x.Mode)), x.Hours), Out: len(x.Bars) > 0}
		for _, b := range x.Bars {
			w.Against = append(w.Against, t.word(b))
		}
		if !w.Out {
			if mode == "other" {
				mode = x.Mode
			}
			modes = append(modes, page.Option{Value: x.Mode, Label: w.Name})
			for _, b := range x.For {
				w.For = append(w.For, t.word(b))
			}
			for _, b := range x.Against {
				w.Against = append(w.Against, t.word(b))
			}
		}
		r.Ways = append(r.Ways, w)
	}
	for _, x := range l.Escorts {
		w := reasons{Name: t.member(x.ID), Out: len(x.Bars) > 0}
		for _, b := range x.Bars {
			w.Against = append(w.Against, t.word(b))
		}
		if !w.Out {
			label := w.Name
			if len(guides) == 0 {
				label = t.T("%s: proposed", w.Name)
			}
			guides = append(guides, page.Option{Value: x.ID, Label: label})
			for _, b := range x.For {
				w.For = append(w.For, t.word(b))
			}
			for _, b := range x.Against {
				w.Against = append(w.Against, t.word(b))
			}
		}
		r.Guides = append(r.Guides, w)
	}
	modes = append(modes, page.Option{Value: "other", Label: t.T("Another way")})
	guides = append([]page.Option{{Value: "", Label: t.T("Nobody of us yet")}}, guides...)
	r.Fields = []page.Field{form.Select("mode-"+s, t.T("How do they travel?"), modes).Or(mode), form.Select("escort-"+s, t.T("Who goes along?"), guides).Hint(t.T("Whoever goes along learns of this leg and its places when you take it, and cannot unlearn them.")), form.Text("papers-"+s, t.T("Papers to show on the way")).Or(t.papers(l)).Optional()}
	for i := range r.Fields {
		r.Fields[i].ID = "f-" + l.To + "-" + r.Fields[i].Name + "-" + strconv.Itoa(l.After) + t.mark
	}
	return r
}

func (t tells) member(id string) string {
	for _, m := range t.p.Members {
		if m.ID == id {
			return m.Name
		}
	}
	return t.T("a member who left")
}

// papers are what the travellers of a leg hold that can be asked for on it.
func (t tells) papers(l proposer.Leg) string {
	var all []string
	for _, s := range t.p.Case.Papers {
		x := s.Content()
		if slices.Contains(l.People, x.Party) && x.Good(clock.DayOf(t.w.Earliest)) && slices.Contains([]string{"passport", "internal-passport", "laissez-passer", "id", "visa", "residence"}, x.Kind) {
			all = append(all, t.p.Case.Party(x.Party).Code+": "+t.T(ui.PaperName(x.Kind)))
		}
	}
	return strings.Join(all, ", ")
}

func (t tells) word(w proposer.Word) string {
	who := t.p.Case.Party(w.Person).Code
	switch w.What {
	case "distance":
		return t.T("not for about %d km", w.N)
	case "border":
		return t.T("%s needs at the border: %s", who, t.T(ui.PaperName(w.Lack)))
	case "ticket":
		return t.T("%s needs for the ticket, or when asked: %s", who, t.T(ui.PaperName(w.Lack)))
	case "needs":
		return t.T("%s needs: %s", who, t.T(suitWord(w.Lack)))
	case "named":
		return t.T("The ticket has a name: an authority can read who travels.")
	case "unnamed":
		return t.T("Nobody asks for a name.")
	case "seen":
		return t.T("Many strangers see them.")
	case "long":
		return t.T("It takes about %d hours.", w.N)
	case "minor-alone":
		return t.T("%s is a minor: whoever goes along may be asked for a paper that allows it.", who)
	case "not-asked":
		return t.T("has not said that they escort")
	case "withheld":
		return t.T("was left out in the question")
	case "away":
		return t.T("is away then")
	case "busy":
		return t.T("travels on another leg then")
	case "meet":
		return t.T("must not meet %s", who)
	case "new-places":
		return t.N("would learn of %d place", "would learn of %d places", w.N)
	case "knows-places":
		return t.T("learns of no new place")
	case "assigned":
		return t.T("knows the case already")
	case "stranger":
		return t.T("does not know the case: learns of these people")
	case "speaks":
		return t.T("speaks %s with them", w.Lack)
	case "mute":
		return t.T("no language in common is noted")
	}
	return t.T("knows %d places already", w.N)
}

func modeWord(m string) string {
	switch m {
	case "foot":
		return i18n.Key("On foot")
	case "car":
		return i18n.Key("By car")
	case "bus":
		return i18n.Key("By bus")
	case "train":
		return i18n.Key("By train")
	}
	return i18n.Key("By plane")
}

type guideView struct {
	ui.Frame
	Fields []page.Field
	Saw    string
	Others *ui.Table
}

func (r *Room) escorts(c *ui.Context) error { return r.guideAgain(c, nil) }

func (r *Room) guideAgain(c *ui.Context, wrong error) error {
	all, err := r.Book.Guides(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	members, err := r.Book.Colleagues(c.Context())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	f := c.Frame(c.T("Escorts"))
	if wrong != nil {
		f.Form = c.Form(wrong)
		return c.Invalid(pages, "escorts", guidesView(f, all, names, c.Actor.ID))
	}
	return c.Render(pages, "escorts", guidesView(f, all, names, c.Actor.ID))
}

func guidesView(f ui.Frame, all []cases.Folder[cases.Guide], names map[string]string, me string) guideView {
	v := guideView{Frame: f, Saw: "0"}
	var mine cases.Guide
	t := &ui.Table{Words: f.Words, Caption: f.T("What colleagues said of themselves"), Columns: []ui.Column{{Label: f.T("Who")}, {Label: f.T("Escorts")}, {Label: f.T("Languages")}}, Empty: ui.Empty{Title: f.T("No colleague has said anything yet.")}}
	for _, x := range all {
		g := x.Content()
		if g.Member == me {
			mine, v.Saw = g, strconv.Itoa(x.Saw())
			continue
		}
		ready := f.T("no")
		if g.Ready {
			ready = f.T("yes")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: names[g.Member], Sub: g.Words}, {Text: ready}, {Text: strings.Join(g.Speaks, ", ")}}})
	}
	v.Others = t
	form := f.Form
	ready := form.Checks("ready", "", []page.Option{{Value: "yes", Label: f.T("I go along with people on legs")}})
	if mine.Ready {
		ready = ready.Or("yes")
	}
	v.Fields = []page.Field{ready, form.Text("speaks", f.T("Which languages do you speak?")).Or(strings.Join(mine.Speaks, ", ")).Optional().Hint(f.T("Codes, such as ru, ce.")),
		form.Text("words", f.T("What colleagues must know")).Or(mine.Words).Optional()}
	return v
}

func (r *Room) keepGuide(c *ui.Context) error {
	g := cases.Guide{Ready: c.Has("ready", "yes"), Speaks: codes(strings.ToLower(c.Text("speaks"))), Words: c.Text("words")}
	saw, _ := c.Int("saw")
	err := c.Wrong()
	if err == nil {
		err = r.Book.KeepGuide(c.Context(), c.Actor, int(saw), g)
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.guideAgain(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/escorts", "guide.kept")
}
