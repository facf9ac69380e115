package supporters

import (
	"context"

	"waylight/desk/internal/ledger"
)

// Retract takes down every public petition whose words name somebody who does not
// agree to it any longer, in the transaction in which that is noted. It returns the
// petitions. Drafts stay: the guard lets none of them out.
func (r *Roll) Retract(ctx context.Context, s Store, actor string, named func(ctx context.Context, subject string, texts []string) (bool, error)) (down []string, err error) {
	all, err := s.Petitions(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.State != Open && p.State != Closed {
			continue
		}
		yes, err := named(ctx, p.ID, p.Content.Texts())
		if err != nil {
			return down, err
		}
		if !yes {
			continue
		}
		was := p.Revision
		p.State, p.Revision = Removed, was+1
		if err := r.announce(ctx, s, &p); err != nil {
			return down, err
		}
		if err := s.PutPetition(ctx, p, was); err != nil {
			return down, err
		}
		if err := s.Append(ctx, ledger.Entry{Actor: actor, Action: "petition.taken-back", Subject: p.ID}); err != nil {
			return down, err
		}
		down = append(down, p.ID)
	}
	return down, nil
}
