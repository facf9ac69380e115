package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Doubt is why somebody set a conversation aside.
type Doubt string

// The reasons, in the order in which pages show them.
const (
	Spam      Doubt = "spam"
	Probing   Doubt = "probing" // it asks for our people, places or names
	Mistaken  Doubt = "mistaken"
	Abusive   Doubt = "abusive"
	NoDoubt   Doubt = ""
	maxViews        = 20
	maxQuery        = 500
	maxViewNm       = 60
)

// Doubts lists the reasons.
func Doubts() []Doubt { return []Doubt{Spam, Probing, Mistaken, Abusive} }

// IsAside reports whether a conversation stands in the view of those set aside. A
// later message brings it back, and one in which somebody is in danger now never leaves the inbox.
func (t Thread) IsAside() bool {
	return !t.Aside.IsZero() && !t.LastIn.After(t.Aside) && t.Urgency != Now
}

// SetAside moves a conversation to the view of those set aside; nothing is
// deleted, and its mailbox goes on receiving. NoDoubt brings it back.
func (b *Inbox) SetAside(ctx context.Context, actor staff.Actor, id string, why Doubt) error {
	if why != NoDoubt && !slices.Contains(Doubts(), why) {
		return fault.Bad("why", "Choose a reason.")
	}
	return b.change(ctx, actor, id, "thread.aside", func(_ Store, t *Thread, _ safe.Safe) error {
		if why != NoDoubt && t.Urgency == Now {
			return fault.New(fault.Conflict, "They say that they are in danger now. This stays in the inbox, whatever you think of it; write a note.")
		}
		t.Aside, t.AsideWhy = b.Clock.Now(), why
		if why == NoDoubt {
			t.Aside = time.Time{}
		}
		return nil
	})
}

// Hand gives a conversation to a colleague, who can open it from then on.
func (b *Inbox) Hand(ctx context.Context, actor staff.Actor, id, to string) error {
	return b.Within(ctx, func(s Store) error { return b.handIn(ctx, s, actor, id, to) })
}

func (b *Inbox) handIn(ctx context.Context, s Store, actor staff.Actor, id, to string) error {
	if err := b.ShareIn(ctx, s, actor, id, to); err != nil {
		return err
	}
	return b.changeIn(ctx, s, actor, id, "thread.handed", func(t *Thread, _ safe.Safe) error {
		t.Assignee = to
		return nil
	})
}

// HandOver gives everything that waits and is the actor's to a colleague, at the
// end of a shift: all of it or nothing. It returns how many.
func (b *Inbox) HandOver(ctx context.Context, actor staff.Actor, to string) (int, error) {
	if to == actor.ID {
		return 0, fault.Bad("member", "Choose a colleague.")
	}
	n := 0
	err := b.Within(ctx, func(s Store) error {
		n = 0
		all, err := s.Threads(ctx, actor.ID)
		if err != nil {
			return err
		}
		for _, t := range Families(all) {
			if t.Assignee != actor.ID || t.State() == Closed {
				continue
			}
			if err := b.handIn(ctx, s, actor, t.ID, to); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Load is what one member has.
type Load struct {
	Member  string
	Waiting int // our turn
	Late    int
	Theirs  int
}

// Loads counts conversations by the member who has them; "" is nobody's. The
// counts add up to those that are not closed.
func Loads(threads []Thread, now time.Time) []Load {
	at := map[string]*Load{}
	var order []string
	for _, t := range threads {
		if t.State() == Closed {
			continue
		}
		l := at[t.Assignee]
		if l == nil {
			l = &Load{Member: t.Assignee}
			at[t.Assignee] = l
			order = append(order, t.Assignee)
		}
		due := t.Due()
		switch {
		case due.IsZero():
			l.Theirs++
		case now.After(due):
			l.Late++
			l.Waiting++
		default:
			l.Waiting++
		}
	}
	slices.Sort(order)
	out := make([]Load, 0, len(order))
	for _, m := range order {
		out = append(out, *at[m])
	}
	return out
}

// View is a member's own view of the list: a name and a query of the page.
type View struct{ Name, Query string }

// Views keeps them.
type Views interface {
	InboxViews(ctx context.Context, member string) ([]View, error)
	PutInboxView(ctx context.Context, member string, v View) error
	DropInboxView(ctx context.Context, member, name string) error
}

// MyViews lists the actor's own views.
func (b *Inbox) MyViews(ctx context.Context, actor staff.Actor) (out []View, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		out, err = s.InboxViews(ctx, actor.ID)
		return err
	})
	return out, err
}

// KeepView keeps a view under a name, in place of one of that name.
func (b *Inbox) KeepView(ctx context.Context, actor staff.Actor, v View) error {
	v.Name = strings.TrimSpace(v.Name)
	var c fault.Check
	c.Field(v.Name != "" && len(v.Name) <= maxViewNm, "view-name", "Give the view a short name.")
	c.Field(len(v.Query) <= maxQuery, "view-name", "This view is too long to be kept.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		have, err := s.InboxViews(ctx, actor.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxViews && !slices.ContainsFunc(have, func(x View) bool { return x.Name == v.Name }) {
			return fault.Bad("view-name", "You have many views. Remove one first.")
		}
		return s.PutInboxView(ctx, actor.ID, v)
	})
}

// DropView removes one of the actor's views.
func (b *Inbox) DropView(ctx context.Context, actor staff.Actor, name string) error {
	return b.Within(ctx, func(s Store) error { return s.DropInboxView(ctx, actor.ID, name) })
}
