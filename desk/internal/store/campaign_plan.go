package store

import (
	"context"

	"waylight/desk/internal/campaign"
	"waylight/internal/clock"
)

func scanCampaignEdition(s scanner) (campaign.Edition, error) {
	var e campaign.Edition
	var at int64
	err := s.Scan(&e.Campaign, &e.Subject, &e.Number, &e.Body, &e.Why, &e.By, &at)
	e.At = clock.FromMicros(at)
	return e, err
}

// AddCampaignEdition keeps an edition.
func (t *Tx) AddCampaignEdition(ctx context.Context, e campaign.Edition) error {
	return t.insert(ctx, "Somebody corrected this meanwhile. Look at it again; what you typed still stands here.",
		`INSERT INTO campaign_edition (campaign, subject, number, body, why, by_whom, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.Campaign, e.Subject, e.Number, e.Body, e.Why, e.By, clock.Micros(e.At))
}

// CampaignEditions lists the editions of a campaign's parts, the oldest first.
func (t *Tx) CampaignEditions(ctx context.Context, id string) ([]campaign.Edition, error) {
	return all(ctx, t, scanCampaignEdition, `SELECT campaign, subject, number, body, why, by_whom, at_us FROM campaign_edition WHERE campaign = $1 ORDER BY at_us, subject, number`, id)
}

// LastCampaignEdition is the number of a part's last edition; 0: it has none.
func (t *Tx) LastCampaignEdition(ctx context.Context, subject string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT coalesce(max(number), 0) FROM campaign_edition WHERE subject = $1`, subject), func(s scanner) (int, error) {
		var n int
		err := s.Scan(&n)
		return n, err
	})
}

func scanCampaignTask(s scanner) (campaign.Task, error) {
	var k campaign.Task
	err := s.Scan(&k.ID, &k.Campaign, &k.What, &k.Who, &k.Due, &k.Demand, &k.Target, &k.Done, &k.DoneBy, &k.Outcome, &k.By)
	return k, err
}

func (t *Tx) campaignTasks(ctx context.Context, id string) ([]campaign.Task, error) {
	return all(ctx, t, scanCampaignTask, `SELECT id, campaign, what, who, due, demand, target, done, done_by, outcome, by_whom FROM campaign_task WHERE campaign = $1 ORDER BY due, id`, id)
}

// PutCampaignTask adds a task, gives it to another, or says that it is done.
func (t *Tx) PutCampaignTask(ctx context.Context, k campaign.Task) error {
	_, err := t.exec(ctx, `INSERT INTO campaign_task (id, campaign, what, who, due, demand, target, done, done_by, outcome, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET who = excluded.who, done = excluded.done, done_by = excluded.done_by, outcome = excluded.outcome`,
		k.ID, k.Campaign, k.What, k.Who, string(k.Due), k.Demand, k.Target, string(k.Done), k.DoneBy, k.Outcome, k.By)
	return err
}

// Stay lets words stay that everybody on a campaign reads, unless they name
// somebody whom the Desk protects.
func (g Gate) Stay(ctx context.Context, tx campaign.Store, actor, subject string, parts []string) error {
	s, ok := tx.(*Tx)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.PassInside(ctx, s, actor, subject, parts, "offer")
}
