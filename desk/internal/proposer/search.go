package proposer

import "slices"

// far is more than any proposal weighs or takes.
const far = 1 << 40

// search is one search.
type search struct {
	q       Question
	without Rule // left out, to find out whether it alone stands in the way
	groups  []group
	open    [][][]bool // by group, stop, place: nothing of the place alone keeps the group out
	weight  [][]int    // by group, place: what a stop there weighs
	fresh   [][]int    // by group, place: how many of the group are not inside already
	apart   [][]bool   // by group, group: somebody of one must not meet somebody of the other
	km      [][]int    // by place and one more for the start: to a place
	blind   [][]bool
	shut    [][]bool
	rest    [][][]int // by group, stop, place: the least that everything after it weighs
	time    [][]int   // likewise in hours, for whoever is nearest: by stop, place
	least   []int     // by group: the least that all groups from it on weigh

	path  [][]int // by group: the places of its stops
	found []result
	steps int
	short bool
}

// result is what was found: the place of each group at each stop.
type result struct {
	path  [][]int
	score int
}

func newSearch(q Question, without Rule) *search {
	s := &search{q: q, without: without, groups: q.groups()}
	n := len(q.Places)
	for i := range n + 1 {
		s.km, s.blind, s.shut = append(s.km, make([]int, n)), append(s.blind, make([]bool, n)), append(s.shut, make([]bool, n))
		from, id := q.Start, ""
		if i < n {
			from, id = q.Places[i].At, q.Places[i].ID
		}
		for j, p := range q.Places {
			km, reckoned := kilometres(from, p.At)
			s.km[i][j], s.blind[i][j] = km, !reckoned
			s.shut[i][j] = i == j || without != RuleReach && q.Reach > 0 && km > q.Reach || without != RuleWay && slices.Contains(q.Closed, Way{id, p.ID})
		}
	}
	for _, g := range s.groups {
		weight, fresh, open := make([]int, n), make([]int, n), make([][]bool, q.Stops)
		for j, p := range q.Places {
			fresh[j] = newcomers(g, p)
			weight[j] = weightKnown*p.Known + weightMoney*p.Night*max(1, q.Nights)*len(g.people)/100
		}
		for k := range open {
			open[k] = make([]bool, n)
			for j, p := range q.Places {
				open[k][j] = len(q.bars(g, p, k == q.Stops-1, without)) == 0
			}
		}
		s.weight, s.fresh, s.open = append(s.weight, weight), append(s.fresh, fresh), append(s.open, open)
		apart := make([]bool, len(s.groups))
		for i, other := range s.groups {
			apart[i] = avoid(g, other)
		}
		s.apart = append(s.apart, apart)
	}
	s.bound()
	return s
}

// road is what a leg weighs.
func (s *search) road(from, to int) int {
	w := weightKm * s.km[from][to]
	if s.blind[from][to] {
		w += weightBlind
	}
	return w
}

// bound reckons backwards what each group weighs at least from each place on, as
// if it were alone: never more than what a proposal weighs.
func (s *search) bound() {
	n, last := len(s.q.Places), s.q.Stops-1
	for g := range s.groups {
		rest := make([][]int, s.q.Stops)
		for k := last; k >= 0; k-- {
			rest[k] = make([]int, n)
			if k == last {
				continue
			}
			for i := range n {
				rest[k][i] = far
				for j := range n {
					if s.open[g][k+1][j] && !s.shut[i][j] {
						rest[k][i] = min(rest[k][i], s.road(i, j)+s.weight[g][j]+rest[k+1][j])
					}
				}
			}
		}
		s.rest = append(s.rest, rest)
	}
	s.time = make([][]int, s.q.Stops)
	for k := last; k >= 0; k-- {
		s.time[k] = make([]int, n)
		if k == last {
			continue
		}
		for i := range n {
			s.time[k][i] = far
			for j := range n {
				if !s.shut[i][j] {
					s.time[k][i] = min(s.time[k][i], 24*s.q.Nights+hours(s.km[i][j])+s.time[k+1][j])
				}
			}
		}
	}
	s.least = make([]int, len(s.groups)+1)
	for g := len(s.groups) - 1; g >= 0; g-- {
		best := far
		for j := range n {
			if s.open[g][0][j] && !s.shut[n][j] {
				best = min(best, s.road(n, j)+s.weight[g][j]+s.rest[g][0][j])
			}
		}
		s.least[g] = min(far, best+s.least[g+1])
	}
}

// run searches, and reports whether anything was found.
func (s *search) run() bool {
	if len(s.groups) > 0 && s.least[0] < far {
		s.path = make([][]int, len(s.groups))
		s.walk(0, 0, len(s.q.Places), 0, 0)
	}
	return len(s.found) > 0
}

// worst is what a further proposal must weigh less than.
func (s *search) worst() int {
	if len(s.found) < s.q.Best {
		return far
	}
	return s.found[len(s.found)-1].score
}

type choice struct{ place, bound int }

// walk places group g at stop k, coming from a place, with what was weighed so far.
func (s *search) walk(g, k, from, weighed, took int) {
	if g == len(s.groups) {
		s.keep(weighed)
		return
	}
	var choices []choice
	worst := s.worst()
	for j := range s.q.Places {
		if !s.open[g][k][j] || s.shut[from][j] || s.rest[g][k][j] >= far {
			continue
		}
		b := weighed + s.road(from, j) + s.weight[g][j] + s.rest[g][k][j] + s.least[g+1]
		if b < worst && s.inTime(took, k, from, j) && s.fits(g, k, j) {
			choices = append(choices, choice{j, b})
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int { return a.bound - b.bound })
	for _, c := range choices {
		if c.bound >= s.worst() || s.short {
			return
		}
		if s.steps++; s.steps > StepsAtMost {
			s.short = true
			return
		}
		s.path[g] = append(s.path[g], c.place)
		now := weighed + s.road(from, c.place) + s.weight[g][c.place]
		if k == s.q.Stops-1 {
			s.walk(g+1, 0, len(s.q.Places), now, 0)
		} else {
			s.walk(g, k+1, c.place, now, took+hours(s.km[from][c.place])+24*s.q.Nights)
		}
		s.path[g] = s.path[g][:len(s.path[g])-1]
	}
}

// inTime reports whether the rest of the way can fit into the hours.
func (s *search) inTime(took, k, from, to int) bool {
	return s.q.Hours == 0 || s.without == RuleHours || took+hours(s.km[from][to])+s.time[k][to] <= s.q.Hours
}

// fits reports whether a group has room at a stop beside the groups that were placed
// before it, and meets nobody whom it must not.
func (s *search) fits(g, k, j int) bool {
	need := s.fresh[g][j]
	for other := range g {
		if s.path[other][k] != j {
			continue
		}
		need += s.fresh[other][j]
		if s.without != RuleMeet && s.apart[g][other] {
			return false
		}
	}
	return s.without == RuleRoom || need <= s.q.Places[j].Free
}

func newcomers(g group, p Place) (n int) {
	for _, x := range g.people {
		if !slices.Contains(p.Inside, x.ID) {
			n++
		}
	}
	return n
}

// avoid reports whether somebody of one group must not meet somebody of the other,
// whichever of the two it was noted for.
func avoid(a, b group) bool {
	one := func(a, b group) bool {
		return slices.ContainsFunc(a.people, func(x Person) bool {
			return slices.ContainsFunc(b.people, func(y Person) bool { return slices.Contains(x.Avoid, y.ID) })
		})
	}
	return one(a, b) || one(b, a)
}

// keep takes a proposal among the best.
func (s *search) keep(score int) {
	r := result{score: score}
	for _, p := range s.path {
		r.path = append(r.path, slices.Clone(p))
	}
	at, _ := slices.BinarySearchFunc(s.found, score, func(r result, n int) int {
		if r.score <= n {
			return -1
		}
		return 1
	})
	s.found = slices.Insert(s.found, at, r)
	if len(s.found) > s.q.Best {
		s.found = s.found[:s.q.Best]
	}
}

// tell makes a proposal of a result, with what speaks for and against it.
func (s *search) tell(r result) Proposal {
	p := Proposal{Score: r.score}
	n := len(s.q.Places)
	clock := make([]int, len(s.groups))
	for k := range s.q.Stops {
		for g, path := range r.path {
			from, to := n, path[k]
			if k > 0 {
				from = path[k-1]
			}
			l := Leg{To: s.q.Places[to].ID, Km: s.km[from][to], Reckoned: !s.blind[from][to], After: clock[g], Hours: hours(s.km[from][to])}
			if from < n {
				l.From = s.q.Places[from].ID
			}
			for _, x := range s.groups[g].people {
				l.People = append(l.People, x.ID)
			}
			clock[g] += l.Hours
			p.Hours = max(p.Hours, clock[g])
			clock[g] += 24 * s.q.Nights
			p.Km += l.Km
			p.Cost += s.q.Places[to].Night * max(1, s.q.Nights) * len(s.groups[g].people)
			p.Known += s.q.Places[to].Known
			if !l.Reckoned {
				p.Against = append(p.Against, Reason{What: "unknown-way", Place: l.To})
			}
			if i := slices.IndexFunc(p.Legs, func(o Leg) bool { return o.From == l.From && o.To == l.To && o.After == l.After }); i >= 0 {
				p.Legs[i].People = append(p.Legs[i].People, l.People...)
				continue
			}
			p.Legs = append(p.Legs, l)
		}
	}
	s.reasons(&p, r)
	return p
}

func (s *search) reasons(p *Proposal, r result) {
	split := slices.ContainsFunc(r.path, func(x []int) bool { return !slices.Equal(x, r.path[0]) })
	if split {
		p.Against = append(p.Against, Reason{What: "split", N: len(r.path)})
	} else {
		p.For = append(p.For, Reason{What: "together", N: len(s.q.People)})
	}
	seen := map[int]bool{}
	for _, path := range r.path {
		for _, j := range path {
			if seen[j] {
				continue
			}
			seen[j] = true
			x := s.q.Places[j]
			if x.Known <= 2 {
				p.For = append(p.For, Reason{What: "few-know", Place: x.ID, N: x.Known})
			} else {
				p.Against = append(p.Against, Reason{What: "many-know", Place: x.ID, N: x.Known})
			}
			if len(x.Inside) > 0 {
				p.Against = append(p.Against, Reason{What: "others", Place: x.ID, N: len(x.Inside)})
			}
			if x.Country == "" {
				p.Against = append(p.Against, Reason{What: "unknown-country", Place: x.ID})
			}
		}
	}
	for _, l := range p.Legs {
		if l.Reckoned && l.Hours > 10 {
			p.Against = append(p.Against, Reason{What: "long", Place: l.To, N: l.Hours})
		}
	}
	if p.Cost == 0 {
		p.For = append(p.For, Reason{What: "free"})
	}
}
