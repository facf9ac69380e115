package pathways

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Kinds lists the kinds of pathways.
func Kinds() []string {
	return []string{"humanitarian", "arrival", "resettlement", "evacuation", "sponsor", "work", "study", "family", "transit", "other"}
}

// Doors lists where a pathway can begin.
func Doors() []string { return []string{"consulate", "border", "online", "agency", "us"} }

// Minors lists how a pathway takes minors.
func Minors() []string { return []string{"alone", "with", "no", "unknown"} }

// Parts lists the parts of a pathway, each with its own source and day.
func Parts() []string {
	return []string{"qualifies", "papers", "steps", "apply", "contact", "decides", "deadends"}
}

// Part is one part of a pathway, as it was learnt.
type Part struct {
	Words  string
	Source string // who says so: an address, a law, a colleague's own experience
	Day    clock.Day
}

// Paper is a paper that is asked for.
type Paper struct {
	Kind string // of cases.PaperKinds
	Must bool   // without it nothing begins; otherwise it is usually asked for
}

// Step is one step on the way.
type Step struct {
	What        string
	Least, Most int // days that it usually takes
}

// Pathway is a way into a country.
type Pathway struct {
	Country string // two letters
	Kind    string
	Title   string
	From    []string // countries in which one can apply; empty: anywhere
	Outside bool     // only for those who have left the country that they flee
	Door    string
	Minors  string
	Valid   int // for how many days after applying a passport must be valid
	Papers  []Paper
	Steps   []Step
	Parts   map[string]Part // by Parts
	Review  clock.Day       // look at it again by then
	Ended   string          // why nobody can go this way any more; empty: it is open
}

// Edition is one edition of a pathway.
type Edition struct {
	ID      string
	Version int
	By      string
	At      time.Time
	Pathway
}

// Stale reports whether it should have been looked at again.
func (p Pathway) Stale(today clock.Day) bool { return p.Review < today }

// aged is after how many days a part is called old, whatever the review says.
const aged = 365

// Old lists the parts that were learnt long ago.
func (p Pathway) Old(today clock.Day) (out []string) {
	for _, k := range Parts() {
		if x, ok := p.Parts[k]; ok && x.Day != "" && x.Day < plus(today, -aged) {
			out = append(out, k)
		}
	}
	return out
}

// Usual adds up how many days the steps usually take; known is false when no step says so.
func (p Pathway) Usual() (least, most int, known bool) {
	for _, s := range p.Steps {
		least, most = least+s.Least, most+max(s.Least, s.Most)
		known = known || s.Most > 0 || s.Least > 0
	}
	return least, most, known
}

func (p Pathway) check(today clock.Day) error {
	var c fault.Check
	c.Field(country.Is(p.Country), "country", "Give the country as two letters, such as DE.")
	c.Field(among(p.Kind, Kinds()), "kind", "Choose what kind of way it is.")
	c.Field(!blank(p.Title) && len([]rune(p.Title)) <= 120, "title", "Give it a name of at most 120 letters.")
	c.Field(among(p.Door, Doors()), "door", "Choose where it begins.")
	c.Field(among(p.Minors, Minors()), "minors", "Choose what is known about minors.")
	c.Field(p.Valid >= 0 && p.Valid < 4000, "valid", "Write the number of days, or nothing.")
	for _, f := range p.From {
		c.Field(country.Is(f), "from", "Give the countries as two letters each, such as GE, AM.")
	}
	for _, x := range p.Papers {
		c.Field(among(x.Kind, cases.PaperKinds()), "must", "Choose from the list.")
	}
	for _, s := range p.Steps {
		c.Field(!blank(s.What) && s.Least >= 0 && s.Most >= 0 && s.Least < 4000 && s.Most < 4000 && (s.Most == 0 || s.Most >= s.Least), "steps", "Each step needs words, and days from the fewest to the most.")
	}
	c.Field(!blank(p.Parts["qualifies"].Words), "qualifies", "Say who qualifies.")
	for _, k := range Parts() {
		x := p.Parts[k]
		c.Field(blank(x.Words) || !blank(x.Source), k+"-source", "Say where this is from.")
		c.Field(blank(x.Words) || cases.ValidDay(x.Day) && x.Day <= today, k+"-day", "Say on which day this was so: today or before.")
	}
	c.Field(cases.ValidDay(p.Review), "review", "Say by which day it must be looked at again.")
	c.Field(p.Ended != "" || p.Review >= today, "review", "Say by which day it must be looked at again: today or later.")
	return c.Err()
}

// words is everything in it that somebody wrote freely.
func (p Pathway) words() []string {
	out := []string{p.Title, p.Ended}
	for _, s := range p.Steps {
		out = append(out, s.What)
	}
	for _, k := range Parts() {
		out = append(out, p.Parts[k].Words, p.Parts[k].Source)
	}
	return slices.DeleteFunc(out, blank)
}

// KeepPathway adds a pathway (saw 0; its id comes from its form) or another edition.
func (g *Guide) KeepPathway(ctx context.Context, a staff.Actor, id string, saw int, p Pathway) error {
	if err := a.Must(Readers()...); err != nil {
		return err
	}
	p.Country = strings.ToUpper(strings.TrimSpace(p.Country))
	now := g.Clock.Now()
	if err := p.check(clock.DayOf(now)); err != nil {
		return err
	}
	if !ids.Valid("pathway", id) {
		return fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	return g.Within(ctx, func(tx Store) error {
		old, err := tx.Pathway(ctx, id)
		switch {
		case err == nil && saw == 0 && old.By == a.ID && same(old.Pathway, p):
			return nil // the same form again
		case err == nil && saw != old.Version:
			return fault.New(fault.Conflict, "Somebody else changed this meanwhile. Load the page again.")
		case err != nil && (saw != 0 || fault.KindOf(err) != fault.NotFound):
			return err
		}
		if g.Gate != nil {
			if err := g.Gate.PassPathway(ctx, tx, a.ID, id, p.words()); err != nil {
				return err
			}
		}
		if err := tx.PutPathway(ctx, Edition{ID: id, Version: saw + 1, By: a.ID, At: now, Pathway: p}); err != nil {
			return err
		}
		return note(ctx, tx, a, "pathway.kept", id, struct{ Version int }{saw + 1})
	})
}

func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// List gives the pathways as they stand, by country and title; those that have ended last.
func (g *Guide) List(ctx context.Context, a staff.Actor) (all []Edition, err error) {
	if err := a.Must(Readers()...); err != nil {
		return nil, err
	}
	err = g.Reading(ctx, func(tx Store) error {
		all, err = tx.Pathways(ctx)
		return err
	})
	slices.SortStableFunc(all, func(a, b Edition) int {
		if (a.Ended == "") != (b.Ended == "") {
			return map[bool]int{true: -1, false: 1}[a.Ended == ""]
		}
		return strings.Compare(a.Country+strings.ToLower(a.Title), b.Country+strings.ToLower(b.Title))
	})
	return all, err
}

// Read gives every edition of one, the newest first.
func (g *Guide) Read(ctx context.Context, a staff.Actor, id string) (all []Edition, err error) {
	if err := a.Must(Readers()...); err != nil {
		return nil, err
	}
	err = g.Reading(ctx, func(tx Store) error {
		all, err = tx.PathwayEditions(ctx, id)
		return err
	})
	if err == nil && len(all) == 0 {
		err = fault.Missing()
	}
	return all, err
}

// ParseSteps reads steps, one on a line: "What happens; 5-20".
func ParseSteps(text string) (out []Step, ok bool) {
	ok = true
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		s := Step{What: line}
		if n := strings.LastIndexByte(line, ';'); n >= 0 {
			span := strings.ReplaceAll(strings.TrimSpace(line[n+1:]), "–", "-")
			low, high, two := strings.Cut(span, "-")
			least, err := strconv.Atoi(strings.TrimSpace(low))
			most := least
			if err == nil && two {
				most, err = strconv.Atoi(strings.TrimSpace(high))
			}
			s = Step{What: strings.TrimSpace(line[:n]), Least: least, Most: most}
			ok = ok && err == nil
		}
		out = append(out, s)
	}
	return out, ok
}

// SayStep is a step as ParseSteps reads it.
func SayStep(s Step) string {
	switch {
	case s.Least == 0 && s.Most == 0:
		return s.What
	case s.Least == s.Most:
		return s.What + "; " + strconv.Itoa(s.Least)
	}
	return s.What + "; " + strconv.Itoa(s.Least) + "-" + strconv.Itoa(s.Most)
}
