package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/traces"
	"waylight/desk/internal/vault"
	"waylight/internal/bundle"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
	"waylight/internal/stamptest"
)

// house is a Desk's record and vault with three invented people.
type house struct {
	*desktest.Ground
	*evidence.Locker
	archive             *record.Archive
	anna, boris, editor staff.Actor
	chunks              string
	said, paper         record.Item
}

var ctx = context.Background()

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Ground: desktest.New(t), chunks: t.TempDir()}
	h.anna, h.boris, h.editor = h.Member(t, "Anna (invented)", staff.Documenter), h.Member(t, "Boris (invented)", staff.Documenter), h.Member(t, "Vera (invented)", staff.Editor)
	c, err := vault.Open(h.chunks)
	if err != nil {
		t.Fatal(err)
	}
	as, ar, ap := func(tx *store.Tx) evidence.Store { return tx }, func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	h.archive = record.NewArchive(store.Within(h.DB, ar), store.Reading(h.DB, ar), h.Ground.Clock)
	h.Locker = &evidence.Locker{Within: store.Within(h.DB, as), Reading: store.Reading(h.DB, as), Vault: c, Clock: h.Ground.Clock, Inspect: looking,
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(h.DB, ap), Reading: store.Reading(h.DB, ap), Clock: h.Ground.Clock}}}
	person := h.source(t, record.Source{Name: "Person K7 (invented)", Kind: record.PersonSource}, "Ruslan Inventedov")
	news := h.source(t, record.Source{Name: "A newspaper (invented)", Kind: record.Media, Named: true}, "")
	h.said = h.item(t, record.Item{Source: person.ID, Title: "What Person K7 brought", Material: record.Testimony, Words: "They took my phone.", Consent: "recorded consent"})
	h.paper = h.item(t, record.Item{Source: news.ID, Title: "An article (invented)", Material: record.Press, Words: "Three were killed."})
	return h
}

func (h *house) source(t *testing.T, s record.Source, identity string) record.Source {
	t.Helper()
	s, err := h.archive.AddSource(ctx, h.anna, s, identity)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) item(t *testing.T, i record.Item) record.Item {
	t.Helper()
	i, err := h.archive.AddItem(ctx, h.anna, i)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (h *house) receive(t *testing.T, item record.Item, body string) evidence.File {
	t.Helper()
	f, err := h.Receive(ctx, h.anna, item.ID, evidence.In{Name: "IMG_0001.txt", Description: "A page of a letter."}, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (h *house) files(t *testing.T) (n int) {
	t.Helper()
	if err := filepath.WalkDir(h.chunks, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *house) actions(t *testing.T, file string) (out []string) {
	t.Helper()
	p, err := h.Page(ctx, h.anna, file)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range p.Events {
		if e.Number != i+1 {
			t.Errorf("event %d is called %d", i+1, e.Number)
		}
		out = append(out, strings.TrimPrefix(e.Action, "evidence."))
	}
	return out
}

func TestReceiveAndLook(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	body := strings.Repeat("A letter (invented). ", 40000)
	f := h.receive(t, h.said, body)
	p, err := h.Page(ctx, h.boris, f.ID)
	if err != nil || !p.Open || p.Facts.Size != int64(len(body)) || p.Facts.Type != "text/plain; charset=utf-8" || p.State != evidence.Good {
		t.Fatalf("%+v, %v", p.Opened, err)
	}
	if p, err := h.Page(ctx, h.editor, f.ID); err != nil || p.Open || p.Facts.Name != "" {
		t.Errorf("without a grant: %+v, %v", p.Facts, err)
	}
	if _, err := h.Look(ctx, h.editor, f.ID, evidence.Examine); fault.KindOf(err) != fault.NotFound {
		t.Errorf("looked without a grant: %v", err)
	}
	if _, err := h.Look(ctx, h.boris, f.ID, "curiosity"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("looked without a purpose: %v", err)
	}
	v, err := h.Look(ctx, h.boris, f.ID, evidence.Examine)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := h.Bytes(ctx, h.boris, f.ID, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(c, []byte(body)); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := h.Bytes(ctx, h.anna, f.ID, v.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another member used the view: %v", err)
	}
	h.Ground.Clock.Advance(evidence.ViewFor)
	if _, _, err := h.Bytes(ctx, h.boris, f.ID, v.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the view has no end: %v", err)
	}
	if good, err := h.Rehash(ctx, h.anna, f.ID); err != nil || !good {
		t.Errorf("%v, %v", good, err)
	}
	d, err := h.Derive(ctx, h.anna, f.ID, evidence.Redaction, evidence.In{Description: "Without the name."}, strings.NewReader("A letter."))
	if err != nil || d.Item != f.Item {
		t.Fatal(d, err)
	}
	if got := h.actions(t, f.ID); !slices.Equal(got, []string{"received", "viewed", "rehashed", "copied"}) {
		t.Errorf("custody %v", got)
	}
	if got := h.actions(t, d.ID); !slices.Equal(got, []string{"derived"}) {
		t.Errorf("custody %v", got)
	}
	if p, err := h.Page(ctx, h.anna, f.ID); err != nil || len(p.Made) != 1 || p.Made[0].ID != d.ID {
		t.Errorf("made from it: %+v, %v", p.Made, err)
	}
}

// TestSameContent: two items bring the same film. It lies there once, each opens it
// with its own safe, and when one is destroyed the other stays.
func TestSameContent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.receive(t, h.said, "the same film"), h.receive(t, h.paper, "the same film")
	if a.Blob != b.Blob || h.files(t) != 1 {
		t.Fatalf("%s, %s, %d files", a.Blob, b.Blob, h.files(t))
	}
	if a.Commit == b.Commit {
		t.Error("the commitments tell that the contents are the same")
	}
	if err := h.archive.Destroy(ctx, h.anna, h.said.ID, "consent was taken back", false); err != nil {
		t.Fatal(err)
	}
	h.tend(t, 0)
	if p, err := h.Page(ctx, h.anna, a.ID); err != nil || !p.Gone || p.Open {
		t.Errorf("%+v, %v", p.Opened, err)
	}
	if good, err := h.Rehash(ctx, h.anna, b.ID); err != nil || !good {
		t.Errorf("the other one: %v, %v", good, err)
	}
	c := h.receive(t, h.item(t, record.Item{Source: h.said.Source, Title: "More", Material: record.Testimony}), "another")
	if err := h.archive.Destroy(ctx, h.anna, c.Item, "a mistake", false); err != nil {
		t.Fatal(err)
	}
	if h.tend(t, 0); h.files(t) != 1 {
		t.Errorf("%d files are left; the destroyed one should be gone from the disk", h.files(t))
	}
}

func (h *house) tend(t *testing.T, wrong int) {
	t.Helper()
	if n, err := h.Tend(ctx); err != nil || n != wrong {
		t.Errorf("found %d altered, want %d: %v", n, wrong, err)
	}
}

// TestAlarm: a byte that changes on the disk is found by the timer with every safe closed.
func TestAlarm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.receive(t, h.said, "a film")
	h.tend(t, 0)
	path := filepath.Join(h.chunks, f.Blob[:2], f.Blob, "0")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(good)
	bad[1000] ^= 1
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	h.tend(t, 0) // it was looked at a moment ago
	h.Ground.Clock.Advance(evidence.CheckEvery)
	h.tend(t, 1)
	if files, err := h.Alarms(ctx, h.anna); err != nil || len(files) != 1 || files[0].ID != f.ID {
		t.Errorf("%v, %v", files, err)
	}
	c, err := h.Copy(ctx, h.anna, f.ID, evidence.Court)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); !errors.Is(err, vault.ErrAltered) {
		t.Errorf("altered bytes were given out: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := h.Receive(ctx, h.anna, h.paper.ID, evidence.In{Description: "again"}, strings.NewReader("a film")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same content on altered bytes: %v", err)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	h.Ground.Clock.Advance(evidence.CheckEvery)
	h.tend(t, 0)
	if files, err := h.Alarms(ctx, h.anna); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
	if got := h.actions(t, f.ID); !slices.Equal(got, []string{"received", "altered", "copied", "rehashed"}) {
		t.Errorf("custody %v", got)
	}
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		by   staff.Actor
		item string
		in   evidence.In
		body io.Reader
		want fault.Kind
	}{
		"nobody's role":  {h.editor, h.paper.ID, evidence.In{Description: "x"}, strings.NewReader("x"), fault.Denied},
		"no item":        {h.anna, "item_x", evidence.In{Description: "x"}, strings.NewReader("x"), fault.NotFound},
		"no description": {h.anna, h.paper.ID, evidence.In{}, strings.NewReader("x"), fault.Invalid},
		"empty":          {h.anna, h.paper.ID, evidence.In{Description: "x"}, strings.NewReader(""), fault.Invalid},
		"a broken line":  {h.anna, h.paper.ID, evidence.In{Description: "x"}, io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(io.ErrUnexpectedEOF)), fault.Internal},
	} {
		if _, err := h.Receive(ctx, c.by, c.item, c.in, c.body); err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.files(t); n != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}
}

// TestRenew: when somebody who could open them leaves, files move to a new key and stay readable.
func TestRenew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.receive(t, h.said, "one"), h.receive(t, h.paper, "two")
	left := h.boris.Member
	left.Active, left.Left = false, h.Ground.Clock.Now()
	if err := h.DB.Write(ctx, func(tx *store.Tx) error { return tx.PutMember(ctx, left) }); err != nil {
		t.Fatal(err)
	}
	for _, f := range []evidence.File{a, b} {
		if err := h.archive.Renew(ctx, h.anna, f.Safe); err != nil {
			t.Fatal(err)
		}
		if good, err := h.Rehash(ctx, h.anna, f.ID); err != nil || !good {
			t.Errorf("after the change of keys: %v, %v", good, err)
		}
		if _, err := h.Look(ctx, h.boris, f.ID, evidence.Examine); fault.KindOf(err) != fault.NotFound {
			t.Errorf("who left still opens it: %v", err)
		}
	}
}

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(s.key, message), nil
}

func issuer(t *testing.T) evidence.Issuer {
	t.Helper()
	words, err := i18n.Load(page.Locale(), binder.Locale())
	if err != nil {
		t.Fatal(err)
	}
	b, err := binder.New(words)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Issuer{Signer: signer{ed25519.NewKeyFromSeed(make([]byte, 32))}, Names: map[string]string{"en": "An organisation (invented)", "ru": "Организация (вымышленная)"}, Binder: b}
}

// TestPackage: prepared by one, agreed to by another, written, and whole for who checks it.
func TestPackage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.receive(t, h.said, "A letter (invented).")
	if _, err := h.archive.AddClaim(ctx, h.anna, record.Claim{Item: h.paper.ID, Status: record.Killed, Act: record.Killing, Verbatim: "Three were killed.", Hand: record.Relayed, Asserted: "2017-04"}); err != nil {
		t.Fatal(err)
	}
	g := h.receive(t, h.paper, "An article (invented).")
	d, err := h.Derive(ctx, h.anna, f.ID, evidence.Translation, evidence.In{Description: "In English."}, strings.NewReader("A letter in English."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Look(ctx, h.boris, f.ID, evidence.Describe); err != nil {
		t.Fatal(err)
	}
	p, err := h.Prepare(ctx, h.anna, evidence.Court, []string{f.ID, g.ID, d.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Export(ctx, h.anna, p.ID, issuer(t)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("left without a second person: %v", err)
	}
	if err := h.Approve(ctx, h.anna, p.ID, true); fault.KindOf(err) != fault.Denied {
		t.Errorf("who prepared it agreed alone: %v", err)
	}
	if err := h.Approve(ctx, h.boris, p.ID, false); fault.KindOf(err) != fault.Invalid {
		t.Errorf("agreed unseen: %v", err)
	}
	if err := h.Approve(ctx, h.boris, p.ID, true); err != nil {
		t.Fatal(err)
	}
	b, err := h.Export(ctx, h.anna, p.ID, issuer(t))
	if err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if err := b.Write(&zip); err != nil {
		t.Fatal(err)
	}
	r, err := exhibit.Verify(bytes.NewReader(zip.Bytes()), exhibit.Options{})
	if err != nil || !r.Whole() || r.Files != 3 || r.Events != 8 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, secret := range []string{"Person K7", "Ruslan", "IMG_0001", "Anna", "They took my phone"} {
		if bytes.Contains(zip.Bytes(), []byte(secret)) {
			t.Errorf("the package holds %q", secret)
		}
	}
	for _, part := range []string{"Three were killed.", "Организация (вымышленная)", "looked at", "A letter in English."} {
		if !bytes.Contains(zip.Bytes(), []byte(part)) {
			t.Errorf("the package lacks %q", part)
		}
	}
	zip.Bytes()[bytes.Index(zip.Bytes(), []byte("A letter in English."))] ^= 1
	if r, err := exhibit.Verify(bytes.NewReader(zip.Bytes()), exhibit.Options{}); err != nil || r.Whole() || r.Findings[0].Where != "files/"+d.ID+".txt" {
		t.Errorf("%+v, %v", r.Findings, err)
	}
}

// TestPackageRefuses: nothing leaves without consent, and nothing that gives somebody away.
func TestPackageRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	silent := h.item(t, record.Item{Source: h.said.Source, Title: "Without consent", Material: record.Testimony})
	f := h.receive(t, silent, "a film")
	if _, err := h.Prepare(ctx, h.anna, evidence.Court, []string{f.ID}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("without consent: %v", err)
	}
	for name, add := range map[string]func() (evidence.File, error){
		"in the text": func() (evidence.File, error) {
			return h.Receive(ctx, h.anna, h.paper.ID, evidence.In{Description: "A letter."}, strings.NewReader("It was Ruslan Inventedov who said so."))
		},
		"in the description": func() (evidence.File, error) {
			return h.Receive(ctx, h.anna, h.paper.ID, evidence.In{Description: "A picture of Ruslan Inventedov."}, strings.NewReader("\x89PNG\r\n\x1a\n"))
		},
	} {
		f, err := add()
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.Prepare(ctx, h.anna, evidence.Court, []string{f.ID})
		if err == nil {
			err = h.Approve(ctx, h.boris, p.ID, true)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Export(ctx, h.anna, p.ID, issuer(t)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
		if got := h.actions(t, f.ID); !slices.Equal(got, []string{"received"}) {
			t.Errorf("%s: custody tells of an export that was refused: %v", name, got)
		}
	}
}

// TestStamp: one request over all files that may be named; the tokens travel in the package.
func TestStamp(t *testing.T) {
	t.Parallel()
	tsa := stamptest.New(t, stamptest.Flaw{})
	h := newHouse(t)
	a, b := h.receive(t, h.said, "one"), h.receive(t, h.paper, "two")
	quiet, err := h.Receive(ctx, h.anna, h.paper.ID, evidence.In{Description: "A third.", Sensitive: true}, strings.NewReader("three"))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	from := evidence.Authority{Name: "https://tsa.example.org/", Roots: tsa.Roots, Ask: func(_ context.Context, query []byte) ([]byte, error) { asked++; return tsa.Answer(query) }}
	for _, want := range []int{2, 0} {
		if n, err := h.Stamp(ctx, from); err != nil || n != want {
			t.Errorf("stamped %d, want %d: %v", n, want, err)
		}
	}
	if asked != 1 {
		t.Errorf("the authority was asked %d times", asked)
	}
	if p, err := h.Page(ctx, h.anna, quiet.ID); err != nil || len(p.Stamps) != 0 {
		t.Errorf("a sensitive file was stamped: %v", err)
	}
	p, err := h.Prepare(ctx, h.anna, evidence.Inquiry, []string{a.ID, b.ID, quiet.ID})
	if err == nil {
		err = h.Approve(ctx, h.boris, p.ID, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	who := issuer(t)
	who.Authorities = tsa.PEM
	out, err := h.Export(ctx, h.anna, p.ID, who)
	if err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if err := out.Write(&zip); err != nil {
		t.Fatal(err)
	}
	for _, o := range []exhibit.Options{{}, {Roots: tsa.Roots}} {
		r, err := exhibit.Verify(bytes.NewReader(zip.Bytes()), o)
		if err != nil || !r.Whole() || len(r.Stamps) != 1 || r.Stamps[0].Files != 2 {
			t.Errorf("%+v, %v", r, err)
		}
	}
	// An answer that does not hold is not kept.
	h.receive(t, h.paper, "four")
	old := stamptest.New(t, stamptest.Flaw{SelfSigned: true})
	from.Ask = func(_ context.Context, query []byte) ([]byte, error) { return old.Answer(query) }
	if n, err := h.Stamp(ctx, from); err == nil {
		t.Errorf("a stamp by nobody we trust was kept for %d files", n)
	}
}

// opinion writes and signs an opinion of a death by Anna, with consent to what is named.
func (h *house) opinion(t *testing.T, k *opinion.Surgery, by staff.Actor, c opinion.Content, scopes ...opinion.Scope) string {
	t.Helper()
	id := ids.New("opinion")
	form, _ := opinion.Find("minnesota", opinion.Edition)
	c.Answers, c.Expert = map[string]string{}, opinion.Expert{Name: "Dr Dora (invented)", Role: "Pathologist", Qualification: "Invented"}
	for _, e := range form.Elements {
		if c.Answers[e.ID] = map[opinion.Kind]string{opinion.Date: "2017-04-01", opinion.Choice: "undetermined"}[e.Kind]; c.Answers[e.ID] == "" {
			c.Answers[e.ID] = "Invented."
		}
	}
	for _, s := range scopes {
		c.Consents = append(c.Consents, opinion.Consent{Scope: s, Given: "2017-04-01", By: "The family (invented)", How: "asked"})
	}
	for _, err := range []error{k.Begin(ctx, by, id, "minnesota"), k.Save(ctx, by, id, 1, c), k.Sign(ctx, by, id, 2, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// TestPackageOfOpinions: a package encloses signed opinions to the letter where a consent
// lets them be handed out and whoever takes it can open them, names the others as left
// out with the reason, and whoever checks it finds what was altered. Another person whom
// the Desk protects does not leave in an opinion.
func TestPackageOfOpinions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	as := func(tx *store.Tx) opinion.Store { return tx }
	k := &opinion.Surgery{Within: store.Within(h.DB, as), Reading: store.Reading(h.DB, as), Clock: h.Ground.Clock, Signer: signer{ed25519.NewKeyFromSeed(make([]byte, 32))}}
	h.Experts = k
	f := h.receive(t, h.said, "A letter (invented).")
	found := func(words string) opinion.Content {
		return opinion.Content{Code: "Person K9", Findings: []opinion.Finding{{What: words, Degree: "before"}}}
	}
	named := found("Zelimkhan Vydumanov has two marks (invented)")
	named.Who = "Zelimkhan Vydumanov"
	leaves, noConsent := h.opinion(t, k, h.anna, named, opinion.Scopes()...), h.opinion(t, k, h.anna, found("secret one"), opinion.Examine, opinion.Keep)
	back, boris, gone := h.opinion(t, k, h.anna, found("secret two"), opinion.Scopes()...), h.opinion(t, k, h.boris, found("secret three"), opinion.Scopes()...), h.opinion(t, k, h.anna, found("secret four"), opinion.Scopes()...)
	draft := ids.New("opinion")
	if err := k.Begin(ctx, h.anna, draft, "istanbul"); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{draft, "opinion_unknown", ids.New("opinion")} {
		if _, err := h.Prepare(ctx, h.anna, evidence.Court, []string{f.ID}, wrong); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	p, err := h.Prepare(ctx, h.anna, evidence.Court, []string{f.ID}, leaves, noConsent, back, boris, gone, leaves)
	if err != nil || len(p.Opinions) != 5 {
		t.Fatalf("%+v %v", p, err)
	}
	if shown, _, err := h.PackagePage(ctx, h.boris, p.ID); err != nil || slices.IndexFunc(shown.Opinions, func(e evidence.Enclosed) bool { return e.Open != (e.ID == boris) || e.Number != 1 || e.Title == "" }) >= 0 {
		t.Errorf("%+v %v", shown, err)
	}
	if err := h.Approve(ctx, h.boris, p.ID, true); err != nil {
		t.Fatal(err)
	}
	// What happened since: a second edition, which nobody agreed to, a consent that ended, a destruction.
	for _, err := range []error{k.Sign(ctx, h.anna, leaves, 3, true), k.TakeBack(ctx, h.anna, back), k.Destroy(ctx, h.anna, gone, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.Export(ctx, h.anna, p.ID, issuer(t))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	r, err := exhibit.Verify(bytes.NewReader(out.Bytes()), exhibit.Options{})
	if err != nil || !r.Whole() || r.Opinions != 1 || r.Left != 4 {
		t.Fatalf("%+v %v", r, err)
	}
	for id, why := range map[string]string{noConsent: "no consent", back: "no consent", boris: "may not read it", gone: "was destroyed"} {
		if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, id) && strings.Contains(n, why) }) {
			t.Errorf("%s is not named as left out (%s): %q", id, why, r.Notes)
		}
	}
	for _, secret := range []string{"secret", "opinions/" + leaves + "-2.json"} {
		if bytes.Contains(out.Bytes(), []byte(secret)) {
			t.Errorf("the package holds %q", secret)
		}
	}
	signed, err := k.Edition(ctx, h.anna, leaves, 1)
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := json.Marshal(signed.Frozen)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{string(frozen), "Zelimkhan Vydumanov has two marks (invented)</dd>", "What the expert concludes", "It is not in this package: no consent lets it be handed to you.", "В этом пакете его нет: оно уничтожено.", signed.Digest} {
		if !bytes.Contains(out.Bytes(), []byte(part)) {
			t.Errorf("the package lacks %q", part)
		}
	}
	at := bytes.Index(out.Bytes(), frozen)
	out.Bytes()[at+bytes.Index(frozen, []byte("two marks"))] ^= 1
	if r, err := exhibit.Verify(bytes.NewReader(out.Bytes()), exhibit.Options{}); err != nil || r.Whole() || r.Findings[0].Where != "opinions/"+leaves+"-1.json" {
		t.Errorf("%+v, %v", r.Findings, err)
	}
	// For the family nobody agreed; and the name of a source does not leave within an opinion.
	other := h.opinion(t, k, h.anna, found("Ruslan Inventedov saw it (invented)"), opinion.Scopes()...)
	for why, opinions := range map[evidence.Purpose][]string{evidence.Family: {leaves}, evidence.Court: {other}} {
		p, err := h.Prepare(ctx, h.anna, why, []string{f.ID}, opinions...)
		if err == nil {
			err = h.Approve(ctx, h.boris, p.ID, true)
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := h.Export(ctx, h.anna, p.ID, issuer(t))
		if why == evidence.Court {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("a protected name leaves in an opinion: %v", err)
			}
			continue
		}
		out.Reset()
		if err != nil || b.Write(&out) != nil || bytes.Contains(out.Bytes(), []byte("Zelimkhan")) {
			t.Errorf("to the family: %v", err)
		}
	}
}

// TestAlteredOpinion: an organisation that signs its package anew cannot put other words
// under an expert's signature, nor hide that one was left out.
func TestAlteredOpinion(t *testing.T) {
	t.Parallel()
	s, words := signer{ed25519.NewKeyFromSeed(make([]byte, 32))}, []byte("what was signed (invented)")
	note, err := bundle.Sign(s, opinion.Tag, opinion.Seal{Opinion: "opinion_a", Number: 1, Form: "istanbul", Edition: "2022", SHA256: fmt.Sprintf("%x", sha256.Sum256(words))})
	if err != nil {
		t.Fatal(err)
	}
	good := exhibit.Opinion{ID: "opinion_a", Form: "istanbul", Edition: "2022", Number: 1, Path: "opinions/a.json", SHA256: sha256.Sum256(words), Note: note, Signer: s.Public()}
	for what, x := range map[string]struct {
		change func(*exhibit.Opinion)
		words  string
	}{
		"":                  {func(*exhibit.Opinion) {}, string(words)},
		"other words":       {func(o *exhibit.Opinion) { o.SHA256 = sha256.Sum256([]byte("other")) }, "other"},
		"other file":        {func(*exhibit.Opinion) {}, "other"},
		"another number":    {func(o *exhibit.Opinion) { o.Number = 2 }, string(words)},
		"another person's":  {func(o *exhibit.Opinion) { o.ID = "opinion_b" }, string(words)},
		"another form":      {func(o *exhibit.Opinion) { o.Form = "minnesota" }, string(words)},
		"no signature":      {func(o *exhibit.Opinion) { o.Note = nil }, string(words)},
		"another key":       {func(o *exhibit.Opinion) { o.Signer = make([]byte, 32) }, string(words)},
		"said to be absent": {func(o *exhibit.Opinion) { o.Left = exhibit.LeftClosed }, string(words)},
	} {
		o := good
		x.change(&o)
		var b bytes.Buffer
		if err := exhibit.Write(&b, s, exhibit.Manifest{Opinions: []exhibit.Opinion{o}}, []exhibit.Content{exhibit.Bytes("opinions/a.json", []byte(x.words))}); err != nil {
			t.Fatal(err)
		}
		if r, err := exhibit.Verify(&b, exhibit.Options{}); err != nil || r.Whole() != (what == "") {
			t.Errorf("%q: %+v %v", what, r, err)
		}
	}
}

// TestFilesTell: what is not seen in a file and letters in a picture come before the
// guard; the page learns which file and why; a decision lets one term stand and no other;
// the file leaves as it came.
func TestFilesTell(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	vera := h.Member(t, "Sofia (invented)", staff.Security)
	h.Locker.Inspect = func(_ context.Context, r io.ReadSeeker, size int64) (traces.Report, error) {
		b, err := io.ReadAll(r)
		if err != nil || int64(len(b)) != size {
			t.Errorf("%d bytes of %d, %v", len(b), size, err)
		}
		rep := traces.Bytes(b)
		if bytes.HasPrefix(b, []byte("GIF89a")) {
			rep.Letters = append(rep.Letters, "we wait for Ruslan Inventedov")
		}
		return rep, nil
	}
	from := issuer(t)
	file := func(body string) string {
		f, err := h.Receive(ctx, h.anna, h.paper.ID, evidence.In{Name: "a.gif", Description: "A picture."}, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	letters, plain := file("GIF89a, a picture of a wall"), file("\x89PNG\r\n\x1a\n\x00\x00\x00\x0etEXtAuthor\x00Nobody..\x00\x00\x00\x00")
	p, err := h.Prepare(ctx, h.anna, evidence.Court, []string{letters, plain})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.SeenIn(vera, p.ID); got != nil {
		t.Errorf("before anybody looked: %v", got)
	}
	if err := h.LookThrough(ctx, h.boris, p.ID); err != nil {
		t.Fatal(err)
	}
	term := int64(0)
	for _, s := range h.SeenIn(vera, p.ID) {
		switch {
		case s.File == letters && (!s.Stops() || !s.Hits[0].Picture || s.Hits[0].Hidden || s.Hits[0].Why == ""):
			t.Errorf("letters in a picture: %+v", s)
		case s.File == letters:
			term = s.Hits[0].Term
		case !slices.Contains(s.Tells, traces.Author) || s.Stops():
			t.Errorf("a picture with its author: %+v", s)
		}
	}
	for _, s := range h.SeenIn(h.boris, p.ID) {
		if len(s.Hits) > 0 && s.Hits[0].Term != 0 {
			t.Error("a documenter learns whose term it is")
		}
	}
	if err := h.Approve(ctx, h.boris, p.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Export(ctx, h.anna, p.ID, from); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a package with a name in a picture left: %v", err)
	}
	if err := h.Decide(ctx, h.boris, p.ID, term, "he agreed"); fault.KindOf(err) != fault.Denied {
		t.Errorf("a documenter decided: %v", err)
	}
	for tries := 0; ; tries++ { // each term that stops it needs its own decision
		i := slices.IndexFunc(h.SeenIn(vera, p.ID), evidence.Seen.Stops)
		if i < 0 {
			break
		}
		if tries > 4 {
			t.Fatal("decisions do not let it stand")
		}
		hits := h.SeenIn(vera, p.ID)[i].Hits
		k := slices.IndexFunc(hits, evidence.Hit.Blocks)
		if err := h.Decide(ctx, vera, p.ID, hits[k].Term, "it was meant to be there"); err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.Export(ctx, h.anna, p.ID, from)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("files/" + plain + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Contains(got, []byte("Author\x00Nobody..")) {
		t.Errorf("the file did not leave as it came: %q, %v", got, err)
	}
}

// looking reads what a file tells, without outside programs.
func looking(_ context.Context, r io.ReadSeeker, _ int64) (traces.Report, error) {
	b, err := io.ReadAll(r)
	return traces.Bytes(b), err
}
