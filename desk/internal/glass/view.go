package glass

import (
	"bytes"
	"context"
	"io"

	"filippo.io/age"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// identity opens grants for the length of one transaction.
type identity struct{ id *age.HybridIdentity }

// Unwrap implements staff.Keys.
func (i identity) Unwrap(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), i.id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// concerned are those who may read why: both holders, who is assigned, the security officers.
func concerned(ctx context.Context, tx Store, file string, both ...staff.Member) ([]staff.Member, error) {
	told := both
	grants, err := tx.Grants(ctx, file)
	if err != nil {
		return nil, err
	}
	all, err := tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range staff.With(all) {
		mine := m.Roles.Has(staff.Security)
		for _, g := range grants {
			mine = mine || g.Member == m.ID
		}
		for _, t := range both {
			mine = mine && t.ID != m.ID
		}
		if mine {
			told = append(told, m)
		}
	}
	return told, nil
}

// Shown is an opening with its reason, as far as the actor was told.
type Shown struct {
	Opening
	Why  string
	Seen bool
}

// Standing is what the page shows.
type Standing struct {
	Holders []string // of the newest key; empty: there is none
	Gone    []string // of these, who has left
	Mine    bool     // the actor holds a part
	Older   int      // safes that still rest on an older key
	List    []Shown
}

// Stand tells the actor who holds parts and which openings concern them. Reading the
// reasons is in the ledger.
func (p *Pane) Stand(ctx context.Context, actor staff.Actor) (s Standing, err error) {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		held := false
		if rerr := p.Reading(ctx, func(tx Store) error {
			h, err := holds(ctx, tx, actor.ID)
			held = h
			return err
		}); rerr != nil || !held {
			return s, err
		}
	}
	err = p.Within(ctx, func(tx Store) error {
		keys, err := tx.GlassKeys(ctx)
		if err != nil {
			return err
		}
		for i, k := range keys {
			if i > 0 {
				s.Older += k.Safes
				continue
			}
			parts, err := tx.GlassShares(ctx, k.ID)
			if err != nil {
				return err
			}
			for _, x := range parts {
				s.Holders = append(s.Holders, x.Member)
				s.Mine = s.Mine || x.Member == actor.ID
				m, err := tx.Member(ctx, x.Member)
				if err != nil {
					return err
				}
				if !m.Active {
					s.Gone = append(s.Gone, x.Member)
				}
			}
		}
		who := actor.ID
		if actor.Roles.Has(staff.Security) {
			who = ""
		}
		list, err := tx.Openings(ctx, who)
		if err != nil {
			return err
		}
		unseen, err := tx.OpeningsUnseen(ctx, actor.ID, true)
		if err != nil {
			return err
		}
		for _, o := range list {
			x := Shown{Opening: o, Seen: true}
			for _, u := range unseen {
				x.Seen = x.Seen && u.ID != o.ID
			}
			if why, err := actor.Keys.Unwrap(o.Reason); err == nil {
				x.Why = string(why)
				if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "glass.reason-read", Subject: o.File, Scope: o.File}); err != nil {
					return err
				}
			} else if fault.KindOf(err) == fault.Locked {
				return err
			}
			s.List = append(s.List, x)
		}
		return nil
	})
	return s, err
}

func holds(ctx context.Context, tx Store, member string) (bool, error) {
	h, err := held(ctx, tx, member)
	return len(h) > 0, err
}

// Alarms lists what rings for the actor: openings of their cases, all of them for a
// security officer, and what waits for their own answer; until they said that they saw it.
func (p *Pane) Alarms(ctx context.Context, actor staff.Actor) (out []Opening, err error) {
	err = p.Reading(ctx, func(tx Store) (err error) {
		all, err := tx.OpeningsUnseen(ctx, actor.ID, actor.Roles.Has(staff.Security))
		for _, o := range all {
			if o.By != actor.ID || o.Second == actor.ID {
				out = append(out, o)
			}
		}
		return err
	})
	return out, err
}

// Saw ends the alarm for the actor alone. What waits for their answer goes on ringing.
func (p *Pane) Saw(ctx context.Context, actor staff.Actor, id string) error {
	return p.Within(ctx, func(tx Store) error {
		o, err := tx.Opening(ctx, id)
		if err != nil {
			return err
		}
		if o.State == Asked && o.Second == actor.ID {
			return fault.New(fault.Conflict, "This waits for your answer. Agree or refuse first.")
		}
		if err := tx.MarkSeen(ctx, id+"/"+string(o.State), actor.ID); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "glass.seen", Subject: o.File, Scope: o.File})
	})
}
