package estimate

import "context"

// A Report is what several methods say about one table. It is what `waylight
// estimate --json` writes (docs/formats/lists.md).
type Report struct {
	Observed    int          `json:"observed"`
	Lists       []string     `json:"lists"`
	Seed        uint64       `json:"seed"`
	Estimates   []Result     `json:"estimates"`
	Warnings    []string     `json:"warnings"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// A Whole is what several methods say about people who fall into parts that
// share nobody, such as places or months.
type Whole struct {
	Parts    []Report `json:"parts"`
	Sum      []Result `json:"sum"`
	Warnings []string `json:"warnings"`
}

// Add sums the parts method by method. A method that a part was not asked, or
// that gave it no number, has no sum.
func Add(parts []Report, seed uint64) Whole {
	w := Whole{Parts: parts, Sum: []Result{}, Warnings: []string{}}
	for _, e := range parts[0].Estimates {
		var same []Result
		for _, p := range parts {
			for _, x := range p.Estimates {
				if x.Title() == e.Title() {
					same = append(same, x)
				}
			}
		}
		if len(same) != len(parts) || e.Method == "chao" {
			continue
		}
		w.Sum = append(w.Sum, Sum(same, seed))
	}
	w.Warnings = append(w.Warnings, disagreements(w.Sum)...)
	return w
}

// Methods are the names that Run takes, besides "all".
func Methods() []string { return []string{"loglinear", "decomposable", "latent-class", "chao"} }

// Run asks one method, or all of them, and always Chao's bound. The error is
// the context's.
func Run(ctx context.Context, t Table, method string, s Settings) (Report, error) {
	r := Report{Observed: t.Observed(), Lists: t.Lists, Seed: s.Seed}
	is := func(m string) bool { return method == m || method == "all" }
	if is("loglinear") {
		out, err := LogLinear(ctx, t, s)
		if err != nil {
			return r, err
		}
		r.Estimates = append(r.Estimates, out...)
	}
	if is("decomposable") {
		out, err := Decomposable(ctx, t, s)
		if err != nil {
			return r, err
		}
		r.Estimates = append(r.Estimates, out)
	}
	if is("latent-class") {
		out, err := LatentClass(ctx, t, s)
		if err != nil {
			return r, err
		}
		r.Estimates = append(r.Estimates, out)
	}
	r.Estimates = append(r.Estimates, Chao(t))
	r.Diagnostics = Facts(t)
	r.Warnings = disagreements(r.Estimates)
	if r.fact(onTwo) < 10 {
		r.Warnings = append(r.Warnings, "Fewer than ten people are on more than one list. Everything rests on them: do not publish a number from this.")
	}
	return r, nil
}

// The names of what Facts tells.
const (
	onTwo = "on_two_lists_or_more"
	apart = "pairs_of_lists_that_keep_apart"
)

// Facts are what a table itself tells about how far an answer can be trusted.
func Facts(t Table) []Diagnostic {
	shared := 0
	for _, c := range t.Cells {
		if c.On.size() > 1 {
			shared += c.Count
		}
	}
	return []Diagnostic{{onTwo, Number(shared)}, {"patterns_filled", Number(len(t.Cells))}, {apart, Number(len(apartness(t, certain)))}}
}

// fact is a diagnostic of the report; 0 where it is not told.
func (r Report) fact(name string) int {
	for _, d := range r.Diagnostics {
		if d.Name == name {
			return int(d.Value)
		}
	}
	return 0
}

// disagreements says which intervals lie apart.
func disagreements(results []Result) []string {
	out := []string{}
	for i, a := range results {
		for _, b := range results[:i] {
			if a.High < b.Low || b.High < a.Low { // false when one is missing
				out = append(out, "The intervals of "+b.Title()+" and "+a.Title()+" lie apart. At least one is wrong: do not publish either alone.")
			}
		}
	}
	return out
}

// Title names the method, with how its model was selected.
func (r Result) Title() string {
	if r.Selection == "" {
		return r.Method
	}
	return r.Method + " (" + r.Selection + ")"
}
