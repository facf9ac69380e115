package record_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/desk/internal/count"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

type room struct {
	*desktest.Ground
	t         *testing.T
	ctx       context.Context
	archive   *record.Archive
	dora, ana staff.Actor // a documenter, an analyst
	newcomer  staff.Actor // a documenter who came later
	source    record.Source
	item      record.Item
	claim     record.Claim
}

const secretWords = "They took my phone and read every name aloud (invented)."

// newRoom holds a person's identity, words and one claim, and a documenter who came afterwards.
func newRoom(t *testing.T) *room {
	t.Parallel()
	g := desktest.New(t)
	as := func(tx *store.Tx) record.Store { return tx }
	r := &room{Ground: g, t: t, ctx: context.Background(), archive: record.NewArchive(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock)}
	r.dora, r.ana = g.Member(t, "Dora (invented)", staff.Documenter), g.Member(t, "Ana (invented)", staff.Analyst)
	var err error
	r.source, err = r.archive.AddSource(r.ctx, r.dora, record.Source{Name: "Willow", Kind: record.PersonSource}, "Zelim Khadashev, +7 200 000 00 07")
	r.ok(err)
	r.item, err = r.archive.AddItem(r.ctx, r.dora, record.Item{Source: r.source.ID, Title: "A talk", Material: record.Testimony, Words: secretWords, Consent: "recorded"})
	r.ok(err)
	r.claim, err = r.archive.AddClaim(r.ctx, r.dora, record.Claim{Item: r.item.ID, Status: record.Outed, Act: record.Outing, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.Exactly, Value: 1},
		Verbatim: "read every name aloud", Hand: record.FirstHand, Asserted: "2017-04-09"})
	r.ok(err)
	r.newcomer = g.Member(t, "Nora (invented)", staff.Documenter)
	return r
}

func (r *room) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestIdentityOpensForTheGrantedOnly(t *testing.T) {
	r := newRoom(t)
	who, err := r.archive.Identity(r.ctx, r.dora, r.source.ID)
	if err != nil || !strings.Contains(who, "Khadashev") {
		t.Errorf("the documenter got %q, %v", who, err)
	}
	_, missing := r.archive.Identity(r.ctx, r.newcomer, "source_that_is_not")
	_, closed := r.archive.Identity(r.ctx, r.newcomer, r.source.ID)
	if fault.KindOf(closed) != fault.NotFound || closed.Error() != missing.Error() {
		t.Errorf("without a grant: %v; without a source: %v", closed, missing)
	}
	if _, err := r.archive.Identity(r.ctx, r.ana, r.source.ID); fault.KindOf(err) != fault.Denied {
		t.Errorf("an analyst: %v", err)
	}
	r.ok(r.archive.Admit(r.ctx, r.dora, r.source.ID, r.newcomer.Member))
	if who, err = r.archive.Identity(r.ctx, r.newcomer, r.source.ID); err != nil || !strings.Contains(who, "Khadashev") {
		t.Errorf("after being admitted: %q, %v", who, err)
	}
	if p, err := r.archive.Item(r.ctx, r.newcomer, r.item.ID); err != nil || p.Words != secretWords || p.Claims[0].Verbatim == "" {
		t.Errorf("after being admitted: %+v, %v", p, err)
	}
	r.ok(r.DB.Read(r.ctx, func(tx *store.Tx) error {
		n := 0
		all, err := tx.LedgerRecords(r.ctx, r.source.ID, 0, 100)
		for _, e := range all {
			if e.Action == "source.identity-read" {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d readings stand in the ledger, want 2", n)
		}
		return err
	}))
	r.ok(r.DB.Read(r.ctx, func(tx *store.Tx) error {
		terms, err := tx.GuardTerms(r.ctx, 0)
		watched := map[guard.Kind]int{}
		for _, x := range terms {
			if x.Owner == r.source.ID {
				watched[x.Kind]++
			}
		}
		if watched[guard.Pseudonym] != 1 || watched[guard.Name] != 1 || watched[guard.Phone] != 1 {
			t.Errorf("the leak guard watches %v", watched)
		}
		return err
	}))
	if items, _, err := r.archive.Items(r.ctx, r.ana, 0); err != nil || len(items) != 1 {
		t.Errorf("the identity shows among the items: %+v, %v", items, err)
	}
}

// The desk key and the whole database, with a documenter's role but without a
// grant, do not open a source: every sealed column stays closed to other keys.
func TestDeskKeyAloneOpensNothing(t *testing.T) {
	r := newRoom(t)
	db, err := sqldb.Open(r.ctx, sqldb.Config{Path: filepath.Join(r.Dir, "desk.db"), Key: r.Key, Extend: fts5.Register})
	r.ok(err)
	defer db.Close()
	found := map[string]int{}
	r.ok(db.Read(r.ctx, func(s *sqldb.Snapshot) error {
		tables, err := s.Query(r.ctx, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
		names, err := sqldb.Collect(tables, err, func(row *sql.Rows) (string, error) {
			var n string
			err := row.Scan(&n)
			return n, err
		})
		if err != nil {
			return err
		}
		for _, table := range names {
			rows, err := s.Query(r.ctx, `SELECT * FROM "`+table+`"`)
			if err != nil {
				return err
			}
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				vals := make([]any, len(cols))
				for i := range vals {
					vals[i] = new(sqlText)
				}
				if err := rows.Scan(vals...); err != nil {
					return err
				}
				for _, v := range vals {
					for _, secret := range []string{"Khadashev", "200 000", "my phone", "every name aloud"} {
						if strings.Contains(string(*v.(*sqlText)), secret) {
							t.Errorf("%q stands open in %s", secret, table)
						}
					}
					if strings.Contains(string(*v.(*sqlText)), "Willow") {
						found["pseudonym"]++
					}
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	}))
	if found["pseudonym"] == 0 {
		t.Error("the search does not find what stands open: it proves nothing")
	}
	r.ok(r.DB.Read(r.ctx, func(tx *store.Tx) error {
		grants, err := tx.Grants(r.ctx, r.item.ID)
		for _, g := range grants {
			if _, err := safe.Open(r.newcomer.Keys, g); err == nil {
				t.Error("a documenter without a grant opened an item's safe")
			}
		}
		return err
	}))
}

// sqlText reads any column as bytes.
type sqlText []byte

func (s *sqlText) Scan(v any) error {
	switch v := v.(type) {
	case []byte:
		*s = append((*s)[:0], v...)
	case string:
		*s = []byte(v)
	default:
		*s = nil
	}
	return nil
}

func TestDestroy(t *testing.T) {
	r := newRoom(t)
	if err := r.archive.Destroy(r.ctx, r.dora, r.item.ID, " ", true); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	r.ok(r.archive.Destroy(r.ctx, r.dora, r.item.ID, "consent taken back (invented)", true))
	p, err := r.archive.Item(r.ctx, r.dora, r.item.ID)
	if err != nil || p.Words != "" || p.Readable || !p.Gone || len(p.Claims) != 1 || p.Claims[0].Verbatim != "" {
		t.Errorf("after destroying: %+v, %v", p, err)
	}
	if ok, why := p.Claims[0].Standing(); ok || why.Text != "Its source withdrew it." {
		t.Errorf("the claim stands: %v %+v", ok, why)
	}
	r.ok(r.DB.Write(r.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(r.ctx, r.claim.ID, 0, 100)
		if len(all) != 0 {
			t.Errorf("the ledger still tells of the claim's words: %+v", all)
		}
		if err != nil {
			return err
		}
		return tx.VerifyLedger(r.ctx)
	}))
	open, err := r.archive.AddSource(r.ctx, r.dora, record.Source{Name: "A paper (invented)", Kind: record.Media, Named: true}, "")
	r.ok(err)
	i, err := r.archive.AddItem(r.ctx, r.dora, record.Item{Source: open.ID, Title: "An article", Material: record.Press, Words: "x"})
	r.ok(err)
	if err := r.archive.Destroy(r.ctx, r.dora, i.ID, "why", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an open item was destroyed: %v", err)
	}
}
