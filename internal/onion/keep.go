package onion

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
)

// again is the time between attempts while tor is not there.
const again = 5 * time.Second

// farewell is how long taking the key back may hold up a Desk that is being locked.
const farewell = 2 * time.Second

// Keeper keeps services published, also over restarts of tor. What was
// published ends with Run.
type Keeper struct {
	Control  string // tor's control address; empty: DefaultControl
	Services []Service
	Log      *slog.Logger
	Again    time.Duration // between attempts; 0: five seconds

	up atomic.Bool
}

// Up reports whether tor has told the network of the first service.
func (k *Keeper) Up() bool { return k.up.Load() }

// Run publishes until ctx ends. While tor is missing it says so once and tries again.
func (k *Keeper) Run(ctx context.Context) {
	hold(ctx, k.Control, k.Again, k.Log, "the onion service is not published; the other addresses are served", k.publish)
}

// publish publishes every service and waits for the end of the connection.
func (k *Keeper) publish(ctx context.Context, c *Control) error {
	defer k.up.Store(false)
	if err := c.Listen(ctx, "HS_DESC"); err != nil {
		return err
	}
	for _, s := range k.Services {
		if err := k.add(ctx, c, s); err != nil {
			return err
		}
	}
	k.Log.Info("the onion service is given to tor")
	for {
		select {
		case e := <-c.Events():
			// HS_DESC UPLOADED <address> …: from now on it can be found.
			if w := strings.Fields(e); len(w) > 2 && w[1] == "UPLOADED" && w[2]+Suffix == k.Services[0].Key.Address() && !k.up.Swap(true) {
				k.Log.Info("the onion service can be reached")
			}
		case <-c.Closed():
			return ErrClosed
		case <-ctx.Done():
			return nil // the end of the connection takes all of it down
		}
	}
}

func (k *Keeper) add(ctx context.Context, c *Control, s Service) error {
	err := c.Add(ctx, s)
	var r *Refused
	if errors.As(err, &r) && s.Work && r.Code == 512 {
		k.Log.Warn("this tor has no proof of work for onion services; published without", "tor", r.Text)
		s.Work = false
		err = c.Add(ctx, s)
	}
	return err
}

// Visitor keeps the key to a closed service with our own tor, also over
// restarts of tor. When Run ends the key is taken from tor.
type Visitor struct {
	Control string // tor's control address; empty: DefaultControl
	Address string
	Key     ClientKey
	Log     *slog.Logger
	Again   time.Duration // between attempts; 0: five seconds
}

// Run gives tor the key and holds on until ctx ends.
func (v *Visitor) Run(ctx context.Context) {
	hold(ctx, v.Control, v.Again, v.Log, "tor does not have the key to the Front's hatch; nothing is fetched", func(ctx context.Context, c *Control) error {
		if err := c.Admit(ctx, v.Address, v.Key); err != nil {
			return err
		}
		v.Log.Info("tor has the key to the Front's hatch")
		select {
		case <-c.Closed():
			return ErrClosed
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
			defer cancel()
			return c.Dismiss(end, v.Address)
		}
	})
}

// hold connects to tor and runs work, again and again until ctx ends. The same
// trouble is logged once, not every five seconds.
func hold(ctx context.Context, address string, pause time.Duration, log *slog.Logger, trouble string, work func(context.Context, *Control) error) {
	if address == "" {
		address = DefaultControl
	}
	if pause == 0 {
		pause = again
	}
	last := ""
	for ctx.Err() == nil {
		c, err := Dial(ctx, address)
		if err == nil {
			err = work(ctx, c)
			c.Close()
			if errors.Is(err, ErrClosed) {
				last = "" // it had worked
			}
		}
		if err != nil && ctx.Err() == nil && err.Error() != last {
			last = err.Error()
			log.Warn(trouble, "why", last)
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}
