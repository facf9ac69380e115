package record

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Guarded tells the leak guard what must not get out, and destroys what must not stay.
type Guarded interface {
	// WatchTerm protects a term of an owner (a source's id); only fingerprints are kept.
	WatchTerm(ctx context.Context, owner, kind, term string) error
	// WatchFacts protects what a text tells of a person that was written at a time.
	WatchFacts(ctx context.Context, owner, text string, written time.Time) error
	// FactsTold notes that an owner's facts were told.
	FactsTold(ctx context.Context, owner string) error
	// ShredLedger destroys the content of a scope's entries; their digests stay.
	ShredLedger(ctx context.Context, scope string) error
}

// watchSource has the leak guard stop a person's pseudonym and everything that
// their identity is made of. A name that may be public is not watched.
func watchSource(ctx context.Context, tx Store, s Source, identity string) error {
	if s.Named {
		return nil
	}
	if s.Kind == PersonSource {
		if err := tx.WatchTerm(ctx, s.ID, "pseudonym", s.Name); err != nil {
			return err
		}
	}
	if s.Kind == PersonSource {
		if err := tx.WatchTerm(ctx, s.ID, "facts", identity); err != nil {
			return err
		}
	}
	for _, part := range strings.FieldsFunc(identity, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		part = strings.TrimSpace(part)
		kind := "name"
		switch digits := strings.Count(strings.Map(onlyDigit, part), "#"); {
		case strings.Contains(part, "@"):
			kind = "email"
		case digits >= 6:
			kind = "phone"
		case digits > 0:
			kind = "address"
		}
		if err := tx.WatchTerm(ctx, s.ID, kind, part); err != nil {
			return err
		}
	}
	return nil
}

func onlyDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '#'
	}
	return -1
}

// Identity opens who a source really is. The reading goes into the ledger; to a
// member without a grant it is as if there were none.
func (a *Archive) Identity(ctx context.Context, by staff.Actor, source string) (identity string, err error) {
	err = a.write(ctx, by, func(tx Store) error {
		s, err := tx.Source(ctx, source)
		if err != nil {
			return err
		}
		if s.Safe == "" {
			return fault.Missing()
		}
		box, ok, err := open(ctx, tx, by, s.Safe)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		all, err := tx.RecordItems(ctx, source)
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.Material != identityPaper {
				continue
			}
			plain, err := box.Take(identityLabel(source), i.Sealed)
			if err != nil {
				return err
			}
			identity = string(plain)
			return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "source.identity-read", Subject: source, Scope: s.Safe})
		}
		return fault.Missing()
	})
	return identity, err
}

func identityLabel(source string) string { return "record.identity/" + source }

// TellFacts opens who a source is for the leak guard, which lacks the facts, and shows
// nobody anything of it. The ledger says so.
func (a *Archive) TellFacts(ctx context.Context, by staff.Actor, source string) error {
	return a.write(ctx, by, func(tx Store) error {
		s, err := tx.Source(ctx, source)
		if err != nil {
			return err
		}
		box, ok, err := open(ctx, tx, by, s.Safe)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		all, err := tx.RecordItems(ctx, source)
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.Material != identityPaper || s.Named || s.Kind != PersonSource {
				continue
			}
			plain, err := box.Take(identityLabel(source), i.Sealed)
			if err != nil {
				return err
			}
			if err := tx.WatchFacts(ctx, source, string(plain), i.Received); err != nil {
				return err
			}
		}
		if err := tx.FactsTold(ctx, source); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "guard.told", Subject: source, Scope: s.Safe})
	})
}

// Destroy makes the words of a sealed item unreadable for everybody and for ever,
// as when a person takes back their consent: the keys go, the row says that
// something was there. What was claimed from it stays without words, or is
// noted as withdrawn when the person wants that too.
func (a *Archive) Destroy(ctx context.Context, by staff.Actor, item, reason string, claims bool) error {
	if strings.TrimSpace(reason) == "" {
		return wrong("reason", "Write why. Another person will read it.")
	}
	return a.write(ctx, by, func(tx Store) error {
		i, err := tx.RecordItem(ctx, item)
		if err != nil {
			return err
		}
		if i.Safe == "" || i.Material == identityPaper {
			return fault.New(fault.Conflict, "This is not in a safe. What was published cannot be unsaid.")
		}
		if err := destroySafes(ctx, tx, i); err != nil {
			return err
		}
		if claims {
			if err := a.withdraw(ctx, tx, by, item, reason); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "item.destroyed", Subject: item, Detail: struct{ Claims bool }{claims}})
	})
}

// destroySafes takes every key of an item and of its files away.
func destroySafes(ctx context.Context, tx Store, i Item) error {
	safes, err := tx.EvidenceSafes(ctx, i.ID)
	if err != nil {
		return err
	}
	for _, id := range append(safes, i.Safe) {
		grants, err := tx.Grants(ctx, id)
		if err != nil {
			return err
		}
		for _, g := range grants {
			if err := tx.RemoveGrant(ctx, g.Safe, g.Member); err != nil {
				return err
			}
		}
		if err := tx.ShredLedger(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) withdraw(ctx context.Context, tx Store, by staff.Actor, item, reason string) error {
	made, err := tx.ClaimsWhere(ctx, Where{Item: item})
	if err != nil {
		return err
	}
	for _, c := range made {
		j := Judgement{Claim: c.ID, Credibility: 6, Standing: Withdrawn, Reason: reason, By: by.ID, At: a.clock.Now()}
		if err := tx.AddJudgement(ctx, j); err != nil {
			return err
		}
	}
	return nil
}
