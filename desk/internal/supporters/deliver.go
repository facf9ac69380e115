package supporters

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/petition"
)

// Delivery is a package that was made to be handed over.
type Delivery struct {
	ID       string
	Petition string
	At       time.Time
	By       string
	Count    int
	Named    int    // names in its sealed part
	Kept     int    // names that the leak guard kept back
	Digest   string // SHA-256 of the file, in hex
	Body     []byte
}

// NewDelivery is the id of a package that a form will make.
func NewDelivery() string { return ids.New("delivery") }

// lineOf is a signature's line in a package.
func lineOf(x Supporter, p Person, named bool) petition.Line {
	l := petition.Line{Country: p.Country, Day: x.Day}
	if named && p.Shown {
		l.Name = p.Name
	}
	return l
}

// entryOf is one confirmed signature on its way into a package or a list.
type entryOf struct {
	Supporter
	Person
}

// confirmed opens every confirmed signature of a petition.
func confirmed(ctx context.Context, s Store, open func(Supporter) (Person, error), id string) (all []entryOf, err error) {
	err = each(ctx, s, id, Confirmed, func(x Supporter) error {
		p, err := open(x)
		all = append(all, entryOf{x, p})
		return err
	})
	return all, err
}

// Deliver makes the package that is handed over: signed, countable, and without a
// name in the clear. recipient may be empty; with it, those who agreed to be shown
// are sealed to it, except whom the leak guard keeps back.
func (r *Roll) Deliver(ctx context.Context, a staff.Actor, petitionID, id, recipient string) error {
	if !ids.Valid("delivery", id) {
		return fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	if r.Sieve == nil {
		return fault.New(fault.Conflict, "Nothing can be published: the gate is not set up.")
	}
	recipient = strings.TrimSpace(recipient)
	return r.Within(ctx, func(s Store) error {
		p, box, err := unlock(ctx, s, a, petitionID)
		if err != nil {
			return err
		}
		if known, err := s.Delivery(ctx, id); err == nil && known.Petition == petitionID {
			return nil // the same form again
		}
		all, err := confirmed(ctx, s, func(x Supporter) (Person, error) { return x.person(box) }, petitionID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.Conflict, "Nobody has confirmed yet: there is nothing to hand over.")
		}
		d := Delivery{ID: id, Petition: petitionID, At: r.Clock.Now(), By: a.ID, Count: len(all)}
		if d.Body, err = r.pack(ctx, s, p, &d, all, recipient); err != nil {
			return err
		}
		d.Digest = sumOf(d.Body)
		if _, err := s.AddDelivery(ctx, d); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.packed", petitionID, struct {
			Delivery           string
			Count, Named, Kept int
			SHA256             string
		}{id, d.Count, d.Named, d.Kept, d.Digest}))
	})
}

// pack writes the package and notes in d what is in it.
func (r *Roll) pack(ctx context.Context, s Store, p Petition, d *Delivery, all []entryOf, recipient string) ([]byte, error) {
	var names []string
	for _, x := range all {
		name := ""
		if x.Shown && recipient != "" {
			name = x.Name
		}
		names = append(names, name)
	}
	stopped, err := r.Sieve.StoppedOf(ctx, s, p.ID, "government", names)
	if err != nil {
		return nil, err
	}
	out := petition.Delivery{Words: wordsOf(p)}
	counts := map[string]int{}
	var openings []petition.Opening
	for i, x := range all {
		kept := slices.Contains(stopped, i)
		o := x.Code.Open(lineOf(x.Supporter, x.Person, names[i] != "" && !kept))
		h, err := o.Hash()
		if err != nil {
			return nil, err
		}
		out.Lines = append(out.Lines, h)
		counts[x.Country]++
		switch {
		case o.Name != "":
			openings = append(openings, o)
		case kept:
			d.Kept++
		}
	}
	d.Named = len(openings)
	if len(openings) > 0 {
		plain, err := json.MarshalIndent(openings, "", " ")
		if err != nil {
			return nil, err
		}
		if out.Sealed, err = r.Crypto.SealTo(recipient, plain); err != nil {
			return nil, fault.Bad("recipient", "This is not a key to which age can lock something. It begins with age1.")
		}
	}
	out.Head = petition.Head{Name: r.Names, ID: p.Public, Slug: p.Slug, Day: clock.DayOf(d.At), Countries: petition.Public("", counts).Countries,
		Method: "One confirmed signature for each mailbox: the person pressed a button after a mail with a code of its own. Doubles by address and what looked like a machine were taken out. Numbers below 5 are not shown by country."}
	var b bytes.Buffer
	err = petition.WriteDelivery(&b, r.Signer, out)
	return b.Bytes(), err
}

// wordsOf is what people signed, as they read it.
func wordsOf(p Petition) string {
	c := p.Content
	return c.Title.EN + "\nTo: " + c.To.EN + "\n\n" + strings.Join(Paragraphs(c.Body.EN), "\n\n") + "\n\n" + c.Title.RU + "\nКому: " + c.To.RU + "\n\n" + strings.Join(Paragraphs(c.Body.RU), "\n\n") + "\n"
}

// Deliveries lists the packages of a petition.
func (r *Roll) Deliveries(ctx context.Context, a staff.Actor, id string) (out []Delivery, err error) {
	if err := a.Must(writers...); err != nil {
		return nil, err
	}
	err = r.Reading(ctx, func(s Store) error {
		out, err = s.DeliveriesOf(ctx, id)
		return err
	})
	return out, err
}

// FetchDelivery gives a package out; that it was taken stands in the ledger.
func (r *Roll) FetchDelivery(ctx context.Context, a staff.Actor, petitionID, id string) (d Delivery, err error) {
	if err := a.Must(staff.Advocate); err != nil {
		return d, err
	}
	err = r.Within(ctx, func(s Store) error {
		if d, err = s.Delivery(ctx, id); err != nil {
			return err
		}
		if d.Petition != petitionID {
			return fault.Missing()
		}
		return s.Append(ctx, entry(a, "petition.package-fetched", petitionID, struct{ Delivery string }{id}))
	})
	return d, err
}

// Opened is the answer to a recipient who asks for lines of a package.
type Opened struct {
	Delivery string             `json:"sha256"` // of the package
	Openings []petition.Opening `json:"openings"`
	Gone     int                `json:"erased"` // lines whose supporters have erased their signatures since
}

// OpenLines opens lines of a package that a recipient chose, by their numbers from
// 1: countries and days, and names only of those who agreed to be shown.
func (r *Roll) OpenLines(ctx context.Context, a staff.Actor, petitionID, id string, numbers []int) (out Opened, err error) {
	err = r.Within(ctx, func(s Store) error {
		_, box, err := unlock(ctx, s, a, petitionID)
		if err != nil {
			return err
		}
		d, err := s.Delivery(ctx, id)
		if err != nil || d.Petition != petitionID {
			return fault.Missing()
		}
		pack, err := petition.ReadDelivery(bytes.NewReader(d.Body), int64(len(d.Body)))
		if err != nil {
			return err
		}
		wanted := map[tlog.Hash]bool{}
		for _, n := range numbers {
			if n < 1 || n > len(pack.Lines) {
				return fault.Bad("numbers", "A number is not one of a line of this package.")
			}
			wanted[pack.Lines[n-1]] = true
		}
		if len(wanted) == 0 || len(wanted) > 200 {
			return fault.Bad("numbers", "Write up to 200 numbers, with blanks or commas between them.")
		}
		out = Opened{Delivery: d.Digest, Openings: []petition.Opening{}}
		err = each(ctx, s, petitionID, Confirmed, func(x Supporter) error {
			p, err := x.person(box)
			if err != nil {
				return err
			}
			for _, named := range []bool{true, false} {
				o := p.Code.Open(lineOf(x, p, named))
				h, err := o.Hash()
				if err != nil {
					return err
				}
				if wanted[h] {
					out.Openings = append(out.Openings, o)
					delete(wanted, h)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		out.Gone = len(wanted)
		slices.SortFunc(out.Openings, func(a, b petition.Opening) int { return strings.Compare(a.Salt, b.Salt) })
		return s.Append(ctx, entry(a, "petition.lines-opened", petitionID, struct {
			Delivery string
			Number   int
		}{id, len(out.Openings)}))
	})
	return out, err
}
