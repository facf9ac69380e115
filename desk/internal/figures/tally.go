package figures

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Counters are the roles that may make and change figures.
func Counters() []staff.Role { return []staff.Role{staff.Analyst, staff.Documenter} }

func (t *Tally) write(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(Counters()...); err != nil {
		return err
	}
	return t.within(ctx, f)
}

func (t *Tally) read(ctx context.Context, by staff.Actor, f func(Store) error) error {
	if err := by.Must(record.Readers()...); err != nil {
		return err
	}
	return t.reading(ctx, f)
}

// Add begins a figure and reckons it as of today.
func (t *Tally) Add(ctx context.Context, by staff.Actor, f Figure) (Figure, error) {
	var k fault.Check
	k.Field(f.Label() != "", "status", "Choose what is counted.")
	k.Field(slices.Contains(record.Units(), f.Unit), "unit", "Choose the unit.")
	k.Field(f.Basis == "" || slices.Contains(Bases(), f.Basis), "basis", "Choose what the figure rests on.")
	if err := k.Err(); err != nil {
		return Figure{}, err
	}
	err := t.write(ctx, by, func(tx Store) (err error) {
		if f, err = t.add(ctx, tx, by.ID, f); err != nil {
			return err
		}
		_, err = t.reckon(ctx, tx, by.ID, f, clock.DayOf(t.clock.Now()))
		return err
	})
	return f, err
}

// add gives the figure its key: its status, and a part of its id when that is taken.
func (t *Tally) add(ctx context.Context, tx Store, by string, f Figure) (Figure, error) {
	f.ID, f.By, f.At = ids.New("figure"), by, t.clock.Now()
	f.Key = strings.ReplaceAll(string(f.Status), " ", "-")
	_, err := tx.FigureByKey(ctx, f.Key)
	if err == nil {
		f.Key += "-" + f.ID[len(f.ID)-6:]
	} else if fault.KindOf(err) != fault.NotFound {
		return Figure{}, err
	}
	if err := tx.AddFigure(ctx, f); err != nil {
		return Figure{}, err
	}
	return f, tx.Append(ctx, ledger.Entry{Actor: by, Action: "figure.added", Subject: f.ID})
}

// evidence loads everything that a reckoning looks at.
func evidence(ctx context.Context, tx Store, f Figure) ([]record.Weighed, known, error) {
	claims, err := tx.ClaimsWhere(ctx, record.Where{Incident: f.Scope.Incident, Status: f.Status})
	if err != nil {
		return nil, known{}, err
	}
	weighed, err := record.Weigh(ctx, tx, claims)
	if err != nil {
		return nil, known{}, err
	}
	k, err := besides(ctx, tx, f)
	return weighed, k, err
}

// besides loads what a reckoning rests on besides the claims.
func besides(ctx context.Context, tx Store, f Figure) (k known, err error) {
	k.out = map[string]Exclusion{}
	k.outs, err = tx.Exclusions(ctx, f.ID)
	for _, x := range k.outs { // the last decision on each claim holds
		k.out[x.Claim] = x
	}
	if err == nil && f.Basis == Estimate {
		k.estimates, err = tx.Estimates(ctx, f.ID)
	}
	return k, err
}

// known is what a reckoning rests on besides the claims.
type known struct {
	out       map[string]Exclusion
	outs      []Exclusion // all of them, oldest first
	estimates []Estimated // of a figure that is an estimate, oldest first
}

// reckon is Reckon, with the estimate that the figure rested on that day.
func (k known) reckon(f Figure, asOf clock.Day, claims []record.Weighed) Reckoning {
	r := Reckon(f, asOf, claims, k.out)
	if e, ok := on(k.estimates, asOf); ok {
		r.rest(e)
	}
	return r
}

// reckon adds a reckoning when it says something else than the last one did.
func (t *Tally) reckon(ctx context.Context, tx Store, by string, f Figure, asOf clock.Day) (Reckoning, error) {
	past, err := tx.ReckoningsShort(ctx, f.ID)
	if err != nil {
		return Reckoning{}, err
	}
	if len(past) > 0 {
		if r, done, err := t.step(ctx, tx, by, f, asOf, past); done || err != nil {
			return r, err
		}
	}
	claims, k, err := evidence(ctx, tx, f)
	if err != nil {
		return Reckoning{}, err
	}
	r := k.reckon(f, asOf, claims)
	if n := len(past); n > 0 {
		if err := tx.FillUses(ctx, &past[n-1]); err != nil {
			return Reckoning{}, err
		}
		if same(past[n-1], r) {
			return past[n-1], nil
		}
	}
	if len(claims) <= Long || f.Running {
		return t.keep(ctx, tx, by, r, nil, past)
	}
	p, err := pagesOf(ctx, tx, f, asOf, claims, k)
	if err != nil {
		return Reckoning{}, err
	}
	return t.keep(ctx, tx, by, r, &p, past)
}

// step is reckon from the pages of the last reckoning and what changed since; done is
// false when there are none, or too much changed.
func (t *Tally) step(ctx context.Context, tx Store, by string, f Figure, asOf clock.Day, past []Reckoning) (r Reckoning, done bool, err error) {
	last := past[len(past)-1]
	p, ok, err := tx.PagesOf(ctx, last.ID)
	if err != nil || !ok {
		return r, false, err
	}
	k, err := besides(ctx, tx, f)
	if err != nil {
		return r, false, err
	}
	p, r, changed, ok, err := advance(ctx, tx, f, p, k, asOf)
	if err != nil || !ok {
		return r, false, err
	}
	if last.Uses = nil; !changed && same(last, r) {
		return last, true, nil
	}
	r, err = t.keep(ctx, tx, by, r, &p, past)
	return r, true, err
}

// keep adds a reckoning, with its claims in pages when there are very many.
func (t *Tally) keep(ctx context.Context, tx Store, by string, r Reckoning, p *Pages, past []Reckoning) (Reckoning, error) {
	r.ID, r.Seq, r.By, r.At = ids.New("reckoning"), len(past)+1, by, t.clock.Now()
	short := r
	if p != nil {
		short.Uses = nil
	}
	if err := tx.AddReckoning(ctx, short); err != nil {
		return Reckoning{}, err
	}
	if p != nil {
		if err := tx.AddPages(ctx, r.Figure, r.ID, p); err != nil {
			return Reckoning{}, err
		}
	}
	return r, tx.Append(ctx, ledger.Entry{Actor: by, Action: "figure.reckoned", Subject: r.Figure, Detail: struct {
		Reckoning string
		AsOf      clock.Day
	}{r.ID, r.AsOf}})
}

// same reports whether two reckonings say the same with the same claims on the same day.
func same(a, b Reckoning) bool {
	return a.AsOf == b.AsOf && a.Estimate == b.Estimate && a.Range == b.Range && a.Basis == b.Basis && slices.Equal(a.Denials, b.Denials) &&
		slices.EqualFunc(a.Uses, b.Uses, sameUse)
}

func sameUse(x, y Use) bool {
	return x.Claim == y.Claim && x.Used == y.Used && x.Reason.Text == y.Reason.Text && slices.Equal(x.Reason.Args, y.Reason.Args)
}

// Reckon computes a figure anew as of a day and keeps what it was before.
func (t *Tally) Reckon(ctx context.Context, by staff.Actor, id string, asOf clock.Day) (r Reckoning, err error) {
	if asOf > clock.DayOf(t.clock.Now()) {
		var k fault.Check
		k.Field(false, "asof", "This day has not come yet.")
		return Reckoning{}, k.Err()
	}
	err = t.write(ctx, by, func(tx Store) error {
		f, err := tx.Figure(ctx, id)
		if err != nil {
			return err
		}
		r, err = t.reckon(ctx, tx, by.ID, f, asOf)
		return err
	})
	return r, err
}

// Exclude leaves a claim out of a figure, or takes it in again, and reckons anew
// as of the day of the last reckoning. A reason is needed.
func (t *Tally) Exclude(ctx context.Context, by staff.Actor, x Exclusion) error {
	x.By, x.At = by.ID, t.clock.Now()
	var k fault.Check
	k.Field(strings.TrimSpace(x.Reason) != "", "reason", "Write why. Another person will read it.")
	if err := k.Err(); err != nil {
		return err
	}
	return t.write(ctx, by, func(tx Store) error {
		f, err := tx.Figure(ctx, x.Figure)
		if err != nil {
			return err
		}
		if _, err := tx.Claim(ctx, x.Claim); err != nil {
			return err
		}
		if err := tx.AddExclusion(ctx, x); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "figure.excluded", Subject: f.ID, Detail: struct {
			Claim string
			Out   bool
		}{x.Claim, x.Out}}); err != nil {
			return err
		}
		past, err := tx.ReckoningsShort(ctx, f.ID)
		if err != nil {
			return err
		}
		asOf := clock.DayOf(x.At)
		if n := len(past); n > 0 {
			asOf = past[n-1].AsOf
		}
		_, err = t.reckon(ctx, tx, by.ID, f, asOf)
		return err
	})
}

// Review says that a second person checked a figure's last reckoning. Who
// reckoned it cannot; what an import reckoned, anybody may check.
func (t *Tally) Review(ctx context.Context, by staff.Actor, figure, reckoning string) error {
	return t.write(ctx, by, func(tx Store) error {
		past, err := tx.ReckoningsShort(ctx, figure)
		if err != nil {
			return err
		}
		if len(past) == 0 || past[len(past)-1].ID != reckoning {
			return fault.New(fault.Conflict, "The figure was reckoned anew meanwhile. Look at it again.")
		}
		if past[len(past)-1].By == by.ID {
			return fault.New(fault.Denied, "You made this reckoning. Another person checks it.")
		}
		if err := tx.AddReckoningReview(ctx, reckoning, by.ID, clock.Micros(t.clock.Now())); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "figure.reviewed", Subject: figure, Detail: struct{ Reckoning string }{reckoning}})
	})
}

// Import takes a scenario into the record and makes its figures, in one transaction.
func (t *Tally) Import(ctx context.Context, by staff.Actor, a *record.Archive, d scenario.Document) (out record.Imported, err error) {
	if err := by.Must(staff.Documenter, staff.Analyst, staff.Security); err != nil {
		return record.Imported{}, err
	}
	err = t.within(ctx, func(tx Store) error {
		if out, err = a.ImportIn(ctx, tx, by.ID, d); err != nil {
			return err
		}
		return t.ImportIn(ctx, tx, ledger.Desk, d, out)
	})
	return out, err
}

// ImportIn makes a figure of everything that an import counted, and reckons each
// as of the file's day or, for running totals, as of each day counted.
func (t *Tally) ImportIn(ctx context.Context, tx Store, by string, d scenario.Document, done record.Imported) error {
	days := map[record.Status][]clock.Day{}
	var order []record.Status
	for _, c := range done.Claims {
		if _, ok := days[c.Status]; !ok {
			order = append(order, c.Status)
		}
		day := d.AsOf
		if _, to := c.Counted.Span(); to != "" {
			day = to
		}
		if !slices.Contains(days[c.Status], day) {
			days[c.Status] = append(days[c.Status], day)
		}
	}
	for _, s := range order {
		f, err := t.figureFor(ctx, tx, by, s, done.Incident.ID)
		if err != nil {
			return err
		}
		slices.Sort(days[s])
		for _, day := range days[s] {
			if _, err := t.reckon(ctx, tx, by, f, day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tally) figureFor(ctx context.Context, tx Store, by string, s record.Status, incident string) (Figure, error) {
	all, err := tx.Figures(ctx)
	if err != nil {
		return Figure{}, err
	}
	for _, f := range all {
		if f.Status == s && f.Unit == record.Persons && f.Scope == (Scope{Incident: incident}) && f.Population == "" {
			return f, nil
		}
	}
	return t.add(ctx, tx, by, Figure{Status: s, Unit: record.Persons, Scope: Scope{Incident: incident}, Running: s.OfHelp()})
}
