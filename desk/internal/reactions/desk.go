package reactions

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Keep keeps reactions and the feeds that are read.
type Keep interface {
	ReactionSources(ctx context.Context) ([]Source, error)
	PutReactionSource(ctx context.Context, s Source) error // Conflict when the address is there already
	Reactions(ctx context.Context) ([]Reaction, error)     // the newest first
	Reaction(ctx context.Context, id string) (Reaction, error)
	// AddReaction adds one; false: this id, or this key of this source, is there already.
	AddReaction(ctx context.Context, r Reaction) (bool, error)
	ReadReaction(ctx context.Context, r Reaction, was int) error // Conflict when it moved
	// EraseReaction empties one of its words; its key stays, so that a feed does not bring it back.
	EraseReaction(ctx context.Context, id string) error
}

// Store is all that the desk of reactions needs of its transaction.
type Store interface {
	Keep
	ledger.Appender
}

// Desk carries the verbs.
type Desk struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	// Fetch gets a feed; nil: this Desk fetches nothing, and people put statements in.
	Fetch func(ctx context.Context, url string) ([]byte, error)
	// Inside refuses words that name somebody whom the Desk protects: what lies here is
	// read by many and is not sealed. nil: nothing is checked.
	Inside func(ctx context.Context, s Store, actor, subject string, parts []string) error
	// Every is how often a feed is looked at; 0: every three hours.
	Every time.Duration
}

var who = []staff.Role{staff.Advocate, staff.Editor}

// Fetches reports whether feeds are fetched here.
func (d *Desk) Fetches() bool { return d.Fetch != nil }

// List shows all reactions, the newest first, and the feeds.
func (d *Desk) List(ctx context.Context, a staff.Actor) (all []Reaction, sources []Source, err error) {
	if err := a.Must(who...); err != nil {
		return nil, nil, err
	}
	err = d.Reading(ctx, func(s Store) error {
		if all, err = s.Reactions(ctx); err != nil {
			return err
		}
		sources, err = s.ReactionSources(ctx)
		return err
	})
	return all, sources, err
}

// Open shows one.
func (d *Desk) Open(ctx context.Context, a staff.Actor, id string) (r Reaction, err error) {
	if err := a.Must(who...); err != nil {
		return r, err
	}
	err = d.Reading(ctx, func(s Store) error {
		r, err = s.Reaction(ctx, id)
		return err
	})
	return r, err
}

// PutIn adds a statement that a member found, or that came by e-mail. The same id
// again changes nothing.
func (d *Desk) PutIn(ctx context.Context, a staff.Actor, r Reaction) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	if !ids.Valid("reaction", r.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	r = Reaction{ID: r.ID, Key: r.ID, Way: r.Way, URL: strings.TrimSpace(r.URL), Title: cut(r.Title, 300), Words: cut(r.Words, most), Speaker: cut(r.Speaker, 200), Day: r.Day, At: d.Clock.Now(), By: a.ID, Revision: 1}
	if r.Way != ByMail {
		r.Way = ByLink
	}
	if err := r.check(); err != nil {
		return err
	}
	return d.Within(ctx, func(s Store) error {
		if err := d.stays(ctx, s, a.ID, r.ID, r.Title, r.Words, r.Speaker, r.URL); err != nil {
			return err
		}
		fresh, err := s.AddReaction(ctx, r)
		if err != nil || !fresh {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "reaction.put-in", Subject: r.ID})
	})
}

// Read notes what a member read; revision is the one that they saw.
func (d *Desk) Read(ctx context.Context, a staff.Actor, id string, x Reading, revision int) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	x.Note, x.Reply = strings.TrimSpace(x.Note), strings.TrimSpace(x.Reply)
	if err := x.check(); err != nil {
		return err
	}
	return d.Within(ctx, func(s Store) error {
		r, err := s.Reaction(ctx, id)
		if err != nil {
			return err
		}
		if r.Revision != revision {
			return fault.New(fault.Conflict, "Somebody read this meanwhile. Look at what they wrote; yours still stands here.")
		}
		if err := d.stays(ctx, s, a.ID, id, x.Note, x.Reply); err != nil {
			return err
		}
		was := r.Revision
		r.Tone, r.Harms, r.Note, r.Decision, r.Reply = x.Tone, x.Harms, x.Note, x.Decision, x.Reply
		r.Reader, r.ReadAt, r.Revision = a.ID, d.Clock.Now(), was+1
		if err := s.ReadReaction(ctx, r, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "reaction.read", Subject: id, Detail: struct{ Tone Tone }{x.Tone}})
	})
}

func (d *Desk) stays(ctx context.Context, s Store, actor, subject string, parts ...string) error {
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if d.Inside == nil || len(parts) == 0 {
		return nil
	}
	return d.Inside(ctx, s, actor, subject, parts)
}

// Erase empties a statement of its words, as when it names somebody in danger. That
// it was there, and who erased it, stays in the ledger.
func (d *Desk) Erase(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	return d.Within(ctx, func(s Store) error {
		if _, err := s.Reaction(ctx, id); err != nil {
			return err
		}
		if err := s.EraseReaction(ctx, id); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "reaction.erased", Subject: id})
	})
}

// KeepSource adds a feed, or pauses one and lets it go on. The same id with the same
// address again changes nothing but that.
func (d *Desk) KeepSource(ctx context.Context, a staff.Actor, src Source) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	src.Name, src.URL = strings.TrimSpace(src.Name), strings.TrimSpace(src.URL)
	var k fault.Check
	k.Field(ids.Valid("feed", src.ID), "", "This form is not from here. Load the page again.")
	k.Field(src.Name != "", "name", "Write the name of the source.")
	k.Field(strings.HasPrefix(src.URL, "https://") || strings.HasPrefix(src.URL, "http://"), "url", "Write an address that begins with https:// or http://.")
	if err := k.Err(); err != nil {
		return err
	}
	return d.Within(ctx, func(s Store) error {
		all, err := s.ReactionSources(ctx)
		if err != nil {
			return err
		}
		src.By, src.At = a.ID, d.Clock.Now()
		if i := slices.IndexFunc(all, func(o Source) bool { return o.ID == src.ID }); i >= 0 {
			was := all[i]
			was.Paused = src.Paused
			src = was
		}
		if err := s.PutReactionSource(ctx, src); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "reaction.source", Subject: src.ID, Detail: struct{ Paused bool }{src.Paused}})
	})
}

// Collect looks at every feed whose time has come. One that cannot be read holds up
// no other; its trouble stands in the list. It returns how many statements are new.
func (d *Desk) Collect(ctx context.Context) (fresh int, err error) {
	if d.Fetch == nil {
		return 0, nil
	}
	every := d.Every
	if every == 0 {
		every = 3 * time.Hour
	}
	var sources []Source
	if err := d.Reading(ctx, func(s Store) (err error) {
		sources, err = s.ReactionSources(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	for _, src := range sources {
		now := d.Clock.Now()
		if src.Paused || !src.Looked.IsZero() && now.Sub(src.Looked) < every {
			continue
		}
		entries, trouble := d.look(ctx, src)
		if ctx.Err() != nil {
			return fresh, ctx.Err()
		}
		n, err := d.take(ctx, src, entries, trouble)
		if err != nil {
			return fresh, err
		}
		fresh += n
	}
	return fresh, nil
}

func (d *Desk) look(ctx context.Context, src Source) ([]Entry, string) {
	raw, err := d.Fetch(ctx, src.URL)
	if err != nil {
		return nil, cut(err.Error(), 200)
	}
	entries, err := ReadFeed(raw)
	if err != nil {
		return nil, err.Error()
	}
	return entries, ""
}

func (d *Desk) take(ctx context.Context, src Source, entries []Entry, trouble string) (fresh int, err error) {
	err = d.Within(ctx, func(s Store) error {
		fresh = 0
		all, err := s.ReactionSources(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Source) bool { return o.ID == src.ID })
		if i < 0 {
			return nil
		}
		now := all[i]
		now.Looked, now.Trouble = d.Clock.Now(), trouble
		if err := s.PutReactionSource(ctx, now); err != nil {
			return err
		}
		for _, e := range entries {
			switch err := d.stays(ctx, s, ledger.Desk, src.ID, e.Title, e.Words, e.Speaker); {
			case fault.KindOf(err) == fault.Conflict:
				e.Title, e.Words, e.Speaker = KeptBack, "", ""
			case err != nil:
				return err
			}
			is, err := s.AddReaction(ctx, Reaction{ID: ids.New("reaction"), Source: src.ID, Key: e.Key, Way: ByFeed, URL: e.URL, Title: e.Title, Words: e.Words, Speaker: first(e.Speaker, src.Name), Day: e.Day, At: d.Clock.Now(), Revision: 1})
			if err != nil {
				return err
			}
			if is {
				fresh++
			}
		}
		if fresh == 0 {
			return nil
		}
		return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "reaction.collected", Subject: src.ID, Detail: struct{ New int }{fresh}})
	})
	return fresh, err
}

// Waiting is how many were not read yet.
func Waiting(all []Reaction) int {
	n := 0
	for _, r := range all {
		if r.Tone == Unread {
			n++
		}
	}
	return n
}
