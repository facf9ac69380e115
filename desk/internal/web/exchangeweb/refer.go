package exchangeweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
	"waylight/internal/referral"
)

// datumWord names a kind of data.
func datumWord(d referral.Datum) string {
	switch d {
	case referral.Name:
		return i18n.Key("Name")
	case referral.Contact:
		return i18n.Key("How to reach the person")
	case referral.Minor:
		return i18n.Key("That the person is a minor, and what is best for them")
	case referral.Role:
		return i18n.Key("Role in the household or the travelling party")
	case referral.Medical:
		return i18n.Key("Health")
	case referral.Papers:
		return i18n.Key("Papers")
	case referral.Risk:
		return i18n.Key("Level of the risk")
	case referral.FileData:
		return i18n.Key("Files")
	}
	return i18n.Key("Other notes about the person")
}

type referView struct {
	ui.Frame
	Case   string
	Back   string
	Why    string // nothing can be referred: what is missing
	Href   string // where that is done
	Action string
	Agreed []page.Fact // consents that hold
	Form   *small
}

// referPage draws the form. Nothing of the person is chosen beforehand: the least
// that can leave is what is asked for.
func referPage(f ui.Frame, k *cases.Case, partners []exchange.Partner, id string) referView {
	w := f.Words
	v := referView{Frame: f, Case: k.Pseudonym, Back: "/cases/" + k.ID + "/consent"}
	partners = slices.DeleteFunc(slices.Clone(partners), func(p exchange.Partner) bool { return p.State != exchange.Confirmed })
	switch {
	case len(partners) == 0:
		v.Why, v.Href, v.Action = w.T("There is no partner yet whose words two members compared."), "/partners", w.T("Enter a partner")
		return v
	case len(k.Parties) == 0:
		v.Why, v.Href, v.Action = w.T("No person is noted yet."), "/cases/"+k.ID+"/people/new", w.T("Add a person")
		return v
	}
	var to, who, data []page.Option
	names := map[string]string{}
	for _, p := range partners {
		names[p.ID] = p.Name(w.Tag())
		to = append(to, page.Option{Value: p.ID, Label: names[p.ID]})
	}
	for _, p := range k.Parties {
		who = append(who, page.Option{Value: p.ID, Label: p.Content().Code})
	}
	for _, s := range k.Consents {
		x := s.Content()
		if x.Purpose != cases.ForRefer || names[x.Partner] == "" || !x.Holds(clock.DayOf(f.Now)) {
			continue
		}
		v.Agreed = append(v.Agreed, page.Fact{Term: k.Party(x.Party).Code + " → " + names[x.Partner], Text: dataWords(w, x.Kinds)})
	}
	for _, d := range referral.Data() {
		if d != referral.FileData {
			data = append(data, page.Option{Value: string(d), Label: w.T(datumWord(d))})
		}
	}
	m := f.Form
	v.Form = &small{Words: w, Action: "/cases/" + k.ID + "/refer", Hidden: []ui.Hidden{{Name: "id", Value: id}}, Button: w.T("Make the package"), Main: true, Files: true, Fields: []page.Field{
		m.Select("partner", w.T("To which partner?"), to),
		m.Radios("party", w.T("Whom?"), who),
		m.Radios("kind", w.T("What happens when they accept?"), []page.Option{{Value: "share", Label: w.T("We go on together"), Hint: w.T("The person stays with us; the partner does what we ask for.")}, {Value: "transfer", Label: w.T("They take over"), Hint: w.T("Until they have accepted and you have ended the case here, the person stays ours and is watched here.")}}).Or("share"),
		m.Area("need", w.T("What do you ask them for?")).Rows(4).Hint(w.T("Without names, numbers and places of people whom you did not choose below.")),
		m.Checks("data", w.T("What of the person goes with it?"), data).Optional().Hint(w.T("Nothing is chosen. Take only what the partner needs to begin.")),
		m.Text("say", w.T("What the partner says first")).Hint(w.T("Agree on both sentences with the person. By this they know that the caller is the one you sent.")),
		m.Text("answer", w.T("What the person answers")),
		m.File("files", w.T("Files")).Optional().Hint(w.T("The leak guard reads what can be read in a file: words, letters in pictures, what is not seen. Read it yourself too, and take out what was not agreed to.")),
		m.Checks("tells", w.T("What the files tell besides what they show"), []page.Option{{Value: "yes", Label: w.T("I looked at each file, and the partner may have what it tells besides: where, when and by whom it was made")}}).Optional(),
		m.Text("days", w.T("For how many days may they take it in?")).Short().Or("14"),
	}}
	return v
}

func dataWords(w i18n.Words, all []referral.Datum) string {
	var out []string
	for _, d := range all {
		out = append(out, w.T(datumWord(d)))
	}
	if len(out) == 0 {
		return w.T("nothing but what is asked for")
	}
	return strings.Join(out, "; ")
}

func (r *Room) showRefer(c *ui.Context, id string, form page.Form) (referView, error) {
	k, err := r.Book.Case(c.Context(), c.Actor, c.ID("case"))
	if err != nil {
		return referView{}, err
	}
	all, err := r.Liaison.All(c.Context())
	f := c.GuardFrame(c.T("Refer to a partner"))
	if form.Values != nil {
		f.Form = form
	}
	return referPage(f, k, all, id), err
}

func (r *Room) referForm(c *ui.Context) error {
	v, err := r.showRefer(c, ids.New("referral"), page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "refer", v)
}

func (r *Room) refer(c *ui.Context) error {
	values, files, err := read(c, referral.MaxBytes)
	w := exchange.Wish{ID: values.Get("id"), Case: c.ID("case"), Partner: values.Get("partner"), Party: values.Get("party"), Files: files, Need: values.Get("need"),
		Proof: referral.Proof{Say: values.Get("say"), Answer: values.Get("answer")}, Transfer: values.Get("kind") == "transfer", Knows: values.Get("tells") == "yes"}
	for _, d := range values["data"] {
		w.Data = append(w.Data, referral.Datum(d))
	}
	w.Days, _ = strconv.Atoi(values.Get("days"))
	if err == nil {
		err = r.Liaison.Refer(c.Context(), c.Actor, w)
	}
	if again(err) {
		v, verr := r.showRefer(c, w.ID, typed(c.Words, values, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "refer", v)
	}
	if err != nil {
		return err
	}
	return c.See("/referrals/"+w.ID, "referral.made")
}

type consentView struct {
	ui.Frame
	Back string
	Form *small
}

func consentPage(f ui.Frame, k *cases.Case, partners []exchange.Partner) consentView {
	w := f.Words
	var to, who, data []page.Option
	for _, p := range partners {
		if p.State != exchange.Stopped {
			to = append(to, page.Option{Value: p.ID, Label: p.Name(w.Tag())})
		}
	}
	for _, p := range k.Parties {
		who = append(who, page.Option{Value: p.ID, Label: p.Content().Code})
	}
	for _, d := range referral.Data() {
		data = append(data, page.Option{Value: string(d), Label: w.T(datumWord(d))})
	}
	m := f.Form
	return consentView{Frame: f, Back: "/cases/" + k.ID + "/refer", Form: &small{Words: w, Action: "/cases/" + k.ID + "/refer/consent", Button: w.T("Keep the consent"), Main: true, Fields: []page.Field{
		m.Radios("party", w.T("Who consents?"), who),
		m.Select("partner", w.T("Which partner may have it?"), to),
		m.Checks("kinds", w.T("What may be given?"), data).Hint(w.T("Ask about each in the person's own language. They may say no to any, and may take all of it back.")),
		m.Text("how", w.T("How was it given?")).Hint(w.T("Spoken, written, through the mailbox, by a guardian. Without names: the partner reads it.")),
		m.Text("language", w.T("In which language?")).Short().Optional(),
		m.Date("given", w.T("On which day?")).Or(string(clock.DayOf(f.Now))),
		m.Date("expires", w.T("Until when?")).Optional(),
	}}}
}

func (r *Room) showConsent(c *ui.Context, form page.Form) (consentView, error) {
	k, err := r.Book.Case(c.Context(), c.Actor, c.ID("case"))
	if err != nil {
		return consentView{}, err
	}
	all, err := r.Liaison.All(c.Context())
	f := c.Frame(c.T("Consent to be referred"))
	if form.Values != nil {
		f.Form = form
	}
	return consentPage(f, k, all), err
}

func (r *Room) consentForm(c *ui.Context) error {
	v, err := r.showConsent(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "consent", v)
}

func (r *Room) agree(c *ui.Context) error {
	x := cases.Consent{Party: c.Text("party"), Purpose: cases.ForRefer, How: c.Text("how"), Language: c.Text("language"), Given: c.Day("given"), Expires: c.Day("expires"), Partner: c.Text("partner")}
	for _, d := range c.Values("kinds") {
		x.Kinds = append(x.Kinds, referral.Datum(d))
	}
	err := c.Wrong()
	if err == nil {
		var p exchange.Partner
		if p, err = r.Liaison.Partner(c.Context(), x.Partner); err == nil {
			x.Recipient, x.Data = p.Name(c.Tag()), dataWords(c.Words, x.Kinds)
			_, err = r.Book.Agree(c.Context(), c.Actor, c.ID("case"), "", 0, x)
		} else if fault.KindOf(err) == fault.NotFound {
			err = fault.Bad("partner", "Choose the partner.")
		}
	}
	if again(err) {
		v, verr := r.showConsent(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "consent", v)
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/refer", "referral.agreed")
}
