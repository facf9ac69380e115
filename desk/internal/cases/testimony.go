package cases

import (
	"context"
	"strings"
	"unicode/utf8"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Testimony is what a person lets us hand to the record: words without a name,
// under a key that leads nowhere but through the case's safe.
type Testimony struct {
	Source   string // opaque; the same person always has the same one
	Words    string
	Language string
	Day      clock.Day // of handing over; nothing finer
	Until    clock.Day // until when the consent holds; empty: until withdrawn
	How      string    // how consent was given
}

// Testimonies takes testimonies, in the transaction of the handing over. The
// wiring knows how to reach the record's store from ours.
type Testimonies interface {
	Testify(ctx context.Context, tx Store, by staff.Actor, t Testimony) error
}

// Testify hands words to the record by a consent that holds. It refuses words
// that contain what the case keeps about who and where somebody is.
func (b *Book) Testify(ctx context.Context, actor staff.Actor, id, consent, words, language string) error {
	if b.options.Testimonies == nil {
		return fault.New(fault.Conflict, "This Desk has no record to hand it to.")
	}
	return b.change(ctx, actor, id, func(o *open) error {
		s, ok := find(o.Consents, consent)
		if !ok {
			return fault.Missing()
		}
		c := s.Content()
		if c.Purpose != ForRecord || !c.Holds(o.today()) || len(s.Rivals) > 0 {
			return fault.New(fault.Conflict, "No consent for this holds. Ask the person first.")
		}
		if strings.TrimSpace(words) == "" {
			return fault.Bad("words", "Write what the person lets us record.")
		}
		if o.reveals(words) {
			return fault.Bad("words", "This contains a name, a contact or a place that the case keeps. Take it out.")
		}
		source, err := o.bridge(ctx, c.Party, consent)
		if err != nil {
			return err
		}
		t := Testimony{Source: source, Words: words, Language: language, Day: o.today(), Until: c.Expires, How: c.How}
		if err := b.options.Testimonies.Testify(ctx, o.tx, actor, t); err != nil {
			return err
		}
		return o.log(ctx, "case.testified", detail{KindConsent, consent, s.Current.Version, false})
	})
}

// bridge finds or makes the key under which the record knows a party.
func (o *open) bridge(ctx context.Context, party, consent string) (string, error) {
	for _, s := range o.Bridges {
		if s.Content().Party == party {
			return s.Content().Source, nil
		}
	}
	br := Bridge{Party: party, Consent: consent, Source: ids.New("witness")}
	_, err := o.write(ctx, KindBridge, ids.New("bridge"), 0, 0, br)
	return br.Source, err
}

// Cut removes the bridge of a party: what the record holds stays there, without
// a way back to the person.
func (b *Book) Cut(ctx context.Context, actor staff.Actor, id, party string) error {
	return b.change(ctx, actor, id, func(o *open) error {
		cut := false
		for _, s := range o.Bridges {
			if s.Content().Party != party {
				continue
			}
			if err := o.tx.DropItem(ctx, id, s.ID); err != nil {
				return err
			}
			cut = true
		}
		if !cut {
			return fault.Missing()
		}
		return o.log(ctx, "case.bridge-cut", nil)
	})
}

// reveals reports whether words contain what the case keeps as a name, a
// contact, an address or its own pseudonym. Words of under four letters are too
// common to be looked for.
func (o *open) reveals(words string) bool {
	text := " " + plainWords(words) + " "
	digits := onlyDigits(words)
	var names, numbers []string
	for _, s := range o.Parties {
		for _, e := range s.History {
			names = append(names, e.Content.Name, e.Content.Contact)
			numbers = append(numbers, e.Content.Contact)
		}
	}
	for _, w := range o.CheckIns {
		numbers = append(numbers, w.Content().Contact)
	}
	for _, l := range o.Legs {
		for _, spot := range []Spot{l.From, l.To} {
			if k := plainWords(spot.Words); k != "" && strings.Contains(text, " "+k+" ") {
				return true
			}
		}
	}
	if strings.Contains(text, " "+plainWords(o.Pseudonym)+" ") {
		return true
	}
	for _, n := range names {
		for _, part := range strings.Fields(plainWords(n)) {
			if utf8.RuneCountInString(part) >= 4 && strings.Contains(text, " "+part) { // also with an ending
				return true
			}
		}
	}
	for _, n := range numbers {
		if d := onlyDigits(n); len(d) >= 6 && strings.Contains(digits, d) {
			return true
		}
	}
	return false
}

// plainWords folds case and turns everything but letters and digits into single spaces.
func plainWords(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !isWord(r)
	}), " ")
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
