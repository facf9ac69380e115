package parties

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
)

// factText is what of a person tells facts, besides names.
func factText(p Party, who Identity) string {
	return strings.Join(slices.Concat(who.Other, []string{p.Note}), "\n")
}

// TellFacts opens who a party is for the leak guard, which lacks the facts, and shows
// nobody anything of it. The ledger says so.
func (r *Registry) TellFacts(ctx context.Context, by staff.Actor, party string) error {
	return r.write(ctx, by, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		box, err := open(ctx, tx, by, p)
		if err != nil {
			return err
		}
		all, err := tx.NamesOf(ctx, party)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			if err := tx.WatchFacts(ctx, party, factText(p, Identity{}), p.At); err != nil {
				return err
			}
		}
		for _, s := range all { // every edition counts
			var who Identity
			plain, err := box.Take(namesLabel, s.Sealed)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(plain, &who); err != nil {
				return err
			}
			if err := tx.WatchFacts(ctx, party, factText(p, who), s.At); err != nil {
				return err
			}
		}
		if err := tx.FactsTold(ctx, party); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "guard.told", Subject: party, Scope: p.Safe})
	})
}
