package hatch

import (
	"context"
	"encoding/hex"

	"waylight/front/internal/spool"
	"waylight/internal/hatchway"
)

// looks lists the signed readings of an organisation's mailboxes.
func (h *Hatch) looks(ctx context.Context, org Organisation) ([]hatchway.Look, error) {
	all, err := h.spool.Looks(ctx, org.Channels)
	out := make([]hatchway.Look, len(all))
	for i, l := range all {
		out[i] = hatchway.Look{Mailbox: l.Mailbox.String(), Day: l.Day, Nonce: hex.EncodeToString(l.Nonce[:]), Signature: l.Signature[:]}
	}
	return out, err
}

// lookRefs reads the names of readings. Who knows a nonce was given it by us.
func lookRefs(refs []hatchway.LookRef) ([]spool.Look, error) {
	out := make([]spool.Look, len(refs))
	for i, r := range refs {
		ids, err := parseIDs([]string{r.Mailbox, r.Nonce})
		if err != nil {
			return nil, err
		}
		out[i] = spool.Look{Mailbox: ids[0], Nonce: [16]byte(ids[1])}
	}
	return out, nil
}
