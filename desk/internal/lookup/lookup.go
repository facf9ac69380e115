// Package lookup finds people by name, contact or word, in any script and spelling.
//
// An Index lies in memory only and belongs to one member: whoever fills it puts in
// what that member has opened, and drops it when they sign out. A word is folded to
// a skeleton in Latin letters, so that Магомед, Magomed and MAGOMED are the same;
// known variants of a name (Mohamed), short forms (Дима, Dmitry) and one wrong
// letter are found too, after what is written exactly so.
//
// It refuses to write anything anywhere, and to know what a case is. It imports
// linkage for the spelling of names.
package lookup

import (
	"slices"
	"strings"
	"unicode"
)

// Index finds documents by words. The zero value is empty and ready. It is not
// safe for concurrent use.
type Index struct {
	words map[string]int // skeleton → number in posts
	vocab []string
	digit []bool // the word is a number
	posts [][]int32
	docs  []string       // document ids; "" was replaced or removed
	at    map[string]int // where a document stands in docs
	alive int
}

// Hit is a document that was found.
type Hit struct {
	ID    string
	Score int // the more, the nearer to what was asked
}

// Put adds a document or replaces it. Each text is split into words.
func (x *Index) Put(id string, texts ...string) {
	if x.words == nil {
		x.words, x.at = map[string]int{}, map[string]int{}
	}
	x.Remove(id)
	doc := int32(len(x.docs))
	x.docs, x.at[id] = append(x.docs, id), len(x.docs)
	x.alive++
	for _, text := range texts {
		for _, w := range words(text) {
			n, ok := x.words[w]
			if !ok {
				n = len(x.vocab)
				x.words[w], x.vocab, x.digit, x.posts = n, append(x.vocab, w), append(x.digit, onlyDigits(w)), append(x.posts, nil)
			}
			if p := x.posts[n]; len(p) == 0 || p[len(p)-1] != doc {
				x.posts[n] = append(p, doc)
			}
		}
	}
}

// Remove takes a document out; that it was not there is no error.
func (x *Index) Remove(id string) {
	if n, ok := x.at[id]; ok {
		x.docs[n] = ""
		delete(x.at, id)
		x.alive--
	}
}

// Has reports whether a document is in the index.
func (x *Index) Has(id string) bool { _, ok := x.at[id]; return ok }

// Len is how many documents there are.
func (x *Index) Len() int { return x.alive }

// IDs lists the documents, in no order.
func (x *Index) IDs() []string {
	all := make([]string, 0, x.alive)
	for id := range x.at {
		all = append(all, id)
	}
	return all
}

// Find lists at most limit documents that hold every word of the query, the
// nearest first. A query without a word finds nothing.
func (x *Index) Find(query string, limit int) []Hit {
	asks := asked(query)
	if len(asks) == 0 || len(asks) > maxWords {
		return nil
	}
	score := make([]uint8, len(x.docs))
	found := make([]uint8, len(x.docs))
	for i, ask := range asks {
		clear(found)
		for n, w := range x.vocab {
			if ask.digits != x.digit[n] {
				continue
			}
			s := ask.near(w)
			if s == 0 {
				continue
			}
			for _, doc := range x.posts[n] {
				found[doc] = max(found[doc], s)
			}
		}
		if i == 0 {
			copy(score, found)
			continue
		}
		for doc, s := range found {
			if score[doc] > 0 {
				score[doc] = (score[doc] + s) * min(s, 1)
			}
		}
	}
	return x.best(score, same*len(asks), limit)
}

// maxWords bounds a query; a score of so many words fits into its type.
const maxWords = 16

// best gives the documents of the highest scores.
func (x *Index) best(score []uint8, top, limit int) []Hit {
	with := make([]int, top+1)
	for doc, s := range score {
		if x.docs[doc] != "" {
			with[s]++
		}
	}
	least, n := top, 0
	for ; least > 1 && n+with[least] < limit; least-- {
		n += with[least]
	}
	var hits []Hit
	for doc, s := range score {
		if int(s) >= least && s > 0 && x.docs[doc] != "" {
			hits = append(hits, Hit{x.docs[doc], int(s)})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return b.Score - a.Score })
	return hits[:min(len(hits), limit)]
}

// How near a word is to the one asked for.
const (
	same    = 8
	begins  = 4
	variant = 3
	inside  = 2 // digits of a longer number
	misspel = 1
)

// ask is one word of a query: its skeletons, and those of its variants.
type ask struct {
	forms, others []string
	digits        bool
}

func asked(query string) []ask {
	var all []ask
	for _, field := range strings.FieldsFunc(query, func(r rune) bool { return !wordly(r) }) {
		forms := skeletons(field)
		if len(forms) == 0 {
			continue
		}
		a := ask{forms: forms, digits: onlyDigits(forms[0])}
		for _, f := range forms {
			for _, v := range variants(f) {
				if !slices.Contains(a.forms, v) {
					a.others = append(a.others, v)
				}
			}
		}
		all = append(all, a)
	}
	return joinNumbers(all)
}

// joinNumbers makes one number of digits that were written in groups.
func joinNumbers(all []ask) []ask {
	var out []ask
	for _, a := range all {
		if last := len(out) - 1; a.digits && last >= 0 && out[last].digits {
			out[last].forms = []string{out[last].forms[0] + a.forms[0]}
			continue
		}
		out = append(out, a)
	}
	return out
}

func (a ask) near(w string) uint8 {
	var best uint8
	for _, f := range a.forms {
		switch {
		case f == w:
			return same
		case len(f) >= 2 && strings.HasPrefix(w, f):
			best = max(best, begins)
		case a.digits && len(f) >= 3 && strings.Contains(w, f):
			best = max(best, inside)
		case !a.digits && len(f) >= 5 && oneOff(f, w):
			best = max(best, misspel)
		}
	}
	if best < variant && len(a.others) > 0 && slices.Contains(a.others, w) {
		return variant
	}
	return best
}

// oneOff reports whether one letter more, less, other or swapped with its neighbour makes b of a.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 4 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i == len(a):
		return true
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// words gives the skeletons of a text's words, and each run of digits in one piece.
func words(text string) []string {
	var out []string
	add := func(w string) {
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	number := ""
	for _, field := range strings.FieldsFunc(text, func(r rune) bool { return !wordly(r) }) {
		for _, s := range skeletons(field) {
			add(s)
		}
		if n := strings.Map(digit, field); onlyDigits(n) {
			number += n
			continue
		}
		add(number)
		number = ""
	}
	add(number)
	return out
}
