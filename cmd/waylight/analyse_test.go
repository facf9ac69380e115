package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/estimate/analysis"
	people "waylight/linkage/invented"
)

// invent writes three lists that each name about two in five of 600 invented
// people, with the slips of Make.
func invent(t *testing.T) []string {
	t.Helper()
	r := rand.New(rand.NewPCG(4, 4))
	by := map[int][]people.Record{}
	for _, rec := range people.Make(21, 600) {
		by[rec.Person] = append(by[rec.Person], rec)
	}
	lists := make([][]people.Record, 3)
	for p := range 600 {
		for j := range lists {
			if r.Float64() < 0.4 {
				lists[j] = append(lists[j], by[p][min(j, len(by[p])-1)])
			}
		}
	}
	var files []string
	for j, l := range lists {
		name := filepath.Join(t.TempDir(), string(rune('a'+j))+".csv")
		var b bytes.Buffer
		if err := people.Write(&b, l); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	return files
}

// TestGuideOutcome plays the commands of the analyst's guide: the pictures are
// those in the guide, and the saved analysis gives the same bytes.
func TestGuideOutcome(t *testing.T) {
	t.Parallel()
	guide := string(bytesOf(t, filepath.Join("..", "..", "docs", "analyst.md")))
	files, dir := invent(t), t.TempDir()
	table := filepath.Join("..", "..", "estimate", "testdata", "kosovo.csv")
	played := 0
	for line := range strings.Lines(guide) {
		args := strings.Fields(line)
		if len(args) < 3 || args[0] != "waylight" || args[1] != "analyse" && !strings.Contains(line, "--picture") {
			continue
		}
		played++
		for i, a := range args {
			switch {
			case a == "kosovo.csv":
				args[i] = table
			case i > 1 && len(a) == 5 && strings.HasSuffix(a, ".csv"):
				args[i] = files[a[0]-'a']
			case strings.Contains(a, ".json") || strings.Contains(a, ".svg") || a == "state":
				args[i] = filepath.Join(dir, a)
			}
		}
		if strings.Contains(line, "--examine") { // the pictures do not rest on it
			args = append(args, "--sweeps", "500")
		}
		if status, out, errs := call(t, "", args[1:]...); status != 0 || out == "" {
			t.Fatalf("%s%d %s", line, status, errs)
		}
	}
	if played != 3 || !bytes.Equal(bytesOf(t, filepath.Join(dir, "outcome.json")), bytesOf(t, filepath.Join(dir, "again.json"))) {
		t.Errorf("%d commands were played, and the outcomes differ", played)
	}
	for _, name := range []string{"overlaps", "ranges"} {
		if !bytes.Equal(bytesOf(t, filepath.Join(dir, name+".svg")), bytesOf(t, filepath.Join("..", "..", "docs", "pictures", "kosovo-"+name+".svg"))) {
			t.Errorf("the guide shows another picture of the %s than the tool draws", name)
		}
	}
}

// TestAnalyse goes from lists of records to an interval that holds how many
// invented people there are, and does it again from the saved file, to the byte.
func TestAnalyse(t *testing.T) {
	t.Parallel()
	files := invent(t)
	dir := t.TempDir()
	saved, first, second := filepath.Join(dir, "analysis.json"), filepath.Join(dir, "1.json"), filepath.Join(dir, "2.json")
	args := append([]string{"analyse"}, files...)
	status, out, errs := call(t, "", append(args, "--method", "decomposable", "--draws", "6", "--save", saved, "--out", first)...)
	if status != 0 || !strings.Contains(out, "with the doubt of the matching") || !strings.Contains(errs, "draw 6 of 6") {
		t.Fatalf("%d %s %s", status, out, errs)
	}
	t.Log(out)
	o := parse[analysis.Outcome](t, string(bytesOf(t, first)))
	if len(o.Pooled) != 2 || o.Pooled[1].Method != "chao" || o.Pooled[1].Low > 600 || !(o.Pooled[0].Low <= 600 && 600 <= o.Pooled[0].High) || o.Observed[0] < 400 || o.Observed[2] > 560 {
		t.Errorf("%v people are named, %v to %v in all; there are 600", o.Observed, o.Pooled[0].Low, o.Pooled[0].High)
	}
	state := filepath.Join(dir, "state")
	if status, _, errs := call(t, "", append(args, "--analysis", saved, "--state", state, "--out", second)...); status != 0 || !bytes.Equal(bytesOf(t, first), bytesOf(t, second)) {
		t.Errorf("%d: the saved analysis gave other bytes: %s", status, errs)
	}
	if len(bytesOf(t, state)) == 0 {
		t.Error("no state was kept")
	}
	if err := os.WriteFile(files[1], append(bytesOf(t, files[1]), "9-9,Ivan,Ivanov,,,\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := call(t, "", append(args, "--analysis", saved)...); status != 1 || !strings.Contains(errs, "its bytes are others") || !strings.Contains(errs, "hint:") {
		t.Errorf("%d: another list was taken: %s", status, errs)
	}
	for _, word := range []string{"Ivanov", "given_name"} {
		if bytes.Contains(bytesOf(t, saved), []byte(word)) || bytes.Contains(bytesOf(t, first), []byte(word)) || bytes.Contains(bytesOf(t, state), []byte(word)) {
			t.Errorf("%q stands in what is kept", word)
		}
	}
}

func bytesOf(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
