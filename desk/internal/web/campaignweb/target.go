package campaignweb

import (
	"slices"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type targetView struct {
	headView
	Kind    string
	Unnamed bool
	Name    formView
	Demands []targetDemand
	Events  []page.Event
	Letters string
	Email   formView
	Whom    []page.Fact
	Correct string
}

type targetDemand struct {
	ID, Text string
	Cell     boardCell
	Answers  []targetAnswer
	Asks     []targetAsk
	Ask      string
	Answer   string
}

// targetAsk is what was asked, and how it is withdrawn when nobody asked it.
type targetAsk struct {
	Text, Status string
	Withdraw     *formView
}

type targetAnswer struct {
	answerLine
	Badge    page.Badge
	Status   string
	Promise  string
	Settle   *formView
	Prove    *formView
	Withdraw *formView
}

// formView is a form of a few fields.
type formView struct {
	i18n.Words
	Action string
	Fields []page.Field
	Hidden []ui.Hidden
	Button string
	Main   bool
}

func targetPage(f ui.Frame, file campaign.File, id string, today clock.Day) targetView {
	w := f.Words
	t := file.Target(id)
	v := targetView{headView: head(f, file, "/targets", today), Kind: w.T(kindName(t.Kind)), Unnamed: t.Name == (campaign.Text{})}
	v.Crumb, v.Head, v.Sub = v.Head, t.Label(w.Tag()), ""
	v.Letters = v.Base + "/letters?target=" + id
	v.Name = formView{Words: w, Action: v.Base + "/targets/" + id + "/name", Button: w.T("Keep the name"), Fields: []page.Field{
		f.Form.Text("name", w.T("Name in English")).Or(t.Name.EN), f.Form.Text("name_ru", w.T("Name in Russian")).Optional().Or(t.Name.RU),
		f.Form.Area("address", w.T("How a letter addresses the office")).Optional().Rows(3).Or(t.Address),
		f.Form.Select("lang", w.T("Language of letters"), orUnknown(w, languages(w))).Or(t.Lang).Optional(),
	}}
	v.Email = formView{Words: w, Action: v.Base + "/targets/" + id + "/email", Button: w.T("Keep the address"), Fields: []page.Field{
		f.Form.Input("email", "email", w.T("E-mail of the office")).Optional().Or(t.Email)}}
	s := file.Score(today, false)
	for _, d := range file.Demands {
		x := targetDemand{ID: d.ID, Text: d.Text.In(w.Tag()), Cell: cellOf(w, d.Text.In(w.Tag()), s.Cell(d.ID, id), "")}
		x.Ask, x.Answer = v.Base+"/ask?target="+id+"&demand="+d.ID, v.Base+"/answer?target="+id+"&demand="+d.ID
		for _, a := range file.Asks {
			if a.Demand == d.ID && a.Target == id {
				x.Asks = append(x.Asks, askOf(f, a, v.Base))
			}
		}
		for _, r := range file.Responses {
			if r.Demand == d.ID && r.Target == id {
				x.Answers = append(x.Answers, answerOf(f, file, r, v.Base))
			}
		}
		v.Demands = append(v.Demands, x)
	}
	v.Events = events(w, file, id)
	v.Whom, v.Correct = whom(w, file, t), v.Base+"/who?id="+id
	return v
}

func askOf(f ui.Frame, a campaign.Ask, base string) targetAsk {
	w := f.Words
	x := targetAsk{Text: w.T("Asked by %s", w.T(wayName(a.Way))) + ", " + w.Day(a.Sent)}
	switch {
	case a.Withdrawn != "":
		x.Status = w.T("Withdrawn: %s", a.Withdrawn)
	case a.Letter == "":
		reason := f.Form.Text("reason", w.T("Why it is withdrawn"))
		reason.ID += "-" + a.ID
		x.Withdraw = &formView{Words: w, Action: base + "/asks/" + a.ID + "/withdraw", Button: w.T("Withdraw"), Fields: []page.Field{reason}}
	}
	return x
}

func answerOf(f ui.Frame, file campaign.File, r campaign.Response, base string) targetAnswer {
	w := f.Words
	_, sub := answerText(w, file, r)
	a := targetAnswer{answerLine: answerLine{ID: r.ID, Text: r.Words.In(w.Tag()), Sub: sub, Evidence: r.Evidence, Item: itemIn(r.Evidence), Action: base + "/responses/" + r.ID}, Badge: page.Badge{Text: w.T(StateName(r.State)), Tone: tone(r.State)}}
	short := func(x page.Field) page.Field { x.ID += "-" + r.ID; return x }
	switch {
	case r.Withdrawn != "":
		a.Status = w.T("Withdrawn: %s", r.Withdrawn)
		return a
	case r.Evidence == "":
		a.Status = w.T("Counts for nothing until there is evidence.")
		a.Prove = &formView{Words: w, Action: a.Action + "/prove", Button: w.T("Keep the evidence"), Fields: []page.Field{short(f.Form.Text("evidence", w.T("What proves it")))}}
	case r.Second == "":
		a.Status = w.T("Not public: a second person must confirm it.")
	default:
		a.Status = w.T("Public.")
	}
	a.Withdraw = &formView{Words: w, Action: a.Action + "/withdraw", Button: w.T("Withdraw"), Fields: []page.Field{short(f.Form.Text("reason", w.T("Why it is withdrawn")))}}
	for _, p := range file.Commitments {
		if p.Response != r.ID {
			continue
		}
		if a.Promise = promiseText(w, p); p.Waits() {
			a.Promise += ". " + w.T("Not public: a second person must confirm it.")
		}
		var options []page.Option
		for _, o := range campaign.Outcomes() {
			options = append(options, page.Option{Value: string(o), Label: w.T(outcomeName(o))})
		}
		a.Settle = &formView{Words: w, Action: base + "/promises/" + p.ID, Button: w.T("Keep"), Fields: []page.Field{
			short(f.Form.Select("outcome", w.T("What became of it"), options).Or(string(p.Outcome))), short(f.Form.Text("proof", w.T("What proves it")).Or(p.Evidence))}}
	}
	return a
}

func promiseText(w i18n.Words, p campaign.Commitment) string {
	text := w.T(outcomeName(p.Outcome)) + ": " + strings.TrimSuffix(p.What.In(w.Tag()), ".")
	if p.Due != "" {
		text += ", " + w.T("until %s", w.Day(p.Due))
	}
	return text
}

// events is the timeline of a target, the newest first.
func events(w i18n.Words, file campaign.File, target string) []page.Event {
	type dated struct {
		day clock.Day
		e   page.Event
	}
	var all []dated
	for _, a := range file.Asks {
		if a.Target == target && a.Withdrawn == "" {
			all = append(all, dated{a.Sent, page.Event{When: w.Day(a.Sent), Title: w.T("Asked by %s", w.T(wayName(a.Way))), Text: asked(file.Demand(a.Demand).Text.In(w.Tag()), a.Note)}})
		}
	}
	for _, r := range file.Responses {
		if r.Target == target && r.Withdrawn == "" {
			all = append(all, dated{r.Day, page.Event{When: w.Day(r.Day), Title: w.T(StateName(r.State)), Text: r.Words.In(w.Tag()), Tone: tone(r.State)}})
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int {
		if a.day > b.day {
			return -1
		}
		if a.day < b.day {
			return 1
		}
		return 0
	})
	var out []page.Event
	for _, d := range all {
		out = append(out, d.e)
	}
	return out
}

// asked is a demand with the minutes of the meeting or call, where there are any.
func asked(demand, minutes string) string {
	if minutes == "" {
		return demand
	}
	return demand + "\n" + minutes
}

// whom says who holds the target's offices, on whom it can press, and how it is reached.
func whom(w i18n.Words, file campaign.File, t campaign.Target) []page.Fact {
	var out []page.Fact
	for _, o := range t.Offices {
		span := w.T("since %s", w.Day(o.From))
		if o.Until != "" {
			span = w.T("%s to %s", w.Day(o.From), w.Day(o.Until))
		}
		out = append(out, page.Fact{Term: o.Title.In(w.Tag()), Text: o.Holder, Note: span})
	}
	if t.Counterpart != "" {
		out = append(out, page.Fact{Term: w.T("Can press"), Text: file.Target(t.Counterpart).Label(w.Tag()), Href: "/campaign/" + file.Campaign.ID + "/targets/" + t.Counterpart})
	}
	for _, c := range t.Contacts {
		out = append(out, page.Fact{Term: contactName(w, c.Kind), Text: c.Says})
	}
	return out
}

func (r *Room) target(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	if f.Target(c.ID("target")).ID == "" {
		return fault.Missing()
	}
	return c.Render(r.set, "target", targetPage(c.Frame(f.Target(c.ID("target")).Label(c.Tag())), f, c.ID("target"), clock.DayOf(c.Now())))
}

func (r *Room) name(c *ui.Context) error {
	err := r.Board.NameTarget(c.Context(), c.Actor, c.ID("campaign"), c.ID("target"), campaign.Text{EN: c.Text("name"), RU: c.Text("name_ru")}, c.Text("address"), c.Text("lang"))
	if fault.KindOf(err) == fault.Invalid {
		f, again := r.open(c)
		if again != nil {
			return again
		}
		frame := c.Frame(f.Target(c.ID("target")).Label(c.Tag()))
		frame.Form = c.Form(err)
		return c.Invalid(r.set, "target", targetPage(frame, f, c.ID("target"), clock.DayOf(c.Now())))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/targets/"+c.ID("target"), "campaign.named")
}

func (r *Room) prove(c *ui.Context) error {
	if err := r.Board.Prove(c.Context(), c.Actor, c.ID("campaign"), c.ID("response"), c.Text("evidence")); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/answers", "campaign.answered")
}

func (r *Room) withdraw(c *ui.Context) error {
	if err := r.Board.Withdraw(c.Context(), c.Actor, c.ID("campaign"), c.ID("response"), c.Text("reason")); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/answers", "campaign.kept")
}

func (r *Room) withdrawAsk(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	if err := r.Board.WithdrawAsk(c.Context(), c.Actor, f.Campaign.ID, c.ID("ask"), c.Text("reason")); err != nil {
		return err
	}
	i := slices.IndexFunc(f.Asks, func(a campaign.Ask) bool { return a.ID == c.ID("ask") })
	return c.See("/campaign/"+f.Campaign.ID+"/targets/"+f.Asks[i].Target, "campaign.kept")
}

func (r *Room) settle(c *ui.Context) error {
	if err := r.Board.Settle(c.Context(), c.Actor, c.ID("campaign"), c.ID("promise"), campaign.Outcome(c.Text("outcome")), c.Text("proof")); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/answers", "campaign.kept")
}
