package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/desk/internal/capture"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
)

const evidenceColumns = `e.id, e.item, e.made_from, e.step, e.blob, e.safe, e.sealed, e.commitment, e.sensitive, e.by_member, e.at_us`

func scanEvidence(r scanner) (evidence.File, error) {
	var f evidence.File
	var commit []byte
	var at int64
	err := r.Scan(&f.ID, &f.Item, &f.From, &f.Step, &f.Blob, &f.Safe, (*[]byte)(&f.Sealed), &commit, &f.Sensitive, &f.By, &at)
	copy(f.Commit[:], commit)
	f.At = clock.FromMicros(at)
	return f, err
}

// AddEvidence adds a file.
func (t *Tx) AddEvidence(ctx context.Context, f evidence.File) error {
	return t.insert(ctx, "There is a file with this id already.", `INSERT INTO evidence (id, item, made_from, step, blob, safe, sealed, commitment, sensitive, by_member, at_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		f.ID, f.Item, f.From, f.Step, f.Blob, f.Safe, []byte(f.Sealed), f.Commit[:], truth(f.Sensitive), f.By, clock.Micros(f.At))
}

// Evidence returns one file.
func (t *Tx) Evidence(ctx context.Context, id string) (evidence.File, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.id = $1`, id), scanEvidence)
}

// EvidenceOf lists the files of an item, the oldest first.
func (t *Tx) EvidenceOf(ctx context.Context, item string) ([]evidence.File, error) {
	return all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.item = $1 ORDER BY e.at_us, e.id`, item)
}

// EvidenceFrom lists what was made from a file, the oldest first.
func (t *Tx) EvidenceFrom(ctx context.Context, file string) ([]evidence.File, error) {
	return all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.made_from = $1 ORDER BY e.at_us, e.id`, file)
}

// EvidenceSafes lists the safes of files of an item that are not the item's own.
func (t *Tx) EvidenceSafes(ctx context.Context, item string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT DISTINCT e.safe FROM evidence e JOIN item i ON i.id = e.item WHERE e.item = $1 AND e.safe <> i.safe ORDER BY e.safe`, item)
}

// EvidenceCells lists what lies in a safe, to be sealed again.
func (t *Tx) EvidenceCells(ctx context.Context, id string) ([]safe.Cell, error) {
	files, err := all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.safe = $1`, id)
	cells := make([]safe.Cell, len(files))
	for i, f := range files {
		cells[i] = safe.Cell{Label: evidence.Label(f.ID), Sealed: f.Sealed, Keep: func(s safe.Sealed) error {
			return t.execOne(ctx, `UPDATE evidence SET sealed = $2 WHERE id = $1`, f.ID, []byte(s))
		}}
	}
	if err != nil {
		return nil, err
	}
	captures, err := all(ctx, t, scanCapture, `SELECT `+captureColumns+` FROM capture WHERE safe = $1`, id)
	for _, c := range captures {
		cells = append(cells, safe.Cell{Label: capture.Label(c.ID), Sealed: c.Sealed, Keep: func(s safe.Sealed) error {
			return t.execOne(ctx, `UPDATE capture SET sealed = $2 WHERE id = $1`, c.ID, []byte(s))
		}})
	}
	return cells, err
}

func scanBlob(r scanner) (evidence.Blob, error) {
	var b evidence.Blob
	var tag []byte
	var checked int64
	err := r.Scan(&b.ID, &tag, &b.Wrapped, &b.Sums, &checked, &b.State)
	copy(b.Tag[:], tag)
	b.Checked = clock.FromMicros(checked)
	return b, err
}

const blobColumns = `id, tag, wrapped, sums, checked_us, state`

// AddBlob adds sealed bytes.
func (t *Tx) AddBlob(ctx context.Context, b evidence.Blob) error {
	return t.insert(ctx, "The same file is just being kept by somebody else. Try again.", `INSERT INTO evidence_blob (`+blobColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		b.ID, b.Tag[:], b.Wrapped, b.Sums, clock.Micros(b.Checked), b.State)
}

// Blob returns what is known of sealed bytes.
func (t *Tx) Blob(ctx context.Context, id string) (evidence.Blob, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+blobColumns+` FROM evidence_blob WHERE id = $1`, id), scanBlob)
}

// BlobByTag finds the same content.
func (t *Tx) BlobByTag(ctx context.Context, tag [32]byte) (evidence.Blob, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+blobColumns+` FROM evidence_blob WHERE tag = $1`, tag[:]), scanBlob)
}

// BlobChecked notes what a check showed.
func (t *Tx) BlobChecked(ctx context.Context, id string, s evidence.State, at time.Time) error {
	return t.execOne(ctx, `UPDATE evidence_blob SET state = $2, checked_us = $3 WHERE id = $1`, id, s, clock.Micros(at))
}

// BlobsDue lists those that were not checked since, the longest ago first.
func (t *Tx) BlobsDue(ctx context.Context, before time.Time, limit int) ([]evidence.Blob, error) {
	return all(ctx, t, scanBlob, `SELECT `+blobColumns+` FROM evidence_blob WHERE checked_us <= $1 ORDER BY checked_us, id LIMIT $2`, clock.Micros(before), limit)
}

// BlobsWrong lists those that are altered or missing.
func (t *Tx) BlobsWrong(ctx context.Context) ([]evidence.Blob, error) {
	return all(ctx, t, scanBlob, `SELECT `+blobColumns+` FROM evidence_blob WHERE state <> 'good' ORDER BY id`)
}

// Orphans lists sealed bytes of which every file lies in a safe that nobody can open.
func (t *Tx) Orphans(ctx context.Context) ([]string, error) {
	return all(ctx, t, scanText, `SELECT b.id FROM evidence_blob b WHERE NOT EXISTS
		(SELECT 1 FROM evidence e JOIN safe_grant g ON g.safe = e.safe WHERE e.blob = b.id) ORDER BY b.id`)
}

// DropBlob forgets sealed bytes.
func (t *Tx) DropBlob(ctx context.Context, id string) error {
	return t.execOne(ctx, `DELETE FROM evidence_blob WHERE id = $1`, id)
}

// FilesOfBlob lists the files that are these bytes.
func (t *Tx) FilesOfBlob(ctx context.Context, id string) ([]evidence.File, error) {
	return all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.blob = $1 ORDER BY e.at_us, e.id`, id)
}

const settingEvidence = "evidence.secret"

// EvidenceSecret is 32 random bytes of this Desk, made at the first use.
func (t *Tx) EvidenceSecret(ctx context.Context) (secret [32]byte, err error) {
	b, err := t.Setting(ctx, settingEvidence)
	if fault.KindOf(err) == fault.NotFound {
		rand.Read(secret[:])
		return secret, t.PutSetting(ctx, settingEvidence, secret[:])
	}
	copy(secret[:], b)
	return secret, err
}

// LastEvent gives number and digest of a file's last custody event.
func (t *Tx) LastEvent(ctx context.Context, file string) (number int, digest string, err error) {
	type last struct {
		number int
		digest []byte
	}
	l, err := one(t.q.QueryRow(ctx, `SELECT v.number, l.digest FROM evidence_event v JOIN ledger l ON l.seq = v.seq WHERE v.file = $1 ORDER BY v.number DESC LIMIT 1`, file),
		func(s scanner) (l last, err error) {
			err = s.Scan(&l.number, &l.digest)
			return l, err
		})
	if fault.KindOf(err) == fault.NotFound {
		return 0, "", nil
	}
	return l.number, hex.EncodeToString(l.digest), err
}

// AppendEvent writes a ledger entry and its place in the chain.
func (t *Tx) AppendEvent(ctx context.Context, file string, number int, e ledger.Entry) error {
	seq, err := t.LedgerSize(ctx)
	if err != nil {
		return err
	}
	if err := t.Append(ctx, e); err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO evidence_event (file, number, seq) VALUES ($1, $2, $3)`, file, number, seq)
	return err
}

// Events lists a file's custody events, the first first. Those whose content was
// destroyed carry their number only.
func (t *Tx) Events(ctx context.Context, file string) ([]evidence.Event, error) {
	type place struct {
		number int
		seq    int64
	}
	places, err := all(ctx, t, func(s scanner) (p place, err error) {
		err = s.Scan(&p.number, &p.seq)
		return p, err
	}, `SELECT number, seq FROM evidence_event WHERE file = $1 ORDER BY number`, file)
	if err != nil {
		return nil, err
	}
	out := make([]evidence.Event, len(places))
	for i, p := range places {
		out[i].Seq, out[i].Number = p.seq, p.number
		r, err := t.LedgerRecords(ctx, "", p.seq, 1)
		if err != nil {
			return nil, err
		}
		if len(r) != 1 || r[0].Seq != p.seq {
			return nil, errLedger
		}
		if r[0].Action == "" {
			continue
		}
		out[i].At, out[i].Actor, out[i].Action = r[0].At, r[0].Actor, r[0].Action
		if err := json.Unmarshal(r[0].Detail, &out[i].Detail); err != nil {
			return nil, err
		}
		if out[i].Record, err = r[0].Encode(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ProveEvents gives the ledger's state and a proof for each of the entries.
func (t *Tx) ProveEvents(ctx context.Context, seqs []int64) (c exhibit.Checkpoint, proofs []tlog.RecordProof, err error) {
	if c.Root, c.Size, err = t.LedgerRoot(ctx); err != nil {
		return c, nil, err
	}
	read := tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) { return t.ledgerHashes(ctx, idx) })
	for _, seq := range seqs {
		p, err := tlog.ProveRecord(c.Size, seq, read)
		if err != nil {
			return c, nil, fmt.Errorf("store: proof of ledger entry %d: %w", seq, err)
		}
		proofs = append(proofs, p)
	}
	return c, proofs, nil
}

// AddView lets somebody look for a while.
func (t *Tx) AddView(ctx context.Context, v evidence.View) error {
	_, err := t.exec(ctx, `INSERT INTO evidence_view (id, file, by_member, session, until_us) VALUES ($1, $2, $3, $4, $5)`, v.ID, v.File, v.Member, v.Session, clock.Micros(v.Until))
	return err
}

// View returns one.
func (t *Tx) View(ctx context.Context, id string) (evidence.View, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, file, by_member, session, until_us FROM evidence_view WHERE id = $1`, id), func(s scanner) (v evidence.View, err error) {
		var until int64
		err = s.Scan(&v.ID, &v.File, &v.Member, &v.Session, &until)
		v.Until = clock.FromMicros(until)
		return v, err
	})
}

// EndedViews lists those that have ended.
func (t *Tx) EndedViews(ctx context.Context, before time.Time) ([]string, error) {
	return all(ctx, t, scanText, `SELECT id FROM evidence_view WHERE until_us < $1`, clock.Micros(before))
}

// DropViews forgets those that have ended.
func (t *Tx) DropViews(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM evidence_view WHERE until_us < $1`, clock.Micros(before))
	return err
}

// Unstamped lists files that an authority has not stamped, by commitment: the
// order tells nothing about when they came.
func (t *Tx) Unstamped(ctx context.Context, authority string, limit int) ([]evidence.File, error) {
	return all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e WHERE e.sensitive = 0 AND NOT EXISTS
		(SELECT 1 FROM evidence_stamp s JOIN evidence_batch b ON b.id = s.batch WHERE s.file = e.id AND b.authority = $1) ORDER BY e.commitment LIMIT $2`, authority, limit)
}

// AddBatch keeps a token with the files that it covers.
func (t *Tx) AddBatch(ctx context.Context, b evidence.Batch) error {
	if _, err := t.exec(ctx, `INSERT INTO evidence_batch (id, authority, token, at_us) VALUES ($1, $2, $3, $4)`, b.ID, b.Authority, b.Token, clock.Micros(b.At)); err != nil {
		return err
	}
	for i, f := range b.Files {
		if _, err := t.exec(ctx, `INSERT INTO evidence_stamp (batch, place, file) VALUES ($1, $2, $3)`, b.ID, i, f); err != nil {
			return err
		}
	}
	return nil
}

// BatchesOf lists the stamps of a file, each with its whole list.
func (t *Tx) BatchesOf(ctx context.Context, file string) ([]evidence.Batch, error) {
	batches, err := all(ctx, t, func(s scanner) (b evidence.Batch, err error) {
		var at int64
		err = s.Scan(&b.ID, &b.Authority, &b.Token, &at)
		b.At = clock.FromMicros(at)
		return b, err
	}, `SELECT b.id, b.authority, b.token, b.at_us FROM evidence_batch b JOIN evidence_stamp s ON s.batch = b.id WHERE s.file = $1 ORDER BY b.at_us, b.id`, file)
	for i := range batches {
		members, err := all(ctx, t, scanEvidence, `SELECT `+evidenceColumns+` FROM evidence e JOIN evidence_stamp s ON s.file = e.id WHERE s.batch = $1 ORDER BY s.place`, batches[i].ID)
		if err != nil {
			return nil, err
		}
		for _, f := range members {
			batches[i].Files, batches[i].Commits = append(batches[i].Files, f.ID), append(batches[i].Commits, f.Commit)
		}
	}
	return batches, err
}

func scanPackage(s scanner) (p evidence.Package, err error) {
	var files, opinions string
	var at, approved int64
	if err := s.Scan(&p.ID, &p.Purpose, &files, &opinions, &p.By, &at, &p.ApprovedBy, &approved); err != nil {
		return p, err
	}
	p.At = clock.FromMicros(at)
	if approved != 0 {
		p.ApprovedAt = clock.FromMicros(approved)
	}
	return p, errors.Join(json.Unmarshal([]byte(files), &p.Files), json.Unmarshal([]byte(opinions), &p.Opinions))
}

const packageColumns = `id, purpose, files, opinions, by_member, at_us, approved_by, approved_us`

// AddPackage adds a package.
func (t *Tx) AddPackage(ctx context.Context, p evidence.Package) error {
	opinions, err := json.Marshal(append([]evidence.Enclosed{}, p.Opinions...))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO evidence_package (`+packageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, '', 0)`, p.ID, p.Purpose, among(p.Files), string(opinions), p.By, clock.Micros(p.At))
	return err
}

// Package returns one.
func (t *Tx) Package(ctx context.Context, id string) (evidence.Package, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+packageColumns+` FROM evidence_package WHERE id = $1`, id), scanPackage)
}

// Packages lists them, the newest first.
func (t *Tx) Packages(ctx context.Context) ([]evidence.Package, error) {
	return all(ctx, t, scanPackage, `SELECT `+packageColumns+` FROM evidence_package ORDER BY at_us DESC, id`)
}

// ApprovePackage notes the second person's yes, once.
func (t *Tx) ApprovePackage(ctx context.Context, id, by string, at time.Time) error {
	return t.execOne(ctx, `UPDATE evidence_package SET approved_by = $2, approved_us = $3 WHERE id = $1 AND approved_by = ''`, id, by, clock.Micros(at))
}

// PassPackage checks the words of an evidence package.
func (g Gate) PassPackage(ctx context.Context, tx evidence.Store, actor, id string, paragraphs []string) error {
	s, ok := tx.(publish.Store)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.Pass(ctx, s, actor, id, "court", paragraphs)
}

// LookPackage says what the leak guard finds in texts out of a package's files.
func (g Gate) LookPackage(ctx context.Context, tx evidence.Store, by staff.Actor, id string, paragraphs []string) (out []evidence.Hit, err error) {
	s, ok := tx.(publish.Store)
	if !ok {
		return nil, errReading // never: every room's store is a Tx
	}
	hits, err := g.Gateway.Look(ctx, s, by, id, "court", paragraphs)
	for _, h := range hits {
		out = append(out, evidence.Hit{Paragraph: h.Paragraph, Kind: string(h.Kind), Why: h.Why.String(), Gap: h.Gap, Read: h.Read.String(), Stops: h.Level == guard.Block, Lifted: h.Lifted, Term: h.ID})
	}
	return out, err
}

// DecidePackage lets a term stand in a package.
func (g Gate) DecidePackage(ctx context.Context, by staff.Actor, id string, term int64, reason string) error {
	return g.Gateway.Decide(ctx, by, id, term, reason)
}

var (
	_ evidence.Store = (*Tx)(nil)
	_ evidence.Gate  = Gate{}
)
