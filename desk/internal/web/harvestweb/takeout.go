package harvestweb

import (
	"io"

	"waylight/desk/internal/takeout"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// maxWhole is the largest file of a whole record that comes in through a form.
const maxWhole = 256 << 20

// wishView is one wish with what may be done with it.
type wishView struct {
	Title         string
	Badge         page.Badge
	Facts         []page.Fact
	Answer, Fetch string
	Passphrase    page.Field
	Needs         bool // a passphrase when it is fetched
}

type takeoutView struct {
	ui.Frame
	May    bool // may ask, fetch and bring
	Hidden []ui.Hidden
	Ask    []page.Field
	Bring  []page.Field
	Wishes []wishView
	Report []page.Fact
	Wrong  []string
}

func newTakeout(f ui.Frame, all []takeout.Wish, me string, may bool, names map[string]string, t *takeout.Taken) takeoutView {
	w := f.Words
	v := takeoutView{Frame: f, May: may, Hidden: []ui.Hidden{{Name: "takeout", Value: f.Form.Values.Get("takeout")}}}
	v.Ask = []page.Field{
		f.Form.Radios("sealed", w.T("What is to leave?"), []page.Option{{Value: "no", Label: w.T("The record without what lies in safes")}, {Value: "yes", Label: w.T("With the sealed words that I may open"), Hint: w.T("A second person must say yes. Each word that is opened stands in the ledger.")}}).Or("no"),
		f.Form.Area("reason", w.T("Why, and where will it lie?")).Rows(2).Hint(w.T("Without names: the second person decides by it.")),
		f.Form.Text("recipient", w.T("Sealed to this age recipient")).Optional().Hint(w.T("It begins with age1. Without it you give a passphrase when you fetch it.")),
	}
	v.Bring = []page.Field{
		f.Form.File("package", w.T("The file")).Hint(w.T("It ends in .zip.age.")),
		f.Form.Input("password", "key", w.T("The passphrase, or the secret key")).Hint(w.T("It is used once and not kept.")),
		f.Form.Radios("try", w.T("What to do with it"), []page.Option{{Value: "yes", Label: w.T("Only try it: tell me what it would do")}, {Value: "no", Label: w.T("Take it in")}}).Or("yes"),
	}
	for _, x := range all {
		v.Wishes = append(v.Wishes, newWish(f, x, me, names))
	}
	if t == nil {
		return v
	}
	if len(t.Wrong) == 0 {
		v.Report = []page.Fact{{Term: w.T("New rows"), Text: w.Number(int64(t.Created))}, {Term: w.T("Rows as they were: nothing is done"), Text: w.Number(int64(t.Same))}, {Term: w.T("Left out: their words are not in the file"), Text: w.Number(int64(t.Left))}}
	}
	for i, x := range t.Wrong {
		if i == maxShown {
			v.Wrong = append(v.Wrong, w.N("and %d more", "and %d more", len(t.Wrong)-maxShown))
			break
		}
		v.Wrong = append(v.Wrong, w.T("%s, line %s: ", string(x.Entity)+".jsonl", w.Number(int64(x.Line)))+w.T(x.What))
	}
	return v
}

func newWish(f ui.Frame, x takeout.Wish, me string, names map[string]string) wishView {
	w := f.Words
	name := func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return w.T("a member who left")
	}
	v := wishView{Title: w.T("The record without what lies in safes"), Needs: x.Recipient == ""}
	if x.Sealed {
		v.Title = w.T("The record with sealed words")
	}
	to := w.T("a passphrase, given when it is fetched")
	if r := x.Recipient; r != "" {
		to = r
		if len(r) > 28 {
			to = r[:16] + " … " + r[len(r)-8:]
		}
	}
	v.Facts = []page.Fact{{Term: w.T("Asked by"), Text: name(x.By), Note: w.Date(x.At)}, {Term: w.T("Why"), Text: x.Reason}, {Term: w.T("Sealed to"), Text: to}}
	if x.Second != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Answered by"), Text: name(x.Second), Note: w.Date(x.Answered)})
	}
	base := "/record/takeout/" + x.ID
	switch x.Stand(f.Now) {
	case takeout.Asked:
		v.Badge = page.Badge{Text: w.T("Waits for a second person"), Tone: page.Accent}
		if x.By != me {
			v.Answer = base + "/answer"
		}
	case takeout.Open:
		v.Badge = page.Badge{Text: w.T("May be fetched"), Tone: page.Calm}
		if x.By == me {
			v.Fetch = base + "/fetch"
		}
	case takeout.Refused:
		v.Badge = page.Badge{Text: w.T("Refused")}
	default:
		v.Badge = page.Badge{Text: w.T("Over")}
	}
	v.Passphrase = page.Form{Words: w}.Input("password", "passphrase", w.T("The passphrase")).Hint(w.T("At least 20 characters. It is not kept: without it nobody can open the file."))
	return v
}

func (r *Room) takeouts(c *ui.Context) error {
	f := c.Frame(c.T("The whole record, out and in"))
	f.Form.Words = c.Words
	f.Form.Values = map[string][]string{"takeout": {ids.New("takeout")}}
	return r.showTakeouts(c, f, nil, false)
}

func (r *Room) showTakeouts(c *ui.Context, f ui.Frame, t *takeout.Taken, wrong bool) error {
	all, err := r.Office.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	if f.Form.Values.Get("takeout") == "" {
		f.Form.Values.Set("takeout", ids.New("takeout"))
	}
	v := newTakeout(f, all, c.Actor.ID, documenter(c), names, t)
	if wrong || t != nil && len(t.Wrong) > 0 {
		return c.Invalid(pages, "takeout", v)
	}
	return c.Render(pages, "takeout", v)
}

// failed shows the page again with what is wrong; secrets are not sent back.
func (r *Room) failed(c *ui.Context, err error, t *takeout.Taken) error {
	f := c.Frame(c.T("The whole record, out and in"))
	f.Form = c.Form(err)
	f.Form.Values.Del("key")
	f.Form.Values.Del("passphrase")
	return r.showTakeouts(c, f, t, err != nil)
}

func (r *Room) ask(c *ui.Context) error {
	err := r.Office.Ask(c.Context(), c.Actor, takeout.Wish{ID: c.Text("takeout"), Sealed: c.Text("sealed") == "yes", Reason: c.Text("reason"), Recipient: c.Text("recipient")})
	if again(err) {
		return r.failed(c, err, nil)
	}
	if err != nil {
		return err
	}
	return c.See("/record/takeout", "takeout.asked")
}

func (r *Room) answer(c *ui.Context) error {
	if err := r.Office.Answer(c.Context(), c.Actor, c.ID("takeout"), c.Text("yes") == "yes"); err != nil {
		return err
	}
	return c.See("/record/takeout", "takeout.answered")
}

// fetch hands out what may leave, sealed. It is a form and no link: it leaves a trace.
func (r *Room) fetch(c *ui.Context) error {
	name, out, err := r.Office.Fetch(c.Context(), c.Actor, c.ID("takeout"), c.Text("passphrase"))
	if again(err) {
		return r.failed(c, err, nil)
	}
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/octet-stream", name, out)
}

func (r *Room) takeWhole(c *ui.Context) error {
	// All of it in memory: nothing of it may lie on the disk unsealed.
	var raw []byte
	err := c.R.ParseMultipartForm(maxWhole)
	if err == nil {
		if f, _, ferr := c.R.FormFile("package"); ferr == nil {
			defer f.Close()
			raw, err = io.ReadAll(f)
		}
	}
	if err != nil {
		return r.failed(c, fault.Bad("package", i18n.Key("The file could not be read, or is larger than 256 MB. Please send it again.")), nil)
	}
	try := c.Text("try") != "no"
	t, err := r.Office.Bring(c.Context(), c.Actor, raw, c.Text("key"), try)
	if err != nil && !again(err) {
		return err
	}
	if err == nil && t.Done {
		return c.See("/record/takeout", "takeout.taken")
	}
	if err != nil {
		return r.failed(c, err, nil)
	}
	return r.failed(c, nil, &t)
}
