package guard

import (
	"math/bits"
	"slices"
	"sort"
)

// judge turns the hits of each term into findings. Every hit is named once
// however many others stand round it, so that a text that repeats one name a
// hundred thousand times costs no more than another of its length.
func (s *scan) judge() {
	s.spelled()
	byPlace := func(a, b hit) int { return a.at - b.at }
	for _, hits := range s.worthy() {
		t := &s.x.terms[hits[0].ref.term]
		slices.SortStableFunc(hits, byPlace)
		blocked := make([]bool, len(hits))
		for i, h := range hits {
			for j := i + 1; j < len(hits) && hits[j].at-h.at <= window; j++ {
				if other := hits[j]; (!blocked[i] || !blocked[j]) && apart(h, other) && pair(t, h, other) {
					blocked[i], blocked[j] = true, true
				}
			}
			level := judgeOne(t, h)
			if level == Ask && h.ref.strength == Strong && s.initialled(t, h.at) {
				level = Block
			}
			if blocked[i] {
				level = Block
			}
			if level == Block || level == Ask && h.sharers <= common {
				s.out = append(s.out, Finding{h.paragraph, h.start, h.end, level, t.kind, t.owner, t.id})
			}
		}
	}
}

// worthy are the hits, by term, of terms of which more than one part is in the text,
// and those that may say something alone.
func (s *scan) worthy() (out [][]hit) {
	for _, w := range s.seen {
		s.prune(w.word)
		take := func(f found) {
			h := hit{w.occurrence, f.ref, f.sharers}
			if bits.OnesCount16(s.parts[f.ref.term]) > 1 || s.alone(h) {
				n := s.place[f.ref.term]
				if n == 0 {
					out = append(out, nil)
					n = int32(len(out))
					s.place[f.ref.term] = n
				}
				out[n-1] = append(out[n-1], h)
			}
		}
		for _, f := range w.word.found {
			take(f)
		}
		if len(w.word.beside) > 0 && s.initialNear(w.at) {
			for _, f := range w.word.beside {
				take(f)
			}
		}
	}
	return out
}

// prune drops what can say nothing in this text, and parts what says something only
// beside an initial: once for each word, not at each of its places.
func (s *scan) prune(w *standing) {
	if w.pruned {
		return
	}
	w.pruned = true
	w.found = slices.DeleteFunc(w.found, func(f found) bool {
		if bits.OnesCount16(s.parts[f.ref.term]) > 1 {
			return false
		}
		// At best: written as a name is. No other writing says more.
		switch judgeOne(&s.x.terms[f.ref.term], hit{occurrence{capital: true}, f.ref, f.sharers}) {
		case Block:
			return false
		case Ask:
			if f.sharers <= common {
				return false
			}
			if f.ref.strength == Strong {
				w.beside = append(w.beside, f)
			}
		}
		return true
	})
}

// initialNear reports whether any initial stands where one of a word would.
func (s *scan) initialNear(at int) bool {
	for i := at - 2; i <= at+2; i++ {
		if len(s.first[i]) > 0 {
			return true
		}
	}
	return false
}

// alone reports whether a hit says something by itself.
func (s *scan) alone(h hit) bool {
	t := &s.x.terms[h.ref.term]
	level := judgeOne(t, h)
	return level == Block || level == Ask && (h.sharers <= common || h.ref.strength == Strong && s.initialled(t, h.at))
}

// initialled reports whether an initial of the name stands beside a word.
func (s *scan) initialled(t *known, at int) bool {
	for i := at - 2; i <= at+2; i++ {
		if slices.ContainsFunc(s.first[i], func(p Print) bool { return slices.Contains(t.first, p) }) {
			return true
		}
	}
	return false
}

// apart says whether two hits are different parts that stand in different places.
func apart(a, b hit) bool {
	return a.ref.part != b.ref.part && (a.paragraph != b.paragraph || a.start >= b.end || b.start >= a.end)
}

// judgeOne says what a part of a term is worth alone; 0 is nothing.
func judgeOne(t *known, h hit) Level {
	switch h.ref.strength {
	case Fuzzy, Number, Rough, Coarse:
		return 0
	case Bare:
		if h.capital && h.sharers <= bearers {
			return Block
		}
		return 0
	}
	switch t.kind {
	case Name:
		switch {
		case t.parts == 1 && h.ref.strength == Strong && h.capital, h.ref.strength == Strong && h.capital && h.sharers <= bearers:
			return Block
		case h.capital:
			return Ask
		}
		return 0
	case Alias, Pseudonym, Place:
		if t.parts > 1 {
			return 0
		}
		if h.capital || h.ref.strength == Whole {
			return Block
		}
		return Ask
	}
	if h.ref.strength == Whole {
		return Block
	}
	return 0
}

// pair says whether two parts of one term near each other give it away.
func pair(t *known, a, b hit) bool {
	gap := b.at - a.at
	switch t.kind {
	case Name:
		return gap <= min(reach(a), reach(b))
	case Alias, Pseudonym:
		if a.ref.strength == Number || b.ref.strength == Number {
			return gap <= 1
		}
		return gap <= 2
	case Address, Place:
		if a.ref.strength == Number && b.ref.strength == Number {
			return false
		}
		if t.kind == Address && t.words < t.parts { // it has numbers: a word and a number are needed
			return gap <= 4 && (a.ref.strength == Number || b.ref.strength == Number)
		}
		return gap <= 3
	}
	return false
}

// reach is how far from another part of a name a hit counts. A word that is not
// written as a name is may be any word.
func reach(h hit) int {
	if !h.capital {
		return 1
	}
	switch h.ref.strength {
	case Fuzzy:
		return 3
	case Rough, Coarse, Bare:
		switch h.ref.strength {
		case Rough:
			return 2
		case Coarse:
			return 3
		}
	}
	return window
}

// spelled looks near words that may be part of a name for surnames with one letter
// wrong.
func (s *scan) spelled() {
	for _, w := range s.near {
		close := false
		for at := w.at - 3; at <= w.at+3; at++ {
			close = close || s.names[at]
		}
		if !close {
			continue
		}
		key := string(w.letters)
		refs, ok := s.fuzzy[key]
		if !ok {
			refs = s.lookNear(w.letters)
			s.fuzzy[key] = refs
		}
		if len(refs.found) > 0 {
			s.seen = append(s.seen, seen{w.occurrence, refs})
		}
	}
}

// lookNear gives the surnames that are a letter away from a word, of terms of which
// another part is in the text.
func (s *scan) lookNear(letters []rune) *standing {
	out := &standing{}
	tried := map[string]bool{}
	try := func(c string) {
		if tried[c] {
			return
		}
		tried[c] = true
		s.x.each(s.p.print(spaceFuzzy, c), func(r ref) bool {
			if s.parts[r.term]&^r.bit() != 0 {
				s.in(r)
				out.found = append(out.found, found{ref: r})
			}
			return true
		})
	}
	for _, r := range readWord(letters) {
		candidates(r, func(stem string) {
			try("-" + stem)
			for i, d := range deletions(stem) {
				for _, d := range []string{d, settle(d)} {
					try("=" + d)
					try(placed(i, d))
					try(placed(i+1, d)) // two letters turned round
				}
			}
		})
	}
	return out
}

// tidy orders the findings, keeps the gravest of each place and term, and joins doubles.
func tidy(fs []Finding) []Finding {
	sort.Slice(fs, func(i, j int) bool {
		a, b := fs[i], fs[j]
		switch {
		case a.Paragraph != b.Paragraph:
			return a.Paragraph < b.Paragraph
		case a.Start != b.Start:
			return a.Start < b.Start
		case a.End != b.End:
			return a.End < b.End
		case a.Term != b.Term:
			return a.Term < b.Term
		}
		return a.Level > b.Level
	})
	var out []Finding
	for _, f := range fs {
		if n := len(out); n > 0 && out[n-1].Paragraph == f.Paragraph && out[n-1].Start == f.Start && out[n-1].End == f.End && out[n-1].Term == f.Term {
			continue
		}
		out = append(out, f)
	}
	return out
}
