package desk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk"
)

// TestGazetteerDryRun looks through files without a Desk: a good one, one cut by kind, and one whose rows are named.
func TestGazetteerDryRun(t *testing.T) {
	t.Parallel()
	const good = "key,name,lat,lon,kind\na,Argunsk (invented),43.3,45.8,P.PPL\nb,A hill (invented),43.4,45.9,T.HLL\n"
	for _, c := range []struct {
		text      string
		more      []string
		out, errs string
		code      int
	}{
		{good, nil, "places.csv: places 2, no errors; nothing was imported", "", 0},
		{good, []string{"--only", "A,P"}, "places 1, no errors", "", 0},
		{strings.Replace(good, "43.4", "north", 1), nil, "", `places.csv, line 3, lat: "north" is no number of degrees`, 1},
	} {
		path := filepath.Join(t.TempDir(), "places.csv")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		args := append([]string{"import", "gazetteer", path, "--dry-run"}, c.more...)
		if code := desk.Main(t.Context(), args, strings.NewReader(""), &out, &errs); code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.errs) {
			t.Errorf("%d: %s%s", code, &out, &errs)
		}
	}
}
