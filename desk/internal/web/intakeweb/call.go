package intakeweb

import (
	"errors"
	"slices"
	"strings"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

type callView struct {
	ui.Frame
	ID       string // empty: the call begins
	Fields   []page.Field
	Said     []said
	Call     string // the id that a call which begins will have
	Once     string // the id of the step that it will be
	Draft    string
	Revision int
}

func (r *Room) callForm(c *ui.Context) error {
	v, err := r.callView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "call", v)
}

// callView draws the form for a call: with a conversation, what was kept so far stands over it.
func (r *Room) callView(c *ui.Context, f page.Form) (callView, error) {
	v := callView{Frame: c.Frame(c.T("A phone call")), ID: c.ID("thread")}
	v.Form, v.Draft, v.Call, v.Once = f, c.Text("draft"), ids.New("thread"), ids.New("message")
	if f.Failed() { // nothing of it was kept
		v.Call, v.Once = c.Text("call"), c.Text("once")
	}
	if n, ok := c.Int("revision"); ok {
		v.Revision = int(n)
	}
	if v.ID == "" {
		options, err := r.channelOptions(c)
		v.Fields = slices.Concat(callFields(c.Words, f), callerFields(c.Words, f, options))
		return v, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return v, err
	}
	th, messages, err := r.Inbox.Open(c.Context(), c.Actor, v.ID)
	if err != nil {
		return v, err
	}
	for _, m := range messages {
		if m.Direction == intake.Phone {
			v.Said = append(v.Said, sayOne(c, m, names))
		}
	}
	v.Fields = callFields(c.Words, f)
	v.Fields[1] = v.Fields[1].Or(string(th.Urgency))
	if v.Draft == "" {
		v.Draft = ids.New("draft")
	}
	drafts, err := r.Inbox.OpenDrafts(c.Context(), c.Actor, v.ID)
	for _, d := range drafts {
		if d.Author == c.Actor.ID && c.Text("draft") == "" {
			v.Draft, v.Revision = d.ID, d.Revision
			v.Fields[0] = v.Fields[0].Or(d.Text) // typed and not kept when the page went away
		}
	}
	return v, err
}

func (r *Room) channelOptions(c *ui.Context) ([]page.Option, error) {
	channels, err := r.channelNames(c)
	var options []page.Option
	for id, name := range channels {
		options = append(options, page.Option{Value: id, Label: name})
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(a.Value, b.Value) })
	return options, err
}

// callFields are the questions of every step: the words first, because somebody talks.
func callFields(w i18n.Words, f page.Form) []page.Field {
	return []page.Field{
		f.Area("words", w.T("What the caller says")).Rows(8).Hint(w.T("As near to their own words as you can. Leave out names and numbers that are not needed.")),
		f.Radios("urgency", w.T("Are they in danger now?"), []page.Option{
			{Value: string(intake.Now), Label: w.T("Yes, now")}, {Value: string(intake.Days), Label: w.T("Within days")},
			{Value: string(intake.NotNow), Label: w.T("Not now")}, {Value: "", Label: w.T("Did not say")}}),
		f.Checks("wanted", w.T("Calling back"), []page.Option{{Value: "yes", Label: w.T("They want to be called back"), Hint: w.T("Without this mark no number is kept.")}}),
		f.Text("number", w.T("Number, and when it is safe")).Optional(),
	}
}

// callerFields are asked once, when the call begins.
func callerFields(w i18n.Words, f page.Form, channels []page.Option) []page.Field {
	return []page.Field{f.Select("channel", w.T("Channel"), channels), f.Select("lang", w.T("Language of the call"), langOptions(w))}
}

func step(c *ui.Context) intake.Step {
	do := c.Text("do")
	return intake.Step{ID: c.Text("once"), Words: c.Text("words"), Urgency: intake.Urgency(c.Text("urgency")), HungUp: do == "broke-off", Over: do == "over",
		Number: c.Text("number"), Wanted: c.Has("wanted", "yes")}
}

// empty reports whether nothing was put down yet: a call may begin so.
func empty(s intake.Step) bool {
	return s.Words == "" && s.Urgency == intake.Unstated && !s.HungUp && !s.Over && s.Number == "" && !s.Wanted
}

// begin keeps the call from its first moment on, with what was put down already.
func (r *Room) begin(c *ui.Context) error {
	s := step(c)
	if err := s.Check(); err != nil && !empty(s) {
		return r.callAgain(c, err)
	}
	id, err := r.Inbox.Begin(c.Context(), c.Actor, c.Text("call"), c.Text("channel"), c.Text("lang"))
	if err != nil {
		return r.callAgain(c, err)
	}
	if !empty(s) {
		if err := r.Inbox.Write(c.Context(), c.Actor, id, s); err != nil {
			return err
		}
	}
	return r.onward(c, id, s)
}

// write keeps one step of a call that goes on.
func (r *Room) write(c *ui.Context) error {
	id, s := c.ID("thread"), step(c)
	if err := r.Inbox.Write(c.Context(), c.Actor, id, s); err != nil {
		return r.callAgain(c, err)
	}
	if d := c.Text("draft"); d != "" {
		if err := r.Inbox.DropDraft(c.Context(), c.Actor, id, d); err != nil && !shown(err) && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return r.onward(c, id, s)
}

func (r *Room) onward(c *ui.Context, id string, s intake.Step) error {
	if s.HungUp || s.Over {
		return c.See("/requests/"+id, "called")
	}
	return c.See("/requests/"+id+"/call", "step")
}

func (r *Room) callAgain(c *ui.Context, err error) error {
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
