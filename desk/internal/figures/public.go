package figures

import (
	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Public is a figure as it may leave the Desk: numbers, public names of sources,
// what is denied. It holds no id of a person, no words of a testimony and
// nothing from a safe. Reckoning freezes it: the same id is the same content.
type Public struct {
	Key        string // "detained"
	Label      string // "People detained": an English sentence key
	Population string
	Status     record.Status
	Unit       record.Unit
	Range      count.Range
	Words      record.Reason // the range in words: key and plain decimal numbers
	AsOf       clock.Day
	Basis      Basis
	Reckoning  string // id of the version
	Seq        int
	Reviewed   bool
	Historical bool // never to be presented as current
	Suppressed bool // small cell: Range, Sources and Statements are empty
	Method     []record.Reason
	Sources    []PublicSource
	Statements []PublicStatement // denials of what is counted, to be shown beside it
}

// PublicSource is one claim under a figure, by the name its source may be called.
type PublicSource struct {
	Name  string // a name, or an English sentence key when withheld
	Named bool   // false: translate Name
	Kind  record.SourceKind
	Dated edtf.Date // when it was said; for a running total the day until which it counts
	Until bool      // Dated is such a day: "as of", not "said on"
	Says  record.Reason
	Used  bool
	Why   record.Reason // how it was used, or why it was left out
}

// PublicStatement is a denial beside the figure.
type PublicStatement struct {
	Speaker string
	Kind    record.StatementKind
	Dated   edtf.Date
	Quote   string // very words, or ""
	Summary string
	Against []string // public names of the sources whose claims it contradicts
}

// Smallest is the least number that is shown for a part of an incident, such as
// one area or age: a smaller cell could point at a person. Whole incidents are not suppressed.
const Smallest = 5

// publish makes the public view of a reckoning. Particulars that a person wrote
// (reasons of exclusions and judgements) stay inside.
func publish(f Figure, r Reckoning, claims []record.Weighed, historical bool) Public {
	p := Public{Key: f.Key, Label: f.Label(), Population: f.Population, Status: f.Status, Unit: f.Unit, Range: r.Range, Words: Say(r.Range),
		AsOf: r.AsOf, Basis: r.Basis, Reckoning: r.ID, Seq: r.Seq, Reviewed: r.Reviewer != "", Historical: historical,
		Method: []record.Reason{
			record.Because("Every report is kept as it was given; the range holds all that stand. A bound that nobody stated is left open, and unknown is not zero."),
			r.Low.Reason, r.Best.Reason, r.High.Reason}}
	if f.Part() && small(r.Range) {
		p.suppress()
		return p
	}
	by := map[string]record.Weighed{}
	for _, c := range claims {
		by[c.ID] = c
	}
	denials := map[string]*PublicStatement{}
	var order []string
	for _, u := range r.Uses {
		c, ok := by[u.Claim]
		if !ok {
			continue
		}
		dated := c.Asserted
		if c.Counted != "" {
			dated = c.Counted
		}
		if c.From.Kind == record.PersonSource {
			dated = coarse(dated)
		}
		p.Sources = append(p.Sources, PublicSource{Name: c.From.Public(), Named: c.From.Named, Kind: c.From.Kind, Dated: dated, Until: c.Counted != "", Says: says(c), Used: u.Used, Why: outside(u)})
		for _, s := range c.Denials {
			if !u.Used || !s.Dated.On(r.AsOf) {
				continue
			}
			if denials[s.ID] == nil {
				denials[s.ID] = &PublicStatement{Speaker: s.Speaker, Kind: s.Kind, Dated: s.Dated, Quote: s.Quote, Summary: s.Summary}
				order = append(order, s.ID)
			}
			denials[s.ID].Against = append(denials[s.ID].Against, c.From.Public())
		}
	}
	for _, id := range order {
		p.Statements = append(p.Statements, *denials[id])
	}
	return p
}

func small(r count.Range) bool {
	for _, n := range []count.Number{r.Low, r.Best, r.High} {
		if n.Known && n.N < Smallest {
			return true
		}
	}
	return false
}

// says puts a claim's own number in words, as it was said.
func says(c record.Weighed) record.Reason {
	if !c.Counts {
		return record.Because("confirms it, without a number")
	}
	return SayBound(c.Bound)
}

// outside is a use's reason without what a member wrote.
func outside(u Use) record.Reason {
	switch u.Reason.Text {
	case leftOut, record.RefutedBecause, record.ImprobableBecause:
		return record.Because("It was left out.")
	}
	return u.Reason
}

// coarse cuts a person's date to its month: a day could tell those who were there who spoke.
func coarse(d edtf.Date) edtf.Date {
	if first, last := d.Span(); len(first) == 10 && len(last) == 10 && first[:7] == last[:7] {
		return edtf.Date(first[:7])
	}
	return d
}
