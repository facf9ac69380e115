package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waylight/estimate"
	"waylight/estimate/analysis"
	"waylight/linkage"
)

// analysing is what the verb analyse was told.
type analysing struct {
	asked
	from, save, state, out, settings string
	draws                            int
}

// analyse goes from lists of records to how many there were in all, with the
// doubt of the matching in the answer.
func analyse(ctx context.Context, t terminal, args []string) error {
	var a analysing
	fs := flag.NewFlagSet("waylight analyse", flag.ContinueOnError)
	fs.SetOutput(t.err)
	a.flags(fs)
	fs.StringVar(&a.from, "analysis", "", "an analysis file, to be done again; other settings are taken from it")
	fs.StringVar(&a.save, "save", "", "file for the analysis: settings, seeds, hashes of the lists, no record")
	fs.StringVar(&a.state, "state", "", "file that keeps what is done; the same command goes on where it was cut short")
	fs.StringVar(&a.out, "out", "", "file for the outcome as JSON")
	fs.StringVar(&a.settings, "settings", "", "settings of the matching, as for waylight link")
	fs.IntVar(&a.draws, "draws", 20, "draws of the matching")
	files, err := mixed(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &usage{"name the lists: waylight analyse LIST.csv… --save analysis.json --out outcome.json"}
	}
	if err := a.check(); err != nil {
		return err
	}
	lists, inputs, err := readInputs(files)
	if err != nil {
		return err
	}
	spec, err := a.spec(inputs)
	if err != nil {
		return err
	}
	if err := spec.Check(inputs); err != nil {
		return &hint{err, "give the same lists in the same order, and the version of waylight that made the file"}
	}
	if a.save != "" {
		if err := writeTo(a.save, func(w io.Writer) error { return indented(w, spec) }); err != nil {
			return err
		}
	}
	outcome, err := a.run(ctx, t, spec, lists)
	if err != nil {
		return err
	}
	if a.out != "" {
		if err := writeTo(a.out, func(w io.Writer) error { return indented(w, outcome) }); err != nil {
			return err
		}
	}
	if a.asJSON {
		return indented(t.out, outcome)
	}
	return tellOutcome(t.out, outcome)
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func readInputs(files []string) ([]*linkage.List, []analysis.Input, error) {
	var lists []*linkage.List
	var inputs []analysis.Input
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, nil, err
		}
		name := strings.TrimSuffix(filepath.Base(f), ".csv")
		l, err := linkage.Read(bytes.NewReader(text), name)
		if err != nil {
			return nil, nil, plain(err)
		}
		lists, inputs = append(lists, l), append(inputs, analysis.NewInput(name, text))
	}
	return lists, inputs, nil
}

// spec is read from the analysis file, or made from the flags.
func (a *analysing) spec(inputs []analysis.Input) (analysis.Spec, error) {
	s := a.asked.settings
	spec := analysis.Spec{Format: analysis.Format, Version: analysis.Version, Inputs: inputs, Draws: a.draws, Seed: s.Seed, Method: a.method,
		Settings: analysis.Settings{Resamples: s.Bootstraps, Delta: s.Delta, Bound: s.Bound, Classes: s.Classes, Sweeps: s.Sweeps, Prior: s.Prior}}
	switch {
	case a.from != "":
		text, err := os.ReadFile(a.from)
		if err != nil {
			return spec, err
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		spec = analysis.Spec{}
		if err := d.Decode(&spec); err != nil {
			return spec, &hint{fmt.Errorf("%s: %w", filepath.Base(a.from), err), "give a file that waylight analyse --save wrote"}
		}
	case a.settings != "":
		set, err := linkSettings(a.settings)
		if err != nil {
			return spec, err
		}
		if spec.Matching, err = json.Marshal(set); err != nil {
			return spec, err
		}
	}
	if spec.Draws < 2 || spec.Draws > 1000 {
		return spec, &usage{"--draws is from 2 to 1,000"}
	}
	return spec, nil
}

func (a *analysing) run(ctx context.Context, t terminal, spec analysis.Spec, lists []*linkage.List) (analysis.Outcome, error) {
	var set linkage.Settings
	if spec.Matching != nil {
		if err := json.Unmarshal(spec.Matching, &set); err != nil {
			return analysis.Outcome{}, err
		}
	}
	set.Seed = spec.Seed
	res, err := linkage.Link(ctx, lists, set)
	if err != nil {
		return analysis.Outcome{}, plain(err)
	}
	drawn, err := res.Draws(ctx, spec.Draws, spec.Seed)
	if err != nil {
		return analysis.Outcome{}, plain(err)
	}
	draws := make([][]estimate.Cell, len(drawn))
	for i, d := range drawn {
		for _, c := range d.Cells {
			draws[i] = append(draws[i], estimate.Cell{On: estimate.Pattern(c.Pattern), Count: c.Count})
		}
	}
	var state io.ReadWriter
	if a.state != "" {
		f, err := os.OpenFile(a.state, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return analysis.Outcome{}, err
		}
		defer f.Close()
		state = f
	}
	begin := time.Now()
	o, err := analysis.Run(ctx, spec, res.Lists(), draws, state, func(done, all int) {
		left := time.Since(begin) / time.Duration(done) * time.Duration(all-done)
		fmt.Fprintf(t.err, "draw %d of %d of the matching, about %s left\n", done, all, left.Round(time.Second))
	})
	var bad *estimate.BadTable
	if errors.As(err, &bad) {
		return o, &hint{err, bad.Todo}
	}
	return o, err
}

// tellOutcome writes an outcome for a person.
func tellOutcome(w io.Writer, o analysis.Outcome) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%d lists: %s. %d draws of the matching.\n", len(o.Lists), strings.Join(o.Lists, ", "), len(o.Draws))
	fmt.Fprintf(b, "Named on them: %d people; between %d and %d as the matching goes.\n", o.Observed[1], o.Observed[0], o.Observed[2])
	fmt.Fprintln(b, "How many there were in all, those on no list included, with the doubt of the matching:")
	for _, e := range o.Pooled {
		tellResult(b, e)
		for _, d := range e.Diagnostics {
			if d.Name == "share_of_variance_from_matching" {
				fmt.Fprintf(b, "  %.0f %% of the doubt comes from the matching\n", 100*d.Value)
			}
		}
	}
	for _, warning := range o.Warnings {
		fmt.Fprintf(b, "\nWARNING %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
