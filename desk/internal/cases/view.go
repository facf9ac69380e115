package cases

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// View is a filter that a member keeps under a name. Both may say who is looked
// for, so it lies in the member's drawer: a safe that nobody else can ever open.
type View struct {
	ID     string `json:"-"`
	Name   string
	Filter Filter
}

// ViewsAtMost is how many views one member keeps.
const ViewsAtMost = 40

func (v View) check() error {
	var c fault.Check
	c.Field(v.Name != "", "name", "Give it a name.")
	c.Field(len([]rune(v.Name)) <= 80, "name", "Write at most 80 letters.")
	return c.Err()
}

// drawer opens the actor's own safe, and makes it when make is set. Without one
// there is nothing in it.
func drawer(ctx context.Context, tx Store, actor staff.Actor, create bool) (s safe.Safe, found bool, err error) {
	list, err := tx.SafesOf(ctx, "drawer", actor.ID)
	if err != nil {
		return s, false, err
	}
	if len(list) > 0 {
		s, err = unlock(ctx, tx, actor, list[0])
		return s, err == nil, err
	}
	if !create {
		return s, false, nil
	}
	s, err = safe.Make(ctx, tx, ids.New("drawer"), actor.Member)
	return s, err == nil, err
}

// Views lists what the actor keeps, by name. It is opened once a session, with an
// entry in the ledger, and held in memory like the index of the search.
func (b *Book) Views(ctx context.Context, actor staff.Actor) (all []View, err error) {
	if held, ok := b.finder.views(actor.ID); ok {
		return held, nil
	}
	err = b.within(ctx, func(tx Store) error {
		all, err = viewsIn(ctx, tx, actor)
		return err
	})
	if err == nil {
		b.finder.keepViews(actor.ID, all)
	}
	return all, err
}

func viewsIn(ctx context.Context, tx Store, actor staff.Actor) ([]View, error) {
	s, found, err := drawer(ctx, tx, actor, false)
	if err != nil || !found {
		return nil, err
	}
	items, err := tx.Items(ctx, s.ID())
	if err != nil {
		return nil, err
	}
	var sheetsOf []Sheet[View]
	for _, i := range items {
		if i.Kind != KindView {
			continue
		}
		if err := take(s, i, func(e Edition[View]) { sheetsOf = sheets(sheetsOf, e) }); err != nil {
			return nil, err
		}
	}
	var all []View
	for _, x := range sheetsOf {
		v := x.Content()
		v.ID = x.ID
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b View) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all, tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "drawer.opened", Subject: s.ID(), Scope: s.ID()})
}

// KeepView keeps a filter under a name. The id was made with the form: a form that
// is sent twice keeps one view.
func (b *Book) KeepView(ctx context.Context, actor staff.Actor, v View) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	if !ids.Valid("view", v.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	v.Filter.Page = 0
	return b.changeViews(ctx, actor, func(tx Store) error {
		s, _, err := drawer(ctx, tx, actor, true)
		if err != nil {
			return err
		}
		have, err := tx.Items(ctx, s.ID())
		if err != nil {
			return err
		}
		if slices.ContainsFunc(have, func(i Item) bool { return i.ID == v.ID }) {
			return nil
		}
		if len(have) >= ViewsAtMost {
			return fault.New(fault.Conflict, "You keep %d filters already. Throw one away first.", ViewsAtMost)
		}
		if _, err := put(ctx, tx, s, Item{ID: v.ID, Kind: KindView, Author: actor.ID, At: b.clock.Now()}, 0, v); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "view.kept", Subject: s.ID(), Scope: s.ID()})
	})
}

// DropView throws a view away; that it was gone is no error.
func (b *Book) DropView(ctx context.Context, actor staff.Actor, id string) error {
	return b.changeViews(ctx, actor, func(tx Store) error {
		s, found, err := drawer(ctx, tx, actor, false)
		if err != nil || !found {
			return err
		}
		if err := tx.DropItem(ctx, s.ID(), id); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "view.dropped", Subject: s.ID(), Scope: s.ID()})
	})
}

func (b *Book) changeViews(ctx context.Context, actor staff.Actor, f func(Store) error) error {
	err := b.within(ctx, f)
	b.finder.dropViews(actor.ID)
	return err
}

// View finds one of the actor's views.
func (b *Book) View(ctx context.Context, actor staff.Actor, id string) (View, error) {
	all, err := b.Views(ctx, actor)
	for _, v := range all {
		if v.ID == id {
			return v, nil
		}
	}
	if err == nil {
		err = fault.Missing()
	}
	return View{}, err
}
