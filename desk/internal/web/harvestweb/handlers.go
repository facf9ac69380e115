package harvestweb

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/table"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.TooLarge || k == fault.Conflict)
}

func (r *Room) home(c *ui.Context) error {
	return r.showHome(c, url.Values{"load": {ids.New("load")}}, nil, nil)
}

func (r *Room) showHome(c *ui.Context, values url.Values, bad []table.Wrong, err error) error {
	waiting, werr := r.Barn.Waiting(c.Context(), c.Actor)
	if werr != nil {
		return werr
	}
	f := c.Frame(c.T("From other programs"))
	f.Form = page.Form{Words: c.Words, Values: values}
	var e *fault.Error
	if errors.As(err, &e) {
		f.Form.Errors, f.Form.Message, f.Form.Args = e.Fields, e.Message, e.Args
	}
	v := newHome(f, waiting, bad)
	if err != nil || len(bad) > 0 {
		return c.Invalid(pages, "home", v)
	}
	return c.Render(pages, "home", v)
}

const maxField = 64 << 10

// bring takes the files as they come, sealed at once: nothing of them lies on the disk open.
func (r *Room) bring(c *ui.Context) error {
	values, blobs, names, err := r.sent(c)
	if err != nil {
		r.Barn.Let(blobs)
		if !again(err) {
			return err
		}
		return r.showHome(c, values, nil, err)
	}
	l, bad, err := r.Barn.Bring(c.Context(), c.Actor, values.Get("load"), foreign.Kind(values.Get("kind")), values.Get("collection"), blobs, names)
	if again(err) || len(bad) > 0 {
		return r.showHome(c, values, bad, err)
	}
	if err != nil {
		return err
	}
	return c.See("/record/harvest/"+l.ID, "")
}

func (r *Room) sent(c *ui.Context) (values url.Values, blobs []vault.Blob, names []string, err error) {
	values = url.Values{}
	m, err := c.R.MultipartReader()
	if err != nil {
		return values, nil, nil, fault.New(fault.Invalid, i18n.Key("The form could not be read. Please send it again."))
	}
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return values, blobs, names, nil
		}
		if err != nil {
			return values, blobs, names, broken(err)
		}
		if p.FileName() == "" {
			b, err := io.ReadAll(io.LimitReader(p, maxField))
			if err != nil {
				return values, blobs, names, broken(err)
			}
			if p.FormName() != "file" && p.FormName() != "extra" {
				values.Add(p.FormName(), strings.ToValidUTF8(string(b), "\uFFFD"))
			}
			continue
		}
		if len(blobs) == 2 {
			return values, blobs, names, fault.Bad("extra", i18n.Key("Send one file with the rows, and one zip."))
		}
		b, err := r.part(p)
		if err != nil {
			return values, blobs, names, broken(err)
		}
		blobs, names = append(blobs, b), append(names, path.Base(p.FileName()))
	}
}

func (r *Room) part(p *multipart.Part) (vault.Blob, error) { return r.Barn.Hold(p) }

// broken tells a line that broke from a fault of ours: nothing was kept.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, i18n.Key("A parcel may have 4 GiB. Send it in parts."))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, i18n.Key("The upload broke off. Nothing of it was kept. Please send it again."))
	}
	return err
}

func (r *Room) load(c *ui.Context) error {
	o, err := r.Barn.Open(c.Context(), c.Actor, c.ID("load"))
	if err != nil {
		return err
	}
	f := c.Frame(o.Load.Collection)
	f.Form = page.Form{Words: c.Words, Values: asForm(o)}
	return c.Render(pages, "load", newLoad(f, o, nil))
}

// asForm shows a mapping in the form.
func asForm(o harvest.Opened) url.Values {
	m := o.Mapping
	v := url.Values{"days": {m.Days}, "whom": {string(m.Whom)}, "source": {m.Source}, "kind": {string(m.Kind)}, "material": {string(m.Material)}, "language": {m.Language}, "consent": {m.Consent},
		"incidents": {string(m.Incidents)}, "incident": {m.Incident}, "status": {string(m.Status)}, "word": {string(m.Word)}, "unit": {string(m.Unit)}, "hand": {string(m.Hand)}}
	if m.Turned {
		v.Set("turned", "yes")
	} else {
		v.Set("turned", "no")
	}
	if m.Open {
		v.Add("marks", "open")
	}
	for i, col := range o.Sheet.Columns {
		v.Set(harvest.ColumnField(i), string(m.Roles[col]))
	}
	return v
}

// chosen reads the mapping of a form.
func chosen(c *ui.Context, o harvest.Opened) (harvest.Mapping, harvest.Wish) {
	m := harvest.Mapping{Roles: map[string]harvest.Role{}, Days: c.Text("days"), Turned: c.Text("turned") == "yes", Whom: harvest.Whom(c.Text("whom")), Source: c.Text("source"), Kind: record.SourceKind(c.Text("kind")),
		Material: record.Material(c.Text("material")), Language: c.Text("language"), Consent: c.Text("consent"), Open: c.Has("marks", "open"), Incidents: harvest.Becomes(c.Text("incidents")), Incident: c.Text("incident"),
		Status: record.Status(c.Text("status")), Word: count.Word(c.Text("word")), Unit: record.Unit(c.Text("unit")), Hand: record.Hand(c.Text("hand"))}
	for i, col := range o.Sheet.Columns {
		m.Roles[col] = harvest.Role(c.Text(harvest.ColumnField(i)))
	}
	what := c.Text("do")
	return m, harvest.Wish{Take: what == "take" || what == "rest", Rest: what == "rest", Missing: c.Has("marks", "missing")}
}

func (r *Room) run(c *ui.Context) error {
	id := c.ID("load")
	o, err := r.Barn.Open(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	m, w := chosen(c, o)
	report, err := r.Barn.Run(c.Context(), c.Actor, id, m, w)
	if err != nil && !again(err) {
		return err
	}
	if err == nil && report.Done && len(report.Wrong) == 0 {
		return c.See("/record/items", "harvest.taken")
	}
	if err == nil && report.Done {
		return c.See("/record/harvest/"+id, "harvest.part")
	}
	f := c.Frame(o.Load.Collection)
	f.Form = c.Form(err)
	if err != nil {
		return c.Invalid(pages, "load", newLoad(f, o, nil))
	}
	if len(report.Wrong) > 0 {
		return c.Invalid(pages, "load", newLoad(f, o, &report))
	}
	return c.Render(pages, "load", newLoad(f, o, &report))
}

// mend gives the rows that were refused back to who brought them.
func (r *Room) mend(c *ui.Context) error {
	id := c.ID("load")
	o, err := r.Barn.Open(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	m, w := chosen(c, o)
	if len(c.Values("whom")) == 0 { // not from the form, but from the page as it stands
		m = o.Mapping
	}
	name, mediaType, out, err := r.Barn.Mend(c.Context(), c.Actor, id, m, w, func(s string) string { return c.T(s) })
	if err != nil {
		return err
	}
	return ui.Give(c.W, mediaType, name, out)
}

func (r *Room) drop(c *ui.Context) error {
	if err := r.Barn.Drop(c.Context(), c.Actor, c.ID("load")); err != nil {
		return err
	}
	return c.See("/record/harvest", "harvest.dropped")
}
