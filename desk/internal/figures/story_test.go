package figures_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/count"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/founding"
	"waylight/internal/sqldb"
)

// house is a Desk's ground with a record, its figures and invented members.
type house struct {
	*desktest.Ground
	t                    *testing.T
	ctx                  context.Context
	archive              *record.Archive
	tally                *figures.Tally
	dora, daniel, carina staff.Actor // two documenters who count, a caseworker
}

func newHouse(t *testing.T) *house {
	t.Parallel()
	return found(t)
}

func found(t *testing.T) *house {
	g := desktest.New(t)
	h := &house{Ground: g, t: t, ctx: context.Background()}
	h.dora = g.Member(t, "Dora (invented)", staff.Documenter, staff.Analyst)
	h.daniel = g.Member(t, "Daniel (invented)", staff.Documenter)
	h.carina = g.Member(t, "Carina (invented)", staff.Caseworker)
	asRecord := func(tx *store.Tx) record.Store { return tx }
	asFigures := func(tx *store.Tx) figures.Store { return tx }
	h.archive = record.NewArchive(store.Within(g.DB, asRecord), store.Reading(g.DB, asRecord), g.Clock)
	h.tally = figures.NewTally(store.Within(g.DB, asFigures), store.Reading(g.DB, asFigures), g.Clock)
	return h
}

func (h *house) load(data []byte) record.Imported {
	h.t.Helper()
	d, err := scenario.Parse(data)
	h.ok(err)
	out, err := h.tally.Import(h.ctx, h.dora, h.archive, d)
	h.ok(err)
	return out
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) sheet(s record.Status) figures.Sheet {
	h.t.Helper()
	rows, err := h.tally.List(h.ctx, h.dora)
	h.ok(err)
	for _, r := range rows {
		if r.Figure.Status == s {
			sheet, err := h.tally.Sheet(h.ctx, h.dora, r.Figure.ID)
			h.ok(err)
			return sheet
		}
	}
	h.t.Fatalf("there is no figure of %s", s)
	return figures.Sheet{}
}

func TestFoundingFigures(t *testing.T) {
	h := newHouse(t)
	h.load(founding.Scenario())
	d := h.sheet(record.Detained)
	if d.Last.Range != (count.Range{Low: count.Of(101)}) || len(d.Last.Uses) != 2 || !d.Last.Uses[0].Used || !d.Last.Uses[1].Used || d.Stale {
		t.Errorf("detained %+v", d.Last)
	}
	k := h.sheet(record.Killed)
	if k.Last.Range != (count.Range{Low: count.Of(3), High: count.Of(20)}) || k.Last.Basis != figures.Reconciled || k.Last.AsOf != "2017-04-09" {
		t.Errorf("killed %+v", k.Last)
	}
	if len(k.Denials) != 1 || len(d.Denials) != 1 || k.Denials[0].Kind != record.Denial || k.Denials[0].Speaker != "Spokesman of the leader of Chechnya" {
		t.Errorf("denials %+v %+v", d.Denials, k.Denials)
	}
	if !h.sheet(record.Tortured).Last.Range.Unknown() || !h.sheet(record.Threatened).Last.Range.Unknown() {
		t.Error("an unknown number became known")
	}
	h.load(founding.Later())
	asked := h.sheet(record.AskedHelp)
	if len(asked.History) != 2 || asked.History[1].AsOf != "2017-04-17" || asked.History[1].Range != (count.Range{Best: count.Of(60)}) ||
		asked.Last.AsOf != "2017-12-31" || asked.Last.Range != (count.Range{Low: count.Of(171)}) {
		t.Errorf("asked for help %+v", asked.History)
	}
	if e := h.sheet(record.Evacuated); e.Last.Range.Best.N != 106 || e.History[1].Range != (count.Range{Low: count.Of(40)}) {
		t.Errorf("evacuated %+v", e.History)
	}
	if again := h.sheet(record.Killed); again.Last.ID != k.Last.ID {
		t.Error("the later facts changed who was killed")
	}
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		sources, err := tx.Sources(h.ctx)
		for _, s := range sources {
			if strings.HasPrefix(s.Name, "Russian LGBT Network ") && s.Group != "rln" {
				t.Errorf("%s stands as independent of its own organisation", s.Name)
			}
		}
		return err
	}))
	h.ok(h.DB.Write(h.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(h.ctx) }))
}

func TestImportTwice(t *testing.T) {
	h := newHouse(t)
	h.load(founding.Scenario())
	before := h.rows()
	if out := h.load(founding.Scenario()); !out.Already || len(out.Claims) > 0 {
		t.Errorf("the second import did %+v", out)
	}
	changed, err := scenario.Parse(bytes.Replace(founding.Scenario(), []byte(`"value": 100`), []byte(`"value": 200`), 1))
	h.ok(err)
	if _, err := h.tally.Import(h.ctx, h.dora, h.archive, changed); fault.KindOf(err) != fault.Conflict {
		t.Errorf("other bytes under the same name: %v", err)
	}
	if after := h.rows(); after != before {
		t.Errorf("%d rows became %d", before, after)
	}
	later, err := scenario.Parse(founding.Later())
	h.ok(err)
	other := found(t)
	if _, err := other.tally.Import(h.ctx, other.dora, other.archive, later); fault.KindOf(err) != fault.Conflict || other.rows() != 0 {
		t.Errorf("later facts without their incident: %v, %d rows", err, other.rows())
	}
}

// raw opens the database file beside the house, as somebody with the desk key could.
func (h *house) raw(f func(*sqldb.Tx) error) error {
	h.t.Helper()
	db, err := sqldb.Open(h.ctx, sqldb.Config{Path: filepath.Join(h.Dir, "desk.db"), Key: h.Key, Extend: fts5.Register})
	h.ok(err)
	defer db.Close()
	return db.Write(h.ctx, f)
}

// rows counts everything that an import writes.
func (h *house) rows() (n int) {
	h.t.Helper()
	h.ok(h.raw(func(tx *sqldb.Tx) error {
		for _, table := range []string{"source", "item", "claim", "claim_link", "incident", "deed", "statement", "statement_link", "milestone", "account", "figure", "reckoning", "scenario_import", "ledger"} {
			var c int
			if err := tx.QueryRow(h.ctx, `SELECT COUNT(*) FROM `+table).Scan(&c); err != nil {
				return err
			}
			n += c
		}
		return nil
	}))
	return n
}

// What a source said and what was reckoned is never changed, whoever asks.
func TestNothingIsOverwritten(t *testing.T) {
	h := newHouse(t)
	h.load(founding.Scenario())
	k := h.sheet(record.Killed)
	h.ok(h.archive.Judge(h.ctx, h.dora, record.Judgement{Claim: k.Claims[0].ID, Credibility: 2, Standing: record.Stands, Reason: "two accounts agree (invented)"}))
	h.ok(h.tally.Exclude(h.ctx, h.dora, figures.Exclusion{Figure: k.Figure.ID, Claim: k.Claims[0].ID, Out: true, Reason: "for the test"}))
	for _, q := range []string{
		`UPDATE claim SET value = 5`, `DELETE FROM claim`, `UPDATE item SET title = ''`, `DELETE FROM item`, `UPDATE claim_link SET kind = 'x'`, `DELETE FROM claim_link`,
		`UPDATE judgement SET credibility = 1`, `DELETE FROM judgement`, `UPDATE statement SET quote = 'x'`, `DELETE FROM statement`,
		`UPDATE reckoning SET low = 0`, `DELETE FROM reckoning`, `UPDATE exclusion SET out = 0`, `DELETE FROM exclusion`,
	} {
		err := h.raw(func(tx *sqldb.Tx) error { _, err := tx.Exec(h.ctx, q); return err })
		if err == nil || !strings.Contains(err.Error(), "never") && !strings.Contains(err.Error(), "corrected by an edition") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestTestimonyChangesTheFigureAndHistoryStays(t *testing.T) {
	h := newHouse(t)
	h.load(founding.Scenario())
	h.Clock.Advance(8 * 24 * time.Hour)
	const words = "They held me with others. I counted one hundred and thirty men in that place, I am sure of it."
	told := cases.Testimony{Source: "witness_abc", Words: words, Language: "en", Day: "2017-04-17", How: "in writing"}
	h.ok(h.DB.Write(h.ctx, func(tx *store.Tx) error { return h.archive.Testify(h.ctx, tx, h.carina, told) }))
	items, _, err := h.archive.Items(h.ctx, h.dora, 0)
	h.ok(err)
	if len(items) == 0 || items[0].Item.Material != record.Testimony {
		t.Fatalf("the testimony did not arrive: %+v", items)
	}
	id := items[0].Item.ID
	c := record.Claim{Item: id, Incident: h.sheet(record.Detained).Incident.ID, Status: record.Detained, Act: record.Detention, Counts: true, Unit: record.Persons,
		Bound: count.Bound{Word: count.AtLeast, Value: 130}, Verbatim: "I counted one hundred\nand thirty men in that place", Hand: record.FirstHand, Asserted: "2017-04-17"}
	if _, err := h.archive.AddClaim(h.ctx, h.carina, c); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker made a claim: %v", err)
	}
	wrong := c
	wrong.Verbatim = "two hundred men"
	if _, err := h.archive.AddClaim(h.ctx, h.dora, wrong); fault.KindOf(err) != fault.Invalid {
		t.Errorf("words that were never said were taken: %v", err)
	}
	made, err := h.archive.AddClaim(h.ctx, h.dora, c)
	h.ok(err)
	page, err := h.archive.Item(h.ctx, h.daniel, id)
	h.ok(err)
	if !page.Readable || page.Words != words || len(page.Claims) != 1 || page.Claims[0].Verbatim != c.Verbatim || made.Locator != "characters 27–76" {
		t.Errorf("the item shows %+v, located at %q", page, made.Locator)
	}
	d := h.sheet(record.Detained)
	if !d.Stale || d.Last.Range.Low.N != 101 {
		t.Errorf("before reckoning anew: %+v", d.Row)
	}
	_, err = h.tally.Reckon(h.ctx, h.dora, d.Figure.ID, "2017-04-17")
	h.ok(err)
	d = h.sheet(record.Detained)
	if len(d.History) != 2 || d.Last.Range != (count.Range{Low: count.Of(101)}) || d.Stale {
		t.Errorf("the envelope keeps the lowest lower bound: %+v", d.Last)
	}
	// The newspaper's count is replaced by the witness's: a person decides so, with a reason.
	h.ok(h.archive.Link(h.ctx, h.dora, record.Link{From: made.ID, Kind: record.Supersedes, To: d.Claims[0].ID, Reason: "an eyewitness count of the same place (invented)"}))
	_, err = h.tally.Reckon(h.ctx, h.dora, d.Figure.ID, "2017-04-17")
	h.ok(err)
	d = h.sheet(record.Detained)
	if d.Last.Range != (count.Range{Low: count.Of(130)}) || d.History[2].Range != (count.Range{Low: count.Of(101)}) || d.History[2].AsOf != "2017-04-09" {
		t.Errorf("history %+v", d.History)
	}
	if err := h.tally.Review(h.ctx, h.dora, d.Figure.ID, d.Last.ID); fault.KindOf(err) != fault.Denied {
		t.Errorf("the author reviewed: %v", err)
	}
	h.ok(h.tally.Review(h.ctx, h.daniel, d.Figure.ID, d.Last.ID))
	all, err := h.tally.Public(h.ctx, h.dora)
	h.ok(err)
	p := all[0]
	if p.Key != "detained" || !p.Reviewed || p.Range.Low.N != 130 || p.Words.Text != "at least %s" || len(p.Sources) != 3 {
		t.Errorf("public %+v", p)
	}
	for _, s := range p.Sources {
		if strings.Contains(s.Name, "Person ") || s.Kind == record.PersonSource && s.Named {
			t.Errorf("a person's pseudonym is public: %+v", s)
		}
		if s.Kind == record.PersonSource && s.Dated != "2017-04" {
			t.Errorf("a person's date is public to the day: %+v", s)
		}
	}
	h.sealed(words[:40], "one hundred")
}

// sealed checks that words do not stand in any column of the open database.
func (h *house) sealed(parts ...string) {
	h.t.Helper()
	h.ok(h.raw(func(tx *sqldb.Tx) error {
		for table, cols := range map[string]string{"item": "title || how || consent || words", "claim": "verbatim || translation || locator || motive"} {
			for _, p := range parts {
				var n int
				if err := tx.QueryRow(h.ctx, `SELECT COUNT(*) FROM `+table+` WHERE instr(`+cols+`, $1) > 0 OR instr(COALESCE(sealed, ''), CAST($1 AS BLOB)) > 0`, p).Scan(&n); err != nil {
					return err
				}
				if n > 0 {
					h.t.Errorf("%q stands open in %s", p, table)
				}
			}
		}
		return nil
	}))
}

func TestFindings(t *testing.T) {
	h := newHouse(t)
	done := h.load(founding.Scenario())
	room, err := h.archive.Incident(h.ctx, h.dora, done.Incident.ID)
	h.ok(err)
	if len(room.Deeds) != 4 || room.Deeds[0].Proposal.Grade != record.Corroborated || room.Deeds[0].Deed.Act != record.Detention {
		t.Fatalf("deeds %+v", room.Deeds)
	}
	w, err := h.archive.Waiting(h.ctx, h.daniel)
	h.ok(err)
	if w.Unjudged != 6 {
		t.Errorf("waiting %+v", w)
	}
	f, err := h.archive.Decide(h.ctx, h.dora, record.Finding{Deed: room.Deeds[0].Deed.ID, Decided: record.Consistent, Standard: record.Grounds, Reasoning: "the second source is not known to us", Due: "2017-04-10"})
	h.ok(err)
	if err := h.archive.Review(h.ctx, h.dora, record.Review{Finding: f.ID, Agrees: true}); fault.KindOf(err) != fault.Denied {
		t.Errorf("the author reviewed: %v", err)
	}
	if w, _ = h.archive.Waiting(h.ctx, h.daniel); w.Unreviewed != 1 || w.Due != 0 {
		t.Errorf("waiting %+v", w)
	}
	h.ok(h.archive.Review(h.ctx, h.daniel, record.Review{Finding: f.ID, Agrees: true}))
	h.Clock.Advance(48 * time.Hour)
	if w, _ = h.archive.Waiting(h.ctx, h.daniel); w.Unreviewed != 0 || w.Due != 1 {
		t.Errorf("waiting %+v", w)
	}
	room, err = h.archive.Incident(h.ctx, h.dora, done.Incident.ID)
	h.ok(err)
	got := room.Deeds[0].Findings
	if len(got) != 1 || got[0].Proposed != record.Corroborated || !got[0].Reviewed() || len(got[0].Reasons) == 0 {
		t.Errorf("findings %+v", got)
	}
}

// TestManyClaims: an act with very many claims shows the first of them, and how many
// there are; all of them are weighed on the act's own page, and a statement stands beside
// the act also when the claim that it contradicts is not shown.
func TestManyClaims(t *testing.T) {
	h := newHouse(t)
	source, err := h.archive.AddSource(h.ctx, h.dora, record.Source{Name: "An outlet (invented)", Kind: record.Media, Reliability: "B", Named: true}, "")
	h.ok(err)
	item, err := h.archive.AddItem(h.ctx, h.dora, record.Item{Source: source.ID, Title: "A list (invented)", Material: record.Press, Dated: "2017-04-01"})
	h.ok(err)
	in, err := h.archive.AddIncident(h.ctx, h.dora, record.Incident{Title: "Invented", Span: "2017"})
	h.ok(err)
	deed, err := h.archive.AddDeed(h.ctx, h.dora, record.Deed{Incident: in.ID, Act: record.Detention})
	h.ok(err)
	const n = 650
	var last record.Claim
	for i := range n {
		last, err = h.archive.AddClaim(h.ctx, h.dora, record.Claim{Item: item.ID, Incident: in.ID, Status: record.Detained, Act: record.Detention, Hand: record.Relayed,
			Asserted: edtf.Date(time.Date(2016, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))})
		h.ok(err)
	}
	denial, err := h.archive.AddStatement(h.ctx, h.dora, record.Statement{Speaker: "A spokesman (invented)", Kind: record.Denial, Dated: "2017-04-09", Summary: "Denies it.", Incident: in.ID, Contradicts: []string{last.ID}})
	h.ok(err)
	room, err := h.archive.Incident(h.ctx, h.dora, in.ID)
	h.ok(err)
	d := room.Deeds[0]
	if len(room.Deeds) != 1 || d.N != n || len(d.Claims) >= n || d.Proposed || d.Claims[0].Asserted != "2016-01-01" {
		t.Fatalf("%d of %d claims, weighed: %v", len(d.Claims), d.N, d.Proposed)
	}
	if room.About[last.ID] != record.Detention || len(room.Statements) != 1 || room.Statements[0].ID != denial.ID {
		t.Errorf("the denial speaks to %v", room.About)
	}
	seen := map[string]bool{}
	for page := 0; ; page++ {
		v, _, err := h.archive.Deed(h.ctx, h.dora, deed.ID, page)
		h.ok(err)
		if v.N != n || !v.Proposed || v.Proposal.Grade != record.Reported || len(v.Proposal.Reasons) < 2 {
			t.Fatalf("page %d: %d claims propose %+v", page, v.N, v.Proposal)
		}
		for _, c := range v.Claims {
			seen[c.ID] = true
		}
		if !v.More(page) {
			break
		}
	}
	if len(seen) != n {
		t.Errorf("the pages show %d claims of %d", len(seen), n)
	}
	if beyond, _, err := h.archive.Deed(h.ctx, h.dora, deed.ID, 99); err != nil || len(beyond.Claims) != 0 || beyond.N != n {
		t.Errorf("beyond the last page: %d claims, %v", len(beyond.Claims), err)
	}
}
