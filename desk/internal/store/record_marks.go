package store

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/record"
	"waylight/desk/internal/stem"
)

// Marks stand among the words of what can be found and say of what kind, act, year and
// incident it is. They begin with a letter of the private area of Unicode: stem leaves
// such out, so nobody can type one.
const (
	markBegins = "\ue000"
	markJoins  = "\ue001" // for what is no letter
)

func mark(of, value string) string {
	return markBegins + of + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return []rune(markJoins)[0]
	}, strings.ToLower(value))
}

// marksOf are the marks of something that can be found: one for each thing that a query
// can ask for, and one for what is often asked for together, which is rarer than both.
func marksOf(d record.Doc, year string) []string {
	var marks []string
	for _, q := range []record.Query{{Kind: d.Kind}, {Act: d.Act}, {Year: year}, {Incident: d.Incident}, {Kind: d.Kind, Year: year}, {Act: d.Act, Year: year}} {
		for _, m := range asked(q) {
			if !slices.Contains(marks, m) {
				marks = append(marks, m)
			}
		}
	}
	return marks
}

// asked are the marks that a query asks for.
func asked(q record.Query) (marks []string) {
	kind, act := string(q.Kind), string(q.Act)
	switch {
	case q.Year != "" && kind != "":
		marks = append(marks, mark("ky", kind+" "+q.Year))
		kind, q.Year = "", ""
	case q.Year != "" && act != "":
		marks = append(marks, mark("ay", act+" "+q.Year))
		act, q.Year = "", ""
	}
	for _, m := range [][2]string{{"k", kind}, {"a", act}, {"y", q.Year}, {"i", q.Incident}} {
		if m[1] != "" {
			marks = append(marks, mark(m[0], m[1]))
		}
	}
	return marks
}

// indexed is what the index of words keeps of something: its words in their order, then its marks.
func indexed(marks, texts []string) string {
	return strings.Join(append(stem.Words(strings.Join(texts, "\n")), marks...), " ")
}

func itemTexts(i record.Item) []string { return []string{i.Title, i.Words, i.How} }

func claimTexts(c record.Claim) []string {
	return []string{c.Verbatim, c.Translation, c.Population, c.Perpetrator, c.Motive}
}

func incidentTexts(i record.Incident) []string {
	return []string{i.Title, i.Place, i.Wave, i.Narrative}
}

func statementTexts(s record.Statement) []string {
	return []string{s.Speaker, s.Quote, s.Summary, strings.Join(s.Also, "\n")}
}

func sourceTexts(s record.Source) []string { return []string{s.Name, s.Place} }

// textsOf loads the texts by which something is found.
func (t *Tx) textsOf(ctx context.Context, d record.Doc) ([]string, error) {
	switch d.Kind {
	case record.FoundItem:
		i, err := t.RecordItem(ctx, d.ID)
		return itemTexts(i), err
	case record.FoundClaim:
		c, err := t.Claim(ctx, d.ID)
		return claimTexts(c), err
	case record.FoundIncident:
		i, err := t.Incident(ctx, d.ID)
		return incidentTexts(i), err
	case record.FoundStatement:
		s, err := t.Statement(ctx, d.ID)
		return statementTexts(s), err
	}
	s, err := t.Source(ctx, d.ID)
	return sourceTexts(s), err
}

// remarked is how many are put in anew in one transaction: what was done stays done
// when the Desk is stopped meanwhile.
const remarked = 5000

// remark puts in anew, once, the words of what was found before there were marks.
func (d *DB) remark(ctx context.Context) error {
	for more := true; more; {
		if err := d.Write(ctx, func(t *Tx) error {
			var done, upto int64
			if err := t.q.QueryRow(ctx, `SELECT doc, upto FROM found_marked`).Scan(&done, &upto); err != nil {
				return err
			}
			if more = done < upto; !more {
				return nil
			}
			last := min(upto, done+remarked)
			if err := t.remarkSome(ctx, done, last); err != nil {
				return err
			}
			_, err := t.exec(ctx, `UPDATE found_marked SET doc = $1`, last)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) remarkSome(ctx context.Context, after, last int64) error {
	type row struct {
		doc  int64
		year string
		record.Doc
	}
	rows, err := all(ctx, t, func(r scanner) (x row, err error) {
		return x, r.Scan(&x.doc, &x.ID, &x.Kind, &x.Incident, &x.Act, &x.year)
	}, `SELECT doc, subject, kind, incident, act, year FROM found WHERE doc > $1 AND doc <= $2 ORDER BY doc`, after, last)
	if err != nil {
		return err
	}
	for _, x := range rows {
		texts, err := t.textsOf(ctx, x.Doc)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO found_words (rowid, words) VALUES ($1, $2)`, x.doc, indexed(marksOf(x.Doc, x.year), texts)); err != nil {
			return err
		}
	}
	return nil
}

// unfind takes something out of what can be found. Its texts must be those by which
// it was made findable: an index without content of its own forgets only by them.
func (t *Tx) unfind(ctx context.Context, subject string, texts ...string) error {
	var d record.Doc
	var doc int64
	var year string
	if err := t.q.QueryRow(ctx, `SELECT doc, kind, incident, act, year FROM found WHERE subject = $1`, subject).Scan(&doc, &d.Kind, &d.Incident, &d.Act, &year); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `INSERT INTO found_words (found_words, rowid, words) VALUES ('delete', $1, $2)`, doc, indexed(marksOf(d, year), texts)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM found WHERE subject = $1`, subject)
	return err
}
