// Package docx writes documents that word processors open: headings, paragraphs,
// lists and tables, from left to right and from right to left, as Office Open XML
// (ISO/IEC 29500-1, "WordprocessingML").
//
// The same document gives the same bytes, and nothing of the machine, the program or
// the writer gets in: no author, no thumbnail, no revision marks, the day that the
// document itself bears. It imports nothing of the house.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Style is what a paragraph is.
type Style string

// The styles.
const (
	Normal  Style = "Normal"
	Title   Style = "Title"
	Heading Style = "Heading1"
	Small   Style = "Small"
	Item    Style = "Item" // of a list
	End     Style = "End"  // stands at the far edge of the line, as a date in a letter
)

// Part is a paragraph, or a table when it has rows.
type Part struct {
	Style Style // empty: Normal
	Text  string
	Rows  [][]string // the first one is the head; all have as many cells
}

// Doc is a document.
type Doc struct {
	Title string
	Lang  string // a BCP 47 tag; it decides from where the lines run
	Day   string // 2017-04-09: the only date in the file
	Foot  string // stands at the bottom of each page; may be empty
	Parts []Part
}

// RightToLeft reports whether lines of a language run from right to left.
func RightToLeft(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "ar", "fa", "he", "ur", "ps", "ckb", "yi":
		return true
	}
	return false
}

// The names of the parts and what they are.
const (
	typeMain   = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	relations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages   = "http://schemas.openxmlformats.org/package/2006/"
	wordprocML = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + relations + `"`
)

// Bytes gives the file. It fails on a day that is none, on a table whose rows differ
// and on text that is not UTF-8.
func (d Doc) Bytes() ([]byte, error) {
	day, err := time.Parse(time.DateOnly, d.Day)
	if err != nil {
		return nil, fmt.Errorf("docx: the day %q is not written as 2017-04-09", d.Day)
	}
	for i, p := range d.Parts {
		for _, row := range p.Rows {
			if len(row) != len(p.Rows[0]) || len(row) == 0 {
				return nil, fmt.Errorf("docx: the rows of part %d have different numbers of cells", i)
			}
		}
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="` + typeMain + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + typeMain + `styles+xml"/>` +
			`<Override PartName="/word/footer1.xml" ContentType="` + typeMain + `footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="` + packages + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="` + packages + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
			`<dc:title>` + escape(d.Title) + `</dc:title><dc:language>` + escape(d.Lang) + `</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">` + day.Format(time.RFC3339) + `</dcterms:created></cp:coreProperties>`},
		{"word/_rels/document.xml.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + relations + `/styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + relations + `/footer" Target="footer1.xml"/></Relationships>`},
		{"word/styles.xml", d.styles()},
		{"word/footer1.xml", `<w:ftr ` + wordprocML + `>` + d.paragraph(Small, d.Foot, "") + `</w:ftr>`},
		{"word/document.xml", d.body()},
	} {
		if !utf8.ValidString(f.text) {
			return nil, fmt.Errorf("docx: a text is not UTF-8")
		}
		w, err := z.Create(f.name) // without a time of the file system
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + f.text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// styles says how each style looks: sizes in half points, distances in twentieths.
func (d Doc) styles() string {
	lang := `<w:lang w:val="` + escape(d.Lang) + `"/>`
	if RightToLeft(d.Lang) {
		lang = `<w:lang w:bidi="` + escape(d.Lang) + `"/>`
	}
	style := func(id Style, name, para, run string) string {
		return `<w:style w:type="paragraph" w:styleId="` + string(id) + `"><w:name w:val="` + name + `"/><w:basedOn w:val="Normal"/><w:pPr>` + para + `</w:pPr><w:rPr>` + run + `</w:rPr></w:style>`
	}
	size := func(n int) string { return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, n, n) }
	return `<w:styles ` + wordprocML + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Serif" w:hAnsi="Noto Serif" w:cs="Noto Naskh Arabic"/>` + size(22) + lang + `</w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		style(Title, "Title", `<w:keepNext/><w:spacing w:after="240"/>`, `<w:b/><w:bCs/>`+size(30)) +
		style(Heading, "heading 1", `<w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="0"/>`, `<w:b/><w:bCs/>`+size(24)) +
		style(Small, "Small", `<w:spacing w:after="60"/>`, size(17)) +
		style(Item, "Item", `<w:spacing w:after="60"/><w:ind w:start="425" w:hanging="283"/>`, "") +
		style(End, "End", `<w:jc w:val="end"/>`, "") + `</w:styles>`
}

func (d Doc) body() string {
	var b strings.Builder
	b.WriteString(`<w:document ` + wordprocML + `><w:body>`)
	for _, p := range d.Parts {
		if len(p.Rows) > 0 {
			b.WriteString(d.table(p.Rows))
			continue
		}
		b.WriteString(d.paragraph(p.Style, p.Text, ""))
	}
	bidi := ""
	if RightToLeft(d.Lang) {
		bidi = `<w:bidi/>`
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1247" w:right="1417" w:bottom="1417" w:left="1417" w:header="709" w:footer="709" w:gutter="0"/>` + bidi + `</w:sectPr></w:body></w:document>`)
	return b.String()
}

// paragraph sets one paragraph; line breaks in the text stay line breaks.
func (d Doc) paragraph(s Style, text, run string) string {
	if s == "" {
		s = Normal
	}
	para := `<w:pStyle w:val="` + string(s) + `"/>`
	if RightToLeft(d.Lang) {
		para += `<w:bidi/>`
		run += `<w:rtl/>`
	}
	if s == Item {
		text = "–\t" + text
	}
	var b strings.Builder
	b.WriteString(`<w:p><w:pPr>` + para + `</w:pPr>`)
	for i, line := range strings.Split(text, "\n") {
		b.WriteString(`<w:r><w:rPr>` + run + `</w:rPr>`)
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		for n, cell := range strings.Split(line, "\t") {
			if n > 0 {
				b.WriteString(`<w:tab/>`)
			}
			b.WriteString(`<w:t xml:space="preserve">` + escape(cell) + `</w:t>`)
		}
		b.WriteString(`</w:r>`)
	}
	b.WriteString(`</w:p>`)
	return b.String()
}

// table sets rows; the first is repeated at the top of each page.
func (d Doc) table(rows [][]string) string {
	var b strings.Builder
	edge := ""
	for _, side := range []string{"top", "start", "bottom", "end", "insideH", "insideV"} {
		edge += `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="8A949C"/>`
	}
	visual := ""
	if RightToLeft(d.Lang) {
		visual = `<w:bidiVisual/>`
	}
	width := 9072 / len(rows[0])
	b.WriteString(`<w:tbl><w:tblPr>` + visual + `<w:tblW w:w="9072" w:type="dxa"/><w:tblBorders>` + edge + `</w:tblBorders><w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:start w:w="100" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/><w:end w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for range rows[0] {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, width)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, row := range rows {
		head, run := "", ""
		if i == 0 {
			head, run = `<w:trPr><w:tblHeader/></w:trPr>`, `<w:b/><w:bCs/>`
		}
		b.WriteString(`<w:tr>` + head)
		for _, cell := range row {
			fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, width, d.paragraph(Small, cell, run))
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>` + d.paragraph(Normal, "", "")) // two tables in a row would grow together
	return b.String()
}

// escape writes text as XML; signs that XML cannot hold become U+FFFD.
func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
