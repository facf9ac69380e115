package letterbox

import (
	"errors"
	"net/http"

	"waylight/front/internal/spool"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/mailbox"
	"waylight/internal/page"
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

// arrangeFields are the questions of forms.Arrange.
func arrangeFields(f page.Form) []partView {
	var out []partView
	for _, q := range forms.Arrange().Questions {
		x := partView{ID: q.ID}
		x.Field, x.Own = fields(f, q)
		out = append(out, x)
	}
	return out
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
