package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// Handed is a person's case on its way to a partner or from one, as it lies in
// the case's safe. How far it is stands in the plain Handover.
type Handed struct {
	In       bool
	Partner  string // id
	Party    string // item id
	Consent  string // item id; empty for one that came
	Transfer bool
	Need     string
	Facts    []referral.Fact
	Agreed   *referral.Consent
	Proof    referral.Proof
	Files    []Enclosed
}

// Enclosed is a file of a referral; its bytes lie elsewhere under this key.
type Enclosed struct {
	Name, Type string
	Size       int64
	Key        []byte `json:",omitempty"` // only of what came; what was sent is not kept again
}

// HandoverState is how far a referral is.
type HandoverState string

// The states. They only go on in this order; of rejected and done the later counts.
const (
	HandoverOpen     HandoverState = "open" // sent, or received and not yet decided
	HandoverAccepted HandoverState = "accepted"
	HandoverRejected HandoverState = "rejected"
	HandoverDone     HandoverState = "done"
	HandoverRevoked  HandoverState = "revoked"
)

// Rank orders the states.
func (s HandoverState) Rank() int {
	return slices.Index([]HandoverState{HandoverOpen, HandoverAccepted, HandoverRejected, HandoverDone, HandoverRevoked}, s)
}

// Handover is the plain row of a referral: nothing of who, where or what.
type Handover struct {
	ID       string // "referral_…"
	In       bool
	Partner  string
	Case     string // empty: came in and was not taken yet
	Consent  string
	Transfer bool
	State    HandoverState
	Made     time.Time
	Until    clock.Day
	Digest   string // of the sealed referral
}

// Handovers keeps the plain rows of referrals.
type Handovers interface {
	HandoversOf(ctx context.Context, file string) ([]Handover, error)
}

// Order is what of a person is to leave, and for what.
type Order struct {
	ID, Partner, Party string
	Data               []referral.Datum
	Files              []Enclosed
	Need               string
	Proof              referral.Proof
	Transfer           bool
}

// Covered is what a consent lets leave.
type Covered struct {
	Consent string
	Until   clock.Day
	Facts   []referral.Fact
	Code    string // of the person
	Agreed  referral.Consent
}

// HandIn takes out of a case what a consent of the person covers, and notes it in
// the case, in the caller's transaction. It refuses anything that no consent for
// this partner, this purpose and this kind of data covers, and says what is missing.
func (b *Book) HandIn(ctx context.Context, tx Store, actor staff.Actor, id string, order Order) (Covered, error) {
	var out Covered
	if err := actor.Must(staff.Caseworker); err != nil {
		return out, err
	}
	o, err := b.load(ctx, tx, actor, id)
	if err != nil {
		return out, err
	}
	if o.State.Over() {
		return out, fault.New(fault.Conflict, "This case has ended. Open it again first.")
	}
	p, ok := find(o.Parties, order.Party)
	if !ok {
		return out, fault.Bad("party", "Choose the person.")
	}
	if len(p.Rivals) > 0 {
		return out, fault.New(fault.Conflict, "There are two versions of it. Settle them first.")
	}
	c, err := o.consentTo(order)
	if err != nil {
		return out, err
	}
	k := c.Content()
	out = Covered{Consent: c.ID, Until: k.Expires, Code: p.Content().Code, Agreed: referral.Consent{Data: k.Kinds, How: k.How, Given: k.Given, Until: k.Expires}}
	var wrong fault.Check
	for _, d := range order.Data {
		if d == referral.FileData {
			continue
		}
		text := o.datum(p.Content(), d)
		wrong.Field(text != "", "data", "Something that you chose is empty in the case. Take it out, or fill it in first.")
		out.Facts = append(out.Facts, referral.Fact{Kind: d, Text: text})
	}
	if err := wrong.Err(); err != nil {
		return out, err
	}
	h := Handed{Partner: order.Partner, Party: order.Party, Consent: c.ID, Transfer: order.Transfer, Need: order.Need, Facts: out.Facts, Agreed: &out.Agreed, Proof: order.Proof, Files: order.Files}
	if _, err := o.write(ctx, KindHanded, order.ID, 0, 0, h); err != nil {
		return out, err
	}
	return out, o.logDoors(ctx)
}

// consentTo finds the consent that covers an order, or says what is missing: the
// consent itself, that it still holds, or kinds of data.
func (o *open) consentTo(order Order) (Sheet[Consent], error) {
	var best Sheet[Consent]
	var missing []referral.Datum
	found, over := false, false
	for _, s := range o.Consents {
		c := s.Content()
		if c.Party != order.Party || c.Purpose != ForRefer || c.Partner != order.Partner {
			continue
		}
		if !c.Holds(o.today()) || len(s.Rivals) > 0 {
			over = true
			continue
		}
		var lacks []referral.Datum
		for _, d := range order.Data {
			if !slices.Contains(c.Kinds, d) {
				lacks = append(lacks, d)
			}
		}
		if !found || len(lacks) < len(missing) {
			best, missing, found = s, lacks, true
		}
	}
	switch {
	case !found && over:
		return best, fault.Bad("party", "The consent of this person for this partner has run out, was taken back, or stands in two versions. Ask the person again.")
	case !found:
		return best, fault.Bad("party", "There is no consent of this person to be referred to this partner. Ask the person and note it first.")
	}
	lacks := func(d referral.Datum) bool { return slices.Contains(missing, d) }
	var wrong fault.Check
	wrong.Field(!lacks(referral.Name), "data", "The consent does not cover: the name.")
	wrong.Field(!lacks(referral.Contact), "data", "The consent does not cover: how to reach the person.")
	wrong.Field(!lacks(referral.Minor), "data", "The consent does not cover: that the person is a minor.")
	wrong.Field(!lacks(referral.Role), "data", "The consent does not cover: the role in the household.")
	wrong.Field(!lacks(referral.Medical), "data", "The consent does not cover: health.")
	wrong.Field(!lacks(referral.Papers), "data", "The consent does not cover: papers.")
	wrong.Field(!lacks(referral.Other), "data", "The consent does not cover: other notes about the person.")
	wrong.Field(!lacks(referral.Risk), "data", "The consent does not cover: the risk.")
	wrong.Field(!lacks(referral.FileData), "data", "The consent does not cover: files.")
	wrong.Field(len(missing) == 0 || wrong.Err() != nil, "data", "Choose from the list.")
	return best, wrong.Err()
}

// datum is what a case holds of a person under a kind of data.
func (o *open) datum(p Party, d referral.Datum) string {
	switch d {
	case referral.Name:
		return p.Name
	case referral.Contact:
		return p.Contact
	case referral.Minor:
		if p.Minor {
			return p.Interest
		}
		return ""
	case referral.Role:
		return p.Role
	case referral.Medical:
		return p.Medical
	case referral.Papers:
		return p.Papers
	case referral.Other:
		return p.Other
	case referral.Risk:
		if o.Risk.Exists() && len(o.Risk.Rivals) == 0 {
			return string(o.Risk.Content().Level())
		}
	}
	return ""
}

// GuardKinds lists the kinds of the leak guard's terms that a kind of data may name.
func GuardKinds(d referral.Datum) []string {
	switch d {
	case referral.Name:
		return []string{"name"}
	case referral.Contact:
		return []string{"phone", "email", "handle"}
	case referral.Papers:
		return []string{"document"}
	}
	return nil
}

// TakeIn opens a case from a partner's referral, in the caller's transaction. What
// the partner gave lies in the new case's safe; the person that it names is its first party.
func (b *Book) TakeIn(ctx context.Context, tx Store, actor staff.Actor, in Opening, referralID, code string, h Handed) (File, error) {
	f, s, err := b.begin(ctx, tx, actor, in)
	if err != nil {
		return f, err
	}
	now := b.clock.Now()
	p := Party{Code: code}
	for _, x := range h.Facts {
		switch x.Kind {
		case referral.Name:
			p.Name = x.Text
		case referral.Contact:
			p.Contact = x.Text
		case referral.Minor:
			p.Minor, p.Interest = true, x.Text
		case referral.Role:
			p.Role = x.Text
		case referral.Medical:
			p.Medical = x.Text
		case referral.Papers:
			p.Papers = x.Text
		case referral.Other:
			p.Other = x.Text
		}
	}
	if err := p.check(); err != nil {
		return f, err
	}
	h.In, h.Party = true, ids.New("party")
	o := &open{Case: &Case{File: f}, tx: tx, actor: actor, safe: s, now: now, book: b}
	if _, err := o.write(ctx, KindParty, h.Party, 0, 0, p); err != nil {
		return f, err
	}
	if _, err := o.write(ctx, KindHanded, referralID, 0, 0, h); err != nil {
		return f, err
	}
	o.Parties = sheets(o.Parties, Edition[Party]{ID: h.Party, Version: 1, Content: p})
	f.Card = CardOf(o.Case, now)
	return f, tx.SaveFile(ctx, f)
}

// Referral opens one referral of a case. The reading is in the ledger.
func (b *Book) Referral(ctx context.Context, tx Store, actor staff.Actor, file, id string) (h Handed, pseudonym string, err error) {
	s, err := unlock(ctx, tx, actor, file)
	if err != nil {
		return h, "", err
	}
	f, err := tx.File(ctx, file)
	if err != nil {
		return h, "", err
	}
	h, err = handed(ctx, tx, s, id)
	if err != nil {
		return h, "", err
	}
	o := &open{Case: &Case{File: f}, tx: tx, actor: actor}
	return h, f.Pseudonym, o.log(ctx, "case.referral-read", struct {
		Referral string `json:"referral"`
	}{id})
}

func handed(ctx context.Context, tx Store, s safe.Safe, id string) (h Handed, err error) {
	items, err := tx.Items(ctx, s.ID())
	if err != nil {
		return h, err
	}
	for _, i := range items {
		if i.Kind == KindHanded && i.ID == id {
			return h, take(s, i, func(e Edition[Handed]) { h = e.Content })
		}
	}
	return h, fault.Missing()
}

// checkSharing holds a consent for a partner to its kinds of data.
func (c Consent) checkSharing(k *fault.Check) {
	if c.Partner == "" {
		return
	}
	k.Field(c.Purpose == ForRefer, "purpose", "A consent for a partner is one to refer.")
	k.Field(!slices.ContainsFunc(c.Kinds, func(d referral.Datum) bool { return !slices.Contains(referral.Data(), d) }), "kinds", "Choose from the list.")
	k.Field(strings.TrimSpace(c.Data) != "" || len(c.Kinds) > 0, "kinds", "Say what may be given.")
}

// same reports whether two consents say the same.
func (c Consent) same(d Consent) bool {
	return c.Party == d.Party && c.Purpose == d.Purpose && c.Partner == d.Partner && slices.Equal(c.Kinds, d.Kinds) && c.How == d.How && c.Given == d.Given && c.Expires == d.Expires && c.Withdrawn == d.Withdrawn
}
