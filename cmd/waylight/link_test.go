package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAnalystsLists plays the example of the analyst's guide.
func TestAnalystsLists(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "analyst.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "## Lists without duplicates")
	blocks := regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(section, 4)
	if len(blocks) != 4 {
		t.Fatalf("%d blocks in the guide, want 4", len(blocks))
	}
	dir := t.TempDir()
	in := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	args := []string{"link", in("shelter.csv", blocks[0][1]), in("court.csv", blocks[1][1]), "--out", filepath.Join(dir, "clusters.csv"), "--pairs", filepath.Join(dir, "pairs.csv")}
	status, out, errs := call(t, "", args...)
	if status != 0 || !strings.Contains(out, "8 records, 5 people.") {
		t.Fatalf("%d %s %s", status, out, errs)
	}
	of := clusterOf(t, filepath.Join(dir, "clusters.csv"))
	for i := range 4 {
		n := string(rune('1' + i))
		if same := of["shelter:s"+n] == of["court:c"+n]; same != (n != "3") {
			t.Errorf("s%s and c%s: one person is %v", n, n, same)
		}
	}
	status, _, errs = call(t, "", append(args, "--settings", in("settings.json", blocks[3][1]))...)
	if status != 0 {
		t.Fatal(errs)
	}
	if of := clusterOf(t, filepath.Join(dir, "clusters.csv")); of["shelter:s4"] == of["court:c4"] {
		t.Error("the settings part s4 and c4; they are one person")
	}
}

func clusterOf(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || strings.Join(rows[0], ",") != "source,record_id,cluster_id" {
		t.Fatalf("%v %v", rows, err)
	}
	of := map[string]string{}
	for _, r := range rows[1:] {
		of[r[0]+":"+r[1]] = r[2]
	}
	return of
}

func TestLinkSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := write(t, "a.csv", "id,name\n1,Anna\n2,Boris\n")
	out := filepath.Join(t.TempDir(), "out.csv")
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"no list":      {[]string{"link", "--out", out}, 2, "at least one list"},
		"no out":       {[]string{"link", good}, 2, "--out"},
		"doubled id":   {[]string{"link", write(t, "b.csv", "id,name\n1,Anna\n1,Boris\n"), "--out", out}, 1, "hint:"},
		"bad settings": {[]string{"link", good, "--out", out, "--settings", write(t, "s.json", `{"colums":{}}`)}, 1, "hint:"},
	} {
		status, _, errs := call(t, "", c.args...)
		if status != c.status || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %d %q, want %d and %q", name, status, errs, c.status, c.want)
		}
	}
}

// TestLinkAgain plays the rest of the analyst's example: ids that stay when a
// list is added, pairs to judge, what was judged, and draws for the figures.
func TestLinkAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	blocks := guide(t)
	for i, name := range []string{"shelter.csv", "court.csv"} {
		if err := os.WriteFile(file(name), []byte(blocks[i]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hospital := write(t, "hospital.csv", "id,given_name,surname,date_of_birth,place\nh1,Евгений,Хамзаев,1984-02-11,\nh2,Инна,Воробьёва,1999-04-04,Степное\n")
	status, _, errs := call(t, "", "link", file("shelter.csv"), file("court.csv"), "--out", file("first.csv"))
	if status != 0 {
		t.Fatal(errs)
	}
	before := clusterOf(t, file("first.csv"))
	status, out, errs := call(t, "", "link", hospital, file("shelter.csv"), file("court.csv"), "--previous", file("first.csv"), "--out", file("second.csv"),
		"--questions", file("questions.csv"), "--draws", file("draws.csv"), "--samples", "20", "--json")
	if status != 0 {
		t.Fatal(errs)
	}
	after := clusterOf(t, file("second.csv"))
	for rec, id := range before {
		if after[rec] != id {
			t.Errorf("%s was %s and is %s", rec, id, after[rec])
		}
	}
	if after["hospital:h1"] != before["shelter:s1"] || after["hospital:h2"] != "c6" {
		t.Errorf("the new records are %s and %s", after["hospital:h1"], after["hospital:h2"])
	}
	for _, want := range []string{`"kept": 5`, `"new": 1`, `"blocking_recall"`, `"reviewed": 0`} {
		if !strings.Contains(out, want) {
			t.Errorf("the report has no %s: %s", want, out)
		}
	}
	draws, err := os.ReadFile(file("draws.csv"))
	if err != nil || !strings.HasPrefix(string(draws), "draw,hospital,shelter,court,count\n1,") || !strings.Contains(string(draws), "\n20,") {
		t.Errorf("%v %.200s", err, draws)
	}
	if questions, err := os.ReadFile(file("questions.csv")); err != nil || !strings.HasPrefix(string(questions), "left,right,same,probability\n") {
		t.Errorf("%v %s", err, questions)
	}
	judged := write(t, "judged.csv", "left,right,same\nshelter:s1,court:c1,no\nshelter:s3,court:c3,yes\n")
	status, out, errs = call(t, "", "link", file("shelter.csv"), file("court.csv"), "--previous", file("first.csv"), "--reviewed", judged, "--out", file("third.csv"))
	if status != 0 || !strings.Contains(out, "fell into") || !strings.Contains(out, "grew from") || !strings.Contains(out, "2 reviewed pairs") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	of := clusterOf(t, file("third.csv"))
	if of["shelter:s1"] == of["court:c1"] || of["shelter:s3"] != of["court:c3"] {
		t.Error("what was judged is not kept to")
	}
}

// guide gives the examples of the analyst's guide about lists.
func guide(t *testing.T) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "analyst.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Lists without duplicates")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(section, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// TestBenchLink runs the bench on small lists, without the yardstick.
func TestBenchLink(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "waylight")
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	status, out, errs := call(t, "", "bench", "link", "--sizes", "1000,3000", "--alone", "--json", "--program", program)
	if status != 0 {
		t.Fatal(errs)
	}
	var report struct{ Rows []row }
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	skipped := 0
	for _, r := range report.Rows {
		if got[r.Name] = r.Value; r.Skipped != "" {
			skipped++
		}
	}
	if got["F1"] < 0.9 || got["memory"] <= 0 || got["CPU"] <= 0 || skipped != 2 {
		t.Errorf("%+v", report.Rows)
	}
	for _, wrong := range []string{"x", "5", "1000,,"} {
		if status, _, _ := call(t, "", "bench", "link", "--sizes", wrong); status != 2 {
			t.Errorf("--sizes %s: exit %d", wrong, status)
		}
	}
}
