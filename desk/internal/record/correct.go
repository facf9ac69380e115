package record

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Edition is one state of something that may be corrected, whole. The first is
// kept when the first correction comes; what was never corrected has none.
type Edition struct {
	Subject string
	Version int
	Body    json.RawMessage
	Reason  string // "" of the first
	By      string
	At      time.Time
}

// Corrected keeps editions and the newest state.
type Corrected interface {
	// AddEdition answers a Conflict when the version is taken.
	AddEdition(ctx context.Context, e Edition) error
	EditionsOf(ctx context.Context, subject string) ([]Edition, error) // oldest first
	// SaveIncident, SaveDeed and SaveStatement replace the newest state; the store
	// refuses them without an edition that says the same.
	SaveIncident(ctx context.Context, was, now Incident) error
	SaveDeed(ctx context.Context, d Deed) error
	SaveStatement(ctx context.Context, was, now Statement) error
}

// Corrector is what Correct needs of a transaction.
type Corrector interface {
	Corrected
	ledger.Appender
}

// ChangedMeanwhile says that a correction was written over a state that is no longer the newest.
const ChangedMeanwhile = "Somebody else corrected this meanwhile. Load the page again."

// Correct keeps the edition that follows what was: the first one too, when there is
// none yet. Seen is the version that the author looked at. It reports whether
// anything is to be saved: a form that was sent twice changes nothing.
func Correct(ctx context.Context, tx Corrector, first, next Edition, seen int, was, now any) (bool, error) {
	if reflect.DeepEqual(was, now) {
		return false, nil
	}
	var k fault.Check
	k.Field(strings.TrimSpace(next.Reason) != "", "reason", "Write why. Another person will read it.")
	if err := k.Err(); err != nil {
		return false, err
	}
	have, err := tx.EditionsOf(ctx, next.Subject)
	if err != nil {
		return false, err
	}
	if max(1, len(have)) != seen {
		return false, fault.New(fault.Conflict, ChangedMeanwhile)
	}
	for _, x := range []struct {
		e    *Edition
		what any
	}{{&first, was}, {&next, now}} {
		if x.e.Body, err = json.Marshal(x.what); err != nil {
			return false, err
		}
	}
	if len(have) == 0 {
		first.Subject, first.Version, first.Reason = next.Subject, 1, ""
		if err := tx.AddEdition(ctx, first); err != nil {
			return false, err
		}
	}
	next.Version = seen + 1
	if err := tx.AddEdition(ctx, next); err != nil {
		return false, err
	}
	return true, tx.Append(ctx, ledger.Entry{Actor: next.By, Action: "record.corrected", Subject: next.Subject, Detail: struct{ Version int }{next.Version}})
}

// AmendIncident corrects an incident; how it stood before stays among its editions.
func (a *Archive) AmendIncident(ctx context.Context, by staff.Actor, i Incident, seen int, reason string) error {
	var k fault.Check
	k.Field(strings.TrimSpace(i.Title) != "", "title", "Give it a neutral title that names nobody.")
	if i.Span != "" {
		_, err := edtf.Parse(string(i.Span))
		k.Field(err == nil, "span", "Write the date as 2017-04-09, 2017-04 or 2017-02/2017-04.")
	}
	if err := k.Err(); err != nil {
		return err
	}
	return a.write(ctx, by, func(tx Store) error {
		was, err := tx.Incident(ctx, i.ID)
		if err != nil {
			return err
		}
		i.Key, i.By, i.At = was.Key, was.By, was.At
		save, err := Correct(ctx, tx, Edition{By: was.By, At: was.At}, Edition{Subject: i.ID, Reason: reason, By: by.ID, At: a.clock.Now()}, seen, was, i)
		if err != nil || !save {
			return err
		}
		return tx.SaveIncident(ctx, was, i)
	})
}

// AmendDeed corrects to whom an act is attributed and what moved them. Its kind
// stays: the claims and findings under it are about that.
func (a *Archive) AmendDeed(ctx context.Context, by staff.Actor, d Deed, seen int, reason string) error {
	return a.write(ctx, by, func(tx Store) error {
		was, err := tx.Deed(ctx, d.ID)
		if err != nil {
			return err
		}
		now := was
		now.Attribution, now.Motive = d.Attribution, d.Motive
		save, err := Correct(ctx, tx, Edition{By: was.By, At: was.At}, Edition{Subject: d.ID, Reason: reason, By: by.ID, At: a.clock.Now()}, seen, was, now)
		if err != nil || !save {
			return err
		}
		return tx.SaveDeed(ctx, now)
	})
}

// AmendStatement corrects how a statement was put down. What was said is not
// changed by it: the words as they were typed before stay among its editions.
func (a *Archive) AmendStatement(ctx context.Context, by staff.Actor, s Statement, seen int, reason string) error {
	if err := s.check(); err != nil {
		return err
	}
	return a.write(ctx, by, func(tx Store) error {
		was, err := tx.Statement(ctx, s.ID)
		if err != nil {
			return err
		}
		for _, c := range slices.Concat(s.Contradicts, s.Supports) {
			if _, err := tx.Claim(ctx, c); err != nil {
				return wrong("contradicts", "There is no such claim.")
			}
		}
		s.Key, s.Source, s.Also, s.By, s.At = was.Key, was.Source, was.Also, was.By, was.At
		for _, l := range []*[]string{&was.Contradicts, &was.Supports, &s.Contradicts, &s.Supports} {
			*l = slices.Compact(slices.Sorted(slices.Values(*l)))
		}
		save, err := Correct(ctx, tx, Edition{By: was.By, At: was.At}, Edition{Subject: s.ID, Reason: reason, By: by.ID, At: a.clock.Now()}, seen, was, s)
		if err != nil || !save {
			return err
		}
		return tx.SaveStatement(ctx, was, s)
	})
}

// check looks whether a statement can be kept.
func (s Statement) check() error {
	var k fault.Check
	k.Field(strings.TrimSpace(s.Speaker) != "", "speaker", "Say who spoke: the office, or the name as published.")
	k.Field(slices.Contains(StatementKinds(), s.Kind), "kind", "Choose what kind of statement it is.")
	k.Field(strings.TrimSpace(s.Quote+s.Summary) != "", "summary", "Write the words that were said, or a summary.")
	_, err := edtf.Parse(string(s.Dated))
	k.Field(err == nil, "dated", "Write the date as 2017-04-09, 2017-04 or 2017.")
	return k.Err()
}

// History lists the editions of something, the oldest first; none: it was never corrected.
func (a *Archive) History(ctx context.Context, by staff.Actor, subject string) (out []Edition, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		out, err = tx.EditionsOf(ctx, subject)
		return err
	})
	return out, err
}

// Said opens one statement.
func (a *Archive) Said(ctx context.Context, by staff.Actor, id string) (s Statement, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		s, err = tx.Statement(ctx, id)
		return err
	})
	return s, err
}

// Change is what one edition changed of the one before.
type Change struct {
	Edition
	Fields []Changed
}

// Changed is one field, by the name that it has in the edition, as text.
type Changed struct{ Name, Was, Now string }

// Changes compares each edition with the one before, the newest first; the first is not among them.
func Changes(all []Edition) ([]Change, error) {
	var out []Change
	var before map[string]json.RawMessage
	for n, e := range all {
		var now map[string]json.RawMessage
		if err := json.Unmarshal(e.Body, &now); err != nil {
			return nil, err
		}
		if n > 0 {
			c := Change{Edition: e}
			for name := range now {
				if was, is := plain(before[name]), plain(now[name]); was != is {
					c.Fields = append(c.Fields, Changed{name, was, is})
				}
			}
			slices.SortFunc(c.Fields, func(a, b Changed) int { return strings.Compare(a.Name, b.Name) })
			out = append(out, c)
		}
		before = now
	}
	slices.Reverse(out)
	return out, nil
}

// plain is a value as text: a list's parts after commas.
func plain(raw json.RawMessage) string {
	var s string
	var list []string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &s) == nil:
		return s
	case json.Unmarshal(raw, &list) == nil:
		return strings.Join(list, ", ")
	}
	return string(raw)
}
