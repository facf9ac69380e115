package figures

import (
	"slices"
	"strconv"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Figure is what is counted, and over what. Its numbers are its reckonings.
type Figure struct {
	ID, Key    string // Key: "detained"; stable, used in reports
	Status     record.Status
	Unit       record.Unit
	Population string // "" everybody in scope; otherwise a part, such as "minors"
	Scope      Scope
	Running    bool  // a running total: the newest count replaces earlier ones
	Basis      Basis // set by a person; "" it follows from the claims
	By         string
	At         time.Time
}

// Label names what is counted: an English sentence key.
func (f Figure) Label() string { return f.Status.Label() }

// Part reports whether the figure counts a part of its incident only: such cells are suppressed when small.
func (f Figure) Part() bool { return f.Population != "" || f.Scope.Area != "" }

// Scope is where and when is counted.
type Scope struct {
	Incident string
	Area     string    // "" the whole incident
	Span     edtf.Date // "" the whole incident
}

// Basis says what a figure rests on.
type Basis string

// The bases. A list of names is a floor, never an estimate.
const (
	OneReport  Basis = "one report"
	Reconciled Basis = "reconciled reports"
	NamedList  Basis = "named list"
	Estimate   Basis = "estimate"
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{OneReport, Reconciled, NamedList, Estimate} }

// Use is one claim in a reckoning: used or left out, and why.
type Use struct {
	Claim  string        `json:"claim"`
	Used   bool          `json:"used"`
	Reason record.Reason `json:"reason"`
}

// Rule says where a bound comes from.
type Rule struct {
	Reason record.Reason `json:"reason"`
	Claims []string      `json:"claims,omitempty"` // those that state it
}

// Reckoning is what a figure was at one moment. It is never changed; a new one is added.
type Reckoning struct {
	ID              string
	Figure          string
	Seq             int       // 1 is the first
	AsOf            clock.Day // claims made until the end of this day
	Range           count.Range
	Low, Best, High Rule
	Uses            []Use
	Used, Left      int // how many of the uses
	Basis           Basis
	Denials         []string // statements that contradict a claim that was used
	Estimate        string   // the Estimated it rests on; "" the claims
	By              string
	At              time.Time
	Reviewer        string // "" until a second look
	Reviewed        time.Time
}

// Exclusion is a person's decision to leave a claim out of a figure, or to take it in again.
type Exclusion struct {
	Figure, Claim string
	Out           bool
	Reason        string
	By            string
	At            time.Time
}

// Reckon computes a figure from everything that was claimed. The order of claims
// does not matter; every claim is either used or left out with a reason. An
// exclusion is looked up by claim.
func Reckon(f Figure, asOf clock.Day, claims []record.Weighed, out map[string]Exclusion) Reckoning {
	r := Reckoning{Figure: f.ID, AsOf: asOf}
	var used []record.Weighed
	all := make(map[string]*record.Weighed, len(claims))
	for i := range claims {
		all[claims[i].ID] = &claims[i]
	}
	newest := newestCount(f, asOf, claims, all, out)
	groups := map[string]bool{}
	denied := map[string]bool{}
	for _, c := range claims {
		ok, why := admit(f, asOf, c, all, out)
		if ok && f.Running && c.Counted != newest {
			ok, why = false, record.Because("A later count goes further: it runs to %s.", string(newest))
		}
		r.Uses = append(r.Uses, Use{Claim: c.ID, Used: ok, Reason: why})
		if !ok {
			continue
		}
		used = append(used, c)
		if !c.Range().Unknown() {
			groups[c.From.Group] = true
		}
		for _, s := range c.Denials {
			if !denied[s.ID] && s.Dated.On(asOf) {
				denied[s.ID] = true
				r.Denials = append(r.Denials, s.ID)
			}
		}
	}
	r.Count()
	ranges := make([]count.Range, len(used))
	for i, c := range used {
		ranges[i] = c.Range()
	}
	r.Range = count.Envelope(ranges...)
	r.explain(used)
	r.settle(f, len(groups) > 1)
	return r
}

// settle says what a reckoning rests on that comes from claims alone.
func (r *Reckoning) settle(f Figure, reconciled bool) {
	switch r.Basis = f.Basis; {
	case r.Basis == NamedList: // a floor, never an estimate
		r.Range.Best, r.Range.High = count.Number{}, count.Number{}
		r.Best = Rule{Reason: record.Because("A list of names gives no best number.")}
		r.High = Rule{Reason: record.Because("A list of names is a floor: there is no upper bound.")}
	case r.Basis != "":
	case reconciled:
		r.Basis = Reconciled
	default:
		r.Basis = OneReport
	}
}

// stated is how many of the claims that state a bound are named beside it; all stand among the uses.
const stated = 100

// Count counts the uses.
func (r *Reckoning) Count() {
	r.Used, r.Left = 0, 0
	for _, u := range r.Uses {
		if u.Used {
			r.Used++
		} else {
			r.Left++
		}
	}
}

// leftOut carries what a member wrote, so it never leaves the Desk.
const leftOut = "A person left it out: %s"

// admit decides whether a claim may be used, without regard to other counts.
func admit(f Figure, asOf clock.Day, c record.Weighed, all map[string]*record.Weighed, out map[string]Exclusion) (bool, record.Reason) {
	if c.Status != f.Status || c.Counts && c.Unit != f.Unit {
		return false, record.Because("It counts something else.")
	}
	if f.Scope.Area != "" {
		return false, record.Because("It does not say in which area.")
	}
	if c.Counts && c.Population != f.Population {
		return false, record.Because("It counts another part of the people.")
	}
	if !made(c, asOf) {
		return false, record.Because("It was made after this day.")
	}
	if x, ok := out[c.ID]; ok && x.Out {
		return false, record.Because(leftOut, x.Reason)
	}
	if ok, why := c.Standing(); !ok && !supersededLater(c, asOf, all) {
		return false, why
	}
	switch {
	case !c.Counts:
		return true, record.Because("It says that it happened and gives no number of its own.")
	case c.Bound.Word == count.Unknown:
		return true, record.Because("It gives no number. Unknown is not zero.")
	}
	return true, record.Because("It gives a number for these people.")
}

// made reports whether the claim was there on a day: begun to be asserted by then, and not counting beyond it.
func made(c record.Weighed, asOf clock.Day) bool {
	first, _ := c.Asserted.Span()
	if c.Counted != "" && !c.Counted.On(asOf) {
		return false
	}
	return first == "" || first <= asOf
}

// supersededLater reports whether the only reason against the claim is one that was not there yet on the day.
func supersededLater(c record.Weighed, asOf clock.Day, all map[string]*record.Weighed) bool {
	by := c.Superseded()
	if by == "" {
		return false
	}
	if o := all[by]; o != nil && !made(*o, asOf) {
		c.Links = nil
		ok, _ := c.Standing()
		return ok
	}
	return false
}

// newestCount returns to when the newest admissible running total counts.
func newestCount(f Figure, asOf clock.Day, claims []record.Weighed, all map[string]*record.Weighed, out map[string]Exclusion) edtf.Date {
	var newest edtf.Date
	var last clock.Day
	for _, c := range claims {
		if !f.Running {
			break
		}
		if ok, _ := admit(f, asOf, c, all, out); !ok {
			continue
		}
		if _, to := c.Counted.Span(); to > last {
			newest, last = c.Counted, to
		}
	}
	return newest
}

// The sentences of a rule: the bound stands, nobody stated one, what was stated contradicts itself.
var (
	lowRule  = [3]string{"The lowest lower bound that is stated: %s.", "No claim states a lower bound.", "The claims contradict one another about the lower bound, so none stands."}
	bestRule = [3]string{"The number that is stated: %s.", "No claim states a single number.", "The claims state different numbers, so none is given as best."}
	highRule = [3]string{"The highest upper bound that is stated: %s.", "No claim states an upper bound.", "The claims contradict one another about the upper bound, so none stands."}
)

// RuleSentences lists the sentences that rules and exclusions are made of, for translation.
func RuleSentences() []string {
	return slices.Concat(lowRule[:], bestRule[:], highRule[:], []string{leftOut, estimateLow, estimateBest, estimateHigh, floorLow, floorBest, floorHigh, estimateUse})
}

// explain says where each bound comes from.
func (r *Reckoning) explain(used []record.Weighed) {
	r.Low = rule(used, r.Range.Low, func(x count.Range) count.Number { return x.Low }, lowRule)
	r.Best = rule(used, r.Range.Best, func(x count.Range) count.Number { return x.Best }, bestRule)
	r.High = rule(used, r.Range.High, func(x count.Range) count.Number { return x.High }, highRule)
}

func rule(used []record.Weighed, n count.Number, of func(count.Range) count.Number, say [3]string) Rule {
	out := ruleOf(n, slices.ContainsFunc(used, func(c record.Weighed) bool { return of(c.Range()).Known }), say)
	for _, c := range used {
		if n.Known && of(c.Range()) == n && len(out.Claims) < stated {
			out.Claims = append(out.Claims, c.ID)
		}
	}
	return out
}

// ruleOf is the rule of a bound without the claims that state it.
func ruleOf(n count.Number, somebody bool, say [3]string) Rule {
	switch {
	case n.Known:
		return Rule{Reason: record.Because(say[0], strconv.FormatInt(n.N, 10))}
	case somebody:
		return Rule{Reason: record.Because(say[2])}
	}
	return Rule{Reason: record.Because(say[1])}
}

// Disjoint reports whether two scopes certainly share nobody: their spans are
// known and do not touch. Names of areas prove nothing: one may lie in the other.
func (s Scope) Disjoint(o Scope) bool {
	a1, a2 := s.Span.Span()
	b1, b2 := o.Span.Span()
	return a2 != "" && b1 != "" && a2 < b1 || b2 != "" && a1 != "" && b2 < a1
}

// Sum adds figures that count the same of people in scopes that share nobody.
// Anything else is refused: overlaps take the envelope or a new figure.
func Sum(parts []Figure, ranges []count.Range) (count.Range, error) {
	for i, a := range parts {
		if a.Running {
			return count.Range{}, fault.New(fault.Conflict, "Running totals do not add: the newest one holds the earlier ones.")
		}
		for _, b := range parts[i+1:] {
			if a.Status != b.Status || a.Unit != b.Unit {
				return count.Range{}, fault.New(fault.Conflict, "These figures count different things. They never add.")
			}
			if !a.Scope.Disjoint(b.Scope) {
				return count.Range{}, fault.New(fault.Conflict, "These figures may count the same people. They do not add; reconcile them in a figure of its own.")
			}
		}
	}
	return count.Add(ranges...)
}

// Say puts a range in words: an English sentence key with its numbers.
func Say(r count.Range) record.Reason {
	n := func(x count.Number) string { return strconv.FormatInt(x.N, 10) }
	switch l, b, h := r.Low.Known, r.Best.Known, r.High.Known; {
	case l && h && r.Low == r.High:
		return record.Because("%s", n(r.Low))
	case l && b && h:
		return record.Because("%s to %s, most likely %s", n(r.Low), n(r.High), n(r.Best))
	case l && h:
		return record.Because("%s to %s", n(r.Low), n(r.High))
	case l && b:
		return record.Because("at least %s, most likely %s", n(r.Low), n(r.Best))
	case b && h:
		return record.Because("up to %s, most likely %s", n(r.High), n(r.Best))
	case l:
		return record.Because("at least %s", n(r.Low))
	case h:
		return record.Because("up to %s", n(r.High))
	case b:
		return record.Because("about %s", n(r.Best))
	}
	return record.Because("number unknown")
}

// SayBound puts a bound in the words of its source: an English sentence key with its numbers.
func SayBound(b count.Bound) record.Reason {
	n, to := strconv.FormatInt(b.Value, 10), strconv.FormatInt(b.To, 10)
	switch b.Word {
	case count.Exactly:
		return record.Because("exactly %s", n)
	case count.About:
		return record.Because("about %s", n)
	case count.AtLeast:
		return record.Because("at least %s", n)
	case count.MoreThan:
		return record.Because("more than %s", n)
	case count.UpTo:
		return record.Because("up to %s", n)
	case count.Between:
		return record.Because("between %s and %s", n, to)
	}
	return record.Because("number unknown")
}
