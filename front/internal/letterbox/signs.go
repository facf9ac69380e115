package letterbox

import (
	"errors"
	"net/http"

	"waylight/front/internal/spool"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/mailbox"
	"waylight/internal/page"
	"waylight/internal/receipt"
	"waylight/internal/serve"
)

// tap is the question that one tap answers: "I am safe" or "I need help". It
// travels as any further message does, of the same size.
var tap = forms.Form{Questions: []forms.Question{{ID: "check-in", Kind: forms.Choice, Options: []forms.Option{{Value: "safe"}, {Value: "help"}}}}}

// checkIn takes a tap.
func (b *Box) checkIn(r *http.Request, p *posted, keys mailbox.Keys) error {
	return b.answered(r, p, keys, tap, nil)
}

// arrange takes what the person wants to agree with the team.
func (b *Box) arrange(r *http.Request, p *posted, keys mailbox.Keys) error {
	form := forms.Arrange()
	p.values.Set("form", form.ID)
	return b.answered(r, p, keys, form, &envelope.Form{ID: form.ID, Version: form.Version})
}

func (b *Box) answered(r *http.Request, p *posted, keys mailbox.Keys, form forms.Form, name *envelope.Form) error {
	_, answers, err := form.Read(p.field())
	if err != nil {
		return err
	}
	if !forms.Said("", answers) {
		return fault.New(fault.Invalid, errEmpty.Message)
	}
	return b.add(r, p, keys, envelope.Message{Kind: envelope.FollowUp, Answers: answers, Form: name})
}

// asks are the questions of a form of which all may stay empty.
func asks(f page.Form, form forms.Form) []partView {
	var out []partView
	for _, q := range form.Questions {
		x := partView{ID: q.ID}
		x.Field, x.Own = fields(f, q)
		out = append(out, x)
	}
	return out
}

// signs takes the sentences that mean more than they say, from the page that shows
// the codes, and shows that page again: without the script the codes are nowhere else.
func (b *Box) signs(w http.ResponseWriter, r *http.Request) error {
	p, keys, err := b.enter(w, r)
	if err != nil {
		return b.askAgain(w, r, p, err)
	}
	defer b.drop(detached(r), p)
	first, err := code(p)
	if err != nil {
		return b.askAgain(w, r, p, err)
	}
	second, err := receipt.Parse(p.values.Get("second"))
	if err != nil {
		return errForm
	}
	p.files = nil
	if err = differ(p); err == nil {
		form := forms.Signs()
		err = b.answered(r, p, keys, form, &envelope.Form{ID: form.ID, Version: form.Version})
	}
	v := b.codes(r, first, second, "help")
	if err == nil {
		v.Signed = true
		return b.render(w, http.StatusOK, "code", v)
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		b.quiet(err)
		f = spool.ErrFull
	}
	v.Form.Values, v.Form.Errors, v.Form.Message = p.values, f.Fields, f.Message
	v.Signs = asks(v.Form, forms.Signs())
	return b.render(w, serve.Status(f.Kind), "code", v)
}

// differ refuses one sentence for two meanings, which would have none at the Desk.
func differ(p *posted) error {
	fine, help := envelope.Bare(p.values.Get("q."+forms.Fine+".words")), envelope.Bare(p.values.Get("q."+forms.NeedHelp+".words"))
	if fine == "" || fine != help {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Message: "Please look at the marked fields.", Fields: []fault.Field{{Name: "q." + forms.NeedHelp + ".words", Message: i18n.Key("The two sentences must differ.")}}}
}

// erase removes a conversation from this server and tells the team that its
// owner did so, and whether they ask for more.
func (b *Box) erase(w http.ResponseWriter, r *http.Request) error {
	p, keys, err := b.enter(w, r)
	if err != nil {
		return b.askAgain(w, r, p, err)
	}
	b.drop(detached(r), p)
	p.files = nil
	m := envelope.Message{Kind: envelope.Erased}
	if p.values.Get("q.erase-all") == "yes" {
		m.Answers = []envelope.Answer{{Question: "erase-all", Values: []string{"yes"}}}
	}
	if err := b.add(r, p, keys, m); errors.Is(err, spool.ErrNoMailbox) {
		return b.askAgain(w, r, p, err)
	} else if err != nil {
		b.quiet(err) // the wish counts, also when the team cannot be told
	}
	if err := b.Spool.Erase(detached(r), spool.ID(keys.ID())); err != nil {
		return err
	}
	v := homeView{View: b.view(r, "", "", false)}
	v.Title, v.Prefix = v.T("Erased"), prefix(v.View)
	return b.render(w, http.StatusOK, "erased", v)
}

// lost tells what to do when a code is lost or in wrong hands.
func (b *Box) lost(w http.ResponseWriter, r *http.Request) error {
	v := homeView{View: b.view(r, "", "lost", true)}
	v.Title, v.Prefix = v.T("If a code is lost or somebody took it"), prefix(v.View)
	return b.render(w, http.StatusOK, "lost", v)
}
