package sender

import (
	"context"
	"strings"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/wire"
)

// A Received reply: Err is not nil when it did not open, and the others still count.
type Received struct {
	ID      string
	Message envelope.Message
	Err     error
}

// Read fetches and opens the replies to a code, oldest first. day is the
// sender's day.
func (f *Front) Read(ctx context.Context, code receipt.Code, day clock.Day) ([]Received, error) {
	box, request, err := f.access(ctx, mailbox.Read, code, day)
	if err != nil {
		return nil, err
	}
	var answer wire.Replies
	if err := f.call(ctx, "POST", mailboxPath(wire.PathRead, box), request, &answer); err != nil {
		return nil, err
	}
	received := make([]Received, len(answer.Replies))
	for i, r := range answer.Replies {
		received[i].ID = r.ID
		received[i].Message, received[i].Err = box.Open(r.Sealed)
	}
	return received, nil
}

// Erase deletes the conversation from the Front, and tells the team of the
// channel that its sender did so. The wish counts also when the team cannot be
// told, for example because the channel's key is not genuine.
func (f *Front) Erase(ctx context.Context, channel, organisation string, code receipt.Code, day clock.Day) error {
	box, request, err := f.access(ctx, mailbox.Erase, code, day)
	if err != nil {
		return err
	}
	if told, err := f.Prepare(ctx, channel, organisation, code, envelope.Message{Kind: envelope.Erased}, nil); err == nil {
		_ = f.Submit(ctx, told)
	}
	return f.call(ctx, "POST", mailboxPath(wire.PathErase, box), request, nil)
}

// access derives the mailbox and signs a request to it.
func (f *Front) access(ctx context.Context, tag mailbox.Tag, code receipt.Code, day clock.Day) (mailbox.Keys, wire.Access, error) {
	published, err := f.Channels(ctx)
	if err != nil {
		return mailbox.Keys{}, wire.Access{}, err
	}
	box, err := derive(code, published)
	if err != nil {
		return mailbox.Keys{}, wire.Access{}, err
	}
	a := wire.Access{Day: day, Nonce: envelope.NewID()}
	a.Signature = box.Sign(tag, wire.AccessParts(box.ID().String(), a.Nonce, day)...)
	return box, a, nil
}

func mailboxPath(path string, box mailbox.Keys) string {
	return strings.Replace(path, "{id}", box.ID().String(), 1)
}
