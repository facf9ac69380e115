package letterbox

import (
	"net/http"

	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/wire"
)

// Every conversation begins with two mailboxes, one of the code and one of the
// second code. Nothing here knows which is which: docs/formats/second-code.md.

// beside reads the other mailbox of a submission, or none.
func beside(in wire.Envelope) (*spool.Beside, error) {
	if in.Beside == nil {
		return nil, nil
	}
	id, err := parseID(in.Beside.Mailbox)
	if err != nil {
		return nil, err
	}
	if in.Beside.Mailbox <= in.Mailbox {
		return nil, badRequest("The mailbox with the lower identifier comes first.")
	}
	if !mailbox.Verify(in.Beside.SignKey, mailbox.FollowUp, in.Beside.Signature, wire.SubmissionParts(in.ID, in.Sealed)...) {
		return nil, refused{code: wire.BadSignature, message: "The signature is not this mailbox's."}
	}
	return &spool.Beside{Mailbox: id, SignKey: [32]byte(in.Beside.SignKey)}, nil
}

// pair puts the two mailboxes of a new conversation into an envelope.
func pair(e *spool.Envelope, one, other mailbox.Keys) {
	if other.ID().String() < one.ID().String() {
		one, other = other, one
	}
	e.Mailbox, e.SignKey = spool.ID(one.ID()), [32]byte(one.Public())
	e.Beside = &spool.Beside{Mailbox: spool.ID(other.ID()), SignKey: [32]byte(other.Public())}
}

// looked keeps a signed reading for the Desk. The answers are shown also when it
// cannot be kept: a full disk must not keep them from anybody.
func (b *Box) looked(r *http.Request, l spool.Look) {
	if err := b.Spool.PutLook(detached(r), l); err != nil {
		b.quiet(err)
	}
}

// lookWith signs a reading for a person without the script.
func (b *Box) lookWith(keys mailbox.Keys) (spool.Look, error) {
	nonce, day := envelope.NewID(), clock.DayOf(b.Clock.Now())
	id, err := spool.ParseID(nonce)
	signature := keys.Sign(mailbox.Read, wire.AccessParts(keys.ID().String(), nonce, day)...)
	return spool.Look{Mailbox: spool.ID(keys.ID()), Day: day, Nonce: [16]byte(id), Signature: [64]byte(signature)}, err
}
