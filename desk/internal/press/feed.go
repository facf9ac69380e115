package press

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"time"

	"waylight/desk/internal/publish"
	"waylight/internal/i18n"
)

func feedName(lang, kind string) string { return "feed." + lang + "." + kind }

// The Atom feed (RFC 4287). Days, not hours: nobody needs to know when the team works.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title     string     `xml:"title"`
	ID        string     `xml:"id"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Links     []atomLink `xml:"link"`
	Summary   string     `xml:"summary"`
}

// The JSON feed, version 1.1.
type jsonFeed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	Published string `json:"date_published"`
	Content   string `json:"content_text"`
}

// urn names a thing for ever, without an address.
func urn(words string) string {
	s := sha256.Sum256([]byte("waylight feed\n" + words))
	b := s[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // RFC 9562, version 8
	h := hex.EncodeToString(b)
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Feed lists what is public, the newest first, in each language. Its words stand in
// the editions: two people have agreed to each.
func (p *Press) Feed(public []publish.Edition) ([]publish.File, error) {
	if len(public) == 0 {
		return nil, nil
	}
	var out []publish.File
	for _, l := range langs {
		w, lang := p.cat.For(l), string(l)
		day := func(e publish.Edition) string { return e.Published.UTC().Format(time.DateOnly) + "T00:00:00Z" }
		by := public[0].Report.By
		atom := atomFeed{Lang: lang, Title: w.T("Reports of %s", by), ID: urn(by + "\n" + lang), Updated: day(public[0]), Author: atomAuthor{by}, Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: feedName(lang, "atom")}}}
		list := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: atom.Title, Language: lang, Items: []jsonItem{}}
		for _, e := range public {
			n := names{slug: e.Slug, number: e.Number}
			title := w.T("%s, version %d", e.Report.Title.In(lang), e.Number)
			href := n.lasting() + "." + lang + ".html"
			words := summaryOf(w, e)
			atom.Entries = append(atom.Entries, atomEntry{Title: title, ID: urn(e.Slug + "\n" + n.lasting() + "\n" + e.Digest), Updated: day(e), Published: day(e), Summary: words,
				Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: href}, {Rel: "enclosure", Type: "application/pdf", Href: n.lasting() + "." + lang + ".pdf"}}})
			list.Items = append(list.Items, jsonItem{ID: urn(e.Slug + "\n" + n.lasting() + "\n" + e.Digest), URL: href, Title: title, Summary: words, Content: words, Published: day(e)})
		}
		x, err := xml.MarshalIndent(atom, "", "  ")
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(list); err != nil {
			return nil, err
		}
		out = append(out, publish.File{Path: "report/" + feedName(lang, "atom"), Lang: lang, Type: "application/atom+xml", Body: append([]byte(xml.Header), append(x, '\n')...)},
			publish.File{Path: "report/" + feedName(lang, "json"), Lang: lang, Type: "application/json", Body: b.Bytes()})
	}
	return out, nil
}

// summaryOf is what is new, else the first paragraph.
func summaryOf(w i18n.Words, e publish.Edition) string {
	all := in(w.Tag(), e.Report.Changed)
	if len(all) == 0 {
		all = in(w.Tag(), e.Report.Summary)
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

var _ publish.Press = (*Press)(nil)
