// Package submission prepares what is sent to bodies of nations, courts and
// prosecutors: guided forms that the record fills as far as it can, a report of
// what is missing and what makes a submission inadmissible, and the final
// package, frozen with its hash.
//
// Rules are data of an edition (Current, Find) and one plain function from form
// and day to a report (Judge). What identifies people lies in the submission's
// own safe; nobody is named without their consent, each for each purpose, and
// two people are needed to file. The package refuses to send: a member carries
// the package to the body by the body's own way. It imports campaign (the gate,
// the typesetter), record, parties, edtf, safe, staff, ledger and the ground.
package submission

import (
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

// Draft is a submission as the store keeps it.
type Draft struct {
	ID, Procedure, Edition string
	Incident               string // of the record; "" for none
	Author, Last           string // members: who began, who changed it last
	At                     time.Time
	Revision               int
	Sealed                 safe.Sealed // Form
	Filed                  bool
	FiledAt                time.Time
	FiledBy                string
	Due                    clock.Day   // an answer or our own word
	Digest                 string      // SHA-256 of Package.Text, in hex
	Package                safe.Sealed // Package
	// Of what was filed: the days on which it was handed over, on which somebody took
	// their consent back, on which the body was told so, and from which nothing more is
	// expected; "" for not yet.
	Handed, Halted, Told, Closed clock.Day

	Shut bool // to whoever lists it: they hold no grant; not kept
}

// Form is what a draft says. It lies sealed.
type Form struct {
	Lang    string            `json:"lang"`
	Answers map[string]string `json:"answers"` // by element
	Reasons map[string]string `json:"reasons"` // why an element cannot be given
	Group   string            `json:"group"`   // a defined group, where nobody is named
	People  []Person          `json:"people"`
	Basis   Basis             `json:"basis"`
	After   []After           `json:"after"` // what happened once it was filed
}

// Person is somebody for whom it is sent. Number is how the texts call them.
type Person struct {
	ID       string    `json:"id"`
	Number   int       `json:"number"`
	Name     string    `json:"name"`
	Born     string    `json:"born"`
	About    string    `json:"about"`
	Consents []Consent `json:"consents"`
}

// Consent is one person's yes to one thing.
type Consent struct {
	Scope     Scope     `json:"scope"`
	Given     clock.Day `json:"given"`
	Until     clock.Day `json:"until"` // "" until withdrawn
	How       string    `json:"how"`   // who asked, in which words, who answered
	Withdrawn clock.Day `json:"withdrawn"`
	By        string    `json:"by"` // member who noted it
}

// Agrees reports whether the person's consent to a scope holds on a day.
func (p Person) Agrees(s Scope, on clock.Day) bool {
	return slices.ContainsFunc(p.Consents, func(c Consent) bool {
		return c.Scope == s && c.Withdrawn == "" && c.Given <= on && (c.Until == "" || on <= c.Until)
	})
}

// Basis is what the record said when the draft began.
type Basis struct {
	Title     string   `json:"title"`
	Date      string   `json:"date"`
	Place     string   `json:"place"`
	Account   string   `json:"account"`
	Forces    []string `json:"forces"`
	Part      []string `json:"part,omitempty"`  // who did it and in which part, one a line
	Chain     []string `json:"chain,omitempty"` // who stood over whom
	Proof     []string `json:"proof,omitempty"` // items on which it rests, by number
	Claims    int      `json:"claims"`
	Grade     string   `json:"grade"`      // the best decided, or ""
	MediaOnly bool     `json:"media_only"` // every source is press or the open web
}

// fills gives the answers that the record knows.
func (b Basis) fills() map[string]string {
	out := map[string]string{}
	for id, v := range map[string]string{"date": b.Date, "place": b.Place, "account": b.Account, "forces": strings.Join(b.Forces, "\n"),
		"part": strings.Join(b.Part, "\n"), "chain": strings.Join(b.Chain, "\n"), "proof": strings.Join(b.Proof, "\n")} {
		if v != "" {
			out[id] = v
		}
	}
	return out
}

// State is what became of one requirement.
type State string

// The states.
const (
	Met       State = "met"
	Explained State = "explained"
	Missing   State = "missing"
	Refused   State = "refused" // inadmissible as it stands
	Noted     State = "noted"   // to be thought of; stops nothing
)

// Verdict is one line of the report.
type Verdict struct {
	Element string // "" for a rule of the whole
	Number  string
	Label   string // English sentence key
	Say     string // English sentence key
	Rests   string // where what it says of a treaty is published: an English sentence key, or ""
	Person  int    // number of the person it is about; 0 for none
	State   State
	Stops   bool // nothing is filed before it is mended
}

// Report is the judgement of a form.
type Report struct {
	Verdicts []Verdict
}

// Stops lists what keeps the form from being filed.
func (r Report) Stops() []Verdict {
	var out []Verdict
	for _, v := range r.Verdicts {
		if v.Stops {
			out = append(out, v)
		}
	}
	return out
}

// Weak reports whether something useful is missing.
func (r Report) Weak() bool {
	return slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.State == Missing && !v.Stops })
}

// says are the sentences of the report.
var says = map[string]string{
	"missing":    "Required: without it the body does not deal with it.",
	"useful":     "Not required, and it makes the submission stronger.",
	"explained":  "It is not given, and the reason is.",
	"date":       "Write the date as 2017-04-09, 2017-04 or 2017.",
	"month":      "The month and the year are needed at least.",
	"yes":        "Somebody must stand behind this statement.",
	"nobody":     "Name at least one person, with their consent.",
	"single":     "The body takes one person in each submission. Begin another for the others.",
	"group":      "Name a person with their consent, or define the group.",
	"name":       "The person's full name is missing.",
	"send":       "This person has not agreed that the body gets it.",
	"government": "This person has not agreed that the government learns their name.",
	"media":      "Everything in the record about it comes from the press or the open web. The body does not take what rests on mass media alone.",
	"ungrounded": "It rests on nothing in the record. Somebody must be able to prove every sentence.",
	"not-party":  "As far as we know the State is not a party to this treaty: choose another body.",
	"too-late":   "It happened after the State had left this treaty: choose another body.",
	"unknown":    "Look up whether the State is a party to this treaty, and since when.",
	"old":        "It is older than three months: it goes the standard way, not the urgent one.",
	"lang":       "The body does not work in this language.",
	"edition":    "The rules of this draft are of an older edition. Look at the body's own form.",
	"future":     "The day lies ahead.",
}

// fullName is the label of the element that the people's names answer.
const fullName = "Full name of the person"

// Judge says what is missing and what is inadmissible as of a day. It depends on
// nothing else.
func Judge(p Procedure, f Form, today clock.Day) Report {
	var r Report
	for _, e := range p.Elements {
		r.Verdicts = append(r.Verdicts, judgeElement(p, e, f, today))
	}
	r.Verdicts = append(r.Verdicts, judgePeople(p, f, today)...)
	whole := func(state State, say string) {
		r.Verdicts = append(r.Verdicts, Verdict{Say: says[say], State: state, Stops: state == Refused || state == Missing})
	}
	if p.NotOnly && f.Basis.MediaOnly {
		whole(Refused, "media")
	}
	if f.Basis.Claims == 0 {
		whole(Noted, "ungrounded")
	}
	if len(p.Languages) > 0 && !slices.Contains(p.Languages, f.Lang) {
		whole(Refused, "lang")
	}
	if p.Edition != Edition {
		whole(Noted, "edition")
	}
	if p.Instrument != "" {
		if say, rests, state := judgeParty(p.Instrument, f); say != "" {
			whole(state, say)
			r.Verdicts[len(r.Verdicts)-1].Rests = rests
		}
	}
	if _, last, ok := span(f.Answers["date"]); ok && p.Within > 0 && days(last, today) > p.Within {
		whole(Noted, "old")
	}
	return r
}

func judgeElement(p Procedure, e Element, f Form, today clock.Day) Verdict {
	v := Verdict{Element: e.ID, Number: e.Number, Label: e.Label, State: Met}
	fail := func(say string) Verdict {
		v.State, v.Say, v.Stops = Missing, says[say], e.Required
		return v
	}
	answer := strings.TrimSpace(f.Answers[e.ID])
	switch {
	case e.Kind == Yes && answer != "yes":
		return fail("yes")
	case answer == "" && e.Explain && strings.TrimSpace(f.Reasons[e.ID]) != "":
		v.State, v.Say = Explained, says["explained"]
		return v
	case answer == "" && e.Required:
		return fail("missing")
	case answer == "":
		return fail("useful")
	case e.Kind != Date:
		return v
	}
	first, _, ok := span(answer)
	switch {
	case !ok:
		v = fail("date")
		v.Stops = true // also where it is not required: what is given must be readable
	case first > today:
		v = fail("future")
		v.Stops = true
	case p.Precise && !slices.Contains([]string{"day", "month", "span"}, edtf.Date(answer).Precision()):
		v = fail("month")
	}
	return v
}

func judgePeople(p Procedure, f Form, today clock.Day) []Verdict {
	if len(f.People) == 0 {
		switch {
		case p.NoPeople || p.Group && strings.TrimSpace(f.Group) != "":
			return nil
		case p.Group:
			return []Verdict{{Say: says["group"], State: Missing, Stops: true}}
		}
		v := Verdict{Number: p.People, Say: says["nobody"], State: Missing, Stops: true}
		if p.People != "" {
			v.Label = fullName
		}
		return []Verdict{v}
	}
	var out []Verdict
	if p.People != "" {
		out = append(out, Verdict{Number: p.People, Label: fullName, State: Met})
	}
	if p.Single && len(f.People) > 1 {
		out = append(out, Verdict{Say: says["single"], State: Refused, Stops: true})
	}
	for _, person := range f.People {
		if strings.TrimSpace(person.Name) == "" {
			out = append(out, Verdict{Person: person.Number, Say: says["name"], State: Missing, Stops: true})
		}
		for _, s := range p.Consents {
			v := Verdict{Person: person.Number, State: Met}
			if !person.Agrees(s, today) {
				v.State, v.Stops, v.Say = Refused, true, says[string(s)]
			}
			out = append(out, v)
		}
	}
	return out
}

func judgeParty(instrument string, f Form) (say, rests string, state State) {
	is := strings.ToUpper(strings.TrimSpace(f.Answers["state"]))
	for _, p := range treaties {
		if p.state != is || p.instrument != instrument {
			continue
		}
		if !p.is {
			return "not-party", p.source, Refused
		}
		if first, _, ok := span(f.Answers["date"]); ok && p.until != "" && first > p.until {
			return "too-late", p.source, Refused
		}
		return "", "", Met
	}
	return "unknown", "", Noted
}

func span(text string) (first, last clock.Day, ok bool) {
	d, err := edtf.Parse(strings.TrimSpace(text))
	if err != nil {
		return "", "", false
	}
	first, last = d.Span()
	return first, last, first != ""
}

func days(from, to clock.Day) int {
	a, err := time.Parse(time.DateOnly, string(from))
	b, err2 := time.Parse(time.DateOnly, string(to))
	if err != nil || err2 != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
