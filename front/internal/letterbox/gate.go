package letterbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"math/bits"
	"sync"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/effort"
	"waylight/internal/mailbox"
	"waylight/internal/wire"
)

// gate feels how hard strangers press. While many are being served at once it
// asks those who come for some work first, more the harder they press, never
// more than a slow phone can do in some seconds. It knows no addresses and keeps
// nobody out; with nobody pressing it asks for nothing.
type gate struct {
	mu       sync.Mutex
	inside   int
	pressure float64
	at       time.Time
}

const (
	calm     = 128             // strangers at once that press on nobody
	fades    = 4 * time.Second // after which half of the pressure is gone
	pressing = 256.0           // pressure from which work is asked
	least    = 8               // bits that are asked first
)

// enter counts a stranger in and says how many bits of work are asked of those
// who bring none.
func (g *gate) enter(now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	asked := g.asks(now)
	g.inside++
	// Who comes while work is asked presses too, so that it does not swing.
	if g.inside > calm || asked > 0 {
		g.pressure++
	}
	return asked
}

// slip counts a stranger in while no work is asked; else nothing is changed.
func (g *gate) slip(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.asks(now) > 0 {
		return false
	}
	if g.inside++; g.inside > calm {
		g.pressure++
	}
	return true
}

// asks lets the pressure fade and says how many bits are asked at it.
func (g *gate) asks(now time.Time) int {
	if passed := now.Sub(g.at); passed > 0 {
		g.pressure *= math.Exp2(-passed.Seconds() / fades.Seconds())
		g.at = now
	}
	if g.pressure < pressing {
		return 0
	}
	return min(least+bits.Len(uint(g.pressure/pressing))-1, effort.Most)
}

func (g *gate) leave() {
	g.mu.Lock()
	g.inside--
	g.mu.Unlock()
}

// subject stands for a submission in its task.
func subject(in wire.Envelope) [32]byte {
	return sha256.Sum256(bytes.Join(wire.SubmissionParts(in.ID, in.Sealed), nil))
}

// known reports whether the holder of a mailbox that is here has signed.
func (b *Box) known(ctx context.Context, e spool.Envelope, in wire.Envelope) (bool, error) {
	key, err := b.Spool.SignKey(ctx, e.Mailbox)
	if errors.Is(err, spool.ErrNoMailbox) {
		return false, nil
	}
	return err == nil && key == e.SignKey &&
		mailbox.Verify(in.SignKey, mailbox.FollowUp, in.Signature, wire.SubmissionParts(in.ID, in.Sealed)...), err
}

// admit lets a submission in, or refuses it with the work to be done first.
func (b *Box) admit(ctx context.Context, asked int, e *spool.Envelope, in wire.Envelope) error {
	if asked == 0 {
		return nil
	}
	if w := in.Work; w != nil && effort.Done(b.Effort, b.Clock.Now(), subject(in), w.Task, w.Answer) {
		return nil
	}
	var err error
	if e.Known, err = b.known(ctx, *e, in); err != nil || e.Known {
		return err
	}
	return refused{code: wire.WorkFirst, message: "Many are writing at once. Solve the task and send the same again.", work: &wire.Work{
		Task: effort.Task(b.Effort, b.Clock.Now(), asked, subject(in)), Bits: asked,
	}}
}
