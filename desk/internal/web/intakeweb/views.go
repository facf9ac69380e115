package intakeweb

import (
	"slices"
	"strconv"
	"strings"

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
	case envelope.Email:
		return w.T("e-mail, sealed here")
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

// said is one message.
type said struct {
	ID      string
	Thread  string // whose message it is; differs from the page's when threads were joined
	Who     string
	When    string
	Tone    page.Tone
	Text    string
	Lang    string
	Answers []answer
	Files   []attachment
	Mine    bool // ours, to the sender
	Theirs  bool
	Typed   string   // a translation that could not be kept
	Beside  []beside // translations
}

// beside is a translation that stands next to the words.
type beside struct{ Who, Lang, Text string }

type answer struct{ Question, Text string }

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

func sayOne(c *ui.Context, m intake.Opened, names map[string]string) said {
	s := said{ID: m.ID, Thread: m.Thread, When: c.Date(m.At), Text: m.Content.Text, Lang: m.Content.Lang}
	switch m.Direction {
	case intake.In:
		s.Who, s.Theirs = c.T("The sender"), true
	case intake.Forced:
		s.Who, s.Tone = c.T("Written with the second code: not their own free word"), page.Danger
	case intake.Phone:
		s.Who, s.Theirs = c.T("The caller, written down by %s", names[m.Author]), true
	case intake.Out:
		s.Who, s.Mine = c.T("%s, to the sender", names[m.Author]), true
		if m.Approver != "" {
			s.Who = c.T("%s, to the sender, agreed to by %s", names[m.Author], names[m.Approver])
		}
	case intake.Note:
		s.Who, s.Tone = c.T("%s, for colleagues only", names[m.Author]), page.Wait
	}
	if m.Content.Kind == envelope.Erased {
		s.Text = c.T("The sender has erased this conversation from the public server.")
		if len(m.Content.Answers) > 0 {
			s.Text += " " + c.T("They ask us to erase what we hold, too. Do it under \"What next\", unless it is needed to bring them to safety.")
			m.Content.Answers = nil
		}
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
	for _, t := range m.Translations {
		s.Beside = append(s.Beside, beside{Who: c.T("Translation by %s, %s", names[t.Author], c.Date(t.At)), Lang: t.Lang, Text: t.Text})
	}
	for i, f := range m.Content.Files {
		s.Files = append(s.Files, attach(c.Words, "/requests/"+m.Thread+"/files/"+m.ID+"/"+strconv.Itoa(i), i, f))
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
	q, ok := f.Question(a.Question)
	if !ok {
		q, ok = forms.Agreed(a.Question) // an earlier edition asked it elsewhere
	}
	if ok {
		question = w.T(q.Text)
		for i, v := range values {
			for _, o := range q.Options {
				if o.Value == v {
					values[i] = w.T(o.Label)
				}
			}
		}
	}
	switch a.Question {
	case intake.QuestionSign:
		question = w.T("How they are")
		for i, v := range values {
			values[i] = map[string]string{"safe": w.T("I am safe"), "help": w.T("I need help")}[v]
		}
	case intake.QuestionCall:
		question, values = w.T("The call"), []string{w.T("It broke off, or they hung up")}
		if slices.Contains(a.Values, "over") {
			values = []string{w.T("They said goodbye")}
		}
	case intake.QuestionCallBack:
		question = w.T("They want to be called back")
	case intake.QuestionMailFrom:
		question = w.T("The mail says it is from")
	case intake.QuestionMailSubject:
		question = w.T("Subject of the mail")
	case intake.QuestionMailID:
		question = w.T("Number of the mail")
	case intake.QuestionMail:
		question = w.T("About this mail")
		for i, v := range values {
			values[i] = mailMark(w, v)
		}
	}
	return question, strings.Join(values, ", ")
}

// mailMark says what is particular about a mail.
func mailMark(w i18n.Words, mark string) string {
	switch mark {
	case "html":
		return w.T("it had no plain text: the words were taken out of its page, and nothing was fetched")
	case "cut":
		return w.T("it is too long to show here; the whole of it is the last file")
	case "trouble":
		return w.T("a part of it could not be read; the whole of it is the last file")
	case "bounce":
		return w.T("a mail server says that our mail did not arrive")
	case "auto":
		return w.T("a machine wrote it")
	}
	return mark
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
