package record

import (
	"context"
	"encoding/json"
	"slices"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// settle puts rows of another record in their places.
type settle struct {
	a     *Archive
	ctx   context.Context
	tx    Store
	by    staff.Actor
	boxes map[string]safe.Safe // of items that were taken in just now
	left  map[string]bool      // ids that were left out
}

// ErrShape says that a row of a whole export cannot be read.
var ErrShape = fault.New(fault.Invalid, "The row is not as this program writes it.")

func decode[T any](raw json.RawMessage) (v T, err error) {
	if json.Unmarshal(raw, &v) != nil {
		return v, ErrShape
	}
	return v, nil
}

// one takes one row in; false: it was left out, because what it hangs on was.
func (t *settle) one(e Entity, raw json.RawMessage) (bool, error) {
	switch e {
	case WholeSources:
		return t.source(raw)
	case WholeItems:
		return t.item(raw)
	case WholeIncidents:
		i, err := decode[Incident](raw)
		if err == nil && (!ids.Valid("incident", i.ID) || i.Span != "" && !dated(i.Span) || i.Title == "") {
			err = ErrShape
		}
		if err != nil {
			return false, err
		}
		return true, addIncident(t.ctx, t.tx, i)
	case WholeActs:
		d, err := decode[Deed](raw)
		if err == nil && (!ids.Valid("deed", d.ID) || !d.Act.Valid()) {
			err = ErrShape
		}
		if err == nil {
			_, err = t.tx.Incident(t.ctx, d.Incident)
		}
		if err != nil {
			return false, err
		}
		return true, addDeed(t.ctx, t.tx, d)
	case WholeClaims:
		return t.claim(raw)
	}
	return t.opinion(e, raw)
}

func dated(d edtf.Date) bool { _, err := edtf.Parse(string(d)); return err == nil }

func (t *settle) source(raw json.RawMessage) (bool, error) {
	s, err := decode[Source](raw)
	if err != nil {
		return false, err
	}
	s.Safe, s.Key = "", ""
	if !ids.Valid("source", s.ID) || s.Group == "" {
		return false, ErrShape
	}
	if err := s.check(); err != nil {
		return false, err
	}
	if err := addSource(t.ctx, t.tx, t.by.ID, s); err != nil {
		return false, err
	}
	return true, watchSource(t.ctx, t.tx, s, "")
}

func (t *settle) item(raw json.RawMessage) (bool, error) {
	w, err := decode[wholeItem](raw)
	if err != nil {
		return false, err
	}
	i := w.Item
	i.Safe, i.Sealed = "", nil
	if !ids.Valid("item", i.ID) || i.Title == "" || !slices.Contains(Materials(), i.Material) || i.Dated != "" && !dated(i.Dated) {
		return false, ErrShape
	}
	if _, err := t.tx.Source(t.ctx, i.Source); err != nil {
		return false, ErrShape
	}
	switch w.Held {
	case HeldOpen:
		return true, addItem(t.ctx, t.tx, t.by.ID, i)
	case HeldSealed:
		box, err := newSafe(t.ctx, t.tx, i.ID, t.by.Member)
		if err != nil {
			return false, err
		}
		t.boxes[i.ID] = box
		i.Safe, i.Sealed, i.Words = box.ID(), box.Put(itemLabel(i.ID), []byte(i.Words)), ""
		return true, addItem(t.ctx, t.tx, t.by.ID, i)
	}
	t.left[i.ID] = true
	return false, nil
}

func (t *settle) claim(raw json.RawMessage) (bool, error) {
	w, err := decode[wholeClaim](raw)
	if err != nil {
		return false, err
	}
	c := w.Claim
	c.Key, c.Safe, c.Sealed = "", "", nil
	if t.left[c.Item] {
		t.left[c.ID] = true
		return false, nil
	}
	i, err := t.tx.RecordItem(t.ctx, c.Item)
	if err != nil || i.Source != c.Source || !ids.Valid("claim", c.ID) {
		return false, ErrShape
	}
	if i.Safe != "" {
		box, ok := t.boxes[i.ID]
		if !ok {
			if box, ok, err = open(t.ctx, t.tx, t.by, i.Safe); err != nil || !ok {
				t.left[c.ID] = true
				return false, err
			}
		}
		if c.Sealed, err = (words{c.Verbatim, c.Translation}).seal(box, c.ID); err != nil {
			return false, err
		}
		c.Safe, c.Verbatim, c.Translation = i.Safe, "", ""
	}
	return true, addClaim(t.ctx, t.tx, t.by.ID, c)
}

// opinion takes in what people thought.
func (t *settle) opinion(e Entity, raw json.RawMessage) (bool, error) {
	switch e {
	case WholeLinks:
		l, err := decode[Link](raw)
		if err != nil || t.left[l.From] || t.left[l.To] {
			return false, err
		}
		if err := t.claims(l.From, l.To); err != nil {
			return false, err
		}
		return true, addLink(t.ctx, t.tx, l)
	case WholeJudgements:
		j, err := decode[Judgement](raw)
		if err != nil || t.left[j.Claim] {
			return false, err
		}
		if err := t.claims(j.Claim); err != nil {
			return false, err
		}
		return true, t.tx.AddJudgement(t.ctx, j)
	case WholeStatements:
		return t.statement(raw)
	case WholeFindings:
		f, err := decode[Finding](raw)
		if err == nil && (!ids.Valid("finding", f.ID) || !slices.Contains(Grades(), f.Decided)) {
			err = ErrShape
		}
		if err == nil {
			_, err = t.tx.Deed(t.ctx, f.Deed)
		}
		if err != nil {
			return false, err
		}
		return true, t.tx.AddFinding(t.ctx, f)
	case WholeReviews:
		r, err := decode[Review](raw)
		if err == nil {
			_, err = t.tx.Finding(t.ctx, r.Finding)
		}
		if err != nil {
			return false, err
		}
		return true, t.tx.AddReview(t.ctx, r)
	case WholeOrigins:
		k, err := decode[Kinship](raw)
		for _, id := range []string{k.A, k.B} {
			if err == nil {
				_, err = t.tx.Source(t.ctx, id)
			}
		}
		if err != nil {
			return false, err
		}
		return true, t.tx.AddKinship(t.ctx, k)
	}
	m, err := decode[Milestone](raw)
	if err != nil {
		return false, err
	}
	return true, t.tx.AddMilestone(t.ctx, m)
}

func (t *settle) claims(all ...string) error {
	for _, id := range all {
		if _, err := t.tx.Claim(t.ctx, id); err != nil {
			return ErrShape
		}
	}
	return nil
}

func (t *settle) statement(raw json.RawMessage) (bool, error) {
	s, err := decode[Statement](raw)
	if err != nil {
		return false, err
	}
	gone := func(id string) bool { return t.left[id] }
	s.Key, s.Contradicts, s.Supports = "", slices.DeleteFunc(s.Contradicts, gone), slices.DeleteFunc(s.Supports, gone)
	if !ids.Valid("statement", s.ID) {
		return false, ErrShape
	}
	if err := t.claims(slices.Concat(s.Contradicts, s.Supports)...); err != nil {
		return false, err
	}
	return true, addStatement(t.ctx, t.tx, s)
}
