// Package foreign reads what other programs give out: Uwazi's CSV zips, the
// submissions of KoboToolbox and ODK, GeoJSON.
//
// Reading makes rows with named cells of all of them, word for word as they
// stand, and finds the attached files that a row names. What cannot be read is
// told row by row; such a row stays among the rows, so that it can be given back
// to be mended. The package knows nothing of what the rows mean for the record.
// It bounds what a file may unfold to, refuses files, networks and clocks, and
// imports table alone.
package foreign

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/table"
)

// Kind is the program from which rows come.
type Kind string

// The kinds.
const (
	Uwazi   Kind = "uwazi"
	Kobo    Kind = "kobo"
	GeoJSON Kind = "geojson"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Uwazi, Kobo, GeoJSON} }

// The most that one parcel may have.
const (
	MaxRows    = 2000
	maxData    = 64 << 20 // bytes of the file with the rows
	maxColumns = 400
)

// Bytes are a file that a member brought.
type Bytes struct {
	R    io.ReaderAt
	Size int64
}

// Row is one entity, submission or feature.
type Row struct {
	Line  int // its line, or its number in the file, from 1
	Cells map[string]string
	Wrong []table.Wrong // why it cannot be taken as it is
	raw   []byte        // as it stood in a JSON file
	own   string        // part of the paths of its files
}

// Sheet is what a parcel holds.
type Sheet struct {
	Kind    Kind
	Columns []string // in the order of the file
	Rows    []Row
	Notes   []string // sentences that a person should know before they go on
	json    bool
	files   []attached
}

// Problem is the column that says what is wrong with a row that was given back.
const Problem = "waylight_problem"

// Read reads a parcel: the file with the rows, or a zip that holds it; extra is a
// zip with what was attached, when that came apart. Wrong says why nothing of it
// can be read; what is wrong with one row stands with the row.
func Read(kind Kind, main, extra Bytes) (Sheet, []table.Wrong) {
	s := Sheet{Kind: kind}
	if !slices.Contains(Kinds(), kind) {
		return s, whole(noKind)
	}
	data, bad := s.unpack(main)
	if len(bad) == 0 && extra.Size > 0 {
		_, bad = s.list(extra, false)
	}
	if len(bad) > 0 {
		return s, bad
	}
	switch kind {
	case Uwazi:
		bad = s.uwazi(data)
	case Kobo:
		bad = s.kobo(data)
	default:
		bad = s.geo(data)
	}
	switch {
	case len(bad) > 0:
	case len(s.Rows) == 0:
		bad = whole(empty)
	case len(s.Rows) > MaxRows:
		bad = whole(tooMany)
	case len(s.Columns) > maxColumns:
		bad = whole(tooWide)
	}
	return s, bad
}

func whole(what string) []table.Wrong { return []table.Wrong{{What: what}} }

// column notes that there is a column of this name.
func (s *Sheet) column(seen map[string]bool, name string) {
	if !seen[name] {
		seen[name] = true
		s.Columns = append(s.Columns, name)
	}
}

func (r *Row) bad(column, what string) {
	r.Wrong = append(r.Wrong, table.Wrong{Line: r.Line, Column: column, What: what})
}

// grid makes rows of lines whose first is the head. A row that is uneven stays, with what is wrong.
func (s *Sheet) grid(lines []table.Line) []table.Wrong {
	if len(lines) == 0 {
		return whole(empty)
	}
	head := slices.Clone(lines[0].Texts())
	seen := map[string]bool{}
	var bad []table.Wrong
	for i := range head {
		head[i] = strings.TrimSpace(head[i])
		switch {
		case head[i] == "" || head[i] == Problem:
			head[i] = ""
		case seen[head[i]]:
			bad = append(bad, table.Wrong{Line: 1, Column: head[i], What: twice})
		default:
			s.column(seen, head[i])
		}
	}
	if len(bad) > 0 {
		return bad
	}
	for _, l := range lines[1:] {
		cells := l.Texts()
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		r := Row{Line: l.Number(), Cells: map[string]string{}}
		for i, c := range cells {
			switch {
			case i < len(head) && head[i] != "":
				r.Cells[head[i]] = table.Lines(c)
			case strings.TrimSpace(c) != "" && (i >= len(head) || lines[0].Texts()[i] != Problem):
				r.bad("", overhang)
			}
			if strings.ContainsRune(c, '\uFFFD') && i < len(head) {
				r.bad(head[i], unread)
			}
		}
		if len(cells) < len(head) && slices.ContainsFunc(head[len(cells):], func(h string) bool { return h != "" }) {
			r.bad("", short)
		}
		s.Rows = append(s.Rows, r)
	}
	return nil
}

// uwazi reads the CSV of entities. Languages stand in columns that end in __en, several values are parted by |.
func (s *Sheet) uwazi(data named) []table.Wrong {
	if strings.HasPrefix(string(data.bytes), "PK\x03\x04") {
		return whole(noCSV)
	}
	lines, bad := table.Cells(data.bytes)
	if len(bad) > 0 {
		return bad
	}
	if bad := s.grid(lines); len(bad) > 0 {
		return bad
	}
	if !slices.ContainsFunc(s.Columns, func(c string) bool { b, _, _ := strings.Cut(strings.ToLower(c), "__"); return b == "title" }) {
		return []table.Wrong{{Line: 1, Column: "title", What: noTitle}}
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		if !slices.ContainsFunc(s.Columns, func(c string) bool {
			b, _, _ := strings.Cut(strings.ToLower(c), "__")
			return b == "title" && strings.TrimSpace(r.Cells[c]) != ""
		}) {
			r.bad("title", untitled)
		}
	}
	return nil
}

// Values parts a cell with several values.
func Values(cell string) (all []string) {
	for v := range strings.SplitSeq(cell, "|") {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// Point reads a position as these programs write it: "43.1|45.7" or "43.1, 45.7"
// or "43.1 45.7 0 0". With turned the longitude comes first. A text that holds
// no position is told by a sentence.
func Point(text string, turned bool) (lat, lon float64, bad string) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == ',' || r == ' ' || r == ';' || r == '\t' || r == '\u00a0' })
	if len(parts) < 2 || len(parts) > 4 {
		return 0, 0, noPoint
	}
	a, err := strconv.ParseFloat(parts[0], 64)
	b, err2 := strconv.ParseFloat(parts[1], 64)
	if err != nil || err2 != nil {
		return 0, 0, noPoint
	}
	if turned {
		a, b = b, a
	}
	return a, b, Range(a, b)
}

// Range says what is wrong with a position; empty: it lies on the earth.
func Range(lat, lon float64) string {
	on := func(x, most float64) bool { return x >= -most && x <= most } // false for what is no number
	switch {
	case on(lat, 90) && on(lon, 180):
		return ""
	case on(lon, 90) && on(lat, 180):
		return swapped
	}
	return offEarth
}
