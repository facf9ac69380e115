package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// fillPublic leads the demo's campaign as far as the public record goes: the
// demands rest on figures, a second person has confirmed what came later, and
// two versions of the situation report are public.
func (r *rooms) fillPublic(ctx context.Context, team map[string]staff.Actor) error {
	advocate, editor := team["freya"], team["goran"]
	all, err := r.board.Campaigns(ctx, advocate)
	if err != nil || len(all) == 0 {
		return err
	}
	f, err := r.board.Open(ctx, advocate, all[0].ID)
	if err != nil {
		return err
	}
	bases, err := r.board.Bases.Bases(ctx)
	if err != nil {
		return err
	}
	var rest []string
	for _, b := range bases {
		if b.Key == "detained" || b.Key == "killed" {
			rest = append(rest, b.Kind+":"+b.Key)
		}
	}
	for _, d := range f.Demands {
		if err := r.board.Freeze(ctx, advocate, f.Campaign.ID, d.ID, rest...); err != nil {
			return fmt.Errorf("what a demand rests on: %w", err)
		}
	}
	var answers []string
	for _, a := range f.Responses {
		answers = append(answers, a.ID)
	}
	if err := r.board.Confirm(ctx, advocate, f.Campaign.ID, answers...); err != nil {
		return fmt.Errorf("confirming the later answers: %w", err)
	}
	to := slices.IndexFunc(f.Targets, func(t campaign.Target) bool { return t.Kind == campaign.Government && t.Name != (campaign.Text{}) })
	if to < 0 {
		return errors.New("a letter: no government has a name")
	}
	if _, err := r.board.Write(ctx, advocate, f.Campaign.ID, f.Targets[to].ID, "en", []string{f.Demands[0].ID, f.Demands[1].ID}); err != nil {
		return fmt.Errorf("a letter: %w", err)
	}
	for _, day := range []clock.Day{"2017-04-09", "2018-12-31"} {
		slug, report, err := r.compose(ctx, editor, f.Campaign.ID, day, 0)
		if err != nil {
			return err
		}
		id, err := r.gateway.Begin(ctx, editor, slug, report)
		if err != nil {
			return fmt.Errorf("the report of %s: %w", day, err)
		}
		p, err := r.gateway.Open(ctx, editor, id)
		if err != nil {
			return err
		}
		for _, who := range []staff.Actor{editor, advocate} {
			if err := r.gateway.Approve(ctx, who, id, p.Edition.Digest); err != nil {
				return fmt.Errorf("approving the report of %s: %w", day, err)
			}
		}
		if err := r.gateway.Publish(ctx, editor, id); err != nil {
			return fmt.Errorf("publishing the report of %s: %w", day, err)
		}
	}
	return nil
}
