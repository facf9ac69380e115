package opinion_test

import (
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/sqldb"
)

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey               { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, m []byte) ([]byte, error) { return ed25519.Sign(s.key, m), nil }

// clinic is opinions and cases over real storage. Nobody in it is real.
type clinic struct {
	*desktest.Ground
	surgery    *opinion.Surgery
	book       *cases.Book
	dora, cara staff.Actor // an expert, a caseworker
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{Ground: desktest.New(t)}
	c.dora, c.cara = c.Member(t, "Dr Dora (invented)", staff.Documenter), c.Member(t, "Cara (invented)", staff.Caseworker)
	as := func(tx *store.Tx) opinion.Store { return tx }
	book := func(tx *store.Tx) cases.Store { return tx }
	c.book = cases.NewBook(store.Within(c.DB, book), store.Reading(c.DB, book), c.Clock, cases.Options{Annexes: []cases.Annex{opinion.Annex{Clock: c.Clock}}})
	c.surgery = &opinion.Surgery{Within: store.Within(c.DB, as), Reading: store.Reading(c.DB, as), Clock: c.Clock, Signer: signer{ed25519.NewKeyFromSeed(make([]byte, 32))}, Book: c.book}
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, k fault.Kind, says string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != k || !strings.Contains(fmt.Sprintf("%v %+v", err, err), says) {
		t.Errorf("%v, want %v with %q", err, k, says)
	}
}

// content is everything that an opinion of a death needs, with consent for each scope.
func content() opinion.Content {
	form, _ := opinion.Find("minnesota", opinion.Edition)
	c := opinion.Content{Who: "Ruslan Inventedov", Answers: map[string]string{}, Expert: opinion.Expert{Name: "Dr Dora", Role: "Pathologist", Qualification: "Invented"}, Findings: []opinion.Finding{{What: "A planted finding (invented)", Degree: "before"}}}
	for _, e := range form.Elements {
		if c.Answers[e.ID] = map[opinion.Kind]string{opinion.Date: "2017-04-01", opinion.Choice: "undetermined"}[e.Kind]; c.Answers[e.ID] == "" {
			c.Answers[e.ID] = "Invented."
		}
	}
	for _, s := range opinion.Scopes() {
		c.Consents = append(c.Consents, opinion.Consent{Scope: s, Given: "2017-04-01", By: "The family (invented)", How: "asked by Dr Dora"})
	}
	return c
}

// signed is an opinion with one signed edition.
func (c *clinic) signed(t *testing.T, with opinion.Content) string {
	t.Helper()
	id := ids.New("opinion")
	must(t, c.surgery.Begin(t.Context(), c.dora, id, "minnesota"))
	must(t, c.surgery.Save(t.Context(), c.dora, id, 1, with))
	must(t, c.surgery.Sign(t.Context(), c.dora, id, 2, true))
	return id
}

// dump reads every column of every row, with the desk key and nothing else.
func (c *clinic) dump(t *testing.T) (out []string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Config{Path: filepath.Join(c.Dir, "desk.db"), Key: c.Key, Extend: fts5.Register})
	must(t, err)
	defer db.Close()
	must(t, db.Read(t.Context(), func(s *sqldb.Snapshot) error {
		names, err := s.Query(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table'`)
		tables, err := sqldb.Collect(names, err, func(r *sql.Rows) (n string, err error) { return n, r.Scan(&n) })
		if err != nil {
			return err
		}
		for _, table := range tables {
			rows, err := s.Query(t.Context(), `SELECT * FROM "`+table+`"`)
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				cells := make([]any, len(columns))
				for i := range cells {
					cells[i] = new(any)
				}
				if err := rows.Scan(cells...); err != nil {
					return err
				}
				for i, x := range cells {
					out = append(out, fmt.Sprintf("%s.%s=%s", table, columns[i], *x.(*any)))
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	}))
	return out
}

func within(dump []string, what string) (out []string) {
	for _, s := range dump {
		if strings.Contains(s, what) {
			out = append(out, s[:min(len(s), 60)])
		}
	}
	return out
}

// TestErasureEndsOpinions: an opinion that a case is bound to ends with it: no key, no
// sealed word and no row that ties the two stay, also for who kept the key. One that is
// bound to no case stays, and one that was untied.
func TestErasureEndsOpinions(t *testing.T) {
	t.Parallel()
	c, ctx := newClinic(t), t.Context()
	f, err := c.book.Open(ctx, c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	ends, stays, untied := c.signed(t, content()), c.signed(t, content()), c.signed(t, content())
	item, other := ids.New("expertise"), ids.New("expertise")
	for range 2 { // a form that is sent twice binds once
		must(t, c.surgery.Bind(ctx, c.cara, f.ID, item, ends))
	}
	must(t, c.surgery.Bind(ctx, c.cara, f.ID, other, untied))
	refused(t, c.surgery.Bind(ctx, c.cara, f.ID, ids.New("expertise"), ends), fault.Invalid, "")
	refused(t, c.surgery.Bind(ctx, c.cara, f.ID, ids.New("expertise"), ids.New("opinion")), fault.Invalid, "")
	refused(t, c.surgery.Bind(ctx, c.dora, f.ID, ids.New("expertise"), stays), fault.Denied, "")
	if _, ties, err := c.surgery.Ties(ctx, c.cara, f.ID); err != nil || len(ties) != 2 || ties[0].ID != ends || !ties[0].Bound || ties[0].Gone {
		t.Errorf("%+v %v", ties, err)
	}
	refused(t, c.surgery.Destroy(ctx, c.dora, ends, true), fault.Conflict, "bound to a case")
	must(t, c.surgery.Agree(ctx, c.dora, ends))
	must(t, c.surgery.Untie(ctx, c.cara, f.ID, other))
	var kept safe.Safe // the expert keeps the key
	var sealed []safe.Sealed
	must(t, c.DB.Read(ctx, func(tx *store.Tx) error {
		if kept, err = safe.For(ctx, tx, c.dora, ends); err != nil {
			return err
		}
		o, err := tx.Opinion(ctx, ends)
		if err != nil {
			return err
		}
		e, err := tx.SignedOpinions(ctx, ends)
		sealed = append(sealed, o.Sealed, e[0].Sealed)
		return err
	}))
	before := c.dump(t)
	for _, s := range sealed {
		if len(within(before, string(s))) == 0 {
			t.Fatal("the test looks in the wrong place: what is sealed stands nowhere before")
		}
	}
	for _, row := range within(before, f.ID) { // nothing ties the two in plain, not even now
		if strings.Contains(row, ends) {
			t.Errorf("%s", row)
		}
	}
	if _, err := kept.Take("opinion/"+ends, sealed[0]); err != nil {
		t.Fatal("the control: the key opens nothing before", err)
	}
	must(t, c.book.Turn(ctx, c.cara, f.ID, cases.Withdrawn, "They asked us to."))
	must(t, c.book.Erase(ctx, c.cara, f.ID))
	after := c.dump(t)
	for _, x := range []string{f.ID, f.Pseudonym, item, other, string(sealed[0]), string(sealed[1])} {
		if where := within(after, x); len(where) > 0 {
			t.Errorf("still in %q", where)
		}
	}
	for _, row := range within(after, ends) {
		if strings.HasPrefix(row, "safe_grant.") || strings.HasPrefix(row, "guard") {
			t.Errorf("%s", row)
		}
	}
	if _, err := c.surgery.Open(ctx, c.dora, ends); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it opens: %v", err)
	}
	if _, err := c.surgery.Edition(ctx, c.dora, ends, 1); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an edition opens: %v", err)
	}
	rows, err := c.surgery.List(ctx, c.dora)
	must(t, err)
	for _, r := range rows {
		if r.Gone != (r.ID == ends) || r.Bound {
			t.Errorf("%+v", r)
		}
	}
	for _, id := range []string{stays, untied} {
		if e, err := c.surgery.Edition(ctx, c.dora, id, 1); err != nil || !e.Good || e.Content.Who != "Ruslan Inventedov" {
			t.Errorf("%s: %+v %v", id, e, err)
		}
	}
	must(t, c.surgery.Destroy(ctx, c.dora, untied, true))
	must(t, c.DB.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }))
}

// TestHeldCaseHoldsOpinions: while a case is held, neither an erasure nor anybody by
// hand ends an opinion that it is bound to.
func TestHeldCaseHoldsOpinions(t *testing.T) {
	t.Parallel()
	c, ctx := newClinic(t), t.Context()
	f, err := c.book.Open(ctx, c.cara, cases.Opening{Assign: []string{c.cara.ID}})
	must(t, err)
	id, item, hold := c.signed(t, content()), ids.New("expertise"), ids.New("hold")
	must(t, c.surgery.Bind(ctx, c.cara, f.ID, item, id))
	must(t, c.book.AskHold(ctx, c.cara, f.ID, hold, cases.Hold{Reason: "A court asked (invented).", Until: clock.DayOf(c.Clock.Now())}))
	refused(t, c.surgery.Untie(ctx, c.cara, f.ID, item), fault.Conflict, "held")
	refused(t, c.surgery.Destroy(ctx, c.dora, id, true), fault.Conflict, "bound to a case")
	must(t, c.book.EndHold(ctx, c.cara, f.ID, hold))
	must(t, c.surgery.Untie(ctx, c.cara, f.ID, item))
	refused(t, c.surgery.Untie(ctx, c.cara, f.ID, item), fault.NotFound, "")
	must(t, c.surgery.Bind(ctx, c.cara, f.ID, ids.New("expertise"), id)) // bound anew
	must(t, c.book.AskHold(ctx, c.cara, f.ID, ids.New("hold"), cases.Hold{Reason: "A court asked (invented).", Until: clock.DayOf(c.Clock.Now())}))
	must(t, c.book.Turn(ctx, c.cara, f.ID, cases.Withdrawn, "They asked us to."))
	refused(t, c.book.Erase(ctx, c.cara, f.ID), fault.Conflict, "held")
	if _, err := c.surgery.Edition(ctx, c.dora, id, 1); err != nil {
		t.Errorf("a held opinion does not open: %v", err)
	}
}
