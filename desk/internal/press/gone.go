package press

import (
	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// goneView is a page in the place of one that was taken back.
type goneView struct {
	Document
	On      clock.Day
	Earlier []Link
}

// Gone sets, in the place of each page, one that says only that it was taken back: not
// what stood there, nor whom it concerned.
func (p *Press) Gone(e publish.Edition, day clock.Day, pages []publish.File) ([]publish.File, error) {
	if len(pages) == 0 {
		return []publish.File{}, nil
	}
	n := names{slug: e.Slug, number: e.Number}
	set := map[string][]byte{}
	var out []publish.File
	for _, f := range pages {
		if set[f.Lang] == nil {
			w := p.cat.For(i18n.Lang(f.Lang))
			v := goneView{On: day, Document: Document{Words: w, Title: w.T("This version was taken back"), Style: n.lasting() + ".css", By: e.Report.By, Feed: feedName(f.Lang, "atom")}}
			for _, h := range e.Report.History {
				v.Earlier = append(v.Earlier, Link{Label: w.T("Version %d, as of %s.", h.Number, w.Day(h.AsOf)), Href: names{n.slug, h.Number}.lasting() + "." + f.Lang + ".html"})
			}
			body, err := p.page("gone", v)
			if err != nil {
				return nil, err
			}
			set[f.Lang] = body
		}
		out = append(out, publish.File{Path: f.Path, Lang: f.Lang, Type: f.Type, Body: set[f.Lang]})
	}
	return append(out, publish.File{Path: "report/" + n.lasting() + ".css", Type: "text/css; charset=utf-8", Body: page.Ground().Bytes("waylight.css")}), nil
}
