package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/campaign"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Campaigns lists the campaigns, the latest first.
func (t *Tx) Campaigns(ctx context.Context) ([]campaign.Campaign, error) {
	return all(ctx, t, scanCampaign, `SELECT id, key, title_en, title_ru, by_whom, as_of FROM campaign ORDER BY as_of DESC, id`)
}

func scanCampaign(s scanner) (campaign.Campaign, error) {
	var c campaign.Campaign
	err := s.Scan(&c.ID, &c.Key, &c.Title.EN, &c.Title.RU, &c.By, &c.AsOf)
	return c, err
}

// CampaignFile loads all of a campaign but its letters.
func (t *Tx) CampaignFile(ctx context.Context, id string) (campaign.File, error) {
	var f campaign.File
	var err error
	if f.Campaign, err = one(t.q.QueryRow(ctx, `SELECT id, key, title_en, title_ru, by_whom, as_of FROM campaign WHERE id = $1`, id), scanCampaign); err != nil {
		return f, err
	}
	if f.Demands, err = all(ctx, t, scanCampaignDemand, `SELECT id, campaign, key, text_en, text_ru, through, basis, place, since, ended FROM campaign_demand WHERE campaign = $1 ORDER BY place, id`, id); err != nil {
		return f, err
	}
	if f.Targets, err = all(ctx, t, scanCampaignTarget, `SELECT id, campaign, kind, number, name_en, name_ru, lang, address, email, counterpart, offices, contacts FROM campaign_target WHERE campaign = $1
		ORDER BY CASE kind WHEN 'government' THEN 0 WHEN 'institution' THEN 1 WHEN 'official' THEN 2 ELSE 3 END, number, id`, id); err != nil {
		return f, err
	}
	if f.Asks, err = all(ctx, t, scanCampaignAsk, `SELECT id, campaign, demand, target, way, sent, deadline, by_whom, letter, note, withdrawn FROM campaign_ask WHERE campaign = $1 ORDER BY sent, id`, id); err != nil {
		return f, err
	}
	if f.Responses, err = all(ctx, t, scanCampaignResponse, `SELECT id, campaign, demand, target, state, day, evidence, words_en, words_ru, author, second, at_us, withdrawn
		FROM campaign_response WHERE campaign = $1 ORDER BY day, at_us, id`, id); err != nil {
		return f, err
	}
	if f.Places, err = t.placesOffered(ctx, id); err != nil {
		return f, err
	}
	if f.Tasks, err = t.campaignTasks(ctx, id); err != nil {
		return f, err
	}
	f.Commitments, err = all(ctx, t, scanCampaignPromise, `SELECT id, campaign, response, what_en, what_ru, due, outcome, evidence, settled_by, second FROM campaign_promise WHERE campaign = $1 ORDER BY due, id`, id)
	return f, err
}

func scanCampaignDemand(s scanner) (campaign.Demand, error) {
	var d campaign.Demand
	var basis []byte
	if err := s.Scan(&d.ID, &d.Campaign, &d.Key, &d.Text.EN, &d.Text.RU, &d.Through, &basis, &d.Order, &d.Since, &d.Ended); err != nil {
		return d, err
	}
	return d, json.Unmarshal(basis, &d.Basis)
}

func scanCampaignTarget(s scanner) (campaign.Target, error) {
	var t campaign.Target
	var offices, contacts []byte
	if err := s.Scan(&t.ID, &t.Campaign, &t.Kind, &t.Number, &t.Name.EN, &t.Name.RU, &t.Lang, &t.Address, &t.Email, &t.Counterpart, &offices, &contacts); err != nil {
		return t, err
	}
	if err := json.Unmarshal(offices, &t.Offices); err != nil {
		return t, err
	}
	return t, json.Unmarshal(contacts, &t.Contacts)
}

func scanCampaignAsk(s scanner) (campaign.Ask, error) {
	var a campaign.Ask
	err := s.Scan(&a.ID, &a.Campaign, &a.Demand, &a.Target, &a.Way, &a.Sent, &a.Deadline, &a.By, &a.Letter, &a.Note, &a.Withdrawn)
	return a, err
}

func scanCampaignResponse(s scanner) (campaign.Response, error) {
	var r campaign.Response
	var state string
	var at int64
	err := s.Scan(&r.ID, &r.Campaign, &r.Demand, &r.Target, &state, &r.Day, &r.Evidence, &r.Words.EN, &r.Words.RU, &r.Author, &r.Second, &at, &r.Withdrawn)
	r.State, _ = campaign.ParseState(state)
	r.At = clock.FromMicros(at)
	return r, err
}

func scanCampaignPromise(s scanner) (campaign.Commitment, error) {
	var c campaign.Commitment
	err := s.Scan(&c.ID, &c.Campaign, &c.Response, &c.What.EN, &c.What.RU, &c.Due, &c.Outcome, &c.Evidence, &c.By, &c.Second)
	return c, err
}

// PutCampaign adds a campaign or changes its title.
func (t *Tx) PutCampaign(ctx context.Context, c campaign.Campaign) error {
	return t.insert(ctx, "This campaign exists already.", `INSERT INTO campaign (id, key, title_en, title_ru, by_whom, as_of) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET title_en = excluded.title_en, title_ru = excluded.title_ru, by_whom = excluded.by_whom, as_of = excluded.as_of`, c.ID, c.Key, c.Title.EN, c.Title.RU, c.By, string(c.AsOf))
}

// PutDemand adds a demand or changes its words and basis.
func (t *Tx) PutDemand(ctx context.Context, d campaign.Demand) error {
	basis, err := json.Marshal(d.Basis)
	if err != nil {
		return err
	}
	return t.insert(ctx, "This demand exists already.", `INSERT INTO campaign_demand (id, campaign, key, text_en, text_ru, through, basis, place, since, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET text_en = excluded.text_en, text_ru = excluded.text_ru, through = excluded.through, basis = excluded.basis, ended = excluded.ended`,
		d.ID, d.Campaign, d.Key, d.Text.EN, d.Text.RU, d.Through, string(basis), d.Order, string(d.Since), string(d.Ended))
}

// PutTarget adds a target or changes its name and address.
func (t *Tx) PutTarget(ctx context.Context, g campaign.Target) error {
	offices, err := json.Marshal(append([]campaign.Office{}, g.Offices...))
	if err != nil {
		return err
	}
	contacts, err := json.Marshal(append([]campaign.Contact{}, g.Contacts...))
	if err != nil {
		return err
	}
	return t.insert(ctx, "This target exists already.", `INSERT INTO campaign_target (id, campaign, kind, number, name_en, name_ru, lang, address, email, counterpart, offices, contacts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET name_en = excluded.name_en, name_ru = excluded.name_ru, lang = excluded.lang, address = excluded.address, email = excluded.email,
			counterpart = excluded.counterpart, offices = excluded.offices, contacts = excluded.contacts`,
		g.ID, g.Campaign, string(g.Kind), g.Number, g.Name.EN, g.Name.RU, g.Lang, g.Address, g.Email, g.Counterpart, string(offices), string(contacts))
}

// AddAsk adds an ask.
func (t *Tx) AddAsk(ctx context.Context, a campaign.Ask) error {
	_, err := t.exec(ctx, `INSERT INTO campaign_ask (id, campaign, demand, target, way, sent, deadline, by_whom, letter, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Campaign, a.Demand, a.Target, string(a.Way), string(a.Sent), string(a.Deadline), a.By, a.Letter, a.Note)
	return err
}

// WithdrawAsk notes why an ask was never one. What was noted stays.
func (t *Tx) WithdrawAsk(ctx context.Context, ask, why string) error {
	_, err := t.exec(ctx, `UPDATE campaign_ask SET withdrawn = $2 WHERE id = $1`, ask, why)
	return err
}

// PutResponse adds a response or changes its evidence, confirmation and withdrawal;
// what was answered and when is never changed.
func (t *Tx) PutResponse(ctx context.Context, r campaign.Response) error {
	_, err := t.exec(ctx, `INSERT INTO campaign_response (id, campaign, demand, target, state, day, evidence, words_en, words_ru, author, second, at_us, withdrawn)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET evidence = excluded.evidence, author = excluded.author, second = excluded.second, withdrawn = excluded.withdrawn`,
		r.ID, r.Campaign, r.Demand, r.Target, r.State.String(), string(r.Day), r.Evidence, r.Words.EN, r.Words.RU, r.Author, r.Second, clock.Micros(r.At), r.Withdrawn)
	return err
}

// PutCommitment adds a promise or says what became of it.
func (t *Tx) PutCommitment(ctx context.Context, c campaign.Commitment) error {
	_, err := t.exec(ctx, `INSERT INTO campaign_promise (id, campaign, response, what_en, what_ru, due, outcome, evidence, settled_by, second) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, evidence = excluded.evidence, settled_by = excluded.settled_by, second = excluded.second`,
		c.ID, c.Campaign, c.Response, c.What.EN, c.What.RU, string(c.Due), string(c.Outcome), c.Evidence, c.By, c.Second)
	return err
}

// CampaignImported notes a file's hash; false: it was imported before.
func (t *Tx) CampaignImported(ctx context.Context, hash string) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO campaign_import (hash, at_us) VALUES ($1, $2) ON CONFLICT DO NOTHING`, hash, clock.Micros(t.clock.Now()))
	return n == 1, err
}

// letterBody is what of a letter is words.
type letterBody struct {
	Demands    []string         `json:"demands"`
	Addressee  string           `json:"addressee"`
	Subject    string           `json:"subject"`
	Paragraphs []string         `json:"paragraphs"`
	Basis      []campaign.Basis `json:"basis"`
	Signatory  string           `json:"signatory"`
	Foreign    bool             `json:"foreign,omitempty"`
}

func scanCampaignLetter(s scanner) (campaign.Letter, error) {
	var l campaign.Letter
	var b letterBody
	var body []byte
	var at int64
	if err := s.Scan(&l.ID, &l.Campaign, &l.Target, &l.Lang, &l.Day, &l.Author, &at, &l.Revision, &l.Sent, &l.Digest, &body, &l.PDF); err != nil {
		return l, err
	}
	err := json.Unmarshal(body, &b)
	l.At = clock.FromMicros(at)
	l.Demands, l.Addressee, l.Subject, l.Paragraphs, l.Basis, l.Signatory, l.Foreign = b.Demands, b.Addressee, b.Subject, b.Paragraphs, b.Basis, b.Signatory, b.Foreign
	return l, err
}

// Letter returns a letter with its PDF, if it was sent.
func (t *Tx) Letter(ctx context.Context, id string) (campaign.Letter, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, campaign, target, lang, day, author, at_us, revision, sent, digest, body, pdf FROM campaign_letter WHERE id = $1`, id), scanCampaignLetter)
}

// CampaignLetters lists a campaign's letters without their PDFs, newest first.
func (t *Tx) CampaignLetters(ctx context.Context, id string) ([]campaign.Letter, error) {
	return all(ctx, t, scanCampaignLetter, `SELECT id, campaign, target, lang, day, author, at_us, revision, sent, digest, body, NULL FROM campaign_letter WHERE campaign = $1 ORDER BY at_us DESC, id`, id)
}

// PutLetter adds a letter (was 0) or changes the revision that was seen.
func (t *Tx) PutLetter(ctx context.Context, l campaign.Letter, was int) error {
	body, err := json.Marshal(letterBody{l.Demands, l.Addressee, l.Subject, l.Paragraphs, l.Basis, l.Signatory, l.Foreign})
	if err != nil {
		return err
	}
	if was == 0 {
		_, err := t.exec(ctx, `INSERT INTO campaign_letter (id, campaign, target, lang, day, author, at_us, revision, sent, digest, body, pdf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			l.ID, l.Campaign, l.Target, l.Lang, string(l.Day), l.Author, clock.Micros(l.At), l.Revision, truth(l.Sent), l.Digest, string(body), l.PDF)
		return err
	}
	n, err := t.exec(ctx, `UPDATE campaign_letter SET revision = $3, sent = $4, digest = $5, body = $6, pdf = $7 WHERE id = $1 AND revision = $2 AND sent = 0`,
		l.ID, was, l.Revision, truth(l.Sent), l.Digest, string(body), l.PDF)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this letter meanwhile. Look at it again.")
	}
	return err
}

var _ campaign.Store = (*Tx)(nil)
