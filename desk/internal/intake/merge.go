package intake

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Merge says that two threads are one person's, and what joining them changed.
type Merge struct {
	Child, Parent string
	Member        string
	At            time.Time
	TookCase      bool // the parent had no case and follows the child's
}

// Merges keeps merges.
type Merges interface {
	PutMerge(ctx context.Context, m Merge) error
	Merge(ctx context.Context, child string) (Merge, error)
	DropMerge(ctx context.Context, child string) error
}

// Join shows two conversations as one, because one person wrote under two codes.
// Nothing is moved: each keeps its safe and its mailbox, and both mailboxes go on
// answering. Who could open one can open the other from then on. The case follows;
// two cases are not joined here.
func (b *Inbox) Join(ctx context.Context, actor staff.Actor, child, parent string) error {
	if child == parent {
		return fault.Bad("into", "Choose another conversation.")
	}
	return b.Within(ctx, func(s Store) error {
		c, cs, err := mine(ctx, s, actor, child)
		if err != nil {
			return err
		}
		p, ps, err := mine(ctx, s, actor, parent)
		if err != nil {
			return err
		}
		if c.Into == parent {
			return nil // the form was sent twice
		}
		below, err := s.ThreadsInto(ctx, child)
		if err != nil {
			return err
		}
		switch {
		case c.Into != "" || p.Into != "" || len(below) > 0:
			return fault.New(fault.Conflict, "One of them is joined to a conversation already. Part them first.")
		case c.Case != "" && p.Case != "" && c.Case != p.Case:
			return fault.New(fault.Conflict, "Each of them has a case of its own. Ask the caseworkers to settle on one case first.")
		}
		if err := shareAll(ctx, s, cs, ps); err != nil {
			return err
		}
		if err := shareAll(ctx, s, ps, cs); err != nil {
			return err
		}
		before := map[string]string{child: c.Case, parent: p.Case}
		m := Merge{Child: child, Parent: parent, Member: actor.ID, At: b.Clock.Now(), TookCase: c.Case != "" && p.Case == ""}
		c.Into = parent
		if m.TookCase {
			p.Case = c.Case
		}
		if err := s.PutThread(ctx, c); err != nil {
			return err
		}
		if err := s.PutThread(ctx, p); err != nil {
			return err
		}
		if err := s.PutMerge(ctx, m); err != nil {
			return err
		}
		for _, pair := range [][2]Thread{{c, p}, {p, c}} { // the case hears what the other one raised
			if alone := before[pair[1].ID]; alone == "" {
				if err := b.passOn(ctx, s, actor.ID, before[pair[0].ID], pair[1:]); err != nil {
					return err
				}
			}
		}
		return b.logPair(ctx, s, actor, "thread.joined", child, parent)
	})
}

// Part undoes Join: two conversations again, and the case with the one it came
// from. Who read them meanwhile keeps the right to: it cannot be unread.
func (b *Inbox) Part(ctx context.Context, actor staff.Actor, child string) error {
	return b.Within(ctx, func(s Store) error {
		c, _, err := mine(ctx, s, actor, child)
		if err != nil {
			return err
		}
		if c.Into == "" {
			return fault.New(fault.Conflict, "This conversation is not joined to another.")
		}
		m, err := s.Merge(ctx, child)
		if err != nil {
			return err
		}
		p, err := s.Thread(ctx, c.Into)
		if err != nil {
			return err
		}
		parent := p.ID
		switch {
		case m.TookCase && p.Case == c.Case:
			p.Case = ""
			if err := s.PutThread(ctx, p); err != nil {
				return err
			}
		}
		c.Into = ""
		if err := s.PutThread(ctx, c); err != nil {
			return err
		}
		if err := s.DropMerge(ctx, child); err != nil {
			return err
		}
		return b.logPair(ctx, s, actor, "thread.parted", child, parent)
	})
}

func (b *Inbox) logPair(ctx context.Context, s Store, actor staff.Actor, action, child, parent string) error {
	for _, pair := range [][2]string{{child, parent}, {parent, child}} {
		if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: pair[0], Scope: pair[0], Detail: struct {
			With string `json:"with"`
		}{pair[1]}}); err != nil {
			return err
		}
	}
	return nil
}

func mine(ctx context.Context, s Store, actor staff.Actor, id string) (Thread, safe.Safe, error) {
	sf, err := open(ctx, s, actor, id)
	if err != nil {
		return Thread{}, sf, err
	}
	t, err := s.Thread(ctx, id)
	return t, sf, err
}

// shareAll gives everybody who can open one safe the key of another.
func shareAll(ctx context.Context, s Store, from, to safe.Safe) error {
	have, err := s.Grants(ctx, to.ID())
	if err != nil {
		return err
	}
	want, err := s.Grants(ctx, from.ID())
	if err != nil {
		return err
	}
	for _, g := range want {
		if slices.ContainsFunc(have, func(h safe.Grant) bool { return h.Member == g.Member }) {
			continue
		}
		m, err := s.Member(ctx, g.Member)
		if err != nil {
			return err
		}
		if !m.Active {
			continue
		}
		grant, err := to.Share(m)
		if err != nil {
			return err
		}
		if err := s.PutGrant(ctx, grant); err != nil {
			return err
		}
	}
	return nil
}

// Families shows joined threads as one; a thread whose leading one is not in the list stands for itself.
func Families(all []Thread) []Thread {
	var out []Thread
	for _, t := range all {
		leads := func(p Thread) bool { return p.ID == t.Into && p.Into == "" }
		if t.Into != "" && slices.ContainsFunc(all, leads) {
			continue
		}
		family := []Thread{t}
		for _, c := range all {
			if c.Into == t.ID && t.Into == "" {
				family = append(family, c)
			}
		}
		out = append(out, Gather(family))
	}
	return out
}

// Gather makes one thread of a family; the first leads. It is as urgent as the
// most urgent, and waits as long as the one that waits longest.
func Gather(family []Thread) Thread {
	t := family[0]
	for _, c := range family[1:] {
		waits, cWaits := t.State() == Unread || t.State() == Ours, c.State() == Unread || c.State() == Ours
		if cWaits && (!waits || c.Since.Before(t.Since)) {
			t.Since = c.Since
		}
		if c.Urgency.rank() < t.Urgency.rank() {
			t.Urgency = c.Urgency
		}
		if c.FirstRead.IsZero() || t.FirstRead.IsZero() {
			t.FirstRead = time.Time{}
		}
		if c.LastIn.After(t.LastIn) {
			t.LastIn = c.LastIn
		}
		if c.LastOut.After(t.LastOut) {
			t.LastOut = c.LastOut
		}
		if t.Mailbox == "" {
			t.Mailbox = c.Mailbox
		}
		if c.Aside.IsZero() {
			t.Aside = time.Time{}
		}
		t.Second = t.Second || c.Second
		t.Files += c.Files
	}
	return t
}
