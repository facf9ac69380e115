package takeout

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/internal/ids"
)

// codes are the rows that file incidents and acts under the vocabulary's codes.
const codes record.Entity = "codes"

// entities lists what a file holds, each after those that it names.
func entities() []record.Entity { return append(record.Entities(), beside()...) }

// beside are the entities of the rooms beside the record.
func beside() []record.Entity {
	return append(append(parties.Entities(), codes, gazetteer.WholeSpots), opinion.Entities()...)
}

// everything gathers the record and the rooms beside it.
func (o *Office) everything(ctx context.Context, tx Store, by staff.Actor, sealed bool) (record.Whole, error) {
	w, err := o.Archive.WholeIn(ctx, tx, by, sealed)
	if err != nil {
		return nil, err
	}
	return w, o.around(ctx, tx, by, sealed, w)
}

func (o *Office) around(ctx context.Context, tx Store, by staff.Actor, sealed bool, w record.Whole) error {
	if err := parties.WholeIn(ctx, tx, w); err != nil {
		return err
	}
	all, err := tx.EveryCoding(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := w.Add(codes, c); err != nil {
			return err
		}
	}
	if err := gazetteer.WholeIn(ctx, tx, w); err != nil {
		return err
	}
	return o.Surgery.WholeIn(ctx, tx, by, sealed, w)
}

// take takes the rows of a file in.
func (o *Office) take(ctx context.Context, tx Store, by staff.Actor, w record.Whole) (record.WholeReport, error) {
	r, err := o.Archive.TakeWholeIn(ctx, tx, by, w)
	if err != nil {
		return r, err
	}
	here := record.Whole{}
	if err := o.around(ctx, tx, by, true, here); err != nil {
		return r, err
	}
	more, err := record.Settle(beside(), here, w, func(e record.Entity, raw json.RawMessage) (bool, error) {
		switch e {
		case codes:
			return true, takeCode(ctx, tx, by, raw)
		case gazetteer.WholeSpots:
			return true, gazetteer.TakeIn(ctx, tx, by, func(subject string) error { return there(ctx, tx, subject) }, raw)
		case opinion.WholeOpinions, opinion.WholeEditions:
			return o.Surgery.TakeIn(ctx, tx, by, w, e, raw)
		}
		return o.Registry.TakeIn(ctx, tx, by, w, e, raw)
	})
	r.And(more)
	return r, err
}

func takeCode(ctx context.Context, tx Store, by staff.Actor, raw json.RawMessage) error {
	var c vocabulary.Coding
	if json.Unmarshal(raw, &c) != nil || c.List == "" || c.Code == "" {
		return record.ErrShape
	}
	if err := tx.AddCoding(ctx, c); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.coded", Subject: c.Subject, Detail: struct{ List, Code string }{c.List, c.Code}})
}

// there tells whether what lies on the map is here.
func there(ctx context.Context, tx Store, subject string) (err error) {
	if ids.Valid("act", subject) {
		_, err = tx.Act(ctx, subject)
	} else {
		_, err = tx.Incident(ctx, subject)
	}
	return err
}
