package exchange

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// Wish is what a caseworker wants to hand to a partner.
type Wish struct {
	ID       string // "referral_…", made when the form was shown: the same form sent twice is one referral
	Case     string
	Partner  string
	Party    string
	Data     []referral.Datum
	Files    []referral.File
	Need     string
	Proof    referral.Proof
	Transfer bool
	Days     int // for which the partner may take it in
	// Knows says that somebody looked at what the files tell besides what they show, and
	// that the partner may have it.
	Knows bool
}

// MaxDays is the longest time for which a referral may be taken in.
const MaxDays = 60

func (w Wish) check() error {
	var c fault.Check
	c.Field(ids.Valid("referral", w.ID), "id", "This form is too old. Load the page again.")
	c.Field(strings.TrimSpace(w.Need) != "", "need", "Say what you ask the partner for.")
	c.Field(w.Proof.Say != "", "say", "Agree with the person on what the partner says first.")
	c.Field(w.Proof.Answer != "", "answer", "Agree with the person on what they answer.")
	c.Field(w.Proof.Say == "" || !strings.EqualFold(w.Proof.Say, w.Proof.Answer), "answer", "The two must differ: otherwise whoever hears one knows both.")
	c.Field(w.Days >= 1 && w.Days <= MaxDays, "days", "Give from 1 to 60 days.")
	total := 0
	for _, f := range w.Files {
		total += len(f.Bytes)
		c.Field(referral.FileName(f.Name), "files", "A file's name cannot be used: leave out signs such as / and :.")
	}
	c.Field(len(w.Files) <= referral.MaxFiles && total <= referral.MaxBytes, "files", "At most 16 files and 24 MB together go into one referral.")
	return c.Err()
}

// Refer writes a referral and seals it to the partner: all of it in one
// transaction, or nothing. Sent twice, the same wish is one referral.
func (l *Liaison) Refer(ctx context.Context, actor staff.Actor, w Wish) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	found, err := l.lookThrough(ctx, w)
	if err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		if h, err := tx.Handover(ctx, w.ID); err == nil {
			if h.Case != w.Case || h.In {
				return fault.Missing()
			}
			return nil // sent twice
		} else if fault.KindOf(err) != fault.NotFound {
			return err
		}
		p, err := confirmed(ctx, tx, w.Partner)
		if err != nil {
			return err
		}
		order := cases.Order{ID: w.ID, Partner: p.ID, Party: w.Party, Data: slices.Clone(w.Data), Need: w.Need, Proof: w.Proof, Transfer: w.Transfer}
		for _, f := range w.Files {
			order.Files = append(order.Files, cases.Enclosed{Name: f.Name, Type: f.Type, Size: int64(len(f.Bytes))})
		}
		if len(w.Files) > 0 {
			order.Data = append(order.Data, referral.FileData)
		}
		covered, err := l.Book.HandIn(ctx, tx, actor, w.Case, order)
		if err != nil {
			return err
		}
		now := l.Clock.Now()
		pkg := referral.Package{Kind: referral.Refer, ID: ids.New("package"), Referral: w.ID, To: p.Card.Organisation, Made: clock.DayOf(now), Until: clock.DayOf(now.AddDate(0, 0, w.Days)),
			Transfer: w.Transfer, Person: covered.Code, Need: w.Need, Facts: covered.Facts, Consent: &covered.Agreed, Proof: &w.Proof, Files: w.Files}
		if covered.Until != "" && covered.Until < pkg.Until {
			pkg.Until = covered.Until // nobody takes in what the person no longer agrees to
		}
		if err := l.pass(ctx, tx, actor, p, w, covered, found); err != nil {
			return err
		}
		h := cases.Handover{ID: w.ID, Partner: p.ID, Case: w.Case, Consent: covered.Consent, Transfer: w.Transfer, State: cases.HandoverOpen, Made: now, Until: pkg.Until}
		return l.send(ctx, tx, actor, p, h, pkg, true)
	})
}

// field is one text that leaves, and the form's field that it comes from.
type field struct{ name, text string }

// pass lets the texts of a referral through the leak guard. The consent lifts the
// person's own terms of the kinds that were chosen, for this partner and for this
// moment; every other name, number and place in the same words stops it.
func (l *Liaison) pass(ctx context.Context, tx Store, actor staff.Actor, p Partner, w Wish, c cases.Covered, found []traces.Report) error {
	class, lift := "partner:"+p.ID, "referral:"+w.ID
	for _, d := range w.Data {
		for _, kind := range cases.GuardKinds(d) {
			if err := tx.ConsentTerm(ctx, w.Case+"/"+w.Party, kind, class, lift, c.Until); err != nil {
				return err
			}
		}
	}
	fields := []field{{"need", w.Need}, {"say", w.Proof.Say}, {"answer", w.Proof.Answer}, {"party", c.Agreed.How}}
	for _, f := range c.Facts {
		fields = append(fields, field{"data", f.Text})
	}
	for _, f := range w.Files {
		fields = append(fields, field{"files", f.Name})
	}
	var wrong fault.Check
	for _, f := range fields {
		err := l.Gate.PassReferral(ctx, tx, actor.ID, w.ID, class, []string{f.text})
		if fault.KindOf(err) == fault.Conflict {
			wrong.Field(false, f.name, "This gives away somebody, a contact or a place that the chosen data and the consent do not cover. Change the words, or choose and agree on more.")
			continue
		}
		if err != nil {
			return err
		}
	}
	if err := l.passFiles(ctx, tx, actor, p, w, c, found, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return tx.WithdrawTerm(ctx, lift)
}

// lookThrough looks through the files before the transaction, since it may take minutes.
func (l *Liaison) lookThrough(ctx context.Context, w Wish) ([]traces.Report, error) {
	var out []traces.Report
	for _, f := range w.Files {
		r := traces.Report{Unread: true}
		if l.Inspect != nil {
			var err error
			if r, err = l.Inspect(ctx, bytes.NewReader(f.Bytes), int64(len(f.Bytes))); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// own are the kinds of terms that a person's own file may hold: the consent to give
// files covers what stands in them of this person, and of nobody else.
var own = []string{"name", "alias", "phone", "email", "handle", "document", "address", "traits"}

// passFiles lets what stands in the files through the leak guard, seen and unseen, and
// has somebody know what they tell besides.
func (l *Liaison) passFiles(ctx context.Context, tx Store, actor staff.Actor, p Partner, w Wish, c cases.Covered, found []traces.Report, wrong *fault.Check) error {
	class, lift := "files:"+p.ID, "files:"+w.ID
	for _, kind := range own {
		if err := tx.ConsentTerm(ctx, w.Case+"/"+w.Party, kind, class, lift, c.Until); err != nil {
			return err
		}
	}
	for _, r := range found {
		err := l.Gate.PassReferral(ctx, tx, actor.ID, w.ID, class, r.Texts())
		if fault.KindOf(err) == fault.Conflict {
			wrong.Field(false, "files", "A file gives away somebody whom the Desk protects and who has not agreed: in its words, in what is not seen in it, or in letters in a picture. Take that out, or leave the file out.")
			continue
		}
		if err != nil {
			return err
		}
	}
	tells := func(kinds ...traces.Kind) bool {
		return !w.Knows && slices.ContainsFunc(found, func(r traces.Report) bool { return slices.ContainsFunc(kinds, r.Has) })
	}
	unread := func(r traces.Report) bool { return r.Unread || r.Blind }
	wrong.Field(!tells(traces.Place), "tells", "A file says where it was made. Take that out, or agree here that the partner may have it.")
	wrong.Field(!tells(traces.Author), "tells", "A file says who made it. Take that out, or agree here that the partner may have it.")
	wrong.Field(!tells(traces.Device), "tells", "A file says with which device it was made. Take that out, or agree here that the partner may have it.")
	wrong.Field(!tells(traces.Changes, traces.Inside, traces.Note), "tells", "A file holds remarks, earlier versions or another file. Take them out, or agree here that the partner may have them.")
	wrong.Field(w.Knows || !slices.ContainsFunc(found, unread), "tells", "A file could not be looked through whole. Look at it yourself, and say so here.")
	return tx.WithdrawTerm(ctx, lift)
}

// send seals a package, keeps it, and writes it into the ledger.
func (l *Liaison) send(ctx context.Context, tx Store, actor staff.Actor, p Partner, h cases.Handover, pkg referral.Package, begins bool) error {
	sealed, err := referral.Seal(l.Signer, p.Card.Recipient, pkg)
	if err != nil {
		return fault.New(fault.Invalid, "This cannot be put into a package: a text is too long, or a file's name cannot be used.")
	}
	digest := referral.Digest(sealed)
	if begins {
		h.Digest = digest
		if err := tx.AddHandover(ctx, h); err != nil {
			return err
		}
	}
	if err := tx.AddParcel(ctx, Parcel{ID: pkg.ID, Referral: pkg.Referral, Kind: pkg.Kind, Reply: pkg.Reply, Digest: digest, At: l.Clock.Now(), Sealed: sealed}); err != nil {
		return err
	}
	return l.log(ctx, tx, actor.ID, h, string(pkg.Kind)+"-made", string(pkg.Reply))
}

func (l *Liaison) log(ctx context.Context, tx Store, by string, h cases.Handover, action, reply string) error {
	subject := h.ID
	if h.Case != "" {
		subject = h.Case
	}
	return tx.Append(ctx, ledger.Entry{Actor: by, Action: "exchange." + action, Subject: subject, Scope: h.Case, Detail: struct {
		Referral string `json:"referral"`
		Partner  string `json:"partner"`
		Reply    string `json:"reply,omitempty"`
	}{h.ID, h.Partner, reply}})
}

// mine gives a referral of a case that the actor can open, or one that came and has no case.
func mine(ctx context.Context, tx Store, actor staff.Actor, id string) (cases.Handover, error) {
	h, err := tx.Handover(ctx, id)
	if err != nil {
		return h, err
	}
	if h.Case == "" {
		return h, actor.Must(Carriers()...)
	}
	_, err = tx.Grant(ctx, h.Case, actor.ID)
	return h, err
}

// Give hands out the bytes of a package that we made, to be carried. It can be
// taken as often as needed: the other side counts it once. What was revoked is
// not given any more, only its revocation is.
func (l *Liaison) Give(ctx context.Context, actor staff.Actor, id string) (p Parcel, err error) {
	err = l.Within(ctx, func(tx Store) error {
		if p, err = tx.Parcel(ctx, id); err != nil {
			return err
		}
		h, err := tx.Handover(ctx, p.Referral)
		if err != nil {
			return err
		}
		if p.In || p.Sealed == nil {
			return fault.Missing()
		}
		if h.Case != "" {
			if _, err := tx.Grant(ctx, h.Case, actor.ID); err != nil {
				return err
			}
		} else if err := actor.Must(Carriers()...); err != nil {
			return err
		}
		if p.Kind == referral.Refer && h.State == cases.HandoverRevoked {
			return fault.New(fault.Conflict, "This referral was called back. Carry the revocation instead.")
		}
		if _, err := confirmed(ctx, tx, h.Partner); err != nil {
			return err
		}
		if err := tx.ParcelGiven(ctx, id, l.Clock.Now()); err != nil {
			return err
		}
		return l.log(ctx, tx, actor.ID, h, string(p.Kind)+"-given", string(p.Reply))
	})
	return p, err
}

// Recall calls a referral back, with words for the partner.
func (l *Liaison) Recall(ctx context.Context, actor staff.Actor, id, words string) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		h, err := mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if h.In {
			return fault.New(fault.Conflict, "This came from the partner. Reject it instead.")
		}
		return l.recall(ctx, tx, actor, h, words)
	})
}

func (l *Liaison) recall(ctx context.Context, tx Store, actor staff.Actor, h cases.Handover, words string) error {
	if h.State == cases.HandoverRevoked {
		return nil
	}
	p, err := tx.Partner(ctx, h.Partner)
	if err != nil {
		return err
	}
	if err := l.words(ctx, tx, actor, h, words); err != nil {
		return err
	}
	h.State = cases.HandoverRevoked
	if err := tx.SaveHandover(ctx, h); err != nil {
		return err
	}
	return l.send(ctx, tx, actor, p, h, referral.Package{Kind: referral.Revoke, ID: ids.New("package"), Referral: h.ID, To: p.Card.Organisation, Made: l.today(), About: h.Digest, Words: words}, false)
}

// words lets the words of an answer or a revocation through the leak guard.
func (l *Liaison) words(ctx context.Context, tx Store, actor staff.Actor, h cases.Handover, words string) error {
	if words == "" {
		return nil
	}
	err := l.Gate.PassReferral(ctx, tx, actor.ID, h.ID, "partner:"+h.Partner, []string{words})
	if fault.KindOf(err) == fault.Conflict {
		return fault.Bad("words", "This gives away somebody whom the Desk protects. Change it: the partner knows which referral is meant.")
	}
	return err
}

// TakenBack calls back what was sent by a consent that the person takes back, in
// the same transaction (cases.Retractions). It says nothing of why.
func (l *Liaison) TakenBack(ctx context.Context, tx Store, by staff.Actor, t cases.TakenBack) (acts []string, err error) {
	if t.Consent == "" {
		return nil, nil //nolint:nilnil // a consent to be named that ended by its day: nothing was sent by it
	}
	sent, err := tx.HandoversBy(ctx, t.Consent)
	for _, h := range sent {
		if err != nil {
			return nil, err
		}
		err = l.recall(ctx, tx, by, h, "")
		acts = []string{cases.ActPartner}
	}
	return acts, err
}

func (l *Liaison) today() clock.Day { return clock.DayOf(l.Clock.Now()) }

// Row is a referral in a list.
type Row struct {
	cases.Handover
	Name    string // of the partner
	Waiting bool   // a package of ours was never taken to be carried
	Since   time.Time
}

// List gives the referrals that concern the actor, without opening anything.
func (l *Liaison) List(ctx context.Context, actor staff.Actor, lang string) (out []Row, err error) {
	if err := actor.Must(Carriers()...); err != nil {
		return nil, err
	}
	err = l.Reading(ctx, func(tx Store) error {
		all, err := tx.Handovers(ctx, actor.ID)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, h := range all {
			if names[h.Partner] == "" {
				p, err := tx.Partner(ctx, h.Partner)
				if err != nil {
					return err
				}
				names[h.Partner] = p.Name(lang)
			}
			parcels, err := tx.ParcelsOf(ctx, h.ID)
			if err != nil {
				return err
			}
			r := Row{Handover: h, Name: names[h.Partner]}
			for _, p := range parcels {
				r.Since = p.At
				r.Waiting = r.Waiting || !p.In && p.Given.IsZero() && !(p.Kind == referral.Refer && h.State == cases.HandoverRevoked)
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

// Waiting counts what waits for the actor: referrals that came and want a decision,
// and packages of ours that nobody took to be carried.
func (l *Liaison) Waiting(ctx context.Context, actor staff.Actor) (int, error) {
	rows, err := l.List(ctx, actor, "")
	n := 0
	for _, r := range rows {
		if r.Waiting || r.In && r.State == cases.HandoverOpen {
			n++
		}
	}
	return n, err
}
