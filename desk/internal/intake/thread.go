// Package intake receives what people send and answers them.
//
// Sealed envelopes come from the Front as arrivals and are kept as they came
// until somebody on duty is signed in: only then does an intake key open them.
// What was said moves in the same transaction into the thread's own safe, and
// the envelope is destroyed, so that later neither the Front nor the intake key
// can open it again. A thread is one conversation with one sender, over the
// page, the command line or the phone. Words of a sender are never changed.
//
// The package refuses HTTP, SQL and keys of its own; it imports staff, safe,
// ledger, jobs and the envelope's format.
package intake

import (
	"slices"
	"time"

	"waylight/desk/internal/safe"
	"waylight/internal/clock"
	"waylight/internal/envelope"
)

// Urgency is how urgent the sender says it is.
type Urgency string

// The urgencies, most urgent first; Unstated when the question was skipped.
const (
	Now      Urgency = "now"
	Days     Urgency = "days"
	NotNow   Urgency = "not-now"
	Unstated Urgency = ""
)

// answerWithin is how long a first reading may take before the thread is late.
// An unstated urgency is treated like danger within days: who skips the
// question may have no time for it.
func (u Urgency) answerWithin() time.Duration {
	switch u {
	case Now:
		return 15 * time.Minute
	case NotNow:
		return 72 * time.Hour
	default:
		return 12 * time.Hour
	}
}

// rank orders urgencies for the inbox.
func (u Urgency) rank() int {
	return slices.Index([]Urgency{Now, Days, Unstated, NotNow}, u)
}

// UrgencyOf reads the answers: the question is "danger", see the Front's forms.
func UrgencyOf(answers []envelope.Answer) Urgency {
	for _, a := range answers {
		if a.Question == QuestionUrgency && len(a.Values) == 1 {
			switch u := Urgency(a.Values[0]); u {
			case Now, Days, NotNow:
				return u
			}
		}
	}
	return Unstated
}

// QuestionUrgency is the id of the question about danger in every questionnaire.
const QuestionUrgency = "danger"

// State is where a thread stands; it follows from what happened.
type State string

// The states.
const (
	Unread State = "unread" // nobody has read it yet
	Ours   State = "ours"   // they wrote last: it is our turn
	Theirs State = "theirs" // we wrote last
	Closed State = "closed"
)

// Thread is one conversation. It holds nothing that was said.
type Thread struct {
	ID        string
	Channel   string
	Mailbox   string // hex id; empty for a phone call
	SignKey   []byte // verifies that a follow-up comes from the same sender
	Lang      string
	Via       envelope.Via
	Urgency   Urgency
	Arrived   time.Time
	FirstRead time.Time // zero: unread
	Reader    string    // member who read it first
	Assignee  string
	LastIn    time.Time
	LastOut   time.Time
	ClosedAt  time.Time
	Case      string // set when a case was opened from it
	Files     int
	Since     time.Time // it is our turn since then; also the earliest time at which the message may have been sent
	Aside     time.Time // when somebody set it aside, with the reason
	AsideWhy  Doubt
	Into      string    // the thread of the same person that leads; empty: this one
	Second    bool      // an answer needs a second person
	Held      Hold      // why the clock may not erase it
	EraseBy   clock.Day // asked for by a person; empty: by the rule
}

// State derives where the thread stands.
func (t Thread) State() State {
	switch {
	case !t.ClosedAt.IsZero() && !t.LastIn.After(t.ClosedAt):
		return Closed // a later message opens it again
	case t.FirstRead.IsZero():
		return Unread
	case t.LastOut.After(t.LastIn):
		return Theirs
	default:
		return Ours
	}
}

// Due is until when somebody must have read it, or answered what nobody answered
// yet; zero when nothing waits. Who writes again while waiting loses no time by it.
func (t Thread) Due() time.Time {
	if t.IsAside() {
		return time.Time{}
	}
	switch t.State() {
	case Unread, Ours:
		from := t.Since
		if from.IsZero() {
			from = t.LastIn
		}
		return from.Add(t.Urgency.answerWithin())
	default:
		return time.Time{}
	}
}

// comes notes a message that came at a time and may have been on its way since another.
func (t *Thread) comes(at, since time.Time) {
	if s := t.State(); t.LastIn.IsZero() || t.Since.IsZero() || s == Theirs || s == Closed {
		t.Since = since
	}
	t.LastIn = at
}

// Order sorts threads for the inbox: what is most urgent and waits longest first, closed last.
func Order(a, b Thread) int {
	ad, bd := a.Due(), b.Due()
	if ad.IsZero() != bd.IsZero() {
		if ad.IsZero() {
			return 1
		}
		return -1
	}
	if ad.IsZero() {
		return b.LastIn.Compare(a.LastIn)
	}
	if r := a.Urgency.rank() - b.Urgency.rank(); r != 0 {
		return r
	}
	return ad.Compare(bd)
}

// Direction says who speaks in a message.
type Direction string

// The directions.
const (
	In     Direction = "in"     // from the sender, through the Front
	Forced Direction = "forced" // written with the second code: somebody makes them write
	Out    Direction = "out"    // from us, to the sender's mailbox
	Phone  Direction = "phone"  // the caller's words, written down by an operator
	Note   Direction = "note"   // between colleagues
)

// Message is one message of a thread as it is kept.
type Message struct {
	ID        string
	Thread    string
	Seq       int64 // order within the thread
	Direction Direction
	Author    string // member id; empty when from outside
	At        time.Time
	Sealed    safe.Sealed // in the thread's safe: an envelope.Message as JSON
}

// Opened is a message with its content.
type Opened struct {
	Message
	Content      envelope.Message
	Translations []Translated
	Approver     string // the second person who agreed to an answer
}

// Arrival is an envelope as the Front handed it over.
type Arrival struct {
	ID      string // the sender's, 32 hex digits
	Channel string
	Mailbox string
	SignKey []byte
	Day     clock.Day
	Sealed  envelope.Sealed
	Uploads []Upload
	At      time.Time
	Since   time.Time // it may have waited at the Front since then: when the Desk called there before
	Trouble string    // why it could not be opened; empty while it waits
}

// Upload names the sealed chunks that came with an arrival.
type Upload struct {
	ID     string `json:"id"`
	Chunks int    `json:"chunks"`
}

// Key is an intake key of a channel. Its seed lies in a safe of its own, for
// the people on duty.
type Key struct {
	ID        string // also the safe's id
	Channel   string
	Recipient string
	Serial    uint64
	From      clock.Day
	Until     clock.Day
	Sealed    safe.Sealed // the seed
}

// Gone reports whether the private half was destroyed.
func (k Key) Gone() bool { return len(k.Sealed) == 0 }

// Channel is one way to reach the organisation.
type Channel struct {
	ID    string            `json:"id"`
	Names map[string]string `json:"names"` // by language
	// Second says that every answer of this channel needs a second person.
	Second bool `json:"second,omitempty"`
}
