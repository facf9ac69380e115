package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"waylight/estimate"
)

// estimateLists is the verb estimate: from a table of lists to how many were
// never listed.
func estimateLists(ctx context.Context, t terminal, args []string) error {
	var s estimate.Settings
	method, asJSON := "all", false
	fs := flag.NewFlagSet("waylight estimate", flag.ContinueOnError)
	fs.SetOutput(t.err)
	fs.StringVar(&method, "method", "all", "loglinear, decomposable, latent-class (or lcm), chao, or all")
	fs.Uint64Var(&s.Seed, "seed", 1, "the same seed gives the same numbers")
	fs.BoolVar(&asJSON, "json", false, "write JSON")
	fs.IntVar(&s.Bootstraps, "resamples", 1000, "resampled tables behind the interval of a log-linear model")
	fs.Float64Var(&s.Delta, "delta", 0, "prior count of a cell for decomposable graphs; 0 is 2^-lists")
	fs.IntVar(&s.Bound, "bound", 20, "most unlisted people that decomposable graphs look at, as a multiple of the listed")
	file, err := oneFile(fs, args)
	if err != nil {
		return err
	}
	if method == "lcm" {
		method = "latent-class"
	}
	switch {
	case method != "all" && !slices.Contains(estimate.Methods(), method):
		return &usage{fmt.Sprintf("there is no method %q; there are all, %s", method, strings.Join(estimate.Methods(), ", "))}
	case s.Bootstraps < 1 || s.Bootstraps > 1_000_000 || s.Bound < 1 || s.Bound > 10_000 || !(s.Delta >= 0 && s.Delta <= 1000):
		return &usage{"--resamples, --bound or --delta is out of range"}
	}
	table, err := readLists(t, file)
	if err != nil {
		return err
	}
	report, err := estimate.Run(ctx, table, method, s)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(t.out).Encode(report)
	}
	return tell(t.out, report)
}

// oneFile takes the flags, before or after the name of the one file.
func oneFile(fs *flag.FlagSet, args []string) (string, error) {
	file := ""
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return "", err
			}
			return "", &usage{err.Error()}
		}
		if fs.NArg() == 0 {
			break
		}
		if file != "" {
			return "", &usage{"give one file"}
		}
		file, args = fs.Arg(0), fs.Args()[1:]
	}
	if file == "" {
		return "", &usage{"the file with the lists is missing; - is standard input"}
	}
	return file, nil
}

func readLists(t terminal, name string) (estimate.Table, error) {
	in := t.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return estimate.Table{}, err
		}
		defer f.Close()
		in = f
	}
	table, err := estimate.Read(in)
	var bad *estimate.BadTable
	if errors.As(err, &bad) {
		return table, &hint{err, bad.Todo}
	}
	return table, err
}

// tell writes a report for a person.
func tell(w io.Writer, r estimate.Report) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%d people are on %d lists: %s.\nHow many there were in all, those on no list included:\n", r.Observed, len(r.Lists), strings.Join(r.Lists, ", "))
	for _, e := range r.Estimates {
		fmt.Fprintf(b, "\n%s\n", e.Title())
		switch {
		case !e.Estimate.Known():
			fmt.Fprintln(b, "  no number")
		case e.Method == "chao":
			fmt.Fprintf(b, "  at least about %.0f (lower end %.0f)\n", e.Estimate, e.Low)
		case e.Low.Known():
			fmt.Fprintf(b, "  %.0f (95 %%: %.0f to %.0f; %s)\n", e.Estimate, e.Low, e.High, e.Interval)
		default:
			fmt.Fprintf(b, "  %.0f (interval %s)\n", e.Estimate, e.Interval)
		}
		if e.Model != "" {
			fmt.Fprintf(b, "  model: %s\n", e.Model)
		}
		for _, m := range e.Modes {
			fmt.Fprintf(b, "  one of several answers: about %.0f (weight %.0f %%)\n", m.Estimate, 100*m.Weight)
		}
		for _, warning := range e.Warnings {
			fmt.Fprintf(b, "  WARNING %s\n", warning)
		}
		fmt.Fprintf(b, "  %s\n", e.DoNot)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(b, "\nWARNING %s\n", warning)
	}
	fmt.Fprintf(b, "\nAll of this assumes:\n")
	for _, e := range r.Estimates[:1] {
		for _, a := range e.Assumptions {
			fmt.Fprintf(b, "  - %s\n", a)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
