package linkage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unsafe"
)

const maxFields = 15

// A field is one thing that all lists tell: it joins their columns. Its distinct
// values lie one behind the other in one text, so that ten million cost little.
type field struct {
	name, plain string
	kind        Kind
	columns     map[int]*Column // by list
	partner     int             // the field that this one is at times swapped with, or -1
	text        []byte
	entries     []entry // by value; entries[0] is "not told"
}

// An entry says where a value lies in the text of its field.
type entry struct {
	from                     uint32
	plain, skel, phon, words uint8  // lengths in bytes, one after another
	sound                    uint32 // the same number for the same skeleton
	latin, short             bool
}

// A value is one distinct cell, made ready to compare.
type value struct {
	plain string // romanised, without blanks; eight digits of a date
	skel  string
	phon  string
	words string // skeletons of the words of a full name or address, sorted
	latin bool
	short bool // ASCII, at most 64 letters: the fast ways of comparing can do it
	sound uint32
}

func (f *field) value(v uint32) value {
	e := &f.entries[v]
	a := e.from + uint32(e.plain)
	b := a + uint32(e.skel)
	c := b + uint32(e.phon)
	d := c + uint32(e.words)
	// Texts are only ever added to.
	text := unsafe.String(unsafe.SliceData(f.text), len(f.text))
	return value{text[e.from:a], text[a:b], text[b:c], text[c:d], e.latin, e.short, e.sound}
}

// A span is a stretch of the text of a field.
type span struct {
	from uint32
	long uint8
}

func (f *field) span(s span) string {
	return unsafe.String(unsafe.SliceData(f.text[s.from:]), int(s.long))
}

// nothing are ways to write that a thing is not known.
var nothing = map[string]bool{"": true, "unknown": true, "n a": true, "na": true, "null": true, "none": true, "nil": true, "not known": true, "неизвестно": true, "нет данных": true, "не указано": true, "н д": true}

// prepare makes a cell ready; false where it tells nothing.
func prepare(kind Kind, cell string) (value, bool) {
	if kind == Date {
		d, ok := parseDate(cell)
		return value{plain: d, latin: true}, ok && !nothing[Fold(cell)]
	}
	text := Fold(cell)
	if nothing[text] {
		return value{}, false
	}
	v := value{latin: latinScript(text)}
	switch kind {
	case ID, Phone, Number:
		v.plain = joined(Romanise(text))
		if kind == Phone {
			v.plain = strings.TrimLeft(digits(v.plain), "0")
			v.plain = v.plain[max(0, len(v.plain)-10):]
		}
		v.plain = cut(v.plain)
		return v, v.plain != ""
	case Age:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 3000 {
			return v, false
		}
		v.plain = text
		return v, true
	case Patronymic:
		text = patronymicStem(text)
	}
	v.plain = cut(joined(Romanise(text)))
	v.skel = cut(Skeleton(text))
	v.phon = Phonetic(v.skel)
	if kind == FullName || kind == Address {
		var words []string
		for _, w := range strings.Fields(text) {
			words = append(words, Skeleton(w))
		}
		slices.Sort(words)
		v.words = cut(strings.Join(words, " "))
	}
	return v, v.plain != ""
}

func joined(s string) string {
	if strings.IndexByte(s, ' ') < 0 {
		return s
	}
	return strings.ReplaceAll(s, " ", "")
}

// cut keeps what a value may be long: 255 bytes tell people apart.
func cut(s string) string {
	if len(s) <= 255 {
		return s
	}
	return strings.ToValidUTF8(s[:255], "")
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

// parseDate reads YYYYMMDD, YYYY-MM-DD, DD.MM.YYYY, DD/MM/YYYY, YYYY-MM and YYYY
// into eight digits, noughts where a part is not told. An impossible day or month
// is kept: it is what the source wrote.
func parseDate(s string) (string, bool) {
	if len(s) == 8 && len(digits(s)) == 8 {
		return s, s[:6] != "000000"
	}
	if len(s) > 64 {
		return "", false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	for _, p := range parts {
		if len(p) != len(digits(p)) {
			return "", false
		}
	}
	if strings.IndexFunc(s, unicode.IsLetter) >= 0 && !strings.Contains(s, "T") {
		return "", false
	}
	n := func(i int) int { v, _ := strconv.Atoi(parts[i]); return v }
	y, m, d := 0, 0, 0
	switch {
	case len(parts) == 1 && len(parts[0]) == 8:
		v := n(0)
		y, m, d = v/10000, v/100%100, v%100
	case len(parts) == 1 && len(parts[0]) == 4:
		y = n(0)
	case len(parts) == 2 && len(parts[0]) == 4 && len(parts[1]) <= 2:
		y, m = n(0), n(1)
	case len(parts) >= 3 && len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2:
		y, m, d = n(0), n(1), n(2)
	case len(parts) == 3 && len(parts[2]) == 4 && len(parts[0]) <= 2 && len(parts[1]) <= 2:
		y, m, d = n(2), n(1), n(0)
		if m > 12 && d <= 12 {
			m, d = d, m
		}
	default:
		return "", false
	}
	return strconv.Itoa(100000000 + y*10000 + m*100 + d)[1:], y > 0 || m > 0
}

// load makes the values of a field over all lists, and writes the value of each
// record, and its marks, at place "at" of every "wide".
func (f *field) load(on *Scratch, lists []*List, rows []uint32, marks []uint64, at, wide int, spend bool) error {
	f.entries = []entry{{}}
	in := newInterner(on, func(v uint32) (string, bool) {
		e := &f.entries[v]
		return f.span(span{e.from, e.plain}), e.latin
	})
	seen := []uint64{0}
	var skeletons []span
	sounds := newInterner(on, func(v uint32) (string, bool) { return f.span(skeletons[v-1]), true })
	defer func() {
		in.end()
		sounds.end()
		free(on, seen)
		free(on, skeletons)
	}()
	rec := 0
	for li, l := range lists {
		c := f.columns[li]
		if c == nil {
			rec += l.Len
			continue
		}
		codes := room[uint32](on, len(c.Values))
		for i, cell := range c.Values {
			v, ok := prepare(f.kind, cell)
			if !ok {
				continue
			}
			code, ok := in.find(v.plain, v.latin)
			if !ok {
				if len(f.text) > math.MaxUint32-1024 {
					return &Problem{List: l.Name, What: fmt.Sprintf("column %q holds more than 4 GiB of text", clip(c.Header)), Todo: "part the list"}
				}
				e := entry{uint32(len(f.text)), uint8(len(v.plain)), uint8(len(v.skel)), uint8(len(v.phon)), uint8(len(v.words)), 0, v.latin, ascii(v.plain) && len(v.plain) <= 64}
				for _, s := range []string{v.plain, v.skel, v.phon, v.words} {
					f.text = push(on, f.text, []byte(s)...)
				}
				code = in.add(uint32(len(f.entries)))
				if v.skel != "" {
					skel := span{e.from + uint32(e.plain), e.skel}
					if e.sound, ok = sounds.find(f.span(skel), true); !ok {
						skeletons = push(on, skeletons, skel)
						e.sound = sounds.add(uint32(len(skeletons)))
					}
				}
				f.entries = push(on, f.entries, e)
				seen = push(on, seen, marksOf(f.kind, &v))
			}
			codes[i] = code
		}
		for _, code := range c.Code {
			rows[rec*wide+at] = codes[code]
			marks[rec*wide+at] = seen[codes[code]]
			rec++
		}
		free(on, codes)
		if spend {
			l.spend(c)
		}
	}
	return nil
}
