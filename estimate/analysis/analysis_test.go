package analysis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"waylight/estimate"
)

// file is read from the beginning once and written at the end, like a file
// opened for appending.
type file struct {
	bytes.Buffer
	read *bytes.Reader
}

func reopened(text []byte) *file {
	f := &file{read: bytes.NewReader(text)}
	f.Write(text)
	return f
}

func (f *file) Read(p []byte) (int, error) { return f.read.Read(p) }

// doubts are draws of a matching that leaves open whether 40 people of A·B are
// one or two.
func doubts(n int) [][]estimate.Cell {
	var out [][]estimate.Cell
	for i := range n {
		move := 9 * i
		out = append(out, []estimate.Cell{{On: 1, Count: 300 + move}, {On: 2, Count: 280 + move}, {On: 4, Count: 310}, {On: 3, Count: 100 - move}, {On: 5, Count: 62}, {On: 6, Count: 61}, {On: 7, Count: 23}})
	}
	return out
}

func spec() Spec {
	return Spec{Format: Format, Version: Version, Inputs: []Input{NewInput("a", []byte("x"))}, Draws: 8, Seed: 3, Method: "decomposable", Settings: Settings{Bound: 20}}
}

var lists = []string{"A", "B", "C"}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestMatchingIsInTheInterval: the doubt of the matching makes the interval
// wider than that of any draw, by the variance between the draws.
func TestMatchingIsInTheInterval(t *testing.T) {
	t.Parallel()
	o, err := Run(context.Background(), spec(), lists, doubts(8), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	sharp, err := Run(context.Background(), spec(), lists, slices.Repeat(doubts(1), 8), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	wide, narrow := o.Pooled[0], sharp.Pooled[0]
	t.Logf("%v to %v; %v to %v %v", wide.Low, wide.High, narrow.Low, narrow.High, wide.Diagnostics)
	if o.Observed != [3]int{1136, 1172, 1199} || sharp.Observed != [3]int{1136, 1136, 1136} {
		t.Errorf("%v %v", o.Observed, sharp.Observed)
	}
	mean := 0.0
	for _, cells := range doubts(8) {
		table, err := estimate.NewTable(lists, cells)
		if err != nil {
			t.Fatal(err)
		}
		r, err := estimate.Decomposable(context.Background(), table, estimate.Settings{Bound: 20})
		if err != nil {
			t.Fatal(err)
		}
		mean += float64(r.High-r.Low) / 8
	}
	if width := float64(wide.High - wide.Low); width < 1.02*mean {
		t.Errorf("pooled it is %.0f wide, alone %.0f on average", width, mean)
	}
	// The mixture of equals is that of one draw.
	table, err := estimate.NewTable(lists, doubts(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	alone, err := estimate.Decomposable(context.Background(), table, estimate.Settings{Bound: 20})
	if err != nil || math.Abs(float64(alone.Low/narrow.Low)-1) > 0.01 || math.Abs(float64(alone.High/narrow.High)-1) > 0.01 {
		t.Errorf("%v to %v, and pooled %v to %v (%v)", alone.Low, alone.High, narrow.Low, narrow.High, err)
	}
}

// TestResume: a run that was cut short, in the middle of a line too, goes on
// and comes to the same bytes.
func TestResume(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"decomposable", "latent-class"} {
		s := spec()
		s.Method, s.Settings.Sweeps = method, 400
		draws := doubts(3)
		whole, err := Run(context.Background(), s, lists, draws, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		state := reopened(nil)
		if _, err := Run(ctx, s, lists, draws, state, func(done, _ int) {
			if done == 2 {
				cancel()
			}
		}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		kept := bytes.Clone(state.Bytes())
		for _, text := range [][]byte{kept, kept[:len(kept)-40]} {
			state := reopened(text)
			again, err := Run(context.Background(), s, lists, draws, state, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := marshal(t, whole), marshal(t, again); !bytes.Equal(a, b) {
				t.Errorf("%s: another outcome after going on:\n%s\n%s", method, a, b)
			}
			third, err := Run(context.Background(), s, lists, draws, reopened(state.Bytes()), nil)
			if err != nil || !bytes.Equal(marshal(t, third), marshal(t, whole)) {
				t.Errorf("%s: the state does not hold all: %v", method, err)
			}
		}
		s.Seed++
		if _, err := Run(context.Background(), s, lists, draws, reopened(kept), nil); err == nil || !strings.Contains(err.Error(), "another analysis") {
			t.Errorf("the state of another analysis was taken: %v", err)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := spec()
	if err := s.Check([]Input{NewInput("a", []byte("x"))}); err != nil {
		t.Error(err)
	}
	old := s
	old.Version--
	for want, err := range map[string]error{
		"its bytes are others": s.Check([]Input{NewInput("a", []byte("y"))}),
		"2 were given":         s.Check([]Input{s.Inputs[0], s.Inputs[0]}),
		"other numbers":        old.Check(s.Inputs),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	none := [][]estimate.Cell{{{On: 1, Count: 5}, {On: 2, Count: 5}, {On: 4, Count: 5}}}
	if _, err := Run(context.Background(), s, lists, none, nil, nil); err == nil || !strings.Contains(err.Error(), "no person is on two lists") {
		t.Errorf("%v", err)
	}
}
