package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
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
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, nil, err
	}
	b := book{files: map[string]*zip.File{}, left: maxUnfolded, dates: map[int]bool{}, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	for _, f := range z.File {
		b.files[strings.TrimPrefix(f.Name, "/")] = f
	}
	name, err := b.firstSheet()
	if err != nil {
		return nil, nil, err
	}
	if err := b.strings(); err != nil {
		return nil, nil, err
	}
	if err := b.styles(); err != nil {
		return nil, nil, err
	}
	return b.rows(name)
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

// firstSheet finds the part of the first sheet that is not hidden.
func (b *book) firstSheet() (string, error) {
	id := ""
	err := b.walk("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				b.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case "sheet":
			if state := attr(e, "state"); id == "" && state != "hidden" && state != "veryHidden" {
				id = attr(e, "id")
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	name := ""
	err = b.walk("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attr(e, "Id") == id {
			name = attr(e, "Target")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		name = rest
	} else {
		name = path.Join("xl", name)
	}
	if id == "" || b.files[name] == nil {
		return "", errBook
	}
	return name, nil
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

// WriteXLSX writes a spreadsheet of one sheet. Every cell is a text, so that
// none is a formula, no number loses its zeros, and no day is turned round.
func WriteXLSX(name string, head []string, rows [][]string) ([]byte, error) {
	var sheet bytes.Buffer
	sheet.WriteString(xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	for i, row := range append([][]string{head}, rows...) {
		fmt.Fprintf(&sheet, `<row r="%d">`, i+1)
		for j, s := range row {
			s = Lines(s)
			if utf8.RuneCountInString(s) > maxCell {
				return nil, fmt.Errorf("table: a cell is longer than a spreadsheet may hold")
			}
			style := 1
			if i == 0 {
				style = 2
			}
			if s == "" {
				continue
			}
			fmt.Fprintf(&sheet, `<c r="%s%d" s="%d" t="inlineStr"><is><t xml:space="preserve">`, letters(j), i+1, style)
			if err := xml.EscapeText(&sheet, []byte(strings.ReplaceAll(s, "_x", "_x005F_x"))); err != nil {
				return nil, err
			}
			sheet.WriteString(`</t></is></c>`)
		}
		sheet.WriteString(`</row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	var title bytes.Buffer
	if err := xml.EscapeText(&title, []byte(name)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="` + title.String() + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		// Style 1 is text as it stands, style 2 the head: bold.
		{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", sheet.String()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate}) // no time: the same bytes every day
		if err != nil {
			return nil, err
		}
		body := part[1]
		if !strings.HasPrefix(body, "<?xml") {
			body = xml.Header + body
		}
		if _, err := io.WriteString(w, body); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// letters gives the letters of a column: 0 is A.
func letters(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
