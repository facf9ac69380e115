package publish

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
)

// FactsWatch is how far texts are checked for facts that together fit few people.
type FactsWatch struct {
	Off  bool // the organisation keeps no facts: no text is checked for them
	Lack int  // cases, parties and sources whose facts the guard was not told yet
}

// Facts tells how far texts are checked for facts. It names nobody.
func (g *Gateway) Facts(ctx context.Context) (w FactsWatch, err error) {
	err = g.Reading(ctx, func(s Store) error {
		w, err = s.FactsWatch(ctx)
		return err
	})
	return w, err
}

// SetFacts decides whether fingerprints of facts are kept. Off removes them at once. On
// waits for those who can open cases, parties and sources: each tells the guard theirs.
func (g *Gateway) SetFacts(ctx context.Context, a staff.Actor, on bool) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		now, err := s.FactsWatch(ctx)
		if err != nil || now.Off != on {
			return err // it is so already
		}
		e, change := ledger.Entry{Actor: a.ID, Action: "guard.facts-off", Subject: "guard"}, s.DropFacts
		if on {
			e.Action, change = "guard.facts-on", s.KeepFacts
		}
		n, err := change(ctx)
		if err != nil {
			return err
		}
		g.forget()
		e.Detail = struct{ Owners int }{n}
		return s.Append(ctx, e)
	})
}

// forget drops the index, so that what was removed stays in no memory.
func (g *Gateway) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.index = nil
}
