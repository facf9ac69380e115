// Package letter sets letters on paper: a campaign.Letter becomes a PDF in
// Latin, Cyrillic with the palochka, Greek, and Arabic letters from right to left.
//
// The same letter gives the same bytes: the date is the letter's own, the
// producer is neutral, and nothing of the machine or the writer gets in. Other scripts
// are refused; as a document (DOCX) a letter goes in any
// script, because the word processor sets it. It imports campaign, docx, fault and fpdf;
// the fonts are Noto Serif and Noto Naskh Arabic (fonts/OFL.txt).
package letter

import (
	"bytes"
	_ "embed"
	"strconv"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"waylight/desk/internal/campaign"
	"waylight/internal/docx"
	"waylight/internal/fault"
)

//go:embed fonts/NotoSerif-Regular.ttf
var regular []byte

//go:embed fonts/NotoSerif-Bold.ttf
var bold []byte

//go:embed fonts/NotoNaskhArabic-Regular.ttf
var naskh []byte

//go:embed fonts/NotoNaskhArabic-Bold.ttf
var naskhBold []byte

// Fonts are the typefaces for Latin and Cyrillic: regular and bold.
func Fonts() (plain, strong []byte) { return regular, bold }

// Settable reports whether Fonts have every letter of a text.
func Settable(s string) bool { _, bad := unsettable(s, false); return !bad }

// Press sets letters.
type Press struct {
	// Head is printed at the top: the organisation's name. Empty: the letter's own signatory.
	Head string
	// Foot is printed at the bottom of each page, such as how to answer. It may be empty.
	Foot string
}

// Sizes in millimetres and points.
const (
	margin = 25.0
	text   = 11.0
	small  = 8.5
	line   = 5.6
)

// Letter makes the PDF.
func (p Press) Letter(l campaign.Letter) ([]byte, error) {
	if r, ok := unsettable(l.Text()+p.Head+p.Foot, true); ok {
		return nil, fault.New(fault.Invalid, "The letter has a sign that cannot be printed yet: %s. Write it in Latin, Cyrillic, Greek or Arabic letters.", string(r))
	}
	day, err := time.Parse(time.DateOnly, string(l.Day))
	if err != nil {
		return nil, fault.New(fault.Invalid, "Write the day as 2017-04-09.")
	}
	d := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), arabic: docx.RightToLeft(l.Lang)}
	d.SetCatalogSort(true)
	d.SetCreationDate(day)
	d.SetModificationDate(day)
	d.SetProducer("", true)
	d.SetCreator("", true)
	d.SetTitle(l.Subject, true)
	d.SetLang(l.Lang)
	d.SetMargins(margin, 22, margin)
	d.SetAutoPageBreak(true, 28)
	d.AddUTF8FontFromBytes("serif", "", regular)
	d.AddUTF8FontFromBytes("serif", "B", bold)
	if d.arabic || strings.ContainsFunc(l.Text()+p.Head+p.Foot, isArabic) {
		d.AddUTF8FontFromBytes("naskh", "", naskh)
		d.AddUTF8FontFromBytes("naskh", "B", naskhBold)
	}
	p.foot(d)
	d.AddPage()
	p.head(d, l)
	d.font("", text)
	for part := range strings.Lines(l.Addressee) {
		d.block(line, strings.TrimSpace(part), "L")
	}
	d.Ln(line)
	d.block(line, campaign.DayIn(l.Day, l.Lang), "R")
	d.Ln(line)
	d.font("B", text)
	d.block(line, l.Subject, "L")
	d.Ln(line * 0.8)
	d.font("", text)
	for _, paragraph := range l.Paragraphs {
		body(d, paragraph)
	}
	d.Ln(line * 2.2)
	d.block(line, l.Signatory, "L")
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Word makes the letter as a document.
func (p Press) Word(l campaign.Letter) ([]byte, error) {
	if _, err := time.Parse(time.DateOnly, string(l.Day)); err != nil {
		return nil, fault.New(fault.Invalid, "Write the day as 2017-04-09.")
	}
	head := p.Head
	if head == "" {
		head = l.Signatory
	}
	d := docx.Doc{Title: l.Subject, Lang: l.Lang, Day: string(l.Day), Foot: p.Foot, Parts: []docx.Part{
		{Style: docx.Title, Text: head}, {Text: l.Addressee}, {Style: docx.End, Text: campaign.DayIn(l.Day, l.Lang)}, {Style: docx.Heading, Text: l.Subject},
	}}
	for _, paragraph := range l.Paragraphs {
		for part := range strings.Lines(paragraph) {
			part = strings.TrimSpace(part)
			if item, ok := strings.CutPrefix(part, "— "); ok {
				d.Parts = append(d.Parts, docx.Part{Style: docx.Item, Text: item})
				continue
			}
			d.Parts = append(d.Parts, docx.Part{Text: part})
		}
	}
	d.Parts = append(d.Parts, docx.Part{Text: ""}, docx.Part{Text: l.Signatory})
	return d.Bytes()
}

// body sets one paragraph; lines that begin with a dash are a list.
func body(d *sheet, paragraph string) {
	for part := range strings.Lines(paragraph) {
		part = strings.TrimSpace(part)
		item, ok := strings.CutPrefix(part, "— ")
		if !ok {
			d.block(line, part, "L")
			continue
		}
		left, _, right, _ := d.GetMargins()
		if d.arabic {
			w, _ := d.GetPageSize()
			d.SetX(w - right - 9)
			d.CellFormat(6, line, "–", "", 0, "R", false, 0, "")
			d.SetRightMargin(right + 9)
		} else {
			d.SetX(left + 3)
			d.CellFormat(6, line, "–", "", 0, "L", false, 0, "")
			d.SetLeftMargin(left + 9)
		}
		d.block(line, item, "L")
		d.SetLeftMargin(left)
		d.SetRightMargin(right)
	}
	d.Ln(line * 0.55)
}

func (p Press) head(d *sheet, l campaign.Letter) {
	head := p.Head
	if head == "" {
		head = l.Signatory
	}
	d.font("B", 12)
	d.block(6, head, "L")
	d.SetDrawColor(90, 100, 110)
	d.SetLineWidth(0.3)
	w, _ := d.GetPageSize()
	d.Line(margin, d.GetY()+2, w-margin, d.GetY()+2)
	d.Ln(12)
}

func (p Press) foot(d *sheet) {
	d.SetFooterFunc(func() {
		style, size := d.style, d.size
		d.SetY(-18)
		d.font("", small)
		d.SetTextColor(80, 80, 80)
		if p.Foot != "" {
			d.block(4, p.Foot, "C")
		}
		if d.PageNo() > 1 {
			d.CellFormat(0, 4, strconv.Itoa(d.PageNo()), "", 0, "C", false, 0, "")
		}
		d.SetTextColor(0, 0, 0)
		d.style, d.size = style, size
	})
}

// unsettable finds a letter of a script that the fonts cannot set rightly.
func unsettable(s string, arabic bool) (rune, bool) {
	for _, r := range s {
		if arabic && isArabic(r) {
			continue
		}
		if unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) && !unicode.Is(unicode.Common, r) || r > 0xffff {
			return r, true
		}
	}
	return 0, false
}
