package caseweb

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// board lists the actor's cases: by what stands in the address, or by a view that
// the actor keeps. Words that are looked for never stand in an address.
func (r *Room) board(c *ui.Context) error {
	f, view := filterOf(c), cases.View{}
	if id := c.Text("view"); id != "" {
		var err error
		if view, err = r.Book.View(c.Context(), c.Actor, id); err != nil {
			return err
		}
		order, desc, n := f.Order, f.Desc, f.Page
		f = view.Filter
		if c.Text("sort") != "" {
			f.Order, f.Desc = order, desc
		}
		f.Page = n
	}
	l, err := r.Book.Board(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	b := boardPage{Listing: l, Filter: f, View: view, NewView: ids.New("view"), NewNote: ids.New("note")}
	if b.Views, err = r.Book.Views(c.Context(), c.Actor); err != nil {
		return err
	}
	if _, b.Members, err = r.names(c.Context()); err != nil {
		return err
	}
	frame := c.Frame(c.T("My cases"))
	frame.Form.Values = c.R.URL.Query()
	return c.Render(pages, "blocks", boardView(frame, b))
}

// filterOf reads a filter from the address or the form.
func filterOf(c *ui.Context) cases.Filter {
	n, _ := c.Int("page")
	return cases.Filter{Show: cases.Show(c.Text("show")), State: cases.State(c.Text("state")), Level: cases.Level(c.Text("level")), Priority: cases.Priority(c.Text("priority")),
		Todo: c.Text("todo"), Order: cases.Sorting(c.Text("sort")), Desc: c.Has("desc", "1"), Page: int(n)}
}

// boardPage is what the list is drawn from.
type boardPage struct {
	cases.Listing
	Filter           cases.Filter
	View             cases.View   // the one that is shown; empty: none
	Views            []cases.View // the actor's own
	Members          []staff.Member
	NewView, NewNote string // ids for what its forms make
}

// search asks for words by POST: what is looked for must not stand in an address.
func (r *Room) search(c *ui.Context) error {
	asked := c.Text("q")
	f := c.Frame(c.T("Search my cases"))
	f.Form.Values = c.R.PostForm
	rows, err := r.Book.Search(c.Context(), c.Actor, asked)
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", foundView(f, rows, asked, ids.New("view")))
}

// keepView keeps the filter that its form carries.
func (r *Room) keepView(c *ui.Context) error {
	f := filterOf(c)
	f.Words = c.Text("q")
	v := cases.View{ID: c.Text("id"), Name: c.Text("name"), Filter: f}
	err := r.Book.KeepView(c.Context(), c.Actor, v)
	if !invalid(err) {
		return r.done(c, err, "/cases?view="+url.QueryEscape(v.ID), "view.kept")
	}
	frame := c.Frame(c.T("Keep this filter"))
	frame.Form = c.Form(err)
	return c.Invalid(pages, "blocks", blocksView{Frame: frame, Head: head{Title: c.T("Keep this filter"), Tabs: ui.ProtectionTabs(c.Words, "/cases")}, Main: []Block{keepForm(frame, f, v.ID)}})
}

func (r *Room) dropView(c *ui.Context) error {
	return r.done(c, r.Book.DropView(c.Context(), c.Actor, c.ID("view")), "/cases", "view.dropped")
}

// several does the same to the cases that were chosen. What was refused is shown
// case by case; to send the form again changes nothing more.
func (r *Room) several(c *ui.Context) error {
	act := cases.Act{Deed: cases.Deed(c.Text("deed")), Member: c.Text("member"), Words: c.Text("words"), ID: c.Text("id")}
	all, err := r.Book.Several(c.Context(), c.Actor, c.Values("case"), act)
	f := c.Frame(c.T("With the chosen cases"))
	left := c.Values("case")
	if err == nil {
		left = nil
		for _, o := range all {
			if o.Problem != nil {
				left = append(left, o.Case)
			}
		}
		if len(left) == 0 {
			return c.See("/cases", "several.done")
		}
	} else if !invalid(err) {
		return err
	}
	_, members, nerr := r.names(c.Context())
	if nerr != nil {
		return nerr
	}
	f.Form = c.Form(err)
	again := batchForm(f, members, act.ID)
	for _, id := range left {
		again.Hidden = append(again.Hidden, ui.Hidden{Name: "case", Value: id})
	}
	if err == nil {
		v := outcomesView(f, all)
		v.Main = append(v.Main, Block{Title: f.T("Try the others again"), Form: again})
		return c.Invalid(pages, "blocks", v)
	}
	return c.Invalid(pages, "blocks", blocksView{Frame: f, Head: head{Title: f.Title, Tabs: ui.ProtectionTabs(c.Words, "/cases")}, Main: []Block{{Form: again, Note: f.N("%d case is chosen", "%d cases are chosen", len(c.Values("case")))}}})
}

// outcomesView tells case by case what became of a deed.
func outcomesView(f ui.Frame, all []cases.Outcome) blocksView {
	t := &ui.Table{Words: f.Words, Caption: f.T("What became of each case"), Columns: []ui.Column{{Label: f.T("Case")}, {Label: f.T("What was done")}}}
	for _, o := range all {
		row := ui.Row{Href: "/cases/" + o.Case, Cells: []ui.Cell{{Text: o.Pseudonym}, {Text: f.T("done")}}}
		switch {
		case o.Problem != nil:
			row.Cells[1].Text = f.T(o.Problem.Message, o.Problem.Args...)
			row.Cells[1].Badge = &page.Badge{Text: f.T("not done"), Tone: page.Accent}
		case o.Same:
			row.Cells[1].Text = f.T("it was so already")
		}
		if o.Pseudonym == "" {
			row.Href, row.Cells[0].Text = "", "—"
		}
		t.Rows = append(t.Rows, row)
	}
	return blocksView{Frame: f, Head: head{Title: f.Title, Tabs: ui.ProtectionTabs(f.Words, "/cases")}, Main: []Block{{Note: f.T("Some could not be done. The others are done."), Table: t, Links: []Link{{f.T("My cases"), "/cases"}}}}}
}

func batchForm(f ui.Frame, members []staff.Member, note string) *Inline {
	var people []page.Option
	for _, m := range members {
		if m.Roles.Has(staff.Caseworker) {
			people = append(people, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	return &Inline{Words: f.Words, Action: "/cases/several", Button: f.T("Do it in each chosen case"), Hidden: []ui.Hidden{{Name: "id", Value: note}}, Fields: []page.Field{
		f.Form.Radios("deed", f.T("What?"), []page.Option{
			{Value: string(cases.DeedAssign), Label: f.T("Assign a colleague")},
			{Value: string(cases.DeedTake), Label: f.T("Take a colleague off"), Hint: f.T("The keys are changed. The last one on a case stays.")},
			{Value: string(cases.DeedNote), Label: f.T("Keep the same note in each")}}),
		f.Form.Select("member", f.T("Which colleague?"), none(f.Words, f.T("Nobody chosen"), people)).Optional(),
		f.Form.Area("words", f.T("The note")).Rows(2).Optional(),
	}}
}

// keepForm keeps a filter under a name. It carries the filter itself.
func keepForm(f ui.Frame, x cases.Filter, id string) Block {
	in := &Inline{Words: f.Words, Action: "/cases/views", Button: f.T("Keep this filter"), Hidden: []ui.Hidden{{Name: "id", Value: id}},
		Fields: []page.Field{f.Form.Text("name", f.T("Name of the filter")).Hint(f.T("Sealed to you alone, with what is looked for."))}}
	values := filterValues(x)
	for _, k := range slices.Sorted(maps.Keys(values)) {
		in.Hidden = append(in.Hidden, ui.Hidden{Name: k, Value: values.Get(k)})
	}
	if x.Words != "" {
		in.Hidden = append(in.Hidden, ui.Hidden{Name: "q", Value: x.Words})
	}
	return Block{Title: f.T("Keep this filter"), Form: in}
}

// filterValues are the parts of a filter that may stand in an address: codes alone.
func filterValues(x cases.Filter) url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"show": string(x.Show), "state": string(x.State), "level": string(x.Level), "priority": string(x.Priority), "todo": x.Todo, "sort": string(x.Order)} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if x.Desc {
		v.Set("desc", "1")
	}
	return v
}

func boardOptions(w i18n.Words) []page.Option {
	return []page.Option{{Value: "", Label: w.T("Open cases")}, {Value: "risk", Label: w.T("Late or at risk")}, {Value: "way", Label: w.T("On the way")}, {Value: "shelter", Label: w.T("In a place")}, {Value: "all", Label: w.T("All, closed too")}}
}

func orderOptions(w i18n.Words) []page.Option {
	return []page.Option{{Value: "", Label: w.T("Who needs somebody first")}, {Value: string(cases.ByCode), Label: w.T("Code")}, {Value: string(cases.ByLevel), Label: w.T("Risk")}, {Value: string(cases.ByPeople), Label: w.T("People")},
		{Value: string(cases.BySign), Label: w.T("Next sign of life")}, {Value: string(cases.ByOpened), Label: w.T("Opened")}, {Value: string(cases.ByReview), Label: w.T("Risk to be judged again")}}
}

// todoOptions are what a case can wait for.
func todoOptions(w i18n.Words) []page.Option {
	var all []page.Option
	for _, t := range cases.Todos() {
		x := cases.Todo{What: t, Missing: 1}
		if t == "approve-plan" {
			x.What, x.Item = "approve", "plan"
		}
		all = append(all, page.Option{Value: t, Label: todoWord(w, x)})
	}
	return all
}

func boardFilter(f ui.Frame, x cases.Filter) *ui.Filter {
	any := f.T("any of them")
	sel := func(name, label, value string, all []page.Option) page.Field {
		return f.Form.Select(name, label, all).Or(value)
	}
	return &ui.Filter{Words: f.Words, Action: "/cases", Active: len(filterValues(x)) > 0, Fields: []page.Field{
		sel("show", f.T("Show"), string(x.Show), boardOptions(f.Words)),
		sel("state", f.T("State"), string(x.State), none(f.Words, any, options(f.Words, cases.AllStates(), stateWord))),
		sel("level", f.T("Risk"), string(x.Level), none(f.Words, any, options(f.Words, cases.AllLevels(), levelWord))),
		sel("priority", f.T("How urgent"), string(x.Priority), none(f.Words, any, options(f.Words, cases.AllPriorities(), priorityWord))),
		sel("todo", f.T("What it waits for"), x.Todo, none(f.Words, any, todoOptions(f.Words))),
		sel("sort", f.T("Sort by"), string(x.Order), orderOptions(f.Words)),
	}}
}

func caseTable(f ui.Frame, rows []cases.Row) *ui.Table {
	t := &ui.Table{Words: f.Words, Caption: f.T("Cases"), Base: "/cases",
		Columns: []ui.Column{{Label: f.T("Case"), Key: string(cases.ByCode)}, {Label: f.T("State"), Key: string(cases.ByLevel)}, {Label: f.T("People"), Key: string(cases.ByPeople)}, {Label: f.T("What is next")}, {Label: f.T("How long")}, {Label: f.T("Next sign of life"), Key: string(cases.BySign)}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, boardRow(f, r))
	}
	return t
}

func searchForm(f ui.Frame) Block {
	return Block{Title: f.T("Search"), Form: &Inline{Words: f.Words, Action: "/cases/search", Button: f.T("Search"),
		Fields: []page.Field{f.Form.Text("q", f.T("A code, a name in any spelling, a contact, a word of a note")).Hint(f.T("Only your own cases are looked through."))}}}
}

func boardView(f ui.Frame, b boardPage) blocksView {
	t := caseTable(f, b.Rows)
	t.Sort, t.Desc, t.Pick = string(b.Filter.Order), b.Filter.Desc, "case"
	at := filterValues(b.Filter)
	if b.View.ID != "" {
		at = url.Values{"view": {b.View.ID}}
		if b.Filter.Order != b.View.Filter.Order || b.Filter.Desc != b.View.Filter.Desc {
			for k, v := range filterValues(cases.Filter{Order: b.Filter.Order, Desc: b.Filter.Desc}) {
				at[k] = v
			}
		}
	}
	t.Base = "/cases?" + at.Encode()
	t.Empty = ui.Empty{Title: f.T("No case here."), Text: f.T("A case appears when a request becomes one and you are assigned to it. Nobody else can see it."), Href: "/cases/new", Action: f.T("Open a case")}
	t.Total = f.N("%d case shown", "%d cases shown", len(b.Rows)) + " · " + f.N("%d in all", "%d in all", b.Mine)
	v := blocksView{Frame: f, Head: head{Title: f.T("My cases")}}
	v.Head.Tabs = ui.ProtectionTabs(f.Words, "/cases")
	if b.Late > 0 {
		v.Head.Alarm = []Line{{Text: f.N("%d check-in is late or missed", "%d check-ins are late or missed", b.Late), Href: "/alerts", Danger: true}}
	}
	main := Block{Table: t, Links: []Link{{f.T("Open a case"), "/cases/new"}}}
	if len(b.Rows) > 0 {
		main.Batch = batchForm(f, b.Members, b.NewNote)
	}
	for _, p := range []struct {
		ok    bool
		n     int
		label string
	}{{b.Page > 0, b.Page - 1, f.T("The page before")}, {b.More, b.Page + 1, f.T("The next page")}} {
		if p.ok {
			at.Set("page", strconv.Itoa(p.n))
			main.Links = append(main.Links, Link{p.label, "/cases?" + at.Encode()})
		}
	}
	mine := Block{Title: f.T("My filters")}
	for _, x := range b.Views {
		mine.Todo = append(mine.Todo, Line{Text: x.Name, Href: "/cases?view=" + x.ID})
	}
	switch {
	case b.View.ID != "":
		main.Title = f.T("Filter: %s", b.View.Name)
		mine.Form = &Inline{Words: f.Words, Action: "/cases/views/" + b.View.ID + "/drop", Button: f.T("Throw away “%s”", b.View.Name)}
	default:
		v.Filter = boardFilter(f, b.Filter)
	}
	v.Main = []Block{main}
	if len(mine.Todo) > 0 {
		v.Main = []Block{mine, main}
	}
	v.Main = append(v.Main, searchForm(f))
	if b.View.ID == "" && len(filterValues(b.Filter)) > 0 {
		v.Main = append(v.Main, keepForm(f, b.Filter, b.NewView))
	}
	return v
}

func foundView(f ui.Frame, rows []cases.Row, asked, id string) blocksView {
	t := caseTable(f, rows)
	for i := range t.Columns {
		t.Columns[i].Key = "" // what was looked for is in no address that a link could sort
	}
	t.Empty = ui.Empty{Title: f.T("Nothing was found."), Text: f.T("Try another spelling, a part of the name, or some digits of a number. Cases of colleagues are never found."), Href: "/cases", Action: f.T("My cases")}
	t.Total = f.N("%d case shown", "%d cases shown", len(rows))
	v := blocksView{Frame: f, Head: head{Title: f.T("Search my cases"), Tabs: ui.ProtectionTabs(f.Words, "/cases")}}
	v.Main = []Block{searchForm(f), {Table: t}}
	if asked != "" {
		v.Main = append(v.Main, keepForm(f, cases.Filter{Show: cases.ShowAll, Words: asked}, id))
	}
	return v
}

func boardRow(f ui.Frame, r cases.Row) ui.Row {
	state := page.Badge{Text: f.T(stateWord(r.State)), Tone: stateTone(r.State)}
	row := ui.Row{Href: "/cases/" + r.ID, Cells: []ui.Cell{{Text: r.Pseudonym, Sub: f.T(priorityWord(r.Priority))}, {Badge: &state}, {Text: strconv.Itoa(r.People)}, {Text: "—"}, {}, {}}, Pick: r.ID}
	if r.Level != cases.LevelUnknown {
		row.Cells[1].Sub = f.T(levelWord(r.Level))
	}
	if r.People == 0 {
		row.Cells[2].Text = f.T("nobody noted yet")
	}
	if !r.CheckIn.IsZero() {
		row.Cells[5].Text = f.Date(r.CheckIn)
	}
	if r.Todo == "" {
		return row
	}
	todo := cases.Todo{What: r.Todo, Missing: r.Missing}
	if r.Todo == "approve-plan" {
		todo.What, todo.Item = "approve", "plan"
	}
	row.Cells[3].Text = todoWord(f.Words, todo)
	if r.Todos > 1 {
		row.Cells[3].Sub = f.N("and %d more thing", "and %d more things", r.Todos-1)
	}
	if !r.Due.IsZero() {
		row.Cells[4].Left = &page.TimeLeft{Words: f.Words, Due: r.Due, Now: f.Now, Danger: r.Danger}
	}
	if r.Danger {
		row.Tone = page.Danger
	}
	return row
}
