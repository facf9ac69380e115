// Package pathways knows the ways into countries, the places that governments
// offer, and how far somebody of a case has come along one.
//
// A pathway is knowledge about a country: who qualifies, which papers, where it is
// applied for, what is decided by whom, what leads nowhere. Each part has a source
// and a day, the whole has a day by which it must be looked at again, and editions
// are never overwritten. It is read by many and holds no secret: the leak guard
// reads what is written. An offer of places lies in a safe of its own. A confidential
// one is told to the leak guard, so that no text that leaves puts the country and the
// places side by side; what may be told of a public one is a row of its own, made
// when a second person has seen what proves it. How many places are left is counted
// in the transaction that takes one.
//
// An application, its appointments and its decisions lie in the safe of the case,
// which this room reaches through cases.Beside; the case is told of dates and of
// what must be thought of (Annex). Which pathways fit is explained (Compare), never
// decided and never ranked.
//
// It refuses HTTP, SQL, files and every clock but ours. It imports staff, ledger,
// safe's neighbours on the stairs below it (cases, watch) and the ground.
package pathways

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// Store is what the room needs of one transaction.
type Store interface {
	cases.Store
	PutPathway(ctx context.Context, e Edition) error
	// Pathways lists the pathways as they stand.
	Pathways(ctx context.Context) ([]Edition, error)
	Pathway(ctx context.Context, id string) (Edition, error)
	// PathwayEditions lists every edition of one, the newest first.
	PathwayEditions(ctx context.Context, id string) ([]Edition, error)
	// AddOfferUse changes how many places of an offer are held and taken.
	AddOfferUse(ctx context.Context, offer string, held, taken int) error
	OfferUse(ctx context.Context, offer string) (Use, error)
	// TellOffer keeps what of an offer may be told; HushOffer takes it away.
	TellOffer(ctx context.Context, p Public) error
	HushOffer(ctx context.Context, offer string) error
	OffersTold(ctx context.Context) ([]Public, error)
}

// Gate reads what is written into a pathway: it must name nobody whom the Desk protects.
type Gate interface {
	PassPathway(ctx context.Context, tx Store, actor, id string, words []string) error
}

// Guide carries the verbs of the room.
type Guide struct {
	Within, Reading func(ctx context.Context, f func(Store) error) error
	Clock           clock.Clock
	Book            *cases.Book
	Gate            Gate // nil: nothing is read
	// Target names a campaign's target to whoever notes an offer; nil: there are none.
	Target func(ctx context.Context, tx Store, id string) (string, error)
}

// Readers may read pathways and offers.
func Readers() []staff.Role { return []staff.Role{staff.Caseworker, staff.Advocate} }

// Use is how many places of an offer are kept for somebody, and how many are taken.
type Use struct{ Held, Taken int }

func note(ctx context.Context, tx Store, a staff.Actor, action, subject string, d any) error {
	return tx.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: subject, Detail: d})
}

func among[T comparable](x T, all []T) bool { return slices.Contains(all, x) }

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// endOf is the last moment of a day; zero when it is none.
func endOf(d clock.Day) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1).Add(-time.Second)
}

func plus(d clock.Day, days int) clock.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return clock.DayOf(t.AddDate(0, 0, days))
}
