// Package guard is the leak guard: it finds, in a text that is about to leave,
// the people, phones, addresses and places that the Desk protects.
//
// It never holds a name. A term is folded to skeletons — one form for all
// scripts, inflections, transliterations, look-alike letters and hidden signs —
// and each skeleton is kept only as a keyed fingerprint (HMAC-SHA256 cut to 16
// bytes, under a key that lies in the encrypted database). An outgoing text is
// folded in the same way and every candidate is hashed with the same key, so
// that no plaintext identity lies outside its safe.
//
// What this cannot do: whoever holds the open database with its key can try
// guessed names against the fingerprints, as against any index that can be
// searched; the safes stay closed to them. Facts (an age, a profession) have few
// values, so that all can be tried: see SECURITY. It finds known terms and known
// facts only: a text that describes somebody in other words needs human readers.
//
// The package is pure: it imports the standard library, x/text and
// x/net/idna, keeps nothing, decides about words only. It refuses to say which identity was hit
// in words; a Finding names the owner's id and the place in the text.
package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Kind is what a term is.
type Kind string

// The kinds of terms.
const (
	Name      Kind = "name"      // a person's name: two or three words in any order, or one
	Alias     Kind = "alias"     // nickname, call sign: full strength by itself
	Pseudonym Kind = "pseudonym" // a case's inner name
	Place     Kind = "place"     // a shelter's or meeting place's name
	Address   Kind = "address"   // street, house, flat
	Phone     Kind = "phone"
	Email     Kind = "email"
	Handle    Kind = "handle"   // account name
	Document  Kind = "document" // passport, plate, file number
)

// Coordinates is the kind of a finding that is nobody's: a spot that a text gives more finely
// than a report's map may. No term is of it.
const Coordinates Kind = "coordinates"

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Name, Alias, Pseudonym, Place, Address, Phone, Email, Handle, Document, Facts, Coordinates}
}

// Strength says what a mark is worth when it stands alone in a text.
type Strength uint8

// The strengths.
const (
	Weak    Strength = iota // counts only beside another part of the same term
	Strong                  // counts alone when written as a name is
	Fuzzy                   // a spelling error away; counts only beside another part
	Number                  // a number of an address: counts beside a word
	Whole                   // the term itself: counts alone, always
	Hint                    // a piece that asks for a look but does not block
	Rough                   // few consonants alone, between Arabic and other letters: counts close beside another part
	Coarse                  // three consonants or more, likewise: counts beside another part, and alone from five on
	Bare                    // five consonants or more, likewise: counts alone when written as a name is
	Initial                 // the first letter of a given name: counts right beside the surname
)

// Print is a keyed fingerprint of one skeleton.
type Print [16]byte

// Mark is one fingerprint of one part of a term.
type Mark struct {
	Part     int // which word of the term, from 0
	Strength Strength
	Print    Print
}

// Forms is the edition of the forms by which terms are marked. It grows when Marks
// gives more than before, so that terms kept earlier are marked anew when they are
// kept again.
const Forms = 3

// Key hashes skeletons. Keep it in the encrypted database and nowhere else.
type Key [32]byte

// printer hashes many skeletons under one key without a new state for each.
type printer struct{ mac hash.Hash }

func newPrinter(k Key) *printer { return &printer{mac: hmac.New(sha256.New, k[:])} }

func (p *printer) print(space, skeleton string) Print {
	p.mac.Reset()
	p.mac.Write([]byte(space))
	p.mac.Write([]byte(skeleton))
	var sum [sha256.Size]byte
	return Print(p.mac.Sum(sum[:0])[:16])
}

// The name spaces of prints: a stem never equals a number.
const (
	spaceStem  = "stem:"
	spaceExact = "form:"
	spaceFuzzy = "near:"
	spaceDigit = "digits:"
	spaceToken = "token:"
	spaceMail  = "mail:"
	spaceUser  = "handle:"
	spaceBones = "bones:"  // consonants of a term in Latin or Cyrillic, for a text in Arabic letters
	spaceRasm  = "arabic:" // consonants of a term in Arabic letters, for a text in others
	spaceFirst = "first:"
)

// Term is one protected term as it is kept.
type Term struct {
	ID    int64
	Owner string // the id of the safe, case, thread or source that it belongs to
	Kind  Kind
	Marks []Mark
}

// Whole gives the fingerprint of the term as a whole: the same term of the same
// owner is kept once.
func (k Key) Whole(kind Kind, term string) Print {
	return newPrinter(k).print("whole:"+string(kind)+":", string(foldRunes(term)))
}

// Marks folds a term and fingerprints every skeleton by which a text could give
// it away. No marks means that the term is too short to be looked for.
func (k Key) Marks(kind Kind, term string) []Mark {
	m := marker{p: newPrinter(k), seen: map[Mark]bool{}}
	switch kind {
	case Phone:
		m.phone(term)
	case Email:
		m.mail(term)
	case Handle:
		m.handle(term)
	case Document:
		m.document(term)
	case Name:
		m.name(term)
	case Facts:
		return k.FactMarks(term, 0)
	case Coordinates: // nothing of it is kept
	default:
		m.phrase(kind, term)
	}
	return m.marks
}

type marker struct {
	p     *printer
	marks []Mark
	seen  map[Mark]bool
}

func (m *marker) add(part int, s Strength, space, skeleton string) {
	mark := Mark{Part: part, Strength: s, Print: m.p.print(space, skeleton)}
	if !m.seen[mark] {
		m.seen[mark] = true
		m.marks = append(m.marks, mark)
	}
}

// word marks one word of a term in every inflection and script.
func (m *marker) word(part int, s Strength, readings []string) {
	for _, r := range readings {
		for _, stem := range stems(r) {
			if len(stem) >= minStem {
				m.add(part, s, spaceStem, stem)
				continue
			}
			for _, e := range endings {
				m.add(part, s, spaceExact, settle(stem+e))
			}
		}
		m.add(part, s, spaceExact, r)
	}
}

// bones marks a part of a name by its consonants: Arabic writes few vowels.
func (m *marker) bones(part int, s Strength, w word, readings []string) {
	roughness := func(bones string) Strength {
		switch {
		case len(bones) >= 5 && s == Strong:
			return Bare
		case len(bones) >= 3:
			return Coarse
		}
		return Rough
	}
	if b := arabicBones(w.letters(), false); len(b) > 0 {
		for _, x := range b {
			m.add(part, roughness(x), spaceRasm, x)
			m.add(part, roughness(x), spaceBones, x) // written with fewer vowels
		}
		return
	}
	for _, r := range readings {
		if x := bones(r); x != "" {
			m.add(part, roughness(x), spaceBones, x)
		}
	}
}

// name marks the parts of a person's name.
func (m *marker) name(term string) {
	var words []word
	surname := false
	for _, w := range wordsOf(term) {
		if readings := w.readings(); longest(readings) >= 2 {
			words = append(words, w)
			surname = surname || isSurname(readings)
		}
	}
	part := 0
	for _, w := range words {
		readings := w.readings()
		alone := len(words) == 1
		s := strengthOf(readings, alone, surname)
		m.word(part, s, readings)
		m.bones(part, s, w, readings)
		for _, r := range readings {
			for _, d := range diminutives(r) {
				m.word(part, Weak, []string{d})
			}
			if p, ok := spoken(r); ok {
				m.word(part, Weak, []string{p})
			}
			if s == Weak && !alone {
				m.add(part, Initial, spaceFirst, firstSound(r))
			}
		}
		if s == Strong && !alone {
			m.near(part, readings)
		}
		part++
		// A double name is looked for joined and by its pieces.
		for _, piece := range w.pieces() {
			if rs := piece.readings(); longest(rs) >= 3 {
				m.word(part, Weak, rs)
				part++
			}
		}
	}
}

// strengthOf says what one word of a name is worth alone. Where one word is a
// surname by its ending, the others are given names, however rare.
func strengthOf(readings []string, alone, surname bool) Strength {
	switch {
	case alone && slices.ContainsFunc(readings, isWordName):
		return Weak
	case alone:
		return Strong
	case slices.ContainsFunc(readings, isGiven), slices.ContainsFunc(readings, isWordName), slices.ContainsFunc(readings, isPatronymic), longest(readings) < 5:
		return Weak
	case surname && !isSurname(readings):
		return Weak
	}
	return Strong
}

// near marks a surname against spelling errors: its stem, for a text with a letter
// too many; the stem without one letter, for a text where it is missing; and that with
// the place of the letter, for another letter there or two turned round. Without the
// place a letter missing here and one too many there would be one error.
func (m *marker) near(part int, readings []string) {
	for _, r := range readings {
		if len(r) < 6 {
			continue
		}
		stem := stems(r)[0]
		m.add(part, Fuzzy, spaceFuzzy, "="+stem)
		for i, d := range deletions(stem) {
			for _, d := range []string{d, settle(d)} {
				m.add(part, Fuzzy, spaceFuzzy, "-"+d)
				m.add(part, Fuzzy, spaceFuzzy, placed(i, d))
			}
		}
	}
}

func placed(i int, deletion string) string { return "@" + strconv.Itoa(i) + " " + deletion }

// phrase marks aliases, pseudonyms, places and addresses.
func (m *marker) phrase(kind Kind, term string) {
	var words []word
	for _, w := range wordsOf(term) {
		words = append(words, w.split()...)
	}
	part := 0
	skip := func(w word) bool { return (kind == Address || kind == Place) && addressWords()[string(w.letters())] }
	if kind == Place && len(words)-count(words, skip) < 2 {
		skip = func(word) bool { return false } // "the old house" is more than "old"
	}
	for _, w := range words {
		raw := string(w.letters())
		if skip(w) {
			continue
		}
		if w.hasDigit() {
			if base := strings.TrimRightFunc(raw, unicode.IsLetter); kind == Address && len(base) < len(raw) && hasDigit(base) { // "14a" is beside 14, or written "14 a"
				m.add(part, Number, spaceToken, likeLatin(base))
			}
			s := Strong
			if kind == Address || kind == Place || len(words) > 1 {
				s = Number
			}
			m.add(part, s, spaceToken, likeLatin(raw))
			part++
			continue
		}
		rs := w.readings()
		if len(rs) == 0 {
			continue
		}
		if len(raw) == 1 { // a letter of a code such as "K 417"
			m.add(part, Strong, spaceToken, likeLatin(raw))
			part++
			continue
		}
		m.word(part, Strong, rs)
		if kind == Address {
			m.word(part, Strong, streetBases(rs))
		}
		part++
	}
	if joined := likeLatin(string(joinWords(words))); len(words) > 1 && len(joined) >= 3 && hasDigit(joined) {
		m.add(part, Whole, spaceToken, joined) // "K-417" written "K417"
	}
}

func count(ws []word, f func(word) bool) int {
	n := 0
	for _, w := range ws {
		if f(w) {
			n++
		}
	}
	return n
}

// streetBases are streets without the genitive of their name: Chaykovsky Street
// is улица Чайковского.
func streetBases(readings []string) []string {
	var out []string
	for _, r := range readings {
		if base, ok := strings.CutSuffix(r, "ogo"); ok && len(base) >= minStem {
			out = append(out, base)
		}
	}
	return out
}

func longest(readings []string) int {
	n := 0
	for _, r := range readings {
		n = max(n, len(r))
	}
	return n
}

func deletions(s string) []string {
	out := make([]string, 0, len(s))
	for i := range len(s) {
		out = append(out, s[:i]+s[i+1:])
	}
	return out
}
