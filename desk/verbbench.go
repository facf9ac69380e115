package desk

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/bench"
)

func benchVerb(ctx context.Context, t terminal, args []string) error {
	if len(args) > 0 && args[0] == "record" {
		return benchRecord(ctx, t, args[1:])
	}
	if len(args) > 0 && args[0] == "leakguard" {
		return benchGuard(t, args[1:])
	}
	if len(args) == 0 || args[0] != "protection" {
		return fmt.Errorf("say what to measure: waylight-desk bench protection, bench record or bench leakguard")
	}
	set := flags(t, "bench protection")
	sizes := set.String("cases", "1000,10000,100000", "how many synthetic cases; several with commas between")
	dir := set.String("tmp", "", "where the synthetic database is written and removed again; the system's folder for such by default")
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	slow := 0
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > 1_000_000 {
			return fmt.Errorf("%q is no number of cases", text)
		}
		r, err := benchOnce(ctx, t, *dir, n)
		if err != nil {
			return err
		}
		slow += printBench(t, r)
	}
	fmt.Fprintf(t.out, "\nslower than %s: %d\n", bench.Limit, slow)
	return nil
}

func benchOnce(ctx context.Context, t terminal, parent string, n int) (bench.Report, error) {
	dir, err := os.MkdirTemp(parent, "waylight-bench-")
	if err != nil {
		return bench.Report{}, err
	}
	defer os.RemoveAll(dir)
	return bench.Protection(ctx, dir, n, t.err)
}

// printBench prints a report and returns how many of its lines are too slow. A first
// search opens each case once and is no answer to wait for at every click.
func printBench(t terminal, r bench.Report) (slow int) {
	fmt.Fprintf(t.out, "\n%d synthetic cases, written in %s; %d MB on disk, %d MB of memory\n", r.Cases, r.Made.Round(time.Second), r.Disk>>20, r.Memory>>20)
	for _, x := range r.Results {
		mark := ""
		if x.Median > bench.Limit && !strings.Contains(x.What, "first") {
			mark = "  SLOW"
			slow++
		}
		fmt.Fprintf(t.out, "  %-52s %10s  (slowest %10s)  %5d found%s\n", x.What, x.Median.Round(10*time.Microsecond), x.Max.Round(10*time.Microsecond), x.N, mark)
	}
	return slow
}
