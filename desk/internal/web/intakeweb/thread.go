package intakeweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/signs"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/wording"
	"waylight/internal/envelope"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

type threadView struct {
	ui.Frame
	ID         string
	Facts      []page.Fact
	Urgency    *page.Badge
	State      *page.Badge
	Left       page.TimeLeft
	Unread     bool
	Danger     *dangerView
	Card       *cardView
	Here       string // colleagues who are in this conversation now
	Said       []said
	Signs      []sign
	CanReply   bool
	Answer     answerForm
	Drafts     []draft
	NoteOnce   string // the id of the note that it will be
	IsCall     bool
	IsMail     bool
	MailWaits  int // answers by e-mail that the mail server does not have yet
	MailFailed int // answers by e-mail that it refused
	CanClose   bool
	CaseHref   string
	CanCase    bool
	CanTestify bool
	Caseworker page.Field
	Share      page.Field
	CanShare   bool
	Hand       page.Field
	CanAside   bool
	Aside      bool
	Why        page.Field
	Join       *page.Field
	Joined     []joined
	Second     bool // set for this conversation
	Hold       page.Field
	EraseDay   page.Field
	Leaves     string // when the clock erases it
}

type sign struct{ Text, Excerpt string }

type joined struct{ ID, Text string }

// answerForm is the form for an answer with what belongs to it.
type answerForm struct {
	Text      page.Field
	Ours      page.Field
	OursLang  page.Field
	Meant     *page.Field
	To        *page.Field
	Template  *page.Field
	Missing   string // a language in which no person answers for a template
	Once      string // the id of the message that it will be
	Saw       int
	Draft     string
	Revision  int
	NeedsTwo  bool
	MayAsk    bool
	Invite    *page.Field // by e-mail: put the page's address under it
	Untouched []string    // placeholders of the template that still stand there
}

type draft struct {
	ID, Who, When, Text, Ours string
	Revision                  int
	Mine, Asked, CanApprove   bool
	Approvals                 ui.Approvals
}

func (r *Room) thread(c *ui.Context) error {
	v, to, err := r.threadView(c)
	if err != nil {
		return err
	}
	if to != "" {
		return c.See(to, "")
	}
	c.AllowSound()
	return c.Render(pages, "thread", v)
}

// threadView draws a conversation; to is another address when it is shown there.
func (r *Room) threadView(c *ui.Context) (v threadView, to string, err error) {
	th, err := r.Inbox.Glance(c.Context(), c.Actor, c.ID("thread"))
	if err != nil {
		return v, "", err
	}
	if th.Into != "" {
		if _, err := r.Inbox.Glance(c.Context(), c.Actor, th.Into); err == nil {
			return v, "/requests/" + th.Into, nil
		}
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return v, "", err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return v, "", err
	}
	v = threadView{Frame: c.GuardFrame(c.T("Conversation")), ID: th.ID, Unread: th.FirstRead.IsZero(), Urgency: urgencyBadge(c.Words, th.Urgency), State: stateBadge(c.Words, th.State()),
		Left:     page.TimeLeft{Words: c.Words, Due: th.Due(), Now: c.Now(), Danger: th.Urgency == intake.Now},
		CanReply: th.Mailbox != "", CanClose: th.State() != intake.Closed, CanCase: th.Case == "" && c.Actor.Roles.Any(staff.Intake, staff.Caseworker),
		CanTestify: c.Actor.Roles.Any(staff.Caseworker, staff.Documenter), IsCall: th.Via == envelope.Phone, IsMail: th.IsMail()}
	v.Form, v.Keys, v.NoteOnce = c.Form(nil), threadKeys(c.Words), ids.New("message")
	v.Facts = threadFacts(c, th, channels, names)
	if th.Case != "" && c.Actor.Roles.Has(staff.Caseworker) {
		v.CaseHref = "/cases/" + th.Case
	}
	r.Here.Note(th.ID, c.Actor.ID, false)
	v.Here = hereText(c.Words, r.Here.Others(th.ID, c.Actor.ID), names)
	if err := r.safety(c, &v, names); err != nil {
		return v, "", err
	}
	if v.Unread {
		return v, "", nil // what was said is opened by an act of its own, which tells the sender
	}
	_, messages, err := r.Inbox.Open(c.Context(), c.Actor, th.ID)
	if err != nil {
		return v, "", err
	}
	for _, m := range messages {
		v.Said = append(v.Said, sayOne(c, m, names))
	}
	found, err := r.Inbox.Look(c.Context(), c.Actor, th, messages)
	if err != nil {
		return v, "", err
	}
	v.Signs = signTexts(c.Words, found)
	colleagues, err := r.Colleagues(c.Context())
	if err != nil {
		return v, "", err
	}
	v.next(c, th, colleagues)
	if err := r.answering(c, &v, th, messages, names); err != nil {
		return v, "", err
	}
	return v, "", r.family(c, &v, th, messages)
}

func threadKeys(w i18n.Words) []ui.Key {
	return []ui.Key{{Key: "a", Label: w.T("answer")}, {Key: "n", Label: w.T("note")}, {Key: "g", Label: w.T("give to a colleague")}, {Key: "u", Label: w.T("back to the list")}}
}

func threadFacts(c *ui.Context, th intake.Thread, channels, names map[string]string) []page.Fact {
	facts := []page.Fact{{Term: c.T("Channel"), Text: channels[th.Channel], Note: viaName(c.Words, th.Via)}, {Term: c.T("Arrived"), Text: c.Date(th.Arrived)},
		{Term: c.T("Language"), Text: strings.ToUpper(th.Lang)}}
	if !th.Since.IsZero() && th.Arrived.Sub(th.Since) > 0 && th.State() == intake.Unread {
		facts = append(facts, page.Fact{Term: c.T("May wait since"), Text: c.Date(th.Since), Note: c.T("the Desk was locked until it arrived")})
	}
	if th.Assignee != "" {
		facts = append(facts, page.Fact{Term: c.T("With"), Text: names[th.Assignee]})
	}
	return facts
}

// next fills the forms for what may happen to the conversation.
func (v *threadView) next(c *ui.Context, th intake.Thread, colleagues []staff.Member) {
	options := memberOptions(colleagues, func(m staff.Member) bool { return m.ID != c.Actor.ID })
	v.CanShare = len(options) > 0
	v.Share = v.Form.Select("member", c.T("Colleague"), options)
	v.Hand = v.Form.Select("to", c.T("Colleague"), memberOptions(colleagues, func(m staff.Member) bool { return m.ID != th.Assignee && m.Roles.Any(staff.Intake, staff.Caseworker) }))
	caseworkers := memberOptions(colleagues, func(m staff.Member) bool { return m.Roles.Has(staff.Caseworker) })
	v.CanCase = v.CanCase && len(caseworkers) > 0
	v.Caseworker = v.Form.Select("caseworker", c.T("Caseworker"), caseworkers)
	if c.Actor.Roles.Has(staff.Caseworker) {
		v.Caseworker = v.Caseworker.Or(c.Actor.ID)
	}
	v.Second, v.Aside = th.Second, th.IsAside()
	v.CanAside = th.Urgency != intake.Now
	v.Why = whyField(c.Words, v.Form)
	v.Hold = holdField(c.Words, v.Form).Or(string(th.Held))
	v.EraseDay = v.Form.Date("erase-day", c.T("Erase by")).Optional().Or(string(th.EraseBy))
}

func whyField(w i18n.Words, f page.Form) page.Field {
	var options []page.Option
	for _, d := range intake.Doubts() {
		options = append(options, page.Option{Value: string(d), Label: doubtName(w, d)})
	}
	return f.Select("why", w.T("Why"), options)
}

func holdField(w i18n.Words, f page.Form) page.Field {
	return f.Select("hold", w.T("Keep it from the clock"), []page.Option{{Label: w.T("no")}, {Value: string(intake.Evidence), Label: w.T("it may be needed as it came")},
		{Value: string(intake.Lawyer), Label: w.T("a lawyer asked for it")}, {Value: string(intake.TheyAsk), Label: w.T("the sender wants it kept")}})
}

func hereText(w i18n.Words, here []intake.Here, names map[string]string) string {
	var writing, looking []string
	for _, h := range here {
		if h.Writing {
			writing = append(writing, names[h.Member])
		} else {
			looking = append(looking, names[h.Member])
		}
	}
	var out []string
	if len(writing) > 0 {
		out = append(out, w.T("Writing here now: %s.", strings.Join(writing, ", ")))
	}
	if len(looking) > 0 {
		out = append(out, w.T("Also looking at this: %s.", strings.Join(looking, ", ")))
	}
	return strings.Join(out, " ")
}

func signTexts(w i18n.Words, found []signs.Sign) []sign {
	var out []sign
	for _, s := range found {
		x := sign{Excerpt: s.Excerpt}
		switch s.Kind {
		case signs.Staff:
			x.Text = w.T("It asks who we are, where we are or how we work.")
		case signs.Names:
			x.Text = w.T("It presses for the names of others.")
		case signs.Meeting:
			x.Text = w.T("It presses for a meeting.")
		case signs.SameText:
			x.Text = w.N("The same text came from %d other mailbox.", "The same text came from %d other mailboxes.", s.Count)
		case signs.Contradiction:
			x.Text, x.Excerpt = w.T("Two answers to the same question contradict each other."), ""
			if q, _ := asked(w, nil, envelope.Answer{Question: s.Excerpt}); q != s.Excerpt {
				x.Excerpt = q
			}
		case signs.Burst:
			x.Text = w.N("%d new conversation within the hour, many more than usual.", "%d new conversations within the hour, many more than usual.", s.Count)
		case signs.Link:
			x.Text = w.T("It contains the address of a page. Do not open it on this machine.")
		}
		out = append(out, x)
	}
	return out
}

// answering fills the answer's form and the drafts.
func (r *Room) answering(c *ui.Context, v *threadView, th intake.Thread, messages []intake.Opened, names map[string]string) error {
	needed, err := r.Inbox.NeedsSecond(c.Context(), th.ID)
	if err != nil {
		return err
	}
	drafts, err := r.Inbox.OpenDrafts(c.Context(), c.Actor, th.ID)
	if err != nil {
		return err
	}
	plain := make([]intake.Message, len(messages))
	for i, m := range messages {
		plain[i] = m.Message
	}
	a := newAnswer(c.Words, v.Form, needed)
	a.Saw, a.Once, a.Draft = intake.Spoken(plain), ids.New("message"), ids.New("draft")
	if c.Actor.Roles.Has(staff.Caseworker) {
		a.Meant = meantField(c.Words, v.Form)
	}
	chosen := c.R.URL.Query().Get("draft")
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, oneDraft(c, th.ID, d, names, a.Saw))
		if d.ID == chosen && d.Author == c.Actor.ID {
			a.Draft, a.Revision = d.ID, d.Revision
			a.Text, a.Ours, a.OursLang = a.Text.Or(d.Text), a.Ours.Or(d.Ours), a.OursLang.Or(d.OursLang)
		}
	}
	if th.IsMail() {
		f := inviteField(c.Words, v.Form)
		a.Invite = &f
		if r.Mailed != nil {
			if v.MailWaits, v.MailFailed, err = r.Mailed(c.Context(), th.ID); err != nil {
				return err
			}
		}
	}
	shelf, err := r.Shelf.All(c.Context())
	if err != nil {
		return err
	}
	a.templates(c.Words, v.Form, shelf, th.Lang)
	v.Answer = a
	return nil
}

func newAnswer(w i18n.Words, f page.Form, needed bool) answerForm {
	return answerForm{NeedsTwo: needed, MayAsk: true,
		Text:     f.Area("text", w.T("Your answer")).Rows(6).Hint(w.T("Short words. No names, no places, nothing that would hurt them if somebody else read it.")),
		Ours:     f.Area("ours", w.T("The same in your own language")).Optional().Hint(w.T("For colleagues who do not read theirs. It stays here.")),
		OursLang: f.Select("ours-lang", w.T("Language of that"), langOptions(w))}
}

func inviteField(w i18n.Words, f page.Form) page.Field {
	return f.Checks("invite", w.T("The safer way"), []page.Option{{Value: "yes", Label: w.T("Put the address of our page under the answer"), Hint: w.T("Only when it does no harm that our address stands in their mailbox.")}}).Optional()
}

func langOptions(w i18n.Words) []page.Option {
	return []page.Option{{Value: "ru", Label: w.T("Russian")}, {Value: "en", Label: w.T("English")}, {Value: "ce", Label: w.T("Chechen")}, {Value: "und", Label: w.T("Another")}}
}

// templates offers what a person answers for in the sender's language, and names what is missing.
func (a *answerForm) templates(w i18n.Words, f page.Form, shelf []wording.Template, lang string) {
	options := []page.Option{{Label: w.T("none")}}
	missing := 0
	for _, t := range shelf {
		if t.Usable(lang) {
			options = append(options, page.Option{Value: t.ID, Label: t.Title})
		} else {
			missing++
		}
	}
	if len(options) > 1 {
		x := f.Select("template", w.T("Template"), options)
		a.Template = &x
	}
	if missing > 0 {
		a.Missing = w.N("%d template has no text in %s that a person has read.", "%d templates have no text in %s that a person has read.", missing, strings.ToUpper(lang))
	}
}

func oneDraft(c *ui.Context, thread string, d intake.OpenDraft, names map[string]string, saw int) draft {
	x := draft{ID: d.ID, Who: names[d.Author], When: c.Date(d.At), Text: d.Text, Ours: d.Ours, Revision: d.Revision, Mine: d.Author == c.Actor.ID, Asked: d.Asked}
	if !d.Asked {
		return x
	}
	x.Approvals = ui.Approvals{Words: c.Words, Title: c.T("An answer of two people"), Need: 2, Given: []ui.Approval{{Name: names[d.Author], When: d.At}},
		Who: c.T("a colleague who can open this conversation and did not write it"), Button: c.T("Agree and send it"), WhyNot: c.T("It is your own draft.")}
	if !x.Mine {
		x.Approvals.Action = "/requests/" + thread + "/approve"
		x.Approvals.Hidden = []ui.Hidden{{Name: "draft", Value: d.ID}, {Name: "revision", Value: strconv.Itoa(d.Revision)}, {Name: "saw", Value: strconv.Itoa(saw)}}
	}
	return x
}

// family fills what joins and parts threads of one person, and when the clock erases them.
func (r *Room) family(c *ui.Context, v *threadView, th intake.Thread, messages []intake.Opened) error {
	keep, err := r.Inbox.Keeping(c.Context())
	if err != nil {
		return err
	}
	if day := intake.EraseDay(th, keep); day != "" {
		v.Leaves = c.T("The clock erases this conversation on %s.", c.Words.Day(day))
	}
	var to []page.Option
	for _, m := range messages {
		if m.Thread != th.ID && !slices.ContainsFunc(v.Joined, func(j joined) bool { return j.ID == m.Thread }) {
			v.Joined = append(v.Joined, joined{m.Thread, c.T("Another code, first used on %s", c.Date(m.At))})
		}
	}
	if len(v.Joined) > 0 && v.CanReply {
		to = append(to, page.Option{Value: th.ID, Label: c.T("the first code")})
		for i, j := range v.Joined {
			to = append(to, page.Option{Value: j.ID, Label: c.T("the other code"), Hint: v.Joined[i].Text})
		}
		last := th.ID
		for _, m := range messages {
			if m.Direction == intake.In {
				last = m.Thread
			}
		}
		f := v.Form.Checks("recipient", c.T("To which of their codes"), to).Hint(c.T("If one of the codes may be in other hands, write to the other one only.")).Or(last)
		v.Answer.To = &f
		return nil
	}
	all, err := r.Inbox.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var options []page.Option
	for _, t := range all {
		if t.ID != th.ID && t.Into == "" {
			options = append(options, page.Option{Value: t.ID, Label: c.T("%s, %s, arrived %s", urgencyBadge(c.Words, t.Urgency).Text, strings.ToUpper(t.Lang), c.Date(t.Arrived))})
		}
	}
	if len(options) > 0 && len(v.Joined) == 0 {
		f := v.Form.Select("into", c.T("The other conversation"), options)
		v.Join = &f
	}
	return nil
}
