package intakeweb

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// shown reports whether an error belongs on the page it came from.
func shown(err error) bool {
	k := fault.KindOf(err)
	return k == fault.Invalid || k == fault.Conflict
}

func missing() error { return fault.Missing() }

type listView struct {
	ui.Frame
	Table    ui.Table
	Troubled []trouble
	CanCall  bool
}

type trouble struct {
	ID, Day, Why string
}

func (r *Room) list(c *ui.Context) error {
	threads, err := r.Inbox.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return err
	}
	v := listView{Frame: c.Frame(c.T("Requests")), CanCall: c.Actor.Roles.Has(staff.Intake)}
	v.Table = threadTable(c.Words, threads, channels, names, c.Now())
	if c.Actor.Roles.Any(staff.Intake, staff.Security) {
		bad, err := r.Inbox.Troubled(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, a := range bad {
			v.Troubled = append(v.Troubled, trouble{ID: a.ID[:8], Day: c.Words.Day(a.Day), Why: c.T(a.Trouble)})
		}
	}
	return c.Render(pages, "list", v)
}

func threadTable(w i18n.Words, threads []intake.Thread, channels, names map[string]string, now time.Time) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Conversations, what waits longest first"), Base: "/requests",
		Columns: []ui.Column{{Label: w.T("Urgency")}, {Label: w.T("Waits for us")}, {Label: w.T("State")}, {Label: w.T("Channel")}, {Label: w.T("Language")}, {Label: w.T("Files"), Numeric: true}, {Label: w.T("With")}},
		Empty:   ui.Empty{Title: w.T("Nothing has arrived yet"), Text: w.T("Messages from the public pages appear here by themselves, a few seconds after somebody has sent them.")},
		Total:   w.N("%d conversation", "%d conversations", len(threads))}
	for _, th := range threads {
		left := &page.TimeLeft{Words: w, Due: th.Due(), Now: now, Danger: th.Urgency == intake.Now}
		t.Rows = append(t.Rows, ui.Row{Href: "/requests/" + th.ID, Cells: []ui.Cell{
			{Badge: urgencyBadge(w, th.Urgency)}, {Left: left}, {Badge: stateBadge(w, th.State())},
			{Text: channels[th.Channel], Sub: viaName(w, th.Via)}, {Text: strings.ToUpper(th.Lang)}, {Text: strconv.Itoa(th.Files)}, {Text: names[th.Assignee]},
		}})
	}
	return t
}

func urgencyBadge(w i18n.Words, u intake.Urgency) *page.Badge {
	switch u {
	case intake.Now:
		return &page.Badge{Text: w.T("In danger now"), Tone: page.Danger}
	case intake.Days:
		return &page.Badge{Text: w.T("Within days"), Tone: page.Accent}
	case intake.NotNow:
		return &page.Badge{Text: w.T("Not now")}
	}
	return &page.Badge{Text: w.T("Did not say")}
}

func stateBadge(w i18n.Words, s intake.State) *page.Badge {
	switch s {
	case intake.Unread:
		return &page.Badge{Text: w.T("Not read yet"), Tone: page.Accent}
	case intake.Ours:
		return &page.Badge{Text: w.T("Our turn"), Tone: page.Accent}
	case intake.Theirs:
		return &page.Badge{Text: w.T("Their turn"), Tone: page.Wait}
	}
	return &page.Badge{Text: w.T("Closed"), Tone: page.Calm}
}

func viaName(w i18n.Words, v envelope.Via) string {
	switch v {
	case envelope.PageScript:
		return w.T("page, sealed on the device")
	case envelope.PageForm:
		return w.T("page without script, sealed on our server")
	case envelope.Phone:
		return w.T("phone call")
	case envelope.Command:
		return w.T("command line")
	}
	return ""
}

func (r *Room) channelNames(c *ui.Context) (map[string]string, error) {
	channels, err := r.Channels(c.Context())
	out := map[string]string{}
	for _, ch := range channels {
		out[ch.ID] = ch.Names[c.Tag()]
		if out[ch.ID] == "" {
			out[ch.ID] = ch.Names["en"]
		}
	}
	return out, err
}

type threadView struct {
	ui.Frame
	ID         string
	Facts      []page.Fact
	Urgency    *page.Badge
	State      *page.Badge
	Left       page.TimeLeft
	Unread     bool
	Said       []said
	CanReply   bool
	Meant      *page.Field // for who may tell a person what their own case protects
	CanClose   bool
	CaseHref   string
	CanCase    bool
	CanTestify bool
	Caseworker page.Field
	Share      page.Field
	CanShare   bool
}

// said is one message.
type said struct {
	ID      string
	Who     string
	When    string
	Tone    page.Tone
	Text    string
	Lang    string
	Answers []answer
	Files   []attachment
	Mine    bool // ours, to the sender
	Theirs  bool
}

type answer struct{ Question, Text string }

type attachment struct{ Href, Name, Size string }

func (r *Room) thread(c *ui.Context) error {
	v, err := r.threadView(c)
	if err != nil {
		return err
	}
	return c.Render(pages, "thread", v)
}

func (r *Room) threadView(c *ui.Context) (threadView, error) {
	th, err := r.Inbox.Glance(c.Context(), c.Actor, c.ID("thread"))
	if err != nil {
		return threadView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return threadView{}, err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return threadView{}, err
	}
	v := threadView{Frame: c.Frame(c.T("Conversation")), ID: th.ID, Unread: th.FirstRead.IsZero(), Urgency: urgencyBadge(c.Words, th.Urgency), State: stateBadge(c.Words, th.State()),
		Left:     page.TimeLeft{Words: c.Words, Due: th.Due(), Now: c.Now(), Danger: th.Urgency == intake.Now},
		CanReply: th.Mailbox != "", CanClose: th.State() != intake.Closed, CanCase: th.Case == "" && c.Actor.Roles.Any(staff.Intake, staff.Caseworker),
		CanTestify: c.Actor.Roles.Any(staff.Caseworker, staff.Documenter)}
	v.Form = c.Form(nil)
	v.Facts = []page.Fact{{Term: c.T("Channel"), Text: channels[th.Channel], Note: viaName(c.Words, th.Via)}, {Term: c.T("Arrived"), Text: c.Date(th.Arrived)}}
	if th.Assignee != "" {
		v.Facts = append(v.Facts, page.Fact{Term: c.T("With"), Text: names[th.Assignee]})
	}
	if th.Case != "" && c.Actor.Roles.Has(staff.Caseworker) {
		v.CaseHref = "/cases/" + th.Case
	}
	if v.Unread {
		return v, nil // what was said is opened by an act of its own, which tells the sender
	}
	_, messages, err := r.Inbox.Open(c.Context(), c.Actor, th.ID)
	if err != nil {
		return v, err
	}
	for _, m := range messages {
		v.Said = append(v.Said, sayOne(c, th.ID, m, names))
	}
	colleagues, err := r.Colleagues(c.Context())
	if err != nil {
		return v, err
	}
	options := memberOptions(colleagues, func(m staff.Member) bool { return m.ID != c.Actor.ID })
	v.CanShare = len(options) > 0
	v.Share = v.Form.Select("member", c.T("Colleague"), options)
	if c.Actor.Roles.Has(staff.Caseworker) {
		v.Meant = meantField(c.Words, v.Form)
	}
	caseworkers := memberOptions(colleagues, func(m staff.Member) bool { return m.Roles.Has(staff.Caseworker) })
	v.CanCase = v.CanCase && len(caseworkers) > 0
	v.Caseworker = v.Form.Select("caseworker", c.T("Caseworker"), caseworkers)
	if c.Actor.Roles.Has(staff.Caseworker) {
		v.Caseworker = v.Caseworker.Or(c.Actor.ID)
	}
	return v, nil
}

func meantField(w i18n.Words, f page.Form) *page.Field {
	x := f.Checks("meant", w.T("If the answer names a place or a person of a case"), []page.Option{{Value: "yes", Label: w.T("It is meant for this very person")}})
	return &x
}

func memberOptions(members []staff.Member, want func(staff.Member) bool) []page.Option {
	var out []page.Option
	for _, m := range members {
		if want(m) {
			out = append(out, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	slices.SortFunc(out, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

func sayOne(c *ui.Context, thread string, m intake.Opened, names map[string]string) said {
	s := said{ID: m.ID, When: c.Date(m.At), Text: m.Content.Text, Lang: m.Content.Lang}
	switch m.Direction {
	case intake.In:
		s.Who, s.Theirs = c.T("The sender"), true
	case intake.Phone:
		s.Who, s.Theirs = c.T("The caller, written down by %s", names[m.Author]), true
	case intake.Out:
		s.Who, s.Mine = c.T("%s, to the sender", names[m.Author]), true
	case intake.Note:
		s.Who, s.Tone = c.T("%s, for colleagues only", names[m.Author]), page.Wait
	}
	if m.Content.Kind == envelope.Erased {
		s.Text = c.T("The sender has erased this conversation from the public server.")
	}
	for _, a := range m.Content.Answers {
		question, text := asked(c.Words, m.Content.Form, a)
		switch {
		case a.Later:
			text = c.T("ask me later")
		case a.Skipped:
			text = c.T("skipped")
		}
		if a.Words != "" {
			if text != "" {
				text += ": "
			}
			text += a.Words
		}
		s.Answers = append(s.Answers, answer{question, text})
	}
	for i, f := range m.Content.Files {
		name := f.Name
		if name == "" {
			name = c.T("File %d", i+1)
		}
		s.Files = append(s.Files, attachment{Href: "/requests/" + thread + "/files/" + m.ID + "/" + strconv.Itoa(i), Name: name, Size: bytesText(c.Words, f.Size)})
	}
	return s
}

// asked gives a question and the chosen answers as the sender read them; where
// the questionnaire is not known, their codes.
func asked(w i18n.Words, of *envelope.Form, a envelope.Answer) (question, text string) {
	question, values := a.Question, slices.Clone(a.Values)
	if of == nil {
		of = &envelope.Form{ID: forms.Help().ID}
	}
	f, _ := forms.ByID(of.ID)
	for _, q := range f.Questions {
		if q.ID != a.Question {
			continue
		}
		question = w.T(q.Text)
		for i, v := range values {
			for _, o := range q.Options {
				if o.Value == v {
					values[i] = w.T(o.Label)
				}
			}
		}
	}
	if a.Question == "call" {
		question, values = w.T("The call"), []string{w.T("It broke off, or they hung up")}
	}
	return question, strings.Join(values, ", ")
}

func bytesText(w i18n.Words, n int64) string {
	switch {
	case n < 1<<10:
		return w.T("%s bytes", w.Number(n))
	case n < 1<<20:
		return w.T("%s kB", w.Number(n>>10))
	default:
		return w.T("%s MB", w.Number(n>>20))
	}
}

type callView struct {
	ui.Frame
	Fields []page.Field
}

func (r *Room) callForm(c *ui.Context) error {
	v, err := r.callView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "call", v)
}

func (r *Room) callView(c *ui.Context, f page.Form) (callView, error) {
	channels, err := r.channelNames(c)
	if err != nil {
		return callView{}, err
	}
	var options []page.Option
	for id, name := range channels {
		options = append(options, page.Option{Value: id, Label: name})
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(a.Value, b.Value) })
	v := callView{Frame: c.Frame(c.T("A phone call"))}
	v.Form = f
	v.Fields = callFields(c.Words, f, options)
	return v, nil
}

func callFields(w i18n.Words, f page.Form, channels []page.Option) []page.Field {
	return []page.Field{
		f.Radios("urgency", w.T("Are they in danger now?"), []page.Option{
			{Value: string(intake.Now), Label: w.T("Yes, now")}, {Value: string(intake.Days), Label: w.T("Within days")},
			{Value: string(intake.NotNow), Label: w.T("Not now")}, {Value: "", Label: w.T("Did not say")}}),
		f.Area("words", w.T("What the caller says")).Rows(10).Hint(w.T("As near to their own words as you can. Leave out names and numbers that are not needed.")),
		f.Checks("hung-up", w.T("The call"), []page.Option{{Value: "yes", Label: w.T("It broke off, or they hung up")}}),
		f.Select("channel", w.T("Channel"), channels),
		f.Select("lang", w.T("Language of the call"), []page.Option{{Value: "ru", Label: w.T("Russian")}, {Value: "ce", Label: w.T("Chechen")}, {Value: "en", Label: w.T("English")}, {Value: "und", Label: w.T("Another")}}),
	}
}

func (r *Room) call(c *ui.Context) error {
	id, err := r.Inbox.LogCall(c.Context(), c.Actor, intake.Call{Channel: c.Text("channel"), Lang: c.Text("lang"),
		Urgency: intake.Urgency(c.Text("urgency")), Words: c.Text("words"), HungUp: c.Has("hung-up", "yes")})
	if err == nil {
		return c.See("/requests/"+id, "called")
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	v, loadErr := r.callView(c, c.Form(err))
	if loadErr != nil {
		return loadErr
	}
	return c.Invalid(pages, "call", v)
}
