package store

import (
	"context"

	"waylight/desk/internal/campaign"
	"waylight/internal/clock"
)

const campaignMailColumns = `id, campaign, letter, target, found_by, kind, sender, subject, words, hash, file, at_us, settled, response`

func scanCampaignMail(s scanner) (campaign.Mail, error) {
	var m campaign.Mail
	var at int64
	err := s.Scan(&m.ID, &m.Campaign, &m.Letter, &m.Target, &m.FoundBy, &m.Kind, &m.Sender, &m.Subject, &m.Words, &m.Hash, &m.File, &at, &m.Settled, &m.Response)
	m.At = clock.FromMicros(at)
	return m, err
}

// CampaignMailKnown reports whether a mail is held already.
func (t *Tx) CampaignMailKnown(ctx context.Context, id string) (bool, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM campaign_mail WHERE id = $1`, id), func(s scanner) (bool, error) {
		var n int
		err := s.Scan(&n)
		return n > 0, err
	})
}

// AddCampaignMail adds a mail.
func (t *Tx) AddCampaignMail(ctx context.Context, m campaign.Mail) error {
	_, err := t.exec(ctx, `INSERT INTO campaign_mail (`+campaignMailColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		m.ID, m.Campaign, m.Letter, m.Target, m.FoundBy, m.Kind, m.Sender, m.Subject, m.Words, m.Hash, m.File, clock.Micros(m.At), m.Settled, m.Response)
	return err
}

// CampaignMail returns one mail.
func (t *Tx) CampaignMail(ctx context.Context, id string) (campaign.Mail, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+campaignMailColumns+` FROM campaign_mail WHERE id = $1`, id), scanCampaignMail)
}

// CampaignMails lists a campaign's mails, the newest first.
func (t *Tx) CampaignMails(ctx context.Context, id string) ([]campaign.Mail, error) {
	return all(ctx, t, scanCampaignMail, `SELECT `+campaignMailColumns+` FROM campaign_mail WHERE campaign = $1 ORDER BY at_us DESC, id`, id)
}

// SettleCampaignMail notes who dealt with a mail and what it became.
func (t *Tx) SettleCampaignMail(ctx context.Context, id, member, response string) error {
	return t.execOne(ctx, `UPDATE campaign_mail SET settled = $2, response = $3 WHERE id = $1 AND settled = ''`, id, member, response)
}

// LetterMailedTo finds the newest letter that went by e-mail to an office's address.
func (t *Tx) LetterMailedTo(ctx context.Context, address string) (campaign.Letter, error) {
	return one(t.q.QueryRow(ctx, `SELECT l.id, l.campaign, l.target, l.lang, l.day, l.author, l.at_us, l.revision, l.sent, l.digest, l.body, NULL FROM campaign_letter l
		JOIN campaign_target g ON g.id = l.target JOIN post_out p ON p.subject = l.id AND p.kind = 'letter'
		WHERE l.sent = 1 AND lower(g.email) = $1 ORDER BY p.at_us DESC, l.id LIMIT 1`, address), scanCampaignLetter)
}
