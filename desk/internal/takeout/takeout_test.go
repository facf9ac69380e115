package takeout_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/count"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/takeout"
	"waylight/desk/internal/vocabulary"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

var ctx = context.Background()

// house is one Desk's record.
type house struct {
	*desktest.Ground
	*takeout.Office
	t           *testing.T
	anna, boris staff.Actor
	tie         string // the relation that people keeps
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	ar, at := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) takeout.Store { return tx }
	h := &house{Ground: g, t: t, anna: g.Member(t, "Anna (invented)", staff.Documenter), boris: g.Member(t, "Boris (invented)", staff.Documenter)}
	ap := func(tx *store.Tx) parties.Store { return tx }
	has := func(_ context.Context, code string) (bool, error) { return code == record.Killing.HURIDOCS(), nil }
	h.Office = &takeout.Office{Within: store.Within(g.DB, at), Reading: store.Reading(g.DB, at), Clock: g.Clock, Archive: record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock),
		Registry: &parties.Registry{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock, HasCode: has}}
	seed := make([]byte, 32)
	rand.Read(seed)
	ao := func(tx *store.Tx) opinion.Store { return tx }
	h.Office.Surgery = &opinion.Surgery{Within: store.Within(g.DB, ao), Reading: store.Reading(g.DB, ao), Clock: g.Clock, Signer: signer{ed25519.NewKeyFromSeed(seed)}} // each Desk has a key of its own
	return h
}

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey               { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, m []byte) ([]byte, error) { return ed25519.Sign(s.key, m), nil }

// opinion writes and signs an opinion of a death, with consent to what is named.
func (h *house) opinion(by staff.Actor, who string, scopes ...opinion.Scope) string {
	h.t.Helper()
	id, k := ids.New("opinion"), h.Surgery
	form, _ := opinion.Find("minnesota", opinion.Edition)
	c := opinion.Content{Who: who, Code: "Person K7", Answers: map[string]string{}, Expert: opinion.Expert{Name: "An expert (invented)", Role: "Pathologist", Qualification: "Invented"}, Findings: []opinion.Finding{{What: "A mark <“planted”> (invented)", Degree: "before"}}}
	for _, e := range form.Elements {
		if c.Answers[e.ID] = map[opinion.Kind]string{opinion.Date: "2017-04-01", opinion.Choice: "undetermined"}[e.Kind]; c.Answers[e.ID] == "" {
			c.Answers[e.ID] = "Придумано."
		}
	}
	for _, s := range scopes {
		c.Consents = append(c.Consents, opinion.Consent{Scope: s, Given: "2017-04-01", By: "The family (invented)", How: "asked"})
	}
	for _, err := range []error{k.Begin(ctx, by, id, "minnesota"), k.Save(ctx, by, id, 1, c), k.Sign(ctx, by, id, 2, true)} {
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return id
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fill puts one of each into the record: open and sealed words, an act, a finding with a review.
func (h *house) fill() (sealed record.Item) {
	t, a := h.t, h.Archive
	paper := must[record.Source](t)(a.AddSource(ctx, h.anna, record.Source{Name: "A newspaper (invented)", Kind: record.Media, Named: true}, ""))
	person := must[record.Source](t)(a.AddSource(ctx, h.anna, record.Source{Name: "Person K7 (invented)", Kind: record.PersonSource}, "Ruslan Inventedov"))
	incident := must[record.Incident](t)(a.AddIncident(ctx, h.anna, record.Incident{Title: "Detentions (invented)", Span: "2017-04", Narrative: "=cmd|' /C calc'!A0"}))
	deed := must[record.Deed](t)(a.AddDeed(ctx, h.anna, record.Deed{Incident: incident.ID, Act: record.Killing}))
	article := must[record.Item](t)(a.AddItem(ctx, h.anna, record.Item{Source: paper.ID, Title: "An article (invented)", Material: record.Press, Words: "Three men were killed.\nНаписано так."}))
	sealed = must[record.Item](t)(a.AddItem(ctx, h.anna, record.Item{Source: person.ID, Title: "What K7 told", Material: record.Testimony, Words: "They took my phone and three men were killed.", Consent: "recorded consent"}))
	claim := func(i record.Item) record.Claim {
		return must[record.Claim](t)(a.AddClaim(ctx, h.anna, record.Claim{Item: i.ID, Incident: incident.ID, Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.Exactly, Value: 3}, Hand: record.Relayed, Asserted: "2017-04-01", Verbatim: "hree men were killed"}))
	}
	c1, c2 := claim(article), claim(sealed)
	for _, err := range []error{
		a.Link(ctx, h.anna, record.Link{From: c1.ID, Kind: record.Confirms, To: c2.ID}),
		a.Judge(ctx, h.anna, record.Judgement{Claim: c1.ID, Credibility: 2, Standing: record.Stands, Reason: "Both agree."}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	must[record.Statement](t)(a.AddStatement(ctx, h.anna, record.Statement{Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "Denies it.", Incident: incident.ID, Contradicts: []string{c1.ID, c2.ID}}))
	f := must[record.Finding](t)(a.Decide(ctx, h.anna, record.Finding{Deed: deed.ID, Decided: record.Consistent, Standard: record.Grounds, Reasoning: "Two sources."}))
	if err := a.Review(ctx, h.boris, record.Review{Finding: f.ID, Agrees: true}); err != nil {
		t.Fatal(err)
	}
	h.people(incident, c1, c2)
	h.opinion(h.anna, "", opinion.Scopes()...)
	h.Ground.Clock.Advance(time.Second)
	if err := h.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddCoding(ctx, vocabulary.Coding{Subject: deed.ID, List: "4", Code: "01", Note: "as the list has it", By: h.anna.ID, At: h.Ground.Clock.Now()}); err != nil {
			return err
		}
		return tx.PutSpot(ctx, gazetteer.Spot{Subject: incident.ID, Version: 1, Name: "A town (invented)", Lat: 43.3, Lon: 45.7, Within: 5000, By: h.anna.ID, At: h.Ground.Clock.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// people puts who did what to whom into the record, with a part and a relation that were
// withdrawn, and two parties that are one.
func (h *house) people(in record.Incident, open, sealed record.Claim) {
	t, r := h.t, h.Registry
	party := func(kind parties.Kind, called string, who parties.Identity) parties.Party {
		h.Ground.Clock.Advance(time.Second)
		return must[parties.Party](t)(r.AddParty(ctx, h.anna, parties.Party{Kind: kind, Called: called}, who))
	}
	unit, again := party(parties.Organisation, "Unit 7 (invented)", parties.Identity{}), party(parties.Organisation, "The seventh unit (invented)", parties.Identity{})
	man := party(parties.Person, "Person R (invented)", parties.Identity{Names: []string{"Salman Inventedov"}})
	act := must[parties.Act](t)(r.AddAct(ctx, h.anna, parties.Act{Incident: in.ID, Code: record.Killing.HURIDOCS(), Dated: "2017-04-01", Place: "A town", Status: "dead"}))
	part := func(p parties.Party, role parties.Role, c record.Claim) parties.Involvement {
		return must[parties.Involvement](t)(r.Involve(ctx, h.anna, parties.Involvement{Act: act.ID, Party: p.ID, Role: role, Claims: []string{c.ID}}))
	}
	part(unit, parties.Perpetrator, open)
	part(man, parties.Victim, sealed)
	gone := part(man, parties.Witness, open)
	gone.Withdrawn = true
	tie := must[parties.Relation](t)(r.Relate(ctx, h.anna, parties.Relation{One: man.ID, Tie: parties.MemberOf, Other: again.ID, Since: "2016", Claims: []string{open.ID}}))
	for _, err := range []error{
		r.AmendInvolvement(ctx, h.anna, gone, gone.Version, "It was somebody else."),
		r.Decide(ctx, h.anna, parties.Decision{A: unit.ID, B: again.ID, Same: true, Reason: "One badge."}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.tie = tie.ID
}

func (h *house) ask(sealed bool, recipient string) string {
	h.t.Helper()
	w := takeout.Wish{ID: ids.New("takeout"), Sealed: sealed, Reason: "For the other office.", Recipient: recipient}
	for range 2 { // a form sent twice asks once
		if err := h.Ask(ctx, h.anna, w); err != nil {
			h.t.Fatal(err)
		}
	}
	return w.ID
}

// TestRoundTrip: everything leaves after a second person's yes, sealed, without who
// sources are; another Desk takes it in, and the first sees nothing new in it.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sealed := h.fill()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	id := h.ask(true, key.Recipient().String())
	if _, _, err := h.Fetch(ctx, h.anna, id, ""); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("it leaves without a second person: %v", err)
	}
	if err := h.Answer(ctx, h.anna, id, true); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("who asks allows it: %v", err)
	}
	if err := h.Answer(ctx, h.boris, id, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Fetch(ctx, h.boris, id, ""); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("somebody else fetches it: %v", err)
	}
	name, raw, err := h.Fetch(ctx, h.anna, id, "")
	if err != nil || !strings.HasSuffix(name, ".zip.age") {
		t.Fatal(err)
	}
	plain := opened(t, raw, key)
	for _, want := range []string{"They took my phone", "Написано так", "README", "sha256", "An office (invented)"} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	for _, want := range []string{"Unit 7 (invented)", "Person R (invented)", "is a member of", "One badge.", `"withdrawn":true`, "as the list has it", "A town (invented)"} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	if strings.Contains(plain, "Inventedov") {
		t.Error("it says who a source or a person is")
	}
	if strings.Contains(plain, "\n=cmd") || strings.Contains(plain, ",=cmd") {
		t.Error("a spreadsheet would run a cell")
	}
	same, err := h.Bring(ctx, h.anna, raw, key.String(), false)
	if err != nil || same.Created+same.Left+len(same.Wrong) > 0 || same.Same < 24 {
		t.Fatalf("at home: %+v %v", same, err)
	}
	other := newHouse(t)
	try, err := other.Bring(ctx, other.anna, raw, key.String(), true)
	if err != nil || try.Done || try.Created != same.Same {
		t.Fatalf("%+v %v", try, err)
	}
	took, err := other.Bring(ctx, other.anna, raw, key.String(), false)
	if err != nil || !took.Done || took.Created != same.Same || len(took.Wrong)+took.Left > 0 {
		t.Fatalf("%+v %v", took, err)
	}
	p, err := other.Archive.Item(ctx, other.boris, sealed.ID)
	if err != nil || p.Words != "They took my phone and three men were killed." || p.Item.Safe == "" || len(p.Claims) != 1 || p.Claims[0].Verbatim != "hree men were killed" || p.Claims[0].Safe == "" {
		t.Errorf("%+v %v", p, err)
	}
	if err := other.DB.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Relation(ctx, h.tie)
		if err != nil {
			return err
		}
		unit, err := tx.Party(ctx, r.Other)
		if err != nil {
			return err
		}
		if unit.Root == unit.ID || unit.Safe != "" {
			t.Errorf("the two units are not one: %+v", unit)
		}
		man, err := tx.Party(ctx, r.One)
		if err != nil {
			return err
		}
		grants, err := tx.Grants(ctx, man.Safe)
		if len(grants) != 2 {
			t.Errorf("%d of two documenters can write down who a person is: %+v", len(grants), man)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if again, err := other.Bring(ctx, other.anna, raw, key.String(), false); err != nil || again.Created > 0 || again.Same != same.Same {
		t.Errorf("again: %+v %v", again, err)
	}
	// The same record goes out of the second Desk as it came.
	other.Ground.Clock.Advance(h.Ground.Clock.Now().Sub(other.Ground.Clock.Now()))
	id2 := other.ask(true, key.Recipient().String())
	if err := other.Answer(ctx, other.boris, id2, true); err != nil {
		t.Fatal(err)
	}
	_, raw2, err := other.Fetch(ctx, other.anna, id2, "")
	if err != nil || opened(t, raw2, key) != plain {
		t.Errorf("it is not the same: %v", err)
	}
}

// TestOpinionsTravel: opinions leave with the whole record to the letter when a consent
// lets them, and are named as left out when it does not, was taken back, or nobody who
// takes them out has the key. Another Desk keeps who signed them, shows them to nobody
// but who brought them, and takes none that was altered.
func TestOpinionsTravel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	leaves := h.opinion(h.anna, "Ruslan Inventedov", opinion.Scopes()...)
	if err := h.Surgery.Sign(ctx, h.anna, leaves, 3, true); err != nil { // a second edition
		t.Fatal(err)
	}
	inside, back, boris, gone := h.opinion(h.anna, "", opinion.Examine, opinion.Keep), h.opinion(h.anna, "", opinion.Scopes()...), h.opinion(h.boris, "", opinion.Scopes()...), h.opinion(h.anna, "", opinion.Scopes()...)
	for _, err := range []error{h.Surgery.TakeBack(ctx, h.anna, back), h.Surgery.Destroy(ctx, h.anna, gone, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(sealed bool) ([]byte, string) {
		id := h.ask(sealed, key.Recipient().String())
		if sealed {
			if err := h.Answer(ctx, h.boris, id, true); err != nil {
				t.Fatal(err)
			}
		}
		_, raw, err := h.Fetch(ctx, h.anna, id, "")
		if err != nil {
			t.Fatal(err)
		}
		return raw, opened(t, raw, key)
	}
	if _, plain := fetch(false); strings.Contains(plain, "Inventedov") || strings.Contains(plain, "planted") || !strings.Contains(plain, leaves) {
		t.Error("without sealed words an opinion's words are in it, or it is not named")
	}
	raw, plain := fetch(true)
	lines := map[string]string{}
	for _, l := range strings.Split(plain, "\n") {
		for _, id := range []string{leaves, inside, back, boris, gone} {
			if strings.HasPrefix(l, `{"id":"`+id+`"`) {
				lines[id] = l
			}
		}
	}
	for id, held := range map[string]string{leaves: "sealed", inside: "closed", back: "closed", boris: "closed", gone: "gone"} {
		if l := lines[id]; !strings.Contains(l, `"held":"`+held+`"`) || strings.Contains(l, `"content"`) != (held == "sealed") {
			t.Errorf("%s: %s", held, l)
		}
	}
	if same, err := h.Bring(ctx, h.anna, raw, key.String(), false); err != nil || same.Created+len(same.Wrong)+same.Left > 0 {
		t.Errorf("at home: %+v %v", same, err)
	}
	other := newHouse(t)
	took, err := other.Bring(ctx, other.anna, raw, key.String(), false)
	if err != nil || !took.Done || took.Created != 3 || took.Left != 8 || len(took.Wrong) > 0 {
		t.Fatalf("%+v %v", took, err)
	}
	for n := 1; n <= 2; n++ {
		was, err := h.Surgery.Edition(ctx, h.anna, leaves, n)
		if err != nil {
			t.Fatal(err)
		}
		is, err := other.Surgery.Edition(ctx, other.anna, leaves, n)
		if err != nil || !is.Good || !bytes.Equal(is.Signer, h.Surgery.Signer.Public()) || is.Digest != was.Digest || !reflect.DeepEqual(is.Frozen, was.Frozen) || is.Content.Who != "Ruslan Inventedov" {
			t.Errorf("%+v %v", is, err)
		}
	}
	if _, err := other.Surgery.Open(ctx, other.boris, leaves); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague opens it: %v", err)
	}
	if rows, err := other.Surgery.List(ctx, other.anna); err != nil || len(rows) != 1 || !rows[0].Open || rows[0].Bound {
		t.Errorf("%+v %v", rows, err)
	}
	if err := other.Surgery.Sign(ctx, other.anna, leaves, 0, true); fault.KindOf(err) != fault.Denied {
		t.Errorf("somebody else signs it: %v", err)
	}
	again, err := other.Bring(ctx, other.anna, raw, key.String(), false)
	if err != nil || again.Created+len(again.Wrong) > 0 || again.Same != 3 {
		t.Errorf("again: %+v %v", again, err)
	}
	if err := other.Surgery.Admit(ctx, other.anna, leaves, other.boris.ID); err != nil {
		t.Errorf("who brought it lets nobody in: %v", err)
	}
	third := newHouse(t)
	for what, change := range map[string][2]string{"a word": {"planted", "altered"}, "the digest": {`"digest":"`, `"digest":"0`}, "the number": {`"number":2`, `"number":7`}, "an edition less": {`"signed":2`, `"signed":1`}} {
		bad := altered(t, raw, key, change[0], change[1])
		r, err := third.Bring(ctx, third.anna, bad, key.String(), false)
		if err != nil || r.Done || len(r.Wrong) == 0 {
			t.Errorf("%s was altered: %+v %v", what, r, err)
		}
		if rows, err := third.Surgery.List(ctx, third.anna); err != nil || len(rows) > 0 {
			t.Errorf("%s was altered, and something was kept: %+v %v", what, rows, err)
		}
	}
}

// altered gives a file in which lines of editions and opinions say something else, with a
// manifest that fits.
func altered(t *testing.T, raw []byte, key *age.X25519Identity, from, to string) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(raw), key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files, names, changed := map[string][]byte{}, []string{}, false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "opinion") && strings.HasSuffix(f.Name, ".jsonl") && bytes.Contains(body, []byte(from)) {
			was := sha256.Sum256(body)
			size := len(body)
			body, changed = bytes.ReplaceAll(body, []byte(from), []byte(to)), true
			is := sha256.Sum256(body)
			files["was/"+f.Name], files["is/"+f.Name] = fmt.Appendf(nil, "\"size\": %d,\n      \"sha256\": \"%x\"", size, was), fmt.Appendf(nil, "\"size\": %d,\n      \"sha256\": \"%x\"", len(body), is)
		}
		files[f.Name], names = body, append(names, f.Name)
	}
	if !changed {
		t.Fatalf("nothing to alter: %q", from)
	}
	for name, was := range files {
		if n, ok := strings.CutPrefix(name, "was/"); ok {
			if !bytes.Contains(files["manifest.json"], was) {
				t.Fatalf("the manifest has another form: %s", files["manifest.json"])
			}
			files["manifest.json"] = bytes.Replace(files["manifest.json"], was, files["is/"+n], 1)
		}
	}
	var plain, out bytes.Buffer
	w := zip.NewWriter(&plain)
	for _, n := range names {
		f, err := w.Create(n)
		if err == nil {
			_, err = f.Write(files[n])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := age.Encrypt(&out, key.Recipient())
	if err == nil {
		_, err = a.Write(plain.Bytes())
	}
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened gives everything in a file as one text.
func opened(t *testing.T, raw []byte, key age.Identity) string {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(raw), key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(f.Name + "\n" + string(b) + "\n")
	}
	return out.String()
}

// TestPassphrase: without sealed words nobody is asked, nothing sealed is in it, and a passphrase seals it.
func TestPassphrase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill()
	id := h.ask(false, "")
	if _, _, err := h.Fetch(ctx, h.anna, id, "short"); fault.KindOf(err) != fault.Invalid {
		t.Fatalf("a short passphrase: %v", err)
	}
	const words = "lantern over seven quiet rivers"
	_, raw, err := h.Fetch(ctx, h.anna, id, words)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := age.NewScryptIdentity(words)
	if err != nil {
		t.Fatal(err)
	}
	plain := opened(t, raw, lock)
	if strings.Contains(plain, "They took my phone") || !strings.Contains(plain, `"held":"closed"`) {
		t.Error("sealed words are in it")
	}
	if r, err := h.Bring(ctx, h.anna, raw, words, false); err != nil || r.Created+len(r.Wrong) > 0 {
		t.Errorf("at home: %+v %v", r, err)
	}
	other := newHouse(t)
	r, err := other.Bring(ctx, other.anna, raw, words, false)
	if err != nil || !r.Done || r.Left < 3 || len(r.Wrong) > 0 { // the item, its claim, and the part of the person that rests on it
		t.Errorf("%+v %v", r, err)
	}
	for name, bad := range map[string][]byte{"cut": raw[:len(raw)-20], "nothing": nil, "rubbish": []byte("x"), "another": bytes.Replace(raw, []byte("scrypt"), []byte("scrypx"), 1)} {
		if _, err := other.Bring(ctx, other.anna, bad, words, false); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := other.Bring(ctx, other.anna, raw, "another passphrase of this length", false); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a wrong passphrase: %v", err)
	}
}
