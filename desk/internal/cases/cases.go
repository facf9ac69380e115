// Package cases brings people to safety and knows at every hour whether they are.
//
// A case is a plain row that names nobody (File) and a safe with everything else:
// parties, triage, risk, consent, plan, check-ins, money, notes. What lies in the
// safe is a stream of editions: nothing is overwritten, an edit names the edition
// it saw, and of two edits that did not see each other both are kept until a
// person settles them. A leg of a movement and a place have safes of their own, so
// that an escort can be given one leg and nothing more. The state of a case is
// derived from what is known (Derive), never chosen from a list.
//
// Rules are plain functions; Book carries the verbs, and each verb loads, decides
// and saves in one transaction with its ledger entry. The sweep of check-ins works
// on plain times alone, so that it runs while the Desk's members are away.
//
// It refuses HTTP, SQL, files and every clock but ours. To a member who is not
// assigned it answers as if the case did not exist. It imports staff, safe, ledger,
// watch and the ground.
package cases

import (
	"context"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

// Within runs f in one transaction, which commits when f returns nil.
type Within func(ctx context.Context, f func(Store) error) error

// Options are what an organisation decides.
type Options struct {
	// Limits gives, by currency, the largest amount in minor units that one
	// person may spend alone. A currency that is not listed always needs two.
	Limits map[string]int64
	// Purse knows the organisation's money; nil: the limits above, no rates, no grants.
	Purse Purse
	// Testimonies takes what a person lets us hand to the record; nil: nothing can be handed over.
	Testimonies Testimonies
	// Cabinet keeps the files of cases; nil: none can be attached.
	Cabinet Cabinet
	// Annexes are rooms above that keep things of their own in the safes of cases.
	Annexes []Annex
	// Rows are plain rows of rooms above, which move with a case to another Desk.
	Rows []Rows
	// Retractions hear, in its transaction, of each consent that is taken back.
	Retractions []Retractions
}

// Book carries the verbs of the room.
type Book struct {
	within, reading Within
	clock           clock.Clock
	options         Options
	finder          *finder
}

// NewBook returns the room's verbs over a store. Reading is used for what opens no safe.
func NewBook(within, reading Within, c clock.Clock, o Options) *Book {
	return &Book{within: within, reading: reading, clock: c, options: o, finder: &finder{}}
}

// Now is the time by the Book's clock; pages show the time that is left by it.
func (b *Book) Now() time.Time { return b.clock.Now() }

// Store is everything that the room needs of one transaction.
type Store interface {
	Files
	Streams
	Stacks
	Legs
	Voices
	Breaches
	Phrases
	Handovers
	Sums
	watch.Store
	Colleagues
	Departures
	FormTexts
	Keeping
	Reminders
	Lapses
	Guard
	safe.Store
	safe.Spares
	Times
	// ShredLedger destroys what the ledger says under a scope.
	ShredLedger(ctx context.Context, scope string) error
}

// Files keeps the plain rows of cases.
type Files interface {
	// AddFile answers a Conflict when the pseudonym or the thread has a case already.
	AddFile(ctx context.Context, f File) error
	File(ctx context.Context, id string) (File, error)
	SaveFile(ctx context.Context, f File) error
	// FilesOf lists the cases whose safe the member has a grant of.
	FilesOf(ctx context.Context, member string) ([]File, error)
	// FilesShown lists one page of the member's cases and one row more when there is
	// another, in the order of their rank; those that are over last.
	FilesShown(ctx context.Context, member string, f Filter, now time.Time) ([]File, error)
	CountFiles(ctx context.Context, member string) (int, error)
	// CountLate counts the check-ins of the member's cases that are late or under alarm.
	CountLate(ctx context.Context, member string) (int, error)
	// ChangedSince lists the member's cases that have an edition newer than a number
	// (of an item's Seq), and gives the newest number of all.
	ChangedSince(ctx context.Context, member string, seq int64) (changed []string, last int64, err error)
	FileOfThread(ctx context.Context, thread string) (File, error)
	// ForgetUpload has the sealed bytes of a file removed after the transaction.
	ForgetUpload(ctx context.Context, upload string) error
	// CheckInsUntil lists at most limit running check-ins of the member's cases that are due before a time, the soonest first.
	CheckInsUntil(ctx context.Context, member string, until time.Time, limit int) ([]watch.Clock, error)
	// FilesHeld lists those of the cases with these ids that the member can open.
	FilesHeld(ctx context.Context, member string, ids []string) ([]File, error)
	// NamesHeld gives the codes and states of those of the cases with these ids that the member can open.
	NamesHeld(ctx context.Context, member string, ids []string) ([]Named, error)
	// FilesDated lists at most limit of the member's cases with a decision, a review or an erasure in a span.
	FilesDated(ctx context.Context, member string, from, until time.Time, limit int) ([]File, error)
	// EraseFile removes the case's row and every row that points to it.
	EraseFile(ctx context.Context, id string) error
}

// Streams keeps the sealed editions of every safe of the room.
type Streams interface {
	// AddItem answers a Conflict when the version exists.
	AddItem(ctx context.Context, i Item) error
	// Items lists all editions in a safe in the order in which they came.
	Items(ctx context.Context, safe string) ([]Item, error)
	// Reseal replaces the sealed bytes of one edition, for a new key.
	Reseal(ctx context.Context, i Item) error
	// DropItem removes every edition of an item.
	DropItem(ctx context.Context, safe, id string) error
	// DropItems removes everything in a safe.
	DropItems(ctx context.Context, safe string) error
}

// Legs ties legs to cases, and finds the safes of a kind.
type Legs interface {
	AddLeg(ctx context.Context, leg, file string) error
	LegsOf(ctx context.Context, file string) ([]string, error)
	CaseOfLeg(ctx context.Context, leg string) (string, error)
	SetStage(ctx context.Context, leg string, s Stage) error
	StageOf(ctx context.Context, leg string) (Stage, error)
	// LegsAlone lists the legs that are not over, of which the member holds the leg and not the case.
	LegsAlone(ctx context.Context, member string) ([]string, error)
	// OthersOut counts the legs of the same case that are being travelled, without this one.
	OthersOut(ctx context.Context, leg string) (int, error)
	// SafesOf lists the safes of a kind ("leg", "place") that a member has a grant of.
	SafesOf(ctx context.Context, kind, member string) ([]string, error)
}

// Voices keeps what needs a second person, and who has spoken.
type Voices interface {
	PutAsk(ctx context.Context, a Ask) error
	CloseAsks(ctx context.Context, safe, item string) error
	// AsksFor lists the open asks in safes that the member can open and has not answered.
	AsksFor(ctx context.Context, member string) ([]Ask, error)
	PutVoice(ctx context.Context, v Voice) error
	VoicesIn(ctx context.Context, safe string) ([]Voice, error)
}

// Colleagues knows who works here.
type Colleagues interface {
	Member(ctx context.Context, id string) (staff.Member, error)
	Members(ctx context.Context) ([]staff.Member, error)
	PutMember(ctx context.Context, m staff.Member) error
	// AbsencesAfter lists when members are away, as far as it is not over.
	AbsencesAfter(ctx context.Context, at time.Time) ([]Absence, error)
}
