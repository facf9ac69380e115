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

	"waylight/linkage"
)

// link finds the records of one person in lists; it needs no Desk and no net.
func link(ctx context.Context, t terminal, args []string) error {
	var out, pairs, settings string
	var seed uint64
	var asJSON bool
	flags := flag.NewFlagSet("link", flag.ContinueOnError)
	flags.SetOutput(t.err)
	flags.StringVar(&out, "out", "", "file for the clusters: source,record_id,cluster_id")
	flags.StringVar(&pairs, "pairs", "", "file for the pairs: left,right,probability")
	flags.StringVar(&settings, "settings", "", "JSON file: columns, blocks, threshold, no_doubles, doubles, must, cannot")
	flags.Uint64Var(&seed, "seed", 1, "seed of the random draws; the same seed gives the same answer")
	flags.BoolVar(&asJSON, "json", false, "write the report as JSON")
	files, err := mixed(flags, args)
	if err != nil {
		return err
	}
	if len(files) == 0 || out == "" {
		return &usage{"name at least one list and --out: waylight link LIST.csv… --out clusters.csv"}
	}
	set, err := linkSettings(settings)
	if err != nil {
		return err
	}
	set.Seed = seed
	var lists []*linkage.List
	for _, f := range files {
		l, err := readList(f)
		if err != nil {
			return plain(err)
		}
		lists = append(lists, l)
	}
	res, err := linkage.Link(ctx, lists, set)
	if err != nil {
		return plain(err)
	}
	if err := writeTo(out, res.WriteClusters); err != nil {
		return err
	}
	if pairs != "" {
		if err := writeTo(pairs, func(w io.Writer) error { return res.WritePairs(w, 0.05) }); err != nil {
			return err
		}
	}
	return showLinks(t, res, asJSON)
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

func readList(path string) (*linkage.List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return linkage.Read(f, strings.TrimSuffix(filepath.Base(path), ".csv"))
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
	Bridges   []linkage.Bridge  `json:"weak_bridges"`
}

func showLinks(t terminal, res *linkage.Result, asJSON bool) error {
	r := linked{res.Readings, res.NoDoubles(), res.Passes(), len(res.Person), res.People, res.Quality(), res.Bridges(0.9)}
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
	fmt.Fprintf(t.out, "The model expects a precision of %.4f (%.4f to %.4f) and a recall of %.4f (%.4f to %.4f). Review some pairs before you believe it.\n",
		r.Quality.Precision.Value, r.Quality.Precision.Low, r.Quality.Precision.High, r.Quality.Recall.Value, r.Quality.Recall.Low, r.Quality.Recall.High)
	for _, b := range r.Bridges {
		fmt.Fprintf(t.out, "Cluster %s hangs on one unsure pair: %s and %s (%.2f).\n", b.Cluster, b.Left, b.Right, b.Chance)
	}
	return nil
}
