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
	"runtime"
	"runtime/debug"
	"strings"

	"waylight/linkage"
)

// linking is what the flags of link ask for.
type linking struct {
	out, pairs, settings, previous, reviewed, draws, questions, scratch string
	samples, memory                                                     int
	seed                                                                uint64
	json                                                                bool
}

func (k *linking) flags(t terminal) *flag.FlagSet {
	flags := flag.NewFlagSet("link", flag.ContinueOnError)
	flags.SetOutput(t.err)
	flags.StringVar(&k.out, "out", "", "file for the clusters: source,record_id,cluster_id")
	flags.StringVar(&k.pairs, "pairs", "", "file for the pairs: left,right,probability")
	flags.StringVar(&k.settings, "settings", "", "JSON file: columns, blocks, threshold, no_doubles, doubles, must, cannot, reviewed")
	flags.StringVar(&k.previous, "previous", "", "clusters of an earlier run: people keep their ids")
	flags.StringVar(&k.reviewed, "reviewed", "", "pairs that a person judged: left,right,same (yes or no)")
	flags.StringVar(&k.questions, "questions", "", "file for the pairs that a person should judge, the most telling first: left,right,same,probability")
	flags.StringVar(&k.draws, "draws", "", "file for ways in which the records may fall into people: draw, a column a list, count")
	flags.IntVar(&k.samples, "samples", 100, "how many draws")
	flags.IntVar(&k.memory, "memory", 0, "MiB of memory to keep to, 64 or more: what does not fit lies in a scratch file; 0 takes what it needs")
	flags.StringVar(&k.scratch, "scratch", "", "folder of the scratch file; that of --out if empty")
	flags.Uint64Var(&k.seed, "seed", 1, "seed of the random draws; the same seed gives the same answer")
	flags.BoolVar(&k.json, "json", false, "write the report as JSON")
	return flags
}

// link finds the records of one person in lists; it needs no Desk and no net.
func link(ctx context.Context, t terminal, args []string) (err error) {
	var k linking
	files, err := mixed(k.flags(t), args)
	if err != nil {
		return err
	}
	if len(files) == 0 || k.out == "" {
		return &usage{"name at least one list and --out: waylight link LIST.csv… --out clusters.csv"}
	}
	if k.memory < 0 || k.memory > 1<<24 {
		return &usage{"--memory is a number of MiB"}
	}
	// The garbage of many millions of records should be half of what they need, not as much again.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	set, err := k.read()
	if err != nil {
		return plain(err)
	}
	if k.memory > 0 {
		// The large tables take what the heap leaves.
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(int64(k.memory) << 20 / 2))
		// Whoever looks after the memory must not wait for those who fill it.
		set.Workers = min(8, runtime.GOMAXPROCS(0))
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(set.Workers + 1))
		if k.scratch == "" {
			k.scratch = filepath.Dir(k.out)
		}
		if set.Scratch, err = linkage.NewScratch(k.scratch, int64(k.memory)<<20); err != nil {
			return plain(err)
		}
		defer func() { err = errors.Join(err, set.Scratch.Close()) }()
	}
	var lists []*linkage.List
	for _, f := range files {
		l, err := fromFile(f, set.Scratch.Read)
		if err != nil {
			return plain(err)
		}
		lists = append(lists, l)
	}
	res, err := linkage.Link(ctx, lists, set)
	if err != nil {
		return plain(err)
	}
	if err := k.write(ctx, res); err != nil {
		return plain(err)
	}
	return showLinks(t, res, k.json)
}

// read reads the settings and what an earlier run and reviewers said.
func (k *linking) read() (linkage.Settings, error) {
	set, err := linkSettings(k.settings)
	if err != nil {
		return set, err
	}
	set.Seed, set.Spend = k.seed, true
	if k.previous != "" {
		if set.Previous, err = fromFile(k.previous, linkage.ReadClusters); err != nil {
			return set, err
		}
	}
	if k.reviewed != "" {
		reviews, err := fromFile(k.reviewed, linkage.ReadReviewed)
		if err != nil {
			return set, err
		}
		set.Reviewed = append(set.Reviewed, reviews...)
	}
	return set, nil
}

func (k *linking) write(ctx context.Context, res *linkage.Result) error {
	if err := writeTo(k.out, res.WriteClusters); err != nil {
		return err
	}
	if k.pairs != "" {
		if err := writeTo(k.pairs, func(w io.Writer) error { return res.WritePairs(w, 0.05) }); err != nil {
			return err
		}
	}
	if k.questions != "" {
		if err := writeTo(k.questions, func(w io.Writer) error { return res.WriteQuestions(w, 200) }); err != nil {
			return err
		}
	}
	if k.draws == "" {
		return nil
	}
	draws, err := res.Draws(ctx, k.samples, k.seed)
	if err != nil {
		return err
	}
	return writeTo(k.draws, func(w io.Writer) error { return res.WriteDraws(w, draws) })
}

// mixed lets files stand before, between and after the flags.
func mixed(flags *flag.FlagSet, args []string) (files []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, &usage{err.Error()}
		}
		if flags.NArg() == 0 {
			return files, nil
		}
		files = append(files, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

func linkSettings(path string) (linkage.Settings, error) {
	var set linkage.Settings
	if path == "" {
		return set, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return set, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&set); err != nil {
		return set, &hint{fmt.Errorf("%s: %w", path, err), "the settings are one JSON object; docs/analyst.md shows one"}
	}
	return set, nil
}

func fromFile[T any](path string, read func(io.Reader, string) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var none T
		return none, err
	}
	defer f.Close()
	return read(f, strings.TrimSuffix(filepath.Base(path), ".csv"))
}

// plain gives a problem of a list with what to do about it.
func plain(err error) error {
	var p *linkage.Problem
	if errors.As(err, &p) {
		return &hint{err, p.Todo}
	}
	return err
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// linked is the report of a run.
type linked struct {
	Columns   []linkage.Reading `json:"columns"`
	NoDoubles []string          `json:"no_doubles"`
	Keys      []string          `json:"keys"`
	Records   int               `json:"records"`
	People    int               `json:"people"`
	Quality   linkage.Quality   `json:"expected"`
	Blocking  float64           `json:"blocking_recall"` // of the likely matches in the sample from which keys were learnt
	Changes   *linkage.Changes  `json:"changes,omitempty"`
	Bridges   []linkage.Bridge  `json:"weak_bridges"`
}

func showLinks(t terminal, res *linkage.Result, asJSON bool) error {
	r := linked{res.Readings, res.NoDoubles(), res.Passes(), len(res.Person), res.People, res.Quality(), res.Found(), res.Changes(), res.Bridges(0.9)}
	if asJSON {
		e := json.NewEncoder(t.out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintln(t.out, "The columns, as they were understood (put them right in the settings):")
	for _, c := range r.Columns {
		fmt.Fprintf(t.out, "  %s:%s is %s (by its %s)\n", c.List, c.Header, c.Kind, c.Why)
	}
	for _, l := range r.NoDoubles {
		fmt.Fprintf(t.out, "%s is taken to name nobody twice.\n", l)
	}
	fmt.Fprintf(t.out, "%d records, %d people.\n", r.Records, r.People)
	fmt.Fprintf(t.out, "The model expects a precision of %.4f (%.4f to %.4f) and a recall of %.4f (%.4f to %.4f). %s\n",
		r.Quality.Precision.Value, r.Quality.Precision.Low, r.Quality.Precision.High, r.Quality.Recall.Value, r.Quality.Recall.Low, r.Quality.Recall.High, reviewed(r.Quality.Reviewed))
	if r.Blocking > 0 {
		fmt.Fprintf(t.out, "The keys that were learnt bring together %.4f of the likely matches of a sample.\n", r.Blocking)
	}
	showChanges(t.out, r.Changes)
	for _, b := range r.Bridges {
		fmt.Fprintf(t.out, "Cluster %s hangs on one unsure pair: %s and %s (%.2f).\n", b.Cluster, b.Left, b.Right, b.Chance)
	}
	return nil
}

func reviewed(n int) string {
	if n == 0 {
		return "Review some pairs before you believe it."
	}
	return fmt.Sprintf("It rests on %d reviewed pairs too.", n)
}

func showChanges(w io.Writer, c *linkage.Changes) {
	if c == nil {
		return
	}
	fmt.Fprintf(w, "%d ids are kept, %d are new, %d are gone.\n", c.Kept, c.New, len(c.Gone))
	for _, s := range c.Split {
		fmt.Fprintf(w, "Cluster %s fell into %s.\n", s.Cluster, strings.Join(s.With, ", "))
	}
	for _, m := range c.Merged {
		fmt.Fprintf(w, "Cluster %s grew from %s.\n", m.Cluster, strings.Join(m.With, ", "))
	}
}
