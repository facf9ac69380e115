package desk

import (
	"context"
	"fmt"

	"waylight/desk/internal/staff"
	"waylight/internal/founding"
)

// fill is the demo's content. Everybody in it is invented, except what the
// founding scenario reports of the public record.
func (r *rooms) fill(ctx context.Context, team map[string]staff.Actor) error {
	for _, text := range [][]byte{founding.Scenario(), founding.Later()} {
		if _, err := r.importScenario(ctx, team["emil"], text); err != nil {
			return fmt.Errorf("the founding scenario: %w", err)
		}
	}
	return r.fillPublic(ctx, team)
}
