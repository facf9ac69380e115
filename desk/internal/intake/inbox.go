package intake

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Arrivals keeps sealed envelopes until they are opened.
type Arrivals interface {
	PutArrival(ctx context.Context, a Arrival) (fresh bool, err error) // false: known already, also when it was opened since
	// WaitingArrivals lists what this member may open, oldest first: not what has
	// trouble, and not what continues a conversation that only colleagues can open.
	WaitingArrivals(ctx context.Context, member string, limit int) ([]Arrival, error)
	WaitingOn(ctx context.Context, channel string, until clock.Day) (int, error) // how many wait that came by then
	ArrivalOpened(ctx context.Context, id string) error                          // destroys the sealed bytes, keeps the id
	ArrivalTrouble(ctx context.Context, id, trouble string) error
	TroubledArrivals(ctx context.Context) ([]Arrival, error)
}

// Threads keeps conversations.
type Threads interface {
	Thread(ctx context.Context, id string) (Thread, error)
	ThreadOfMailbox(ctx context.Context, mailbox string) (Thread, error)
	Threads(ctx context.Context, member string) ([]Thread, error) // those whose safe the member can open
	PutThread(ctx context.Context, t Thread) error
	AddMessage(ctx context.Context, m Message) error // gives it its place in the thread
	Messages(ctx context.Context, thread string) ([]Message, error)
	EraseThread(ctx context.Context, id string) error // with its messages, its grants and what the ledger says of it
}

// IntakeKeys keeps the channels' keys.
type IntakeKeys interface {
	PutIntakeKey(ctx context.Context, k Key) error
	IntakeKeys(ctx context.Context, channel string) ([]Key, error) // newest first; all channels when ""
}

// Store is all that the inbox needs of its transaction.
type Store interface {
	Arrivals
	Threads
	IntakeKeys
	Resealer
	safe.Store
	staff.Store
	ledger.Appender
	jobs.Queue
}

// Crypto is what the inbox needs from the rooms that may open and close envelopes.
type Crypto struct {
	Generate func(seed []byte) (recipient string, err error)                       // an intake identity
	Unseal   func(seed []byte, sealed envelope.Sealed) (envelope.Message, error)   // at the Desk only
	Seal     func(recipient string, p envelope.Plaintext) (envelope.Sealed, error) // to a sender's mailbox
}

// Inbox is where conversations are held.
type Inbox struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Crypto  Crypto
	Record  Testimonies // nil: nothing can be handed to the record
	Floor   uint64      // the lowest serial of a new key; raised by a restore
	Gate    Gate        // nil: no answer leaves
}

// Gate lets the words of an answer leave the Desk, or refuses them. It runs in
// the transaction of the answer; publish.Gateway is the only one.
type Gate interface {
	PassReply(ctx context.Context, tx Store, actor staff.Actor, thread, words string, meant bool) error
}

// Testimony is what a sender agreed to have recorded: their words and a name
// that leads nowhere but through the thread's safe.
type Testimony struct {
	Source   string // the same sender always has the same one
	Words    string
	Language string
	Day      clock.Day
}

// Testimonies takes testimonies, in the transaction of the handing over.
type Testimonies interface {
	Testify(ctx context.Context, tx Store, by staff.Actor, t Testimony) (item string, err error)
}

// Job kinds that the courier does.
const (
	JobReply = "hatch.reply" // Body: a Reply as JSON
	JobErase = "hatch.erase" // Body: the mailbox's id as a JSON string
)

// Reply is one sealed message on its way to a mailbox.
type Reply struct {
	ID      string          `json:"id"`
	Mailbox string          `json:"mailbox"`
	Sealed  envelope.Sealed `json:"sealed"`
	Expires clock.Day       `json:"expires"`
}

// replyKept is how long a reply waits at the Front to be read.
const replyKept = 60 * 24 * time.Hour

// Receive keeps what the courier pulled. It is durable when Receive returns;
// an arrival that came before changes nothing. It returns how many were new.
func (b *Inbox) Receive(ctx context.Context, arrivals []Arrival) (int, error) {
	fresh := 0
	err := b.Within(ctx, func(s Store) error {
		fresh = 0
		for _, a := range arrivals {
			a.At = b.Clock.Now()
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

// NewKey makes the next intake key of a channel, opened by the members on duty.
func (b *Inbox) NewKey(ctx context.Context, actor, channel string, from, until clock.Day) (Key, error) {
	var k Key
	err := b.Within(ctx, func(s Store) error {
		old, err := s.IntakeKeys(ctx, channel)
		if err != nil {
			return err
		}
		seed := make([]byte, 32)
		rand.Read(seed)
		defer clear(seed)
		k = Key{ID: ids.New("key"), Channel: channel, From: from, Until: until, Serial: 1}
		if len(old) > 0 {
			k.Serial = old[0].Serial + 1
		}
		k.Serial = max(k.Serial, b.Floor)
		if k.Recipient, err = b.Crypto.Generate(seed); err != nil {
			return err
		}
		readers, err := onDuty(ctx, s)
		if err != nil {
			return err
		}
		sf, grants, err := safe.Create(k.ID, readers...)
		if err != nil {
			return err
		}
		if err := putGrants(ctx, s, grants); err != nil {
			return err
		}
		k.Sealed = sf.Put("intake.key/"+k.ID, seed)
		if err := s.PutIntakeKey(ctx, k); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor, Action: "intake-key.made", Subject: k.ID})
	})
	return k, err
}

func putGrants(ctx context.Context, s safe.Store, grants []safe.Grant) error {
	for _, g := range grants {
		if err := s.PutGrant(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// onDuty are the intake operators on duty; all of them when none is; it is an
// error when there is no operator at all.
func onDuty(ctx context.Context, s staff.Store) ([]staff.Member, error) {
	members, err := s.Members(ctx)
	if err != nil {
		return nil, err
	}
	all := staff.With(members, staff.Intake)
	duty := slices.DeleteFunc(slices.Clone(all), func(m staff.Member) bool { return !m.OnDuty })
	if len(duty) > 0 {
		return duty, nil
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, "Nobody is an intake operator. Give one member that role first.")
	}
	return all, nil
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

// seeds opens the intake keys that the actor can open, by channel, newest first.
func (b *Inbox) seeds(ctx context.Context, actor staff.Actor) (map[string][][]byte, error) {
	keys := map[string][][]byte{}
	return keys, b.Reading(ctx, func(s Store) error {
		clear(keys)
		all, err := s.IntakeKeys(ctx, "")
		if err != nil {
			return err
		}
		for _, k := range all {
			seed, err := openKey(ctx, s, actor, k)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			keys[k.Channel] = append(keys[k.Channel], seed)
		}
		return nil
	})
}

// Seeds opens the seeds of all intake keys that the actor can open, for the
// seizure drill and for an export of test identities.
func (b *Inbox) Seeds(ctx context.Context, actor staff.Actor) ([][]byte, error) {
	byChannel, err := b.seeds(ctx, actor)
	var out [][]byte
	for _, seeds := range byChannel {
		out = append(out, seeds...)
	}
	return out, err
}

func openKey(ctx context.Context, s Store, actor staff.Actor, k Key) ([]byte, error) {
	g, err := s.Grant(ctx, k.ID, actor.ID)
	if err != nil {
		return nil, err
	}
	sf, err := safe.Open(actor.Keys, g)
	if err != nil {
		return nil, err
	}
	return sf.Take("intake.key/"+k.ID, k.Sealed)
}

// unseal tries the channel's keys, newest first. The trouble is a sentence for
// the operator; the arrival is kept whatever it says.
func (b *Inbox) unseal(seeds [][]byte, a Arrival) (envelope.Message, string) {
	for _, seed := range seeds {
		msg, err := b.Crypto.Unseal(seed, a.Sealed)
		if err == nil {
			switch {
			case msg.Channel != a.Channel:
				return msg, "It was written for another channel than the one it came through."
			case msg.Kind == envelope.Report && msg.Mailbox == nil,
				msg.Mailbox != nil && (msg.Mailbox.ID != a.Mailbox || !slices.Equal(msg.Mailbox.SignKey, a.SignKey)):
				return msg, "The mailbox inside is not the one it came for. It may have been tampered with on the way."
			}
			return msg, ""
		}
	}
	return envelope.Message{}, "No key of this channel opens it: it was damaged on the way, or sealed to a key that is gone."
}

// file puts an opened message into its thread, making the thread when it is the first.
func (b *Inbox) file(ctx context.Context, s Store, actor staff.Actor, a Arrival, msg envelope.Message) error {
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
	t.LastIn = a.At
	t.Files += len(msg.Files)
	if err := s.PutThread(ctx, t); err != nil {
		return err
	}
	if err := add(ctx, s, sf, Message{Thread: t.ID, Direction: In, At: a.At}, msg); err != nil {
		return err
	}
	if err := s.ArrivalOpened(ctx, a.ID); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "arrival.opened", Subject: t.ID, Scope: t.ID, Detail: struct {
		Arrival string `json:"arrival"`
	}{a.ID}})
}

// begin makes a thread's safe for those on duty and for the actor.
func (b *Inbox) begin(ctx context.Context, s Store, actor staff.Actor, id string) (safe.Safe, error) {
	readers, err := onDuty(ctx, s)
	if err != nil {
		return safe.Safe{}, err
	}
	if !slices.ContainsFunc(readers, func(m staff.Member) bool { return m.ID == actor.ID }) {
		readers = append(readers, actor.Member)
	}
	sf, grants, err := safe.Create(id, readers...)
	if err != nil {
		return safe.Safe{}, err
	}
	return sf, putGrants(ctx, s, grants)
}

// open opens a thread's safe for the actor, or answers NotFound.
func open(ctx context.Context, s safe.Store, actor staff.Actor, thread string) (safe.Safe, error) {
	g, err := s.Grant(ctx, thread, actor.ID)
	if err != nil {
		return safe.Safe{}, err
	}
	return safe.Open(actor.Keys, g)
}

func add(ctx context.Context, s Store, sf safe.Safe, m Message, content envelope.Message) error {
	plain, err := json.Marshal(content)
	if err != nil {
		return err
	}
	m.ID = ids.New("message")
	m.Sealed = sf.Put("thread.message/"+m.ID, plain)
	return s.AddMessage(ctx, m)
}

// List returns the threads that the actor can open, in the inbox's order.
func (b *Inbox) List(ctx context.Context, actor staff.Actor) ([]Thread, error) {
	var out []Thread
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.Threads(ctx, actor.ID)
		return err
	})
	slices.SortStableFunc(out, Order)
	return out, err
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

// blank reports whether there are no words at all.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// ShareKeys lets every intake operator open the intake keys that the actor can
// open: somebody who joined after a key was made gets it from a colleague.
func (b *Inbox) ShareKeys(ctx context.Context, actor staff.Actor) error {
	if !actor.Roles.Has(staff.Intake) {
		return nil
	}
	type gap struct {
		key Key
		to  staff.Member
	}
	var gaps []gap
	if err := b.Reading(ctx, func(s Store) error {
		gaps = nil
		keys, err := s.IntakeKeys(ctx, "")
		if err != nil {
			return err
		}
		members, err := s.Members(ctx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			grants, err := s.Grants(ctx, k.ID)
			if err != nil {
				return err
			}
			has := func(id string) bool {
				return slices.ContainsFunc(grants, func(g safe.Grant) bool { return g.Member == id })
			}
			for _, m := range staff.With(members, staff.Intake) {
				if has(actor.ID) && !has(m.ID) {
					gaps = append(gaps, gap{k, m})
				}
			}
		}
		return nil
	}); err != nil || len(gaps) == 0 {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		for _, g := range gaps {
			sf, err := open(ctx, s, actor, g.key.ID)
			if err != nil {
				return err
			}
			grant, err := sf.Share(g.to)
			if err != nil {
				return err
			}
			if err := s.PutGrant(ctx, grant); err != nil {
				return err
			}
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "intake-key.shared", Subject: g.key.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}
