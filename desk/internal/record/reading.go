package record

import (
	"strconv"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/internal/clock"
)

// Incident is what happened, under a neutral title.
type Incident struct {
	ID, Key    string
	Title      string
	Place      string
	PlaceRough bool // the place is a region, not a spot
	Span       edtf.Date
	Wave       string // the operation it belongs to, or ""
	Narrative  string
	Historical bool // never to be presented as current
	By         string
	At         time.Time
}

// Deed is one act within an incident. How many it was done to follows from the claims.
type Deed struct {
	ID          string
	Incident    string
	Act         Act
	Attribution string
	Motive      string
	By          string
	At          time.Time
}

// Statement is what an official or an organisation said in public.
type Statement struct {
	ID, Key     string
	Source      string // who said it, as a source; "" when By is only a name
	Speaker     string // the name or office as published
	Kind        StatementKind
	Dated       edtf.Date
	Quote       string // the very words; "" when only summarised
	Summary     string
	Also        []string
	Incident    string
	Contradicts []string // claims
	Supports    []string // claims
	By          string
	At          time.Time
}

// Grade of corroboration (design 2, ladder).
type Grade string

// The grades.
const (
	Reported     Grade = "0"
	Direct       Grade = "1"
	Consistent   Grade = "2"
	Corroborated Grade = "3"
	Strong       Grade = "4"
	Contested    Grade = "C"
	Disproved    Grade = "R"
)

// Grades lists the ladder from the bottom.
func Grades() []Grade {
	return []Grade{Reported, Direct, Consistent, Corroborated, Strong, Contested, Disproved}
}

// Label says the grade in words: an English sentence key.
func (g Grade) Label() string {
	switch g {
	case Reported:
		return "Reported"
	case Direct:
		return "Direct: one first-hand source"
	case Consistent:
		return "Consistent: several sources, not independent or partly matching"
	case Corroborated:
		return "Corroborated: two independent sources agree"
	case Strong:
		return "Strong: corroborated, with a document, physical trace or admission"
	case Contested:
		return "Contested: a material contradiction is open"
	case Disproved:
		return "Refuted"
	}
	return ""
}

// Standard of proof.
type Standard string

// The standards, the weakest first.
const (
	Suspicion  Standard = "reasonable suspicion"
	Grounds    Standard = "reasonable grounds to believe"
	Balance    Standard = "balance of probabilities"
	Convincing Standard = "clear and convincing"
	NoDoubt    Standard = "beyond reasonable doubt"
)

// Standards lists the standards of proof.
func Standards() []Standard { return []Standard{Suspicion, Grounds, Balance, Convincing, NoDoubt} }

// Finding is what a person concluded about a deed. A new one is added, none is changed.
type Finding struct {
	ID        string
	Deed      string
	Proposed  Grade
	Reasons   []Reason // of the proposal, as it was then
	Decided   Grade
	Standard  Standard
	Reasoning string
	By        string
	At        time.Time
	Due       clock.Day // next review
	Reviews   []Review
}

// Review is a second person's answer to a finding.
type Review struct {
	Finding string
	Agrees  bool
	Note    string // dissent, when not
	By      string
	At      time.Time
}

// Reviewed reports whether another person than the author agreed.
func (f Finding) Reviewed() bool {
	for _, r := range f.Reviews {
		if r.Agrees && r.By != f.By {
			return true
		}
	}
	return false
}

// Proposal is the grade that follows from the claims, with the reasons.
type Proposal struct {
	Grade   Grade
	Reasons []Reason
	Doubts  []Doubt // pairs of sources that wait for a decision
}

// Propose derives a grade from the claims about one deed. Order does not matter.
// Sources with one origin count once, and so do two that may share one as long as
// nobody has decided (open); a denial by the accused is shown but is no evidence;
// only a claim that contradicts leaves a finding contested.
func Propose(claims []Weighed, open ...Likeness) Proposal {
	p := grade(claims, open)
	_, held := origins(stand(claims, nil), open)
	p.Doubts = doubts(claims, held)
	return p
}

func grade(claims []Weighed, open []Likeness) Proposal {
	var p Proposal
	standing := stand(claims, &p)
	if len(standing) == 0 {
		if refuted(claims) {
			p.Grade = Disproved
			p.say("Every claim was refuted or withdrawn.")
			return p
		}
		p.Grade = Reported
		p.say("No claim can be used yet.")
		return p
	}
	of, held := origins(standing, open)
	groups, apart, sources, first, physical := map[string]bool{}, map[string]bool{}, map[string]bool{}, false, false
	for _, c := range standing {
		groups[of[c.From.Group]], apart[c.From.Group], sources[c.Source] = true, true, true
		first = first || c.Hand == FirstHand
		physical = physical || c.Material.Physical()
	}
	agree := matching(standing, of)
	p.say("Claims that stand: %s, from %s sources of %s independent origins.", number(len(standing)), number(len(sources)), number(len(groups)))
	p.sayDoubts(held)
	switch {
	case len(groups) >= 2 && agree:
		p.Grade = Corroborated
		p.say("Independent sources agree on the act, and their numbers can be true at once.")
	case len(sources) >= 2:
		p.Grade = Consistent
		switch {
		case len(groups) < 2 && len(apart) < 2:
			p.say("The sources share one origin: together they count as one.")
		case len(groups) < 2:
			p.say("As long as that is open, all of it may go back to one source.")
		default:
			p.say("The numbers of independent sources cannot be true at once.")
		}
	case first:
		p.Grade = Direct
		p.say("One source was there.")
	default:
		p.Grade = Reported
		p.say("One source, and it was not there.")
	}
	admitted, denied := false, false
	for _, c := range claims {
		admitted, denied = admitted || len(c.Admissions) > 0, denied || len(c.Denials) > 0
	}
	if p.Grade == Corroborated && (physical || admitted) {
		p.Grade = Strong
		if admitted {
			p.say("The responsible side admitted it.")
		} else {
			p.say("A document, picture or medical finding supports it.")
		}
	}
	if open := contradictions(standing); open > 0 {
		p.Grade = Contested
		p.say("Claims that stand contradict one another: %s.", number(open))
	}
	if denied {
		p.say("A denial stands against it. A denial is shown beside the claims; it is no evidence by itself.")
	}
	return p
}

func (p *Proposal) say(text string, args ...string) {
	p.Reasons = append(p.Reasons, Because(text, args...))
}

func number(n int) string { return strconv.Itoa(n) }

// stand returns the claims that may be used and notes how many may not.
func stand(claims []Weighed, p *Proposal) []Weighed {
	var out []Weighed
	for _, c := range claims {
		if ok, _ := c.Standing(); ok {
			out = append(out, c)
		}
	}
	if n := len(claims) - len(out); n > 0 && p != nil {
		p.say("Claims left out because they were superseded, refuted, withdrawn or cannot be relied on: %s.", number(n))
	}
	return out
}

// refuted reports whether something was said and all of it was refuted or withdrawn.
func refuted(claims []Weighed) bool {
	for _, c := range claims {
		if s := c.Judgement().Standing; s == Stands && c.Superseded() == "" {
			return false
		}
	}
	return len(claims) > 0
}

// matching reports whether at least two claims of different origin can be true at once.
func matching(claims []Weighed, of map[string]string) bool {
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			if of[a.From.Group] != of[b.From.Group] && (a.Unit != b.Unit || a.Range().Meets(b.Range())) {
				return true
			}
		}
	}
	return false
}

// contradictions counts the links between claims that both stand.
func contradictions(standing []Weighed) int {
	ids := map[string]bool{}
	for _, c := range standing {
		ids[c.ID] = true
	}
	n := 0
	for _, c := range standing {
		for _, l := range c.Links {
			if l.Kind == Contradicts && l.From == c.ID && ids[l.To] {
				n++
			}
		}
	}
	return n
}
