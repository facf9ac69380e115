package gazetteer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Wrong is one thing that is wrong with a row of a file.
type Wrong struct {
	Line   int
	Column string
	What   string
}

func (w Wrong) Error() string {
	if w.Column == "" {
		return fmt.Sprintf("line %d: %s", w.Line, w.What)
	}
	return fmt.Sprintf("line %d, %s: %s", w.Line, w.Column, w.What)
}

// Wrongs are all of them, as far as the first 200.
type Wrongs []Wrong

func (w Wrongs) Error() string { return fmt.Sprintf("the file has errors: %d", len(w)) }

const mostWrong = 200

// MostPlaces is how many places a file may have.
const MostPlaces = 3_000_000

var errTooMany = errors.New("the file has more than 3,000,000 places: cut it by country or kind first")

// Columns are those of a plain CSV; key, name, lat and lon must be there.
func Columns() []string {
	return []string{"key", "name", "names", "lat", "lon", "country", "kind", "population", "reach"}
}

// Parse reads a gazetteer: a table of GeoNames (19 columns, tabs, no head) or a CSV
// whose head names its columns. Only keeps the rows whose kind begins with one of the
// letters, such as "A" and "P"; none keeps all.
func Parse(r io.Reader, only ...string) ([]Place, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(1 << 12)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			return nil, Wrongs{{Line: 1, What: "the file is empty"}}
		}
		return nil, err
	}
	if string(head[:min(3, len(head))]) == "\ufeff" {
		if _, err := b.Discard(3); err != nil {
			return nil, err
		}
	}
	line, _, _ := strings.Cut(string(head), "\n")
	p := &reader{only: only, seen: map[string]int{}}
	if strings.Count(line, "\t") == 18 {
		err = p.geonames(b)
	} else {
		err = p.table(b, strings.Count(line, ";") > strings.Count(line, ","))
	}
	if err != nil {
		return nil, err
	}
	if len(p.wrong) > 0 {
		return nil, p.wrong
	}
	return p.places, nil
}

type reader struct {
	only   []string
	places []Place
	wrong  Wrongs
	seen   map[string]int
}

func (p *reader) bad(line int, column, what string) {
	if len(p.wrong) < mostWrong {
		p.wrong = append(p.wrong, Wrong{line, column, what})
	}
}

func (p *reader) geonames(b *bufio.Reader) error {
	s := bufio.NewScanner(b)
	s.Buffer(make([]byte, 1<<16), 1<<20)
	n := 0
	for s.Scan() {
		n++
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		f := strings.Split(s.Text(), "\t")
		if len(f) != 19 {
			p.bad(n, "", fmt.Sprintf("it has %d columns, not 19", len(f)))
			continue
		}
		if err := p.add(n, map[string]string{"key": "geonames:" + f[0], "name": f[1], "names": f[3], "lat": f[4], "lon": f[5], "kind": f[6] + "." + f[7], "country": f[8], "population": f[14]}); err != nil {
			return err
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return Wrongs{{Line: n + 1, What: "the line is longer than a megabyte"}}
	}
	return s.Err()
}

func (p *reader) table(b *bufio.Reader, semicolon bool) error {
	c := csv.NewReader(b)
	c.FieldsPerRecord = -1
	if semicolon {
		c.Comma = ';'
	}
	head, err := c.Read()
	if err != nil {
		return Wrongs{{Line: 1, What: "this is no table: " + err.Error()}}
	}
	for i, h := range head {
		head[i] = strings.ToLower(strings.TrimSpace(h))
		if !slices.Contains(Columns(), head[i]) {
			p.bad(1, h, "there is no such column; there are "+strings.Join(Columns(), ", "))
		}
	}
	for _, need := range []string{"key", "name", "lat", "lon"} {
		if !slices.Contains(head, need) {
			p.bad(1, need, "this column is missing")
		}
	}
	if len(p.wrong) > 0 {
		return nil
	}
	for {
		f, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			p.bad(broken.Line, "", broken.Err.Error())
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		if len(f) != len(head) {
			p.bad(line, "", fmt.Sprintf("it has %d fields, the head has %d", len(f), len(head)))
			continue
		}
		row := map[string]string{}
		for i, h := range head {
			row[h] = strings.TrimSpace(f[i])
		}
		if err := p.add(line, row); err != nil {
			return err
		}
	}
}

// add checks one row.
func (p *reader) add(line int, row map[string]string) error {
	kind := row["kind"]
	if len(p.only) > 0 && !slices.ContainsFunc(p.only, func(o string) bool { return strings.HasPrefix(kind, o) }) {
		return nil
	}
	before := len(p.wrong)
	x := Place{Key: row["key"], Name: row["name"], Names: row["names"], Country: strings.ToUpper(row["country"]), Kind: kind}
	for column, v := range row {
		if !utf8.ValidString(v) {
			p.bad(line, column, "it is not in UTF-8")
		}
	}
	if x.Key == "" || x.Key == "geonames:" {
		p.bad(line, "key", "it has no key")
	}
	if x.Name == "" {
		p.bad(line, "name", "it has no name")
	}
	if first, ok := p.seen[x.Key]; ok {
		p.bad(line, "key", fmt.Sprintf("line %d has this key already", first))
	}
	p.seen[x.Key] = line
	x.Lat = p.degrees(line, "lat", row["lat"], 90)
	x.Lon = p.degrees(line, "lon", row["lon"], 180)
	x.Population = p.number(line, "population", row["population"])
	if x.Reach = int(p.number(line, "reach", row["reach"])); x.Reach == 0 {
		x.Reach = reach(x)
	}
	if x.Reach < Finest || x.Reach > 2_000_000 {
		p.bad(line, "reach", "it must lie between 100 and 2000000 metres")
	}
	if len(p.wrong) > before {
		return nil
	}
	if len(p.places) >= MostPlaces {
		return errTooMany
	}
	p.places = append(p.places, x)
	return nil
}

func (p *reader) degrees(line int, column, s string, most float64) float64 {
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(d) || math.Abs(d) > most {
		p.bad(line, column, fmt.Sprintf("%q is no number of degrees up to %g", s, most))
	}
	return d
}

func (p *reader) number(line int, column, s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		p.bad(line, column, fmt.Sprintf("%q is no whole number", s))
	}
	return n
}

// reach guesses how far a place reaches around its point, from its kind and its people.
func reach(p Place) int {
	switch {
	case strings.HasPrefix(p.Kind, "A.PCL"):
		return 400_000
	case strings.HasPrefix(p.Kind, "A.ADM1"):
		return 100_000
	case strings.HasPrefix(p.Kind, "A.ADM2"):
		return 30_000
	case strings.HasPrefix(p.Kind, "A."):
		return 15_000
	}
	// A settlement's area grows with its people: some 100 m² for each, and half a kilometre at least.
	return max(500, int(math.Sqrt(float64(p.Population)*150/math.Pi)/100)*100)
}
