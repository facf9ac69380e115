package cases_test

import (
	"waylight/desk/internal/cases"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/store"
	"waylight/desk/internal/travel"
)

// awayHolds checks what must hold of break-glass and of travel packs.
func (m *machine) awayHolds() {
	for _, a := range m.asked {
		m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
			o, err := tx.Opening(m.ctx, a.id)
			if err == nil && (o.State != a.state || (o.State == glass.Asked) != (len(o.Deposit) > 0)) {
				m.t.Fatalf("after %s an opening is %s and not %s, with a deposit of %d bytes", m.what, o.State, a.state, len(o.Deposit))
			}
			return err
		}))
	}
	m.strangers()
	if !m.look {
		return
	}
	m.look = false
	said := m.said()
	for _, b := range m.bags {
		m.journal(b, said)
	}
}

// strangers: Dina opens nothing but what two people lent to her, and that only for its time.
func (m *machine) strangers() {
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		for _, kind := range []string{"case", "leg", "place"} {
			list, err := tx.SafesOf(m.ctx, kind, m.dina.ID)
			if err != nil {
				return err
			}
			for _, id := range list {
				timed, err := tx.TimedIn(m.ctx, id)
				if err != nil {
					return err
				}
				ends := false
				for _, t := range timed {
					ends = ends || t.Member == m.dina.ID && t.Until.After(m.ended)
				}
				file := id
				if kind == "leg" {
					if file, err = tx.CaseOfLeg(m.ctx, id); err != nil {
						return err
					}
				}
				if _, lent := m.lent[loan{file, m.dina.ID}]; !ends || kind != "place" && !lent {
					m.t.Fatalf("after %s a %s opens to whom two people lent a case until a time that is over, or for ever", m.what, kind)
				}
			}
		}
		return nil
	}))
}

// said counts the words that came from the way, in all cases.
func (m *machine) said() map[string]int {
	said := map[string]int{}
	for _, f := range append([]string{m.shelf}, m.files...) {
		c := m.read(f)
		for _, n := range c.Notes {
			said[n.Content.Words]++
		}
		for _, n := range c.Contacts {
			said[n.Content.Words]++
		}
		for _, e := range c.Risk.History {
			said[e.Content.Digital]++
		}
		for _, l := range c.Legs {
			for _, s := range l.Steps {
				said[s.Content.Reason]++
			}
		}
	}
	return said
}

// journal: each entry that came home is in a case once, or waits, or was thrown away by a person.
func (m *machine) journal(b *bag, said map[string]int) {
	if b.home == 0 {
		return
	}
	waiting := map[string]int{}
	m.ok(m.DB.Write(m.ctx, func(tx *store.Tx) error {
		s, err := cases.UnlockIn(m.ctx, tx, b.owner, b.id)
		if err != nil {
			return err
		}
		all, err := cases.ReadIn[travel.Written](m.ctx, tx, s, cases.KindEntry)
		for _, e := range all {
			waiting[e.Content.Words]++
		}
		return err
	}))
	byNumber := map[int]travel.Row{}
	for _, row := range m.rows(b) {
		if _, twice := byNumber[row.Number]; twice {
			m.t.Fatalf("after %s an entry has two rows", m.what)
		}
		byNumber[row.Number] = row
	}
	for n, e := range b.entries[:b.home] {
		row, there := byNumber[n]
		in, waits := 0, 0
		switch row.Outcome {
		case travel.Kept, travel.Rival, travel.Told, travel.AsNote:
			in = 1
		case travel.Waits, travel.Replaced:
			waits = 1
		}
		if !there && len(m.gone) == 0 {
			m.t.Fatalf("after %s an entry that came home is gone", m.what)
		}
		if said[e.Words] != in || waiting[e.Words] != waits {
			m.t.Fatalf("after %s: %q (%s, %s) stands %d times in cases and waits %d times", m.what, e.Words, row.Kind, row.Outcome, said[e.Words], waiting[e.Words])
		}
	}
}
