package cases

import (
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/referral"
)

// Priority says how long a decision may take.
type Priority string

// The priorities (UNHCR's, with hours before emergency).
const (
	Hours     Priority = "hours"
	Emergency Priority = "emergency"
	Urgent    Priority = "urgent"
	Normal    Priority = "normal"
)

// AllPriorities lists them, the most pressing first.
func AllPriorities() []Priority { return []Priority{Hours, Emergency, Urgent, Normal} }

// Within is the time in which a decision is owed.
func (p Priority) Within() time.Duration {
	switch p {
	case Hours:
		return 3 * time.Hour
	case Emergency:
		return 24 * time.Hour
	case Urgent:
		return 3 * 24 * time.Hour
	}
	return 14 * 24 * time.Hour
}

// Triage is the first judgement: how near, how bad, can we act.
type Triage struct {
	Imminence   int // 0 no sign, 1 weeks, 2 days, 3 hours
	Severity    int // 0 none, 1 serious, 2 bodily harm, 3 life
	Feasibility int // 0 out of reach, 1 hard, 2 possible, 3 ready
	Reason      string
	Overrule    Priority // empty: the computed priority holds
	Decided     bool     // a decision to act or not was made
	Words       string   // the decision
}

// Priority is the overruled or the computed one.
func (t Triage) Priority() Priority {
	if t.Overrule != "" {
		return t.Overrule
	}
	return Rank(t.Imminence, t.Severity)
}

// Rank computes a priority from imminence and severity. Feasibility does not
// lower it: that help is hard makes nobody less in danger.
func Rank(imminence, severity int) Priority {
	switch {
	case imminence >= 3 && severity >= 2:
		return Hours
	case imminence >= 3 || imminence == 2 && severity >= 2:
		return Emergency
	case imminence == 2 || severity >= 2 && imminence >= 1:
		return Urgent
	}
	return Normal
}

func (t Triage) check() error {
	var c fault.Check
	c.Field(t.Imminence >= 0 && t.Imminence <= 3, "imminence", "Choose how near the danger is.")
	c.Field(t.Severity >= 0 && t.Severity <= 3, "severity", "Choose how bad it would be.")
	c.Field(t.Feasibility >= 0 && t.Feasibility <= 3, "feasibility", "Choose how well we can help.")
	c.Field(t.Overrule == "" || among(t.Overrule, AllPriorities()), "overrule", "Choose one of the priorities.")
	c.Field(t.Overrule == "" || t.Reason != "", "reason", "Say why the computed priority is wrong.")
	c.Field(!t.Decided || t.Words != "", "words", "Say what was decided.")
	return c.Err()
}

func among[T comparable](v T, all []T) bool {
	for _, x := range all {
		if x == v {
			return true
		}
	}
	return false
}

// Party is one person of the case.
type Party struct {
	Code     string // "A", "B", …: how notes and legs call the person
	Name     string
	Contact  string
	Minor    bool
	Role     string // in the household or the travelling party
	Medical  string
	Papers   string
	Interest string // for a minor: best interests, guardian
	Other    string
}

func (p Party) check() error {
	var c fault.Check
	c.Field(p.Code != "", "code", "Give a code, such as A.")
	c.Field(len([]rune(p.Code)) <= 12, "code", "Use at most 12 letters.")
	c.Field(!p.Minor || p.Interest != "", "interest", "For a minor, say what is best for them and who looks after them.")
	return c.Err()
}

// Credibility is a check of the request, kept apart from the right to emergency help.
type Credibility struct {
	Method     string
	Verifier   string // partner, joint, central
	Outcome    string // open, credible, doubtful, trap
	Doubts     string
	Entrapment string
}

func (v Credibility) check() error {
	var c fault.Check
	c.Field(v.Method != "", "method", "Say how it was checked.")
	c.Field(among(v.Outcome, []string{"open", "credible", "doubtful", "trap"}), "outcome", "Choose an outcome.")
	return c.Err()
}

// Purpose is what a consent is for.
type Purpose string

// The purposes.
const (
	ForHelp   Purpose = "help"   // to organise help
	ForRefer  Purpose = "refer"  // to another organisation
	ForRecord Purpose = "record" // to what happened, without the name
	ForPublic Purpose = "public" // to be published
)

// AllPurposes lists the purposes.
func AllPurposes() []Purpose { return []Purpose{ForHelp, ForRefer, ForRecord, ForPublic} }

// Consent is what one person allowed: a purpose, a recipient and a kind of data.
type Consent struct {
	Party     string // item id
	Purpose   Purpose
	Recipient string
	Data      string
	How       string // spoken, written, by mailbox, by a guardian
	Language  string
	Given     clock.Day
	Expires   clock.Day // empty: until withdrawn
	Withdrawn clock.Day // empty: holds
	Why       string    // why it was withdrawn, in the person's words if they gave any
	Acted     []string  // what taking it back did, in words of Acts

	// Of a consent to be referred to a partner that this Desk knows.
	Partner string           `json:",omitempty"` // id
	Kinds   []referral.Datum `json:",omitempty"` // of data that may be given
}

// Holds reports whether the consent is in force on a day.
func (c Consent) Holds(on clock.Day) bool {
	return c.Withdrawn == "" && (c.Expires == "" || on <= c.Expires)
}

func (c Consent) check(parties []Sheet[Party]) error {
	var k fault.Check
	_, known := find(parties, c.Party)
	k.Field(known, "party", "Choose the person.")
	k.Field(among(c.Purpose, AllPurposes()), "purpose", "Choose what it is for.")
	k.Field(c.Recipient != "", "recipient", "Say who may have it.")
	k.Field(c.Data != "", "data", "Say what may be given.")
	k.Field(c.How != "", "how", "Say how it was given.")
	k.Field(ValidDay(c.Given), "given", "Give the day, as in 2017-04-09.")
	k.Field(c.Expires == "" || ValidDay(c.Expires) && c.Expires >= c.Given, "expires", "Give a day that is not before the consent, or leave it empty.")
	c.checkSharing(&k)
	return k.Err()
}

// ValidDay reports whether d is a calendar day, as in "2017-04-09".
func ValidDay(d clock.Day) bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && clock.DayOf(t) == d
}
