package evidenceweb

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/darkroom"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

func again(err error) bool {
	k := fault.KindOf(err)
	return k == fault.Invalid || k == fault.TooLarge || k == fault.Conflict
}

func (r *Room) listPage(c *ui.Context, f page.Form) (listView, error) {
	i, files, err := r.Evidence.List(c.Context(), c.Actor, c.ID("item"))
	if err != nil {
		return listView{}, err
	}
	frame := c.Frame(c.T("Files of the item"))
	if f.Values != nil {
		frame.Form = f
	}
	return newList(frame, i, files, documenter(c)), nil
}

func (r *Room) list(c *ui.Context) error {
	v, err := r.listPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "list", v)
}

// maxField bounds a text that comes with a file.
const maxField = 64 << 10

// read takes an upload as it comes: the words first, then each file in a stream.
// What was typed stays in values, for the form.
func read(c *ui.Context, keep func(in evidence.In, values url.Values, r io.Reader) error) (values url.Values, files int, err error) {
	values = url.Values{}
	m, err := c.R.MultipartReader()
	if err != nil {
		return values, 0, fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return values, files, nil
		}
		if err != nil {
			return values, files, broken(err)
		}
		if p.FormName() != "file" {
			b, err := io.ReadAll(io.LimitReader(p, maxField))
			if err != nil {
				return values, files, broken(err)
			}
			values.Add(p.FormName(), strings.ToValidUTF8(string(b), "\uFFFD"))
			continue
		}
		if p.FileName() == "" {
			continue // a browser sends an empty part when none was chosen
		}
		if err := keep(about(values, p), values, p); err != nil {
			return values, files, broken(err)
		}
		files++
	}
}

func about(v url.Values, p *multipart.Part) evidence.In {
	return evidence.In{Name: path.Base(p.FileName()), Description: v.Get("description"), How: v.Get("how"), Graphic: slices.Contains(v["marks"], "graphic"), Sensitive: slices.Contains(v["marks"], "sensitive")}
}

// broken tells a line that broke from a fault of ours: nothing of that file was kept.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "One file may have 2 GiB. Cut it and send the parts.")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "The upload broke off. Nothing of that file was kept. Please send it again.")
	}
	return err
}

// form shows what was typed again.
func form(c *ui.Context, values url.Values, err error) page.Form {
	f := page.Form{Words: c.Words, Values: values}
	var e *fault.Error
	if errors.As(err, &e) {
		f.Errors, f.Message, f.Args = e.Fields, e.Message, e.Args
	}
	return f
}

var errNoFile = fault.Bad("file", i18n.Key("Choose a file."))

func (r *Room) receive(c *ui.Context) error {
	values, n, err := read(c, func(in evidence.In, _ url.Values, body io.Reader) error {
		_, err := r.Evidence.Receive(c.Context(), c.Actor, c.ID("item"), in, body)
		return err
	})
	if err == nil && n == 0 {
		err = errNoFile
	}
	if again(err) {
		v, verr := r.listPage(c, form(c, values, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "list", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/items/"+c.ID("item")+"/evidence", "evidence.kept")
}

func (r *Room) filePage(c *ui.Context, f page.Form) (fileView, error) {
	p, err := r.Evidence.Page(c.Context(), c.Actor, c.ID("file"))
	if err != nil {
		return fileView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return fileView{}, err
	}
	frame := c.Frame(title(c.Words, p.Opened))
	if f.Values != nil {
		frame.Form = f
	}
	return newFile(frame, p, names, documenter(c)), nil
}

func (r *Room) file(c *ui.Context) error {
	v, err := r.filePage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "file", v)
}

// answer shows the file's page again with what is wrong.
func (r *Room) answer(c *ui.Context, values url.Values, err error) error {
	if !again(err) {
		return err
	}
	v, verr := r.filePage(c, form(c, values, err))
	if verr != nil {
		return verr
	}
	return c.Invalid(pages, "file", v)
}

func (r *Room) look(c *ui.Context) error {
	v, err := r.Evidence.Look(c.Context(), c.Actor, c.ID("file"), evidence.Purpose(c.Text("purpose")))
	if err != nil {
		return r.answer(c, c.R.PostForm, err)
	}
	return c.See("/record/evidence/"+v.File+"/look/"+v.ID, "")
}

func (r *Room) viewer(c *ui.Context) error {
	v, err := r.viewerPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "viewer", v)
}

func (r *Room) viewerPage(c *ui.Context, f page.Form) (viewerView, error) {
	content, view, err := r.Evidence.Bytes(c.Context(), c.Actor, c.ID("file"), c.ID("view"))
	if err != nil {
		return viewerView{}, err
	}
	defer content.Close()
	n, err := strconv.Atoi(c.R.URL.Query().Get("page"))
	if err != nil || n < 1 {
		n = 1
	}
	frame := c.Frame(c.T("Look at the file"))
	if f.Values != nil {
		frame.Form = f
	}
	// Only this page may play what comes from the vault.
	h := c.W.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; media-src 'self'")
	rep, err := darkroom.Traces(content, content.Facts.Size)
	if err != nil {
		return viewerView{}, err
	}
	v := newViewer(frame, content, view, n, documenter(c))
	for _, k := range rep.FoundKinds() {
		v.Tells = append(v.Tells, ui.TraceSays(c.Words, string(k)))
	}
	return v, nil
}

// sandboxed says that what follows may run nothing, fetch nothing and be shown in no frame.
func sandboxed(h http.Header) {
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

func (r *Room) bytes(c *ui.Context) error {
	content, _, err := r.Evidence.Bytes(c.Context(), c.Actor, c.ID("file"), c.ID("view"))
	if err != nil {
		return err
	}
	defer content.Close()
	h := c.W.Header()
	sandboxed(h)
	kind := shownAs(content.Facts.Type)
	if kind == other || kind == document {
		return fault.Missing() // only pictures, sound and film are shown
	}
	h.Set("Content-Type", content.Facts.Type)
	h.Set("Content-Disposition", "inline")
	http.ServeContent(c.W, c.R, "", time.Time{}, content)
	return nil
}

// picture answers with a picture that the darkroom drew.
func picture(c *ui.Context, b []byte, err error) error {
	if err != nil {
		return err
	}
	h := c.W.Header()
	sandboxed(h)
	h.Set("Content-Type", "image/png")
	http.ServeContent(c.W, c.R, "", time.Time{}, bytes.NewReader(b))
	return nil
}

func (r *Room) pdfPage(c *ui.Context) error {
	content, _, err := r.Evidence.Bytes(c.Context(), c.Actor, c.ID("file"), c.ID("view"))
	if err != nil {
		return err
	}
	defer content.Close()
	n, err := strconv.Atoi(c.ID("page"))
	if err != nil || n < 1 || shownAs(content.Facts.Type) != document {
		return fault.Missing()
	}
	b, err := darkroom.PDFPage(c.Context(), content, n)
	return picture(c, b, err)
}

func (r *Room) grid(c *ui.Context) error {
	content, _, err := r.Evidence.Bytes(c.Context(), c.Actor, c.ID("file"), c.ID("view"))
	if err != nil {
		return err
	}
	defer content.Close()
	b, err := darkroom.Upright(content, true)
	return picture(c, b, err)
}

// copyOut hands the content to the member's own machine. The name is the file's
// id: what it was called may tell whose it is.
func (r *Room) copyOut(c *ui.Context) error {
	content, err := r.Evidence.Copy(c.Context(), c.Actor, c.ID("file"), evidence.Purpose(c.Text("purpose")))
	if err != nil {
		return r.answer(c, c.R.PostForm, err)
	}
	defer content.Close()
	h := c.W.Header()
	sandboxed(h)
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+content.File.ID+evidence.Extension(content.Facts.Type)+`"`)
	h.Set("Content-Length", strconv.FormatInt(content.Facts.Size, 10))
	if _, err := io.Copy(c.W, content); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: a cut one must not look whole
	}
	return nil
}

func (r *Room) rehash(c *ui.Context) error {
	good, err := r.Evidence.Rehash(c.Context(), c.Actor, c.ID("file"))
	if err != nil {
		return err
	}
	if !good {
		return c.See("/record/evidence/"+c.ID("file"), "evidence.wrong")
	}
	return c.See("/record/evidence/"+c.ID("file"), "evidence.good")
}

func (r *Room) derive(c *ui.Context) error {
	id := ""
	values, n, err := read(c, func(in evidence.In, v url.Values, body io.Reader) error {
		f, err := r.Evidence.Derive(c.Context(), c.Actor, c.ID("file"), evidence.Step(v.Get("step")), in, body)
		id = f.ID
		return err
	})
	if err == nil && n == 0 {
		err = errNoFile
	}
	if err != nil {
		return r.answer(c, values, err)
	}
	return c.See("/record/evidence/"+id, "evidence.derived")
}

// redact makes a new picture or recording of what may be seen or heard.
func (r *Room) redact(c *ui.Context) error {
	f, err := r.redacted(c)
	if again(err) {
		v, verr := r.viewerPage(c, form(c, c.R.PostForm, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "viewer", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/evidence/"+f.ID, "evidence.derived")
}

func (r *Room) redacted(c *ui.Context) (f evidence.File, err error) {
	description := c.Need("description", i18n.Key("Say what it shows. A colleague must be able to decide whether to look."))
	if err := c.Wrong(); err != nil {
		return f, err
	}
	content, _, err := r.Evidence.Bytes(c.Context(), c.Actor, c.ID("file"), c.ID("view"))
	if err != nil {
		return f, err
	}
	defer content.Close()
	in := evidence.In{Description: description, Graphic: content.Facts.Graphic}
	var body io.Reader
	switch shownAs(content.Facts.Type) {
	case image:
		areas, err := darkroom.ParseAreas(c.Text("areas"))
		if err != nil {
			return f, fault.Bad("areas", i18n.Key("Write one area in a line: left, top, right and bottom in percent, such as 10 20 35 40."))
		}
		b, err := darkroom.Blacken(content, areas)
		if err != nil {
			return f, err
		}
		body, in.Name, in.How = bytes.NewReader(b), "redacted.png", "areas blackened in the pixels: "+strings.Join(strings.Fields(c.Text("areas")), " ")
	case sound:
		spans, err := darkroom.ParseSpans(c.Text("areas"))
		if err != nil {
			return f, fault.Bad("areas", i18n.Key("Write one part in a line: from and to, in seconds or minutes, such as 1:02 1:10."))
		}
		if body, err = darkroom.Silence(content, spans); err != nil {
			return f, err
		}
		in.Name, in.How = "redacted.wav", "parts silenced in the samples: "+strings.Join(strings.Fields(c.Text("areas")), " ")
	default:
		return f, fault.New(fault.Conflict, "This kind of file cannot be redacted here. Make a copy on a machine without a network, and bring the result as a file made from this one.")
	}
	return r.Evidence.Derive(c.Context(), c.Actor, c.ID("file"), evidence.Redaction, in, body)
}
