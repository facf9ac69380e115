// Package exchange hands people's cases to partner organisations and takes theirs.
//
// A partner is known by its card and by the words of its fingerprint, which two
// members compared on the phone. What leaves is one sealed and signed file (ground
// package referral) that any way may carry: it was chosen field by field, a consent
// of the person covers it by recipient, purpose and kind of data, and it passed the
// leak guard, of which the consent lifts the person's own terms and nothing else.
// Answers and revocations go the same road. Each package counts once.
//
// A person whose referral waits stays ours: nothing ends here because something
// was sent. It refuses HTTP, SQL, files and every clock but ours. It imports staff,
// safe, ledger, cases, traces, and of the ground referral, bundle and agekey.
package exchange

import (
	"context"
	"crypto/ed25519"
	"io"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/referral"
)

// Liaison carries the verbs of the room.
type Liaison struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Book    *cases.Book
	Gate    Gate
	// Inspect looks through a file of a length in bytes for what it tells besides what it
	// shows. Nil: nothing is looked through, and every file counts as unread.
	Inspect func(ctx context.Context, r io.ReadSeeker, size int64) (traces.Report, error)
	// Signer is the organisation key; Names the organisation's own, by language.
	Signer bundle.Signer
	Names  map[string]string
}

// Gate lets a text leave for a partner, or refuses it.
type Gate interface {
	PassReferral(ctx context.Context, tx Store, actor, subject, class string, parts []string) error
}

// Store is what the room needs of one transaction.
type Store interface {
	cases.Store
	Keys
	Partners
	Parcels
	// ConsentTerm lets the owner's terms of a kind pass to a class of readers.
	ConsentTerm(ctx context.Context, owner, kind, class, consent string, until clock.Day) error
	// WithdrawTerm ends what a consent allowed.
	WithdrawTerm(ctx context.Context, consent string) error
}

// Keys keeps the referral keys.
type Keys interface {
	AddExchangeKey(ctx context.Context, k Key) error
	// ExchangeKeys lists them, the newest first.
	ExchangeKeys(ctx context.Context) ([]Key, error)
	ResealExchangeKey(ctx context.Context, k Key) error
}

// Partners keeps who the partners are.
type Partners interface {
	PutPartner(ctx context.Context, p Partner) error
	Partner(ctx context.Context, id string) (Partner, error)
	PartnerOf(ctx context.Context, organisation string) (Partner, error)
	Partners(ctx context.Context) ([]Partner, error)
	Vouch(ctx context.Context, partner, member string, at time.Time) error
	DropVouches(ctx context.Context, partner string) error
}

// Parcels keeps referrals and what went to and fro.
type Parcels interface {
	AddHandover(ctx context.Context, h cases.Handover) error
	SaveHandover(ctx context.Context, h cases.Handover) error
	Handover(ctx context.Context, id string) (cases.Handover, error)
	// Handovers lists those whose case the member can open, and all that came and have no case yet.
	Handovers(ctx context.Context, member string) ([]cases.Handover, error)
	HandoversBy(ctx context.Context, consent string) ([]cases.Handover, error)
	AddParcel(ctx context.Context, p Parcel) error
	// Parcel gives one with its bytes; ParcelsOf lists those of a referral without.
	Parcel(ctx context.Context, id string) (Parcel, error)
	ParcelsOf(ctx context.Context, referral string) ([]Parcel, error)
	ParcelGiven(ctx context.Context, id string, at time.Time) error
	// DropSealed destroys the bytes of what came about a referral and is of a kind.
	DropSealed(ctx context.Context, referral string, kind referral.Kind) error
	AddReferralFile(ctx context.Context, referral string, n int, sealed []byte) error
	ReferralFile(ctx context.Context, referral string, n int) ([]byte, error)
}

// Key is one referral key.
type Key struct {
	Serial    uint64
	Safe      string // "exchange_…"
	Recipient string
	Made      time.Time
	Sealed    []byte // the seed, in the safe
}

// Parcel is one sealed file that was made here or came.
type Parcel struct {
	ID       string
	Referral string
	In       bool
	Kind     referral.Kind
	Reply    referral.Reply
	Digest   string
	At       time.Time
	Given    time.Time // of one that we made: when somebody last took it to carry it; zero: never
	Sealed   []byte    // nil: destroyed, or not asked for
}

// PartnerState is how far we know a partner.
type PartnerState string

// The states.
const (
	Asked     PartnerState = "asked" // one of two members compared the words
	Confirmed PartnerState = "confirmed"
	Stopped   PartnerState = "stopped"
)

// Partner is another organisation.
type Partner struct {
	ID    string
	Card  referral.Card
	Text  []byte // the card as it was signed
	State PartnerState
	At    time.Time
	Words []Vouch
}

// Vouch is a member who compared the words.
type Vouch struct {
	Member string
	At     time.Time
}

// Name is the partner's name in a language, or in any.
func (p Partner) Name(lang string) string {
	for _, l := range []string{lang, "en", "ru"} {
		if n := p.Card.Name[l]; n != "" {
			return n
		}
	}
	for _, n := range p.Card.Name {
		return n
	}
	return p.Card.Organisation
}

// Key is the partner's organisation key.
func (p Partner) Key() ed25519.PublicKey { return p.Card.Key }

// Carriers are the roles that take referrals in.
func Carriers() []staff.Role { return []staff.Role{staff.Intake, staff.Caseworker} }

// Keepers are the roles that say who is a partner.
func Keepers() []staff.Role { return []staff.Role{staff.Caseworker, staff.Security} }

// ours is the ID of this organisation.
func (l *Liaison) ours() string { return bundle.ID(l.Signer.Public()) }

// confirmed finds a partner with whom packages may be exchanged.
func confirmed(ctx context.Context, tx Store, id string) (Partner, error) {
	p, err := tx.Partner(ctx, id)
	if err != nil {
		return p, err
	}
	if p.State != Confirmed {
		return p, fault.New(fault.Conflict, "Two members must have compared this partner's words on the phone before anything goes there.")
	}
	return p, nil
}
