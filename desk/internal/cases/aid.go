package cases

import (
	"context"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// NeedKinds lists what people need.
func NeedKinds() []string {
	return []string{"shelter", "food", "medical", "care", "legal", "documents", "travel", "money", "other"}
}

// Need is something that somebody needs.
type Need struct {
	Kind    string
	Urgency Priority
	Who     []string // item ids of parties; empty: everybody of the case
	Words   string
	Ended   string // why it is no longer needed; empty: it is
}

func (n Need) check(o *open) error {
	var k fault.Check
	k.Field(among(n.Kind, NeedKinds()), "kind", "Choose what is needed.")
	k.Field(among(n.Urgency, AllPriorities()), "urgency", "Say how urgent it is.")
	k.Field(n.Words != "", "words", "Say in a few words what is needed.")
	for _, p := range n.Who {
		_, known := find(o.Parties, p)
		k.Field(known, "who", "Choose people of this case.")
	}
	return k.Err()
}

// Outcomes lists how a delivery can have gone.
func Outcomes() []string { return []string{"good", "partly", "failed"} }

// Delivery is what was agreed with a provider, and how it went.
type Delivery struct {
	Need     string // item id
	Provider string // a provider's id; empty: we ourselves, or in words
	What     string
	Due      clock.Day
	Done     clock.Day // empty: not yet
	Outcome  string    // of Outcomes, once done
	Words    string    // how it went
}

func (d Delivery) check(o *open) error {
	var k fault.Check
	_, ok := find(o.Needs, d.Need)
	k.Field(ok, "need", "Choose a need of this case.")
	k.Field(d.What != "", "what", "Say in a few words what is delivered.")
	k.Field(ValidDay(d.Due), "due", "Say by which day.")
	k.Field(d.Done == "" || ValidDay(d.Done) && d.Done <= o.today(), "done", "Give the day on which it was delivered: today or before.")
	k.Field((d.Done == "") == (d.Outcome == ""), "outcome", "Say how it went once it was delivered, and give the day.")
	k.Field(d.Outcome == "" || among(d.Outcome, Outcomes()), "outcome", "Choose how it went.")
	k.Field(d.Outcome != "partly" && d.Outcome != "failed" || d.Words != "", "words", "Say what was missing.")
	return k.Err()
}

// NeedState is where a need stands. It follows from its deliveries.
type NeedState string

// The states of a need.
const (
	NeedOpen     NeedState = "open"
	NeedArranged NeedState = "arranged"
	NeedOverdue  NeedState = "overdue"
	NeedPartly   NeedState = "partly"
	NeedFailed   NeedState = "failed"
	NeedMet      NeedState = "met"
	NeedEnded    NeedState = "ended"
)

// StateOfNeed derives where a need stands on a day.
func StateOfNeed(need Sheet[Need], given []Sheet[Delivery], today clock.Day) NeedState {
	if need.Content().Ended != "" {
		return NeedEnded
	}
	s := NeedOpen
	for _, g := range given {
		d := g.Content()
		if d.Need != need.ID {
			continue
		}
		switch {
		case d.Outcome == "good":
			return NeedMet
		case d.Outcome == "partly":
			s = NeedPartly
		case d.Outcome == "" && d.Due < today:
			s = NeedOverdue
		case d.Outcome == "" && s != NeedOverdue:
			s = NeedArranged
		case d.Outcome == "failed" && s == NeedOpen:
			s = NeedFailed
		}
	}
	return s
}

// KeepNeed notes a need or changes one. A new item's id comes from its form, so
// that a form sent twice is one need.
func (b *Book) KeepNeed(ctx context.Context, actor staff.Actor, id, item string, saw int, n Need) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := n.check(o); err != nil {
			return Saved{}, err
		}
		return keepOnce(ctx, o, KindNeed, item, saw, o.Needs, n)
	})
}

// Deliver notes a delivery or how it went.
func (b *Book) Deliver(ctx context.Context, actor staff.Actor, id, item string, saw int, d Delivery) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := d.check(o); err != nil {
			return Saved{}, err
		}
		if d.Provider != "" {
			if _, _, err := loadProvider(ctx, o.tx, actor, d.Provider); err != nil {
				return Saved{}, fault.Bad("provider", "Choose a provider of the list.")
			}
		}
		return keepOnce(ctx, o, KindDelivery, item, saw, o.Given, d)
	})
}

// keepOnce is keep for items whose id a form brings with it.
func keepOnce[T any](ctx context.Context, o *open, k Kind, item string, saw int, all []Sheet[T], content T) (Saved, error) {
	if item == "" {
		item = ids.New(string(k))
	}
	if !ids.Valid(string(k), item) {
		return Saved{}, fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	s, exists := find(all, item)
	if exists && saw == 0 {
		return noted(s, content, func(c T) T { return c }, o.actor.ID)
	}
	return rewrite(ctx, o, k, item, saw, s, content)
}
