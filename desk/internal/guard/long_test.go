package guard_test

import (
	"runtime"
	"strings"
	"testing"

	"waylight/desk/internal/guard"
)

// TestLongRunsOfLettersStayCheap: whoever pastes a word of 100,000 letters, as a
// name or into a text, must not take the Desk's memory (it once took 22 GB). It is
// not parallel, because it measures what the whole program allocates.
func TestLongRunsOfLettersStayCheap(t *testing.T) { //nolint:paralleltest // see above
	const most = 256 << 20
	for _, letter := range []string{"Ж", "w", "Ω", "İ"} {
		long := strings.Repeat(letter, 100_000)
		key := guard.Key{1}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x := guard.NewIndex(key)
		x.Add(guard.Term{ID: 1, Owner: "case_x", Kind: guard.Name, Marks: key.Marks(guard.Name, "Магомед "+long)})
		x.Add(guard.Term{ID: 2, Owner: "case_x", Kind: guard.Alias, Marks: key.Marks(guard.Alias, long)})
		x.Add(guard.Term{ID: 3, Owner: "case_y", Kind: guard.Name, Marks: key.Marks(guard.Name, "Руслан Вымышленный")})
		found := x.Check(long+" Руслан Вымышленный", "Магомед "+long)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > most {
			t.Errorf("%s: %d MB were taken", letter, got>>20)
		}
		if len(found) == 0 || found[0].Owner != "case_y" {
			t.Errorf("%s: the name beside the long word was not found", letter)
		}
	}
}

// TestManyAccountsStayCheap: letters without spaces are looked through for names at every
// place; a text of nothing but hashtags may take no more than a bounded memory for each.
func TestManyAccountsStayCheap(t *testing.T) { //nolint:paralleltest // it measures what the whole program allocates
	const tags, most = 500, 400 << 10 // bytes for each
	key := guard.Key{1}
	x := guard.NewIndex(key)
	x.Add(guard.Term{ID: 1, Owner: "case_x", Kind: guard.Name, Marks: key.Marks(guard.Name, "Магомед Придуманов")})
	var text strings.Builder
	for i := range tags {
		text.WriteString("#" + strings.Repeat("schtsch", 3) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + "zhkhts ")
	}
	text.WriteString("#свободумагомедупридуманову")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found := x.Check(text.String())
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > tags*most {
		t.Errorf("%d KB were taken for each", got>>10/tags)
	}
	if len(found) == 0 {
		t.Error("the name behind them was not found")
	}
}

// TestOneNameRepeatedStaysLinear: a text that says one watched name again and
// again, and words near it, is checked in steps that grow with its length. What
// is counted is what is allocated, which follows the steps; twice the text may
// take three times as much, not four.
func TestOneNameRepeatedStaysLinear(t *testing.T) { //nolint:paralleltest // it measures what the whole program allocates
	key := guard.Key{1}
	x := guard.NewIndex(key)
	x.Add(guard.Term{ID: 1, Owner: "case_x", Kind: guard.Name, Marks: key.Marks(guard.Name, "Магомед Придуманов")})
	cost := func(n int) uint64 {
		text := strings.Repeat("Магомед Придуманов сказал Магомеду Придумнову. ", n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		found := x.Check(text)
		runtime.ReadMemStats(&after)
		if len(found) < 4*n {
			t.Fatalf("%d places were found, %d are there", len(found), 4*n)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	cost(100)
	if small, large := cost(5_000), cost(10_000); large > 3*small {
		t.Errorf("%d bytes for 5,000 repetitions, %d for 10,000", small, large)
	}
}
