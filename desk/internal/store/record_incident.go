package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

const incidentColumns = `id, key, title, place, rough, span, wave, narrative, historical, by_member, at_us`

func scanIncident(r scanner) (record.Incident, error) {
	var i record.Incident
	var at int64
	err := r.Scan(&i.ID, &i.Key, &i.Title, &i.Place, &i.PlaceRough, &i.Span, &i.Wave, &i.Narrative, &i.Historical, &i.By, &at)
	i.Key, i.At = keyBack(i.Key, i.ID), clock.FromMicros(at)
	return i, err
}

// AddIncident adds an incident.
func (t *Tx) AddIncident(ctx context.Context, i record.Incident) error {
	if err := t.insert(ctx, "There is an incident with this key already.", `INSERT INTO incident (`+incidentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		i.ID, keyOr(i.Key, i.ID), i.Title, i.Place, truth(i.PlaceRough), i.Span, i.Wave, i.Narrative, truth(i.Historical), i.By, clock.Micros(i.At)); err != nil {
		return err
	}
	return t.findIncident(ctx, i)
}

// Incident returns one incident.
func (t *Tx) Incident(ctx context.Context, id string) (record.Incident, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+incidentColumns+` FROM incident WHERE id = $1`, id), scanIncident)
}

// IncidentsAmong lists those of some incidents that there are, in no order.
func (t *Tx) IncidentsAmong(ctx context.Context, ids []string) ([]record.Incident, error) {
	return all(ctx, t, scanIncident, `SELECT `+incidentColumns+` FROM incident WHERE id IN (SELECT value FROM json_each($1))`, among(ids))
}

// Incidents lists incidents, the newest first.
func (t *Tx) Incidents(ctx context.Context) ([]record.Incident, error) {
	return all(ctx, t, scanIncident, `SELECT `+incidentColumns+` FROM incident ORDER BY at_us DESC, id`)
}

// LastIncidents lists the newest incidents, at most so many.
func (t *Tx) LastIncidents(ctx context.Context, most int) ([]record.Incident, error) {
	return all(ctx, t, scanIncident, `SELECT `+incidentColumns+` FROM incident ORDER BY at_us DESC, id LIMIT $1`, most)
}

const deedColumns = `id, incident, act, attribution, motive, by_member, at_us`

func scanDeed(r scanner) (record.Deed, error) {
	var d record.Deed
	var at int64
	err := r.Scan(&d.ID, &d.Incident, &d.Act, &d.Attribution, &d.Motive, &d.By, &at)
	d.At = clock.FromMicros(at)
	return d, err
}

// AddDeed adds an act to an incident.
func (t *Tx) AddDeed(ctx context.Context, d record.Deed) error {
	return t.insert(ctx, "The incident has this act already.", `INSERT INTO deed (`+deedColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.ID, d.Incident, d.Act, d.Attribution, d.Motive, d.By, clock.Micros(d.At))
}

// Deed returns one act of an incident.
func (t *Tx) Deed(ctx context.Context, id string) (record.Deed, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+deedColumns+` FROM deed WHERE id = $1`, id), scanDeed)
}

// Deeds lists the acts of an incident in the order of their entry.
func (t *Tx) Deeds(ctx context.Context, incident string) ([]record.Deed, error) {
	return all(ctx, t, scanDeed, `SELECT `+deedColumns+` FROM deed WHERE incident = $1 ORDER BY rowid`, incident)
}

const statementColumns = `id, key, source, speaker, kind, dated, quote, summary, also, incident, by_member, at_us`

func scanStatement(r scanner) (record.Statement, error) {
	var s record.Statement
	var at int64
	var also string
	err := r.Scan(&s.ID, &s.Key, &s.Source, &s.Speaker, &s.Kind, &s.Dated, &s.Quote, &s.Summary, &also, &s.Incident, &s.By, &at)
	s.Key, s.At = keyBack(s.Key, s.ID), clock.FromMicros(at)
	if err == nil {
		err = json.Unmarshal([]byte(also), &s.Also)
	}
	return s, err
}

// AddStatement adds a statement with its links.
func (t *Tx) AddStatement(ctx context.Context, s record.Statement) error {
	also, err := json.Marshal(s.Also)
	if err != nil {
		return err
	}
	err = t.insert(ctx, "There is a statement with this key already.", `INSERT INTO statement (`+statementColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, keyOr(s.Key, s.ID), s.Source, s.Speaker, s.Kind, s.Dated, s.Quote, s.Summary, string(also), s.Incident, s.By, clock.Micros(s.At))
	if err != nil {
		return err
	}
	if err := t.putStatementLinks(ctx, s); err != nil {
		return err
	}
	return t.findStatement(ctx, s)
}

// Statement returns one statement with its links.
func (t *Tx) Statement(ctx context.Context, id string) (record.Statement, error) {
	s, err := one(t.q.QueryRow(ctx, `SELECT `+statementColumns+` FROM statement WHERE id = $1`, id), scanStatement)
	if err != nil {
		return s, err
	}
	return s, t.linkStatement(ctx, &s)
}

func (t *Tx) linkStatement(ctx context.Context, s *record.Statement) error {
	for kind, to := range map[record.LinkKind]*[]string{record.Contradicts: &s.Contradicts, record.Supports: &s.Supports} {
		var err error
		*to, err = all(ctx, t, func(r scanner) (string, error) {
			var id string
			err := r.Scan(&id)
			return id, err
		}, `SELECT l.claim FROM statement_link l JOIN claim c ON c.id = l.claim WHERE l.statement = $1 AND l.kind = $2 ORDER BY c.rowid`, s.ID, kind)
		if err != nil {
			return err
		}
	}
	return nil
}

// Statements lists statements by date.
func (t *Tx) Statements(ctx context.Context) ([]record.Statement, error) {
	return t.statements(ctx, `SELECT `+statementColumns+` FROM statement ORDER BY dated, rowid`)
}

// StatementsOn lists the statements that contradict or support any of the claims,
// by date; one that does neither is not among them.
func (t *Tx) StatementsOn(ctx context.Context, claims ...string) ([]record.Statement, error) {
	return t.statements(ctx, `SELECT `+statementColumns+` FROM statement WHERE id IN (SELECT statement FROM statement_link WHERE claim IN (SELECT value FROM json_each($1))) ORDER BY dated, rowid`, among(claims))
}

// StatementsIn lists the statements of an incident by date.
func (t *Tx) StatementsIn(ctx context.Context, incident string) ([]record.Statement, error) {
	return t.statements(ctx, `SELECT `+statementColumns+` FROM statement WHERE incident = $1 ORDER BY dated, rowid`, incident)
}

// StatementsFrom lists statements by date, the newest first, from one on.
func (t *Tx) StatementsFrom(ctx context.Context, from, limit int) ([]record.Statement, error) {
	return t.statements(ctx, `SELECT `+statementColumns+` FROM statement ORDER BY dated DESC, rowid DESC LIMIT $1 OFFSET $2`, limit, from)
}

// statements lists statements with their links, in two queries however many there are.
func (t *Tx) statements(ctx context.Context, q string, args ...any) ([]record.Statement, error) {
	list, err := all(ctx, t, scanStatement, q, args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	ids, at := make([]string, len(list)), map[string]*record.Statement{}
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	_, err = all(ctx, t, func(r scanner) (struct{}, error) {
		var statement, claim string
		var kind record.LinkKind
		err := r.Scan(&statement, &kind, &claim)
		if s := at[statement]; kind == record.Contradicts {
			s.Contradicts = append(s.Contradicts, claim)
		} else if kind == record.Supports {
			s.Supports = append(s.Supports, claim)
		}
		return struct{}{}, err
	}, `SELECT l.statement, l.kind, l.claim FROM statement_link l JOIN claim c ON c.id = l.claim WHERE l.statement IN (SELECT value FROM json_each($1)) ORDER BY l.statement, c.rowid`, among(ids))
	return list, err
}

const milestoneColumns = `id, incident, dated, event, by_whom, source, result`

// AddMilestone adds a dated fact of the response.
func (t *Tx) AddMilestone(ctx context.Context, m record.Milestone) error {
	by, err := json.Marshal(m.By)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO milestone (`+milestoneColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`, m.ID, m.Incident, m.Dated, m.Event, string(by), m.Source, truth(m.Result))
	return err
}

// Milestones lists the dated facts of an incident's response.
func (t *Tx) Milestones(ctx context.Context, incident string) ([]record.Milestone, error) {
	return all(ctx, t, func(r scanner) (record.Milestone, error) {
		var m record.Milestone
		var by string
		err := r.Scan(&m.ID, &m.Incident, &m.Dated, &m.Event, &by, &m.Source, &m.Result)
		if err == nil {
			err = json.Unmarshal([]byte(by), &m.By)
		}
		return m, err
	}, `SELECT `+milestoneColumns+` FROM milestone WHERE incident = $1 ORDER BY dated, rowid`, incident)
}

// AddAccount adds a published account of money.
func (t *Tx) AddAccount(ctx context.Context, a record.Account) error {
	body, err := json.Marshal(a.Money)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO account (id, incident, body) VALUES ($1, $2, $3)`, a.ID, a.Incident, string(body))
	return err
}

// Accounts lists an incident's accounts.
func (t *Tx) Accounts(ctx context.Context, incident string) ([]record.Account, error) {
	return all(ctx, t, func(r scanner) (record.Account, error) {
		var a record.Account
		var body string
		err := r.Scan(&a.ID, &a.Incident, &body)
		if err == nil {
			err = json.Unmarshal([]byte(body), &a.Money)
		}
		return a, err
	}, `SELECT id, incident, body FROM account WHERE incident = $1 ORDER BY rowid`, incident)
}

// AddImport notes that a file was taken in.
func (t *Tx) AddImport(ctx context.Context, i record.Import) error {
	return t.insert(ctx, "This file was imported already.", `INSERT INTO scenario_import (hash, name, by_member, at_us) VALUES ($1, $2, $3, $4)`, i.Hash, i.Name, i.By, clock.Micros(i.At))
}

// Imports lists the files that were taken in, the oldest first.
func (t *Tx) Imports(ctx context.Context) ([]record.Import, error) {
	return all(ctx, t, func(r scanner) (record.Import, error) {
		var i record.Import
		var at int64
		err := r.Scan(&i.Hash, &i.Name, &i.By, &at)
		i.At = clock.FromMicros(at)
		return i, err
	}, `SELECT hash, name, by_member, at_us FROM scenario_import ORDER BY at_us, rowid`)
}
