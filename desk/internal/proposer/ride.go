package proposer

import (
	"cmp"
	"slices"
)

// Ride is one way of travelling a leg, with what speaks for it, against it, and
// what keeps it out.
type Ride struct {
	Mode         string // "foot", "car", "bus", "train", "plane"
	Hours        int
	Score        int // the less, the better
	For, Against []Word
	Bars         []Word // not empty: it is no proposal
}

// Word is one reason about a ride or an escort.
type Word struct {
	What   string
	Person string // whom it concerns; empty: all
	Lack   string // the paper, need or language
	N      int
}

// manner is what is known of a mode: how far, how fast, what is asked for, who learns of it.
type manner struct {
	mode       string
	least      int      // kilometres
	most       int      // 0: not bounded
	speed      int      // kilometres in an hour
	wait       int      // hours before and after
	named      bool     // a ticket has a name: an authority can read who travels
	seen       int      // how many strangers see them: 0 few … 3 many
	inside     []string // within a country one of these is asked for; none: nothing is
	needsSteps bool     // not for whoever cannot walk far or climb
}

// manners are the modes in the order of their names.
func manners() []manner {
	identity := []string{"internal-passport", "passport", "id", "laissez-passer", "residence"}
	return []manner{
		{mode: "bus", least: 5, most: 700, speed: 50, wait: 1, seen: 2},
		{mode: "car", speed: 60, wait: 1, most: 1200},
		{mode: "foot", most: 12, speed: 4, seen: 1, needsSteps: true},
		{mode: "plane", least: 250, speed: 600, wait: 5, named: true, seen: 3, inside: identity},
		{mode: "train", least: 20, most: 2000, speed: 70, wait: 1, named: true, seen: 2, inside: identity},
	}
}

// borderPapers are those that are shown at a border.
func borderPapers() []string { return []string{"passport", "laissez-passer"} }

// What a ride is weighed by: who learns of it weighs more than the time.
const (
	weightNamed = 60
	weightSeen  = 12
	weightHour  = 3
)

// rides lists every way of travelling a leg: those that can be, the best first, then
// those that something keeps out.
func (q Question) rides(l Leg) (all []Ride) {
	for _, m := range manners() {
		r := Ride{Mode: m.mode, Hours: m.wait + (l.Km+m.speed-1)/m.speed}
		if l.Reckoned && (l.Km < m.least || m.most > 0 && l.Km > m.most) {
			r.Bars = append(r.Bars, Word{What: "distance", N: l.Km})
		}
		q.shown(&r, m, l)
		if m.named {
			r.Against = append(r.Against, Word{What: "named"})
			r.Score += weightNamed
		} else {
			r.For = append(r.For, Word{What: "unnamed"})
		}
		if m.seen >= 2 {
			r.Against = append(r.Against, Word{What: "seen"})
		}
		if r.Hours > 10 {
			r.Against = append(r.Against, Word{What: "long", N: r.Hours})
		}
		r.Score += weightSeen*m.seen + weightHour*r.Hours
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Ride) int {
		if (len(a.Bars) == 0) != (len(b.Bars) == 0) {
			return map[bool]int{true: -1, false: 1}[len(a.Bars) == 0]
		}
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Mode, b.Mode))
	})
	return all
}

// shown says what each traveller must show on the way, and whether they hold it.
func (q Question) shown(r *Ride, m manner, l Leg) {
	for _, id := range l.People {
		p := q.person(id)
		holds := func(any []string) bool {
			return slices.ContainsFunc(any, func(k string) bool { return slices.Contains(p.Papers, k) })
		}
		switch {
		case l.Cross && !holds(borderPapers()):
			r.Bars = append(r.Bars, Word{What: "border", Person: id, Lack: "passport"})
		case l.Cross && l.Visa && !slices.Contains(p.Papers, "visa") && !slices.Contains(p.Papers, "residence"):
			r.Bars = append(r.Bars, Word{What: "border", Person: id, Lack: "visa"})
		case len(m.inside) > 0 && !holds(m.inside):
			r.Bars = append(r.Bars, Word{What: "ticket", Person: id, Lack: m.inside[0]})
		}
		if m.needsSteps && slices.Contains(p.Needs, "step-free") {
			r.Bars = append(r.Bars, Word{What: "needs", Person: id, Lack: "step-free"})
		}
		if m.named && slices.Contains(p.Needs, "minor") {
			r.Against = append(r.Against, Word{What: "minor-alone", Person: id})
		}
	}
}

func (q Question) person(id string) Person {
	for _, p := range q.People {
		if p.ID == id {
			return p
		}
	}
	return Person{ID: id}
}

// Span is a time, in hours after the first departure.
type Span struct{ From, Until int }

// Escort is somebody of us who could go along.
type Escort struct {
	ID        string
	Speaks    []string // codes of languages
	Away      []Span   // when they cannot
	Busy      []Span   // when they travel on another leg that the asking member knows
	Apart     []string // ids of people whom they must not meet
	Assigned  bool     // they can open the case already
	Knows     []string // ids of the places that they know already
	Exposure  int      // how many places they know in all
	Withheld  bool     // the asking member left them out
	CanEscort bool     // they said that they escort at all
}

// Pick is one escort for one leg.
type Pick struct {
	ID           string
	Score        int // the less, the better
	For, Against []Word
	Bars         []Word // not empty: it is no proposal
}

// What an escort is weighed by: each place that they learn newly, then words, then
// how much they know already.
const (
	weightNew      = 40
	weightStranger = 15 // they learn of the case's people for the first time
	weightMute     = 30 // no language in common
	weightExposure = 2
)

// picks lists who could escort a leg: those who can, the best first, then those whom something keeps out.
func (q Question) picks(l Leg) (all []Pick) {
	span := Span{l.After, l.After + max(1, l.Hours)}
	for _, e := range q.Escorts {
		p := Pick{ID: e.ID}
		p.bar(q, e, l, span)
		fresh := 0
		for _, place := range []string{l.From, l.To} {
			if place != "" && !slices.Contains(e.Knows, place) {
				fresh++
			}
		}
		if fresh > 0 {
			p.Against = append(p.Against, Word{What: "new-places", N: fresh})
			p.Score += weightNew * fresh
		} else {
			p.For = append(p.For, Word{What: "knows-places"})
		}
		if e.Assigned {
			p.For = append(p.For, Word{What: "assigned"})
		} else {
			p.Against = append(p.Against, Word{What: "stranger"})
			p.Score += weightStranger
		}
		common := ""
		for _, s := range q.Speak {
			if slices.Contains(e.Speaks, s) {
				common = s
				break
			}
		}
		switch {
		case common != "":
			p.For = append(p.For, Word{What: "speaks", Lack: common})
		case len(q.Speak) > 0:
			p.Against = append(p.Against, Word{What: "mute"})
			p.Score += weightMute
		}
		if e.Exposure > 4 {
			p.Against = append(p.Against, Word{What: "exposed", N: e.Exposure})
		}
		p.Score += weightExposure * e.Exposure
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b Pick) int {
		if (len(a.Bars) == 0) != (len(b.Bars) == 0) {
			return map[bool]int{true: -1, false: 1}[len(a.Bars) == 0]
		}
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// bar says what keeps an escort from a leg.
func (p *Pick) bar(q Question, e Escort, l Leg, span Span) {
	within := func(all []Span) bool {
		return slices.ContainsFunc(all, func(s Span) bool { return s.From < span.Until && span.From < s.Until })
	}
	switch {
	case !e.CanEscort:
		p.Bars = append(p.Bars, Word{What: "not-asked"})
	case e.Withheld:
		p.Bars = append(p.Bars, Word{What: "withheld"})
	}
	if within(e.Away) {
		p.Bars = append(p.Bars, Word{What: "away"})
	}
	if within(e.Busy) {
		p.Bars = append(p.Bars, Word{What: "busy"})
	}
	for _, id := range l.People {
		if slices.Contains(e.Apart, id) || slices.Contains(q.person(id).Avoid, e.ID) {
			p.Bars = append(p.Bars, Word{What: "meet", Person: id})
		}
	}
}

// equip says of each leg of a proposal how it could be travelled and who could go along.
func (q Question) equip(p *Proposal) {
	place := func(id string) (Place, bool) {
		n := slices.IndexFunc(q.Places, func(x Place) bool { return x.ID == id })
		if n < 0 {
			return Place{Country: q.Here}, false
		}
		return q.Places[n], true
	}
	for n := range p.Legs {
		l := &p.Legs[n]
		from, _ := place(l.From)
		to, _ := place(l.To)
		l.Cross = from.Country != "" && to.Country != "" && from.Country != to.Country
		l.Visa = slices.Contains(q.Visas, to.Country)
		l.Rides, l.Escorts = q.rides(*l), q.picks(*l)
	}
}
