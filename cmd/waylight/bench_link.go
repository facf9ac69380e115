package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	census "waylight/linkage/invented"
)

//go:embed yardstick.py
var splinkScript []byte

// linkStage is what one run of bench link needs.
type linkStage struct {
	t       terminal
	dir     string
	program string // this program
	python  string // with Splink, "" without
	without string // why there is no Splink
	most    int    // records up to which Splink is run
	seed    uint64
}

// usedUp is what a program used.
type usedUp struct {
	Wall float64 `json:"wall"` // seconds
	CPU  float64 `json:"cpu"`  // seconds of all processors
	MiB  float64 `json:"mib"`  // most memory
	scores
}

// benchLink links invented lists of growing size, each in a process of its own,
// beside Splink on the same files.
func benchLink(ctx context.Context, t terminal, set *flag.FlagSet, args []string) ([]row, error) {
	sizes := set.String("sizes", "10000,100000,1000000", "records of the lists, by comma")
	large := set.Bool("large", false, "10,000,000 records too: 8 GiB of memory and some minutes")
	python := set.String("python", "", "a Python that has splink and duckdb; without it they are installed into a scratch folder from PyPI")
	alone := set.Bool("alone", false, "without Splink")
	most := set.Int("splink-most", 1_000_000, "records up to which Splink is run")
	seed := set.Uint64("seed", 1, "seed of the invented lists")
	program := set.String("program", "", "the waylight to measure; this one if empty")
	if err := set.Parse(args); err != nil {
		return nil, &usage{err.Error()}
	}
	if *large {
		*sizes += ",10000000"
	}
	var records []int
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 100 || n > 50_000_000 {
			return nil, &usage{"--sizes are numbers of records from 100 to 50,000,000, by comma"}
		}
		records = append(records, n)
	}
	dir, err := os.MkdirTemp("", "waylight-bench-link")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s := &linkStage{t: t, dir: dir, program: *program, python: *python, most: *most, seed: *seed}
	if s.program == "" {
		if s.program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	switch {
	case *alone:
		s.python, s.without = "", "--alone was asked for"
	case s.python == "":
		s.python, s.without = s.install(ctx)
	}
	var rows []row
	var first *usedUp
	for _, n := range records {
		more, ours, err := s.size(ctx, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
		if first == nil {
			first = &ours
			continue
		}
		each := ours.CPU / float64(n) / (first.CPU / float64(records[0]))
		rows = append(rows, row{Name: fmt.Sprintf("CPU a record, to that of %d", records[0]), N: int64(n), Value: each, Unit: "times", Holds: true})
	}
	return rows, nil
}

// install puts Splink into a scratch folder. It gives the Python to call, or why
// there is none.
func (s *linkStage) install(ctx context.Context) (python, without string) {
	base, err := exec.LookPath("python3")
	if err != nil {
		return "", "there is no python3"
	}
	fmt.Fprintln(s.t.err, "installing splink and duckdb into a scratch folder …")
	venv := filepath.Join(s.dir, "venv")
	if err := exec.CommandContext(ctx, base, "-m", "venv", venv).Run(); err != nil {
		return "", "python3 cannot make a scratch environment (python3-venv)"
	}
	python = filepath.Join(venv, "bin", "python")
	if err := exec.CommandContext(ctx, python, "-m", "pip", "install", "--quiet", "splink", "duckdb").Run(); err != nil {
		return "", "splink could not be installed from PyPI"
	}
	return python, ""
}

// size measures one list.
func (s *linkStage) size(ctx context.Context, n int) ([]row, usedUp, error) {
	list := filepath.Join(s.dir, fmt.Sprintf("list%d.csv", n))
	fmt.Fprintf(s.t.err, "%d records …\n", n)
	if err := writeTo(list, census.Census{Seed: s.seed, Records: n}.Write); err != nil {
		return nil, usedUp{}, err
	}
	defer os.Remove(list)
	ours, blocking, err := s.ours(ctx, list, 0)
	if err != nil {
		return nil, ours, err
	}
	at := func(name string, value float64, unit, bar string, holds bool) row {
		return row{Name: name, N: int64(n), Value: value, Unit: unit, Bar: bar, Holds: holds}
	}
	memory, bound, kept := "", 0.0, 128
	switch {
	case n >= 10_000_000:
		memory, bound, kept = "under 8,192", 8192, 3072
	case n >= 1_000_000:
		memory, bound, kept = "under 1,536", 1536, 512
	}
	rows := []row{
		at("wall", ours.Wall, "s", "", true), at("CPU", ours.CPU, "s", "", true),
		at("memory", ours.MiB, "MiB", memory, ours.MiB < bound), at("F1", ours.F1, "", "", true),
		at("precision", ours.Precision, "", "", true), at("recall", ours.Recall, "", "", true),
		at("likely matches that the keys find", blocking, "", "", true),
	}
	held, _, err := s.ours(ctx, list, kept)
	if err != nil {
		return nil, ours, err
	}
	rows = append(rows,
		at(fmt.Sprintf("memory, with --memory %d", kept), held.MiB, "MiB", fmt.Sprintf("at most %d", kept), held.MiB <= float64(kept)).against(ours.MiB),
		at("CPU, with it", held.CPU, "s", "", true).against(ours.CPU),
		at("F1, with it", held.F1, "", "the same", held.F1 == ours.F1))
	without := s.without
	if s.python != "" && n > s.most {
		without = "more records than --splink-most"
	}
	if without != "" {
		return append(rows, row{Name: "beside Splink", N: int64(n), Skipped: without}), ours, nil
	}
	theirs, err := s.theirs(ctx, list)
	if err != nil {
		return append(rows, row{Name: "beside Splink", N: int64(n), Skipped: err.Error()}), ours, nil
	}
	for i, y := range []float64{theirs.Wall, theirs.CPU, theirs.MiB, theirs.F1, theirs.Precision, theirs.Recall} {
		rows[i] = rows[i].against(y)
	}
	if n >= 1_000_000 {
		rows[0].Bar, rows[0].Holds = "a third or less", ours.Wall*3 <= theirs.Wall
	}
	rows[3].Bar, rows[3].Holds = "no lower", ours.F1 >= theirs.F1
	return rows, ours, nil
}

// ours runs waylight link in a process of its own, that keeps to so many MiB, or
// takes what it needs.
func (s *linkStage) ours(ctx context.Context, list string, memory int) (used usedUp, blocking float64, err error) {
	out := filepath.Join(s.dir, "ours.csv")
	cmd := exec.CommandContext(ctx, s.program, "link", list, "--out", out, "--json", "--memory", strconv.Itoa(memory))
	var said, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &wrong
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return used, 0, fmt.Errorf("waylight link: %w: %s", err, wrong.String())
	}
	used.Wall = time.Since(began).Seconds()
	used.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	used.MiB = mostMemory(cmd.ProcessState)
	var report linked
	if err := json.Unmarshal(said.Bytes(), &report); err != nil {
		return used, 0, err
	}
	used.scores, err = scored(out, "record_id", "cluster_id")
	return used, report.Blocking, err
}

// theirs runs Splink.
func (s *linkStage) theirs(ctx context.Context, list string) (used usedUp, err error) {
	script, out := filepath.Join(s.dir, "yardstick.py"), filepath.Join(s.dir, "theirs.csv")
	if err := os.WriteFile(script, splinkScript, 0o600); err != nil {
		return used, err
	}
	said, err := exec.CommandContext(ctx, s.python, script, list, out).Output()
	if err != nil {
		return used, errors.New("Splink failed: " + lastLine(err))
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &used); err != nil {
		return used, err
	}
	used.scores, err = scored(out, "rec_id", "cluster_id")
	return used, err
}

func lastLine(err error) string {
	var e *exec.ExitError
	if errors.As(err, &e) {
		lines := strings.Split(strings.TrimSpace(string(e.Stderr)), "\n")
		return lines[len(lines)-1]
	}
	return err.Error()
}

// scores compare clusters with the people of the invented records, by pairs.
type scores struct {
	Precision float64 `json:"-"`
	Recall    float64 `json:"-"`
	F1        float64 `json:"-"`
}

// scored reads the clusters of a file. The person stands in the record's id.
func scored(path, record, cluster string) (s scores, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return s, err
	}
	at, in := -1, -1
	for i, h := range header {
		switch h {
		case record:
			at = i
		case cluster:
			in = i
		}
	}
	if at < 0 || in < 0 {
		return s, fmt.Errorf("%s has no column %s or %s", filepath.Base(path), record, cluster)
	}
	groups, people, both := map[string]int{}, map[string]int{}, map[string]int{}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		person := strings.Split(line[at], "-")[1]
		groups[strings.Clone(line[in])]++
		people[strings.Clone(person)]++
		both[line[in]+" "+person]++
	}
	found, gold, right := couples(groups), couples(people), couples(both)
	s = scores{Precision: right / max(1, found), Recall: right / max(1, gold)}
	s.F1 = 2 * s.Precision * s.Recall / max(1e-9, s.Precision+s.Recall)
	return s, nil
}

func couples(sizes map[string]int) (sum float64) {
	for _, n := range sizes {
		sum += float64(n) * float64(n-1) / 2
	}
	return sum
}
