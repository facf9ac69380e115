package submission

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Drafts keeps submissions.
type Drafts interface {
	Submission(ctx context.Context, id string) (Draft, error)
	Submissions(ctx context.Context) ([]Draft, error)          // newest first
	PutSubmission(ctx context.Context, d Draft, was int) error // was: the revision seen, 0 for a new one; Conflict when it moved or is filed
	FollowSubmission(ctx context.Context, d Draft) error       // what happened after filing; the package stays
	ResealSubmission(ctx context.Context, id string, form, pack safe.Sealed) error
}

// Store is all that the registry needs of its transaction.
type Store interface {
	Drafts
	record.Incidents
	record.Findings
	record.Claims
	record.Sources
	record.Colleagues
	Doings
	safe.Store
	safe.Holders
	ledger.Appender
	campaign.Store // what passes the gate passes it as a letter does
}

// Registry carries the verbs.
type Registry struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Gate    campaign.Gate       // nil: nothing is filed
	Press   campaign.Typesetter // sets the package
	// Sender is the organisation as it stands under a submission.
	Sender string
}

var who = []staff.Role{staff.Advocate, staff.Editor}

// Open is a draft with what its safe holds.
type Open struct {
	Draft
	Rules   Procedure
	Form    Form
	Report  Report
	Moved   bool     // the record says something else now than when the draft began
	Holders []string // members who can open it
}

// Today is the day of the clock.
func (r *Registry) Today() clock.Day { return clock.DayOf(r.Clock.Now()) }

// List shows all drafts; what they say stays closed, and which the member cannot open is marked.
func (r *Registry) List(ctx context.Context, a staff.Actor) (out []Draft, err error) {
	if err := a.Must(who...); err != nil {
		return nil, err
	}
	err = r.Reading(ctx, func(s Store) error {
		if out, err = s.Submissions(ctx); err != nil {
			return err
		}
		for i := range out {
			if out[i].Shut, err = safe.Closed(ctx, s, a, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Incidents lists what a submission can be about.
func (r *Registry) Incidents(ctx context.Context, a staff.Actor) (out []record.Incident, err error) {
	if err := a.Must(who...); err != nil {
		return nil, err
	}
	err = r.Reading(ctx, func(s Store) error {
		out, err = s.Incidents(ctx)
		return err
	})
	return out, err
}

// Begin makes a draft for a body, filled from an incident of the record where one is given.
func (r *Registry) Begin(ctx context.Context, a staff.Actor, procedure, incident, lang string) (string, error) {
	if err := a.Must(who...); err != nil {
		return "", err
	}
	p, ok := Find(procedure, Edition)
	if !ok {
		return "", fault.Bad("procedure", "Choose the body to which it goes.")
	}
	d := Draft{ID: ids.New("submission"), Procedure: p.ID, Edition: p.Edition, Incident: incident, Author: a.ID, Last: a.ID, At: r.Clock.Now(), Revision: 1}
	err := r.Within(ctx, func(s Store) error {
		f := Form{Lang: lang, Answers: map[string]string{}, Reasons: map[string]string{}}
		if incident != "" {
			basis, err := basisOf(ctx, s, incident)
			if err != nil {
				return err
			}
			f.Basis = basis
			for id, v := range basis.fills() {
				if slices.ContainsFunc(p.Elements, func(e Element) bool { return e.ID == id }) {
					f.Answers[id] = v
				}
			}
		}
		if r.Sender != "" {
			f.Answers["sender"] = r.Sender
		}
		box, err := safe.Make(ctx, s, d.ID, a.Member)
		if err != nil {
			return err
		}
		if err := d.seal(box, f); err != nil {
			return err
		}
		if err := s.PutSubmission(ctx, d, 0); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "submission.begun", Subject: d.ID, Scope: d.ID, Detail: struct{ Procedure, Edition string }{p.ID, p.Edition}})
	})
	return d.ID, err
}

func formLabel(id string) string    { return "submission.form/" + id }
func packageLabel(id string) string { return "submission.package/" + id }

func (d *Draft) seal(box safe.Safe, f Form) error {
	b, err := json.Marshal(f)
	d.Sealed = box.Put(formLabel(d.ID), b)
	return err
}

// unlock opens a draft's safe. To a member without a grant it is as if there were none.
func unlock(ctx context.Context, s Store, a staff.Actor, id string) (d Draft, f Form, box safe.Safe, err error) {
	if err := a.Must(who...); err != nil {
		return d, f, box, err
	}
	if d, err = s.Submission(ctx, id); err != nil {
		return d, f, box, err
	}
	if box, err = safe.For(ctx, s, a, id); err != nil {
		return d, f, box, err
	}
	plain, err := box.Take(formLabel(id), d.Sealed)
	if err != nil {
		return d, f, box, err
	}
	return d, f, box, json.Unmarshal(plain, &f)
}

// Open opens a draft; that it was read stands in the ledger.
func (r *Registry) Open(ctx context.Context, a staff.Actor, id string) (o Open, err error) {
	err = r.Within(ctx, func(s Store) error {
		d, f, _, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		o = Open{Draft: d, Form: f}
		var ok bool
		if o.Rules, ok = Find(d.Procedure, d.Edition); !ok {
			return fault.New(fault.Conflict, "The rules of this draft are not here any more. Begin a new one.")
		}
		o.Report = Judge(o.Rules, f, r.Today())
		if d.Incident != "" && !d.Filed {
			now, err := basisOf(ctx, s, d.Incident)
			if err != nil {
				return err
			}
			o.Moved = !same(now, f.Basis)
		}
		grants, err := s.Grants(ctx, id)
		if err != nil {
			return err
		}
		for _, g := range grants {
			o.Holders = append(o.Holders, g.Member)
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "submission.read", Subject: id, Scope: id})
	})
	return o, err
}

func same(a, b Basis) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// change loads, lets f change the form, and keeps it as a new revision.
func (r *Registry) change(ctx context.Context, a staff.Actor, id, action string, revision int, f func(*Form) error) error {
	return r.Within(ctx, func(s Store) error {
		d, form, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if d.Filed {
			return fault.New(fault.Conflict, "This was filed. What was filed is never changed; begin a new one.")
		}
		if revision != 0 && revision != d.Revision {
			return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
		}
		if err := f(&form); err != nil {
			return err
		}
		return keep(ctx, s, a, d, box, form, action)
	})
}

// keep keeps a changed form as a new revision.
func keep(ctx context.Context, s Store, a staff.Actor, d Draft, box safe.Safe, form Form, action string) error {
	was := d.Revision
	d.Revision, d.Last = was+1, a.ID
	if err := d.seal(box, form); err != nil {
		return err
	}
	if err := s.PutSubmission(ctx, d, was); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: d.ID, Scope: d.ID})
}

// Write keeps answers; revision is the one that the writer saw.
func (r *Registry) Write(ctx context.Context, a staff.Actor, id string, revision int, lang, group string, answers, reasons map[string]string) error {
	return r.change(ctx, a, id, "submission.written", revision, func(f *Form) error {
		f.Lang, f.Group = lang, group
		f.Answers, f.Reasons = answers, reasons
		return nil
	})
}

// AddPerson adds somebody for whom it is sent.
func (r *Registry) AddPerson(ctx context.Context, a staff.Actor, id string, p Person) error {
	return r.change(ctx, a, id, "submission.person-added", 0, func(f *Form) error {
		if strings.TrimSpace(p.Name) == "" {
			return fault.Bad("name", "Write the full name, as the family writes it.")
		}
		p.ID, p.Number, p.Consents = ids.New("person"), 1, nil
		for _, o := range f.People {
			p.Number = max(p.Number, o.Number+1)
		}
		f.People = append(f.People, p)
		return nil
	})
}

// RemovePerson takes somebody out, as when they do not agree.
func (r *Registry) RemovePerson(ctx context.Context, a staff.Actor, id, person string) error {
	return r.change(ctx, a, id, "submission.person-removed", 0, func(f *Form) error {
		n := len(f.People)
		if f.People = slices.DeleteFunc(f.People, func(p Person) bool { return p.ID == person }); len(f.People) == n {
			return fault.Missing()
		}
		return nil
	})
}

// Agree notes what a person agreed to. Each scope was asked for by itself.
func (r *Registry) Agree(ctx context.Context, a staff.Actor, id, person string, scopes []Scope, c Consent) error {
	return r.change(ctx, a, id, "submission.consent", 0, func(f *Form) error {
		var k fault.Check
		k.Field(len(scopes) > 0, "scope", "Choose what the person agreed to.")
		k.Field(campaign.IsDay(c.Given) && c.Given <= r.Today(), "given", "Write the day on which they agreed. It cannot lie ahead.")
		k.Field(c.Until == "" || campaign.IsDay(c.Until) && c.Until >= c.Given, "until", "Write the last day as 2017-04-09, or leave it empty.")
		k.Field(strings.TrimSpace(c.How) != "", "how", "Say who asked, how, and who answered.")
		if err := k.Err(); err != nil {
			return err
		}
		i := slices.IndexFunc(f.People, func(p Person) bool { return p.ID == person })
		if i < 0 {
			return fault.Missing()
		}
		for _, s := range scopes {
			if !slices.Contains(Scopes(), s) {
				return fault.Bad("scope", "Choose what the person agreed to.")
			}
			c.Scope, c.By, c.Withdrawn = s, a.ID, ""
			f.People[i].Consents = append(f.People[i].Consents, c)
		}
		return nil
	})
}

// Admit lets one more member open the draft: the second person who files it.
func (r *Registry) Admit(ctx context.Context, a staff.Actor, id, member string) error {
	return r.Within(ctx, func(s Store) error {
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
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "submission.admitted", Subject: id, Scope: id, Detail: struct{ Member string }{member}})
	})
}

// Renew gives the submission's safe a new key when somebody who could open it has left.
func (r *Registry) Renew(ctx context.Context, a staff.Actor, id string) error {
	return r.Within(ctx, func(s Store) error {
		d, err := s.Submission(ctx, id)
		if err != nil {
			return err
		}
		box, err := safe.For(ctx, s, a, id)
		if err != nil {
			return err
		}
		cells := []safe.Cell{{Label: formLabel(id), Sealed: d.Sealed, Keep: func(to safe.Sealed) error { d.Sealed = to; return nil }}}
		if len(d.Package) > 0 {
			cells = append(cells, safe.Cell{Label: packageLabel(id), Sealed: d.Package, Keep: func(to safe.Sealed) error { d.Package = to; return nil }})
		}
		changed, err := safe.Rekey(ctx, s, box, cells)
		if err != nil || !changed {
			return err
		}
		if err := s.ResealSubmission(ctx, id, d.Sealed, d.Package); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "safe.renewed", Subject: id, Scope: id})
	})
}
