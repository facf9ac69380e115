package parties_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type house struct {
	*desktest.Ground
	t                       *testing.T
	ctx                     context.Context
	archive                 *record.Archive
	r                       *parties.Registry
	dora, daniel, ana, cara staff.Actor
	incident, claim         string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	h := &house{Ground: g, t: t, ctx: t.Context(), dora: g.Member(t, "Dora (invented)", staff.Documenter), daniel: g.Member(t, "Daniel (invented)", staff.Documenter), ana: g.Member(t, "Ana (invented)", staff.Analyst), cara: g.Member(t, "Cara (invented)", staff.Caseworker)}
	ar, ap := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) parties.Store { return tx }
	h.archive = record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	h.r = &parties.Registry{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock, HasCode: func(_ context.Context, c string) (bool, error) { return c == "W07", nil }}
	h.incident, h.claim = h.told()
	return h
}

func (h *house) told() (incident, claim string) {
	i, err := h.archive.AddIncident(h.ctx, h.dora, record.Incident{Title: "Detentions (invented)"})
	must(h.t, err)
	s, err := h.archive.AddSource(h.ctx, h.dora, record.Source{Name: "A paper (invented)", Kind: record.Media, Named: true}, "")
	must(h.t, err)
	item, err := h.archive.AddItem(h.ctx, h.dora, record.Item{Source: s.ID, Title: "Article", Material: record.Press, Words: "They were held."})
	must(h.t, err)
	c, err := h.archive.AddClaim(h.ctx, h.dora, record.Claim{Item: item.ID, Incident: i.ID, Status: record.Detained, Act: record.Detention, Hand: record.Relayed, Asserted: "2017", Verbatim: "They were held."})
	must(h.t, err)
	return i.ID, c.ID
}

func (h *house) party(kind parties.Kind, called string, names ...string) parties.Party {
	h.t.Helper()
	h.Clock.Advance(time.Second)
	p, err := h.r.AddParty(h.ctx, h.dora, parties.Party{Kind: kind, Called: called}, parties.Identity{Names: names})
	must(h.t, err)
	return p
}

func (h *house) act(dated string) parties.Act {
	h.t.Helper()
	a, err := h.r.AddAct(h.ctx, h.dora, parties.Act{Incident: h.incident, Code: "W07", Dated: "2017-04-01"})
	must(h.t, err)
	return a
}

func (h *house) kind(err error, want fault.Kind, what string) {
	h.t.Helper()
	if err == nil || fault.KindOf(err) != want {
		h.t.Errorf("%s: %v", what, err)
	}
}

func (h *house) actions(action string) (n int) {
	h.t.Helper()
	must(h.t, h.DB.Read(h.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(h.ctx, "", 0, 10000)
		for _, e := range all {
			if e.Action == action {
				n++
			}
		}
		return err
	}))
	return n
}

// TestNamesAreSealed: a name is nowhere in plain, is opened by documenters only, each
// time into the ledger, and the leak guard stops it in a draft.
func TestNamesAreSealed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.party(parties.Person, "Person K3 (invented)", "Zelimkhan Exampleyev")
	who, version, err := h.r.Names(h.ctx, h.daniel, p.ID)
	if err != nil || version != 1 || len(who.Names) != 1 {
		t.Fatalf("%+v %d %v", who, version, err)
	}
	_, _, err = h.r.Names(h.ctx, h.ana, p.ID)
	h.kind(err, fault.Denied, "an analyst opens names")
	late := h.Member(t, "Late (invented)", staff.Documenter)
	_, _, err = h.r.Names(h.ctx, late, p.ID)
	h.kind(err, fault.NotFound, "without a grant")
	gate := &publish.Gateway{Within: store.Within(h.DB, func(tx *store.Tx) publish.Store { return tx }), Reading: store.Reading(h.DB, func(tx *store.Tx) publish.Store { return tx }), Clock: h.Clock}
	stopped := func(want string, texts ...string) {
		t.Helper()
		var got []string
		for _, text := range texts {
			hits, err := gate.Inspect(h.ctx, h.dora, "letter_x", "public", []string{text})
			must(t, err)
			if publish.Blocked(hits) {
				got = append(got, text)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("stopped: %q, not %q", strings.Join(got, "|"), want)
		}
	}
	all := []string{"Zelimkhan Exampleyev was seen", "Person K3 (invented) was seen", "Tamerlan Otherman was seen"}
	stopped(all[0]+"|"+all[1], all...)
	two := parties.Identity{Names: []string{"Zelimkhan Exampleyev", "Tamerlan Otherman"}}
	must(t, h.r.SealNames(h.ctx, h.daniel, p.ID, 1, two))
	must(t, h.r.SealNames(h.ctx, h.daniel, p.ID, 1, two)) // sent twice
	h.kind(h.r.SealNames(h.ctx, h.dora, p.ID, 1, parties.Identity{Names: []string{"Other"}}), fault.Conflict, "over a newer edition")
	stopped(strings.Join(all, "|"), all...)
	// Published with a reason: that name may stand in a draft, the rest may not.
	p.Published = "Zelimkhan Exampleyev"
	h.kind(h.r.AmendParty(h.ctx, h.dora, p, 1, "a public officer"), fault.Invalid, "published without a right")
	p.Why = "commander of a unit, by public office"
	h.kind(h.r.AmendParty(h.ctx, late, p, 1, "a public officer"), fault.Denied, "published by one who cannot open the names")
	must(t, h.r.AmendParty(h.ctx, h.dora, p, 1, "a public officer"))
	stopped(all[1]+"|"+all[2], all...)
	p.Published, p.Why = "", ""
	must(t, h.r.AmendParty(h.ctx, late, p, 2, "not certain any more"))
	stopped(strings.Join(all, "|"), all...)
	must(t, h.r.Destroy(h.ctx, h.dora, p.ID, "they asked (invented)"))
	_, _, err = h.r.Names(h.ctx, h.daniel, p.ID)
	h.kind(err, fault.NotFound, "after destruction")
	stopped(strings.Join(all, "|"), all...)
	page, err := h.r.Party(h.ctx, h.ana, p.ID)
	if err != nil || !page.Gone || page.Party.Called != "Person K3 (invented)" {
		t.Errorf("%+v %v", page, err)
	}
}

// TestTwiceAtOnce: one form that is sent many times at once makes one party, act, part and relation.
func TestTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	unit, victim := h.party(parties.Organisation, "Unit 7 (invented)"), h.party(parties.Person, "V (invented)")
	a := h.act("2017-04-01")
	party, part, relation := ids.New("party"), ids.New("involvement"), ids.New("relation")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := h.r.AddParty(h.ctx, h.dora, parties.Party{ID: party, Kind: parties.Group, Called: "G (invented)"}, parties.Identity{})
			if err == nil {
				_, err = h.r.Involve(h.ctx, h.dora, parties.Involvement{ID: part, Act: a.ID, Party: victim.ID, Role: parties.Victim, Claims: []string{h.claim}})
			}
			if err == nil {
				_, err = h.r.Relate(h.ctx, h.dora, parties.Relation{ID: relation, One: unit.ID, Tie: parties.ControlsIt, Other: victim.ID, Claims: []string{h.claim}})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for action, want := range map[string]int{"party.added": 3, "involvement.added": 1, "relation.added": 1} {
		if n := h.actions(action); n != want {
			t.Errorf("%s: %d, not %d", action, n, want)
		}
	}
	_, err := h.r.AddParty(h.ctx, h.daniel, parties.Party{ID: party, Kind: parties.Group, Called: "Mine"}, parties.Identity{})
	h.kind(err, fault.Conflict, "another member's id")
}

// TestRules: what is refused, with the field that is wrong.
func TestRules(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, a := h.party(parties.Person, "V (invented)"), h.act("2017-04-01")
	_, other := h.told()
	for what, f := range map[string]func() error{
		"no kind": func() error {
			_, err := h.r.AddParty(h.ctx, h.dora, parties.Party{Called: "x"}, parties.Identity{})
			return err
		},
		"names of an organisation sealed": func() error {
			_, err := h.r.AddParty(h.ctx, h.dora, parties.Party{Kind: parties.Organisation, Called: "x"}, parties.Identity{Names: []string{"y"}})
			return err
		},
		"plain names of a person": func() error {
			_, err := h.r.AddParty(h.ctx, h.dora, parties.Party{Kind: parties.Person, Called: "x", Names: []string{"y"}}, parties.Identity{})
			return err
		},
		"crossed size": func() error {
			_, err := h.r.AddParty(h.ctx, h.dora, parties.Party{Kind: parties.Group, Called: "x", Size: count.Range{Low: count.Of(5), High: count.Of(3)}}, parties.Identity{})
			return err
		},
		"no such code": func() error {
			_, err := h.r.AddAct(h.ctx, h.dora, parties.Act{Incident: h.incident, Code: "nonsense"})
			return err
		},
		"rubbish date": func() error {
			_, err := h.r.AddAct(h.ctx, h.dora, parties.Act{Incident: h.incident, Code: "W07", Dated: "yesterday"})
			return err
		},
		"no claim": func() error {
			_, err := h.r.Involve(h.ctx, h.dora, parties.Involvement{Act: a.ID, Party: v.ID, Role: parties.Victim})
			return err
		},
		"a claim of another incident": func() error {
			_, err := h.r.Involve(h.ctx, h.dora, parties.Involvement{Act: a.ID, Party: v.ID, Role: parties.Victim, Claims: []string{other}})
			return err
		},
		"a victim who ordered it": func() error {
			_, err := h.r.Involve(h.ctx, h.dora, parties.Involvement{Act: a.ID, Party: v.ID, Role: parties.Victim, Degree: parties.Ordered, Claims: []string{h.claim}})
			return err
		},
		"a relation to oneself": func() error {
			_, err := h.r.Relate(h.ctx, h.dora, parties.Relation{One: v.ID, Tie: parties.Kin, Other: v.ID, Claims: []string{h.claim}})
			return err
		},
	} {
		h.kind(f(), fault.Invalid, what)
	}
	for _, x := range []staff.Actor{h.ana, h.cara} {
		_, err := h.r.AddAct(h.ctx, x, parties.Act{Incident: h.incident, Code: "W07"})
		h.kind(err, fault.Denied, "who is no documenter")
	}
	_, err := h.r.Party(h.ctx, h.cara, v.ID)
	h.kind(err, fault.Denied, "a caseworker reads")
}

// TestSameAndUndone: two parties under two pseudonyms with one name in two scripts are
// proposed, decided, read as one over a third, and taken apart again exactly.
func TestSameAndUndone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.party(parties.Person, "Person K3 (invented)", "Магомед Примеров")
	b := h.party(parties.Person, "The driver (invented)", "Magomed Primerov")
	c := h.party(parties.Person, "Somebody (invented)", "Iva Otherwise")
	act := h.act("2017-04-01")
	for _, p := range []parties.Party{a, b, c} {
		_, err := h.r.Involve(h.ctx, h.dora, parties.Involvement{Act: act.ID, Party: p.ID, Role: parties.Witness, Claims: []string{h.claim}})
		must(t, err)
	}
	likely, err := h.r.Likely(h.ctx, h.dora)
	must(t, err)
	if len(likely) != 1 || !likely[0].Sealed || likely[0].A.ID != min(a.ID, b.ID) {
		t.Fatalf("%+v", likely)
	}
	opened := h.actions("party.names-compared")
	_, err = h.r.Likely(h.ctx, h.dora)
	must(t, err)
	if n := h.actions("party.names-compared"); opened != 3 || n != 3 {
		t.Errorf("the ledger knows %d, then %d openings", opened, n)
	}
	h.kind(h.r.Decide(h.ctx, h.dora, parties.Decision{A: a.ID, B: b.ID, Same: true}), fault.Invalid, "without a reason")
	must(t, h.r.Decide(h.ctx, h.dora, parties.Decision{A: a.ID, B: b.ID, Same: true, Reason: "one story"}))
	must(t, h.r.Decide(h.ctx, h.dora, parties.Decision{A: c.ID, B: b.ID, Same: true, Reason: "a mistake (invented)"}))
	web := func() parties.Web {
		w, err := h.r.Neighbourhood(h.ctx, h.ana, parties.Around{Incident: h.incident, Steps: 2})
		must(t, err)
		return w
	}
	if w := web(); len(w.Parties) != 1 || w.Parties[0].ID != a.ID || len(w.Involvements) != 3 {
		t.Errorf("three that are one: %+v", w.Parties)
	}
	must(t, h.r.Decide(h.ctx, h.daniel, parties.Decision{A: b.ID, B: c.ID, Same: false, Reason: "two people (invented)"}))
	if w := web(); len(w.Parties) != 2 {
		t.Errorf("two: %+v", w.Parties)
	}
	must(t, h.r.Decide(h.ctx, h.daniel, parties.Decision{A: b.ID, B: a.ID, Same: false, Reason: "two people (invented)"}))
	w := web()
	if len(w.Parties) != 3 {
		t.Errorf("three: %+v", w.Parties)
	}
	for _, i := range w.Involvements {
		if got, err := h.r.Party(h.ctx, h.ana, i.Party); err != nil || len(got.Part) != 1 || len(got.Same) != 0 {
			t.Errorf("%+v %v", got, err)
		}
	}
	page, err := h.r.Party(h.ctx, h.ana, b.ID)
	if err != nil || len(page.Decided) != 4 {
		t.Errorf("%d decisions are kept: %v", len(page.Decided), err)
	}
	if likely, err := h.r.Likely(h.ctx, h.dora); err != nil || len(likely) != 0 {
		t.Errorf("decided pairs are proposed again: %+v %v", likely, err)
	}
}

// TestEditions: what was corrected keeps what it was; the database refuses to overwrite
// it; two corrections of one state do not both win.
func TestEditions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.act("2017-04-01")
	a.Dated = "2017-04-03"
	h.kind(h.r.AmendAct(h.ctx, h.dora, a, 1, " "), fault.Invalid, "without a reason")
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for n := range errs {
		wg.Go(func() {
			b := a
			b.Title = strings.Repeat("x", n+1)
			errs[n] = h.r.AmendAct(h.ctx, h.dora, b, 1, "another (invented)")
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d corrections of one state won", won)
	}
	page, err := h.r.Act(h.ctx, h.ana, a.ID)
	must(t, err)
	changes, err := record.Changes(page.Editions)
	if err != nil || len(changes) != 1 || changes[0].Fields[0] != (record.Changed{Name: "Dated", Was: "2017-04-01", Now: "2017-04-03"}) {
		t.Errorf("%+v %v", changes, err)
	}
	// Withdrawn: it stays on its page, and in no graph.
	page.Act.Withdrawn = true
	must(t, h.r.AmendAct(h.ctx, h.dora, page.Act, 2, "no such thing (invented)"))
	if w, err := h.r.Neighbourhood(h.ctx, h.ana, parties.Around{Incident: h.incident}); err != nil || len(w.Acts) != 0 {
		t.Errorf("%+v %v", w, err)
	}
}

// TestBounded: a neighbourhood with more than it shows says so, and ends.
func TestBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	unit := h.party(parties.Organisation, "Unit 7 (invented)")
	for range parties.MostNodes + 5 {
		a := h.act("2017-04-01")
		_, err := h.r.Involve(h.ctx, h.dora, parties.Involvement{Act: a.ID, Party: unit.ID, Role: parties.Perpetrator, Claims: []string{h.claim}})
		must(t, err)
	}
	w, err := h.r.Neighbourhood(h.ctx, h.ana, parties.Around{Party: unit.ID, Steps: 2})
	if err != nil || !w.More || len(w.Acts)+len(w.Parties) > parties.MostNodes {
		t.Errorf("%d acts, %d parties, more %v: %v", len(w.Acts), len(w.Parties), w.More, err)
	}
}
