package campaign

import (
	"slices"
	"strings"

	"waylight/internal/clock"
)

// Cell is how one demand stands before one target. All of it is derived.
type Cell struct {
	Demand, Target string
	Best           State     // best evidenced
	Evidence       string    // for Best
	Since          clock.Day // the day of Best
	Latest         State     // of the last answer, which may be worse than the best
	Asked          int       // how often
	FirstAsked     clock.Day // of the asks that no substantive answer followed
	Silence        int       // days of silence; 0 when nothing waits for an answer
	Deadline       clock.Day // next deadline of an unanswered ask or commitment; may have passed
	Overdue        bool
	Unproven       int // answers without evidence: they count for nothing
	Unconfirmed    int // answers that wait for a second person
	Promise        Outcome
}

// Asks reports whether the target was asked this at all.
func (c Cell) Asks() bool { return c.Asked > 0 }

// Scoreboard is targets by demands.
type Scoreboard struct {
	Public  bool
	Day     clock.Day
	Demands []Demand
	Targets []Target
	Cells   map[[2]string]Cell // by demand and target
	Totals  map[string]Totals  // by demand
}

// Totals count the targets of one demand by their best state; they add up to Targets.
type Totals struct {
	ByState [Resulted + 1]int
	Asked   int
	Targets int
}

// Cell gives one cell.
func (s Scoreboard) Cell(demand, target string) Cell { return s.Cells[[2]string{demand, target}] }

// File is all that a campaign holds.
type File struct {
	Campaign    Campaign
	Demands     []Demand
	Targets     []Target
	Asks        []Ask
	Responses   []Response
	Commitments []Commitment
	Places      []Places
	Tasks       []Task
}

// Places is a number of places that a target offered in public, as a second person
// has confirmed. Confidential offers never come here.
type Places struct {
	Target   string
	N        int
	Since    clock.Day
	Evidence string
}

// Offered lists what a target had offered by a day, and how many places that is.
func (f File) Offered(target string, day clock.Day) (all []Places, n int) {
	for _, p := range f.Places {
		if p.Target == target && p.Since <= day {
			all, n = append(all, p), n+p.N
		}
	}
	return all, n
}

// Score derives the scoreboard as of a day. Events after that day do not count;
// the order in which they were entered does not matter.
func (f File) Score(day clock.Day, public bool) Scoreboard {
	s := Scoreboard{Public: public, Day: day, Targets: f.Targets, Cells: map[[2]string]Cell{}, Totals: map[string]Totals{}}
	promises := map[string]Commitment{}
	for _, c := range f.Commitments {
		promises[c.Response] = c
	}
	for _, d := range f.Demands {
		if !d.On(day) {
			continue
		}
		s.Demands = append(s.Demands, d)
		var sum Totals
		for _, t := range f.Targets {
			c := f.cell(d.ID, t.ID, day, public, promises)
			if t.Name == (Text{}) {
				c.Silence = 0 // nobody knows who it was: an answer may stand under a name elsewhere
			}
			s.Cells[[2]string{d.ID, t.ID}] = c
			sum.Targets++
			sum.ByState[c.Best]++
			if c.Asks() {
				sum.Asked++
			}
		}
		s.Totals[d.ID] = sum
	}
	return s
}

func (f File) cell(demand, target string, day clock.Day, public bool, promises map[string]Commitment) Cell {
	c := Cell{Demand: demand, Target: target}
	var answered, latest clock.Day
	for _, r := range f.Responses {
		if r.Demand != demand || r.Target != target || r.Day > day || r.Withdrawn != "" {
			continue
		}
		if r.Evidence == "" {
			c.Unproven++
			continue
		}
		if !r.Counts(true) {
			c.Unconfirmed++
		}
		if !r.Counts(public) {
			continue
		}
		if better(r, c) {
			c.Best, c.Evidence, c.Since = r.State, r.Evidence, r.Day
		}
		if r.Day > latest || r.Day == latest && r.State > c.Latest {
			latest, c.Latest = r.Day, r.State
		}
		if r.State.Substantive() && r.Day > answered {
			answered = r.Day
		}
		if p, ok := promises[r.ID]; ok {
			c.Promise = worse(c.Promise, p.Became(public))
			if p.Became(public) == Open && p.Due != "" {
				c.deadline(p.Due, day)
			}
		}
	}
	for _, a := range f.Asks {
		if a.Demand != demand || a.Target != target || a.Sent > day || a.Withdrawn != "" {
			continue
		}
		c.Asked++
		if a.Sent < answered || a.Sent == answered {
			continue // answered since
		}
		if c.FirstAsked == "" || a.Sent < c.FirstAsked {
			c.FirstAsked = a.Sent
		}
		if a.Deadline != "" {
			c.deadline(a.Deadline, day)
		}
	}
	if c.FirstAsked != "" {
		c.Silence = days(c.FirstAsked, day)
	}
	return c
}

// better prefers the higher state, then the earlier day, then the evidence in
// the order of the alphabet, so that the order of entry never shows.
func better(r Response, c Cell) bool {
	if r.State != c.Best {
		return r.State > c.Best
	}
	if r.Day != c.Since {
		return r.Day < c.Since
	}
	return r.Evidence < c.Evidence
}

// worse keeps of several promises the one that needs attention most.
func worse(a, b Outcome) Outcome {
	order := []Outcome{"", Kept, Partly, Open, Broken}
	return order[max(slices.Index(order, a), slices.Index(order, b), 0)]
}

func (c *Cell) deadline(d, today clock.Day) {
	if c.Deadline == "" || d < c.Deadline {
		c.Deadline = d
	}
	c.Overdue = c.Overdue || d < today
}

// Due is one thing that somebody must do next.
type Due struct {
	Day    clock.Day
	What   string // "answer", "promise", "confirm", "prove", "task"
	Demand string
	Target string
	ID     string // the response, promise, ask or task
	Who    string // member who does it; empty: nobody has taken it
	Words  string // of a task
}

// Next lists what must be done next, the most urgent first.
func (f File) Next(day clock.Day) []Due {
	var out []Due
	board := f.Score(day, false)
	for _, c := range board.Cells {
		if c.Deadline != "" {
			what := "answer"
			if c.Promise == Open && c.FirstAsked == "" {
				what = "promise"
			}
			out = append(out, Due{Day: c.Deadline, What: what, Demand: c.Demand, Target: c.Target})
		}
	}
	for _, r := range f.Responses {
		switch {
		case r.Withdrawn != "":
		case r.Evidence == "":
			out = append(out, Due{Day: r.Day, What: "prove", Demand: r.Demand, Target: r.Target, ID: r.ID})
		case r.Second == "":
			out = append(out, Due{Day: r.Day, What: "confirm", Demand: r.Demand, Target: r.Target, ID: r.ID})
		}
	}
	for _, p := range f.Commitments {
		if r, err := f.response(p.Response); err == nil && r.Withdrawn == "" && p.Waits() {
			out = append(out, Due{Day: r.Day, What: "confirm", Demand: r.Demand, Target: r.Target, ID: p.ID})
		}
	}
	for _, t := range f.ToDo() {
		out = append(out, Due{Day: t.Due, What: "task", Demand: t.Demand, Target: t.Target, ID: t.ID, Who: t.Who, Words: t.What})
	}
	slices.SortFunc(out, func(a, b Due) int {
		for _, p := range [][2]string{{string(a.Day), string(b.Day)}, {a.What, b.What}, {a.Demand, b.Demand}, {a.Target, b.Target}, {a.ID, b.ID}} {
			if c := strings.Compare(p[0], p[1]); c != 0 {
				return c
			}
		}
		return 0
	})
	return out
}
