package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"waylight/estimate"
)

// lcmcrSeeds is how often R's LCMCR is run on a table. One run says little: of
// ten, the widest is 6 to 18 % wider than the narrowest (docs/bench/estimate.md).
const lcmcrSeeds = 10

// lcmcrProgram runs LCMCR as its help page says, 110,000 sweeps a seed. It
// prints a line for each: seconds of CPU without R's own start, the quantiles
// at 2.5, 50 and 97.5 %, and the draws.
const lcmcrProgram = `a <- commandArgs(TRUE); .libPaths(c(a[1], .libPaths())); suppressMessages(library(LCMCR))
i <- file("stdin"); d <- read.csv(text=readLines(i)); close(i)
x <- d[rep(seq_len(nrow(d)), d$count), names(d) != "count"]; x[] <- lapply(x, factor, levels=0:1)
for (seed in as.integer(a[2]):as.integer(a[3])) {
  begin <- proc.time()
  s <- lcmCR(x, K=10, a_alpha=.25, b_alpha=.25, thinning=100, seed=seed, buffer_size=10000)
  p <- lcmCR_PostSampl(s, burnin=10000, samples=1000, thinning=100, output=FALSE)
  cat(sum((proc.time() - begin)[1:2]), quantile(p, c(.025, .5, .975)), p, "\n")
}`

// lcmcr is R with the package LCMCR in a folder.
type lcmcr struct {
	rscript, folder string
	err             io.Writer // what R complains of, and how far it is
}

// findLCMCR says why not, where it cannot be run.
func findLCMCR(folder string, err io.Writer) (peer *lcmcr, missing string) {
	rscript, notFound := exec.LookPath("Rscript")
	switch {
	case notFound != nil:
		return nil, "Rscript is not at hand (Debian: r-base-core)"
	case folder == "":
		return nil, "say with --lcmcr where the R package is installed"
	}
	l := &lcmcr{rscript, folder, err}
	if exec.Command(rscript, "-e", `library(LCMCR, lib.loc=commandArgs(TRUE)[1])`, folder).Run() != nil {
		return nil, "R did not load LCMCR from that folder"
	}
	return l, ""
}

// A lcmcrRun is what one seed gave.
type lcmcrRun struct {
	cpu               float64 // seconds
	low, median, high float64 // people: 2.5, 50 and 97.5 %
	draws             []float64
}

func (r lcmcrRun) width() float64 { return r.high - r.low }

func (r lcmcrRun) holds(truth float64) bool { return r.low <= truth && truth <= r.high }

// run estimates a table, written as CSV, once for each seed.
func (l *lcmcr) run(ctx context.Context, table string, from, to int) ([]lcmcrRun, error) {
	cmd := exec.CommandContext(ctx, l.rscript, "-e", lcmcrProgram, l.folder, strconv.Itoa(from), strconv.Itoa(to))
	cmd.Stdin, cmd.Stderr = strings.NewReader(table), l.err
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run LCMCR: %w", err)
	}
	return parseLCMCR(string(out), to-from+1)
}

// parseLCMCR reads what lcmcrProgram prints of so many seeds.
func parseLCMCR(out string, seeds int) ([]lcmcrRun, error) {
	var runs []lcmcrRun
	for line := range strings.Lines(out) {
		var numbers []float64
		for _, f := range strings.Fields(line) {
			v, err := strconv.ParseFloat(f, 64)
			if err != nil {
				return nil, fmt.Errorf("LCMCR printed what is no number: %w", err)
			}
			numbers = append(numbers, v)
		}
		if len(numbers) != 4+1000 {
			return nil, fmt.Errorf("LCMCR printed %d numbers of a run, not 4 and 1,000 draws", len(numbers))
		}
		runs = append(runs, lcmcrRun{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4:]})
	}
	if len(runs) != seeds {
		return nil, fmt.Errorf("LCMCR printed %d runs, not %d", len(runs), seeds)
	}
	return runs, nil
}

// besideLCMCR runs both on the Kosovo table in turn, so that what else the
// machine does falls on both, and counts the draws of both in one way.
func besideLCMCR(ctx context.Context, peer *lcmcr) ([]row, error) {
	table, err := estimate.Read(strings.NewReader(kosovoTable))
	if err != nil {
		return nil, err
	}
	var draws, cpu, theirDraws, theirCPU float64
	var medians, theirMedians []float64
	for seed := 1; seed <= lcmcrSeeds; seed++ {
		theirs, err := peer.run(ctx, kosovoTable, seed, seed)
		if err != nil {
			return nil, err
		}
		theirDraws += estimate.EffectiveDraws([][]float64{theirs[0].draws})
		theirCPU += theirs[0].cpu
		theirMedians = append(theirMedians, theirs[0].median)
		ours, seconds, err := kosovoDraws(ctx, table, uint64(seed))
		if err != nil {
			return nil, err
		}
		draws += diagnostic(ours, "effective_draws_bulk")
		cpu += seconds
		medians = append(medians, float64(ours.Estimate))
	}
	rate, theirRate := draws/cpu, theirDraws/theirCPU
	return []row{
		row{Name: fmt.Sprintf("latent class, Kosovo, beside R's LCMCR: effective draws a second of CPU, %d seeds of each in turn", lcmcrSeeds), N: int64(draws), Value: rate, Unit: "1/s", Bar: "5 times LCMCR's", Holds: rate >= 5*theirRate}.against(theirRate),
		row{Name: fmt.Sprintf("their medians: ours %.0f to %.0f, LCMCR's %.0f to %.0f; the median of the medians", slices.Min(medians), slices.Max(medians), slices.Min(theirMedians), slices.Max(theirMedians)), N: lcmcrSeeds, Value: median(medians), Unit: "people"}.against(median(theirMedians)),
	}, nil
}

// A rival is how wide LCMCR's interval is on a table.
type rival struct {
	width float64 // people
	holds bool    // the known truth
	note  string  // how the width was come by
	bar   string
	error float64 // standard error of the width, in people
}

// rival runs LCMCR on a table of known truth: the median of its widths counts,
// and it holds the truth if more than half of the runs do.
func (l *lcmcr) rival(ctx context.Context, name, table string, truth float64) (rival, error) {
	fmt.Fprintf(l.err, "LCMCR on %s\n", name)
	runs, err := l.run(ctx, table, 1, lcmcrSeeds)
	if err != nil {
		return rival{}, err
	}
	var widths []float64
	held := 0
	for _, r := range runs {
		widths = append(widths, r.width())
		if r.holds(truth) {
			held++
		}
	}
	return rival{median(widths), 2*held > len(runs),
		fmt.Sprintf("; LCMCR's %.0f to %.0f over %d seeds, %d hold it", slices.Min(widths), slices.Max(widths), len(runs), held),
		"LCMCR's median, but for two standard errors of the difference", medianError(widths)}, nil
}

// widths estimates a table with ten seeds of ours.
func widths(ctx context.Context, table estimate.Table, prior estimate.Prior) ([]float64, error) {
	var out []float64
	for seed := range uint64(lcmcrSeeds) {
		r, err := estimate.LatentClass(ctx, table, estimate.Settings{Seed: seed + 1, Prior: prior})
		if err != nil {
			return nil, err
		}
		out = append(out, float64(r.High-r.Low))
	}
	return out, nil
}

// besideWidths compares the widths on a table. Where the prior that is taken by
// itself is not LCMCR's, LCMCR's is tried too.
func besideWidths(ctx context.Context, other rival, name string, table estimate.Table) ([]row, error) {
	ours, err := widths(ctx, table, estimate.ByLists)
	if err != nil {
		return nil, err
	}
	rows := []row{other.fair(name, table, ours)}
	if len(table.Lists) > 10 && other.holds {
		ours, err := widths(ctx, table, estimate.Uniform)
		if err != nil {
			return nil, err
		}
		rows = append(rows, other.fair(name+", with LCMCR's prior (--prior uniform)", table, ours))
	}
	return rows, nil
}

// fair compares ten seeds of ours with ten of LCMCR's: each is a draw of chance,
// and two medians that differ by less than two standard errors of their
// difference are not known to differ.
func (other rival) fair(name string, table estimate.Table, ours []float64) row {
	most := other.width + 2*math.Hypot(other.error, medianError(ours))
	w := row{Name: fmt.Sprintf("%s: median width of %d seeds, %.0f to %.0f%s", name, len(ours), slices.Min(ours), slices.Max(ours), other.note), N: int64(table.Observed()), Value: median(ours), Unit: "people"}
	if other.holds {
		w.Bar, w.Holds = fmt.Sprintf("%s: %.0f", other.bar, most), w.Value <= most
	}
	return w.against(other.width)
}

// medianError is the standard error of the median of values that are near
// normal: the mean's, times the root of pi/2.
func medianError(values []float64) float64 {
	mean, sum, n := 0.0, 0.0, float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(math.Pi/2) * math.Sqrt(sum/(n-1)/n)
}

// median takes the mean of the middle two of an even number.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
