package publish

import (
	"context"
	"fmt"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// release makes an edition public, in the transaction of whoever decided it.
func (g *Gateway) release(ctx context.Context, s Store, actor string, p Proof) error {
	all, err := s.Editions(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Slug == p.Edition.Slug && o.State == Published {
			was := o.Revision
			o.State, o.Revision = Superseded, was+1
			if err := s.PutEdition(ctx, o, was); err != nil {
				return err
			}
		}
	}
	if err := s.PutFiles(ctx, p.Edition.ID, p.Files); err != nil {
		return err
	}
	e, was := p.Edition, p.Edition.Revision
	e.State, e.Published, e.Revision = Published, g.Clock.Now(), was+1
	if err := s.PutEdition(ctx, e, was); err != nil {
		return err
	}
	was = e.Revision
	if e.Serial, err = g.push(ctx, s); err != nil { // the feed tells of it already
		return err
	}
	e.Revision++
	if err := s.PutEdition(ctx, e, was); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor, Action: "publish.published", Subject: e.ID, Detail: struct {
		SHA256 string
		Serial uint64
	}{e.Digest, e.Serial}})
}

// Due publishes what waited for the end of its embargo. Everything is looked at
// once more: what the guard stops by now, or what the press would set otherwise,
// goes back to the drafts and waits for people. It returns how many went out and
// how many were held.
func (g *Gateway) Due(ctx context.Context) (out, held int, err error) {
	var waiting []string
	err = g.Reading(ctx, func(s Store) error {
		waiting, err = s.ScheduledEditions(ctx)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	for _, id := range waiting {
		var went, stayed bool
		err := g.Within(ctx, func(s Store) error {
			went, stayed = false, false
			p, err := g.proof(ctx, s, staff.Actor{}, id)
			if err != nil {
				return err
			}
			e := p.Edition
			if e.State != Scheduled || e.Report.Embargo().After(g.Clock.Now()) {
				return nil
			}
			if e.Agreed() && !Blocked(p.Hits) && len(p.Overtaken()) == 0 && DigestOf(p.Files) == e.Digest {
				went = true
				return g.release(ctx, s, ledger.Desk, p)
			}
			stayed = true
			return g.back(ctx, s, ledger.Desk, e, "publish.held")
		})
		if err != nil {
			return out, held, err
		}
		if went {
			out++
		}
		if stayed {
			held++
		}
	}
	return out, held, nil
}

func (g *Gateway) back(ctx context.Context, s Store, actor string, e Edition, action string) error {
	was := e.Revision
	e.State, e.Revision = Draft, was+1
	if err := s.PutEdition(ctx, e, was); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor, Action: action, Subject: e.ID})
}

// Hold takes an edition that waits for the end of its embargo back to the drafts.
// One person suffices: nothing becomes public by it.
func (g *Gateway) Hold(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(staff.Editor, staff.Security); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		e, err := s.Edition(ctx, id)
		if err != nil {
			return err
		}
		if e.State != Scheduled {
			return fault.New(fault.Conflict, "This edition does not wait for the end of an embargo.")
		}
		return g.back(ctx, s, a.ID, e, "publish.held")
	})
}

// feed sets the feeds of what is public.
func (g *Gateway) feed(ctx context.Context, s Store) ([]File, error) {
	all, err := s.Editions(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e Edition) bool { return e.State != Published && e.State != Superseded })
	slices.SortStableFunc(all, func(a, b Edition) int { return b.Published.Compare(a.Published) })
	return g.Press.Feed(all)
}

// since fills in the earlier versions of a report, and what has changed since the
// last one as far as the figures and the board show it; an editor goes on from there.
func (r *Report) since(slug string, all []Edition) {
	var last *Edition
	r.History = nil
	for i, o := range all { // the newest of each report first
		if o.Slug != slug || o.State != Published && o.State != Superseded {
			continue
		}
		if last == nil {
			last = &all[i]
		}
		r.History = append(r.History, Version{Number: o.Number, AsOf: o.Report.AsOf, Changed: o.Report.Changed})
	}
	if last == nil {
		return
	}
	if len(r.Changed) == 0 {
		r.Changed = Differences(last.Report, *r)
	}
	if len(r.Contacts) == 0 {
		r.Contacts = last.Report.Contacts
	}
	if len(r.Licence) == 0 {
		r.Licence = last.Report.Licence
	}
}

// Differences says which figures and which targets stand otherwise than in an
// earlier report.
func Differences(was, is Report) []Text {
	var out []Text
	say := func(en, ru string, args ...any) {
		out = append(out, Text{EN: fmt.Sprintf(en, args...), RU: fmt.Sprintf(ru, args...)})
	}
	before := map[string]Figure{}
	for _, f := range was.Figures {
		before[f.Key] = f
	}
	for _, f := range is.Figures {
		o, ok := before[f.Key]
		switch {
		case f.Suppressed || o.Suppressed:
		case !ok:
			out = append(out, Text{EN: "New: " + f.Label.EN + ": " + f.Says.EN + ".", RU: "Новое: " + f.Label.In("ru") + ": " + f.Says.In("ru") + "."})
		case o.Says != f.Says:
			out = append(out, Text{EN: f.Label.EN + ": " + f.Says.EN + "; before: " + o.Says.EN + ".", RU: f.Label.In("ru") + ": " + f.Says.In("ru") + "; прежде: " + o.Says.In("ru") + "."})
		}
	}
	moved := 0
	rows := map[Text]BoardRow{}
	for _, b := range was.Board.Rows {
		rows[b.Target] = b
	}
	for _, b := range is.Board.Rows {
		if o, ok := rows[b.Target]; !ok || !slices.EqualFunc(o.Cells, b.Cells, func(x, y BoardCell) bool { return x.State == y.State }) {
			moved++
		}
	}
	if moved > 0 {
		say("Lines of the board that stand otherwise than before: %d.", "Строк таблицы, в которых что-то изменилось: %d.", moved)
	}
	if len(is.Memorial) > len(was.Memorial) {
		say("Names added to the memorial: %d.", "Имён добавлено в память о погибших: %d.", len(is.Memorial)-len(was.Memorial))
	}
	return out
}
