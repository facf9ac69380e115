// Package letter sets letters on paper: a campaign.Letter becomes a tagged PDF in
// Latin, Cyrillic with the palochka, Greek, and Arabic letters from right to left.
//
// The same letter gives the same bytes: the date is the letter's own, the
// producer is neutral, and nothing of the machine or the writer gets in. Other scripts
// are refused; as a document (DOCX) a letter goes in any
// script, because the word processor sets it. It imports campaign, docx, fault, pdftag and typeset.
package letter

import (
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/typeset"
	"waylight/internal/docx"
	"waylight/internal/fault"
	"waylight/internal/pdftag"
)

// Press sets letters.
type Press struct {
	// Head is printed at the top: the organisation's name. Empty: the letter's own signatory.
	Head string
	// Foot is printed at the bottom of each page, such as how to answer. It may be empty.
	Foot string
}

// Sizes in millimetres and points.
const (
	margin = 26.0
	text   = 11.0
	small  = 8.5
	line   = 5.6
)

// Letter makes the PDF. Its subject is the heading, lines that begin with a dash are a
// list, and the foot of the first page is read at the end.
func (p Press) Letter(l campaign.Letter) ([]byte, error) {
	if r, ok := typeset.Unsettable(l.Text() + p.Head + p.Foot); ok {
		return nil, fault.New(fault.Invalid, "The letter has a sign that cannot be printed yet: %s. Write it in Latin, Cyrillic, Greek or Arabic letters.", string(r))
	}
	day, err := time.Parse(time.DateOnly, string(l.Day))
	if err != nil {
		return nil, fault.New(fault.Invalid, "Write the day as 2017-04-09.")
	}
	d := typeset.New(pdftag.About{Title: l.Subject, Lang: l.Lang, Day: day})
	d.SetMargins(margin, 22, margin)
	d.SetAutoPageBreak(true, 28)
	p.foot(d)
	d.AddPage()
	p.head(d, l)
	d.Font("", text)
	d.Block(pdftag.P, line, l.Addressee, "L")
	d.Ln(line)
	d.Block(pdftag.P, line, campaign.DayIn(l.Day, l.Lang), "R")
	d.Ln(line)
	d.Font("B", text)
	d.Block(pdftag.H1, line, l.Subject, "L")
	d.Ln(line * 0.8)
	d.Font("", text)
	for _, paragraph := range l.Paragraphs {
		body(d, paragraph)
	}
	d.Ln(line * 2.2)
	d.Block(pdftag.P, line, l.Signatory, "L")
	return d.Bytes()
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
func body(d *typeset.Sheet, paragraph string) {
	var items []string
	list := func() {
		if len(items) > 0 {
			d.In(pdftag.List, pdftag.Attr{}, func() {
				for _, item := range items {
					d.Item("–", 9, line, item)
				}
			})
		}
		items = nil
	}
	for part := range strings.Lines(paragraph) {
		part = strings.TrimSpace(part)
		if item, ok := strings.CutPrefix(part, "— "); ok {
			items = append(items, item)
			continue
		}
		list()
		if part == "" {
			d.Ln(line)
		}
		d.Block(pdftag.P, line, part, "L")
	}
	list()
	d.Ln(line * 0.55)
}

func (p Press) head(d *typeset.Sheet, l campaign.Letter) {
	head := p.Head
	if head == "" {
		head = l.Signatory
	}
	d.Font("B", 12)
	d.Block(pdftag.P, 6, head, "L")
	left, room := d.Column()
	d.Aside(func() {
		d.SetDrawColor(90, 100, 110)
		d.SetLineWidth(0.3)
		d.Line(left, d.GetY()+2, left+room, d.GetY()+2)
	})
	d.Ln(12)
}

func (p Press) foot(d *typeset.Sheet) {
	d.Foot(func() {
		left, room := d.Column()
		d.SetY(-18)
		d.Font("", small)
		d.SetTextColor(80, 80, 80)
		if d.PageNo() == 1 { // how to answer is read once
			d.Later(pdftag.P, pdftag.Attr{}, func() { d.Set(left, room, 4, p.Foot, "C") })
			return
		}
		d.Repeated(func() {
			d.Set(left, room, 4, p.Foot, "C")
			d.Set(left, room, 4, strconv.Itoa(d.PageNo()), "C")
		})
	})
}
