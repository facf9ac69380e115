package letterbox

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"waylight/front/internal/noticeboard"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/mailbox"
	"waylight/internal/page"
	"waylight/internal/receipt"
	"waylight/internal/serve"
)

// mailboxView asks for the code.
type mailboxView struct {
	page.View
	Prefix  string
	Channel string
	OrgKey  string
	Arrange []partView // what can be agreed, for the page with the script
}

// ArrangeName names the questions about what can be agreed.
func (mailboxView) ArrangeName() string { return forms.Arrange().Name() }

// conversationView shows what was answered.
type conversationView struct {
	page.View
	Prefix    string
	Code      string // 32 digits, for the hidden field: without the script there is no other place
	Once      string
	Day       clock.Day // of the form, not of a message
	Messages  []message
	Sent      bool // a message was just stored
	Unused    bool // it had expired: nobody used it
	Lost      bool // it had expired: nobody fetched what was sent
	CanWrite  bool
	Arrange   []partView // what can be agreed
	Arranging bool       // what was typed there was wrong
}

// message is one answer, opened in memory.
type message struct {
	From, Day, Text string
	Mark            bool // only says that somebody has read
	Unopened        bool
}

func (b *Box) mailbox(w http.ResponseWriter, r *http.Request) error {
	return b.render(w, http.StatusOK, "mailbox", b.asks(b.view(r, "", "mailbox", true)))
}

func (b *Box) asks(v page.View) mailboxView {
	v.Title = v.T("Read an answer")
	out := mailboxView{View: v, Prefix: prefix(v), Arrange: asks(v.Form, forms.Arrange())}
	if k, ok := b.key("help"); ok {
		s := b.sheet(v, forms.Help())
		out.Channel, out.OrgKey = k.Channel, s.OrgKey
	}
	return out
}

// code reads the code of a posted form. The error names the field.
func code(p *posted) (receipt.Code, error) {
	c, err := receipt.Parse(p.values.Get("code"))
	var length *receipt.LengthError
	sentence := ""
	switch {
	case err == nil:
		return c, nil
	case strings.TrimSpace(p.values.Get("code")) == "":
		sentence = i18n.Key("Please type your code: 32 digits.")
	case errors.As(err, &length) && length.Digits < receipt.Length:
		sentence = i18n.Key("The code has 32 digits. Some are missing.")
	case errors.As(err, &length):
		sentence = i18n.Key("The code has 32 digits. These are too many.")
	case errors.Is(err, receipt.ErrDigit):
		sentence = i18n.Key("The code has digits only. Something else stands between them.")
	default:
		sentence = i18n.Key("One digit is probably wrong, or two are exchanged. Please compare with what you wrote down.")
	}
	return c, &fault.Error{Kind: fault.Invalid, Message: "Please look at the marked fields.", Fields: []fault.Field{{Name: "code", Message: sentence}}}
}

// enter reads the form and opens the mailbox that its code stands for.
func (b *Box) enter(w http.ResponseWriter, r *http.Request) (*posted, mailbox.Keys, error) {
	p, err := b.receive(w, r)
	if err != nil {
		return nil, mailbox.Keys{}, err
	}
	c, err := code(p)
	if err != nil {
		b.drop(detached(r), p)
		return p, mailbox.Keys{}, err
	}
	return p, mailbox.Derive(c, b.Salt), nil
}

// askAgain shows the page that asks for the code, with what was typed.
func (b *Box) askAgain(w http.ResponseWriter, r *http.Request, p *posted, err error) error {
	var f *fault.Error
	if p == nil || !errors.As(err, &f) {
		return err
	}
	v := b.view(r, "", "", false)
	v.Form.Values, v.Form.Errors, v.Form.Message = p.values, f.Fields, f.Message
	return b.render(w, serve.Status(f.Kind), "mailbox", b.asks(v))
}

// open shows a conversation to the holder of its code.
func (b *Box) open(w http.ResponseWriter, r *http.Request) error {
	p, keys, err := b.enter(w, r)
	if err != nil {
		return b.askAgain(w, r, p, err)
	}
	b.drop(detached(r), p)
	return b.show(w, r, p, keys, nil, false)
}

// show renders a conversation; wrong is what was wrong with a message that was
// to be added, and typed stays in its field.
func (b *Box) show(w http.ResponseWriter, r *http.Request, p *posted, keys mailbox.Keys, wrong *fault.Error, sent bool) error {
	messages, _, err := b.messages(r.Context(), r, keys)
	if err != nil {
		return b.askAgain(w, r, p, err)
	}
	over, err := b.Spool.Expired(r.Context(), spool.ID(keys.ID()))
	if err != nil {
		return err
	}
	look, err := b.lookWith(keys)
	if err != nil {
		return err
	}
	b.looked(r, look)
	v := conversationView{View: b.view(r, "", "", false), Messages: messages, Sent: sent, Unused: over == spool.Unused, Lost: over == spool.Uncollected, Once: envelope.NewID(), Day: clock.DayOf(b.Clock.Now())}
	v.Title, v.Prefix = v.T("Answers"), prefix(v.View)
	c, err := code(p)
	if err != nil {
		return err
	}
	groups := c.Groups()
	v.Code = strings.Join(groups[:], "")
	_, v.CanWrite = b.key("help")
	if wrong != nil {
		v.Form.Values, v.Form.Errors = p.values, wrong.Fields
	}
	v.Arrange, v.Arranging = asks(v.Form, forms.Arrange()), wrong != nil && p.values.Get("form") == "arrange"
	status := http.StatusOK
	if wrong != nil {
		status = serve.Status(wrong.Kind)
		v.Form.Values, v.Form.Errors, v.Form.Message = p.values, wrong.Fields, wrong.Message
	}
	return b.render(w, status, "conversation", v)
}

// messages opens what waits in the mailbox. channel is the one that the last
// answer came from.
func (b *Box) messages(ctx context.Context, r *http.Request, keys mailbox.Keys) (list []message, channel string, err error) {
	replies, err := b.Spool.Replies(ctx, spool.ID(keys.ID()))
	if err != nil {
		return nil, "", err
	}
	var opened []envelope.Message
	unopened := 0
	for _, reply := range replies {
		m, err := keys.Open(reply.Sealed)
		if err != nil {
			unopened++
			continue
		}
		if m.Kind != envelope.Cover {
			opened = append(opened, m)
		}
	}
	slices.SortStableFunc(opened, func(a, b envelope.Message) int { return strings.Compare(string(a.Day), string(b.Day)) })
	words := b.words.For(b.lang(r))
	for _, m := range opened {
		if m.From == "team" || m.From == "" {
			m.From = words.T("The team")
		}
		list = append(list, message{From: m.From, Day: words.Day(m.Day), Text: m.Text, Mark: m.Kind == envelope.ReadMark})
		channel = m.Channel
	}
	for range unopened {
		list = append(list, message{Unopened: true})
	}
	return list, channel, nil
}

// replyKey is the key for a further message: of the channel that answered, or
// of the one for help.
func (b *Box) replyKey(channel string) (noticeboard.Key, bool) {
	if k, ok := b.Board.Key(channel); ok {
		return k, true
	}
	return b.key("help")
}

// more takes a further message of some kind without the script, and shows the
// conversation again.
func (b *Box) more(take func(*Box, *http.Request, *posted, mailbox.Keys) error) serve.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, keys, err := b.enter(w, r)
		if err != nil {
			return b.askAgain(w, r, p, err)
		}
		if err = take(b, r, p, keys); err == nil {
			p.values = url.Values{"code": p.values["code"]}
			return b.show(w, r, p, keys, nil, true)
		}
		b.drop(detached(r), p)
		var f *fault.Error
		if !errors.As(err, &f) {
			b.quiet(err)
			f = spool.ErrFull
		}
		return b.show(w, r, p, keys, f, false)
	}
}

// further seals and stores it.
func (b *Box) further(r *http.Request, p *posted, keys mailbox.Keys) error {
	form := forms.Form{Questions: []forms.Question{{ID: forms.TextID, Kind: forms.Words}}}
	text, _, err := form.Read(p.field())
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" && len(p.files) == 0 {
		return &fault.Error{Kind: fault.Invalid, Message: errEmpty.Message, Fields: []fault.Field{{Name: "text", Message: errEmpty.Message}}}
	}
	return b.add(r, p, keys, envelope.Message{Kind: envelope.FollowUp, Text: text})
}

// add stores a further message under an existing code.
func (b *Box) add(r *http.Request, p *posted, keys mailbox.Keys, m envelope.Message) error {
	if p.refused != nil {
		return p.refused
	}
	ctx := detached(r)
	_, channel, err := b.messages(ctx, r, keys)
	if err != nil {
		return err
	}
	key, ok := b.replyKey(channel)
	if !ok {
		return errNoKey
	}
	id, err := b.nonceID(ctx, p)
	if err != nil {
		return err
	}
	m.Lang = string(b.lang(r))
	return b.store(ctx, r, key, keys, nil, id, p, m)
}

// CodeField is the question for the code.
func (v mailboxView) CodeField() page.Field {
	return v.Form.Area("code", v.T("Your code")).Hint(v.T("32 digits. Spaces between them do not matter."))
}
