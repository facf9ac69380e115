package campaign

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Edition is a campaign, a demand or a target as it stood: a correction adds one
// and loses none.
type Edition struct {
	Campaign, Subject string
	Number            int
	Body              string // JSON of what stood
	Why               string
	By                string // member; empty: it came with an imported file
	At                time.Time
}

// Editions keeps what stood before a correction.
type Editions interface {
	AddCampaignEdition(ctx context.Context, e Edition) error                         // Conflict when the number is taken
	CampaignEditions(ctx context.Context, campaign string) ([]Edition, error)        // the oldest first
	LastCampaignEdition(ctx context.Context, subject string) (number int, err error) // 0: none
}

// Office is who held an office, and when.
type Office struct {
	Title  Text      `json:"title"`
	Holder string    `json:"holder"`
	From   clock.Day `json:"from"`
	Until  clock.Day `json:"until"` // empty: still
}

// Contact is one way to reach a target: of an office, never a private one.
type Contact struct {
	Kind string `json:"kind"` // "post", "e-mail", "telephone", "page", "person"
	Says string `json:"says"`
}

// ContactKinds lists the kinds of contacts.
func ContactKinds() []string { return []string{"post", "e-mail", "telephone", "page", "person"} }

// Held gives who held the target's offices on a day.
func (t Target) Held(day clock.Day) []Office {
	var out []Office
	for _, o := range t.Offices {
		if o.From <= day && (o.Until == "" || day <= o.Until) {
			out = append(out, o)
		}
	}
	return out
}

// On reports whether a demand stood on a day.
func (d Demand) On(day clock.Day) bool {
	return d.Since <= day && (d.Ended == "" || day < d.Ended)
}

const directly, throughCounterpart = "directly", "engage the counterpart"

// Throughs lists by what way a target can meet a demand.
func Throughs() []string { return []string{directly, throughCounterpart} }

// Begin begins a campaign on a page. The same id again changes nothing, so that a
// form that is sent twice begins one.
func (b *Board) Begin(ctx context.Context, a staff.Actor, c Campaign) error {
	if err := a.Must(leads...); err != nil {
		return err
	}
	if !ids.Valid("campaign", c.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	c.Title, c.By = trimmed(c.Title), strings.TrimSpace(c.By)
	if c.By == "" {
		c.By = b.Signatory.In("en")
	}
	if err := c.check(clock.DayOf(b.Clock.Now())); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		all, err := s.Campaigns(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(o Campaign) bool { return o.ID == c.ID }) {
			return nil
		}
		c.Key = freeKey(slug(c.Title.EN, "campaign"), func(k string) bool { return slices.ContainsFunc(all, func(o Campaign) bool { return o.Key == k }) })
		if err := b.stays(ctx, s, a, c.ID, c.Title, Text{EN: c.By}); err != nil {
			return err
		}
		if err := s.PutCampaign(ctx, c); err != nil {
			return err
		}
		if err := b.note(ctx, s, a, c.ID, c.ID, nil, c, ""); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "campaign.begun", Subject: c.ID})
	})
}

func (c Campaign) check(today clock.Day) error {
	var k fault.Check
	k.Field(c.Title.EN != "", "title", "Write the title in English: addresses are made from it.")
	k.Field(c.By != "", "by", "Write which organisation asks.")
	k.Field(IsDay(c.AsOf), "as_of", "Write the day as 2017-04-09.")
	k.Field(!IsDay(c.AsOf) || c.AsOf <= today, "as_of", "The day lies ahead.")
	return k.Err()
}

// Correct changes a campaign's own words; saw is how many editions the writer knew.
func (b *Board) Correct(ctx context.Context, a staff.Actor, c Campaign, saw int, why string) error {
	c.Title, c.By = trimmed(c.Title), strings.TrimSpace(c.By)
	return b.change(ctx, a, c.ID, "campaign.corrected", c.ID, nil, func(s Store, f File) error {
		was := f.Campaign
		c.Key = was.Key
		if c == was {
			return nil
		}
		if err := c.check(clock.DayOf(b.Clock.Now())); err != nil {
			return err
		}
		if err := b.stays(ctx, s, a, c.ID, c.Title, Text{EN: c.By}); err != nil {
			return err
		}
		if err := b.seen(ctx, s, c.ID, saw); err != nil {
			return err
		}
		if err := s.PutCampaign(ctx, c); err != nil {
			return err
		}
		return b.note(ctx, s, a, c.ID, c.ID, was, c, why)
	})
}

// KeepDemand adds a demand or corrects one. What it rests on stays frozen as it was.
func (b *Board) KeepDemand(ctx context.Context, a staff.Actor, d Demand, saw int, why string) error {
	if !ids.Valid("demand", d.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	d.Text = trimmed(d.Text)
	return b.change(ctx, a, d.Campaign, "campaign.demand-kept", d.ID, nil, func(s Store, f File) error {
		var k fault.Check
		k.Field(d.Text.EN != "" || d.Text.RU != "", "text", "Write what is demanded.")
		k.Field(slices.Contains(Throughs(), d.Through), "through", "Choose how the target can meet it.")
		k.Field(d.Ended == "" || IsDay(d.Ended), "ended", "Write the day as 2017-04-09.")
		k.Field(d.Ended == "" || strings.TrimSpace(why) != "", "why", "Say why it is not demanded any more.")
		if err := k.Err(); err != nil {
			return err
		}
		was, err := f.demand(d.ID)
		fresh := err != nil
		if fresh {
			if saw > 0 {
				return err
			}
			d.Key = freeKey(slug(d.Text.In("en"), "demand"), func(k string) bool { return slices.ContainsFunc(f.Demands, func(o Demand) bool { return o.Key == k }) })
			d.Order, d.Since, d.Basis = len(f.Demands), clock.DayOf(b.Clock.Now()), nil
		} else {
			if saw == 0 && was.Text == d.Text && was.Through == d.Through && was.Ended == d.Ended {
				return nil // the form that made it, sent twice
			}
			d.Key, d.Order, d.Basis, d.Since = was.Key, was.Order, was.Basis, was.Since
		}
		if err := b.stays(ctx, s, a, d.ID, d.Text); err != nil {
			return err
		}
		if err := b.seen(ctx, s, d.ID, saw); err != nil {
			return err
		}
		if err := s.PutDemand(ctx, d); err != nil {
			return err
		}
		if fresh {
			return b.note(ctx, s, a, d.Campaign, d.ID, nil, d, why)
		}
		return b.note(ctx, s, a, d.Campaign, d.ID, was, d, why)
	})
}

// KeepTarget adds a target or corrects one.
func (b *Board) KeepTarget(ctx context.Context, a staff.Actor, t Target, saw int, why string) error {
	if !ids.Valid("target", t.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	t.Name, t.Address, t.Email = trimmed(t.Name), strings.TrimSpace(t.Address), strings.TrimSpace(t.Email)
	return b.change(ctx, a, t.Campaign, "campaign.target-kept", t.ID, nil, func(s Store, f File) error {
		if err := t.check(f); err != nil {
			return err
		}
		was, err := f.target(t.ID)
		fresh := err != nil
		if fresh {
			if saw > 0 {
				return err
			}
			for _, o := range f.Targets {
				if o.Kind == t.Kind {
					t.Number = max(t.Number, o.Number)
				}
			}
			t.Number++
		} else {
			t.Kind, t.Number = was.Kind, was.Number
			if saw == 0 && t.same(was) {
				return nil // the form that made it, sent twice
			}
		}
		texts := []Text{t.Name, {EN: t.Address}}
		for _, o := range t.Offices {
			texts = append(texts, o.Title, Text{EN: o.Holder})
		}
		for _, c := range t.Contacts {
			texts = append(texts, Text{EN: c.Says})
		}
		if err := b.stays(ctx, s, a, t.ID, texts...); err != nil {
			return err
		}
		if err := b.seen(ctx, s, t.ID, saw); err != nil {
			return err
		}
		if err := s.PutTarget(ctx, t); err != nil {
			return err
		}
		if fresh {
			return b.note(ctx, s, a, t.Campaign, t.ID, nil, t, why)
		}
		return b.note(ctx, s, a, t.Campaign, t.ID, was, t, why)
	})
}

// same reports whether nothing of a target is different.
func (t Target) same(o Target) bool {
	return t.Kind == o.Kind && t.Name == o.Name && t.Lang == o.Lang && t.Address == o.Address && t.Email == o.Email && t.Counterpart == o.Counterpart && slices.Equal(t.Offices, o.Offices) && slices.Equal(t.Contacts, o.Contacts)
}

func (t Target) check(f File) error {
	var k fault.Check
	k.Field(slices.Contains(Kinds(), t.Kind), "kind", "Choose what the target is.")
	k.Field(t.Name.EN != "" || t.Name.RU != "", "name", "Write the name.")
	k.Field(t.Lang == "" || slices.Contains(Langs(), t.Lang), "lang", "Choose the language of letters.")
	k.Field(t.Email == "" || strings.Count(t.Email, "@") == 1 && !strings.ContainsAny(t.Email, " \r\n,;<>"), "email", "Write one e-mail address, such as office@example.org.")
	if t.Counterpart != "" {
		o, err := f.target(t.Counterpart)
		k.Field(err == nil && o.ID != t.ID, "counterpart", "Choose another target as the counterpart.")
	}
	for _, o := range t.Offices {
		k.Field((o.Title.EN != "" || o.Title.RU != "") && o.Holder != "", "offices", "Each office needs its title and who held it.")
		k.Field(IsDay(o.From) && (o.Until == "" || IsDay(o.Until) && o.Until >= o.From), "offices", "Write since when the office is held, and until when, as 2017-04-09.")
	}
	for _, c := range t.Contacts {
		k.Field(slices.Contains(ContactKinds(), c.Kind) && c.Says != "", "contacts", "Each way to reach the office needs its kind and its address.")
	}
	return k.Err()
}

// EditionsOf lists what stood before, for a campaign's pages.
func (b *Board) EditionsOf(ctx context.Context, a staff.Actor, campaign string) (out []Edition, err error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	err = b.Reading(ctx, func(s Store) error {
		out, err = s.CampaignEditions(ctx, campaign)
		return err
	})
	return out, err
}

// seen refuses when somebody corrected the same thing meanwhile.
func (b *Board) seen(ctx context.Context, s Store, subject string, saw int) error {
	last, err := s.LastCampaignEdition(ctx, subject)
	if err == nil && last != saw {
		return fault.New(fault.Conflict, "Somebody corrected this meanwhile. Look at it again; what you typed still stands here.")
	}
	return err
}

// note keeps an edition. Of what came with a file the state before the first
// correction is kept as its first edition.
func (b *Board) note(ctx context.Context, s Store, a staff.Actor, campaign, subject string, before, after any, why string) error {
	last, err := s.LastCampaignEdition(ctx, subject)
	if err != nil {
		return err
	}
	add := func(v any, by, why string) error {
		body, err := json.Marshal(v)
		if err != nil {
			return err
		}
		last++
		return s.AddCampaignEdition(ctx, Edition{Campaign: campaign, Subject: subject, Number: last, Body: string(body), Why: strings.TrimSpace(why), By: by, At: b.Clock.Now()})
	}
	if last == 0 && before != nil {
		if err := add(before, "", ""); err != nil {
			return err
		}
	}
	return add(after, a.ID, why)
}

// stays refuses words that name somebody whom the Desk protects: what lies here is
// read by everybody who works on the campaign and is not sealed.
func (b *Board) stays(ctx context.Context, s Store, a staff.Actor, subject string, texts ...Text) error {
	if b.Inside == nil {
		return nil
	}
	var parts []string
	for _, t := range texts {
		for _, p := range []string{t.EN, t.RU} {
			if p != "" {
				parts = append(parts, p)
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return b.Inside(ctx, s, a.ID, subject, parts)
}

func trimmed(t Text) Text {
	return Text{EN: strings.TrimSpace(t.EN), RU: strings.TrimSpace(t.RU)}
}

// slug makes a name for addresses of a title.
func slug(title, other string) string {
	s := strings.Join(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	for len(s) > 48 {
		i := strings.LastIndexByte(s, '-')
		if i < 1 {
			s = s[:48]
			break
		}
		s = s[:i]
	}
	if s == "" {
		return other
	}
	return s
}

func freeKey(key string, taken func(string) bool) string {
	out := key
	for n := 2; taken(out); n++ {
		out = key + "-" + strconv.Itoa(n)
	}
	return out
}
