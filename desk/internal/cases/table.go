package cases

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Table is a kind of rows of cases that come in and go out.
type Table string

// The tables.
const (
	CaseTable   Table = "cases"
	PeopleTable Table = "people"
	NoteTable   Table = "notes"
	PaperTable  Table = "papers"
)

// Tables lists them, in the order in which they should come in.
func Tables() []Table { return []Table{CaseTable, PeopleTable, PaperTable, NoteTable} }

// Columns of a table, in their order. A row without an id is a new one. A row with
// an id names in "version" the edition that it was made from.
func (t Table) Columns() []string {
	switch t {
	case CaseTable:
		return []string{"id", "code", "state", "opened", "priority", "near", "bad", "help", "overrule", "reason", "decided", "decision", "version"}
	case PeopleTable:
		return []string{"id", "case", "person", "name", "contact", "minor", "role", "medical", "papers", "interest", "other", "version"}
	case PaperTable:
		return []string{"id", "case", "person", "kind", "visa", "country", "number", "status", "from", "until", "words", "version"}
	case NoteTable:
		return []string{"id", "case", "day", "words"}
	}
	return nil
}

// TableReport is what a table did, or would do.
type TableReport struct {
	Created, Changed, Same int
	Opened                 []string // codes of the cases that were opened, or would be
	Wrong                  []table.Wrong
}

// most rows that one table of cases may bring: it is taken in one transaction,
// and an alarm must not wait behind it.
const mostRows = 1_000

// errUndo ends a transaction of which nothing is to be kept.
var errUndo = errors.New("cases: nothing is to be kept")

// TakeTable takes a table in: rows without an id are created, rows with one
// become the next edition of what they name, unless somebody changed it since
// the table was written. All of it or nothing: every wrong row is named. With
// try nothing is kept and the report says what would be.
func (b *Book) TakeTable(ctx context.Context, actor staff.Actor, t Table, raw []byte, try bool) (r TableReport, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return r, err
	}
	if t.Columns() == nil {
		return r, fault.Bad("table", "Choose what the rows are.")
	}
	rows, bad := table.Read(raw, t.Columns())
	if len(bad) == 0 && len(rows) > mostRows {
		bad = []table.Wrong{{Line: rows[mostRows].Line, What: "A table of cases may have 1,000 rows. Send it in parts."}}
	}
	if len(bad) > 0 {
		return TableReport{Wrong: bad}, nil
	}
	err = b.within(ctx, func(tx Store) error {
		r = TableReport{}
		in := newTaking(ctx, b, tx, actor, &r)
		for _, row := range rows {
			if err := in.note(row.Line, in.row(t, row)); err != nil {
				return err
			}
		}
		if try || len(r.Wrong) > 0 {
			return errUndo
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "cases.table-taken", Subject: string(t), Detail: struct{ Created, Changed, Same int }{r.Created, r.Changed, r.Same}})
	})
	if errors.Is(err, errUndo) {
		return r, nil
	}
	if err == nil {
		b.finder.changed(actor.ID)
	}
	return r, err
}

// taking is one table or file, coming in within one transaction.
type taking struct {
	ctx   context.Context
	tx    Store
	inner *Book // the verbs, on this transaction
	actor staff.Actor
	r     *TableReport
	cases map[string]string // ids by code, and by the names of new ones
	codes map[string]string // codes by id
}

func newTaking(ctx context.Context, b *Book, tx Store, actor staff.Actor, r *TableReport) *taking {
	same := func(_ context.Context, f func(Store) error) error { return f(tx) }
	return &taking{ctx, tx, NewBook(same, same, b.clock, b.options), actor, r, map[string]string{}, map[string]string{}}
}

// note puts a fault of a row into the report; what is no fault of the row ends everything.
func (in *taking) note(line int, err error) error {
	var f *fault.Error
	switch {
	case err == nil:
	case !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Locked || f.Kind == fault.Busy:
		return err
	case len(f.Fields) > 0:
		for _, x := range f.Fields {
			in.r.Wrong = append(in.r.Wrong, table.Wrong{Line: line, Column: columnOf(x.Name), What: x.Message})
		}
	default:
		in.r.Wrong = append(in.r.Wrong, table.Wrong{Line: line, What: f.Message})
	}
	return nil
}

// columnOf gives the column for the field of a form.
func columnOf(field string) string {
	if c, ok := map[string]string{"imminence": "near", "severity": "bad", "feasibility": "help", "words": "decision", "code": "person", "party": "person"}[field]; ok {
		return c
	}
	return field
}

func (in *taking) row(t Table, row table.Row) error {
	switch t {
	case CaseTable:
		return in.file(row)
	case PeopleTable:
		return in.party(row)
	case PaperTable:
		return in.paper(row)
	}
	return in.words(row)
}

// named finds the case of a row: by id or code; a word that begins with "new"
// opens one, the same word the same one.
func (in *taking) named(row table.Row) (string, error) {
	word := strings.TrimSpace(row.Get("case"))
	if id, ok := in.cases[word]; ok {
		return id, nil
	}
	if strings.HasPrefix(strings.ToLower(word), "new") {
		f, err := in.inner.OpenIn(in.ctx, in.tx, in.actor, Opening{Assign: []string{in.actor.ID}})
		if err != nil {
			return "", err
		}
		in.r.Opened = append(in.r.Opened, f.Pseudonym)
		in.cases[word] = f.ID
		return f.ID, nil
	}
	id := word
	if !ids.Valid("case", word) {
		all, err := in.tx.FilesOf(in.ctx, in.actor.ID)
		if err != nil {
			return "", err
		}
		id = ""
		for _, f := range all {
			in.cases[f.Pseudonym] = f.ID
		}
		id = in.cases[strings.ToUpper(word)]
	}
	if _, err := in.tx.Grant(in.ctx, id, in.actor.ID); id == "" || fault.KindOf(err) == fault.NotFound {
		return "", fault.Bad("case", "You have no case of this code. For a new one write new 1, new 2 and so on.")
	} else if err != nil {
		return "", err
	}
	in.cases[word] = id
	return id, nil
}

// version reads which edition a row was made from.
func version(row table.Row, have int) error {
	n, err := strconv.Atoi(strings.TrimSpace(row.Get("version")))
	if err != nil || n < 0 {
		return fault.Bad("version", "A row with an id needs the version that was written with it.")
	}
	if n != have {
		return fault.Bad("version", "It was changed since this table was written. Take the table out again.")
	}
	return nil
}

func yes(row table.Row, name string) (bool, error) {
	v, ok := map[string]bool{"yes": true, "no": false, "": false}[strings.ToLower(strings.TrimSpace(row.Get(name)))]
	if !ok {
		return false, fault.Bad(name, "Write yes or no.")
	}
	return v, nil
}

func (in *taking) file(row table.Row) error {
	t, given, err := triageOf(row)
	if err != nil {
		return err
	}
	id := row.Get("id")
	if id == "" {
		f, err := in.inner.OpenIn(in.ctx, in.tx, in.actor, Opening{Priority: Priority(row.Get("priority")), Assign: []string{in.actor.ID}})
		if err != nil {
			return err
		}
		in.r.Created++
		in.r.Opened = append(in.r.Opened, f.Pseudonym)
		if !given {
			return nil
		}
		_, err = in.inner.Judge(in.ctx, in.actor, f.ID, 0, t)
		return err
	}
	o, err := in.inner.load(in.ctx, in.tx, in.actor, id)
	if err != nil {
		return fault.Bad("id", "There is nothing with this id.")
	}
	for name, now := range map[string]string{"code": o.Pseudonym, "state": string(o.State), "opened": string(o.File.Opened), "priority": string(o.Priority)} {
		if v := row.Get(name); v != "" && v != now {
			return fault.Bad(name, "This follows from what is known and is not changed by a table.")
		}
	}
	was := o.Triage.Content()
	was.Reason, was.Words = table.Lines(was.Reason), table.Lines(was.Words)
	if !given && !o.Triage.Exists() || given && o.Triage.Exists() && t == was {
		in.r.Same++
		return nil
	}
	if err := version(row, o.Triage.Saw()); err != nil {
		return err
	}
	in.r.Changed++
	_, err = in.inner.Judge(in.ctx, in.actor, id, o.Triage.Saw(), t)
	return err
}

// triageOf reads a judgement; given is false when the row has none.
func triageOf(row table.Row) (t Triage, given bool, err error) {
	var k fault.Check
	for name, to := range map[string]*int{"near": &t.Imminence, "bad": &t.Severity, "help": &t.Feasibility} {
		if row.Get(name) == "" {
			continue
		}
		given = true
		n, err := strconv.Atoi(row.Get(name))
		k.Field(err == nil && n >= 0 && n <= 3, name, "Write a number from 0 to 3.")
		*to = n
	}
	t.Overrule, t.Reason, t.Words = Priority(row.Get("overrule")), row.Get("reason"), row.Get("decision")
	if t.Decided, err = yes(row, "decided"); err != nil {
		return t, given, err
	}
	given = given || t.Overrule != "" || t.Reason != "" || t.Words != "" || t.Decided
	return t, given, k.Err()
}

func (in *taking) party(row table.Row) error {
	p := Party{Code: row.Get("person"), Name: row.Get("name"), Contact: row.Get("contact"), Role: row.Get("role"), Medical: row.Get("medical"), Papers: row.Get("papers"), Interest: row.Get("interest"), Other: row.Get("other")}
	var err error
	if p.Minor, err = yes(row, "minor"); err != nil {
		return err
	}
	file, err := in.named(row)
	if err != nil {
		return err
	}
	o, err := in.inner.load(in.ctx, in.tx, in.actor, file)
	if err != nil {
		return err
	}
	id := row.Get("id")
	if id == "" {
		in.r.Created++
		_, err = in.inner.KeepParty(in.ctx, in.actor, file, "", 0, p)
		return err
	}
	old, ok := find(o.Parties, id)
	if !ok {
		return fault.Bad("id", "There is nothing with this id.")
	}
	if lined(old.Content()) == p {
		in.r.Same++
		return nil
	}
	if err := version(row, old.Saw()); err != nil {
		return err
	}
	in.r.Changed++
	_, err = in.inner.KeepParty(in.ctx, in.actor, file, id, old.Saw(), p)
	return err
}

// lined is a party with its ends of lines as a table gives them back.
func lined(p Party) Party {
	for _, s := range []*string{&p.Code, &p.Name, &p.Contact, &p.Role, &p.Medical, &p.Papers, &p.Interest, &p.Other} {
		*s = table.Lines(*s)
	}
	return p
}

func (in *taking) words(row table.Row) error {
	file, err := in.named(row)
	if err != nil {
		return err
	}
	if row.Get("id") == "" {
		in.r.Created++
		words := row.Get("words")
		if day := row.Get("day"); day != "" && words != "" {
			if !ValidDay(clock.Day(day)) {
				return fault.Bad("day", "Give the day, as in 2017-04-09.")
			}
			words = "[" + day + "] " + words // when it was kept is now; when it was said stands in the note
		}
		if words == "" {
			return &fault.Error{Kind: fault.Invalid, Message: "Write the note first."}
		}
		_, err = in.inner.Note(in.ctx, in.actor, file, words)
		return err
	}
	o, err := in.inner.load(in.ctx, in.tx, in.actor, file)
	if err != nil {
		return err
	}
	for _, n := range o.Notes {
		if n.ID != row.Get("id") {
			continue
		}
		if table.Lines(n.Content.Words) != row.Get("words") || row.Get("day") != string(clock.DayOf(n.At)) {
			return fault.Bad("id", "A note is never changed. Add another one.")
		}
		in.r.Same++
		return nil
	}
	return fault.Bad("id", "There is nothing with this id.")
}

// rowsOf gives the rows of one opened case.
func (t Table) rowsOf(c *Case) (rows [][]string) {
	switch t {
	case CaseTable:
		row := []string{c.ID, c.Pseudonym, string(c.State), string(c.File.Opened), string(c.Priority), "", "", "", "", "", "", "", ""}
		if c.Triage.Exists() {
			x := c.Triage.Content()
			copy(row[5:], []string{strconv.Itoa(x.Imminence), strconv.Itoa(x.Severity), strconv.Itoa(x.Feasibility), string(x.Overrule), x.Reason, word(x.Decided), x.Words, strconv.Itoa(c.Triage.Saw())})
		}
		return [][]string{row}
	case PeopleTable:
		for _, s := range c.Parties {
			p := s.Content()
			rows = append(rows, []string{s.ID, c.Pseudonym, p.Code, p.Name, p.Contact, word(p.Minor), p.Role, p.Medical, p.Papers, p.Interest, p.Other, strconv.Itoa(s.Saw())})
		}
	case PaperTable:
		return paperRows(c)
	case NoteTable:
		for _, n := range c.Notes {
			rows = append(rows, []string{n.ID, c.Pseudonym, string(clock.DayOf(n.At)), n.Content.Words})
		}
	}
	return rows
}

func word(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// giveTable writes a table of the actor's cases. Each opening is in the ledger; a
// few cases at a time, so that no alarm waits behind it.
func (b *Book) giveTable(ctx context.Context, actor staff.Actor, t Table, f table.Format) ([]byte, error) {
	var files []string
	err := b.reading(ctx, func(tx Store) (err error) {
		files, err = tx.SafesOf(ctx, "case", actor.ID)
		return err
	})
	var rows [][]string
	for err == nil && len(files) > 0 {
		n := min(len(files), atOnce)
		err = b.within(ctx, func(tx Store) error {
			for _, id := range files[:n] {
				o, err := b.load(ctx, tx, actor, id)
				if fault.KindOf(err) == fault.NotFound {
					continue // taken off meanwhile
				}
				if err != nil {
					return err
				}
				rows = append(rows, t.rowsOf(o.Case)...)
				if err := o.log(ctx, "case.exported", struct{ Table Table }{t}); err != nil {
					return err
				}
			}
			return nil
		})
		files = files[n:]
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
	out, err := table.Write(f, string(t), t.Columns(), rows)
	if err != nil {
		return nil, fault.New(fault.Conflict, "A text is longer than a spreadsheet may hold. Take the table out as CSV.")
	}
	return out, nil
}
