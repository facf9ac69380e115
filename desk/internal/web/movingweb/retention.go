package movingweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// retentionView is the dry run of erasure.
type retentionView struct {
	ui.Frame
	Policy string
	Set    []page.Field // of a security officer
	Cases  []keptCase
	Sums   ui.Table
	More   bool
}

// keptCase is one case with its day of erasure.
type keptCase struct {
	Title string
	Badge page.Badge
	Facts []page.Fact
	Holds []keptHold
	Hold  *holdForm
	Erase string // where the actor erases it; empty: they cannot
}

type keptHold struct {
	Text       string
	Agree, End string
}

type holdForm struct {
	Action string
	Hidden []ui.Hidden
	Fields []page.Field
	Open   bool // something of it is wrong
}

func partWord(kind string) string {
	switch kind {
	case "party":
		return i18n.Key("people")
	case "leg", "step":
		return i18n.Key("legs and steps")
	case "note", "followup", "contact":
		return i18n.Key("notes and what happened")
	case "consent", "form", "bridge":
		return i18n.Key("consents, papers, bridges")
	case "cost":
		return i18n.Key("costs")
	case "paper":
		return i18n.Key("documents")
	case "expertise":
		return i18n.Key("opinions of experts, tied or untied")
	case "keys":
		return i18n.Key("keys, without which the rest is noise")
	case "clocks", "checkin", "alerts":
		return i18n.Key("check-ins and alerts")
	case "entries":
		return i18n.Key("entries of the ledger, of which only the digests stay")
	}
	return i18n.Key("assessments, plans and other sheets")
}

// parts says what would go, in a few numbers.
func parts(w i18n.Words, all map[string]int) string {
	sums := map[string]int{}
	var order []string
	for _, kind := range []string{"party", "consent", "form", "bridge", "expertise", "paper", "leg", "step", "note", "followup", "contact", "cost", "clocks", "checkin", "alerts", "triage", "risk", "check", "plan", "turn", "closure", "hold", "keys", "entries"} {
		if all[kind] == 0 {
			continue
		}
		p := partWord(kind)
		if sums[p] == 0 {
			order = append(order, p)
		}
		sums[p] += all[kind]
	}
	var out []string
	for _, p := range order {
		out = append(out, strconv.Itoa(sums[p])+" "+w.T(p))
	}
	return strings.Join(out, "; ")
}

func viewRetention(f ui.Frame, e cases.Erasures, me staff.Member, names map[string]string) retentionView {
	w := f.Words
	v := retentionView{Frame: f, More: e.More, Policy: w.T("Nothing is erased by itself: on its day a case waits for a person's yes.")}
	if e.Set.Auto {
		v.Policy = w.N("A case is erased by itself %d day after its day, unless it is held; a member to whom it is assigned must be signed in.", "A case is erased by itself %d days after its day, unless it is held; a member to whom it is assigned must be signed in.", e.Set.Grace)
	}
	if me.Roles.Has(staff.Security) {
		auto := "no"
		if e.Set.Auto {
			auto = "yes"
		}
		v.Set = []page.Field{f.Form.Radios("auto", w.T("When the day of a case has come"), []page.Option{{Value: "no", Label: w.T("it waits for a person's yes")}, {Value: "yes", Label: w.T("it is erased by itself, after the days below")}}).Or(auto),
			f.Form.Text("grace", w.T("Days in which somebody can still object")).Short().Or(strconv.Itoa(e.Set.Grace))}
	}
	for _, p := range e.Proposals {
		v.Cases = append(v.Cases, keptOf(f, p, me, names))
	}
	v.Sums = ui.Table{Words: w, Caption: w.T("What stays of erased cases"), Columns: []ui.Column{{Label: w.T("Closed in")}, {Label: w.T("Last state")}, {Label: w.T("Safe at the end")}, {Label: w.T("Cases"), Numeric: true}, {Label: w.T("People"), Numeric: true}, {Label: w.T("Minors"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("No case was erased yet."), Text: w.T("Of each that goes, only its part in these sums stays. Numbers below five are not shown.")}}
	for _, s := range e.Remnants {
		safe := w.T("no, or not known")
		if s.Safe {
			safe = w.T("yes")
		}
		v.Sums.Rows = append(v.Sums.Rows, ui.Row{Cells: []ui.Cell{{Text: s.Year}, {Text: w.T(endWord(s.State))}, {Text: safe}, {Text: few(w, s.Cases)}, {Text: few(w, s.People)}, {Text: few(w, s.Minors)}}})
	}
	return v
}

func endWord(s cases.State) string {
	switch s {
	case cases.Closed:
		return i18n.Key("Closed")
	case cases.Declined:
		return i18n.Key("Declined")
	case cases.Referred:
		return i18n.Key("Referred")
	case cases.Deceased:
		return i18n.Key("Deceased")
	}
	return i18n.Key("Withdrawn")
}

// few hides a number by which somebody could be told from others.
func few(w i18n.Words, n int) string {
	if n > 0 && n < 5 {
		return w.T("fewer than 5")
	}
	return w.Number(int64(n))
}

func keptOf(f ui.Frame, p cases.Proposal, me staff.Member, names map[string]string) keptCase {
	w := f.Words
	k := keptCase{Title: w.T("Case %s", p.File.Pseudonym), Badge: page.Badge{Text: w.T("its day has not come")}}
	switch {
	case p.Held:
		k.Badge = page.Badge{Text: w.T("held: nothing is erased"), Tone: page.Accent}
	case p.Due:
		k.Badge = page.Badge{Text: w.T("its day has come"), Tone: page.Danger}
	}
	k.Facts = []page.Fact{{Term: w.T("To be erased by"), Text: w.Day(p.File.EraseBy)}}
	if p.Auto != "" {
		k.Facts = append(k.Facts, page.Fact{Term: w.T("Goes by itself on"), Text: w.Day(p.Auto)})
	}
	k.Facts = append(k.Facts, page.Fact{Term: w.T("What would go"), Text: parts(w, p.Parts)}, page.Fact{Term: w.T("What would stay"), Text: w.T("its part in the sums below; what was handed to the record, without a way back")})
	base := "/retention/" + p.File.ID
	for _, h := range p.Holds {
		if !h.Keeps(f.Now) {
			continue
		}
		x := keptHold{Text: w.T("Held until %s, asked by %s.", w.Day(h.Until), names[h.By])}
		if h.Second == "" {
			x.Text += " " + w.T("A second person must agree, or it falls after a week.")
			if h.By != me.ID {
				x.Agree = base + "/holds/" + h.ID + "/agree"
			}
		} else {
			x.Text += " " + w.T("Agreed by %s.", names[h.Second])
		}
		if h.By != me.ID || h.Second == "" {
			x.End = base + "/holds/" + h.ID + "/end"
		}
		k.Holds = append(k.Holds, x)
	}
	if p.Mine {
		form := f.Form
		if form.Failed() && len(form.Values["case"]) > 0 && form.Values["case"][0] != p.File.ID {
			form = page.Form{Words: w}
		}
		fields := []page.Field{form.Text("reason", w.T("Why must it not be erased?")), form.Date("until", w.T("Until when?"))}
		for i := range fields {
			fields[i].ID += "-" + p.File.ID
		}
		k.Hold = &holdForm{base + "/hold", []ui.Hidden{{Name: "hold", Value: ids.New("hold")}, {Name: "case", Value: p.File.ID}}, fields, form.Failed()}
		if !p.Held {
			k.Erase = "/cases/" + p.File.ID + "/erase"
		}
	}
	return k
}

func (r *Room) retentionPage(c *ui.Context, f page.Form) (retentionView, error) {
	e, err := r.Book.Erasures(c.Context(), c.Actor)
	if err != nil {
		return retentionView{}, err
	}
	names, err := r.Names(c.Context())
	frame := c.Frame(c.T("What is erased when"))
	frame.Form = f
	return viewRetention(frame, e, c.Actor.Member, names), err
}

func (r *Room) retention(c *ui.Context) error {
	v, err := r.retentionPage(c, page.Form{Words: c.Words})
	if err != nil {
		return err
	}
	return c.Render(pages, "retention", v)
}

// kept goes on after a change of retention, or shows the page again with what is wrong.
func (r *Room) kept(c *ui.Context, err error) error {
	if err == nil {
		return c.See("/retention", "moving.retention")
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	v, ferr := r.retentionPage(c, c.Form(err))
	if ferr != nil {
		return ferr
	}
	return c.Invalid(pages, "retention", v)
}

func (r *Room) setRetention(c *ui.Context) error {
	n, ok := c.Int("grace")
	if err := c.Wrong(); err != nil || !ok {
		if err == nil {
			err = fault.Bad("grace", i18n.Key("Write a whole number, such as 12."))
		}
		return r.kept(c, err)
	}
	return r.kept(c, r.Book.SetRetention(c.Context(), c.Actor, cases.Retention{Auto: c.Text("auto") == "yes", Grace: int(n)}))
}

func (r *Room) askHold(c *ui.Context) error {
	h := cases.Hold{Reason: c.Text("reason"), Until: clock.Day(c.Text("until"))}
	return r.kept(c, r.Book.AskHold(c.Context(), c.Actor, c.ID("case"), c.Text("hold"), h))
}

func (r *Room) agreeHold(c *ui.Context) error {
	return r.kept(c, r.Book.AgreeHold(c.Context(), c.Actor, c.ID("case"), c.ID("hold")))
}

func (r *Room) endHold(c *ui.Context) error {
	return r.kept(c, r.Book.EndHold(c.Context(), c.Actor, c.ID("case"), c.ID("hold")))
}
