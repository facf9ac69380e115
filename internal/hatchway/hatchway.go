// Package hatchway is the road between a Desk and its Front: what is said
// through the hatch, how a request is signed, and the client that the Desk's
// courier uses. The Front's half is front/internal/hatch.
//
// The Desk always calls, the Front never does. Everything that passes is sealed
// (envelopes, chunks, replies) or signed for the public (keys, pages). A request
// carries the desk-front key's signature over method, path, body, time and a
// nonce; an answer is believed as far as the line to the Front is. It imports
// clock and the standard library. The format is described in
// docs/formats/hatch.md.
package hatchway

import "waylight/internal/clock"

// The paths. {…} stand for an upload's id (32 hex digits) and a chunk's index.
const (
	Prefix         = "/hatch/v1/"
	PathPull       = Prefix + "pull"                   // POST Pull: Pulled
	PathChunk      = Prefix + "chunk/{upload}/{index}" // GET: the sealed chunk
	PathDone       = Prefix + "confirm"                // POST Confirm: Done
	PathReply      = Prefix + "replies"                // POST Replies: Delivered
	PathKeys       = Prefix + "keys"                   // POST Keys: Done
	PathPages      = Prefix + "pages"                  // POST Publication: Done
	PathErase      = Prefix + "erase-mailbox"          // POST Erase: Done
	PathLog        = Prefix + "keylog"                 // GET: KeyLog
	PathStatus     = Prefix + "status"                 // GET: Status
	PathPetitions  = Prefix + "petitions"              // POST Petitions: Done
	PathSigned     = Prefix + "signatures"             // POST Signed: SignedPage
	PathSignedDone = Prefix + "signatures/confirm"     // POST SignedConfirm: Done
	PathCodes      = Prefix + "codes"                  // POST Codes: Done
	PathCounts     = Prefix + "counts"                 // POST CountsOf: Counts
)

// Limits of one request, in bytes and in things.
const (
	MaxBody  = 8 << 20  // of every request but pages
	MaxPages = 96 << 20 // of a publication
	MaxPull  = 500      // envelopes
)

// Pull asks for envelopes with ids above After, in the order of ids. A courier
// starts from "" each round: ids are random, so new ones come before old ones.
type Pull struct {
	After string `json:"after"` // 32 hex digits, or empty
	Max   int    `json:"max"`   // 1 to MaxPull
}

// Pulled is the answer to Pull.
type Pulled struct {
	Envelopes []Envelope `json:"envelopes"`
	More      bool       `json:"more"`                // ask again after the last id
	Looks     []Look     `json:"looks,omitempty"`     // signed readings of mailboxes, with the first page
	KeptDays  int        `json:"kept_days,omitempty"` // an envelope that is not fetched for so many days is deleted
	Refuses   string     `json:"refuses,omitempty"`   // "files" or "all": what the Front does not take, because its disk is full
}

// Look is a signed reading of a mailbox, of whichever code: the Front cannot tell
// them apart. The Desk checks the signature, acts when the mailbox belongs to a
// second code, and forgets all others.
type Look struct {
	Mailbox   string    `json:"mailbox"`
	Day       clock.Day `json:"day"`
	Nonce     string    `json:"nonce"`     // 32 hex digits
	Signature []byte    `json:"signature"` // tag waylight/v1/read
}

// Envelope is one sealed message as the Front holds it.
type Envelope struct {
	ID      string    `json:"id"`
	Channel string    `json:"channel"`
	Mailbox string    `json:"mailbox"`
	SignKey []byte    `json:"sign_key"` // Ed25519, of the mailbox
	Day     clock.Day `json:"day"`      // of arrival
	Sealed  []byte    `json:"sealed"`   // an age file
	Uploads []Upload  `json:"uploads,omitempty"`
}

// Upload names the sealed chunks of one file, 0 to Chunks-1.
type Upload struct {
	ID     string `json:"id"`
	Chunks int    `json:"chunks"`
}

// Confirm says that the Desk holds these envelopes durably, with all chunks:
// the Front forgets them. Unknown ids are passed over.
type Confirm struct {
	IDs   []string  `json:"ids"`
	Looks []LookRef `json:"looks,omitempty"`
}

// LookRef names a reading that the Desk has taken.
type LookRef struct {
	Mailbox string `json:"mailbox"`
	Nonce   string `json:"nonce"`
}

// Replies puts sealed replies into mailboxes. The same reply again is no error.
type Replies struct {
	Replies []Reply `json:"replies"`
}

// Reply is one message sealed to a mailbox.
type Reply struct {
	ID      string    `json:"id"` // 32 hex digits, chosen by the Desk
	Mailbox string    `json:"mailbox"`
	Sealed  []byte    `json:"sealed"`
	Expires clock.Day `json:"expires_day"` // last day on which the Front serves it
}

// Delivered is the answer to Replies.
type Delivered struct {
	Gone []string `json:"gone"` // replies whose mailbox is not there: its owner erased it
}

// Keys posts signed key bundles; a serial must be above the channel's last. Each
// is appended to the organisation's public log, in this order.
type Keys struct {
	Notes      []string `json:"notes"`
	Checkpoint string   `json:"checkpoint,omitempty"` // bundle.Checkpoint, signed; of the log with these notes
}

// KeyLog is an organisation's public log of key bundles, the oldest first.
type KeyLog struct {
	Notes      []string `json:"notes"`
	Checkpoint string   `json:"checkpoint"` // the last one taken; empty: none yet
}

// Publication replaces all public pages of the organisation at once.
type Publication struct {
	Manifest string     `json:"manifest"` // bundle.Pages, signed
	Pages    []PageBody `json:"pages"`    // exactly those that the manifest names
}

// PageBody is the content of one page.
type PageBody struct {
	Path string `json:"path"`
	Body []byte `json:"body"`
}

// Erase removes mailboxes and the replies in them.
type Erase struct {
	Mailboxes []string `json:"mailboxes"`
}

// Done is the answer to a change that has no other.
type Done struct {
	Done bool `json:"done"`
}

// Status says how the Front stands, as far as this Desk may know.
type Status struct {
	Waiting     map[string]int    `json:"waiting"`      // envelopes by channel
	KeySerials  map[string]uint64 `json:"key_serials"`  // by channel; absent: no key yet
	PagesSerial uint64            `json:"pages_serial"` // 0: nothing published
	Day         clock.Day         `json:"day"`          // the Front's
	Salt        []byte            `json:"salt"`         // public salt of the mailboxes
}

// Code is a reason for a refusal.
type Code string

// The codes.
const (
	BadRequest   Code = "bad-request"   // 400
	Unauthorized Code = "unauthorized"  // 401: unknown key, wrong signature, or a nonce used twice
	Clock        Code = "clock"         // 401: the clocks differ by more than Tolerance; Time is the Front's
	NotFound     Code = "not-found"     // 404
	Conflict     Code = "conflict"      // 409: the id was used before, with other content
	Rollback     Code = "rollback"      // 409: a serial that is not above the last
	BadSignature Code = "bad-signature" // 422: a note that the organisation key did not sign
	TooLarge     Code = "too-large"     // 413
	Busy         Code = "busy"          // 503: try again
)

// Refusal is the body of every answer that is not 200, and the client's error.
type Refusal struct {
	Code    Code   `json:"error"`
	Message string `json:"message"`
	Time    int64  `json:"time,omitempty"` // the Front's clock in Unix seconds, for Clock
}

func (r *Refusal) Error() string { return "the Front refused (" + string(r.Code) + "): " + r.Message }
