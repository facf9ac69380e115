package store

import (
	"context"
	"encoding/json"
	"strings"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/supporters"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/petition"
)

const petitionColumns = `id, public, slug, campaign, state, content, revision, digest, authors, recipient, key, serial, tally, doubles, begun_us`

func scanPetition(s scanner) (supporters.Petition, error) {
	var p supporters.Petition
	var content, authors, tally string
	var serial, begun int64
	if err := s.Scan(&p.ID, &p.Public, &p.Slug, &p.Campaign, &p.State, &content, &p.Revision, &p.Digest, &authors, &p.Recipient, (*[]byte)(&p.Key), &serial, &tally, &p.Doubles, &begun); err != nil {
		return p, err
	}
	p.Authors, p.Serial, p.Begun = strings.Split(authors, ","), uint64(serial), clock.FromMicros(begun)
	if tally != "" {
		p.Tally = &petition.Tally{}
		if err := json.Unmarshal([]byte(tally), p.Tally); err != nil {
			return p, err
		}
	}
	return p, json.Unmarshal([]byte(content), &p.Content)
}

// Petition returns a petition with its approvals.
func (t *Tx) Petition(ctx context.Context, id string) (supporters.Petition, error) {
	return t.petitionBy(ctx, `SELECT `+petitionColumns+` FROM petition WHERE id = $1`, id)
}

// PetitionByPublic finds a petition by the name that the Front knows.
func (t *Tx) PetitionByPublic(ctx context.Context, public string) (supporters.Petition, error) {
	return t.petitionBy(ctx, `SELECT `+petitionColumns+` FROM petition WHERE public = $1`, public)
}

func (t *Tx) petitionBy(ctx context.Context, q, id string) (supporters.Petition, error) {
	p, err := one(t.q.QueryRow(ctx, q, id), scanPetition)
	if err != nil {
		return p, err
	}
	p.Approvals, err = all(ctx, t, func(s scanner) (a supporters.Approval, err error) {
		err = s.Scan(&a.Member, &a.Digest)
		return a, err
	}, `SELECT member, digest FROM petition_approval WHERE petition = $1 ORDER BY at_us, member`, p.ID)
	return p, err
}

// Petitions lists all petitions, the newest first, without their approvals.
func (t *Tx) Petitions(ctx context.Context) ([]supporters.Petition, error) {
	return all(ctx, t, scanPetition, `SELECT `+petitionColumns+` FROM petition ORDER BY begun_us DESC, id`)
}

// PutPetition adds a petition (was 0) or changes the revision that was seen.
func (t *Tx) PutPetition(ctx context.Context, p supporters.Petition, was int) error {
	content, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	tally, err := tallyText(p.Tally)
	if err != nil {
		return err
	}
	if was == 0 {
		return t.insert(ctx, "There is a petition under this name already. Choose another one.", `INSERT INTO petition (`+petitionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			p.ID, p.Public, p.Slug, p.Campaign, string(p.State), string(content), p.Revision, p.Digest, strings.Join(p.Authors, ","), p.Recipient, bytesOf(p.Key), int64(p.Serial), tally, p.Doubles, clock.Micros(p.Begun))
	}
	n, err := t.exec(ctx, `UPDATE petition SET state = $3, content = $4, revision = $5, digest = $6, authors = $7, recipient = $8, key = $9, serial = $10, tally = $11 WHERE id = $1 AND revision = $2`,
		p.ID, was, string(p.State), string(content), p.Revision, p.Digest, strings.Join(p.Authors, ","), p.Recipient, bytesOf(p.Key), int64(p.Serial), tally)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
	}
	return err
}

func tallyText(t *petition.Tally) (string, error) {
	if t == nil {
		return "", nil
	}
	b, err := json.Marshal(t)
	return string(b), err
}

// bytesOf makes no bytes of nothing, for columns that are never NULL.
func bytesOf(s safe.Sealed) []byte { return append([]byte{}, s...) }

// ApprovePetition notes a member's yes; the same again changes nothing.
func (t *Tx) ApprovePetition(ctx context.Context, id string, a supporters.Approval) error {
	_, err := t.exec(ctx, `INSERT INTO petition_approval (petition, member, digest, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, id, a.Member, a.Digest, clock.Micros(t.clock.Now()))
	return err
}

// SavePetitionKey keeps what changes without a new revision of the text.
func (t *Tx) SavePetitionKey(ctx context.Context, p supporters.Petition) error {
	tally, err := tallyText(p.Tally)
	if err != nil {
		return err
	}
	return t.execOne(ctx, `UPDATE petition SET recipient = $2, key = $3, serial = $4, tally = $5 WHERE id = $1`, p.ID, p.Recipient, bytesOf(p.Key), int64(p.Serial), tally)
}

// AddDoubles counts signatures of mailboxes that had signed.
func (t *Tx) AddDoubles(ctx context.Context, id string, n int) error {
	return t.execOne(ctx, `UPDATE petition SET doubles = doubles + $2 WHERE id = $1`, id, n)
}

// AddSignatureArrival keeps a sealed signature; one that is here already is passed over.
func (t *Tx) AddSignatureArrival(ctx context.Context, a supporters.Arrival) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO petition_arrival (number, petition, day, sealed, trouble) VALUES ($1, $2, $3, $4, '') ON CONFLICT DO NOTHING`, a.Number, a.Petition, string(a.Day), a.Sealed)
	return n > 0, err
}

// SignatureArrivals lists signatures that wait to be opened.
func (t *Tx) SignatureArrivals(ctx context.Context, public string, limit int) ([]supporters.Arrival, error) {
	return all(ctx, t, func(s scanner) (a supporters.Arrival, err error) {
		err = s.Scan(&a.Number, &a.Petition, &a.Day, &a.Sealed)
		return a, err
	}, `SELECT number, petition, day, sealed FROM petition_arrival WHERE petition = $1 AND trouble = '' ORDER BY number LIMIT $2`, public, limit)
}

// WaitingSignatures counts them.
func (t *Tx) WaitingSignatures(ctx context.Context, public string) (waits, troubled int, err error) {
	err = t.q.QueryRow(ctx, `SELECT count(*) FILTER (WHERE trouble = ''), count(*) FILTER (WHERE trouble <> '') FROM petition_arrival WHERE petition = $1`, public).Scan(&waits, &troubled)
	return waits, troubled, err
}

// SettleArrival removes a signature that was opened, or notes why it cannot be.
func (t *Tx) SettleArrival(ctx context.Context, number, trouble string) error {
	if trouble == "" {
		return t.execOne(ctx, `DELETE FROM petition_arrival WHERE number = $1`, number)
	}
	return t.execOne(ctx, `UPDATE petition_arrival SET trouble = $2 WHERE number = $1`, number, trouble)
}

const supporterColumns = `id, petition, hash, address, domain, place, standing, stopped, why, mails, mailed_us, day, sealed`

// DropSignatureArrivals removes every sealed signature of a petition, by its public id.
func (t *Tx) DropSignatureArrivals(ctx context.Context, public string) error {
	_, err := t.exec(ctx, `DELETE FROM petition_arrival WHERE petition = $1`, public)
	return err
}

func scanSupporter(s scanner) (supporters.Supporter, error) {
	var p supporters.Supporter
	var mailed int64
	err := s.Scan(&p.ID, &p.Petition, &p.Hash, &p.Address, &p.Domain, &p.Place, &p.Standing, &p.Stopped, &p.Why, &p.Mails, &mailed, &p.Day, (*[]byte)(&p.Sealed))
	p.Mailed = clock.FromMicros(mailed)
	return p, err
}

// SupporterByAddress finds the signature of a mailbox.
func (t *Tx) SupporterByAddress(ctx context.Context, id, address string) (supporters.Supporter, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+supporterColumns+` FROM supporter WHERE petition = $1 AND address = $2`, id, address), scanSupporter)
}

// SupporterByHash finds the signature of a code.
func (t *Tx) SupporterByHash(ctx context.Context, hash string) (supporters.Supporter, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+supporterColumns+` FROM supporter WHERE hash = $1`, hash), scanSupporter)
}

// SupportersOf lists signatures of a standing in the order of their ids, which is random.
func (t *Tx) SupportersOf(ctx context.Context, id string, where supporters.Standing, after string, limit int) ([]supporters.Supporter, error) {
	return all(ctx, t, scanSupporter, `SELECT `+supporterColumns+` FROM supporter WHERE petition = $1 AND ($2 = '' OR standing = $2) AND id > $3 ORDER BY id LIMIT $4`, id, string(where), after, limit)
}

// PutSupporter adds or replaces a signature.
func (t *Tx) PutSupporter(ctx context.Context, p supporters.Supporter) error {
	_, err := t.exec(ctx, `INSERT INTO supporter (`+supporterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, domain = excluded.domain, place = excluded.place, standing = excluded.standing, stopped = excluded.stopped, why = excluded.why,
		mails = excluded.mails, mailed_us = excluded.mailed_us, day = excluded.day, sealed = excluded.sealed`,
		p.ID, p.Petition, p.Hash, p.Address, p.Domain, p.Place, string(p.Standing), truth(p.Stopped), p.Why, p.Mails, clock.Micros(p.Mailed), string(p.Day), bytesOf(p.Sealed))
	return err
}

// EraseSupporter removes a signature with everything that is known of it.
func (t *Tx) EraseSupporter(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM supporter WHERE id = $1`, id)
	return err
}

// tallied is one line of a count.
type tallied struct {
	key string
	n   int
}

func scanTallied(s scanner) (x tallied, err error) {
	err = s.Scan(&x.key, &x.n)
	return x, err
}

// Standings counts the signatures of a petition by how they stand.
func (t *Tx) Standings(ctx context.Context, id string) (map[supporters.Standing]int, error) {
	rows, err := all(ctx, t, scanTallied, `SELECT standing, count(*) FROM supporter WHERE petition = $1 GROUP BY standing`, id)
	out := map[supporters.Standing]int{}
	for _, r := range rows {
		out[supporters.Standing(r.key)] = r.n
	}
	return out, err
}

// Places counts those that are confirmed by the keyed name of the country.
func (t *Tx) Places(ctx context.Context, id string) (map[string]int, error) {
	rows, err := all(ctx, t, scanTallied, `SELECT place, count(*) FROM supporter WHERE petition = $1 AND standing = 'confirmed' GROUP BY place`, id)
	out := map[string]int{}
	for _, r := range rows {
		out[r.key] = r.n
	}
	return out, err
}

// OfDomain counts the signatures from a domain.
func (t *Tx) OfDomain(ctx context.Context, id, domain string) (n int, err error) {
	err = t.q.QueryRow(ctx, `SELECT count(*) FROM supporter WHERE petition = $1 AND domain = $2`, id, domain).Scan(&n)
	return n, err
}

// DomainTrusted reports whether a person has looked at a domain.
func (t *Tx) DomainTrusted(ctx context.Context, id, domain string) (known bool, err error) {
	err = t.q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM petition_domain WHERE petition = $1 AND domain = $2)`, id, domain).Scan(&known)
	return known, err
}

// TrustDomain notes that a person has.
func (t *Tx) TrustDomain(ctx context.Context, id, domain string) error {
	_, err := t.exec(ctx, `INSERT INTO petition_domain (petition, domain) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, domain)
	return err
}

func scanDelivery(s scanner) (d supporters.Delivery, err error) {
	var at int64
	err = s.Scan(&d.ID, &d.Petition, &at, &d.By, &d.Count, &d.Named, &d.Kept, &d.Digest, &d.Body)
	d.At = clock.FromMicros(at)
	return d, err
}

// AddDelivery keeps a package; one with this id that is here already stays.
func (t *Tx) AddDelivery(ctx context.Context, d supporters.Delivery) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO petition_delivery (id, petition, at_us, member, count, named, kept, digest, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		d.ID, d.Petition, clock.Micros(d.At), d.By, d.Count, d.Named, d.Kept, d.Digest, d.Body)
	return n > 0, err
}

// Delivery returns a package.
func (t *Tx) Delivery(ctx context.Context, id string) (supporters.Delivery, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, petition, at_us, member, count, named, kept, digest, body FROM petition_delivery WHERE id = $1`, id), scanDelivery)
}

// DeliveriesOf lists the packages of a petition, the newest first, without their bodies.
func (t *Tx) DeliveriesOf(ctx context.Context, id string) ([]supporters.Delivery, error) {
	return all(ctx, t, scanDelivery, `SELECT id, petition, at_us, member, count, named, kept, digest, NULL FROM petition_delivery WHERE petition = $1 ORDER BY at_us DESC, id`, id)
}

// AddNews notes that news is told; false: it was told already.
func (t *Tx) AddNews(ctx context.Context, id, once string) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO petition_news (once, petition, at_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, once, id, clock.Micros(t.clock.Now()))
	return n > 0, err
}

// Unconfirmed lists signatures that came before a day and were never confirmed.
func (t *Tx) Unconfirmed(ctx context.Context, before clock.Day, limit int) ([]supporters.Supporter, error) {
	return all(ctx, t, scanSupporter, `SELECT `+supporterColumns+` FROM supporter WHERE standing IN ('waiting', 'held') AND day < $1 ORDER BY id LIMIT $2`, string(before), limit)
}

var _ supporters.Store = (*Tx)(nil)
