// Package courier is the Desk's pair of hands at the Front's hatch. The Desk
// always calls, so it needs no open port: the courier fetches what came, lets
// the Front forget it only when text and files are durable here, and brings
// replies, keys and pages out. Everything it carries is sealed or signed; it
// opens nothing. Every trip may be repeated.
package courier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
)

// Kinds of jobs that carry something public; the body is the hatch's own shape as JSON.
const (
	JobKeys  = "hatch.keys"  // hatchway.Keys
	JobPages = "hatch.pages" // hatchway.Publication

	JobStatements = "hatch.petitions" // hatchway.Petitions
	JobCodes      = "hatch.codes"     // hatchway.Codes
)

// perTrip is how many envelopes one request asks for: at the largest size they stay within memory.
const perTrip = 50

// Courier goes to one Front.
type Courier struct {
	Front   *hatchway.Client
	Chunks  *vault.Chunks
	Receive func(ctx context.Context, arrivals []intake.Arrival) (fresh int, err error)
	Keys    func(ctx context.Context, k hatchway.Keys) error          // posts key bundles and signs the public log of them
	Looked  func(ctx context.Context, looks []intake.Look) error      // signed readings of mailboxes
	Signed  func(ctx context.Context, all []hatchway.Signature) error // keeps sealed signatures durably; nil: none are fetched
	Pressed func(ctx context.Context, all []hatchway.Press) error     // does what people pressed
	Log     *slog.Logger
}

// Trip is what one Pull came to.
type Trip struct {
	Fresh   int       // envelopes that were new
	Left    int       // envelopes that stay at the Front, because their files could not be fetched
	Oldest  clock.Day // when the first of those came
	Refuses string    // "files" or "all": what the Front does not take, because its disk is full
	Kept    int       // for so many days the Front keeps them; 0: it did not say
}

// Pull fetches all that waits at the Front. An envelope whose files cannot be fetched stays at the Front for the
// next trip and does not hold up the others. Beside an error it still says what
// the Front refuses, if that was heard.
func (c *Courier) Pull(ctx context.Context) (total Trip, err error) {
	after := ""
	for {
		p, err := c.Front.Pull(ctx, after, perTrip)
		if err != nil {
			return total, err
		}
		total.Refuses = p.Refuses
		if err := c.looked(ctx, p.Looks); err != nil {
			return total, err
		}
		var arrivals []intake.Arrival
		var held []string
		for _, e := range p.Envelopes {
			after, total.Kept = e.ID, p.KeptDays
			a, err := c.fetch(ctx, e)
			if err != nil {
				if ctx.Err() != nil {
					return total, ctx.Err()
				}
				if total.Left++; total.Oldest == "" || e.Day < total.Oldest {
					total.Oldest = e.Day
				}
				c.Log.Warn("an envelope's files could not be fetched; it stays at the Front", "error", err)
				continue
			}
			arrivals, held = append(arrivals, a), append(held, e.ID)
		}
		if len(arrivals) > 0 {
			n, err := c.Receive(ctx, arrivals)
			total.Fresh += n
			if err != nil {
				return total, err
			}
			if err := c.Front.Confirm(ctx, held); err != nil {
				return total, err
			}
		}
		if !p.More {
			return total, nil
		}
	}
}

// Petitions fetches the signatures that wait at the Front and what was pressed,
// and lets the Front forget what is durable here.
func (c *Courier) Petitions(ctx context.Context) error {
	after := ""
	for {
		p, err := c.Front.Signed(ctx, after, hatchway.MaxPull)
		if err != nil {
			return err
		}
		done := hatchway.SignedConfirm{Numbers: []string{}, Presses: p.Presses}
		for _, s := range p.Signatures {
			after = s.Number
			done.Numbers = append(done.Numbers, s.Number)
		}
		if err := c.Signed(ctx, p.Signatures); err != nil {
			return err
		}
		if err := c.Pressed(ctx, p.Presses); err != nil {
			return err
		}
		if len(done.Numbers)+len(done.Presses) > 0 {
			if err := c.Front.ConfirmSigned(ctx, done); err != nil {
				return err
			}
		}
		if !p.More {
			return nil
		}
	}
}

// looked hands on the signed readings, and lets the Front forget them when they
// are dealt with here.
func (c *Courier) looked(ctx context.Context, looks []hatchway.Look) error {
	if len(looks) == 0 || c.Looked == nil {
		return nil
	}
	read := make([]intake.Look, len(looks))
	refs := make([]hatchway.LookRef, len(looks))
	for i, l := range looks {
		read[i] = intake.Look{Mailbox: l.Mailbox, Day: l.Day, Nonce: l.Nonce, Signature: l.Signature}
		refs[i] = hatchway.LookRef{Mailbox: l.Mailbox, Nonce: l.Nonce}
	}
	if err := c.Looked(ctx, read); err != nil {
		return err
	}
	return c.Front.Took(ctx, refs)
}

func (c *Courier) fetch(ctx context.Context, e hatchway.Envelope) (intake.Arrival, error) {
	a := intake.Arrival{ID: e.ID, Channel: e.Channel, Mailbox: e.Mailbox, SignKey: e.SignKey, Day: e.Day, Sealed: e.Sealed}
	for _, u := range e.Uploads {
		for i := range u.Chunks {
			if c.Chunks.Has(u.ID, i) {
				continue // from a trip that was cut off
			}
			b, err := c.Front.Chunk(ctx, u.ID, i)
			if err != nil {
				return a, fmt.Errorf("part %d of %d: %w", i+1, u.Chunks, err)
			}
			if err := c.Chunks.Put(u.ID, i, b); err != nil {
				return a, fmt.Errorf("keeping part %d of %d: %w", i+1, u.Chunks, err)
			}
		}
		a.Uploads = append(a.Uploads, intake.Upload{ID: u.ID, Chunks: u.Chunks})
	}
	return a, nil
}

// Handlers are the jobs that the courier does.
func (c *Courier) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		intake.JobReply:   carry(func(ctx context.Context, r intake.Reply) error { return c.replies(ctx, []intake.Reply{r}) }),
		intake.JobReplies: carry(c.replies),
		intake.JobErase:   carry(func(ctx context.Context, m oneOrMore) error { return c.Front.Erase(ctx, m...) }),
		JobKeys:           carry(func(ctx context.Context, k hatchway.Keys) error { return stale(c.Keys(ctx, k)) }),
		JobPages: carry(func(ctx context.Context, p hatchway.Publication) error {
			return stale(c.Front.Publish(ctx, p))
		}),
		JobStatements: carry(func(ctx context.Context, p hatchway.Petitions) error { return stale(c.Front.PostPetitions(ctx, p)) }),
		JobCodes:      carry(c.Front.Codes),
	}
}

// replies brings replies in one request, so that those of one conversation look alike.
func (c *Courier) replies(ctx context.Context, all []intake.Reply) error {
	out := make([]hatchway.Reply, len(all))
	for i, r := range all {
		out[i] = hatchway.Reply{ID: r.ID, Mailbox: r.Mailbox, Sealed: r.Sealed, Expires: r.Expires}
	}
	gone, err := c.Front.Replies(ctx, out)
	if err == nil && len(gone) > 0 {
		// The sender erased the mailbox: the reply has nowhere to go, and that is their right.
		c.Log.Info("a reply's mailbox was erased by its owner")
	}
	return err
}

// oneOrMore reads a string, as older jobs have it, or a list of them.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = []string{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// stale takes a rollback for success: the Front has this serial or a newer one
// already, from an earlier try of this or a later job.
func stale(err error) error {
	var r *hatchway.Refusal
	if errors.As(err, &r) && r.Code == hatchway.Rollback {
		return nil
	}
	return err
}

// carry reads a job's body, does it, and gives the refusal its kind.
func carry[T any](f func(ctx context.Context, body T) error) jobs.Handler {
	return func(ctx context.Context, j jobs.Job) error {
		var body T
		if err := json.Unmarshal(j.Body, &body); err != nil {
			return fmt.Errorf("courier: a job of kind %s that cannot be read", j.Kind)
		}
		err := f(ctx, body)
		var r *hatchway.Refusal
		if errors.As(err, &r) {
			switch r.Code {
			case hatchway.Busy:
				return fault.New(fault.Busy, "The Front is busy.")
			case hatchway.Unauthorized, hatchway.Clock:
				return fault.New(fault.Denied, "The Front does not accept the Desk's signature.")
			default:
				return fault.New(fault.Conflict, "The Front refused.")
			}
		}
		return err
	}
}
