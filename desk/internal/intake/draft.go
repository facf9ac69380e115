package intake

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Draft is an answer that was not sent yet. What it says lies in the thread's safe.
type Draft struct {
	ID       string
	Thread   string
	Author   string
	Revision int
	At       time.Time
	Asked    bool   // a second person is asked to agree
	Approver string // who agreed
	Message  string // what became of it
	Sealed   safe.Sealed
}

// Open reports whether the draft was neither sent nor thrown away.
func (d Draft) Open() bool { return len(d.Sealed) > 0 }

// Drafts keeps drafts.
type Drafts interface {
	PutDraft(ctx context.Context, d Draft) error // adds or replaces
	Draft(ctx context.Context, id string) (Draft, error)
	Drafts(ctx context.Context, thread string) ([]Draft, error) // oldest first
	DropDraft(ctx context.Context, id string) error
	// DraftsAsked lists the open drafts that wait for a second person, in threads
	// that the member can open and by somebody else.
	DraftsAsked(ctx context.Context, member string) ([]Draft, error)
	ChannelSecond(ctx context.Context, channel string) (bool, error) // answers need two people
	Channels(ctx context.Context) ([]Channel, error)
	PutChannel(ctx context.Context, c Channel) error
}

// OpenDraft is a draft with its words.
type OpenDraft struct {
	Draft
	Answer
}

// needsSecond reports whether an answer to a thread needs a second person: by its
// channel or by itself, or by another thread of the same person.
func needsSecond(ctx context.Context, s Store, id string) (bool, error) {
	t, err := s.Thread(ctx, id)
	if err != nil {
		return false, err
	}
	family, err := kin(ctx, s, t)
	if err != nil {
		return false, err
	}
	for _, f := range family {
		if f.Second {
			return true, nil
		}
		if second, err := s.ChannelSecond(ctx, f.Channel); err != nil || second {
			return second, err
		}
	}
	return false, nil
}

// SecondFor sets the channels in which every answer needs a second person; in the
// others one is enough. Answers that wait for a second person go on waiting.
func (b *Inbox) SecondFor(ctx context.Context, actor staff.Actor, channels []string) error {
	if err := actor.Must(staff.Security); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		all, err := s.Channels(ctx)
		if err != nil {
			return err
		}
		for _, id := range channels {
			if !slices.ContainsFunc(all, func(c Channel) bool { return c.ID == id }) {
				return fault.Bad("second", "Choose one of the channels.")
			}
		}
		for _, c := range all {
			second := slices.Contains(channels, c.ID)
			if c.Second == second {
				continue
			}
			c.Second = second
			if err := s.PutChannel(ctx, c); err != nil {
				return err
			}
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "channel.second", Subject: c.ID, Detail: struct {
				Second bool `json:"second"`
			}{second}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeepDraft keeps a draft: a new one when id is empty, else the next revision of
// one's own. Asked calls for a second person. When somebody changed it since the
// revision that the author saw, both are kept and forked is true. The page keeps what
// is typed by itself, too: the same words that come again, before or after a colleague
// was asked, stay one draft, and the asking stays.
func (b *Inbox) KeepDraft(ctx context.Context, actor staff.Actor, thread, id string, saw int, a Answer, asked bool) (d Draft, forked bool, err error) {
	err = b.Within(ctx, func(s Store) error {
		forked = false
		d = Draft{ID: ids.New("draft"), Thread: thread, Author: actor.ID}
		sf, err := open(ctx, s, actor, thread)
		if err != nil {
			return err
		}
		if err := a.check(); err != nil {
			return err
		}
		if id != "" {
			old, err := s.Draft(ctx, id)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			if err == nil && old.Thread != thread {
				return fault.Missing()
			}
			var same bool
			if err == nil && old.Open() && old.Author == actor.ID && old.Revision == saw+1 {
				if same, err = sameDraft(sf, old, a); err != nil {
					return err
				}
			}
			switch {
			case same && (old.Asked || !asked): // its form was sent twice, or the page kept it a moment late
				d = old
				return nil
			case same: // the page had just kept it
				d = old
			case err == nil && old.Open() && old.Revision == saw && old.Author == actor.ID:
				d = old
			case err != nil && saw == 0 && ids.Valid("draft", id):
				d.ID = id // the page gave a new draft its id
			default:
				forked = true // sent, thrown away or changed meanwhile: the words are kept beside it
			}
		}
		d.Revision, d.At, d.Asked = d.Revision+1, b.Clock.Now(), asked
		if err := b.sealDraft(ctx, s, sf, d, a); err != nil {
			return err
		}
		action := "draft.kept"
		if asked {
			action = "draft.asked"
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: thread, Scope: thread, Detail: draftDetail{d.ID, d.Revision}})
	})
	return d, forked, err
}

// sameDraft reports whether a draft says this already.
func sameDraft(sf safe.Safe, d Draft, a Answer) (bool, error) {
	o, err := openDraft(sf, d)
	return err == nil && o.Text == a.Text && o.Ours == a.Ours && slices.Equal(o.To, a.To), err
}

type draftDetail struct {
	Draft    string `json:"draft"`
	Revision int    `json:"revision"`
}

func (b *Inbox) sealDraft(ctx context.Context, s Store, sf safe.Safe, d Draft, a Answer) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	d.Sealed = sf.Put("thread.draft/"+d.ID, plain)
	return s.PutDraft(ctx, d)
}

func openDraft(sf safe.Safe, d Draft) (OpenDraft, error) {
	o := OpenDraft{Draft: d}
	plain, err := sf.Take("thread.draft/"+d.ID, d.Sealed)
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(plain, &o.Answer)
}

// OpenDrafts opens the drafts of a conversation; the reading is in the ledger.
func (b *Inbox) OpenDrafts(ctx context.Context, actor staff.Actor, thread string) ([]OpenDraft, error) {
	var out []OpenDraft
	err := b.Within(ctx, func(s Store) error {
		out = nil
		sf, err := open(ctx, s, actor, thread)
		if err != nil {
			return err
		}
		all, err := s.Drafts(ctx, thread)
		if err != nil {
			return err
		}
		for _, d := range all {
			if !d.Open() {
				continue
			}
			o, err := openDraft(sf, d)
			if err != nil {
				return err
			}
			out = append(out, o)
		}
		if len(out) == 0 {
			return nil
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "draft.read", Subject: thread, Scope: thread})
	})
	return out, err
}

// Approve is the second person's yes to one revision of a draft: it is sent in the
// same transaction, in its author's name. The actor must have seen that revision
// and every message that there is.
func (b *Inbox) Approve(ctx context.Context, actor staff.Actor, thread, id string, revision, saw int) error {
	return b.Within(ctx, func(s Store) error {
		sf, err := open(ctx, s, actor, thread)
		if err != nil {
			return err
		}
		d, err := s.Draft(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case d.Thread != thread:
			return fault.Missing()
		case !d.Open() && d.Approver == actor.ID && d.Revision == revision:
			return nil // the form was sent twice
		case !d.Open():
			return fault.New(fault.Conflict, "This draft was sent or thrown away meanwhile.")
		case d.Author == actor.ID:
			return fault.New(fault.Conflict, "It is your own draft. Somebody else must agree to it.")
		case !d.Asked:
			return fault.New(fault.Conflict, "Its author has not asked for a second person yet.")
		case d.Revision != revision:
			return fault.New(fault.Conflict, "The draft was changed meanwhile. Read it again before you agree.")
		}
		o, err := openDraft(sf, d)
		if err != nil {
			return err
		}
		o.Saw = saw
		message, err := b.sendIn(ctx, s, actor, d.Author, thread, o.Answer)
		if err != nil {
			return err
		}
		d.Approver, d.Message, d.Sealed, d.Asked = actor.ID, message, nil, false
		if err := s.PutDraft(ctx, d); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "draft.approved", Subject: thread, Scope: thread, Detail: draftDetail{d.ID, d.Revision}})
	})
}

// DropDraft throws an open draft away: one's own, or one that a colleague asked about, with a note why.
func (b *Inbox) DropDraft(ctx context.Context, actor staff.Actor, thread, id string) error {
	return b.Within(ctx, func(s Store) error {
		if _, err := open(ctx, s, actor, thread); err != nil {
			return err
		}
		d, err := s.Draft(ctx, id)
		if err != nil {
			return err
		}
		if d.Thread != thread {
			return fault.Missing()
		}
		if !d.Open() {
			return fault.New(fault.Conflict, "This draft was sent or thrown away meanwhile.")
		}
		if d.Author != actor.ID {
			return fault.New(fault.Conflict, "This draft is a colleague's. Write a note that says what should change.")
		}
		if err := s.DropDraft(ctx, id); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "draft.dropped", Subject: thread, Scope: thread, Detail: draftDetail{d.ID, d.Revision}})
	})
}

// AskSecond says whether every answer in one conversation needs a second person.
func (b *Inbox) AskSecond(ctx context.Context, actor staff.Actor, id string, second bool) error {
	return b.change(ctx, actor, id, "thread.second", func(_ Store, t *Thread, _ safe.Safe) error {
		t.Second = second
		return nil
	})
}

// NeedsSecond reports whether an answer here needs a second person.
func (b *Inbox) NeedsSecond(ctx context.Context, id string) (needed bool, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		needed, err = needsSecond(ctx, s, id)
		return err
	})
	return needed, err
}

// Asked lists the drafts that wait for this member's yes.
func (b *Inbox) Asked(ctx context.Context, actor staff.Actor) (out []Draft, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		out, err = s.DraftsAsked(ctx, actor.ID)
		return err
	})
	return out, err
}
