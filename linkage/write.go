package linkage

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// A Pair is two records and the chance that they are one person.
type Pair struct {
	Left, Right int // records, counted over all lists
	Chance      float64
}

// A Grain is what one field says about a pair: positive bits speak for one
// person, negative for two. They add up, with the start, to the log2 of odds.
type Grain struct {
	Field string  `json:"field"`
	Level string  `json:"level"`
	Bits  float64 `json:"bits"`
}

// A Bridge is a cluster that hangs together by one pair that is not sure.
type Bridge struct {
	Cluster string `json:"cluster"`
	Left    string `json:"left"`
	Right   string `json:"right"`
	Chance  float64
}

// Name is a record as the pairs name it: LIST:ID.
func (res *Result) Name(rec int) string {
	l, i := res.at(rec)
	return l.Name + ":" + l.ID(i)
}

func (res *Result) at(rec int) (*List, int) {
	for _, l := range res.run.lists {
		if rec < l.Len {
			return l, rec
		}
		rec -= l.Len
	}
	panic("linkage: no such record")
}

// Pairs are the pairs of at least this chance, surest first.
func (res *Result) Pairs(least float64) []Pair {
	var out []Pair
	for _, e := range res.edges {
		if c := chance(float64(e.weight)); c >= least {
			out = append(out, Pair{int(e.a), int(e.b), c})
		}
	}
	slices.SortFunc(out, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Chance, x.Chance), cmp.Compare(x.Left, y.Left), cmp.Compare(x.Right, y.Right))
	})
	return out
}

// Explain is the waterfall of evidence of a pair; the first grain is the start:
// how rare one person is among all pairs.
func (res *Result) Explain(a, b int) []Grain {
	r := res.run
	c, w := newComparer(r), r.weights(math.Inf(-1))
	var l [maxFields]uint8
	c.levels(&l, uint32(a), uint32(b))
	x, y := c.row(uint32(a)), c.row(uint32(b))
	out := []Grain{{"start", "any two records", math.Log2(r.model.lambda / (1 - r.model.lambda))}}
	for i, f := range r.fields {
		out = append(out, Grain{f.name, levelName(f.kind, l[i]), w.field(i, l[i], x[i], y[i]) / math.Ln2})
	}
	return out
}

// Bridges are the clusters of three records or more that fall apart without one
// pair of less than the given chance, in order of the records.
func (res *Result) Bridges(sure float64) []Bridge {
	strong := newClusters(res.run.scratch, res.run.n, nil)
	defer strong.end()
	for _, e := range res.edges {
		if res.Person[e.a] == res.Person[e.b] && chance(float64(e.weight)) >= sure {
			if x, y := strong.of[e.a], strong.of[e.b]; x != y {
				strong.merge(x, y)
			}
		}
	}
	seen := map[int32]bool{}
	var out []Bridge
	for _, e := range res.edges {
		p := res.Person[e.a]
		if p != res.Person[e.b] || seen[p] || strong.of[e.a] == strong.of[e.b] || res.cl.size[res.cl.of[e.a]] < 3 {
			continue
		}
		seen[p] = true
		out = append(out, Bridge{res.Cluster(int(e.a)), res.Name(int(e.a)), res.Name(int(e.b)), chance(float64(e.weight))})
	}
	slices.SortFunc(out, func(a, b Bridge) int { return cmpString(a.Cluster, b.Cluster) })
	return out
}

func cmpString(a, b string) int {
	switch {
	case len(a) != len(b):
		return len(a) - len(b)
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Cluster names the cluster of a record.
func (res *Result) Cluster(rec int) string {
	if res.names != nil {
		return res.names[res.Person[rec]]
	}
	return "c" + strconv.Itoa(int(res.Person[rec])+1)
}

// Found is the share of the likely matches of the learning sample that the keys
// bring together; 0 where the keys were given.
func (res *Result) Found() float64 { return res.run.plan.found }

// Passes are the keys that brought records together.
func (res *Result) Passes() []string {
	var out []string
	for _, p := range res.run.plan.passes {
		out = append(out, p.name())
	}
	return out
}

// NoDoubles are the lists that were taken to name nobody twice.
func (res *Result) NoDoubles() []string {
	out := []string{}
	for i, l := range res.run.lists {
		if res.run.single[i] {
			out = append(out, l.Name)
		}
	}
	return out
}

// WriteClusters writes source,record_id,cluster_id, a line a record.
func (res *Result) WriteClusters(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"source", "record_id", "cluster_id"}); err != nil {
		return err
	}
	rec := 0
	for _, l := range res.run.lists {
		for i := range l.Len {
			if err := c.Write([]string{l.Name, l.ID(i), res.Cluster(rec)}); err != nil {
				return err
			}
			rec++
		}
	}
	c.Flush()
	return c.Error()
}

// WritePairs writes left,right,probability for pairs of at least this chance.
func (res *Result) WritePairs(w io.Writer, least float64) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"left", "right", "probability"}); err != nil {
		return err
	}
	for _, p := range res.Pairs(least) {
		if err := c.Write([]string{res.Name(p.Left), res.Name(p.Right), fmt.Sprintf("%.6f", p.Chance)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
