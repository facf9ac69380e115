package lists

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/estimate"
	"waylight/estimate/analysis"
	"waylight/internal/fault"
	"waylight/linkage"
)

// Found is what a run found: it lies in the safe.
type Found struct {
	Inputs    []analysis.Input
	Records   int
	People    int
	Readings  []linkage.Reading
	NoDoubles []string
	Quality   linkage.Quality
	Keys      float64 // share of the likely matches that the keys bring together; 0 unknown
	Bridges   []linkage.Bridge
	Changes   *linkage.Changes
	Questions []Question
	Clusters  vault.Blob
	Outcome   *analysis.Outcome     // of an estimate
	Examined  *estimate.Examination // of an estimate
	Table     *estimate.Table       // the first draw, for the picture
	// Why it failed: in which list, at which line, what to do.
	In, What, Todo string
	Line           int
}

// Question is a pair that a person should look at, with all that is needed for it.
type Question struct {
	Token       string
	Left, Right linkage.Ref
	Chance      float64
	Linked      bool
	Rows        []Side
	Grains      []linkage.Grain
}

// Side is one column of the two records beside each other.
type Side struct{ Header, Left, Right string }

// asked is how many pairs are put to people after one run.
const asked = 200

// sure is the chance under which a link that alone holds a group is named.
const sure = 0.9

// tell takes out of a result what people look at.
func tell(res *linkage.Result, m material) Found {
	f := Found{Inputs: m.inputs, People: res.People, Readings: res.Readings, NoDoubles: res.NoDoubles(), Quality: res.Quality(), Keys: res.Found(), Bridges: res.Bridges(sure), Changes: res.Changes()}
	for _, l := range m.lists {
		f.Records += l.Len
	}
	for _, q := range res.Questions(asked) {
		a, i := at(m.lists, q.Left)
		b, j := at(m.lists, q.Right)
		x := Question{Left: linkage.Ref{List: a.Name, Record: a.ID(i)}, Right: linkage.Ref{List: b.Name, Record: b.ID(j)}, Chance: q.Chance, Linked: q.Linked, Grains: res.Explain(q.Left, q.Right)}
		x.Rows = sides(res.Readings, a, i, b, j)
		f.Questions = append(f.Questions, x)
	}
	return f
}

// at finds the list of a record that is counted over all.
func at(all []*linkage.List, rec int) (*linkage.List, int) {
	for _, l := range all {
		if rec < l.Len {
			return l, rec
		}
		rec -= l.Len
	}
	panic("lists: a record beyond the last list")
}

// sides puts two records beside each other: columns of one kind and name in one
// row, those that only one list has alone.
func sides(readings []linkage.Reading, a *linkage.List, i int, b *linkage.List, j int) (out []Side) {
	kind := func(l *linkage.List, c *linkage.Column) linkage.Kind {
		for _, r := range readings {
			if r.List == l.Name && r.Header == c.Header {
				return r.Kind
			}
		}
		return linkage.Ignore
	}
	used := map[*linkage.Column]bool{}
	if a == b {
		for _, c := range a.Columns {
			out = append(out, Side{c.Header, c.Cell(i), c.Cell(j)})
		}
		return out
	}
	for _, c := range a.Columns {
		k := kind(a, c)
		fits := func(d *linkage.Column) bool { return !used[d] && strings.EqualFold(d.Header, c.Header) }
		n := slices.IndexFunc(b.Columns, fits)
		if n < 0 && k != linkage.Ignore && k != linkage.Text && k != linkage.Category && k != linkage.Number {
			n = slices.IndexFunc(b.Columns, func(d *linkage.Column) bool { return !used[d] && kind(b, d) == k })
		}
		s := Side{Header: c.Header, Left: c.Cell(i)}
		if n >= 0 {
			d := b.Columns[n]
			used[d], s.Right = true, d.Cell(j)
			if !strings.EqualFold(d.Header, c.Header) {
				s.Header += " / " + d.Header
			}
		}
		out = append(out, s)
	}
	for _, d := range b.Columns {
		if !used[d] {
			out = append(out, Side{Header: d.Header, Right: d.Cell(j)})
		}
	}
	return out
}

// Report is what an estimate's outcome says, in the form that estimate reads and
// figures judges. People on two lists or more are those of the first draw.
func (f Found) Report() (estimate.Report, bool) {
	if f.Outcome == nil || f.Table == nil {
		return estimate.Report{}, false
	}
	o := f.Outcome
	return estimate.Report{Observed: o.Observed[0], Lists: o.Lists, Seed: o.Analysis.Seed, Estimates: o.Pooled, Warnings: o.Warnings,
		Diagnostics: estimate.Facts(*f.Table)}, true
}

// Digest names an outcome: the SHA-256 of its bytes as JSON, hexadecimal.
func (f Found) Digest() (string, error) {
	text, err := json.Marshal(f.Outcome)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Result gives the last run of a study for a figure to rest on. It refuses what
// lists or decisions have overtaken.
func (w *Workbench) Result(ctx context.Context, by staff.Actor, id, run string) (Found, error) {
	s, err := w.Sheet(ctx, by, id)
	switch {
	case err != nil:
		return Found{}, err
	case s.Of.ID != run || s.Found.Outcome == nil:
		return Found{}, fault.New(fault.Conflict, "Only the last run of a study can go into a figure, and only one that estimates. Look at the study again.")
	case s.Stale:
		return Found{}, fault.New(fault.Conflict, "Lists or decisions changed since this run. Estimate again, then put the answer into the figure.")
	}
	return s.Found, nil
}
