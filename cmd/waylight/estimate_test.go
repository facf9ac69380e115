package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/estimate"
)

// TestGuide plays the worked example of the analyst's guide.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "analyst.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "## How many were never listed")
	parts := strings.Split(section, "```\n")
	if len(parts) < 6 {
		t.Fatal("the guide has no table, command and answer")
	}
	table, command, answer := parts[1], parts[3], parts[5]
	args := strings.Fields(command)
	if len(args) < 3 || args[0] != "waylight" || args[2] != "kosovo.csv" {
		t.Fatalf("the guide's command is %q", command)
	}
	args[2] = write(t, "kosovo.csv", table)
	status, out, errs := call(t, "", args[1:]...)
	if status != 0 || out != answer {
		t.Errorf("%d %s: the tool answers\n%s\nand the guide says\n%s", status, errs, out, answer)
	}
}

func TestEstimateJSON(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "estimate", "testdata", "kosovo.csv")
	args := []string{"estimate", file, "--method", "loglinear", "--resamples", "200", "--seed", "3", "--json"}
	status, out, errs := call(t, "", args...)
	if status != 0 {
		t.Fatal(errs)
	}
	r := parse[estimate.Report](t, out)
	if r.Observed != 4400 || len(r.Lists) != 4 || len(r.Estimates) != 4 || r.Estimates[0].Selection != "bic" || int(r.Estimates[0].Estimate) != 10356 || r.Estimates[3].High.Known() {
		t.Errorf("%s", out)
	}
	if _, again, _ := call(t, "", args...); again != out {
		t.Error("the same seed gave other bytes")
	}
	var raw struct {
		Estimates []map[string]json.RawMessage `json:"estimates"`
	}
	if err := json.Unmarshal([]byte(out), &raw); err != nil || string(raw.Estimates[3]["high"]) != "null" {
		t.Errorf("a bound has an upper end: %v %s", err, out)
	}
}

func TestEstimateRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		in   string
		want int
		says string
	}{
		{[]string{"estimate"}, "", 2, "is missing"},
		{[]string{"estimate", "-", "--method", "guess"}, "", 2, "no method"},
		{[]string{"estimate", "-"}, "A,B,count\n1,0,3\n0,1,3\n", 1, "hint: check that the same person was recognised"},
		{[]string{"estimate", "-"}, "A,B,count\n1,0,-3\n", 1, "line 2: column \"count\": the count is negative"},
	} {
		status, out, errs := call(t, c.in, c.args...)
		if status != c.want || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %q %q", c.args, status, out, errs)
		}
	}
}

// TestGuideThree plays what the guide says of three lists, and that two have no
// floor either.
func TestGuideThree(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "analyst.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "### Three lists")
	blocks := regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(section, 3)
	if len(blocks) != 3 || strings.TrimSpace(blocks[1][1]) != "waylight estimate three.csv --method latent-class" {
		t.Fatalf("the guide has other examples: %v", blocks)
	}
	file := filepath.Join(t.TempDir(), "three.csv")
	if err := os.WriteFile(file, []byte(blocks[0][1]), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := call(t, "", "estimate", file, "--method", "latent-class")
	if status != 0 || !strings.Contains(out, blocks[2][1]) || strings.Contains(out, "The range may be published") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	status, out, errs = call(t, "a,b,count\n1,0,300\n0,1,280\n1,1,90\n", "estimate", "-", "--method", "chao")
	if status != 0 || !strings.Contains(out, "Do not publish a number from this. Publish the count: at least 670 named.") || strings.Contains(out, "The floor is") {
		t.Errorf("%d %s %s", status, out, errs)
	}
}
