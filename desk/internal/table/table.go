// Package table reads and writes rows: CSV and spreadsheets (XLSX), for every
// room whose rows come in and go out as tables.
//
// Reading takes what people really send: UTF-8 with and without a mark, UTF-16,
// Windows-1251; commas, semicolons and tabs; cells typed as numbers, dates and
// texts. What cannot be told for sure is refused with a sentence that says how
// to save it, never guessed. Writing gives the same bytes for the same rows,
// and no cell is a formula. The package knows nothing of what the rows mean; it
// refuses files, networks and clocks, and imports nothing of the house.
package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The most that one table may have.
const (
	MaxRows    = 20_000
	maxColumns = 200
)

// Row is one row by the names of its columns.
type Row struct {
	Line  int // where it stands in what was sent, from 1; the head is a line too
	Cells map[string]string
}

// Get is the cell of a column; "" when there is no such column.
func (r Row) Get(name string) string { return r.Cells[name] }

// Wrong is one thing that is wrong with a table.
type Wrong struct {
	Line   int    // from 1, the head; 0: the whole
	Column string // "" for the row
	What   string // an English sentence, key of its translation
}

// Format is how a table is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Formats lists them.
func Formats() []Format { return []Format{CSV, XLSX} }

// Type is what a browser must know of a file of this format.
func (f Format) Type() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Read reads a table whose head has some of the columns, each at most once. The
// order of the columns is free. When anything is wrong there are no rows.
func Read(raw []byte, columns []string) ([]Row, []Wrong) {
	grid, bad := Cells(raw)
	if len(bad) > 0 {
		return nil, bad
	}
	if len(grid) == 0 {
		return nil, []Wrong{{1, "", noHead}}
	}
	head := grid[0].cells
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
		if !slices.Contains(columns, head[i]) {
			bad = append(bad, Wrong{1, head[i], noColumn})
		} else if slices.Index(head, head[i]) != i {
			bad = append(bad, Wrong{1, head[i], twice})
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	var rows []Row
	for _, l := range grid[1:] {
		if len(l.cells) != len(head) {
			bad = append(bad, Wrong{l.number, "", uneven})
			continue
		}
		row := Row{l.number, make(map[string]string, len(head))}
		for i, cell := range l.cells {
			if !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError) {
				bad = append(bad, Wrong{l.number, head[i], unread})
			}
			row.Cells[head[i]] = Lines(cell)
		}
		rows = append(rows, row)
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return rows, nil
}

// Line is one line of a table before anybody knows its columns.
type Line struct {
	number int
	cells  []string
}

// Number is where the line stands in what was sent, from 1.
func (l Line) Number() int { return l.number }

// Texts are the line's cells as they came.
func (l Line) Texts() []string { return l.cells }

// Cells reads the cells of a CSV or XLSX file, whichever it is.
func Cells(raw []byte) ([]Line, []Wrong) {
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return readXLSX(raw)
	}
	if bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")) {
		return nil, []Wrong{{0, "", oldBook}}
	}
	text, bad := Decode(raw)
	if bad != "" {
		return nil, []Wrong{{0, "", bad}}
	}
	return readCSV(text)
}

// AsCSV gives what was sent as CSV text, so that it can be shown and mended; "" when it cannot be read.
func AsCSV(raw []byte) string {
	if !bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		text, _ := Decode(raw)
		return text
	}
	grid, _ := readXLSX(raw)
	if len(grid) == 0 {
		return ""
	}
	var rows [][]string
	for _, l := range grid {
		rows = append(rows, l.cells)
	}
	return string(WriteCSV(rows[0], rows[1:]))
}

func readCSV(text string) (all []Line, bad []Wrong) {
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord = -1
	c.Comma = separator(text)
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return all, bad
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return all, append(bad, Wrong{syntax.Line, "", quotes})
		}
		line, _ := c.FieldPos(0)
		switch {
		case len(all) > MaxRows:
			return all, append(bad, Wrong{line, "", tooLong})
		case len(cells) > maxColumns:
			return all, append(bad, Wrong{line, "", tooWide})
		case len(all) > 0 && c.Comma != ',' && blank(cells):
			continue // spreadsheets end with rows of nothing but separators
		}
		for i := range cells {
			cells[i] = plain(cells[i])
		}
		all = append(all, Line{line, cells})
	}
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// separator is what parts the fields of the first line: a comma, or what
// spreadsheets write where the comma is the decimal sign.
func separator(text string) rune {
	count := map[rune]int{}
	quoted := false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n' || r == '\r':
			if count[';'] > count[','] && count[';'] >= count['\t'] {
				return ';'
			}
			if count['\t'] > count[','] {
				return '\t'
			}
			return ','
		default:
			count[r]++
		}
	}
	if count[';'] > count[','] {
		return ';'
	}
	if count['\t'] > count[','] {
		return '\t'
	}
	return ','
}

// Lines brings ends of lines to one form: browsers send two letters, tables lose one.
func Lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// A cell of a CSV that a spreadsheet would take for a formula gets an
// apostrophe, and loses it on the way in.
const risky = "=+-@\t\r'"

func defused(s string) string {
	if s != "" && (strings.ContainsRune(risky, rune(s[0])) || formulaLike(s)) {
		return "'" + s
	}
	return s
}

// formulaLike sees the full-width signs that some spreadsheets take for the narrow ones.
func formulaLike(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("＝＋－＠", r)
}

func plain(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && (strings.ContainsRune(risky, rune(rest[0])) || formulaLike(rest)) {
		return rest
	}
	return s
}

// Write writes a table: the same rows give the same bytes.
func Write(f Format, name string, head []string, rows [][]string) ([]byte, error) {
	if f == XLSX {
		return WriteXLSX(name, head, rows)
	}
	return WriteCSV(head, rows), nil
}

// WriteCSV writes RFC 4180, as spreadsheets read it. No cell is taken for a formula.
func WriteCSV(head []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range append([][]string{head}, rows...) {
		safe := make([]string, len(row))
		for i, s := range row {
			safe[i] = defused(Lines(s))
		}
		w.Write(safe) // into memory: Flush has nothing to tell
	}
	w.Flush()
	return b.Bytes()
}
