// Package study asks how often the intervals of [estimate] hold the truth, on
// invented populations of which the truth is known.
//
// It refuses to pick: every replicate of a design is counted, those in which a
// method gave no interval too. It imports package estimate only.
package study

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"

	"waylight/estimate"
)

// A Design is a population: classes of people, each with its share and its
// chances to be on each list.
type Design struct {
	Name    string
	People  int
	Shares  []float64
	Chances [][]float64 // by class and list
	// Follow makes people who are on the first list come onto the second by
	// this factor of the odds; 1 or 0 is no dependence.
	Follow float64
	// Long designs have too many lists for all but latent classes.
	Long bool
}

// Designs are those of the coverage study in docs/bench/estimate.md.
func Designs() []Design {
	same := func(n int, p float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = p * (0.6 + 0.8*float64(i)/float64(n-1))
		}
		return out
	}
	return []Design{
		{Name: "four independent lists", People: 1000, Shares: []float64{1}, Chances: [][]float64{{0.3, 0.25, 0.2, 0.15}}},
		{Name: "two classes, four lists", People: 1000, Shares: []float64{0.8, 0.2}, Chances: [][]float64{{0.12, 0.15, 0.18, 0.1}, {0.6, 0.5, 0.7, 0.5}}},
		{Name: "one list follows another", People: 1000, Shares: []float64{1}, Chances: [][]float64{{0.3, 0.2, 0.2, 0.15}}, Follow: 4},
		{Name: "three classes, five lists", People: 1000, Shares: []float64{0.6, 0.25, 0.15}, Chances: [][]float64{{0.1, 0.15, 0.1, 0.12, 0.08}, {0.5, 0.1, 0.4, 0.1, 0.3}, {0.2, 0.7, 0.5, 0.6, 0.6}}},
		{Name: "two classes, fifteen thin lists", People: 1000, Shares: []float64{0.9, 0.1}, Chances: [][]float64{same(15, 0.03), same(15, 0.2)}, Long: true},
	}
}

// Table draws a population and tabulates who is on which lists.
func (d Design) Table(seed, replicate uint64) (estimate.Table, error) {
	r := rand.New(rand.NewPCG(seed, replicate))
	counts := map[estimate.Pattern]int{}
	lists := len(d.Chances[0])
	for range d.People {
		u, c := r.Float64(), 0
		for ; c < len(d.Shares)-1 && u >= d.Shares[c]; c++ {
			u -= d.Shares[c]
		}
		on := estimate.Pattern(0)
		for j, p := range d.Chances[c] {
			if j == 1 && d.Follow > 0 && on&1 == 1 {
				o := p / (1 - p) * d.Follow
				p = o / (1 + o)
			}
			if r.Float64() < p {
				on |= 1 << j
			}
		}
		if on != 0 {
			counts[on]++
		}
	}
	names := make([]string, lists)
	for j := range names {
		names[j] = "L" + strconv.Itoa(j+1)
	}
	var cells []estimate.Cell
	for on, n := range counts {
		cells = append(cells, estimate.Cell{On: on, Count: n})
	}
	return estimate.NewTable(names, cells)
}

// An Outcome is what one method said of one replicate.
type Outcome struct {
	Design    string
	Replicate int
	Method    string
	Estimate  float64 // NaN: none
	Low, High float64 // NaN: none
	Truth     int
}

// Covers says whether the interval holds the truth; a lower bound has no upper
// end.
func (o Outcome) Covers() bool {
	return o.Low <= float64(o.Truth) && (o.High >= float64(o.Truth) || math.IsNaN(o.High) && o.Method == "chao")
}

// Settings of each replicate: shorter than usual, which is on the safe side for
// time only; agreement of the chains is asked for as always.
func settings(seed uint64) estimate.Settings {
	return estimate.Settings{Seed: seed, Bootstraps: 200, Sweeps: 1500}
}

// Run adds to log what is missing of the replicates of every design, and
// returns all outcomes. done holds what an earlier run wrote: a study that was
// cut short goes on where it was. tell hears how far it is; it may be nil. The
// error is the context's, log's, or that of a table.
func Run(ctx context.Context, replicates int, seed uint64, done io.Reader, log io.Writer, workers int, tell func(done, all int)) ([]Outcome, error) {
	out, err := Read(done)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, o := range out {
		have[fmt.Sprint(o.Design, o.Replicate)] = true
	}
	type job struct {
		d Design
		i int
	}
	var jobs []job
	for i := range replicates {
		for _, d := range Designs() {
			if !have[fmt.Sprint(d.Name, i)] {
				jobs = append(jobs, job{d, i})
			}
		}
	}
	todo := make(chan job)
	var mu sync.Mutex
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	finished := 0
	for range max(1, workers) {
		wg.Go(func() {
			for j := range todo {
				got, err := one(ctx, j.d, j.i, seed)
				mu.Lock()
				if err == nil {
					err = write(log, got)
				}
				if err != nil {
					cancel(err)
				}
				out = append(out, got...)
				finished++
				if tell != nil {
					tell(finished, len(jobs))
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		if ctx.Err() != nil {
			break
		}
		todo <- j
	}
	close(todo)
	wg.Wait()
	return out, context.Cause(ctx)
}

func one(ctx context.Context, d Design, i int, seed uint64) ([]Outcome, error) {
	t, err := d.Table(seed, uint64(i))
	if err != nil {
		return nil, err
	}
	method := "all"
	if d.Long {
		method = "latent-class"
	}
	r, err := estimate.Run(ctx, t, method, settings(seed+uint64(i)))
	if err != nil {
		return nil, err
	}
	var out []Outcome
	for _, e := range r.Estimates {
		out = append(out, Outcome{d.Name, i, e.Title(), float64(e.Estimate), float64(e.Low), float64(e.High), d.People})
	}
	return out, nil
}

func write(w io.Writer, out []Outcome) error {
	c := csv.NewWriter(w)
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
	for _, o := range out {
		if err := c.Write([]string{o.Design, strconv.Itoa(o.Replicate), o.Method, f(o.Estimate), f(o.Low), f(o.High), strconv.Itoa(o.Truth)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// Read reads what Run wrote. A last line that was cut short is left out, with
// the whole replicate that it belongs to.
func Read(r io.Reader) ([]Outcome, error) {
	if r == nil {
		return nil, nil
	}
	var out []Outcome
	c := csv.NewReader(bufio.NewReader(r))
	c.FieldsPerRecord = 7
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the file of an earlier run cannot be read: %w", err)
		}
		o := Outcome{Design: row[0], Method: row[2]}
		var errs [5]error
		o.Replicate, errs[0] = strconv.Atoi(row[1])
		o.Estimate, errs[1] = strconv.ParseFloat(row[3], 64)
		o.Low, errs[2] = strconv.ParseFloat(row[4], 64)
		o.High, errs[3] = strconv.ParseFloat(row[5], 64)
		o.Truth, errs[4] = strconv.Atoi(row[6])
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("the file of an earlier run cannot be read: %w", err)
		}
		out = append(out, o)
	}
}
