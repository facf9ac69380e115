// Package record keeps what happened, who says so, and how sure we are.
//
// The smallest piece is a Claim: one assertion of one Item that came from one
// Source, with its number as it was given. Items and claims are never changed,
// not even by the store, which refuses in the database itself; what people think
// of them is added beside them: links, judgements, findings, reviews. What a
// person said under consent lies in a safe of its source, and the record never
// learns from which case it came.
//
// Rules are plain functions (Propose, Claim.Check); the Archive carries the
// verbs, each in one transaction with its ledger entry. The package refuses to
// decide: it proposes a grade and a person says why they take it or not. It
// imports scenario, count, edtf, safe, staff, ledger and the ground; never HTTP,
// SQL, files or a clock but ours.
package record

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Within runs f in one transaction, which commits when f returns nil.
type Within func(ctx context.Context, f func(Store) error) error

// Archive carries the verbs of the room.
type Archive struct {
	within, reading Within
	clock           clock.Clock
	sealed          sealedWords
}

// NewArchive returns the room's verbs over a store. Reading is used for what opens no safe.
func NewArchive(within, reading Within, c clock.Clock) *Archive {
	return &Archive{within: within, reading: reading, clock: c}
}

// Store is everything that the room needs of one transaction.
type Store interface {
	Sources
	Claims
	Opinions
	Incidents
	Statements
	Findings
	Kinships
	Suspected
	Searched
	Facts
	Colleagues
	Guarded
	safe.Store
	Resealer
	Corrected
	ledger.Appender
}

// Sources keeps sources and what came from them.
type Sources interface {
	// AddSource answers a Conflict when the key is taken.
	AddSource(ctx context.Context, s Source) error
	SaveSource(ctx context.Context, s Source) error
	Source(ctx context.Context, id string) (Source, error)
	SourceByKey(ctx context.Context, key string) (Source, error)
	Sources(ctx context.Context) ([]Source, error) // by name
	SourcesAmong(ctx context.Context, ids []string) ([]Source, error)
	SourcesOf(ctx context.Context, group string) ([]Source, error) // of one origin, by name
	AddRecordItem(ctx context.Context, i Item) error
	RecordItem(ctx context.Context, id string) (Item, error)
	RecordItems(ctx context.Context, source string) ([]Item, error) // newest first; "" for all
	// RecordItemsFrom lists items without their words, the newest first, from one on;
	// "" for all sources. The paper that says who a source is is not among them.
	RecordItemsFrom(ctx context.Context, source string, from, limit int) ([]Item, error)
	// RecordCount gives a number that is kept ready: "items", "unjudged", "sealed".
	RecordCount(ctx context.Context, what string) (int64, error)
	// MaterialsOf gives the material of each item.
	MaterialsOf(ctx context.Context, items ...string) (map[string]Material, error)
}

// Claims keeps claims. There is no way to change one.
type Claims interface {
	// AddClaim answers a Conflict when the key is taken.
	AddClaim(ctx context.Context, c Claim) error
	Claim(ctx context.Context, id string) (Claim, error)
	ClaimsAmong(ctx context.Context, ids []string) ([]Claim, error)
	// ClaimNumbers tells how many claims an incident has, by the act.
	ClaimNumbers(ctx context.Context, incident string) (map[Act]int, error)
	// ClaimsWhere lists claims in the order of assertion, then of entry.
	ClaimsWhere(ctx context.Context, w Where) ([]Claim, error)
}

// Where narrows a list of claims; empty fields do not.
type Where struct {
	Item, Source, Incident string
	Act                    Act
	Status                 Status
	Unit                   Unit
	Items                  []string // of any of these
	Unjudged               bool     // nobody has weighed it yet; the last that came, when Limit bounds them
	Limit                  int      // at most so many; 0: all
}

// Opinions keeps what people think of claims.
type Opinions interface {
	// AddLink answers a Conflict when the same link exists.
	AddLink(ctx context.Context, l Link) error
	// LinksOf lists the links from and to any of the claims, oldest first, each once.
	LinksOf(ctx context.Context, claims ...string) ([]Link, error)
	AddJudgement(ctx context.Context, j Judgement) error
	// Judgements lists those of any of the claims, oldest first.
	Judgements(ctx context.Context, claims ...string) ([]Judgement, error)
}

// Incidents keeps incidents and the deeds in them.
type Incidents interface {
	AddIncident(ctx context.Context, i Incident) error
	Incident(ctx context.Context, id string) (Incident, error)
	Incidents(ctx context.Context) ([]Incident, error) // newest first
	LastIncidents(ctx context.Context, most int) ([]Incident, error)
	// AddDeed answers a Conflict when the incident has one of that act.
	AddDeed(ctx context.Context, d Deed) error
	Deed(ctx context.Context, id string) (Deed, error)
	Deeds(ctx context.Context, incident string) ([]Deed, error)
}

// Statements keeps statements with their links.
type Statements interface {
	AddStatement(ctx context.Context, s Statement) error
	Statement(ctx context.Context, id string) (Statement, error)
	Statements(ctx context.Context) ([]Statement, error)                      // by date
	StatementsIn(ctx context.Context, incident string) ([]Statement, error)   // by date
	StatementsFrom(ctx context.Context, from, limit int) ([]Statement, error) // the newest first
	// StatementsOn lists those that contradict or support any of the claims, by date.
	StatementsOn(ctx context.Context, claims ...string) ([]Statement, error)
}

// Findings keeps findings and their reviews.
type Findings interface {
	AddFinding(ctx context.Context, f Finding) error
	Finding(ctx context.Context, id string) (Finding, error)
	FindingsOf(ctx context.Context, deed string) ([]Finding, error) // oldest first
	AddReview(ctx context.Context, r Review) error
	// Unreviewed lists the last finding of each deed that no second person has answered.
	Unreviewed(ctx context.Context) ([]Finding, error)
	// FindingsDue lists the last finding of each deed whose next review is on or before a day.
	FindingsDue(ctx context.Context, day clock.Day) ([]Finding, error)
}

// Facts keeps milestones, accounts and which files were imported.
type Facts interface {
	AddMilestone(ctx context.Context, m Milestone) error
	Milestones(ctx context.Context, incident string) ([]Milestone, error) // by date
	AddAccount(ctx context.Context, a Account) error
	Accounts(ctx context.Context, incident string) ([]Account, error)
	// AddImport answers a Conflict when the hash or the name is taken.
	AddImport(ctx context.Context, i Import) error
	Imports(ctx context.Context) ([]Import, error) // oldest first
}

// Colleagues knows who works here.
type Colleagues interface {
	Members(ctx context.Context) ([]staff.Member, error)
}

// write runs a verb for one who may work on the record.
func (a *Archive) write(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	return a.within(ctx, f)
}

// read runs a query for one who may read the record.
func (a *Archive) read(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(Readers()...); err != nil {
		return err
	}
	return a.reading(ctx, f)
}

// Readers are the roles that may read the record; what lies in a safe needs a grant besides.
func Readers() []staff.Role {
	return []staff.Role{staff.Documenter, staff.Analyst, staff.Advocate, staff.Editor}
}

// Now is the time by the Archive's clock.
func (a *Archive) Now() time.Time { return a.clock.Now() }

func wrong(field, message string) error {
	var k fault.Check
	k.Field(false, field, message)
	return k.Err()
}
