package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/campaign"
	"waylight/internal/clock"
)

// LetterTemplates lists the latest template of each language of a campaign.
func (t *Tx) LetterTemplates(ctx context.Context, id string) ([]campaign.Template, error) {
	return all(ctx, t, func(s scanner) (campaign.Template, error) {
		var x campaign.Template
		var demands []byte
		var at int64
		if err := s.Scan(&x.Campaign, &x.Lang, &x.Number, &x.Subject, &x.Body, &demands, &x.By, &at); err != nil {
			return x, err
		}
		x.At = clock.FromMicros(at)
		return x, json.Unmarshal(demands, &x.Demands)
	}, `SELECT campaign, lang, number, subject, body, demands, by_whom, at_us FROM campaign_template x WHERE campaign = $1
		AND number = (SELECT MAX(number) FROM campaign_template WHERE campaign = x.campaign AND lang = x.lang) ORDER BY lang`, id)
}

// AddLetterTemplate keeps a template as a further edition.
func (t *Tx) AddLetterTemplate(ctx context.Context, x campaign.Template) error {
	demands, err := json.Marshal(x.Demands)
	if err != nil {
		return err
	}
	return t.insert(ctx, "Somebody corrected this meanwhile. Look at it again; what you typed still stands here.",
		`INSERT INTO campaign_template (campaign, lang, number, subject, body, demands, by_whom, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		x.Campaign, x.Lang, x.Number, x.Subject, x.Body, string(demands), x.By, clock.Micros(x.At))
}
