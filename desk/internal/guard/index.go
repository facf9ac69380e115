package guard

import "sync"

// Level says what a finding means for the text.
type Level int

// The levels.
const (
	Ask   Level = iota + 1 // look at it: it may be chance
	Block                  // the text may not leave without a consent or a decision
)

// Finding is one place of a text that gives a protected term away.
type Finding struct {
	Paragraph  int // from 0
	Start, End int // bytes in that paragraph
	Level      Level
	Kind       Kind
	Owner      string
	Term       int64
}

// window is how many words two parts of one identity may stand apart.
const window = 12

// bearers is how many people may bear a surname before it alone only asks.
const bearers = 3

// common is how many people may share a part of a name, beyond which it says nothing
// alone: where a thousand are called Magomed, the name asks for no look.
const common = 50

// ref is a part of a term for which a print stands, in a chain of all for that print.
type ref struct {
	term     int32 // place in terms
	next     int32 // place in refs, or none
	part     uint8
	strength Strength
}

const none = -1

type known struct {
	id    int64
	owner string
	kind  Kind
	parts int
	words int     // parts that are not numbers
	first []Print // initials
}

// Index holds the prints of all terms, ready to be matched. It is not safe for
// concurrent change; Check may run concurrently.
type Index struct {
	key   Key
	heads map[Print]int32
	refs  []ref
	terms []known

	benches sync.Pool // of *bench
}

// NewIndex returns an empty index for prints made under key.
func NewIndex(key Key) *Index { return &Index{key: key, heads: map[Print]int32{}} }

// Add puts a term in.
func (x *Index) Add(t Term) {
	k := known{id: t.ID, owner: t.Owner, kind: t.Kind}
	place := int32(len(x.terms))
	numbers := map[uint8]bool{}
	for _, m := range t.Marks {
		if m.Strength == Initial { // looked at beside a surname only
			k.first = append(k.first, m.Print)
			continue
		}
		next, ok := x.heads[m.Print]
		if !ok {
			next = none
		}
		x.heads[m.Print] = int32(len(x.refs))
		x.refs = append(x.refs, ref{term: place, next: next, part: uint8(m.Part), strength: m.Strength})
		k.parts = max(k.parts, m.Part+1)
		if m.Strength == Number {
			numbers[uint8(m.Part)] = true
		}
	}
	k.words = k.parts - len(numbers)
	x.terms = append(x.terms, k)
}

// Len is the number of terms.
func (x *Index) Len() int { return len(x.terms) }

// each calls f for all that a print stands for, until it says no.
func (x *Index) each(p Print, f func(ref) bool) {
	for i, ok := x.heads[p]; ok && i != none; i = x.refs[i].next {
		if !f(x.refs[i]) {
			return
		}
	}
}

// Check folds the paragraphs and returns every finding, in the order of the text.
func (x *Index) Check(paragraphs ...string) []Finding {
	if len(x.terms) == 0 {
		return nil
	}
	s := newScan(x)
	for i, text := range paragraphs {
		s.paragraph(i, text)
	}
	s.judge()
	x.done(s.bench)
	return tidy(s.out)
}
