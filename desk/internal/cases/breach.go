package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/exposure"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Report is an breach, opened.
type Report struct {
	Breach
	Leak
	PlaceCode string // empty: the actor does not know the place
	Steps     []Told
	Others    int // cases of colleagues that are touched; they were told
	Open      int // steps that are still to be done, by everybody
	Knew      []string
}

// Told is one step with the case that it is about.
type Told struct {
	Task
	Pseudonym string   // empty for a place
	Place     string   // its code
	Who       []string // codes of the people of the case whom the step is about, as far as its legs tell
}

// ExposureReport opens an breach: what happened, and what of it is for the actor to do.
func (b *Book) ExposureReport(ctx context.Context, actor staff.Actor, id string) (r Report, err error) {
	err = b.within(ctx, func(tx Store) error {
		if !ids.Valid("leak", id) {
			return fault.Missing()
		}
		s, err := unlock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if r.Breach, err = tx.Breach(ctx, id); err != nil {
			return err
		}
		if r.Leak, err = leakIn(ctx, tx, s); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "leak.read", Subject: id, Scope: id}); err != nil {
			return err
		}
		return b.told(ctx, tx, actor, &r)
	})
	return r, err
}

// leakIn opens what lies in a breach's safe.
func leakIn(ctx context.Context, tx Store, s safe.Safe) (l Leak, err error) {
	items, err := tx.Items(ctx, s.ID())
	for _, i := range items {
		if err == nil && i.Kind == KindLeak {
			err = take(s, i, func(e Edition[Leak]) { l = e.Content })
		}
	}
	return l, err
}

// told sorts the steps into those of the actor and those of colleagues.
func (b *Book) told(ctx context.Context, tx Store, actor staff.Actor, r *Report) error {
	tasks, err := tx.TasksOf(ctx, r.Breach.ID)
	if err != nil {
		return err
	}
	own, err := mine(ctx, tx, actor)
	if err != nil {
		return err
	}
	others, codes, people := map[string]bool{}, map[string]string{}, map[string]near{}
	exposed := map[string]bool{r.Leak.Place: r.Leak.Place != ""}
	for _, k := range tasks {
		if strings.HasPrefix(k.Subject, "place_") {
			exposed[k.Subject] = true
		}
	}
	for _, k := range tasks {
		if k.Done.IsZero() {
			r.Open++
		}
		if f, ok := own[k.Subject]; ok {
			if _, opened := people[k.Subject]; !opened && k.Done.IsZero() {
				if people[k.Subject], err = b.touched(ctx, tx, actor, k.Subject, exposed, r.Leak); err != nil {
					return err
				}
			}
			r.Steps = append(r.Steps, Told{Task: k, Pseudonym: f.Pseudonym, Who: people[k.Subject].of(k.What)})
			continue
		}
		if strings.HasPrefix(k.Subject, "place_") {
			code, opened := codes[k.Subject]
			if !opened {
				p, _, err := loadPlace(ctx, tx, actor, k.Subject)
				switch {
				case fault.KindOf(err) == fault.NotFound:
					codes[k.Subject] = ""
					continue
				case err != nil:
					return err
				}
				if err := logPlace(ctx, tx, actor, k.Subject, "place.read", nil); err != nil {
					return err
				}
				code, codes[k.Subject] = p.Code, p.Code
				if k.Subject == r.Leak.Place {
					r.PlaceCode = p.Code
					for _, e := range p.Known {
						r.Knew = append(r.Knew, e.Content.Member)
					}
				}
			}
			if code != "" {
				r.Steps = append(r.Steps, Told{Task: k, Place: code})
			}
			continue
		}
		others[k.Subject] = true
	}
	r.Others = len(others)
	return nil
}

// near is in which way each person of a case is touched, by their codes.
type near struct {
	codes []string
	how   map[string][]exposure.How
}

// of names the people whom a step is about.
func (n near) of(what string) (who []string) {
	for _, code := range n.codes {
		if slices.ContainsFunc(exposure.Steps(n.how[code]...), func(s exposure.Step) bool { return s.What == what }) {
			who = append(who, code)
		}
	}
	return who
}

// touched follows the legs of a case that the actor can open, and says who of it is
// in an exposed place, was there since, or is to go there. A number, and a
// colleague, touch a case as a whole: it names nobody then.
func (b *Book) touched(ctx context.Context, tx Store, actor staff.Actor, file string, exposed map[string]bool, l Leak) (near, error) {
	n := near{how: map[string][]exposure.How{}}
	if l.Kind != exposure.Place && l.Kind != exposure.Person {
		return n, nil
	}
	o, err := b.load(ctx, tx, actor, file)
	if err != nil {
		return n, err
	}
	if err := o.log(ctx, "case.read", o.opened()); err != nil {
		return n, err
	}
	for _, p := range o.Parties {
		ways := nearness(o.Legs, p.ID, exposed, l.Since)
		if p.ID == l.Party && file == l.Case {
			ways = append(ways, exposure.Self)
		}
		if len(ways) > 0 {
			code := p.Content().Code
			n.codes = append(n.codes, code)
			n.how[code] = append(n.how[code], ways...)
		}
	}
	return n, nil
}

// nearness is how a person is touched by exposed places, by the legs of their case.
func nearness(legs []Movement, party string, exposed map[string]bool, since time.Time) (ways []exposure.How) {
	if w := WhereIs(legs, party); !w.OnTheWay && !w.Lost && exposed[w.At.Place] {
		ways = append(ways, exposure.Inside)
	}
	for _, m := range legs {
		if !among(party, m.Parties) || !exposed[m.From.Place] && !exposed[m.To.Place] {
			continue
		}
		switch m.State {
		case LegUnderWay, LegLost:
			ways = append(ways, exposure.Travelling)
		case LegPlanned, LegReady:
			ways = append(ways, exposure.Heading)
		case LegArrived, LegAborted:
			for _, s := range m.Steps { // they left it since
				if exposed[m.From.Place] && s.Content.To == LegUnderWay && !s.At.Before(since) {
					ways = append(ways, exposure.Stayed)
				}
			}
		}
	}
	return ways
}

// Breaches lists what became known, as far as the actor was told, without opening it.
func (b *Book) Breaches(ctx context.Context, actor staff.Actor) (all []Breach, err error) {
	err = b.reading(ctx, func(tx Store) error {
		list, err := tx.SafesOf(ctx, "leak", actor.ID)
		if err != nil {
			return err
		}
		for _, id := range list {
			i, err := tx.Breach(ctx, id)
			if err != nil {
				return err
			}
			all = append(all, i)
		}
		return nil
	})
	return all, err
}

// DoStep notes that a step was done: in the case, in words, when it is about one.
func (b *Book) DoStep(ctx context.Context, actor staff.Actor, task, words string) (breach string, err error) {
	err = b.within(ctx, func(tx Store) error {
		k, err := tx.Task(ctx, task)
		if err != nil {
			return err
		}
		for _, s := range []string{k.Subject, k.Breach} {
			if _, err := tx.Grant(ctx, s, actor.ID); err != nil {
				return err
			}
		}
		breach = k.Breach
		if words == "" {
			return fault.Bad("words", "Say in a few words what was done.")
		}
		if !k.Done.IsZero() {
			return fault.New(fault.Conflict, "Somebody has done this already.")
		}
		now := b.clock.Now()
		if err := tx.DoneTask(ctx, task, actor.ID, now); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "leak.step", Subject: k.Breach, Scope: k.Breach, Detail: stepDetail{k.What}}); err != nil {
			return err
		}
		if !strings.HasPrefix(k.Subject, "case_") {
			return nil
		}
		o, err := b.load(ctx, tx, actor, k.Subject)
		if err != nil {
			return err
		}
		if err := o.logDoors(ctx); err != nil {
			return err
		}
		_, err = o.write(ctx, KindNote, ids.New("note"), 0, 0, Note{Words: words})
		return err
	})
	return breach, err
}

type stepDetail struct {
	What string `json:"what"`
}

// exposureWaits lists the open steps that are for the actor.
func exposureWaits(ctx context.Context, tx Store, actor staff.Actor, own map[string]File, now time.Time) (all []Wait, err error) {
	tasks, err := tx.TasksFor(ctx, actor.ID)
	for _, k := range tasks {
		w := Wait{What: "step-" + k.What, Case: k.Subject, Pseudonym: own[k.Subject].Pseudonym, Item: k.Breach, Due: k.Due, Danger: exposure.Grave(k.What) || k.Due.Before(now)}
		if w.Pseudonym == "" {
			w.Case = "" // a place: its code lies in its safe
		}
		all = append(all, w)
	}
	return all, err
}

// forgetBreaches takes an erased case out of what became known, and destroys an
// breach that touched nothing else.
func forgetBreaches(ctx context.Context, tx Store, file string) error {
	list, err := tx.BreachesOf(ctx, file)
	if err != nil {
		return err
	}
	if err := tx.DropTasks(ctx, file); err != nil {
		return err
	}
	for _, id := range list {
		left, err := tx.TasksOf(ctx, id)
		if err != nil {
			return err
		}
		others := false
		for _, k := range left {
			others = others || strings.HasPrefix(k.Subject, "case_")
		}
		if others {
			continue
		}
		if err := destroy(ctx, tx, id); err != nil {
			return err
		}
		if err := tx.DropBreach(ctx, id); err != nil {
			return err
		}
		if err := tx.ShredLedger(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
