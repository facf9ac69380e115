// Package analysis goes from many draws of a matching to one estimate, with the
// doubt of the matching in it, and writes down how, so that anybody who has the
// lists can do it again and get the same bytes.
//
// It refuses: to run when a list, or the version of the program, is not the one
// that the analysis was made with; to pool draws of which more than one in
// twenty gave no interval. It opens no file and knows no record of anybody; it
// imports package estimate only.
package analysis

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"waylight/estimate"
)

// Format is the version of the file; Version is that of the methods: it rises
// when the same seed gives other numbers.
const (
	Format  = 1
	Version = 3
)

// A Spec is an analysis as it is written to its file: everything that the
// answer depends on, and no record.
type Spec struct {
	Format   int             `json:"format"`
	Version  int             `json:"version"`
	Inputs   []Input         `json:"inputs"`
	Matching json.RawMessage `json:"matching,omitempty"` // settings of the linkage
	Draws    int             `json:"draws"`              // of the matching
	Seed     uint64          `json:"seed"`
	Method   string          `json:"method"`
	Settings Settings        `json:"settings"`
}

// An Input is one list, by what it holds.
type Input struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Settings are those of [estimate.Settings] that bear on the answer.
type Settings struct {
	Resamples int            `json:"resamples"`
	Delta     float64        `json:"delta"`
	Bound     int            `json:"bound"`
	Classes   int            `json:"classes"`
	Sweeps    int            `json:"sweeps"`
	Prior     estimate.Prior `json:"prior"`
}

// NewInput describes a list.
func NewInput(name string, text []byte) Input {
	sum := sha256.Sum256(text)
	return Input{name, len(text), hex.EncodeToString(sum[:])}
}

// Check says whether these are the lists that the analysis was made with, in
// their order, and this program's methods those.
func (s Spec) Check(inputs []Input) error {
	switch {
	case s.Format != Format:
		return fmt.Errorf("the analysis file has format %d; this program reads format %d", s.Format, Format)
	case s.Version != Version:
		return fmt.Errorf("the analysis was made with version %d of the methods; this program has version %d and would give other numbers", s.Version, Version)
	case s.Draws < 2 || s.Draws > 1000:
		return errors.New("the analysis file asks for fewer than 2 or more than 1,000 draws of the matching")
	case len(inputs) != len(s.Inputs):
		return fmt.Errorf("the analysis was made with %d lists; %d were given", len(s.Inputs), len(inputs))
	}
	for i, in := range inputs {
		if in != s.Inputs[i] {
			return fmt.Errorf("list %d, %q, is not the one that the analysis was made with: its bytes are others", i+1, s.Inputs[i].Name)
		}
	}
	return nil
}

// A Part is what was said of one draw of the matching.
type Part struct {
	Draw    int               `json:"draw"`
	People  int               `json:"people"` // on any list, in this draw
	Results []estimate.Result `json:"results"`
	Draws   [][]float64       `json:"draws"` // behind each result
}

// An Outcome is the answer, with what it was made from.
type Outcome struct {
	Analysis Spec              `json:"analysis"`
	Lists    []string          `json:"lists"`
	Observed [3]int            `json:"observed"` // on any list: the least, the middle, the most over the draws
	Pooled   []estimate.Result `json:"pooled"`
	Warnings []string          `json:"warnings"`
	Draws    []Draw            `json:"draws"`
}

// A Draw is the short form of a Part.
type Draw struct {
	People    int               `json:"people"`
	Estimates []estimate.Number `json:"estimates"` // in the order of Outcome.Pooled
}

// Run estimates from every draw of the matching and pools the answers by
// method ([estimate.Mix]). What state holds of an earlier run is not done
// again, and every draw that is done is written to it: a run that was cut short
// goes on, and its outcome is the same to the byte. state may be nil. tell hears
// how far it is; it may be nil. The error is the context's, state's, or that of
// a draw from which nothing can be learnt.
func Run(ctx context.Context, s Spec, lists []string, draws [][]estimate.Cell, state io.ReadWriter, tell func(done, all int)) (Outcome, error) {
	o := Outcome{Analysis: s, Lists: lists, Warnings: []string{}}
	done, err := resume(s, state)
	if err != nil {
		return o, err
	}
	for i, cells := range draws {
		p, ok := done[i]
		if !ok {
			if p, err = one(ctx, s, i, lists, cells); err != nil {
				return o, err
			}
			if state != nil {
				if err := json.NewEncoder(state).Encode(p); err != nil {
					return o, err
				}
			}
		}
		done[i] = p
		if tell != nil {
			tell(i+1, len(draws))
		}
	}
	return o.pool(done, len(draws)), nil
}

func one(ctx context.Context, s Spec, i int, lists []string, cells []estimate.Cell) (Part, error) {
	p := Part{Draw: i}
	t, err := estimate.NewTable(lists, cells)
	if err != nil {
		return p, fmt.Errorf("draw %d of the matching: %w", i+1, err)
	}
	p.People = t.Observed()
	r, err := estimate.Run(ctx, t, s.Method, estimate.Settings{Seed: s.Seed + uint64(i), Bootstraps: s.Settings.Resamples, Delta: s.Settings.Delta, Bound: s.Settings.Bound, Classes: s.Settings.Classes, Sweeps: s.Settings.Sweeps, Prior: s.Settings.Prior})
	for _, e := range r.Estimates {
		p.Results, p.Draws = append(p.Results, e), append(p.Draws, e.Draws())
	}
	return p, err
}

// head is the first line of a state: the analysis that it belongs to.
func (s Spec) head() (string, error) {
	text, err := json.Marshal(s)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// resume reads the draws that are done; a last line that was cut short is
// closed, and its draw done again.
func resume(s Spec, state io.ReadWriter) (map[int]Part, error) {
	done := map[int]Part{}
	if state == nil {
		return done, nil
	}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(state)
	first, err := in.ReadBytes('\n')
	switch {
	case errors.Is(err, io.EOF) && len(first) == 0:
		_, err = io.WriteString(state, head+"\n")
		return done, err
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case string(bytes.TrimSpace(first)) != head:
		return nil, errors.New("the file with the state belongs to another analysis; give another file")
	}
	for {
		line, err := in.ReadBytes('\n')
		var p Part
		if err == nil && json.Unmarshal(line, &p) == nil {
			done[p.Draw] = p
			continue
		}
		if errors.Is(err, io.EOF) {
			if len(line) > 0 {
				_, err = io.WriteString(state, "\n")
				return done, err
			}
			return done, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
