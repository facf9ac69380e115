package desk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk"
)

// TestVocabularyDryRun looks through files without a Desk: a good one, and one whose rows are named.
func TestVocabularyDryRun(t *testing.T) {
	t.Parallel()
	const good = "list_no,list_name,code,term_en,parent_code\n4,types_of_acts,010000000000,Violations of the right to life,\n4,types_of_acts,010100000000,Direct actions,010000000000\n"
	for _, c := range []struct {
		text, out, errs string
		code            int
	}{
		{good, "terms 2, no errors; nothing was imported", "", 0},
		{strings.Replace(good, "Direct actions", "", 1), "", "words.csv, line 3, term_en: The term has no English name.", 1},
	} {
		path := filepath.Join(t.TempDir(), "words.csv")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if code := desk.Main(t.Context(), []string{"import", "vocabulary", path, "--dry-run"}, strings.NewReader(""), &out, &errs); code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.errs) {
			t.Errorf("%d: %s%s", code, &out, &errs)
		}
	}
}
