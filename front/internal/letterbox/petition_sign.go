package letterbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"waylight/front/internal/signatures"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/effort"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/petition"
	"waylight/internal/seal"
	"waylight/internal/serve"
	"waylight/internal/wire"
)

// petitionProtocol adds the paths by which a page's script signs.
func (b *Box) petitionProtocol(mux *http.ServeMux) {
	if b.Petitions == nil {
		return
	}
	mux.HandleFunc("GET "+wire.PathPetition, b.wire(b.statement))
	mux.HandleFunc("PUT "+wire.PathSignature, b.wire(b.signed))
}

// quick takes signatures that a script sends past the router and the headers of
// pages: an answer of a few bytes to a script needs no rules for a page, and a
// petition that many sign at once is served half as fast with them. Most of them do
// not come this far: see TakeSigned.
func (b *Box) quick(next http.Handler) http.Handler {
	if !b.Signs() {
		return next
	}
	signed := b.short(b.signed)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		petition, number, ok := signaturePath(r.URL.Path)
		if !ok || r.Method != http.MethodPut {
			next.ServeHTTP(w, r)
			return
		}
		r.SetPathValue("petition", petition)
		r.SetPathValue("number", number)
		signed(w, r)
	})
}

// short answers a script with the few headers that such an answer needs.
func (b *Box) short(h func(w http.ResponseWriter, r *http.Request) (int, any, error)) http.HandlerFunc {
	answer := b.wire(h)
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Date"], h["X-Content-Type-Options"] = nil, nosniff
		answer(w, r)
	}
}

var nosniff = []string{"nosniff"}

// signaturePath reads the address of a signature: /w/v1/petitions/ID/signatures/NUMBER.
func signaturePath(path string) (id, number string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/w/v1/petitions/")
	if !ok {
		return "", "", false
	}
	id, number, ok = strings.Cut(rest, "/signatures/")
	return id, number, ok && petition.ValidID(id) && len(number) == 16
}

// Signs reports whether scripts send signatures to this box: they speak to the root.
func (b *Box) Signs() bool { return b.Petitions != nil && b.Base == "" }

// WantsSigned reports whether a body of size bytes that is put at path may be a signature.
func (b *Box) WantsSigned(path []byte, size int) bool {
	_, _, ok := signaturePath(string(path))
	return ok && size == signatures.SealedSize()
}

// TakeSigned is what signed does for a request whose body is known already. ok is
// false where there is anything to say but that it is stored: then nothing was, and
// signed says it. The bytes are not kept.
func (b *Box) TakeSigned(path, sealed []byte) (fresh, ok bool) {
	petition, number, ok := signaturePath(string(path))
	n, valid := signatures.ParseNumber(number)
	if !ok || !valid {
		return false, false
	}
	if !b.crowd.slip(b.Clock.Now()) {
		return false, false
	}
	defer b.crowd.leave()
	fresh, err := b.Petitions.Take(context.Background(), petition, n, sealed)
	return fresh, err == nil
}

// Stored answers as signed does when a signature was stored, now (fresh) or before.
func (b *Box) Stored(fresh bool) http.Handler {
	return b.short(func(http.ResponseWriter, *http.Request) (int, any, error) { return stored(fresh), storedAnswer, nil })
}

func stored(fresh bool) int {
	if fresh {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (b *Box) statement(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	p, ok := b.Petitions.ByID(r.PathValue("petition"))
	if !ok {
		return 0, nil, refused{code: wire.UnknownChannel, message: "There is no such petition here."}
	}
	return http.StatusOK, wire.Petition{Statement: p.Note, OrganisationKey: p.Key}, nil
}

// signed takes a signature that was sealed in the supporter's browser.
func (b *Box) signed(w http.ResponseWriter, r *http.Request) (int, any, error) {
	n, ok := signatures.ParseNumber(r.PathValue("number"))
	if !ok {
		return 0, nil, badRequest("A number has 16 lower-case hexadecimal digits.")
	}
	size := signatures.SealedSize()
	sealed := make([]byte, size+1)
	got, err := io.ReadFull(http.MaxBytesReader(w, r.Body, int64(size)+1), sealed)
	if err == nil || got != size {
		return 0, nil, badRequest("A sealed signature has another size.")
	}
	sealed = sealed[:size]
	asked := b.crowd.enter(b.Clock.Now())
	defer b.crowd.leave()
	if err := b.worked(r, asked, sealed); err != nil {
		return 0, nil, err
	}
	fresh, err := b.Petitions.Take(detached(r), r.PathValue("petition"), n, sealed)
	switch {
	case errors.Is(err, signatures.ErrClosed):
		return 0, nil, refused{code: wire.Closed, message: signatures.ErrClosed.Message}
	case errors.Is(err, signatures.ErrConflict):
		return 0, nil, refused{code: wire.Conflict, message: signatures.ErrConflict.Message}
	case err != nil:
		return 0, nil, err
	}
	return stored(fresh), storedAnswer, nil
}

// storedAnswer is wire.Stored as it is written.
var storedAnswer = json.RawMessage(`{"stored":true}`)

// worked lets a signature in, or asks for the work to be done first. Under a flood
// of signatures that is asked of those who sign, never of those who need help.
func (b *Box) worked(r *http.Request, asked int, sealed []byte) error {
	if asked == 0 {
		return nil
	}
	what := sha256.Sum256(append([]byte(r.URL.Path+"\n"), sealed...))
	task, answer, _ := strings.Cut(r.Header.Get(wire.WorkHeader), ":")
	if t, err := base64.StdEncoding.DecodeString(task); err == nil {
		if a, err := base64.StdEncoding.DecodeString(answer); err == nil && effort.Done(b.Effort, b.Clock.Now(), what, t, a) {
			return nil
		}
	}
	return refused{code: wire.WorkFirst, message: "Many are signing at once. Solve the task and send the same again.", work: &wire.Work{
		Task: effort.Task(b.Effort, b.Clock.Now(), asked, what), Bits: asked,
	}}
}

// maxSign is the largest form with which somebody signs, in bytes.
const maxSign = 16 << 10

// sign takes a signature without the script: it is sealed in memory at once.
func (b *Box) sign(w http.ResponseWriter, r *http.Request) error {
	p, err := b.find(r)
	if err != nil {
		return err
	}
	values, err := smallForm(w, r)
	if err != nil {
		return err
	}
	base := b.view(r, "", "", false)
	if err = b.signForm(detached(r), r, p, values); err != nil {
		if fault.KindOf(err) == fault.Internal {
			b.unstored(err)
			err = signatures.ErrFull
		}
		var f *fault.Error
		errors.As(err, &f)
		base.Form.Values, base.Form.Errors, base.Form.Message = values, f.Fields, f.Message
		return b.petitionPage(w, r, serve.Status(f.Kind), p, base, func(v *petitionView) {
			if once := values.Get("once"); envelope.ValidID(once) {
				v.Once = once
			}
			v.Fields, v.Open = signFields(v.Form), true // what was typed stays
		})
	}
	return b.petitionPage(w, r, http.StatusOK, p, base, func(v *petitionView) { v.Done = true })
}

func smallForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSign))
	if err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errForm
	}
	return values, nil
}

func (b *Box) signForm(ctx context.Context, r *http.Request, p signatures.Statement, values url.Values) error {
	s := petition.Signature{Petition: p.ID, Name: strings.TrimSpace(values.Get("name")), Email: strings.TrimSpace(values.Get("email")), Country: values.Get("country"), Lang: b.view(r, "", "", false).Tag(), Via: petition.ViaForm, Day: clock.DayOf(b.Clock.Now())}
	if s.Lang != "ru" {
		s.Lang = "en"
	}
	for _, wish := range values["wish"] {
		s.Updates, s.Shown = s.Updates || wish == "updates", s.Shown || wish == "shown"
	}
	s.Trap = values.Get("motto") != ""
	var c fault.Check
	c.Field(petition.IsName(s.Name), "name", "Write your name on one line, without the address of a page.")
	c.Field(petition.IsAddress(s.Email), "email", "Write an e-mail address, such as name@example.org.")
	c.Field(country.Is(s.Country), "country", "Please choose the country in which you live.")
	if err := c.Err(); err != nil {
		return err
	}
	if !p.Signable(s.Day) {
		return signatures.ErrClosed
	}
	plain, err := s.Encode()
	if err != nil {
		return fault.Bad("name", "This is too long. Please write it shorter.")
	}
	sealed, err := seal.Fixed(p.Recipient, plain, petition.Size)
	clear(plain)
	if err != nil {
		return err
	}
	if asked := b.crowd.enter(b.Clock.Now()); asked > 0 { // forms cannot be asked for work: they take turns
		out, err := b.queue.enter(r)
		if err != nil {
			b.crowd.leave()
			return err
		}
		defer out()
	}
	defer b.crowd.leave()
	n, repeated := numberOf(values)
	_, err = b.Petitions.Take(ctx, p.ID, n, sealed)
	if errors.Is(err, signatures.ErrConflict) && repeated {
		return nil // the same form was stored before and the person did not see the answer
	}
	return err
}

// numberOf gives a form's signature its number: the same form sent twice is one
// signature. It follows from the random value in the form, which is not kept.
func numberOf(values url.Values) (n signatures.Number, repeatable bool) {
	if !envelope.ValidID(values.Get("once")) {
		var b [8]byte
		rand.Read(b[:])
		return signatures.NumberOf(b[:]), false
	}
	sum := sha256.Sum256([]byte("waylight/v1/petition-once\n" + values.Encode()))
	return signatures.NumberOf(sum[:8]), true
}
