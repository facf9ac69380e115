package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"waylight/estimate"
	"waylight/estimate/picture"
)

// asked is what the verb estimate was told.
type asked struct {
	settings        estimate.Settings
	method          string
	prior           string
	asJSON, examine bool
	language        string
	upset, ranges   string
	memory          int
}

// estimateLists is the verb estimate: from a table of lists to how many were
// never listed. Several tables are parts that share nobody.
func estimateLists(ctx context.Context, t terminal, args []string) error {
	var a asked
	fs := flag.NewFlagSet("waylight estimate", flag.ContinueOnError)
	fs.SetOutput(t.err)
	a.flags(fs)
	files, err := mixed(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &usage{"the file with the lists is missing; - is standard input"}
	}
	if err := a.check(); err != nil {
		return err
	}
	var reports []estimate.Report
	for _, file := range files {
		table, err := readLists(t, file)
		if err != nil {
			return err
		}
		report, e, err := a.ask(ctx, table)
		if err != nil {
			return err
		}
		reports = append(reports, report)
		if len(files) > 1 {
			continue
		}
		if err := a.draw(table, report); err != nil {
			return err
		}
		verdict, sentences := report.Read(a.language, e)
		if a.asJSON {
			return json.NewEncoder(t.out).Encode(struct {
				estimate.Report
				Verdict     estimate.Verdict      `json:"verdict"`
				Reading     []string              `json:"reading"`
				Examination *estimate.Examination `json:"examination,omitempty"`
			}{report, verdict, sentences, e})
		}
		return tell(t.out, report, e, sentences)
	}
	whole := estimate.Add(reports, a.settings.Seed)
	if a.asJSON {
		return json.NewEncoder(t.out).Encode(whole)
	}
	return tellWhole(t.out, files, whole)
}

func (a *asked) flags(fs *flag.FlagSet) {
	s := &a.settings
	fs.StringVar(&a.method, "method", "all", "loglinear, decomposable, latent-class (or lcm), chao, or all")
	fs.Uint64Var(&s.Seed, "seed", 1, "the same seed gives the same numbers")
	fs.BoolVar(&a.asJSON, "json", false, "write JSON")
	fs.BoolVar(&a.examine, "examine", false, "ask again with other priors, other settings, and each list left out")
	fs.StringVar(&a.language, "language", "en", "of the reading and the pictures: en or ru")
	fs.StringVar(&a.upset, "picture", "", "file for a picture of the overlaps (SVG)")
	fs.StringVar(&a.ranges, "ranges", "", "file for a picture of the answers (SVG)")
	fs.IntVar(&s.Bootstraps, "resamples", 1000, "resampled tables behind the interval of a log-linear model")
	fs.Float64Var(&s.Delta, "delta", 0, "prior count of a cell for decomposable graphs; 0 is 2^-lists")
	fs.IntVar(&s.Bound, "bound", 20, "most unlisted people that decomposable graphs look at, as a multiple of the listed")
	fs.StringVar(&a.prior, "prior", "", "of the latent classes' chances: uniform, pooled; uniform up to ten lists unless said")
	fs.IntVar(&s.Classes, "classes", 10, "most latent classes")
	fs.IntVar(&s.Sweeps, "sweeps", 4000, "sweeps of each chain of latent classes, before any doubling")
	fs.IntVar(&a.memory, "memory", 1024, "MiB to keep to")
}

func (a *asked) check() error {
	if a.method == "lcm" {
		a.method = "latent-class"
	}
	s := &a.settings
	s.Prior, s.Memory = estimate.Prior(a.prior), int64(a.memory)<<20/2
	switch {
	case a.method != "all" && !slices.Contains(estimate.Methods(), a.method):
		return &usage{fmt.Sprintf("there is no method %q; there are all, %s", a.method, strings.Join(estimate.Methods(), ", "))}
	case s.Bootstraps < 1 || s.Bootstraps > 1_000_000 || s.Bound < 1 || s.Bound > 10_000 || !(s.Delta >= 0 && s.Delta <= 1000):
		return &usage{"--resamples, --bound or --delta is out of range"}
	case s.Classes < 2 || s.Classes > 100 || s.Sweeps < 400 || s.Sweeps > 100_000_000 || a.memory < 16 || a.memory > 1<<20:
		return &usage{"--classes, --sweeps or --memory is out of range"}
	case !slices.Contains([]estimate.Prior{estimate.ByLists, estimate.Uniform, estimate.Pooled}, s.Prior):
		return &usage{"--prior is uniform or pooled"}
	case a.language != "en" && a.language != "ru":
		return &usage{"--language is en or ru"}
	}
	debug.SetMemoryLimit(int64(a.memory) << 20)
	return nil
}

func (a *asked) ask(ctx context.Context, table estimate.Table) (estimate.Report, *estimate.Examination, error) {
	report, err := estimate.Run(ctx, table, a.method, a.settings)
	if err != nil || !a.examine {
		return report, nil, err
	}
	e, err := estimate.Examine(ctx, table, a.settings)
	return report, &e, err
}

// draw writes the pictures that were asked for.
func (a *asked) draw(table estimate.Table, report estimate.Report) error {
	w := picture.English()
	if a.language == "ru" {
		w = picture.Russian()
	}
	if a.upset != "" {
		if err := os.WriteFile(a.upset, picture.UpSet(table, w), 0o600); err != nil {
			return err
		}
	}
	if a.ranges != "" {
		return os.WriteFile(a.ranges, picture.Ranges(report, w), 0o600)
	}
	return nil
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
func tell(w io.Writer, r estimate.Report, e *estimate.Examination, sentences []string) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%d people are on %d lists: %s.\nHow many there were in all, those on no list included:\n", r.Observed, len(r.Lists), strings.Join(r.Lists, ", "))
	for _, e := range r.Estimates {
		tellResult(b, e)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(b, "\nWARNING %s\n", warning)
	}
	if e != nil {
		tellExamination(b, e)
	}
	fmt.Fprintf(b, "\nWhat it comes to:\n")
	for _, s := range sentences {
		fmt.Fprintf(b, "  %s\n", s)
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

func tellResult(b *strings.Builder, e estimate.Result) {
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

func tellExamination(b *strings.Builder, e *estimate.Examination) {
	fmt.Fprint(b, "\nTwo lists at a time: people on both, odds ratio among those on other lists, estimate from the two alone\n")
	for _, p := range e.Pairs {
		fmt.Fprintf(b, "  %s and %s: %d, %.2f, %.0f\n", p.Lists[0], p.Lists[1], p.Both, p.Odds, p.Two)
	}
	fmt.Fprint(b, "\nAsked a little differently:\n")
	for _, v := range slices.Concat(e.Usual, e.Sensitivity, e.Without) {
		moved := ""
		if v.Moved {
			moved = " MOVED"
		}
		if v.Estimate.Known() {
			fmt.Fprintf(b, "  %s, %s: %.0f (%.0f to %.0f)%s\n", v.Method, v.Changed, v.Estimate, v.Low, v.High, moved)
		} else {
			fmt.Fprintf(b, "  %s, %s: no number%s. %s\n", v.Method, v.Changed, moved, v.Why)
		}
	}
	for _, s := range e.Skipped {
		fmt.Fprintf(b, "  not asked again: %s\n", s)
	}
}

// tellWhole writes parts and their sum for a person.
func tellWhole(w io.Writer, files []string, whole estimate.Whole) error {
	b := &strings.Builder{}
	named := 0
	for i, r := range whole.Parts {
		named += r.Observed
		fmt.Fprintf(b, "Part %d, %s: %d people on %d lists.\n", i+1, files[i], r.Observed, len(r.Lists))
		for _, e := range r.Estimates {
			tellResult(b, e)
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "All parts together, %d named, if nobody is in two parts:\n", named)
	for _, e := range whole.Sum {
		tellResult(b, e)
	}
	for _, warning := range whole.Warnings {
		fmt.Fprintf(b, "\nWARNING %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
