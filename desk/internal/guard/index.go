package guard

import (
	"slices"
)

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
	Why        Reason
	Gap        int // where two parts met: how many words on the second stands, at the least 0; of Facts which they are, as bits
	Read       Read
}

// Reason says why a place was found, without saying whom it gives away.
type Reason uint8

// The reasons.
const (
	Own        Reason = iota + 1 // the very thing: a number, an account, a nickname
	Only                         // somebody's only known name
	Surname                      // a surname that few bear
	Initialled                   // a surname that many bear, beside an initial of one of them
	Parts                        // two parts stand near each other
	Spelling                     // likewise, one of them with a letter wrong
	Letters                      // likewise, compared by their consonants alone
	Piece                        // a piece of a number or of an address
	Word                         // a nickname or a place that is written as a word is
	Shared                       // a part of a name that several bear
	Chance                       // two parts that may have met by chance
	FewFit                       // facts that together fit few; Gap says which, as bits
	OneFits                      // three facts or more that together fit one; likewise
	Fine                         // a spot, given more finely than a report's map may
)

var reasonNames = [...]string{Own: "own", Only: "only", Surname: "surname", Initialled: "initial", Parts: "parts", Spelling: "spelling", Letters: "letters", Piece: "piece", Word: "word", Shared: "shared", Chance: "chance", FewFit: "few", OneFits: "one", Fine: "fine"}

// Reasons lists every reason.
func Reasons() []Reason {
	var out []Reason
	for r := Own; r <= Fine; r++ {
		out = append(out, r)
	}
	return out
}

// String is the reason's name, for the pages that put it into words; empty for none.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return ""
}

// window is how many words two parts of one identity may stand apart.
const window = 12

// bearers is how many people may bear a surname before it alone only asks.
const bearers = 3

// common is how many people may share a part of a name, beyond which it says nothing
// alone: where a thousand are called Magomed, the name asks for no look.
const common = 50

// ref is a part of a term for which a print stands. It is one number, so that lists of
// them lie in one piece, ordered by term, and two can be held against each other step by
// step: 32 bits the term's place, 8 the part, 4 the strength, 4 the kind, two marks of
// the term, and 8 for how many owners share the print, filled in when it is looked up.
type ref uint64

const (
	refTerm     = 32
	refPart     = 24
	refStrength = 20
	refKind     = 16

	refSolo     ref = 1 << 15 // the term has one part
	refNumbered ref = 1 << 14 // some parts of the term are numbers
	refShared   ref = 1<<8 - 1

	// refListed marks, in Index.heads, a number of a list where more than one ref stands.
	refListed ref = 1 << 13
)

func (r ref) term() int32        { return int32(r >> refTerm) }
func (r ref) part() uint8        { return uint8(r >> refPart) }
func (r ref) strength() Strength { return Strength(r >> refStrength & 15) }
func (r ref) kind() int          { return int(r >> refKind & 15) }
func (r ref) solo() bool         { return r&refSolo != 0 }
func (r ref) numbered() bool     { return r&refNumbered != 0 }

// sharers is how many owners have the print by which the ref was found: at the most one
// more than common.
func (r ref) sharers() int { return int(r & refShared) }

// The numbers of kinds in a ref, in the order of Kinds; any other kind is kindOther.
const (
	kindName = iota
	kindAlias
	kindPseudonym
	kindPlace
	kindAddress
	kindOther = 15
)

// known is a term: whose it is, and where its initials lie.
type known struct {
	id     int64
	owner  int32 // place in owners
	first  int32 // of its initials in firsts
	firsts uint16
	kind   uint8 // place in kinds
}

// Index holds the prints of all terms, ready to be matched. It is not safe for
// concurrent change; Check may run concurrently.
type Index struct {
	key    Key
	heads  map[Print]ref // the one ref of a print, or the number of its list
	lists  [][]ref       // in order
	terms  []known
	firsts []Print // initials
	kinds  []Kind
	owners []string
	places map[string]int32 // of owners
	census *census          // facts; nil: there are none
}

// NewIndex returns an empty index for prints made under key.
func NewIndex(key Key) *Index {
	return &Index{key: key, heads: map[Print]ref{}, kinds: Kinds(), places: map[string]int32{}}
}

// Add puts a term in.
func (x *Index) Add(t Term) {
	if t.Kind == Facts {
		if x.census == nil {
			x.census = newCensus()
		}
		x.census.add(t)
		return
	}
	k := known{id: t.ID, owner: x.owner(t.Owner), first: int32(len(x.firsts)), kind: x.kind(t.Kind)}
	base, parts := ref(len(x.terms))<<refTerm|ref(min(k.kind, kindOther))<<refKind, 0
	for _, m := range t.Marks {
		if m.Strength == Initial { // looked at beside a surname only
			x.firsts = append(x.firsts, m.Print)
			k.firsts++
			continue
		}
		parts = max(parts, m.Part+1)
		if m.Strength == Number {
			base |= refNumbered
		}
	}
	if parts == 1 {
		base |= refSolo
	}
	for _, m := range t.Marks {
		if m.Strength != Initial {
			x.put(m.Print, base|ref(uint8(m.Part))<<refPart|ref(m.Strength&15)<<refStrength)
		}
	}
	x.terms = append(x.terms, k)
}

func (x *Index) owner(name string) int32 {
	place, ok := x.places[name]
	if !ok {
		place = int32(len(x.owners))
		x.places[name] = place
		x.owners = append(x.owners, name)
	}
	return place
}

func (x *Index) kind(k Kind) uint8 {
	if i := slices.Index(x.kinds, k); i >= 0 {
		return uint8(i)
	}
	x.kinds = append(x.kinds, k)
	return uint8(len(x.kinds) - 1)
}

// put notes what a print stands for. Terms come in order, so that only the refs of one
// term among themselves need sorting.
func (x *Index) put(p Print, r ref) {
	old, ok := x.heads[p]
	switch {
	case !ok:
		x.heads[p] = r
		return
	case old == r:
		return
	case old&refListed == 0:
		x.heads[p] = ref(len(x.lists))<<refTerm | refListed
		x.lists = append(x.lists, []ref{min(old, r), max(old, r)})
		return
	}
	l := &x.lists[old>>refTerm]
	n := len(*l)
	at := n
	for at > 0 && (*l)[at-1] > r {
		at--
	}
	if at > 0 && (*l)[at-1] == r {
		return
	}
	if n == cap(*l) { // a little room: lists are many, and most grow no more
		*l = append(make([]ref, 0, n+n/8+1), *l...)
	}
	*l = slices.Insert(*l, at, r)
}

// Len is the number of terms.
func (x *Index) Len() int {
	if x.census != nil {
		return len(x.terms) + x.census.terms
	}
	return len(x.terms)
}

// list is all that a print stands for, in order; one is room for a single ref.
func (x *Index) list(p Print, one *[1]ref) []ref {
	r, ok := x.heads[p]
	switch {
	case !ok:
		return nil
	case r&refListed != 0:
		return x.lists[r>>refTerm]
	}
	one[0] = r
	return one[:]
}

// sharers counts whose the refs of a print are, as far as it matters.
func (x *Index) sharers(list []ref) ref {
	var seen [common + 1]int32
	n := 0
	for _, r := range list {
		if o := x.terms[r.term()].owner; !slices.Contains(seen[:n], o) {
			if seen[n] = o; n == common {
				return common + 1
			}
			n++
		}
	}
	return ref(n)
}

// Check folds the paragraphs and returns every finding, in the order of the text.
func (x *Index) Check(paragraphs ...string) []Finding {
	s := newScan(x)
	for i, text := range paragraphs {
		s.paragraph(i, text)
	}
	s.judge()
	return tidy(append(s.out, x.checkUnwrapped(paragraphs)...))
}
