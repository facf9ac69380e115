package opinion

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// KindBound is an item of a case: an opinion about somebody of it. Its id is not the
// opinion's, which stands nowhere but in the case's safe.
const KindBound cases.Kind = "expertise"

// bond is what lies in the case's safe.
type bond struct {
	Opinion string
	Word    string `json:",omitempty"` // its hash stands with the opinion; none in bonds of before
	Untied  bool
}

// holds reports whether an opinion is bound by this very bond.
func (b bond) holds(o Opinion) bool { return !b.Untied && o.Bound && o.Bond == hashOf(b.Word) }

func hashOf(word string) string {
	if word == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("opinion-bond/" + word))
	return hex.EncodeToString(sum[:])
}

// Annex is what the cases know of this room: opinions end with the case that they are
// bound to.
type Annex struct{ Clock clock.Clock }

// Kinds implements cases.Annex.
func (Annex) Kinds() []cases.Kind { return []cases.Kind{KindBound} }

// Tell implements cases.Annex: nothing follows from an opinion.
func (Annex) Tell([]cases.Leaf, time.Time) cases.Upshot { return cases.Upshot{} }

// Secrets implements cases.Annex: whom an opinion is about is told by the opinion.
func (Annex) Secrets(cases.Kind, []byte) ([]cases.Secret, error) { return nil, nil }

// Gone implements cases.Annex: opinions of an erased case lose their keys and their
// words. Their rows stay and lead to no case; one of another Desk, from which the case
// came, is not here. One that nobody of its own agreed to bind ends when they have had
// the time to say no.
func (x Annex) Gone(ctx context.Context, tx cases.Store, in []cases.Leaf) error {
	s, ok := tx.(Store)
	if !ok {
		return errors.New("opinion: the store of the cases keeps no opinions")
	}
	all, err := bonds(in)
	if err != nil {
		return err
	}
	now := x.Clock.Now()
	for _, b := range all {
		o, err := s.Opinion(ctx, b.Opinion)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if !b.holds(o) {
			continue
		}
		if !o.Agreed && now.Before(o.EndsAt(now)) {
			o.Ends = o.EndsAt(now)
			if err := s.BindOpinion(ctx, o); err != nil {
				return err
			}
			if err := s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "opinion.ends", Subject: o.ID, Scope: o.ID}); err != nil {
				return err
			}
			continue
		}
		if err := finish(ctx, s, o.ID); err != nil {
			return err
		}
	}
	return nil
}

// finish destroys an opinion with its case.
func finish(ctx context.Context, s Store, id string) error {
	if err := shred(ctx, s, id); err != nil {
		return err
	}
	// By the Desk: the entry leads to nobody who worked on the case.
	return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "opinion.destroyed", Subject: id})
}

// tied is a bond with the item that holds it.
type tied struct {
	item string
	saw  int
	bond
}

// bonds gives what a case is bound to, as it stands, in order.
func bonds(in []cases.Leaf) (out []tied, err error) {
	at := map[string]int{}
	for _, l := range in {
		if l.Kind != KindBound {
			continue
		}
		t := tied{item: l.ID, saw: l.Version}
		if json.Unmarshal(l.Content, &t.bond) != nil {
			return nil, errors.New("opinion: what binds an opinion to a case has another form than expected")
		}
		n, seen := at[l.ID]
		if !seen {
			at[l.ID] = len(out)
			out = append(out, t)
			continue
		}
		out[n] = t
	}
	return out, nil
}

// Tie is an opinion that a case is bound to.
type Tie struct {
	Item string
	Opinion
	Gone bool // destroyed, or of another Desk
	Not  bool // somebody who can open it said that it is about nobody of this case
}

// Ties lists the opinions that are bound to a case. None of them is opened.
func (k *Surgery) Ties(ctx context.Context, a staff.Actor, id string) (c *cases.Case, out []Tie, err error) {
	if err := a.Must(staff.Caseworker); err != nil {
		return nil, nil, err
	}
	if c, err = k.Book.Case(ctx, a, id); err != nil {
		return nil, nil, err
	}
	all, err := bonds(c.Leaves)
	if err != nil {
		return nil, nil, err
	}
	return c, out, k.Reading(ctx, func(s Store) error {
		out = nil
		for _, b := range all {
			if b.Untied {
				continue
			}
			o, err := s.Opinion(ctx, b.bond.Opinion)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			there, gerr := living(ctx, s, b.bond.Opinion)
			if gerr != nil {
				return gerr
			}
			o.ID = b.bond.Opinion
			out = append(out, Tie{Item: b.item, Opinion: o, Gone: err != nil || !there, Not: err == nil && there && !b.holds(o)})
		}
		return nil
	})
}

// living tells whether anybody has a key to an opinion.
func living(ctx context.Context, s Store, id string) (bool, error) {
	var grants []safe.Grant
	grants, err := s.Grants(ctx, id)
	return len(grants) > 0, err
}

// Bind binds an opinion to a case, so that it ends when the case is erased. Whoever
// binds has the opinion's number from somebody who can open it, and opens only the case;
// so somebody who can open the opinion is asked to agree, unless this member can. The
// item's id comes with the form: sent twice it binds once.
func (k *Surgery) Bind(ctx context.Context, a staff.Actor, id, item, opinion string) error {
	if err := a.Must(staff.Caseworker); err != nil {
		return err
	}
	return k.Within(ctx, func(s Store) error {
		o, err := s.Opinion(ctx, opinion)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		there, gerr := living(ctx, s, opinion)
		if gerr != nil {
			return gerr
		}
		if err != nil || !there {
			return fault.Bad("opinion", "There is no opinion with this number. Copy it from the opinion's page.")
		}
		word, fresh := rand.Text(), false
		if err := k.Book.BesideIn(ctx, s, a, id, func(b cases.Beside) error {
			all, err := bonds(b.Case().Leaves)
			if err != nil {
				return err
			}
			for _, t := range all {
				if t.item == item && t.Opinion == opinion {
					return nil // the form was sent twice
				}
			}
			_, fresh, err = b.Keep(ctx, KindBound, item, 0, bond{Opinion: opinion, Word: word})
			return err
		}); err != nil || !fresh {
			return err
		}
		if o.Bound {
			return fault.Bad("opinion", "This opinion is bound to a case already.")
		}
		_, mine := s.Grant(ctx, opinion, a.ID)
		if mine != nil && fault.KindOf(mine) != fault.NotFound {
			return mine
		}
		o.Bound, o.Bond, o.AskedBy, o.Asked, o.Agreed, o.Ends = true, hashOf(word), a.ID, k.Clock.Now(), mine == nil && a.Roles.Any(who...), time.Time{}
		if err := s.BindOpinion(ctx, o); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.bound", Subject: opinion, Scope: opinion, Detail: struct{ Agreed bool }{o.Agreed}})
	})
}

// Untie takes an opinion out of a case again. While the case is held nobody can.
func (k *Surgery) Untie(ctx context.Context, a staff.Actor, id, item string) error {
	if err := a.Must(staff.Caseworker); err != nil {
		return err
	}
	return k.Within(ctx, func(s Store) error {
		var free bond
		fresh := false
		if err := k.Book.BesideIn(ctx, s, a, id, func(b cases.Beside) error {
			if err := b.NotHeld(ctx); err != nil {
				return err
			}
			all, err := bonds(b.Case().Leaves)
			if err != nil {
				return err
			}
			for _, t := range all {
				if t.item != item || t.Untied {
					continue
				}
				free = t.bond
				_, fresh, err = b.Keep(ctx, KindBound, item, t.saw, bond{Opinion: t.Opinion, Word: t.Word, Untied: true})
				return err
			}
			return fault.Missing()
		}); err != nil || !fresh {
			return err
		}
		o, err := s.Opinion(ctx, free.Opinion)
		if fault.KindOf(err) == fault.NotFound || err == nil && !free.holds(o) {
			return nil // of another Desk, refused, or bound anew by another case
		}
		if err != nil {
			return err
		}
		if err := s.BindOpinion(ctx, o.unbound()); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.untied", Subject: o.ID, Scope: o.ID})
	})
}
