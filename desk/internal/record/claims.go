package record

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// AddClaim keeps a claim made from an item. The verbatim must stand in the
// item's words when those are kept, and the locator follows from where. An id that
// the form was given makes it one claim, however often the form is sent.
func (a *Archive) AddClaim(ctx context.Context, by staff.Actor, c Claim) (Claim, error) {
	id := c.ID
	err := a.write(ctx, by, func(tx Store) (err error) {
		if ids.Valid("claim", id) {
			if had, err := tx.Claim(ctx, id); err == nil && had.By == by.ID && had.Item == c.Item {
				c = had
				return nil
			}
		}
		c, err = a.addClaimIn(ctx, tx, by, c)
		return err
	})
	return c, err
}

// addClaimIn is AddClaim within a transaction.
func (a *Archive) addClaimIn(ctx context.Context, tx Store, by staff.Actor, c Claim) (Claim, error) {
	if !ids.Valid("claim", c.ID) {
		c.ID = ids.New("claim")
	}
	c.By, c.At, c.Key, c.Safe, c.Sealed = by.ID, a.clock.Now(), "", "", nil
	if err := c.Check(); err != nil {
		return Claim{}, err
	}
	i, err := tx.RecordItem(ctx, c.Item)
	if err != nil {
		return Claim{}, err
	}
	c.Source = i.Source
	text := i.Words
	if i.Safe != "" {
		box, ok, err := open(ctx, tx, by, i.Safe)
		if err != nil {
			return Claim{}, err
		}
		if !ok {
			return Claim{}, fault.Missing()
		}
		plain, err := box.Take(itemLabel(i.ID), i.Sealed)
		if err != nil {
			return Claim{}, err
		}
		text = string(plain)
		c.Safe = i.Safe
		if c.Sealed, err = (words{c.Verbatim, c.Translation}).seal(box, c.ID); err != nil {
			return Claim{}, err
		}
	}
	if text != "" && c.Verbatim != "" {
		at := locate(text, c.Verbatim)
		if at == "" {
			return Claim{}, wrong("verbatim", "These words do not stand in the item. Copy them exactly; put your own wording elsewhere.")
		}
		c.Locator = at
	}
	if c.Safe != "" {
		c.Verbatim, c.Translation = "", ""
	}
	return c, addClaim(ctx, tx, by.ID, c)
}

func addClaim(ctx context.Context, tx Store, by string, c Claim) error {
	if err := c.Check(); err != nil {
		return err
	}
	if err := tx.AddClaim(ctx, c); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by, Action: "claim.added", Subject: c.ID, Scope: c.Safe, Detail: struct{ Item string }{c.Item}})
}

// locate tells between which characters the quote stands in text: "characters
// 10–42", or "" when it does not. Line ends and runs of space do not matter.
func locate(text, quote string) string {
	text, quote = fold(text), fold(quote)
	i := strings.Index(text, quote)
	if i < 0 || quote == "" {
		return ""
	}
	from := utf8.RuneCountInString(text[:i]) + 1
	return "characters " + strconv.Itoa(from) + "–" + strconv.Itoa(from+utf8.RuneCountInString(quote)-1)
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// Link ties two claims.
func (a *Archive) Link(ctx context.Context, by staff.Actor, l Link) error {
	l.By, l.At = by.ID, a.clock.Now()
	if l.From == l.To {
		return wrong("to", "A claim cannot be tied to itself.")
	}
	if l.Kind != Supports && l.Kind != Confirms && l.Kind != Contradicts && l.Kind != Supersedes {
		return wrong("kind", "Choose what the claim does to the other.")
	}
	return a.write(ctx, by, func(tx Store) error {
		from, err := tx.Claim(ctx, l.From)
		if err != nil {
			return err
		}
		to, err := tx.Claim(ctx, l.To)
		if err != nil {
			return wrong("to", "There is no such claim.")
		}
		if (l.Kind == Supersedes || l.Kind == Confirms) && from.Status != to.Status {
			return wrong("to", "The two claims count different things.")
		}
		return addLink(ctx, tx, l)
	})
}

func addLink(ctx context.Context, tx Store, l Link) error {
	if err := tx.AddLink(ctx, l); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: l.By, Action: "claim.linked", Subject: l.From, Detail: struct{ Kind, To string }{string(l.Kind), l.To}})
}

// Judge adds what a member thinks of a claim. A reason is needed.
func (a *Archive) Judge(ctx context.Context, by staff.Actor, j Judgement) error {
	j.By, j.At = by.ID, a.clock.Now()
	var k fault.Check
	k.Field(j.Credibility >= 1 && j.Credibility <= 6, "credibility", "Choose a grade from 1 to 6.")
	k.Field(j.Standing == Stands || j.Standing == Refuted || j.Standing == Withdrawn, "standing", "Say whether the claim stands.")
	k.Field(strings.TrimSpace(j.Reason) != "", "reason", "Write why. Another person will read it.")
	if err := k.Err(); err != nil {
		return err
	}
	return a.write(ctx, by, func(tx Store) error {
		if _, err := tx.Claim(ctx, j.Claim); err != nil {
			return err
		}
		if err := tx.AddJudgement(ctx, j); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "claim.judged", Subject: j.Claim, Detail: struct {
			Credibility int
			Standing    Standing
		}{j.Credibility, j.Standing}})
	})
}

// Weigh gathers what is known about claims, in a number of queries that does not
// grow with them. It opens no safe.
func Weigh(ctx context.Context, tx Store, claims []Claim) ([]Weighed, error) {
	out := make([]Weighed, len(claims))
	if len(claims) == 0 {
		return out, nil
	}
	at := map[string]*Weighed{}
	var ids, items []string
	sources := map[string]Source{}
	for n, c := range claims {
		out[n].Claim = c
		at[c.ID] = &out[n]
		ids, items = append(ids, c.ID), append(items, c.Item)
		sources[c.Source] = Source{}
	}
	from, err := tx.SourcesAmong(ctx, slices.Collect(maps.Keys(sources)))
	if err != nil {
		return nil, err
	}
	for _, s := range from {
		sources[s.ID] = s
	}
	materials, err := tx.MaterialsOf(ctx, items...)
	if err != nil {
		return nil, err
	}
	for n := range out {
		out[n].From, out[n].Material = sources[out[n].Source], materials[out[n].Item]
	}
	return out, weighAll(ctx, tx, ids, at)
}

// weighAll puts judgements, links and statements to their claims.
func weighAll(ctx context.Context, tx Store, ids []string, at map[string]*Weighed) error {
	judged, err := tx.Judgements(ctx, ids...)
	if err != nil {
		return err
	}
	for _, j := range judged {
		at[j.Claim].Judgements = append(at[j.Claim].Judgements, j)
	}
	links, err := tx.LinksOf(ctx, ids...)
	if err != nil {
		return err
	}
	for _, l := range links {
		for _, end := range []string{l.From, l.To} {
			if w := at[end]; w != nil {
				w.Links = append(w.Links, l)
			}
		}
	}
	said, err := tx.StatementsOn(ctx, ids...)
	if err != nil {
		return err
	}
	for _, s := range said {
		for _, id := range slices.Concat(s.Contradicts, s.Supports) {
			switch w := at[id]; {
			case w == nil:
			case s.Kind == Denial:
				w.Denials = append(w.Denials, s)
			case s.Kind == Admission:
				w.Admissions = append(w.Admissions, s)
			}
		}
	}
	return nil
}

// unseal opens the words of claims for which the actor has a grant, and notes each reading.
func unseal(ctx context.Context, tx Store, by staff.Actor, claims []Weighed) error {
	boxes := map[string]*safe.Safe{} // nil: no grant
	for n := range claims {
		c := &claims[n]
		if c.Safe == "" {
			continue
		}
		box, seen := boxes[c.Safe]
		if !seen {
			b, ok, err := open(ctx, tx, by, c.Safe)
			if err != nil {
				return err
			}
			if ok {
				box = &b
			}
			boxes[c.Safe] = box
		}
		if box == nil {
			continue
		}
		plain, err := box.Take(claimLabel(c.ID), c.Sealed)
		if err != nil {
			return err
		}
		var w words
		if err := json.Unmarshal(plain, &w); err != nil {
			return err
		}
		c.Verbatim, c.Translation = w.Verbatim, w.Translation
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "claim.read", Subject: c.ID, Scope: c.Safe}); err != nil {
			return err
		}
	}
	return nil
}
