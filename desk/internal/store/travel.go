package store

import (
	"context"

	"waylight/desk/internal/travel"
	"waylight/internal/clock"
)

const packColumns = `id, member, made_us, until_us, needs, second, answered_us, yes, fetched, ended_us, ending, erased`

func scanPack(s scanner) (travel.Pack, error) {
	var p travel.Pack
	var made, until, answered, ended int64
	err := s.Scan(&p.ID, &p.Member, &made, &until, &p.Needs, &p.Second, &answered, &p.Yes, &p.Fetched, &ended, &p.Ending, &p.Erased)
	p.Made, p.Until, p.Answered, p.Ended = clock.FromMicros(made), clock.FromMicros(until), clock.FromMicros(answered), clock.FromMicros(ended)
	return p, err
}

// AddPack adds a travel pack and what lies in it.
func (t *Tx) AddPack(ctx context.Context, p travel.Pack, carried []string) error {
	if err := t.insert(ctx, "This pack exists already.", `INSERT INTO travel_pack (`+packColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.ID, p.Member, clock.Micros(p.Made), clock.Micros(p.Until), truth(p.Needs), p.Second, clock.Micros(p.Answered), truth(p.Yes), p.Fetched, clock.Micros(p.Ended), string(p.Ending), p.Erased); err != nil {
		return err
	}
	return t.Carry(ctx, p.ID, carried)
}

// Pack returns one.
func (t *Tx) Pack(ctx context.Context, id string) (travel.Pack, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+packColumns+` FROM travel_pack WHERE id = $1`, id), scanPack)
}

// SavePack keeps what changes of a pack.
func (t *Tx) SavePack(ctx context.Context, p travel.Pack) error {
	return t.execOne(ctx, `UPDATE travel_pack SET needs = $2, second = $3, answered_us = $4, yes = $5, fetched = $6, ended_us = $7, ending = $8 WHERE id = $1`,
		p.ID, truth(p.Needs), p.Second, clock.Micros(p.Answered), truth(p.Yes), p.Fetched, clock.Micros(p.Ended), string(p.Ending))
}

// Packs lists the newest packs, of one member or of all.
func (t *Tx) Packs(ctx context.Context, member string, limit int) ([]travel.Pack, error) {
	return all(ctx, t, scanPack, `SELECT `+packColumns+` FROM travel_pack WHERE $1 = '' OR member = $1 ORDER BY made_us DESC, id LIMIT $2`, member, limit)
}

// Carry replaces what lies in a pack.
func (t *Tx) Carry(ctx context.Context, pack string, carried []string) error {
	if _, err := t.exec(ctx, `DELETE FROM travel_carried WHERE pack = $1`, pack); err != nil {
		return err
	}
	for _, c := range carried {
		if _, err := t.exec(ctx, `INSERT INTO travel_carried (pack, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING`, pack, c); err != nil {
			return err
		}
	}
	return nil
}

// CarriedIn lists the cases and places that lie in a pack.
func (t *Tx) CarriedIn(ctx context.Context, pack string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT subject FROM travel_carried WHERE pack = $1 ORDER BY subject`, pack)
}

const entryColumns = `id, pack, number, kind, at_us, came_us, outcome, file, item, by`

func scanEntry(s scanner) (travel.Row, error) {
	var r travel.Row
	var at, came int64
	err := s.Scan(&r.ID, &r.Pack, &r.Number, &r.Kind, &at, &came, &r.Outcome, &r.File, &r.Item, &r.By)
	r.At, r.Came = clock.FromMicros(at), clock.FromMicros(came)
	return r, err
}

// AddRow adds an entry that came home.
func (t *Tx) AddRow(ctx context.Context, r travel.Row) error {
	return t.insert(ctx, "This entry came home before.", `INSERT INTO travel_entry (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.Pack, r.Number, r.Kind, clock.Micros(r.At), clock.Micros(r.Came), string(r.Outcome), r.File, r.Item, r.By)
}

// Row returns one.
func (t *Tx) Row(ctx context.Context, id string) (travel.Row, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+entryColumns+` FROM travel_entry WHERE id = $1`, id), scanEntry)
}

// SaveRow keeps what became of an entry.
func (t *Tx) SaveRow(ctx context.Context, r travel.Row) error {
	return t.execOne(ctx, `UPDATE travel_entry SET outcome = $2, file = $3, item = $4, by = $5 WHERE id = $1`, r.ID, string(r.Outcome), r.File, r.Item, r.By)
}

// RowsOf lists the entries of a pack in the order in which they were written.
func (t *Tx) RowsOf(ctx context.Context, pack string) ([]travel.Row, error) {
	return all(ctx, t, scanEntry, `SELECT `+entryColumns+` FROM travel_entry WHERE pack = $1 ORDER BY number, came_us, id`, pack)
}

// eraseCarried takes an erased case out of the packs that hold it; what of their
// journals waits for a person about it goes with it.
func (t *Tx) eraseCarried(ctx context.Context, file string) error {
	for _, q := range []string{
		`UPDATE travel_pack SET erased = erased + 1 WHERE fetched > 0 AND id IN (SELECT pack FROM travel_carried WHERE subject = $1)`,
		`DELETE FROM travel_carried WHERE subject = $1`,
		`DELETE FROM case_item WHERE kind = 'entry' AND id IN (SELECT id FROM travel_entry WHERE file = $1)`,
		`DELETE FROM travel_entry WHERE file = $1`,
	} {
		if _, err := t.exec(ctx, q, file); err != nil {
			return err
		}
	}
	return nil
}
