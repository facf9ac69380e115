package intake

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// AlarmKind says why a conversation raises an alarm.
type AlarmKind string

// The kinds of alarm.
const (
	Watched AlarmKind = "opened"  // the second code was used: somebody makes them open their mailbox
	Written AlarmKind = "written" // something was written with the second code
	Coerced AlarmKind = "forced"  // the sentence that was agreed for being forced
	Help    AlarmKind = "help"    // "I need help", by a tap or by the agreed sentence
)

// Duress reports whether somebody is with them who must not learn that we know.
func (k AlarmKind) Duress() bool { return k != Help }

// Alarm says that somebody in a conversation is in danger. It is plain, so that
// it is raised while every safe is closed, and says nothing of what was said.
type Alarm struct {
	ID     string
	Thread string
	Kind   AlarmKind
	Token  string // what raised it
	At     time.Time
	Member string // who acts
	Acked  time.Time
	Ended  time.Time
	Lead   string // the thread under which it is shown; OpenAlarms sets it
}

// Alarms keeps alarms.
type Alarms interface {
	RaiseAlarm(ctx context.Context, a Alarm) (fresh bool, err error) // false: the same thing raised one before
	AlarmsOpen(ctx context.Context) ([]Alarm, error)                 // oldest first
	AlarmsOf(ctx context.Context, thread string) ([]Alarm, error)
	SaveAlarm(ctx context.Context, a Alarm) error
}

// Sign is a sign of life, or the opposite, that came through a mailbox.
type Sign struct {
	Case string
	Kind AlarmKind // Fine: all is well
	Day  clock.Day // on which the Front took it
	By   string    // who opened it, or the Desk
}

// Fine is the sign that all is well; it raises nothing.
const Fine AlarmKind = "safe"

// Signs passes signs of life to a case's check-ins, in the same transaction.
type Signs interface {
	Heard(ctx context.Context, tx Store, s Sign) error
	// Meaning is what a text means by the signs of the case's check-ins, or nothing.
	Meaning(ctx context.Context, tx Store, caseID, text string) (AlarmKind, error)
}

// alarm raises an alarm once, and lets the case know.
func (b *Inbox) alarm(ctx context.Context, s Store, thread string, kind AlarmKind, token string, day clock.Day) error {
	a := Alarm{ID: ids.New("alarm"), Thread: thread, Kind: kind, Token: token, At: b.Clock.Now()}
	fresh, err := s.RaiseAlarm(ctx, a)
	if err != nil || !fresh {
		return err
	}
	if err := s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "alarm.raised", Subject: thread, Scope: thread, Detail: struct {
		Alarm string    `json:"alarm"`
		Kind  AlarmKind `json:"kind"`
	}{a.ID, kind}}); err != nil {
		return err
	}
	return b.pass(ctx, s, thread, Sign{Kind: kind, Day: day, By: ledger.Desk})
}

// pass hands a sign to the case of a thread's sender, when there is one.
func (b *Inbox) pass(ctx context.Context, s Store, thread string, sign Sign) error {
	t, err := s.Thread(ctx, thread)
	if err != nil {
		return err
	}
	family, err := kin(ctx, s, t)
	if sign.Case = caseOf(family); err != nil || sign.Case == "" || b.Signs == nil {
		return err
	}
	return b.Signs.Heard(ctx, s, sign)
}

// QuestionSign is the id under which a tap says how somebody is.
const QuestionSign = "check-in"

// signed finds out whether a message is a sign of life or a call for help, by a
// tap or by a sentence that was agreed, under whichever of their codes or in their
// case, and acts on it.
func (b *Inbox) signed(ctx context.Context, s Store, actor staff.Actor, sf safe.Safe, t *Thread, a Arrival, msg envelope.Message) error {
	kind := signOf(msg)
	if kind == "" {
		var err error
		if kind, err = b.meant(ctx, s, actor, sf, *t, msg.Text); err != nil {
			return err
		}
	}
	switch kind {
	case "":
		return nil
	case Fine:
		return b.pass(ctx, s, t.ID, Sign{Kind: Fine, Day: a.Day, By: ledger.Desk})
	}
	if t.Urgency != Now {
		t.Urgency = Now
		if err := s.PutThread(ctx, *t); err != nil {
			return err
		}
	}
	return b.alarm(ctx, s, t.ID, kind, a.ID, a.Day)
}

// meant finds the gravest thing that a text means by any agreement with its sender.
func (b *Inbox) meant(ctx context.Context, s Store, actor staff.Actor, sf safe.Safe, t Thread, text string) (kind AlarmKind, err error) {
	if Bare(text) == "" {
		return "", nil
	}
	family, err := kin(ctx, s, t)
	if err != nil {
		return "", err
	}
	cards, err := cardsOf(ctx, s, actor, sf, family)
	if err != nil {
		return "", err
	}
	for _, c := range cards {
		kind = gravest(kind, c.meaning(text))
	}
	id := caseOf(family)
	if id == "" || b.Signs == nil {
		return kind, nil
	}
	said, err := b.Signs.Meaning(ctx, s, id, text)
	return gravest(kind, said), err
}

// signOf reads a tap.
func signOf(msg envelope.Message) AlarmKind {
	for _, x := range msg.Answers {
		if x.Question == QuestionSign && len(x.Values) == 1 {
			switch k := AlarmKind(x.Values[0]); k {
			case Fine, Help:
				return k
			}
		}
	}
	return ""
}

// OpenAlarms lists the alarms that nobody has ended, the oldest first, for
// everybody who may have to act: it says where, not what.
func (b *Inbox) OpenAlarms(ctx context.Context, actor staff.Actor) ([]Alarm, error) {
	if !actor.Roles.Any(staff.Intake, staff.Caseworker, staff.Security) {
		return nil, nil
	}
	var out []Alarm
	err := b.Reading(ctx, func(s Store) (err error) {
		if out, err = s.AlarmsOpen(ctx); err != nil {
			return err
		}
		for i := range out {
			t, err := s.Thread(ctx, out[i].Thread)
			if err != nil {
				return err
			}
			if out[i].Lead = t.Into; t.Into == "" {
				out[i].Lead = t.ID
			}
		}
		return nil
	})
	return out, err
}

// AlarmsOf lists every alarm of a thread that the actor can open, and of the
// other threads of the same person.
func (b *Inbox) AlarmsOf(ctx context.Context, actor staff.Actor, thread string) ([]Alarm, error) {
	var out []Alarm
	err := b.Reading(ctx, func(s Store) error {
		if _, err := s.Grant(ctx, thread, actor.ID); err != nil {
			return err
		}
		t, err := s.Thread(ctx, thread)
		if err != nil {
			return err
		}
		family, err := kin(ctx, s, t)
		if err != nil {
			return err
		}
		out, err = alarmsOf(ctx, s, family)
		return err
	})
	return out, err
}

// ActOnAlarms says that the actor acts on what a thread raised.
func (b *Inbox) ActOnAlarms(ctx context.Context, actor staff.Actor, thread string) error {
	return b.eachAlarm(ctx, actor, thread, "alarm.taken", "", func(a *Alarm) bool {
		if !a.Acked.IsZero() {
			return false
		}
		a.Member, a.Acked = actor.ID, b.Clock.Now()
		return true
	})
}

// EndAlarms ends the alarms of a thread, with words that say how we know that
// they are well; the words become a note. Another use of the second code raises
// the next one.
func (b *Inbox) EndAlarms(ctx context.Context, actor staff.Actor, thread, words string) error {
	if blank(words) {
		return fault.Bad("ended", "Say how we know that they are well.")
	}
	return b.eachAlarm(ctx, actor, thread, "alarm.ended", words, func(a *Alarm) bool {
		a.Ended = b.Clock.Now()
		if a.Member == "" {
			a.Member, a.Acked = actor.ID, a.Ended
		}
		return true
	})
}

// eachAlarm changes the open alarms of a thread's sender, whichever code raised them.
func (b *Inbox) eachAlarm(ctx context.Context, actor staff.Actor, thread, action, words string, f func(*Alarm) bool) error {
	return b.change(ctx, actor, thread, action, func(s Store, t *Thread, sf safe.Safe) error {
		family, err := kin(ctx, s, *t)
		if err != nil {
			return err
		}
		alarms, err := alarmsOf(ctx, s, family)
		if err != nil {
			return err
		}
		changed := false
		for _, a := range alarms {
			if !a.Ended.IsZero() || !f(&a) {
				continue
			}
			changed = true
			if err := s.SaveAlarm(ctx, a); err != nil {
				return err
			}
			if a.Thread == thread {
				continue // change writes that entry
			}
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: a.Thread, Scope: a.Thread}); err != nil {
				return err
			}
		}
		if !changed {
			return fault.New(fault.Conflict, "Somebody was faster: there is nothing left to do here.")
		}
		if words == "" {
			return nil
		}
		return add(ctx, s, sf, Message{Thread: thread, Direction: Note, Author: actor.ID, At: b.Clock.Now()}, envelope.Message{Text: words})
	})
}
