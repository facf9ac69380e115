package guard_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"waylight/desk/internal/guard"
)

// people is an index of invented people, each with facts; the first is case_0.
func people(facts ...string) *guard.Index {
	key := guard.Key{3}
	x := guard.NewIndex(key)
	for i, f := range facts {
		x.Add(guard.Term{ID: int64(i + 1), Owner: "case_" + strconv.Itoa(i) + "/party_a", Kind: guard.Facts, Marks: key.FactMarks(f, 2017)})
	}
	return x
}

// findings gives the gravest level, the facts of the last finding, and whose they are.
func findings(x *guard.Index, text string) (level guard.Level, names string, owners []string) {
	for _, f := range x.Check(text) {
		level = max(level, f.Level)
		owners = append(owners, f.Owner)
		var is []string
		for i, n := range guard.FactNames() {
			if f.Gap>>i&1 == 1 {
				is = append(is, n)
			}
		}
		names = strings.Join(is, " ")
		if f.Kind != guard.Facts || f.Start < 0 || f.End > len(text) || f.Start >= f.End {
			return 99, "a finding of another kind or place", owners
		}
	}
	slices.Sort(owners)
	return level, names, slices.Compact(owners)
}

// others are people who make no combination with the vet below rare by themselves.
var others = []string{"teacher, 43, from Argun", "driver, 50, from Argun", "ветеринар, 51 год, из Грозного", "teacher, 30", "teacher, 30", "teacher, 30", "teacher, 30", "teacher, 30", "teacher, 30", "twin, 30, teacher"}

// TestFactsFound: a combination is found in both languages, in other cases of the words and with
// the facts in any order; it stops where three fit one person, and asks where two fit few.
func TestFactsFound(t *testing.T) {
	t.Parallel()
	x := people(append([]string{"ветеринар, 43 года, из села Выдумкино"}, others...)...)
	for _, c := range []struct {
		text  string
		level guard.Level
		names string
	}{
		{"The only vet of the village, 43, was taken.", guard.Block, "age job only"},
		{"A 43-year-old veterinarian from Vydumkino was taken.", guard.Block, "age job place"},
		{"43-летнего ветеринара из Выдумкина увезли ночью.", guard.Block, "age job place"},
		{"В Выдумкине увезли ветеринара. Ему 43 года.", guard.Block, "age job place"},
		{"She knew a vet in Vydumkino.", guard.Ask, "job place"},
		{"The vet, aged 43, spoke with us.", guard.Ask, "age job"},
		{"A vet was taken.", 0, ""},
		{"He is 43 years old.", 0, ""},
		{"Vydumkino lies by the river; 43 houses burnt.", 0, ""},
		{"The vet came back after 43 days.", 0, ""},
		{"Ветеринар получил 43 года.", 0, ""},
		{"A vet was born in 1974 here.", guard.Ask, "age job"},
		{"A 30-year-old teacher spoke.", 0, ""}, // seven fit
	} {
		level, names, _ := findings(x, c.text)
		if level != c.level || c.level > 0 && names != c.names {
			t.Errorf("%q: level %d for %q, not %d for %q", c.text, level, names, c.level, c.names)
		}
	}
}

// TestFactsApart: facts of two people who stand far apart, or in two paragraphs, are no combination.
func TestFactsApart(t *testing.T) {
	t.Parallel()
	x := people("vet, 43, from the village of Vydumkino")
	far := "A vet spoke. " + strings.Repeat("Nothing of note was said on that long evening. ", 6) + "Somebody aged 43 listened."
	if level, _, _ := findings(x, far); level != 0 {
		t.Errorf("facts far apart: level %d", level)
	}
	if found := x.Check("A vet spoke.", "Somebody aged 43 listened."); len(found) > 0 {
		t.Errorf("facts in two paragraphs: %v", found)
	}
}

// TestFactsOfCase: where and when a case's notes say that it was is true of its parties; a note
// and a party of one case count once; two cases are two.
func TestFactsOfCase(t *testing.T) {
	t.Parallel()
	key := guard.Key{3}
	x := guard.NewIndex(key)
	add := func(id int64, owner, facts string) {
		x.Add(guard.Term{ID: id, Owner: owner, Kind: guard.Facts, Marks: key.FactMarks(facts, 2017)})
	}
	add(1, "case_a/note_x", "He was taken in Argun on 12 March.")
	add(2, "case_a/party_a", "baker, 20")
	add(3, "case_b/party_b", "baker, 20")
	const text = "The baker, 20, was taken on 12 March."
	if level, names, owners := findings(x, text); level != guard.Block || !slices.Contains(owners, "case_a/party_a") {
		t.Errorf("level %d for %q, owners %v", level, names, owners)
	}
	add(4, "case_b/note_y", "From Argun too: in Argun, 12.03.2017")
	if level, _, owners := findings(x, "The baker, 20, was seen on 12 March."); level != guard.Ask || len(owners) != 2 {
		t.Errorf("two cases fit: level %d, owners %v", level, owners)
	}
}

// TestFewIsK: four who fit are few, five are not.
func TestFewIsK(t *testing.T) {
	t.Parallel()
	facts := []string{"potter, 61", "potter, 61", "potter, 61", "potter, 61"}
	const text = "We met a potter, 61, there."
	if level, _, owners := findings(people(facts...), text); level != guard.Ask || len(owners) != guard.Few {
		t.Errorf("four fit: level %d, owners %v", level, owners)
	}
	if level, _, owners := findings(people(append(facts, "potter, 61")...), text); level != 0 {
		t.Errorf("five fit: level %d, owners %v", level, owners)
	}
}

// TestAgeMoves: a year later the person is a year older, and a year of birth says the same.
func TestAgeMoves(t *testing.T) {
	t.Parallel()
	x := people("potter, 61", "miller, born 1956", "плотник, 1957 г.р.")
	for _, text := range []string{"a potter, 62, sat there", "the potter, born in 1956, sat there", "The blind potter, 61, sat there.", "плотник, 60 лет, сидел там"} {
		if level, _, _ := findings(x, text); level == 0 {
			t.Errorf("%q passes", text)
		}
	}
	if level, _, _ := findings(x, "a potter, 59, sat there"); level != 0 {
		t.Error("another age is found")
	}
}

// TestFactsHoldNothing: no fact stands in what is kept, and the same facts under another key look otherwise.
func TestFactsHoldNothing(t *testing.T) {
	t.Parallel()
	a, b := guard.Key{1}.FactMarks("vet, 43, from Vydumkino", 0), guard.Key{2}.FactMarks("vet, 43, from Vydumkino", 0)
	if len(a) < 3 || len(a) != len(b) {
		t.Fatalf("%d and %d marks", len(a), len(b))
	}
	for i := range a {
		if a[i].Print == b[i].Print {
			t.Error("a fingerprint without the key")
		}
	}
	if m := (guard.Key{1}).Marks(guard.Facts, "nothing that is known"); len(m) > 0 {
		t.Errorf("%d marks of nothing", len(m))
	}
}
