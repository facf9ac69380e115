package desk

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/receipt"
)

// sealedIn reads every sealed column of a safe, as it lies in the database.
func sealedIn(t *testing.T, r *rooms, id string) (out [][]byte) {
	t.Helper()
	ctx := t.Context()
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		items, err := tx.Items(ctx, id)
		if err != nil {
			return err
		}
		for _, i := range items {
			out = append(out, i.Sealed)
		}
		messages, err := tx.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			out = append(out, m.Sealed)
		}
		paper, err := tx.SealedItems(ctx, id)
		if err != nil {
			return err
		}
		for _, i := range paper {
			out = append(out, i.Sealed)
		}
		claims, err := tx.SealedClaims(ctx, id)
		for _, c := range claims {
			out = append(out, c.Sealed)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// holdings opens every safe of a member with their keys, as somebody who leaves may have done and kept.
func holdings(t *testing.T, r *rooms, a staff.Actor) map[string]safe.Safe {
	t.Helper()
	ctx := t.Context()
	out := map[string]safe.Safe{}
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		for _, kind := range []string{"case", "leg", "place", "thread", "key", "source", "item"} {
			list, err := tx.SafesOf(ctx, kind, a.ID)
			if err != nil {
				return err
			}
			for _, id := range list {
				g, err := tx.Grant(ctx, id, a.ID)
				if err != nil {
					return err
				}
				if out[id], err = safe.Open(a.Keys, g); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// work gives a member something of every kind to hold: a conversation, a case and a source.
func work(t *testing.T, r *rooms, team map[string]staff.Actor, boris staff.Actor) {
	t.Helper()
	ctx := t.Context()
	converse(t, r, team["anna"], receipt.New(), "the words of a sender", "an answer")
	list, err := r.inbox.List(ctx, team["anna"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.openCase(ctx, team["anna"], list[0].ID, boris.ID); err != nil {
		t.Fatal(err)
	}
	f, err := r.book.Open(ctx, team["anna"], cases.Opening{Assign: []string{boris.ID, team["clara"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.book.Note(ctx, boris, f.ID, "what only this case knows"); err != nil {
		t.Fatal(err)
	}
	s, err := r.archive.AddSource(ctx, team["dina"], record.Source{Name: "A pseudonym", Kind: record.PersonSource}, "who it really is")
	if err != nil {
		t.Fatal(err)
	}
	i, err := r.archive.AddItem(ctx, team["dina"], record.Item{Source: s.ID, Title: "A telling", Material: record.Testimony, Words: "sealed words"})
	if err != nil {
		t.Fatal(err)
	}
	_ = i
	if err := r.archive.Admit(ctx, team["dina"], s.ID, boris.Member); err != nil {
		t.Fatal(err)
	}
}

// TestRemovedMember removes a member who kept everything that a member can keep:
// passphrase, key file, and the key of every safe. With all that the new
// database does not open, and even somebody who opens it for them finds nothing
// under the old keys. Colleagues lose nothing.
func TestRemovedMember(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, team, cast := demoDesk(t)
	r := d.rooms()
	boris := team["boris"]
	work(t, r, team, boris)

	// What boris holds alone is refused first, then given up.
	var alone []string
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		alone, err = tx.HeldAlone(ctx, boris.ID)
		return err
	}); err != nil || len(alone) != 1 {
		t.Fatalf("boris holds %d safes alone, %v", len(alone), err)
	}
	if err := r.removeMember(ctx, team["hanna"], boris.ID, false); err == nil || !strings.Contains(err.Error(), "Nobody else can open") {
		t.Fatalf("a member who holds something alone: %v", err)
	}
	for what, err := range map[string]error{"oneself": r.removeMember(ctx, team["hanna"], team["hanna"].ID, true), "by a caseworker": r.removeMember(ctx, team["clara"], boris.ID, true),
		"the last operator": r.removeMember(ctx, team["hanna"], team["anna"].ID, true)} {
		if err == nil {
			t.Errorf("removed: %s", what)
		}
	}

	hers := notes(t, r, team["clara"])
	kept := holdings(t, r, boris)
	oldKeys, err := keyring.ReadFile(filepath.Join(dir, admin.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	before := map[string][][]byte{}
	for id := range kept {
		before[id] = sealedIn(t, r, id)
	}
	if err := r.removeMember(ctx, team["hanna"], boris.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SignIn(ctx, "boris", phrase(t, cast, "boris")); err == nil {
		t.Error("a removed member came in")
	}
	if _, err := boris.Keys.Unwrap(nil); err == nil {
		t.Error("a removed member's keys are still in memory")
	}

	// The old key file with the old passphrase still gives the old desk key: it opens no database here.
	_, oldDesk, err := oldKeys.SignIn(t.Context(), "boris", phrase(t, cast, "boris"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "desk*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("databases: %v, %v", files, err)
	}
	copied := filepath.Join(t.TempDir(), "seized.db")
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(ctx, copied, oldDesk[:], r.clock); err == nil {
		db.Close()
		t.Error("the old desk key opens the new database")
	}
	// Even with the database open: no safe that somebody still holds has the old key or an old cell.
	checkKinds(t, checkRenewed(t, r, kept, before, alone[0]), "case", "thread", "source", "item")

	// Colleagues go on, without signing in again, and after it.
	if now := notes(t, r, team["clara"]); !maps.Equal(now, hers) {
		t.Errorf("a colleague's cases have other notes than before: %v, %v", now, hers)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"clara", "anna", "dina"} {
		if _, err := d.SignIn(ctx, login, phrase(t, cast, login)); err != nil {
			t.Errorf("%s: %v", login, err)
		}
	}
	if err := d.rooms().db.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }); err != nil {
		t.Error(err)
	}
}

// notes counts the notes of each of a member's cases.
func notes(t *testing.T, r *rooms, a staff.Actor) map[string]int {
	t.Helper()
	board, err := r.book.Board(t.Context(), a, cases.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, row := range board.Rows {
		c, err := r.book.Case(t.Context(), a, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		out[row.ID] = len(c.Notes)
	}
	if !slices.Contains(slices.Collect(maps.Values(out)), 1) {
		t.Fatal("the test gave the colleague no case with a note")
	}
	return out
}

// checkRenewed finds nothing that opens with an old key; it answers how many safes of each kind it saw.
func checkRenewed(t *testing.T, r *rooms, kept map[string]safe.Safe, before map[string][][]byte, lost string) map[string]int {
	t.Helper()
	ctx := t.Context()
	kinds := map[string]int{}
	for id, old := range kept {
		var grants []safe.Grant
		if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
			grants, err = tx.Grants(ctx, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if id == lost {
			if len(grants) != 0 {
				t.Error("what was given up has a grant")
			}
			continue
		}
		kind, _, _ := strings.Cut(id, "_")
		kinds[kind]++
		if len(grants) == 0 {
			t.Errorf("%s: nobody can open it", kind)
		}
		after := sealedIn(t, r, id)
		if len(after) != len(before[id]) {
			t.Errorf("%s: %d things became %d", kind, len(before[id]), len(after))
		}
		for i := range after {
			if bytes.Equal(after[i], before[id][i]) {
				t.Errorf("%s: something lies as it did", kind)
			}
		}
		for _, g := range grants {
			if s, err := safe.Open(keysOf(t, r, g.Member), g); err != nil || s == old {
				t.Errorf("%s: a colleague opens it with the old key: %v", kind, err)
			} else if s.Token("x") != old.Token("x") {
				t.Errorf("%s: its tokens changed", kind)
			}
		}
	}
	return kinds
}

func checkKinds(t *testing.T, kinds map[string]int, want ...string) {
	t.Helper()
	for _, kind := range want {
		if kinds[kind] == 0 {
			t.Errorf("the test gave the member no %s", kind)
		}
	}
}

func keysOf(t *testing.T, r *rooms, member string) staff.Keys {
	t.Helper()
	for _, a := range r.present(t.Context()) {
		if a.ID == member {
			return a.Keys
		}
	}
	t.Fatal("a grant of somebody who is not here")
	return nil
}

// TestRemovalThatWaits removes a member while nobody is signed in who can open
// what they could: it is shown as waiting, and done when a colleague comes.
func TestRemovalThatWaits(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, team, cast := demoDesk(t)
	work(t, d.rooms(), team, team["boris"])
	f, err := d.rooms().book.Open(ctx, team["anna"], cases.Opening{Assign: []string{team["boris"].ID, team["clara"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	hanna := phrase(t, cast, "hanna")
	if n, _, errs := call(t, hanna, "members", "remove", "--dir", dir, "--login", "hanna", "--passphrase-file", "-", "--member", "boris"); n == 0 || !strings.Contains(errs, "open in another program") {
		t.Errorf("a removal beside an open Desk: %s", errs)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	out := done(t, hanna, "members", "remove", "--dir", dir, "--login", "hanna", "--passphrase-file", "-", "--member", "boris", "--abandon")
	if !strings.Contains(out, "wait for a new key") || strings.Contains(out, "whole database") {
		t.Errorf("the removal says: %s", out)
	}
	out = done(t, hanna, "members", "list", "--dir", dir, "--login", "hanna", "--passphrase-file", "-")
	if !strings.Contains(out, "Boris (invented)") || !strings.Contains(out, "left ") || !strings.Contains(out, "wait for a new key") {
		t.Errorf("the list says: %s", out)
	}
	for _, login := range []string{"clara", "anna", "dina"} {
		if _, err := d.SignIn(ctx, login, phrase(t, cast, login)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.rooms().db.Read(ctx, func(tx *store.Tx) error {
		stale, err := tx.StaleSafes(ctx, "")
		if len(stale) != 0 {
			t.Errorf("%d safes still wait", len(stale))
		}
		grants, err2 := tx.Grants(ctx, f.ID)
		if len(grants) != 1 || err2 != nil {
			t.Errorf("%d grants, %v", len(grants), err2)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestMembersAdd takes members in from the command line.
func TestMembersAdd(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "small")
	const pass = "a passphrase of nine words"
	done(t, pass, "init", "--dir", dir, "--name", "Small (invented)", "--front", "http://127.0.0.1:1", "--login", "olga", "--passphrase-file", "-")
	at := []string{"--dir", dir, "--login", "olga", "--passphrase-file", "-"}
	out := done(t, pass, append([]string{"members", "add", "--new-login", "petra", "--name", "Petra (invented)", "--roles", "intake,caseworker", "--generate"}, at...)...)
	_, made, ok := strings.Cut(out, "passphrase, shown once: ")
	if !ok {
		t.Fatalf("the verb says: %s", out)
	}
	d, err := New(Config{Dir: dir, Idle: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	if _, err := d.SignIn(t.Context(), "petra", strings.TrimSpace(made)); err != nil {
		t.Errorf("the new member cannot come in: %v", err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"taken": {"--new-login", "petra", "--roles", "editor", "--generate"}, "no role": {"--new-login", "q", "--roles", "king", "--generate"},
		"say who comes": {"--generate"}, "standard input": {"--new-login", "q", "--roles", "editor", "--new-passphrase-file", "-"},
	} {
		if n, _, errs := call(t, pass, append(append([]string{"members", "add"}, args...), at...)...); n == 0 || !strings.Contains(errs, want) {
			t.Errorf("%v: %s", args, errs)
		}
	}
	if n, _, errs := call(t, strings.TrimSpace(made), "members", "list", "--dir", dir, "--login", "petra", "--passphrase-file", "-"); n == 0 || !strings.Contains(errs, "roles do not allow") {
		t.Errorf("a caseworker listed the members: %s", errs)
	}
}

// TestRemovalCutOff ends a removal where a kill may end it, after the row and
// before the keys: the member is out, and the next sign-in finishes the work and
// clears away what an earlier attempt left.
func TestRemovalCutOff(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := smallDesk(t)
	at := []string{"--dir", dir, "--login", "olga", "--passphrase-file", "-"}
	out := done(t, olgaPhrase, append([]string{"members", "add", "--new-login", "petra", "--roles", "caseworker", "--generate"}, at...)...)
	_, petra, _ := strings.Cut(out, "shown once: ")
	d, err := New(Config{Dir: dir, Idle: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	token, err := d.SignIn(ctx, "olga", olgaPhrase)
	if err != nil {
		t.Fatal(err)
	}
	olga, err := d.actorOf(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	m, err := admin.FindMember(ctx, d.rooms().db, dir, "petra")
	if err != nil {
		t.Fatal(err)
	}
	if err := admin.RemoveMember(ctx, d.rooms().db, olga, m.ID, false, d.rooms().clock); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(dir, "desk-aaaaaaaaaaaaaaaaaaaaaaaaaa.db")
	if err := os.WriteFile(stray, []byte("half a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SignIn(ctx, "petra", strings.TrimSpace(petra)); err == nil {
		t.Error("a removed member came in")
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SignIn(ctx, "olga", olgaPhrase); err != nil {
		t.Fatal(err)
	}
	f, err := keyring.ReadFile(filepath.Join(dir, admin.KeyFile))
	if err != nil || len(f.Slots) != 1 || f.Database == "" || f.MemberOf("petra") != "" {
		t.Errorf("the key file was not changed: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "desk*.db"))
	if err != nil || len(files) != 1 || filepath.Base(files[0]) != f.Database {
		t.Errorf("databases: %v, %v", files, err)
	}
	if err := d.rooms().db.Read(ctx, func(tx *store.Tx) error {
		if due, err := admin.RekeyDue(ctx, tx); due || err != nil {
			t.Errorf("still due: %v", err)
		}
		return tx.VerifyLedger(ctx)
	}); err != nil {
		t.Error(err)
	}
}

// TestRestoreBringsBack names who was removed after the backup, for their passphrase is good again.
func TestRestoreBringsBack(t *testing.T) {
	t.Parallel()
	dir := smallDesk(t)
	at := []string{"--dir", dir, "--login", "olga", "--passphrase-file", "-"}
	done(t, olgaPhrase, append([]string{"members", "add", "--new-login", "petra", "--name", "Petra (invented)", "--roles", "caseworker", "--generate"}, at...)...)
	backup := filepath.Join(t.TempDir(), "backup")
	done(t, olgaPhrase, append([]string{"backup", "--out", backup}, at...)...)
	done(t, olgaPhrase, append([]string{"members", "remove", "--member", "Petra (invented)"}, at...)...)
	out := done(t, olgaPhrase, append([]string{"restore", "--in", backup, "--replace"}, at...)...)
	if !strings.Contains(out, "WARNING: Petra (invented) had been removed since") || !strings.Contains(out, "older than that Desk") {
		t.Errorf("the restore says: %s", out)
	}
}
