package guard

import (
	"slices"
	"sync"
)

// spelled looks near words that may be part of a name for surnames and given names with one
// letter wrong.
func (s *scan) spelled() {
	s.spelledGiven()
	exact := s.seen
	for _, w := range s.near {
		if !s.partNear(exact, w, fuzzyWindow) {
			continue
		}
		key := string(w.letters)
		found, ok := s.fuzzy[key]
		if !ok {
			found = s.lookNear(w.letters)
			s.fuzzy[key] = found
		}
		s.note(w.occurrence, found)
	}
}

// partNear reports whether a part of any name stands near a word, among what is in order.
func (s *scan) partNear(seen []seen, w nearWord, window int) bool {
	i, _ := slices.BinarySearchFunc(seen, w.at-window, atOf)
	for ; i < len(seen) && seen[i].at <= w.at+window; i++ {
		gap := max(seen[i].at-w.at, w.at-seen[i].at)
		if len(seen[i].word.names) > 0 && (seen[i].capital || gap <= 1) {
			return true
		}
	}
	return false
}

func atOf(o seen, at int) int { return o.at - at }

// lookNear gives the surnames that are a letter away from a word.
func (s *scan) lookNear(letters []rune) *standing {
	g := s.gather()
	oneAway(letters, func(c string) { g.take(spaceFuzzy, c) })
	return g.standing()
}

// oneAway gives the keys of all stems that are one letter away from a word: see marker.near.
func oneAway(letters []rune, f func(key string)) {
	tried := map[string]bool{}
	try := func(c string) {
		if !tried[c] {
			tried[c] = true
			f(c)
		}
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
}

// shortestGiven is how many letters a given name has at the least that is looked for with
// one of them wrong: shorter ones are too near to each other.
const shortestGiven = 5

// givenNear are the given names that the guard knows, by the keys of what is a letter away.
// No name of the vault is in it, and no print: a surname is marked with its errors, a given
// name that thousands bear would be marked with them thousands of times.
var givenNear = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	add := func(key, name string) {
		if !contains(m[key], name) {
			m[key] = append(m[key], name)
		}
	}
	for r := range given() {
		if len(r) < shortestGiven {
			continue
		}
		add("="+r, r)
		for i, d := range deletions(r) {
			for _, d := range []string{d, settle(d)} {
				add("-"+d, r)
				add(placed(i, d), r)
			}
		}
	}
	return m
})

// otherGiven are names that are a letter away from a given name, and no error.
var otherGiven = skeletons("карина арина милена марьяна марьян алена елина ульяна инна инесса эмма тина зина дина рина римма лина алима халима салима селима карим керим рахим салим халим селим малик марк давид эдуард роберт альберт мурат муртаз джамал камал кемаль хасан хусен гасан гусейн эльмира венера земфира зарина сабина самира саида зайнап аминат ахмат махмуд мохмед махмут георги кристин кристиан мартин марина мирон платон антонина василиса юлиан юлиана иоанн жанна руслана")

// spelledGiven reads capital words that stand for nothing as given names with one letter
// wrong, where a part of a name stands near them, or another word that stands for nothing:
// then each of the two may have its error.
func (s *scan) spelledGiven() {
	exact, n := s.seen, len(s.seen)
	for i, w := range s.near {
		beside := i > 0 && w.at-s.near[i-1].at <= 1 || i+1 < len(s.near) && s.near[i+1].at-w.at <= 1
		if !beside && !s.partNear(exact, w, fuzzyWindow) {
			continue
		}
		key := string(w.letters)
		found, ok := s.given[key]
		if !ok {
			found = s.lookGiven(w.letters)
			s.given[key] = found
		}
		s.note(w.occurrence, found)
	}
	if len(s.seen) > n {
		slices.SortStableFunc(s.seen, func(a, b seen) int { return a.at - b.at })
	}
}

// lookGiven gives the parts of names that a word stands for but for one letter. A word that is
// a given name itself stands for no other one.
func (s *scan) lookGiven(letters []rune) *standing {
	for _, r := range readWord(letters) {
		known := isGiven(r) || otherGiven()[r]
		candidates(r, func(stem string) {
			for _, whole := range []string{stem, stem + "a", stem + "i"} {
				known = known || isGiven(whole) || otherGiven()[whole]
			}
		})
		if known {
			return s.nobody
		}
	}
	g := s.gather()
	seen := map[string]bool{}
	oneAway(letters, func(key string) {
		for _, name := range givenNear()[key] {
			if !seen[name] {
				seen[name] = true
				g.take(spaceExact, name)
			}
		}
	})
	if len(g.all) == 0 {
		return s.nobody
	}
	g.all = slices.DeleteFunc(g.all, func(r ref) bool { return r.kind() != kindName || r.strength() != Weak })
	for i, r := range g.all {
		g.all[i] = r&^(15<<refStrength) | ref(Fuzzy)<<refStrength
	}
	slices.Sort(g.all)
	g.all = slices.Compact(g.all)
	return g.standing()
}
