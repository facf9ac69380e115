package intakeweb

import (
	"net/http"
	"strconv"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/wording"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// answerOf reads the answer's form.
func answerOf(c *ui.Context) intake.Answer {
	saw, _ := c.Int("saw")
	return intake.Answer{Once: c.Text("once"), Text: c.Text("text"), Ours: c.Text("ours"), OursLang: c.Text("ours-lang"), Meant: c.Has("meant", "yes"), To: c.Values("recipient"), Invite: c.Has("invite", "yes"), Saw: int(saw)}
}

// reply does what the pressed button says with one form: send it, keep it, ask a
// second person, or put a template into it.
func (r *Room) reply(c *ui.Context) error {
	id := c.ID("thread")
	switch c.Text("do") {
	case "template":
		return r.insert(c)
	case "draft", "ask":
		revision, _ := c.Int("revision")
		_, forked, err := r.Inbox.KeepDraft(c.Context(), c.Actor, id, c.Text("draft"), int(revision), answerOf(c), c.Text("do") == "ask")
		if err != nil {
			return r.saved(c, err, "")
		}
		r.Here.Note(id, c.Actor.ID, false)
		notice := "draft"
		switch {
		case forked:
			notice = "forked"
		case c.Text("do") == "ask":
			notice = "asked"
		}
		return c.See("/requests/"+id+"#drafts", notice)
	}
	if c.Text("template") != "" {
		left, err := r.left(c)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return r.saved(c, fault.Bad("text", i18n.Key("Words in braces still stand in the answer. Fill them in first.")), "")
		}
	}
	err := r.Inbox.Send(c.Context(), c.Actor, id, answerOf(c))
	if err == nil {
		r.Here.Leave(id, c.Actor.ID)
		if d := c.Text("draft"); d != "" {
			if err := r.Inbox.DropDraft(c.Context(), c.Actor, id, d); err != nil && !shown(err) && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
	}
	return r.saved(c, err, "answered")
}

// left gives the template's placeholders that still stand in the answer.
func (r *Room) left(c *ui.Context) ([]string, error) {
	t, lang, err := r.template(c)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return wording.Left(t, lang, c.Text("text")), err
}

func (r *Room) template(c *ui.Context) (wording.Template, string, error) {
	th, err := r.Inbox.Glance(c.Context(), c.Actor, c.ID("thread"))
	if err != nil {
		return wording.Template{}, "", err
	}
	versions, err := r.Shelf.Versions(c.Context(), c.Text("template"))
	if err != nil {
		return wording.Template{}, "", err
	}
	return versions[0], th.Lang, nil
}

// insert shows the page again with a template after what was typed; it changes nothing.
func (r *Room) insert(c *ui.Context) error {
	t, lang, err := r.template(c)
	if err != nil {
		return err
	}
	if !t.Usable(lang) {
		return fault.New(fault.Conflict, "Nobody answers for this template in the sender's language yet.")
	}
	text := c.Text("text")
	if text != "" {
		text += "\n\n"
	}
	v, to, err := r.threadView(c)
	if err != nil || to != "" {
		return err
	}
	v.Form = c.Form(nil)
	v.Form.Values.Set("text", text+t.Texts[lang].Words)
	r.again(c, &v)
	v.Answer.Untouched = wording.Placeholders(t.Texts[lang].Words)
	return c.Render(pages, "thread", v)
}

// again puts what was sent back into the answer's form.
func (r *Room) again(c *ui.Context, v *threadView) {
	for i := range v.Said {
		if v.Said[i].ID == c.Text("message") {
			v.Said[i].Typed = c.Text("translation")
		}
	}
	a := newAnswer(c.Words, v.Form, v.Answer.NeedsTwo)
	a.Once, a.Saw, a.Draft, a.Missing, a.Meant, a.Template, a.To = v.Answer.Once, v.Answer.Saw, c.Text("draft"), v.Answer.Missing, v.Answer.Meant, v.Answer.Template, v.Answer.To
	if n, ok := c.Int("revision"); ok {
		a.Revision = int(n)
	}
	if a.Meant != nil {
		a.Meant.Values = v.Form.Values["meant"]
	}
	if a.Template != nil {
		a.Template.Values = v.Form.Values["template"]
	}
	if a.To != nil && len(v.Form.Values["recipient"]) > 0 {
		a.To.Values = v.Form.Values["recipient"]
	}
	v.Answer = a
}

// saved goes on after a change, or shows the conversation again with what was typed.
func (r *Room) saved(c *ui.Context, err error, notice string) error {
	if err == nil {
		return c.See("/requests/"+c.ID("thread"), notice)
	}
	if !shown(err) {
		return err
	}
	v, to, loadErr := r.threadView(c)
	if loadErr != nil {
		return loadErr
	}
	if to != "" {
		return err
	}
	v.Form = c.Form(err)
	r.again(c, &v)
	return c.Invalid(pages, "thread", v)
}

func (r *Room) approve(c *ui.Context) error {
	revision, _ := c.Int("revision")
	saw, _ := c.Int("saw")
	return r.saved(c, r.Inbox.Approve(c.Context(), c.Actor, c.ID("thread"), c.Text("draft"), int(revision), int(saw)), "answered")
}

func (r *Room) dropDraft(c *ui.Context) error {
	return r.saved(c, r.Inbox.DropDraft(c.Context(), c.Actor, c.ID("thread"), c.Text("draft")), "draft-gone")
}

// keep keeps what is being typed as a draft, for the page's script: it answers
// with the draft's id and revision.
func (r *Room) keep(c *ui.Context) error {
	revision, _ := c.Int("revision")
	a := answerOf(c)
	if a.Text == "" {
		a.Text = c.Text("words")
	}
	d, _, err := r.Inbox.KeepDraft(c.Context(), c.Actor, c.ID("thread"), c.Text("draft"), int(revision), a, false)
	if err != nil {
		return err
	}
	r.Here.Note(c.ID("thread"), c.Actor.ID, true)
	return plain(c, d.ID+" "+strconv.Itoa(d.Revision))
}

// here notes that the member is in a conversation and says who else is.
func (r *Room) here(c *ui.Context) error {
	if _, err := r.Inbox.Glance(c.Context(), c.Actor, c.ID("thread")); err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	r.Here.Note(c.ID("thread"), c.Actor.ID, c.Text("writing") != "")
	return plain(c, hereText(c.Words, r.Here.Others(c.ID("thread"), c.Actor.ID), names))
}

func plain(c *ui.Context, text string) error {
	c.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	c.W.WriteHeader(http.StatusOK)
	_, err := c.W.Write([]byte(text))
	return err
}

func (r *Room) translate(c *ui.Context) error {
	// The message may lie in a joined thread, which the form names.
	return r.saved(c, r.Inbox.Translate(c.Context(), c.Actor, c.Text("of"), c.Text("message"), c.Text("translation-lang"), c.Text("translation")), "translated")
}

func (r *Room) aside(c *ui.Context) error {
	return r.saved(c, r.Inbox.SetAside(c.Context(), c.Actor, c.ID("thread"), intake.Doubt(c.Text("why"))), "aside")
}

func (r *Room) hand(c *ui.Context) error {
	return r.saved(c, r.Inbox.Hand(c.Context(), c.Actor, c.ID("thread"), c.Text("to")), "handed")
}

func (r *Room) join(c *ui.Context) error {
	return r.saved(c, r.Inbox.Join(c.Context(), c.Actor, c.Text("into"), c.ID("thread")), "joined")
}

func (r *Room) part(c *ui.Context) error {
	return r.saved(c, r.Inbox.Part(c.Context(), c.Actor, c.Text("child")), "parted")
}

func (r *Room) second(c *ui.Context) error {
	return r.saved(c, r.Inbox.AskSecond(c.Context(), c.Actor, c.ID("thread"), c.Text("second") == "yes"), "second")
}

func (r *Room) keepFor(c *ui.Context) error {
	day := c.Day("erase-day")
	err := c.Wrong()
	if err == nil {
		err = r.Inbox.KeepFor(c.Context(), c.Actor, c.ID("thread"), intake.Hold(c.Text("hold")), day)
	}
	return r.saved(c, err, "kept")
}
