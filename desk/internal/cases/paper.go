package cases

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// PaperKinds lists the kinds of papers.
func PaperKinds() []string {
	return []string{"passport", "internal-passport", "laissez-passer", "id", "visa", "residence", "birth", "marriage", "police", "medical", "invitation", "other"}
}

// VisaKinds lists the kinds of visas; "" for a paper that is none.
func VisaKinds() []string {
	return []string{"", "humanitarian", "national", "short-stay", "transit", "study", "work", "family", "exit"}
}

// PaperStatus is where a paper is.
type PaperStatus string

// The statuses of a paper.
const (
	PaperHeld      PaperStatus = "held"
	PaperNeeded    PaperStatus = "needed"
	PaperApplied   PaperStatus = "applied"   // asked for, not there yet
	PaperTaken     PaperStatus = "taken"     // by those the person fled from, or by an authority
	PaperDestroyed PaperStatus = "destroyed" // by whomever
	PaperLost      PaperStatus = "lost"
)

// AllPaperStatuses lists them.
func AllPaperStatuses() []PaperStatus {
	return []PaperStatus{PaperHeld, PaperNeeded, PaperApplied, PaperTaken, PaperDestroyed, PaperLost}
}

// Paper is one document of one person: one that they hold, need, or lost.
type Paper struct {
	Party   string // item id
	Kind    string
	Visa    string // the kind of a visa
	Country string // ISO 3166, two letters; of whoever issues it
	Number  string
	Status  PaperStatus
	From    clock.Day // valid from
	Until   clock.Day // valid until
	Words   string    // who took it, where it lies, what is missing
}

func (p Paper) check(parties []Sheet[Party]) error {
	var c fault.Check
	_, known := find(parties, p.Party)
	c.Field(known, "party", "Choose the person.")
	c.Field(among(p.Kind, PaperKinds()), "kind", "Choose what kind of paper it is.")
	c.Field(among(p.Visa, VisaKinds()), "visa", "Choose what kind of visa it is.")
	c.Field((p.Visa != "") == (p.Kind == "visa"), "visa", "Choose the kind of visa for a visa, and for nothing else.")
	c.Field(p.Country == "" || IsCountry(p.Country), "country", "Give the country as two letters, such as FR.")
	c.Field(among(p.Status, AllPaperStatuses()), "status", "Choose where the paper is.")
	c.Field(p.From == "" || ValidDay(p.From), "from", "Give the day, as in 2017-04-09.")
	c.Field(p.Until == "" || ValidDay(p.Until) && p.Until >= p.From, "until", "Give a day that is not before the first, as in 2017-04-09.")
	return c.Err()
}

// IsCountry reports whether a code has the form of ISO 3166: two letters.
func IsCountry(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Good reports whether the paper can be shown at a border on a day.
func (p Paper) Good(on clock.Day) bool {
	return p.Status == PaperHeld && (p.Until == "" || on <= p.Until) && (p.From == "" || on >= p.From)
}

// KeepPaper adds a paper of a person (item empty) or changes one.
func (b *Book) KeepPaper(ctx context.Context, actor staff.Actor, id, item string, saw int, p Paper) (Saved, error) {
	p.Country = strings.ToUpper(strings.TrimSpace(p.Country))
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if err := p.check(o.Parties); err != nil {
			return Saved{}, err
		}
		return keepNew(ctx, o, KindPaper, item, saw, o.Papers, p)
	})
}

// keepNew is keep with an id that the form brought: the form sent twice keeps one thing.
func keepNew[T any](ctx context.Context, o *open, k Kind, item string, saw int, all []Sheet[T], content T) (Saved, error) {
	if item == "" {
		item = ids.New(string(k))
	}
	if !ids.Valid(string(k), item) {
		return Saved{}, fault.Missing()
	}
	s, known := find(all, item)
	if saw == 0 && known {
		if reflect.DeepEqual(s.History[0].Content, content) {
			return Saved{ID: item, Version: 1}, nil // the same form once more
		}
		return Saved{}, fault.New(fault.Conflict, "This was kept already, with other words. Open it and change it there.")
	}
	if saw > 0 && !known {
		return Saved{}, fault.Missing()
	}
	return rewrite(ctx, o, k, item, saw, s, content)
}

func (in *taking) paper(row table.Row) error {
	file, err := in.named(row)
	if err != nil {
		return err
	}
	o, err := in.inner.load(in.ctx, in.tx, in.actor, file)
	if err != nil {
		return err
	}
	p := Paper{Kind: row.Get("kind"), Visa: row.Get("visa"), Country: strings.ToUpper(row.Get("country")), Number: row.Get("number"), Status: PaperStatus(row.Get("status")),
		From: clock.Day(row.Get("from")), Until: clock.Day(row.Get("until")), Words: row.Get("words")}
	for _, s := range o.Parties {
		if s.Content().Code == row.Get("person") {
			p.Party = s.ID
		}
	}
	id := row.Get("id")
	if id == "" {
		in.r.Created++
		_, err = in.inner.KeepPaper(in.ctx, in.actor, file, "", 0, p)
		return err
	}
	old, ok := find(o.Papers, id)
	if !ok {
		return fault.Bad("id", "There is nothing with this id.")
	}
	was := old.Content()
	was.Number, was.Words = table.Lines(was.Number), table.Lines(was.Words)
	if was == p {
		in.r.Same++
		return nil
	}
	if err := version(row, old.Saw()); err != nil {
		return err
	}
	in.r.Changed++
	_, err = in.inner.KeepPaper(in.ctx, in.actor, file, id, old.Saw(), p)
	return err
}

func paperRows(c *Case) (rows [][]string) {
	for _, s := range c.Papers {
		p := s.Content()
		rows = append(rows, []string{s.ID, c.Pseudonym, c.Party(p.Party).Code, p.Kind, p.Visa, p.Country, p.Number, string(p.Status), string(p.From), string(p.Until), p.Words, strconv.Itoa(s.Saw())})
	}
	return rows
}
