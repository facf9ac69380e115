package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"
)

// The most that a spreadsheet may unfold to, and that one cell may hold in Excel.
const (
	maxUnfolded = 64 << 20
	maxCell     = 32_767
)

// book is a spreadsheet file, being read.
type book struct {
	files  map[string]*zip.File
	left   int64 // bytes that may still be unfolded
	shared []string
	dates  map[int]bool // styles that show a number as a day or time
	epoch  time.Time
	shown  []tab
}

var errBook = errors.New("table: not a spreadsheet")

// readXLSX reads the first sheet that is shown. Cells are read as what they
// hold, not as they look: days as 2017-04-09, numbers without groups.
func readXLSX(raw []byte) ([]Line, []Wrong) {
	all, bad, err := sheet(raw)
	if err != nil {
		return nil, []Wrong{{0, "", badBook}}
	}
	return all, bad
}

func sheet(raw []byte) ([]Line, []Wrong, error) {
	b, err := openBook(raw)
	if err != nil {
		return nil, nil, err
	}
	return b.rows(b.shown[0].part)
}

func openBook(raw []byte) (*book, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	b := &book{files: map[string]*zip.File{}, left: maxUnfolded, dates: map[int]bool{}, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	for _, f := range z.File {
		b.files[strings.TrimPrefix(f.Name, "/")] = f
	}
	if err := b.sheets(); err != nil {
		return nil, err
	}
	if err := b.strings(); err != nil {
		return nil, err
	}
	return b, b.styles()
}

// Sheet is one sheet of a spreadsheet.
type Sheet struct {
	Name  string
	Lines []Line
}

// Sheets reads every sheet that is shown, in their order.
func Sheets(raw []byte) (all []Sheet, bad []Wrong) {
	b, err := openBook(raw)
	if err != nil {
		return nil, []Wrong{{0, "", badBook}}
	}
	for _, x := range b.shown {
		lines, wrong, err := b.rows(x.part)
		if err != nil {
			return nil, []Wrong{{0, "", badBook}}
		}
		bad = append(bad, wrong...)
		all = append(all, Sheet{x.name, lines})
	}
	return all, bad
}

// walk reads one part element by element. A part that is not there is empty.
func (b *book) walk(name string, each func(d *xml.Decoder, e xml.StartElement) error) error {
	f := b.files[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	counted := &io.LimitedReader{R: r, N: b.left + 1}
	d := xml.NewDecoder(counted)
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			b.left = counted.N - 1
			return nil
		}
		if counted.N <= 0 {
			return errBook
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := each(d, e); err != nil {
				return err
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// tab is a sheet that is not hidden: its name and its part of the file.
type tab struct{ name, part string }

// sheets finds the parts of the sheets that are not hidden.
func (b *book) sheets() error {
	type named struct{ id, name string }
	var all []named
	err := b.walk("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				b.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case "sheet":
			if state := attr(e, "state"); state != "hidden" && state != "veryHidden" {
				all = append(all, named{attr(e, "id"), attr(e, "name")})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	parts := map[string]string{}
	err = b.walk("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			parts[attr(e, "Id")] = attr(e, "Target")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, x := range all {
		name := parts[x.id]
		if rest, ok := strings.CutPrefix(name, "/"); ok {
			name = rest
		} else {
			name = path.Join("xl", name)
		}
		if x.id == "" || b.files[name] == nil {
			return errBook
		}
		b.shown = append(b.shown, tab{x.name, name})
	}
	if len(b.shown) == 0 {
		return errBook
	}
	return nil
}

// text is everything that an element holds as <t>, without phonetic hints.
func text(d *xml.Decoder) (string, error) {
	var out strings.Builder
	depth, inside, skip := 1, 0, 0
	for depth > 0 {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "t":
				inside++
			case "rPh":
				skip++
			}
		case xml.EndElement:
			depth--
			switch t.Name.Local {
			case "t":
				inside--
			case "rPh":
				skip--
			}
		case xml.CharData:
			if inside > 0 && skip == 0 {
				out.Write(t)
			}
		}
	}
	return escaped(out.String()), nil
}

// escaped reads _x000D_ and the like, by which spreadsheets write what XML cannot hold.
func escaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		before, after, ok := strings.Cut(s, "_x")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		if len(after) >= 5 && after[4] == '_' {
			if n, err := strconv.ParseUint(after[:4], 16, 16); err == nil {
				out.WriteRune(rune(n))
				s = after[5:]
				continue
			}
		}
		out.WriteString("_x")
		s = after
	}
}

func (b *book) strings() error {
	return b.walk("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := text(d)
		b.shared = append(b.shared, s)
		return err
	})
}

// styles finds the formats that show days: those numbered so, and those spelled so.
func (b *book) styles() error {
	custom := map[int]bool{}
	inside, n := false, 0
	return b.walk("xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			id, _ := strconv.Atoi(attr(e, "numFmtId"))
			custom[id] = datelike(attr(e, "formatCode"))
		case "cellXfs":
			inside = true
		case "cellStyles", "dxfs":
			inside = false
		case "xf":
			if inside {
				id, _ := strconv.Atoi(attr(e, "numFmtId"))
				b.dates[n] = id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58 || custom[id]
				n++
			}
		}
		return nil
	})
}

func datelike(code string) bool {
	quoted, bracket := false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '[' || r == ']':
			bracket = r == '['
		case !quoted && !bracket && strings.ContainsRune("ymdh", r):
			return true
		}
	}
	return false
}

func (b *book) rows(name string) (all []Line, bad []Wrong, err error) {
	width, line := 0, 0
	err = b.walk(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "row" {
			return nil
		}
		line++
		if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= line {
			line = n
		}
		cells, wrong, err := b.row(d, line)
		if err != nil {
			return err
		}
		bad = append(bad, wrong...)
		switch {
		case blank(cells) && len(all) > 0:
			return nil // spreadsheets keep rows that were once formatted
		case len(all) > MaxRows:
			bad = append(bad, Wrong{line, "", tooLong})
			return io.EOF
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" && len(all) == 0 {
			cells = cells[:len(cells)-1]
		}
		if len(all) == 0 {
			width = len(cells)
		}
		for len(cells) > width && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		for len(cells) < width {
			cells = append(cells, "")
		}
		all = append(all, Line{line, cells})
		return nil
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, bad, err
}

func (b *book) row(d *xml.Decoder, line int) (cells []string, bad []Wrong, err error) {
	for {
		t, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return cells, bad, nil
		case xml.StartElement:
			if t.Name.Local != "c" {
				if err := d.Skip(); err != nil {
					return nil, nil, err
				}
				continue
			}
			at := len(cells)
			if n, ok := column(attr(t, "r")); ok {
				at = n
			}
			if at >= maxColumns {
				return nil, nil, errBook
			}
			for len(cells) <= at {
				cells = append(cells, "")
			}
			v, wrong, err := b.cell(d, t)
			if err != nil {
				return nil, nil, err
			}
			if wrong != "" {
				bad = append(bad, Wrong{line, "", wrong})
			}
			cells[at] = v
		}
	}
}

// column reads "C7" as 2.
func column(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > 1<<16 {
			return n, true
		}
	}
	return n - 1, n > 0
}

// cell reads one cell to its end.
func (b *book) cell(d *xml.Decoder, e xml.StartElement) (v, bad string, err error) {
	kind := attr(e, "t")
	for {
		t, err := d.Token()
		if err != nil {
			return "", "", err
		}
		switch t := t.(type) {
		case xml.EndElement:
			v, bad = b.value(kind, attr(e, "s"), v)
			return v, bad, nil
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				if err := d.DecodeElement(&v, &t); err != nil {
					return "", "", err
				}
			case "is":
				if v, err = text(d); err != nil {
					return "", "", err
				}
			default: // a formula: what it last came to counts
				if err := d.Skip(); err != nil {
					return "", "", err
				}
			}
		}
	}
}

func (b *book) value(kind, style, v string) (text, bad string) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n >= len(b.shared) {
			return "", lostText
		}
		return b.shared[n], ""
	case "inlineStr":
		return v, ""
	case "str":
		return escaped(v), ""
	case "b":
		if v == "1" {
			return "yes", ""
		}
		return "no", ""
	case "e":
		return "", badCell
	case "d":
		return v, ""
	}
	if v == "" {
		return "", ""
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", badNumber
	}
	if s, err := strconv.Atoi(style); err == nil && b.dates[s] && f >= 0 && f < 2_958_466 {
		return b.moment(f), ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64), ""
}

// moment gives a spreadsheet's day, with its time when it has one.
func (b *book) moment(f float64) string {
	at := b.epoch.Add(time.Duration(math.Round(f*86_400)) * time.Second)
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04")
}
