package linkage

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// The bounds of a list. They stop a file that is no list, not a large list.
const (
	maxColumns = 500
	maxHeader  = 64 << 10 // bytes
	maxCell    = 64 << 10 // bytes
	maxRecords = 1 << 27
)

// A List is one file of records, kept by column.
type List struct {
	Name    string
	Columns []*Column
	Len     int // records
	ids     *Column
	scratch *Scratch
}

// A Column is one column of a list. Equal cells share one entry of Values.
type Column struct {
	Header string
	Values []string // distinct cells, blanks trimmed; Values[0] is the empty cell
	Code   []uint32 // one a record, into Values
}

// Cell is the text of record i.
func (c *Column) Cell(i int) string { return c.Values[c.Code[i]] }

// A Problem is what is wrong with a list and what to do about it.
type Problem struct {
	List string
	Line int // 0 where the whole file is meant
	What string
	Todo string
}

func (p *Problem) Error() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", p.List, p.Line, p.What)
	}
	return fmt.Sprintf("%s: %s", p.List, p.What)
}

// Read reads a list: text in UTF-8, columns parted by comma, semicolon or tab,
// the names of the columns in the first line. Every error about the content is
// a [*Problem]; none carries the content of a cell.
func Read(r io.Reader, name string) (*List, error) { return (*Scratch)(nil).Read(r, name) }

// Read reads a list as [Read] does, into the scratch.
func (s *Scratch) Read(r io.Reader, name string) (*List, error) {
	in := bufio.NewReaderSize(r, maxHeader)
	start, err := in.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := encoded(start, name); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		in.Discard(3)
		start = start[3:]
	}
	first, _, whole := bytes.Cut(start, []byte("\n"))
	if !whole && len(first) >= maxHeader-3 {
		return nil, &Problem{List: name, Line: 1, What: fmt.Sprintf("the line of column names is longer than %d KiB", maxHeader>>10), Todo: "give a file with one column name per column in its first line"}
	}
	cr := csv.NewReader(in)
	cr.Comma, cr.ReuseRecord, cr.TrimLeadingSpace, cr.FieldsPerRecord = delimiter(first), true, true, -1
	header, err := cr.Read()
	if errors.Is(err, io.EOF) {
		return nil, &Problem{List: name, What: "the file is empty", Todo: "give a file with column names in its first line"}
	}
	if err != nil {
		return nil, broken(err, name)
	}
	l, err := newList(name, header)
	if err != nil {
		return nil, err
	}
	l.scratch = s
	return l, errors.Join(l.fill(cr), s.Err())
}

func encoded(start []byte, name string) error {
	whole := start
	if len(start) == maxHeader { // the last letter may be cut
		for n := 0; n < utf8.UTFMax && !utf8.Valid(whole); n++ {
			whole = whole[:len(whole)-1]
		}
	}
	switch {
	case bytes.IndexByte(start, 0) >= 0:
		return &Problem{List: name, What: "this is not text in UTF-8 (it holds zero bytes: UTF-16, or a spreadsheet file)", Todo: "save it as CSV in UTF-8"}
	case !utf8.Valid(whole):
		return &Problem{List: name, What: "this is not text in UTF-8 (it may be Windows-1251 or another old encoding)", Todo: "save it as CSV in UTF-8"}
	}
	return nil
}

// delimiter is the separator that the first line holds most of.
func delimiter(first []byte) rune {
	best, most := ',', bytes.Count(first, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func broken(err error, name string) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &Problem{List: name, Line: p.StartLine, What: "the quotes of this line do not close", Todo: "export the list again as CSV"}
	}
	return fmt.Errorf("%s: %w", name, err)
}

func newList(name string, header []string) (*List, error) {
	if len(header) > maxColumns {
		return nil, &Problem{List: name, Line: 1, What: fmt.Sprintf("%d columns; at most %d are read", len(header), maxColumns), Todo: "keep the columns that tell who a person is"}
	}
	l := &List{Name: name}
	seen := map[string]bool{}
	for i, h := range header {
		h = strings.Join(strings.Fields(h), " ")
		if h == "" {
			h = fmt.Sprintf("column %d", i+1)
		}
		if seen[h] {
			return nil, &Problem{List: name, Line: 1, What: fmt.Sprintf("two columns are named %q", clip(h)), Todo: "give each column its own name"}
		}
		seen[h] = true
		l.Columns = append(l.Columns, &Column{Header: h, Values: []string{""}})
	}
	return l, nil
}

// A batch is some rows on their way from the reader to the columns.
type batch struct {
	rows  [][]string
	lines []int
	err   error
}

// fill reads the rows. One goroutine parses, this one puts equal cells together.
func (l *List) fill(cr *csv.Reader) error {
	cr.ReuseRecord = false
	batches, done := make(chan batch, 4), make(chan struct{})
	defer close(done)
	go parse(cr, batches, done)
	known := make([]*interner, len(l.Columns))
	for i, c := range l.Columns {
		known[i] = newInterner(l.scratch, func(v uint32) (string, bool) { return c.Values[v], true })
		defer known[i].end()
	}
	store := arena{scratch: l.scratch}
	for b := range batches {
		for i, row := range b.rows {
			if err := l.add(row, b.lines[i], known, &store); err != nil {
				return err
			}
		}
		if b.err != nil {
			return broken(b.err, l.Name)
		}
	}
	if l.Len == 0 {
		return &Problem{List: l.Name, What: "there are column names and no record", Todo: "give a list with records"}
	}
	return nil
}

func parse(cr *csv.Reader, to chan<- batch, done <-chan struct{}) {
	defer close(to)
	for more := true; more; {
		var b batch
		for len(b.rows) < 1024 {
			row, err := cr.Read()
			if err != nil {
				if more = false; !errors.Is(err, io.EOF) {
					b.err = err
				}
				break
			}
			line, _ := cr.FieldPos(0)
			b.rows, b.lines = append(b.rows, row), append(b.lines, line)
		}
		select {
		case to <- b:
		case <-done:
			return
		}
	}
}

// add takes a row into the columns.
func (l *List) add(row []string, line int, known []*interner, store *arena) error {
	if len(row) != len(l.Columns) {
		return &Problem{List: l.Name, Line: line, What: fmt.Sprintf("%d cells where the first line has %d", len(row), len(l.Columns)), Todo: "put cells that hold the separator into quotes"}
	}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		if len(cell) > maxCell {
			return &Problem{List: l.Name, Line: line, What: "a cell is longer than 64 KiB", Todo: "take long texts out of the list"}
		}
		code, ok, c := uint32(0), cell == "", l.Columns[i]
		if !ok {
			code, ok = known[i].find(cell, true)
		}
		if !ok {
			if !utf8.ValidString(cell) || strings.IndexByte(cell, 0) >= 0 {
				return &Problem{List: l.Name, Line: line, What: "this line is not text in UTF-8", Todo: "save the list as CSV in UTF-8"}
			}
			code = known[i].add(uint32(len(c.Values)))
			c.Values = push(l.scratch, c.Values, store.keep(cell))
		}
		c.Code = push(l.scratch, c.Code, code)
	}
	if l.Len++; l.Len > maxRecords {
		return &Problem{List: l.Name, Line: line, What: "more records than can be linked", Todo: "part the list"}
	}
	return nil
}

// An arena keeps short texts together: one piece of memory for many.
type arena struct {
	page    strings.Builder
	scratch *Scratch
	text    []byte // of the scratch
}

func (a *arena) keep(s string) string {
	if a.scratch != nil {
		if cap(a.text)-len(a.text) < len(s) {
			a.text = a.scratch.text(page)
		}
		from := len(a.text)
		a.text = append(a.text, s...)
		return unsafe.String(unsafe.SliceData(a.text[from:]), len(s))
	}
	const page = 1 << 16
	if len(s) > page/16 {
		return strings.Clone(s)
	}
	if a.page.Cap()-a.page.Len() < len(s) {
		a.page = strings.Builder{}
		a.page.Grow(page)
	}
	from := a.page.Len()
	a.page.WriteString(s)
	return a.page.String()[from:]
}

// ID names record i: its cell in the column of ids, or its place in the list from 1.
func (l *List) ID(i int) string {
	if l.ids != nil {
		return l.ids.Cell(i)
	}
	return fmt.Sprint(i + 1)
}

// clip shortens a name for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
