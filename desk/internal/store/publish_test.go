package store_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/press"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/founding"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type newsroom struct {
	*desktest.Ground
	gateway *publish.Gateway
	board   *campaign.Board
	org     ed25519.PublicKey
	locked  bool
}

func openNewsroom(t *testing.T) *newsroom {
	t.Helper()
	g := desktest.New(t)
	setter, err := press.New(i18n.Must(i18n.Load(page.Locale(), press.Locale())))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := keyring.NewSigner(bytes.Repeat([]byte{7}, 32), bundle.TagPages)
	if err != nil {
		t.Fatal(err)
	}
	n := &newsroom{Ground: g, org: signer.Public()}
	n.gateway = &publish.Gateway{
		Within:  store.Within(g.DB, func(tx *store.Tx) publish.Store { return tx }),
		Reading: store.Reading(g.DB, func(tx *store.Tx) publish.Store { return tx }),
		Clock:   g.Clock, Press: setter,
		Signer: func() (bundle.Signer, error) {
			if n.locked {
				return nil, fault.New(fault.Locked, "The Desk is locked.")
			}
			return signer, nil
		},
	}
	n.board = &campaign.Board{
		Within:  store.Within(g.DB, func(tx *store.Tx) campaign.Store { return tx }),
		Reading: store.Reading(g.DB, func(tx *store.Tx) campaign.Store { return tx }),
		Clock:   g.Clock, Gate: store.Gate{Gateway: n.gateway}, Press: letter.Press{},
	}
	return n
}

func (n *newsroom) write(t *testing.T, f func(*store.Tx) error) {
	t.Helper()
	if err := n.DB.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func report(summary string) publish.Report {
	return publish.Report{Title: publish.Text{EN: "Report", RU: "Доклад"}, AsOf: "2017-04-09", Historical: true, By: "Example", Summary: []publish.Text{{EN: "What is known.", RU: summary}}}
}

func pushed(t *testing.T, n *newsroom) (bundle.Pages, map[string][]byte) {
	t.Helper()
	var body []byte
	n.write(t, func(tx *store.Tx) error {
		due, err := tx.DueJobs(context.Background(), n.Clock.Now(), 10)
		if err != nil || len(due) == 0 {
			return err
		}
		body = due[0].Body
		return nil
	})
	if body == nil {
		return bundle.Pages{}, nil
	}
	var p publish.Push
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	list, err := bundle.OpenPages([]byte(p.Manifest), n.org)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range p.Pages {
		out[f.Path] = f.Body
	}
	return list, out
}

func wantKind(t *testing.T, what string, err error, k fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != k {
		t.Errorf("%s: %v, want kind %d", what, err, k)
	}
}

// The whole of a publication on a real encrypted database: stopped by the guard,
// mended, approved by two, published, superseded, taken down.
func TestPublication(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	editor := n.Member(t, "Editor", staff.Editor)
	advocate := n.Member(t, "Advocate", staff.Advocate)
	security := n.Member(t, "Security", staff.Security)
	_, grants, err := safe.Create("case_a", advocate.Member)
	if err != nil {
		t.Fatal(err)
	}
	n.write(t, func(tx *store.Tx) error {
		if err := tx.PutGrant(ctx, grants[0]); err != nil {
			return err
		}
		return tx.WatchTerm(ctx, "case_a", "name", "Анзор Гайрбеков") // invented
	})

	id, err := n.gateway.Begin(ctx, editor, "Chechnya, April 2017", report("Об Анзоре Гайрбекове ничего не известно."))
	if err != nil {
		t.Fatal(err)
	}
	proof, err := n.gateway.Open(ctx, editor, id)
	if err != nil || !publish.Blocked(proof.Hits) {
		t.Fatalf("the name was not found: %v %+v", err, proof.Hits)
	}
	for _, h := range proof.Hits {
		if h.Entitled || h.Words != "" || h.Owner != "" || h.Term != 0 {
			t.Errorf("an editor learns %+v", h)
		}
	}
	if p, _ := n.gateway.Open(ctx, advocate, id); len(p.Hits) == 0 || !strings.Contains(p.Hits[0].Words, "Анзор") {
		t.Errorf("who may open the case does not see the words: %+v", p.Hits)
	}
	err = n.gateway.Approve(ctx, advocate, id, proof.Edition.Digest)
	wantKind(t, "approving a leak", err, fault.Conflict)
	if strings.Contains(err.Error(), "Анзор") {
		t.Error("the refusal names the person")
	}
	wantKind(t, "publishing a leak", n.gateway.Publish(ctx, editor, id), fault.Conflict)

	if err := n.gateway.Revise(ctx, editor, id, report("Об одном из задержанных ничего не известно."), proof.Edition.Revision); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a second writer of the same revision", n.gateway.Revise(ctx, editor, id, report("Другое."), proof.Edition.Revision), fault.Conflict)
	old := proof.Edition.Digest
	proof, _ = n.gateway.Open(ctx, editor, id)
	wantKind(t, "approving other bytes", n.gateway.Approve(ctx, advocate, id, old), fault.Conflict)
	if err := n.gateway.Approve(ctx, editor, id, proof.Edition.Digest); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "approving twice", n.gateway.Approve(ctx, editor, id, proof.Edition.Digest), fault.Conflict)
	wantKind(t, "publishing with one", n.gateway.Publish(ctx, editor, id), fault.Conflict)
	if err := n.gateway.Approve(ctx, security, id, proof.Edition.Digest); err != nil {
		t.Fatal(err)
	}
	n.locked = true
	wantKind(t, "publishing while locked", n.gateway.Publish(ctx, editor, id), fault.Locked)
	if list, _ := pushed(t, n); list.Serial != 0 {
		t.Error("something left although the signing failed")
	}
	n.locked = false
	if err := n.gateway.Publish(ctx, editor, id); err != nil {
		t.Fatal(err)
	}
	list, files := pushed(t, n)
	if list.Serial != 1 || len(list.Pages) == 0 || len(list.Pages) != len(files) {
		t.Fatalf("serial %d with %d pages, %d files", list.Serial, len(list.Pages), len(files))
	}
	if !strings.Contains(string(files["report/chechnya-april-2017.ru.html"]), "Об одном из задержанных") {
		t.Errorf("the page is not there: %v", list.Pages[0].Path)
	}
	wantKind(t, "changing what is public", n.gateway.Revise(ctx, editor, id, report("Иное."), 99), fault.Conflict)

	// A second version takes the newest-version names and leaves the first one readable.
	second, err := n.gateway.Begin(ctx, editor, "Chechnya, April 2017", report("Вторая версия."))
	if err != nil {
		t.Fatal(err)
	}
	p2, _ := n.gateway.Open(ctx, editor, second)
	wantKind(t, "agreeing to a second version that does not say what has changed", n.gateway.Approve(ctx, editor, second, p2.Edition.Digest), fault.Conflict)
	r2 := p2.Edition.Report
	r2.Changed = []publish.Text{{EN: "Words.", RU: "Слова."}}
	if err := n.gateway.Revise(ctx, editor, second, r2, p2.Edition.Revision); err != nil {
		t.Fatal(err)
	}
	p2, _ = n.gateway.Open(ctx, editor, second)
	for _, a := range []staff.Actor{editor, advocate} {
		if err := n.gateway.Approve(ctx, a, second, p2.Edition.Digest); err != nil {
			t.Fatal(err)
		}
	}
	// Somebody is watched between approval and publication: it stops.
	n.write(t, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_b", "alias", "Версия") })
	wantKind(t, "publishing what became a leak", n.gateway.Publish(ctx, editor, second), fault.Conflict)
	wantKind(t, "an editor decides", n.gateway.Decide(ctx, editor, second, 1, "an ordinary word"), fault.Denied)
	p2, _ = n.gateway.Open(ctx, security, second)
	for _, h := range p2.Hits {
		if err := n.gateway.Decide(ctx, security, second, h.Term, "an ordinary word"); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.gateway.Publish(ctx, editor, second); err != nil {
		t.Fatal(err)
	}
	list, files = pushed(t, n)
	if list.Serial != 2 || !strings.Contains(string(files["report/chechnya-april-2017.ru.html"]), "Вторая версия") || !strings.Contains(string(files["report/chechnya-april-2017.v1.ru.html"]), "Об одном") {
		t.Errorf("serial %d", list.Serial)
	}
	if first, _ := n.gateway.Open(ctx, editor, id); first.Edition.State != publish.Superseded {
		t.Errorf("the first is %s", first.Edition.State)
	}
	if err := n.gateway.Remove(ctx, security, second, "a source asked"); err != nil {
		t.Fatal(err)
	}
	if list, files = pushed(t, n); list.Serial != 3 || files["report/chechnya-april-2017.v2.ru.html"] != nil || files["report/chechnya-april-2017.v1.css"] == nil {
		t.Error("the removed edition is public, or the other one is broken")
	}
	n.write(t, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) })
}

// A consent lifts exactly its own hit, until it is withdrawn; erasing a case
// leaves not even fingerprints; a rolled-back term is forgotten.
func TestGuardTerms(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	security := n.Member(t, "Security", staff.Security)
	check := func(text string) bool {
		hits, err := n.gateway.Inspect(ctx, security, "letter_x", "public", []string{text})
		if err != nil {
			t.Fatal(err)
		}
		return publish.Blocked(hits)
	}
	const text = "Седа Дашаева, +7 200 123-45-67"
	if check(text) {
		t.Fatal("an empty guard finds something")
	}
	n.write(t, func(tx *store.Tx) error {
		for range 2 { // twice is once
			if err := tx.WatchTerm(ctx, "case_a", "name", "Седа Дашаева"); err != nil {
				return err
			}
		}
		return tx.WatchTerm(ctx, "case_a", "phone", "8 200 123 45 67")
	})
	if !check("Седа Дашаева") || !check("+7 200 123-45-67") {
		t.Fatal("not found")
	}
	n.write(t, func(tx *store.Tx) error {
		return tx.ConsentTerm(ctx, "case_a", "name", "public", "consent_1", "2017-12-31")
	})
	if check("Седа Дашаева") || !check(text) {
		t.Error("a consent for the name must lift the name and leave the phone")
	}
	// Another person of the same name has agreed to nothing.
	n.write(t, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_namesake", "name", "Седа Дашаева") })
	if !check("Седа Дашаева") {
		t.Error("one person's consent lifts a namesake's hit")
	}
	n.write(t, func(tx *store.Tx) error { return tx.ForgetTerms(ctx, "case_namesake") })
	if check("Седа Дашаева") {
		t.Error("the consent was lost with the namesake")
	}
	n.Clock.Advance(300 * 24 * 3600e9)
	if !check("Седа Дашаева") {
		t.Error("a consent that has run out still lifts")
	}
	n.Clock.Advance(-300 * 24 * 3600e9)
	n.write(t, func(tx *store.Tx) error { return tx.WithdrawTerm(ctx, "consent_1") })
	if !check("Седа Дашаева") {
		t.Error("a withdrawn consent still lifts")
	}
	// A transaction that fails after the index has seen its term.
	err := n.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.WatchTerm(ctx, "case_b", "name", "Умар Цечоев"); err != nil {
			return err
		}
		if err := n.gateway.Pass(ctx, tx, "m", "letter_y", "public", []string{"Умар Цечоев"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("its own transaction does not see it: %v", err)
		}
		return fault.New(fault.Conflict, "undone")
	})
	if err == nil {
		t.Fatal("not undone")
	}
	n.write(t, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_c", "name", "Хеда Оздоева") })
	if check("Умар Цечоев") || !check("Хеда Оздоева") {
		t.Error("the index holds what was undone, or lacks what took its place")
	}
	n.write(t, func(tx *store.Tx) error { return tx.ForgetTerms(ctx, "case_a") })
	if check(text) {
		t.Error("an erased case is still found")
	}
	if err := n.DB.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(n.Dir, "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("Оздоева")) || bytes.Contains(raw, []byte("guard_term")) {
		t.Error("the database is not encrypted")
	}
}

// The founding campaign: imported, a letter sent through the gate, later results
// that wait for a second person, and the public board.
func TestFoundingCampaign(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n := openNewsroom(t)
	advocate := n.Member(t, "Advocate", staff.Advocate)
	second := n.Member(t, "Second", staff.Editor)
	for i, file := range [][]byte{founding.Scenario(), founding.Later()} {
		doc, err := scenario.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			if fresh, err := n.board.Import(ctx, advocate, doc); err != nil || fresh != want {
				t.Fatalf("file %d: fresh %v, %v", i, fresh, err)
			}
		}
	}
	all, err := n.board.Campaigns(ctx, advocate)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	f, err := n.board.Open(ctx, advocate, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[campaign.Kind]int{}
	for _, g := range f.Targets {
		kinds[g.Kind]++
	}
	if len(f.Demands) != 5 || kinds[campaign.Government] != 28 || kinds[campaign.Institution] != 2 || kinds[campaign.Counterpart] != 1 {
		t.Fatalf("%d demands, targets %v", len(f.Demands), kinds)
	}
	accountability := f.Demands[1]
	public := f.Score("2018-12-31", true).Totals[accountability.ID]
	if public.ByState[campaign.Resulted] != 0 {
		t.Errorf("results are public before a second person: %+v", public)
	}
	var ids []string
	for _, r := range f.Responses {
		ids = append(ids, r.ID)
	}
	wantKind(t, "confirming one's own", n.board.Confirm(ctx, advocate, f.Campaign.ID, ids...), fault.Denied)
	if err := n.board.Confirm(ctx, second, f.Campaign.ID, ids...); err != nil {
		t.Fatal(err)
	}
	f, _ = n.board.Open(ctx, advocate, f.Campaign.ID)
	public = f.Score("2018-12-31", true).Totals[accountability.ID]
	if public.ByState[campaign.Resulted] != 17 || public.ByState[campaign.Denied] != 1 {
		t.Errorf("sixteen states and the rapporteur, and one denial: %+v", public)
	}
	if before := f.Score("2018-10-31", true).Totals[accountability.ID]; before.ByState[campaign.Resulted] != 0 {
		t.Error("results before they happened")
	}

	promiseTakesTwo(t, n, f, advocate, second)
	mistakenAsk(t, n, f, advocate)

	n.write(t, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_a", "name", "Анзор Гайрбеков") })
	_, err = n.board.Write(ctx, advocate, f.Campaign.ID, f.Targets[0].ID, "ru", []string{accountability.ID})
	wantKind(t, "a letter to nobody knows whom", err, fault.Invalid)
	if err := n.board.NameTarget(ctx, advocate, f.Campaign.ID, f.Targets[0].ID, campaign.Text{EN: "An invented government", RU: "Вымышленное правительство"}, "", "ru"); err != nil {
		t.Fatal(err)
	}
	lid, err := n.board.Write(ctx, advocate, f.Campaign.ID, f.Targets[0].ID, "ru", []string{accountability.ID})
	if err != nil {
		t.Fatal(err)
	}
	l, _ := n.board.Letter(ctx, advocate, lid)
	good := l.Paragraphs
	l.Paragraphs = append([]string{"Просим за Гайрбекова Анзора."}, good...)
	if err := n.board.Revise(ctx, advocate, l, l.Revision); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "sending a leak", n.board.Send(ctx, advocate, lid, l.Revision+1, ""), fault.Conflict)
	l.Paragraphs = good
	if err := n.board.Revise(ctx, advocate, l, l.Revision+1); err != nil {
		t.Fatal(err)
	}
	if err := n.board.Send(ctx, advocate, lid, l.Revision+2, ""); err != nil {
		t.Fatal(err)
	}
	sent, _ := n.board.Letter(ctx, advocate, lid)
	if !sent.Sent || sent.Digest != sent.Sum() || !bytes.HasPrefix(sent.PDF, []byte("%PDF-")) {
		t.Errorf("sent %v, digest %q, %d bytes of PDF", sent.Sent, sent.Digest, len(sent.PDF))
	}
	wantKind(t, "changing a sent letter", n.board.Revise(ctx, advocate, sent, sent.Revision), fault.Conflict)
	f, _ = n.board.Open(ctx, advocate, f.Campaign.ID)
	if c := f.Score(clock.DayOf(n.Clock.Now()), false).Cell(accountability.ID, f.Targets[0].ID); c.Asked != 2 || c.Deadline == "" {
		t.Errorf("the letter is no ask: %+v", c)
	}
}

// promiseTakesTwo: what became of a promise is public once a second person confirmed it,
// and not any more when somebody says otherwise.
func promiseTakesTwo(t *testing.T, n *newsroom, f campaign.File, advocate, second staff.Actor) {
	t.Helper()
	ctx, id, target := t.Context(), f.Campaign.ID, f.Targets[3].ID
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	answer, err := n.board.Answered(ctx, advocate, campaign.Response{Campaign: id, Demand: f.Demands[0].ID, Target: target, State: campaign.Committed, Day: "2018-12-01", Evidence: "An invented speech", Words: campaign.Text{EN: "They will ask."}}, campaign.Text{}, "2018-12-10")
	must(err)
	must(n.board.Confirm(ctx, second, id, answer))
	promise := func(public bool) (string, campaign.Outcome) {
		t.Helper()
		f, err := n.board.Open(ctx, advocate, id)
		must(err)
		for _, p := range f.Commitments {
			if p.Response == answer {
				return p.ID, f.Score("2018-12-31", public).Cell(f.Demands[0].ID, target).Promise
			}
		}
		t.Fatal("the promise is gone")
		return "", ""
	}
	is := func(inside, public campaign.Outcome) {
		t.Helper()
		if _, got := promise(false); got != inside {
			t.Errorf("inside it is %s, not %s", got, inside)
		}
		if _, got := promise(true); got != public {
			t.Errorf("in public it is %s, not %s", got, public)
		}
	}
	it, _ := promise(false)
	wantKind(t, "without evidence", n.board.Settle(ctx, advocate, id, it, campaign.Kept, " "), fault.Invalid)
	must(n.board.Settle(ctx, advocate, id, it, campaign.Kept, "An invented note"))
	is(campaign.Kept, campaign.Open)
	wantKind(t, "one's own", n.board.Confirm(ctx, advocate, id, it), fault.Denied)
	must(n.board.Confirm(ctx, second, id, it))
	is(campaign.Kept, campaign.Kept)
	wantKind(t, "twice", n.board.Confirm(ctx, second, id, it), fault.Conflict)
	must(n.board.Settle(ctx, advocate, id, it, campaign.Kept, "An invented note")) // the form sent twice
	is(campaign.Kept, campaign.Kept)
	must(n.board.Settle(ctx, second, id, it, campaign.Broken, "An invented report"))
	is(campaign.Broken, campaign.Open)
	wantKind(t, "one's own", n.board.Confirm(ctx, second, id, it), fault.Denied)
	must(n.board.Confirm(ctx, advocate, id, it))
	is(campaign.Broken, campaign.Broken)
}

// mistakenAsk: what was noted by mistake counts no silence any more, and stays in the file;
// what a letter asked that left cannot be unsaid.
func mistakenAsk(t *testing.T, n *newsroom, f campaign.File, advocate staff.Actor) {
	t.Helper()
	ctx, id, target, demand := t.Context(), f.Campaign.ID, f.Targets[4].ID, f.Demands[2].ID
	if err := n.board.NameTarget(ctx, advocate, id, target, campaign.Text{EN: "Another invented government", RU: "Другое вымышленное правительство"}, "", "ru"); err != nil {
		t.Fatal(err)
	}
	if err := n.board.Asked(ctx, advocate, campaign.Ask{Campaign: id, Way: campaign.ByCall, Sent: "2018-11-01"}, []string{demand}, []string{target}); err != nil {
		t.Fatal(err)
	}
	look := func() (campaign.Ask, campaign.Cell) {
		t.Helper()
		f, err := n.board.Open(ctx, advocate, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range f.Asks {
			if a.Target == target && a.Demand == demand && a.Sent == "2018-11-01" {
				return a, f.Score("2018-12-31", false).Cell(demand, target)
			}
		}
		t.Fatal("what was asked is gone")
		return campaign.Ask{}, campaign.Cell{}
	}
	ask, before := look()
	wantKind(t, "no reason", n.board.WithdrawAsk(ctx, advocate, id, ask.ID, " "), fault.Invalid)
	if err := n.board.WithdrawAsk(ctx, advocate, id, ask.ID, "The call never took place (invented)."); err != nil {
		t.Fatal(err)
	}
	if got, after := look(); got.Withdrawn == "" || after.Asked != before.Asked-1 || after.FirstAsked == "2018-11-01" {
		t.Errorf("%+v, before %+v", after, before)
	}
	lid, err := n.board.Write(ctx, advocate, id, target, "ru", []string{demand})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.board.Send(ctx, advocate, lid, 1, ""); err != nil {
		t.Fatal(err)
	}
	f, _ = n.board.Open(ctx, advocate, id)
	for _, a := range f.Asks {
		if a.Letter == lid {
			wantKind(t, "what a letter asked", n.board.WithdrawAsk(ctx, advocate, id, a.ID, "Invented."), fault.Conflict)
			return
		}
	}
	t.Error("the letter asked nothing")
}
