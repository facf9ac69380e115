package parties

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Kind says what a party is.
type Kind string

// The kinds of party.
const (
	Person       Kind = "person"
	Unnamed      Kind = "unnamed person"
	Group        Kind = "group"
	Organisation Kind = "organisation"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Person, Unnamed, Group, Organisation} }

// Party is a person, a group or an organisation that had a part in something.
type Party struct {
	ID        string
	Version   int `json:"-"`
	Kind      Kind
	Called    string      // a pseudonym, a neutral word for a group, the name of an organisation
	Names     []string    // other names of a group or organisation, in any script; plain
	Published string      // the name by which a person may be named in public; "" none
	Why       string      // by what right: a consent, a public office
	Size      count.Range // of a group
	Note      string      // names nobody
	Safe      string      `json:"-"` // with the names; "" none
	Root      string      `json:"-"` // the party under which it is read
	By        string      `json:"-"`
	At        time.Time   `json:"-"`
}

// MarshalJSON is what an edition keeps. A name that was published is not in it: who
// takes a name back must not find it here for ever.
func (p Party) MarshalJSON() ([]byte, error) {
	type body Party
	if p.Published != "" {
		p.Published = "…"
	}
	return json.Marshal(body(p))
}

// Human reports whether who the party is can harm somebody.
func (p Party) Human() bool { return p.Kind == Person || p.Kind == Unnamed }

// Public is what the party may be called outside; "" when it may not be named.
func (p Party) Public() string {
	if p.Kind == Organisation {
		return p.Called
	}
	return p.Published
}

// Identity is who a party is: it lies sealed.
type Identity struct {
	Names []string // one for each script and spelling
	Other []string // telephones, addresses, papers: what else identifies
}

func (i Identity) empty() bool { return len(i.Names)+len(i.Other) == 0 }

// Lines cuts a text into its lines, without empty ones and repetitions.
func Lines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

func (p Party) check() error {
	var k fault.Check
	k.Field(slices.Contains(Kinds(), p.Kind), "kind", "Choose what the party is.")
	k.Field(said(p.Called), "called", "Give a pseudonym, a neutral word for the group, or the organisation's name.")
	k.Field(p.Published == "" || p.Kind == Person, "published", "Only a person has a name to be published apart; an organisation's name is not hidden.")
	k.Field(p.Published == "" || said(p.Why), "why", "Say by what right the person may be named: their consent, or their public office.")
	k.Field(len(p.Names) == 0 || !p.Human(), "names", "Names of a person belong among the sealed ones.")
	s := p.Size
	k.Field(s.Unknown() || p.Kind == Group, "low", "Only a group has a size.")
	k.Field((!s.Low.Known || s.Low.N >= 0) && (!s.High.Known || s.High.N <= count.Limit) && inOrder(s.Low, s.Best) && inOrder(s.Best, s.High) && inOrder(s.Low, s.High), "low", "The least, the best and the most must not cross.")
	return k.Err()
}

func inOrder(a, b count.Number) bool { return !a.Known || !b.Known || a.N <= b.N }

// AddParty keeps a new party. An id that the form brought is used, so that a form
// sent twice makes one. The identity goes into a safe of the documenters.
func (r *Registry) AddParty(ctx context.Context, by staff.Actor, p Party, who Identity) (Party, error) {
	if !ids.Valid("party", p.ID) {
		p.ID = ids.New("party")
	}
	p.Version, p.Safe, p.Root, p.By, p.At = 1, "", p.ID, by.ID, r.Clock.Now()
	p.Names = Lines(strings.Join(p.Names, "\n"))
	if err := p.check(); err != nil {
		return Party{}, err
	}
	if !who.empty() && !p.Human() {
		return Party{}, wrong("real", "Only a person has sealed names.")
	}
	err := r.write(ctx, by, func(tx Store) error {
		had, err := tx.Party(ctx, p.ID)
		if err == nil {
			p = had
			return mine(had.By, by)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		p, err = keep(ctx, tx, by, p, who)
		return err
	})
	return p, err
}

// keep adds a party; a person gets a safe, and the leak guard is told.
func keep(ctx context.Context, tx Store, by staff.Actor, p Party, who Identity) (Party, error) {
	if p.Human() {
		p.Safe = p.ID
	}
	if err := tx.AddParty(ctx, p); err != nil {
		return p, err
	}
	if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.added", Subject: p.ID, Scope: p.Safe}); err != nil {
		return p, err
	}
	if !p.Human() {
		return p, nil
	}
	box, err := newSafe(ctx, tx, p.Safe, by.Member)
	if err != nil {
		return p, err
	}
	if !who.empty() {
		if err := seal(ctx, tx, box, Sealed{Party: p.ID, Version: 1, By: by.ID, At: p.At}, who); err != nil {
			return p, err
		}
	}
	return p, watch(ctx, tx, p, who)
}

// mine answers a Conflict when an id that a form brought is somebody else's.
func mine(author string, by staff.Actor) error {
	if author != by.ID {
		return fault.New(fault.Conflict, "This was kept already. Load the page again.")
	}
	return nil
}

// newSafe makes a party's safe for every documenter.
func newSafe(ctx context.Context, tx Store, id string, by staff.Member) (safe.Safe, error) {
	members, err := tx.Members(ctx)
	if err != nil {
		return safe.Safe{}, err
	}
	to := staff.With(members, staff.Documenter)
	if !slices.ContainsFunc(to, func(m staff.Member) bool { return m.ID == by.ID }) {
		to = append(to, by)
	}
	return safe.Make(ctx, tx, id, to...)
}

const namesLabel = "party.names"

func seal(ctx context.Context, tx Store, box safe.Safe, s Sealed, who Identity) error {
	b, err := json.Marshal(who)
	if err != nil {
		return err
	}
	s.Sealed = box.Put(namesLabel, b)
	return tx.AddNames(ctx, s)
}

// watch has the leak guard stop a person's pseudonym and whatever identifies them,
// but not the name by which they may be named.
func watch(ctx context.Context, tx Store, p Party, who Identity) error {
	if !p.Human() {
		return nil
	}
	tell := func(kind, term string) error {
		if strings.EqualFold(term, p.Published) {
			return nil
		}
		return tx.WatchTerm(ctx, p.ID, kind, term)
	}
	if err := tell("pseudonym", p.Called); err != nil {
		return err
	}
	for _, n := range who.Names {
		if err := tell("name", n); err != nil {
			return err
		}
	}
	for _, o := range who.Other {
		if err := tell(termKind(o), o); err != nil {
			return err
		}
	}
	return tell("facts", factText(p, who))
}

// termKind guesses what a line is that identifies somebody.
func termKind(s string) string {
	digits := 0
	for _, c := range s {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	switch {
	case strings.Contains(s, "@"):
		return "email"
	case digits >= 6:
		return "phone"
	case digits > 0:
		return "address"
	}
	return "name"
}

// open opens a party's safe; without a grant it is as if there were none.
func open(ctx context.Context, tx Store, by staff.Actor, p Party) (safe.Safe, error) {
	if p.Safe == "" {
		return safe.Safe{}, fault.Missing()
	}
	return safe.For(ctx, tx, by, p.Safe)
}

// newest opens the newest names; empty when none were kept.
func newest(ctx context.Context, tx Store, box safe.Safe, party string) (who Identity, version int, err error) {
	all, err := tx.NamesOf(ctx, party)
	if err != nil || len(all) == 0 {
		return who, 0, err
	}
	last := all[len(all)-1]
	plain, err := box.Take(namesLabel, last.Sealed)
	if err != nil {
		return who, 0, err
	}
	return who, last.Version, json.Unmarshal(plain, &who)
}

// Names opens who a party is. The reading goes into the ledger; to a member without
// a grant it is as if there were none.
func (r *Registry) Names(ctx context.Context, by staff.Actor, party string) (who Identity, version int, err error) {
	err = r.write(ctx, by, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		box, err := open(ctx, tx, by, p)
		if err != nil {
			return err
		}
		if who, version, err = newest(ctx, tx, box, party); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.names-read", Subject: party, Scope: p.Safe})
	})
	return who, version, err
}

// SealNames keeps who a party is, as a new edition; the earlier ones stay sealed beside it.
func (r *Registry) SealNames(ctx context.Context, by staff.Actor, party string, seen int, who Identity) error {
	if len(who.Names) == 0 {
		return wrong("real", "Write at least one name, or destroy the names.")
	}
	return r.write(ctx, by, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		box, err := open(ctx, tx, by, p)
		if err != nil {
			return err
		}
		was, version, err := newest(ctx, tx, box, party)
		if err != nil {
			return err
		}
		if slices.Equal(was.Names, who.Names) && slices.Equal(was.Other, who.Other) {
			return nil
		}
		if version != seen {
			return fault.New(fault.Conflict, record.ChangedMeanwhile)
		}
		if err := seal(ctx, tx, box, Sealed{Party: party, Version: version + 1, By: by.ID, At: r.Clock.Now()}, who); err != nil {
			return err
		}
		if err := watch(ctx, tx, p, who); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.names-sealed", Subject: party, Scope: p.Safe, Detail: struct{ Version int }{version + 1}})
	})
}

// AmendParty corrects what stands in plain. When another name may be published, or
// none any more, the leak guard is told anew; that needs the key to the names.
func (r *Registry) AmendParty(ctx context.Context, by staff.Actor, p Party, seen int, reason string) error {
	p.Names = Lines(strings.Join(p.Names, "\n"))
	return r.write(ctx, by, func(tx Store) error {
		was, err := tx.Party(ctx, p.ID)
		if err != nil {
			return err
		}
		p.Version, p.Safe, p.Root, p.By, p.At = was.Version, was.Safe, was.Root, was.By, was.At
		if p.Human() != was.Human() {
			return wrong("kind", "A person stays a person. Add another party.")
		}
		if err := p.check(); err != nil {
			return err
		}
		save, err := record.Correct(ctx, tx, record.Edition{By: was.By, At: was.At}, record.Edition{Subject: p.ID, Reason: reason, By: by.ID, At: r.Clock.Now()}, seen, was, p)
		if err != nil || !save {
			return err
		}
		p.Version = seen + 1
		if err := tx.SaveParty(ctx, p); err != nil {
			return err
		}
		if was.Published != "" && was.Published != p.Published {
			if err := tx.WatchTerm(ctx, p.ID, "name", was.Published); err != nil {
				return err
			}
		}
		if p.Published != "" && was.Published != p.Published {
			return rewatch(ctx, tx, by, p)
		}
		return watch(ctx, tx, p, Identity{})
	})
}

// rewatch tells the leak guard anew what it must stop. A name that may be published
// now must go from what it stops, and it knows fingerprints only.
func rewatch(ctx context.Context, tx Store, by staff.Actor, p Party) error {
	if !p.Human() {
		return nil
	}
	box, err := open(ctx, tx, by, p)
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Denied, "The names of this person are sealed from you. Somebody who can open them must change how the person is called.")
	}
	if err != nil {
		return err
	}
	all, err := tx.NamesOf(ctx, p.ID)
	if err != nil {
		return err
	}
	if err := tx.ForgetTerms(ctx, p.ID); err != nil {
		return err
	}
	for _, s := range all {
		plain, err := box.Take(namesLabel, s.Sealed)
		if err != nil {
			return err
		}
		var who Identity
		if err := json.Unmarshal(plain, &who); err != nil {
			return err
		}
		if err := watch(ctx, tx, p, who); err != nil {
			return err
		}
	}
	if err := watch(ctx, tx, p, Identity{}); err != nil {
		return err
	}
	// The pseudonyms of before are still in our papers.
	editions, err := tx.EditionsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, e := range editions {
		var old Party
		if err := json.Unmarshal(e.Body, &old); err != nil {
			return err
		}
		old.ID, old.Published = p.ID, p.Published
		if err := watch(ctx, tx, old, Identity{}); err != nil {
			return err
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.names-read", Subject: p.ID, Scope: p.Safe})
}

// Destroy makes the names unreadable for everybody and for ever, as when a person
// takes back their consent. The party stays under its
// pseudonym; a name that was published is taken back by a correction, and by removing the publication.
func (r *Registry) Destroy(ctx context.Context, by staff.Actor, party, reason string) error {
	if !said(reason) {
		return wrong("reason", "Write why. Another person will read it.")
	}
	return r.write(ctx, by, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		if p.Safe == "" {
			return fault.Missing()
		}
		grants, err := tx.Grants(ctx, p.Safe)
		if err != nil {
			return err
		}
		for _, g := range grants {
			if err := tx.RemoveGrant(ctx, g.Safe, g.Member); err != nil {
				return err
			}
		}
		if err := tx.ShredLedger(ctx, p.Safe); err != nil {
			return err
		}
		r.forgetParty(party)
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.names-destroyed", Subject: party})
	})
}

// Renew gives a party's safe a new key when somebody who could open it has left.
func (r *Registry) Renew(ctx context.Context, by staff.Actor, party string) error {
	return r.Within(ctx, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		box, err := open(ctx, tx, by, p)
		if err != nil {
			return err
		}
		all, err := tx.NamesOf(ctx, party)
		if err != nil {
			return err
		}
		var cells []safe.Cell
		for _, s := range all {
			cells = append(cells, safe.Cell{Label: namesLabel, Sealed: s.Sealed, Keep: func(to safe.Sealed) error { return tx.ResealNames(ctx, party, s.Version, to) }})
		}
		changed, err := safe.Rekey(ctx, tx, box, cells)
		if err != nil || !changed {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "safe.renewed", Subject: party, Scope: p.Safe})
	})
}
