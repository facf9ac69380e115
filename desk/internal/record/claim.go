package record

import (
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/safe"
	"waylight/internal/fault"
)

// Source is who says something. Its real identity lies in a safe or nowhere.
type Source struct {
	ID, Key     string // Key: what an import calls it; may be empty
	Name        string // pseudonym, or the name as published
	Kind        SourceKind
	Place       string
	Reliability Reliability
	Group       string // sources with the same group share an origin; never empty
	Named       bool   // may be named in public
	Safe        string // the safe with the identity and the words; "" when there is none
	Received    time.Time
}

// Public is what may be shown outside as the source's name; generic when it may not be named.
func (s Source) Public() string {
	if s.Named {
		return s.Name
	}
	switch s.Kind {
	case PersonSource:
		return "A person whose name is withheld for their safety"
	case UnnamedGroup:
		return "Independent sources"
	}
	return "A source whose name is withheld"
}

// Reliability of a source on the Admiralty scale, "A" (completely reliable) to
// "E" (unreliable); "F": cannot be judged.
type Reliability string

// Reliabilities lists the grades.
func Reliabilities() []Reliability { return []Reliability{"A", "B", "C", "D", "E", "F"} }

// Item is what came: a text, a report, a picture. It is never changed.
type Item struct {
	ID, Source string
	Title      string
	Material   Material
	Language   string    // BCP 47, or ""
	Dated      edtf.Date // of the material
	Received   time.Time
	How        string // how it was obtained
	Consent    string // reference; "" where none is needed
	Words      string // the text; "" when it lies in the safe or there is none
	Safe       string // when the words are sealed
	Sealed     safe.Sealed
	By         string // member, or ledger.Desk
}

// Claim is one assertion of one item. It is never changed; a better reading is
// a new claim that supersedes it.
type Claim struct {
	ID, Key     string
	Item        string
	Source      string // the item's; kept for queries
	Incident    string // "" when it belongs to none
	Locator     string // "paragraph 3", "words 10–42", "00:03:10"
	Status      Status
	Act         Act // "" for counts of help
	Counts      bool
	Unit        Unit
	Bound       count.Bound // valid when Counts
	Population  string      // who the people are, neutrally; "" the incident's
	Verbatim    string      // the words as they were said; "" when sealed
	Translation string
	Safe        string // when words and translation are sealed
	Sealed      safe.Sealed
	Hand        Hand
	Asserted    edtf.Date // when it was said
	Counted     edtf.Date // running totals: counted up to the end of this date; else ""
	Perpetrator string
	Motive      string
	By          string
	At          time.Time
}

// Range is what the claim says in numbers; unknown when it counts nothing.
func (c Claim) Range() count.Range {
	if !c.Counts {
		return count.Range{}
	}
	return c.Bound.Range()
}

// LinkKind says what one claim does to another.
type LinkKind string

// The kinds of link. Each is said by a person and stays; a claim that was
// superseded or contradicted stays too.
const (
	Supports    LinkKind = "supports"
	Confirms    LinkKind = "confirms"
	Contradicts LinkKind = "contradicts"
	Supersedes  LinkKind = "supersedes"
)

// LinkKinds lists the kinds of link.
func LinkKinds() []LinkKind { return []LinkKind{Supports, Confirms, Contradicts, Supersedes} }

// Link ties two claims.
type Link struct {
	From   string
	Kind   LinkKind
	To     string
	Reason string
	By     string
	At     time.Time
}

// Standing is whether a claim still stands.
type Standing string

// The standings. Superseded follows from a link, it is not a judgement.
const (
	Stands    Standing = "stands"
	Refuted   Standing = "refuted"
	Withdrawn Standing = "withdrawn by its source"
)

// Standings lists the standings that a person can give.
func Standings() []Standing { return []Standing{Stands, Refuted, Withdrawn} }

// Judgement is what a member thinks of a claim; the last one holds, all are kept.
type Judgement struct {
	Claim       string
	Credibility int // Admiralty 1 (confirmed) to 5 (improbable); 6: cannot be judged
	Standing    Standing
	Reason      string
	By          string
	At          time.Time
}

// Weighed is a claim with all that is known about it.
type Weighed struct {
	Claim
	From       Source
	Material   Material
	Judgements []Judgement // oldest first
	Links      []Link      // from and to this claim, oldest first
	Denials    []Statement // that contradict it
	Admissions []Statement // that support it
}

// Judgement is the one that holds: credibility 6 and standing until somebody judged.
func (w Weighed) Judgement() Judgement {
	if n := len(w.Judgements); n > 0 {
		return w.Judgements[n-1]
	}
	return Judgement{Claim: w.ID, Credibility: 6, Standing: Stands}
}

// Superseded returns the claim that took this one's place, or "".
func (w Weighed) Superseded() string {
	for _, l := range w.Links {
		if l.Kind == Supersedes && l.To == w.ID {
			return l.From
		}
	}
	return ""
}

// These sentences carry what a member wrote, so they never leave the Desk.
const (
	RefutedBecause    = "It was refuted: %s"
	ImprobableBecause = "It was judged improbable: %s"
)

// Standing tells whether the claim may be used, and if not why.
func (w Weighed) Standing() (ok bool, why Reason) {
	switch j := w.Judgement(); {
	case w.Superseded() != "":
		return false, Because("A newer claim took its place.")
	case j.Standing == Refuted:
		return false, Because(RefutedBecause, j.Reason)
	case j.Standing == Withdrawn:
		return false, Because("Its source withdrew it.")
	case j.Credibility == 5:
		return false, Because(ImprobableBecause, j.Reason)
	case w.From.Reliability == "E":
		return false, Because("Its source is unreliable.")
	}
	return true, Reason{}
}

// Check answers an Invalid fault when the claim cannot be kept as it is.
func (c Claim) Check() error {
	var k fault.Check
	k.Field(c.Status.Label() != "", "status", "Choose what is counted.")
	k.Field(c.Act == "" || c.Act.Valid() && c.Act.Status() == c.Status, "act", "The act and what is counted do not belong together.")
	k.Field(c.Act != "" || c.Status.OfHelp(), "act", "Choose the act.")
	k.Field(c.Hand == FirstHand || c.Hand == Relayed || c.Hand == Inferred, "hand", "Say how near the source was.")
	if c.Counts {
		_, err := count.New(c.Bound.Word, c.Bound.Value, c.Bound.To)
		k.Field(err == nil, "bound", "The number and its bound do not fit together. Unknown takes no number, between takes two, the lower first.")
		k.Field(c.Unit == Persons || c.Unit == Families || c.Unit == Events, "unit", "Choose the unit.")
	}
	_, err := edtf.Parse(string(c.Asserted))
	k.Field(err == nil, "asserted", "Write the date as 2017-04-09, 2017-04 or 2017.")
	if c.Counted != "" {
		_, err = edtf.Parse(string(c.Counted))
		k.Field(err == nil, "counted", "Write the date as 2017-04-09, 2017-04 or 2017.")
	}
	return k.Err()
}
