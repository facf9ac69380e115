package letterbox

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"

	"waylight/front/internal/noticeboard"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/serve"
)

var (
	errNoKey = fault.New(fault.Busy, "Messages cannot be locked here at the moment, so nothing was taken. Please try again later, or use another way.")
	errEmpty = fault.New(fault.Invalid, "There is nothing in the message yet. A few words or one answer are enough.")
	errStay  = fault.New(fault.Invalid, "Nothing was sent yet. Please go on, and press \"Send\" at the end.")
	errFiles = fault.New(fault.Invalid, "Please look at the marked fields. Files have to be chosen again.")
)

// send takes a questionnaire that was filled in without the script.
func (b *Box) send(id string) serve.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, _ := forms.ByID(id)
		p, err := b.receive(w, r)
		if err != nil {
			return err
		}
		if p.values.Get("do") == "stay" { // the Enter key on a choice: browsers press the first button of a form
			b.drop(detached(r), p)
			p.files = nil
			return b.again(w, r, form, p, errStay)
		}
		code, second, err := b.report(detached(r), r, form, p)
		if err != nil {
			b.drop(detached(r), p)
			return b.again(w, r, form, p, err)
		}
		return b.render(w, http.StatusOK, "code", b.codes(r, code, second, id))
	}
}

// codes makes the page that shows both codes. form names the questionnaire.
func (b *Box) codes(r *http.Request, code, second receipt.Code, form string) codeView {
	v := codeView{View: b.view(r, "", "", false), Groups: code.Groups(), Second: second.Groups(), Once: envelope.NewID(), Day: clock.DayOf(b.Clock.Now())}
	v.Listed = listed(v.Words, code)
	v.Title, v.Prefix, v.Team = v.T("Your code"), prefix(v.View), b.team(v.Words, form)
	v.Signs = asks(v.Form, forms.Signs())
	return v
}

// report seals and stores a first message and returns its two codes.
func (b *Box) report(ctx context.Context, r *http.Request, form forms.Form, p *posted) (code, second receipt.Code, err error) {
	if p.refused != nil {
		return code, second, p.refused
	}
	key, ok := b.key(form.ID)
	if !ok {
		return code, second, errNoKey
	}
	text, answers, err := form.Read(p.field())
	if err != nil {
		return code, second, err
	}
	if !forms.Said(text, answers) && len(p.files) == 0 {
		return code, second, errEmpty
	}
	code, second, id, err := b.chosen(ctx, p)
	if err != nil {
		return code, second, err
	}
	keys, other := mailbox.Derive(code, b.Salt), mailbox.Derive(second, b.Salt)
	err = b.store(ctx, r, key, keys, &other, id, p, envelope.Message{
		Kind: envelope.Report, Lang: string(b.lang(r)), Text: text, Answers: answers,
		Form: &envelope.Form{ID: form.ID, Version: form.Version}, Second: other.Second(),
	})
	return code, second, err
}

// store seals a message to the channel's key and keeps it durably. second is the
// mailbox of the second code, with a first message.
func (b *Box) store(ctx context.Context, r *http.Request, key noticeboard.Key, keys mailbox.Keys, second *mailbox.Keys, id spool.ID, p *posted, m envelope.Message) error {
	box, err := b.Spool.SignKey(ctx, spool.ID(keys.ID()))
	if err != nil && !errors.Is(err, spool.ErrNoMailbox) {
		return err
	}
	known := err == nil && box == [32]byte(keys.Public())
	leave, err := b.pass(r, known)
	if err != nil {
		return err
	}
	defer leave()
	m.Channel, m.Via, m.Mailbox, m.Files = key.Channel, envelope.PageForm, keys.Address(), p.files
	m.Day = clock.DayOf(b.Clock.Now())
	plain, err := m.Encode()
	if errors.Is(err, envelope.ErrTooLarge) {
		return spool.ErrTooLarge
	}
	if err != nil {
		return err
	}
	sealed, err := seal.To(key.Recipient, plain)
	clear(plain)
	if err != nil {
		return err
	}
	e := spool.Envelope{ID: id, Channel: key.Channel, Mailbox: spool.ID(keys.ID()), SignKey: [32]byte(keys.Public()), Sealed: sealed, Uploads: p.uploads(), Known: known}
	if second != nil {
		pair(&e, keys, *second)
	}
	_, err = b.Spool.Submit(ctx, e, true)
	if errors.Is(err, spool.ErrConflict) && p.values.Get("once") != "" {
		// The same form was stored before and the person did not see the answer.
		b.drop(ctx, p)
		return nil
	}
	return err
}

// chosen gives the two codes and the envelope's id for a form. A form that comes
// twice with the same content gets the same ones, so that a person who presses
// "reload" after a broken line has one message and one code, also when the server
// died in between and when another Front of the same store hears the second time.
// They come from a secret of the day, from the random value that stood in the form
// and from everything that was typed.
func (b *Box) chosen(ctx context.Context, p *posted) (code, second receipt.Code, id spool.ID, err error) {
	if !envelope.ValidID(p.values.Get("once")) {
		p.values.Del("once")
		id, err = spool.ParseID(envelope.NewID())
		return receipt.New(), receipt.New(), id, err
	}
	secret, err := b.Spool.FormSecret(ctx, clock.Day(p.values.Get("day")))
	if err != nil {
		return code, second, id, err
	}
	stream, err := hkdf.Key(sha256.New, secret[:], p.digest.Sum(nil), "waylight/v1/front-once", 16+2*255)
	if err != nil {
		return code, second, id, err
	}
	if code, err = codeFrom(stream[16 : 16+255]); err != nil {
		return code, second, id, err
	}
	second, err = codeFrom(stream[16+255:])
	return code, second, spool.ID(stream[:16]), err
}

// codeFrom makes a code from random bytes as receipt.New makes it from the
// system's: bytes over 249 are passed over. 255 bytes always have thirty others.
func codeFrom(random []byte) (receipt.Code, error) {
	digits, m := "", 0
	for _, r := range random {
		if r < 250 && len(digits) < receipt.Length-2 {
			digits += string(rune('0' + r%10))
			m = (m*10 + int(r%10)) % 97
		}
	}
	return receipt.Parse(fmt.Sprintf("%s%02d", digits, 98-m*100%97))
}

// again shows the form with what was typed and says what to do.
func (b *Box) again(w http.ResponseWriter, r *http.Request, form forms.Form, p *posted, err error) error {
	if fault.KindOf(err) == fault.Internal {
		b.unstored(err)
		err = fault.New(fault.Busy, spool.ErrFull.Message)
	}
	var f *fault.Error
	errors.As(err, &f)
	v := b.view(r, "", "", false)
	v.Form.Values, v.Form.Errors, v.Form.Message = p.values, f.Fields, f.Message
	if len(p.files) > 0 && f.Kind == fault.Invalid {
		v.Form.Message = errFiles.Message
	}
	return b.render(w, serve.Status(f.Kind), "sheet", b.sheet(v, form))
}

// nonceID reads the hidden field that makes a message sent twice one.
func (b *Box) nonceID(ctx context.Context, p *posted) (spool.ID, error) {
	if !envelope.ValidID(p.values.Get("once")) {
		p.values.Del("once")
		return spool.ParseID(envelope.NewID())
	}
	secret, err := b.Spool.FormSecret(ctx, clock.Day(p.values.Get("day")))
	if err != nil {
		return spool.ID{}, err
	}
	stream, err := hkdf.Key(sha256.New, secret[:], p.digest.Sum(nil), "waylight/v1/front-once-more", 16)
	if err != nil {
		return spool.ID{}, err
	}
	return spool.ID(stream), nil
}
