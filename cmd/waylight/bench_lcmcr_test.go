package main

import (
	"strings"
	"testing"
)

// TestParseLCMCR reads two runs as R prints them, and refuses what is none.
func TestParseLCMCR(t *testing.T) {
	t.Parallel()
	line := "2.25 9017.5 10420 1.3981e+04" + strings.Repeat(" 10400", 1000) + " \n"
	runs, err := parseLCMCR(line+line, 2)
	if err != nil {
		t.Fatal(err)
	}
	r := runs[1]
	if len(runs) != 2 || r.cpu != 2.25 || r.median != 10420 || r.width() != 4963.5 || len(r.draws) != 1000 {
		t.Errorf("%d runs, the second of %v s: %v, %v wide, %d draws", len(runs), r.cpu, r.median, r.width(), len(r.draws))
	}
	for truth, want := range map[float64]bool{9017: false, 9017.5: true, 13981: true, 13982: false} {
		if r.holds(truth) != want {
			t.Errorf("%v to %v holds %v: %v", r.low, r.high, truth, !want)
		}
	}
	for _, bad := range []string{"", line, strings.Replace(line+line, "10420", "NA,", 1), line + strings.Replace(line, " 10400", "", 1), line + line + line} {
		if runs, err := parseLCMCR(bad, 2); err == nil {
			t.Errorf("took %d bytes for %d runs", len(bad), len(runs))
		}
	}
}

// TestMedian takes the middle, or the mean of the middle two.
func TestMedian(t *testing.T) {
	t.Parallel()
	if odd, even := median([]float64{9, 1, 2}), median([]float64{4, 1, 9, 2}); odd != 2 || even != 3 {
		t.Errorf("%v and %v, want 2 and 3", odd, even)
	}
}
