package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"waylight/estimate"
	"waylight/estimate/study"
)

// benchEstimate measures the estimates: speed on the published Kosovo table,
// accuracy on tables with known truth where their folder is given, and beside
// R's LCMCR where that is at hand.
func benchEstimate(ctx context.Context, t terminal, set *flag.FlagSet, args []string) ([]row, error) {
	data := set.String("data", "", "folder with sim/truth.csv and the tables that it names")
	folder := set.String("lcmcr", "", "folder with the R package LCMCR installed in it, to be run beside")
	long := set.Bool("long", false, "three million sweeps on the Kosovo table too")
	calibrate := set.Int("calibration", 0, "tables of a simulation-based calibration of the sampler")
	coverage := set.Int("coverage", 0, "replicates of the coverage study; it goes on where --log ends")
	log := set.String("log", "", "file that keeps the outcomes of the coverage study")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case *coverage > 0 && *log == "":
		return nil, &usage{"give --log FILE with --coverage: the outcomes are kept there, and a study that was cut short goes on"}
	case *coverage > 0:
		return nil, cover(ctx, t, *coverage, *log)
	case *calibrate > 0:
		return nil, calibration(ctx, t, *calibrate)
	}
	rows, err := speeds(ctx, *long)
	if err != nil {
		return nil, err
	}
	peer, missing := findLCMCR(*folder, t.err)
	if peer == nil {
		rows = append(rows, row{Name: "the same by R's LCMCR, measured beside", Unit: "1/s", Skipped: missing})
	} else {
		beside, err := besideLCMCR(ctx, peer)
		if err != nil {
			return nil, err
		}
		rows = append(rows, beside...)
	}
	truths, err := truths(ctx, *data, peer)
	return append(rows, truths...), err
}

// kosovoTable is that of Ball, Betts, Scheuren, Dudukovic & Asher 2002.
const kosovoTable = `EXH,ABA,OSCE,HRW,count
1,0,0,0,1131
0,1,0,0,845
1,1,0,0,177
0,0,1,0,936
1,0,1,0,228
0,1,1,0,217
1,1,1,0,181
0,0,0,1,306
1,0,0,1,106
0,1,0,1,31
1,1,0,1,18
0,0,1,1,123
1,0,1,1,42
0,1,1,1,32
1,1,1,1,27
`

// spent runs work and returns its seconds of processor and of the clock,
// and the MiB that it asked for in all, which is more than it ever held.
func spent(work func() error) (cpu, wall, mib float64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	used, err := cpuTime(os.Getpid())
	if err != nil {
		return 0, 0, 0, err
	}
	begin := time.Now()
	if err = work(); err != nil {
		return 0, 0, 0, err
	}
	now, err := cpuTime(os.Getpid())
	cpu, wall = (now - used).Seconds(), time.Since(begin).Seconds()
	runtime.ReadMemStats(&after)
	return cpu, wall, float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20), err
}

func speeds(ctx context.Context, long bool) ([]row, error) {
	table, err := estimate.Read(strings.NewReader(kosovoTable))
	if err != nil {
		return nil, err
	}
	latent, cpu, err := kosovoDraws(ctx, table, 1)
	if err != nil {
		return nil, err
	}
	draws := diagnostic(latent, "effective_draws_bulk")
	rate := draws / cpu
	rows := []row{row{Name: "latent class, Kosovo: effective draws a second of CPU", N: int64(draws), Value: rate, Unit: "1/s", Bar: "390: 5 times what was measured for LCMCR", Holds: rate >= 390}.against(78)}
	if long {
		cpu, _, _, err = spent(func() error {
			latent, err = estimate.LatentClass(ctx, table, estimate.Settings{Seed: 2, Sweeps: 750_000})
			return err
		})
		if err != nil {
			return nil, err
		}
		// The median's Monte Carlo error, with the posterior's width for its
		// spread: 1.25 standard deviations over the root of the draws, twice.
		mcse := 1.25 * float64(latent.High-latent.Low) / 3.92 / math.Sqrt(diagnostic(latent, "effective_draws_bulk"))
		rows = append(rows,
			row{Name: "latent class, Kosovo, 3,000,000 sweeps: median", N: 3_000_000, Value: float64(latent.Estimate), Unit: "people", Bar: fmt.Sprintf("10,444 within 2 Monte Carlo errors (%.0f)", 2*mcse), Holds: math.Abs(float64(latent.Estimate)-10444) <= 2*mcse}.against(10444),
			row{Name: "the same: CPU", N: 3_000_000, Value: cpu, Unit: "s"})
	}
	_, wall, _, err := spent(func() error {
		_, err := estimate.Run(ctx, table, "all", estimate.Settings{Seed: 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{Name: "every method, Kosovo: wall", N: 4400, Value: wall, Unit: "s", Bar: "10", Holds: wall <= 10})
	cpu, _, _, err = spent(func() error {
		_, err := estimate.LogLinear(ctx, table, estimate.Settings{Seed: 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{Name: "log-linear, Kosovo: 1,000 resamples, three ways of choosing repeated: CPU", N: 1000, Value: cpu, Unit: "s", Bar: "2", Holds: cpu <= 2})
	five, err := study.Designs()[3].Table(1, 1)
	if err != nil {
		return nil, err
	}
	cpu, _, mib, err := spent(func() error {
		_, err := estimate.Decomposable(ctx, five, estimate.Settings{Bound: 200})
		return err
	})
	n := int64(200 * five.Observed())
	return append(rows,
		row{Name: "decomposable, 5 lists: memory asked for in all", N: n, Value: mib, Unit: "MiB", Bar: "64", Holds: mib <= 64},
		row{Name: "decomposable, 5 lists: CPU", N: n, Value: cpu, Unit: "s"}), err
}

// kosovoDraws runs the latent-class model and tells its seconds of CPU, the
// warming up included.
func kosovoDraws(ctx context.Context, kosovo estimate.Table, seed uint64) (r estimate.Result, cpu float64, err error) {
	cpu, _, _, err = spent(func() error {
		r, err = estimate.LatentClass(ctx, kosovo, estimate.Settings{Seed: seed, Sweeps: 10_000})
		return err
	})
	return r, cpu, err
}

func diagnostic(r estimate.Result, name string) float64 {
	for _, d := range r.Diagnostics {
		if d.Name == name {
			return float64(d.Value)
		}
	}
	return math.NaN()
}

// peers are the intervals of LCMCR on the tables with known truth, once
// measured with its help page's settings and one seed. They are the yardstick
// where it is not run beside.
var peers = []struct {
	table     string
	low, high float64
}{
	{"sim1", 1490, 2341}, {"sim2", 1556, 2617}, {"sim3", 1916, 2259}, {"sim4", 1688, 2051}, {"sim5", 1996, 2025},
	{"nonidentifiability_example_small", 1450, 2200}, {"substrata_skinny_dependent", 1443, 2614}, {"wide_growing-5", 1526, 2294},
	{"wide_growing-10", 1498, 2083}, {"wide_growing-25", 1487, 1822}, {"wide_growing_independent-25", 1628, 2080}, {"wide3_large", 667, 857},
}

// truths runs the latent-class model on the tables whose truth is known, and
// LCMCR beside it unless that is nil.
func truths(ctx context.Context, folder string, beside *lcmcr) ([]row, error) {
	skip := row{Name: "latent class: intervals that hold the known truth", Unit: "of 12", Bar: "11", Skipped: "say with --data where the tables are"}
	if folder == "" {
		return []row{skip}, nil
	}
	answers, err := os.ReadFile(filepath.Join(folder, "sim", "truth.csv"))
	if err != nil {
		return nil, err
	}
	truth := map[string]float64{}
	for line := range strings.Lines(string(answers)) {
		if f := strings.Split(strings.TrimSpace(line), ","); len(f) == 5 {
			truth[strings.TrimSuffix(f[0], ".csv")], _ = strconv.ParseFloat(f[4], 64)
		}
	}
	var rows []row
	held, theirs := 0, 0
	for _, p := range peers {
		text, err := os.ReadFile(filepath.Join(folder, "sim", p.table+".csv"))
		if err != nil {
			return nil, err
		}
		table, err := estimate.Read(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		known := truth[p.table]
		other := rival{p.high - p.low, p.low <= known && known <= p.high, "", "LCMCR's, and 3 % for Monte Carlo error", 0}
		if beside != nil {
			if other, err = beside.rival(ctx, p.table, string(text), known); err != nil {
				return nil, err
			}
		}
		r, err := estimate.LatentClass(ctx, table, estimate.Settings{Seed: 1})
		if err != nil {
			return nil, err
		}
		if float64(r.Low) <= known && known <= float64(r.High) {
			held++
		}
		if other.holds {
			theirs++
		}
		if beside != nil {
			more, err := besideWidths(ctx, other, p.table, table)
			if err != nil {
				return nil, err
			}
			rows = append(rows, more...)
			continue
		}
		w := row{Name: fmt.Sprintf("%s: width of %.0f to %.0f, truth %.0f%s", p.table, r.Low, r.High, known, other.note), N: int64(table.Observed()), Value: float64(r.High - r.Low), Unit: "people"}
		if other.holds {
			w.Bar = other.bar
			w.Holds = w.Value <= 1.03*other.width
		}
		rows = append(rows, w.against(other.width))
	}
	skip.Skipped, skip.N, skip.Value, skip.Holds = "", 12, float64(held), held >= 11
	if beside != nil {
		skip = skip.against(float64(theirs))
	}
	return append([]row{skip}, rows...), nil
}

// cover runs the coverage study and writes its table.
func cover(ctx context.Context, t terminal, replicates int, log string) error {
	f, err := os.OpenFile(log, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	begin := time.Now()
	out, err := study.Run(ctx, replicates, 1, f, f, runtime.GOMAXPROCS(0), func(done, all int) {
		if done%20 == 0 || done == all {
			left := time.Since(begin) / time.Duration(done) * time.Duration(all-done)
			fmt.Fprintf(t.err, "%d of %d, about %s left\n", done, all, left.Round(time.Second))
		}
	})
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(t.out, 0, 0, 1, ' ', 0)
	fmt.Fprint(tw, "| population | method | replicates | refused | of the others, truth inside | mean error | median width |\n|---|---|---|---|---|---|---|\n")
	for _, l := range study.Summary(out) {
		share, width := "", ""
		if n := l.Replicates - l.Refused; n > 0 {
			share = fmt.Sprintf("%.1f %%", 100*float64(l.Covered)/float64(n))
		}
		if !math.IsNaN(l.Width) {
			width = fmt.Sprintf("%.0f %%", 100*l.Width)
		}
		fmt.Fprintf(tw, "| %s | %s | %d | %d | %s | %+.1f %% | %s |\n", l.Design, l.Method, l.Replicates, l.Refused, share, 100*l.Bias, width)
	}
	return tw.Flush()
}

// calibration runs simulation-based calibration and writes its table.
func calibration(ctx context.Context, t terminal, tables int) error {
	fmt.Fprint(t.out, "| prior | lists, people | quantity | ranks in 16 bins | chi2 (15) | p |\n|---|---|---|---|---|---|\n")
	for _, prior := range []estimate.Prior{estimate.Uniform, estimate.Pooled} {
		c, err := estimate.Calibrate(ctx, tables, 4, 60, prior, 2)
		if err != nil {
			return err
		}
		for _, r := range c.Ranks {
			fmt.Fprintf(t.out, "| %s | %d, %d | %s | %s | %.1f | %.3f |\n", c.Prior, c.Lists, c.People, r.Quantity, strings.Trim(fmt.Sprint(r.Bins), "[]"), r.Chi2, r.Chance)
		}
	}
	return nil
}
