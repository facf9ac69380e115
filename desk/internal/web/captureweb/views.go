package captureweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/capture"
	"waylight/desk/internal/record"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// place is what may be done here.
type place struct {
	Ways    []capture.Way
	Proxied bool
	May     bool
}

type formView struct {
	Action string
	Form   page.Form
	Hidden []ui.Hidden
	Fields []page.Field
}

type listView struct {
	ui.Frame
	Item, Back, Files string
	Rows              ui.Table
	Take, Bring       *formView
	Closed            bool // pages are not taken here
	Browser, Proxied  bool
}

func newList(f ui.Frame, i record.Item, all []capture.Opened, names map[string]string, p place, take, bring page.Form) listView {
	w := f.Words
	v := listView{Frame: f, Item: i.Title, Back: "/record/items/" + i.ID, Files: "/record/items/" + i.ID + "/evidence", Proxied: p.Proxied}
	v.Rows = ui.Table{Words: w, Caption: w.T("Captured pages"), Columns: []ui.Column{{Label: w.T("Page")}, {Label: w.T("When")}, {Label: w.T("How")}, {Label: w.T("By")}},
		Empty: ui.Empty{Title: w.T("No page yet"), Text: w.T("What stands on the web today can be gone tomorrow. A captured page stays as it was.")}}
	for _, o := range all {
		cell, sub := title(w, o)
		c := ui.Cell{Text: cell, Sub: sub}
		if d := o.Difference; d != nil && !d.Same {
			c.Badge = &page.Badge{Text: w.T("differs from the time before"), Tone: page.Accent}
		}
		v.Rows.Rows = append(v.Rows.Rows, ui.Row{Href: "/record/captures/" + o.ID, Cells: []ui.Cell{c, {Text: w.Date(o.At)}, {Text: w.T(wayName(o.Way))}, {Text: who(w, names, o.By)}}})
	}
	if !p.May {
		return v
	}
	v.Frame.Form = take
	if bring.Values != nil {
		v.Frame.Form = bring
	}
	v.Closed = len(p.Ways) == 0
	if !v.Closed {
		t := takeForm(w, v.Back+"/captures", p, take)
		v.Take, v.Browser = &t, slices.Contains(p.Ways, capture.Still)
	}
	b := bringForm(w, v.Back+"/captures/bring", bring)
	v.Bring = &b
	return v
}

func takeForm(w i18n.Words, action string, p place, form page.Form) formView {
	form.Words = w
	var ways []page.Option
	for _, way := range p.Ways {
		o := page.Option{Value: string(way), Label: w.T(wayName(way)), Hint: w.T("The page as the server sends it, the heads of its answer and its certificates. No pictures, no scripts: a page that a script draws can be empty.")}
		switch way {
		case capture.Still:
			o.Hint = w.T("Also a picture of the whole page, the page with its parts in one file, and everything that was sent for it. None of the page's scripts runs; what only a script draws is missing, and the picture shows that.")
		case capture.Browser:
			o.Hint = w.T("The same with the page's scripts, in a browser that is fenced in and thrown away. Programs of strangers run on the Desk's machine then: choose it only when the page is empty without.")
		}
		ways = append(ways, o)
	}
	way := form.Radios("way", w.T("How the page is taken"), ways)
	if len(p.Ways) > 0 && form.Values == nil {
		way = way.Or(string(p.Ways[0]))
	}
	learns := w.T("The site sees the address of this Desk and when it came.")
	if p.Proxied {
		learns = w.T("The site sees that somebody came through the proxy (such as Tor), and when.")
	}
	return formView{Action: action, Form: form, Hidden: []ui.Hidden{{Name: "id", Value: newID()}}, Fields: []page.Field{
		form.Input("url", "url", w.T("Address of the page")).Hint(w.T("Whole, as it stands in the browser. Look at it on another device first: the visit itself must not warn anybody.")),
		way,
		form.Area("description", w.T("What it shows")).Rows(3).Hint(w.T("In words, so that a colleague can decide whether to look. Name nobody.")),
		marks(w, form),
		form.Checks("sure", w.T("Before it is visited"), []page.Option{{Value: "yes", Label: w.T("I know what the site learns, and nobody is put in danger by it"), Hint: learns}}),
	}}
}

func marks(w i18n.Words, form page.Form) page.Field {
	return form.Checks("marks", w.T("Good to know"), []page.Option{{Value: "graphic", Label: w.T("It shows violence, an injury or a body")},
		{Value: "sensitive", Label: w.T("Ask no time stamping authority about it"), Hint: w.T("Not even with a number that tells nothing.")}})
}

func bringForm(w i18n.Words, action string, form page.Form) formView {
	form.Words = w
	x := formView{Action: action, Form: form, Hidden: []ui.Hidden{{Name: "id", Value: newID()}}, Fields: []page.Field{
		form.Input("url", "url", w.T("Address of the page")).Optional(),
		form.Date("when", w.T("Day on which it was captured")).Optional(),
		form.Text("tool", w.T("With which program")).Optional().Hint(w.T("For example ArchiveWeb.page, SingleFile, or “Save page” of a browser.")),
		form.Area("description", w.T("What it shows")).Rows(3).Hint(w.T("In words, so that a colleague can decide whether to look. Name nobody.")),
		marks(w, form),
		form.File("file", w.T("The file")).Hint(w.T("WACZ, WARC, MHTML or HTML, up to 2 GiB. It is kept as it comes.")),
	}}
	for i := range x.Fields {
		x.Fields[i].ID = "f-bring-" + strings.TrimPrefix(x.Fields[i].ID, "f-")
	}
	return x
}

func wayName(w capture.Way) string {
	switch w {
	case capture.Still:
		return i18n.Key("With a browser, without the page's scripts")
	case capture.Browser:
		return i18n.Key("With a browser and the page's scripts")
	case capture.Plain:
		return i18n.Key("Without a browser")
	}
	return i18n.Key("Brought from elsewhere")
}

func kindName(k capture.Kind) string {
	switch k {
	case capture.Traffic:
		return i18n.Key("Everything that was sent and received (WARC)")
	case capture.Page:
		return i18n.Key("The page as it was received")
	case capture.Heads:
		return i18n.Key("Heads of the answer and certificates")
	case capture.Picture:
		return i18n.Key("Picture of the page (PNG)")
	case capture.Single:
		return i18n.Key("The page with its parts in one file (MHTML)")
	}
	return i18n.Key("An archive of pages (WACZ)")
}

func noteText(n snare.Note) string {
	switch n {
	case snare.CutLength:
		return i18n.Key("The page was longer than what is kept: its end is missing.")
	case snare.CutTime:
		return i18n.Key("The page had not ended when the time was over: its end is missing.")
	case snare.Broken:
		return i18n.Key("The line broke before the page had ended: its end is missing.")
	case snare.Restless:
		return i18n.Key("The page went on loading. It was taken as it stood.")
	case snare.NoPicture:
		return i18n.Key("There is no picture: the browser could not draw the page in time.")
	case snare.NoSingle:
		return i18n.Key("There is no single file: the browser could not write the page in time.")
	case snare.PictureCut:
		return i18n.Key("The page is taller than the picture: its lower part is missing there.")
	case snare.PartsCut:
		return i18n.Key("Some parts of the page could not be fetched, or are cut.")
	case snare.Turned:
		return i18n.Key("The page asked for addresses that are not of the public internet. They were not visited.")
	}
	return i18n.Key("The server sent the page packed, although it was asked not to. It is kept packed.")
}

// title is what a capture is called in a list.
func title(w i18n.Words, o capture.Opened) (text, sub string) {
	switch {
	case o.State == capture.Failed:
		return w.T("Nothing was kept"), ""
	case o.State == capture.Taking && o.Dead:
		return w.T("It was cut short; nothing was kept"), ""
	case o.State == capture.Taking:
		return w.T("It is just being taken"), ""
	case o.Gone:
		return w.T("A capture that was destroyed"), ""
	case !o.Open:
		return w.T("A capture that is not open to you"), ""
	case o.Title != "":
		return o.Title, o.Asked
	case o.Asked != "":
		return o.Asked, ""
	}
	return w.T("A page without an address"), ""
}

func who(w i18n.Words, names map[string]string, id string) string {
	if s := names[id]; s != "" {
		return s
	}
	return w.T("a member who left")
}

type partView struct{ Name, Href string }

type differenceView struct {
	Href, Text  string
	Added, Gone []string
	More        string
}

type captureView struct {
	ui.Frame
	Back, About  string
	Waiting      bool // it is just being taken
	Nothing      bool
	Closed, Gone bool
	Notes        []string
	Facts        []page.Fact
	Parts        []partView
	Difference   *differenceView
	Way          []string // addresses on the way, with the status of each answer
	Certificates []string
	Turned       []string
	Inside       []string
	Wrong        bool // its own checksums do not hold
}

func newCapture(f ui.Frame, o capture.Opened, names map[string]string) captureView {
	w := f.Words
	v := captureView{Frame: f, Back: "/record/items/" + o.Item + "/captures", Waiting: o.State == capture.Taking && !o.Dead, Nothing: o.State == capture.Failed || o.Dead, Gone: o.Gone, Closed: o.State == capture.Kept && !o.Open && !o.Gone}
	v.About, _ = title(w, o)
	v.Facts = []page.Fact{{Term: w.T("How"), Text: w.T(wayName(o.Way))}, {Term: w.T("By"), Text: who(w, names, o.By), Note: o.At.UTC().Format("2006-01-02 15:04:05 UTC")}}
	if !o.Open {
		return v
	}
	add := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, page.Fact{Term: term, Text: text})
		}
	}
	add(w.T("Address that was asked for"), o.Asked)
	if o.Final != o.Asked {
		add(w.T("Address that answered"), o.Final)
	}
	if o.Status != 0 {
		add(w.T("Status of the answer"), strconv.Itoa(o.Status))
	}
	add(w.T("Kind, as the server says"), o.Type)
	add(w.T("Server"), o.Server)
	if !o.Started.IsZero() {
		add(w.T("From"), o.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
		add(w.T("To"), o.Ended.UTC().Format("2006-01-02 15:04:05 UTC"))
		add(w.T("Requests"), strconv.Itoa(o.Exchanges))
	}
	add(w.T("Captured on, as it was said"), o.When)
	add(w.T("Program"), o.Tool)
	for _, n := range o.Notes {
		v.Notes = append(v.Notes, w.T(noteText(n)))
	}
	for _, p := range o.Parts {
		v.Parts = append(v.Parts, partView{w.T(kindName(p.Kind)), "/record/evidence/" + p.File})
	}
	for _, h := range o.Hops {
		v.Way = append(v.Way, strconv.Itoa(h.Status)+" "+h.URL)
	}
	v.Certificates, v.Turned = o.Certificates, o.Turned
	v.Difference = difference(w, o)
	v.Inside, v.Wrong = inside(w, o.Inside)
	return v
}

func difference(w i18n.Words, o capture.Opened) *differenceView {
	d := o.Difference
	if d == nil {
		return nil
	}
	v := &differenceView{Href: "/record/captures/" + o.Before, Added: d.Added, Gone: d.Gone}
	switch {
	case d.Same:
		v.Text = w.T("It is the same, to the byte.")
	case d.Unknown:
		v.Text = w.T("It differs. It is too large, or no page of words, so that it cannot be said in what.")
	case d.Words:
		v.Text = w.T("Its visible words are the same; something else in it differs.")
	default:
		v.Text = w.T("Its visible words differ.")
	}
	if d.More > 0 {
		v.More = w.N("%d more line is not shown.", "%d more lines are not shown.", d.More)
	}
	return v
}

func inside(w i18n.Words, in *capture.Inside) (lines []string, wrong bool) {
	if in == nil {
		return nil, false
	}
	lines = append(lines, w.T(kindName(in.Kind)))
	if in.Kind == capture.Traffic || in.Kind == capture.Packed {
		lines = append(lines, w.N("%d record or file in it", "%d records or files in it", in.Entries), w.N("%d checksum of its own holds", "%d checksums of its own hold", in.Right))
	}
	if in.Wrong > 0 {
		lines = append(lines, w.N("%d checksum of its own does not hold", "%d checksums of its own do not hold", in.Wrong))
	}
	if in.Cut {
		lines = append(lines, w.T("It ends in the middle, or only its beginning could be looked at."))
	}
	return append(lines, in.Pages...), in.Wrong > 0
}

// day is for stories.
var day = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
