package record

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/fault"
)

// Table is a kind of rows that come in and go out as CSV or XLSX.
type Table string

// The tables.
const (
	SourceTable   Table = "sources"
	IncidentTable Table = "incidents"
	ClaimTable    Table = "claims"
)

// Tables lists them.
func Tables() []Table { return []Table{SourceTable, IncidentTable, ClaimTable} }

// Columns of a table, in their order. A row without an id is a new one.
func (t Table) Columns() []string {
	switch t {
	case SourceTable:
		return []string{"id", "name", "kind", "place", "reliability", "origin", "named"}
	case IncidentTable:
		return []string{"id", "title", "place", "span", "wave", "narrative"}
	case ClaimTable:
		return []string{"id", "item", "incident", "status", "bound", "value", "to", "unit", "hand", "asserted", "counted", "population", "perpetrator", "motive", "verbatim", "translation", "sealed"}
	}
	return nil
}

// RowError is one thing that is wrong with a table.
type RowError = table.Wrong

// TableReport is what a table did, or would do.
type TableReport struct {
	Created, Changed, Same int
	Wrong                  []RowError // when there are any, nothing was kept
}

// errUndo ends a transaction of which nothing is to be kept.
var errUndo = errors.New("record: nothing is to be kept")

// TakeTable takes a table in: rows without an id are created; a source with an id
// gets another reliability, origin or leave to be named; a claim with an id and
// other content becomes a new claim that takes the place of the old one; what is
// as it was stays so. All of it or nothing: every wrong row is named. With try
// nothing is kept and the report says what would be.
func (a *Archive) TakeTable(ctx context.Context, by staff.Actor, t Table, text []byte, try bool) (r TableReport, err error) {
	if t.Columns() == nil {
		return r, wrong("table", "Choose what the rows are.")
	}
	rows, bad := table.Read(text, t.Columns())
	if len(bad) > 0 {
		return TableReport{Wrong: bad}, nil
	}
	err = a.write(ctx, by, func(tx Store) error {
		r = TableReport{}
		for _, row := range rows {
			err := a.takeRow(ctx, tx, by, t, row, &r)
			var f *fault.Error
			switch {
			case err == nil:
			case !errors.As(err, &f) || f.Kind == fault.Internal:
				return err
			case len(f.Fields) > 0:
				for _, x := range f.Fields {
					r.Wrong = append(r.Wrong, RowError{Line: row.Line, Column: x.Name, What: x.Message})
				}
			default:
				r.Wrong = append(r.Wrong, RowError{Line: row.Line, What: f.Message})
			}
		}
		if try || len(r.Wrong) > 0 {
			return errUndo
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "record.table-taken", Subject: string(t), Detail: struct{ Created, Changed, Same int }{r.Created, r.Changed, r.Same}})
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return r, err
}

func (a *Archive) takeRow(ctx context.Context, tx Store, by staff.Actor, t Table, row table.Row, r *TableReport) error {
	switch t {
	case SourceTable:
		return a.takeSource(ctx, tx, by, row, r)
	case IncidentTable:
		return a.takeIncident(ctx, tx, by, row, r)
	}
	return a.takeClaim(ctx, tx, by, row, r)
}

func (a *Archive) takeSource(ctx context.Context, tx Store, by staff.Actor, row table.Row, r *TableReport) error {
	named, ok := map[string]bool{"yes": true, "no": false, "": false}[row.Get("named")]
	if !ok {
		return wrong("named", "Write yes or no.")
	}
	s := Source{Name: row.Get("name"), Kind: SourceKind(row.Get("kind")), Place: row.Get("place"), Reliability: Reliability(row.Get("reliability")), Group: row.Get("origin"), Named: named}
	if row.Get("id") == "" {
		r.Created++
		_, err := a.addSourceIn(ctx, tx, by, s, "")
		return err
	}
	old, err := tx.Source(ctx, row.Get("id"))
	if err != nil {
		return wrong("id", "There is nothing with this id.")
	}
	if s.Name != old.Name || s.Kind != old.Kind || s.Place != old.Place {
		return wrong("name", "Name, kind and place of a source are not changed by a table.")
	}
	if s.Group == "" {
		s.Group = old.ID
	}
	if s.Reliability == old.Reliability && s.Group == old.Group && s.Named == old.Named {
		r.Same++
		return nil
	}
	r.Changed++
	was := old.Reliability
	regrouped := s.Group != old.Group
	old.Reliability, old.Group, old.Named = s.Reliability, s.Group, s.Named
	if err := old.check(); err != nil {
		return err
	}
	if err := tx.SaveSource(ctx, old); err != nil {
		return err
	}
	if err := watchSource(ctx, tx, old, ""); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "source.rated", Subject: old.ID, Scope: old.Safe, Detail: struct {
		From, To  Reliability
		Regrouped bool
	}{was, old.Reliability, regrouped}})
}

func (a *Archive) takeIncident(ctx context.Context, tx Store, by staff.Actor, row table.Row, r *TableReport) error {
	i := Incident{Title: row.Get("title"), Place: row.Get("place"), PlaceRough: true, Span: edtf.Date(row.Get("span")), Wave: row.Get("wave"), Narrative: row.Get("narrative")}
	if row.Get("id") == "" {
		r.Created++
		i, err := a.newIncident(by, i)
		if err != nil {
			return err
		}
		return addIncident(ctx, tx, i)
	}
	old, err := tx.Incident(ctx, row.Get("id"))
	if err != nil {
		return wrong("id", "There is nothing with this id.")
	}
	if i.Title != old.Title || i.Place != old.Place || i.Span != old.Span || i.Wave != old.Wave || table.Lines(i.Narrative) != table.Lines(old.Narrative) {
		return wrong("id", "An incident is not changed by a table. Leave its row as it was.")
	}
	r.Same++
	return nil
}

func (a *Archive) takeClaim(ctx context.Context, tx Store, by staff.Actor, row table.Row, r *TableReport) error {
	c, err := claimOf(row)
	if err != nil {
		return err
	}
	if c.Incident != "" {
		if _, err := tx.Incident(ctx, c.Incident); err != nil {
			return wrong("incident", "There is no such incident.")
		}
	}
	if i, err := tx.RecordItem(ctx, c.Item); err != nil || !i.Public() {
		return wrong("item", "There is no such item.")
	}
	id := row.Get("id")
	if id == "" {
		r.Created++
		_, err := a.addClaimIn(ctx, tx, by, c)
		return err
	}
	old, err := tx.Claim(ctx, id)
	if err != nil {
		return wrong("id", "There is nothing with this id.")
	}
	if slices.Equal(claimCells(old), claimCells(withOld(c, old))) {
		r.Same++
		return nil
	}
	if old.Safe != "" {
		return wrong("id", "The words of this claim are sealed. Make the new claim on the page of its item.")
	}
	one, err := Weigh(ctx, tx, []Claim{old})
	if err != nil {
		return err
	}
	if one[0].Superseded() != "" {
		return wrong("id", "A newer claim took its place. Change that one.")
	}
	r.Changed++
	if c, err = a.addClaimIn(ctx, tx, by, c); err != nil {
		return err
	}
	if c.Status != old.Status {
		return wrong("status", "The two claims count different things.")
	}
	return addLink(ctx, tx, Link{From: c.ID, Kind: Supersedes, To: old.ID, By: by.ID, At: c.At})
}

// withOld gives a row's claim what a row cannot say of the one it names.
func withOld(c, old Claim) Claim {
	c.ID, c.Safe = old.ID, old.Safe
	return c
}

func claimOf(row table.Row) (Claim, error) {
	c := Claim{Item: row.Get("item"), Incident: row.Get("incident"), Status: Status(row.Get("status")), Unit: Unit(row.Get("unit")), Hand: Hand(row.Get("hand")), Asserted: edtf.Date(row.Get("asserted")),
		Counted: edtf.Date(row.Get("counted")), Population: row.Get("population"), Perpetrator: row.Get("perpetrator"), Motive: row.Get("motive"), Verbatim: row.Get("verbatim"), Translation: row.Get("translation")}
	for _, act := range Acts() {
		if act.Status() == c.Status {
			c.Act = act
		}
	}
	var k fault.Check
	number := func(name string) int64 {
		if row.Get(name) == "" {
			return 0
		}
		n, err := strconv.ParseInt(row.Get(name), 10, 64)
		k.Field(err == nil && n >= 0, name, "Write a whole number, such as 12.")
		return n
	}
	if word := row.Get("bound"); word != "" {
		c.Counts, c.Bound = true, count.Bound{Word: count.Word(word), Value: number("value"), To: number("to")}
		k.Field(word == string(count.Unknown) || row.Get("value") != "", "value", "Write how many, or choose “number unknown”.")
	} else {
		k.Field(row.Get("value")+row.Get("to") == "", "bound", "Say how the number is meant: exactly, about, at least …")
	}
	if err := k.Err(); err != nil {
		return c, err
	}
	return c, c.Check()
}

// GiveTable writes a table: the same record gives the same bytes. Sealed words are
// not in it, and a claim that has them says so. That it went out stands in the ledger.
func (a *Archive) GiveTable(ctx context.Context, by staff.Actor, t Table, f table.Format) (out []byte, err error) {
	if t.Columns() == nil {
		return nil, wrong("table", "Choose what the rows are.")
	}
	err = a.write(ctx, by, func(tx Store) error {
		rows, err := tableRows(ctx, tx, t)
		if err != nil {
			return err
		}
		slices.SortFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
		if out, err = table.Write(f, string(t), t.Columns(), rows); err != nil {
			return fault.New(fault.Conflict, "A text is longer than a spreadsheet may hold. Take the table out as CSV.")
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "record.table-given", Subject: string(t), Detail: struct{ Rows int }{len(rows)}})
	})
	return out, err
}

func tableRows(ctx context.Context, tx Store, t Table) (rows [][]string, err error) {
	switch t {
	case SourceTable:
		all, err := tx.Sources(ctx)
		for _, s := range all {
			named := "no"
			if s.Named {
				named = "yes"
			}
			rows = append(rows, []string{s.ID, s.Name, string(s.Kind), s.Place, string(s.Reliability), s.Group, named})
		}
		return rows, err
	case IncidentTable:
		all, err := tx.Incidents(ctx)
		for _, i := range all {
			rows = append(rows, []string{i.ID, i.Title, i.Place, string(i.Span), i.Wave, i.Narrative})
		}
		return rows, err
	}
	all, err := tx.ClaimsWhere(ctx, Where{})
	for _, c := range all {
		rows = append(rows, claimCells(c))
	}
	return rows, err
}

func claimCells(c Claim) []string {
	bound, value, to, sealed := "", "", "", ""
	if c.Counts {
		bound = string(c.Bound.Word)
		if c.Bound.Word != count.Unknown {
			value = strconv.FormatInt(c.Bound.Value, 10)
		}
		if c.Bound.Word == count.Between {
			to = strconv.FormatInt(c.Bound.To, 10)
		}
	}
	if c.Safe != "" {
		sealed = "yes"
	}
	return []string{c.ID, c.Item, c.Incident, string(c.Status), bound, value, to, string(c.Unit), string(c.Hand), string(c.Asserted), string(c.Counted), c.Population, c.Perpetrator, c.Motive, table.Lines(c.Verbatim), table.Lines(c.Translation), sealed}
}
