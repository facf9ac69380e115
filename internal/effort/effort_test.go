package effort_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/internal/effort"
)

func TestOnlyTheSolvedTaskOfThisSubmissionCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := [32]byte{byte(rapid.IntRange(0, 255).Draw(t, "key"))}
		subject := sha256.Sum256([]byte(rapid.String().Draw(t, "subject")))
		now := time.Unix(1_500_000_000, 0)
		task := effort.Task(key, now, rapid.IntRange(6, 10).Draw(t, "bits"), subject)
		answer, err := effort.Solve(context.Background(), task, int(task[8]))
		if err != nil {
			t.Fatal(err)
		}
		if !effort.Done(key, now, subject, task, answer) || !effort.Done(key, now.Add(14*time.Minute), subject, task, answer) {
			t.Fatal("a solved task does not count")
		}
		other := slices.Clone(task)
		other[rapid.IntRange(0, len(other)-1).Draw(t, "at")] ^= 1
		if effort.Done(key, now, subject, other, answer) {
			t.Error("an altered task counts")
		}
		if effort.Done(key, now.Add(16*time.Minute), subject, task, answer) {
			t.Error("an old task counts")
		}
		if effort.Done(key, now, sha256.Sum256(subject[:]), task, answer) {
			t.Error("it counts for another submission")
		}
		key[31]++
		if effort.Done(key, now, subject, task, answer) {
			t.Error("another Front's task counts")
		}
	})
}
