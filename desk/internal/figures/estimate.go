package figures

import (
	"context"
	"math"
	"strconv"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/estimate"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Estimated is what an analysis of lists says, as a figure may rest on it.
type Estimated struct {
	ID, Figure string
	Study, Run string
	Form       Form
	Low, High  int64 // the range over every method, no number within it; of a floor High is 0 and means nothing
	Named      int64 // people on any list, at the least
	Lists      int
	Percent    int // level of the intervals
	Methods    []string
	Analysis   string // SHA-256 of the analysis file, hexadecimal
	By         string
	At         time.Time
	TakenBack  int // decisions on pairs that the run knew and that were taken back since: found when it is read
	Added      int // lists that came into the study, or of which something was said, since: found when it is read
}

// Form is what is said of an estimate.
type Form string

// The forms. A floor is what is said unless somebody chooses otherwise: that
// some people were out of reach of every list can hardly ever be excluded.
const (
	Floor Form = "floor"
	Whole Form = "range"
)

// The sentences of a figure that rests on an estimate.
const (
	estimateLow  = "The lower end, %s, is the lowest end of the intervals of all methods, people on no list included."
	estimateBest = "It is estimated from %s lists of people that were matched with each other; %s people are named on them. The range is the answer, not a number within it. If a group had little chance to be on any list, it counts too few."
	estimateHigh = "The upper end, %s, is the highest end of the intervals of all methods, people on no list included."
	floorLow     = "At least %s, people on no list included: the lower end of a bound that holds also where some people are much harder to find than others."
	floorBest    = "It rests on %s lists of people that were matched with each other; %s people are named on them. No best number is given."
	floorHigh    = "How many more there were, these lists cannot tell: there is no upper end."
	estimateUse  = "The figure is an estimate from lists; this claim stands beside it."
)

// Judge says what a report may become in a figure, or why it may not. A floor
// asks for three lists or more that do not keep people off each other. A range
// asks for four, for convergence of every method, and for one answer.
func Judge(r estimate.Report, e *estimate.Examination, form Form) (Estimated, error) {
	x := Estimated{Form: form, Named: int64(r.Observed), Lists: len(r.Lists)}
	switch form {
	case Floor:
		return x.floor(r)
	case Whole:
		return x.whole(r, e)
	}
	return x, fault.Bad("form", "Choose what is said.")
}

func (x Estimated) floor(r estimate.Report) (Estimated, error) {
	low, ok := r.Floor()
	switch {
	case !ok:
		return x, fault.New(fault.Conflict, "These lists give no floor above the count: there are two of them only, hardly anybody is on two, or one keeps people off another. Publish the count of those who are named.")
	case int64(low) > count.Limit:
		return x, fault.New(fault.Conflict, "The floor is more than there are people.")
	}
	x.Low, x.Percent, x.Methods = int64(low), 95, []string{"chao"}
	return x, nil
}

func (x Estimated) whole(r estimate.Report, e *estimate.Examination) (Estimated, error) {
	verdict, _ := r.Read("en", e)
	for _, m := range r.Estimates {
		if m.Method == "chao" {
			continue
		}
		if !m.Converged {
			return x, fault.New(fault.Conflict, "A method of this analysis did not converge, so no range of it goes into a figure. Let it run longer, or publish the floor or the count of the named. Do not choose methods by their answer.")
		}
		if !m.Low.Known() || !m.High.Known() {
			continue // refused an interval: the reading says so, and what it means
		}
		low, high := int64(math.Floor(float64(m.Low))), int64(math.Ceil(float64(m.High)))
		if len(x.Methods) == 0 || low < x.Low {
			x.Low = low
		}
		x.High = max(x.High, high)
		x.Percent = int(math.Round(100 * m.Level))
		x.Methods = append(x.Methods, m.Title())
	}
	switch {
	case x.Lists == 3:
		return x, fault.New(fault.Conflict, "From three lists no range goes into a figure: how all three hang together cannot be seen, and none can be left out. Publish the floor, or the count.")
	case verdict == estimate.Never || verdict == estimate.AtLeast || len(x.Methods) == 0:
		return x, fault.New(fault.Conflict, "The reading of this analysis says: do not publish a range from it. Publish the floor if there is one, or the count of those who are named.")
	case verdict != estimate.Range:
		return x, fault.New(fault.Conflict, "More than one answer fits the lists, or the answer moves with how it is asked. A figure is one range, so this does not become one. Publish the floor, or all answers in a report.")
	case x.High > count.Limit:
		return x, fault.New(fault.Conflict, "The upper end is more than there are people.")
	}
	x.Low = max(x.Low, x.Named)
	x.High = max(x.High, x.Low)
	return x, nil
}

// rest puts an estimate under a reckoning: claims stand beside it and carry nothing.
func (r *Reckoning) rest(e Estimated) {
	r.Estimate, r.Basis = e.ID, Estimate
	say := func(n int64) string { return strconv.FormatInt(n, 10) }
	if e.Form == Floor {
		r.Range = count.Range{Low: count.Of(e.Low)}
		r.Low = Rule{Reason: record.Because(floorLow, say(e.Low))}
		r.Best = Rule{Reason: record.Because(floorBest, say(int64(e.Lists)), say(e.Named))}
		r.High = Rule{Reason: record.Because(floorHigh)}
	} else {
		r.Range = count.Range{Low: count.Of(e.Low), High: count.Of(e.High)}
		r.Low = Rule{Reason: record.Because(estimateLow, say(e.Low))}
		r.Best = Rule{Reason: record.Because(estimateBest, say(int64(e.Lists)), say(e.Named))}
		r.High = Rule{Reason: record.Because(estimateHigh, say(e.High))}
	}
	for i := range r.Uses {
		if r.Uses[i].Used {
			r.Uses[i] = Use{Claim: r.Uses[i].Claim, Reason: record.Because(estimateUse)}
		}
	}
	r.Count()
}

// on is the estimate that held at the end of a day: the last that was attached.
func on(all []Estimated, asOf clock.Day) (Estimated, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if clock.DayOf(all[i].At) <= asOf {
			return all[i], true
		}
	}
	return Estimated{}, false
}

// Attach lets a figure rest on an analysis, and reckons it anew. x says where it
// comes from and which form it takes; its numbers are Judge's. What was said before stays.
func (t *Tally) Attach(ctx context.Context, by staff.Actor, figure string, r estimate.Report, e *estimate.Examination, x Estimated) error {
	judged, err := Judge(r, e, x.Form)
	if err != nil {
		return err
	}
	judged.ID, judged.Figure, judged.Study, judged.Run, judged.Analysis = ids.New("estimate"), figure, x.Study, x.Run, x.Analysis
	judged.By, judged.At = by.ID, t.clock.Now()
	return t.write(ctx, by, func(tx Store) error {
		f, err := tx.Figure(ctx, figure)
		if err != nil {
			return err
		}
		if f.Basis != Estimate || f.Unit != record.Persons {
			return fault.New(fault.Conflict, "Only a figure of people that was begun as an estimate can rest on one. Begin such a figure.")
		}
		if err := tx.AddEstimate(ctx, judged); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "figure.estimated", Subject: f.ID, Detail: struct{ Study, Run, Analysis string }{judged.Study, judged.Run, judged.Analysis}}); err != nil {
			return err
		}
		_, err = t.reckon(ctx, tx, by.ID, f, clock.DayOf(judged.At))
		return err
	})
}
