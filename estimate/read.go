package estimate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A BadTable says what is wrong with a table, where, and what to do.
type BadTable struct {
	Line   int    // of the file, from 1; 0 when it is about the whole
	Column string // as the file calls it; empty when it is about none
	What   string
	Todo   string
}

func (b *BadTable) Error() string {
	s := b.What
	if b.Column != "" {
		s = fmt.Sprintf("column %q: %s", b.Column, s)
	}
	if b.Line > 0 {
		s = fmt.Sprintf("line %d: %s", b.Line, s)
	}
	return s
}

const (
	maxHeader = 1 << 14 // bytes: 32 lists need no more
	maxInput  = 1 << 28
	maxName   = 100 // bytes of a list's name
)

var (
	countNames = []string{"count", "n", "freq", "frequency"}
	idNames    = []string{"id", "record_id", "person_id", "person", "cluster_id"}
)

// Read reads a table as described in docs/formats/lists.md: CSV in UTF-8, a
// header, one 0/1 column for each list and, when a row stands for several
// people, a column "count". A column "id" must hold no value twice. Columns are
// separated by commas, semicolons or tabs.
func Read(r io.Reader) (Table, error) {
	first, rest, err := header(r)
	if err != nil {
		return Table{}, err
	}
	c := csv.NewReader(io.MultiReader(bytes.NewReader(first), rest))
	c.Comma = separator(first)
	c.ReuseRecord = true
	names, err := c.Read()
	if err != nil {
		return Table{}, readError(err)
	}
	cols, err := columns(names)
	if err != nil {
		return Table{}, err
	}
	var cells = map[Pattern]int{}
	ids := map[string]int{}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, readError(err)
		}
		line, _ := c.FieldPos(0)
		cell, err := cols.cell(row, line, ids)
		if err != nil {
			return Table{}, err
		}
		if cell.Count > 0 && cell.On == 0 {
			return Table{}, &BadTable{Line: line, What: "this row is on no list", Todo: "leave it out: how many are on no list is what is asked"}
		}
		if cells[cell.On] += cell.Count; cells[cell.On] > maxCount {
			return Table{}, &BadTable{Line: line, What: "there are more people than ever lived", Todo: "check the counts"}
		}
	}
	all := make([]Cell, 0, len(cells))
	for on, n := range cells {
		all = append(all, Cell{on, n})
	}
	return NewTable(cols.lists, all)
}

// header takes the first line off, without ever holding an absurd one.
func header(r io.Reader) ([]byte, io.Reader, error) {
	b := bufio.NewReaderSize(&limited{r: r, left: maxInput}, maxHeader)
	head, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.IndexByte(head, 0) >= 0:
		return nil, nil, &BadTable{Line: 1, What: "the file is UTF-16, or not text", Todo: "save it as CSV in UTF-8"}
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	}
	line, err := b.ReadSlice('\n')
	first := bytes.Clone(line)
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, nil, &BadTable{Line: 1, What: fmt.Sprintf("the header is longer than %d bytes", maxHeader), Todo: fmt.Sprintf("at most %d lists can be read, each with a short name", MaxLists)}
	case err != nil && !errors.Is(err, io.EOF):
		return nil, nil, err
	case len(bytes.TrimSpace(first)) == 0:
		return nil, nil, &BadTable{Line: 1, What: "there is no header", Todo: "write the names of the lists in the first line"}
	case !utf8.Valid(first):
		return nil, nil, &BadTable{Line: 1, What: "the header is not UTF-8", Todo: "save the file as CSV in UTF-8"}
	}
	return first, b, nil
}

// limited ends with a clear error instead of reading for ever.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, &BadTable{What: "the file is larger than 256 MiB", Todo: "count equal rows and give their number in a column \"count\""}
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}

func separator(first []byte) rune {
	best, most := ',', bytes.Count(first, []byte{','})
	for _, c := range []rune{';', '\t'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func readError(err error) error {
	var bad *BadTable
	var p *csv.ParseError
	switch {
	case errors.As(err, &bad):
		return bad
	case errors.Is(err, csv.ErrFieldCount):
		errors.As(err, &p)
		return &BadTable{Line: p.Line, What: "this row has another number of columns than the header", Todo: "give every row a value for each column"}
	case errors.As(err, &p):
		return &BadTable{Line: p.Line, What: "a quotation mark stands where none belongs", Todo: "lists need no quotation marks: take them away"}
	}
	return err
}

// layout is which column holds what.
type layout struct {
	lists     []string
	of        []int // for each list its column
	count, id int   // -1: none
}

func columns(names []string) (layout, error) {
	l := layout{count: -1, id: -1}
	for i, name := range names {
		name = strings.TrimSpace(name)
		low := strings.ToLower(name)
		switch {
		case len(name) > maxName:
			return l, &BadTable{Line: 1, What: fmt.Sprintf("the name of column %d is longer than %d bytes", i+1, maxName), Todo: "give it a short name"}
		case name == "":
			return l, &BadTable{Line: 1, What: fmt.Sprintf("column %d has no name", i+1), Todo: "write the names of the lists in the first line"}
		case name == "0" || name == "1":
			return l, &BadTable{Line: 1, What: "the first line holds 0 and 1", Todo: "write the names of the lists in the first line"}
		case l.count < 0 && slices.Contains(countNames, low):
			l.count = i
		case l.id < 0 && slices.Contains(idNames, low):
			l.id = i
		default:
			l.lists, l.of = append(l.lists, name), append(l.of, i)
		}
	}
	if err := checkLists(l.lists); err != nil {
		var bad *BadTable
		if errors.As(err, &bad) {
			bad.Line = 1
		}
		return l, err
	}
	return l, nil
}

func (l layout) cell(row []string, line int, ids map[string]int) (Cell, error) {
	cell := Cell{Count: 1}
	for j, i := range l.of {
		switch v := strings.TrimSpace(row[i]); {
		case v == "1":
			cell.On |= 1 << j
		case v == "0":
		case !utf8.ValidString(v):
			return cell, &BadTable{Line: line, Column: l.lists[j], What: "this is not UTF-8", Todo: "save the file as CSV in UTF-8"}
		default:
			return cell, &BadTable{Line: line, Column: l.lists[j], What: fmt.Sprintf("a cell holds %s where only 0 and 1 may stand", short(v)), Todo: "write 1 when the person is on the list, 0 when not; name a column of numbers \"count\""}
		}
	}
	if l.count >= 0 {
		v := strings.TrimSpace(row[l.count])
		n, err := strconv.Atoi(v)
		switch {
		case strings.HasPrefix(v, "-") && v != "-":
			return cell, &BadTable{Line: line, Column: "count", What: "the count is negative", Todo: "write how many people there are: 0 or more"}
		case err != nil:
			return cell, &BadTable{Line: line, Column: "count", What: fmt.Sprintf("the count is %s, not a whole number", short(v)), Todo: "write how many people there are, with digits only"}
		case n > maxCount:
			return cell, &BadTable{Line: line, Column: "count", What: "there are more people than ever lived", Todo: "check the counts"}
		}
		cell.Count = n
	}
	if l.id >= 0 {
		id := strings.Clone(strings.TrimSpace(row[l.id]))
		if before, twice := ids[id]; twice {
			return cell, &BadTable{Line: line, What: fmt.Sprintf("the id of this row stands in line %d already", before), Todo: "give each person one row with a 1 for every list; match the lists first"}
		}
		ids[id] = line
	}
	return cell, nil
}

// short shows a value of a cell without filling the screen. It may be
// anything, so only a few characters of it are shown.
func short(v string) string {
	if v == "" {
		return "nothing"
	}
	if r := []rune(v); len(r) > 8 {
		v = string(r[:8]) + "…"
	}
	return strconv.Quote(v)
}
