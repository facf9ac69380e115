package planted

import (
	"testing"

	"waylight/desk/internal/guard"
)

// BenchmarkDraft checks drafts of 5,000 words against the terms of people who share names,
// streets and numbers as those of a large vault do. The bench of the program does it with
// 100,000 people; to take these in needs more time than a benchmark should.
func BenchmarkDraft(b *testing.B) {
	x, _ := Index(2, guard.Key{1, 2}, People(2, 4_000))
	drafts := [][]string{News(rng(1, 1000), "ru", 5000), News(rng(1, 1001), "en", 5000)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Check(drafts[i%2]...)
	}
}
