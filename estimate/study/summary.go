package study

import (
	"math"
	"slices"
)

// A Line is how one method did on one design.
type Line struct {
	Design, Method string
	Replicates     int
	Refused        int     // replicates without an interval
	Covered        int     // of those with one
	Bias           float64 // mean of estimate/truth - 1
	Width          float64 // median of (high-low)/truth
}

// Summary gathers outcomes, in the order of Designs and of the methods.
func Summary(out []Outcome) []Line {
	var lines []Line
	for _, d := range Designs() {
		var methods []string
		for _, o := range out {
			if o.Design == d.Name && !slices.Contains(methods, o.Method) {
				methods = append(methods, o.Method)
			}
		}
		slices.Sort(methods)
		for _, m := range methods {
			l := Line{Design: d.Name, Method: m}
			var widths []float64
			known := 0
			for _, o := range out {
				if o.Design != d.Name || o.Method != m {
					continue
				}
				l.Replicates++
				if !math.IsNaN(o.Estimate) {
					known++
					l.Bias += o.Estimate/float64(o.Truth) - 1
				}
				if math.IsNaN(o.Low) {
					l.Refused++
					continue
				}
				if o.Covers() {
					l.Covered++
				}
				if !math.IsNaN(o.High) {
					widths = append(widths, (o.High-o.Low)/float64(o.Truth))
				}
			}
			l.Bias /= max(1, float64(known))
			l.Width = math.NaN()
			if len(widths) > 0 {
				slices.Sort(widths)
				l.Width = widths[len(widths)/2]
			}
			lines = append(lines, l)
		}
	}
	return lines
}
