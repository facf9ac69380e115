package cases

import (
	"context"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// loadLeg opens one leg with the actor's own grant of it.
func loadLeg(ctx context.Context, tx Store, actor staff.Actor, id string) (Movement, safe.Safe, error) {
	m := Movement{ID: id}
	s, err := unlock(ctx, tx, actor, id)
	if err != nil {
		return m, s, err
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return m, s, err
	}
	if s, grants, err = renew(ctx, tx, s, grants); err != nil {
		return m, s, err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return m, s, err
	}
	voices, err := tx.VoicesIn(ctx, id)
	if err != nil {
		return m, s, err
	}
	for _, g := range grants {
		m.Known = append(m.Known, g.Member)
	}
	err = m.read(s, items, voices)
	return m, s, err
}

// read folds the editions of a leg.
func (m *Movement) read(s safe.Safe, items []Item, voices []Voice) (err error) {
	for _, i := range items {
		switch i.Kind {
		case KindLeg:
			err = take(s, i, m.Sheet.add)
		case KindStep:
			err = take(s, i, func(e Edition[Step]) { m.Steps = append(m.Steps, e) })
		case KindCaution:
			err = take(s, i, func(e Edition[Warning]) { m.Warned = e.Content.Stands })
		case KindWhy:
			err = take(s, i, func(e Edition[Why]) { m.Whys = append(m.Whys, e) })
		}
		if err != nil {
			return err
		}
	}
	m.Leg = m.Sheet.Content()
	m.Go = Two(voices, m.ID, m.Sheet.Current.Version)
	m.State = StandOf(m.Steps, m.Go)
	return nil
}

// PlanLeg adds a leg (id empty) or changes one that has not begun, and asks two
// people for the go. Everyone who can open the leg learns of its places.
func (b *Book) PlanLeg(ctx context.Context, actor staff.Actor, file, id string, saw int, l Leg) (Saved, error) {
	return b.edit(ctx, actor, file, func(o *open) (Saved, error) {
		if err := l.check(o.Parties); err != nil {
			return Saved{}, err
		}
		l.People = len(l.Parties)
		have, old := 0, Movement{}
		for _, m := range o.Legs {
			if m.ID == id {
				old, have, l.Number = m, m.Sheet.Saw(), m.Number
			}
		}
		switch {
		case id == "":
			l.Number = len(o.Legs) + 1
		case have == 0:
			return Saved{}, fault.Missing()
		case len(old.Steps) > 0:
			return Saved{}, fault.New(fault.Conflict, "This leg has begun or ended. Plan a new one.")
		}
		if done, ok := old.Sheet.known(actor.ID, saw, l); ok {
			return done, o.log(ctx, "case.read", o.opened())
		}
		if saw < have {
			return o.rivalLeg(ctx, id, saw, have, l)
		}
		if id == "" {
			id = ids.New("leg")
			if err := o.newLeg(ctx, id); err != nil {
				return Saved{}, err
			}
		}
		if err := o.escort(ctx, id, old.Escort, l.Escort); err != nil {
			return Saved{}, err
		}
		if err := o.lead(ctx, id, &l); err != nil {
			return Saved{}, err
		}
		s, err := put(ctx, o.tx, o.legs[id], Item{ID: id, Kind: KindLeg, Base: saw, Author: actor.ID, At: o.now}, have, l)
		if err != nil {
			return s, err
		}
		if err := o.log(ctx, "leg.planned", detail{KindLeg, id, s.Version, s.Rival}); err != nil || s.Rival {
			return s, err
		}
		return s, ask(ctx, o.tx, Ask{Safe: id, Item: id, Version: s.Version, Kind: "leg", By: actor.ID, At: o.now})
	})
}

// rivalLeg keeps a leg that was written beside another version: nobody is given the
// leg or a place before somebody has settled the two.
func (o *open) rivalLeg(ctx context.Context, id string, saw, have int, l Leg) (Saved, error) {
	s, err := put(ctx, o.tx, o.legs[id], Item{ID: id, Kind: KindLeg, Base: saw, Author: o.actor.ID, At: o.now}, have, l)
	if err != nil {
		return s, err
	}
	return s, o.log(ctx, "leg.planned", detail{KindLeg, id, s.Version, s.Rival})
}

// newLeg makes the leg's safe for everyone who is assigned.
func (o *open) newLeg(ctx context.Context, id string) error {
	to, err := members(ctx, o.tx, o.Assigned)
	if err != nil {
		return err
	}
	s, err := safe.Make(ctx, o.tx, id, to...)
	if err != nil {
		return err
	}
	for member, until := range o.Until {
		if err := o.tx.PutTimed(ctx, Timed{id, member, until}); err != nil {
			return err
		}
	}
	if err := cover(ctx, o.tx, s); err != nil {
		return err
	}
	o.legs[id] = s
	return o.tx.AddLeg(ctx, id, o.ID)
}

func members(ctx context.Context, tx Store, list []string) ([]staff.Member, error) {
	var to []staff.Member
	for _, id := range list {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return nil, err
		}
		to = append(to, m)
	}
	return to, nil
}

type shareDetail struct {
	Safe   string `json:"safe"`
	Member string `json:"member"`
}

// lead checks where a leg leads and shares the places with those who can open the leg.
func (o *open) lead(ctx context.Context, leg string, l *Leg) error {
	for n, spot := range []*Spot{&l.From, &l.To} {
		if spot.Place == "" {
			continue
		}
		r, s, err := loadPlace(ctx, o.tx, o.actor, spot.Place)
		if err != nil {
			return err
		}
		o.doors[r.ID] = s
		if n == 1 {
			if err := r.MayHost(newcomers(r, l.Parties)); err != nil {
				return err
			}
		}
		if spot.Words == "" {
			spot.Words = r.Address
		}
		if !among(leg, r.Legs) {
			if _, err := put(ctx, o.tx, s, Item{ID: ids.New("route"), Kind: KindRoute, Author: o.actor.ID, At: o.now}, 0, Route{leg}); err != nil {
				return err
			}
		}
		grants, err := o.tx.Grants(ctx, leg)
		if err != nil {
			return err
		}
		timed, err := o.tx.TimedIn(ctx, leg)
		if err != nil {
			return err
		}
		for _, g := range grants {
			if err := share(ctx, o.tx, o.actor, r, s, Known{g.Member, o.now}, lentUntil(timed, g.Member)); err != nil {
				return err
			}
		}
	}
	return nil
}

// newcomers counts the travellers who are not in the place already.
func newcomers(r Refuge, parties []string) int {
	n := len(parties)
	for _, s := range r.Stays {
		if s.Content().To.IsZero() && among(s.Content().Party, parties) {
			n--
		}
	}
	return n
}

// Leg opens one leg to be read, by everyone who was given it.
func (b *Book) Leg(ctx context.Context, actor staff.Actor, id string) (m Movement, err error) {
	err = b.within(ctx, func(tx Store) error {
		if m, _, err = loadLeg(ctx, tx, actor, id); err != nil {
			return err
		}
		return b.logLeg(ctx, tx, actor, id, "leg.read", nil)
	})
	return m, err
}

// Legs opens every leg that the actor was given, whether or not the case.
func (b *Book) Legs(ctx context.Context, actor staff.Actor) (all []Movement, err error) {
	err = b.within(ctx, func(tx Store) error {
		list, err := tx.SafesOf(ctx, "leg", actor.ID)
		if err != nil {
			return err
		}
		for _, id := range list {
			m, _, err := loadLeg(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if err := b.logLeg(ctx, tx, actor, id, "leg.read", nil); err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	return all, err
}

func (b *Book) logLeg(ctx context.Context, tx Store, actor staff.Actor, id, action string, d any) error {
	file, err := tx.CaseOfLeg(ctx, id)
	if err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: id, Scope: file, Detail: d})
}

// Go is a member's go or no-go for a leg as it stands. Two different people are needed.
func (b *Book) Go(ctx context.Context, actor staff.Actor, id string, version int, yes bool) error {
	return b.GoBecause(ctx, actor, id, version, yes, "")
}

// GoBecause is Go with a reason, which is asked for where a paper of a traveller runs
// out before the leg has ended.
func (b *Book) GoBecause(ctx context.Context, actor staff.Actor, id string, version int, yes bool, why string) error {
	return b.within(ctx, func(tx Store) error {
		m, s, err := loadLeg(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if len(m.Steps) > 0 {
			return fault.New(fault.Conflict, "This leg has moved on meanwhile. Look at it again.")
		}
		file, err := tx.CaseOfLeg(ctx, id)
		if err != nil {
			return err
		}
		if err := stillOpen(ctx, tx, file); err != nil {
			return err
		}
		if err := settled(m.Sheet, version); err != nil {
			return err
		}
		why = strings.TrimSpace(why)
		if yes && m.Warned && m.Reason(actor.ID) == "" {
			if why == "" {
				return fault.Bad("why", "A paper of somebody who travels runs out before this leg has ended. Say why they go all the same, or say no.")
			}
			if len(why) > maxWhy {
				return fault.Bad("why", "This text is too long. Put the rest into a note of the case.")
			}
			if err := b.because(ctx, tx, s, version, actor.ID, why); err != nil {
				return err
			}
		}
		if err := tx.PutVoice(ctx, Voice{Safe: id, Item: id, Version: version, Member: actor.ID, Yes: yes, At: b.clock.Now()}); err != nil {
			return err
		}
		voices, err := tx.VoicesIn(ctx, id)
		if err != nil {
			return err
		}
		if Two(voices, id, version).Given() {
			if err := tx.CloseAsks(ctx, id, id); err != nil {
				return err
			}
		}
		return b.logLeg(ctx, tx, actor, id, "leg.voice", approvalDetail{id, version, yes})
	})
}

// maxWhy bounds a reason, in bytes.
const maxWhy = 4000

// stillOpen refuses what begins something new in a case that has ended.
func stillOpen(ctx context.Context, tx Store, file string) error {
	f, err := tx.File(ctx, file)
	if err == nil && f.State.Over() {
		err = fault.New(fault.Conflict, "This case has ended. Open it again first.")
	}
	return err
}

// Step tells what happened to a leg: it began, arrived, was aborted, was lost.
// An escort who holds the leg alone may tell it too.
func (b *Book) Step(ctx context.Context, actor staff.Actor, id string, to LegState, reason string) error {
	return b.step(ctx, actor, id, Step{To: to, Reason: reason})
}

func (b *Book) step(ctx context.Context, actor staff.Actor, id string, step Step) error {
	to := step.To
	return b.within(ctx, func(tx Store) error {
		m, s, err := loadLeg(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		file, err := tx.CaseOfLeg(ctx, id)
		if err != nil {
			return err
		}
		now := b.clock.Now()
		if err := stillOpen(ctx, tx, file); err != nil && to == LegUnderWay {
			return err
		}
		o, err := b.load(ctx, tx, actor, file)
		assigned := err == nil
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		elsewhere := false
		if assigned {
			elsewhere = Elsewhere(o.Legs, id, m.Parties)
		} else if n, err := tx.OthersOut(ctx, id); err != nil {
			return err
		} else {
			elsewhere = n > 0 // an escort cannot see who travels there: the caseworker decides
		}
		if err := MayStep(m.Leg, m.State, m.Go, step, elsewhere, now); err != nil {
			return err
		}
		if to == LegUnderWay {
			if err := b.mayLead(ctx, tx, actor, m); err != nil {
				return err
			}
		}
		item := Item{ID: ids.New("step"), Kind: KindStep, Author: actor.ID, At: now}
		if _, err := put(ctx, tx, s, item, 0, step); err != nil {
			return err
		}
		if err := tx.CloseAsks(ctx, id, id); err != nil {
			return err
		}
		if err := tx.SetStage(ctx, id, to.Stage()); err != nil {
			return err
		}
		if err := b.logLeg(ctx, tx, actor, id, "leg."+string(to), nil); err != nil {
			return err
		}
		if !assigned {
			return b.stays(ctx, tx, actor, m, to)
		}
		if err := o.logDoors(ctx); err != nil {
			return err
		}
		return b.refresh(ctx, tx, actor, file)
	})
}

// mayLead refuses to set out for a place that is known to be exposed.
func (b *Book) mayLead(ctx context.Context, tx Store, actor staff.Actor, m Movement) error {
	if m.To.Place == "" {
		return nil
	}
	r, _, err := loadPlace(ctx, tx, actor, m.To.Place)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil // not known to this member any more
	case err == nil && r.Status == Exposed:
		return r.MayHost(m.People)
	case err == nil:
		return b.logLeg(ctx, tx, actor, m.ID, "case.places", opened{[]string{m.To.Place}})
	}
	return err
}

// stays notes who came to a place or left it when an escort takes a step who
// cannot open the case. That a place cannot be opened must not stop a person who
// is on the way: the first caseworker who opens the case makes up for it.
func (b *Book) stays(ctx context.Context, tx Store, actor staff.Actor, m Movement, to LegState) error {
	place, in := "", false
	switch {
	case to == LegUnderWay && m.State != LegLost:
		place = m.From.Place
	case to == LegArrived:
		place, in = m.To.Place, true
	case to == LegAborted && departed(m.Steps):
		place, in = m.From.Place, true
	}
	if place == "" {
		return nil
	}
	for n, p := range m.Parties {
		r, s, err := loadPlace(ctx, tx, actor, place)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			if err := b.logLeg(ctx, tx, actor, m.ID, "case.places", opened{[]string{place}}); err != nil {
				return err
			}
		}
		if err := note(ctx, tx, actor, r, s, coming{Place: place, Party: p, Leg: m.ID, In: in}, b.clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// CaseOfLeg names the case of a leg to a member who can open that case.
func (b *Book) CaseOfLeg(ctx context.Context, actor staff.Actor, leg string) (file string, err error) {
	err = b.reading(ctx, func(tx Store) error {
		if file, err = tx.CaseOfLeg(ctx, leg); err != nil {
			return err
		}
		_, err := tx.Grant(ctx, file, actor.ID)
		return err
	})
	if err != nil {
		return "", err
	}
	return file, nil
}
