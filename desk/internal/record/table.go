package record

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Table is a kind of rows that come in and go out as CSV.
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
type RowError struct {
	Line   int    // from 1, the head; 0: the whole
	Column string // "" for the row
	What   string // an English sentence, key of its translation
}

// TableReport is what a table did, or would do.
type TableReport struct {
	Created, Changed, Same int
	Wrong                  []RowError // when there are any, nothing was kept
}

// errUndo ends a transaction of which nothing is to be kept.
var errUndo = errors.New("record: nothing is to be kept")

// The most that one table may have.
const maxRows = 20_000

// TakeTable takes a table in: rows without an id are created; a source with an id
// gets another reliability, origin or leave to be named; a claim with an id and
// other content becomes a new claim that takes the place of the old one; what is
// as it was stays so. All of it or nothing: every wrong row is named. With try
// nothing is kept and the report says what would be.
func (a *Archive) TakeTable(ctx context.Context, by staff.Actor, t Table, text string, try bool) (r TableReport, err error) {
	if t.Columns() == nil {
		return r, wrong("table", "Choose what the rows are.")
	}
	rows, bad := readTable(t, text)
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
					r.Wrong = append(r.Wrong, RowError{row.line, x.Name, x.Message})
				}
			default:
				r.Wrong = append(r.Wrong, RowError{Line: row.line, What: f.Message})
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

// tableRow is one row by the names of its columns.
type tableRow struct {
	line  int
	cells map[string]string
}

func (r tableRow) get(name string) string { return r.cells[name] }

func readTable(t Table, text string) (rows []tableRow, bad []RowError) {
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	c.FieldsPerRecord = -1
	head, err := c.Read()
	if err != nil {
		return nil, []RowError{{1, "", "The first line must hold the names of the columns."}}
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
		if !slices.Contains(t.Columns(), head[i]) {
			bad = append(bad, RowError{1, head[i], "There is no such column in this table."})
		} else if slices.Index(head, head[i]) != i {
			bad = append(bad, RowError{1, head[i], "This column stands there twice."})
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, bad
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return rows, append(bad, RowError{syntax.Line, "", "The quotation marks of this row do not fit together; what follows cannot be read."})
		}
		line, _ := c.FieldPos(0)
		switch {
		case len(rows) == maxRows:
			return rows, append(bad, RowError{line, "", "The table is too long. Send it in parts of 20,000 rows."})
		case len(cells) != len(head):
			bad = append(bad, RowError{line, "", "The row has another number of fields than the head."})
			continue
		}
		row := tableRow{line, map[string]string{}}
		for i, cell := range cells {
			if !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError) {
				bad = append(bad, RowError{line, head[i], "The letters cannot be read. Save the table as UTF-8."})
			}
			row.cells[head[i]] = plainCell(cell)
		}
		rows = append(rows, row)
	}
}

// A cell that a spreadsheet would take for a formula gets an apostrophe, and loses it on the way in.
const risky = "=+-@\t\r'"

func safeCell(s string) string {
	if s != "" && strings.ContainsRune(risky, rune(s[0])) {
		return "'" + s
	}
	return s
}

func plainCell(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && strings.ContainsRune(risky, rune(rest[0])) {
		return rest
	}
	return s
}

func (a *Archive) takeRow(ctx context.Context, tx Store, by staff.Actor, t Table, row tableRow, r *TableReport) error {
	switch t {
	case SourceTable:
		return a.takeSource(ctx, tx, by, row, r)
	case IncidentTable:
		return a.takeIncident(ctx, tx, by, row, r)
	}
	return a.takeClaim(ctx, tx, by, row, r)
}

func (a *Archive) takeSource(ctx context.Context, tx Store, by staff.Actor, row tableRow, r *TableReport) error {
	named, ok := map[string]bool{"yes": true, "no": false, "": false}[row.get("named")]
	if !ok {
		return wrong("named", "Write yes or no.")
	}
	s := Source{Name: row.get("name"), Kind: SourceKind(row.get("kind")), Place: row.get("place"), Reliability: Reliability(row.get("reliability")), Group: row.get("origin"), Named: named}
	if row.get("id") == "" {
		r.Created++
		_, err := a.addSourceIn(ctx, tx, by, s, "")
		return err
	}
	old, err := tx.Source(ctx, row.get("id"))
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

func (a *Archive) takeIncident(ctx context.Context, tx Store, by staff.Actor, row tableRow, r *TableReport) error {
	i := Incident{Title: row.get("title"), Place: row.get("place"), PlaceRough: true, Span: edtf.Date(row.get("span")), Wave: row.get("wave"), Narrative: row.get("narrative")}
	if row.get("id") == "" {
		r.Created++
		i, err := a.newIncident(by, i)
		if err != nil {
			return err
		}
		return addIncident(ctx, tx, i)
	}
	old, err := tx.Incident(ctx, row.get("id"))
	if err != nil {
		return wrong("id", "There is nothing with this id.")
	}
	if i.Title != old.Title || i.Place != old.Place || i.Span != old.Span || i.Wave != old.Wave || lines(i.Narrative) != lines(old.Narrative) {
		return wrong("id", "An incident is not changed by a table. Leave its row as it was.")
	}
	r.Same++
	return nil
}

func (a *Archive) takeClaim(ctx context.Context, tx Store, by staff.Actor, row tableRow, r *TableReport) error {
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
	id := row.get("id")
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

// lines brings ends of lines to one form: browsers send two letters, tables lose one.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// withOld gives a row's claim what a row cannot say of the one it names.
func withOld(c, old Claim) Claim {
	c.ID, c.Safe = old.ID, old.Safe
	return c
}

func claimOf(row tableRow) (Claim, error) {
	c := Claim{Item: row.get("item"), Incident: row.get("incident"), Status: Status(row.get("status")), Unit: Unit(row.get("unit")), Hand: Hand(row.get("hand")), Asserted: edtf.Date(row.get("asserted")),
		Counted: edtf.Date(row.get("counted")), Population: row.get("population"), Perpetrator: row.get("perpetrator"), Motive: row.get("motive"), Verbatim: row.get("verbatim"), Translation: row.get("translation")}
	for _, act := range Acts() {
		if act.Status() == c.Status {
			c.Act = act
		}
	}
	var k fault.Check
	number := func(name string) int64 {
		if row.get(name) == "" {
			return 0
		}
		n, err := strconv.ParseInt(row.get(name), 10, 64)
		k.Field(err == nil && n >= 0, name, "Write a whole number, such as 12.")
		return n
	}
	if word := row.get("bound"); word != "" {
		c.Counts, c.Bound = true, count.Bound{Word: count.Word(word), Value: number("value"), To: number("to")}
		k.Field(word == string(count.Unknown) || row.get("value") != "", "value", "Write how many, or choose “number unknown”.")
	} else {
		k.Field(row.get("value")+row.get("to") == "", "bound", "Say how the number is meant: exactly, about, at least …")
	}
	if err := k.Err(); err != nil {
		return c, err
	}
	return c, c.Check()
}

// GiveTable writes a table: the same record gives the same bytes. Sealed words are
// not in it, and a claim that has them says so. That it went out stands in the ledger.
func (a *Archive) GiveTable(ctx context.Context, by staff.Actor, t Table) (out []byte, err error) {
	if t.Columns() == nil {
		return nil, wrong("table", "Choose what the rows are.")
	}
	err = a.write(ctx, by, func(tx Store) error {
		rows, err := tableRows(ctx, tx, t)
		if err != nil {
			return err
		}
		slices.SortFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = true // RFC 4180, and what spreadsheets write
		if err := w.WriteAll(append([][]string{t.Columns()}, rows...)); err != nil {
			return err
		}
		out = b.Bytes()
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
			rows = append(rows, cells(s.ID, s.Name, string(s.Kind), s.Place, string(s.Reliability), s.Group, named))
		}
		return rows, err
	case IncidentTable:
		all, err := tx.Incidents(ctx)
		for _, i := range all {
			rows = append(rows, cells(i.ID, i.Title, i.Place, string(i.Span), i.Wave, i.Narrative))
		}
		return rows, err
	}
	all, err := tx.ClaimsWhere(ctx, Where{})
	for _, c := range all {
		rows = append(rows, cells(claimCells(c)...))
	}
	return rows, err
}

func cells(values ...string) []string {
	for i, v := range values {
		values[i] = safeCell(v)
	}
	return values
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
	return []string{c.ID, c.Item, c.Incident, string(c.Status), bound, value, to, string(c.Unit), string(c.Hand), string(c.Asserted), string(c.Counted), c.Population, c.Perpetrator, c.Motive, lines(c.Verbatim), lines(c.Translation), sealed}
}
