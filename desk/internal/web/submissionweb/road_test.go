package submissionweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/submission"
	"waylight/desk/internal/web/submissionweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// bureau is submissions over real storage. Nobody in it is real.
type bureau struct {
	*desktest.Ground
	registry   *submission.Registry
	anna, egon staff.Actor // advocate and editor
	incident   string
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	g := desktest.New(t)
	as, gate, archive := func(tx *store.Tx) submission.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }, func(tx *store.Tx) record.Store { return tx }
	b := &bureau{Ground: g, anna: g.Member(t, "Anna (invented)", staff.Advocate), egon: g.Member(t, "Egon (invented)", staff.Editor)}
	b.registry = &submission.Registry{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock, Press: letter.Press{}, Sender: "Example Organisation (invented)",
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(g.DB, gate), Reading: store.Reading(g.DB, gate), Clock: g.Clock}}}
	a := record.NewArchive(store.Within(g.DB, archive), store.Reading(g.DB, archive), g.Clock)
	dora := g.Member(t, "Dora (invented)", staff.Documenter)
	i, err := a.AddIncident(t.Context(), dora, record.Incident{Title: "An invented incident", Place: "a town that is invented", Span: "2017-03", Narrative: "Men in uniform took a man from his work."})
	must(t, err)
	b.incident = i.ID
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve serves the room's pages to one member.
func (b *bureau) serve(t *testing.T, who staff.Actor) string {
	t.Helper()
	words, err := i18n.Load(page.Locale(), ui.Locale(), submissionweb.Locale())
	must(t, err)
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: b.Clock, Actor: func(*http.Request) (staff.Actor, error) { return who, nil }})
	(&submissionweb.Room{Registry: b.registry, Members: func(context.Context) ([]staff.Member, error) {
		return []staff.Member{b.anna.Member, b.egon.Member}, nil
	}}).Register(m)
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s.URL
}

// TestUrgentAppeal plays an urgent appeal in Chromium without a script: it is
// refused while the mother has not agreed that the government learns the name,
// then completed, let in, filed by the second person, and fetched.
func TestUrgentAppeal(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	anna := b.serve(t, b.anna)
	egon := b.serve(t, b.egon)
	p := browser.Start(t, browser.NoScript)

	p.Go(anna + "/submissions")
	p.Click(`input[name=procedure][value=un-urgent]`)
	p.Set(`select[name=incident]`, b.incident)
	p.Follow(`form[action="/submissions"] button`)
	at := strings.TrimPrefix(strings.Split(p.URL(), "?")[0], anna)
	if got := p.Value(`input[name="e-date"]`) + p.Value(`textarea[name="e-account"]`); got != "2017-03Men in uniform took a man from his work." {
		t.Fatalf("the record filled in %q", got)
	}
	p.Fill(`input[name="e-state"]`, "RU")
	p.Fill(`input[name="why-forces"]`, "They showed no papers.")
	p.Fill(`textarea[name="e-urgency"]`, "People held in the same place were beaten.")
	p.Follow(`form[action="` + at + `"] button`)
	says(t, p, "Name a person with their consent, or define the group.")

	p.Fill(`input[name=name]`, "Ilya Vymyshlenny")
	p.Follow(`form[action="` + at + `/people"] button`)
	agree := func(scope string) {
		p.Click(`input[name=scope][value=` + scope + `]`)
		p.Set(`input[name=given]`, "2017-04-08")
		p.Fill(`textarea[name=how]`, "asked by telephone, the mother answered")
		p.Follow(`form[action="` + at + `/consent"] button`)
	}
	agree("send")
	says(t, p, "This person has not agreed that the government learns their name.", "It cannot be filed: 1 point must be mended.")
	if n := p.Count(`form[action="` + at + `/file"]`); n != 0 {
		t.Fatal("the page offers to file it")
	}
	// The page's word is not what holds it back.
	o, err := b.registry.Open(t.Context(), b.anna, strings.TrimPrefix(at, "/submissions/"))
	must(t, err)
	must(t, b.registry.Admit(t.Context(), b.anna, o.ID, b.egon.ID))
	if err := b.registry.File(t.Context(), b.egon, o.ID, o.Revision); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("filed without a consent: %v", err)
	}

	p.Go(anna + at)
	agree("government")
	says(t, p, "Nothing that is required is missing.", "You changed this last.")
	p.Go(egon + at)
	p.Follow(`form[action="` + at + `/file"] button`)
	says(t, p, "The package is frozen", "SHA-256 of the package's text")
	pack, err := b.registry.Fetch(t.Context(), b.anna, o.ID)
	must(t, err)
	for _, w := range []string{"Ilya Vymyshlenny", "Men in uniform took a man", "Not given, because: They showed no papers.", "Agrees to be named in a public report: NO", "edition " + submission.Edition} {
		if !strings.Contains(pack.Text, w) {
			t.Errorf("the package does not say %q:\n%s", w, pack.Text)
		}
	}
	if !strings.HasPrefix(string(pack.PDF), "%PDF-") || !strings.Contains(p.HTML(), submission.Sum(pack.Text)) {
		t.Error("no PDF, or another hash on the page than the package has")
	}
}

func says(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	text := html.UnescapeString(p.HTML())
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not on the page:\n%s", w, p.Text("main"))
		}
	}
}

// ready makes an appeal that Egon may file.
func (b *bureau) ready(t *testing.T, account string) string {
	t.Helper()
	ctx := t.Context()
	id, err := b.registry.Begin(ctx, b.anna, "un-urgent", b.incident, "en")
	must(t, err)
	must(t, b.registry.AddPerson(ctx, b.anna, id, submission.Person{Name: "Ilya Vymyshlenny"}))
	o, err := b.registry.Open(ctx, b.anna, id)
	must(t, err)
	must(t, b.registry.Agree(ctx, b.anna, id, o.Form.People[0].ID, []submission.Scope{submission.Send, submission.Government}, submission.Consent{Given: "2017-04-08", How: "asked, answered"}))
	answers := map[string]string{"state": "RU", "date": "2017-03", "place": "a town", "account": account, "forces": "men in uniform", "urgency": "others were beaten", "sender": "Example"}
	must(t, b.registry.Write(ctx, b.anna, id, o.Revision+1, "en", "", answers, nil))
	must(t, b.registry.Admit(ctx, b.anna, id, b.egon.ID))
	return id
}

// TestGuardReadsSubmissions: who agreed may be named; who is only mentioned may not.
func TestGuardReadsSubmissions(t *testing.T) {
	t.Parallel()
	b, ctx := newBureau(t), t.Context()
	must(t, b.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.WatchTerm(ctx, "case_one", "name", "Ilya Vymyshlenny"); err != nil {
			return err
		}
		return tx.WatchTerm(ctx, "case_two", "name", "Ruslan Nesushchestvuev")
	}))
	id := b.ready(t, "Ilya Vymyshlenny was taken together with Ruslan Nesushchestvuev.")
	if err := b.registry.File(ctx, b.egon, id, 4); err == nil || !strings.Contains(err.Error(), "gives away somebody") {
		t.Fatalf("a person who did not agree is named: %v", err)
	}
	id = b.ready(t, "Ilya Vymyshlenny was taken together with another man.")
	must(t, b.registry.File(ctx, b.egon, id, 4))
	if _, err := b.registry.Fetch(ctx, b.anna, id); err != nil {
		t.Fatal(err)
	}
}

// TestFrozen: nobody changes what was filed, not even past the rules; who was
// not let in finds nothing; whoever changed it last cannot file it.
func TestFrozen(t *testing.T) {
	t.Parallel()
	b, ctx := newBureau(t), t.Context()
	id := b.ready(t, "A man was taken.")
	stranger := b.Member(t, "Stranger (invented)", staff.Advocate)
	if _, err := b.registry.Open(ctx, stranger, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger opens it: %v", err)
	}
	if err := b.registry.File(ctx, b.anna, id, 4); fault.KindOf(err) != fault.Denied {
		t.Errorf("one person alone files it: %v", err)
	}
	if _, err := b.registry.Fetch(ctx, b.anna, id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("it leaves before it is filed: %v", err)
	}
	must(t, b.registry.File(ctx, b.egon, id, 4))
	before, err := b.registry.Fetch(ctx, b.egon, id)
	must(t, err)
	if err := b.registry.Write(ctx, b.anna, id, 0, "en", "", nil, nil); fault.KindOf(err) != fault.Conflict {
		t.Errorf("it is written after filing: %v", err)
	}
	err = b.DB.Write(ctx, func(tx *store.Tx) error {
		d, err := tx.Submission(ctx, id)
		if err != nil {
			return err
		}
		d.Digest = submission.Sum("another")
		return tx.PutSubmission(ctx, d, d.Revision)
	})
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("the store changes it: %v", err)
	}
	// Egon leaves: Anna gives the safe a new key and reads the very same package.
	must(t, b.DB.Write(ctx, func(tx *store.Tx) error {
		gone := b.egon.Member
		gone.Active = false
		return tx.PutMember(ctx, gone)
	}))
	must(t, b.registry.Renew(ctx, b.anna, id))
	after, err := b.registry.Fetch(ctx, b.anna, id)
	must(t, err)
	if after.Text != before.Text || string(after.PDF) != string(before.PDF) {
		t.Error("the package is another one under the new key")
	}
	if _, err := b.registry.Fetch(ctx, b.egon, id); err == nil {
		t.Error("who has left still opens it")
	}
}

// TestTakenBackAfterFiling plays it in Chromium without a script: an appeal is filed
// and handed over, then its person takes the consent back. The page says to tell the
// body, nothing leaves any more, it cannot be ended before, and the home page is told.
func TestTakenBackAfterFiling(t *testing.T) {
	t.Parallel()
	b, ctx := newBureau(t), t.Context()
	id := b.ready(t, "A man was taken.")
	must(t, b.registry.File(ctx, b.egon, id, 4))
	if due, alarms, err := b.registry.Waiting(ctx, b.egon); err != nil || due != 1 || alarms != 0 {
		t.Fatalf("filed and not handed over: %d due, %d alarms, %v", due, alarms, err)
	}
	before, err := b.registry.Fetch(ctx, b.anna, id)
	must(t, err)
	at := b.serve(t, b.anna) + "/submissions/" + id
	note := `form[action="/submissions/` + id + `/after"]`
	p := browser.Start(t, browser.NoScript, browser.Phone)
	p.Go(at)
	p.Click("#after summary")
	p.Click(note + ` input[value=handed]`)
	p.Set(`input[name=day]`, "2017-04-09")
	if status := p.Follow(note + " button"); status != http.StatusUnprocessableEntity {
		t.Fatalf("kept without words: %d", status)
	}
	says(t, p, "Say how, by whom, and under which number the body has it.")
	if got := p.Value(`input[name=day]`); got != "2017-04-09" {
		t.Fatalf("the day that was typed is lost: %q", got)
	}
	p.Fill(`textarea[name=words]`, "by the body's page, number 12/2017 (invented)")
	p.Follow(note + " button")
	says(t, p, "Handed over", "number 12/2017", "8 June 2017") // 60 days

	p.Follow(`form[action$="/withdraw"] button`)
	says(t, p, "Tell the body today, by its own way", "The consent is ended as of today.")
	if n := p.Count(`a[href$="/pdf"]`); n != 0 {
		t.Error("the page still offers the package")
	}
	for _, who := range []staff.Actor{b.anna, b.egon} {
		if _, err := b.registry.Fetch(ctx, who, id); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the package leaves: %v", err)
		}
		if _, alarms, err := b.registry.Waiting(ctx, who); err != nil || alarms != 1 {
			t.Errorf("%d alarms, %v", alarms, err)
		}
	}
	if err := b.registry.Note(ctx, b.egon, id, submission.After{Step: submission.Closed, Day: b.registry.Today(), Words: "done"}, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("ended before the body was told: %v", err)
	}
	must(t, b.registry.Note(ctx, b.egon, id, submission.After{Step: submission.Told, Day: b.registry.Today(), Words: "by letter"}, ""))
	o, err := b.registry.Open(ctx, b.anna, id)
	must(t, err)
	if due, _, err := b.registry.Waiting(ctx, b.anna); err != nil || due != 0 || o.Told == "" || o.Digest != submission.Sum(before.Text) || len(o.Form.After) != 3 {
		t.Errorf("after telling: %d due, %v, %+v", due, err, o.Form.After)
	}
	if _, err := b.registry.Fetch(ctx, b.anna, id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the package leaves after the body was told: %v", err)
	}
}

// TestConsentRunsOut: a consent whose last day has passed holds back a package that
// was not handed over yet, and not one that was.
func TestConsentRunsOut(t *testing.T) {
	t.Parallel()
	b, ctx := newBureau(t), t.Context()
	id := b.ready(t, "A man was taken.")
	o, err := b.registry.Open(ctx, b.anna, id)
	must(t, err)
	person, today := o.Form.People[0].ID, b.registry.Today()
	must(t, b.registry.TakeBack(ctx, b.anna, id, person))
	must(t, b.registry.Agree(ctx, b.anna, id, person, []submission.Scope{submission.Send, submission.Government}, submission.Consent{Given: "2017-04-08", Until: today, How: "asked, answered"}))
	must(t, b.registry.File(ctx, b.egon, id, 6))
	if _, err := b.registry.Fetch(ctx, b.anna, id); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(48 * time.Hour)
	if _, err := b.registry.Fetch(ctx, b.anna, id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("it leaves after the consent's last day: %v", err)
	}
	must(t, b.registry.Note(ctx, b.anna, id, submission.After{Step: submission.Handed, Day: today, Words: "by post"}, ""))
	if _, err := b.registry.Fetch(ctx, b.anna, id); err != nil {
		t.Errorf("what the body has cannot be read: %v", err)
	}
}

// TestDossierFromTheRecord: a dossier begins with the part of each who did it, the
// chain of command above them over two steps and the items beneath it; what leads
// downwards, a victim and whoever lies sealed stay out. When the record learns more,
// the draft says so.
func TestDossierFromTheRecord(t *testing.T) {
	t.Parallel()
	b, ctx := newBureau(t), t.Context()
	ar, ap := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) parties.Store { return tx }
	archive := record.NewArchive(store.Within(b.DB, ar), store.Reading(b.DB, ar), b.Clock)
	web := &parties.Registry{Within: store.Within(b.DB, ap), Reading: store.Reading(b.DB, ap), Clock: b.Clock, HasCode: func(context.Context, string) (bool, error) { return true, nil }}
	dora := b.Member(t, "Dora the second (invented)", staff.Documenter)
	source, err := archive.AddSource(ctx, dora, record.Source{Name: "Secret Sourceman (invented)", Kind: record.Document, Named: true}, "")
	must(t, err)
	item, err := archive.AddItem(ctx, dora, record.Item{Source: source.ID, Title: "An order", Material: record.Press, Words: "They were held."})
	must(t, err)
	claim, err := archive.AddClaim(ctx, dora, record.Claim{Item: item.ID, Incident: b.incident, Status: record.Detained, Act: record.Detention, Hand: record.Relayed, Asserted: "2017", Verbatim: "They were held."})
	must(t, err)
	party := func(kind parties.Kind, called string, names ...string) string {
		p, err := web.AddParty(ctx, dora, parties.Party{Kind: kind, Called: called}, parties.Identity{Names: names})
		must(t, err)
		return p.ID
	}
	unit, officer, ministry := party(parties.Organisation, "Unit Seven (invented)"), party(parties.Person, "Officer K (invented)", "Zelimkhan Exampleyev"), party(parties.Organisation, "A ministry (invented)")
	victim, below := party(parties.Person, "Person V (invented)"), party(parties.Group, "Guards (invented)")
	act, err := web.AddAct(ctx, dora, parties.Act{Incident: b.incident, Code: "W07", Title: "Detention in a barracks", Dated: "2017-03"})
	must(t, err)
	for _, i := range []parties.Involvement{{Party: unit, Role: parties.Perpetrator, Degree: parties.CarriedOut}, {Party: victim, Role: parties.Victim}} {
		i.Act, i.Claims = act.ID, []string{claim.ID}
		_, err := web.Involve(ctx, dora, i)
		must(t, err)
	}
	for _, r := range []parties.Relation{{One: officer, Tie: parties.Commands, Other: unit, Since: "2015"}, {One: officer, Tie: parties.MemberOf, Other: ministry}, {One: below, Tie: parties.PartOf, Other: unit}} {
		r.Claims = []string{claim.ID}
		_, err := web.Relate(ctx, dora, r)
		must(t, err)
	}

	p := browser.Start(t, browser.NoScript)
	at := b.serve(t, b.anna)
	p.Go(at + "/submissions")
	p.Click(`input[name=procedure][value=sanctions]`)
	p.Set(`select[name=incident]`, b.incident)
	p.Follow(`form[action="/submissions"] button`)
	got := p.Value(`textarea[name="e-part"]`) + "\n" + p.Value(`textarea[name="e-chain"]`) + "\n" + p.Value(`textarea[name="e-proof"]`)
	for _, want := range []string{"Unit Seven (invented): perpetrator, carried it out, Detention in a barracks, 2017-03, claims: 1", "Officer K (invented) commands Unit Seven (invented), 2015 – , claims: 1", "Officer K (invented) is a member of A ministry (invented), claims: 1", item.ID + " (document): 1"} {
		if !strings.Contains(got, want) {
			t.Errorf("the dossier does not say %q:\n%s", want, got)
		}
	}
	for _, never := range []string{"Person V", "Guards", "Exampleyev", "Sourceman"} {
		if strings.Contains(p.HTML(), never) {
			t.Errorf("the dossier says %q", never)
		}
	}
	_, err = web.Relate(ctx, dora, parties.Relation{One: ministry, Tie: parties.ControlsIt, Other: officer, Claims: []string{claim.ID}})
	must(t, err)
	p.Go(p.URL())
	says(t, p, "The record says something else now than when this draft began.")
}
