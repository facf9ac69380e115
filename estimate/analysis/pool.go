package analysis

import (
	"cmp"
	"fmt"
	"slices"

	"waylight/estimate"
)

// pool mixes the answers by method, and says what the draws say together.
func (o Outcome) pool(done map[int]Part, all int) Outcome {
	var people []int
	for i := range all {
		people = append(people, done[i].People)
		o.Draws = append(o.Draws, Draw{People: done[i].People})
	}
	slices.Sort(people)
	o.Observed = [3]int{people[0], people[len(people)/2], people[len(people)-1]}
	for k, first := range done[0].Results {
		var same []estimate.Result
		for i := range all {
			p := done[i]
			if k < len(p.Results) && p.Results[k].Title() == first.Title() {
				same = append(same, p.Results[k].WithDraws(p.Draws[k]))
			}
		}
		if len(same) != all {
			continue
		}
		if first.Method == "chao" {
			o.Pooled = append(o.Pooled, lowest(same))
			continue
		}
		o.Pooled = append(o.Pooled, estimate.Mix(same))
		for i := range all {
			o.Draws[i].Estimates = append(o.Draws[i].Estimates, same[i].Estimate)
		}
	}
	if low, high := o.Observed[0], o.Observed[2]; 10*(high-low) > o.Observed[1] {
		o.Warnings = append(o.Warnings, fmt.Sprintf("The matching leaves open whether %d or %d people are named: review pairs before anything is published.", low, high))
	}
	return o
}

// lowest is the smallest of bounds: what is at least so in every matching.
func lowest(all []estimate.Result) estimate.Result {
	return slices.MinFunc(all, func(a, b estimate.Result) int { return cmp.Compare(a.Low, b.Low) })
}
