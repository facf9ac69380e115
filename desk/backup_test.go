package desk

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/seize"
)

func phrase(t *testing.T, cast Accounts, login string) string {
	t.Helper()
	for _, a := range cast.Accounts {
		if a.Login == login {
			return a.Passphrase
		}
	}
	t.Fatal("there is no " + login)
	return ""
}

// call runs a verb with a passphrase on its standard input.
func call(t *testing.T, pass string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = Main(t.Context(), args, strings.NewReader(pass+"\n"), &o, &e)
	return status, o.String(), e.String()
}

// done is call for a verb that succeeds.
func done(t *testing.T, pass string, args ...string) string {
	t.Helper()
	n, out, errs := call(t, pass, args...)
	if n != 0 {
		t.Fatalf("%s: %s", args[0], errs)
	}
	return out
}

func arrival() intake.Arrival {
	return intake.Arrival{ID: envelope.NewID(), Channel: "help", Mailbox: strings.Repeat("ab", 16), SignKey: []byte("a key"), Day: "2017-04-09", Sealed: []byte("sealed")}
}

func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestBackupWhileWriting backs up a Desk in use, restores it elsewhere and finds
// what was there, whole; then over the Desk that went on, which is kept aside and
// whose later messages are named.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, team, cast := demoDesk(t)
	r := d.rooms()
	hanna := phrase(t, cast, "hanna")
	const sentence = "A sentence that stands nowhere else: the weaver closes the third window."
	converse(t, r, team["anna"], receipt.New(), sentence, "an answer")
	if err := d.chunks.Put(envelope.NewID(), 0, []byte("a sealed chunk")); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "desk.backup")
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := r.inbox.Receive(ctx, []intake.Arrival{arrival()}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	done(t, hanna, "backup", "--dir", dir, "--out", backup, "--login", "hanna", "--passphrase-file", "-")
	close(stop)
	writing.Wait()
	if n, _, errs := call(t, hanna, "backup", "--dir", dir, "--out", backup, "--login", "hanna", "--passphrase-file", "-"); n == 0 || !strings.Contains(errs, "there already") {
		t.Errorf("a backup was written over: %s", errs)
	}
	if n, _, errs := call(t, phrase(t, cast, "anna"), "backup", "--dir", dir, "--out", backup+"2", "--login", "anna", "--passphrase-file", "-"); n == 0 || !strings.Contains(errs, "roles do not allow") {
		t.Errorf("no officer made a backup: %s", errs)
	}
	found, err := seize.Folder(filepath.Dir(backup), seize.Text("what was said", sentence), seize.Text("a name", "Anna (invented)"), seize.Secret{Name: "the desk key", Value: r.deskKey[:]})
	if err != nil || len(found) > 0 {
		t.Errorf("the backup shows %v, %v", found, err)
	}

	late := arrival()
	if _, err := r.inbox.Receive(ctx, []intake.Arrival{late}); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "desk")
	done(t, hanna, "restore", "--in", backup, "--dir", elsewhere, "--login", "hanna", "--passphrase-file", "-", "--fingerprint", cast.Fingerprint)
	checkRestored(t, elsewhere, phrase(t, cast, "anna"), sentence)
	if a, b := folder(t, filepath.Join(dir, admin.Chunks)), folder(t, filepath.Join(elsewhere, admin.Chunks)); len(a) == 0 || len(a) != len(b) {
		t.Errorf("%d chunks became %d", len(a), len(b))
	}

	if n, _, errs := call(t, hanna, "restore", "--in", backup, "--dir", dir, "--login", "hanna", "--passphrase-file", "-", "--replace"); n == 0 || !strings.Contains(errs, "open in another program") {
		t.Errorf("an open Desk was replaced: %s", errs)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	if n, _, errs := call(t, hanna, "restore", "--in", backup, "--dir", dir, "--login", "hanna", "--passphrase-file", "-"); n == 0 || !strings.Contains(errs, "not empty") {
		t.Errorf("a Desk was replaced without being asked to: %s", errs)
	}
	out := done(t, hanna, "restore", "--in", backup, "--dir", dir, "--login", "hanna", "--passphrase-file", "-", "--replace")
	if !strings.Contains(out, "possibly missing: message "+late.ID) || !strings.Contains(out, "older than that Desk") || strings.Contains(out, "continuation") {
		t.Errorf("the restore says: %s", out)
	}
	checkRestored(t, dir, phrase(t, cast, "anna"), sentence)
	if aside, err := filepath.Glob(dir + ".before-*"); err != nil || len(aside) != 1 {
		t.Errorf("the former Desk is kept as %v, %v", aside, err)
	}
}

// checkRestored opens a restored Desk as one of its members, not the officer who restored it.
func checkRestored(t *testing.T, dir, pass, sentence string) {
	t.Helper()
	ctx := t.Context()
	d, err := New(Config{Dir: dir, Idle: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	token, err := d.SignIn(ctx, "anna", pass)
	if err != nil {
		t.Fatal(err)
	}
	anna, err := d.actorOf(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	r := d.rooms()
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		keys, err := tx.IntakeKeys(ctx, "help")
		if err == nil && keys[0].Serial < r.inbox.Floor {
			t.Errorf("after a restore the next intake key has the serial %d", keys[0].Serial)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.db.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }); err != nil {
		t.Error(err)
	}
	list, err := r.inbox.List(ctx, anna)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d conversations, %v", len(list), err)
	}
	_, said, err := r.inbox.Open(ctx, anna, list[0].ID)
	if err != nil || said[0].Content.Text != sentence {
		t.Errorf("the conversation: %v", err)
	}
}

// TestAlteredBackup flips and cuts a backup in many places: nothing of it is
// restored, and nothing stands where the Desk would have been.
func TestAlteredBackup(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "small")
	const pass = "a passphrase of nine words"
	done(t, pass, "init", "--dir", dir, "--name", "Small (invented)", "--front", "http://127.0.0.1:1", "--login", "olga", "--passphrase-file", "-")
	backup := filepath.Join(t.TempDir(), "backup")
	done(t, pass, "backup", "--dir", dir, "--out", backup, "--login", "olga", "--passphrase-file", "-")
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	line := bytes.IndexByte(whole, '\n')
	places := []int{0, 5, line / 3, line - 3, line, line + 1, line + 30, line + 900, line + 2000, line + 70_000, len(whole) / 2, len(whole) - 70_000, len(whole) - 1}
	altered := map[string][]byte{"nothing": {}, "half": whole[:len(whole)/2], "one byte less": whole[:len(whole)-1], "one byte more": append(bytes.Clone(whole), 0), "without its end": whole[:len(whole)-2000]}
	for _, p := range places {
		b := bytes.Clone(whole)
		b[p] ^= 1
		altered["byte "+string(rune('a'+len(altered)))] = b
	}
	// A second slot before the backup, which nothing inside speaks of.
	var h map[string]any
	if err := json.Unmarshal(whole[:line], &h); err != nil {
		t.Fatal(err)
	}
	keys := h["keys"].(map[string]any)
	keys["slots"] = append(keys["slots"].([]any), keys["slots"].([]any)[0])
	more, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	altered["another head"] = append(more, whole[line:]...)
	for what, b := range altered {
		path := filepath.Join(t.TempDir(), "altered")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		place := t.TempDir()
		to := filepath.Join(place, "desk")
		n, out, errs := call(t, pass, "restore", "--in", path, "--dir", to, "--login", "olga", "--passphrase-file", "-")
		if n == 0 {
			t.Errorf("%s: restored: %s", what, out)
		} else if !strings.Contains(errs, "backup") || strings.Contains(errs, pass) {
			t.Errorf("%s: the refusal says: %s", what, errs)
		}
		if left := folder(t, place); len(left) != 0 {
			t.Errorf("%s: %d files were left", what, len(left))
		}
	}
	for what, args := range map[string][]string{
		"another fingerprint": {"--login", "olga", "--fingerprint", strings.Repeat("0123 ", 8)},
		"another person":      {"--login", "petra"},
	} {
		to := filepath.Join(t.TempDir(), "desk")
		if n, _, errs := call(t, pass, append([]string{"restore", "--in", backup, "--dir", to, "--passphrase-file", "-"}, args...)...); n == 0 {
			t.Errorf("%s: restored", what)
		} else if !strings.Contains(errs, "organisation") {
			t.Errorf("%s: %s", what, errs)
		}
	}
	foreign := filepath.Join(t.TempDir(), "foreign")
	done(t, pass, "init", "--dir", foreign, "--name", "Other (invented)", "--front", "http://127.0.0.1:1", "--login", "olga", "--passphrase-file", "-")
	before := folder(t, foreign)
	if n, _, errs := call(t, pass, "restore", "--in", backup, "--dir", foreign, "--login", "olga", "--passphrase-file", "-", "--replace"); n == 0 || !strings.Contains(errs, "another organisation") {
		t.Errorf("another organisation's Desk was replaced: %s", errs)
	}
	if after := folder(t, foreign); len(after) < len(before) || after["/"+admin.KeyFile] != before["/"+admin.KeyFile] {
		t.Error("another organisation's Desk was touched")
	}
}

// TestRestoreCutOff leaves what a restore that was killed leaves, and restores again.
func TestRestoreCutOff(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "small")
	const pass = "a passphrase of nine words"
	done(t, pass, "init", "--dir", dir, "--name", "Small (invented)", "--front", "http://127.0.0.1:1", "--login", "olga", "--passphrase-file", "-")
	backup := filepath.Join(t.TempDir(), "backup")
	done(t, pass, "backup", "--dir", dir, "--out", backup, "--login", "olga", "--passphrase-file", "-")
	to := filepath.Join(t.TempDir(), "desk")
	if err := os.MkdirAll(filepath.Join(to+".restoring", "chunks"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to+".restoring", admin.KeyFile), []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(to); err == nil {
		t.Fatal("half a restore stands in the Desk's place")
	}
	if _, err := New(Config{Dir: to}); err == nil {
		t.Fatal("half a restore opens")
	}
	done(t, pass, "restore", "--in", backup, "--dir", to, "--login", "olga", "--passphrase-file", "-")
	if left, err := filepath.Glob(to + ".*"); err != nil || len(left) != 0 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
}
