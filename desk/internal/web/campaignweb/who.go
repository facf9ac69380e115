package campaignweb

import (
	"strconv"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// spare is how many empty rows a form offers beyond what it holds.
const spare = 2

func contactName(w i18n.Words, kind string) string {
	switch kind {
	case "e-mail":
		return w.T("E-mail")
	case "telephone":
		return w.T("Telephone")
	case "page":
		return w.T("Page or form")
	case "person":
		return w.T("Whom one speaks to")
	}
	return w.T("Post")
}

func whoPage(id string) func(ui.Frame, campaign.File, []campaign.Edition, map[string]string, clock.Day) planForm {
	return func(f ui.Frame, file campaign.File, editions []campaign.Edition, names map[string]string, today clock.Day) planForm {
		w := f.Words
		v := planForm{headView: head(f, file, "/plan", today)}
		v.Crumb, v.Back, v.Head = v.Head, v.Base+"/plan", w.T("Add somebody who is asked")
		t := file.Target(id)
		if t.ID != "" {
			v.Head = w.T("Correct who is asked")
			v.Editions = history(w, file, editions, names, t.ID)
		} else {
			t.Lang = "en"
		}
		if id == "" {
			id = born(f.Form, "target")
		}
		v.Intro = w.T("Offices only: no private address or number, and nobody in danger.")
		first := group{Legend: w.T("Who it is")}
		if file.Target(id).ID == "" {
			var kinds []page.Option
			for _, k := range campaign.Kinds() {
				kinds = append(kinds, page.Option{Value: string(k), Label: w.T(kindName(k))})
			}
			first.Fields = append(first.Fields, f.Form.Select("kind", w.T("What it is"), kinds).Or(string(campaign.Government)))
		}
		first.Fields = append(first.Fields, both(f, "name", w.T("Name in English"), w.T("Name in Russian"), t.Name)...)
		others := []page.Option{{Value: "", Label: w.T("Nobody")}}
		for _, o := range file.Targets {
			if o.ID != t.ID {
				others = append(others, page.Option{Value: o.ID, Label: o.Label(w.Tag())})
			}
		}
		first.Fields = append(first.Fields, f.Form.Select("counterpart", w.T("On whom it can press"), others).Or(t.Counterpart).Optional())
		letters := group{Legend: w.T("Letters"), Fields: []page.Field{f.Form.Select("lang", w.T("Language of letters"), orUnknown(w, languages(w))).Or(t.Lang).Optional(),
			kept(f.Form.Area("address", w.T("How a letter addresses the office")).Optional().Rows(3), t.Address), kept(f.Form.Input("email", "email", w.T("E-mail of the office")).Optional(), t.Email)}}
		v.Sent = longForm{formView: formView{Words: w, Action: v.Base + "/who", Button: w.T("Keep"), Main: true,
			Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(lastOf(editions, id))}}}, Groups: []group{first, letters}}
		v.Sent.Groups = append(v.Sent.Groups, officeGroups(f, t)...)
		v.Sent.Groups = append(v.Sent.Groups, contactGroups(f, t)...)
		if len(v.Editions) > 0 {
			v.Sent.Fields = []page.Field{f.Form.Text("why", w.T("Why it is corrected")).Optional()}
		}
		return v
	}
}

// rows is how many rows of a kind the form shows: those that were sent, else those that stand and some empty ones.
func rows(f ui.Frame, name string, have int) int {
	n, _ := strconv.Atoi(f.Form.Values.Get(name))
	return min(max(n, have+spare), 40)
}

func officeGroups(f ui.Frame, t campaign.Target) []group {
	w := f.Words
	var out []group
	for i := range rows(f, "offices", len(t.Offices)) {
		var o campaign.Office
		if i < len(t.Offices) {
			o = t.Offices[i]
		}
		n := strconv.Itoa(i)
		out = append(out, group{Legend: w.T("Office %d", i+1), Fields: []page.Field{
			kept(f.Form.Text("office-"+n, w.T("Title of the office, in English")).Optional(), o.Title.EN), kept(f.Form.Text("office-ru-"+n, w.T("Title of the office, in Russian")).Optional(), o.Title.RU),
			kept(f.Form.Text("holder-"+n, w.T("Who holds it")).Optional(), o.Holder), kept(f.Form.Date("from-"+n, w.T("Since")).Optional(), string(o.From)), kept(f.Form.Date("until-"+n, w.T("Until; empty: still")).Optional(), string(o.Until))}})
	}
	return out
}

func contactGroups(f ui.Frame, t campaign.Target) []group {
	w := f.Words
	var out []group
	var kinds []page.Option
	for _, k := range campaign.ContactKinds() {
		kinds = append(kinds, page.Option{Value: k, Label: contactName(w, k)})
	}
	for i := range rows(f, "contacts", len(t.Contacts)) {
		var c campaign.Contact
		if i < len(t.Contacts) {
			c = t.Contacts[i]
		} else {
			c.Kind = "post"
		}
		n := strconv.Itoa(i)
		out = append(out, group{Legend: w.T("How the office is reached, %d", i+1), Fields: []page.Field{f.Form.Select("contact-kind-"+n, w.T("By which way"), kinds).Or(c.Kind).Short(), kept(f.Form.Text("contact-"+n, w.T("Address or name")).Optional(), c.Says)}})
	}
	return out
}

func (r *Room) targetForm(c *ui.Context) error {
	f, editions, names, err := r.known(c)
	if err != nil {
		return err
	}
	if id := c.Text("id"); id != "" && f.Target(id).ID == "" {
		return fault.Missing()
	}
	return c.Render(r.set, "plan-form", whoPage(c.Text("id"))(c.Frame(c.T("Who is asked")), f, editions, names, clock.DayOf(c.Now())))
}

func (r *Room) keepTarget(c *ui.Context) error {
	t := campaign.Target{ID: c.Text("id"), Campaign: c.ID("campaign"), Kind: campaign.Kind(c.Text("kind")), Name: campaign.Text{EN: c.Text("name"), RU: c.Text("name_ru")},
		Lang: c.Text("lang"), Address: c.Text("address"), Email: c.Text("email"), Counterpart: c.Text("counterpart")}
	for i := range 40 {
		n := strconv.Itoa(i)
		o := campaign.Office{Title: campaign.Text{EN: c.Text("office-" + n), RU: c.Text("office-ru-" + n)}, Holder: c.Text("holder-" + n), From: c.Day("from-" + n), Until: c.Day("until-" + n)}
		if o != (campaign.Office{}) {
			t.Offices = append(t.Offices, o)
		}
		if says := c.Text("contact-" + n); says != "" {
			t.Contacts = append(t.Contacts, campaign.Contact{Kind: c.Text("contact-kind-" + n), Says: says})
		}
	}
	err := c.Wrong()
	if err == nil {
		if t.Kind == "" { // a correction: it stays what it is
			f, wrong := r.open(c)
			if wrong != nil {
				return wrong
			}
			t.Kind = f.Target(t.ID).Kind
		}
		err = r.Board.KeepTarget(c.Context(), c.Actor, t, saw(c), c.Text("why"))
	}
	if typed(err) {
		return r.again(c, err, c.T("Who is asked"), whoPage(t.ID))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+t.Campaign+"/plan", "campaign.kept")
}
