package intakeweb

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/web/ui"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// safetyRoutes are the forms about danger and about how to reach somebody.
func (r *Room) safetyRoutes(m *ui.Mux) {
	m.Post("/requests/{thread}/alarm", r.actOnAlarm)
	m.Post("/requests/{thread}/alarm/end", r.endAlarm)
	m.Post("/requests/{thread}/lift", r.lift)
	m.Post("/requests/{thread}/card", r.agree)
	m.Post("/requests/{thread}/own", r.own)
}

// safetyNotices are the sentences after these changes.
func safetyNotices(all map[string]string) map[string]string {
	all["alarm-taken"] = i18n.Key("You act on this alarm. Your colleagues see it.")
	all["alarm-ended"] = i18n.Key("The alarm has ended. The next use of the second code raises a new one.")
	all["lifted"] = i18n.Key("For 15 minutes an answer can go. Your reason is kept as a note.")
	all["agreed"] = i18n.Key("What you agreed is kept.")
	all["own-joined"] = i18n.Key("Both conversations now show the way to each other.")
	return all
}

func (r *Room) actOnAlarm(c *ui.Context) error {
	return r.saved(c, r.Inbox.ActOnAlarms(c.Context(), c.Actor, c.ID("thread")), "alarm-taken")
}

func (r *Room) endAlarm(c *ui.Context) error {
	return r.saved(c, r.Inbox.EndAlarms(c.Context(), c.Actor, c.ID("thread"), c.Text("ended")), "alarm-ended")
}

func (r *Room) lift(c *ui.Context) error {
	return r.saved(c, r.Inbox.Lift(c.Context(), c.Actor, c.ID("thread"), c.Text("reason")), "lifted")
}

func (r *Room) own(c *ui.Context) error {
	return r.saved(c, r.Inbox.JoinOwn(c.Context(), c.Actor, c.ID("thread"), c.Text("own")), "own-joined")
}

func (r *Room) agree(c *ui.Context) error {
	a, _, err := r.Inbox.Agreed(c.Context(), c.Actor, c.ID("thread"))
	if err != nil {
		return err
	}
	a.Days, a.Hours, a.Never, a.Zone = c.Values("q.days"), c.Values("q.hours"), c.Values("q.never"), c.Text("q.zone")
	for id, field := range agreedWords(&a) {
		*field = c.Text("q." + id + ".words")
	}
	a.Forced = c.Text("forced")
	a.Shows, a.Harmless = c.Text("q.shows"), c.Text("q.shows.words")
	return r.saved(c, r.Inbox.Agree(c.Context(), c.Actor, c.ID("thread"), a), "agreed")
}

// agreedWords are the fields of a card that are words, by their questions.
func agreedWords(a *intake.Agreed) map[string]*string {
	return map[string]*string{forms.Answered: &a.Answered, forms.Ours: &a.Ours, forms.Theirs: &a.Theirs, forms.Fine: &a.Fine, forms.NeedHelp: &a.Help}
}

// dangerView is what a conversation's alarms say, and what to do. It needs no
// safe, so it stands there before anybody has opened the conversation.
type dangerView struct {
	i18n.Words
	ID     string
	Head   string
	Lines  []string
	Taken  string // who acts; empty: nobody
	Duress bool
	Steps  []string
	End    page.Field
	Lift   page.Field
}

// kindWords says what an alarm is about.
func kindWords(k intake.AlarmKind) string {
	switch k {
	case intake.Help:
		return i18n.Key("They say that they need help.")
	case intake.Written:
		return i18n.Key("Something was written with the second code. It is not their own free word.")
	case intake.Coerced:
		return i18n.Key("They sent the sentence that was agreed for being forced.")
	}
	return i18n.Key("The second code was used: somebody makes them open their mailbox.")
}

// steps is what to do, in this order. The first two keep us from making it worse.
func steps(duress bool) []string {
	if !duress {
		return []string{
			i18n.Key("Answer now, in short words: that you have read it, and what happens next."),
			i18n.Key("Tell the caseworker, if there is a case. If not, open one."),
			i18n.Key("Stay with it until somebody else has said that they act."),
		}
	}
	return []string{
		i18n.Key("Do not answer in the ordinary way. Do not call, do not ask whether all is well: somebody stands beside them."),
		i18n.Key("Say nothing that shows that you know. The second code has already answered something harmless."),
		i18n.Key("Tell the caseworker and the security officer now, by voice, not in a message that others can read."),
		i18n.Key("Follow the plan that was agreed for this. Without one: the lawyer, then the people whom they trust, as their card says."),
		i18n.Key("Take places and meeting points that they know for exposed. Warn who is there."),
		i18n.Key("Believe nothing that comes with the second code, also when it says that all is well."),
	}
}

func danger(w i18n.Words, f page.Form, thread string, alarms []intake.Alarm, names map[string]string, when func(time.Time) string) *dangerView {
	open := slices.DeleteFunc(slices.Clone(alarms), func(a intake.Alarm) bool { return !a.Ended.IsZero() })
	if len(open) == 0 {
		return nil
	}
	free := false
	v := &dangerView{Words: w, ID: thread, Head: w.T("They need help now")}
	for _, a := range open {
		v.Lines = append(v.Lines, when(a.At)+" · "+w.T(kindWords(a.Kind)))
		v.Duress = v.Duress || a.Kind.Duress()
		if v.Taken = names[a.Member]; a.Acked.IsZero() {
			free = true
		}
	}
	if free { // a new one after somebody acted on another: nobody has said that they act on it
		v.Taken = ""
	}
	if v.Duress {
		v.Head = w.T("Somebody may be forcing them at this moment")
	}
	for _, s := range steps(v.Duress) {
		v.Steps = append(v.Steps, w.T(s))
	}
	v.End = f.Area("ended", w.T("How do we know that they are well?")).Rows(2)
	v.Lift = f.Area("reason", w.T("Why an answer cannot wait")).Rows(2)
	return v
}

// cardView is how it is safe to reach somebody.
type cardView struct {
	i18n.Words
	ID      string
	Window  *page.Badge
	Note    string // their local time, or why it is not known
	Closed  bool   // an answer is held back
	Facts   []page.Fact
	Proxy   bool
	OwnHref string
	CanJoin bool
	Join    page.Field
	Lift    page.Field
	Fields  []page.Field
	Others  []*cardView // under the other codes of the same person
}

func card(w i18n.Words, f page.Form, id string, a intake.Agreed, c intake.Card, now time.Time, others []page.Option) *cardView {
	v := &cardView{Words: w, ID: id, Proxy: c.Proxy}
	win := a.Window(now)
	switch {
	case now.Before(c.Lifted):
		v.Window, v.Note = &page.Badge{Text: w.T("Lifted for now"), Tone: page.Accent}, w.T("Somebody gave a reason. Answers can go.")
	case !win.Limited:
		v.Window = &page.Badge{Text: w.T("At any hour")}
	case win.Open:
		v.Window = &page.Badge{Text: w.T("Safe now"), Tone: page.Calm}
	default:
		v.Window, v.Closed = &page.Badge{Text: w.T("Not a safe time"), Tone: page.Danger}, true
	}
	if win.Known && v.Note == "" {
		v.Note = w.T("It is %s where they are.", win.Local.Format("15:04"))
	} else if win.Limited && v.Note == "" {
		v.Note = w.T("We do not know what time it is where they are.")
	}
	fact := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, page.Fact{Term: term, Text: text})
		}
	}
	question := func(id string) string { q, _ := forms.Agreed(id); return w.T(q.Text) }
	for _, x := range []struct {
		id     string
		values []string
	}{{forms.Days, a.Days}, {forms.Hours, a.Hours}, {forms.Never, a.Never}} {
		fact(question(x.id), chosen(w, x.id, x.values))
	}
	fact(question(forms.Answered), a.Answered)
	fact(w.T("Our sentence: say it first"), a.Ours)
	fact(w.T("Their sentence: ask for it on the telephone"), a.Theirs)
	fact(w.T("Means: I am safe"), a.Fine)
	fact(w.T("Means: I need help"), a.Help)
	fact(w.T("Means: I am being forced"), a.Forced)
	if c.Proxy {
		fact(w.T("Who writes"), a.Relation)
		fact(w.T("The person knows of it"), chosen(w, forms.Knows, []string{a.Knows}))
		fact(w.T("The person can be reached without danger"), strings.Join(strings.Fields(reach(w, a.Reach)), " "))
		fact(w.T("Must not learn of it"), a.Hide)
	}
	if c.Own != "" {
		v.OwnHref = "/requests/" + c.Own
	}
	v.CanJoin = c.Proxy && c.Own == "" && len(others) > 0
	v.Join = f.Select("own", w.T("The conversation in which the person writes"), others)
	v.Lift = f.Area("reason", w.T("Why an answer cannot wait")).Rows(2)
	v.Fields = cardFields(w, f, a)
	return v
}

// chosen gives the words of chosen options.
func chosen(w i18n.Words, id string, values []string) string {
	var out []string
	for _, form := range []forms.Form{forms.Arrange(), forms.Signs(), forms.Help()} {
		q, ok := form.Question(id)
		for _, o := range q.Options {
			if slices.Contains(values, o.Value) && o.Value != "" {
				out = append(out, w.T(o.Label))
			}
		}
		if ok {
			break
		}
	}
	return strings.Join(out, ", ")
}

// reach is the answer whether somebody can be reached: a choice, then words.
func reach(w i18n.Words, text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if label := chosen(w, forms.Reach, []string{first}); label != "" {
		return label + ". " + rest
	}
	return text
}

// cardFields are the fields in which an operator keeps what was agreed.
func cardFields(w i18n.Words, f page.Form, a intake.Agreed) []page.Field {
	if len(f.Values) == 0 {
		f.Values = url.Values{"q.days": a.Days, "q.hours": a.Hours, "q.never": a.Never, "q.zone": {a.Zone}, "q.shows": {a.Shows}, "q.shows.words": {a.Harmless}, "forced": {a.Forced}}
		for id, field := range agreedWords(&a) {
			f.Values["q."+id+".words"] = []string{*field}
		}
	}
	var out []page.Field
	for _, q := range append(forms.Arrange().Questions, forms.Signs().Questions...) {
		var options []page.Option
		for _, o := range q.Options {
			options = append(options, page.Option{Value: o.Value, Label: w.T(o.Label)})
		}
		switch q.Kind {
		case forms.Words:
			out = append(out, f.Area("q."+q.ID+".words", w.T(q.Text)).Rows(2))
		case forms.Many:
			out = append(out, f.Checks("q."+q.ID, w.T(q.Text), options))
		case forms.Pick:
			out = append(out, f.Select("q."+q.ID, w.T(q.Text), options))
		default:
			out = append(out, f.Radios("q."+q.ID, w.T(q.Text), options), f.Area("q."+q.ID+".words", w.T(q.Own)).Rows(2))
		}
	}
	return append(out, f.Area("forced", w.T("An ordinary sentence that shall mean: I am being forced")).Rows(2))
}

// safety adds to the page of a conversation what must be seen before all else.
func (r *Room) safety(c *ui.Context, v *threadView, names map[string]string) error {
	alarms, err := r.Inbox.AlarmsOf(c.Context(), c.Actor, v.ID)
	if err != nil {
		return err
	}
	v.Danger = danger(c.Words, v.Form, v.ID, alarms, names, c.Date)
	if v.Unread {
		return nil
	}
	agreed, kept, err := r.Inbox.Agreed(c.Context(), c.Actor, v.ID)
	if err != nil {
		return err
	}
	others, err := r.others(c, v.ID, kept)
	if err != nil {
		return err
	}
	v.Card = card(c.Words, v.Form, v.ID, agreed, kept, c.Now(), others)
	elsewhere, err := r.Inbox.Elsewhere(c.Context(), c.Actor, v.ID)
	if err != nil {
		return err
	}
	for _, a := range elsewhere {
		v.Card.Others = append(v.Card.Others, card(c.Words, v.Form, v.ID, a, intake.Card{Lifted: kept.Lifted}, c.Now(), nil))
	}
	for _, o := range v.Card.Others {
		if o.Closed { // either of them holds an answer back
			v.Card.Window, v.Card.Note, v.Card.Closed = o.Window, o.Note, true
		}
	}
	return nil
}

// others are the conversations in which a person may have written for themselves.
func (r *Room) others(c *ui.Context, thread string, kept intake.Card) ([]page.Option, error) {
	if !kept.Proxy {
		return nil, nil
	}
	threads, err := r.Inbox.List(c.Context(), c.Actor)
	var out []page.Option
	for _, t := range threads {
		if t.ID != thread {
			out = append(out, page.Option{Value: t.ID, Label: c.T("Arrived %s", c.Date(t.Arrived)) + ", " + strings.ToUpper(t.Lang)})
		}
	}
	return out, err
}

// alarmLine is one alarm in the list of conversations.
type alarmLine struct {
	Href, Text, Who string
}

// raised lists what is open; one that the actor cannot open has no way to it.
func (r *Room) raised(c *ui.Context, threads []intake.Thread, names map[string]string) ([]alarmLine, error) {
	open, err := r.Inbox.OpenAlarms(c.Context(), c.Actor)
	var out []alarmLine
	for _, a := range open {
		l := alarmLine{Text: c.Date(a.At) + " · " + c.T(kindWords(a.Kind)), Who: names[a.Member]}
		if slices.ContainsFunc(threads, func(t intake.Thread) bool { return t.ID == a.Lead }) {
			l.Href = "/requests/" + a.Lead
		}
		if len(out) == 0 || out[len(out)-1] != l {
			out = append(out, l)
		}
	}
	return out, err
}

// mark says in the list which conversations alarm and which somebody writes for another.
func (r *Room) mark(c *ui.Context, t *ui.Table) error {
	cards, err := r.Inbox.Cards(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	open, err := r.Inbox.OpenAlarms(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for i := range t.Rows {
		id := strings.TrimPrefix(t.Rows[i].Href, "/requests/")
		if slices.ContainsFunc(open, func(a intake.Alarm) bool { return a.Lead == id }) {
			t.Rows[i].Tone = page.Danger
			t.Rows[i].Cells[0].Sub = c.T("Alarm")
		} else if cards[id].Proxy {
			t.Rows[i].Cells[0].Sub = c.T("Written by somebody else")
		}
	}
	return nil
}
