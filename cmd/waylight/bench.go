package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// A benchmark measures one part of the house; adding one is adding a line to benches.
type benchmark struct {
	name  string
	short string
	run   func(ctx context.Context, t terminal, set *flag.FlagSet, args []string) ([]row, error)
}

func benches() []benchmark {
	return []benchmark{
		{"contact", "sealed reports and a large file into a Front of its own, each acknowledged after its sync", benchContact},
		{"estimate", "speed, accuracy, calibration and coverage of the estimates", benchEstimate},
		{"link", "invented lists of growing size linked, beside Splink on DuckDB where Python and PyPI are at hand", benchLink},
		{"public", "public pages of a Front of its own, beside nginx with the same bytes and headers; signatures of a petition, beside the bare engine", benchPublic},
	}
}

// row is one line of a bench's table and of its JSON.
type row struct {
	Name      string   `json:"name"`
	N         int64    `json:"n"`
	Value     float64  `json:"value"`
	Unit      string   `json:"unit"`
	Yardstick *float64 `json:"yardstick"` // measured in the same run
	Ratio     *float64 `json:"ratio"`     // Value to Yardstick
	Bar       string   `json:"bar"`
	Holds     bool     `json:"holds"`
	Skipped   string   `json:"skipped,omitempty"` // why it could not be measured
}

// against adds a yardstick.
func (r row) against(yardstick float64) row {
	r.Yardstick = &yardstick
	if yardstick > 0 {
		ratio := r.Value / yardstick
		r.Ratio = &ratio
	}
	return r
}

// bench measures; it does not judge: the exit status is 0 whatever holds.
func bench(ctx context.Context, t terminal, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		var names []string
		for _, b := range benches() {
			names = append(names, b.name+": "+b.short)
		}
		return &usage{"say which bench: " + strings.Join(names, "; ")}
	}
	for _, b := range benches() {
		if b.name != args[0] {
			continue
		}
		set := flag.NewFlagSet("waylight bench "+b.name, flag.ContinueOnError)
		set.SetOutput(t.err)
		asJSON := set.Bool("json", false, "print data instead of a table")
		rows, err := b.run(ctx, t, set, args[1:])
		if err != nil || rows == nil { // a study writes its own table
			return err
		}
		if *asJSON {
			return json.NewEncoder(t.out).Encode(struct {
				Bench string `json:"bench"`
				Rows  []row  `json:"rows"`
			}{b.name, rows})
		}
		return table(t.out, b.name, rows)
	}
	return &usage{fmt.Sprintf("there is no bench %q", args[0])}
}

// table prints Markdown, so that it can be kept as it is.
func table(w io.Writer, name string, rows []row) error {
	fmt.Fprintf(w, "# waylight bench %s\n\n%s, %s, %d processors (%s)%s\n\n", name,
		time.Now().UTC().Format("2006-01-02"), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), processor(), load())
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprint(tw, "| what\t| n\t| value\t| yardstick\t| ratio\t| bar\t| holds\t|\n|---\t|---\t|---\t|---\t|---\t|---\t|---\t|\n")
	for _, r := range rows {
		value, yardstick, ratio, holds := number(r.Value)+" "+r.Unit, "", "", "yes"
		if r.Yardstick != nil {
			yardstick = number(*r.Yardstick)
		}
		if r.Ratio != nil {
			ratio = fmt.Sprintf("%.2f", *r.Ratio)
		}
		switch {
		case r.Skipped != "":
			value, holds = "not measured: "+r.Skipped, ""
		case r.Bar == "":
			holds = ""
		case !r.Holds:
			holds = "**no**"
		}
		fmt.Fprintf(tw, "| %s\t| %d\t| %s\t| %s\t| %s\t| %s\t| %s\t|\n", r.Name, r.N, value, yardstick, ratio, r.Bar, holds)
	}
	return tw.Flush()
}

func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// processor names the machine's processor, where the system tells.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return "unknown"
}

// load says how busy the machine is beside the bench.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(text), " ")
	return ", load " + one
}
