// Package capture keeps pages of the web as evidence: who asked for a page, when,
// by which way, what came, and how it differs from the time before.
//
// A page is taken because a person asked for it and said that they know what the
// site learns; never by itself. What came is kept as files of evidence that are
// made from one another: the traffic to the byte; from it the page as it was
// received, and its heads with the certificates; from the page its picture and the
// page in one file. Addresses lie sealed: which page somebody looks at tells whom
// they look for. A capture that was made elsewhere is kept as it came, with its
// kind and, where it holds them, its own checksums looked at. The package refuses
// the network, HTTP, SQL and files; it imports evidence, record, snare for what was
// taken, safe, staff, ledger and the ground.
package capture

import (
	"context"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/snare"
	"waylight/internal/clock"
)

// Way says how a page was taken.
type Way string

// The ways.
const (
	Plain   Way = "plain"   // without a browser
	Still   Way = "still"   // with one that runs no script
	Browser Way = "browser" // with one that runs the page's scripts
	Brought Way = "brought" // by somebody else, elsewhere
)

// State says how far a capture is.
type State string

// The states.
const (
	Taking State = "taking"
	Kept   State = "kept"
	Failed State = "failed" // nothing was kept
)

// CutShort is after how long a capture that has not ended never will: the Desk was
// stopped in the middle of it.
const CutShort = 5 * time.Minute

// Capture is one page, once.
type Capture struct {
	ID, Item string
	Way      Way
	State    State
	Root     string // the file from which the others were made
	Safe     string
	Sealed   safe.Sealed // Facts
	By       string
	At       time.Time
}

// Kind says what a file of a capture is.
type Kind string

// The kinds.
const (
	Traffic Kind = "traffic" // WARC
	Page    Kind = "page"    // the body of the answer
	Heads   Kind = "heads"   // heads and certificates
	Picture Kind = "picture" // PNG
	Single  Kind = "single"  // MHTML
	Packed  Kind = "packed"  // WACZ, brought
)

// Part is a file of a capture.
type Part struct {
	Kind Kind   `json:"kind"`
	File string `json:"file"`
}

// Facts are what only those may know who can open the safe.
type Facts struct {
	Asked        string       `json:"asked"`
	Final        string       `json:"final,omitempty"`
	Title        string       `json:"title,omitempty"`
	Status       int          `json:"status,omitempty"`
	Server       string       `json:"server,omitempty"`
	Tool         string       `json:"tool,omitempty"`
	Started      time.Time    `json:"started,omitzero"`
	Ended        time.Time    `json:"ended,omitzero"`
	Hops         []snare.Hop  `json:"hops,omitempty"`
	Certificates []string     `json:"certificates,omitempty"`
	Exchanges    int          `json:"exchanges,omitempty"`
	Notes        []snare.Note `json:"notes,omitempty"`
	Turned       []string     `json:"turned,omitempty"`
	Type         string       `json:"type,omitempty"`
	Parts        []Part       `json:"parts"`
	Before       string       `json:"before,omitempty"` // the capture of the same address before
	Difference   *Difference  `json:"difference,omitempty"`
	When         string       `json:"when,omitempty"`   // of a brought one, as it was said
	Inside       *Inside      `json:"inside,omitempty"` // of a brought one, as it says itself
}

// Opened is a capture with its facts, for who may know them.
type Opened struct {
	Capture
	Facts
	Open bool
	Gone bool // destroyed
	Dead bool // it will never end
}

// Captures keeps captures. What was kept is never changed.
type Captures interface {
	AddCapture(ctx context.Context, c Capture) error
	Capture(ctx context.Context, id string) (Capture, error)
	CapturesOf(ctx context.Context, item string) ([]Capture, error) // newest first
	EndCapture(ctx context.Context, c Capture) error                // once
}

// Store is everything that the room needs of one transaction.
type Store interface {
	Captures
	evidence.Store
}

// Within runs f in one transaction.
type Within func(ctx context.Context, f func(Store) error) error

// Snare visits pages.
type Snare interface {
	Take(ctx context.Context, address string, how snare.How) (*snare.Taken, error)
	Check(address string) error
	HasBrowser() bool
	RunsScripts() bool
	Proxied() bool
}

// Keeper carries the verbs of the room.
type Keeper struct {
	Within, Reading Within
	Locker          *evidence.Locker
	Clock           clock.Clock
	Snare           Snare  // nil: pages are not taken here, only brought
	Kept            func() // something was kept that wants a time stamp now; it may be nil
}

// Ways lists those that are allowed here, first the one that is proposed.
func (k *Keeper) Ways() []Way {
	switch {
	case k.Snare == nil:
		return nil
	case k.Snare.RunsScripts():
		return []Way{Still, Browser, Plain}
	case k.Snare.HasBrowser():
		return []Way{Still, Plain}
	}
	return []Way{Plain}
}

// Proxied reports whether sites see a proxy instead of this machine.
func (k *Keeper) Proxied() bool { return k.Snare != nil && k.Snare.Proxied() }
