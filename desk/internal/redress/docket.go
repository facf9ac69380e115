package redress

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Matters keeps what is followed.
type Matters interface {
	Matter(ctx context.Context, id string) (Matter, error)
	Matters(ctx context.Context, campaign string) ([]Matter, error) // by kind, then the newest
	PutMatter(ctx context.Context, m Matter, was int) error         // was: the revision seen, 0 for a new one; Conflict when it moved
}

// Guarded tells the leak guard whom a matter protects, and what a consent allows.
type Guarded interface {
	WatchTerm(ctx context.Context, owner, kind, term string) error
	ForgetTerms(ctx context.Context, owner string) error
	ConsentTerm(ctx context.Context, owner, kind, class, consent string, until clock.Day) error
	WithdrawTerm(ctx context.Context, consent string) error
}

// Store is all that the docket needs of its transaction.
type Store interface {
	Matters
	Guarded
	record.Incidents
	record.Claims
	record.Colleagues
	safe.Store
	safe.Holders
	ledger.Appender
}

// Docket carries the verbs.
type Docket struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	// Unpublish takes a name out of everything that is public, in the transaction in
	// which the family's consent ends; nil where nothing is published.
	Unpublish func(ctx context.Context, s Store, by staff.Actor, matter, name string) error
}

var who = []staff.Role{staff.Advocate, staff.Editor}

// Known is an incident of the record in which people were detained or taken, and
// how many claims say so.
type Known struct {
	Incident string
	Title    string
	Claims   int
	Followed int // matters
}

// Open is a matter with what its safe holds.
type Open struct {
	Matter
	Details
	Holders []string
}

func (d *Docket) today() clock.Day { return clock.DayOf(d.Clock.Now()) }

// List shows what is followed in a campaign; who it is stays closed.
func (d *Docket) List(ctx context.Context, a staff.Actor, campaign string) (out []Matter, known []Known, err error) {
	if err := a.Must(who...); err != nil {
		return nil, nil, err
	}
	err = d.Reading(ctx, func(s Store) error {
		if out, err = s.Matters(ctx, campaign); err != nil {
			return err
		}
		for i := range out {
			if out[i].Shut, err = safe.Closed(ctx, s, a, out[i].ID); err != nil {
				return err
			}
		}
		known, err = knownTo(ctx, s, out)
		return err
	})
	return out, known, err
}

// knownTo lists the incidents with detained or taken people, with or without a matter.
func knownTo(ctx context.Context, s Store, followed []Matter) ([]Known, error) {
	incidents, err := s.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var out []Known
	for _, i := range incidents {
		k := Known{Incident: i.ID, Title: i.Title}
		for _, act := range []record.Act{record.Detention, record.Disappearance, record.Abduction} {
			claims, err := s.ClaimsWhere(ctx, record.Where{Incident: i.ID, Act: act})
			if err != nil {
				return nil, err
			}
			k.Claims += len(claims)
		}
		if k.Claims == 0 {
			continue
		}
		for _, m := range followed {
			if m.Kind == Release && m.Incident == i.ID {
				k.Followed++
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// Begin follows something. The same id again changes nothing.
func (d *Docket) Begin(ctx context.Context, a staff.Actor, m Matter, x Details) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	if !ids.Valid("matter", m.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	x.Consents, x.Events = nil, nil
	if m.Kind == Memorial {
		x.Named, m.People = true, 1
	}
	if err := m.check(); err != nil {
		return err
	}
	if err := x.check(m); err != nil {
		return err
	}
	m.Author, m.At, m.Revision, m.Stage, m.Since = a.ID, d.Clock.Now(), 1, Stages(m.Kind)[0], d.today()
	return d.Within(ctx, func(s Store) error {
		if _, err := s.Matter(ctx, m.ID); err == nil || fault.KindOf(err) != fault.NotFound {
			return err
		}
		if m.Incident != "" {
			if _, err := s.Incident(ctx, m.Incident); err != nil {
				return err
			}
		}
		box, err := safe.Make(ctx, s, m.ID, a.Member)
		if err != nil {
			return err
		}
		if err := watch(ctx, s, m.ID, x); err != nil {
			return err
		}
		if err := m.seal(box, x); err != nil {
			return err
		}
		if err := s.PutMatter(ctx, m, 0); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "redress.begun", Subject: m.ID, Scope: m.ID, Detail: struct{ Kind Kind }{m.Kind}})
	})
}

// watch tells the leak guard whom the matter protects: it forgets who stood there
// before, and keeps what the consents that hold allow.
func watch(ctx context.Context, s Store, id string, x Details) error {
	if err := s.ForgetTerms(ctx, id); err != nil || !x.Named {
		return err
	}
	if err := s.WatchTerm(ctx, id, "name", x.Who); err != nil {
		return err
	}
	for _, c := range x.Consents {
		if c.Scope == ToPublic && c.Withdrawn == "" {
			if err := s.ConsentTerm(ctx, id, "name", "public", c.ID, c.Until); err != nil {
				return err
			}
		}
	}
	return nil
}

func label(id string) string { return "redress.matter/" + id }

func (m *Matter) seal(box safe.Safe, x Details) error {
	b, err := json.Marshal(x)
	m.Sealed = box.Put(label(m.ID), b)
	return err
}

// unlock opens a matter's safe. To a member without a grant it is as if there were none.
func unlock(ctx context.Context, s Store, a staff.Actor, id string) (m Matter, x Details, box safe.Safe, err error) {
	if err := a.Must(who...); err != nil {
		return m, x, box, err
	}
	if m, err = s.Matter(ctx, id); err != nil {
		return m, x, box, err
	}
	if box, err = safe.For(ctx, s, a, id); err != nil {
		return m, x, box, err
	}
	plain, err := box.Take(label(id), m.Sealed)
	if err != nil {
		return m, x, box, err
	}
	return m, x, box, json.Unmarshal(plain, &x)
}

// Open opens a matter; that it was read stands in the ledger.
func (d *Docket) Open(ctx context.Context, a staff.Actor, id string) (o Open, err error) {
	err = d.Within(ctx, func(s Store) error {
		m, x, _, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		o = Open{Matter: m, Details: x}
		grants, err := s.Grants(ctx, id)
		if err != nil {
			return err
		}
		for _, g := range grants {
			o.Holders = append(o.Holders, g.Member)
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "redress.read", Subject: id, Scope: id})
	})
	return o, err
}

// change loads, lets f change the details, and keeps them as a new revision.
func (d *Docket) change(ctx context.Context, a staff.Actor, id, action string, revision int, f func(Store, *Matter, *Details) error) error {
	return d.Within(ctx, func(s Store) error {
		m, x, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if revision != 0 && revision != m.Revision {
			return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
		}
		if err := f(s, &m, &x); err != nil {
			return err
		}
		was := m.Revision
		m.Revision = was + 1
		m.follow(x)
		if err := m.seal(box, x); err != nil {
			return err
		}
		if err := s.PutMatter(ctx, m, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: id, Scope: id})
	})
}

// Correct changes who and where it is; what happened stays as it was noted.
func (d *Docket) Correct(ctx context.Context, a staff.Actor, m Matter, x Details, revision int) error {
	return d.change(ctx, a, m.ID, "redress.corrected", revision, func(s Store, was *Matter, y *Details) error {
		was.People, was.Form, was.Incident = m.People, m.Form, m.Incident
		renamed := strings.TrimSpace(y.Who) != strings.TrimSpace(x.Who)
		public, name := y.Agrees(ToPublic, d.today()), y.Who
		y.Who, y.Named, y.Where, y.Against, y.Words, y.WordsRU = x.Who, x.Named || was.Kind == Memorial, x.Where, x.Against, x.Words, x.WordsRU
		if err := was.check(); err != nil {
			return err
		}
		if err := y.check(*was); err != nil {
			return err
		}
		if renamed {
			for i := range y.Consents { // nobody agreed to another name
				if y.Consents[i].Withdrawn == "" {
					y.Consents[i].Withdrawn = d.today()
					if err := s.WithdrawTerm(ctx, y.Consents[i].ID); err != nil {
						return err
					}
				}
			}
			if public { // while the guard still knows the old name
				if err := d.unpublish(ctx, s, a, m.ID, name); err != nil {
					return err
				}
			}
		}
		return watch(ctx, s, m.ID, *y)
	})
}

// Note says what happened. The same event's id again changes nothing.
func (d *Docket) Note(ctx context.Context, a staff.Actor, id string, e Event) error {
	var k fault.Check
	k.Field(ids.Valid("event", e.ID), "", "This form is not from here. Load the page again.")
	k.Field(isDay(e.Day) && e.Day <= d.today(), "day", "Write the day as 2017-04-09. It cannot lie ahead.")
	if err := k.Err(); err != nil {
		return err
	}
	return d.change(ctx, a, id, "redress.noted", 0, func(_ Store, m *Matter, x *Details) error {
		if slices.ContainsFunc(x.Events, func(o Event) bool { return o.ID == e.ID }) {
			return nil
		}
		if err := may(*m, *x, e.Stage, d.today()); err != nil {
			return err
		}
		e.By, e.At, e.Second, e.Evidence = a.ID, d.Clock.Now(), "", strings.TrimSpace(e.Evidence)
		x.Events = append(x.Events, e)
		return nil
	})
}

// Confirm is the second person's yes to the evidence of an event.
func (d *Docket) Confirm(ctx context.Context, a staff.Actor, id, event string) error {
	return d.change(ctx, a, id, "redress.confirmed", 0, func(_ Store, _ *Matter, x *Details) error {
		i := slices.IndexFunc(x.Events, func(e Event) bool { return e.ID == event })
		switch {
		case i < 0:
			return fault.Missing()
		case x.Events[i].Evidence == "":
			return fault.New(fault.Conflict, "There is no evidence for this yet. Note it again with what proves it.")
		case x.Events[i].By == a.ID:
			return fault.New(fault.Denied, "You noted this yourself. A second person must look at the evidence.")
		}
		x.Events[i].Second = a.ID
		return nil
	})
}

// Agree notes a consent. Of a memorial it lets the name stand in public, until its
// last day or until it is taken back.
func (d *Docket) Agree(ctx context.Context, a staff.Actor, id string, c Consent) error {
	var k fault.Check
	k.Field(isDay(c.Given) && c.Given <= d.today(), "given", "Write the day on which they agreed. It cannot lie ahead.")
	k.Field(c.Until == "" || isDay(c.Until) && c.Until >= c.Given, "consent_until", "Write the last day as 2017-04-09, or leave it empty.")
	k.Field(strings.TrimSpace(c.How) != "", "how", "Say who asked, how, and who answered.")
	if err := k.Err(); err != nil {
		return err
	}
	return d.change(ctx, a, id, "redress.consent", 0, func(s Store, m *Matter, x *Details) error {
		c.ID, c.Scope, c.By, c.Withdrawn = ids.New("consent"), ScopeOf(m.Kind), a.ID, ""
		if c.Scope == "" || !x.Named {
			return fault.New(fault.Conflict, "This matter names nobody, so it needs no consent.")
		}
		x.Consents = append(x.Consents, c)
		return watch(ctx, s, id, *x)
	})
}

// TakeBack ends every consent of a matter as of today; they stay noted. A name that
// was public is taken out of everything that is public, in the same moment.
func (d *Docket) TakeBack(ctx context.Context, a staff.Actor, id string) error {
	return d.change(ctx, a, id, "redress.consent-withdrawn", 0, func(s Store, _ *Matter, x *Details) error {
		public := false
		for i := range x.Consents {
			if c := &x.Consents[i]; c.Withdrawn == "" {
				c.Withdrawn = d.today()
				public = public || c.Scope == ToPublic
				if err := s.WithdrawTerm(ctx, c.ID); err != nil {
					return err
				}
			}
		}
		if !public {
			return nil
		}
		return d.unpublish(ctx, s, a, id, x.Who)
	})
}

func (d *Docket) unpublish(ctx context.Context, s Store, a staff.Actor, id, name string) error {
	if d.Unpublish == nil {
		return nil
	}
	return d.Unpublish(ctx, s, a, id, name)
}

// Admit lets one more member open the matter.
func (d *Docket) Admit(ctx context.Context, a staff.Actor, id, member string) error {
	return d.Within(ctx, func(s Store) error {
		_, _, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		all, err := s.Members(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(m staff.Member) bool { return m.ID == member && m.Active && m.Roles.Any(who...) })
		if i < 0 {
			return fault.Bad("member", "Choose a colleague who works on the campaign.")
		}
		g, err := box.Share(all[i])
		if err != nil {
			return err
		}
		if err := s.PutGrant(ctx, g); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "redress.admitted", Subject: id, Scope: id, Detail: struct{ Member string }{member}})
	})
}

func isDay(d clock.Day) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}
