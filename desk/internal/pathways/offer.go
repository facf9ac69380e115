package pathways

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// KindOffer is the kind of what lies in an offer's safe.
const KindOffer cases.Kind = "offer"

// Share is a part of an offer that was given to somebody else: a partner, another organisation.
type Share struct {
	To string
	N  int
}

// Offer is how many places a government offers, on what conditions. Whether it may
// be told is said by who made it.
type Offer struct {
	Country    string
	Pathway    string // by which way they come; empty: not said yet
	By         string // who offers: an office, a person
	Target     string // of a campaign; empty: none
	Places     int
	Conditions string
	From       clock.Day
	Until      clock.Day // empty: not said
	Public     bool      // it was made in public
	Evidence   string    // what proves it
	Hush       []string  // names and addresses that would give a confidential one away
	Given      []Share
	Ended      string // why it holds no more; empty: it does
}

// Offered is an offer, opened, with what is left of it.
type Offered struct {
	cases.Folder[Offer]
	Offer
	ID   string
	Use  Use
	Told Public // what may be told of it; Second is empty: nothing
}

// Passed is how many places went to others.
func (o Offer) Passed() (n int) {
	for _, s := range o.Given {
		n += s.N
	}
	return n
}

// Left is how many places nobody holds yet; never less than none.
func (o Offered) Left() int { return max(0, o.Places-o.Passed()-o.Use.Held-o.Use.Taken) }

// Holds reports whether places may be taken on a day.
func (o Offer) Holds(on clock.Day) bool {
	return o.Ended == "" && on >= o.From && (o.Until == "" || on <= o.Until)
}

// Public is what of an offer may be told to anybody.
type Public struct {
	Offer    string
	Target   string
	Country  string
	Places   int
	Since    clock.Day
	Evidence string
	Author   string // who changed the offer last
	Second   string // who confirmed it: somebody else
}

func (o Offer) check() error {
	var c fault.Check
	c.Field(country.Is(o.Country), "country", "Give the country as two letters, such as DE.")
	c.Field(!blank(o.By), "by", "Say who offers it.")
	c.Field(o.Places > 0 && o.Places < 100_000, "places", "Say how many people may come: 1 or more.")
	c.Field(cases.ValidDay(o.From), "from", "Say from which day it holds.")
	c.Field(o.Until == "" || cases.ValidDay(o.Until) && o.Until >= o.From, "until", "Give a day that is not before the first, or nothing.")
	c.Field(!o.Public || !blank(o.Evidence), "evidence", "Say what proves that it was made in public: an address, a document.")
	for _, s := range o.Given {
		c.Field(!blank(s.To) && s.N > 0, "given", "Write one on a line: to whom; how many.")
	}
	c.Field(o.Passed() <= o.Places, "given", "More places were given to others than there are.")
	c.Field(o.Pathway == "" || ids.Valid("pathway", o.Pathway), "pathway", "Choose a pathway of the list.")
	return c.Err()
}

// hushed are words that, beside the name of a country, tell of an offer. Each pair is
// told to the leak guard as a place of two parts: it stops them near each other.
func hushed() map[string][]string {
	return map[string][]string{
		"en": {"visa", "visas", "places", "offer", "offered", "accept", "accepts", "accepted", "admit", "resettle", "resettlement", "evacuate", "quota", "shelter"},
		"ru": {"виза", "визы", "места", "мест", "предложить", "предложила", "предлагает", "принять", "принимает", "примет", "приняла", "квота", "переселение", "эвакуация", "убежище"},
	}
}

// longest is the most telling word of a name: "Zealand" of "New Zealand".
func longest(name string) (best string) {
	for w := range strings.FieldsSeq(name) {
		if len([]rune(w)) > len([]rune(best)) {
			best = w
		}
	}
	return best
}

// hush tells the leak guard of a confidential offer.
func (o Offer) hush(ctx context.Context, tx Store, id string) error {
	for lang, words := range hushed() {
		name := longest(country.Name(o.Country, lang))
		for _, w := range words {
			if err := tx.WatchTerm(ctx, id, "place", name+" "+w); err != nil {
				return err
			}
		}
	}
	for _, h := range o.Hush {
		kind := "name"
		switch {
		case strings.Contains(h, "@"):
			kind = "email"
		case strings.Count(strings.Map(digit, h), "0") >= 6:
			kind = "phone"
		}
		if err := tx.WatchTerm(ctx, id, kind, strings.TrimSpace(h)); err != nil {
			return err
		}
	}
	return nil
}

// digit turns every digit into 0 and drops the rest.
func digit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

// KeepOffer adds an offer (saw 0; its id comes from its form) or changes one. What
// was told of it in public is taken back until a second person has looked again.
func (g *Guide) KeepOffer(ctx context.Context, a staff.Actor, id string, saw int, o Offer) error {
	if err := a.Must(Readers()...); err != nil {
		return err
	}
	o.Country = strings.ToUpper(strings.TrimSpace(o.Country))
	if err := o.check(); err != nil {
		return err
	}
	return g.Within(ctx, func(tx Store) error {
		if o.Pathway != "" {
			if _, err := tx.Pathway(ctx, o.Pathway); err != nil {
				return err
			}
		}
		if o.Target != "" && g.Target != nil {
			if _, err := g.Target(ctx, tx, o.Target); err != nil {
				return err
			}
		}
		use, err := tx.OfferUse(ctx, id)
		if err != nil {
			return err
		}
		if n := o.Passed() + use.Held + use.Taken; n > o.Places {
			return fault.Bad("places", "There are fewer places than are held, taken or given to others. End what is too much first.")
		}
		saved, fresh, err := cases.KeepFolder(ctx, tx, a, KindOffer, id, saw, o, g.Clock.Now(), Readers()...)
		if err != nil || !fresh {
			return err
		}
		if saved.Rival {
			return fault.New(fault.Conflict, "Somebody else changed this meanwhile. Load the page again.")
		}
		if err := tx.HushOffer(ctx, id); err != nil {
			return err
		}
		if err := tx.ForgetTerms(ctx, id); err != nil {
			return err
		}
		return o.hush(ctx, tx, id) // also of one that was made in public, until a second person has seen that it was
	})
}

// ConfirmOffer is the second person's yes: this offer was made in public, and what
// proves it does. From then on its number may be told.
func (g *Guide) ConfirmOffer(ctx context.Context, a staff.Actor, id string, saw int) error {
	if err := a.Must(Readers()...); err != nil {
		return err
	}
	return g.Within(ctx, func(tx Store) error {
		o, err := g.openOffer(ctx, tx, a, id)
		if err != nil {
			return err
		}
		switch {
		case o.Saw() != saw:
			return fault.New(fault.Conflict, "It was changed meanwhile. Read it again before you decide.")
		case !o.Public:
			return fault.New(fault.Conflict, "This offer is confidential. Nobody may tell of it.")
		case o.Current.Author == a.ID:
			return fault.New(fault.Denied, "You changed this offer last. A second person must confirm it.")
		case o.Told.Second != "":
			return nil
		}
		if err := tx.TellOffer(ctx, Public{Offer: id, Target: o.Target, Country: o.Country, Places: o.Places, Since: o.From, Evidence: o.Evidence, Author: o.Current.Author, Second: a.ID}); err != nil {
			return err
		}
		if err := tx.ForgetTerms(ctx, id); err != nil {
			return err
		}
		return note(ctx, tx, a, "offer.confirmed", id, nil)
	})
}

func (g *Guide) openOffer(ctx context.Context, tx Store, a staff.Actor, id string) (o Offered, err error) {
	o.ID = id
	if o.Folder, _, err = cases.LoadFolder[Offer](ctx, tx, a, KindOffer, id); err != nil {
		return o, err
	}
	o.Offer = o.Content()
	if o.Use, err = tx.OfferUse(ctx, id); err != nil {
		return o, err
	}
	told, err := tx.OffersTold(ctx)
	if n := slices.IndexFunc(told, func(p Public) bool { return p.Offer == id }); n >= 0 {
		o.Told = told[n]
	}
	return o, err
}

// Offers opens the offers that the actor was given, and shows each to whoever has
// come since; each reading is in the ledger.
func (g *Guide) Offers(ctx context.Context, a staff.Actor) (all []Offered, err error) {
	if err := a.Must(Readers()...); err != nil {
		return nil, err
	}
	err = g.Within(ctx, func(tx Store) error {
		list, err := tx.SafesOf(ctx, string(KindOffer), a.ID)
		if err != nil {
			return err
		}
		for _, id := range list {
			o, err := g.openOffer(ctx, tx, a, id)
			if err != nil {
				return err
			}
			if err := cases.ShowFolder[Offer](ctx, tx, a, KindOffer, id, Readers()...); err != nil {
				return err
			}
			if err := note(ctx, tx, a, "offer.read", id, nil); err != nil {
				return err
			}
			all = append(all, o)
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b Offered) int {
		if (a.Ended == "") != (b.Ended == "") {
			return map[bool]int{true: -1, false: 1}[a.Ended == ""]
		}
		return strings.Compare(a.Country+a.By, b.Country+b.By)
	})
	return all, err
}
