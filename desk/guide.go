package desk

import (
	"context"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/page"
)

// openGuide builds the room of ways into countries, beside the cases.
func (r *rooms) openGuide() {
	as := func(tx *store.Tx) pathways.Store { return tx }
	r.guide = &pathways.Guide{Within: store.Within(r.db, as), Reading: store.Reading(r.db, as), Clock: r.clock, Book: r.book, Target: target}
}

// target finds a government of a campaign, so that an offer never points to nothing.
func target(ctx context.Context, tx pathways.Store, id string) (string, error) {
	all, err := targets(ctx, tx.(*store.Tx))
	if err != nil {
		return "", err
	}
	for _, t := range all {
		if t.ID == id {
			return t.Label("en"), nil
		}
	}
	return "", fault.Bad("target", "Choose a government of the list.")
}

// targets lists the governments and institutions of every campaign.
func targets(ctx context.Context, tx *store.Tx) (out []campaign.Target, err error) {
	all, err := tx.Campaigns(ctx)
	for _, c := range all {
		f, err := tx.CampaignFile(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range f.Targets {
			if t.Kind == campaign.Government || t.Kind == campaign.Institution {
				out = append(out, t)
			}
		}
	}
	return out, err
}

// governments lists them for a form.
func (r *rooms) governments(ctx context.Context) (out []page.Option, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := targets(ctx, tx)
		for _, t := range all {
			out = append(out, page.Option{Value: t.ID, Label: t.Label("en")})
		}
		return err
	})
	return out, err
}
