package linkage

// A Result is who is who.
type Result struct {
	Readings []Reading
	Person   []int32 // by record over all lists
	People   int
	run      *run
	edges    []edge
	cl       *clusters
}

func (r *run) result(readings []Reading, edges []edge, cl *clusters) *Result {
	person, people := cl.numbered()
	return &Result{Readings: readings, Person: person, People: people, run: r, edges: edges, cl: cl}
}
