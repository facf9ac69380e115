package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// Plant is a synthetic case for measuring: what a case of some weeks holds.
type Plant struct {
	Assign []staff.Member
	Person Party
	Risk   Risk
	Note   string
	Leg    Leg         // its parties are set
	Place  string      // the place to which the leg led; empty: none
	Due    watch.Round // of the check-in
}

// Sow writes a synthetic case in one go, through the same sealing, the same tables
// and the same ledger as any other, without loading it after each step. It is for
// the bench; a person's case begins with Book.Open. The actor knows the place.
func Sow(ctx context.Context, tx Store, actor staff.Actor, p Plant, now time.Time) (string, error) {
	f := File{ID: ids.New("case"), State: Received, Priority: Urgent, DecideBy: now.Add(Urgent.Within()), Opened: clock.DayOf(now)}
	if err := addFile(ctx, tx, &f); err != nil {
		return "", err
	}
	s, err := plantSafe(ctx, tx, f.ID, p.Assign)
	if err != nil {
		return "", err
	}
	c := &Case{File: f}
	write := func(k Kind, id string, content any) {
		if err == nil {
			_, err = put(ctx, tx, s, Item{ID: id, Kind: k, Author: actor.ID, At: now}, 0, content)
		}
		if err == nil {
			err = tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "case." + string(k), Subject: f.ID, Scope: f.ID, Detail: detail{Kind: k, Item: id, Version: 1}})
		}
	}
	party := ids.New("party")
	write(KindParty, party, p.Person)
	write(KindTriage, "triage", Triage{Imminence: 2, Severity: 2, Feasibility: 2, Decided: true, Words: "We act."})
	write(KindRisk, "risk", p.Risk)
	write(KindNote, ids.New("note"), Note{Words: p.Note})
	if err != nil {
		return "", err
	}
	if !p.Due.Due.IsZero() {
		w, err := watch.New(ids.New("checkin"), f.ID, p.Due)
		if err != nil {
			return "", err
		}
		if err := tx.AddWatch(ctx, w); err != nil {
			return "", err
		}
		write(KindCheckIn, w.ID, CheckIn{Party: party, Channel: "phone", Contact: p.Person.Contact, Sign: "a", Duress: "b"})
		c.CheckIn = w.Due
	}
	if err != nil {
		return "", err
	}
	if err := plantLeg(ctx, tx, actor, f.ID, party, p, now); err != nil {
		return "", err
	}
	c.Triage.add(Edition[Triage]{Version: 1, Content: Triage{Decided: true}})
	c.Risk.add(Edition[Risk]{Version: 1, Content: p.Risk})
	c.Parties = sheets(c.Parties, Edition[Party]{ID: party, Version: 1, Content: p.Person})
	c.State, c.DecideBy = Sheltered, time.Time{}
	c.Card = CardOf(c, now)
	return f.ID, tx.SaveFile(ctx, c.File)
}

func plantSafe(ctx context.Context, tx Store, id string, to []staff.Member) (safe.Safe, error) {
	s, err := safe.Make(ctx, tx, id, to...)
	if err == nil {
		err = cover(ctx, tx, s)
	}
	return s, err
}

// plantLeg writes a leg that was travelled, and who stays where it led.
func plantLeg(ctx context.Context, tx Store, actor staff.Actor, file, party string, p Plant, now time.Time) error {
	l, id := p.Leg, ids.New("leg")
	l.Number, l.Parties, l.People, l.To.Place = 1, []string{party}, 1, p.Place
	s, err := plantSafe(ctx, tx, id, p.Assign)
	if err != nil {
		return err
	}
	if err := tx.AddLeg(ctx, id, file); err != nil {
		return err
	}
	if _, err := put(ctx, tx, s, Item{ID: id, Kind: KindLeg, Author: actor.ID, At: now}, 0, l); err != nil {
		return err
	}
	for _, to := range []LegState{LegUnderWay, LegArrived} {
		if _, err := put(ctx, tx, s, Item{ID: ids.New("step"), Kind: KindStep, Author: actor.ID, At: now}, 0, Step{To: to}); err != nil {
			return err
		}
	}
	if err := tx.SetStage(ctx, id, StageOver); err != nil {
		return err
	}
	if p.Place == "" {
		return nil
	}
	door, err := unlock(ctx, tx, actor, p.Place)
	if err != nil {
		return err
	}
	if _, err := put(ctx, tx, door, Item{ID: ids.New("route"), Kind: KindRoute, Author: actor.ID, At: now}, 0, Route{id}); err != nil {
		return err
	}
	_, err = put(ctx, tx, door, Item{ID: ids.New("stay"), Kind: KindStay, Author: actor.ID, At: now}, 0, Stay{Party: party, Leg: id, From: now})
	return err
}
