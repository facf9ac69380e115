package linkage

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const maxFields = 15

// A field is one thing that all lists tell: it joins their columns.
type field struct {
	name, plain string
	kind        Kind
	columns     map[int]*Column // by list
	values      []value         // distinct, values[0] is "not told"
	code        []uint32        // one a record over all lists
	partner     int             // the field that this one is at times swapped with, or -1
}

// A value is one distinct cell, made ready to compare.
type value struct {
	text   string // folded
	plain  string // romanised, without blanks
	skel   string
	phon   string
	latin  bool
	number int // age, year; -1 where none
	date   date
	words  []string // of a full name or address, sorted
}

// nothing are ways to write that a thing is not known.
var nothing = map[string]bool{"": true, "unknown": true, "n a": true, "na": true, "null": true, "none": true, "nil": true, "not known": true, "неизвестно": true, "нет данных": true, "не указано": true, "н д": true}

func prepare(kind Kind, cell string) (value, bool) {
	text := Fold(cell)
	if nothing[text] {
		return value{}, false
	}
	v := value{text: text, number: -1, latin: latinScript(text)}
	switch kind {
	case ID, Phone, Number:
		v.plain = strings.ReplaceAll(Romanise(text), " ", "")
		if kind == Phone {
			v.plain = strings.TrimLeft(digits(v.plain), "0")
			v.plain = v.plain[max(0, len(v.plain)-10):]
		}
		return v, v.plain != ""
	case Age:
		n, err := strconv.Atoi(text)
		if err != nil || n > 3000 {
			return v, false
		}
		v.number, v.plain = n, text
		return v, true
	case Date:
		d, ok := parseDate(cell)
		v.date, v.plain = d, d.text
		return v, ok
	case Patronymic:
		text = patronymicStem(text)
	}
	v.plain = strings.ReplaceAll(Romanise(text), " ", "")
	v.skel = Skeleton(text)
	v.phon = Phonetic(v.skel)
	if kind == FullName || kind == Address {
		for _, w := range strings.Fields(text) {
			v.words = append(v.words, Skeleton(w))
		}
		slices.Sort(v.words)
	}
	return v, true
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// patronymicStem is the father's name that a patronymic is made of, so that
// Иванович, Ивановна and Ivanovich come together.
func patronymicStem(s string) string {
	for _, end := range []string{"ович", "евич", "овна", "евна", "ична", "ich", "ovich", "evich", "ovna", "evna", "ichna", "ич"} {
		if stem, ok := strings.CutSuffix(s, end); ok && len([]rune(stem)) >= 3 {
			return stem
		}
	}
	return s
}

// date is a day as written: eight digits, parts that may be impossible kept.
type date struct {
	text    string // YYYYMMDD, 0 where a part is not told
	y, m, d int
}

// parseDate reads YYYYMMDD, YYYY-MM-DD, DD.MM.YYYY, DD/MM/YYYY, YYYY-MM and YYYY.
// An impossible day or month is kept: it is what the source wrote.
func parseDate(s string) (date, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	for _, p := range parts {
		if len(p) != len(digits(p)) {
			return date{}, false
		}
	}
	if strings.IndexFunc(s, unicode.IsLetter) >= 0 && !strings.Contains(s, "T") {
		return date{}, false
	}
	n := func(i int) int { v, _ := strconv.Atoi(parts[i]); return v }
	var d date
	switch {
	case len(parts) == 1 && len(parts[0]) == 8:
		v := n(0)
		d = date{y: v / 10000, m: v / 100 % 100, d: v % 100}
	case len(parts) == 1 && len(parts[0]) == 4:
		d = date{y: n(0)}
	case len(parts) == 2 && len(parts[0]) == 4 && len(parts[1]) <= 2:
		d = date{y: n(0), m: n(1)}
	case len(parts) >= 3 && len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2:
		d = date{y: n(0), m: n(1), d: n(2)}
	case len(parts) == 3 && len(parts[2]) == 4 && len(parts[0]) <= 2 && len(parts[1]) <= 2:
		d = date{y: n(2), m: n(1), d: n(0)}
		if d.m > 12 && d.d <= 12 {
			d.m, d.d = d.d, d.m
		}
	default:
		return date{}, false
	}
	b := []byte(strconv.Itoa(100000000 + d.y*10000 + d.m*100 + d.d))
	d.text = string(b[1:])
	return d, d.y > 0 || d.m > 0
}

// load makes the values and codes of a field over all lists.
func (f *field) load(lists []*List) {
	known := map[string]uint32{}
	f.values = []value{{}}
	for li, l := range lists {
		c := f.columns[li]
		if c == nil {
			f.code = append(f.code, make([]uint32, l.Len)...)
			continue
		}
		codes := make([]uint32, len(c.Values))
		for i, cell := range c.Values {
			v, ok := prepare(f.kind, cell)
			if !ok {
				continue
			}
			key := v.text
			if v.plain != "" && (f.kind == ID || f.kind == Phone || f.kind == Date || f.kind == Number) {
				key = v.plain
			}
			code, ok := known[key]
			if !ok {
				code = uint32(len(f.values))
				known[key] = code
				f.values = append(f.values, v)
			}
			codes[i] = code
		}
		for _, code := range c.Code {
			f.code = append(f.code, codes[code])
		}
	}
}
