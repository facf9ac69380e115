package archiveweb

import (
	"net/url"
	"slices"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// lookedFor is a search as it stands in the address.
type lookedFor struct{ Text, Kind, Act, Year, Incident, Code string }

// with gives the address of the search with one facet changed.
func (l lookedFor) with(name, value string) string {
	q := url.Values{}
	for k, v := range map[string]string{"q": l.Text, "kind": l.Kind, "act": l.Act, "year": l.Year, "incident": l.Incident, "code": l.Code, name: value} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if value == "" {
		q.Del(name)
	}
	return "/record/search?" + q.Encode()
}

// narrower reports whether anything is looked for.
func (l lookedFor) narrower() bool { return l != lookedFor{} }

type searchView struct {
	ui.Frame
	Bar    ui.Filter
	Facets []facet
	Hits   []hit
	More   bool
	Newest string // says of how many the numbers are, when not of all
	None   ui.Empty
	Asked  bool
}

type facet struct {
	Title  string
	Values []page.Fact // Href: narrows by it, or takes it away when it is in force
	Clear  string
}

type hit struct {
	i18n.Words
	Href, Title, Kind, When, From, Piece string
	Sealed                               bool
}

func (r *Room) search(c *ui.Context) error {
	l := lookedFor{Text: c.Text("q"), Kind: c.Text("kind"), Act: c.Text("act"), Year: c.Text("year"), Incident: c.Text("incident"), Code: c.Text("code")}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Search"))
	q := record.Query{Text: l.Text, Kind: record.FoundKind(l.Kind), Act: record.Act(l.Act), Year: l.Year, Incident: l.Incident}
	if l.Code != "" {
		q.Codes = b.Under(vocabulary.Acts, l.Code)
		for _, a := range record.Acts() {
			if slices.Contains(q.Codes, a.HURIDOCS()) {
				q.Acts = append(q.Acts, string(a))
			}
		}
	}
	h, err := r.Archive.Search(c.Context(), c.Actor, q)
	if again(err) {
		frame.Form = c.Form(err)
		return c.Invalid(pages, "search", newSearch(frame, b, l, record.Hits{}))
	}
	if err != nil {
		return err
	}
	return c.Render(pages, "search", newSearch(frame, b, l, h))
}

func newSearch(f ui.Frame, b vocabulary.Book, l lookedFor, h record.Hits) searchView {
	w := f.Words
	v := searchView{Frame: f, More: h.More, Asked: l.narrower(), None: ui.Empty{Title: w.T("Nothing was found"), Text: w.T("All words must stand in one text; “in quotation marks” beside one another. What is sealed from you is not looked through.")}}
	if h.Newest > 0 {
		v.Newest = w.T("Very much was found: the numbers count the newest %s.", w.Number(int64(h.Newest)))
	}
	codes := []page.Option{{Value: "", Label: w.T("any act")}}
	for _, t := range b.Children(vocabulary.Acts, "") {
		codes = append(codes, page.Option{Value: t.Code, Label: t.In(w.Tag())})
	}
	if t, ok := b.Term(vocabulary.Acts, l.Code); ok && t.Parent != "" && l.Code != "" {
		codes = append(codes, page.Option{Value: t.Code, Label: t.In(w.Tag())})
	}
	form := page.Form{Words: w, Errors: f.Form.Errors}
	v.Bar = ui.Filter{Words: w, Action: "/record/search", Active: l.narrower(), Fields: []page.Field{
		form.Text("q", w.T("Words")).Or(l.Text).Hint(w.T("in any language and script")), form.Select("code", w.T("Kind of act, with everything below it"), codes).Or(l.Code)}}
	for _, x := range []struct {
		name, title, now string
		label            func(string) string
	}{
		{"kind", w.T("What it is"), l.Kind, func(s string) string { return kindName(w, record.FoundKind(s)) }},
		{"act", w.T("Act"), l.Act, func(s string) string { return w.T(record.Act(s).Label()) }},
		{"year", w.T("Year"), l.Year, func(s string) string { return s }},
	} {
		one := facet{Title: x.title}
		if x.now != "" {
			one.Clear = l.with(x.name, "")
		}
		for _, y := range h.Facets[x.name] {
			one.Values = append(one.Values, page.Fact{Term: x.label(y.Value), Text: w.Number(int64(y.N)), Href: l.with(x.name, y.Value)})
		}
		if len(one.Values) > 0 || one.Clear != "" {
			v.Facets = append(v.Facets, one)
		}
	}
	for _, x := range h.List {
		k := hit{Words: w, Href: "/record/" + plural(x.Kind) + x.ID, Title: x.Title, Kind: kindName(w, x.Kind), When: string(x.Dated), From: x.From.Name, Piece: x.Piece, Sealed: x.Sealed}
		if x.Kind == record.FoundClaim {
			k.Title = w.T(x.Claim.Status.Label())
		}
		if x.Dated != "" {
			k.When = dated(w, x.Dated)
		}
		if x.Kind == record.FoundSource {
			k.From = ""
		}
		v.Hits = append(v.Hits, k)
	}
	return v
}

// dated says a date by its first and last day, as the code of the record where it has neither.
func dated(w i18n.Words, d edtf.Date) string {
	if first, _ := d.Span(); d.Precision() == "day" && !d.Approximate() {
		return w.Day(first)
	}
	return string(d)
}

func plural(k record.FoundKind) string {
	switch k {
	case record.FoundIncident:
		return "incidents/"
	case record.FoundClaim:
		return "claims/"
	case record.FoundItem:
		return "items/"
	case record.FoundStatement:
		return "statements#"
	}
	return "sources/"
}

func kindName(w i18n.Words, k record.FoundKind) string {
	switch k {
	case record.FoundIncident:
		return w.T("Incident")
	case record.FoundClaim:
		return w.T("Claim")
	case record.FoundItem:
		return w.T("Item")
	case record.FoundStatement:
		return w.T("Statement")
	}
	return w.T("Source")
}
