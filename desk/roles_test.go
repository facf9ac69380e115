package desk

import (
	"strings"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// TestRoleTakenAway takes the roles from a member who kept the key of every safe
// that came with them. What the member holds alone is refused first. Afterwards
// all of it has new keys, colleagues lose nothing, and a new member of the role
// does not find what is older.
func TestRoleTakenAway(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	boris, hanna := team["boris"], team["hanna"]
	work(t, r, team, boris)

	if err := r.changeRoles(ctx, hanna, boris.ID, staff.Roles{staff.Advocate}); err == nil || !strings.Contains(err.Error(), "Nobody else can open") {
		t.Fatalf("a role with which somebody holds something alone: %v", err)
	}
	var alone []string
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		alone, err = tx.HeldAlone(ctx, boris.ID)
		return err
	}); err != nil || len(alone) != 1 {
		t.Fatalf("boris holds %d safes alone, %v", len(alone), err)
	}
	if err := r.book.Assign(ctx, boris, alone[0], team["clara"].ID); err != nil {
		t.Fatal(err)
	}

	hers, err := r.book.Board(ctx, team["clara"], cases.Filter{})
	if err != nil {
		t.Fatal(err)
	}

	kept, before := holdings(t, r, boris), map[string][][]byte{}
	for id := range kept {
		if strings.HasPrefix(id, "source_") || strings.HasPrefix(id, "item_") {
			delete(kept, id) // given to boris by name, not by a role
			continue
		}
		before[id] = sealedIn(t, r, id)
	}
	if err := r.changeRoles(ctx, hanna, boris.ID, staff.Roles{staff.Advocate}); err != nil {
		t.Fatal(err)
	}
	checkKinds(t, checkRenewed(t, r, kept, before, ""), "case", "thread")
	if left := holdings(t, r, boris); len(left) == 0 {
		t.Error("what was given by name was taken as well")
	}
	for id := range kept {
		if err := r.db.Read(ctx, func(tx *store.Tx) error {
			due, err := tx.RenewalDue(ctx, id)
			if due {
				t.Errorf("%s still waits for a new key", strings.Split(id, "_")[0])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}

	// Given back, the role opens nothing that is older.
	if err := r.changeRoles(ctx, hanna, boris.ID, staff.Roles{staff.Caseworker}); err != nil {
		t.Fatal(err)
	}
	if his, err := r.book.Board(ctx, team["boris"], cases.Filter{}); err != nil || his.Mine != 0 {
		t.Errorf("%d cases came back with the role, %v", his.Mine, err)
	}
	if now, err := r.book.Board(ctx, team["clara"], cases.Filter{}); err != nil || now.Mine != hers.Mine {
		t.Errorf("a colleague has %d cases of %d, %v", now.Mine, hers.Mine, err)
	}
}

// TestRoleRefused lists the changes that would leave the Desk without somebody it needs.
func TestRoleRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	for what, c := range map[string]struct {
		by, to string
		roles  staff.Roles
		want   string
	}{
		"by somebody else":             {"clara", "boris", staff.Roles{staff.Security}, "roles do not allow"},
		"none":                         {"hanna", "boris", nil, "roles"},
		"unknown":                      {"hanna", "boris", staff.Roles{"king"}, "roles"},
		"one's own security":           {"hanna", "hanna", staff.Roles{staff.Advocate}, "yourself"},
		"the last intake operator":     {"hanna", "anna", staff.Roles{staff.Advocate}, "last intake operator"},
		"somebody who is not a member": {"hanna", "nobody", staff.Roles{staff.Advocate}, ""},
	} {
		to := team[c.to].ID
		if err := r.changeRoles(ctx, team[c.by], to, c.roles); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestPassphraseChanged: the old one opens nothing here any more, other devices
// are signed out, and the one who changed it stays.
func TestPassphraseChanged(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	old, fresh := phrase(t, cast, "clara"), "a quite new phrase of words"
	cookie, err := d.SignIn(ctx, "clara", old)
	if err != nil {
		t.Fatal(err)
	}
	here, err := d.actorOf(ctx, cookie)
	if err != nil {
		t.Fatal(err)
	}
	for what, try := range map[string][2]string{"wrong": {old + "x", fresh}, "short": {old, "short"}, "the same": {old, old}} {
		if err := r.changePassphrase(ctx, here, try[0], try[1]); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if err := r.changePassphrase(ctx, here, old, fresh); err != nil {
		t.Fatal(err)
	}
	if _, err := team["clara"].Keys.Unwrap(nil); err == nil || !strings.Contains(err.Error(), "signed out") {
		t.Errorf("another device is still open: %v", err)
	}
	if _, err := d.actorOf(ctx, cookie); err != nil {
		t.Errorf("the one who changed it was signed out: %v", err)
	}
	if _, err := d.SignIn(ctx, "clara", old); err == nil {
		t.Error("the old passphrase still opens")
	}
	if _, err := d.SignIn(ctx, "clara", fresh); err != nil {
		t.Errorf("the new one does not: %v", err)
	}
}
