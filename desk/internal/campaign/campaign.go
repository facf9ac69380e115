// Package campaign presses those who can change something: what is demanded, of
// whom, what was asked when, what was answered, and on what evidence.
//
// Nothing of an answer is stored as a state. The scoreboard is derived from
// asks, responses and commitments: it shows the best evidenced state of each
// demand before each target and how long the silence is. A response without
// evidence counts for nothing; in public it counts when a second person has
// confirmed it. Demands rest on figures and findings frozen at a version, with a
// warning when the basis has changed. Letters leave through a Gate only.
//
// The package refuses scores and rankings of governments, and data of persons in
// danger: nothing here is sealed because nothing here may need it. It imports
// scenario, staff, ledger, safe's neighbours below it on the stairs, and the ground.
package campaign

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Text is a sentence in the languages of the campaign.
type Text struct {
	EN string `json:"en"`
	RU string `json:"ru"`
}

// In gives the text in a language, or in the other when it is missing.
func (t Text) In(lang string) string {
	if lang == "ru" && t.RU != "" || t.EN == "" {
		return t.RU
	}
	return t.EN
}

// Campaign is one effort of one organisation.
type Campaign struct {
	ID    string
	Key   string // the scenario's name; unique
	Title Text
	By    string // the organisation that asks
	AsOf  clock.Day
}

// Demand is one thing asked.
type Demand struct {
	ID, Campaign string
	Key          string // unique in the campaign
	Text         Text
	Through      string // "engage the Russian counterpart"
	Basis        []Basis
	Order        int
	Since        clock.Day // empty: from the campaign's beginning
	Ended        clock.Day // from this day it is not demanded any more; empty: it stands
}

// Basis is a figure or finding on which a demand or letter rests, as it stood.
type Basis struct {
	Kind    string `json:"kind"` // "figure" or "finding"
	Key     string `json:"key"`
	Version string `json:"version"` // of the figure: changes when its numbers do
	Says    Text   `json:"says"`    // "killed: 3 to 20"
}

// Kind is what a target is.
type Kind string

// The kinds of targets.
const (
	Government  Kind = "government"
	Institution Kind = "institution"
	Official    Kind = "official"
	Counterpart Kind = "counterpart" // the authority that is pressed through others
)

// Kinds lists the kinds of targets.
func Kinds() []Kind { return []Kind{Government, Institution, Official, Counterpart} }

// Target is who is asked. A name may be absent: a report said "a dozen governments".
type Target struct {
	ID, Campaign string
	Kind         Kind
	Number       int // among its kind, for those without a name
	Name         Text
	Lang         string // in which to write to it
	Address      string // how a letter addresses the office
	Email        string // of the office; empty: none is known
	Counterpart  string // the target that it can press
	Offices      []Office
	Contacts     []Contact
}

// Way is how something was asked.
type Way string

// The ways of asking.
const (
	ByLetter     Way = "letter"
	ByMeeting    Way = "meeting"
	ByCall       Way = "call"
	ByPetition   Way = "petition"
	BySubmission Way = "submission"
)

// Ways lists the ways of asking.
func Ways() []Way { return []Way{ByLetter, ByMeeting, ByCall, ByPetition, BySubmission} }

// Ask is one demand put to one target.
type Ask struct {
	ID, Campaign   string
	Demand, Target string
	Way            Way
	Sent, Deadline clock.Day
	By             string // member
	Letter         string // the letter's id, if one was sent
	Note           string
	Withdrawn      string // why it was noted by mistake; empty: stands
}

// State is what an answer amounts to. Their order is the order of the ladder.
type State int

// The states (design 2, Response).
const (
	None State = iota
	Acknowledged
	Declined
	Denied
	Stated
	Committed
	Acted
	Resulted
)

// States lists the states that a response may have.
func States() []State {
	return []State{Acknowledged, Declined, Denied, Stated, Committed, Acted, Resulted}
}

var stateNames = [...]string{"none", "acknowledged", "declined", "denied", "statement", "commitment", "action", "result"}

// String is the state's word in stores, addresses and exports.
func (s State) String() string {
	if s < None || s > Resulted {
		return "unknown"
	}
	return stateNames[s]
}

// ParseState reads a state's word.
func ParseState(word string) (State, bool) {
	i := slices.Index(stateNames[:], word)
	return State(max(i, 0)), i >= 0
}

// Substantive reports whether an answer ends the silence. A receipt does not.
func (s State) Substantive() bool { return s > Acknowledged }

// Response is what one target did or said about one demand.
type Response struct {
	ID, Campaign   string
	Demand, Target string
	State          State
	Day            clock.Day
	Evidence       string // reference to what proves it: an item of the record, an address, a document and its page
	Words          Text   // what was said or done, in our words
	Author         string // member
	Second         string // member who confirmed it; empty: not public yet
	At             time.Time
	Withdrawn      string // the reason; empty: stands
}

// Counts reports whether the response may be shown: on the board inside, or in public.
func (r Response) Counts(public bool) bool {
	if r.Evidence == "" || r.Withdrawn != "" {
		return false
	}
	return !public || r.Second != "" && r.Second != r.Author
}

// Outcome is what became of a commitment.
type Outcome string

// The outcomes.
const (
	Open   Outcome = "open"
	Kept   Outcome = "kept"
	Partly Outcome = "partly"
	Broken Outcome = "broken"
)

// Outcomes lists what may become of a commitment.
func Outcomes() []Outcome { return []Outcome{Open, Kept, Partly, Broken} }

// Commitment is what a target promised.
type Commitment struct {
	ID, Campaign string
	Response     string
	What         Text
	Due          clock.Day // empty: no day was named
	Outcome      Outcome
	Evidence     string // of the outcome
	By           string // member who said what became of it
	Second       string // member who confirmed that; empty: not public yet
}

// Became says what became of a promise, inside or in public: there it is open until a
// second person has confirmed it.
func (c Commitment) Became(public bool) Outcome {
	if public && c.Waits() {
		return Open
	}
	return c.Outcome
}

// Waits reports whether a second person must confirm what became of it.
func (c Commitment) Waits() bool {
	return c.Outcome != Open && c.Outcome != "" && (c.Second == "" || c.Second == c.By)
}

// Check tests an ask's fields.
func (a Ask) Check() error {
	var c fault.Check
	c.Field(a.Demand != "", "demand", "Choose what is asked.")
	c.Field(a.Target != "", "target", "Choose who is asked.")
	c.Field(slices.Contains(Ways(), a.Way), "way", "Choose how it was asked.")
	c.Field(IsDay(a.Sent), "sent", "Write the day as 2017-04-09.")
	c.Field(a.Deadline == "" || IsDay(a.Deadline), "deadline", "Write the day as 2017-04-09.")
	c.Field(a.Deadline == "" || a.Deadline >= a.Sent, "deadline", "The deadline lies before the day of asking.")
	return c.Err()
}

// Check tests a response's fields.
func (r Response) Check() error {
	var c fault.Check
	c.Field(r.Demand != "", "demand", "Choose what was answered.")
	c.Field(r.Target != "", "target", "Choose who answered.")
	c.Field(r.State > None && r.State <= Resulted, "state", "Choose what the answer amounts to.")
	c.Field(IsDay(r.Day), "day", "Write the day as 2017-04-09.")
	c.Field(strings.TrimSpace(r.Words.In("en")) != "", "words", "Say in a sentence what was said or done.")
	return c.Err()
}

// IsDay reports whether d is a calendar day as 2017-04-09.
func IsDay(d clock.Day) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// days between two calendar days; 0 when one of them is none.
func days(from, to clock.Day) int {
	a, err := time.Parse(time.DateOnly, string(from))
	if err != nil {
		return 0
	}
	b, err := time.Parse(time.DateOnly, string(to))
	if err != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// Label names a target for people; one without a name says so.
func (t Target) Label(lang string) string {
	if n := t.Name.In(lang); n != "" {
		return n
	}
	number := strconv.Itoa(t.Number)
	if lang == "ru" {
		word := map[Kind]string{Government: "Правительство", Institution: "Учреждение", Official: "Должностное лицо", Counterpart: "Другая сторона"}[t.Kind]
		return word + " " + number + " (в сообщении не названо)"
	}
	word := map[Kind]string{Government: "Government", Institution: "Institution", Official: "Official", Counterpart: "Counterpart"}[t.Kind]
	return word + " " + number + " (not named in the report)"
}
