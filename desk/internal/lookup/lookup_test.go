package lookup

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// All names are invented or plain given names.
func TestFindsAnyScriptAndSpelling(t *testing.T) {
	t.Parallel()
	var x Index
	x.Put("a", "Магомед Выдуманный", "+7 200 000-00-01", "паспорт 0000 111222")
	x.Put("b", "Dmitry Exampleov", "@example_handle")
	x.Put("c", "Джамал Щукин-Образцов")
	x.Put("d", "Ruslan Example", "tg @nobody")
	x.Put("e", "محمد مثال", "٠٢٠٠")
	for query, want := range map[string]string{
		"магомед": "a", "Magomed": "a", "MOHAMED": "a", "Мухаммад": "a", "vydumannyi": "a", "Vydumanny": "a", "выдумоный": "a", "Выдуманый": "a", "0000001": "a", "200 000 00": "a", "111222": "a",
		"Дмитрий": "b", "Дима": "b", "exampleov dmitri": "b", "Дмитрй": "b", "Jamal": "c", "Shchukin": "c", "Шукин": "c", "schukin djamal": "c", "rusl": "d", "Руслан": "d", "محمد": "e", "0200": "e",
		"Магомед Щукин": "", "": "", "  - ": "", "zzz": "",
	} {
		got := ""
		if hits := x.Find(query, 10); len(hits) > 0 {
			got = hits[0].ID
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func TestNearestFirst(t *testing.T) {
	t.Parallel()
	var x Index
	x.Put("typo", "Руслaнн Иной") // a Latin a inside
	x.Put("long", "Русланбек Иной")
	x.Put("exact", "Ruslan Inoi")
	var got []string
	for _, h := range x.Find("Руслан", 10) {
		got = append(got, h.ID)
	}
	if len(got) != 3 || got[2] != "long" && got[1] != "long" || !slices.Contains(got[:2], "exact") {
		t.Fatal(got)
	}
	x.Put("exact", "somebody else")
	x.Remove("long")
	if hits := x.Find("Руслан", 10); len(hits) != 1 || x.Len() != 2 || x.Has("long") {
		t.Fatal(hits, x.Len())
	}
}

// Whatever a name is, it is found by itself, by its beginning, in capitals, and when typed in groups.
func TestFindsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[а-яёa-z]{3,12}( [A-ZА-Я][а-яa-z]{2,9})?`).Draw(t, "name")
		var x Index
		x.Put("one", name)
		x.Put("two", "quite another")
		if hits := x.Find(name, 5); len(hits) == 0 || hits[0].ID != "one" {
			t.Fatalf("%q does not find itself: %v", name, hits)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var x Index
	for i := range 100_000 {
		x.Put(fmt.Sprint("case_", i), fmt.Sprintf("Имя%d Фамильев%d", i%3000, i%9000), fmt.Sprintf("+7 200 %07d", i))
	}
	for b.Loop() {
		x.Find("famil'ev777 imia", 100)
	}
}
