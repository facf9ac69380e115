package cases

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// KindCard is the kind of the words of a leg's card, in the leg's own safe.
const KindCard Kind = "card"

// CardWords is how many ordinary words a card can use; a page knows them in each language.
const CardWords = 48

// LegCard says which ordinary words stand for what on the card of a leg, and from when
// its times are counted. The card alone tells nothing: no name, no place, no code of
// a case, no hour. What the words mean, and the hour, are said by mouth.
type LegCard struct {
	From, To, People int // numbers of words
	Well, Forced     int // what is said when all is well, and when somebody forces them
	Base             time.Time
}

// CardRole is for whom a card is printed.
type CardRole string

// The roles of a card: each sees what it needs of the leg, and no more.
const (
	CardEscort CardRole = "escort"
	CardDriver CardRole = "driver" // where from, where to, when
	CardPerson CardRole = "person" // where to be, when, and the two signs
)

// CardRoles lists them.
func CardRoles() []CardRole { return []CardRole{CardEscort, CardDriver, CardPerson} }

// CardLine is one line of a card: a word, a number, and two digits by which a
// misread line is noticed.
type CardLine struct {
	Word  int
	Text  string // hours after the base, or how many; may be empty
	Check string
}

// Lines are what stands on a card for a role.
func (c LegCard) Lines(l Leg, role CardRole) []CardLine {
	from := CardLine{Word: c.From, Text: c.after(l.Earliest) + " " + c.after(l.Latest)}
	to, people := CardLine{Word: c.To}, CardLine{Word: c.People, Text: fmt.Sprint(l.People)}
	well, forced := CardLine{Word: c.Well}, CardLine{Word: c.Forced}
	all := map[CardRole][]CardLine{
		CardEscort: {from, to, people, well, forced}, CardDriver: {from, to, people}, CardPerson: {from, well, forced},
	}[role]
	for n := range all {
		all[n].Check = checkDigits(n, all[n])
	}
	return all
}

// after is a time as hours and minutes after the base.
func (c LegCard) after(t time.Time) string {
	d := t.Sub(c.Base).Round(time.Minute)
	return fmt.Sprintf("%d.%02d", int(d/time.Hour), int(d/time.Minute)%60)
}

// checkDigits are two digits over a line: another word, another number, or lines that
// changed places give others, nearly always.
func checkDigits(n int, l CardLine) string {
	sum := (n+1)*31 + (l.Word+1)*7
	for i, r := range l.Text {
		sum += (i + 3) * int(r)
	}
	return fmt.Sprintf("%02d", sum%97)
}

// newCard draws five different words, and a base some hours before the leg.
func newCard(l Leg) LegCard {
	var b [16]byte
	rand.Read(b[:])
	free := make([]int, CardWords)
	for i := range free {
		free[i] = i
	}
	draw := func(n int) int {
		i := (int(b[2*n])<<8 | int(b[2*n+1])) % len(free)
		w := free[i]
		free = slices.Delete(free, i, i+1)
		return w
	}
	c := LegCard{From: draw(0), To: draw(1), People: draw(2), Well: draw(3), Forced: draw(4)}
	c.Base = l.Earliest.UTC().Truncate(time.Hour).Add(-time.Duration(1+b[15]%9) * time.Hour)
	return c
}

// MakeCard draws new words for a leg's card (saw 0: the first; otherwise the old ones
// are void). Whoever holds the leg may: a card that was lost must be worthless at once.
func (b *Book) MakeCard(ctx context.Context, actor staff.Actor, leg string, saw int) error {
	return b.within(ctx, func(tx Store) error {
		m, s, err := loadLeg(ctx, tx, actor, leg)
		if err != nil {
			return err
		}
		if len(m.State.Next()) == 0 {
			return fault.New(fault.Conflict, "This leg is over. It needs no card.")
		}
		have, err := cards(ctx, tx, s, leg)
		if err != nil {
			return err
		}
		if have.Saw() != saw {
			return nil // the same form again: the words of then stand
		}
		if _, err := put(ctx, tx, s, Item{ID: leg + ".card", Kind: KindCard, Base: saw, Author: actor.ID, At: b.clock.Now()}, saw, newCard(m.Leg)); err != nil {
			return err
		}
		return b.logLeg(ctx, tx, actor, leg, "leg.card-made", nil)
	})
}

// Carded is a leg with the words of its card; Version is 0 when it has none.
type Carded struct {
	Movement
	Card    LegCard
	Version int
}

// Card opens the words of a leg's card; with a role it is printed, and the ledger
// says for whom.
func (b *Book) Card(ctx context.Context, actor staff.Actor, leg string, role CardRole) (c Carded, err error) {
	if role != "" && !among(role, CardRoles()) {
		return c, fault.Missing()
	}
	err = b.within(ctx, func(tx Store) error {
		m, s, err := loadLeg(ctx, tx, actor, leg)
		if err != nil {
			return err
		}
		have, err := cards(ctx, tx, s, leg)
		if err != nil {
			return err
		}
		c = Carded{m, have.Content(), have.Saw()}
		action := "leg.card"
		if role != "" {
			if action = "leg.card-printed"; c.Version == 0 {
				return fault.Missing()
			}
		}
		return b.logLeg(ctx, tx, actor, leg, action, struct {
			Role CardRole `json:"role,omitempty"`
		}{role})
	})
	return c, err
}

func cards(ctx context.Context, tx Store, s safe.Safe, leg string) (c Sheet[LegCard], err error) {
	items, err := tx.Items(ctx, leg)
	for _, i := range items {
		if err == nil && i.Kind == KindCard {
			err = take(s, i, c.add)
		}
	}
	return c, err
}
