package intake

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Promise makes grants of a conversation and what belongs to it for a colleague who
// has yet to agree. They open nothing until Redeem keeps them. A conversation that the
// actor cannot open promises nothing.
func (b *Inbox) Promise(ctx context.Context, s Store, actor staff.Actor, thread, member string) ([]safe.Grant, error) {
	family, err := familyOf(ctx, s, actor, thread)
	if fault.KindOf(err) == fault.NotFound {
		return []safe.Grant{}, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := s.Member(ctx, member)
	if err != nil {
		return nil, err
	}
	out := []safe.Grant{}
	for _, t := range family {
		if _, err := s.Grant(ctx, t.ID, member); err == nil {
			continue // theirs already
		}
		sf, err := open(ctx, s, actor, t.ID)
		if err != nil {
			return nil, err
		}
		g, err := sf.Share(m)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// Redeem keeps grants that a colleague promised the actor, and gives the actor what the
// colleague had to answer. A grant whose safe has a new key since is not kept; missed
// counts those: somebody who can open such a conversation must share it.
func (b *Inbox) Redeem(ctx context.Context, s Store, actor staff.Actor, thread, from string, grants []safe.Grant) (missed int, err error) {
	for _, g := range grants {
		if g.Member != actor.ID {
			return missed, fault.Missing()
		}
		if _, err := s.Thread(ctx, g.Safe); fault.KindOf(err) == fault.NotFound {
			continue // erased meanwhile
		} else if err != nil {
			return missed, err
		}
		if _, err := s.Grant(ctx, g.Safe, actor.ID); err == nil {
			continue // shared meanwhile
		}
		if err := s.PutGrant(ctx, g); err != nil {
			return missed, err
		}
		if _, err := b.said(ctx, s, actor, g.Safe); err != nil {
			if err := s.RemoveGrant(ctx, g.Safe, actor.ID); err != nil {
				return missed, err
			}
			missed++
			continue
		}
		if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.shared", Subject: g.Safe, Scope: g.Safe}); err != nil {
			return missed, err
		}
	}
	if _, err := s.Grant(ctx, thread, actor.ID); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return missed, nil
		}
		return missed, err
	}
	t, err := s.Thread(ctx, thread)
	if err != nil || t.Assignee != from {
		return missed, err
	}
	return missed, b.changeIn(ctx, s, actor, thread, "thread.handed", func(t *Thread, _ safe.Safe) error {
		t.Assignee = actor.ID
		return nil
	})
}
