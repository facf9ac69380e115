package desk

import (
	"context"
	"path/filepath"
	"slices"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// papers is what a member has to do with papers: their own, and those that they keep.
func (r *rooms) papers(ctx context.Context, a staff.Actor) (p deskweb.Papers, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if p.Members, err = tx.Members(ctx); err != nil {
			return err
		}
		if p.Sets, err = tx.PaperSets(ctx); err != nil {
			return err
		}
		p.Sets = slices.DeleteFunc(p.Sets, func(s staff.PaperSet) bool {
			return s.Member != a.ID && !slices.Contains(s.Keepers[:], a.ID) && !a.Roles.Has(staff.Security)
		})
		p.Uses, err = tx.PaperUses(ctx, a.ID, a.Roles.Has(staff.Security))
		return err
	})
	return p, err
}

// makePapers makes three papers of the actor's key. They are shown once.
func (r *rooms) makePapers(ctx context.Context, a staff.Actor, form, passphrase string, keepers []string) ([]string, error) {
	set := staff.PaperSet{Member: a.ID, Made: r.clock.Now()}
	if err := r.keepersOf(ctx, a, keepers, &set); err != nil {
		return nil, err
	}
	r.keys.Lock()
	defer r.keys.Unlock()
	path := filepath.Join(r.cfg.Dir, admin.KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return nil, err
	}
	papers, err := f.MakePapers(ctx, a.ID, passphrase, keyring.PaperEdition(form))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range papers {
		out = append(out, p.Text)
	}
	return out, r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutPaperSet(ctx, set); err != nil {
			return err
		}
		if err := tx.Append(ctx, entry(a, "papers.made", a.ID)); err != nil {
			return err
		}
		return f.Write(path)
	})
}

// keepersOf reads who keeps the papers: three different people, or somebody outside.
func (r *rooms) keepersOf(ctx context.Context, a staff.Actor, keepers []string, set *staff.PaperSet) error {
	if len(keepers) != keyring.Papers {
		return fault.Bad("keeper1", "Choose who keeps each of the three papers.")
	}
	members, err := r.colleagues(ctx)
	if err != nil {
		return err
	}
	var c fault.Check
	for i, id := range keepers {
		name := "keeper" + string(rune('1'+i))
		known := id == deskweb.Outsider || slices.ContainsFunc(members, func(m staff.Member) bool { return m.ID == id })
		c.Field(known, name, "Choose who keeps each of the three papers.")
		c.Field(id != a.ID, name, "Do not keep one yourself: whoever finds it has half of your key.")
		c.Field(id == deskweb.Outsider || !slices.Contains(keepers[:i], id), name, "Nobody keeps two papers: they would have your whole key.")
		if id != deskweb.Outsider {
			set.Keepers[i] = id
		}
	}
	return c.Err()
}

// checkPaper is the drill: one paper alone, which opens nothing, is read and forgotten.
func (r *rooms) checkPaper(ctx context.Context, a staff.Actor, member, text string) (int, error) {
	f, err := keyring.ReadFile(filepath.Join(r.cfg.Dir, admin.KeyFile))
	if err != nil {
		return 0, err
	}
	n := 0
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		sets, err := tx.PaperSets(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sets, func(s staff.PaperSet) bool { return s.Member == member })
		if i < 0 || sets[i].Member != a.ID && !slices.Contains(sets[i].Keepers[:], a.ID) && !a.Roles.Has(staff.Security) {
			return fault.Bad("member", "You keep no paper of this member.")
		}
		if n, err = f.CheckPaper(member, text); err != nil {
			return err
		}
		sets[i].Checked[n-1] = r.clock.Now()
		if err := tx.PutPaperSet(ctx, sets[i]); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: a.ID, Action: "papers.checked", Subject: member, Detail: paperDetail{n}})
	})
	return n, err
}

type paperDetail struct {
	Paper int `json:"paper"`
}

func (r *rooms) sawPapers(ctx context.Context, a staff.Actor, use string) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		uses, err := tx.PaperUses(ctx, a.ID, a.Roles.Has(staff.Security))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(uses, func(u staff.PaperUse) bool { return u.ID == use }) {
			return nil // seen already, or not theirs
		}
		return tx.SeePaperUse(ctx, use, a.ID)
	})
}

// Recover gives a member a new passphrase by two of their papers, also while the Desk is
// locked. Ledger, bell and key file change together; every session of the member ends.
func (d *Desk) Recover(ctx context.Context, login, one, two, fresh string) error {
	path := filepath.Join(d.cfg.Dir, admin.KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = f.Recover(ctx, login, one, two, fresh)
	if fault.KindOf(err) == fault.Denied {
		d.papersRefused(ctx, f.MemberOf(login))
	}
	if err != nil {
		return err
	}
	keys, deskKey, err := f.SignIn(ctx, login, fresh)
	if err != nil {
		return err
	}
	keys.Wipe()
	defer clear(deskKey[:])
	r, err := d.unlock(ctx, deskKey, admin.DatabaseOf(f))
	if err != nil {
		return err
	}
	r.keys.Lock()
	defer r.keys.Unlock()
	// Somebody may have changed the file meanwhile: it is read again, and the papers with it.
	if f, err = keyring.ReadFile(path); err != nil {
		return err
	}
	member, err := f.Recover(ctx, login, one, two, fresh)
	if err != nil {
		return err
	}
	now := r.clock.Now()
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, member)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.New(fault.Denied, "This member has left.")
		}
		if err := tx.DropPaperSet(ctx, member); err != nil {
			return err
		}
		if err := tx.AddPaperUse(ctx, staff.PaperUse{ID: ids.New("use"), Member: member, At: now}); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, member, now); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "papers.used", Subject: member}); err != nil {
			return err
		}
		return f.Write(path)
	})
	if err == nil {
		r.forgetMember(member)
		d.cfg.Log.Warn("two papers set a new passphrase", "member", member)
	}
	return err
}

// papersRefused notes papers that did not fit, when the Desk is open and knows the name.
func (d *Desk) papersRefused(ctx context.Context, member string) {
	r := d.rooms()
	if r == nil || member == "" {
		return
	}
	if err := r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "papers.refused", Subject: member})
	}); err != nil {
		d.cfg.Log.Warn("that papers were refused could not be noted", "kind", fault.KindOf(err))
	}
}

// paperBells ring for papers that were used, until the member and each security officer have seen it.
func (r *rooms) paperBells(c ui.Ringing) ([]ui.Bell, error) {
	var uses []staff.PaperUse
	err := r.db.Read(c.Context, func(tx *store.Tx) (err error) {
		uses, err = tx.PaperUses(c.Context, c.Actor.ID, c.Actor.Roles.Has(staff.Security))
		return err
	})
	if err != nil || len(uses) == 0 {
		return []ui.Bell{}, err
	}
	names, err := r.names(c.Context)
	out := []ui.Bell{}
	for _, u := range uses {
		out = append(out, ui.Bell{Text: c.T("Two papers gave %s a new passphrase on %s.", names[u.Member], c.Date(u.At)), Href: "/account/papers"})
	}
	return out, err
}
