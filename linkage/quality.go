package linkage

import "math"

// An Interval is an estimate between two bounds, all between 0 and 1.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A Quality is what the model itself expects of its links. It is the model's
// opinion: where its assumptions fail (fields that err together, relatives who
// share a home) the truth is worse. Reviewed pairs judge better.
type Quality struct {
	Precision Interval `json:"precision"`
	Recall    Interval `json:"recall"` // among pairs that the keys brought together
}

// Quality estimates precision and recall from the chances of the pairs, each
// pair a coin of its own; the intervals are of 95 % and cover that chance alone.
func (res *Result) Quality() Quality {
	var linked, right, wrongVar, missed, missedVar float64
	for _, e := range res.edges {
		p := chance(float64(e.weight))
		if res.Person[e.a] == res.Person[e.b] {
			linked++
			right += p
			wrongVar += p * (1 - p)
		} else if res.run.allowed(e.a, e.b) {
			missed += p
			missedVar += p * (1 - p)
		}
	}
	if linked == 0 {
		return Quality{Precision: Interval{0, 0, 1}, Recall: Interval{0, 0, 1}}
	}
	within := func(v, sd float64) Interval {
		return Interval{v, max(0, v-1.96*sd), min(1, v+1.96*sd)}
	}
	all := max(1, right+missed)
	return Quality{
		Precision: within(right/linked, math.Sqrt(wrongVar)/linked),
		Recall:    within(right/all, math.Sqrt(missedVar*right*right+wrongVar*missed*missed)/(all*all)),
	}
}
