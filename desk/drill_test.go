package desk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/internal/sqldb"
)

// TestDrill prints the table of a filled Desk and of a Front's folder, and finds
// what was left open on purpose.
func TestDrill(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, _, cast := demoDesk(t)
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	hanna := phrase(t, cast, "hanna")
	front := t.TempDir()
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(front, "spool.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TABLE envelope (id TEXT, day TEXT)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO envelope VALUES ('a', '2017-04-09'), ('b', '2017-04-09'), ('c', '2017-04-10')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) admin.Drill {
		t.Helper()
		var table admin.Drill
		out := done(t, hanna, append([]string{"drill", "--dir", dir, "--json", "--passphrase-file", "-"}, args...)...)
		if err := json.Unmarshal([]byte(out), &table); err != nil {
			t.Fatal(err)
		}
		return table
	}
	row := func(table admin.Drill, taken string) admin.Row {
		t.Helper()
		for _, r := range table.Rows {
			if r.Taken == taken {
				return r
			}
		}
		t.Fatalf("there is no row %q", taken)
		return admin.Row{}
	}
	table := run()
	if r := row(table, "Desk, powered off"); r.Proof != admin.Counted || len(r.Found) != 0 || !strings.Contains(strings.Join(r.Gets, "\n"), "9 key slots") {
		t.Errorf("without a login: %+v", r)
	}
	table = run("--login", "hanna", "--front-dir", front)
	if r := row(table, "Desk, powered off"); !strings.HasPrefix(r.Proof, "searched") || len(r.Found) != 0 {
		t.Errorf("with a login: %+v", r)
	}
	gets := strings.Join(row(table, "Front, powered off").Gets, "\n")
	if !strings.Contains(gets, "3 sealed envelopes") || !strings.Contains(gets, "on 2 days") {
		t.Errorf("the Front's row says: %s", gets)
	}
	if r := row(table, "Desk, running and unlocked"); !strings.Contains(strings.Join(r.Gets, "\n"), "open with your keys") {
		t.Errorf("the unlocked row: %+v", r)
	}

	// Left open on purpose: a name, a copy, a folder for all.
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("call Clara (invented)"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(front, "notes.txt"), []byte("call Clara (invented)"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+".before-20170409-120000", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // that it is found is the test
		t.Fatal(err)
	}
	table = run("--login", "hanna", "--front-dir", front)
	found := strings.Join(row(table, "Desk, powered off").Found, "\n")
	for _, want := range []string{"the name of member", "a copy that was left", "mode is 755"} {
		if !strings.Contains(found, want) {
			t.Errorf("not found: %s", want)
		}
	}
	if r := row(table, "Front, powered off"); len(r.Found) == 0 {
		t.Error("a name in the Front's folder was not found")
	}
	out := done(t, hanna, "drill", "--dir", dir, "--login", "hanna", "--passphrase-file", "-")
	if !strings.Contains(out, "WRONG") || strings.Contains(out, "Clara") {
		t.Errorf("the table in words: %s", out)
	}
	if n, _, errs := call(t, phrase(t, cast, "anna"), "drill", "--dir", dir, "--login", "anna", "--passphrase-file", "-"); n == 0 || !strings.Contains(errs, "roles do not allow") {
		t.Errorf("no officer: %s", errs)
	}
}
