package record

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// The verbs below are those of the Archive within a transaction of a room above,
// which checks the role.

// AddSourceIn is AddSource; key finds the source again and may be empty.
func (a *Archive) AddSourceIn(ctx context.Context, tx Store, by staff.Actor, s Source, identity string) (Source, error) {
	if s.Key != "" {
		old, err := tx.SourceByKey(ctx, s.Key)
		if err == nil {
			return old, nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return Source{}, err
		}
	}
	return a.addSourceIn(ctx, tx, by, s, identity)
}

// AddItemIn is AddItem; sealed words go into a safe whatever the source is.
func (a *Archive) AddItemIn(ctx context.Context, tx Store, by staff.Actor, i Item, sealed bool) (Item, error) {
	i, err := a.newItem(by, i)
	if err != nil {
		return Item{}, err
	}
	s, err := tx.Source(ctx, i.Source)
	if err != nil {
		return Item{}, err
	}
	if sealed || s.Kind == PersonSource || s.Safe != "" {
		err = addSealed(ctx, tx, by, &i)
	} else {
		err = addItem(ctx, tx, by.ID, i)
	}
	return i, err
}

// AddIncidentIn is AddIncident.
func (a *Archive) AddIncidentIn(ctx context.Context, tx Store, by staff.Actor, i Incident) (Incident, error) {
	i, err := a.newIncident(by, i)
	if err != nil {
		return Incident{}, err
	}
	return i, addIncident(ctx, tx, i)
}

// AddClaimIn is AddClaim; instead names a claim whose place it takes, or is empty.
func (a *Archive) AddClaimIn(ctx context.Context, tx Store, by staff.Actor, c Claim, instead string) (Claim, error) {
	for _, act := range Acts() {
		if c.Act == "" && act.Status() == c.Status {
			c.Act = act
		}
	}
	c, err := a.addClaimIn(ctx, tx, by, c)
	if err != nil || instead == "" {
		return c, err
	}
	old, err := tx.Claim(ctx, instead)
	if err != nil {
		return Claim{}, err
	}
	if old.Status != c.Status {
		return c, nil // it counts something else now: both stand
	}
	return c, addLink(ctx, tx, Link{From: c.ID, Kind: Supersedes, To: old.ID, By: by.ID, At: c.At})
}

// Destroyed reports whether the words of an item were made unreadable for everybody.
func Destroyed(ctx context.Context, tx Store, i Item) (bool, error) {
	if i.Safe == "" {
		return false, nil
	}
	grants, err := tx.Grants(ctx, i.Safe)
	return len(grants) == 0, err
}

// newItem gives an item its id and looks whether it can be kept.
func (a *Archive) newItem(by staff.Actor, i Item) (Item, error) {
	i.ID, i.Received, i.By, i.Safe, i.Sealed = ids.New("item"), a.clock.Now(), by.ID, "", nil
	var k fault.Check
	k.Field(strings.TrimSpace(i.Title) != "", "title", "Give it a title that names nobody.")
	k.Field(slices.Contains(Materials(), i.Material), "material", "Choose what kind of material it is.")
	if i.Dated != "" {
		_, err := edtf.Parse(string(i.Dated))
		k.Field(err == nil, "dated", "Write the date as 2017-04-09, 2017-04 or 2017.")
	}
	return i, k.Err()
}

// WatchIn has the leak guard stop more of what a source's identity is made of.
func (a *Archive) WatchIn(ctx context.Context, tx Store, s Source, identity string) error {
	return watchSource(ctx, tx, s, identity)
}
