package linkage

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Previous is the answer of an earlier run: the cluster of each record.
type Previous map[Ref]string

// A Change is a cluster of the earlier run that fell apart, or one of this run
// that several grew into.
type Change struct {
	Cluster string   `json:"cluster"`
	With    []string `json:"with"` // what it fell into, or what it grew from, itself included
}

// Changes says what became of the clusters of the earlier run.
type Changes struct {
	Kept   int      `json:"kept"`   // ids that are still in use
	New    int      `json:"new"`    // clusters with an id of their own that no earlier one had
	Gone   []string `json:"gone"`   // ids that no cluster has any more; they are not given again
	Split  []Change `json:"split"`  // earlier clusters that fell into several
	Merged []Change `json:"merged"` // clusters that several earlier ones grew into
}

// rowsOf reads a small CSV file with these columns.
func rowsOf(r io.Reader, name string, columns ...string) ([][]string, error) {
	l, err := Read(r, name)
	if err != nil {
		return nil, err
	}
	var at []*Column
	for _, want := range columns {
		i := slices.IndexFunc(l.Columns, func(c *Column) bool { return strings.EqualFold(c.Header, want) })
		if i < 0 {
			return nil, &Problem{List: name, Line: 1, What: "there is no column " + want, Todo: "the columns are " + strings.Join(columns, ",")}
		}
		at = append(at, l.Columns[i])
	}
	rows := make([][]string, l.Len)
	for i := range rows {
		for _, c := range at {
			rows[i] = append(rows[i], c.Cell(i))
		}
	}
	return rows, nil
}

// ReadClusters reads what [Result.WriteClusters] wrote. Errors are as of [Read].
func ReadClusters(r io.Reader, name string) (Previous, error) {
	rows, err := rowsOf(r, name, "source", "record_id", "cluster_id")
	if err != nil {
		return nil, err
	}
	out := make(Previous, len(rows))
	for i, row := range rows {
		ref := Ref{row[0], row[1]}
		if _, twice := out[ref]; twice || row[2] == "" {
			return nil, &Problem{List: name, Line: i + 2, What: "a record stands here twice, or without a cluster", Todo: "give the file as an earlier run wrote it"}
		}
		out[ref] = row[2]
	}
	return out, nil
}

// keep gives clusters the ids of the earlier run: the one that most of its
// records had, and each id once.
func (res *Result) keep(previous Previous) {
	if previous == nil {
		return
	}
	type tie struct {
		person int32
		old    string
	}
	shared := map[tie]int{}
	last := 0
	olds := map[string][]int32{} // into which people each fell
	for _, id := range previous {
		if n, err := strconv.Atoi(strings.TrimPrefix(id, "c")); err == nil && strings.HasPrefix(id, "c") {
			last = max(last, n)
		}
		olds[id] = nil
	}
	rec := 0
	for _, l := range res.run.lists {
		for i := range l.Len {
			if old, ok := previous[Ref{l.Name, l.ID(i)}]; ok {
				t := tie{res.Person[rec], old}
				if shared[t]++; shared[t] == 1 {
					olds[old] = append(olds[old], t.person)
				}
			}
			rec++
		}
	}
	ties := make([]tie, 0, len(shared))
	for t := range shared {
		ties = append(ties, t)
	}
	slices.SortFunc(ties, func(a, b tie) int {
		return cmp.Or(shared[b]-shared[a], cmpString(a.old, b.old), cmp.Compare(a.person, b.person))
	})
	res.names = make([]string, res.People)
	used := map[string]bool{}
	from := map[int32][]string{}
	for _, t := range ties {
		from[t.person] = append(from[t.person], t.old)
		if res.names[t.person] == "" && !used[t.old] {
			res.names[t.person], used[t.old] = t.old, true
		}
	}
	ch := &Changes{Kept: len(used), Gone: []string{}, Split: []Change{}, Merged: []Change{}}
	for p := range res.names {
		if res.names[p] == "" {
			last++
			ch.New++
			res.names[p] = "c" + strconv.Itoa(last)
		}
	}
	for p, old := range from {
		if len(old) > 1 {
			slices.SortFunc(old, cmpString)
			ch.Merged = append(ch.Merged, Change{res.names[p], old})
		}
	}
	for old, people := range olds {
		if !used[old] {
			ch.Gone = append(ch.Gone, old)
		}
		if len(people) > 1 {
			c := Change{Cluster: old}
			for _, p := range people {
				c.With = append(c.With, res.names[p])
			}
			slices.SortFunc(c.With, cmpString)
			ch.Split = append(ch.Split, c)
		}
	}
	slices.SortFunc(ch.Gone, cmpString)
	byCluster := func(a, b Change) int { return cmpString(a.Cluster, b.Cluster) }
	slices.SortFunc(ch.Split, byCluster)
	slices.SortFunc(ch.Merged, byCluster)
	res.changes = ch
}

// Changes says what became of the clusters of the earlier run; nil without one.
func (res *Result) Changes() *Changes { return res.changes }

// A Review is what a person said of a pair.
type Review struct {
	Left  Ref  `json:"left"`
	Right Ref  `json:"right"`
	Same  bool `json:"same"`
}

// ReadReviewed reads reviewed pairs: left,right,same, records as LIST:ID, same as
// yes or no (1, 0, true, false, да, нет). A pair without a verdict is passed over.
// Errors are as of [Read].
func ReadReviewed(r io.Reader, name string) ([]Review, error) {
	rows, err := rowsOf(r, name, "left", "right", "same")
	if err != nil {
		return nil, err
	}
	var out []Review
	for i, row := range rows {
		v, err := verdict(row[2])
		if err != nil {
			return nil, &Problem{List: name, Line: i + 2, What: "the verdict is not yes or no", Todo: "write yes, no, or leave it empty"}
		}
		if v == nil {
			continue
		}
		review := Review{Same: *v}
		for k, ref := range []*Ref{&review.Left, &review.Right} {
			list, id, ok := strings.Cut(row[k], ":")
			if !ok || id == "" {
				return nil, &Problem{List: name, Line: i + 2, What: "a record is not written as LIST:ID", Todo: "write it as the file of pairs does"}
			}
			*ref = Ref{list, id}
		}
		out = append(out, review)
	}
	return out, nil
}

var errVerdict = errors.New("no verdict")

func verdict(s string) (*bool, error) {
	yes, no := true, false
	switch strings.ToLower(s) {
	case "yes", "1", "true", "same", "да":
		return &yes, nil
	case "no", "0", "false", "different", "нет":
		return &no, nil
	case "":
		return nil, nil
	}
	return nil, errVerdict
}

// WriteDraws writes draws as CSV: the number of the draw from 1, a column of 0
// and 1 a list, count.
func (res *Result) WriteDraws(w io.Writer, draws []Draw) error {
	c := csv.NewWriter(w)
	lists := res.Lists()
	if err := c.Write(append(append([]string{"draw"}, lists...), "count")); err != nil {
		return err
	}
	for d, draw := range draws {
		for _, cell := range draw.Cells {
			row := []string{strconv.Itoa(d + 1)}
			for i := range lists {
				row = append(row, strconv.FormatUint(cell.Pattern>>i&1, 10))
			}
			if err := c.Write(append(row, fmt.Sprint(cell.Count))); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// WriteQuestions writes the pairs to judge, as [ReadReviewed] reads them once the
// column same is filled in.
func (res *Result) WriteQuestions(w io.Writer, most int) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"left", "right", "same", "probability"}); err != nil {
		return err
	}
	for _, q := range res.Questions(most) {
		if err := c.Write([]string{res.Name(q.Left), res.Name(q.Right), "", fmt.Sprintf("%.4f", q.Chance)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
