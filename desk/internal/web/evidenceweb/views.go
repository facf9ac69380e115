package evidenceweb

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// kind is how a file is shown.
type kind string

const (
	image    kind = "image"
	sound    kind = "sound"
	film     kind = "film"
	document kind = "document"
	other    kind = "other" // only to be copied
)

// shownAs decides by an allow-list; what could carry a program is never shown.
func shownAs(mediaType string) kind {
	t, _, _ := strings.Cut(mediaType, ";")
	switch t {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp":
		return image
	case "audio/mpeg", "audio/wave", "audio/aiff", "audio/basic", "application/ogg":
		return sound
	case "video/mp4", "video/webm", "video/avi":
		return film
	case "application/pdf":
		return document
	}
	return other
}

func kindName(k kind) string {
	switch k {
	case image:
		return i18n.Key("Picture")
	case sound:
		return i18n.Key("Sound")
	case film:
		return i18n.Key("Film")
	case document:
		return i18n.Key("Document")
	}
	return i18n.Key("Other file")
}

// row is one file in a list: words only, never a small picture.
type row struct {
	i18n.Words
	ID, Href, About, Kind, Size, When, Made string
	Graphic, Wrong, Open                    bool
}

func newRow(w i18n.Words, o evidence.Opened) row {
	v := row{Words: w, ID: o.ID, Href: "/record/evidence/" + o.ID, About: title(w, o), When: o.At.UTC().Format("2006-01-02 15:04 UTC"), Made: w.T(binder.StepName(o.Step)), Graphic: o.Facts.Graphic, Wrong: wrong(o), Open: o.Open}
	if o.Open {
		v.Kind, v.Size = w.T(kindName(shownAs(o.Facts.Type))), size(o.Facts.Size)
	}
	return v
}

func wrong(o evidence.Opened) bool {
	return !o.Gone && (o.State == evidence.Altered || o.State == evidence.Missing)
}

// title is the description's first words, or what can be said without it.
func title(w i18n.Words, o evidence.Opened) string {
	switch {
	case o.Gone:
		return w.T("A file that was destroyed")
	case !o.Open:
		return w.T("A file that is not open to you")
	}
	words := []rune(strings.Join(strings.Fields(o.Facts.Description), " "))
	if len(words) > 70 {
		return string(words[:69]) + "…"
	}
	return string(words)
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GiB"
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

type listView struct {
	ui.Frame
	Back, Action, PackageAction string
	Item                        string
	Rows                        []row
	Fields, Package             []page.Field
	Last                        page.Field // the file comes last: what is said of it must be there before it
}

func newList(f ui.Frame, i record.Item, files []evidence.Opened, may bool) listView {
	v := listView{Frame: f, Back: "/record/items/" + i.ID, Item: i.Title}
	var choices []page.Option
	for _, o := range files {
		r := newRow(f.Words, o)
		v.Rows = append(v.Rows, r)
		if o.Open {
			choices = append(choices, page.Option{Value: o.ID, Label: r.About, Hint: r.Kind + ", " + r.Size})
		}
	}
	if !may {
		return v
	}
	v.Action, v.PackageAction = v.Back+"/evidence", v.Back+"/package"
	v.Fields, v.Last = aboutFile(f, v.Form)
	if len(choices) > 0 {
		v.Package = []page.Field{v.Form.Checks("files", f.T("Which files"), choices), v.Form.Select("reader", f.T("Who it is for"), purposes(f.Words, evidence.PackagePurposes())),
			v.Form.Area("opinions", f.T("Opinions of experts to be enclosed")).Rows(2).Optional().Hint(f.T("Their numbers, such as opinion_…, one in a line. The newest signed edition is taken. Without consent to be handed out, or when whoever takes the package cannot open it, it is left out and named."))}
	}
	return v
}

func aboutFile(f ui.Frame, form page.Form) ([]page.Field, page.Field) {
	return []page.Field{
		form.Area("description", f.T("What it shows")).Rows(3).Hint(f.T("In words, so that a colleague can decide whether to look. Name nobody.")),
		form.Text("how", f.T("How it was taken or made")).Optional().Hint(f.T("With which device or program, from whom, on which way.")),
		form.Checks("marks", f.T("Good to know"), []page.Option{{Value: "graphic", Label: f.T("It shows violence, an injury or a body")},
			{Value: "sensitive", Label: f.T("Ask no time stamping authority about it"), Hint: f.T("Not even with a number that tells nothing.")}}),
	}, form.File("file", f.T("The file")).Hint(f.T("Up to 2 GiB each. It is hashed while it arrives, sealed, and never changed."))
}

func purposes(w i18n.Words, list []evidence.Purpose) []page.Option {
	out := []page.Option{{Value: "", Label: w.T("Choose")}}
	for _, p := range list {
		out = append(out, page.Option{Value: string(p), Label: w.T(binder.PurposeName(p))})
	}
	return out
}

type stampView struct{ When, Authority string }

type fileView struct {
	ui.Frame
	Href, Back     string
	Open, Gone     bool
	Graphic, Wrong bool
	Description    string
	Facts          []page.Fact
	Parent         *row
	Made           []row
	Events         []page.Event
	Stamps         []stampView
	Sensitive      bool
	Purpose        page.Field
	CopyPurpose    page.Field
	Step           page.Field
	DeriveFields   []page.Field
	DeriveFile     page.Field
	May            bool
}

func newFile(f ui.Frame, p evidence.Page, names map[string]string, may bool) fileView {
	w := f.Words
	v := fileView{Frame: f, Href: "/record/evidence/" + p.ID, Back: "/record/items/" + p.File.Item + "/evidence", Open: p.Open, Gone: p.Gone, Graphic: p.Facts.Graphic, Wrong: wrong(p.Opened),
		Description: p.Facts.Description, Sensitive: p.Sensitive, May: may && p.Open}
	if p.Open {
		v.Facts = []page.Fact{{Term: w.T("Kind"), Text: w.T(kindName(shownAs(p.Facts.Type))), Note: p.Facts.Type}, {Term: w.T("Size"), Text: size(p.Facts.Size), Note: strconv.FormatInt(p.Facts.Size, 10)},
			{Term: "SHA-256", Text: hex.EncodeToString(p.Facts.SHA256[:])}, {Term: w.T("Received"), Text: p.At.UTC().Format("2006-01-02 15:04:05 UTC")}, {Term: w.T("Name where it came from"), Text: p.Facts.Name}}
		if p.Facts.How != "" {
			v.Facts = append(v.Facts, page.Fact{Term: w.T("How it was taken or made"), Text: p.Facts.How})
		}
		v.Purpose = v.Form.Select("purpose", w.T("What you open it for"), purposes(w, evidence.Purposes()))
		v.CopyPurpose = v.Purpose
		v.CopyPurpose.ID = "f-copy-purpose"
		steps := []page.Option{{Value: "", Label: w.T("Choose")}}
		for _, s := range evidence.Steps() {
			steps = append(steps, page.Option{Value: string(s), Label: w.T(binder.StepName(s))})
		}
		v.Step = v.Form.Select("step", w.T("How it was made from this one"), steps)
		v.DeriveFields, v.DeriveFile = aboutFile(f, v.Form)
	}
	if p.From != "" {
		r := newRow(w, p.Parent)
		v.Parent = &r
	}
	for _, o := range p.Made {
		v.Made = append(v.Made, newRow(w, o))
	}
	for _, e := range p.Events {
		what := w.T(binder.ActionName(e.Action))
		if e.Purpose != "" {
			what += ", " + w.T(binder.PurposeName(evidence.Purpose(e.Purpose)))
		}
		x := page.Event{Title: strconv.Itoa(e.Number) + ". " + what, Who: who(w, names, e.Actor)}
		if !e.At.IsZero() {
			x.When = e.At.UTC().Format("2006-01-02 15:04:05 UTC")
		}
		v.Events = append(v.Events, x)
	}
	for _, b := range p.Stamps {
		v.Stamps = append(v.Stamps, stampView{b.At.UTC().Format("2006-01-02 15:04:05 UTC"), b.Authority})
	}
	return v
}

func who(w i18n.Words, names map[string]string, id string) string {
	if s := names[id]; s != "" {
		return s
	}
	if id == "desk" || id == "" {
		return w.T("by itself")
	}
	return w.T("a member who left")
}

type viewerView struct {
	ui.Frame
	Back, Bytes, Until string
	Kind               kind
	Type               string
	Description        string
	Graphic            bool
	Page               int
	PageHref, Previous string
	Next               string
	Grid, Action       string
	Areas, About       page.Field
	Redact             bool
	Tells              []string // what the file tells besides what it shows
}

func newViewer(f ui.Frame, c *evidence.Content, v evidence.View, n int, may bool) viewerView {
	return viewerOf(f, c.File.ID, c.Facts, v.ID, v.Until, n, may)
}

func viewerOf(f ui.Frame, id string, x evidence.Facts, view string, until time.Time, n int, may bool) viewerView {
	base := "/record/evidence/" + id + "/look/" + view
	v := viewerView{Frame: f, Back: "/record/evidence/" + id, Bytes: base + "/bytes", Until: until.UTC().Format("15:04 UTC"), Kind: shownAs(x.Type), Type: x.Type, Description: x.Description, Graphic: x.Graphic,
		Page: n, PageHref: base + "/page/" + strconv.Itoa(n), Next: base + "?page=" + strconv.Itoa(n+1), Grid: base + "/grid", Action: base + "/redact"}
	if n > 1 {
		v.Previous = base + "?page=" + strconv.Itoa(n-1)
	}
	v.About = v.Form.Area("description", f.T("What the copy shows")).Rows(2).Hint(f.T("In words, so that a colleague can decide whether to look. Name nobody."))
	switch v.Kind {
	case image:
		v.Redact = may
		v.Areas = v.Form.Area("areas", f.T("Areas to blacken")).Rows(4).Hint(f.T("One in a line: left, top, right, bottom in percent of the picture. The lines of the grid stand at each tenth; the thick ones are the middle."))
	case sound:
		v.Redact = may
		v.Areas = v.Form.Area("areas", f.T("Parts to silence")).Rows(4).Hint(f.T("One in a line: from and to, in seconds or as 1:02. Only WAV with plain samples can be silenced here."))
	}
	return v
}

type packageRow struct{ Href, When, Purpose, Files, By, State string }

type packagesView struct {
	ui.Frame
	Rows []packageRow
}

func newPackages(f ui.Frame, all []evidence.Package, names map[string]string) packagesView {
	v := packagesView{Frame: f}
	for _, p := range all {
		state := f.T("waits for a second person")
		if p.ApprovedBy != "" {
			state = f.T("agreed by %s", who(f.Words, names, p.ApprovedBy))
		}
		v.Rows = append(v.Rows, packageRow{"/record/packages/" + p.ID, p.At.UTC().Format("2006-01-02 15:04 UTC"), f.T(binder.PurposeName(p.Purpose)), strconv.Itoa(len(p.Files)), who(f.Words, names, p.By), state})
	}
	return v
}

type packageView struct {
	ui.Frame
	Facts   []page.Fact
	Rows    []row
	Approve string
	Sure    page.Field
	Own     bool // who looks prepared it
	Export  string
	Look    string
	Again   bool // it was looked through
	Blind   bool // no program here reads letters in pictures
	Seen    []seenView
}

// seenView is what one file of a package tells besides what it shows.
type seenView struct {
	Href, About string
	Tells       []string
	Hits        []hitView
}

type hitView struct {
	Badge     page.Badge
	Text, Why string
	Decide    *ui.Confirm
}

// newSeen puts into words what was seen in a package. Who may decide gets a form for
// each term that stops it.
func newSeen(v *packageView, p evidence.Package, files []evidence.Opened, seen []evidence.Seen, a staff.Actor) {
	w := v.Words
	asked := map[int64]bool{}
	for _, s := range seen {
		x := seenView{Href: "/record/evidence/" + s.File, About: w.T("A file")}
		for _, o := range files {
			if o.ID == s.File {
				x.About = title(w, o)
			}
		}
		for _, k := range s.Tells {
			x.Tells = append(x.Tells, ui.TraceSays(w, string(k)))
		}
		if s.Unread {
			x.Tells = append(x.Tells, w.T("Something in it could not be looked through."))
		}
		if s.Blind {
			x.Tells = append(x.Tells, w.T("Letters in its pictures were not read: look yourself."))
		}
		for _, h := range s.Hits {
			l := hitView{Badge: page.Badge{Text: w.T("stops it"), Tone: page.Danger}, Text: w.T("Somebody whom the Desk protects stands in its words."), Why: ui.LeakReason(w, h.Kind, h.Why, h.Read, h.Gap)}
			switch {
			case h.Lifted:
				l.Badge = page.Badge{Text: w.T("allowed"), Tone: page.Calm}
			case !h.Stops:
				l.Badge = page.Badge{Text: w.T("look at it"), Tone: page.Wait}
			}
			switch {
			case h.Hidden:
				l.Text = w.T("Somebody whom the Desk protects stands in what is not seen in it.")
			case h.Picture:
				l.Text = w.T("Somebody whom the Desk protects stands in letters in a picture.")
			}
			if h.Kind == "coordinates" {
				l.Text = w.T("Coordinates stand in it.")
			}
			if slices.ContainsFunc(x.Hits, func(o hitView) bool { return o.Badge == l.Badge && o.Text == l.Text && o.Why == l.Why }) {
				continue
			}
			if h.Blocks() && h.Term != 0 && p.By != a.ID && !asked[h.Term] {
				asked[h.Term] = true
				why := v.Form.Text("why", w.T("Why this is no danger, without a name"))
				why.ID += "-" + strconv.FormatInt(h.Term, 10)
				l.Decide = &ui.Confirm{Words: w, Title: w.T("Another person, or one who is meant to be in it"), Action: "/record/packages/" + p.ID + "/decide", Button: w.T("Let it stand"), Danger: true,
					Hidden: []ui.Hidden{{Name: "term", Value: strconv.FormatInt(h.Term, 10)}}, Fields: []page.Field{why},
					Sentences: []string{w.T("You say that this is another person, or one who agreed to be in this package. If you are wrong, its reader learns who they are.")}}
			}
			x.Hits = append(x.Hits, l)
		}
		v.Seen = append(v.Seen, x)
	}
	v.Again = len(seen) > 0
	if a.Roles.Has(staff.Documenter) {
		v.Look = "/record/packages/" + p.ID + "/look"
	}
}

func newPackage(f ui.Frame, p evidence.Package, files []evidence.Opened, names map[string]string, seen []evidence.Seen, a staff.Actor) packageView {
	w := f.Words
	v := packageView{Frame: f, Facts: []page.Fact{{Term: w.T("Who it is for"), Text: w.T(binder.PurposeName(p.Purpose))}, {Term: w.T("Prepared by"), Text: who(w, names, p.By), Note: p.At.UTC().Format("2006-01-02 15:04 UTC")}}}
	for _, o := range files {
		v.Rows = append(v.Rows, newRow(w, o))
	}
	for _, e := range p.Opinions {
		note := ""
		if !e.Open {
			note = w.T("not open to you: if you take the package, it is left out and named")
		}
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Opinion of an expert"), Text: w.T(e.Title) + ", " + w.T("edition %d", e.Number) + ", " + e.ID, Note: note})
	}
	newSeen(&v, p, files, seen, a)
	here := "/record/packages/" + p.ID
	if p.ApprovedBy != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Agreed by"), Text: who(w, names, p.ApprovedBy), Note: p.ApprovedAt.UTC().Format("2006-01-02 15:04 UTC")})
		if a.Roles.Has(staff.Documenter) {
			v.Export = here + "/export"
		}
		return v
	}
	v.Own = p.By == a.ID
	if mayApprove(p, a) {
		v.Approve = here + "/approve"
		v.Sure = v.Form.Checks("sure", w.T("Before you agree"), []page.Option{{Value: "yes", Label: w.T("I looked at every file, its words and its pictures, and at what it tells besides; the consents cover this reader")}})
	}
	return v
}
