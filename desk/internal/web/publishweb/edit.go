package publishweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type editView struct {
	ui.Frame
	Head   string
	Back   string
	Action string
	Hidden []ui.Hidden
	Groups []editGroup
	Fixed  int
	// Embargo asks until when nothing may be public.
	Embargo page.Field
	LookAt  string    // where what is typed is looked through
	Look    *lookView // nil: it was not asked for
}

// lookView is what the guard and the advice say of what is typed and not kept yet.
type lookView struct {
	Hits    []hitView
	Advice  []adviceView
	Blocked bool
}

type editGroup struct {
	Legend string
	EN, RU page.Field
}

// prose is one part that an editor writes, in both languages.
type prose struct {
	name, label string
	of          func(r *publish.Report) *[]publish.Text
}

func parts() []prose {
	return []prose{
		{"summary", i18n.Key("Summary"), func(r *publish.Report) *[]publish.Text { return &r.Summary }},
		{"changed", i18n.Key("What has changed"), func(r *publish.Report) *[]publish.Text { return &r.Changed }},
		{"reader", i18n.Key("For the reader"), func(r *publish.Report) *[]publish.Text { return &r.Reader }},
		{"help", i18n.Key("How to find help"), func(r *publish.Report) *[]publish.Text { return &r.Help }},
		{"limits", i18n.Key("What is unknown"), func(r *publish.Report) *[]publish.Text { return &r.Limits }},
		{"contacts", i18n.Key("Contacts for the press"), func(r *publish.Report) *[]publish.Text { return &r.Contacts }},
		{"licence", i18n.Key("Licence"), func(r *publish.Report) *[]publish.Text { return &r.Licence }},
	}
}

func editPage(f ui.Frame, p publish.Proof) editView {
	w, e := f.Words, p.Edition
	v := editView{Frame: f, Head: e.Report.Title.In(w.Tag()), Back: "/publish/" + e.ID, Action: "/publish/" + e.ID + "/edit", LookAt: "/publish/" + e.ID + "/look", Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(e.Revision)}}, Fixed: len(e.Report.Figures)}
	pair := func(legend string, en, ru page.Field) { v.Groups = append(v.Groups, editGroup{w.T(legend), en, ru}) }
	pair(i18n.Key("Heading"), f.Form.Text("title", w.T("In English")).Or(e.Report.Title.EN), f.Form.Text("title_ru", w.T("In Russian")).Or(e.Report.Title.RU))
	for _, p := range parts() {
		texts := *p.of(&e.Report)
		pair(p.label, f.Form.Area(p.name, w.T("In English")).Rows(6).Or(joined(texts, "en")), f.Form.Area(p.name+"_ru", w.T("In Russian")).Rows(6).Or(joined(texts, "ru")))
	}
	for i, x := range e.Report.Figures {
		if p.Under[i] == 0 {
			continue
		}
		was := x.Despite
		if x.Overtaken(p.Under[i]) {
			was = publish.Text{} // it did not know of all that has changed
		}
		name := "despite-" + strconv.Itoa(i)
		v.Groups = append(v.Groups, editGroup{w.T("Overtaken: %s. Why it is published all the same", x.Label.In(w.Tag())),
			f.Form.Area(name, w.T("In English")).Rows(3).Or(was.EN).Optional(), f.Form.Area(name+"_ru", w.T("In Russian")).Rows(3).Or(was.RU).Optional()})
	}
	v.Embargo = f.Form.Moment("embargo", w.T("Not public before"), e.Report.Embargo()).Optional().Hint(w.T("An embargo: after two people have agreed, it goes out by itself at that time. Empty: as soon as you publish."))
	return v
}

func joined(texts []publish.Text, lang string) string {
	var out []string
	for _, t := range texts {
		if lang == "ru" {
			out = append(out, t.RU)
		} else {
			out = append(out, t.EN)
		}
	}
	return strings.Join(out, "\n\n")
}

// paired joins the paragraphs of two languages; a missing one stays empty and the report's check names it.
func paired(en, ru string) []publish.Text {
	a, b := paragraphs(en), paragraphs(ru)
	out := make([]publish.Text, max(len(a), len(b)))
	for i := range out {
		if i < len(a) {
			out[i].EN = a[i]
		}
		if i < len(b) {
			out[i].RU = b[i]
		}
	}
	return out
}

func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (r *Room) editForm(c *ui.Context) error {
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return err
	}
	return c.Render(r.set, "edit", editPage(c.GuardFrame(c.T("Edit the draft")), p))
}

func (r *Room) edit(c *ui.Context) error {
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return err
	}
	report := typed(c, p)
	revision, _ := c.Int("revision")
	err = c.Wrong()
	if err == nil {
		err = r.Gateway.Revise(c.Context(), c.Actor, p.Edition.ID, report, int(revision))
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		f := c.GuardFrame(c.T("Edit the draft"))
		f.Form = c.Form(err)
		return c.Invalid(r.set, "edit", editPage(f, p))
	}
	if err != nil {
		return err
	}
	return c.See("/publish/"+p.Edition.ID, "publish.kept")
}

// look has the guard read what is typed, and keeps nothing: the page comes back as it was
// typed, with what was found. The page's script asks for it while somebody types.
func (r *Room) look(c *ui.Context) error {
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return err
	}
	full := typed(c, p)
	own := publish.Report{Title: full.Title}
	for _, part := range parts() {
		*part.of(&own) = *part.of(&full)
	}
	for _, f := range full.Figures { // a reason beside an overtaken figure is the editor's too
		own.Figures = append(own.Figures, publish.Figure{Despite: f.Despite})
	}
	said := own.Paragraphs()
	var texts []string
	for _, x := range said {
		texts = append(texts, x.Text)
	}
	hits, err := r.Gateway.Inspect(c.Context(), c.Actor, p.Edition.ID, "public", texts)
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Edit the draft"))
	f.Form = c.Form(nil)
	v := editPage(f, p)
	v.Hidden = []ui.Hidden{{Name: "revision", Value: c.Text("revision")}} // what was seen when the typing began
	v.Look = newLook(f.Words, said, hits)
	return c.Render(r.set, "edit", v)
}

func newLook(w i18n.Words, said []publish.Paragraph, hits []publish.Hit) *lookView {
	v := &lookView{Blocked: publish.Blocked(hits)}
	place := func(i int) string {
		lang := w.T("in English")
		if said[i].Lang == "ru" {
			lang = w.T("in Russian")
		}
		return w.T(placeName(said[i].Where)) + ", " + lang
	}
	for _, h := range hits {
		x := hitView{Badge: page.Badge{Text: w.T("stops it"), Tone: page.Danger}, Words: h.Words, Why: ui.LeakReason(w, string(h.Kind), h.Why.String(), h.Read.String(), h.Gap),
			Text: w.T("%s: a protected identity (%s) stands here.", place(h.Paragraph), w.T(termName(h.Kind)))}
		if h.Kind == guard.Coordinates {
			x.Text = w.T("%s: coordinates stand here.", place(h.Paragraph))
		}
		switch {
		case h.Lifted:
			x.Badge = page.Badge{Text: w.T("allowed"), Tone: page.Calm}
		case h.Level == guard.Ask:
			x.Badge = page.Badge{Text: w.T("look at it"), Tone: page.Wait}
		}
		v.Hits = append(v.Hits, x)
	}
	for i, x := range said {
		for _, a := range publish.Advise(i, x.Lang, x.Text) {
			v.Advice = append(v.Advice, adviceView{Text: place(i) + ": " + w.T(advice(a.Rule)), Words: a.Words})
		}
	}
	return v
}

// typed is the report with what stands in the form.
func typed(c *ui.Context, p publish.Proof) publish.Report {
	report := p.Edition.Report
	report.Figures = slices.Clone(report.Figures)
	report.Title = publish.Text{EN: c.Text("title"), RU: c.Text("title_ru")}
	for _, part := range parts() {
		*part.of(&report) = paired(c.Text(part.name), c.Text(part.name+"_ru"))
	}
	for i, n := range p.Under {
		report.Figures[i].Despite, report.Figures[i].Known = publish.Text{EN: c.Text("despite-" + strconv.Itoa(i)), RU: c.Text("despite-" + strconv.Itoa(i) + "_ru")}, n
	}
	report.NotBefore = ""
	if t := c.Time("embargo"); !t.IsZero() {
		report.NotBefore = t.UTC().Format(time.RFC3339)
	}
	return report
}
