package main

import (
	"encoding/csv"
	"os"
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
