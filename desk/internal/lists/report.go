package lists

import (
	"strings"

	"waylight/linkage"
)

// Trouble is what is the matter with rows that were read all the same.
type Trouble string

// The troubles of rows.
const (
	NoName  Trouble = "no name"            // nothing stands in the columns of names
	Nothing Trouble = "nothing to tell"    // nothing stands in any column that tells people apart
	Twice   Trouble = "the same row twice" // every telling cell is that of an earlier row
)

// Note is a trouble and the lines of the file where it is; at most noteLines of them.
type Note struct {
	Trouble Trouble
	Rows    int
	Lines   []int
}

const noteLines = 20

// report says how the columns were understood and which rows need a look. The
// line is that of a file without line breaks in its cells: record and header.
func (f *Facts) report(l *linkage.List) error {
	readings, err := linkage.Recognise([]*linkage.List{l}, nil)
	if err != nil {
		return err
	}
	f.Records = l.Len
	var names, telling []*linkage.Column
	for i, c := range l.Columns {
		col := Column{Header: c.Header, Kind: string(readings[i].Kind), Why: readings[i].Why}
		for row := range l.Len {
			if c.Code[row] != 0 {
				col.Filled++
			}
		}
		f.Columns = append(f.Columns, col)
		switch readings[i].Kind {
		case linkage.Given, linkage.Surname, linkage.FullName:
			names, telling = append(names, c), append(telling, c)
		case linkage.RecordID, linkage.Ignore:
		default:
			telling = append(telling, c)
		}
	}
	notes := map[Trouble]*Note{}
	add := func(t Trouble, row int) {
		n := notes[t]
		if n == nil {
			n = &Note{Trouble: t}
			notes[t] = n
		}
		n.Rows++
		if len(n.Lines) < noteLines {
			n.Lines = append(n.Lines, row+2)
		}
	}
	seen := map[string]bool{}
	for row := range l.Len {
		key := &strings.Builder{}
		blank := true
		for _, c := range telling {
			blank = blank && c.Code[row] == 0
			key.WriteString(c.Cell(row))
			key.WriteByte(0)
		}
		switch {
		case blank:
			add(Nothing, row)
			continue
		case len(names) > 0 && empty(names, row):
			add(NoName, row)
		}
		if seen[key.String()] {
			add(Twice, row)
		}
		seen[key.String()] = true
	}
	for _, t := range []Trouble{Nothing, NoName, Twice} {
		if n := notes[t]; n != nil {
			f.Notes = append(f.Notes, *n)
		}
	}
	return nil
}

func empty(columns []*linkage.Column, row int) bool {
	for _, c := range columns {
		if c.Code[row] != 0 {
			return false
		}
	}
	return true
}
