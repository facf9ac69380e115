package cases_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// stay says of each kind of entry that does not move with a case, why.
var stay = map[cases.Kind]string{
	cases.KindTally:    "what this Desk's sums hold: the other Desk counts anew",
	cases.KindLeak:     "what became known lies in a safe of its own, for those who were told",
	cases.KindPack:     "of a travel pack of a member",
	cases.KindEntry:    "of a travel pack of a member",
	cases.KindView:     "in a member's drawer",
	cases.KindGuide:    "what a member says of themselves",
	pathways.KindOffer: "an offer of places is the organisation's, not the case's",
}

// kindsInCode lists every kind of entry, as the rooms above cases declare them.
func kindsInCode(t *testing.T) map[cases.Kind]bool {
	t.Helper()
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	all := map[cases.Kind]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for n := range ast.Preorder(tree) {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 || v.Type == nil {
				continue
			}
			kind := false
			switch x := v.Type.(type) {
			case *ast.Ident:
				kind = x.Name == "Kind" && strings.HasPrefix(f, "../cases/")
			case *ast.SelectorExpr:
				pkg, ok := x.X.(*ast.Ident)
				kind = ok && pkg.Name == "cases" && x.Sel.Name == "Kind"
			}
			if text, ok := v.Values[0].(*ast.BasicLit); kind && ok {
				all[cases.Kind(strings.Trim(text.Value, `"`))] = true
			}
		}
	}
	return all
}

// furnishedOffice is an office with everything that the wiring gives to cases.
func furnishedOffice(t *testing.T) (*office, *vault.Chunks, *team.Board) {
	o := newOffice(t)
	chunks := must(vault.Open(o.Dir + "/chunks"))(t)
	as := func(tx *store.Tx) cases.Store { return tx }
	o.book = cases.NewBook(store.Within(o.DB, as), store.Reading(o.DB, as), o.Clock, cases.Options{Limits: map[string]int64{"EUR": 50_000}, Testimonies: o.record,
		Cabinet: cabinet{chunks}, Annexes: []cases.Annex{pathways.Annex{}}, Rows: []cases.Rows{team.Rows{}}})
	asTeam := func(tx *store.Tx) team.Store { return tx }
	return o, chunks, &team.Board{Within: store.Within(o.DB, asTeam), Reading: store.Reading(o.DB, asTeam), Clock: o.Clock, Book: o.book}
}

const receiptText = "One loaf of bread, 3 euros (invented)."

// furnish puts an entry of every kind into a case, by the verbs where they are short.
func furnish(t *testing.T, o *office, chunks *vault.Chunks, board *team.Board) (file string) {
	t.Helper()
	file = o.furnished()
	c := must(o.book.Case(o.ctx, o.anna, file))(t)
	party := c.Parties[0].ID
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 2, Status: cases.Available, Point: &cases.Point{Lat: 43.1, Lon: 45.2, Within: 5}}))(t).ID
	o.ok(o.book.Assign(o.ctx, o.anna, file, o.boris.ID))
	must(o.book.Verify(o.ctx, o.anna, file, "", 0, cases.Credibility{Method: "A call with a partner", Verifier: "partner", Outcome: "credible"}))(t)
	must(o.book.Assess(o.ctx, o.anna, file, 0, cases.Risk{Threats: []cases.Threat{{By: "state", What: "search", Likelihood: 4, Impact: 5}}, Until: "2017-05-01"}))(t)
	consent := must(o.book.Agree(o.ctx, o.anna, file, "", 0, cases.Consent{Party: party, Purpose: cases.ForRecord, Recipient: "the record", Data: "what happened", How: "spoken", Language: "ru", Given: "2017-04-09"}))(t).ID
	o.ok(o.book.Testify(o.ctx, o.anna, file, consent, "Words of a testimony (invented).", "en"))
	must(o.book.Draft(o.ctx, o.anna, file, 0, cases.Plan{Goals: "Abroad."}))(t)
	o.travel(o.leg(file, party, false, cases.Spot{Place: place, Words: "the flat"}))
	leg := o.leg(file, party, true, cases.Spot{Words: "abroad"})
	o.ok(o.book.MakeCard(o.ctx, o.anna, leg, 0))
	must(o.book.KeepPaper(o.ctx, o.anna, file, "", 0, cases.Paper{Party: party, Kind: "passport", Country: "RU", Status: cases.PaperHeld, Until: "2017-04-09"}))(t)
	o.ok(o.book.GoBecause(o.ctx, o.boris, leg, 1, true, "The consulate waits for them."))
	in := must(o.book.Watch(o.ctx, o.anna, file, cases.CheckIn{Party: party, Channel: "phone", Sign: "the kettle is on", Duress: "greet your aunt"}, watch.Round{Due: o.Clock.Now().Add(time.Hour), Every: 24 * time.Hour, Grace: 10 * time.Minute, Pace: watch.Steady}))(t).ID
	o.ok(o.book.Hear(o.ctx, o.anna, file, in, false, "They rang."))
	provider := must(o.book.KeepProvider(o.ctx, o.anna, ids.New("provider"), 0, cases.Provider{Name: "A doctor (invented)", Gives: []string{"medical"}, Contact: "+7 200 000 00 09"}))(t).ID
	need := must(o.book.KeepNeed(o.ctx, o.anna, file, "", 0, cases.Need{Kind: "medical", Urgency: cases.Hours, Words: "A wound."}))(t).ID
	must(o.book.Deliver(o.ctx, o.anna, file, "", 0, cases.Delivery{Need: need, Provider: provider, What: "A visit", Due: "2017-04-10"}))(t)
	cost := must(o.book.Spend(o.ctx, o.anna, file, "", "", cases.Cost{Money: cases.Money{Minor: 300, Currency: "EUR"}, Line: "food", What: "bread", Day: "2017-04-09"}))(t).ID
	blob := must(chunks.Seal(strings.NewReader(receiptText)))(t)
	must(o.book.Prove(o.ctx, o.anna, file, cost, cases.Receipt{Name: "bread.txt", Type: blob.Type, Size: blob.Size, SHA256: blob.SHA256, Blob: blob.ID, Key: blob.Key, Sums: blob.Sums}))(t)
	must(o.book.FollowUp(o.ctx, o.anna, file, cases.FollowUp{Safe: true, Words: "They are well."}))(t)
	o.ok(o.book.Turn(o.ctx, o.anna, file, cases.Suspended, "They asked to wait."))
	o.ok(o.book.Turn(o.ctx, o.anna, file, "", "They go on."))
	hold := ids.New("hold")
	o.ok(o.book.AskHold(o.ctx, o.anna, file, hold, cases.Hold{Reason: "A court asked (invented).", Until: "2019-01-01"}))
	o.ok(o.book.AgreeHold(o.ctx, o.boris, file, hold))
	o.ok(board.Ask(o.ctx, o.anna, team.Ask{ID: ids.New("task"), File: file, Kind: team.Task, Owner: o.boris.ID, Due: o.Clock.Now().Add(time.Hour), Grave: true}, "Buy the tickets."))
	done := ids.New("task")
	o.ok(board.Ask(o.ctx, o.anna, team.Ask{ID: done, File: file, Kind: team.Task}, "Ring the doctor."))
	o.ok(board.Finish(o.ctx, o.anna, done, team.Done, "Done."))
	scan := must(cabinet{chunks}.Keep(strings.NewReader("A signed paper (invented).")))(t)
	scan.Name = "paper.txt"
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		s, err := o.book.SeatIn(o.ctx, tx, o.anna, file)
		if err != nil {
			return err
		}
		app := ids.New("application")
		for _, x := range []struct {
			kind cases.Kind
			id   string
			what any
		}{
			{cases.KindForm, ids.New("form"), cases.Form{Party: party, Title: "Consent", Words: "Read aloud.", Signed: "2017-04-09", Copy: scan}},
			{cases.KindAllot, ids.New("allot"), cases.Allot{Cost: cost, Grant: "grant_elsewhere"}},
			{cases.KindHanded, ids.New("referral"), cases.Handover{}},
			{cases.KindHeed, ids.New("heed"), cases.Heed{Item: "x"}},
			{"expertise", ids.New("expertise"), map[string]any{"Opinion": ids.New("opinion")}},
			{team.KindNote, ids.New("handing"), team.Words{What: "Look after them."}},
			{team.KindBack, ids.New("readback"), team.Words{What: "I will."}},
			{pathways.KindApplication, app, pathways.Application{Parties: []string{party}, Title: "A visa", Country: "fr", Reference: "A 1"}},
			{pathways.KindAppointment, ids.New("appointment"), map[string]any{"Application": app}},
			{pathways.KindDecision, ids.New("decision"), map[string]any{"Application": app}},
		} {
			if _, err := s.Write(o.ctx, x.kind, x.id, 0, x.what); err != nil {
				return err
			}
		}
		return nil
	}))
	must(o.book.Close(o.ctx, o.anna, file, 0, cases.Closure{Safe: true, Needs: "all", View: "glad", EraseBy: "2018-01-01"}))(t)
	return file
}

// atHome takes out of an edition what is the Desk's own: where a file lies, and its key.
var atHome = regexp.MustCompile(`"(ID|Blob|Key|Sums)":("[^"]*"|\[[0-9,]*\]|null),?`)

// contents are all editions in all safes that a member can open, by safe and edition.
func contents(t *testing.T, o *office, who staff.Actor) map[string]string {
	t.Helper()
	all := map[string]string{}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		for _, kind := range []string{"case", "leg", "place", "provider"} {
			list, err := tx.SafesOf(o.ctx, kind, who.ID)
			if err != nil {
				return err
			}
			for _, id := range list {
				items, err := tx.Items(o.ctx, id)
				if err != nil {
					return err
				}
				s, err := cases.UnlockIn(o.ctx, tx, who, id)
				if err != nil {
					return err
				}
				for _, i := range items {
					plain, err := cases.ReadIn[json.RawMessage](o.ctx, tx, s, i.Kind)
					if err != nil {
						return err
					}
					for _, e := range plain {
						text := string(e.Content)
						if i.Kind == cases.KindForm || i.Kind == cases.KindReceipt {
							text = atHome.ReplaceAllString(text, "")
						}
						all[strings.Join([]string{id, string(i.Kind), e.ID, string(rune('0' + e.Version)), e.Author, e.At.UTC().String()}, " ")] = text
					}
				}
			}
		}
		return nil
	}))
	return all
}

// TestEveryKindMoves: a case with an entry of every kind that the code knows goes to
// another Desk, and nothing of it is lost there: editions, files, clocks, holds, tasks
// and what the house's sums say. A new kind fails the test until it is thought of.
func TestEveryKindMoves(t *testing.T) {
	t.Parallel()
	o, chunks, board := furnishedOffice(t)
	file := furnish(t, o, chunks, board)
	before := contents(t, o, o.anna)
	found := map[cases.Kind]bool{}
	for k := range before {
		found[cases.Kind(strings.Fields(k)[1])] = true
	}
	for k := range kindsInCode(t) {
		if stay[k] == "" && !found[k] {
			t.Errorf("the case of this test holds no %q: does it move?", k)
		}
	}
	key := must(age.GenerateX25519Identity())(t)
	p := o.leave(cases.Exit{Kind: cases.ExitAll, Recipient: key.Recipient().String()})
	all := strings.Join([]string{parts(t, p.Bytes, key)["items.jsonl"], parts(t, p.Bytes, key)["holds.jsonl"]}, "")
	if strings.Contains(all, `"kind":"tally"`) || strings.Contains(all, `"Key":"`) {
		t.Error("the package holds what is this Desk's own")
	}

	n, nchunks, nboard := furnishedOffice(t)
	n.Clock.Advance(time.Minute)
	got := must(n.book.Arrive(n.ctx, n.anna, p.Bytes, key.String()))(t)
	if got.Cases != 1 || got.Places != 1 || got.Files != 2 {
		t.Errorf("%+v", got)
	}
	after := contents(t, n, n.anna)
	for k, v := range before {
		if stay[cases.Kind(strings.Fields(k)[1])] == "" && after[k] != v {
			t.Errorf("%s was\n%s\nand is\n%s", k, v, after[k])
		}
	}
	moved(t, o, n, file, nchunks, nboard)
	// What a colleague brings of the same places and providers is no second one.
	other := o.open(o.boris)
	pl := must(o.book.Places(o.ctx, o.boris))(t)[0]
	p2 := must(o.book.KeepParty(o.ctx, o.boris, other, "", 0, cases.Party{Code: "A", Name: "Said Example (invented)"}))(t).ID
	must(o.book.PlanLeg(o.ctx, o.boris, other, "", 0, cases.Leg{Parties: []string{p2}, From: cases.Spot{Words: "here"}, To: cases.Spot{Place: pl.ID}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(time.Hour)}))(t)
	o.ok(o.book.Unassign(o.ctx, o.anna, file, o.boris.ID))
	e := cases.Exit{ID: ids.New("exit"), Kind: cases.ExitAll, Recipient: key.Recipient().String(), Reason: "we move"}
	o.ok(o.book.AskExit(o.ctx, o.boris, e))
	o.ok(o.book.AnswerExit(o.ctx, o.anna, e.ID, true))
	second := must(o.book.Fetch(o.ctx, o.boris, e.ID))(t)
	if _, err := n.book.Arrive(n.ctx, n.boris, second.Bytes, key.String()); fault.KindOf(err) != fault.Conflict {
		t.Error("a place that they cannot open was changed:", err)
	}
	n.ok(n.book.ShowPlace(n.ctx, n.anna, pl.ID, n.boris.ID))
	must(n.book.Arrive(n.ctx, n.boris, second.Bytes, key.String()))(t)
	if here := must(n.book.Places(n.ctx, n.boris))(t); len(here) != 1 || len(here[0].Sheet.History) != 1 || len(here[0].Legs) != len(pl.Legs)+1 {
		t.Errorf("%+v", here)
	}
}

// moved checks what does not lie in safes.
func moved(t *testing.T, o, n *office, file string, chunks *vault.Chunks, board *team.Board) {
	t.Helper()
	c := must(n.book.Case(n.ctx, n.anna, file))(t)
	old := must(o.book.Case(o.ctx, o.anna, file))(t)
	if c.State != old.State || c.EraseBy != old.EraseBy || c.Level != old.Level || len(c.Costs) != 1 || len(c.Costs[0].Receipts) != 1 {
		t.Fatalf("%+v\n%+v", c.File, old.File)
	}
	r := c.Costs[0].Receipts[0].Content
	body := must(chunks.Open(vault.Blob{ID: r.Blob, Key: r.Key, Size: r.Size, Type: r.Type, Sums: r.Sums}))(t)
	defer body.Close()
	if raw := must(io.ReadAll(body))(t); string(raw) != receiptText || sha256.Sum256(raw) != r.SHA256 {
		t.Errorf("the receipt says %q", raw)
	}
	if _, raw, err := n.book.SignedCopy(n.ctx, n.anna, file, c.Forms[0].ID); err != nil || !bytes.Contains(raw, []byte("signed paper")) {
		t.Errorf("the signed paper says %q, %v", raw, err)
	}
	if h := must(n.book.Providers(n.ctx, n.clara))(t); len(h) != 1 || h[0].Content().Name != "A doctor (invented)" {
		t.Errorf("the providers are %+v", h)
	}
	n.refused(n.book.Erase(n.ctx, n.anna, file), fault.Conflict, "is held")
	rows := map[bool]string{}
	for first, x := range map[bool]*office{true: o, false: n} {
		x.ok(x.DB.Read(x.ctx, func(tx *store.Tx) error {
			tasks, err := tx.ChoresOf(x.ctx, file)
			if err != nil {
				return err
			}
			holds, err := tx.HoldsOf(x.ctx, file)
			if err != nil {
				return err
			}
			sums, err := tx.PurseSums(x.ctx)
			if err != nil {
				return err
			}
			heads, err := tx.PurseHeads(x.ctx)
			rows[first] = string(must(json.Marshal([]any{tasks, holds, sums, heads}))(t))
			return err
		}))
	}
	if rows[true] != rows[false] || !strings.Contains(rows[true], "bread") && !strings.Contains(rows[true], `"food"`) {
		t.Errorf("tasks, holds and sums were\n%s\nand are\n%s", rows[true], rows[false])
	}
	if list := must(board.Work(n.ctx, n.anna, file))(t).Items; len(list) != 2 || list[0].What != "Buy the tickets." {
		t.Errorf("the tasks are %+v", list)
	}
}
