package opinion

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Opened is an opinion with what its safe holds.
type Opened struct {
	Opinion
	Content
	Editions []Signed
	Holders  []string
	Gone     bool
}

// Row is an opinion in a list; whom it is about stays closed.
type Row struct {
	Opinion
	Open, Gone bool
}

// List shows the opinions that there are, and which of them the member can open.
func (k *Surgery) List(ctx context.Context, a staff.Actor) (out []Row, err error) {
	if err := a.Must(who...); err != nil {
		return nil, err
	}
	return out, k.Reading(ctx, func(s Store) error {
		all, err := s.Opinions(ctx)
		out = nil
		for _, o := range all {
			grants, err := s.Grants(ctx, o.ID)
			if err != nil {
				return err
			}
			out = append(out, Row{o, slices.ContainsFunc(grants, func(g safe.Grant) bool { return g.Member == a.ID }), len(grants) == 0})
		}
		return err
	})
}

// Begin begins an opinion. The same id again changes nothing.
func (k *Surgery) Begin(ctx context.Context, a staff.Actor, id, form string) error {
	if err := a.Must(who...); err != nil {
		return err
	}
	var c fault.Check
	f, ok := Find(form, Edition)
	c.Field(ids.Valid("opinion", id), "", "This form is not from here. Load the page again.")
	c.Field(ok, "form", "Choose a form.")
	if err := c.Err(); err != nil {
		return err
	}
	return k.Within(ctx, func(s Store) error {
		if was, err := s.Opinion(ctx, id); err == nil && was.Author == a.ID {
			return nil
		} else if err == nil {
			return fault.Missing()
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		box, err := safe.Make(ctx, s, id, a.Member)
		if err != nil {
			return err
		}
		o := Opinion{ID: id, Form: f.ID, Edition: f.Edition, Author: a.ID, At: k.Clock.Now(), Revision: 1}
		if err := o.seal(box, Content{Expert: Expert{Name: a.Name}}); err != nil {
			return err
		}
		if err := s.PutOpinion(ctx, o, 0); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.begun", Subject: id, Scope: id, Detail: struct{ Form string }{f.ID}})
	})
}

func label(id string) string { return "opinion/" + id }

func editionLabel(id string, n int) string { return "opinion/" + id + "/" + string(rune('0'+n%10)) }

func (o *Opinion) seal(box safe.Safe, c Content) error {
	b, err := json.Marshal(c)
	o.Sealed = box.Put(label(o.ID), b)
	return err
}

// unlock opens an opinion's safe. To a member without a grant it is as if there were none.
func unlock(ctx context.Context, s Store, a staff.Actor, id string) (o Opinion, c Content, box safe.Safe, err error) {
	if err := a.Must(who...); err != nil {
		return o, c, box, err
	}
	if o, err = s.Opinion(ctx, id); err != nil {
		return o, c, box, err
	}
	if box, err = safe.For(ctx, s, a, id); err != nil {
		return o, c, box, err
	}
	plain, err := box.Take(label(id), o.Sealed)
	if err != nil {
		return o, c, box, err
	}
	return o, c, box, json.Unmarshal(plain, &c)
}

// Open opens an opinion; that it was read stands in the ledger.
func (k *Surgery) Open(ctx context.Context, a staff.Actor, id string) (out Opened, err error) {
	return out, k.Within(ctx, func(s Store) error {
		o, c, _, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		out = Opened{Opinion: o, Content: c}
		if out.Editions, err = s.SignedOpinions(ctx, id); err != nil {
			return err
		}
		grants, err := s.Grants(ctx, id)
		if err != nil {
			return err
		}
		for _, g := range grants {
			out.Holders = append(out.Holders, g.Member)
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.read", Subject: id, Scope: id})
	})
}

// change loads, lets f change the content, and keeps it as a new revision.
func (k *Surgery) change(ctx context.Context, a staff.Actor, id, action string, revision int, f func(Store, *Opinion, *Content, safe.Safe) error) error {
	return k.Within(ctx, func(s Store) error {
		o, c, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if revision != 0 && revision != o.Revision {
			return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
		}
		was := o.Revision
		if err := f(s, &o, &c, box); err != nil {
			return err
		}
		o.Revision = was + 1
		if err := o.seal(box, c); err != nil {
			return err
		}
		if err := s.PutOpinion(ctx, o, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: id, Scope: id})
	})
}

// Save keeps what the expert wrote so far; nobody else writes in an opinion.
// Consents that were taken back stay taken back.
func (k *Surgery) Save(ctx context.Context, a staff.Actor, id string, revision int, n Content) error {
	return k.change(ctx, a, id, "opinion.written", revision, func(s Store, o *Opinion, c *Content, _ safe.Safe) error {
		if o.Author != a.ID {
			return fault.New(fault.Denied, "Only the expert who began this opinion writes in it. Begin one of your own.")
		}
		form, ok := Find(o.Form, o.Edition)
		if !ok {
			return fault.New(fault.Conflict, "The questions of this opinion are not here any more. Begin a new one.")
		}
		if err := k.check(ctx, s, form, &n); err != nil {
			return err
		}
		for _, was := range c.Consents {
			if was.Withdrawn != "" {
				n.Consents = append(n.Consents, was)
			}
		}
		*c = n
		if err := s.ForgetTerms(ctx, id); err != nil || n.Who == "" {
			return err
		}
		return s.WatchTerm(ctx, id, "name", n.Who)
	})
}

func (k *Surgery) check(ctx context.Context, s Store, form Form, n *Content) error {
	var c fault.Check
	today := clock.DayOf(k.Clock.Now())
	for _, e := range form.Elements {
		v := n.Answers[e.ID]
		switch e.Kind {
		case Date:
			c.Field(v == "" || isDay(v) && clock.Day(v) <= today, e.ID, "Write the day as 2017-04-09. It cannot lie ahead.")
		case Choice:
			c.Field(v == "" || slices.ContainsFunc(e.Options, func(o Option) bool { return o.ID == v }), e.ID, "Choose one of the answers.")
		}
	}
	n.Findings = slices.DeleteFunc(n.Findings, Finding.empty)
	n.Consents = slices.DeleteFunc(n.Consents, func(x Consent) bool { return x.Given == "" && x.By == "" && x.How == "" })
	for i := range n.Consents {
		x := &n.Consents[i]
		x.Withdrawn = ""
		c.Field(slices.Contains(Scopes(), x.Scope) && isDay(string(x.Given)) && x.Given <= today, "given_"+string(x.Scope), "Write the day as 2017-04-09. It cannot lie ahead.")
		c.Field(strings.TrimSpace(x.By) != "" && strings.TrimSpace(x.How) != "", "by_"+string(x.Scope), "Say who agreed, who asked, and how.")
	}
	for _, id := range n.Files {
		_, err := s.Evidence(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		c.Field(err == nil, "files", "One of these is no file of evidence. Copy its number from the end of its page's address.")
	}
	for _, id := range n.Claims {
		_, err := s.Claim(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		c.Field(err == nil, "claims", "One of these is no claim of the record. Copy its number from its page.")
	}
	return c.Err()
}

func isDay(d string) bool {
	_, err := time.Parse(time.DateOnly, d)
	return err == nil
}

// maxEditions of one opinion.
const maxEditions = 9

// Sign freezes an edition. Only the expert signs, and stands behind it by a word of
// their own; what is missing stops it. Earlier editions stay as they are.
func (k *Surgery) Sign(ctx context.Context, a staff.Actor, id string, revision int, sure bool) error {
	if !sure {
		return fault.Bad("sure", "Say that it is your own opinion, to the best of your knowledge.")
	}
	return k.change(ctx, a, id, "opinion.signed", revision, func(s Store, o *Opinion, c *Content, box safe.Safe) error {
		form, ok := Find(o.Form, o.Edition)
		switch {
		case o.Author != a.ID:
			return fault.New(fault.Denied, "Only the expert who wrote this opinion signs it.")
		case !ok:
			return fault.New(fault.Conflict, "The questions of this opinion are not here any more. Begin a new one.")
		case len(Judge(form, *c)) > 0:
			return fault.New(fault.Conflict, "It cannot be signed yet. What is missing stands over the form.")
		case o.Signed >= maxEditions:
			return fault.New(fault.Conflict, "This opinion has nine editions. Begin a new one.")
		}
		frozen, err := json.Marshal(Frozen{Form: o.Form, Edition: o.Edition, Salt: rand.Text(), Content: *c})
		if err != nil {
			return err
		}
		o.Signed++
		sum := sha256.Sum256(frozen)
		e := Signed{Opinion: id, Number: o.Signed, By: a.ID, At: k.Clock.Now(), Digest: hex.EncodeToString(sum[:]), Sealed: box.Put(editionLabel(id, o.Signed), frozen)}
		if e.Note, err = bundle.Sign(k.Signer, Tag, Seal{Opinion: id, Number: e.Number, Form: o.Form, Edition: o.Edition, SHA256: e.Digest, At: e.At.UTC().Truncate(time.Second)}); err != nil {
			return err
		}
		return s.AddSignedOpinion(ctx, e)
	})
}

// Read is one signed edition, as it was signed.
type Read struct {
	Opinion
	Signed
	Frozen
	Good      bool      // digest and signature hold
	Newest    int       // number of the newest edition
	TakenBack clock.Day // a consent was taken back since
}

// Edition opens a signed edition and checks it; that it was read stands in the ledger.
func (k *Surgery) Edition(ctx context.Context, a staff.Actor, id string, number int) (r Read, err error) {
	return r, k.Within(ctx, func(s Store) error {
		o, c, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		all, err := s.SignedOpinions(ctx, id)
		if err != nil {
			return err
		}
		if number < 1 || number > len(all) {
			return fault.Missing()
		}
		e := all[number-1]
		plain, err := box.Take(editionLabel(id, number), e.Sealed)
		if err != nil {
			return err
		}
		r = Read{Opinion: o, Signed: e, Newest: len(all), TakenBack: c.TakenBack()}
		if err := json.Unmarshal(plain, &r.Frozen); err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		var seal Seal
		err = bundle.Open(e.Note, e.key(k.Signer), Tag, &seal)
		r.Good = err == nil && hex.EncodeToString(sum[:]) == e.Digest && seal.SHA256 == e.Digest && seal.Opinion == id && seal.Number == number
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.edition-read", Subject: id, Scope: id, Detail: struct{ Number int }{number}})
	})
}

// key is the public key under which an edition was signed: our own, or another organisation's.
func (e Signed) key(ours bundle.Signer) ed25519.PublicKey {
	if len(e.Signer) > 0 {
		return e.Signer
	}
	return ours.Public()
}

// TakeBack ends every consent as of today. Nothing more is signed, and the pages of
// the editions say that they must not be handed out.
func (k *Surgery) TakeBack(ctx context.Context, a staff.Actor, id string) error {
	return k.change(ctx, a, id, "opinion.consent-withdrawn", 0, func(_ Store, _ *Opinion, c *Content, _ safe.Safe) error {
		for i := range c.Consents {
			if c.Consents[i].Withdrawn == "" {
				c.Consents[i].Withdrawn = clock.DayOf(k.Clock.Now())
			}
		}
		return nil
	})
}

// Admit lets a colleague read.
func (k *Surgery) Admit(ctx context.Context, a staff.Actor, id, member string) error {
	return k.Within(ctx, func(s Store) error {
		_, _, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		all, err := s.Members(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(m staff.Member) bool { return m.ID == member && m.Active && m.Roles.Any(who...) })
		if i < 0 {
			return fault.Bad("member", "Choose a colleague who is a documenter.")
		}
		g, err := box.Share(all[i])
		if err != nil {
			return err
		}
		if err := s.PutGrant(ctx, g); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.admitted", Subject: id, Scope: id, Detail: struct{ Member string }{member}})
	})
}

// Destroy takes every key of an opinion away: nobody can read it any more, and the
// row says that something was there.
func (k *Surgery) Destroy(ctx context.Context, a staff.Actor, id string, sure bool) error {
	if !sure {
		return fault.Bad("destroy", "Say that it shall be destroyed for ever.")
	}
	return k.Within(ctx, func(s Store) error {
		o, _, _, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if o.Bound {
			return fault.New(fault.Conflict, "This opinion is bound to a case and ends with it. Whoever works on the case can untie it first; while the case is held, nobody can.")
		}
		if err := shred(ctx, s, id); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.destroyed", Subject: id})
	})
}

// shred takes every key of an opinion away and empties what they opened.
func shred(ctx context.Context, s Store, id string) error {
	grants, err := s.Grants(ctx, id)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := s.RemoveGrant(ctx, g.Safe, g.Member); err != nil {
			return err
		}
	}
	if err := s.RemoveSpareGrant(ctx, id); err != nil {
		return err
	}
	if err := s.ShredOpinion(ctx, id); err != nil {
		return err
	}
	if err := s.ForgetTerms(ctx, id); err != nil {
		return err
	}
	return s.ShredLedger(ctx, id)
}

// Renew gives the safe a new key after somebody left.
func (k *Surgery) Renew(ctx context.Context, a staff.Actor, id string) error {
	return k.Within(ctx, func(s Store) error {
		o, _, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		was := o.Revision
		cells := []safe.Cell{{Label: label(id), Sealed: o.Sealed, Keep: func(to safe.Sealed) error { o.Sealed = to; return nil }}}
		all, err := s.SignedOpinions(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range all {
			cells = append(cells, safe.Cell{Label: editionLabel(id, e.Number), Sealed: e.Sealed, Keep: func(to safe.Sealed) error { return s.ResealSignedOpinion(ctx, id, e.Number, to) }})
		}
		changed, err := safe.Rekey(ctx, s, box, cells)
		if err != nil || !changed {
			return err
		}
		o.Revision++
		if err := s.PutOpinion(ctx, o, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "safe.renewed", Subject: id, Scope: id})
	})
}
