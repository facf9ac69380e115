// Package captureweb is the pages of captures: a page of the web taken for an item
// of the record, or brought from elsewhere; what came, and how it differs from the
// time before.
//
// Before a page is taken it says what the site learns. A capture that was begun
// goes on when the person's own line breaks. The package refuses rules and shows
// nothing of a captured page but words: its files are looked at among the evidence.
// It imports capture, evidence, record, snare and binder for words, staff, ui, page
// and the ground.
package captureweb

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/capture"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	Keeper *capture.Keeper
	Names  func(ctx context.Context) (map[string]string, error) // members' names by id
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"capture.kept":    i18n.Key("The page is kept as it came. Its files were hashed while they were sealed."),
		"capture.brought": i18n.Key("The capture is kept as it came. Its hash was taken while it arrived."),
	})
	read := record.Readers()
	m.Get("/record/items/{item}/captures", r.list, read...)
	m.Post("/record/items/{item}/captures", r.take, staff.Documenter)
	m.Upload("/record/items/{item}/captures/bring", vault.MaxBlob+1<<20, r.bring, staff.Documenter)
	m.Get("/record/captures/{capture}", r.capture, read...)
}

func (r *Room) listPage(c *ui.Context, take, bring page.Form) (listView, error) {
	i, all, err := r.Keeper.List(c.Context(), c.Actor, c.ID("item"))
	if err != nil {
		return listView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return listView{}, err
	}
	p := place{Ways: r.Keeper.Ways(), Proxied: r.Keeper.Proxied(), May: c.Actor.Roles.Has(staff.Documenter)}
	return newList(c.Frame(c.T("Captured pages")), i, all, names, p, take, bring), nil
}

func (r *Room) list(c *ui.Context) error {
	v, err := r.listPage(c, page.Form{}, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "captures", v)
}

func again(err error) bool {
	k := fault.KindOf(err)
	return k == fault.Invalid || k == fault.TooLarge || k == fault.Conflict || k == fault.Busy
}

func (r *Room) take(c *ui.Context) error {
	o := capture.Order{ID: c.Text("id"), Item: c.ID("item"), Address: c.Text("url"), Way: capture.Way(c.Text("way")), Description: c.Text("description"),
		Graphic: c.Has("marks", "graphic"), Sensitive: c.Has("marks", "sensitive"), Sure: c.Has("sure", "yes")}
	// What was begun is kept, also when the person's own line breaks.
	kept, err := r.Keeper.Take(context.WithoutCancel(c.Context()), c.Actor, o)
	if err != nil && again(err) {
		v, verr := r.listPage(c, c.Form(err), page.Form{})
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "captures", v)
	}
	if err != nil {
		return err
	}
	if kept.State != capture.Kept {
		return c.See("/record/captures/"+kept.ID, "")
	}
	return c.See("/record/captures/"+kept.ID, "capture.kept")
}

// maxField bounds a text that comes with a file.
const maxField = 64 << 10

// bring takes an upload as it comes: the words first, then the file in a stream.
func (r *Room) bring(c *ui.Context) error {
	values := url.Values{}
	kept, err := r.brought(c, values)
	if err != nil && again(err) {
		v, verr := r.listPage(c, page.Form{}, formOf(c, values, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "captures", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/captures/"+kept.ID, "capture.brought")
}

func formOf(c *ui.Context, values url.Values, err error) page.Form {
	f := page.Form{Words: c.Words, Values: values}
	var e *fault.Error
	if errors.As(err, &e) {
		f.Errors, f.Message, f.Args = e.Fields, e.Message, e.Args
	}
	return f
}

func (r *Room) brought(c *ui.Context, values url.Values) (capture.Capture, error) {
	none := capture.Capture{}
	m, err := c.R.MultipartReader()
	if err != nil {
		return none, fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return none, fault.Bad("file", i18n.Key("Choose a file."))
		}
		if err != nil {
			return none, broken(err)
		}
		if p.FormName() != "file" {
			b, err := io.ReadAll(io.LimitReader(p, maxField))
			if err != nil {
				return none, broken(err)
			}
			values.Add(p.FormName(), strings.ToValidUTF8(string(b), "\uFFFD"))
			continue
		}
		if p.FileName() == "" {
			continue // a browser sends an empty part when none was chosen
		}
		b, err := about(c.ID("item"), values, p)
		if err != nil {
			return none, err
		}
		kept, err := r.Keeper.Bring(c.Context(), c.Actor, b, p)
		return kept, broken(err)
	}
}

func about(item string, v url.Values, p *multipart.Part) (capture.Bringing, error) {
	text := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	b := capture.Bringing{ID: text("id"), Item: item, Name: path.Base(p.FileName()), Address: text("url"), Tool: text("tool"), Description: text("description"),
		Graphic: slices.Contains(v["marks"], "graphic"), Sensitive: slices.Contains(v["marks"], "sensitive")}
	if d := text("when"); d != "" {
		b.When = clock.Day(d)
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return b, fault.Bad("when", i18n.Key("Write the day as 2017-04-09, or leave it empty."))
		}
	}
	return b, nil
}

// broken tells a line that broke from a fault of ours: nothing of that file was kept.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fault.New(fault.TooLarge, "One file may have 2 GiB. Cut it and send the parts.")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.New(fault.Invalid, "The upload broke off. Nothing of that file was kept. Please send it again.")
	}
	return err
}

func (r *Room) capture(c *ui.Context) error {
	o, err := r.Keeper.Page(c.Context(), c.Actor, c.ID("capture"))
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "capture", newCapture(c.Frame(c.T("Captured page")), o, names))
}

func newID() string { return ids.New("capture") }
