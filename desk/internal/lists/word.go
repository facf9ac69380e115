package lists

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/linkage"
)

// Word is what people say of a list, as a whole: how its columns are to be
// understood where the machine was wrong, and whether it is left out.
type Word struct {
	Columns map[string]linkage.Kind `json:"columns,omitempty"` // by header; the others stay as the machine takes them
	Out     bool                    `json:"out,omitempty"`     // it is matched with nothing until somebody takes it back in
	Why     string                  `json:"why,omitempty"`
}

// Change is a word that was said; it is never changed.
type Change struct {
	ID, Study, List string
	Sealed          safe.Sealed
	By              string
	At              time.Time
	Word            Word // from the safe
}

const maxWhy = 500

// Say keeps a word about a list. Every run that begins later heeds it; what was
// found before stands, marked as overtaken. The file and the answers stay.
func (w *Workbench) Say(ctx context.Context, by staff.Actor, id, list string, word Word) error {
	c := Change{ID: ids.New("word"), Study: id, List: list, By: by.ID, At: w.Clock.Now(), Word: word}
	return w.Within(ctx, func(tx Store) error {
		box, err := keep(ctx, tx, by, id)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(s.Lists, func(l List) bool { return l.ID == list })
		if i < 0 {
			return fault.Missing()
		}
		if err := word.check(s.Lists[i], len(s.Pairs) > 0); err != nil {
			return err
		}
		plain, err := json.Marshal(word)
		if err != nil {
			return err
		}
		c.Sealed = box.Put(wordLabel(c.ID), plain)
		if err := tx.AddStudyWord(ctx, c); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists.said", Subject: id, Detail: struct {
			List string
			Out  bool
		}{list, word.Out}})
	})
}

// check refuses a word that names no column or kind, and one that would change by
// what records are called while answers about them are kept under those names.
func (word Word) check(l List, asked bool) error {
	var k fault.Check
	k.Field(!word.Out || word.Why != "", "why", "Say why the list is left out.")
	k.Field(len([]rune(word.Why)) <= maxWhy, "why", "At most 500 characters.")
	for header, kind := range word.Columns {
		i := slices.IndexFunc(l.Facts.Columns, func(c Column) bool { return c.Header == header })
		if i < 0 || !slices.Contains(linkage.Kinds(), kind) {
			return fault.New(fault.Invalid, "The list has no such column, or there is no such kind. Load the page again.")
		}
	}
	for i, c := range l.Facts.Columns {
		was, now := l.Taken(c), c.Kind
		if kind, said := word.Columns[c.Header]; said {
			now = string(kind)
		}
		if asked && was != now && (was == string(linkage.RecordID) || now == string(linkage.RecordID)) {
			k.Field(false, Field(i), "By this number the pairs that people are asked about name their records. It cannot be changed any more: begin another study.")
		}
	}
	return k.Err()
}

// Field names the field of a form for the column at i.
func Field(i int) string { return "column-" + itoa(i) }

// Taken is what a column counts as: what a person said, else what the machine takes it for.
func (l List) Taken(c Column) string {
	if kind, ok := l.Word.Columns[c.Header]; ok {
		return string(kind)
	}
	return c.Kind
}

// in are the lists that are not left out.
func in(all []List) []List {
	return slices.DeleteFunc(slices.Clone(all), func(l List) bool { return l.Word.Out })
}

func words(ctx context.Context, tx Store, box safe.Safe) ([]Change, error) {
	all, err := tx.StudyWords(ctx, box.ID())
	for i := range all {
		plain, err := box.Take(wordLabel(all[i].ID), all[i].Sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &all[i].Word); err != nil {
			return nil, err
		}
	}
	return all, err
}

// heed gives each list the last word that was said of it up to a moment; the
// zero moment is now.
func heed(all []List, said []Change, until time.Time) {
	for i := range all {
		all[i].Word, all[i].Said = Word{}, Change{}
		for _, c := range said {
			if c.List == all[i].ID && (until.IsZero() || !c.At.After(until)) {
				all[i].Word, all[i].Said = c.Word, c
			}
		}
	}
}

// columns are the words about columns in the names that the engine knows.
func columns(all []List) map[string]linkage.Kind {
	out := map[string]linkage.Kind{}
	for _, l := range all {
		for header, kind := range l.Word.Columns {
			out[l.Facts.Name+":"+header] = kind
		}
	}
	if len(out) == 0 {
		return nil // a study of which nobody said anything is named as it always was
	}
	return out
}
