package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// Card is what a thread's sender and we agreed, as it is kept.
type Card struct {
	Thread string
	Sealed safe.Sealed // Agreed as JSON, in the thread's safe
	Proxy  bool        // somebody else writes for the person
	Own    string      // the thread in which the person wrote later
	Lifted time.Time   // until then an answer may go at any hour
}

// Cards keeps cards.
type Cards interface {
	Card(ctx context.Context, thread string) (Card, error)
	Cards(ctx context.Context, member string) ([]Card, error) // of the threads that the member can open
	PutCard(ctx context.Context, c Card) error
}

// Agreed is when and how it is safe to reach somebody, and by which words both
// sides know each other. Empty fields are not agreed.
type Agreed struct {
	Days     []string `json:"days,omitempty"`  // mon … sun; none: every day
	Hours    []string `json:"hours,omitempty"` // parts of the day, see partsOfDay; none: at any hour
	Zone     string   `json:"zone,omitempty"`  // their clock: minutes east of UTC
	Never    []string `json:"never,omitempty"` // call, text, mail, visit
	Answered string   `json:"answered,omitempty"`
	Ours     string   `json:"ours,omitempty"`   // by which we prove that it is us
	Theirs   string   `json:"theirs,omitempty"` // by which they do
	Fine     string   `json:"fine,omitempty"`   // an ordinary sentence: I am safe
	Help     string   `json:"help,omitempty"`   // an ordinary sentence: I need help
	Forced   string   `json:"forced,omitempty"` // an ordinary sentence: I am being forced
	Shows    string   `json:"shows,omitempty"`  // what the second code shows: one of the harmless answers
	Harmless string   `json:"harmless,omitempty"`
	Relation string   `json:"relation,omitempty"` // of a proxy to the person
	Knows    string   `json:"knows,omitempty"`    // yes, no, unsure: whether the person knows
	Reach    string   `json:"reach,omitempty"`    // whether and how the person can be reached
	Hide     string   `json:"hide,omitempty"`     // who must not learn of it
}

// partsOfDay are the hours that can be chosen: from and before which hour.
var partsOfDay = map[string][2]int{"morning": {6, 12}, "day": {12, 18}, "evening": {18, 23}, "night": {23, 6}}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday counts

// Window says whether now is a time at which it is safe to reach somebody.
type Window struct {
	Open    bool
	Limited bool      // there are hours or days to keep to
	Known   bool      // their local time is known
	Local   time.Time // their clock, when it is known
}

// Window compares a time with what was agreed. Hours without a known clock are
// never open: nobody knows whether it is night there.
func (a Agreed) Window(now time.Time) Window {
	w := Window{Limited: len(a.Days)+len(a.Hours) > 0}
	minutes, err := strconv.Atoi(a.Zone)
	if w.Known = err == nil && a.Zone != ""; w.Known {
		w.Local = now.In(time.FixedZone("", minutes*60))
	}
	switch {
	case !w.Limited:
		w.Open = true
	case w.Known:
		day := weekdays[w.Local.Weekday()]
		if w.Local.Hour() < partsOfDay["night"][1] && slices.Contains(a.Hours, "night") {
			day = weekdays[(w.Local.Weekday()+6)%7] // the night belongs to the evening before it
		}
		w.Open = (len(a.Days) == 0 || slices.Contains(a.Days, day)) && (len(a.Hours) == 0 || slices.ContainsFunc(a.Hours, func(p string) bool { return within(p, w.Local.Hour()) }))
	}
	return w
}

func within(part string, hour int) bool {
	span, ok := partsOfDay[part]
	if !ok {
		return false
	}
	if span[0] < span[1] {
		return hour >= span[0] && hour < span[1]
	}
	return hour >= span[0] || hour < span[1]
}

// meaning finds what a text means by agreement: the whole text, whatever its
// capitals, spaces and punctuation. Being forced comes before all else.
func (a Agreed) meaning(text string) AlarmKind {
	said := Bare(text)
	if said == "" {
		return ""
	}
	for _, x := range []struct {
		sentence string
		kind     AlarmKind
	}{{a.Forced, Coerced}, {a.Help, Help}, {a.Fine, Fine}} {
		if Bare(x.sentence) == said {
			return x.kind
		}
	}
	return ""
}

// Bare is a sentence as it is compared with one that was agreed: envelope.Bare.
func Bare(s string) string { return envelope.Bare(s) }

func (a Agreed) check() error {
	var c fault.Check
	fine, help, forced := Bare(a.Fine), Bare(a.Help), Bare(a.Forced)
	c.Field(fine == "" || fine != help && fine != forced, "fine", "The sentences must differ.")
	c.Field(help == "" || help != forced, "help", "The sentences must differ.")
	for _, h := range a.Hours {
		_, ok := partsOfDay[h]
		c.Field(ok, "hours", "Please choose one of the answers, or none.")
	}
	for _, d := range a.Days {
		c.Field(slices.Contains(weekdays, d), "days", "Please choose one of the answers, or none.")
	}
	_, err := strconv.Atoi(a.Zone)
	c.Field(a.Zone == "" || err == nil, "zone", "Please choose one of the answers, or none.")
	return c.Err()
}

// The ids of the questions whose answers go onto the card; package forms asks them.
const (
	askDays, askHours, askZone, askNever    = "days", "hours", "zone", "never"
	askAnswered, askOurs, askTheirs         = "answered", "ours", "theirs"
	askFine, askNeedHelp, askShows          = "fine", "need-help", "shows"
	askFor, askRelation, askKnows, askReach = "for", "relation", "knows", "reach"
	askHide                                 = "hide"
)

// take puts what a sender answered over what was agreed before. A question that
// was skipped or put off changes nothing.
func (a *Agreed) take(answers []envelope.Answer) (changed, proxy bool) {
	for _, x := range answers {
		one := ""
		if len(x.Values) > 0 {
			one = x.Values[0]
		}
		if one == "" && strings.TrimSpace(x.Words) == "" {
			continue
		}
		known := true
		switch x.Question {
		case askDays:
			a.Days = x.Values
		case askHours:
			a.Hours = x.Values
		case askZone:
			a.Zone = one
		case askNever:
			a.Never = x.Values
		case askAnswered:
			a.Answered = x.Words
		case askOurs:
			a.Ours = x.Words
		case askTheirs:
			a.Theirs = x.Words
		case askFine:
			a.Fine = x.Words
		case askNeedHelp:
			a.Help = x.Words
		case askShows:
			a.Shows, a.Harmless = one, x.Words
		case askFor:
			proxy = one != "" && one != "me"
		case askRelation:
			a.Relation = x.Words
		case askKnows:
			a.Knows = one
		case askReach:
			a.Reach = strings.TrimSpace(one + "\n" + x.Words)
		case askHide:
			a.Hide = x.Words
		default:
			known = false
		}
		changed = changed || known
	}
	if a.check() != nil { // sentences that mean two things mean nothing
		a.Fine, a.Help = "", ""
	}
	return changed, proxy
}

func cardLabel(thread string) string { return "thread.card/" + thread }

// openCard opens what is agreed; nothing is agreed when there is no card.
func openCard(ctx context.Context, s Cards, sf safe.Safe, thread string) (Agreed, Card, error) {
	var a Agreed
	c, err := s.Card(ctx, thread)
	if fault.KindOf(err) == fault.NotFound {
		return a, Card{Thread: thread}, nil
	}
	if err != nil {
		return a, c, err
	}
	plain, err := sf.Take(cardLabel(thread), c.Sealed)
	if err != nil {
		return a, c, err
	}
	return a, c, json.Unmarshal(plain, &a)
}

func putCard(ctx context.Context, s Cards, sf safe.Safe, a Agreed, c Card) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	c.Sealed = sf.Put(cardLabel(c.Thread), plain)
	return s.PutCard(ctx, c)
}

// arranged takes up what a message says about the second code, about hours and
// phrases, and about who writes.
func (b *Inbox) arranged(ctx context.Context, s Store, sf safe.Safe, t Thread, msg envelope.Message) error {
	if msg.Kind == envelope.Report {
		if err := register(ctx, s, t, msg); err != nil {
			return err
		}
	}
	a, c, err := openCard(ctx, s, sf, t.ID)
	if err != nil {
		return err
	}
	changed, proxy := a.take(msg.Answers)
	if !changed {
		return nil
	}
	c.Proxy = c.Proxy || proxy
	return putCard(ctx, s, sf, a, c)
}

// Agreed opens what is agreed with a thread's sender. The reading is in the ledger.
func (b *Inbox) Agreed(ctx context.Context, actor staff.Actor, thread string) (a Agreed, c Card, err error) {
	return a, c, b.change(ctx, actor, thread, "card.read", func(s Store, _ *Thread, sf safe.Safe) (err error) {
		a, c, err = openCard(ctx, s, sf, thread)
		return err
	})
}

// Agree keeps what was agreed with a sender, over what was agreed before.
func (b *Inbox) Agree(ctx context.Context, actor staff.Actor, thread string, a Agreed) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.change(ctx, actor, thread, "card.agreed", func(s Store, _ *Thread, sf safe.Safe) error {
		_, c, err := openCard(ctx, s, sf, thread)
		if err != nil {
			return err
		}
		return putCard(ctx, s, sf, a, c)
	})
}

// liftedFor is how long a reason lets answers go outside the safe hours.
const liftedFor = 15 * time.Minute

// Lift lets answers go for a while although it is not a safe time, or although
// somebody forces the sender. The reason becomes a note.
func (b *Inbox) Lift(ctx context.Context, actor staff.Actor, thread, reason string) error {
	if blank(reason) {
		return fault.Bad("reason", "Say why it cannot wait.")
	}
	return b.change(ctx, actor, thread, "card.lifted", func(s Store, _ *Thread, sf safe.Safe) error {
		a, c, err := openCard(ctx, s, sf, thread)
		if err != nil {
			return err
		}
		c.Lifted = b.Clock.Now().Add(liftedFor)
		if err := putCard(ctx, s, sf, a, c); err != nil {
			return err
		}
		return add(ctx, s, sf, Message{Thread: thread, Direction: Note, Author: actor.ID, At: b.Clock.Now()}, envelope.Message{Text: reason})
	})
}

// mayAnswer holds an answer back while somebody forces the sender, and outside
// the hours that they named, under whichever of their codes, unless somebody gave
// a reason.
func (b *Inbox) mayAnswer(ctx context.Context, s Store, actor staff.Actor, sf safe.Safe, t Thread) error {
	family, err := kin(ctx, s, t)
	if err != nil {
		return err
	}
	cards, err := cardsOf(ctx, s, actor, sf, family)
	if err != nil {
		return err
	}
	now := b.Clock.Now()
	if slices.ContainsFunc(cards, func(h held) bool { return now.Before(h.Lifted) }) {
		return nil
	}
	alarms, err := alarmsOf(ctx, s, family)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(alarms, func(x Alarm) bool { return x.Ended.IsZero() && x.Kind.Duress() }) {
		return fault.New(fault.Conflict, "Somebody may be forcing them to open their mailbox at this moment. Do not answer in the ordinary way: follow the steps at the top of this page. If it cannot wait, say there why.")
	}
	for _, h := range cards {
		switch w := h.Window(now); {
		case w.Open:
		case !w.Known:
			return fault.New(fault.Conflict, "They named hours at which it is safe, and we do not know what time it is where they are. If it cannot wait, say why under \"How to reach them\".")
		default:
			return fault.New(fault.Conflict, "It is not one of the hours that they called safe. If it cannot wait, say why under \"How to reach them\".")
		}
	}
	return nil
}

// JoinOwn notes that the person for whom somebody wrote has written for themselves.
// Both conversations stay as they are; each shows the way to the other.
func (b *Inbox) JoinOwn(ctx context.Context, actor staff.Actor, thread, own string) error {
	return b.change(ctx, actor, thread, "card.joined", func(s Store, t *Thread, sf safe.Safe) error {
		if _, err := open(ctx, s, actor, own); err != nil {
			return err
		}
		a, c, err := openCard(ctx, s, sf, thread)
		if err != nil {
			return err
		}
		if !c.Proxy || own == thread {
			return fault.New(fault.Conflict, "Only what somebody wrote for another person can be joined to that person's own conversation.")
		}
		c.Own = own
		return putCard(ctx, s, sf, a, c)
	})
}

// Cards lists the plain half of the cards that the actor can open, by thread.
func (b *Inbox) Cards(ctx context.Context, actor staff.Actor) (map[string]Card, error) {
	out := map[string]Card{}
	err := b.Reading(ctx, func(s Store) error {
		clear(out)
		cards, err := s.Cards(ctx, actor.ID)
		for _, c := range cards {
			out[c.Thread] = c
		}
		return err
	})
	return out, err
}
