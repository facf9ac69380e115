package purse

import (
	"context"
	"encoding/json"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Limit is what one person may spend alone.
type Limit struct {
	Role     staff.Role // empty: whoever
	Currency string
	Line     string // empty: any
	Minor    int64
}

// LimitFor finds what holds for somebody: a limit of the line before one of any
// line, and of those the highest that one of their roles has. Without one a second
// person is always needed.
func LimitFor(all []Limit, roles staff.Roles, line, currency string) (int64, bool) {
	best, listed := int64(0), false
	for _, want := range []string{line, ""} {
		for _, l := range all {
			if l.Currency == currency && l.Line == want && (l.Role == "" || roles.Has(l.Role)) {
				best, listed = max(best, l.Minor), true
			}
		}
		if listed {
			break
		}
	}
	return best, listed
}

// LimitsIn are the limits in force.
func (k *Keeper) LimitsIn(ctx context.Context, tx Store) ([]Limit, error) {
	all, err := tx.Motions(ctx, "limits")
	if err != nil {
		return nil, err
	}
	// The one that was agreed to last holds, not the one that was written last.
	var last Motion
	for _, m := range all {
		if m.Yes && (last.ID == "" || m.Decided.After(last.Decided)) {
			last = m
		}
	}
	if last.ID == "" {
		return k.Limits, nil
	}
	var out []Limit
	return out, json.Unmarshal(last.Body, &out)
}

// LimitsView is what the page of limits shows.
type LimitsView struct {
	Now     []Limit
	Waiting []Proposal
}

// Proposal is limits that wait for a second person.
type Proposal struct {
	Motion
	Limits []Limit
}

// SeeLimits reads the limits and what waits.
func (k *Keeper) SeeLimits(ctx context.Context, by staff.Actor) (v LimitsView, err error) {
	if err := by.Must(overseers()...); err != nil {
		return v, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		if v.Now, err = k.LimitsIn(ctx, tx); err != nil {
			return err
		}
		all, err := tx.Motions(ctx, "limits")
		for _, m := range all {
			if m.Waits() {
				p := Proposal{Motion: m}
				if err := json.Unmarshal(m.Body, &p.Limits); err != nil {
					return err
				}
				v.Waiting = append(v.Waiting, p)
			}
		}
		return err
	})
	return v, err
}

// ProposeLimits asks for other limits; nothing changes before a second person agrees.
func (k *Keeper) ProposeLimits(ctx context.Context, by staff.Actor, id string, all []Limit) error {
	if err := by.Must(overseers()...); err != nil {
		return err
	}
	var c fault.Check
	c.Field(len(all) > 0, "limits", "Write at least one limit.")
	seen := map[Limit]bool{}
	for _, l := range all {
		c.Field(l.Role == "" || slices.Contains(staff.AllRoles(), l.Role), "limits", "A limit names a role that does not exist.")
		c.Field(l.Line == "" || slices.Contains(Lines(), l.Line), "limits", "A limit names a line that does not exist.")
		c.Field(cases.ValidCurrency(l.Currency) && l.Minor >= 0, "limits", "Each limit needs a currency of three letters and an amount.")
		l.Minor = 0
		c.Field(!seen[l], "limits", "One limit stands there twice.")
		seen[l] = true
	}
	if err := c.Err(); err != nil {
		return err
	}
	body, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if id == "" {
		id = ids.New("motion")
	}
	if !ids.Valid("motion", id) {
		return fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	return k.Within(ctx, func(tx Store) error {
		if m, err := tx.Motion(ctx, id); err == nil && m.By == by.ID && string(m.Body) == string(body) {
			return nil // the same form again
		}
		if err := tx.AddMotion(ctx, Motion{ID: id, Kind: "limits", Body: body, By: by.ID, At: k.Clock.Now(), Second: true}); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse.limits", id)
	})
}

// Lines are what money is spent on: what people need, and what the work needs.
func Lines() []string { return append(cases.Lines(), "advocacy", "staff") }
