package store_test

import (
	"context"
	"sync"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// What caseworkers write about a person is guarded from the moment it is kept,
// and who may open the case sees why a text is stopped. Everybody is invented.
func TestWhatACaseKeepsIsGuarded(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	worker := n.Member(t, "Caseworker", staff.Caseworker)
	other := n.Member(t, "Editor", staff.Editor)
	as := func(tx *store.Tx) cases.Store { return tx }
	book := cases.NewBook(store.Within(n.DB, as), store.Reading(n.DB, as), n.Clock, cases.Options{})
	file, err := book.Open(ctx, worker, cases.Opening{Priority: cases.Urgent, Assign: []string{worker.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.KeepParty(ctx, worker, file.ID, "", 0, cases.Party{Code: "A", Name: "Анзор Гайрбеков (Zory)", Contact: "+7 200 123-45-67, @anzor_example; anzor@example.org"}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Гайрбекова Анзора видели", "Zory said so", "8 200 123 45 67", "t.me/anzor_example", "anzor (at) example.org", "дело " + file.Pseudonym} {
		for _, a := range []staff.Actor{worker, other} {
			hits, err := n.gateway.Inspect(ctx, a, "letter_x", "public", []string{text})
			if err != nil {
				t.Fatal(err)
			}
			if !publish.Blocked(hits) {
				t.Errorf("%q leaves", text)
				continue
			}
			if knows := hits[0].Words != ""; knows != (a.ID == worker.ID) {
				t.Errorf("%q: %s learns the words: %v", text, a.Name, knows)
			}
		}
	}
}

// Texts are checked while terms are added: nothing is torn, and what was added
// before a check began is found by it.
func TestGuardWhileTermsCome(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	editor := n.Member(t, "Editor", staff.Editor)
	names := []string{"Анзор Гайрбеков", "Седа Дашаева", "Умар Цечоев", "Хеда Оздоева", "Заур Плиев"} // invented
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			err := n.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_"+name, "name", name) })
			if err != nil {
				t.Error(err)
				return
			}
			hits, err := n.gateway.Inspect(ctx, editor, "letter_x", "public", []string{"Вчера видели: " + name})
			if err != nil || !publish.Blocked(hits) {
				t.Errorf("%s leaves: %v", name, err)
			}
		})
	}
	wg.Wait()
}
