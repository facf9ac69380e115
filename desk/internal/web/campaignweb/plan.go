package campaignweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// planRoutes are the pages on which a campaign is begun and corrected.
func (r *Room) planRoutes(m *ui.Mux) {
	who := []staff.Role{staff.Advocate, staff.Editor}
	m.Get("/campaign-new", r.beginForm, who...)
	m.Post("/campaign-new", r.begin, who...)
	m.Get("/campaign/{campaign}/plan", r.plan, who...)
	m.Get("/campaign/{campaign}/edit", r.editForm, who...)
	m.Post("/campaign/{campaign}/edit", r.edit, who...)
	m.Get("/campaign/{campaign}/demand", r.demandForm, who...)
	m.Post("/campaign/{campaign}/demand", r.demand, who...)
	m.Get("/campaign/{campaign}/who", r.targetForm, who...)
	m.Post("/campaign/{campaign}/who", r.keepTarget, who...)
}

// group is some fields under one legend.
type group struct {
	Legend string
	Fields []page.Field
}

// longForm is a form of several groups.
type longForm struct {
	formView
	Groups []group
}

type planForm struct {
	headView
	Intro    string
	Sent     longForm
	Back     string
	Editions []page.Event
}

// born is the hidden id of what a form will make: sent twice it makes it once.
func born(f page.Form, kind string) string {
	if id := f.Values.Get("id"); ids.Valid(kind, id) {
		return id
	}
	return ids.New(kind)
}

func saw(c *ui.Context) int {
	n, _ := c.Int("saw")
	return int(n)
}

func lastOf(all []campaign.Edition, subject string) int {
	n := 0
	for _, e := range all {
		if e.Subject == subject {
			n = max(n, e.Number)
		}
	}
	return n
}

// kept gives a field what stood before, when anything did.
func kept(x page.Field, value string) page.Field {
	if value == "" {
		return x
	}
	return x.Or(value)
}

func both(f ui.Frame, name, en, ru string, t campaign.Text) []page.Field {
	return []page.Field{kept(f.Form.Text(name, en), t.EN), kept(f.Form.Text(name+"_ru", ru).Optional(), t.RU)}
}

func campaignFields(f ui.Frame, c campaign.Campaign) []page.Field {
	w := f.Words
	return append(both(f, "title", w.T("Title in English"), w.T("Title in Russian"), c.Title),
		kept(f.Form.Text("by", w.T("Which organisation asks")).Optional().Hint(w.T("Empty: your own.")), c.By),
		f.Form.Date("as_of", w.T("Begun on")).Or(string(c.AsOf)))
}

func beginPage(f ui.Frame, id string, today clock.Day) planForm {
	w := f.Words
	v := planForm{headView: headView{Frame: f, Head: w.T("Begin a campaign"), Base: "/campaign?all=1", Crumb: w.T("Campaign")}, Back: "/campaign?all=1"}
	v.Intro = w.T("A campaign asks something of somebody. Demands and who is asked come next; each correction later is an edition, and none is lost.")
	v.Sent = longForm{formView: formView{Words: w, Action: "/campaign-new", Button: w.T("Begin the campaign"), Main: true, Hidden: []ui.Hidden{{Name: "id", Value: id}},
		Fields: campaignFields(f, campaign.Campaign{AsOf: today})}}
	return v
}

func (r *Room) beginForm(c *ui.Context) error {
	return c.Render(r.set, "plan-form", beginPage(c.Frame(c.T("Begin a campaign")), ids.New("campaign"), clock.DayOf(c.Now())))
}

func (r *Room) begin(c *ui.Context) error {
	k := campaign.Campaign{ID: c.Text("id"), Title: campaign.Text{EN: c.Text("title"), RU: c.Text("title_ru")}, By: c.Text("by"), AsOf: c.Day("as_of")}
	err := c.Wrong()
	if err == nil {
		err = r.Board.Begin(c.Context(), c.Actor, k)
	}
	if typed(err) {
		f := c.Frame(c.T("Begin a campaign"))
		f.Form = c.Form(err)
		return c.Invalid(r.set, "plan-form", beginPage(f, born(f.Form, "campaign"), clock.DayOf(c.Now())))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+k.ID+"/plan", "campaign.begun")
}

// typed reports whether the person can mend it in the form.
func typed(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

type planView struct {
	headView
	Demands ui.Table
	Targets ui.Table
	History []page.Event
}

func planPage(f ui.Frame, file campaign.File, editions []campaign.Edition, names map[string]string, today clock.Day) planView {
	w := f.Words
	v := planView{headView: head(f, file, "/plan", today)}
	v.Demands = ui.Table{Words: w, Caption: w.T("What is demanded"), Columns: []ui.Column{{Label: w.T("Demand")}, {Label: w.T("How")}, {Label: w.T("Rests on")}, {Label: w.T("State")}},
		Empty: ui.Empty{Title: w.T("Nothing is demanded yet"), Text: w.T("Write one demand for one thing: what shall happen, so that one can see whether it did."), Href: v.Base + "/demand", Action: w.T("Add a demand")}}
	for _, d := range file.Demands {
		state := page.Badge{Text: w.T("stands"), Tone: page.Calm}
		if !d.On(today) {
			state = page.Badge{Text: w.T("ended %s", w.Day(d.Ended))}
		}
		v.Demands.Rows = append(v.Demands.Rows, ui.Row{Href: v.Base + "/demand?id=" + d.ID, Cells: []ui.Cell{{Text: d.Text.In(w.Tag())}, {Text: throughName(w, d.Through)}, {Text: w.N("%d figure or finding", "%d figures or findings", len(d.Basis))}, {Badge: &state}}})
	}
	v.Targets = ui.Table{Words: w, Caption: w.T("Who is asked"), Columns: []ui.Column{{Label: w.T("Who")}, {Label: w.T("In office today")}, {Label: w.T("Can press")}, {Label: w.T("Language of letters")}},
		Empty: ui.Empty{Title: w.T("Nobody is asked yet"), Text: w.T("Add the governments, institutions and officials who can do something, and the authority on which they can press."), Href: v.Base + "/who", Action: w.T("Add somebody who is asked")}}
	for _, t := range file.Targets {
		var held []string
		for _, o := range t.Held(today) {
			held = append(held, o.Title.In(w.Tag())+": "+o.Holder)
		}
		press := ""
		if t.Counterpart != "" {
			press = file.Target(t.Counterpart).Label(w.Tag())
		}
		lang := langName(w, t.Lang)
		v.Targets.Rows = append(v.Targets.Rows, ui.Row{Href: v.Base + "/who?id=" + t.ID, Cells: []ui.Cell{{Text: t.Label(w.Tag()), Sub: w.T(kindName(t.Kind))}, {Text: strings.Join(held, "; ")}, {Text: press}, {Text: lang}}})
	}
	v.History = history(w, file, editions, names, "")
	return v
}

func throughName(w i18n.Words, through string) string {
	if through == "directly" || through == "" {
		return w.T("Directly")
	}
	return w.T("Through the target's own contacts with its counterpart")
}

// history lists editions of one part, or of all, the newest first.
func history(w i18n.Words, file campaign.File, editions []campaign.Edition, names map[string]string, subject string) []page.Event {
	var out []page.Event
	for _, e := range slices.Backward(editions) {
		if subject != "" && e.Subject != subject {
			continue
		}
		what := file.Campaign.Title.In(w.Tag())
		if d := file.Demand(e.Subject); d.ID != "" {
			what = d.Text.In(w.Tag())
		} else if t := file.Target(e.Subject); t.ID != "" {
			what = t.Label(w.Tag())
		}
		who := names[e.By]
		if e.By == "" {
			who = w.T("as it came with the file")
		}
		out = append(out, page.Event{When: w.Date(e.At), Who: who, Title: w.T("%s, edition %d", what, e.Number), Text: e.Why})
	}
	return out
}

// known is what the forms of a campaign's parts need.
func (r *Room) known(c *ui.Context) (f campaign.File, editions []campaign.Edition, names map[string]string, err error) {
	if f, err = r.open(c); err != nil {
		return f, nil, nil, err
	}
	if editions, err = r.Board.EditionsOf(c.Context(), c.Actor, f.Campaign.ID); err != nil {
		return f, nil, nil, err
	}
	names = map[string]string{}
	if r.Names != nil {
		names, err = r.Names(c.Context())
	}
	return f, editions, names, err
}

func (r *Room) plan(c *ui.Context) error {
	f, editions, names, err := r.known(c)
	if err != nil {
		return err
	}
	return c.Render(r.set, "plan", planPage(c.Frame(c.T("Plan")), f, editions, names, clock.DayOf(c.Now())))
}

func editPage(f ui.Frame, file campaign.File, editions []campaign.Edition, names map[string]string, today clock.Day) planForm {
	w := f.Words
	v := planForm{headView: head(f, file, "/plan", today)}
	v.Crumb, v.Head, v.Back = v.Head, w.T("Correct the campaign"), v.Base+"/plan"
	v.Intro = w.T("What stood before stays as an edition.")
	v.Sent = longForm{formView: formView{Words: w, Action: v.Base + "/edit", Button: w.T("Keep"), Main: true, Hidden: []ui.Hidden{{Name: "saw", Value: strconv.Itoa(lastOf(editions, file.Campaign.ID))}},
		Fields: append(campaignFields(f, file.Campaign), f.Form.Text("why", w.T("Why it is corrected")).Optional())}}
	v.Editions = history(w, file, editions, names, file.Campaign.ID)
	return v
}

func (r *Room) editForm(c *ui.Context) error {
	f, editions, names, err := r.known(c)
	if err != nil {
		return err
	}
	return c.Render(r.set, "plan-form", editPage(c.Frame(c.T("Correct the campaign")), f, editions, names, clock.DayOf(c.Now())))
}

func (r *Room) edit(c *ui.Context) error {
	k := campaign.Campaign{ID: c.ID("campaign"), Title: campaign.Text{EN: c.Text("title"), RU: c.Text("title_ru")}, By: c.Text("by"), AsOf: c.Day("as_of")}
	err := c.Wrong()
	if err == nil {
		err = r.Board.Correct(c.Context(), c.Actor, k, saw(c), c.Text("why"))
	}
	if typed(err) {
		return r.again(c, err, c.T("Correct the campaign"), editPage)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+k.ID+"/plan", "campaign.kept")
}

// again shows a form with what was typed and what is wrong.
func (r *Room) again(c *ui.Context, wrong error, title string, view func(ui.Frame, campaign.File, []campaign.Edition, map[string]string, clock.Day) planForm) error {
	f, editions, names, err := r.known(c)
	if err != nil {
		return err
	}
	frame := c.Frame(title)
	frame.Form = c.Form(wrong)
	return c.Invalid(r.set, "plan-form", view(frame, f, editions, names, clock.DayOf(c.Now())))
}

func demandPage(id string) func(ui.Frame, campaign.File, []campaign.Edition, map[string]string, clock.Day) planForm {
	return func(f ui.Frame, file campaign.File, editions []campaign.Edition, names map[string]string, today clock.Day) planForm {
		w := f.Words
		v := planForm{headView: head(f, file, "/plan", today)}
		v.Crumb, v.Back = v.Head, v.Base+"/plan"
		d := file.Demand(id)
		v.Head = w.T("Add a demand")
		if d.ID != "" {
			v.Head = w.T("Correct a demand")
			v.Intro = w.T("Letters that were sent keep the words that they had. What it rests on is chosen on the page Demands.")
		} else {
			v.Intro = w.T("One demand is one thing of which one can see whether it happened.")
		}
		if id == "" {
			id = born(f.Form, "demand")
		}
		through := []page.Option{{Value: "directly", Label: w.T("Directly"), Hint: w.T("The target can do it by itself.")},
			{Value: "engage the counterpart", Label: w.T("Through the target's own contacts with its counterpart"), Hint: w.T("The target presses the authority that can do it.")}}
		if d.Through == "" || d.Through == "directly" {
			d.Through = "directly"
		} else {
			d.Through = "engage the counterpart"
		}
		fields := append(both(f, "text", w.T("What is demanded, in English"), w.T("What is demanded, in Russian"), d.Text), f.Form.Radios("through", w.T("How the target can meet it"), through).Or(d.Through))
		if d.ID != "" {
			fields = append(fields, kept(f.Form.Date("ended", w.T("Not demanded any more from")).Optional().Hint(w.T("It stays on boards of earlier days.")), string(d.Ended)), f.Form.Text("why", w.T("Why it is corrected")).Optional())
			v.Editions = history(w, file, editions, names, d.ID)
		}
		v.Sent = longForm{formView: formView{Words: w, Action: v.Base + "/demand", Button: w.T("Keep"), Main: true, Fields: fields,
			Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(lastOf(editions, id))}}}}
		return v
	}
}

func (r *Room) demandForm(c *ui.Context) error {
	f, editions, names, err := r.known(c)
	if err != nil {
		return err
	}
	if id := c.Text("id"); id != "" && f.Demand(id).ID == "" {
		return fault.Missing()
	}
	return c.Render(r.set, "plan-form", demandPage(c.Text("id"))(c.Frame(c.T("Demand")), f, editions, names, clock.DayOf(c.Now())))
}

func (r *Room) demand(c *ui.Context) error {
	d := campaign.Demand{ID: c.Text("id"), Campaign: c.ID("campaign"), Text: campaign.Text{EN: c.Text("text"), RU: c.Text("text_ru")}, Through: c.Text("through"), Ended: c.Day("ended")}
	err := c.Wrong()
	if err == nil {
		err = r.Board.KeepDemand(c.Context(), c.Actor, d, saw(c), c.Text("why"))
	}
	if typed(err) {
		return r.again(c, err, c.T("Demand"), demandPage(d.ID))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+d.Campaign+"/plan", "campaign.kept")
}
