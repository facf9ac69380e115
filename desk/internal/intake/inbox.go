package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/ids"
)

// Arrivals keeps sealed envelopes until they are opened.
type Arrivals interface {
	PutArrival(ctx context.Context, a Arrival) (fresh bool, err error) // false: known already, also when it was opened since
	// WaitingArrivals lists what this member may open, oldest first: not what has
	// trouble, and not what continues a conversation that only colleagues can open.
	WaitingArrivals(ctx context.Context, member string, limit int) ([]Arrival, error)
	WaitingOn(ctx context.Context, channel string, until clock.Day) (int, error) // how many wait that came by then
	ArrivalOpened(ctx context.Context, id string) error                          // destroys the sealed bytes, keeps the id
	ArrivalTrouble(ctx context.Context, id, trouble string) error
	TroubledArrivals(ctx context.Context) ([]Arrival, error)
	ArrivalKnown(ctx context.Context, id string) (bool, error) // also one that was opened since
}

// Threads keeps conversations.
type Threads interface {
	Thread(ctx context.Context, id string) (Thread, error)
	ThreadOfMailbox(ctx context.Context, mailbox string) (Thread, error)
	Threads(ctx context.Context, member string) ([]Thread, error) // those whose safe the member can open
	ThreadsInto(ctx context.Context, id string) ([]Thread, error) // the same person's, that follow this one
	PutThread(ctx context.Context, t Thread) error
	AddMessage(ctx context.Context, m Message) error // gives it its place in the thread
	Messages(ctx context.Context, thread string) ([]Message, error)
	HasMessage(ctx context.Context, id string) (bool, error) // in any conversation
	EraseThread(ctx context.Context, id string) error        // with its messages, its grants and what the ledger says of it
}

// IntakeKeys keeps the channels' keys.
type IntakeKeys interface {
	PutIntakeKey(ctx context.Context, k Key) error
	IntakeKeys(ctx context.Context, channel string) ([]Key, error) // newest first; all channels when ""
}

// Store is all that the inbox needs of its transaction.
type Store interface {
	Arrivals
	Threads
	IntakeKeys
	Seconds
	Alarms
	Cards
	Resealer
	Drafts
	Translations
	Merges
	Prints
	Retained
	Settings
	Views
	Rostered
	safe.Store
	staff.Store
	ledger.Appender
	jobs.Queue
}

// Crypto is what the inbox needs from the rooms that may open and close envelopes.
type Crypto struct {
	Generate func(seed []byte) (recipient string, err error)                       // an intake identity
	Unseal   func(seed []byte, sealed envelope.Sealed) (envelope.Message, error)   // at the Desk only
	Looked   func(signKey []byte, l Look) bool                                     // whether a reading was signed by this mailbox's key
	Seal     func(recipient string, p envelope.Plaintext) (envelope.Sealed, error) // to a sender's mailbox
}

// Inbox is where conversations are held.
type Inbox struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Crypto  Crypto
	Record  Testimonies // nil: nothing can be handed to the record
	Floor   uint64      // the lowest serial of a new key; raised by a restore
	Gate    Gate        // nil: no answer leaves
	Signs   Signs       // nil: no case hears of signs of life
	Mail    Mailer      // nil: no answer leaves by e-mail
	// Page is where people write to us on the page, in a language; nil or empty: it is not told by mail.
	Page func(lang string) string
}

// Gate lets the words of an answer leave the Desk, or refuses them. It runs in
// the transaction of the answer; publish.Gateway is the only one.
type Gate interface {
	PassReply(ctx context.Context, tx Store, actor staff.Actor, thread, words string, meant bool) error
}

// Testimony is what a sender agreed to have recorded: their words and a name
// that leads nowhere but through the thread's safe.
type Testimony struct {
	Source   string // the same sender always has the same one
	Words    string
	Language string
	Day      clock.Day
}

// Testimonies takes testimonies, in the transaction of the handing over.
type Testimonies interface {
	Testify(ctx context.Context, tx Store, by staff.Actor, t Testimony) (item string, err error)
}

// Job kinds that the courier does.
const (
	JobReply   = "hatch.reply"   // Body: a Reply as JSON; of older Desks
	JobReplies = "hatch.replies" // Body: a list of Reply as JSON, brought in one request
	JobErase   = "hatch.erase"   // Body: the mailbox's id as a JSON string, or a list of them
)

// Reply is one sealed message on its way to a mailbox.
type Reply struct {
	ID      string          `json:"id"`
	Mailbox string          `json:"mailbox"`
	Sealed  envelope.Sealed `json:"sealed"`
	Expires clock.Day       `json:"expires"`
}

// replyKept is how long a reply waits at the Front to be read.
const replyKept = 60 * 24 * time.Hour

// begin makes a thread's safe for those on duty and for the actor.
func (b *Inbox) begin(ctx context.Context, s Store, actor staff.Actor, id string) (safe.Safe, error) {
	readers, err := onDuty(ctx, s, b.Clock.Now())
	if err != nil {
		return safe.Safe{}, err
	}
	if !slices.ContainsFunc(readers, func(m staff.Member) bool { return m.ID == actor.ID }) {
		readers = append(readers, actor.Member)
	}
	return safe.Make(ctx, s, id, readers...)
}

// open opens a thread's safe for the actor, or answers NotFound.
func open(ctx context.Context, s safe.Store, actor staff.Actor, thread string) (safe.Safe, error) {
	return safe.For(ctx, s, actor, thread)
}

func add(ctx context.Context, s Store, sf safe.Safe, m Message, content envelope.Message) error {
	m.ID = ids.New("message")
	return put(ctx, s, sf, m, content)
}

// put is add for a message that has its id.
func put(ctx context.Context, s Store, sf safe.Safe, m Message, content envelope.Message) error {
	plain, err := json.Marshal(content)
	if err != nil {
		return err
	}
	m.Sealed = sf.Put("thread.message/"+m.ID, plain)
	return s.AddMessage(ctx, m)
}

// List returns the threads that the actor can open, in the inbox's order.
func (b *Inbox) List(ctx context.Context, actor staff.Actor) ([]Thread, error) {
	var out []Thread
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.Threads(ctx, actor.ID)
		return err
	})
	out = Families(out)
	slices.SortStableFunc(out, Order)
	return out, err
}

// blank reports whether there are no words at all.
func blank(s string) bool { return strings.TrimSpace(s) == "" }
