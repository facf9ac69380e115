package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
)

// plainTimeline answers a query by looking at everything, as the timeline once did.
func (t *Tx) plainTimeline(ctx context.Context, q chronicle.Query, limit int) ([]chronicle.Row, error) {
	var b strings.Builder
	args := []any{limit}
	where := func(condition string, more ...any) {
		marks := make([]any, len(more))
		for n := range more {
			marks[n] = fmt.Sprintf("$%d", len(args)+1+n)
		}
		fmt.Fprintf(&b, " AND "+condition, marks...)
		args = append(args, more...)
	}
	for _, c := range [][2]string{{"l.kind = %s", string(q.Kind)}, {"l.incident = %s", q.Incident}, {"l.last >= %s", string(q.From)}, {"l.first <= %s", string(q.To)}} {
		if c[1] != "" {
			where(c[0], c[1])
		}
	}
	if len(q.Codes) > 0 {
		where(`(l.code IN (SELECT value FROM json_each(%[1]s)) OR l.incident IN (SELECT COALESCE((SELECT x.incident FROM deed x WHERE x.id = c.subject), c.subject) FROM coding c WHERE c.list = '4' AND c.code IN (SELECT value FROM json_each(%[1]s))))`, among(q.Codes))
	}
	words := stem.Words(q.Place)
	for n, w := range words {
		end := w
		if n == len(words)-1 && len([]rune(w)) >= 3 {
			end = w + "\U0010FFFF"
		}
		const at = `SELECT subject FROM look_word WHERE kind IN ('place', 'spot') AND word >= %[1]s AND word <= %[2]s`
		where(`(l.subject IN (`+at+`) OR l.incident IN (`+at+`))`, w, end)
	}
	if first, subject, ok := strings.Cut(q.After, "/"); ok {
		where("(l.first, l.subject) > (%s, %s)", first, subject)
	}
	return t.rows(ctx, `dated l WHERE l.first > ''`+b.String(), args)
}

// TestTimelineIndex: over random lives of a record, with corrections, moves, withdrawals,
// codes that come and go and places put on the map, the timeline by its index gives what
// looking at everything gives, and counts what there is.
func TestTimelineIndex(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		db := reopen(t, ctx, filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32), clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)))
		l := &lives{r: r}
		unguard(t, db)
		for range 4 {
			if err := db.Write(ctx, func(tx *Tx) error {
				for range 60 {
					if err := l.step(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Read(ctx, func(tx *Tx) error {
				for range 60 {
					q := l.query()
					want, err := tx.plainTimeline(ctx, q, 7)
					if err != nil {
						return err
					}
					got, err := tx.Timeline(ctx, q, 7)
					if err != nil {
						return err
					}
					if len(want)+len(got) > 0 && !reflect.DeepEqual(got, want) {
						t.Errorf("seed %d, %+v:\n%+v\n%+v", seed, q, got, want)
					}
				}
				var wrong int
				err := tx.q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT facet, kind, class, n FROM line_tally EXCEPT SELECT facet, kind, class, COUNT(*) FROM line GROUP BY facet, kind, class)`).Scan(&wrong)
				if wrong > 0 {
					t.Errorf("seed %d: %d numbers of what there is are wrong", seed, wrong)
				}
				if err == nil {
					const now, kept = `SELECT f.subject, f.facet FROM dated_facet f JOIN dated d ON d.subject = f.subject WHERE d.first > ''`, `SELECT subject, facet FROM line`
					err = tx.q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM (`+now+` EXCEPT `+kept+`)) + (SELECT COUNT(*) FROM (`+kept+` EXCEPT `+now+`))`).Scan(&wrong)
				}
				if wrong > 0 {
					t.Errorf("seed %d: %d things stand where they do not belong, or do not stand where they do", seed, wrong)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// unguard takes away what demands an edition with each correction: that is another test's matter.
func unguard(t *testing.T, db *DB) {
	ctx := t.Context()
	if err := db.Write(ctx, func(tx *Tx) error {
		names, err := all(ctx, tx, func(r scanner) (n string, err error) { return n, r.Scan(&n) }, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%corrected by an edition%'`)
		for _, n := range names {
			if err == nil {
				_, err = tx.exec(ctx, `DROP TRIGGER `+n)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// lives plays what happens to a record.
type lives struct {
	r         *rand.Rand
	n         int
	incidents []record.Incident
	acts      []parties.Act
	deeds     []string
	coded     [][2]string
}

var (
	lifeDates  = []edtf.Date{"", "2017-04-09", "2017-04-10", "2017-04", "2017", "2016-12-30", "2017-21", "2017-02/2017-04", "2015/..", "../2017-03", "2010/2019", "2017-04-01~", "2016-12/2017-01", "2014-02"}
	lifeCodes  = []string{"W01", "W02", "W03"}
	lifePlaces = []string{"", "Argunsk", "Argunov", "New Argunsk", "Город Аргунск", "Near the mill of Argunsk", "Mill"}
)

func pickFrom[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func (l *lives) id(kind string) string {
	l.n++
	return fmt.Sprintf("%s_%04d", kind, l.r.IntN(9000)*1000+l.n)
}

func (l *lives) step(ctx context.Context, tx *Tx) error {
	what := l.r.IntN(11)
	if len(l.incidents) == 0 || what == 0 {
		in := record.Incident{ID: l.id("incident"), Title: "x", Span: pickFrom(l.r, lifeDates), Place: pickFrom(l.r, lifePlaces)}
		l.incidents = append(l.incidents, in)
		return tx.AddIncident(ctx, in)
	}
	n := l.r.IntN(len(l.incidents))
	in := l.incidents[n]
	switch {
	case what < 4 || len(l.acts) == 0:
		a := parties.Act{ID: l.id("act"), Version: 1, Incident: in.ID, Code: pickFrom(l.r, lifeCodes), Dated: pickFrom(l.r, lifeDates), Place: pickFrom(l.r, lifePlaces)}
		l.acts = append(l.acts, a)
		return tx.AddAct(ctx, a)
	case what == 4:
		return tx.AddStatement(ctx, record.Statement{ID: l.id("statement"), Speaker: "x", Kind: record.Denial, Dated: pickFrom(l.r, lifeDates), Summary: "x", Incident: in.ID})
	case what == 5:
		now := in
		now.Place, now.Span = pickFrom(l.r, lifePlaces), pickFrom(l.r, lifeDates)
		l.incidents[n] = now
		return tx.SaveIncident(ctx, in, now)
	case what == 6:
		a := &l.acts[l.r.IntN(len(l.acts))]
		a.Code, a.Dated, a.Place, a.Withdrawn = pickFrom(l.r, lifeCodes), pickFrom(l.r, lifeDates), pickFrom(l.r, lifePlaces), l.r.IntN(4) == 0
		return tx.SaveAct(ctx, *a)
	case what == 7:
		return tx.setWords(ctx, "spot", pickFrom(l.r, []string{in.ID, l.acts[l.r.IntN(len(l.acts))].ID}), pickFrom(l.r, lifePlaces))
	case what == 8:
		d := record.Deed{ID: l.id("deed"), Incident: in.ID, Act: record.Act(fmt.Sprint("act ", l.n))}
		l.deeds = append(l.deeds, d.ID)
		return tx.AddDeed(ctx, d)
	case what == 9 || len(l.coded) == 0:
		subject := in.ID
		if len(l.deeds) > 0 && l.r.IntN(2) == 0 {
			subject = pickFrom(l.r, l.deeds)
		}
		c := [2]string{subject, pickFrom(l.r, lifeCodes)}
		_, err := tx.exec(ctx, `INSERT INTO coding (subject, list, code, note, by_member, at_us) VALUES ($1, '4', $2, '', '', 0) ON CONFLICT DO NOTHING`, c[0], c[1])
		l.coded = append(l.coded, c)
		return err
	}
	c := pickFrom(l.r, l.coded)
	_, err := tx.exec(ctx, `DELETE FROM coding WHERE subject = $1 AND list = '4' AND code = $2`, c[0], c[1])
	return err
}

func (l *lives) query() (q chronicle.Query) {
	if l.r.IntN(3) == 0 {
		q.Kind = pickFrom(l.r, chronicle.Kinds())
	}
	if l.r.IntN(3) == 0 {
		q.Codes = lifeCodes[:1+l.r.IntN(2)]
	}
	if l.r.IntN(2) == 0 {
		q.Place = pickFrom(l.r, append([]string{"Arg", "mill argunsk", "argunsk mi", "x"}, lifePlaces...))
	}
	if l.r.IntN(3) == 0 {
		q.From = clock.Day(pickFrom(l.r, []string{"2017-04-09", "2017-04-20", "2016-12-31", "2018-01-01", "2011-01-01"}))
	}
	if l.r.IntN(4) == 0 {
		q.To = clock.Day(pickFrom(l.r, []string{"2017-04-09", "2017-05-20", "2018-12-31"}))
	}
	if l.r.IntN(5) == 0 {
		q.Incident = pickFrom(l.r, l.incidents).ID
	}
	if l.r.IntN(4) == 0 {
		q.After = pickFrom(l.r, []string{"2017-04-01/incident_5", "2016-12-30/act_0", "0000-01-01/act_9"})
	}
	return q
}
