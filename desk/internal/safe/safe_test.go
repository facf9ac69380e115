package safe_test

import (
	"bytes"
	"testing"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

func TestSafe(t *testing.T) {
	t.Parallel()
	g := desktest.New(t)
	anna, boris := g.Member(t, "Anna (invented)", staff.Caseworker), g.Member(t, "Boris (invented)", staff.Caseworker)
	s, grants, err := safe.Create("case_1", anna.Member)
	if err != nil || len(grants) != 1 {
		t.Fatal(err)
	}
	sealed := s.Put("person", []byte("a name"))
	if bytes.Contains(sealed, []byte("a name")) {
		t.Error("not sealed")
	}
	opened, err := safe.Open(anna.Keys, grants[0])
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := opened.Take("person", sealed); err != nil || string(plain) != "a name" {
		t.Errorf("%q, %v", plain, err)
	}
	if _, err := opened.Take("place", sealed); err == nil {
		t.Error("content opened under another label")
	}
	sealed[0] ^= 1
	if _, err := opened.Take("person", sealed); err == nil {
		t.Error("altered content opened")
	}
	if _, err := safe.Open(boris.Keys, grants[0]); fault.KindOf(err) != fault.NotFound {
		t.Errorf("opened with another member's keys: %v", err)
	}
	moved := grants[0]
	moved.Safe = "case_2"
	if _, err := safe.Open(anna.Keys, moved); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a grant opened another safe: %v", err)
	}
	shared, err := opened.Share(boris.Member)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := safe.Open(boris.Keys, shared); err != nil {
		t.Errorf("after sharing: %v", err)
	}
	if _, _, err := safe.Create("case_3"); err == nil {
		t.Error("a safe that nobody can open was made")
	}
}
