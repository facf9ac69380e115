package caseweb

import (
	"errors"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// kit is what a form of a case is built from and read with.
type kit struct {
	*ui.Context
	room    *Room
	c       *cases.Case // opened for drawing, nil while a sent form is read
	names   names
	members []staff.Member
	places  []cases.Refuge
	langs   []string // in which papers can be drawn up
	helpers []cases.Helper
	grants  []page.Option
	hints   map[string]string // what each caseworker carries
	f       page.Form
	item    string
}

// form is one form of a case: how it is drawn, and what is done with it.
type form struct {
	title string // English
	build func(*kit) formView
	// keep does it and says where to go on (below the case) and with which notice.
	keep func(*kit) (path, notice string, err error)
}

func (r *Room) forms() map[string]form {
	return map[string]form{
		"triage":                 {i18n.Key("Triage"), triageForm, keepTriage},
		"check":                  {i18n.Key("Credibility check"), checkForm, keepCheck},
		"risk":                   {i18n.Key("Risk assessment"), riskForm, keepRisk},
		"people/new":             {i18n.Key("A person of this case"), partyForm, keepParty},
		"people/{item}/edit":     {i18n.Key("A person of this case"), partyForm, keepParty},
		"consent/new":            {i18n.Key("Consent"), consentForm, keepConsent},
		"consent/{item}/testify": {i18n.Key("Hand words to the record"), testifyForm, keepTestimony},
		"papers/new":             {i18n.Key("A document"), documentForm, keepDocument},
		"papers/{item}/edit":     {i18n.Key("A document"), documentForm, keepDocument},
		"forms/new":              {i18n.Key("A paper to sign"), drawForm, keepDraw},
		"forms/{item}/sign":      {i18n.Key("A paper was signed"), signForm, keepSign},
		"plan/edit":              {i18n.Key("Plan"), planForm, keepPlan},
		"legs/new":               {i18n.Key("A leg of the way"), legForm, keepLeg},
		"legs/{item}/edit":       {i18n.Key("A leg of the way"), legForm, keepLeg},
		"watch/new":              {i18n.Key("Plan a check-in"), watchForm, keepWatch},
		"watch/{item}/answer":    {i18n.Key("What do we know?"), answerForm, keepAnswer},
		"money/new":              {i18n.Key("A cost"), costForm, keepCost},
		"money/{item}/back":      {i18n.Key("Take a cost back"), backForm, keepBack},
		"money/{item}/grant":     {i18n.Key("Which grant pays it?"), grantForm, keepGrant},
		"needs/new":              {i18n.Key("A need"), needForm, keepNeed},
		"needs/{item}/edit":      {i18n.Key("A need"), needForm, keepNeed},
		"given/new":              {i18n.Key("A delivery"), deliveryForm, keepDelivery},
		"given/{item}/edit":      {i18n.Key("A delivery"), deliveryForm, keepDelivery},
		"state":                  {i18n.Key("Set the state"), stateForm, keepState},
		"follow":                 {i18n.Key("How are they?"), followForm, keepFollow},
		"team":                   {i18n.Key("Who works on this case"), teamForm, keepTeam},
		"close":                  {i18n.Key("Close the case"), closeForm, keepClosure},
		"reopen":                 {i18n.Key("Open the case again"), reopenForm, keepReopen},
		"erase":                  {i18n.Key("Erase the case"), eraseForm, keepErasure},
	}
}

// open loads what a form is drawn from.
func (k *kit) open() (err error) {
	if k.c, err = k.room.Book.Case(k.Context.Context(), k.Actor, k.ID("case")); err != nil {
		return err
	}
	if k.names, k.members, err = k.room.names(k.Context.Context()); err != nil {
		return err
	}
	if k.room.Hints != nil && strings.HasSuffix(k.R.URL.Path, "/team") {
		if k.hints, err = k.room.Hints(k.Context); err != nil {
			return err
		}
	}
	switch path := k.R.URL.Path; {
	case strings.Contains(path, "/given/"):
		k.helpers, err = k.room.Book.Providers(k.Context.Context(), k.Actor)
	case strings.Contains(path, "/money/") && k.room.Grants != nil:
		k.grants, err = k.room.Grants(k.Context.Context(), k.Actor)
	}
	if err != nil {
		return err
	}
	if k.places, err = k.room.Book.Places(k.Context.Context(), k.Actor); err != nil {
		return err
	}
	texts, err := k.room.Book.Texts(k.Context.Context(), k.Actor)
	for _, t := range texts {
		if !contains(k.langs, t.Lang) {
			k.langs = append(k.langs, t.Lang)
		}
	}
	return err
}

func (r *Room) show(f form) func(*ui.Context) error {
	return func(c *ui.Context) error {
		k := &kit{Context: c, room: r, f: page.Form{Words: c.Words}, item: c.ID("item")}
		if err := k.open(); err != nil {
			return err
		}
		return c.Render(pages, "form", k.view(f))
	}
}

func (r *Room) take(at string, f form) func(*ui.Context) error {
	return func(c *ui.Context) error {
		k := &kit{Context: c, room: r, item: c.ID("item")}
		path, notice, err := f.keep(k)
		if err == nil {
			if _, ok := stacks()[at]; ok && notice == rival {
				return c.See(c.R.URL.Path+settlePath, notice)
			}
			if path == "/cases" {
				return c.See(path, notice)
			}
			return c.See("/cases/"+c.ID("case")+path, notice)
		}
		if !invalid(err) && fault.KindOf(err) != fault.Conflict {
			return err
		}
		k.f = c.Form(err)
		k.f.Message = sentence(c, err)
		if err := k.open(); err != nil {
			return err
		}
		return c.Invalid(pages, "form", k.view(f))
	}
}

// sentence is the message of a fault in the person's language, with its numbers.
func sentence(c *ui.Context, err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return c.T(f.Message, f.Args...)
	}
	return ""
}

// view draws a form in its frame.
func (k *kit) view(f form) formView {
	v := f.build(k)
	if len(v.Rivals) > 0 {
		v.Settle = k.R.URL.Path + settlePath
	}
	v.Frame = k.Frame(k.T(f.title))
	v.Form = k.f
	v.Sub = k.T("Case %s", k.c.Pseudonym)
	v.Action = k.R.URL.Path
	// A form that is shown again still knows only the version from which it was made.
	if sent := k.f.Values["saw"]; len(sent) > 0 {
		v.Hidden = resaw(v.Hidden, sent[0])
	}
	if v.Back == "" {
		v.Back = "/cases/" + k.c.ID
	} else {
		v.Back = "/cases/" + k.c.ID + v.Back
	}
	if v.Button == "" {
		v.Button = k.T("Keep")
	}
	return v
}

// saw is the hidden field that names the version from which a form was made.
func saw(n int) ui.Hidden { return ui.Hidden{Name: "saw", Value: strconv.Itoa(n)} }

// resaw keeps the version that a form which is shown again was made from.
func resaw(hidden []ui.Hidden, sent string) []ui.Hidden {
	for i := range hidden {
		if hidden[i].Name == "saw" {
			hidden[i].Value = sent
		}
	}
	return hidden
}

func (k *kit) sawn() int {
	n, _ := k.Int("saw")
	return int(n)
}

// rival is the notice of an edit that a colleague had overtaken; it leads to the page that settles the two.
const rival = "case.rival"

// kept chooses the notice after an edit.
func kept(s cases.Saved, notice string, err error) (string, error) {
	if s.Rival {
		notice = rival
	}
	return notice, err
}

func num(n int) string { return strconv.Itoa(n) }

func (k *kit) number(name string) int {
	n, _ := k.Int(name)
	return int(n)
}

// options makes choices from a list and the function that names each.
func options[T ~string](w i18n.Words, all []T, word func(T) string) []page.Option {
	var out []page.Option
	for _, x := range all {
		out = append(out, page.Option{Value: string(x), Label: w.T(word(x))})
	}
	return out
}

func steps(w i18n.Words, word func(int) string) []page.Option {
	var out []page.Option
	for n := range 4 {
		out = append(out, page.Option{Value: num(n), Label: w.T(word(n))})
	}
	return out
}

func none(w i18n.Words, label string, all []page.Option) []page.Option {
	return append([]page.Option{{Value: "", Label: label}}, all...)
}

func (k *kit) parties() []page.Option {
	var out []page.Option
	for _, p := range k.c.Parties {
		out = append(out, page.Option{Value: p.ID, Label: partyLabel(k.Words, p.Content())})
	}
	return out
}

func partyLabel(w i18n.Words, p cases.Party) string {
	if p.Minor {
		return w.T("%s (a minor)", p.Code)
	}
	return p.Code
}

func (k *kit) people() []page.Option {
	var out []page.Option
	for _, m := range k.members {
		out = append(out, page.Option{Value: m.ID, Label: m.Name})
	}
	return out
}

func (k *kit) tick(name, label string, on bool) page.Field {
	f := k.f.Checks(name, "", []page.Option{{Value: "yes", Label: label}})
	if on {
		f = f.Or("yes")
	}
	return f
}

func triageForm(k *kit) formView {
	t := k.c.Triage.Content()
	f := k.f
	return formView{
		Intro:  []string{k.T("Judge what you know now. You can judge again at any time; every judgement is kept.")},
		Rivals: rivalBlocks(k, k.c.Triage, triageFacts),
		Groups: []Group{
			{Fields: []page.Field{
				f.Radios("imminence", k.T("How near is the danger?"), steps(k.Words, imminenceWord)).Or(num(t.Imminence)),
				f.Radios("severity", k.T("How bad would it be?"), steps(k.Words, severityWord)).Or(num(t.Severity)),
				f.Radios("feasibility", k.T("How well can we help?"), steps(k.Words, feasibilityWord)).Or(num(t.Feasibility)).Hint(k.T("This never lowers the priority.")),
				f.Select("overrule", k.T("Priority, if the computed one is wrong"), none(k.Words, k.T("Use the computed one"), options(k.Words, cases.AllPriorities(), priorityWord))).Or(string(t.Overrule)),
				f.Area("reason", k.T("Why is it wrong?")).Or(t.Reason).Rows(2).Optional(),
			}},
			{Legend: k.T("The decision"), Fields: []page.Field{
				k.tick("decided", k.T("It is decided whether we act"), t.Decided),
				f.Area("words", k.T("What was decided")).Or(t.Words).Rows(3).Optional(),
			}},
		},
		Hidden: []ui.Hidden{saw(k.c.Triage.Saw())},
	}
}

func keepTriage(k *kit) (string, string, error) {
	t := cases.Triage{Imminence: k.number("imminence"), Severity: k.number("severity"), Feasibility: k.number("feasibility"),
		Overrule: cases.Priority(k.Text("overrule")), Reason: k.Text("reason"), Decided: k.Has("decided", "yes"), Words: k.Text("words")}
	s, err := k.room.Book.Judge(k.Context.Context(), k.Actor, k.ID("case"), k.sawn(), t)
	n, err := kept(s, "case.kept", err)
	return "", n, err
}

func checkForm(k *kit) formView {
	f := k.f
	return formView{
		Intro: []string{k.T("A check protects the people who help. It is kept apart from the right to emergency help.")},
		Groups: []Group{{Fields: []page.Field{
			f.Area("method", k.T("How was it checked?")).Rows(2),
			f.Radios("verifier", k.T("By whom?"), options(k.Words, []string{"partner", "joint", "central"}, verifierWord)).Or("central"),
			f.Radios("outcome", k.T("What came out?"), options(k.Words, []string{"open", "credible", "doubtful", "trap"}, outcomeWord)).Or("open"),
			f.Area("doubts", k.T("Doubts")).Rows(2).Optional(),
			f.Area("entrapment", k.T("Signs of a trap")).Rows(2).Optional(),
		}}},
		Back: "/people",
	}
}

func keepCheck(k *kit) (string, string, error) {
	v := cases.Credibility{Method: k.Text("method"), Verifier: k.Text("verifier"), Outcome: k.Text("outcome"), Doubts: k.Text("doubts"), Entrapment: k.Text("entrapment")}
	s, err := k.room.Book.Verify(k.Context.Context(), k.Actor, k.ID("case"), "", 0, v)
	n, err := kept(s, "case.kept", err)
	return "/people", n, err
}

func partyForm(k *kit) formView {
	s, _ := find(k.c.Parties, k.item)
	p, f := s.Content(), k.f
	code := p.Code
	if code == "" {
		code = string(rune('A' + len(k.c.Parties)%26))
	}
	return formView{
		Intro:  []string{k.T("Only the members who are assigned to this case can read this.")},
		Rivals: rivalBlocks(k, s, partyFacts),
		Groups: []Group{{Fields: []page.Field{
			f.Text("code", k.T("Code")).Or(code).Short().Hint(k.T("How colleagues and escorts call the person.")),
			f.Text("name", k.T("Name")).Or(p.Name).Optional(),
			f.Text("contact", k.T("Contact")).Or(p.Contact).Optional(),
			f.Text("role", k.T("Role in the household or the group")).Or(p.Role).Optional(),
			k.tick("minor", k.T("Under 18"), p.Minor),
			f.Area("interest", k.T("For a minor: what is best for them, who looks after them")).Or(p.Interest).Rows(2).Optional(),
			f.Area("medical", k.T("Medical needs")).Or(p.Medical).Rows(2).Optional(),
			f.Area("papers", k.T("Papers held")).Or(p.Papers).Rows(2).Optional(),
			f.Area("other", k.T("Anything else")).Or(p.Other).Rows(2).Optional(),
		}}},
		Hidden: []ui.Hidden{saw(s.Saw())},
		Back:   "/people",
	}
}

func keepParty(k *kit) (string, string, error) {
	p := cases.Party{Code: k.Text("code"), Name: k.Text("name"), Contact: k.Text("contact"), Role: k.Text("role"), Minor: k.Has("minor", "yes"),
		Interest: k.Text("interest"), Medical: k.Text("medical"), Papers: k.Text("papers"), Other: k.Text("other")}
	s, err := k.room.Book.KeepParty(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.sawn(), p)
	n, err := kept(s, "case.kept", err)
	return "/people", n, err
}

func riskForm(k *kit) formView {
	r := k.c.Risk.Content()
	v := formView{
		Intro:  []string{k.T("Give each source of danger its own line; leave the others empty. The level is computed and shows its reasons.")},
		Rivals: rivalBlocks(k, k.c.Risk, riskFacts),
		Hidden: []ui.Hidden{saw(k.c.Risk.Saw())},
		Back:   "/people",
	}
	v.Groups = RiskGroups(k.Words, &k.f, r)
	return v
}

func keepRisk(k *kit) (string, string, error) {
	r, err := ReadRisk(k.Context)
	if err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Assess(k.Context.Context(), k.Actor, k.ID("case"), k.sawn(), r)
	n, err := kept(s, "case.kept", err)
	return "/people", n, err
}

func consentForm(k *kit) formView {
	f := k.f
	return formView{
		Intro: []string{k.T("Consent is for one purpose, one recipient and one kind of data. Ask in the person's own language. They may say no, and may take it back.")},
		Groups: []Group{{Fields: []page.Field{
			f.Radios("party", k.T("Who consents?"), k.parties()),
			f.Radios("purpose", k.T("What for?"), options(k.Words, cases.AllPurposes(), purposeWord)),
			f.Text("recipient", k.T("Who may have it?")),
			f.Text("data", k.T("What may be given?")),
			f.Text("how", k.T("How was it given?")).Hint(k.T("Spoken, written, through the mailbox, by a guardian.")),
			f.Text("language", k.T("In which language?")).Short().Optional(),
			f.Date("given", k.T("On which day?")).Or(today(k.Now())),
			f.Date("expires", k.T("Until when?")).Optional(),
		}}},
		Back: "/consent",
	}
}

func keepConsent(k *kit) (string, string, error) {
	c := cases.Consent{Party: k.Text("party"), Purpose: cases.Purpose(k.Text("purpose")), Recipient: k.Text("recipient"), Data: k.Text("data"), How: k.Text("how"),
		Language: k.Text("language"), Given: k.Day("given"), Expires: k.Day("expires")}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Agree(k.Context.Context(), k.Actor, k.ID("case"), "", 0, c)
	n, err := kept(s, "case.kept", err)
	return "/consent", n, err
}

func testifyForm(k *kit) formView {
	f := k.f
	return formView{
		Intro: []string{
			k.T("The record gets these words and nothing else: no name, no contact, no way back to this case. Members of the record cannot see from whom they come."),
			k.T("Write only what the person agreed to. Leave out names, places and times by which somebody could tell who speaks."),
		},
		Groups: []Group{{Fields: []page.Field{
			f.Area("words", k.T("What the person lets us record")).Rows(8),
			f.Text("language", k.T("In which language?")).Or("ru").Short(),
		}}},
		Button: k.T("Hand to the record"),
		Back:   "/consent",
	}
}

func keepTestimony(k *kit) (string, string, error) {
	err := k.room.Book.Testify(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.Text("words"), k.Text("language"))
	return "/consent", "case.testified", err
}
