package parties

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Act is one thing that was done, at one time and place, within an incident.
type Act struct {
	ID        string
	Version   int `json:"-"`
	Incident  string
	Code      string // of list 4 of the vocabulary
	Title     string // neutral, names nobody; may be empty
	Dated     edtf.Date
	Place     string
	Method    string
	Status    string // of those to whom it was done, at its end: "released", "held", "dead", "unknown"
	Motive    string
	Withdrawn bool
	By        string    `json:"-"`
	At        time.Time `json:"-"`
}

// Statuses are how it stands with those to whom an act was done, at its end.
func Statuses() []string {
	return []string{"released", "held", "escaped", "dead", "missing", "unknown"}
}

// Short is the deed of the incident under which claims about the act are graded; "" there is none for its code.
func (a Act) Short() record.Act {
	for _, s := range record.Acts() {
		if s.HURIDOCS() == a.Code {
			return s
		}
	}
	return ""
}

func (r *Registry) checkAct(ctx context.Context, a Act) error {
	var k fault.Check
	has, err := r.HasCode(ctx, a.Code)
	if err != nil {
		return err
	}
	k.Field(has, "code", "Choose what was done.")
	dated(&k, "dated", a.Dated)
	k.Field(a.Status == "" || slices.Contains(Statuses(), a.Status), "status", "Choose one.")
	return k.Err()
}

// AddAct keeps a new act.
func (r *Registry) AddAct(ctx context.Context, by staff.Actor, a Act) (Act, error) {
	if !ids.Valid("act", a.ID) {
		a.ID = ids.New("act")
	}
	a.Version, a.Withdrawn, a.By, a.At = 1, false, by.ID, r.Clock.Now()
	if err := r.checkAct(ctx, a); err != nil {
		return Act{}, err
	}
	err := r.write(ctx, by, func(tx Store) error {
		had, err := tx.Act(ctx, a.ID)
		if err == nil {
			a = had
			return mine(had.By, by)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if _, err := tx.Incident(ctx, a.Incident); err != nil {
			return wrong("incident", "There is no such incident.")
		}
		if err := tx.AddAct(ctx, a); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "act.added", Subject: a.ID, Detail: struct{ Incident string }{a.Incident}})
	})
	return a, err
}

// AmendAct corrects an act, or withdraws it.
func (r *Registry) AmendAct(ctx context.Context, by staff.Actor, a Act, seen int, reason string) error {
	if err := r.checkAct(ctx, a); err != nil {
		return err
	}
	return r.write(ctx, by, func(tx Store) error {
		was, err := tx.Act(ctx, a.ID)
		if err != nil {
			return err
		}
		a.Incident, a.Version, a.By, a.At = was.Incident, was.Version, was.By, was.At
		save, err := record.Correct(ctx, tx, record.Edition{By: was.By, At: was.At}, record.Edition{Subject: a.ID, Reason: reason, By: by.ID, At: r.Clock.Now()}, seen, was, a)
		if err != nil || !save {
			return err
		}
		a.Version = seen + 1
		return tx.SaveAct(ctx, a)
	})
}

// Role is the part that somebody had in an act.
type Role string

// The roles.
const (
	Victim      Role = "victim"
	Perpetrator Role = "perpetrator"
	Commander   Role = "commander"
	Witness     Role = "witness"
	Helper      Role = "helper" // helped the victim
)

// Roles lists the roles.
func Roles() []Role { return []Role{Perpetrator, Commander, Victim, Witness, Helper} }

// Does reports whether the role is of those who did it: they stand over the act.
func (r Role) Does() bool { return r == Perpetrator || r == Commander }

// Degree is how far somebody is answerable (HURIDOCS 24, shortened).
type Degree string

// The degrees.
const (
	CarriedOut Degree = "carried it out"
	Ordered    Degree = "ordered it"
	Planned    Degree = "planned it"
	Incited    Degree = "incited it"
	Assisted   Degree = "assisted"
	Forced     Degree = "took part under duress"
	KnewOf     Degree = "knew and did not prevent it"
)

// Degrees lists the degrees.
func Degrees() []Degree {
	return []Degree{CarriedOut, Ordered, Planned, Incited, Assisted, Forced, KnewOf}
}

// Involvement is the part of one party in one act.
type Involvement struct {
	ID        string
	Version   int `json:"-"`
	Act       string
	Party     string
	Role      Role
	Degree    Degree // of those who did it; "" not known
	Capacity  string // as what: "as duty officer"; names nobody
	Claims    []string
	Withdrawn bool
	By        string    `json:"-"`
	At        time.Time `json:"-"`
}

func (i Involvement) check() error {
	var k fault.Check
	k.Field(slices.Contains(Roles(), i.Role), "role", "Choose the part that the party had.")
	k.Field(i.Degree == "" || slices.Contains(Degrees(), i.Degree) && i.Role.Does(), "degree", "Only who did it has a degree of involvement.")
	k.Field(len(i.Claims) > 0 || i.Withdrawn, "claims", "Name at least one claim on which this rests.")
	return k.Err()
}

// Involve keeps that a party had a part in an act.
func (r *Registry) Involve(ctx context.Context, by staff.Actor, i Involvement) (Involvement, error) {
	if !ids.Valid("involvement", i.ID) {
		i.ID = ids.New("involvement")
	}
	i.Version, i.Withdrawn, i.By, i.At = 1, false, by.ID, r.Clock.Now()
	i.Claims = sorted(i.Claims)
	if err := i.check(); err != nil {
		return Involvement{}, err
	}
	err := r.write(ctx, by, func(tx Store) error {
		had, err := tx.Involvement(ctx, i.ID)
		if err == nil {
			i = had
			return mine(had.By, by)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		a, err := tx.Act(ctx, i.Act)
		if err != nil {
			return err
		}
		if _, err := tx.Party(ctx, i.Party); err != nil {
			return wrong("party", "Choose the party.")
		}
		if err := claimsHeld(ctx, tx, i.Claims, a.Incident); err != nil {
			return err
		}
		if err := tx.AddInvolvement(ctx, i); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "involvement.added", Subject: i.ID, Detail: struct{ Act, Party string }{i.Act, i.Party}})
	})
	return i, err
}

// AmendInvolvement corrects the part that a party had, or withdraws it.
func (r *Registry) AmendInvolvement(ctx context.Context, by staff.Actor, i Involvement, seen int, reason string) error {
	i.Claims = sorted(i.Claims)
	if err := i.check(); err != nil {
		return err
	}
	return r.write(ctx, by, func(tx Store) error {
		was, err := tx.Involvement(ctx, i.ID)
		if err != nil {
			return err
		}
		a, err := tx.Act(ctx, was.Act)
		if err != nil {
			return err
		}
		if err := claimsHeld(ctx, tx, i.Claims, a.Incident); err != nil {
			return err
		}
		i.Act, i.Party, i.Version, i.By, i.At = was.Act, was.Party, was.Version, was.By, was.At
		save, err := record.Correct(ctx, tx, record.Edition{By: was.By, At: was.At}, record.Edition{Subject: i.ID, Reason: reason, By: by.ID, At: r.Clock.Now()}, seen, was, i)
		if err != nil || !save {
			return err
		}
		i.Version = seen + 1
		return tx.SaveInvolvement(ctx, i)
	})
}

// sorted gives ids in one order, each once; never nil, so that editions compare.
func sorted(all []string) []string {
	out := slices.Compact(slices.Sorted(slices.Values(all)))
	if out == nil {
		out = []string{}
	}
	return out
}
