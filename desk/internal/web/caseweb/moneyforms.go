package caseweb

import (
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// Vault keeps the receipts' files.
type Vault interface {
	Seal(r io.Reader) (vault.Blob, error)
	Open(b vault.Blob) (*vault.Reader, error)
	Remove(id string) error
}

// maxReceipt is the largest receipt, in bytes.
const maxReceipt = 25 << 20

// born is the hidden id of a thing that a form will make: the form sent twice makes it once.
func (k *kit) born(kind string) ui.Hidden {
	id := k.f.Text("id", "").Value()
	if !ids.Valid(kind, id) {
		id = ids.New(kind)
	}
	return ui.Hidden{Name: "id", Value: id}
}

func (k *kit) needsOf() []page.Option {
	var out []page.Option
	for _, n := range k.c.Needs {
		if n.Content().Ended == "" {
			out = append(out, page.Option{Value: n.ID, Label: n.Content().Words})
		}
	}
	return out
}

func (k *kit) givenOf() []page.Option {
	var out []page.Option
	for _, n := range k.c.Given {
		out = append(out, page.Option{Value: n.ID, Label: n.Content().What})
	}
	return out
}

func costForm(k *kit) formView {
	f := k.f
	v := formView{
		Intro: []string{k.T("Over the limit of one person, a second person must approve before it counts."), k.T("What is noted stays: a mistake is corrected by taking the cost back.")},
		Groups: []Group{
			{Row: true, Fields: []page.Field{
				f.Text("amount", k.T("Amount")).Short(),
				f.Text("currency", k.T("Currency")).Or("EUR").Short(),
				f.Date("day", k.T("Day")).Or(today(k.Now())),
			}},
			{Fields: []page.Field{
				f.Select("line", k.T("What for?"), options(k.Words, cases.Lines(), lineWord)),
				f.Text("what", k.T("In a few words")),
			}},
			{Row: true, Fields: []page.Field{
				f.Text("country", k.T("Country (two letters)")).Short().Optional(),
				f.Input("number", "people", k.T("For how many people?")).Short().Optional(),
				f.Select("for", k.T("For whom?"), none(k.Words, k.T("Not said"), options(k.Words, cases.Whom(), whomWord))).Optional(),
			}},
		},
		Hidden: []ui.Hidden{k.born("cost")},
		Back:   "/money",
	}
	var more []page.Field
	if n := k.needsOf(); len(n) > 0 {
		more = append(more, f.Select("need", k.T("Need"), none(k.Words, "—", n)).Or(k.R.URL.Query().Get("need")).Optional())
	}
	if n := k.givenOf(); len(n) > 0 {
		more = append(more, f.Select("delivery", k.T("Delivery"), none(k.Words, "—", n)).Optional())
	}
	if len(k.grants) > 0 {
		more = append(more, f.Select("grant", k.T("Paid by"), none(k.Words, k.T("No grant"), k.grants)).Optional())
	}
	if len(more) > 0 {
		v.Groups = append(v.Groups, Group{Fields: more})
	}
	return v
}

func keepCost(k *kit) (string, string, error) {
	m, err := cases.ParseMoney(k.Text("amount"), k.Text("currency"))
	if err != nil {
		return "", "", err
	}
	c := cases.Cost{Money: m, Line: k.Text("line"), What: k.Text("what"), Day: k.Day("day"), Country: strings.ToUpper(k.Text("country")), For: k.Text("for"), People: k.number("people"), Need: k.Text("need"), Delivery: k.Text("delivery")}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Spend(k.Context.Context(), k.Actor, k.ID("case"), k.Text("id"), k.Text("grant"), c)
	n, err := kept(s, "case.kept", err)
	return "/money", n, err
}

func (k *kit) costOf() (cases.Spend, bool) {
	for _, s := range k.c.Costs {
		if s.ID == k.item {
			return s, true
		}
	}
	return cases.Spend{}, false
}

func backForm(k *kit) formView {
	s, _ := k.costOf()
	c, f := s.Content(), k.f
	left := cases.Money{Minor: c.Minor - s.Back, Currency: c.Currency}
	amount, _, _ := strings.Cut(left.String(), " ")
	return formView{
		Intro: []string{k.T("“%s”, %s. What was noted stays; a counter-entry takes it back, wholly or in part, by the rate of its day.", c.What, c.Money.String())},
		Groups: []Group{
			{Row: true, Fields: []page.Field{f.Text("amount", k.T("Amount")).Or(amount).Short(), f.Date("day", k.T("Day")).Or(today(k.Now()))}},
			{Fields: []page.Field{f.Text("what", k.T("Why is it taken back?"))}},
		},
		Hidden: []ui.Hidden{k.born("cost"), {Name: "currency", Value: c.Currency}},
		Button: k.T("Take it back"), Back: "/money",
	}
}

func keepBack(k *kit) (string, string, error) {
	m, err := cases.ParseMoney(k.Text("amount"), k.Text("currency"))
	if err != nil {
		return "", "", err
	}
	day := k.Day("day")
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	_, err = k.room.Book.Refund(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.Text("id"), m, day, k.Text("what"))
	return "/money", "case.kept", err
}

func grantForm(k *kit) formView {
	s, _ := k.costOf()
	c := s.Content()
	return formView{
		Intro:  []string{k.T("“%s”, %s", c.What, c.Money.String()), k.T("A grant whose terms forbid it refuses, and says why.")},
		Groups: []Group{{Fields: []page.Field{k.f.Select("grant", k.T("Paid by"), none(k.Words, k.T("No grant"), k.grants)).Or(s.Allot.Content().Grant)}}},
		Hidden: []ui.Hidden{saw(s.Allot.Saw())},
		Back:   "/money",
	}
}

func keepGrant(k *kit) (string, string, error) {
	return "/money", "case.kept", k.room.Book.PayFrom(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.sawn(), k.Text("grant"))
}

func needForm(k *kit) formView {
	x, _ := find(k.c.Needs, k.item)
	n, f := x.Content(), k.f
	v := formView{
		Groups: []Group{{Fields: []page.Field{
			f.Select("kind", k.T("What is needed?"), options(k.Words, cases.NeedKinds(), needKindWord)).Or(n.Kind),
			f.Area("words", k.T("In a few words")).Or(n.Words).Rows(2),
			f.Radios("urgency", k.T("How urgent is it?"), options(k.Words, cases.AllPriorities(), priorityWord)).Or(string(n.Urgency)),
		}}},
		Hidden: []ui.Hidden{saw(x.Saw())},
		Back:   "/money",
	}
	if p := k.parties(); len(p) > 0 {
		v.Groups[0].Fields = append(v.Groups[0].Fields, f.Checks("who", k.T("Who needs it? Nobody ticked: everybody"), p).Or(n.Who...).Optional())
	}
	if !x.Exists() {
		v.Hidden = append(v.Hidden, k.born("need"))
		return v
	}
	v.Rivals = rivalBlocks(k, x, func(s show, n cases.Need) []page.Fact {
		return []page.Fact{{Term: s.T("What is needed?"), Text: n.Words, Note: s.T(needKindWord(n.Kind))}}
	})
	v.Groups[0].Fields = append(v.Groups[0].Fields, f.Text("ended", k.T("Why it is no longer needed")).Or(n.Ended).Optional())
	return v
}

// made is the id in the path, or the one that the form brought.
func (k *kit) made() string {
	if k.item != "" {
		return k.item
	}
	return k.Text("id")
}

func keepNeed(k *kit) (string, string, error) {
	n := cases.Need{Kind: k.Text("kind"), Urgency: cases.Priority(k.Text("urgency")), Words: k.Text("words"), Who: k.Values("who"), Ended: k.Text("ended")}
	s, err := k.room.Book.KeepNeed(k.Context.Context(), k.Actor, k.ID("case"), k.made(), k.sawn(), n)
	notice, err := kept(s, "case.kept", err)
	return "/money", notice, err
}

func deliveryForm(k *kit) formView {
	x, _ := find(k.c.Given, k.item)
	d, f := x.Content(), k.f
	var who []page.Option
	for _, h := range k.helpers {
		if p := h.Content(); !p.Retired || h.ID == d.Provider {
			who = append(who, page.Option{Value: h.ID, Label: p.Name})
		}
	}
	v := formView{
		Groups: []Group{{Fields: []page.Field{
			f.Select("need", k.T("Need"), k.needsOf()).Or(d.Need),
			f.Text("what", k.T("What is delivered?")).Or(d.What),
			f.Select("provider", k.T("Who gives it"), none(k.Words, k.T("We ourselves"), who)).Or(d.Provider).Optional(),
			f.Date("due", k.T("By when")).Or(string(d.Due)),
		}}, {Legend: k.T("How it went"), Fields: []page.Field{
			f.Date("done", k.T("Delivered on")).Or(string(d.Done)).Optional(),
			f.Select("outcome", k.T("How did it go?"), none(k.Words, k.T("Not delivered yet"), options(k.Words, cases.Outcomes(), outcomeOf))).Or(d.Outcome).Optional(),
			f.Area("words", k.T("In a few words")).Or(d.Words).Rows(2).Optional(),
		}}},
		Hidden: []ui.Hidden{saw(x.Saw())},
		Back:   "/money",
	}
	if !x.Exists() {
		v.Hidden = append(v.Hidden, k.born("delivery"))
		return v
	}
	v.Rivals = rivalBlocks(k, x, func(s show, d cases.Delivery) []page.Fact {
		return []page.Fact{{Term: s.T("What is delivered?"), Text: d.What, Note: d.Words}}
	})
	return v
}

func keepDelivery(k *kit) (string, string, error) {
	d := cases.Delivery{Need: k.Text("need"), Provider: k.Text("provider"), What: k.Text("what"), Due: k.Day("due"), Done: k.Day("done"), Outcome: k.Text("outcome"), Words: k.Text("words")}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Deliver(k.Context.Context(), k.Actor, k.ID("case"), k.made(), k.sawn(), d)
	notice, err := kept(s, "case.kept", err)
	return "/money", notice, err
}

// prove takes a receipt as it comes and seals it before anything is noted.
func (r *Room) prove(c *ui.Context) error {
	if r.Vault == nil {
		return fault.New(fault.Conflict, "No receipt can be kept here.")
	}
	if _, err := r.Book.Case(c.Context(), c.Actor, c.ID("case")); err != nil {
		return err // before a byte is kept
	}
	m, err := c.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return fault.Bad("file", "Choose a file.")
		}
		if err != nil {
			return brokenUpload(err)
		}
		if p.FormName() != "file" || p.FileName() == "" {
			continue
		}
		b, err := r.Vault.Seal(io.LimitReader(p, maxReceipt+1))
		if err != nil {
			return brokenUpload(err)
		}
		fresh := false
		if b.Size > maxReceipt {
			err = fault.New(fault.TooLarge, "A receipt may have 25 MB. Make a smaller picture of it.")
		} else {
			fresh, err = r.Book.Prove(c.Context(), c.Actor, c.ID("case"), c.ID("item"), cases.Receipt{Name: path.Base(strings.ToValidUTF8(p.FileName(), "\uFFFD")), Type: b.Type, Size: b.Size, SHA256: b.SHA256, Blob: b.ID, Key: b.Key, Sums: b.Sums})
		}
		if !fresh {
			err = errors.Join(err, r.Vault.Remove(b.ID))
		}
		return r.done(c, err, "/cases/"+c.ID("case")+"/money", "case.receipt")
	}
}

func brokenUpload(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "A receipt may have 25 MB. Make a smaller picture of it.")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "The upload broke off. Nothing of that file was kept. Please send it again.")
	}
	return err
}

// receipt hands a receipt's file to the member, inside. The name is its id: what
// it was called may tell whose it is.
func (r *Room) receipt(c *ui.Context) error {
	if r.Vault == nil {
		return fault.Missing()
	}
	x, err := r.Book.Receipt(c.Context(), c.Actor, c.ID("case"), c.ID("item"))
	if err != nil {
		return err
	}
	f, err := r.Vault.Open(vault.Blob{ID: x.Blob, Key: x.Key, Size: x.Size, SHA256: x.SHA256, Type: x.Type, Sums: x.Sums})
	if err != nil {
		return fault.New(fault.Conflict, "The receipt's file is missing or was altered. The security officer must look at it; a backup may hold it.")
	}
	defer f.Close()
	h := c.W.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+c.ID("item")+`"`)
	if _, err := io.Copy(c.W, f); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: a cut one must not look whole
	}
	return nil
}

func (r *Room) providers(c *ui.Context) error {
	all, err := r.Book.Providers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", providersView(c.Frame(c.T("Providers")), all))
}

func providersView(f ui.Frame, all []cases.Helper) blocksView {
	t := &ui.Table{Words: f.Words, Caption: f.T("Who gives people what they need"), Columns: []ui.Column{{Label: f.T("Name")}, {Label: f.T("Gives")}, {Label: f.T("State")}},
		Empty: ui.Empty{Title: f.T("There is no provider yet."), Text: f.T("A doctor, a host, a lawyer: note them once, and deliveries of every case can name them. Every caseworker can read it."), Href: "/providers/new", Action: f.T("Add a provider")}}
	for _, h := range all {
		p := h.Content()
		var gives []string
		for _, g := range p.Gives {
			gives = append(gives, f.T(needKindWord(g)))
		}
		badge := page.Badge{Text: f.T("Can be asked"), Tone: page.Calm}
		if p.Retired {
			badge = page.Badge{Text: f.T("Not any more")}
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/providers/" + h.ID + "/edit", Cells: []ui.Cell{{Text: p.Name, Sub: p.Contact}, {Text: strings.Join(gives, ", ")}, {Badge: &badge}}})
	}
	v := blocksView{Frame: f, Head: head{Title: f.Title, Tabs: ui.ProtectionTabs(f.Words, "/providers")}, Main: []Block{{Title: f.T("Providers"), Table: t}}}
	if len(all) > 0 {
		v.Main[0].Links = []Link{{f.T("Add a provider"), "/providers/new"}}
	}
	return v
}

func (r *Room) helper(c *ui.Context) (h cases.Helper, err error) {
	id := c.ID("provider")
	if id == "" {
		return h, nil
	}
	all, err := r.Book.Providers(c.Context(), c.Actor)
	for _, x := range all {
		if x.ID == id {
			return x, nil
		}
	}
	if err == nil {
		err = fault.Missing()
	}
	return h, err
}

func (r *Room) newProvider(c *ui.Context) error {
	h, err := r.helper(c)
	if err != nil {
		return err
	}
	return c.Render(pages, "form", providerForm(c, h, page.Form{Words: c.Words}))
}

func providerForm(c *ui.Context, h cases.Helper, f page.Form) formView {
	k := kit{Context: c, f: f}
	p := h.Content()
	retired := f.Checks("retired", "", []page.Option{{Value: "yes", Label: c.T("They cannot be asked any more")}})
	if p.Retired {
		retired = retired.Or("yes")
	}
	v := formView{Frame: c.Frame(c.T("A provider")), Action: "/providers/new", Back: "/providers", Button: c.T("Keep"), Hidden: []ui.Hidden{saw(h.Saw())},
		Intro: []string{c.T("Every caseworker will be able to read it, and nobody else.")},
		Groups: []Group{{Fields: []page.Field{
			f.Text("name", c.T("Name")).Or(p.Name),
			f.Checks("gives", c.T("What do they give?"), options(c.Words, cases.NeedKinds(), needKindWord)).Or(p.Gives...),
			f.Text("contact", c.T("Contact")).Or(p.Contact).Optional(),
			f.Area("words", c.T("What should colleagues know?")).Or(p.Words).Rows(2).Optional(),
			retired,
		}}}}
	if h.Exists() {
		v.Action = "/providers/" + h.ID + "/edit"
	} else {
		v.Hidden = append(v.Hidden, k.born("provider"))
	}
	v.Form = f
	if sent := f.Values["saw"]; len(sent) > 0 {
		v.Hidden = resaw(v.Hidden, sent[0])
	}
	return v
}

func (r *Room) keepProvider(c *ui.Context) error {
	seen, _ := c.Int("saw")
	id := c.ID("provider")
	if id == "" {
		id = c.Text("id")
	}
	p := cases.Provider{Name: c.Text("name"), Gives: c.Values("gives"), Contact: c.Text("contact"), Words: c.Text("words"), Retired: c.Has("retired", "yes")}
	s, err := r.Book.KeepProvider(c.Context(), c.Actor, id, int(seen), p)
	if !invalid(err) {
		n, err := kept(s, "case.kept", err)
		if err == nil && n == rival {
			return c.See("/providers/"+s.ID+settlePath, n)
		}
		return r.done(c, err, "/providers", n)
	}
	h, herr := r.helper(c)
	if herr != nil {
		return herr
	}
	return c.Invalid(pages, "form", providerForm(c, h, c.Form(err)))
}

func needKindWord(k string) string {
	switch k {
	case "shelter":
		return i18n.Key("A place to stay")
	case "food":
		return i18n.Key("Food")
	case "medical":
		return i18n.Key("Medical help")
	case "care":
		return i18n.Key("Care for the mind")
	case "legal":
		return i18n.Key("Legal help")
	case "documents":
		return i18n.Key("Documents")
	case "travel":
		return i18n.Key("Travel")
	case "money":
		return i18n.Key("Money")
	}
	return i18n.Key("Something else")
}

func needStateWord(s cases.NeedState) string {
	switch s {
	case cases.NeedArranged:
		return i18n.Key("Agreed")
	case cases.NeedOverdue:
		return i18n.Key("Overdue")
	case cases.NeedPartly:
		return i18n.Key("Partly")
	case cases.NeedFailed:
		return i18n.Key("It failed")
	case cases.NeedMet:
		return i18n.Key("Met")
	case cases.NeedEnded:
		return i18n.Key("No longer needed")
	}
	return i18n.Key("Open")
}

func outcomeOf(o string) string {
	switch o {
	case "partly":
		return i18n.Key("Partly")
	case "failed":
		return i18n.Key("It failed")
	}
	return i18n.Key("Delivered")
}

func whomWord(w string) string {
	switch w {
	case "family":
		return i18n.Key("A family with children")
	case "minor":
		return i18n.Key("Minors")
	}
	return i18n.Key("Adults")
}
