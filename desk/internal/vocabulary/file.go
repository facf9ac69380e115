package vocabulary

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"waylight/internal/clock"
)

// Wrong is one thing that is wrong with a file of terms.
type Wrong struct {
	Line   int    // in the file, from 1; 0 for the file as a whole
	Column string // "" for the row
	What   string // an English sentence; it never repeats the file's bytes beyond a code
}

// Error puts it in one line.
func (w Wrong) Error() string {
	switch {
	case w.Line == 0:
		return w.What
	case w.Column == "":
		return fmt.Sprintf("line %d: %s", w.Line, w.What)
	}
	return fmt.Sprintf("line %d, %s: %s", w.Line, w.Column, w.What)
}

// Wrongs are all of them, in the order of the file.
type Wrongs []Wrong

// Error counts them.
func (w Wrongs) Error() string { return fmt.Sprintf("errors in the file: %d", len(w)) }

// The most that is read, and the most that is reported.
const (
	MaxFile   = 16 << 20
	maxWrongs = 200
)

// Parse reads the micro-thesauri's CSV: a head of column names, then one term a
// row. Needed are list_no, list_name, code and term_en; known besides are
// parent_code, order, term_fr, term_es, term_ru, term_ar, valid_from and
// valid_until; others are left aside. It answers Wrongs with every row that is
// wrong, or all terms.
func Parse(text []byte) ([]Term, error) {
	p := parser{at: map[key]int{}}
	if len(text) > MaxFile {
		return nil, Wrongs{{What: "The file is larger than 16 MB: it is no vocabulary."}}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	head, err := r.Read()
	if err != nil || !p.head(head) {
		if err != nil && len(p.wrong) == 0 {
			p.bad(1, "", "The file has no head with names of columns.")
		}
		return nil, p.wrong
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			p.bad(syntax.Line, "", "The quotation marks of this row do not fit together; what follows cannot be read.")
			break
		}
		line, _ := r.FieldPos(0)
		p.row(line, row)
	}
	p.parents()
	if len(p.terms) == 0 && len(p.wrong) == 0 {
		p.bad(0, "", "There is no term in the file.")
	}
	if len(p.wrong) > 0 {
		slices.SortStableFunc(p.wrong, func(a, b Wrong) int { return a.Line - b.Line })
		return nil, p.wrong
	}
	return p.terms, nil
}

type parser struct {
	columns map[string]int
	width   int
	terms   []Term
	lines   []int
	at      map[key]int // index of the term
	wrong   Wrongs
}

func (p *parser) bad(line int, column, what string) {
	if len(p.wrong) < maxWrongs {
		p.wrong = append(p.wrong, Wrong{line, column, what})
	}
}

func (p *parser) head(row []string) bool {
	p.columns, p.width = map[string]int{}, len(row)
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := p.columns[name]; twice && name != "" {
			p.bad(1, name, "Two columns have this name.")
		}
		p.columns[name] = i
	}
	if len(row) == 1 && strings.ContainsAny(row[0], ";\t") {
		p.bad(1, "", "The columns are not separated by commas. Save the file again as CSV with commas.")
		return false
	}
	for _, need := range []string{"list_no", "list_name", "code", "term_en"} {
		if _, ok := p.columns[need]; !ok {
			p.bad(1, need, "This column is missing.")
		}
	}
	return len(p.wrong) == 0
}

func (p *parser) row(line int, row []string) {
	if len(row) == 1 && strings.TrimSpace(row[0]) == "" {
		return
	}
	before := len(p.wrong)
	if len(row) != p.width {
		p.bad(line, "", fmt.Sprintf("The row has %d fields, the head %d.", len(row), p.width))
		return
	}
	for name, i := range p.columns {
		if !utf8.ValidString(row[i]) {
			p.bad(line, name, "The letters cannot be read. Save the file as UTF-8.")
		}
	}
	get := func(name string) string {
		if i, ok := p.columns[name]; ok {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	t := Term{List: get("list_no"), Name: get("list_name"), Code: get("code"), Parent: get("parent_code"), Layer: Base, Names: map[string]string{}}
	if n, err := strconv.Atoi(t.List); err != nil || n < 1 || n > 999 || strconv.Itoa(n) != t.List {
		p.bad(line, "list_no", "The number of the list must be a whole number from 1 to 999.")
	}
	if t.Name == "" {
		p.bad(line, "list_name", "The list has no name.")
	}
	if !digits(t.Code) {
		p.bad(line, "code", "A code of the base layer has 12 digits. Codes with W and X belong to the product and to the team.")
	}
	if text := get("order"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			p.bad(line, "order", "The order must be a whole number.")
		}
		t.Order = n
	}
	for _, lang := range Languages() {
		if n := get("term_" + lang); n != "" {
			t.Names[lang] = n
		}
	}
	if t.Names["en"] == "" {
		p.bad(line, "term_en", "The term has no English name.")
	}
	p.days(line, &t, get)
	if first, twice := p.at[key{t.List, t.Code}]; twice {
		p.bad(line, "code", fmt.Sprintf("This code stands in line %d already.", p.lines[first]))
	}
	if len(p.wrong) > before {
		return
	}
	p.at[key{t.List, t.Code}] = len(p.terms)
	p.terms, p.lines = append(p.terms, t), append(p.lines, line)
}

func digits(code string) bool {
	return len(code) == 12 && strings.Trim(code, "0123456789") == ""
}

// parents looks whether each parent is there and whether a term stands above itself.
func (p *parser) parents() {
	for i, t := range p.terms {
		if _, ok := p.at[key{t.List, t.Parent}]; t.Parent != "" && !ok {
			p.bad(p.lines[i], "parent_code", "There is no such code in this list, or its row is wrong.")
			continue
		}
		for up, seen := t.Parent, map[string]bool{}; up != "" && !seen[up]; {
			if up == t.Code {
				p.bad(p.lines[i], "parent_code", "The term stands above itself.")
				break
			}
			seen[up] = true
			n, ok := p.at[key{t.List, up}]
			if !ok {
				break
			}
			up = p.terms[n].Parent
		}
	}
}

func (p *parser) days(line int, t *Term, get func(string) string) {
	for name, to := range map[string]*clock.Day{"valid_from": &t.From, "valid_until": &t.Until} {
		text := get(name)
		if text == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			p.bad(line, name, "Write the day as 2017-04-09.")
			continue
		}
		*to = clock.Day(text)
	}
	if t.From != "" && t.Until != "" && t.Until < t.From {
		p.bad(line, "valid_until", "The term ends before it begins.")
	}
}
