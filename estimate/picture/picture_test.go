package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"waylight/estimate"
)

// drawn reads an SVG back: it is well-formed, and this is what it holds.
func drawn(t *testing.T, svg []byte) (bars int, numbers map[string]int, titled bool) {
	t.Helper()
	numbers = map[string]int{}
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	inside := ""
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return bars, numbers, titled
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			inside = e.Name.Local
			for _, a := range e.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s has %s", e.Name.Local, a.Name.Local)
				}
				if inside == "rect" && a.Name.Local == "width" && a.Value == "14" {
					bars++
				}
			}
			titled = titled || inside == "title"
		case xml.CharData:
			if inside == "text" {
				numbers[strings.TrimSpace(string(e))]++
			}
		}
	}
}

func TestUpSet(t *testing.T) {
	t.Parallel()
	table, err := estimate.NewTable([]string{"A", "<script>&", "Очень длинное название списка людей"}, []estimate.Cell{{On: 1, Count: 31}, {On: 2, Count: 7}, {On: 3, Count: 12}, {On: 4, Count: 5}, {On: 7, Count: 2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []Words{English(), Russian()} {
		bars, numbers, titled := drawn(t, UpSet(table, w))
		if bars != 5 || !titled || numbers["<script>&"] != 1 {
			t.Errorf("%d bars, %v", bars, numbers)
		}
		for _, r := range Table(table) {
			if numbers[strconv.Itoa(r.Count)] != 1 {
				t.Errorf("%d is not shown: %v", r.Count, numbers)
			}
		}
	}
	rows := Table(table)
	if rows[0].Count != 31 || rows[1].Count != 12 || len(rows[1].Lists) != 2 || rows[1].Lists[1] != "<script>&" {
		t.Errorf("%v", rows)
	}
}

func TestManyPatterns(t *testing.T) {
	t.Parallel()
	var cells []estimate.Cell
	for on := estimate.Pattern(1); on < 64; on++ {
		cells = append(cells, estimate.Cell{On: on, Count: int(on)})
	}
	table, err := estimate.NewTable([]string{"A", "B", "C", "D", "E", "F"}, cells)
	if err != nil {
		t.Fatal(err)
	}
	bars, numbers, _ := drawn(t, UpSet(table, English()))
	if bars != 30 || numbers["33 other patterns, 561 people"] != 1 {
		t.Errorf("%d %v", bars, numbers)
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	r := estimate.Report{Observed: 100, Estimates: []estimate.Result{
		{Method: "latent-class", Estimate: 250, Low: 180, High: 400},
		{Method: "decomposable", Estimate: estimate.None(), Low: estimate.None(), High: estimate.None()},
		{Method: "chao", Estimate: 170, Low: 150, High: estimate.None()},
	}}
	_, numbers, titled := drawn(t, Ranges(r, English()))
	if !titled || numbers["180 – 400"] != 1 || numbers["100"] != 1 || numbers["decomposable"] != 1 || strings.Contains(string(Ranges(r, English())), "NaN") {
		t.Errorf("%v", numbers)
	}
}
