package cases

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Folder is something with a safe of its own that everybody of some roles may open.
type Folder[T any] struct {
	Sheet[T]
	Open []string // member ids who can open it
}

// LoadFolder opens one; without a grant it does not exist.
func LoadFolder[T any](ctx context.Context, tx Store, actor staff.Actor, k Kind, id string) (h Folder[T], s safe.Safe, err error) {
	if !ids.Valid(string(k), id) {
		return h, s, fault.Missing()
	}
	if s, err = unlock(ctx, tx, actor, id); err != nil {
		return h, s, err
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return h, s, err
	}
	if s, grants, err = renew(ctx, tx, s, grants); err != nil {
		return h, s, err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return h, s, err
	}
	for _, i := range items {
		if err := take(s, i, h.Sheet.add); err != nil {
			return h, s, err
		}
	}
	for _, g := range grants {
		h.Open = append(h.Open, g.Member)
	}
	return h, s, nil
}

// KeepFolder adds one (saw 0; its id comes from its form) or another edition, and
// shows it to everybody of the roles who cannot open it yet. Fresh says that
// something was kept: the same form sent again keeps nothing more.
func KeepFolder[T any](ctx context.Context, tx Store, actor staff.Actor, k Kind, id string, saw int, content T, now time.Time, roles ...staff.Role) (saved Saved, fresh bool, err error) {
	h, s, err := LoadFolder[T](ctx, tx, actor, k, id)
	switch {
	case fault.KindOf(err) == fault.NotFound && saw == 0 && ids.Valid(string(k), id):
		if taken, err := tx.Grants(ctx, id); err != nil || len(taken) > 0 {
			return saved, false, fault.Missing()
		}
		if s, _, err = safe.Create(id, actor.Member); err != nil {
			return saved, false, err
		}
	case err != nil:
		return saved, false, err
	case saw == 0:
		saved, err = noted(h.Sheet, content, func(c T) T { return c }, actor.ID)
		return saved, false, err
	}
	if done, ok := h.known(actor.ID, saw, content); ok {
		return done, false, tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: string(k) + ".read", Subject: id, Scope: id})
	}
	if err := shareFolder(ctx, tx, actor, k, s, h.Open, roles); err != nil {
		return saved, false, err
	}
	if saved, err = put(ctx, tx, s, Item{ID: id, Kind: k, Base: saw, Author: actor.ID, At: now}, h.Saw(), content); err != nil {
		return saved, false, err
	}
	return saved, true, tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: string(k) + ".kept", Subject: id, Scope: id, Detail: detail{k, id, saved.Version, saved.Rival}})
}

// ShowFolder shows one to everybody of the roles who has come since.
func ShowFolder[T any](ctx context.Context, tx Store, actor staff.Actor, k Kind, id string, roles ...staff.Role) error {
	h, s, err := LoadFolder[T](ctx, tx, actor, k, id)
	if err != nil {
		return err
	}
	return shareFolder(ctx, tx, actor, k, s, h.Open, roles)
}

// shareFolder gives the safe to every active member of the roles who has no grant of it.
func shareFolder(ctx context.Context, tx Store, actor staff.Actor, k Kind, s safe.Safe, have []string, roles []staff.Role) error {
	all, err := tx.Members(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if slices.Contains(have, m.ID) || !m.Active || m.ID != actor.ID && !m.Roles.Any(roles...) {
			continue
		}
		g, err := s.Share(m)
		if err != nil {
			return err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if m.ID == actor.ID {
			continue
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: string(k) + ".shared", Subject: s.ID(), Scope: s.ID(), Detail: shareDetail{s.ID(), m.ID}}); err != nil {
			return err
		}
	}
	return nil
}
