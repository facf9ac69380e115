package intake

import (
	"context"
	"errors"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Receive keeps what the courier pulled. It is durable when Receive returns;
// an arrival that came before changes nothing. It returns how many were new.
func (b *Inbox) Receive(ctx context.Context, arrivals []Arrival) (int, error) {
	fresh := 0
	err := b.Within(ctx, func(s Store) error {
		fresh = 0
		before, err := lastCall(ctx, s)
		if err != nil {
			return err
		}
		for _, a := range arrivals {
			a = fromFront(a)
			a.At = b.Clock.Now()
			a.Since = a.At
			if !before.IsZero() && a.At.Sub(before) > callGap {
				a.Since = before
			}
			isNew, err := s.PutArrival(ctx, a)
			if err != nil {
				return err
			}
			if !isNew {
				continue
			}
			fresh++
			if err := s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "arrival.received", Subject: a.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}

// OpenArrivals opens what waits and what the actor may open, each in a
// transaction of its own: content into the thread, envelope destroyed. What
// this actor cannot open stays for a colleague, and one that cannot be filed keeps
// no other waiting. It returns how many were opened, and every error.
func (b *Inbox) OpenArrivals(ctx context.Context, actor staff.Actor) (int, error) {
	var waiting []Arrival
	if err := b.Reading(ctx, func(s Store) (err error) {
		waiting, err = s.WaitingArrivals(ctx, actor.ID, 200)
		return err
	}); err != nil || len(waiting) == 0 {
		return 0, err
	}
	keys, err := b.seeds(ctx, actor)
	if err != nil {
		return 0, err
	}
	defer func() {
		for _, seeds := range keys {
			for _, s := range seeds {
				clear(s)
			}
		}
	}()
	opened := 0
	var errs []error
	for _, a := range waiting {
		if ctx.Err() != nil {
			return opened, errors.Join(append(errs, ctx.Err())...)
		}
		seeds := keys[a.Channel]
		if len(seeds) == 0 {
			continue
		}
		msg, trouble := b.unseal(seeds, a)
		err := b.Within(ctx, func(s Store) error {
			if trouble != "" {
				if err := s.ArrivalTrouble(ctx, a.ID, trouble); err != nil {
					return err
				}
				return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "arrival.troubled", Subject: a.ID})
			}
			return b.file(ctx, s, actor, a, msg)
		})
		if errors.Is(err, errNotMine) {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if trouble == "" {
			opened++
		}
	}
	return opened, errors.Join(errs...)
}

// errNotMine means that the thread exists and this actor cannot open its safe.
var errNotMine = errors.New("intake: the thread belongs to colleagues")

// unseal tries the channel's keys, newest first. The trouble is a sentence for
// the operator; the arrival is kept whatever it says.
func (b *Inbox) unseal(seeds [][]byte, a Arrival) (envelope.Message, string) {
	for _, seed := range seeds {
		msg, err := b.Crypto.Unseal(seed, a.Sealed)
		if err == nil {
			switch {
			case msg.Channel != a.Channel:
				return msg, "It was written for another channel than the one it came through."
			case msg.Kind == envelope.Report && msg.Mailbox == nil && isMail(a) && msg.Via == envelope.Email:
				return msg, ""
			case msg.Kind == envelope.Report && msg.Mailbox == nil,
				msg.Mailbox != nil && !cameFor(msg, a):
				return msg, "The mailbox inside is not the one it came for. It may have been tampered with on the way."
			}
			return msg, ""
		}
	}
	return envelope.Message{}, "No key of this channel opens it: it was damaged on the way, or sealed to a key that is gone."
}

// file puts an opened message into its thread, making the thread when it is the first.
func (b *Inbox) file(ctx context.Context, s Store, actor staff.Actor, a Arrival, msg envelope.Message) error {
	if second, err := s.SecondBox(ctx, a.Mailbox); err == nil {
		return b.fileForced(ctx, s, actor, a, msg, second)
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	if msg.Kind == envelope.Report && msg.Mailbox != nil { // the envelope names one of two mailboxes
		a.Mailbox, a.SignKey = msg.Mailbox.ID, msg.Mailbox.SignKey
	}
	t, err := s.ThreadOfMailbox(ctx, a.Mailbox)
	var sf safe.Safe
	switch {
	case fault.KindOf(err) == fault.NotFound:
		t = Thread{ID: ids.New("thread"), Channel: a.Channel, Mailbox: a.Mailbox, SignKey: a.SignKey, Lang: msg.Lang, Via: msg.Via,
			Urgency: UrgencyOf(msg.Answers), Arrived: a.At}
		if sf, err = b.begin(ctx, s, actor, t.ID); err != nil {
			return err
		}
	case err != nil:
		return err
	case !slices.Equal(t.SignKey, a.SignKey):
		return s.ArrivalTrouble(ctx, a.ID, "It claims to continue a conversation but was not signed by the same sender.")
	default:
		if sf, err = open(ctx, s, actor, t.ID); fault.KindOf(err) == fault.NotFound {
			return errNotMine
		} else if err != nil {
			return err
		}
		if u := UrgencyOf(msg.Answers); u != Unstated && u.rank() < t.Urgency.rank() {
			t.Urgency = u
		}
	}
	since := a.Since
	if since.IsZero() {
		since = a.At
	}
	t.comes(a.At, since)
	t.Files += len(msg.Files)
	if err := s.PutThread(ctx, t); err != nil {
		return err
	}
	if err := add(ctx, s, sf, Message{Thread: t.ID, Direction: In, At: a.At}, msg); err != nil {
		return err
	}
	if err := note(ctx, s, t.ID, msg); err != nil {
		return err
	}
	if err := b.arranged(ctx, s, sf, t, msg); err != nil {
		return err
	}
	if err := b.signed(ctx, s, actor, sf, &t, a, msg); err != nil {
		return err
	}
	if err := s.ArrivalOpened(ctx, a.ID); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "arrival.opened", Subject: t.ID, Scope: t.ID, Detail: struct {
		Arrival string `json:"arrival"`
	}{a.ID}})
}

// Troubled lists arrivals that no key opens.
func (b *Inbox) Troubled(ctx context.Context, actor staff.Actor) ([]Arrival, error) {
	if err := actor.Must(staff.Intake, staff.Security); err != nil {
		return nil, err
	}
	var out []Arrival
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.TroubledArrivals(ctx)
		return err
	})
	return out, err
}

// callGap is how long the Desk may have been away from the Front before what came
// is counted as waiting since then.
const callGap = 3 * time.Minute

const settingCalled = "intake.called"

// lastCall is when the Desk last heard from the Front.
func lastCall(ctx context.Context, s Settings) (time.Time, error) {
	v, err := s.Setting(ctx, settingCalled)
	if fault.KindOf(err) == fault.NotFound {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, string(v))
}

// Called notes that everything that waited at the Front was fetched, once a
// minute. While the Desk is locked nobody calls there: what comes after is
// counted as waiting since the last call, because the Front knows no hours.
func (b *Inbox) Called(ctx context.Context) error {
	now := b.Clock.Now()
	var last time.Time
	if err := b.Reading(ctx, func(s Store) (err error) {
		last, err = lastCall(ctx, s)
		return err
	}); err != nil {
		return err
	}
	if d := now.Sub(last); d >= 0 && d < time.Minute {
		return nil
	}
	return b.Within(ctx, func(s Store) error { return s.PutSetting(ctx, settingCalled, []byte(now.Format(time.RFC3339))) })
}
