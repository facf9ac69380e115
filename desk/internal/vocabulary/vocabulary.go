// Package vocabulary keeps the words by which things are filed: lists of terms
// with codes, in layers, in five languages, each valid for a time.
//
// The base layer is the HURIDOCS micro-thesauri, which an operator imports; the
// product's own layer lies on top with codes that begin with W, for what a
// vocabulary of 2001 lacks; a team adds terms of its own, whose codes begin with
// X. No layer changes another. A code has one parent, and who looks for the parent
// finds its children. People say things in plain words; Propose shows the codes
// that may be meant, and a person takes one.
//
// The package refuses to guess for anybody and holds nothing about persons; notes
// beside a code must name nobody. It imports staff, ledger, stem and the ground.
package vocabulary

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Layer says who made a term.
type Layer string

// The layers.
const (
	Base Layer = "huridocs"
	Ours Layer = "waylight"
	Own  Layer = "own"
)

// Languages of the terms, in the order of columns; English is never missing.
func Languages() []string { return []string{"en", "fr", "es", "ru", "ar"} }

// Acts is the number of the list of types of acts.
const Acts = "4"

// Term is one entry of a list.
type Term struct {
	List   string // its number in HURIDOCS: "4"
	Name   string // of the list: "types_of_acts"
	Code   string // unique in its list
	Parent string // a code of the same list, or ""
	Layer  Layer
	Names  map[string]string // by language
	Order  int
	From   clock.Day // valid from; "" always
	Until  clock.Day // valid until the end of this day; "" for ever
}

// In is the term's name in a language, in English where that is missing.
func (t Term) In(lang string) string { return cmp.Or(t.Names[lang], t.Names["en"]) }

// Draft reports whether nobody has read the name in this language: the Russian of
// the base layer is known to have wrong renderings.
func (t Term) Draft(lang string) bool { return t.Layer == Base && lang == "ru" && t.Names["ru"] != "" }

// Valid reports whether the term may be given on a day. What was filed under it before stays.
func (t Term) Valid(day clock.Day) bool {
	return (t.From == "" || t.From <= day) && (t.Until == "" || day <= t.Until)
}

// Book is all terms, ready to be asked.
type Book struct {
	terms    map[key]Term
	children map[key][]string
	names    map[string]string // of lists
}

type key struct{ list, code string }

// NewBook binds terms; the product's own are added.
func NewBook(terms []Term) Book {
	b := Book{terms: map[key]Term{}, children: map[key][]string{}, names: map[string]string{}}
	for _, t := range slices.Concat(terms, ours()) {
		b.terms[key{t.List, t.Code}] = t
		if t.Layer == Base || b.names[t.List] == "" {
			b.names[t.List] = t.Name
		}
	}
	for k, t := range b.terms {
		up := key{k.list, t.Parent}
		if _, ok := b.terms[up]; !ok {
			up.code = "" // its parent is not loaded: it stands at the top
		}
		b.children[up] = append(b.children[up], k.code)
	}
	for up, list := range b.children {
		slices.SortFunc(list, func(x, y string) int {
			tx, ty := b.terms[key{up.list, x}], b.terms[key{up.list, y}]
			return cmp.Or(cmp.Compare(place(tx.Layer), place(ty.Layer)), cmp.Compare(tx.Order, ty.Order), cmp.Compare(x, y))
		})
	}
	return b
}

func place(l Layer) int { return slices.Index([]Layer{Base, Ours, Own}, l) }

// Term finds a term.
func (b Book) Term(list, code string) (Term, bool) {
	t, ok := b.terms[key{list, code}]
	return t, ok
}

// Children lists the terms right below a code, or at the top for "".
func (b Book) Children(list, code string) []Term {
	var out []Term
	for _, c := range b.children[key{list, code}] {
		out = append(out, b.terms[key{list, c}])
	}
	return out
}

// Under lists a code and every code below it, however deep: what a filter on the parent finds.
func (b Book) Under(list, code string) []string {
	seen := map[string]bool{code: true}
	out := []string{code}
	for i := 0; i < len(out); i++ {
		for _, c := range b.children[key{list, out[i]}] {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// Path lists the terms above a code, from the top, without itself.
func (b Book) Path(list, code string) []Term {
	var out []Term
	t, ok := b.Term(list, code)
	for seen := map[string]bool{code: true}; ok && t.Parent != "" && !seen[t.Parent]; {
		seen[t.Parent] = true
		if t, ok = b.Term(list, t.Parent); ok {
			out = append(out, t)
		}
	}
	slices.Reverse(out)
	return out
}

// List is one list with its size.
type List struct {
	No, Name string
	Terms    int
}

// Lists tells which lists there are, in the order of their numbers.
func (b Book) Lists() []List {
	n := map[string]int{}
	for k := range b.terms {
		n[k.list]++
	}
	var out []List
	for no, terms := range n {
		out = append(out, List{No: no, Name: strings.ReplaceAll(b.names[no], "_", " "), Terms: terms})
	}
	slices.SortFunc(out, func(x, y List) int {
		return cmp.Or(cmp.Compare(len(x.No), len(y.No)), cmp.Compare(x.No, y.No))
	})
	return out
}

// Coding files a subject of the record under a code. It is opinion: it can be taken off again.
type Coding struct {
	Subject    string // an incident or a deed
	List, Code string
	Note       string // what the code does not say; names nobody
	By         string
	At         time.Time
}

// Store keeps terms and codings.
type Store interface {
	Terms(ctx context.Context) ([]Term, error)
	PutTerm(ctx context.Context, t Term) error // adds, or replaces what is known of this code
	// AddCoding answers a Conflict when it exists, NotFound when there is no such subject.
	AddCoding(ctx context.Context, c Coding) error
	RemoveCoding(ctx context.Context, subject, list, code string) error
	CodingsOf(ctx context.Context, subject string) ([]Coding, error) // by list and code
	CountCodings(ctx context.Context) (map[[2]string]int, error)     // by list and code
	Coded(ctx context.Context, list string, codes []string) ([]string, error)
	ledger.Appender
}

// Lexicon carries the verbs of the room.
type Lexicon struct {
	Within, Reading func(ctx context.Context, f func(Store) error) error
	Clock           clock.Clock
}

// Book loads every term.
func (l *Lexicon) Book(ctx context.Context) (b Book, err error) {
	err = l.Reading(ctx, func(s Store) error {
		terms, err := s.Terms(ctx)
		b = NewBook(terms)
		return err
	})
	return b, err
}

// Today is the day by which validity is judged.
func (l *Lexicon) Today() clock.Day { return clock.DayOf(l.Clock.Now()) }

// Taken is what an import did.
type Taken struct{ Added, Changed, Same, Gone int }

// Take brings the base layer up to a file that was read without errors: all of it
// or nothing. The same file again changes nothing. Terms that the file no longer
// has end today and stay readable; those of other layers are not touched.
func (l *Lexicon) Take(ctx context.Context, by staff.Actor, terms []Term) (out Taken, err error) {
	if err := by.Must(staff.Documenter, staff.Security); err != nil {
		return out, err
	}
	err = l.Within(ctx, func(s Store) error {
		out = Taken{}
		have, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		known := NewBook(have)
		named := map[key]bool{}
		for _, t := range terms {
			named[key{t.List, t.Code}] = true
			switch old, ok := known.Term(t.List, t.Code); {
			case !ok:
				out.Added++
			case equal(old, t):
				out.Same++
				continue
			default:
				out.Changed++
			}
			if err := s.PutTerm(ctx, t); err != nil {
				return err
			}
		}
		for _, t := range have {
			if t.Layer == Base && t.Until == "" && !named[key{t.List, t.Code}] {
				t.Until = l.Today()
				out.Gone++
				if err := s.PutTerm(ctx, t); err != nil {
					return err
				}
			}
		}
		if out.Added+out.Changed+out.Gone == 0 {
			return nil
		}
		return s.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.imported", Subject: "vocabulary", Detail: out})
	})
	return out, err
}

func equal(a, b Term) bool {
	if a.Name != b.Name || a.Parent != b.Parent || a.Layer != b.Layer || a.Order != b.Order || a.From != b.From || a.Until != b.Until {
		return false
	}
	for _, lang := range Languages() {
		if a.Names[lang] != b.Names[lang] {
			return false
		}
	}
	return true
}

// Add adds a term of the team's own below a term of the list, or at its top.
func (l *Lexicon) Add(ctx context.Context, by staff.Actor, t Term) (Term, error) {
	if err := by.Must(staff.Documenter); err != nil {
		return t, err
	}
	t.Layer, t.From, t.Until = Own, l.Today(), ""
	names := map[string]string{}
	for _, lang := range Languages() {
		if n := strings.TrimSpace(t.Names[lang]); n != "" {
			names[lang] = n
		}
	}
	t.Names = names
	var k fault.Check
	k.Field(names["en"] != "", "en", "Write the term in English; other languages may follow.")
	for lang, n := range names {
		k.Field(len(n) <= 300, lang, "This is too long for a term.")
	}
	if err := k.Err(); err != nil {
		return t, err
	}
	err := l.Within(ctx, func(s Store) error {
		have, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		b := NewBook(have)
		if _, ok := b.Term(t.List, t.Parent); t.Parent != "" && !ok || b.names[t.List] == "" {
			return fault.Missing()
		}
		t.Name, t.Code = b.names[t.List], next(b, t.List)
		for _, sibling := range b.Children(t.List, t.Parent) {
			if strings.EqualFold(sibling.Names["en"], names["en"]) && sibling.Valid(l.Today()) {
				return fault.New(fault.Conflict, "There is such a term here already.")
			}
		}
		if err := s.PutTerm(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.added", Subject: t.List + "/" + t.Code})
	})
	return t, err
}

// next is the first code of the team's range that no term of the list has.
func next(b Book, list string) string {
	for n := 1; ; n++ {
		code := "X" + pad(n)
		if _, taken := b.Term(list, code); !taken {
			return code
		}
	}
}

// Retire ends a term of the team's own today. What was filed under it stays.
func (l *Lexicon) Retire(ctx context.Context, by staff.Actor, list, code string) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	return l.Within(ctx, func(s Store) error {
		have, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		t, ok := NewBook(have).Term(list, code)
		if !ok || t.Layer != Own {
			return fault.Missing()
		}
		t.Until = clock.DayOf(l.Clock.Now().AddDate(0, 0, -1))
		if err := s.PutTerm(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.retired", Subject: list + "/" + code})
	})
}
