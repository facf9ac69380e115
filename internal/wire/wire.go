// Package wire is what a sender's device and the Front say to each other: paths,
// JSON shapes, limits, error codes and what is signed.
//
// It has no behaviour and knows nothing of HTTP. Both sides and the page's script
// follow docs/formats/front-protocol.md, of which this is the Go form. It imports
// only the standard library and package clock.
package wire

import (
	"crypto/sha256"

	"waylight/internal/clock"
)

// The paths. {…} stand for identifiers of 32 lower-case hex digits, and a
// chunk's index in decimal.
const (
	PathChannels  = "/w/v1/channels"                                 // GET: Channels
	PathUpload    = "/w/v1/uploads/{upload}"                         // GET: Upload
	PathChunk     = "/w/v1/uploads/{upload}/{index}"                 // PUT: one sealed chunk; 204
	PathEnvelopes = "/w/v1/envelopes"                                // POST: Envelope; 201 or 200 Stored
	PathRead      = "/w/v1/mailboxes/{id}/read"                      // POST: Access; Replies
	PathErase     = "/w/v1/mailboxes/{id}/erase"                     // POST: Access; 204
	PathPetition  = "/w/v1/petitions/{petition}"                     // GET: Petition
	PathSignature = "/w/v1/petitions/{petition}/signatures/{number}" // PUT: one sealed signature; 201 or 200 Stored
)

// WorkHeader carries the work for a signature: task and answer in base64, with a
// colon between them.
const WorkHeader = "Waylight-Work"

// Petition is a petition's statement as the organisation signed it.
type Petition struct {
	Statement       string `json:"statement"`
	OrganisationKey []byte `json:"organisation_key"`
}

// Channels is what a sender needs before writing.
type Channels struct {
	Salt     []byte    `json:"salt"` // 32 bytes
	Channels []Channel `json:"channels"`
}

// Channel is one way to reach an organisation.
type Channel struct {
	ID              string            `json:"id"`
	Organisation    string            `json:"organisation"` // bundle.ID of OrganisationKey
	Name            map[string]string `json:"name"`         // by language
	Keys            string            `json:"keys"`         // bundle.Keys, signed
	OrganisationKey []byte            `json:"organisation_key"`
}

// Upload says which chunks the Front holds already.
type Upload struct {
	Have []int `json:"have"`
}

// Envelope is one submission. The sender chooses ID; the same ID with the same
// Sealed is the same submission.
type Envelope struct {
	ID        string      `json:"id"`
	Channel   string      `json:"channel"`
	Mailbox   string      `json:"mailbox"`
	SignKey   []byte      `json:"sign_key"`  // Ed25519 public key
	Signature []byte      `json:"signature"` // tag follow-up, over SubmissionParts; always sent, required once the mailbox exists
	Uploads   []UploadRef `json:"uploads,omitempty"`
	Sealed    []byte      `json:"sealed"`
	Work      *Work       `json:"work,omitempty"`   // after WorkFirst
	Beside    *Beside     `json:"beside,omitempty"` // with the first envelope of a conversation
}

// Beside is the other mailbox of a new conversation: one belongs to the code and
// one to the second code. The one with the lower identifier stands in Envelope,
// so that nothing says which is which.
type Beside struct {
	Mailbox   string `json:"mailbox"`
	SignKey   []byte `json:"sign_key"`
	Signature []byte `json:"signature"` // by this mailbox's key, over the same parts
}

// UploadRef names an upload that belongs to the envelope.
type UploadRef struct {
	ID     string `json:"id"`
	Chunks int    `json:"chunks"`
}

// Stored is the answer once envelope and chunks are on the disk.
type Stored struct {
	Stored bool `json:"stored"`
}

// Access asks to read or to erase a mailbox.
type Access struct {
	Day       clock.Day `json:"day"`
	Nonce     string    `json:"nonce"`     // 32 lower-case hex digits, fresh
	Signature []byte    `json:"signature"` // tag read or erase, over AccessParts
}

// Replies is the content of a mailbox, oldest first.
type Replies struct {
	Replies []Reply `json:"replies"`
	Channel string  `json:"channel,omitempty"` // where the conversation belongs
	Expired string  `json:"expired,omitempty"` // "unused" or "uncollected": it is over, and the holder may write again
}

// Reply is one envelope sealed to the mailbox.
type Reply struct {
	ID     string `json:"id"`
	Sealed []byte `json:"sealed"`
}

// Code is a reason for a refusal, for programs.
type Code string

// The codes.
const (
	BadRequest     Code = "bad-request"     // 400: not of the described form
	UnknownChannel Code = "unknown-channel" // 404
	NoMailbox      Code = "no-mailbox"      // 404: nothing there, or erased
	BadSignature   Code = "bad-signature"   // 403
	Conflict       Code = "conflict"        // 409: the same identifier with other content
	KeyTooOld      Code = "key-too-old"     // 409: fetch the channels again and seal anew
	MissingChunks  Code = "missing-chunks"  // 409: upload the rest and post again
	TooLarge       Code = "too-large"       // 413
	NoRoom         Code = "no-room"         // 409: no room for files; without them it is taken
	Closed         Code = "closed"          // 409: the petition has no key to which a signature could be locked
	WorkFirst      Code = "work-first"      // 429: solve Work and send the same again
	Busy           Code = "busy"            // 503: nothing was lost; try again soon
)

// Refusal is the body of every error answer.
type Refusal struct {
	Code    Code   `json:"error"`
	Message string `json:"message"`
	Work    *Work  `json:"work,omitempty"` // with WorkFirst
}

// Work is a task that the Front sets under a flood, and its answer: the SHA-256
// of Task and Answer together begins with Bits zero bits.
type Work struct {
	Task   []byte `json:"task"`
	Bits   int    `json:"bits"`
	Answer []byte `json:"answer,omitempty"` // 8 bytes
}

// SubmissionParts are the signed parts of a submission: its identifier as text
// and the SHA-256 of the sealed bytes.
func SubmissionParts(id string, sealed []byte) [][]byte {
	h := sha256.Sum256(sealed)
	return [][]byte{[]byte(id), h[:]}
}

// AccessParts are the signed parts of a read or an erasure, each as the text in
// the request: the mailbox's identifier, the nonce, the day.
func AccessParts(mailbox, nonce string, day clock.Day) [][]byte {
	return [][]byte{[]byte(mailbox), []byte(nonce), []byte(day)}
}
