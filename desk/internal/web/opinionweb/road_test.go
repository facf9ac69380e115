package opinionweb_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/opinionweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey               { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, m []byte) ([]byte, error) { return ed25519.Sign(s.key, m), nil }

var ctx = context.Background()

// practice is opinions over real storage. Nobody in it is real.
type practice struct {
	*desktest.Ground
	surgery    *opinion.Surgery
	book       *cases.Book
	dora, anna staff.Actor
	me         atomic.Pointer[staff.Actor]
	server     *httptest.Server
}

func newPractice(t *testing.T) *practice {
	t.Helper()
	p := &practice{Ground: desktest.New(t)}
	p.dora, p.anna = p.Member(t, "Dr Dora (invented)", staff.Documenter), p.Member(t, "Anna (invented)", staff.Documenter)
	p.me.Store(&p.dora)
	as := func(tx *store.Tx) opinion.Store { return tx }
	p.surgery = &opinion.Surgery{Within: store.Within(p.DB, as), Reading: store.Reading(p.DB, as), Clock: p.Clock, Signer: signer{ed25519.NewKeyFromSeed(make([]byte, 32))}}
	book := func(tx *store.Tx) cases.Store { return tx }
	p.book = cases.NewBook(store.Within(p.DB, book), store.Reading(p.DB, book), p.Clock, cases.Options{Annexes: []cases.Annex{opinion.Annex{Clock: p.Clock}}})
	p.surgery.Book = p.book
	m := ui.NewMux(ui.Config{Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), opinionweb.Locale())), Clock: p.Clock, Actor: func(*http.Request) (staff.Actor, error) { return *p.me.Load(), nil }})
	(&opinionweb.Room{Surgery: p.surgery, Names: func(context.Context) (map[string]string, error) {
		return map[string]string{p.dora.ID: p.dora.Name, p.anna.ID: p.anna.Name}, nil
	}, Members: func(context.Context) ([]staff.Member, error) {
		return []staff.Member{p.dora.Member, p.anna.Member}, nil
	}}).Register(m)
	p.server = httptest.NewServer(m)
	t.Cleanup(p.server.Close)
	return p
}

// TestOpinionRoad: a clinician begins an opinion, is told what is missing, keeps told,
// examined and concluded apart, signs, adds to it, signs again; both editions stay.
func TestOpinionRoad(t *testing.T) {
	t.Parallel()
	b := browser.Start(t, browser.Phone, browser.NoScript)
	p := newPractice(t)
	b.Go(p.server.URL + "/record/opinions")
	b.Click("input[name=form][value=istanbul]")
	b.Follow("main form button.primary")
	at := strings.Split(b.URL(), "?")[0]
	id := at[strings.LastIndexByte(at, '/')+1:]
	if got := b.Text("main"); !strings.Contains(got, "A consent that is needed is missing") || !strings.Contains(got, "no doctor has gone through them") || b.Count("form[action$='/sign']") != 0 {
		t.Errorf("an empty opinion can be signed, or what is missing is not said:\n%s", got)
	}
	form, _ := opinion.Find("istanbul", opinion.Edition)
	for _, e := range form.Elements {
		switch e.Kind {
		case opinion.Choice:
			b.Set("#f-"+e.ID, "highly-consistent")
		case opinion.Date:
			b.Set("#f-"+e.ID, "2017-04-01")
		default:
			b.Set("#f-"+e.ID, "Invented: "+e.Label)
		}
	}
	b.Set("#f-who", "Ruslan Inventedov")
	b.Set("#f-what_0", "Two marks on the left hand (invented)")
	b.Set("#f-degree_0", "typical")
	for _, s := range []string{"examine", "keep"} {
		b.Set("#f-given_"+s, "2017-04-01")
		b.Set("#f-by_"+s, "Ruslan Inventedov")
		b.Set("#f-how_"+s, "Asked by Dr Dora, in Russian")
	}
	b.Set("#f-files", "evidence_unknown")
	b.Set("#f-expert_role", "Physician")
	b.Set("#f-expert_qualification", "Invented years of practice")
	b.Follow("main form button.primary")
	if got := b.Text("main"); !strings.Contains(got, "One of these is no file of evidence") || b.Value("#f-who") != "Ruslan Inventedov" || b.Value("#f-what_0") == "" {
		t.Errorf("what was typed is gone:\n%s", got)
	}
	b.Set("#f-files", "")
	b.Follow("main form button.primary")
	b.Follow("form[action$='/sign'] button")
	if got := b.Text("main"); !strings.Contains(got, "Say that it is your own opinion") {
		t.Errorf("signed without a word:\n%s", got)
	}
	b.Click("input[name=sure]")
	b.Follow("form[action$='/sign'] button")
	b.Set("#f-open", "An X-ray is still to come (invented).")
	b.Follow("main form button.primary")
	b.Click("input[name=sure]")
	b.Follow("form[action$='/sign'] button")
	b.Go(at + "/editions/1")
	first := b.Text("main")
	for _, want := range []string{"Ruslan Inventedov", "Typical of", "Highly consistent with", "Dr Dora (invented)", "Edition 2 is the newest", "SHA-256"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first edition does not say %q:\n%s", want, first)
		}
	}
	if told, examined, judged := strings.Index(first, "What was told"), strings.Index(first, "What was examined"), strings.Index(first, "What the expert concludes"); told < 0 || told > examined || examined > judged {
		t.Error("told, examined and concluded do not stand apart in their order")
	}
	if strings.Contains(first, "X-ray is still") || strings.Contains(first, "does not hold") {
		t.Errorf("the first edition was changed:\n%s", first)
	}
	b.Go(at + "/editions/2")
	if got := b.Text("main"); !strings.Contains(got, "X-ray is still") {
		t.Errorf("the second edition:\n%s", got)
	}
	r, err := p.surgery.Edition(ctx, p.dora, id, 2)
	var seal opinion.Seal
	if err != nil || !r.Good || bundle.Open(r.Note, p.surgery.Signer.Public(), opinion.Tag, &seal) != nil || seal.Number != 2 || bytes.Contains(r.Note, []byte("Ruslan")) {
		t.Errorf("the signature: %v %+v", err, seal)
	}
}

// TestBoundByForm: a caseworker binds an opinion by its number on the case's page, is told
// when the number is wrong, and unties it; its expert says no, and then yes; the opinion's page says that it ends with a case.
func TestBoundByForm(t *testing.T) {
	t.Parallel()
	p := newPractice(t)
	id, _ := p.filled(t)
	cara := p.Member(t, "Cara (invented)", staff.Caseworker)
	f, err := p.book.Open(ctx, cara, cases.Opening{Assign: []string{cara.ID}})
	if err != nil {
		t.Fatal(err)
	}
	at := p.server.URL + "/cases/" + f.ID + "/opinions"
	get := func(who *staff.Actor, url string) string { p.me.Store(who); return body(t)(http.Get(url)) }
	post := func(url string, v url.Values) string { p.me.Store(&cara); return body(t)(http.PostForm(url, v)) }
	if got := get(&cara, at); !strings.Contains(got, "No opinion is bound to this case") || strings.Contains(got, id) {
		t.Errorf("%s", got)
	}
	item := ids.New("expertise")
	if got := post(at, url.Values{"item": {item}, "opinion": {"opinion_unknown"}}); !strings.Contains(got, "There is no opinion with this number") {
		t.Errorf("%s", got)
	}
	if got := post(at, url.Values{"item": {item}, "opinion": {" " + id + "\n"}}); !strings.Contains(got, "bound to this case. Whoever can open it is asked") || !strings.Contains(got, "not agreed yet") || !strings.Contains(got, id) || !strings.Contains(got, "Minnesota Protocol") {
		t.Errorf("%s", got)
	}
	if got := get(&p.dora, p.server.URL+"/record/opinions/"+id); !strings.Contains(got, "bound to a case, and ends with it") || strings.Contains(got, id+"/destroy") || strings.Contains(got, f.ID) || strings.Contains(got, f.Pseudonym) {
		t.Errorf("%s", got)
	}
	answer := func(verb string, v url.Values) string {
		p.me.Store(&p.dora)
		return body(t)(http.PostForm(p.server.URL+"/record/opinions/"+id+"/"+verb, v))
	}
	if got := get(&p.dora, p.server.URL+"/record/opinions/"+id); !strings.Contains(got, "Is it about somebody of that case?") {
		t.Errorf("%s", got)
	}
	if got := answer("refuse", url.Values{"refusal": {""}}); !strings.Contains(got, "Say why, without a name") {
		t.Errorf("%s", got)
	}
	if got := answer("refuse", url.Values{"refusal": {"Invented."}}); !strings.Contains(got, "bound to no case any more") {
		t.Errorf("%s", got)
	}
	if got := get(&cara, at); !strings.Contains(got, "not about anybody of this case") {
		t.Errorf("%s", got)
	}
	item = ids.New("expertise")
	post(at, url.Values{"item": {item}, "opinion": {id}})
	if got := answer("agree", nil); !strings.Contains(got, "It ends with the case.") {
		t.Errorf("%s", got)
	}
	if got := get(&cara, at); strings.Contains(got, "not agreed yet") {
		t.Errorf("%s", got)
	}
	if got := post(at+"/"+item+"/untie", nil); !strings.Contains(got, "The opinion is untied") {
		t.Errorf("%s", got)
	}
	if got := get(&p.dora, p.server.URL+"/record/opinions/"+id); !strings.Contains(got, id+"/destroy") {
		t.Errorf("%s", got)
	}
}

func body(t *testing.T) func(*http.Response, error) string {
	return func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

// filled is an opinion of a death with everything that it needs, without anybody asked.
func (p *practice) filled(t *testing.T) (string, opinion.Content) {
	t.Helper()
	id := ids.New("opinion")
	if err := p.surgery.Begin(ctx, p.dora, id, "minnesota"); err != nil {
		t.Fatal(err)
	}
	form, _ := opinion.Find("minnesota", opinion.Edition)
	c := opinion.Content{Code: "Person K7", Answers: map[string]string{}, Unasked: "No family is known (invented).", Expert: opinion.Expert{Name: "Dr Dora", Role: "Pathologist", Qualification: "Invented"}, Findings: []opinion.Finding{{What: "A mark (invented)", Degree: "before"}}}
	for _, e := range form.Elements {
		c.Answers[e.ID] = map[opinion.Kind]string{opinion.Date: "2017-04-01", opinion.Choice: "undetermined"}[e.Kind]
		if c.Answers[e.ID] == "" {
			c.Answers[e.ID] = "Invented."
		}
	}
	if err := p.surgery.Save(ctx, p.dora, id, 1, c); err != nil {
		t.Fatal(err)
	}
	return id, c
}

// TestOnlyTheExpert: others cannot open it; who was let in reads, and neither writes nor signs.
func TestOnlyTheExpert(t *testing.T) {
	t.Parallel()
	p := newPractice(t)
	id, c := p.filled(t)
	if _, err := p.surgery.Open(ctx, p.anna, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("opened by somebody who was not let in: %v", err)
	}
	if err := p.surgery.Admit(ctx, p.dora, id, p.anna.ID); err != nil {
		t.Fatal(err)
	}
	if o, err := p.surgery.Open(ctx, p.anna, id); err != nil || o.Code != "Person K7" {
		t.Errorf("who was let in: %v", err)
	}
	if err := p.surgery.Save(ctx, p.anna, id, 2, c); fault.KindOf(err) != fault.Denied {
		t.Errorf("another wrote: %v", err)
	}
	if err := p.surgery.Sign(ctx, p.anna, id, 2, true); fault.KindOf(err) != fault.Denied {
		t.Errorf("another signed: %v", err)
	}
	if err := p.surgery.Begin(ctx, p.anna, id, "istanbul"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("begun over another's: %v", err)
	}
	if err := p.surgery.Save(ctx, p.dora, id, 1, c); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an older state was written over: %v", err)
	}
	analyst := p.Member(t, "An analyst (invented)", staff.Analyst)
	if _, err := p.surgery.List(ctx, analyst); fault.KindOf(err) != fault.Denied {
		t.Errorf("an analyst: %v", err)
	}
	p.me.Store(&p.anna)
	res, err := http.PostForm(p.server.URL+"/record/opinions/"+id, url.Values{"form": {"minnesota"}, "edition": {opinion.Edition}, "revision": {"2"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the page of a reader took a form: %d", res.StatusCode)
	}
}

// TestConsents: without them nothing is signed; taken back they stay so, and the
// editions say it; destroyed, nobody reads it.
func TestConsents(t *testing.T) {
	t.Parallel()
	p := newPractice(t)
	id, c := p.filled(t)
	c.Unasked = ""
	form, _ := opinion.Find("minnesota", opinion.Edition)
	if len(opinion.Judge(form, c)) != 2 { // to examine, to keep
		t.Errorf("%+v", opinion.Judge(form, c))
	}
	c.Unasked = "No family is known (invented)."
	c.Consents = []opinion.Consent{{Scope: opinion.Handing, Given: "2017-04-01", By: "A sister (invented)", How: "asked by telephone"}}
	if err := p.surgery.Save(ctx, p.dora, id, 2, c); err != nil {
		t.Fatal(err)
	}
	if err := p.surgery.Sign(ctx, p.dora, id, 3, true); err != nil {
		t.Fatal(err)
	}
	if err := p.surgery.TakeBack(ctx, p.dora, id); err != nil {
		t.Fatal(err)
	}
	c.Consents = nil
	if err := p.surgery.Save(ctx, p.dora, id, 5, c); err != nil {
		t.Fatal(err)
	}
	if o, err := p.surgery.Open(ctx, p.dora, id); err != nil || len(o.Consents) != 1 || o.Consents[0].Withdrawn == "" {
		t.Errorf("a consent that was taken back is gone: %+v %v", o.Consents, err)
	}
	r, err := p.surgery.Edition(ctx, p.dora, id, 1)
	if err != nil || r.TakenBack == "" || !r.Good {
		t.Errorf("%+v %v", r.TakenBack, err)
	}
	if err := p.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.SignedOpinions(ctx, id)
		if err == nil && (len(all) != 1 || bytes.Contains(all[0].Sealed, []byte("Invented"))) {
			t.Error("an edition lies open")
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := p.surgery.Destroy(ctx, p.dora, id, false); fault.KindOf(err) != fault.Invalid {
		t.Errorf("destroyed without a word: %v", err)
	}
	if err := p.surgery.Destroy(ctx, p.dora, id, true); err != nil {
		t.Fatal(err)
	}
	if _, err := p.surgery.Edition(ctx, p.dora, id, 1); fault.KindOf(err) != fault.NotFound {
		t.Errorf("read after it was destroyed: %v", err)
	}
	if rows, err := p.surgery.List(ctx, p.dora); err != nil || len(rows) != 1 || !rows[0].Gone {
		t.Errorf("the row: %+v %v", rows, err)
	}
}
