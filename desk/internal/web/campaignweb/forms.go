package campaignweb

import (
	"waylight/desk/internal/campaign"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type formPage struct {
	headView
	Intro string
	Sent  formView
	Back  string
}

func demandOptions(w i18n.Words, file campaign.File) []page.Option {
	var out []page.Option
	for _, d := range file.Demands {
		out = append(out, page.Option{Value: d.ID, Label: d.Text.In(w.Tag())})
	}
	return out
}

func targetOptions(w i18n.Words, file campaign.File) []page.Option {
	var out []page.Option
	for _, t := range file.Targets {
		out = append(out, page.Option{Value: t.ID, Label: t.Label(w.Tag())})
	}
	return out
}

// namedOptions are the targets that can be written to: those that have a name.
func namedOptions(w i18n.Words, file campaign.File) []page.Option {
	var out []page.Option
	for _, t := range file.Targets {
		if t.Name != (campaign.Text{}) {
			out = append(out, page.Option{Value: t.ID, Label: t.Label(w.Tag())})
		}
	}
	return out
}

// chosen gives a field the value of the address, when it has one.
func chosen(x page.Field, value string) page.Field {
	if value == "" {
		return x
	}
	return x.Or(value)
}

func askPage(f ui.Frame, file campaign.File, demand, target string, today clock.Day) formPage {
	w := f.Words
	v := formPage{headView: head(f, file, "/ask", today), Intro: w.T("Each demand is noted for each target that you choose. The silence is counted from the day of asking.")}
	v.Crumb, v.Head, v.Back = v.Head, w.T("Note what was asked"), v.Base
	var ways []page.Option
	for _, way := range campaign.Ways() {
		ways = append(ways, page.Option{Value: string(way), Label: w.T(wayName(way))})
	}
	v.Sent = formView{Words: w, Action: v.Base + "/ask", Button: w.T("Keep"), Main: true, Fields: []page.Field{
		chosen(f.Form.Checks("demand", w.T("What was asked"), demandOptions(w, file)), demand),
		chosen(f.Form.Checks("target", w.T("Who was asked"), targetOptions(w, file)), target),
		f.Form.Select("way", w.T("How"), ways).Or(string(campaign.ByMeeting)).Short(),
		f.Form.Date("sent", w.T("On which day")).Or(string(today)),
		f.Form.Date("deadline", w.T("Answer wanted until")).Optional(),
		f.Form.Area("note", w.T("Minutes")).Optional().Hint(w.T("What was said, without names of people in danger.")),
	}}
	return v
}

func (r *Room) askForm(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	return c.Render(r.set, "form", askPage(c.Frame(c.T("Note what was asked")), f, c.Text("demand"), c.Text("target"), clock.DayOf(c.Now())))
}

func (r *Room) ask(c *ui.Context) error {
	a := campaign.Ask{Campaign: c.ID("campaign"), Way: campaign.Way(c.Text("way")), Sent: c.Day("sent"), Deadline: c.Day("deadline"), Note: c.Text("note")}
	err := c.Wrong()
	if err == nil {
		err = r.Board.Asked(c.Context(), c.Actor, a, c.Values("demand"), c.Values("target"))
	}
	if typed(err) {
		f, again := r.open(c)
		if again != nil {
			return again
		}
		frame := c.Frame(c.T("Note what was asked"))
		frame.Form = c.Form(err)
		return c.Invalid(r.set, "form", askPage(frame, f, "", "", clock.DayOf(c.Now())))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign"), "campaign.asked")
}

func answerPage(f ui.Frame, file campaign.File, demand, target string, today clock.Day) formPage {
	w := f.Words
	v := formPage{headView: head(f, file, "/answer", today), Intro: w.T("An answer counts on the board only with evidence, and in public only when a second person has confirmed it.")}
	v.Crumb, v.Head, v.Back = v.Head, w.T("Note an answer"), v.Base
	var states []page.Option
	for _, s := range campaign.States() {
		states = append(states, page.Option{Value: s.String(), Label: w.T(StateName(s)), Hint: w.T(stateHint(s))})
	}
	v.Sent = formView{Words: w, Action: v.Base + "/answer", Button: w.T("Keep"), Main: true, Fields: []page.Field{
		chosen(f.Form.Select("target", w.T("Who answered"), targetOptions(w, file)), target),
		chosen(f.Form.Select("demand", w.T("To which demand"), demandOptions(w, file)), demand),
		f.Form.Radios("state", w.T("What it amounts to"), states),
		f.Form.Date("day", w.T("On which day")).Or(string(today)),
		f.Form.Area("words", w.T("What was said or done, in English")).Rows(3),
		f.Form.Area("words_ru", w.T("The same in Russian")).Rows(3).Optional(),
		f.Form.Text("evidence", w.T("What proves it")).Optional().Hint(w.T("An item of the record (the address of its page), an address, or a document and its page. A file that proves it belongs into the record, as evidence of an item.")),
		f.Form.Date("due", w.T("For a commitment: until when")).Optional(),
	}}
	return v
}

func stateHint(s campaign.State) string {
	switch s {
	case campaign.Acknowledged:
		return i18n.Key("They have the letter. The silence goes on.")
	case campaign.Declined:
		return i18n.Key("They will not do it.")
	case campaign.Denied:
		return i18n.Key("They say that it did not happen.")
	case campaign.Stated:
		return i18n.Key("They spoke in public, or to us, on the matter itself.")
	case campaign.Committed:
		return i18n.Key("They said what they will do.")
	case campaign.Acted:
		return i18n.Key("They began to do it.")
	}
	return i18n.Key("What was asked, or a part of it, has happened.")
}

func (r *Room) answerForm(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	v := answerPage(c.Frame(c.T("Note an answer")), f, c.Text("demand"), c.Text("target"), clock.DayOf(c.Now()))
	if id := c.Text("mail"); id != "" {
		m, err := r.Board.MailOf(c.Context(), c.Actor, f.Campaign.ID, id)
		if err != nil {
			return err
		}
		v.Sent.Hidden = append(v.Sent.Hidden, ui.Hidden{Name: "mail", Value: id})
		for i, x := range v.Sent.Fields {
			switch x.Name {
			case "day":
				v.Sent.Fields[i].Values = []string{string(clock.DayOf(m.At))}
			case "evidence":
				v.Sent.Fields[i].Values = []string{"e-mail of " + string(clock.DayOf(m.At)) + ", SHA-256 " + m.Hash}
			}
		}
	}
	return c.Render(r.set, "form", v)
}

func (r *Room) answer(c *ui.Context) error {
	state, _ := campaign.ParseState(c.Text("state"))
	resp := campaign.Response{Campaign: c.ID("campaign"), Demand: c.Text("demand"), Target: c.Text("target"), State: state, Day: c.Day("day"),
		Evidence: c.Text("evidence"), Words: campaign.Text{EN: c.Text("words"), RU: c.Text("words_ru")}}
	due := c.Day("due")
	err := c.Wrong()
	if err == nil {
		var id string
		if id, err = r.Board.Answered(c.Context(), c.Actor, resp, campaign.Text{}, due); err == nil && c.Text("mail") != "" {
			err = r.Board.SettleMail(c.Context(), c.Actor, resp.Campaign, c.Text("mail"), id)
		}
	}
	if typed(err) {
		f, again := r.open(c)
		if again != nil {
			return again
		}
		frame := c.Frame(c.T("Note an answer"))
		frame.Form = c.Form(err)
		return c.Invalid(r.set, "form", answerPage(frame, f, "", "", clock.DayOf(c.Now())))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/targets/"+resp.Target+"#"+resp.Demand, "campaign.answered")
}
