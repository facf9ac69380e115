package proposer

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// invented draws a small question.
func invented(r *rapid.T) Question {
	q := Question{Stops: rapid.IntRange(1, 3).Draw(r, "stops"), Nights: rapid.IntRange(0, 2).Draw(r, "nights"), Best: rapid.IntRange(1, 4).Draw(r, "best")}
	words := []string{"x", "y"}
	some := func(what string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, 1, rapid.ID[string]).Draw(r, what)
	}
	people := rapid.IntRange(1, 4).Draw(r, "people")
	for i := range people {
		p := Person{ID: fmt.Sprint("p", i), Group: rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "group"), Needs: some("needs"), Papers: some("papers")}
		if rapid.IntRange(0, 3).Draw(r, "avoids") == 0 {
			p.Avoid = []string{rapid.SampledFrom([]string{"p0", "p1", "p2", "z"}).Draw(r, "avoid")}
		}
		q.People = append(q.People, p)
	}
	point := func(what string) *Point {
		if rapid.IntRange(0, 5).Draw(r, what) == 0 {
			return nil
		}
		return &Point{rapid.Float64Range(40, 44).Draw(r, "lat"), rapid.Float64Range(10, 16).Draw(r, "lon")}
	}
	q.Start = point("start")
	for i := range rapid.IntRange(0, 5).Draw(r, "places") {
		p := Place{ID: fmt.Sprint("l", i), Usable: rapid.IntRange(0, 5).Draw(r, "usable") > 0, Free: rapid.IntRange(0, 4).Draw(r, "free"), Offers: words[:rapid.IntRange(0, 2).Draw(r, "offers")], Country: rapid.SampledFrom([]string{"AA", "BB", ""}).Draw(r, "country"),
			At: point("at"), Night: rapid.IntRange(0, 5000).Draw(r, "night"), Stay: rapid.IntRange(0, 2).Draw(r, "stay"), Known: rapid.IntRange(0, 5).Draw(r, "known")}
		if rapid.IntRange(0, 4).Draw(r, "asks") == 0 {
			p.Asks = []string{"x"}
		}
		if rapid.IntRange(0, 3).Draw(r, "inside") == 0 {
			p.Inside = []string{rapid.SampledFrom([]string{"z", "p0"}).Draw(r, "who")}
		}
		q.Places = append(q.Places, p)
	}
	q.Country = rapid.SampledFrom([]string{"", "", "AA"}).Draw(r, "to")
	q.Reach = rapid.SampledFrom([]int{0, 0, 150, 400}).Draw(r, "reach")
	q.Hours = rapid.SampledFrom([]int{0, 0, 10, 60}).Draw(r, "hours")
	if rapid.Bool().Draw(r, "closed") {
		q.Closed = []Way{{rapid.SampledFrom([]string{"", "l0", "l1"}).Draw(r, "from"), rapid.SampledFrom([]string{"l0", "l1", "l2"}).Draw(r, "to2")}}
	}
	return q
}

// brute tries everything: each group in each place at each stop. It shares nothing
// with the search but the sense of the rules and the weights.
func brute(q Question) (scores []int) {
	var groups [][]Person
	index := map[string]int{}
	for _, p := range q.People {
		if i, ok := index[p.Group]; ok && p.Group != "" {
			groups[i] = append(groups[i], p)
			continue
		}
		index[p.Group] = len(groups)
		groups = append(groups, []Person{p})
	}
	slots := len(groups) * q.Stops
	at := make([]int, slots) // place of group i at stop k: at[i*Stops+k]
	n := len(q.Places)
	if n == 0 {
		return nil
	}
	for {
		if s, ok := judge(q, groups, at); ok {
			scores = append(scores, s)
		}
		i := 0
		for ; i < slots; i++ {
			if at[i]++; at[i] < n {
				break
			}
			at[i] = 0
		}
		if i == slots {
			break
		}
	}
	slices.Sort(scores)
	return scores[:min(len(scores), q.Best)]
}

func judge(q Question, groups [][]Person, at []int) (score int, ok bool) {
	for i, g := range groups {
		took := 0
		from, id := q.Start, ""
		for k := range q.Stops {
			p := q.Places[at[i*q.Stops+k]]
			if id == p.ID || !p.Usable || slices.Contains(q.Closed, Way{id, p.ID}) || p.Stay > 0 && q.Nights > p.Stay || k == q.Stops-1 && q.Country != "" && p.Country != q.Country {
				return 0, false
			}
			for _, x := range g {
				for _, need := range x.Needs {
					if !slices.Contains(p.Offers, need) {
						return 0, false
					}
				}
				for _, paper := range p.Asks {
					if !slices.Contains(x.Papers, paper) {
						return 0, false
					}
				}
			}
			km, known := kilometres(from, p.At)
			if q.Reach > 0 && km > q.Reach {
				return 0, false
			}
			if k > 0 {
				took += 24 * q.Nights
			}
			took += hours(km)
			score += weightKm*km + weightKnown*p.Known + p.Night*max(1, q.Nights)*len(g)/100
			if !known {
				score += weightBlind
			}
			from, id = p.At, p.ID
		}
		if q.Hours > 0 && took > q.Hours {
			return 0, false
		}
	}
	for k := range q.Stops { // everybody who is in one place at one stop
		for _, p := range q.Places {
			here := slices.Clone(p.Inside)
			var come []Person
			for i, g := range groups {
				if q.Places[at[i*q.Stops+k]].ID == p.ID {
					come = append(come, g...)
				}
			}
			fresh := 0
			for _, x := range come {
				if !slices.Contains(p.Inside, x.ID) {
					fresh++
				}
				here = append(here, x.ID)
			}
			if fresh > p.Free && len(come) > 0 {
				return 0, false
			}
			for _, x := range come {
				for _, other := range x.Avoid {
					if slices.Contains(here, other) {
						return 0, false
					}
				}
			}
		}
	}
	return score, true
}

// TestFindsTheBest: the search finds exactly the best that trying everything finds,
// in the same order, whatever the order in which places are listed; and when there
// is nothing, it names a rule without which there is something, if one alone does.
func TestFindsTheBest(t *testing.T) {
	t.Parallel()
	some, none := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		q := invented(r)
		want := brute(q)
		a := Propose(q)
		var got []int
		for _, p := range a.Proposals {
			got = append(got, p.Score)
		}
		if a.Short || !slices.Equal(got, want) {
			r.Fatalf("found %v, want %v in %+v", got, want, q)
		}
		if len(want) == 0 {
			none++
			for _, rule := range a.Would {
				if !slices.Contains(Rules(), rule) {
					r.Fatal(rule)
				}
			}
		} else {
			some++
			if len(a.Would) > 0 {
				r.Fatal("something was found, and still a rule stands in the way")
			}
		}
		slices.Reverse(q.Places)
		if b := Propose(q); fmt.Sprint(b) != fmt.Sprint(a) {
			r.Fatal("the order of the places changes the answer")
		}
	})
	if some == 0 || none == 0 {
		t.Errorf("%d with and %d without an answer: the questions test nothing", some, none)
	}
}

// TestSaysWhatStandsInTheWay: each hard rule is named when it alone keeps the only place out.
func TestSaysWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	good := func() Question {
		return Question{People: []Person{{ID: "a", Needs: []string{"minor"}, Papers: []string{"passport"}, Avoid: []string{"z"}}, {ID: "b", Papers: []string{"passport"}}}, Start: &Point{42, 13}, Stops: 1, Country: "AA", Nights: 2, Hours: 24, Reach: 300,
			Places: []Place{{ID: "mill", Usable: true, Free: 2, Offers: []string{"minor"}, Asks: []string{"passport"}, Country: "AA", At: &Point{43, 13}, Stay: 3}}}
	}
	if a := Propose(good()); len(a.Proposals) != 1 || len(a.Bars) != 0 {
		t.Fatalf("%+v", a)
	}
	for rule, spoil := range map[Rule]func(*Question){
		RuleUsable: func(q *Question) { q.Places[0].Usable = false }, RuleRoom: func(q *Question) { q.Places[0].Free = 0 }, RuleNeeds: func(q *Question) { q.Places[0].Offers = nil },
		RulePapers: func(q *Question) { q.People[1].Papers = nil }, RuleMeet: func(q *Question) { q.Places[0].Inside = []string{"z"} }, RuleCountry: func(q *Question) { q.Country = "BB" },
		RuleStay: func(q *Question) { q.Places[0].Stay = 1 }, RuleReach: func(q *Question) { q.Reach = 50 }, RuleWay: func(q *Question) { q.Closed = []Way{{"", "mill"}} }, RuleHours: func(q *Question) { q.Hours = 1 },
	} {
		q := good()
		spoil(&q)
		a := Propose(q)
		if len(a.Proposals) != 0 || !slices.Equal(a.Would, []Rule{rule}) {
			t.Errorf("%s: %+v", rule, a)
		}
		place := !slices.Contains([]Rule{RuleReach, RuleWay, RuleHours}, rule)
		if place != slices.ContainsFunc(a.Bars, func(b Bar) bool { return b.Place == "mill" && b.Rule == rule }) {
			t.Errorf("%s is not told with its place: %+v", rule, a.Bars)
		}
	}
	if a := Propose(Question{}); len(a.Proposals)+len(a.Would) != 0 {
		t.Errorf("nobody travels: %+v", a)
	}
}

// realistic is a party of twelve in four groups, 200 places in two countries, three stops.
func realistic() Question {
	q := Question{Start: &Point{42, 13}, Stops: 3, Country: "BB", Nights: 2, Reach: 900, Best: 5}
	for i := range 12 {
		p := Person{ID: fmt.Sprint("p", i), Group: fmt.Sprint("g", i/3), Papers: []string{"passport"}}
		if i == 0 {
			p.Avoid = []string{"p6"}
		}
		if i%3 == 2 {
			p.Needs = []string{"minor"}
		}
		q.People = append(q.People, p)
	}
	for i := range 200 {
		p := Place{ID: fmt.Sprintf("l%03d", i), Usable: i%17 != 0, Free: 2 + i*7%5, Country: "AA", At: &Point{42 + float64(i*37%100)/20, 13 + float64(i*53%100)/10}, Night: i * 311 % 3000, Known: 1 + i*13%7}
		if i%3 > 0 {
			p.Offers = []string{"minor"}
		}
		if i%2 > 0 {
			p.Country, p.Asks = "BB", []string{"passport"}
		}
		q.Places = append(q.Places, p)
	}
	return q
}

// TestRealisticSizes: a party of twelve, 200 places, three stops and two countries are answered whole.
func TestRealisticSizes(t *testing.T) {
	t.Parallel()
	a := Propose(realistic())
	if a.Short || len(a.Proposals) != 5 {
		t.Fatalf("%d proposals, cut short %v, after %d steps", len(a.Proposals), a.Short, a.Steps)
	}
	t.Logf("%d steps", a.Steps)
}

func BenchmarkPropose(b *testing.B) {
	q := realistic()
	for b.Loop() {
		Propose(q)
	}
}
