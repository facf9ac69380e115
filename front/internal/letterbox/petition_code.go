package letterbox

import (
	"errors"
	"net/http"

	"waylight/front/internal/signatures"
	"waylight/internal/fault"
	"waylight/internal/page"
	"waylight/internal/petition"
	"waylight/internal/serve"
)

// codeOf reads a code of the address.
func codeOf(r *http.Request) (petition.Code, error) {
	c, ok := petition.ParseCode(r.PathValue("code"))
	if !ok {
		return "", signatures.ErrCode
	}
	return c, nil
}

// pressView asks for the press that confirms, or says that it was pressed.
type pressView struct {
	page.View
	Prefix string
	Code   string     // in groups; empty: it has to be typed
	Field  page.Field // for typing it
	Head   string     // of the petition
	Done   bool
	Share  string // address of the petition
}

func (b *Box) press(v page.View, c petition.Code, of signatures.Code) pressView {
	out := pressView{View: v, Prefix: prefix(v), Code: c.Groups(), Done: of.State == signatures.Confirmed}
	out.Title = out.T("Confirm")
	out.Field = out.Form.Text("code", out.T("The code from the message")).Hint(out.T("20 letters and digits. Blanks and hyphens do not matter."))
	if p, ok := b.Petitions.ByID(of.Petition); ok && !p.Removed {
		out.Head, out.Share = p.In(v.Tag()).Title, out.Prefix+"/petitions/"+p.Slug
	}
	return out
}

func (b *Box) askCode(w http.ResponseWriter, r *http.Request) error {
	return b.render(w, http.StatusOK, "press", b.press(b.view(r, "", "confirm", true), "", signatures.Code{}))
}

// askPress shows the button. Programs that follow the links of mails come here
// and change nothing.
func (b *Box) askPress(w http.ResponseWriter, r *http.Request) error {
	c, err := codeOf(r)
	if err != nil {
		return err
	}
	of, err := b.Petitions.Look(r.Context(), c, false)
	if err != nil {
		return err
	}
	if of.State == signatures.Erased {
		return signatures.ErrCode
	}
	return b.render(w, http.StatusOK, "press", b.press(b.view(r, "", "confirm/"+string(c), true), c, of))
}

func (b *Box) confirm(w http.ResponseWriter, r *http.Request) error {
	values, err := smallForm(w, r)
	if err != nil {
		return err
	}
	c, ok := petition.ParseCode(values.Get("code"))
	of := signatures.Code{}
	if ok {
		of, err = b.Petitions.Press(detached(r), c, signatures.Confirm)
	} else {
		err = fault.Bad("code", "A code has 20 letters and digits. Please compare with the message.")
	}
	v := b.view(r, "", "", false)
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		v.Form.Values, v.Form.Errors, v.Form.Message = values, f.Fields, f.Message
		return b.render(w, serve.Status(f.Kind), "press", b.press(v, "", of))
	}
	if err != nil {
		return err
	}
	return b.render(w, http.StatusOK, "press", b.press(v, c, of))
}

// leaveView offers to stop messages and to erase the signature.
type leaveView struct {
	page.View
	Prefix, Action string
	Head           string
	Stopped        bool
	Erased         bool
}

func (b *Box) left(v page.View, c petition.Code, of signatures.Code) leaveView {
	out := leaveView{View: v, Prefix: prefix(v), Erased: of.State == signatures.Erased}
	out.Title, out.Action = out.T("Your signature"), out.Prefix+"/leave/"+string(c)
	if p, ok := b.Petitions.ByID(of.Petition); ok && !p.Removed {
		out.Head = p.In(v.Tag()).Title
	}
	return out
}

func (b *Box) askLeave(w http.ResponseWriter, r *http.Request) error {
	c, err := codeOf(r)
	if err != nil {
		return err
	}
	of, err := b.Petitions.Look(r.Context(), c, true)
	if err != nil {
		return err
	}
	return b.render(w, http.StatusOK, "leave", b.left(b.view(r, "", "leave/"+string(c), true), c, of))
}

// leave does what was pressed. A mail program that unsubscribes by itself
// (RFC 8058) sends no button: it stops the messages and nothing else.
func (b *Box) leave(w http.ResponseWriter, r *http.Request) error {
	c, err := codeOf(r)
	if err != nil {
		return err
	}
	values, err := smallForm(w, r)
	if err != nil {
		return err
	}
	what := signatures.What(values.Get("do"))
	if values.Get("List-Unsubscribe") == "One-Click" {
		what = signatures.Stop
	}
	switch what {
	case signatures.Stop, signatures.Erase, signatures.Never:
	default:
		return errForm
	}
	of, err := b.Petitions.Press(detached(r), c, what)
	if err != nil {
		return err
	}
	v := b.left(b.view(r, "", "", false), c, of)
	v.Stopped = what == signatures.Stop
	return b.render(w, http.StatusOK, "leave", v)
}
