package exchangeweb

import (
	"net/url"
	"strings"

	"waylight/desk/internal/exchange"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type partnersView struct {
	ui.Frame
	Ours   []page.Fact
	Card   string // empty: none yet
	Copy   ui.Copy
	Key    *small
	Table  ui.Table
	Enter  *small
	Beyond bool // may see referrals
}

func stateBadge(w i18n.Words, s exchange.PartnerState) *page.Badge {
	switch s {
	case exchange.Confirmed:
		return &page.Badge{Text: w.T("Confirmed by two"), Tone: page.Calm}
	case exchange.Stopped:
		return &page.Badge{Text: w.T("Stopped"), Tone: page.Accent}
	}
	return &page.Badge{Text: w.T("Waits for a second member"), Tone: page.Wait}
}

// partnersPage draws the partners and our own card.
func partnersPage(f ui.Frame, ours string, card []byte, made string, all []exchange.Partner, a staff.Actor) partnersView {
	w := f.Words
	v := partnersView{Frame: f, Beyond: a.Roles.Any(exchange.Carriers()...)}
	v.Ours = []page.Fact{{Term: w.T("Our words, to be read out on the phone"), Text: ours}}
	if card != nil {
		v.Card = "/partners/card"
		v.Ours = append(v.Ours, page.Fact{Term: w.T("Key for referrals made on"), Text: made, Note: w.T("A partner with an older card seals to an older key; it still opens here.")})
		v.Copy = ui.Copy{Words: w, Label: w.T("Our card"), Text: string(card)}
	}
	if a.Roles.Any(exchange.Carriers()...) {
		v.Key = &small{Words: w, Action: "/partners/key", Button: w.T("Make our card"), Main: card == nil, Note: w.T("It holds our name, our public keys and a signature. It is not secret.")}
		if card != nil {
			v.Key.Button, v.Key.Note = w.T("Make a new key and card"), w.T("Do this when somebody who could open referrals has left in anger, or a device was taken. Then give the new card to every partner.")
		}
	}
	v.Table = ui.Table{Words: w, Caption: w.T("Partners"), Columns: []ui.Column{{Label: w.T("Organisation")}, {Label: w.T("State")}, {Label: w.T("Card of")}},
		Empty: ui.Empty{Title: w.T("No partner is entered yet."), Text: w.T("Ask the other organisation for its card, enter it, and call them to compare the words.")}}
	for _, p := range all {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/partners/" + p.ID, Cells: []ui.Cell{{Text: p.Name(w.Tag())}, {Badge: stateBadge(w, p.State)}, {Text: w.Day(p.Card.Day)}}})
	}
	if a.Roles.Any(exchange.Keepers()...) {
		v.Enter = &small{Words: w, Title: w.T("Enter a partner, or a newer card of one"), Action: "/partners", Button: w.T("Enter the partner"), Main: true, Files: true, Fields: []page.Field{
			f.Form.Area("card", w.T("The partner's card")).Rows(5).Hint(w.T("Paste the whole text, or choose the file below.")).Optional(),
			f.Form.File("file", w.T("Or the card as a file")).Optional(),
			f.Form.Text("words", w.T("The eight numbers that they read out")).Hint(w.T("Call them on a number that you knew before. Never on one that came with the card. For a newer card of a confirmed partner, leave this empty.")).Optional(),
		}}
	}
	return v
}

func (r *Room) showPartners(c *ui.Context, form page.Form) (partnersView, error) {
	all, err := r.Liaison.All(c.Context())
	if err != nil {
		return partnersView{}, err
	}
	card, made, err := r.Liaison.Card(c.Context())
	if fault.KindOf(err) == fault.NotFound {
		card, err = nil, nil
	}
	if err != nil {
		return partnersView{}, err
	}
	f := c.Frame(c.T("Partners"))
	if form.Values != nil {
		f.Form = form
	}
	return partnersPage(f, strings.Join(bundle.Words(r.Liaison.Signer.Public()), " "), card, c.Words.Day(made), all, c.Actor), nil
}

func (r *Room) partners(c *ui.Context) error {
	v, err := r.showPartners(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "partners", v)
}

func (r *Room) enter(c *ui.Context) error {
	values, files, err := read(c, 1<<16)
	text := values.Get("card")
	if len(files) > 0 {
		text = string(files[0].Bytes)
	}
	id := ""
	if err == nil {
		id, err = r.Liaison.Enter(c.Context(), c.Actor, []byte(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n")+"\n"), values.Get("words"))
	}
	if again(err) {
		v, verr := r.showPartners(c, typed(c.Words, values, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "partners", v)
	}
	if err != nil {
		return err
	}
	notice := "partner.entered"
	if values.Get("words") == "" {
		notice = "partner.newer"
	}
	return c.See("/partners/"+id, notice)
}

func (r *Room) makeKey(c *ui.Context) error {
	if err := r.Liaison.MakeKey(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/partners", "partner.key")
}

func (r *Room) card(c *ui.Context) error {
	text, _, err := r.Liaison.Card(c.Context())
	if err != nil {
		return err
	}
	return ui.Give(c.W, "text/plain; charset=utf-8", "card.txt", text)
}

type partnerView struct {
	ui.Frame
	Badge   *page.Badge
	Facts   []page.Fact
	Confirm *small
	Why     string // why this member cannot confirm
	Stop    *ui.Confirm
}

func partnerPage(f ui.Frame, p exchange.Partner, names map[string]string, a staff.Actor) partnerView {
	w := f.Words
	v := partnerView{Frame: f, Badge: stateBadge(w, p.State)}
	keeper := a.Roles.Any(exchange.Keepers()...)
	v.Facts = []page.Fact{{Term: w.T("Card of"), Text: w.Day(p.Card.Day)}}
	mine := false
	for _, x := range p.Words {
		mine = mine || x.Member == a.ID
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Words compared by"), Text: names[x.Member], Note: w.Date(x.At)})
	}
	if p.State == exchange.Confirmed || mine {
		// Before the words are heard they are not shown: they would be read off here instead.
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Words"), Text: strings.Join(bundle.Words(p.Key()), " ")})
	}
	switch {
	case p.State == exchange.Asked && mine:
		v.Why = w.T("You compared the words. A second member must call and hear them as well; nobody can do both.")
	case p.State == exchange.Asked && keeper:
		v.Confirm = &small{Words: w, Title: w.T("Compare the words"), Action: "/partners/" + p.ID + "/confirm", Button: w.T("They are the same"), Main: true, Fields: []page.Field{
			f.Form.Text("words", w.T("The eight numbers that they read out")).Hint(w.T("Call them yourself, on a number that you knew before."))}}
	case p.State == exchange.Stopped:
		v.Why = w.T("To begin again, enter the partner's card anew: two members compare the words.")
	}
	if keeper && p.State != exchange.Stopped {
		v.Stop = &ui.Confirm{Words: w, Title: w.T("Stop the exchange"), Sentences: []string{w.T("Nothing goes to this partner and nothing from it is taken in. What was exchanged stays. Do this when their key may be in wrong hands.")}, Action: "/partners/" + p.ID + "/stop", Button: w.T("Stop the exchange"), Danger: true}
	}
	return v
}

func (r *Room) showPartner(c *ui.Context, form page.Form) (partnerView, error) {
	p, err := r.Liaison.Partner(c.Context(), c.ID("partner"))
	if err != nil {
		return partnerView{}, err
	}
	names, err := r.Names(c.Context())
	f := c.Frame(p.Name(c.Tag()))
	if form.Values != nil {
		f.Form = form
	}
	return partnerPage(f, p, names, c.Actor), err
}

func (r *Room) partner(c *ui.Context) error {
	v, err := r.showPartner(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "partner", v)
}

func (r *Room) confirm(c *ui.Context) error {
	err := r.Liaison.Confirm(c.Context(), c.Actor, c.ID("partner"), c.Text("words"))
	if again(err) {
		v, verr := r.showPartner(c, typed(c.Words, url.Values{"words": {c.Text("words")}}, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "partner", v)
	}
	if err != nil {
		return err
	}
	return c.See("/partners/"+c.ID("partner"), "partner.confirmed")
}

func (r *Room) stop(c *ui.Context) error {
	if err := r.Liaison.Stop(c.Context(), c.Actor, c.ID("partner")); err != nil {
		return err
	}
	return c.See("/partners/"+c.ID("partner"), "partner.stopped")
}
