// Package opinion keeps the opinions of clinicians and forensic experts, by the
// questions of the Istanbul Protocol (2022) and the Minnesota Protocol (2016).
//
// The forms are data of an edition (Forms, Find), and one plain function says what
// is still missing (Judge). What a person told, what the expert examined and what
// the expert concludes are kept apart. Whom it is about, and every word, lie in the
// opinion's own safe; it is bound to evidence, claims and people by opaque ids and
// codes. Only the expert who wrote it signs it; a signed edition is frozen, and a new
// one stands beside it. Nothing is signed without the consents that the form needs,
// each asked for by name. One that a caseworker bound to a case ends with it (Annex).
// The package refuses to conclude anything itself. It imports cases, record, evidence,
// exhibit for packages, bundle for the signature, safe, staff, ledger and the ground.
package opinion

import (
	"context"
	"crypto/ed25519"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
)

// Opinion is one as the store keeps it.
type Opinion struct {
	ID, Form, Edition string
	Author            string // the expert
	At                time.Time
	Revision          int
	Signed            int    // editions
	Bound             bool   // to a case, with which it ends; to which one is told by the case alone
	Bond              string // hash of a word in the case's safe, which says that it is this bond
	Asked             time.Time
	AskedBy           string    // the caseworker who bound it
	Agreed            bool      // somebody who can open it says so, too
	Ends              time.Time // the case was erased and nobody had answered: it ends then
	Sealed            safe.Sealed
}

// Finding is one thing that the expert found, set against what was told.
type Finding struct {
	What   string `json:"what"`
	From   string `json:"from"`
	Degree string `json:"degree"`
	Why    string `json:"why"`
}

func (f Finding) empty() bool { return f == Finding{} }

// Consent is a yes to one thing.
type Consent struct {
	Scope     Scope     `json:"scope"`
	Given     clock.Day `json:"given"`
	By        string    `json:"by"`  // who agreed: the person, or who of the family
	How       string    `json:"how"` // who asked, in which words and language
	Withdrawn clock.Day `json:"withdrawn,omitempty"`
}

// Expert is who signs, as they call themselves.
type Expert struct {
	Name          string `json:"name"`
	Role          string `json:"role"`
	Qualification string `json:"qualification"`
}

// Content is what an opinion says. It lies sealed.
type Content struct {
	Who      string            `json:"who"`    // whom it is about
	Code     string            `json:"code"`   // by which code a case or the record calls them
	Files    []string          `json:"files"`  // of evidence
	Claims   []string          `json:"claims"` // of the record
	Answers  map[string]string `json:"answers"`
	Findings []Finding         `json:"findings"`
	Consents []Consent         `json:"consents"`
	Unasked  string            `json:"unasked"` // why nobody could be asked
	Expert   Expert            `json:"expert"`
}

// Signed is one frozen edition.
type Signed struct {
	Opinion string
	Number  int
	By      string
	At      time.Time
	Digest  string            // SHA-256 of what is frozen, salted by it
	Note    []byte            // the organisation's signature over Seal
	Signer  ed25519.PublicKey // of another organisation that signed it; empty: our own
	Sealed  safe.Sealed
}

// Frozen is what lies in an edition.
type Frozen struct {
	Form    string  `json:"form"`
	Edition string  `json:"edition"`
	Salt    string  `json:"salt"`
	Content Content `json:"content"`
}

// Seal is what the organisation signs of an edition: it tells of nobody.
type Seal struct {
	Opinion string    `json:"opinion"`
	Number  int       `json:"number"`
	Form    string    `json:"form"`
	Edition string    `json:"edition"`
	SHA256  string    `json:"sha256"`
	At      time.Time `json:"at"`
}

// Tag is under which it is signed.
const Tag = "waylight/v1/opinion"

// Opinions keeps opinions. A signed edition is never changed.
type Opinions interface {
	Opinion(ctx context.Context, id string) (Opinion, error)
	Opinions(ctx context.Context) ([]Opinion, error)                 // newest first
	PutOpinion(ctx context.Context, o Opinion, was int) error        // was: the revision seen, 0 for a new one; Conflict when it moved
	AddSignedOpinion(ctx context.Context, s Signed) error            // once
	SignedOpinions(ctx context.Context, id string) ([]Signed, error) // oldest first
	ResealSignedOpinion(ctx context.Context, id string, number int, s safe.Sealed) error
	BindOpinion(ctx context.Context, o Opinion) error // keeps whether and how it is bound, and nothing else
	BoundOpinions(ctx context.Context) ([]Opinion, error)
	ShredOpinion(ctx context.Context, id string) error // what lies sealed of it and its editions is gone
}

// Store is all that the room needs of its transaction.
type Store interface {
	Opinions
	cases.Store
	Evidence(ctx context.Context, id string) (evidence.File, error)
	Claim(ctx context.Context, id string) (record.Claim, error)
}

// Surgery carries the verbs.
type Surgery struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Signer  bundle.Signer
	Book    *cases.Book // to bind opinions to cases
}

var who = []staff.Role{staff.Documenter}

// Missing is something without which nothing is signed.
type Missing struct{ Field, Label, Say string }

// Judge says what is still missing, as of a day.
func Judge(f Form, c Content) (out []Missing) {
	need := func(ok bool, field, label, say string) {
		if !ok {
			out = append(out, Missing{field, label, say})
		}
	}
	need(strings.TrimSpace(c.Who) != "" || strings.TrimSpace(c.Code) != "", "who", f.Person, "Say whom it is about, by name or by code.")
	for _, part := range Parts() {
		for _, e := range f.Elements {
			if e.Part == part && e.Required {
				need(strings.TrimSpace(c.Answers[e.ID]) != "", e.ID, e.Label, "This is not answered yet.")
			}
		}
	}
	need(!f.FindingsNeeded || len(c.Findings) > 0, "what_0", "Findings", "Write at least one finding, or that nothing was found.")
	for _, x := range c.Findings {
		need(x.What != "" && slices.ContainsFunc(f.Degrees, func(o Option) bool { return o.ID == x.Degree }), "what_0", "Findings", "A finding has no words, or no degree.")
	}
	for _, s := range f.Needed {
		reason := f.ReasonInPlace && strings.TrimSpace(c.Unasked) != ""
		need(c.agrees(s) || reason, "given_"+string(s), "Consent", "A consent that is needed is missing, or was taken back.")
	}
	need(c.Expert.Name != "" && c.Expert.Role != "" && c.Expert.Qualification != "", "expert_name", "The expert", "Write your name, your role and your qualification.")
	return out
}

func (c Content) agrees(s Scope) bool {
	return slices.ContainsFunc(c.Consents, func(x Consent) bool { return x.Scope == s && x.Given != "" && x.Withdrawn == "" })
}

// TakenBack is the day on which a consent was taken back, or "".
func (c Content) TakenBack() (day clock.Day) {
	for _, x := range c.Consents {
		if x.Withdrawn > day {
			day = x.Withdrawn
		}
	}
	return day
}
