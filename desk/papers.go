package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
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
		if err != nil {
			return err
		}
		p.Waits, err = r.waitsOf(ctx, tx, a)
		return err
	})
	return p, err
}

// waitsOf lists what waits for an actor to answer, or for a security officer to look at.
func (r *rooms) waitsOf(ctx context.Context, tx *store.Tx, a staff.Actor) (out []deskweb.PaperWait, err error) {
	all, err := tx.PaperWaits(ctx)
	if err != nil {
		return nil, err
	}
	sets, err := tx.PaperSets(ctx)
	for _, w := range all {
		if w.Ended == "" && (w.Member == a.ID || a.Roles.Has(staff.Security)) {
			out = append(out, deskweb.PaperWait{PaperWait: w, Until: r.waits.until(w.ID, r.clock.Now()), MayHasten: w.MayHasten(a.Member, sets)})
		}
	}
	return out, err
}

// makePapers makes three papers of the actor's key. They are shown once.
func (r *rooms) makePapers(ctx context.Context, a staff.Actor, form, passphrase string, keepers []string) ([]string, error) {
	edition := keyring.PaperEdition(form)
	set := staff.PaperSet{Member: a.ID, Made: r.clock.Now(), Edition: hex.EncodeToString(edition)}
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
	papers, err := f.MakePapers(ctx, a.ID, passphrase, edition, r.clock.Now())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range papers {
		out = append(out, p.Text)
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutPaperSet(ctx, set); err != nil {
			return err
		}
		if err := tx.Append(ctx, entry(a, "papers.made", a.ID)); err != nil {
			return err
		}
		return f.Write(path)
	})
	if err != nil {
		return nil, err
	}
	return out, r.carryNotes(ctx, path, f)
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

// Recover lets two of a member's papers set a passphrase that waits, and three of them one
// that works at once, also while the Desk is locked. A locked Desk stays locked: what
// happened lies in the key file until somebody opens the Desk.
func (d *Desk) Recover(ctx context.Context, login string, papers [keyring.Papers]string, fresh string) (deskweb.Recovered, error) {
	sending := d.sending(login, papers, fresh)
	member, f, err := d.recover(ctx, login, papers, fresh)
	if err != nil && fault.KindOf(err) == fault.Denied && d.workedLast(sending) {
		return deskweb.Recovered{Now: true}, nil // the form that worked, sent twice
	}
	if err != nil {
		return deskweb.Recovered{}, err
	}
	if r := d.rooms(); r != nil {
		if f, err = r.settlePapers(ctx, ""); err != nil {
			d.cfg.Log.Warn("that papers were used is not in the ledger yet; it is tried again within a minute", "kind", fault.KindOf(err))
			return deskweb.Recovered{}, err
		}
	} else if err := d.bell.dueNow(); err != nil {
		d.cfg.Log.Warn("the bell could not be told that papers were used", "error", err)
	}
	w := f.WaitingOf(member)
	if w != nil {
		return deskweb.Recovered{Until: d.waits.until(w.ID, d.awake.Now()), Held: w.Met && !w.Let}, nil
	}
	if strings.TrimSpace(papers[2]) == "" {
		return deskweb.Recovered{}, keyring.ErrPapers // the member left in this very moment
	}
	d.keys.Lock()
	d.lastThree = sending
	d.keys.Unlock()
	return deskweb.Recovered{Now: true}, nil
}

// sending is by what a form of three papers that was sent twice is known: they are worth
// nothing the second time. The key of the sum is this process's own.
func (d *Desk) sending(login string, papers [keyring.Papers]string, fresh string) [32]byte {
	m := hmac.New(sha256.New, d.sum[:])
	for _, s := range append([]string{login, fresh}, papers[:]...) {
		fmt.Fprintf(m, "%q\n", s)
	}
	return [32]byte(m.Sum(nil))
}

func (d *Desk) workedLast(sending [32]byte) bool {
	d.keys.Lock()
	defer d.keys.Unlock()
	return d.lastThree == sending
}

// recover changes the key file.
func (d *Desk) recover(ctx context.Context, login string, papers [keyring.Papers]string, fresh string) (member string, f *keyring.File, err error) {
	if r := d.rooms(); r != nil { // papers that the database knows to be worthless go first
		if _, err := r.settlePapers(ctx, ""); err != nil {
			return "", nil, err
		}
	}
	d.keys.Lock()
	defer d.keys.Unlock()
	path := filepath.Join(d.cfg.Dir, admin.KeyFile)
	if f, err = keyring.ReadFile(path); err != nil {
		return "", nil, err
	}
	notes := len(f.Notes)
	member, err = f.Recover(ctx, login, papers, fresh, d.awake.Now())
	if fault.KindOf(err) == fault.Denied {
		d.papersRefused(ctx, f.MemberOf(login))
	}
	if err != nil {
		return "", nil, err
	}
	if len(f.Notes) > notes {
		if err := f.Write(path); err != nil {
			return "", nil, err
		}
	}
	d.waits.pass(f.Waits())
	return member, f, nil
}

// answerPapers changes what waits, as somebody who is signed in says.
func (r *rooms) answerPapers(ctx context.Context, a staff.Actor, wait, answer string) error {
	if _, err := r.settlePapers(ctx, ""); err != nil {
		return err
	}
	r.keys.Lock()
	defer r.keys.Unlock()
	w, sets, err := r.paperWait(ctx, a, wait)
	if err != nil {
		return err
	}
	path := filepath.Join(r.cfg.Dir, admin.KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return err
	}
	now := r.clock.Now()
	switch answer {
	case deskweb.PapersStop:
		err = f.Stop(w.ID, a.ID, now)
	case deskweb.PapersMine:
		err = f.LetWait(w.ID, a.ID, now)
	case deskweb.PapersNow:
		if !w.MayHasten(a.Member, sets) {
			return fault.New(fault.Denied, "Only a security officer may say this, about another member, and not one who keeps one of the two papers.")
		}
		err = f.Hasten(w.ID, a.ID, now)
	default:
		err = fault.New(fault.NotFound, "There is no such answer.")
	}
	if err != nil {
		return err
	}
	if err := f.Write(path); err != nil {
		return err
	}
	r.waits.pass(f.Waits())
	return r.carryNotes(ctx, path, f)
}

// paperWait finds what waits, for the member and for security officers alone.
func (r *rooms) paperWait(ctx context.Context, a staff.Actor, id string) (w staff.PaperWait, sets []staff.PaperSet, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.PaperWaits(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(w staff.PaperWait) bool { return w.ID == id })
		if i < 0 || all[i].Member != a.ID && !a.Roles.Has(staff.Security) {
			return fault.New(fault.NotFound, "There is nothing here that waits.")
		}
		w = all[i]
		sets, err = tx.PaperSets(ctx)
		return err
	})
	return w, sets, err
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

// paperBells ring for the member as long as something waits, and for the member and each security officer until they have seen what papers led to.
func (r *rooms) paperBells(c ui.Ringing) ([]ui.Bell, error) {
	var uses []staff.PaperUse
	var waits []deskweb.PaperWait
	err := r.db.Read(c.Context, func(tx *store.Tx) (err error) {
		if uses, err = tx.PaperUses(c.Context, c.Actor.ID, c.Actor.Roles.Has(staff.Security)); err != nil {
			return err
		}
		waits, err = r.waitsOf(c.Context, tx, c.Actor)
		return err
	})
	out := []ui.Bell{}
	for _, w := range waits {
		if w.Member == c.Actor.ID { // also after their answer: somebody else may have pressed it on an open page
			text := c.T("Two of your papers were used for a new passphrase on %s. Was it you? Answer now.", c.Date(w.Used))
			if w.Let {
				text = c.T("You said that you used two of your papers: a new passphrase takes the place of yours on %s. Stop it if it was not you.", c.Date(w.Until))
			}
			out = append(out, ui.Bell{Text: text, Href: "/account/papers"})
			uses = slices.DeleteFunc(uses, func(u staff.PaperUse) bool { return u.Member == c.Actor.ID && u.What == keyring.PapersWait })
		}
	}
	if err != nil || len(uses) == 0 {
		return out, err
	}
	names, err := r.names(c.Context)
	for _, u := range uses {
		out = append(out, ui.Bell{Text: deskweb.PaperUseText(c.Words, u, names[u.Member]), Href: "/account/papers"})
	}
	return out, err
}
