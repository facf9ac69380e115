package pathways

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// The kinds of what lies in a case's safe.
const (
	KindApplication cases.Kind = "application"
	KindAppointment cases.Kind = "appointment"
	KindDecision    cases.Kind = "decision"
)

// Application is people of a case on their way along a pathway.
type Application struct {
	Parties   []string // item ids
	Pathway   string
	Version   int    // of the pathway, as it was begun
	Title     string // as the pathway was called then
	Country   string
	Offer     string // of which it takes places; empty: of none
	Lead      string // member id
	Reference string // the office's number
	Steps     []Stage
	Papers    []Handed
	Words     string
	Ended     string // why it goes on no more; empty: it does
}

// Stage is one step of an application.
type Stage struct {
	What  string
	Due   clock.Day // empty: not said
	Done  clock.Day // empty: not yet
	Words string
}

// Holders lists who can hold a paper.
func Holders() []string { return []string{"person", "us", "office", "lawyer", "helper", "lost"} }

// Handed is a paper, and who holds it now.
type Handed struct {
	What   string
	Holder string
	Since  clock.Day
	Words  string
}

func (p Application) check(k *cases.Case) error {
	var c fault.Check
	c.Field(len(p.Parties) > 0, "parties", "Choose who applies.")
	for _, x := range p.Parties {
		c.Field(k.Party(x).Code != "", "parties", "Choose people of this case.")
	}
	for _, s := range p.Steps {
		c.Field(!blank(s.What), "steps", "Each step needs words.")
		c.Field(s.Due == "" || cases.ValidDay(s.Due), "steps", "Give each day as in 2017-04-09.")
		c.Field(s.Done == "" || cases.ValidDay(s.Done), "steps", "Give each day as in 2017-04-09.")
	}
	for _, h := range p.Papers {
		c.Field(!blank(h.What) && among(h.Holder, Holders()), "papers", "Say of each paper what it is and who holds it.")
		c.Field(cases.ValidDay(h.Since), "papers", "Say of each paper since when.")
	}
	return c.Err()
}

// Remind lists how many hours before an appointment it can be told of.
func Remind() []int { return []int{2, 12, 24, 48, 72, 168} }

// The states of an appointment.
const (
	Planned   = ""
	Attended  = "attended"
	Missed    = "missed"
	Moved     = "moved"
	Cancelled = "cancelled"
)

// Outcomes of an appointment.
func AppointmentStates() []string { return []string{Planned, Attended, Missed, Moved, Cancelled} }

// Appointment is when somebody must be somewhere.
type Appointment struct {
	Application string // item id; empty: of none
	Parties     []string
	At          time.Time
	Zone        string // of the place, such as Europe/Vilnius: what stands on the letter
	Where       string
	Bring       string
	Escort      string // member id; empty: none of us
	With        string // who else goes along, in words
	Remind      int    // hours before
	State       string
	Result      string
	CheckIn     string // id of the check-in that watches over it; empty: none
}

func (p Appointment) check(k *cases.Case) error {
	var c fault.Check
	c.Field(len(p.Parties) > 0, "parties", "Choose who goes.")
	for _, x := range p.Parties {
		c.Field(k.Party(x).Code != "", "parties", "Choose people of this case.")
	}
	c.Field(!p.At.IsZero(), "at", "Say when it is: the day, and the time there.")
	c.Field(!blank(p.Where), "where", "Say where it is.")
	c.Field(p.Remind > 0 && p.Remind <= 24*60, "remind", "Choose when to be reminded.")
	c.Field(among(p.State, AppointmentStates()), "state", "Choose how it went.")
	c.Field(p.State != Missed && p.State != Moved && p.State != Cancelled || !blank(p.Result), "result", "Say what happened.")
	return c.Err()
}

// The outcomes of a decision.
const (
	Granted = "granted"
	Refused = "refused"
	More    = "more" // the office asks for something more
	Lapsed  = "lapsed"
)

// DecisionOutcomes lists them.
func DecisionOutcomes() []string { return []string{Granted, Refused, More, Lapsed} }

// Decision is what an office decided.
type Decision struct {
	Application string
	Outcome     string
	Day         clock.Day // on which it was learnt
	By          clock.Day // by when it must be appealed, or more handed in; empty: nothing runs
	Answered    clock.Day // on which it was appealed, or handed in; empty: not yet
	Left        string    // why nobody will; empty: it is open
	From, Until clock.Day // of what was granted
	Words       string
}

func (d Decision) check() error {
	var c fault.Check
	c.Field(among(d.Outcome, DecisionOutcomes()), "outcome", "Choose what was decided.")
	c.Field(cases.ValidDay(d.Day), "day", "Say on which day you learnt of it.")
	c.Field(d.By == "" || cases.ValidDay(d.By) && d.By >= d.Day, "by", "Give a day that is not before the decision.")
	c.Field(d.Outcome != More || d.By != "", "by", "Say by when more must be handed in.")
	c.Field(d.Answered == "" || cases.ValidDay(d.Answered) && d.Answered >= d.Day, "answered", "Give a day that is not before the decision.")
	c.Field(d.From == "" || cases.ValidDay(d.From), "from", "Give the day, as in 2017-04-09.")
	c.Field(d.Until == "" || cases.ValidDay(d.Until) && d.Until >= d.From, "until", "Give a day that is not before the first, as in 2017-04-09.")
	return c.Err()
}

// waits reports whether a deadline of the decision still runs.
func (d Decision) waits() bool { return d.By != "" && d.Answered == "" && d.Left == "" }

// State is where an application stands. It follows from what is known.
type State string

// The states of an application.
const (
	Preparing State = "preparing" // nothing was done yet
	Underway  State = "underway"
	MoreAsked State = "more"
	Appealed  State = "appealed"
	Success   State = "granted"
	Failure   State = "refused"
	Over      State = "over" // it was given up, or lapsed
)

// Journey is an application with what belongs to it.
type Journey struct {
	cases.Sheet[Application]
	Application
	ID           string
	Appointments []Visit
	Decisions    []cases.Sheet[Decision]
	State        State
}

// Visit is an appointment, opened.
type Visit struct {
	cases.Sheet[Appointment]
	Appointment
	ID string
}

// Ways is all that this room keeps in one case.
type Ways struct {
	Journeys []Journey
	Others   []Visit // appointments that belong to no application
}

// Visits lists every appointment, the soonest first.
func (w Ways) Visits() (all []Visit) {
	all = slices.Clone(w.Others)
	for _, j := range w.Journeys {
		all = append(all, j.Appointments...)
	}
	slices.SortStableFunc(all, func(a, b Visit) int { return a.At.Compare(b.At) })
	return all
}

// Journey finds an application.
func (w Ways) Journey(id string) (Journey, bool) {
	n := slices.IndexFunc(w.Journeys, func(j Journey) bool { return j.ID == id })
	if n < 0 {
		return Journey{}, false
	}
	return w.Journeys[n], true
}

// Visit finds an appointment.
func (w Ways) Visit(id string) (Visit, bool) {
	for _, v := range w.Visits() {
		if v.ID == id {
			return v, true
		}
	}
	return Visit{}, false
}

// Fold reads what lies in a case. What this version cannot read is left out, and
// counted in unread.
func Fold(leaves []cases.Leaf) (w Ways, unread int) {
	var applications []cases.Sheet[Application]
	var visits []cases.Sheet[Appointment]
	var decisions []cases.Sheet[Decision]
	for _, l := range leaves {
		ok := true
		switch l.Kind {
		case KindApplication:
			applications, ok = grow(applications, l)
		case KindAppointment:
			visits, ok = grow(visits, l)
		case KindDecision:
			decisions, ok = grow(decisions, l)
		}
		if !ok {
			unread++
		}
	}
	for _, s := range applications {
		j := Journey{Sheet: s, Application: s.Content(), ID: s.ID}
		for _, d := range decisions {
			if d.Content().Application == s.ID {
				j.Decisions = append(j.Decisions, d)
			}
		}
		slices.SortStableFunc(j.Decisions, func(a, b cases.Sheet[Decision]) int {
			return cmp.Or(cmp.Compare(a.Content().Day, b.Content().Day), cmp.Compare(a.History[0].Seq, b.History[0].Seq))
		})
		j.State = stateOf(j)
		w.Journeys = append(w.Journeys, j)
	}
	for _, v := range visits {
		x := Visit{Sheet: v, Appointment: v.Content(), ID: v.ID}
		n := slices.IndexFunc(w.Journeys, func(j Journey) bool { return j.ID == x.Application })
		if n < 0 {
			w.Others = append(w.Others, x)
			continue
		}
		w.Journeys[n].Appointments = append(w.Journeys[n].Appointments, x)
	}
	return w, unread
}

func grow[T any](all []cases.Sheet[T], l cases.Leaf) ([]cases.Sheet[T], bool) {
	e := cases.Edition[T]{ID: l.ID, Seq: l.Seq, Version: l.Version, Base: l.Base, Author: l.Author, At: l.At}
	if json.Unmarshal(l.Content, &e.Content) != nil {
		return all, false
	}
	return cases.Grow(all, e), true
}

func stateOf(j Journey) State {
	if j.Ended != "" {
		return Over
	}
	s := Preparing
	for _, x := range j.Steps {
		if x.Done != "" {
			s = Underway
		}
	}
	for _, d := range j.Decisions {
		switch x := d.Content(); {
		case x.Outcome == Granted:
			s = Success
		case x.Outcome == Lapsed:
			s = Over
		case x.Outcome == Refused && x.Answered != "":
			s = Appealed
		case x.Outcome == Refused:
			s = Failure
		case x.Outcome == More && x.Answered == "":
			s = MoreAsked
		case x.Outcome == More:
			s = Underway
		}
	}
	return s
}

// uses says how many places of its offer an application holds or has taken.
func (j Journey) uses() Use {
	if j.Offer == "" {
		return Use{}
	}
	switch j.State {
	case Preparing, Underway, MoreAsked, Appealed:
		return Use{Held: len(j.Parties)}
	case Success:
		return Use{Taken: len(j.Parties)}
	}
	return Use{}
}

// goes reports whether an application still goes on.
func (j Journey) goes() bool {
	return j.State != Success && j.State != Failure && j.State != Over
}
