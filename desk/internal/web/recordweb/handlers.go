package recordweb

import (
	"strconv"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

// again shows a form a second time when err is about its fields, and gives back any other error.
func again(err error) bool { return fault.KindOf(err) == fault.Invalid }

func (r *Room) home(c *ui.Context) error {
	d, err := r.Archive.Desk(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "home", newHome(c.Frame(c.T("Record")), d, documenter(c), r.Import != nil && c.Actor.Roles.Any(staff.Documenter, staff.Analyst)))
}

// turn is the way from one page of a long list to the next; "" where there is none.
type turn struct{ Newer, Older string }

// pageOf is the page of a list that is asked for; what is no number is the first.
func pageOf(c *ui.Context) int {
	n, err := strconv.Atoi(c.R.URL.Query().Get("page"))
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

func turning(path string, n int, more bool) (t turn) {
	if n == 1 {
		t.Newer = path
	} else if n > 1 {
		t.Newer = path + "?page=" + strconv.Itoa(n-1)
	}
	if more {
		t.Older = path + "?page=" + strconv.Itoa(n+1)
	}
	return t
}

func (r *Room) sources(c *ui.Context) error {
	all, err := r.Archive.Sources(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newSources(c.Frame(c.T("Sources")), all, documenter(c)))
}

func (r *Room) items(c *ui.Context) error {
	n := pageOf(c)
	all, more, err := r.Archive.Items(c.Context(), c.Actor, n)
	if err != nil {
		return err
	}
	v := newItems(c.Frame(c.T("Items")), all, documenter(c))
	v.turn = turning("/record/items", n, more)
	return c.Render(pages, "list", v)
}

func (r *Room) sourceForm(c *ui.Context, f page.Form) formView {
	v := formView{Frame: c.Frame(c.T("Add a source")), Action: "/record/sources/new", Button: c.T("Keep the source"), Back: "/record/sources"}
	if f.Words.Lang != "" || f.Values != nil {
		v.Form = f
	}
	v.Intro = []string{c.T("Call a person by a pseudonym. Who it really is goes into a safe that only documenters open.")}
	v.Fields = []page.Field{
		v.Form.Text("name", c.T("Name or pseudonym")),
		v.Form.Select("kind", c.T("Kind"), append([]page.Option{{Value: "", Label: c.T("Choose")}}, options(c.Words, kinds())...)),
		v.Form.Text("place", c.T("Place")).Optional(),
		v.Form.Select("reliability", c.T("Reliability"), options(c.Words, reliabilities())).Or("F"),
		v.Form.Text("group", c.T("Origin")).Optional().Hint(c.T("Sources that repeat one another, or know from the same person, get the same word here.")),
		v.Form.Checks("named", c.T("In public"), []page.Option{{Value: "yes", Label: c.T("The source may be named in public")}}),
		v.Form.Area("identity", c.T("Who it really is")).Optional().Rows(2).Hint(c.T("This is sealed. Leave it empty when you need not know it.")),
	}
	return v
}

func (r *Room) newSource(c *ui.Context) error {
	return c.Render(pages, "form", r.sourceForm(c, page.Form{}))
}

func (r *Room) addSource(c *ui.Context) error {
	s := record.Source{Name: c.Text("name"), Kind: record.SourceKind(c.Text("kind")), Place: c.Text("place"), Reliability: record.Reliability(c.Text("reliability")), Group: c.Text("group"), Named: c.Has("named", "yes")}
	s, err := r.Archive.AddSource(c.Context(), c.Actor, s, c.Text("identity"))
	if again(err) {
		return c.Invalid(pages, "form", r.sourceForm(c, c.Form(err)))
	}
	if err != nil {
		return err
	}
	return c.See("/record/sources/"+s.ID, "record.source")
}

func (r *Room) source(c *ui.Context) error {
	p, err := r.Archive.Source(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	return c.Render(pages, "source", newSource(c.Frame(p.Source.Name), p, documenter(c)))
}

// identity shows who a source is, once, in answer to a form: the reading is a
// change of the ledger, and nothing of it stays in an address.
func (r *Room) identity(c *ui.Context) error {
	who, err := r.Archive.Identity(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	p, err := r.Archive.Source(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	v := newSource(c.Frame(p.Source.Name), p, documenter(c))
	v.Identity, v.MayOpen = who, false
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(pages, "source", v)
}

func (r *Room) destroy(c *ui.Context) error {
	err := r.Archive.Destroy(c.Context(), c.Actor, c.ID("item"), c.Text("reason"), c.Has("claims", "yes"))
	if again(err) {
		v, verr := r.itemPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "item", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/items/"+c.ID("item"), "record.gone")
}

func (r *Room) rate(c *ui.Context) error {
	err := r.Archive.Rate(c.Context(), c.Actor, c.ID("source"), record.Reliability(c.Text("reliability")), c.Text("group"), c.Has("named", "yes"))
	if fault.KindOf(err) == fault.Invalid {
		p, perr := r.Archive.Source(c.Context(), c.Actor, c.ID("source"))
		if perr != nil {
			return perr
		}
		f := c.Frame(p.Source.Name)
		f.Form = c.Form(err)
		return c.Invalid(pages, "source", newSource(f, p, documenter(c)))
	}
	if err != nil {
		return err
	}
	return c.See("/record/sources/"+c.ID("source"), "record.rated")
}

func (r *Room) itemForm(c *ui.Context, f page.Form) (formView, error) {
	v := formView{Frame: c.Frame(c.T("Add an item")), Action: "/record/items/new", Button: c.T("Keep the item"), Back: "/record/items"}
	all, err := r.Archive.Sources(c.Context(), c.Actor)
	if err != nil {
		return v, err
	}
	if f.Values != nil {
		v.Form = f
	}
	v.Intro = []string{c.T("An item is one thing that came: a report, an article, a letter, words that were said. It is never changed afterwards.")}
	from := []page.Option{{Value: "", Label: c.T("Choose")}}
	for _, s := range all {
		from = append(from, page.Option{Value: s.ID, Label: s.Name})
	}
	v.Fields = []page.Field{
		v.Form.Select("source", c.T("Source"), from).Or(c.R.URL.Query().Get("source")),
		v.Form.Text("title", c.T("Title")).Hint(c.T("It must name nobody.")),
		v.Form.Select("material", c.T("Kind"), append([]page.Option{{Value: "", Label: c.T("Choose")}}, options(c.Words, materials())...)),
		v.Form.Text("dated", c.T("Dated")).Short().Optional().Hint(c.T("2017-04-09, 2017-04, 2017 or 2017~ for “about”")),
		v.Form.Text("language", c.T("Language")).Short().Optional().Hint(c.T("“ru”, “en”")),
		v.Form.Text("how", c.T("How it came to us")).Optional(),
		v.Form.Text("consent", c.T("Consent")).Optional().Hint(c.T("Where it is written down, for what a person said.")),
		v.Form.Area("words", c.T("The text")).Rows(10).Optional().Hint(c.T("What a person said is sealed for the documenters.")),
	}
	return v, nil
}

func (r *Room) newItem(c *ui.Context) error {
	v, err := r.itemForm(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) addItem(c *ui.Context) error {
	i := record.Item{Source: c.Need("source", "Choose the source."), Title: c.Text("title"), Material: record.Material(c.Text("material")), Language: c.Text("language"),
		Dated: edtf.Date(c.Text("dated")), How: c.Text("how"), Consent: c.Text("consent"), Words: c.Text("words")}
	err := c.Wrong()
	if err == nil {
		i, err = r.Archive.AddItem(c.Context(), c.Actor, i)
	}
	if again(err) {
		v, ferr := r.itemForm(c, c.Form(err))
		if ferr != nil {
			return ferr
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/items/"+i.ID, "record.item")
}

func (r *Room) itemPage(c *ui.Context, f page.Form) (itemView, error) {
	p, err := r.Archive.Item(c.Context(), c.Actor, c.ID("item"))
	if err != nil {
		return itemView{}, err
	}
	incidents, err := r.Archive.Incidents(c.Context(), c.Actor)
	if err != nil {
		return itemView{}, err
	}
	frame := c.Frame(p.Item.Title)
	if f.Values != nil {
		frame.Form = f
	}
	v := newItem(frame, p, incidents, documenter(c))
	if f.Values == nil {
		v.begin(p, c.R.URL.Query().Get("take"), c.R.URL.Query().Get("after"))
	}
	return v, nil
}

func (r *Room) item(c *ui.Context) error {
	v, err := r.itemPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "item", v)
}

// claimOf reads the claim form; act and unit follow from what is counted.
func claimOf(c *ui.Context) record.Claim {
	k := record.Claim{ID: c.Text("id"), Item: c.ID("item"), Incident: c.Text("incident"), Status: record.Status(c.Text("status")), Verbatim: c.Text("verbatim"), Translation: c.Text("translation"),
		Hand: record.Hand(c.Text("hand")), Asserted: edtf.Date(c.Text("asserted")), Counted: edtf.Date(c.Text("counted")), Perpetrator: c.Text("perpetrator"), Population: c.Text("population"), Unit: record.Unit(c.Text("unit"))}
	for _, a := range record.Acts() {
		if a.Status() == k.Status {
			k.Act = a
		}
	}
	if word := count.Word(c.Text("bound")); word != "" {
		k.Counts = true
		value, ok := c.Int("value")
		if !ok && word != count.Unknown && c.Text("value") == "" {
			c.Bad("value", "Write how many, or choose “number unknown”.")
		}
		to, _ := c.Int("to")
		k.Bound = count.Bound{Word: word, Value: value, To: to}
	} else if c.Text("value") != "" {
		c.Bad("bound", "Say how the number is meant: exactly, about, at least …")
	}
	return k
}

func (r *Room) addClaim(c *ui.Context) error {
	k := claimOf(c)
	err := c.Wrong()
	if err == nil {
		k, err = r.Archive.AddClaim(c.Context(), c.Actor, k)
	}
	if again(err) {
		v, verr := r.itemPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "item", v)
	}
	if err != nil {
		return err
	}
	if c.Text("then") == "more" {
		return c.See("/record/items/"+k.Item+"?after="+k.ID, "record.claim")
	}
	return c.See("/record/claims/"+k.ID, "record.claim")
}

func (r *Room) claimPage(c *ui.Context, f page.Form) (claimView, error) {
	p, err := r.Archive.Claim(c.Context(), c.Actor, c.ID("claim"))
	if err != nil {
		return claimView{}, err
	}
	n, err := r.names(c.Context())
	if err != nil {
		return claimView{}, err
	}
	frame := c.Frame(c.T(p.Claim.Status.Label()) + ": " + says(c.Words, p.Claim.Claim))
	if f.Values != nil {
		frame.Form = f
	}
	return newClaim(frame, p, n, documenter(c)), nil
}

func (r *Room) claim(c *ui.Context) error {
	v, err := r.claimPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "claim", v)
}

// judged answers a small form of the claim's page.
func (r *Room) judged(c *ui.Context, err error, notice string) error {
	if again(err) {
		v, verr := r.claimPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "claim", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/claims/"+c.ID("claim"), notice)
}

func (r *Room) judge(c *ui.Context) error {
	n, err := strconv.Atoi(c.Text("credibility"))
	if err != nil {
		n = 0 // refused by the rules with a sentence of their own
	}
	return r.judged(c, r.Archive.Judge(c.Context(), c.Actor, record.Judgement{Claim: c.ID("claim"), Credibility: n, Standing: record.Standing(c.Text("standing")), Reason: c.Text("reason")}), "record.judged")
}

func (r *Room) tie(c *ui.Context) error {
	return r.judged(c, r.Archive.Link(c.Context(), c.Actor, record.Link{From: c.ID("claim"), Kind: record.LinkKind(c.Text("kind")), To: c.Text("to"), Reason: c.Text("tiereason")}), "record.tied")
}
