package linkage

// A Result is who is who.
type Result struct {
	Readings []Reading
	Person   []int32 // by record over all lists
	People   int
	names    []string // of people, where an earlier run gave ids
	changes  *Changes
	run      *run
	edges    []edge
	cl       *clusters
}

func (r *run) result(readings []Reading, edges []edge, cl *clusters) *Result {
	person, people := cl.numbered()
	res := &Result{Readings: readings, Person: person, People: people, run: r, edges: edges, cl: cl}
	res.keep(r.set.Previous)
	return res
}
