package store_test

import (
	"context"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// TestFactsOfCases: what a case tells of a person stops a text that only this person fits. A consent
// lifts exactly its own hit, what was written before the guard knew of facts is told to it when
// somebody who may opens the case for a search, and with an erasure all of it goes. Everybody is invented.
func TestFactsOfCases(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	worker, security := n.Member(t, "Caseworker", staff.Caseworker), n.Member(t, "Security officer", staff.Security)
	as := func(tx *store.Tx) cases.Store { return tx }
	book := cases.NewBook(store.Within(n.DB, as), store.Reading(n.DB, as), n.Clock, cases.Options{})
	enter := func(p cases.Party) (file, party string) {
		t.Helper()
		f, err := book.Open(ctx, worker, cases.Opening{Priority: cases.Urgent, Assign: []string{worker.ID}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := book.KeepParty(ctx, worker, f.ID, "", 0, p)
		if err != nil {
			t.Fatal(err)
		}
		return f.ID, s.ID
	}
	vet, vetParty := enter(cases.Party{Code: "A", Name: "Анзор Гайрбеков", Other: "ветеринар, 43 года, из села Выдумкино"})
	enter(cases.Party{Code: "A", Name: "Седа Дашаева", Role: "a widow", Medical: "blind", Other: "potter, aged 61"})
	const about, both = "The only vet of the village, 43, was taken.", "The only vet of the village, 43, was taken. That evening the neighbours sat together and were silent for long, because nobody knew what to say any more. A blind widow, a potter, 61, saw it."
	look := func(text string) (owners map[string]publish.Hit) {
		t.Helper()
		hits, err := n.gateway.Inspect(ctx, security, "letter_x", "public", []string{text})
		if err != nil {
			t.Fatal(err)
		}
		owners = map[string]publish.Hit{}
		for _, h := range hits {
			if h.Kind != guard.Facts {
				t.Errorf("a hit of kind %s", h.Kind)
			}
			owners[h.Owner] = h
		}
		return owners
	}
	owner := vet + "/" + vetParty
	if h := look(about)[owner]; !h.Blocks() || h.Why != guard.OneFits {
		t.Fatalf("the vet passes: %+v", h)
	}
	if got := look(both); len(got) != 2 || !got[owner].Blocks() {
		t.Fatalf("%d people are found", len(got))
	}
	if err := n.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.ConsentTerm(ctx, owner, string(guard.Facts), "public", "consent_x", "")
	}); err != nil {
		t.Fatal(err)
	}
	for o, h := range look(both) {
		if h.Blocks() != (o != owner) {
			t.Errorf("after the consent of one, %s blocks: %t", o, h.Blocks())
		}
	}
	if err := n.DB.Write(ctx, func(tx *store.Tx) error { return tx.WithdrawTerm(ctx, "consent_x") }); err != nil {
		t.Fatal(err)
	}
	// Off: nothing is left, nothing new is kept, and names are looked for as before.
	if err := n.gateway.SetFacts(ctx, worker, false); err == nil {
		t.Fatal("a caseworker switched facts off")
	}
	if err := n.gateway.SetFacts(ctx, security, false); err != nil {
		t.Fatal(err)
	}
	enter(cases.Party{Code: "A", Name: "Малика Выдумова", Other: "швея, 52 года, из села Небылово"})
	count := func(sql string) (out int) {
		t.Helper()
		if err := n.DB.Read(ctx, func(tx *store.Tx) (err error) { out, err = tx.Count(ctx, sql); return err }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if terms, marks := count(`SELECT COUNT(*) FROM guard_term WHERE kind = 'facts'`), count(`SELECT COUNT(*) FROM guard_mark WHERE term NOT IN (SELECT id FROM guard_term)`); terms+marks > 0 {
		t.Fatalf("%d terms and %d marks of facts are left", terms, marks)
	}
	if len(look(both)) > 0 {
		t.Fatal("facts are found that are not kept")
	}
	if hits, err := n.gateway.Inspect(ctx, security, "letter_x", "public", []string{"Анзор Гайрбеков"}); err != nil || !publish.Blocked(hits) {
		t.Fatalf("names pass with the facts: %v", err)
	}
	watch := func() publish.FactsWatch {
		t.Helper()
		w, err := n.gateway.Facts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := watch(); !w.Off {
		t.Fatal("nothing says that facts are off")
	}
	if err := n.gateway.SetFacts(ctx, security, true); err != nil {
		t.Fatal(err)
	}
	if w := watch(); w.Off || w.Lack != 3 {
		t.Fatalf("it says %+v", w)
	}
	if len(look(about)) > 0 {
		t.Fatal("what nobody told again is found")
	}
	actions := count(`SELECT COUNT(*) FROM ledger WHERE subject = 'guard'`)
	if actions != 2 {
		t.Errorf("%d entries tell of the switch", actions)
	}
	if _, err := book.Search(ctx, worker, "Гайрбеков"); err != nil {
		t.Fatal(err)
	}
	if h := look(about)[owner]; !h.Blocks() {
		t.Error("the search told the guard nothing")
	}
	if w := watch(); w.Lack != 0 {
		t.Errorf("after the search %d lack", w.Lack)
	}
	if err := n.DB.Write(ctx, func(tx *store.Tx) error { return tx.ForgetTerms(ctx, vet) }); err != nil {
		t.Fatal(err)
	}
	if len(look(about)) > 0 {
		t.Error("facts outlive their case")
	}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		left, err := tx.FactsUntold(ctx, []string{vet})
		if len(left) != 0 {
			t.Error("that a case lacks its facts outlives it")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
