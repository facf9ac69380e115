package desk

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/post"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/unseal"
	"waylight/internal/clock"
	"waylight/internal/hatchway"
	"waylight/internal/page"
	"waylight/internal/petition"
)

// openRoll makes the room of petitions and ties it to the courier and the post.
func (r *rooms) openRoll() {
	as := func(tx *store.Tx) supporters.Store { return tx }
	r.roll = &supporters.Roll{Within: store.Within(r.db, as), Reading: store.Reading(r.db, as), Clock: r.clock, Gate: store.Gate{Gateway: r.gateway},
		Crypto: supporters.Crypto{Generate: unseal.Generate, Unseal: func(seed, sealed []byte) ([]byte, error) { return unseal.Fixed(seed, sealed, petition.Size) }, SealTo: sealTo},
		Sieve:  store.Gate{Gateway: r.gateway},
		Mail:   toSupporters{r.post}, Signer: r.id.Organisation, Names: r.id.Names, Page: r.frontPage}
	r.courier.Signed, r.courier.Pressed = r.signed, r.pressed
}

// frontPage is the address of a page of the Front as visitors write it.
func (r *rooms) frontPage(lang, path string) string {
	return r.publicAddress() + "/" + lang + "/" + path
}

// signed keeps sealed signatures that the courier brought.
func (r *rooms) signed(ctx context.Context, all []hatchway.Signature) error {
	if len(all) == 0 {
		return nil
	}
	in := make([]supporters.Arrival, len(all))
	for i, s := range all {
		in[i] = supporters.Arrival{Number: s.Number, Petition: s.Petition, Day: s.Day, Sealed: s.Sealed}
	}
	_, err := r.roll.Receive(ctx, in)
	return err
}

// pressed does what people pressed at the Front.
func (r *rooms) pressed(ctx context.Context, all []hatchway.Press) error {
	in := make([]supporters.Press, len(all))
	for i, p := range all {
		in[i] = supporters.Press{Hash: hex.EncodeToString(p.Hash), What: p.What}
	}
	return r.roll.Pressed(ctx, in)
}

// toSupporters puts mails to supporters into the outbox.
type toSupporters struct{ office *post.Office }

// MailSupporter implements supporters.Mailer.
func (x toSupporters) MailSupporter(ctx context.Context, tx supporters.Store, m supporters.Outgoing) error {
	_, err := x.office.QueueIn(ctx, tx.(*store.Tx), post.Supporter, m.Supporter, post.Draft{To: m.To, Subject: m.Subject, Text: m.Text, Leave: m.Leave, After: m.After, Auto: true})
	return err
}

// DropMails implements supporters.Mailer.
func (x toSupporters) DropMails(ctx context.Context, tx supporters.Store, supporter string) error {
	return x.office.DropIn(ctx, tx.(*store.Tx), supporter)
}

// callForPetitions fetches signatures and what was pressed. It has a loop of its
// own: a crowd that signs must not hold up somebody who asks for help.
func (r *rooms) callForPetitions(ctx context.Context) error {
	any, err := r.roll.Any(ctx)
	if err != nil || !any {
		return err
	}
	if err := r.spare.room(); err != nil {
		return err
	}
	return r.courier.Petitions(ctx)
}

// openSignatures opens what came for petitions with the keys of who is here.
func (r *rooms) openSignatures(ctx context.Context) error {
	if today := clock.DayOf(r.clock.Now()); r.weeded != today {
		if err := r.roll.Tend(ctx); err != nil {
			return err
		}
		r.weeded = today
	}
	for _, a := range r.present(ctx) {
		if !a.Roles.Has(staff.Advocate) {
			continue
		}
		if err := r.roll.ShareKeys(ctx, a); err != nil {
			return err
		}
		if _, err := r.roll.OpenArrivals(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// campaignOptions are the campaigns of which a petition can be a part.
func (r *rooms) campaignOptions(ctx context.Context, a staff.Actor) ([]page.Option, error) {
	all, err := r.board.Campaigns(ctx, a)
	out := make([]page.Option, len(all))
	for i, c := range all {
		out[i] = page.Option{Value: c.ID, Label: choiceTitle(c)}
	}
	return out, err
}

// countedOutside is how many confirmed signatures the Front counts.
func (r *rooms) countedOutside(ctx context.Context, public string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second) // the page must open all the same
	defer cancel()
	counts, err := r.courier.Front.Counts(ctx, public)
	total := 0
	for _, n := range counts {
		total += n
	}
	return total, err
}

// sealTo seals to somebody outside, who is named by an age recipient of any kind.
func sealTo(recipient string, plain []byte) ([]byte, error) {
	to, err := age.ParseRecipients(strings.NewReader(recipient))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
