// Package evidence keeps files that prove something: what came with an item of
// the record, what was made from it, who had it in hands, and when it is known to
// have existed.
//
// The content is hashed as it comes and lies sealed in the vault under a key of
// its own; that key, name, hash and description lie in a safe: the item's, or one
// of the file's own. Nothing of a file is ever changed: a redaction, a transcript
// or a frame is another file that says what it was made from. Whatever is done
// with a file is a custody event in the ledger, numbered, each naming the one
// before it. Ledger and time stamps hold a salted commitment, never a hash that
// somebody could compare with a file of their own.
//
// The Locker carries the verbs, each in one transaction with its ledger entry.
// It refuses HTTP, SQL, files and a clock but ours. It imports record, vault,
// exhibit, stamp, safe, traces, staff, ledger and the ground.
package evidence

import (
	"context"
	"io"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
	"waylight/internal/exhibit"
)

// Step says how a file was made from another.
type Step string

// The steps; None for what came from outside.
const (
	None        Step = ""
	Redaction   Step = "redaction"
	Transcript  Step = "transcript"
	Translation Step = "translation"
	Frame       Step = "frame" // a picture out of a film
	Excerpt     Step = "excerpt"
)

// The steps of a captured page, which nobody chooses.
const (
	Body  Step = "body"  // out of the traffic: the page as it was received
	Heads Step = "heads" // out of the traffic: heads and certificates
	Drawn Step = "drawn" // from the page: as a browser drew it
	Whole Step = "whole" // from the page: with its parts, in one file
)

// Steps lists those that a person may choose.
func Steps() []Step { return []Step{Redaction, Transcript, Translation, Frame, Excerpt} }

// Purpose says what a file is opened for. It stands in the ledger, so it is one
// of a few words and never a person's own.
type Purpose string

// The purposes.
const (
	Examine  Purpose = "examine"
	Describe Purpose = "describe" // to write down what it shows
	Redact   Purpose = "redact"
	Court    Purpose = "court"
	Inquiry  Purpose = "inquiry"
	Family   Purpose = "family"
	Safety   Purpose = "safety" // somebody's life depends on it
)

// Purposes lists them in the order of pages.
func Purposes() []Purpose {
	return []Purpose{Examine, Describe, Redact, Court, Inquiry, Family, Safety}
}

// File is one piece of evidence as everybody who reads the record may know it.
type File struct {
	ID        string
	Item      string
	From      string // the file that it was made from, or ""
	Step      Step
	Blob      string
	Safe      string
	Sealed    safe.Sealed // Facts
	Commit    [32]byte    // see stamp.Commit
	Sensitive bool        // never named to an authority, not even by a commitment
	By        string
	At        time.Time
}

// Facts are what only those may know who can open the safe.
type Facts struct {
	Name        string   `json:"name"` // as it was called where it came from
	Type        string   `json:"type"` // sniffed
	Size        int64    `json:"size"`
	SHA256      [32]byte `json:"sha256"`
	Salt        [32]byte `json:"salt"`
	Key         [32]byte `json:"key"`
	Description string   `json:"description"` // what it shows, for who must decide whether to look
	Graphic     bool     `json:"graphic"`
	How         string   `json:"how,omitempty"` // how it was taken or made, with which tool
	URL         string   `json:"url,omitempty"`
}

// In is what a person says about a file that they bring.
type In struct {
	Name, Description, How, URL string
	Type                        string // when it is known better than by its first bytes
	Graphic, Sensitive          bool
}

// State is how a sealed file was when somebody last looked.
type State string

// The states.
const (
	Good    State = "good"
	Altered State = "altered"
	Missing State = "missing"
)

// Blob is the sealed bytes that one or more files share.
type Blob struct {
	ID      string
	Tag     [32]byte // keyed hash of the content: finds the same content again
	Wrapped []byte   // the key, for who has the content
	Sums    []byte
	Checked time.Time
	State   State
}

// Event is one custody event.
type Event struct {
	exhibit.Detail
	Seq    int64
	At     time.Time
	Actor  string
	Action string
	Record []byte // as the ledger keeps it; nil when it was destroyed
}

// View lets one member look at one file for a while.
type View struct {
	ID, File, Member, Session string
	Until                     time.Time
}

// Batch is a list of commitments that one token stamps.
type Batch struct {
	ID        string
	Authority string
	Token     []byte
	At        time.Time // as the token says
	Files     []string
	Commits   [][32]byte
}

// Files keeps evidence. There is no way to change a file.
type Files interface {
	AddEvidence(ctx context.Context, f File) error
	Evidence(ctx context.Context, id string) (File, error)
	EvidenceOf(ctx context.Context, item string) ([]File, error)   // oldest first
	EvidenceFrom(ctx context.Context, file string) ([]File, error) // made from it, oldest first
}

// Blobs keeps what is known of the sealed bytes.
type Blobs interface {
	AddBlob(ctx context.Context, b Blob) error
	Blob(ctx context.Context, id string) (Blob, error)
	BlobByTag(ctx context.Context, tag [32]byte) (Blob, error)
	BlobChecked(ctx context.Context, id string, s State, at time.Time) error
	BlobsDue(ctx context.Context, before time.Time, limit int) ([]Blob, error)
	BlobsWrong(ctx context.Context) ([]Blob, error)
	// Orphans lists blobs of which no file can be opened by anybody any more.
	Orphans(ctx context.Context) ([]string, error)
	DropBlob(ctx context.Context, id string) error
	FilesOfBlob(ctx context.Context, id string) ([]File, error)
	// EvidenceSecret is 32 random bytes of this Desk, made at the first use.
	EvidenceSecret(ctx context.Context) ([32]byte, error)
}

// Custody keeps the chain of events of each file.
type Custody interface {
	// LastEvent gives number and digest of a file's last event; 0 and "" before the first.
	LastEvent(ctx context.Context, file string) (number int, digest string, err error)
	// AppendEvent writes the ledger entry and its place in the chain.
	AppendEvent(ctx context.Context, file string, number int, e ledger.Entry) error
	Events(ctx context.Context, file string) ([]Event, error)
	// ProveEvents gives the state of the ledger and the proof of each entry in it.
	ProveEvents(ctx context.Context, seqs []int64) (exhibit.Checkpoint, []tlog.RecordProof, error)
}

// Views keeps who may look at what just now.
type Views interface {
	AddView(ctx context.Context, v View) error
	View(ctx context.Context, id string) (View, error)
	EndedViews(ctx context.Context, before time.Time) ([]string, error)
	DropViews(ctx context.Context, before time.Time) error
}

// Stamps keeps time stamps.
type Stamps interface {
	Unstamped(ctx context.Context, authority string, limit int) ([]File, error) // neither sensitive nor stamped by it, by commitment
	AddBatch(ctx context.Context, b Batch) error                                // with its members in their order
	BatchesOf(ctx context.Context, file string) ([]Batch, error)
}

// Store is everything that the room needs of one transaction.
type Store interface {
	Files
	Blobs
	Custody
	Views
	Stamps
	Packages
	record.Store
}

// Vault keeps the sealed bytes.
type Vault interface {
	Seal(r io.Reader) (vault.Blob, error)
	Open(b vault.Blob) (*vault.Reader, error)
	Check(id string, sums []byte) error
	Remove(id string) error
}

// Within runs f in one transaction.
type Within func(ctx context.Context, f func(Store) error) error

// Locker carries the verbs of the room.
type Locker struct {
	Within, Reading Within
	Vault           Vault
	Clock           clock.Clock
	Gate            Gate    // packages pass it
	Experts         Experts // whose opinions packages enclose; nil: there are none
	// Inspect looks through a file of a length in bytes for what it tells besides what it
	// shows. Nil: nothing is looked through, and every file counts as unread.
	Inspect func(ctx context.Context, r io.ReadSeeker, size int64) (traces.Report, error)

	mu   sync.Mutex
	seen map[string][]Seen // by package, while the Desk is unlocked: nothing of it is kept
}

// reading are the roles that may look; a grant is needed besides.
func reading(by staff.Actor) error { return by.Must(record.Readers()...) }
