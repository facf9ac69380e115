package team

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Note is what the next caseworker must know. It says where phrases are kept, and does
// not repeat them.
type Note struct {
	Situation string // where they are, how they are
	Risk      string // how grave, and why
	Promised  string // what was promised, and by when
	Next      string // the next contact: when, how, who speaks first
	Phrases   string // where the agreed sentences are kept
	Never     string // what must not happen
	Open      string // what is begun and not done, beside the tasks
}

// Contacts implements cases.Contacting: the next contact may name a number.
func (n Note) Contacts() string { return n.Next }

func (n Note) check() error {
	var c fault.Check
	c.Field(strings.TrimSpace(n.Situation) != "", "situation", "Say where they are and how they are.")
	c.Field(strings.TrimSpace(n.Risk) != "", "risk", "Say how grave it is, and why.")
	c.Field(strings.TrimSpace(n.Promised) != "", "promised", "Say what was promised. If nothing was, write so.")
	c.Field(strings.TrimSpace(n.Next) != "", "next", "Say when and how the next contact is.")
	c.Field(strings.TrimSpace(n.Phrases) != "", "phrases", "Say where the agreed sentences are kept. If there are none, write so.")
	c.Field(strings.TrimSpace(n.Never) != "", "never", "Say what must not happen.")
	long := len(n.Situation)+len(n.Risk)+len(n.Promised)+len(n.Next)+len(n.Phrases)+len(n.Never)+len(n.Open) > maxWords
	c.Field(!long, "open", "This text is too long. Put the rest into a note of the case.")
	return c.Err()
}

// Back is what the taker says in their own words.
type Back struct{ Words string }

// HandingState is where a handing stands.
type HandingState string

// The states of a handing.
const (
	Offered   HandingState = "offered"
	Accepted  HandingState = "accepted"
	Declined  HandingState = "declined"
	Withdrawn HandingState = "withdrawn"
	Lapsed    HandingState = "lapsed" // nobody answered in time
)

// Handing is a case on its way from one caseworker to another.
type Handing struct {
	ID, File, Code string
	Giver, Taker   string
	Stays          bool // the giver stays assigned
	Lent           bool // the taker may read the case for this alone
	Note           int  // the edition of the note that is offered
	State          HandingState
	At, Until      time.Time
	Ended          time.Time
	Voices         []byte // grants of the conversation, sealed to the taker
}

// AnswerIn lists the hours within which a taker may have to answer.
func AnswerIn() []int { return []int{4, 12, 24, 72} }

// noteID is the item of the note: a case has one, with editions.
const noteID = "handing"

// Offer offers a case to a colleague, with a note. The colleague can read the case from
// now on, for as long as the offer stands; the giver stays assigned until it is accepted.
// The same id again is the same offer; while it stands, another note replaces the one
// that is offered.
func (b *Board) Offer(ctx context.Context, actor staff.Actor, h Handing, hours int, saw int, n Note) error {
	if !ids.Valid("handing", h.ID) {
		return fault.Bad("id", "This form is out of date. Load the page again.")
	}
	var c fault.Check
	c.Field(h.Taker != "" && h.Taker != actor.ID, "taker", "Choose the colleague who takes the case over.")
	c.Field(slices.Contains(AnswerIn(), hours), "hours", "Choose one of the times.")
	if err := errors.Join(n.check(), c.Err()); err != nil {
		return joined(n.check(), c.Err())
	}
	return b.Within(ctx, func(tx Store) error {
		if old, err := tx.Handing(ctx, h.ID); err == nil {
			if old.Giver == actor.ID && old.File == h.File {
				return nil // a form sent twice
			}
			return fault.Missing()
		}
		s, err := b.Book.SeatIn(ctx, tx, actor, h.File)
		if err != nil {
			return err
		}
		if err := b.mayOffer(ctx, tx, s, actor, h); err != nil {
			return err
		}
		saved, err := s.Write(ctx, KindNote, noteID, saw, n)
		if err != nil {
			return err
		}
		if saved.Rival {
			return fault.New(fault.Conflict, "A colleague wrote a note for this case while you did. Read it first; what you wrote is still here.")
		}
		h.Giver, h.Note, h.State, h.At = actor.ID, saved.Version, Offered, s.Now()
		h.Until = h.At.Add(time.Duration(hours) * time.Hour)
		if h.Lent, err = lendFor(ctx, s, h); err != nil {
			return err
		}
		if h.Voices, err = b.promise(ctx, tx, actor, s.Case().Thread, h.Taker); err != nil {
			return err
		}
		if err := tx.AddHanding(ctx, h); err != nil {
			return err
		}
		return s.Log(ctx, "handing.offered", handingDetail{h.ID, h.Giver, h.Taker, h.Note})
	})
}

// joined puts the fields of two faults into one.
func joined(a, b error) error {
	var c fault.Check
	for _, err := range []error{a, b} {
		var f *fault.Error
		if errors.As(err, &f) {
			for _, x := range f.Fields {
				c.Field(false, x.Name, x.Message)
			}
		}
	}
	return c.Err()
}

func (b *Board) mayOffer(ctx context.Context, tx Store, s *cases.Seat, actor staff.Actor, h Handing) error {
	if s.Case().State.Over() {
		return fault.New(fault.Conflict, "This case has ended. Open it again first.")
	}
	if !s.Case().Until[actor.ID].IsZero() {
		return fault.New(fault.Conflict, "This case is lent to you for a time. Who is assigned for good must hand it on.")
	}
	m, err := tx.Member(ctx, h.Taker)
	if err != nil || !m.Active || !m.Roles.Has(staff.Caseworker) {
		return fault.Bad("taker", "Only an active caseworker can take a case.")
	}
	leaves, err := tx.Leaves(ctx, s.Now())
	if err != nil {
		return err
	}
	if _, is := away(leaves, s.Now())[h.Taker]; is {
		return fault.Bad("taker", "This colleague is away. Choose another.")
	}
	all, err := tx.HandingsOf(ctx, h.File)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(x Handing) bool { return x.State == Offered }) {
		return fault.New(fault.Conflict, "This case is offered to somebody already. Take that back first.")
	}
	return nil
}

// lendFor lets the taker read the case while the offer stands.
func lendFor(ctx context.Context, s *cases.Seat, h Handing) (lent bool, err error) {
	c := s.Case()
	if !slices.Contains(c.Assigned, h.Taker) {
		return true, s.Admit(ctx, h.Taker, h.Until)
	}
	if until := c.Until[h.Taker]; !until.IsZero() && until.Before(h.Until) {
		return false, s.Prolong(ctx, h.Taker, h.Until)
	}
	return false, nil
}

func (b *Board) promise(ctx context.Context, tx Store, actor staff.Actor, thread, taker string) ([]byte, error) {
	if thread == "" || b.Conversations == nil {
		return []byte{}, nil
	}
	grants, err := b.Conversations.Promise(ctx, tx, actor, thread, taker)
	if err != nil {
		return nil, err
	}
	return json.Marshal(grants)
}

// Renote replaces the note of an offer that stands: the taker must read the new one.
func (b *Board) Renote(ctx context.Context, actor staff.Actor, id string, saw int, n Note) error {
	if err := n.check(); err != nil {
		return err
	}
	return b.onHanding(ctx, actor, id, func(tx Store, s *cases.Seat, h Handing) error {
		if h.Giver != actor.ID {
			return fault.Missing()
		}
		if h.State != Offered {
			return fault.New(fault.Conflict, "This was answered, taken back, or its time is over.")
		}
		saved, err := s.Write(ctx, KindNote, noteID, saw, n)
		if err != nil {
			return err
		}
		if saved.Rival {
			return fault.New(fault.Conflict, "The note was changed meanwhile. Load the page again.")
		}
		h.Note = saved.Version
		if err := tx.SaveHanding(ctx, h); err != nil {
			return err
		}
		return s.Log(ctx, "handing.renoted", handingDetail{h.ID, h.Giver, h.Taker, h.Note})
	})
}

// Taken says what moved when a case was accepted.
type Taken struct {
	Tasks  int // that were the giver's
	Alerts int // on which the giver acted
	Missed int // conversations that somebody must share anew
}

// Accept moves the case to the actor: assignment for good, the giver's tasks, the alerts
// on which the giver acts, the conversation; the giver's right ends, with new keys. Note
// is the edition that the actor has read, and back says it in the actor's own words.
func (b *Board) Accept(ctx context.Context, actor staff.Actor, id string, note int, back string) (t Taken, err error) {
	back = strings.TrimSpace(back)
	var c fault.Check
	c.Field(note > 0, "read", "Read the note, and say that you have.")
	c.Field(len(back) >= 10, "back", "Say in your own words what you do first, and what must not happen.")
	c.Field(len(back) <= maxWords, "back", "This text is too long. Put the rest into a note of the case.")
	if err := c.Err(); err != nil {
		return t, err
	}
	err = b.onHanding(ctx, actor, id, func(tx Store, s *cases.Seat, h Handing) error {
		t = Taken{}
		if h.Taker != actor.ID {
			return fault.Missing()
		}
		if h.State == Accepted {
			return nil // a form sent twice
		}
		if h.State != Offered || !s.Now().Before(h.Until) {
			return fault.New(fault.Conflict, "This was answered, taken back, or its time is over.")
		}
		if h.Note != note {
			return fault.New(fault.Conflict, "The note was changed since you read it. Read it again.")
		}
		if _, err := s.Write(ctx, KindBack, h.ID, 0, Back{back}); err != nil {
			return err
		}
		return b.move(ctx, tx, s, actor, h, &t)
	})
	return t, err
}

// move does everything that an acceptance means.
func (b *Board) move(ctx context.Context, tx Store, s *cases.Seat, actor staff.Actor, h Handing, t *Taken) (err error) {
	if err := s.Settle(ctx, h.Taker); err != nil {
		return err
	}
	open, err := tx.ChoresOf(ctx, h.File)
	if err != nil {
		return err
	}
	for _, a := range open {
		if a.State != Open || a.Owner != h.Giver {
			continue
		}
		a.Owner = h.Taker
		if err := tx.SaveChore(ctx, a); err != nil {
			return err
		}
		t.Tasks++
	}
	if t.Alerts, err = s.PassAlerts(ctx, h.Giver, h.Taker); err != nil {
		return err
	}
	if t.Missed, err = b.redeem(ctx, tx, s, actor, h); err != nil {
		return err
	}
	if err := b.leftOpen(ctx, tx, s, actor, h, t.Missed); err != nil {
		return err
	}
	h.State, h.Ended, h.Voices = Accepted, s.Now(), []byte{}
	if err := tx.SaveHanding(ctx, h); err != nil {
		return err
	}
	if err := s.Log(ctx, "handing.accepted", handingDetail{h.ID, h.Giver, h.Taker, h.Note}); err != nil {
		return err
	}
	if h.Stays || !slices.Contains(s.Case().Assigned, h.Giver) {
		return nil
	}
	return s.Release(ctx, h.Giver)
}

func (b *Board) redeem(ctx context.Context, tx Store, s *cases.Seat, actor staff.Actor, h Handing) (int, error) {
	if len(h.Voices) == 0 || b.Conversations == nil || s.Case().Thread == "" {
		return 0, nil
	}
	var grants []safe.Grant
	if err := json.Unmarshal(h.Voices, &grants); err != nil {
		return 0, errors.New("team: the grants of a conversation cannot be read")
	}
	return b.Conversations.Redeem(ctx, tx, actor, s.Case().Thread, h.Giver, grants)
}

// leftOpen makes tasks of what does not move by itself: actions of the plan that were
// the giver's, legs on which the giver travels, a conversation that could not be shared.
func (b *Board) leftOpen(ctx context.Context, tx Store, s *cases.Seat, actor staff.Actor, h Handing, missed int) error {
	c := s.Case()
	due := s.Now().Add(24 * time.Hour)
	add := func(what string, due time.Time) error {
		a := Ask{ID: ids.New("task"), File: h.File, Kind: Task, Owner: h.Taker, By: ledger.Desk, At: s.Now(), Due: due, State: Open}
		return b.add(ctx, tx, s, a, what)
	}
	if !h.Stays {
		for _, x := range c.Plan.Content().Actions {
			if x.Owner != h.Giver || x.Done {
				continue
			}
			first := due
			if !x.Due.IsZero() && x.Due.Before(first) && x.Due.After(s.Now()) {
				first = x.Due
			}
			if err := add(TookAction+x.What, first); err != nil {
				return err
			}
		}
		for _, l := range c.Legs {
			if l.Escort == h.Giver && len(l.State.Next()) > 0 {
				if err := add(TookLeg+num(l.Number), due); err != nil {
					return err
				}
			}
		}
	}
	if missed > 0 {
		return add(TookTalk, due)
	}
	return nil
}

// What the words of a task begin with that the Desk made of itself when a case changed
// hands; pages put them into the reader's language.
const (
	TookAction = "took/action/" // an action of the plan; its words follow
	TookLeg    = "took/leg/"    // the giver travels on this leg; its number follows
	TookTalk   = "took/talk"    // the conversation has a new key
)

func num(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return num(n/10) + num(n%10)
}
