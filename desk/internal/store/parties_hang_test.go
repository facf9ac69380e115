package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// What hangs together, by looking at everything.
func (t *Tx) plainPartIn(ctx context.Context, roots []string, on clock.Day, limit int) ([]parties.Involvement, error) {
	return all(ctx, t, scanInvolvement, `SELECT `+involvementColumns+` FROM party p CROSS JOIN involvement i ON i.party = p.id CROSS JOIN act a ON a.id = i.act
		WHERE p.root IN (SELECT value FROM json_each($1)) AND i.withdrawn = 0 AND a.withdrawn = 0 AND ($2 = '' OR a.first <= $2) ORDER BY a.first DESC, i.id LIMIT $3`, among(roots), string(on), limit)
}

func (t *Tx) plainTies(ctx context.Context, roots []string, how string, on clock.Day, limit int) ([]parties.Relation, error) {
	return all(ctx, t, scanRelation, `SELECT `+relationColumns+` FROM relation r JOIN party o ON o.id = r.one JOIN party x ON x.id = r.other
		WHERE (o.root IN (SELECT value FROM json_each($1)) `+how+` x.root IN (SELECT value FROM json_each($1)))
		AND r.withdrawn = 0 AND ($2 = '' OR (r.first = '' OR r.first <= $2) AND (r.last = '' OR r.last >= $2)) ORDER BY r.first, r.id LIMIT $3`, among(roots), string(on), limit)
}

// TestWhatHangsTogether: over random lives, with acts that are dated anew and withdrawn,
// parts and relations that end, and parties that are found to be the same and parted again, the
// first of what hangs together is what looking at everything gives.
func TestWhatHangsTogether(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 2))
		db := reopen(t, ctx, filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32), clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)))
		unguard(t, db)
		g := &gathering{r: r}
		for range 6 {
			if err := db.Write(ctx, func(tx *Tx) error {
				for range 50 {
					if err := g.step(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Read(ctx, func(tx *Tx) error { return g.compare(ctx, t, tx) }); err != nil {
				t.Fatal(err)
			}
		}
		if len(g.ties) < 20 || len(g.parts) < 20 {
			t.Errorf("seed %d: only %d relations and %d parts were played", seed, len(g.ties), len(g.parts))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// gathering plays what happens to parties.
type gathering struct {
	r       *rand.Rand
	n       int
	parties []string
	acts    []parties.Act
	parts   []parties.Involvement
	ties    []parties.Relation
}

func (g *gathering) id(kind string) string { g.n++; return fmt.Sprintf("%s_%03d", kind, g.n) }

// anyone is often one of the first few: they have very many.
func (g *gathering) anyone() string {
	if g.r.IntN(2) == 0 {
		return g.parties[g.r.IntN(min(3, len(g.parties)))]
	}
	return g.parties[g.r.IntN(len(g.parties))]
}

func (g *gathering) day() edtf.Date {
	return []edtf.Date{"", "2016", "2017-02", "2017-02-14", "2017-03-01", "2018-05-05"}[g.r.IntN(6)]
}

func (g *gathering) step(ctx context.Context, tx *Tx) error {
	at := time.Date(2017, 4, 9, 12, 0, g.n, 0, time.UTC)
	if len(g.parties) < 4 {
		if g.n == 0 {
			if err := tx.AddIncident(ctx, record.Incident{ID: "incident_1", Title: "Invented", Span: "2017-02", At: at}); err != nil {
				return err
			}
		}
		return g.party(ctx, tx, at)
	}
	switch g.r.IntN(12) {
	case 0:
		return g.party(ctx, tx, at)
	case 1, 2:
		a := parties.Act{ID: g.id("act"), Version: 1, Incident: "incident_1", Code: "04", Dated: g.day(), At: at}
		g.acts = append(g.acts, a)
		return tx.AddAct(ctx, a)
	case 3, 4, 5:
		if len(g.acts) == 0 {
			return nil
		}
		i := parties.Involvement{ID: g.id("involvement"), Version: 1, Act: g.acts[g.r.IntN(len(g.acts))].ID, Party: g.anyone(), Role: parties.Victim, At: at}
		g.parts = append(g.parts, i)
		return tx.AddInvolvement(ctx, i)
	case 6, 7:
		x := parties.Relation{ID: g.id("relation"), Version: 1, One: g.anyone(), Tie: parties.WorksWith, Other: g.anyone(), Since: g.day(), At: at}
		if x.One == x.Other {
			return nil
		}
		g.ties = append(g.ties, x)
		return tx.AddRelation(ctx, x)
	case 8:
		return tx.SetRoot(ctx, g.anyone(), g.anyone())
	case 9:
		if len(g.acts) == 0 {
			return nil
		}
		a := &g.acts[g.r.IntN(len(g.acts))]
		a.Dated, a.Withdrawn = g.day(), g.r.IntN(4) == 0
		return tx.SaveAct(ctx, *a)
	case 10:
		if len(g.parts) == 0 {
			return nil
		}
		i := &g.parts[g.r.IntN(len(g.parts))]
		i.Withdrawn = !i.Withdrawn
		return tx.SaveInvolvement(ctx, *i)
	default:
		if len(g.ties) == 0 {
			return nil
		}
		x := &g.ties[g.r.IntN(len(g.ties))]
		x.Since, x.Until, x.Withdrawn = g.day(), g.day(), g.r.IntN(4) == 0
		return tx.SaveRelation(ctx, *x)
	}
}

func (g *gathering) party(ctx context.Context, tx *Tx, at time.Time) error {
	p := parties.Party{ID: g.id("party"), Version: 1, Kind: parties.Organisation, Called: "Invented", At: at}
	p.Root = p.ID
	g.parties = append(g.parties, p.ID)
	return tx.AddParty(ctx, p)
}

func (g *gathering) compare(ctx context.Context, t *testing.T, tx *Tx) error {
	for range 30 {
		var roots []string
		for range 1 + g.r.IntN(4) {
			roots = append(roots, g.anyone())
		}
		on := clock.Day([]string{"", "2016-06-01", "2017-02-14", "2019-01-01"}[g.r.IntN(4)])
		limit := []int{2, 5, 100}[g.r.IntN(3)]
		same := func(what string, got, want any, errs ...error) error {
			for _, err := range errs {
				if err != nil {
					return err
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %v on %q, at most %d:\n%+v\n%+v", what, roots, on, limit, got, want)
			}
			return nil
		}
		parts, err := tx.PartIn(ctx, roots, on, limit)
		wantParts, perr := tx.plainPartIn(ctx, roots, on, limit)
		if err := same("parts", parts, wantParts, err, perr); err != nil {
			return err
		}
		ties, err := tx.TiesOf(ctx, roots, on, limit)
		wantTies, perr := tx.plainTies(ctx, roots, "OR", on, limit)
		if err := same("relations", ties, wantTies, err, perr); err != nil {
			return err
		}
		ties, err = tx.TiesAmong(ctx, roots, on, limit)
		wantTies, perr = tx.plainTies(ctx, roots, "AND", on, limit)
		if err := same("relations among them", ties, wantTies, err, perr); err != nil {
			return err
		}
	}
	return nil
}
