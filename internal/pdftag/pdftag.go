// Package pdftag sets PDFs whose structure is tagged, so that a screen reader knows
// what is a heading, a list, a table or a picture, in which order it is read and in
// which language (PDF/UA-1, ISO 14289-1, on PDF 1.7, ISO 32000-1).
//
// The library that draws the pages knows nothing of structure. This room keeps the
// elements while the pages are drawn, brackets what is drawn with the marks that lead
// to them (ISO 32000-1, 14.6 and 14.7), and writes the whole file anew with the tree
// in it: one version, no earlier one below. The same document gives the same bytes,
// with no date but the one that it was given and nothing of the machine or the writer.
// It imports nothing of the house.
package pdftag

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Role is what an element is: one of the standard types (ISO 32000-1, 14.8.4).
type Role string

// The roles that are in use.
const (
	H1         Role = "H1"
	H2         Role = "H2"
	H3         Role = "H3"
	P          Role = "P"
	List       Role = "L"
	Item       Role = "LI"
	Label      Role = "Lbl"
	Body       Role = "LBody"
	Table      Role = "Table"
	Row        Role = "TR"
	Head       Role = "TH"
	Cell       Role = "TD"
	Figure     Role = "Figure"
	Span       Role = "Span"
	Section    Role = "Sect"
	document   Role = "Document"
	pagination      = "/Artifact <</Type /Pagination>> BDC"
	decoration      = "/Artifact <</Type /Layout>> BDC"
)

// Attr is what an element has besides its role. All may be empty.
type Attr struct {
	Lang  string     // a BCP 47 tag, where it differs from what stands around
	Alt   string     // what a picture says, in words; a Figure must have it
	Box   [4]float64 // where a Figure lies on its page: left, top, right, bottom, in millimetres
	Scope string     // what a Head is the head of: "Column" or "Row"
}

// element is a node of the tree. Its kids are elements and marks, in the order in
// which they are read.
type element struct {
	role Role
	Attr
	kids []kid
}

// kid is an element, or a mark in the content of a page.
type kid struct {
	of         *element
	page, mark int // page counts from 0
}

// About is what a document says of itself.
type About struct {
	Title, Author string // Author may be empty
	Lang          string // a BCP 47 tag
	Day           time.Time
}

// Doc is a document of A4 pages that is being set, in millimetres. What is drawn
// between the calls of Put and Aside belongs to nothing, and a screen reader would not
// know what to do with it: draw within them.
type Doc struct {
	*fpdf.Fpdf
	about   About
	root    *element
	late    *element   // what is read after all else
	open    []*element // the last one takes what is put
	marks   [][]*element
	now     *element // whose mark is open on the page
	putting bool     // the content of now is being drawn
	aside   string   // how the artifact begins that is being drawn; empty: none
	foot    func()
}

// New begins a document. The caller adds fonts and pages.
func New(a About) *Doc {
	d := &Doc{Fpdf: fpdf.New("P", "mm", "A4", ""), about: a, root: &element{role: document}, late: &element{role: Section}}
	d.open = []*element{d.root}
	d.SetCatalogSort(true)
	d.SetCreationDate(a.Day)
	d.SetModificationDate(a.Day)
	d.SetProducer("", true)
	d.SetCreator("", true)
	d.SetTitle(a.Title, true)
	if a.Author != "" {
		d.SetAuthor(a.Author, true)
	}
	d.SetLang(a.Lang)
	d.SetCellMargin(0)
	d.SetXmpMetadata(metadata(a))
	d.SetFooterFunc(d.leave)
	d.SetHeaderFunc(d.enter)
	return d
}

// Foot sets what is drawn at the end of each page. It draws within Repeated, or within
// Later where it should be read once.
func (d *Doc) Foot(f func()) { d.foot = f }

// In opens an element within the innermost open one, as long as do runs. Within an
// artifact there are no elements.
func (d *Doc) In(r Role, a Attr, do func()) {
	if d.aside != "" {
		do()
		return
	}
	e := &element{role: r, Attr: a}
	parent := d.open[len(d.open)-1]
	parent.kids = append(parent.kids, kid{of: e})
	d.within(e, do)
}

// Again is In, but goes on with what was closed last when that is alike: a quotation
// that runs over two lines is one.
func (d *Doc) Again(r Role, a Attr, do func()) {
	parent := d.open[len(d.open)-1]
	if n := len(parent.kids); n > 0 && d.aside == "" {
		if e := parent.kids[n-1].of; e != nil && e.role == r && e.Attr == a {
			d.within(e, do)
			return
		}
	}
	d.In(r, a, do)
}

func (d *Doc) within(e *element, do func()) {
	d.open = append(d.open, e)
	do()
	d.open = d.open[:len(d.open)-1]
}

// Later opens an element that is read after all others, wherever it is drawn.
func (d *Doc) Later(r Role, a Attr, do func()) {
	was := d.open
	d.open = []*element{d.late}
	d.In(r, a, do)
	d.open = was
}

// Put draws content of the innermost open element. It may run over the end of a page.
func (d *Doc) Put(do func()) {
	if d.aside != "" {
		do()
		return
	}
	e := d.open[len(d.open)-1]
	if d.now != e {
		d.shut()
		d.begin(e)
	}
	was := d.putting
	d.putting = true
	do()
	d.putting = was
}

// Aside draws what says nothing: lines, grounds, the repeated head of a table
// (ISO 32000-1, 14.8.2.2).
func (d *Doc) Aside(do func()) { d.artifact(decoration, do) }

// Repeated draws what stands on each page, such as its number.
func (d *Doc) Repeated(do func()) { d.artifact(pagination, do) }

func (d *Doc) artifact(begin string, do func()) {
	if d.aside != "" {
		do()
		return
	}
	resume := d.putting
	e := d.now
	d.shut()
	d.aside = begin
	d.RawWriteStr(begin)
	do()
	d.RawWriteStr("EMC")
	d.aside = ""
	if resume && e != nil {
		d.begin(e)
	}
}

// begin opens a mark of an element on the current page.
func (d *Doc) begin(e *element) {
	page := d.PageNo() - 1
	for len(d.marks) <= page {
		d.marks = append(d.marks, nil)
	}
	mark := len(d.marks[page])
	d.marks[page] = append(d.marks[page], e)
	e.kids = append(e.kids, kid{page: page, mark: mark})
	d.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.role, mark))
	d.now = e
}

func (d *Doc) shut() {
	if d.now != nil {
		d.RawWriteStr("EMC")
		d.now = nil
	}
}

// leave closes what is open on a page that ends, and draws its foot. A mark does not
// reach over the end of a page (ISO 32000-1, 14.6.1).
func (d *Doc) leave() {
	e, putting, aside := d.now, d.putting, d.aside
	d.shut()
	if aside != "" {
		d.RawWriteStr("EMC")
	}
	d.putting, d.aside = false, ""
	if d.foot != nil {
		d.foot()
		d.shut()
	}
	d.putting, d.aside = putting, aside
	if putting {
		d.now = e // enter opens it again
	}
}

// enter opens again what was open when the page before ended.
func (d *Doc) enter() {
	e := d.now
	d.now = nil
	switch {
	case d.aside != "":
		d.RawWriteStr(d.aside)
	case e != nil:
		d.begin(e)
	}
}

// Bytes ends the document and gives the file. It fails when the library could not draw
// something, or a Figure has no words.
func (d *Doc) Bytes() ([]byte, error) {
	d.Close() // draws the foot of the last page
	d.root.kids = append(d.root.kids, d.late.kids...)
	d.late.kids = nil
	if err := check(d.root); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return nil, err
	}
	return d.rewrite(b.Bytes())
}

func check(e *element) error {
	if e.role == Figure && e.Alt == "" {
		return fmt.Errorf("pdftag: a figure has no words")
	}
	for _, k := range e.kids {
		if k.of != nil {
			if err := check(k.of); err != nil {
				return err
			}
		}
	}
	return nil
}
