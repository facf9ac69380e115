package campaignweb

import (
	"errors"
	"net/http"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

var leaders = []staff.Role{staff.Advocate, staff.Editor}

// mailNotices are what is said after something was done by e-mail.
func mailNotices() map[string]string {
	return map[string]string{
		"campaign.merged":  i18n.Key("The letters are drafted, each in its target's language. Read them before they leave."),
		"campaign.mailed":  i18n.Key("On its way to the mail server. Its copy is kept and never changed."),
		"campaign.settled": i18n.Key("The mail is set aside. It is kept."),
	}
}

// mailRoutes adds what goes and comes by e-mail.
func (r *Room) mailRoutes(m *ui.Mux) {
	m.Notices(mailNotices())
	m.Post("/campaign/{campaign}/targets/{target}/email", r.setEmail, leaders...)
	m.Post("/campaign/{campaign}/letters/merge", r.merge, leaders...)
	m.Post("/campaign/{campaign}/letters/mail", r.mailAll, leaders...)
	m.Post("/campaign/{campaign}/letters/{letter}/mail", r.mailOne, leaders...)
	m.Post("/campaign/{campaign}/letters/{letter}/decide", r.decide, leaders...)
	m.Get("/campaign/{campaign}/mails/{mail}/file", r.mailFile, leaders...)
	m.Post("/campaign/{campaign}/mails/{mail}/settle", r.settleMail, leaders...)
}

// mailLine is one mail that came back, as a person reads it before grading it.
type mailLine struct {
	ID, Who, Sub, Words string
	Badge               page.Badge
	File, Note, Settle  string
}

func mailLines(w i18n.Words, file campaign.File, all []campaign.Mail) []mailLine {
	var out []mailLine
	for _, m := range all {
		if m.Settled != "" {
			continue
		}
		base := v0(file)
		l := mailLine{ID: m.ID, Who: file.Target(m.Target).Label(w.Tag()), Words: m.Words, File: base + "/mails/" + m.ID + "/file", Settle: base + "/mails/" + m.ID + "/settle",
			Note: base + "/answer?target=" + m.Target + "&mail=" + m.ID}
		l.Sub = w.T("from %s, %s: %s", m.Sender, w.Date(m.At), m.Subject)
		switch m.Kind {
		case campaign.MailBounce:
			l.Badge = page.Badge{Text: w.T("did not arrive"), Tone: page.Accent}
		case campaign.MailMachine:
			l.Badge = page.Badge{Text: w.T("written by a machine"), Tone: page.Wait}
		default:
			l.Badge = page.Badge{Text: w.T("an answer, perhaps"), Tone: page.Accent}
		}
		if m.FoundBy == "address" {
			l.Sub += " · " + w.T("found by its address only: it names none of our letters")
		}
		out = append(out, l)
	}
	return out
}

func (r *Room) setEmail(c *ui.Context) error {
	if err := r.Board.SetEmail(c.Context(), c.Actor, c.ID("campaign"), c.ID("target"), c.Text("email")); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/targets/"+c.ID("target"), "campaign.kept")
}

func (r *Room) merge(c *ui.Context) error {
	_, left, err := r.Board.Merge(c.Context(), c.Actor, c.ID("campaign"), c.Values("targets"), c.Values("demand"))
	if len(left) > 0 {
		err = fault.New(fault.Conflict, "Nothing is drafted yet: some of those that you chose cannot be written to. See below which, and mend them or leave them out.")
	}
	if typed(err) {
		return r.lettersWith(c, err, func(v *lettersView, f campaign.File, _ []campaign.Letter) { v.Left = unreadyLines(c.Words, f, left) })
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters", "campaign.merged")
}

// mailAll sends the chosen drafts, each for itself. Those that did not leave stay
// drafts, and the first reason is shown.
func (r *Room) mailAll(c *ui.Context) error {
	sent, undone, err := r.Board.SendAllByMail(c.Context(), c.Actor, c.Values("letter"))
	if err != nil {
		return err
	}
	if len(undone) > 0 {
		return r.lettersWith(c, fault.New(fault.Conflict, "%d left, %d did not. See below which, and why.", sent, len(undone)), func(v *lettersView, f campaign.File, all []campaign.Letter) {
			for _, u := range undone {
				x := notDone{Href: v.Base + "/letters/" + u.Letter, Why: c.Form(u.Why).Head()}
				for _, l := range all {
					if l.ID == u.Letter {
						x.Text = f.Target(l.Target).Label(c.Tag())
					}
				}
				v.Back = append(v.Back, x)
			}
		})
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters", "campaign.mailed")
}

func (r *Room) mailOne(c *ui.Context) error {
	revision, _ := c.Int("revision")
	err := r.Board.SendByMail(c.Context(), c.Actor, c.ID("letter"), int(revision), c.Text("looked"))
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.letterWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters/"+c.ID("letter"), "campaign.mailed")
}

func (r *Room) decide(c *ui.Context) error {
	if r.Board.Mail == nil {
		return fault.Missing()
	}
	if err := r.Board.Mail.Decide(c.Context(), c.Actor, c.ID("letter"), c.Text("again") == "yes"); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters/"+c.ID("letter"), "campaign.kept")
}

// mailFile gives out a mail as it came, to be saved and never shown here.
func (r *Room) mailFile(c *ui.Context) error {
	m, err := r.Board.MailOf(c.Context(), c.Actor, c.ID("campaign"), c.ID("mail"))
	if err != nil {
		return err
	}
	if r.Copy == nil {
		return errors.New("campaignweb: no files")
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="mail.eml"`)
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_ = r.Copy(c.W, m) // the person went away, or the file's check says that it was altered: it ends early
	return nil
}

func (r *Room) settleMail(c *ui.Context) error {
	if err := r.Board.SettleMail(c.Context(), c.Actor, c.ID("campaign"), c.ID("mail"), ""); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/answers", "campaign.settled")
}

// carriedText says where the e-mail of a letter stands; decide asks a person.
func carriedText(w i18n.Words, k campaign.Carried) (text string, tone page.Tone, decide bool) {
	switch k.State {
	case "waiting", "sending":
		return w.T("on its way to the mail server"), page.Wait, false
	case "sent":
		return w.T("the mail server has it"), page.Calm, false
	case "unsure":
		return w.T("nobody knows whether the mail server took it: the line broke at that moment"), page.Accent, true
	case "refused":
		return w.T("the mail server refused it"), page.Accent, true
	case "dropped":
		return w.T("not sent again, as somebody decided"), "", false
	}
	return "", "", false
}

// mail adds to the letters' page what several letters need: drafting one for each
// target, and sending the drafts whose target has an address.
func (v *lettersView) mail(f ui.Frame, file campaign.File, all []campaign.Letter) {
	w := f.Words
	var to, ready []page.Option
	for _, t := range file.Targets {
		hint := langName(w, t.Lang) + " · "
		if t.Email == "" {
			hint += w.T("no e-mail address: to be posted")
		}
		to = append(to, page.Option{Value: t.ID, Label: t.Label(w.Tag()), Hint: hint + t.Email})
	}
	for _, l := range all {
		if t := file.Target(l.Target); !l.Sent && t.Email != "" {
			hint := t.Email
			if l.Foreign {
				hint += " · " + w.T("not all of it is in its language")
			}
			ready = append(ready, page.Option{Value: l.ID, Label: t.Label(w.Tag()) + ": " + l.Subject, Hint: hint})
		}
	}
	demand := f.Form.Checks("demand", w.T("What is asked"), demandOptions(w, file))
	demand.ID = "f-merge-demand"
	v.Merge = &formView{Words: w, Action: v.Base + "/letters/merge", Button: w.T("Draft a letter to each"), Fields: []page.Field{f.Form.Checks("targets", w.T("To these"), to), demand}}
	if len(ready) > 0 {
		v.Mail = &formView{Words: w, Action: v.Base + "/letters/mail", Button: w.T("Send these by e-mail"), Main: true, Fields: []page.Field{f.Form.Checks("letter", w.T("Drafts whose target has an e-mail address"), ready)}}
	}
}

// mail adds to a letter's page how it goes, or went, by e-mail.
func (v *letterView) mail(w i18n.Words, file campaign.File, k campaign.Carried) {
	base := v.Base + "/letters/" + v.Letter.ID
	email := file.Target(v.Letter.Target).Email
	if !v.Letter.Sent {
		if email != "" {
			v.Mail = &ui.Confirm{Words: w, Title: w.T("Send it by e-mail"), Action: base + "/mail", Button: w.T("Send to %s", email), Hidden: v.Send.Hidden,
				Sentences: []string{w.T("The leak guard reads the letter once more. Then it goes with its PDF to the mail server, which reads it. An ask is noted for each demand.")}}
		}
		return
	}
	text, _, decide := carriedText(w, k)
	if text == "" {
		return
	}
	v.Facts = append(v.Facts, page.Fact{Term: w.T("By e-mail"), Text: text, Note: k.Trouble})
	if decide {
		v.Again = base + "/decide"
	}
}
