package cases

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Opening is what is known when a case begins.
type Opening struct {
	Thread   string   // the conversation it comes from; empty: opened by hand
	Priority Priority // as the request stated it; until somebody judges
	Assign   []string // member ids; at least one
}

// Open begins a case and gives it to the assigned members, and to nobody else:
// an intake operator who opens it and is not assigned cannot open it again.
func (b *Book) Open(ctx context.Context, actor staff.Actor, in Opening) (f File, err error) {
	err = b.within(ctx, func(tx Store) error {
		f, err = b.OpenIn(ctx, tx, actor, in)
		return err
	})
	return f, err
}

// OpenIn is Open in a transaction that has begun, so that a conversation is shared
// and linked together with the case that comes of it, or nothing of it happens.
func (b *Book) OpenIn(ctx context.Context, tx Store, actor staff.Actor, in Opening) (File, error) {
	f, _, err := b.begin(ctx, tx, actor, in)
	return f, err
}

// begin is OpenIn with the new case's safe, for who has more to put in.
func (b *Book) begin(ctx context.Context, tx Store, actor staff.Actor, in Opening) (File, safe.Safe, error) {
	if err := actor.Must(staff.Intake, staff.Caseworker); err != nil {
		return File{}, safe.Safe{}, err
	}
	if in.Priority == "" {
		in.Priority = Urgent
	}
	now := b.clock.Now()
	f := File{ID: ids.New("case"), State: Received, Priority: in.Priority, DecideBy: now.Add(in.Priority.Within()), Thread: in.Thread, Opened: clock.DayOf(now)}
	f.Card = CardOf(&Case{File: f}, now)
	var c fault.Check
	c.Field(len(in.Assign) > 0, "assign", "Choose at least one caseworker.")
	c.Field(among(in.Priority, AllPriorities()), "priority", "Choose one of the priorities.")
	if err := c.Err(); err != nil {
		return f, safe.Safe{}, err
	}
	var to []staff.Member
	for _, id := range in.Assign {
		m, err := assignable(ctx, tx, id)
		if err != nil {
			return f, safe.Safe{}, err
		}
		to = append(to, m)
	}
	if in.Thread != "" {
		if _, err := tx.FileOfThread(ctx, in.Thread); err == nil {
			return f, safe.Safe{}, fault.New(fault.Conflict, "This request has a case already.")
		} else if fault.KindOf(err) != fault.NotFound {
			return f, safe.Safe{}, err
		}
	}
	if err := addFile(ctx, tx, &f); err != nil {
		return f, safe.Safe{}, err
	}
	s, err := safe.Make(ctx, tx, f.ID, to...)
	if err != nil {
		return f, safe.Safe{}, err
	}
	for _, id := range in.Assign {
		b.finder.changed(id)
	}
	if err := cover(ctx, tx, s); err != nil {
		return f, safe.Safe{}, err
	}
	if err := b.countNew(ctx, tx, actor, s, f); err != nil {
		return f, safe.Safe{}, err
	}
	return f, s, tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "case.opened", Subject: f.ID, Scope: f.ID, Detail: struct {
		Assigned []string `json:"assigned"`
		Thread   string   `json:"thread,omitempty"`
	}{in.Assign, in.Thread}})
}

// addFile tries pseudonyms until one is free.
func addFile(ctx context.Context, tx Store, f *File) error {
	var err error
	for range 20 {
		f.Pseudonym = NewPseudonym()
		if err = tx.AddFile(ctx, *f); err == nil {
			return tx.WatchTerm(ctx, f.ID, "pseudonym", f.Pseudonym)
		}
		if fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return err
}

// assignable finds a member who may be given cases.
func assignable(ctx context.Context, tx Store, id string) (staff.Member, error) {
	m, err := tx.Member(ctx, id)
	if err != nil {
		return m, err
	}
	if !m.Active || !m.Roles.Has(staff.Caseworker) {
		return m, fault.New(fault.Conflict, "Only an active caseworker can be assigned.")
	}
	return m, nil
}

// Case opens a case to be read; the reading is in the ledger.
func (b *Book) Case(ctx context.Context, actor staff.Actor, id string) (*Case, error) {
	var c *Case
	err := b.within(ctx, func(tx Store) error {
		o, err := b.load(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		c = o.Case
		// An escort may have taken a step since, or a place may have become exposed.
		if err := o.derive(ctx); err != nil {
			return err
		}
		return o.log(ctx, "case.read", o.opened())
	})
	return c, err
}

// CaseOf tells whether a conversation has a case, and names it only to a member who can open it.
func (b *Book) CaseOf(ctx context.Context, actor staff.Actor, thread string) (f File, exists bool, err error) {
	err = b.reading(ctx, func(tx Store) error {
		found, err := tx.FileOfThread(ctx, thread)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		exists = true
		_, err = tx.Grant(ctx, found.ID, actor.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		f = found
		return err
	})
	return f, exists, err
}

// edit is one change of one sheet, of any kind that lies in the case's safe.
func (b *Book) edit(ctx context.Context, actor staff.Actor, id string, f func(*open) (Saved, error)) (s Saved, err error) {
	err = b.change(ctx, actor, id, func(o *open) error {
		if err := o.goesOn(); err != nil {
			return err
		}
		s, err = f(o)
		return err
	})
	return s, err
}

// KeepParty adds a person (item empty) or changes one.
func (b *Book) KeepParty(ctx context.Context, actor staff.Actor, id, item string, saw int, p Party) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := p.check(); err != nil {
			return Saved{}, err
		}
		for _, q := range o.Parties {
			if q.ID != item && q.Content().Code == p.Code {
				return Saved{}, fault.Bad("code", "Another person of this case has this code.")
			}
		}
		return keep(ctx, o, KindParty, item, saw, o.Parties, p)
	})
}

// keep adds an item or an edition of one that exists.
func keep[T any](ctx context.Context, o *open, k Kind, item string, saw int, all []Sheet[T], content T) (Saved, error) {
	if item == "" {
		return o.write(ctx, k, ids.New(string(k)), 0, 0, content)
	}
	s, ok := find(all, item)
	if !ok {
		return Saved{}, fault.Missing()
	}
	return rewrite(ctx, o, k, item, saw, s, content)
}

// Judge keeps a triage.
func (b *Book) Judge(ctx context.Context, actor staff.Actor, id string, saw int, t Triage) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := t.check(); err != nil {
			return Saved{}, err
		}
		return rewrite(ctx, o, KindTriage, "triage", saw, o.Triage, t)
	})
}

// Verify keeps a credibility check.
func (b *Book) Verify(ctx context.Context, actor staff.Actor, id, item string, saw int, v Credibility) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := v.check(); err != nil {
			return Saved{}, err
		}
		return keep(ctx, o, KindCheck, item, saw, o.Checks, v)
	})
}

// Assess keeps a risk assessment.
func (b *Book) Assess(ctx context.Context, actor staff.Actor, id string, saw int, r Risk) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := r.check(); err != nil {
			return Saved{}, err
		}
		return rewrite(ctx, o, KindRisk, "risk", saw, o.Risk, r)
	})
}

// Agree keeps a consent.
func (b *Book) Agree(ctx context.Context, actor staff.Actor, id, item string, saw int, c Consent) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := c.check(o.Parties); err != nil {
			return Saved{}, err
		}
		for _, s := range o.Consents {
			if item == "" && c.Partner != "" && len(s.Rivals) == 0 && s.Content().same(c) {
				return Saved{ID: s.ID, Version: s.Current.Version}, nil // a form sent twice: a doubled consent could be taken back by half
			}
		}
		return keep(ctx, o, KindConsent, item, saw, o.Consents, c)
	})
}

// Draft keeps the plan and asks a second person to approve it.
func (b *Book) Draft(ctx context.Context, actor staff.Actor, id string, saw int, p Plan) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := p.check(); err != nil {
			return Saved{}, err
		}
		s, err := rewrite(ctx, o, KindPlan, "plan", saw, o.Plan, p)
		if err != nil || s.Rival || s.Version <= o.Plan.Saw() {
			return s, err
		}
		return s, ask(ctx, o.tx, Ask{Safe: o.ID, Item: "plan", Version: s.Version, Kind: "plan", By: actor.ID, At: o.now})
	})
}

// ask replaces what was asked about an item before.
func ask(ctx context.Context, tx Store, a Ask) error {
	if err := tx.CloseAsks(ctx, a.Safe, a.Item); err != nil {
		return err
	}
	return tx.PutAsk(ctx, a)
}

// ApprovePlan is a member's yes or no to the plan as it stands.
func (b *Book) ApprovePlan(ctx context.Context, actor staff.Actor, id string, version int, yes bool) error {
	return b.change(ctx, actor, id, func(o *open) error {
		if !o.Plan.Exists() {
			return fault.Missing()
		}
		if err := settled(o.Plan, version); err != nil {
			return err
		}
		if o.Plan.Current.Author == actor.ID {
			return fault.New(fault.Conflict, "Who wrote it cannot approve it. Ask a colleague.")
		}
		return o.voice(ctx, "plan", version, yes)
	})
}

// settled answers a fault unless version is the current one and has no rival.
func settled[T any](s Sheet[T], version int) error {
	if s.Current.Version != version {
		return fault.New(fault.Conflict, "It was changed meanwhile. Read it again before you decide.")
	}
	if len(s.Rivals) > 0 {
		return fault.New(fault.Conflict, "There are two versions of it. Settle them first.")
	}
	return nil
}

func (o *open) voice(ctx context.Context, item string, version int, yes bool) error {
	v := Voice{Safe: o.ID, Item: item, Version: version, Member: o.actor.ID, Yes: yes, At: o.now}
	if err := o.tx.PutVoice(ctx, v); err != nil {
		return err
	}
	if yes {
		if err := o.tx.CloseAsks(ctx, o.ID, item); err != nil {
			return err
		}
	}
	return o.log(ctx, "case.approval", approvalDetail{item, version, yes})
}

type approvalDetail struct {
	Item    string `json:"item"`
	Version int    `json:"version"`
	Yes     bool   `json:"yes"`
}

// Note keeps words for colleagues.
func (b *Book) Note(ctx context.Context, actor staff.Actor, id, words string) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if words == "" {
			return Saved{}, fault.Bad("words", "Write the note first.")
		}
		return o.write(ctx, KindNote, ids.New("note"), 0, 0, Note{Words: words})
	})
}

// Turn moves a case to a side state with a reason, or back to the road (to empty).
func (b *Book) Turn(ctx context.Context, actor staff.Actor, id string, to State, reason string) error {
	return b.change(ctx, actor, id, func(o *open) error {
		var c fault.Check
		c.Field(to == "" || among(to, SideStates()), "to", "Choose one of the states.")
		c.Field(reason != "", "reason", "Say why.")
		if err := c.Err(); err != nil {
			return err
		}
		if o.turned() == to {
			return fault.New(fault.Conflict, "The case stands there already.")
		}
		_, err := o.write(ctx, KindTurn, ids.New("turn"), 0, 0, Turn{To: to, Reason: reason})
		return err
	})
}

// FollowUp keeps how a person is, some time after they arrived.
func (b *Book) FollowUp(ctx context.Context, actor staff.Actor, id string, f FollowUp) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if f.Words == "" {
			return Saved{}, fault.Bad("words", "Say how the person is.")
		}
		return o.write(ctx, KindFollowUp, ids.New("followup"), 0, 0, f)
	})
}
