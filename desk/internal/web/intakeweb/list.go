package intakeweb

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type listView struct {
	ui.Frame
	Views     ui.Tabs
	Filter    ui.Filter
	Table     ui.Table
	Load      ui.Table
	Asked     []link // drafts that wait for this member's yes
	Mine      []mineView
	Query     string // of this list, to be kept as a view
	CanKeep   bool
	ViewName  page.Field
	Troubled  []trouble
	Alarms    []alarmLine
	CanCall   bool
	CanRule   bool // may see how long conversations are kept, and which channels need two people
	HandOver  *page.Field
	Me        string
	MineCount int
	Late      int
}

type link struct{ Href, Text string }

type mineView struct{ Name, Href string }

type trouble struct {
	ID, Day, Why string
}

// shelves are the views that every member has. The first four parts are whole:
// each conversation stands in exactly one of them, so their counts add up to all.
func shelves(w i18n.Words) []shelf {
	open := func(t intake.Thread) bool { return !t.IsAside() && t.State() != intake.Closed }
	waits := func(t intake.Thread) bool { return open(t) && !t.Due().IsZero() }
	return []shelf{
		{"waits", w.T("Waits for us"), waits},
		{"theirs", w.T("Their turn"), func(t intake.Thread) bool { return open(t) && t.Due().IsZero() }},
		{"aside", w.T("Set aside"), func(t intake.Thread) bool { return t.IsAside() }},
		{"closed", w.T("Closed"), func(t intake.Thread) bool { return !t.IsAside() && t.State() == intake.Closed }},
		{"all", w.T("All"), func(intake.Thread) bool { return true }},
	}
}

type shelf struct {
	key, label string
	has        func(intake.Thread) bool
}

// query is what a list shows: a view, filters and an order, all in the address.
// Nothing in it comes from a conversation.
type query struct {
	view, channel, lang, urgency, with, sort string
	desc                                     bool
}

func readQuery(v url.Values) query {
	q := query{view: v.Get("view"), channel: v.Get("channel"), lang: v.Get("lang"), urgency: v.Get("urgency"), with: v.Get("with"), sort: v.Get("sort"), desc: v.Get("desc") != ""}
	if q.view == "" {
		q.view = "waits"
	}
	return q
}

// encode writes the query without what stands in every list anyway.
func (q query) encode() string {
	v := url.Values{}
	for k, x := range map[string]string{"view": q.view, "channel": q.channel, "lang": q.lang, "urgency": q.urgency, "with": q.with, "sort": q.sort} {
		if x != "" && (k != "view" || x != "waits") {
			v.Set(k, x)
		}
	}
	if q.desc {
		v.Set("desc", "1")
	}
	return v.Encode()
}

func (q query) href() string {
	if e := q.encode(); e != "" {
		return "/requests?" + e
	}
	return "/requests"
}

const (
	nobody = "-"      // the filter "with": nobody has it
	unsaid = "unsaid" // the filter "urgency": they did not say
)

// filters reports whether something is left out besides the view.
func (q query) filters() bool {
	return q.channel != "" || q.lang != "" || q.urgency != "" || q.with != ""
}

func (q query) passes(t intake.Thread) bool {
	with, urgency := t.Assignee, string(t.Urgency)
	if with == "" {
		with = nobody
	}
	if urgency == "" {
		urgency = unsaid
	}
	return (q.channel == "" || q.channel == t.Channel) && (q.lang == "" || q.lang == t.Lang) && (q.urgency == "" || q.urgency == urgency) && (q.with == "" || q.with == with)
}

// order sorts by a column; the inbox's own order breaks ties and stands when no column is chosen.
func (q query) order(names, channels map[string]string) func(a, b intake.Thread) int {
	by := map[string]func(a, b intake.Thread) int{
		"arrived": func(a, b intake.Thread) int { return a.Arrived.Compare(b.Arrived) },
		"channel": func(a, b intake.Thread) int { return strings.Compare(channels[a.Channel], channels[b.Channel]) },
		"lang":    func(a, b intake.Thread) int { return strings.Compare(a.Lang, b.Lang) },
		"files":   func(a, b intake.Thread) int { return cmp.Compare(a.Files, b.Files) },
		"with":    func(a, b intake.Thread) int { return strings.Compare(names[a.Assignee], names[b.Assignee]) },
		"left":    func(a, b intake.Thread) int { return dueOrder(a.Due(), b.Due()) },
	}[q.sort]
	return func(a, b intake.Thread) int {
		if by != nil {
			if n := by(a, b); n != 0 {
				if q.desc {
					return -n
				}
				return n
			}
		}
		return intake.Order(a, b)
	}
}

// dueOrder puts what does not wait last.
func dueOrder(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}

func (r *Room) list(c *ui.Context) error {
	v, err := r.listView(c)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", v)
}

func (r *Room) listView(c *ui.Context) (listView, error) {
	threads, err := r.Inbox.List(c.Context(), c.Actor)
	if err != nil {
		return listView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return listView{}, err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return listView{}, err
	}
	v := listView{Frame: c.Frame(c.T("Requests")), CanCall: c.Actor.Roles.Has(staff.Intake), CanRule: c.Actor.Roles.Any(staff.Intake, staff.Security)}
	v.fill(c.Words, threads, readQuery(c.R.URL.Query()), channels, names, c.Actor.ID, c.Now())
	if err := r.mark(c, &v.Table); err != nil {
		return v, err
	}
	if v.Alarms, err = r.raised(c, threads, names); err != nil {
		return v, err
	}
	return v, r.around(c, &v)
}

// around adds what stands beside the list: own views, drafts that wait, troubles, the hand-over.
func (r *Room) around(c *ui.Context, v *listView) error {
	mine, err := r.Inbox.MyViews(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, x := range mine {
		v.Mine = append(v.Mine, mineView{x.Name, readQuery(parse(x.Query)).href()})
	}
	asked, err := r.Inbox.Asked(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, d := range asked {
		v.Asked = append(v.Asked, link{"/requests/" + d.Thread + "#drafts", c.T("An answer waits for your yes, since %s", c.Date(d.At))})
	}
	colleagues, err := r.Colleagues(c.Context())
	if err != nil {
		return err
	}
	options := memberOptions(colleagues, func(m staff.Member) bool { return m.ID != c.Actor.ID && m.Roles.Has(staff.Intake) })
	if v.MineCount > 0 && len(options) > 0 {
		f := v.Form.Select("member", c.T("Colleague"), options)
		v.HandOver = &f
	}
	if !c.Actor.Roles.Any(staff.Intake, staff.Security) {
		return nil
	}
	bad, err := r.Inbox.Troubled(c.Context(), c.Actor)
	for _, a := range bad {
		v.Troubled = append(v.Troubled, trouble{ID: a.ID[:8], Day: c.Words.Day(a.Day), Why: c.T(a.Trouble)})
	}
	return err
}

func parse(q string) url.Values {
	v, err := url.ParseQuery(q)
	if err != nil {
		return nil // a view that cannot be read shows the list without filters
	}
	return v
}

// fill draws the list itself.
func (v *listView) fill(w i18n.Words, threads []intake.Thread, q query, channels, names map[string]string, me string, now time.Time) {
	v.Form = page.Form{Words: w, Values: parse(q.encode())}
	v.Query, v.CanKeep, v.Me = q.encode(), true, me
	v.ViewName = v.Form.Text("view-name", w.T("Name of the view"))
	v.Keys = []ui.Key{{Key: "p", Label: w.T("write down a phone call")}, {Key: "m", Label: w.T("what I have")}}
	v.Views = ui.Tabs{Label: w.T("Views of the inbox")}
	var shown []intake.Thread
	for _, s := range shelves(w) {
		to := q
		to.view = s.key
		item := ui.Item{Label: s.label, Path: to.href(), Current: s.key == q.view}
		for _, t := range threads {
			if s.has(t) && q.passes(t) {
				item.Count++
				if s.key == q.view {
					shown = append(shown, t)
				}
			}
		}
		v.Views.Items = append(v.Views.Items, item)
	}
	for _, t := range threads {
		if t.Assignee == me && me != "" && t.State() != intake.Closed {
			v.MineCount++
		}
	}
	slices.SortStableFunc(shown, q.order(names, channels))
	v.Filter = listFilter(w, v.Form, threads, q, channels, names)
	v.Table = threadTable(w, shown, len(threads), q, channels, names, now)
	v.Load = loadTable(w, intake.Loads(threads, now), names)
}

func listFilter(w i18n.Words, f page.Form, threads []intake.Thread, q query, channels, names map[string]string) ui.Filter {
	langs, with := map[string]string{}, map[string]string{}
	for _, t := range threads {
		langs[t.Lang] = strings.ToUpper(t.Lang)
		if t.Assignee != "" {
			with[t.Assignee] = names[t.Assignee]
		}
	}
	any := func(m map[string]string, more ...page.Option) []page.Option {
		out := []page.Option{{Label: w.T("any")}}
		out = append(out, more...)
		for _, k := range slices.SortedFunc(maps.Keys(m), func(a, b string) int { return strings.Compare(m[a], m[b]) }) {
			if k != "" {
				out = append(out, page.Option{Value: k, Label: m[k]})
			}
		}
		return out
	}
	bar := ui.Filter{Words: w, Action: "/requests", Active: q.filters()}
	view := []page.Option{}
	for _, s := range shelves(w) {
		view = append(view, page.Option{Value: s.key, Label: s.label})
	}
	bar.Fields = []page.Field{
		f.Select("view", w.T("View"), view).Or("waits"),
		f.Select("urgency", w.T("Urgency"), any(nil, page.Option{Value: string(intake.Now), Label: w.T("In danger now")}, page.Option{Value: string(intake.Days), Label: w.T("Within days")},
			page.Option{Value: unsaid, Label: w.T("Did not say")}, page.Option{Value: string(intake.NotNow), Label: w.T("Not now")})),
		f.Select("channel", w.T("Channel"), any(channels)),
		f.Select("lang", w.T("Language"), any(langs)),
		f.Select("with", w.T("With"), any(with, page.Option{Value: nobody, Label: w.T("nobody")})),
	}
	return bar
}

func threadTable(w i18n.Words, threads []intake.Thread, all int, q query, channels, names map[string]string, now time.Time) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Conversations, what waits longest first"), Base: q.href(), Sort: q.sort, Desc: q.desc,
		Columns: []ui.Column{{Label: w.T("Urgency")}, {Label: w.T("Waits for us"), Key: "left"}, {Label: w.T("State")}, {Label: w.T("Channel"), Key: "channel"},
			{Label: w.T("Language"), Key: "lang"}, {Label: w.T("Files"), Key: "files", Numeric: true}, {Label: w.T("With"), Key: "with"}},
		Empty: ui.Empty{Title: w.T("Nothing stands here"), Text: w.T("No conversation is in this view with these filters.")},
		Total: w.T("%s of %s shown", w.Number(int64(len(threads))), w.Number(int64(all)))}
	if all == 0 {
		t.Empty = ui.Empty{Title: w.T("Nothing has arrived yet"), Text: w.T("Messages from the public pages appear here by themselves, a few seconds after somebody has sent them.")}
	}
	for _, th := range threads {
		left := &page.TimeLeft{Words: w, Due: th.Due(), Now: now, Danger: th.Urgency == intake.Now}
		row := ui.Row{Href: "/requests/" + th.ID, Cells: []ui.Cell{
			{Badge: urgencyBadge(w, th.Urgency)}, {Left: left}, {Badge: stateBadge(w, th.State())},
			{Text: channels[th.Channel], Sub: viaName(w, th.Via)}, {Text: strings.ToUpper(th.Lang)}, {Text: strconv.Itoa(th.Files)}, {Text: names[th.Assignee]},
		}}
		if !th.Aside.IsZero() {
			row.Cells[2].Sub = doubtName(w, th.AsideWhy)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func loadTable(w i18n.Words, loads []intake.Load, names map[string]string) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Who has how much"), Columns: []ui.Column{{Label: w.T("With")}, {Label: w.T("Waits for us"), Numeric: true},
		{Label: w.T("of them late"), Numeric: true}, {Label: w.T("Their turn or set aside"), Numeric: true}}, Empty: ui.Empty{Title: w.T("Nobody has anything open")}}
	for _, l := range loads {
		who, with := names[l.Member], l.Member
		if l.Member == "" {
			who, with = w.T("nobody"), nobody
		}
		t.Rows = append(t.Rows, ui.Row{Href: query{view: "all", with: with}.href(), Cells: []ui.Cell{{Text: who}, {Text: strconv.Itoa(l.Waiting)}, {Text: strconv.Itoa(l.Late)}, {Text: strconv.Itoa(l.Theirs)}}})
	}
	return t
}

func doubtName(w i18n.Words, d intake.Doubt) string {
	switch d {
	case intake.Spam:
		return w.T("spam")
	case intake.Probing:
		return w.T("it sounds us out")
	case intake.Mistaken:
		return w.T("meant for somebody else")
	case intake.Abusive:
		return w.T("insults or threats against us")
	}
	return ""
}

func (r *Room) keepView(c *ui.Context) error {
	back := readQuery(parse(c.Text("query"))).href()
	err := r.Inbox.KeepView(c.Context(), c.Actor, intake.View{Name: c.Text("view-name"), Query: readQuery(parse(c.Text("query"))).encode()})
	if err == nil {
		return c.See(back, "view")
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.listView(c)
	if loadErr != nil {
		return loadErr
	}
	v.Form = c.Form(err)
	v.ViewName = v.Form.Text("view-name", c.T("Name of the view"))
	return c.Invalid(pages, "list", v)
}

func (r *Room) dropView(c *ui.Context) error {
	if err := r.Inbox.DropView(c.Context(), c.Actor, c.Text("name")); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return c.See("/requests", "view-gone")
}

func (r *Room) handOver(c *ui.Context) error {
	if _, err := r.Inbox.HandOver(c.Context(), c.Actor, c.Text("member")); err != nil {
		return err
	}
	return c.See("/requests", "handed")
}
