package submission

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Doings gives who did what, as far as it stands in plain: a dossier opens no safe.
type Doings interface {
	ActsOn(ctx context.Context, incident string, on clock.Day, limit int) ([]parties.Act, error)
	TakingPart(ctx context.Context, acts []string, limit int) ([]parties.Involvement, error)
	TiesOf(ctx context.Context, roots []string, on clock.Day, limit int) ([]parties.Relation, error)
	RootsOf(ctx context.Context, ids []string) (map[string]string, error)
	PartiesBy(ctx context.Context, ids []string) ([]parties.Party, error)
}

// Bounds of what the record fills in; what is beyond is added by hand.
const (
	mostLines = 100
	mostSteps = 5 // of a chain of command, from those who did it upwards
)

// command is what the record knows of those who did an incident's acts: the part of
// each, and who stood over whom. A party is called by its published name or by the
// word that stands for it, never by what lies in its safe.
func (b *Basis) command(ctx context.Context, s Store, incident string) error {
	acts, err := s.ActsOn(ctx, incident, "", mostLines)
	if err != nil || len(acts) == 0 {
		return err
	}
	byID := map[string]parties.Act{}
	var ids []string
	for _, a := range acts {
		byID[a.ID] = a
		ids = append(ids, a.ID)
	}
	part, err := s.TakingPart(ctx, ids, mostLines)
	if err != nil {
		return err
	}
	part = slices.DeleteFunc(part, func(i parties.Involvement) bool { return !i.Role.Does() })
	var doers []string
	for _, i := range part {
		doers = append(doers, i.Party)
	}
	ties, err := above(ctx, s, doers)
	if err != nil {
		return err
	}
	everybody := slices.Clone(doers)
	for _, t := range ties {
		everybody = append(everybody, t.One, t.Other)
	}
	called, err := names(ctx, s, everybody)
	if err != nil {
		return err
	}
	for _, i := range part {
		a := byID[i.Act]
		b.Part = append(b.Part, said(called[i.Party]+": "+string(i.Role), string(i.Degree), i.Capacity, a.Title, string(a.Dated), a.Place, rests(i.Claims)))
	}
	for _, t := range ties {
		b.Chain = append(b.Chain, said(called[t.One]+" "+string(t.Tie)+" "+called[t.Other], t.Capacity, lasted(t), rests(t.Claims)))
	}
	slices.Sort(b.Part)
	slices.Sort(b.Chain)
	return nil
}

// above follows relations from some parties upwards, a bounded number of steps.
func above(ctx context.Context, s Store, from []string) ([]parties.Relation, error) {
	var out []parties.Relation
	roots, err := s.RootsOf(ctx, from)
	if err != nil {
		return nil, err
	}
	seen, next := map[string]bool{}, distinct(roots)
	for range mostSteps {
		if len(next) == 0 || len(out) >= mostLines {
			break
		}
		for _, r := range next {
			seen[r] = true
		}
		ties, err := s.TiesOf(ctx, next, "", mostLines)
		if err != nil {
			return nil, err
		}
		var over []string
		for _, t := range ties {
			if t.Tie.Rank() == 0 || t.Tie == parties.ParentOf {
				continue
			}
			upper, lower := t.One, t.Other
			if t.Tie.Rank() < 0 {
				upper, lower = lower, upper
			}
			both, err := s.RootsOf(ctx, []string{upper, lower})
			if err != nil {
				return nil, err
			}
			if !slices.Contains(next, both[lower]) || slices.ContainsFunc(out, func(o parties.Relation) bool { return o.ID == t.ID }) {
				continue // it leads downwards
			}
			out = append(out, t)
			if u := both[upper]; !seen[u] {
				over = append(over, u)
			}
		}
		next = over
	}
	return out, nil
}

func distinct(roots map[string]string) []string {
	var out []string
	for _, r := range roots {
		out = append(out, r)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func names(ctx context.Context, s Store, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	all, err := s.PartiesBy(ctx, slices.Compact(ids))
	out := map[string]string{}
	for _, p := range all {
		if out[p.ID] = p.Public(); out[p.ID] == "" {
			out[p.ID] = p.Called
		}
	}
	return out, err
}

// proofs lists the items on which an incident's claims rest, by number and kind of
// source: a dossier names no source.
func proofs(claims []record.Claim, kinds map[string]record.SourceKind) []string {
	n, of := map[string]int{}, map[string]string{}
	for _, c := range claims {
		n[c.Item]++
		of[c.Item] = string(kinds[c.Source])
	}
	var out []string
	for item := range n {
		out = append(out, fmt.Sprintf("%s (%s): %d", item, of[item], n[item]))
	}
	slices.Sort(out)
	if len(out) > mostLines {
		out = out[:mostLines]
	}
	return out
}

func rests(claims []string) string { return fmt.Sprintf("claims: %d", len(claims)) }

func lasted(t parties.Relation) string {
	if t.Since == "" && t.Until == "" {
		return ""
	}
	return string(t.Since) + " – " + strings.TrimPrefix(string(t.Until), "..")
}

// said joins what is known into one line.
func said(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}
