package opinion

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// The rows of a whole export with opinions and their signed editions.
const (
	WholeOpinions record.Entity = "opinions"
	WholeEditions record.Entity = "opinion-editions"
)

// Entities lists them in the order in which they are taken in.
func Entities() []record.Entity { return []record.Entity{WholeOpinions, WholeEditions} }

type wholeOpinion struct {
	ID, Form, Edition, Author string
	At                        time.Time
	Revision, Signed          int
	Held                      record.Held
	Content                   json.RawMessage `json:",omitempty"`
}

// wholeEdition is one signed edition. Frozen is what was signed, to the byte.
type wholeEdition struct {
	ID, Opinion  string
	Number       int
	By           string
	At           time.Time
	Digest, Note string
	Signer       []byte // public key of the organisation that signed
	Held         record.Held
	Frozen       string `json:",omitempty"`
}

// Leaves says whether an opinion may be handed to somebody outside: by consent to that,
// none of which was taken back. Where a reason in place of consent is enough to sign,
// it is enough here.
func (c Content) Leaves(f Form) bool {
	return c.TakenBack() == "" && (c.agrees(Handing) || f.ReasonInPlace && c.Unasked != "")
}

// WholeIn adds every opinion to a whole export. Its words are in it when sealed is
// wished, the actor has the key and a consent lets them leave; otherwise it says that
// they lie in a safe. Each opening stands in the ledger.
func (k *Surgery) WholeIn(ctx context.Context, s Store, a staff.Actor, sealed bool, w record.Whole) error {
	all, err := s.Opinions(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if err := k.whole(ctx, s, a, sealed, o, w); err != nil {
			return err
		}
	}
	return nil
}

func (k *Surgery) whole(ctx context.Context, s Store, a staff.Actor, sealed bool, o Opinion, w record.Whole) error {
	x := wholeOpinion{ID: o.ID, Form: o.Form, Edition: o.Edition, Author: o.Author, At: o.At, Revision: o.Revision, Signed: o.Signed, Held: record.HeldClosed}
	there, err := living(ctx, s, o.ID)
	if err != nil {
		return err
	}
	var box safe.Safe
	if !there {
		x.Held = record.HeldGone
	} else if sealed {
		if x.Content, box, err = k.leaving(ctx, s, a, o); err != nil {
			return err
		}
		if x.Content != nil {
			x.Held = record.HeldSealed
		}
	}
	if err := w.Add(WholeOpinions, x); err != nil {
		return err
	}
	editions, err := s.SignedOpinions(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, e := range editions {
		y := wholeEdition{ID: o.ID + "/" + strconv.Itoa(e.Number), Opinion: o.ID, Number: e.Number, By: e.By, At: e.At, Digest: e.Digest, Note: string(e.Note), Signer: e.key(k.Signer), Held: x.Held}
		if x.Held == record.HeldSealed {
			frozen, err := box.Take(editionLabel(o.ID, e.Number), e.Sealed)
			if err != nil {
				return err
			}
			y.Frozen = string(frozen)
		}
		if err := w.Add(WholeEditions, y); err != nil {
			return err
		}
	}
	return nil
}

// leaving opens an opinion that may leave; nil when the actor has no key, or no consent lets it.
func (k *Surgery) leaving(ctx context.Context, s Store, a staff.Actor, o Opinion) (json.RawMessage, safe.Safe, error) {
	box, err := safe.For(ctx, s, a, o.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil, box, nil
	}
	if err != nil {
		return nil, box, err
	}
	plain, err := box.Take(label(o.ID), o.Sealed)
	if err != nil {
		return nil, box, err
	}
	var c Content
	if err := json.Unmarshal(plain, &c); err != nil {
		return nil, box, err
	}
	form, _ := Find(o.Form, o.Edition)
	if !c.Leaves(form) {
		plain = nil
	}
	return plain, box, s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.read", Subject: o.ID, Scope: o.ID})
}

// TakeIn takes one row in that WholeIn gave, here or on another Desk; false: its words
// were not in the file. Only who brings it in can open it then, and lets others in.
func (k *Surgery) TakeIn(ctx context.Context, s Store, a staff.Actor, w record.Whole, e record.Entity, raw json.RawMessage) (bool, error) {
	if e == WholeOpinions {
		return k.takeOpinion(ctx, s, a, w, raw)
	}
	return k.takeEdition(ctx, s, a, raw)
}

func (k *Surgery) takeOpinion(ctx context.Context, s Store, a staff.Actor, w record.Whole, raw json.RawMessage) (bool, error) {
	var x wholeOpinion
	if json.Unmarshal(raw, &x) != nil || !ids.Valid("opinion", x.ID) {
		return false, record.ErrShape
	}
	if x.Held != record.HeldSealed {
		return false, nil
	}
	editions := 0
	for _, r := range w[WholeEditions] {
		var y struct{ Opinion string }
		if json.Unmarshal(r, &y) == nil && y.Opinion == x.ID {
			editions++
		}
	}
	var c Content
	if x.Form == "" || x.Author == "" || x.Revision < 1 || x.Signed < 0 || x.Signed > maxEditions || x.Signed != editions || json.Unmarshal(x.Content, &c) != nil {
		return false, record.ErrShape
	}
	box, err := safe.Make(ctx, s, x.ID, a.Member)
	if err != nil {
		return false, err
	}
	o := Opinion{ID: x.ID, Form: x.Form, Edition: x.Edition, Author: x.Author, At: x.At, Revision: x.Revision, Signed: x.Signed, Sealed: box.Put(label(x.ID), bytes.Clone(x.Content))}
	if err := s.PutOpinion(ctx, o, 0); err != nil {
		return false, err
	}
	if c.Who != "" {
		if err := s.WatchTerm(ctx, x.ID, "name", c.Who); err != nil {
			return false, err
		}
	}
	return true, s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.taken-in", Subject: x.ID, Scope: x.ID})
}

func (k *Surgery) takeEdition(ctx context.Context, s Store, a staff.Actor, raw json.RawMessage) (bool, error) {
	var x wholeEdition
	if json.Unmarshal(raw, &x) != nil || x.ID != x.Opinion+"/"+strconv.Itoa(x.Number) {
		return false, record.ErrShape
	}
	if x.Held != record.HeldSealed {
		return false, nil
	}
	o, err := s.Opinion(ctx, x.Opinion)
	if err != nil || x.Number < 1 || x.Number > o.Signed || len(x.Signer) != ed25519.PublicKeySize {
		return false, orShape(err)
	}
	sum := sha256.Sum256([]byte(x.Frozen))
	var seal Seal
	var frozen Frozen
	if err := bundle.Open([]byte(x.Note), x.Signer, Tag, &seal); err != nil || hex.EncodeToString(sum[:]) != x.Digest || seal.SHA256 != x.Digest || seal.Opinion != x.Opinion || seal.Number != x.Number || json.Unmarshal([]byte(x.Frozen), &frozen) != nil {
		return false, fault.New(fault.Invalid, "This edition is not what was signed.")
	}
	box, err := safe.For(ctx, s, a, x.Opinion)
	if err != nil {
		return false, orShape(err)
	}
	e := Signed{Opinion: x.Opinion, Number: x.Number, By: x.By, At: x.At, Digest: x.Digest, Note: []byte(x.Note), Sealed: box.Put(editionLabel(x.Opinion, x.Number), []byte(x.Frozen))}
	if !bytes.Equal(x.Signer, k.Signer.Public()) {
		e.Signer = x.Signer
	}
	return true, s.AddSignedOpinion(ctx, e)
}

// orShape is ErrShape for what names something that is not there.
func orShape(err error) error {
	if err == nil || fault.KindOf(err) == fault.NotFound {
		return record.ErrShape
	}
	return err
}
