package front_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/hatchway"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

// Whatever a Front, or somebody between, does to the public log of keys is found
// by a stranger who remembers the last signed checkpoint.
func TestKeyLogFindsWhatIsDoneToIt(t *testing.T) {
	t.Parallel()
	h, ctx := start(t), context.Background()
	f := &sender.Front{URL: h.base}
	first, err := lookout.Look(ctx, f.Get, lookout.Expected{})
	if err != nil || len(first.Findings) > 0 || len(first.Seen.Logs) != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	old, err := h.client.KeyLog(ctx)
	if err != nil || len(old.Notes) != 2 {
		t.Fatalf("%d entries, %v", len(old.Notes), err)
	}
	h.postKeys(t, 2)
	now, err := h.client.KeyLog(ctx)
	if err != nil || len(now.Notes) != 4 || !slices.Equal(now.Notes[:2], old.Notes) {
		t.Fatalf("%d entries, %v", len(now.Notes), err)
	}
	second, err := lookout.Look(ctx, f.Get, lookout.Expected{Seen: first.Seen})
	if err != nil || len(second.Findings) > 0 {
		t.Fatalf("%+v, %v", second.Findings, err)
	}
	// Another log under the same organisation key: somebody has that key, or signed twice.
	other := *h.desk
	other.intake = newDesk(t).intake
	fork := append(slices.Clone(other.keyNotes(t, 1)), now.Notes[2:]...)
	missing := slices.Delete(slices.Clone(now.Notes), 1, 2)
	altered := slices.Clone(now.Notes)
	altered[0] = strings.Replace(altered[0], `"serial":1`, `"serial":7`, 1)
	swapped := slices.Clone(now.Notes)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	for name, c := range map[string]struct {
		shown hatchway.KeyLog
		want  string
	}{
		"rollback":        {old, "rolled back: 4 entries"},
		"cut off":         {hatchway.KeyLog{Notes: now.Notes[:3], Checkpoint: now.Checkpoint}, "an entry is missing or was altered"},
		"fork":            {hatchway.KeyLog{Notes: fork, Checkpoint: h.checkpoint(t, fork)}, "forked: it is not a continuation"},
		"missing entry":   {hatchway.KeyLog{Notes: missing, Checkpoint: now.Checkpoint}, "an entry is missing or was altered"},
		"missing, signed": {hatchway.KeyLog{Notes: missing, Checkpoint: h.checkpoint(t, missing)}, "rolled back"},
		"altered entry":   {hatchway.KeyLog{Notes: altered, Checkpoint: now.Checkpoint}, "entry 0 is not signed"},
		"other order":     {hatchway.KeyLog{Notes: swapped, Checkpoint: now.Checkpoint}, "an entry is missing or was altered"},
		"not signed":      {hatchway.KeyLog{Notes: now.Notes}, "its state is not signed"},
		"key not covered": {hatchway.KeyLog{Notes: now.Notes, Checkpoint: old.Checkpoint}, "does not stand in the signed part"},
		"another's state": {hatchway.KeyLog{Notes: now.Notes, Checkpoint: newDesk(t).checkpoint(t, now.Notes)}, "its state is not signed"},
	} {
		body, err := json.Marshal(c.shown)
		if err != nil {
			t.Fatal(err)
		}
		fetch := func(ctx context.Context, path string) (int, []byte, error) {
			if strings.HasPrefix(path, "/w/v1/keylog/") {
				return 200, body, nil
			}
			return f.Get(ctx, path)
		}
		s, err := lookout.Look(ctx, fetch, lookout.Expected{Seen: second.Seen})
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, finding := range s.Findings {
			text += finding.Where + ": " + finding.What + "\n"
		}
		if !strings.Contains(text, c.want) {
			t.Errorf("%s: findings %q, want %q", name, text, c.want)
		}
	}
}

// A Front keeps only a checkpoint that its organisation signed and that fits its
// log; it takes the keys in any case, because people need them.
func TestFrontKeepsOnlyFittingCheckpoints(t *testing.T) {
	t.Parallel()
	h, ctx := start(t), context.Background()
	before, err := h.client.KeyLog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.client.PostKeys(ctx, hatchway.Keys{Checkpoint: newDesk(t).checkpoint(t, before.Notes)}), hatchway.BadSignature)
	notes := h.keyNotes(t, 2)
	if err := h.client.PostKeys(ctx, hatchway.Keys{Notes: notes, Checkpoint: h.checkpoint(t, notes)}); err != nil {
		t.Fatal(err)
	}
	after, err := h.client.KeyLog(ctx)
	if err != nil || len(after.Notes) != 4 || after.Checkpoint != before.Checkpoint {
		t.Errorf("%d entries, the checkpoint changed: %v, %v", len(after.Notes), after.Checkpoint != before.Checkpoint, err)
	}
	// An older state, rightly signed, does not replace a newer one.
	newest := h.checkpoint(t, after.Notes)
	for _, text := range []string{newest, before.Checkpoint} {
		if err := h.client.PostKeys(ctx, hatchway.Keys{Checkpoint: text}); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := h.client.KeyLog(ctx); err != nil || last.Checkpoint != newest {
		t.Errorf("the newest state is not kept: %v", err)
	}
	if _, err := bundle.OpenCheckpoint(newest, h.organisation.Public()); err != nil {
		t.Error(err)
	}
}
