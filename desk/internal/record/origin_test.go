package record_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/record"
)

const dispatch = "at least three men were killed and more than a hundred were held in a secret place near the town"

func outlets(names ...string) []record.Source {
	var out []record.Source
	for n, name := range names {
		id := fmt.Sprintf("source_%d", n)
		out = append(out, record.Source{ID: id, Name: name, Kind: record.Media, Group: id})
	}
	return out
}

func TestLikenesses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b    string
		sealed  bool
		decided []record.Kinship
		want    int
	}{
		"the same words":         {a: dispatch, b: "we hear that " + dispatch, want: 1},
		"other case and accents": {a: "Ещё раз: пятеро мужчин были задержаны и увезены в неизвестном направлении", b: "ЕЩЕ РАЗ пятеро мужчин были задержаны и увезены, как говорят", want: 1},
		"one names the other":    {a: "We asked the Second Outlet about it.", b: "Nothing alike stands here at all.", want: 1},
		"nothing in common":      {a: dispatch, b: "a wholly different account that somebody wrote down by hand in another town"},
		"a phrase in common":     {a: "he said on the telephone that they were beaten", b: "she cried and he said on the telephone nothing else of any use to anybody who listened for so long to all that noise and that bad line of theirs"},
		"one was decided":        {a: dispatch, b: dispatch, decided: []record.Kinship{{A: "source_0", B: "source_1"}}},
		"sealed words":           {a: dispatch, b: dispatch, sealed: true},
		"no words":               {a: "", b: ""},
	} {
		items := []record.Item{{ID: "item_0", Source: "source_0", Words: c.a}, {ID: "item_1", Source: "source_1", Words: c.b}}
		if c.sealed {
			items[1].Safe = "item_1"
		}
		if got := record.Likenesses(items, outlets("First Outlet", "Second Outlet"), c.decided); len(got) != c.want {
			t.Errorf("%s: %d pairs: %+v", name, len(got), got)
		}
	}
	kin := outlets("First Outlet", "Second Outlet")
	kin[1].Group = kin[0].Group
	if got := record.Likenesses([]record.Item{{ID: "item_0", Source: "source_0", Words: dispatch}, {ID: "item_1", Source: "source_1", Words: dispatch}}, kin, nil); len(got) != 0 {
		t.Error("sources of one group are proposed")
	}
}

// TestLikenessesOrder: what is proposed does not depend on the order of entry.
func TestLikenessesOrder(t *testing.T) {
	t.Parallel()
	pool := []string{dispatch, "before it " + dispatch + " and after it", "something else that nobody wrote before us in this town", "Outlet 0 says it", ""}
	rapid.Check(t, func(t *rapid.T) {
		sources := outlets("Outlet 0", "Outlet 1", "Outlet 2", "Outlet 3")
		var items []record.Item
		for n := range rapid.IntRange(0, 8).Draw(t, "items") {
			items = append(items, record.Item{ID: fmt.Sprintf("item_%d", n), Source: fmt.Sprintf("source_%d", rapid.IntRange(0, 3).Draw(t, "source")), Words: rapid.SampledFrom(pool).Draw(t, "words")})
		}
		want := record.Likenesses(items, sources, nil)
		slices.Reverse(sources)
		if got := record.Likenesses(rapid.Permutation(items).Draw(t, "order"), sources, nil); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order:\n%+v\n%+v", got, want)
		}
	})
}

// BenchmarkLikenesses looks for shared origins among 20,000 texts of 200 outlets; one
// text in ten is taken over by another outlet.
func BenchmarkLikenesses(b *testing.B) {
	var names []string
	for n := range 200 {
		names = append(names, fmt.Sprintf("Outlet number %d", n))
	}
	sources := outlets(names...)
	var items []record.Item
	for n := range 20_000 {
		words := fmt.Sprintf("on day %d people %d were taken from house %d in street %d by men of unit %d and nobody has said where they are held since hour %d", n%977, n, n*7, n*13, n*17, n*3)
		if n%10 == 9 {
			words = "we hear that " + items[n-5].Words
		}
		items = append(items, record.Item{ID: fmt.Sprintf("item_%06d", n), Source: sources[n%len(sources)].ID, Words: words})
	}
	for b.Loop() {
		if got := record.Likenesses(items, sources, nil); len(got) == 0 {
			b.Fatal("nothing is proposed")
		}
	}
}
