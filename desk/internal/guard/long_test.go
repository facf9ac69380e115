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
