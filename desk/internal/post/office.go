package post

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Account is the organisation's own account; a fault of kind NotFound when none was set.
func (o *Office) Account(ctx context.Context) (Account, error) { return o.AccountOf(ctx, Ours) }

// AccountOf is an account that was set; a fault of kind NotFound when none was.
func (o *Office) AccountOf(ctx context.Context, b Box) (a Account, err error) {
	err = o.Reading(ctx, func(s Store) error {
		a, err = account(ctx, s, b)
		return err
	})
	return a, err
}

func account(ctx context.Context, s Store, b Box) (a Account, err error) {
	body, err := s.Setting(ctx, string(b))
	if err != nil {
		return a, err
	}
	if len(body) == 0 {
		return a, fault.Missing()
	}
	return a, json.Unmarshal(body, &a)
}

// SetAccount keeps an account for the member who decided it; the zero Account
// takes it away. It lies in the encrypted database, like the organisation's own keys.
// The two accounts are never the same one.
func (o *Office) SetAccount(ctx context.Context, member string, b Box, a Account) error {
	var body []byte
	action := "post.account-removed"
	if a != (Account{}) {
		if err := a.Check(b); err != nil {
			return err
		}
		var err error
		if body, err = json.Marshal(a); err != nil {
			return err
		}
		action = "post.account-set"
	}
	other, subject := Supporters, ""
	if b == Supporters {
		other, subject = Ours, "supporters"
	}
	return o.Within(ctx, func(s Store) error {
		x, err := account(ctx, s, other)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if a.Address != "" && strings.EqualFold(x.Address, a.Address) {
			return fault.Bad("address", "The other account has this address. Mails to supporters need one of their own.")
		}
		if err := s.PutSetting(ctx, string(b), append([]byte{}, body...)); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: member, Action: action, Subject: subject})
	})
}

// Try visits both servers of an account and does nothing there. Each error is nil
// when that server let us in.
func (o *Office) Try(ctx context.Context, a Account) (sends, receives error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if c, err := o.greet(ctx, a); err != nil {
		sends = err
	} else {
		_ = c.Quit()
	}
	if a.IMAP.Host == "" {
		return sends, nil
	}
	if c, err := o.enter(ctx, a); err != nil {
		receives = err
	} else {
		_ = c.Logout().Wait()
		_ = c.Close()
	}
	return sends, receives
}

// QueueIn puts a mail into the outbox, in the transaction of what causes it. A
// letter that stands there already is not put in again, and nobody is written to whose
// mailbox gave a mail back. It returns the mail's id; empty when it was not put in for
// that reason.
func (o *Office) QueueIn(ctx context.Context, s Store, kind Kind, subject string, d Draft) (string, error) {
	if !IsAddress(d.To) {
		return "", fault.New(fault.Conflict, "There is no e-mail address to write to.")
	}
	a, err := through(ctx, s, kind)
	if fault.KindOf(err) == fault.NotFound {
		return "", fault.New(fault.Conflict, "No e-mail can leave: the security officer has set no account.")
	}
	if err != nil {
		return "", err
	}
	if kind == Supporter {
		before, err := s.PostOf(ctx, subject)
		if err != nil || slices.ContainsFunc(before, func(out Out) bool { return out.State == Returned && o.Clock.Now().Sub(out.Done) < goneFor }) {
			return "", err
		}
	}
	k, err := key(ctx, s)
	if err != nil {
		return "", err
	}
	now := o.Clock.Now()
	out := Out{ID: ids.New("post"), Kind: kind, Subject: subject, State: Waiting, At: now, Due: now.Add(d.After)}
	out.MessageID = messageID(a)
	if out.Sealed, err = d.close(k, out.ID); err != nil {
		return "", err
	}
	_, err = s.AddPost(ctx, out)
	return out.ID, err
}

// goneFor is how long nobody writes to a mailbox that is not there; then it may be again.
const goneFor = 90 * 24 * time.Hour

// through is the account by which a mail goes: supporters' own where there is one.
func through(ctx context.Context, s Store, kind Kind) (Account, error) {
	if kind == Supporter {
		if a, err := account(ctx, s, Supporters); err == nil || fault.KindOf(err) != fault.NotFound {
			return a, err
		}
	}
	return account(ctx, s, Ours)
}

// Carry hands over what is due and returns how many mails the server has taken.
// Mails to supporters go last, and only while they have no account of their own.
func (o *Office) Carry(ctx context.Context) (int, error) {
	var a Account
	var due []Out
	err := o.Reading(ctx, func(s Store) (err error) {
		if a, err = account(ctx, s, Ours); err != nil {
			return err
		}
		if due, err = s.PostIn(ctx, Waiting, o.Clock.Now(), false); err != nil || len(due) >= perCarry {
			return err
		}
		if _, err = account(ctx, s, Supporters); fault.KindOf(err) != fault.NotFound {
			return err
		}
		more, err := s.PostIn(ctx, Waiting, o.Clock.Now(), true)
		due = append(due, more[:min(len(more), perCarry-len(due))]...)
		return err
	})
	return o.carryAll(ctx, a, due, err)
}

// CarrySupporters hands over mails to supporters through their own account, no more in
// an hour than it may. Where they have none it does nothing: Carry takes them.
func (o *Office) CarrySupporters(ctx context.Context) (int, error) {
	var a Account
	var due []Out
	err := o.Reading(ctx, func(s Store) (err error) {
		if a, err = account(ctx, s, Supporters); err != nil {
			return err
		}
		now := o.Clock.Now()
		if due, err = s.PostIn(ctx, Waiting, now, true); err != nil || a.PerHour == 0 || len(due) == 0 {
			return err
		}
		n, err := s.PostTally(ctx, now.Add(-time.Hour), now)
		due = due[:min(len(due), max(0, a.PerHour-n.Handed))]
		return err
	})
	return o.carryAll(ctx, a, due, err)
}

// perCarry is how many mails one visit hands over.
const perCarry = 20

// carryAll hands over mails through an account; err is how looking for them ended. One
// that fails keeps no other waiting, unless nobody answers at all.
func (o *Office) carryAll(ctx context.Context, a Account, due []Out, err error) (sent int, _ error) {
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, out := range due {
		ok, err := o.carry(ctx, a, out.ID)
		if ok {
			sent++
		}
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		errs = append(errs, err)
	}
	return sent, errors.Join(errs...)
}

// Lately counts mails to supporters: what waits, what went in the last hour, and what
// came back of the last thirty days.
func (o *Office) Lately(ctx context.Context) (n Tally, err error) {
	now := o.Clock.Now()
	err = o.Reading(ctx, func(s Store) (err error) {
		n, err = s.PostTally(ctx, now.Add(-time.Hour), now.AddDate(0, 0, -30))
		return err
	})
	return n, err
}

// ReturnedNow notes that mails of ours came back for good. Of those to supporters nobody
// decides anything: their mailbox does not exist, and no other mail goes there.
func (o *Office) ReturnedNow(ctx context.Context, ours []Out) error {
	return o.Within(ctx, func(s Store) error {
		for _, known := range ours {
			out, err := s.Post(ctx, known.ID)
			if fault.KindOf(err) == fault.NotFound {
				continue // erased meanwhile
			}
			if err != nil {
				return err
			}
			if out.Kind != Supporter || out.State != Sent {
				continue
			}
			out.State = Returned
			if err := s.SavePost(ctx, out); err != nil {
				return err
			}
		}
		return nil
	})
}

// carry hands over one mail: first it is noted that it begins, then it goes, then
// it is noted how it ended. A crash in between leaves it Sending.
func (o *Office) carry(ctx context.Context, a Account, id string) (bool, error) {
	var out Out
	var d Draft
	err := o.Within(ctx, func(s Store) (err error) {
		if out, err = s.Post(ctx, id); err != nil || out.State != Waiting {
			return err
		}
		k, err := key(ctx, s)
		if err != nil {
			return err
		}
		if d, err = openDraft(k, out.ID, out.Sealed); err != nil {
			return err
		}
		out.State = Sending
		out.Attempts++
		return s.SavePost(ctx, out)
	})
	if err != nil || out.State != Sending {
		return false, err
	}
	raw, err := d.Write(a, out.MessageID, out.At)
	if err == nil {
		err = o.send(ctx, a, d.To, raw)
	}
	if ctx.Err() != nil && err != nil {
		return false, err // it stays Sending, and is looked at after the next start
	}
	o.settle(&out, err)
	return out.State == Sent, errors.Join(err, o.save(ctx, out))
}

// settle says what follows from how the handing over ended.
func (o *Office) settle(out *Out, err error) {
	now := o.Clock.Now()
	var refused RefusedError
	switch {
	case err == nil:
		out.State, out.Trouble, out.Sealed, out.Done = Sent, "", nil, now
	case errors.As(err, &refused):
		out.State, out.Trouble, out.Done = Refused, refused.Error(), now
		if out.Kind == Supporter {
			out.Sealed = nil // nobody decides about thousands of mistyped addresses: they are not kept
		}
	case errors.Is(err, ErrUnsure) && out.Kind.once():
		out.State, out.Trouble, out.Done = Unsure, "", now
	default:
		out.State, out.Trouble, out.Due = Waiting, "the mail server could not be reached or is busy", now.Add(again(out.Attempts))
	}
}

// again is the wait after the n-th attempt: a minute, doubling up to an hour.
// Nothing is given up.
func again(n int) time.Duration {
	d := time.Minute
	for range min(n, 10) - 1 {
		d = min(2*d, time.Hour)
	}
	return d
}

func (o *Office) save(ctx context.Context, out Out) error {
	return o.Within(ctx, func(s Store) error {
		if err := s.SavePost(ctx, out); err != nil {
			return err
		}
		e := ledger.Entry{Actor: ledger.Desk, Action: "post." + string(out.State), Subject: out.Subject}
		if out.Kind == Reply {
			e.Scope = out.Subject
		}
		if out.State == Waiting || out.Kind == Supporter {
			return nil // every attempt, and thousands of supporters, in the ledger would drown it
		}
		return s.Append(ctx, e)
	})
}

// Recover settles what a crash left in the middle: a letter waits for a person's
// decision, anything else goes again, since losing it is worse than a second copy.
func (o *Office) Recover(ctx context.Context) error {
	return o.Within(ctx, func(s Store) error {
		left, err := s.PostIn(ctx, Sending, time.Time{}, false)
		if err != nil {
			return err
		}
		more, err := s.PostIn(ctx, Sending, time.Time{}, true)
		if err != nil {
			return err
		}
		left = append(left, more...)
		for _, out := range left {
			o.settle(&out, ErrUnsure)
			if out.State == Waiting {
				out.Due = o.Clock.Now()
			}
			if err := s.SavePost(ctx, out); err != nil {
				return err
			}
		}
		return nil
	})
}

// Decide settles a mail of which nobody knows, or which was refused: again sends
// it once more, otherwise it stays as it is.
func (o *Office) Decide(ctx context.Context, member, id string, sendAgain bool) error {
	return o.Within(ctx, func(s Store) error {
		out, err := s.Post(ctx, id)
		if err != nil {
			return err
		}
		if out.State != Unsure && out.State != Refused || len(out.Sealed) == 0 {
			return fault.New(fault.Conflict, "Somebody was faster: there is nothing left to do here.")
		}
		out.State, out.Due, out.Trouble = Waiting, o.Clock.Now(), ""
		if !sendAgain {
			out.State, out.Sealed, out.Done = Dropped, nil, o.Clock.Now()
		}
		if err := s.SavePost(ctx, out); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: member, Action: "post.decided", Subject: out.Subject})
	})
}

// DropIn takes back the mails of a subject that still wait, in the transaction of
// what causes it. One that is being handed over goes.
func (o *Office) DropIn(ctx context.Context, s Store, subject string) error {
	all, err := s.PostOf(ctx, subject)
	if err != nil {
		return err
	}
	for _, out := range all {
		if out.State != Waiting && out.State != Refused && out.State != Unsure {
			continue
		}
		out.State, out.Sealed, out.Done = Dropped, nil, o.Clock.Now()
		if err := s.SavePost(ctx, out); err != nil {
			return err
		}
	}
	return nil
}

// Of lists the mails that belong to a subject, oldest first.
func (o *Office) Of(ctx context.Context, subject string) (out []Out, err error) {
	err = o.Reading(ctx, func(s Store) (err error) {
		out, err = s.PostOf(ctx, subject)
		return err
	})
	return out, err
}

// Answers finds which mails of ours a mail answers or returns, by its references.
func (o *Office) Answers(ctx context.Context, m Mail) (out []Out, err error) {
	if len(m.References) == 0 {
		return nil, nil
	}
	err = o.Reading(ctx, func(s Store) (err error) {
		out, err = s.PostByMessage(ctx, m.References[:min(len(m.References), 100)])
		return err
	})
	return out, err
}

// Collect fetches what came to an account and gives each mail to keep, which makes it
// durable. Only then is it deleted at the server. Nothing is fetched when no channel was
// named for it.
func (o *Office) Collect(ctx context.Context, b Box, keep func(ctx context.Context, a Account, m Mail) error) (Fetched, error) {
	a, err := o.AccountOf(ctx, b)
	if fault.KindOf(err) == fault.NotFound || err == nil && !a.fetched() {
		return Fetched{}, nil
	}
	if err != nil {
		return Fetched{}, err
	}
	return o.fetch(ctx, a, func(ctx context.Context, raw []byte) error { return keep(ctx, a, Parse(raw)) })
}
