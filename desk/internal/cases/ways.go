package cases

import (
	"encoding/json"
	"time"

	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

// ways is what the calendar and the map show of one case: taken out of it when it
// is opened for the member's index, and held in memory with that, nowhere else.
type ways struct {
	dates []Date
	legs  []Stretch
	where []Whereabouts // one for each person
}

// Stretch is one leg as the map shows it.
type Stretch struct {
	Case, Leg string
	Pseudonym string
	Number    int
	People    int
	From, To  Spot
	State     LegState
	Earliest  time.Time
	Latest    time.Time
}

// waysOf takes the dates out of a case that is being opened, and the ways out of
// those of its legs that the member holds.
func (b *Book) waysOf(s safe.Safe, file string, items []Item, moves []Movement) (w ways, err error) {
	var parties []Sheet[Party]
	var plan Sheet[Plan]
	var consents []Sheet[Consent]
	var follow clock.Day
	var papers []Sheet[Paper]
	var leaves []Leaf
	for _, i := range items {
		switch i.Kind {
		case KindParty:
			err = take(s, i, func(e Edition[Party]) { parties = sheets(parties, e) })
		case KindPlan:
			err = take(s, i, plan.add)
		case KindConsent:
			err = take(s, i, func(e Edition[Consent]) { consents = sheets(consents, e) })
		case KindPaper:
			err = take(s, i, func(e Edition[Paper]) { papers = sheets(papers, e) })
		case KindFollowUp:
			err = take(s, i, func(e Edition[FollowUp]) { follow = e.Content.Next })
		default:
			if b.annex(i.Kind) != nil {
				err = take(s, i, func(e Edition[json.RawMessage]) { leaves = append(leaves, Leaf{i.Kind, e}) })
			}
		}
		if err != nil {
			return w, err
		}
	}
	add := func(d Date) {
		d.Case = file
		w.dates = append(w.dates, d)
	}
	for _, a := range plan.Content().Actions {
		if !a.Due.IsZero() && !a.Done {
			add(Date{Kind: DateAction, At: a.Due, Text: a.What, Member: a.Owner})
		}
	}
	for _, c := range consents {
		if x := c.Content(); x.Expires != "" && x.Withdrawn == "" {
			add(Date{Kind: DateConsent, Day: x.Expires, Item: c.ID})
		}
	}
	if follow != "" {
		add(Date{Kind: DateFollow, Day: follow})
	}
	for _, p := range papers {
		if x := p.Content(); x.Status == PaperHeld && x.Until != "" && !outlived(papers, p) {
			add(Date{Kind: DatePaper, Day: x.Until, Item: p.ID, Text: x.Kind})
		}
	}
	for _, d := range b.tell(leaves, b.clock.Now()).Dates {
		add(d)
	}
	for _, m := range moves {
		w.legs = append(w.legs, Stretch{Case: file, Leg: m.ID, Number: m.Number, People: len(m.Parties), From: m.From, To: m.To, State: m.State, Earliest: m.Earliest, Latest: m.Latest})
		if len(m.State.Next()) > 0 {
			add(Date{Kind: DateLeg, At: m.Earliest, Until: m.Latest, Item: m.ID, Text: m.From.Words + " → " + m.To.Words, Leg: m.State, Danger: m.State == LegLost})
		}
	}
	for _, p := range parties {
		w.where = append(w.where, WhereIs(moves, p.ID))
	}
	return w, nil
}
