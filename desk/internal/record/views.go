package record

import (
	"context"
	"maps"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// ItemPage is an item with its source and the claims made from it.
type ItemPage struct {
	Item     Item
	From     Source
	Words    string // "" when there are none, or they may not be read
	Readable bool   // false: the words lie in a safe that this member cannot open
	Gone     bool   // the words were destroyed: nobody can open them
	Claims   []Weighed
}

// What one page of a list shows at most.
const (
	listPage    = 100
	shortList   = 20
	chooseAmong = 200 // what a choice offers; what is older is found by the search
)

// Items lists what came, the newest first, without words: a hundred a page, the
// first of which is 0. More says that another page follows.
func (a *Archive) Items(ctx context.Context, by staff.Actor, page int) (out []ItemPage, more bool, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		if out, err = items(ctx, tx, "", max(0, page)*listPage, listPage+1); err != nil {
			return err
		}
		if more = len(out) > listPage; more {
			out = out[:listPage]
		}
		return nil
	})
	return out, more, err
}

func items(ctx context.Context, tx Store, source string, from, most int) ([]ItemPage, error) {
	all, err := tx.RecordItemsFrom(ctx, source, from, most)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids, by := make([]string, len(all)), map[string]Source{}
	for n, i := range all {
		ids[n], by[i.Source] = i.ID, Source{}
	}
	sources, err := tx.SourcesAmong(ctx, slices.Collect(maps.Keys(by)))
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		by[s.ID] = s
	}
	claims, err := tx.ClaimsWhere(ctx, Where{Items: ids})
	if err != nil {
		return nil, err
	}
	made := map[string][]Weighed{}
	for _, c := range claims {
		made[c.Item] = append(made[c.Item], Weighed{Claim: c})
	}
	out := make([]ItemPage, len(all))
	for n, i := range all {
		out[n] = ItemPage{Item: i, From: by[i.Source], Claims: made[i.ID]}
	}
	return out, nil
}

// Item opens one item. Reading sealed words goes into the ledger.
func (a *Archive) Item(ctx context.Context, by staff.Actor, id string) (p ItemPage, err error) {
	if err := by.Must(Readers()...); err != nil {
		return ItemPage{}, err
	}
	err = a.within(ctx, func(tx Store) error {
		if p.Item, err = tx.RecordItem(ctx, id); err != nil {
			return err
		}
		if p.Item.Material == identityPaper {
			return fault.Missing()
		}
		if p.From, err = tx.Source(ctx, p.Item.Source); err != nil {
			return err
		}
		p.Words, p.Readable = p.Item.Words, true
		if p.Item.Safe != "" {
			grants, err := tx.Grants(ctx, p.Item.Safe)
			if err != nil {
				return err
			}
			p.Gone = len(grants) == 0
			if p.Words, p.Readable, err = unsealItem(ctx, tx, by, p.Item); err != nil {
				return err
			}
		}
		p.Claims, err = weighed(ctx, tx, by, Where{Item: id})
		return err
	})
	return p, err
}

func unsealItem(ctx context.Context, tx Store, by staff.Actor, i Item) (string, bool, error) {
	box, ok, err := open(ctx, tx, by, i.Safe)
	if err != nil || !ok {
		return "", false, err
	}
	plain, err := box.Take(itemLabel(i.ID), i.Sealed)
	if err != nil {
		return "", false, err
	}
	return string(plain), true, tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "item.read", Subject: i.ID, Scope: i.Safe})
}

// weighed loads claims with all that is known of them, and with the words the actor may read.
func weighed(ctx context.Context, tx Store, by staff.Actor, w Where) ([]Weighed, error) {
	claims, err := tx.ClaimsWhere(ctx, w)
	if err != nil {
		return nil, err
	}
	out, err := Weigh(ctx, tx, claims)
	if err != nil {
		return nil, err
	}
	return out, unseal(ctx, tx, by, out)
}

// SourcePage is a source with what came from it.
type SourcePage struct {
	Source Source
	Items  []ItemPage // the newest
	More   bool       // there are older ones
	Kin    []Source   // others of the same origin
}

// Source opens one source. Its identity stays closed.
func (a *Archive) Source(ctx context.Context, by staff.Actor, id string) (p SourcePage, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		if p.Source, err = tx.Source(ctx, id); err != nil {
			return err
		}
		kin, err := tx.SourcesOf(ctx, p.Source.Group)
		if err != nil {
			return err
		}
		p.Kin = slices.DeleteFunc(kin, func(s Source) bool { return s.ID == id })
		if p.Items, err = items(ctx, tx, id, 0, listPage+1); err == nil && len(p.Items) > listPage {
			p.Items, p.More = p.Items[:listPage], true
		}
		return err
	})
	return p, err
}

// Sources lists sources by name.
func (a *Archive) Sources(ctx context.Context, by staff.Actor) (out []Source, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		out, err = tx.Sources(ctx)
		return err
	})
	return out, err
}

// ClaimPage is a claim with its item and the claims that it is tied to.
type ClaimPage struct {
	Claim    Weighed
	Item     Item
	Readable bool // its words may be read
	Incident Incident
	Tied     map[string]Weighed // the other claims of its links, by id
	Others   []Weighed          // that count the same, for new links
}

// Claim opens one claim.
func (a *Archive) Claim(ctx context.Context, by staff.Actor, id string) (p ClaimPage, err error) {
	if err := by.Must(Readers()...); err != nil {
		return ClaimPage{}, err
	}
	err = a.within(ctx, func(tx Store) error {
		c, err := tx.Claim(ctx, id)
		if err != nil {
			return err
		}
		one, err := Weigh(ctx, tx, []Claim{c})
		if err != nil {
			return err
		}
		if err := unseal(ctx, tx, by, one); err != nil {
			return err
		}
		p.Claim, p.Readable = one[0], c.Safe == "" || one[0].Verbatim != "" || one[0].Translation != ""
		if p.Item, err = tx.RecordItem(ctx, c.Item); err != nil {
			return err
		}
		if c.Incident != "" {
			if p.Incident, err = tx.Incident(ctx, c.Incident); err != nil {
				return err
			}
		}
		var same []Claim
		if c.Incident != "" {
			if same, err = tx.ClaimsWhere(ctx, Where{Incident: c.Incident, Status: c.Status, Limit: chooseAmong}); err != nil {
				return err
			}
		}
		all, err := Weigh(ctx, tx, same)
		if err != nil {
			return err
		}
		p.Others = slices.DeleteFunc(all, func(w Weighed) bool { return w.ID == id })
		p.Tied = map[string]Weighed{}
		for _, l := range p.Claim.Links {
			other := l.From
			if other == id {
				other = l.To
			}
			o, err := tx.Claim(ctx, other)
			if err != nil {
				return err
			}
			w, err := Weigh(ctx, tx, []Claim{o})
			if err != nil {
				return err
			}
			p.Tied[other] = w[0]
		}
		return nil
	})
	return p, err
}

// Incidents lists the newest incidents, as many as a choice can offer; the search finds the others.
func (a *Archive) Incidents(ctx context.Context, by staff.Actor) (out []Incident, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		out, err = tx.LastIncidents(ctx, chooseAmong)
		return err
	})
	return out, err
}

// Answered is a statement beside the claims that it speaks to.
type Answered struct {
	Statement   Statement
	Contradicts []Weighed
	Supports    []Weighed
}

// Statements lists statements with their claims, by date: the newest hundred on page
// 0, the older on the next. More says that another page follows.
func (a *Archive) Statements(ctx context.Context, by staff.Actor, page int) (out []Answered, more bool, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		all, err := tx.StatementsFrom(ctx, max(0, page)*listPage, listPage+1)
		if err != nil {
			return err
		}
		if more = len(all) > listPage; more {
			all = all[:listPage]
		}
		slices.Reverse(all)
		var ids []string
		for _, s := range all {
			ids = slices.Concat(ids, s.Contradicts, s.Supports)
		}
		claims, err := tx.ClaimsAmong(ctx, ids)
		if err != nil {
			return err
		}
		w, err := Weigh(ctx, tx, claims)
		if err != nil {
			return err
		}
		at := map[string]Weighed{}
		for _, c := range w {
			at[c.ID] = c
		}
		for _, s := range all {
			v := Answered{Statement: s}
			for _, id := range s.Contradicts {
				v.Contradicts = append(v.Contradicts, at[id])
			}
			for _, id := range s.Supports {
				v.Supports = append(v.Supports, at[id])
			}
			out = append(out, v)
		}
		return nil
	})
	return out, more, err
}

// Desk is the record's first page: what waits, what came last.
type Desk struct {
	Waits      int       // claims that nobody has weighed
	Came       int       // items
	Unjudged   []Weighed // the last of them
	Unreviewed []DueFinding
	Due        []DueFinding
	Items      []ItemPage
	Incidents  []Incident
	Imports    []Import
}

// DueFinding is a finding that waits, with its deed.
type DueFinding struct {
	Finding Finding
	Deed    Deed
}

// Desk gathers the record's first page.
func (a *Archive) Desk(ctx context.Context, by staff.Actor) (d Desk, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		for what, to := range map[string]*int{"unjudged": &d.Waits, "items": &d.Came} {
			n, err := tx.RecordCount(ctx, what)
			if err != nil {
				return err
			}
			*to = int(n)
		}
		claims, err := tx.ClaimsWhere(ctx, Where{Unjudged: true, Limit: shortList})
		if err != nil {
			return err
		}
		if d.Unjudged, err = Weigh(ctx, tx, claims); err != nil {
			return err
		}
		open, err := tx.Unreviewed(ctx)
		if err != nil {
			return err
		}
		if d.Unreviewed, err = withDeeds(ctx, tx, open); err != nil {
			return err
		}
		due, err := tx.FindingsDue(ctx, clock.DayOf(a.clock.Now()))
		if err != nil {
			return err
		}
		if d.Due, err = withDeeds(ctx, tx, due); err != nil {
			return err
		}
		if d.Items, err = items(ctx, tx, "", 0, shortList); err != nil {
			return err
		}
		if d.Incidents, err = tx.LastIncidents(ctx, shortList); err != nil {
			return err
		}
		d.Imports, err = tx.Imports(ctx)
		return err
	})
	return d, err
}

func withDeeds(ctx context.Context, tx Store, fs []Finding) ([]DueFinding, error) {
	var out []DueFinding
	for _, f := range fs {
		d, err := tx.Deed(ctx, f.Deed)
		if err != nil {
			return nil, err
		}
		out = append(out, DueFinding{Finding: f, Deed: d})
	}
	return out, nil
}
