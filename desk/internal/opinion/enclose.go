package opinion

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
)

// Surgery is what evidence packages know of opinions.
var _ evidence.Experts = (*Surgery)(nil)

var errStore = errors.New("opinion: the store of the evidence keeps no opinions")

// Newest implements evidence.Experts: the newest signed edition, which nobody opens here.
func (k *Surgery) Newest(ctx context.Context, tx evidence.Store, id string) (e evidence.Enclosed, err error) {
	s, ok := tx.(Store)
	if !ok {
		return e, errStore
	}
	o, err := s.Opinion(ctx, id)
	if err != nil {
		return e, err
	}
	there, err := living(ctx, s, id)
	if err != nil {
		return e, err
	}
	if !there || o.Signed == 0 {
		return e, fault.Missing()
	}
	form, _ := Find(o.Form, o.Edition)
	return evidence.Enclosed{ID: id, Number: o.Signed, Title: form.Title}, nil
}

// Enclose implements evidence.Experts. What the actor has no key to, what no consent
// lets be handed to such a reader, and what was destroyed is left out, and says so. The
// words for the leak guard lack the person's own name and the expert's.
func (k *Surgery) Enclose(ctx context.Context, tx evidence.Store, a staff.Actor, e evidence.Enclosed, why evidence.Purpose) (x exhibit.Opinion, frozen []byte, words []string, err error) {
	s, ok := tx.(Store)
	if !ok {
		return x, nil, nil, errStore
	}
	o, err := s.Opinion(ctx, e.ID)
	if err != nil {
		return x, nil, nil, err
	}
	x = exhibit.Opinion{ID: e.ID, Form: o.Form, Edition: o.Edition, Number: e.Number}
	there, err := living(ctx, s, e.ID)
	if err != nil {
		return x, nil, nil, err
	}
	if !there {
		x.Left = exhibit.LeftDestroyed
		return x, nil, nil, nil
	}
	box, err := safe.For(ctx, s, a, e.ID)
	if fault.KindOf(err) == fault.NotFound {
		x.Left = exhibit.LeftClosed
		return x, nil, nil, nil
	}
	if err != nil {
		return x, nil, nil, err
	}
	now, err := contentOf(box, o)
	if err != nil {
		return x, nil, nil, err
	}
	if form, _ := Find(o.Form, o.Edition); !now.Leaves(form) || why == evidence.Family {
		x.Left = exhibit.LeftConsent
		return x, nil, nil, nil
	}
	all, err := s.SignedOpinions(ctx, e.ID)
	if err != nil {
		return x, nil, nil, err
	}
	if e.Number < 1 || e.Number > len(all) {
		return x, nil, nil, fault.Missing()
	}
	signed := all[e.Number-1]
	if frozen, err = box.Take(editionLabel(e.ID, e.Number), signed.Sealed); err != nil {
		return x, nil, nil, err
	}
	var f Frozen
	if err := json.Unmarshal(frozen, &f); err != nil {
		return x, nil, nil, err
	}
	x.Path, x.Note, x.Signer = "opinions/"+e.ID+"-"+strconv.Itoa(e.Number)+".json", signed.Note, signed.key(k.Signer)
	if _, err := hex.Decode(x.SHA256[:], []byte(signed.Digest)); err != nil {
		return x, nil, nil, err
	}
	return x, frozen, f.Content.guarded(), s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "opinion.handed-out", Subject: e.ID, Scope: e.ID, Detail: struct{ Number int }{e.Number}})
}

func contentOf(box safe.Safe, o Opinion) (c Content, err error) {
	plain, err := box.Take(label(o.ID), o.Sealed)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c)
}

// guarded are the words of an opinion for the leak guard, without the person's own name
// as it stands in it: that it leaves is what was agreed to.
func (c Content) guarded() (out []string) {
	add := func(all ...string) {
		for _, s := range all {
			if c.Who != "" {
				s = strings.ReplaceAll(s, c.Who, " ")
			}
			out = append(out, s)
		}
	}
	add(c.Code, c.Unasked)
	for _, s := range c.Answers {
		add(s)
	}
	for _, f := range c.Findings {
		add(f.What, f.From, f.Why)
	}
	for _, x := range c.Consents {
		add(x.By, x.How)
	}
	return out
}
