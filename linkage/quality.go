package linkage

import (
	"cmp"
	"math"
	"slices"
)

// An Interval is an estimate between two bounds, all between 0 and 1.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A Quality is what is expected of the links. Without reviewed pairs it is the
// model's own opinion: where its assumptions fail (fields that err together,
// relatives who share a home) the truth is worse.
type Quality struct {
	Precision Interval `json:"precision"`
	Recall    Interval `json:"recall"`   // among pairs that the keys brought together
	Reviewed  int      `json:"reviewed"` // pairs that a person judged, on which it rests too
}

// steps part pairs by chance: within a step reviewed pairs speak for the others.
var steps = [...]float64{0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.01}

// A step holds the pairs of about one chance.
type step struct {
	chance, same, judged  float64 // what the model expects of the reviewed, what was found, how many
	linked, left          float64 // pairs
	linkedSum, leftSum    float64 // what the model expects of them
	linkedVar, missingVar float64
}

func stepOf(p float64) int {
	i := 0
	for p >= steps[i] && i < len(steps)-1 {
		i++
	}
	return i
}

// Quality estimates precision and recall from the chances of the pairs. Reviewed
// pairs put the chances right, step by step: among the pairs of a step the share
// of matches is the model's with the weight of two pairs, and what reviewers
// found (a beta posterior; post-stratification). Intervals are of 95 %.
func (res *Result) Quality() Quality {
	var all [len(steps)]step
	judged := res.judged()
	known := 0.0
	for _, e := range res.edges {
		if same, ok := judged[[2]uint32{e.a, e.b}]; ok {
			if same {
				known++
			}
			continue
		}
		p := chance(float64(e.weight))
		s := &all[stepOf(p)]
		if res.Person[e.a] == res.Person[e.b] {
			s.linked++
			s.linkedSum += p
			s.linkedVar += p * (1 - p)
		} else if res.run.allowed(e.a, e.b) {
			s.left++
			s.leftSum += p
			s.missingVar += p * (1 - p)
		}
	}
	c, w := newComparer(res.run), res.run.weights(math.Inf(-1))
	for _, v := range res.run.reviewed {
		var l [maxFields]uint8
		c.levels(&l, v.a, v.b)
		p := chance(w.of(pack(&l, len(res.run.fields)), v.a, v.b))
		s := &all[stepOf(p)]
		s.judged++
		s.chance += p
		if v.same {
			s.same++
		}
	}
	// What was reviewed is kept to, and is right.
	linked, right, wrongVar, missed, missedVar := known, known, 0.0, 0.0, 0.0
	for _, s := range all {
		linked += s.linked
		shift, spread := s.put()
		r, m := within01(s.linkedSum+s.linked*shift, s.linked), within01(s.leftSum+s.left*shift, s.left)
		right += r
		missed += m
		wrongVar += s.linkedVar + s.linked*s.linked*spread
		missedVar += s.missingVar + s.left*s.left*spread
	}
	q := Quality{Precision: Interval{0, 0, 1}, Recall: Interval{0, 0, 1}, Reviewed: len(res.run.reviewed)}
	if linked == 0 {
		return q
	}
	within := func(v, sd float64) Interval {
		return Interval{v, max(0, v-1.96*sd), min(1, v+1.96*sd)}
	}
	total := max(1e-9, right+missed)
	q.Precision = within(right/linked, math.Sqrt(wrongVar)/linked)
	q.Recall = within(right/total, math.Sqrt(missedVar*right*right+wrongVar*missed*missed)/(total*total))
	return q
}

// judged are the verdicts of reviewers by pair.
func (res *Result) judged() map[[2]uint32]bool {
	out := map[[2]uint32]bool{}
	for _, v := range res.run.reviewed {
		out[[2]uint32{min(v.a, v.b), max(v.a, v.b)}] = v.same
	}
	return out
}

// put is by how much the share of matches of a step differs from what the model
// says, and the variance of that.
func (s *step) put() (shift, spread float64) {
	if s.judged == 0 {
		return 0, 0
	}
	mean := s.chance / s.judged
	a, b := 2*mean+s.same, 2*(1-mean)+s.judged-s.same
	return a/(a+b) - mean, a * b / ((a + b) * (a + b) * (a + b + 1))
}

func within01(x, most float64) float64 { return max(0, min(most, x)) }

// A Question is a pair that a person should look at.
type Question struct {
	Pair
	Linked bool    `json:"linked"` // whether they are one person now
	Moves  float64 `json:"moves"`  // how many pairs are expected to change with the answer
}

// Questions are the pairs that tell most when a person looks at them, first the
// most telling: the chance that the answer is another than what stands, times the
// pairs of records that it moves. Reviewed pairs are not asked again.
func (res *Result) Questions(most int) []Question {
	judged := res.judged()
	size := func(rec uint32) float64 { return float64(res.cl.size[res.cl.of[rec]]) }
	var out []Question
	for _, e := range res.edges {
		if _, ok := judged[[2]uint32{e.a, e.b}]; ok || !res.run.allowed(e.a, e.b) {
			continue
		}
		p := chance(float64(e.weight))
		q := Question{Pair: Pair{int(e.a), int(e.b), p}, Linked: res.Person[e.a] == res.Person[e.b]}
		if q.Linked {
			q.Moves = (1 - p) * (size(e.a) - 1)
		} else {
			q.Moves = p * size(e.a) * size(e.b)
		}
		if q.Moves > 1e-3 {
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(x, y Question) int {
		return cmp.Or(cmp.Compare(y.Moves, x.Moves), cmp.Compare(x.Left, y.Left), cmp.Compare(x.Right, y.Right))
	})
	return out[:min(len(out), most)]
}
