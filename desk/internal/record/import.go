package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Import says that a file was taken in.
type Import struct {
	Hash string // SHA-256 of its bytes
	Name string // its scenario's name
	By   string
	At   time.Time
}

// Account is a published account of money, kept as it was published.
type Account struct {
	ID       string
	Incident string
	Money    scenario.Money
}

// Imported is what an import did.
type Imported struct {
	Already  bool     // the same bytes were imported before: nothing was done
	Incident Incident // to which the facts belong
	Claims   []Claim
	Counts   map[string]int // by kind of row
}

// Import takes a whole document in, or nothing of it. The same bytes a second
// time change nothing; other bytes under a name that was imported are refused,
// because what was recorded is never changed.
func (a *Archive) Import(ctx context.Context, by staff.Actor, d scenario.Document) (out Imported, err error) {
	if err := by.Must(staff.Documenter, staff.Analyst, staff.Security); err != nil {
		return Imported{}, err
	}
	err = a.within(ctx, func(tx Store) error {
		out, err = a.ImportIn(ctx, tx, by.ID, d)
		return err
	})
	return out, err
}

// ImportIn is Import within a transaction of a room above; by is a member's id or ledger.Desk.
func (a *Archive) ImportIn(ctx context.Context, tx Store, by string, d scenario.Document) (Imported, error) {
	done, err := tx.Imports(ctx)
	if err != nil {
		return Imported{}, err
	}
	for _, i := range done {
		if i.Hash == d.Hash {
			return Imported{Already: true}, nil
		}
		if i.Name == d.Name {
			return Imported{}, fault.New(fault.Conflict, "Another file was imported under this scenario's name. Give the scenario a new name: what was imported is never changed.")
		}
	}
	m := &intake{ctx: ctx, tx: tx, by: by, at: a.clock.Now(), doc: d, sources: map[string]Source{}, items: map[string]string{}, claims: map[string]string{}}
	m.out.Counts = map[string]int{}
	if err := m.run(); err != nil {
		return Imported{}, err
	}
	if err := tx.AddImport(ctx, Import{Hash: d.Hash, Name: d.Name, By: by, At: m.at}); err != nil {
		return Imported{}, err
	}
	return m.out, tx.Append(ctx, ledger.Entry{Actor: by, Action: "scenario.imported", Subject: m.out.Incident.ID, Detail: struct{ Hash string }{d.Hash}})
}

// intake is one import under way.
type intake struct {
	ctx     context.Context
	tx      Store
	by      string
	at      time.Time
	doc     scenario.Document
	out     Imported
	sources map[string]Source // by key
	items   map[string]string // by source and date
	claims  map[string]string // ids by key
}

func (m *intake) run() error {
	for _, step := range []func() error{m.incident, m.allSources, m.allClaims, m.allLinks, m.allStatements, m.allCounts, m.allFacts} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (m *intake) incident() error {
	s := m.doc.Situation
	if s.Title == "" { // later facts belong to the one emergency that is known
		all, err := m.tx.Incidents(m.ctx)
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return fault.New(fault.Conflict, "The file says nothing of its situation, and there is not exactly one incident to which it could belong. Add \"situation\" to the file.")
		}
		m.out.Incident = all[0]
		return nil
	}
	i := Incident{ID: ids.New("incident"), Key: m.doc.Name, Title: s.Title, Place: s.Place, PlaceRough: true, Span: edtf.Date("../" + m.doc.AsOf),
		Narrative: "Assessment on " + string(m.doc.AsOf) + ": " + s.Assessment, Historical: m.doc.Historical, By: m.by, At: m.at}
	if len(s.Threats) > 0 {
		i.Narrative += ". Threats from: " + strings.Join(s.Threats, ", ")
	}
	m.out.Incident = i
	m.out.Counts["incidents"]++
	if err := addIncident(m.ctx, m.tx, i); err != nil {
		return err
	}
	seen := map[Act]bool{}
	for _, c := range m.doc.Claims {
		act := Act(c.Act)
		if seen[act] {
			continue
		}
		seen[act] = true
		d := Deed{ID: ids.New("deed"), Incident: i.ID, Act: act, Attribution: c.Perpetrator, Motive: c.Motive, By: m.by, At: m.at}
		if err := addDeed(m.ctx, m.tx, d); err != nil {
			return err
		}
		m.out.Counts["acts"]++
	}
	return nil
}

var kinds = map[string]SourceKind{"media": Media, "unnamed group": UnnamedGroup, "ngo": Organisation, "authority": Authority, "person": PersonSource, "document": Document, "open web": OpenWeb}

func (m *intake) allSources() error {
	for _, s := range m.doc.Sources {
		if _, err := m.source(s.Key, s.Name, kinds[s.Kind], s.Place, s.Group); err != nil {
			return err
		}
	}
	return nil
}

// source finds or adds a source by key. A person's name in a file is taken as a
// pseudonym and is never named in public.
func (m *intake) source(key, name string, kind SourceKind, place, group string) (Source, error) {
	s, err := m.tx.SourceByKey(m.ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		s = Source{ID: ids.New("source"), Key: key, Name: name, Kind: kind, Place: place, Reliability: "F", Group: group,
			Named: kind != PersonSource && kind != UnnamedGroup, Received: m.at}
		if s.Group == "" {
			s.Group = key
		}
		m.out.Counts["sources"]++
		err = addSource(m.ctx, m.tx, m.by, s)
	} else if err == nil && s.Name != name {
		err = fault.New(fault.Conflict, "The file calls a source by a key under which another source is known. Change the key in the file.")
	}
	m.sources[key] = s
	return s, err
}

// item returns the item that stands for what a source said on a date.
func (m *intake) item(s Source, date edtf.Date) (string, error) {
	if id, ok := m.items[s.ID+string(date)]; ok {
		return id, nil
	}
	i := Item{ID: ids.New("item"), Source: s.ID, Title: fmt.Sprintf("%s, %s", s.Name, strings.TrimSuffix(string(date), "/..")), Material: Restated, Dated: date, Received: m.at,
		How: "restated from the scenario file " + m.doc.Name, By: m.by}
	m.items[s.ID+string(date)] = i.ID
	m.out.Counts["items"]++
	return i.ID, addItem(m.ctx, m.tx, m.by, i)
}

func (m *intake) claim(key string, s Source, date edtf.Date, c Claim) error {
	item, err := m.item(s, date)
	if err != nil {
		return err
	}
	c.ID, c.Key, c.Item, c.Source, c.Incident = ids.New("claim"), m.doc.Name+"/"+key, item, s.ID, m.out.Incident.ID
	c.Hand, c.Asserted, c.By, c.At = Relayed, date, m.by, m.at
	m.claims[key] = c.ID
	m.out.Claims = append(m.out.Claims, c)
	m.out.Counts["claims"]++
	return addClaim(m.ctx, m.tx, m.by, c)
}

func (m *intake) allClaims() error {
	for _, c := range m.doc.Claims {
		unit := Unit(c.Unit)
		if unit == "" {
			unit = Persons
		}
		err := m.claim(c.Key, m.sources[c.Source], c.Date, Claim{Locator: fmt.Sprintf("line %d", c.Line), Act: Act(c.Act), Status: Act(c.Act).Status(),
			Counts: c.Counts, Unit: unit, Bound: c.Bound, Perpetrator: c.Perpetrator, Motive: c.Motive})
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *intake) allLinks() error {
	for _, c := range m.doc.Claims {
		if c.Confirms == "" {
			continue
		}
		m.out.Counts["links"]++
		if err := addLink(m.ctx, m.tx, Link{From: m.claims[c.Key], Kind: Confirms, To: m.claims[c.Confirms], By: m.by, At: m.at}); err != nil {
			return err
		}
	}
	return nil
}

func (m *intake) allStatements() error {
	for _, s := range m.doc.Statements {
		st := Statement{ID: ids.New("statement"), Key: m.doc.Name + "/" + s.Key, Source: m.sources[s.By].ID, Speaker: m.sources[s.By].Name,
			Dated: s.Date, Also: s.Also, Incident: m.out.Incident.ID, By: m.by, At: m.at}
		st.Kind, st.Summary = speeches[s.Kind].kind, speeches[s.Kind].summary
		for _, k := range s.Contradicts {
			st.Contradicts = append(st.Contradicts, m.claims[k])
		}
		for _, k := range s.Supports {
			st.Supports = append(st.Supports, m.claims[k])
		}
		m.out.Counts["statements"]++
		if err := addStatement(m.ctx, m.tx, st); err != nil {
			return err
		}
	}
	return nil
}

// speeches maps the file's words to kinds, with a summary that says no more than the word does.
var speeches = map[string]struct {
	kind    StatementKind
	summary string
}{
	"denial":                  {Denial, "Denies what is reported."},
	"admission":               {Admission, "Admits what is reported."},
	"incitement":              {Incitement, "Incites against those concerned."},
	"condemnation":            {Condemnation, "Condemns what is reported."},
	"promise":                 {Promise, "Promises to act."},
	"call for accountability": {CallFor, "Calls for those responsible to be held to account."},
	"warning against anti-Muslim, racist and anti-Russian use of the crisis": {Warning, "Warns against anti-Muslim, racist and anti-Russian use of the crisis."},
}

// Summaries lists the summaries that an import writes, for translation.
func Summaries() []string {
	var out []string
	for _, s := range speeches {
		out = append(out, s.summary)
	}
	slices.Sort(out)
	return out
}

var helpStatus = map[string]Status{
	"people who asked for help": AskedHelp, "people supported": Supported, "people with whom contact was lost": LostContact,
	"people evacuated": Evacuated, "people who left the country": LeftCountry,
}

func (m *intake) allCounts() error {
	for n, c := range m.doc.Counts {
		s, err := m.named(c.Source)
		if err != nil {
			return err
		}
		// The file says until when was counted, not when it was said: some day from then on.
		err = m.claim(fmt.Sprintf("counts[%d]", n), s, edtf.Date(c.Date+"/.."), Claim{Locator: fmt.Sprintf("line %d", c.Line), Status: helpStatus[c.What],
			Counts: true, Unit: Persons, Bound: c.Bound, Counted: edtf.Of(c.Date)})
		if err != nil {
			return err
		}
	}
	return nil
}

// named finds or adds the source that a file knows only by its name. A name that
// begins with the name of a known source is that source's own publication and
// shares its origin.
func (m *intake) named(name string) (Source, error) {
	all, err := m.tx.Sources(m.ctx)
	if err != nil {
		return Source{}, err
	}
	kind, group := Document, ""
	for _, s := range all {
		if s.Kind == Organisation && strings.HasPrefix(name, s.Name) {
			kind, group = Organisation, s.Group
		}
	}
	if name == "press" {
		kind = Media
	}
	return m.source("name/"+name, name, kind, "", group)
}

func (m *intake) allFacts() error {
	var all []Milestone
	for _, h := range m.doc.Help {
		all = append(all, Milestone{Dated: h.Date, Event: h.Event, Source: h.Source})
	}
	for n, r := range m.doc.Results {
		all = append(all, Milestone{Dated: r.Date, Event: r.What, By: r.By, Result: true})
		if r.Kind == "denial" {
			s := Statement{ID: ids.New("statement"), Key: fmt.Sprintf("%s/results[%d]", m.doc.Name, n), Speaker: strings.Join(r.By, ", "), Kind: Denial,
				Dated: r.Date, Summary: r.What, Incident: m.out.Incident.ID, By: m.by, At: m.at}
			m.out.Counts["statements"]++
			if err := addStatement(m.ctx, m.tx, s); err != nil {
				return err
			}
		}
	}
	for _, f := range all {
		f.ID, f.Incident = ids.New("milestone"), m.out.Incident.ID
		m.out.Counts["milestones"]++
		if err := m.tx.AddMilestone(m.ctx, f); err != nil {
			return err
		}
	}
	if m.doc.Money.Currency == "" {
		return nil
	}
	m.out.Counts["accounts"]++
	return m.tx.AddAccount(m.ctx, Account{ID: ids.New("account"), Incident: m.out.Incident.ID, Money: m.doc.Money})
}
