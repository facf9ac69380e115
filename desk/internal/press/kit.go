package press

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"waylight/desk/internal/publish"
	"waylight/internal/i18n"
)

// heavy are the files that are made of the others: printable reports and the kit for
// the press.
func (p *Press) heavy(n names, e publish.Edition, pages []publish.File) ([]publish.File, error) {
	var out []publish.File
	kit := map[string][]byte{}
	var order []string
	put := func(name string, body []byte) {
		kit[name] = body
		order = append(order, name)
	}
	var read strings.Builder
	for _, l := range langs {
		w := p.cat.For(l)
		body, err := p.pdf(w, n, e)
		if err != nil {
			return nil, fmt.Errorf("press: setting the PDF: %w", err)
		}
		out = append(out, publish.File{Path: "." + string(l) + ".pdf", Lang: string(l), Type: "application/pdf", Body: body})
		put("report."+string(l)+".pdf", body)
		for i, f := range e.Report.Figures {
			if !f.Suppressed {
				put("charts/"+string(l)+"/"+strconv.Itoa(i+1)+"-"+publish.Slug(f.Key)+".svg", chart(w, i, f, e.Report.By))
			}
		}
		if m := drawMap(w, e.Report.Map); m != nil {
			put("charts/"+string(l)+"/map.svg", m.alone())
		}
		read.WriteString(readme(w, e))
	}
	for _, f := range pages {
		switch f.Path {
		case ".json", ".figures.csv", ".scoreboard.csv", ".map.csv":
			put("data"+f.Path, f.Body)
		}
	}
	put("README.txt", []byte(read.String()))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, name := range order { // no times: the same edition gives the same bytes
		w, err := z.CreateHeader(&zip.FileHeader{Name: n.lasting() + "/" + name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(kit[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return append(out, publish.File{Path: ".press.zip", Type: "application/zip", Body: b.Bytes()}), nil
}

func readme(w i18n.Words, e publish.Edition) string {
	lang := w.Tag()
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	line(e.Report.Title.In(lang))
	line(w.T("Version %d, as of %s.", e.Number, w.Day(e.Report.AsOf)) + " " + e.Report.By)
	if e.Report.Historical {
		line(w.T("This describes the past: what was known on %s. Addresses, organisations and laws have changed since.", w.Day(e.Report.AsOf)))
	}
	part := func(title string, texts []publish.Text) {
		if all := in(lang, texts); len(all) > 0 {
			line("\n" + title)
			for _, t := range all {
				line(t)
			}
		}
	}
	part(w.T("For the press"), e.Report.Contacts)
	part(w.T("How it may be used"), e.Report.Licence)
	part(w.T("How to get help"), e.Report.Help)
	line("\n" + w.T("Give each number with its range and its source: “at least 101”, never “101”. Do not look for the people concerned, and show no faces, names or villages."))
	line(w.T("The list of the pages with their signature lies at %s on the same site.", "/p/manifest"))
	line("")
	return b.String()
}

// chart draws a figure's range as a picture that stands alone.
func chart(w i18n.Words, i int, f publish.Figure, by string) []byte {
	v := figureOf(w, i, f)
	bar := v.Range.Bar()
	const left, width, top = 24.0, 592.0, 84.0
	x := func(percent float64) float64 { return left + percent/100*width }
	esc := func(s string) string {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
		return b.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="190" viewBox="0 0 640 190" role="img" xml:lang="%s" font-family="Noto Sans, Verdana, sans-serif">`+"\n", w.Tag())
	fmt.Fprintf(&b, `<title>%s: %s</title><rect width="640" height="190" fill="#ffffff"/>`+"\n", esc(v.Label), esc(v.Text))
	b.WriteString(`<defs><linearGradient id="fade"><stop offset="0" stop-color="#125467"/><stop offset="1" stop-color="#125467" stop-opacity="0.05"/></linearGradient><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="#6b7780"/></pattern></defs>` + "\n")
	fmt.Fprintf(&b, `<text x="24" y="36" font-size="17" fill="#1c2429">%s</text><text x="24" y="66" font-size="22" font-weight="bold" fill="#0b3d4c">%s</text>`+"\n", esc(v.Label), esc(v.Text))
	rect := func(fill string, from, w float64) {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.0f" width="%.1f" height="28" fill="%s"/>`+"\n", x(from), top, w/100*width, fill)
	}
	rect("#e7ecee", 0, 100)
	switch {
	case bar.Unknown:
		rect("url(#hatch)", 0, 100)
	case bar.Floorless:
		rect("url(#hatch)", 0, bar.W)
	case bar.Open:
		rect("url(#fade)", bar.X, bar.W)
	case bar.Point:
	default:
		rect("#125467", bar.X, bar.W)
	}
	if !bar.Unknown && !bar.Floorless {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.0f" width="3" height="36" fill="#0b3d4c"/>`+"\n", x(bar.X), top-4)
	}
	if bar.HasBest {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.0f" r="6" fill="#ffffff" stroke="#0b3d4c" stroke-width="3"/>`+"\n", x(bar.Best), top+14)
	}
	if v.Range.Scaled() {
		fmt.Fprintf(&b, `<text x="24" y="134" font-size="13" fill="#4d5a62">0</text><text x="616" y="134" font-size="13" text-anchor="end" fill="#4d5a62">%s</text>`+"\n", w.Number(v.Range.Top()))
	}
	fmt.Fprintf(&b, `<text x="24" y="170" font-size="13" fill="#4d5a62">%s</text>`+"\n</svg>\n", esc(w.T("As of %s", v.AsOf)+" · "+by))
	return []byte(b.String())
}
