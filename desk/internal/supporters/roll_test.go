package supporters_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/unseal"
	"waylight/internal/fault"
	"waylight/internal/petition"
	"waylight/internal/seal"
)

type signer ed25519.PrivateKey

func (s signer) Public() ed25519.PublicKey { return ed25519.PrivateKey(s).Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(s), message), nil
}

// postbox notes the mails that would go; carrying them is the post's affair.
type postbox struct {
	out map[string][]supporters.Outgoing
}

func (p *postbox) MailSupporter(_ context.Context, _ supporters.Store, m supporters.Outgoing) error {
	p.out[m.Supporter] = append(p.out[m.Supporter], m)
	return nil
}

func (p *postbox) DropMails(_ context.Context, _ supporters.Store, supporter string) error {
	delete(p.out, supporter)
	return nil
}

func (p *postbox) all() (out []supporters.Outgoing) {
	for _, m := range p.out {
		out = append(out, m...)
	}
	return out
}

// house is petitions over real storage. Nobody in it is real.
type house struct {
	*desktest.Ground
	roll        *supporters.Roll
	post        *postbox
	freya, egon staff.Actor // advocate and editor
	id          string
	n           int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	as, gate := func(tx *store.Tx) supporters.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	h := &house{Ground: g, post: &postbox{map[string][]supporters.Outgoing{}}, freya: g.Member(t, "Freya (invented)", staff.Advocate), egon: g.Member(t, "Egon (invented)", staff.Editor), id: supporters.NewID()}
	gateway := &publish.Gateway{Within: store.Within(g.DB, gate), Reading: store.Reading(g.DB, gate), Clock: g.Clock}
	h.roll = &supporters.Roll{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock, Gate: store.Gate{Gateway: gateway}, Sieve: store.Gate{Gateway: gateway}, Mail: h.post, Signer: signer(key),
		Names: map[string]string{"en": "Invented Harbour", "ru": "Выдуманная гавань"}, Page: func(lang, path string) string { return "https://front.example/" + lang + "/" + path },
		Crypto: supporters.Crypto{Generate: unseal.Generate, Unseal: func(seed, sealed []byte) ([]byte, error) { return unseal.Fixed(seed, sealed, petition.Size) }, SealTo: func(to string, plain []byte) ([]byte, error) {
			r, err := age.ParseHybridRecipient(to)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			w, err := age.Encrypt(&b, r)
			if err == nil {
				_, err = w.Write(plain)
			}
			if err == nil {
				err = w.Close()
			}
			return b.Bytes(), err
		}}}
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func content() supporters.Content {
	return supporters.Content{Title: campaign.Text{EN: "A title", RU: "Название"}, To: campaign.Text{EN: "An office", RU: "Ведомству"}, Body: campaign.Text{EN: "We ask.", RU: "Мы просим."}, Until: "2017-12-31"}
}

// public opens the house's petition.
func (h *house) public(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	must(t, h.roll.Begin(ctx, h.freya, h.id, "safe-passage", "", content()))
	f := h.file(t)
	must(t, h.roll.Approve(ctx, h.freya, h.id, f.Digest))
	must(t, h.roll.Approve(ctx, h.egon, h.id, f.Digest))
	must(t, h.roll.Publish(ctx, h.egon, h.id))
}

func (h *house) file(t *testing.T) supporters.File {
	t.Helper()
	f, err := h.roll.Open(t.Context(), h.freya, h.id)
	must(t, err)
	return f
}

// sign lets a signature come in as the courier brings it.
func (h *house) sign(t *testing.T, change func(*petition.Signature)) {
	t.Helper()
	f := h.file(t)
	h.n++
	s := petition.Signature{Petition: f.Public, Name: fmt.Sprintf("Invented %d", h.n), Email: fmt.Sprintf("person%d@gmail.com", h.n), Country: "DE", Lang: "en", Via: petition.ViaForm}
	change(&s)
	plain, err := s.Encode()
	must(t, err)
	sealed, err := seal.Fixed(f.Recipient, plain, petition.Size)
	must(t, err)
	n, err := h.roll.Receive(t.Context(), []supporters.Arrival{{Number: fmt.Sprintf("%016x", h.n), Petition: f.Public, Day: "2017-04-09", Sealed: sealed}})
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
}

func same(*petition.Signature) {}

func (h *house) opens(t *testing.T) int {
	t.Helper()
	n, err := h.roll.OpenArrivals(t.Context(), h.freya)
	must(t, err)
	return n
}

// codes reads the codes of all mails.
func (h *house) codes(t *testing.T) map[string]petition.Code {
	t.Helper()
	out := map[string]petition.Code{}
	for _, m := range h.post.all() {
		_, rest, ok := strings.Cut(m.Text, "/confirm/")
		c, parsed := petition.ParseCode(rest[:min(len(rest), petition.CodeLength)])
		if !ok || !parsed {
			t.Fatalf("no code in %q", m.Text)
		}
		out[m.To] = c
	}
	return out
}

func (h *house) press(t *testing.T, what string, codes ...petition.Code) {
	t.Helper()
	var all []supporters.Press
	for _, c := range codes {
		sum := c.Hash()
		all = append(all, supporters.Press{Hash: hex.EncodeToString(sum[:]), What: what})
	}
	must(t, h.roll.Pressed(t.Context(), all))
}

// TestWords: two agree, a change voids it, the guard stops a name, and what is
// public is not changed; the same form twice begins one petition.
func TestWords(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	for range 2 {
		must(t, h.roll.Begin(ctx, h.freya, h.id, "safe-passage", "", content()))
	}
	if all, err := h.roll.List(ctx, h.freya); err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	if err := h.roll.Begin(ctx, h.egon, supporters.NewID(), "safe-passage", "", content()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the name is given twice: %v", err)
	}
	caseworker := h.Member(t, "Clara (invented)", staff.Caseworker)
	if _, err := h.roll.Open(ctx, caseworker, h.id); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker opens it: %v", err)
	}
	must(t, h.roll.Approve(ctx, h.freya, h.id, h.file(t).Digest))
	if err := h.roll.Publish(ctx, h.freya, h.id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one yes is enough: %v", err)
	}
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_one", "name", "Ruslan Nesushchestvuev") }))
	c := content()
	c.Body.EN = "Free Ruslan Nesushchestvuev."
	must(t, h.roll.Revise(ctx, h.freya, h.id, c, 1))
	f := h.file(t)
	if len(f.Given()) != 0 {
		t.Error("a yes to other words counts")
	}
	if err := h.roll.Approve(ctx, h.egon, h.id, f.Digest); err == nil || !strings.Contains(err.Error(), "gives away somebody") {
		t.Errorf("the guard lets a name pass: %v", err)
	}
	must(t, h.roll.Revise(ctx, h.freya, h.id, content(), 2)) // the very words to which Freya said yes
	f = h.file(t)
	must(t, h.roll.Approve(ctx, h.egon, h.id, f.Digest))
	must(t, h.roll.Publish(ctx, h.egon, h.id))
	if err := h.roll.Revise(ctx, h.freya, h.id, content(), h.file(t).Revision); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what people sign is changed: %v", err)
	}
	var job struct{ Notes []string }
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, h.Clock.Now(), 10)
		if err == nil && len(due) == 1 {
			err = json.Unmarshal(due[0].Body, &job)
		}
		return err
	}))
	p, err := petition.Open([]byte(job.Notes[0]), h.roll.Signer.Public())
	if err != nil || p.Recipient == "" || p.Words["ru"].Title != "Название" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestRoad: opened, mailed once, doubles counted once, confirmed, stopped, erased,
// blocked; what was not confirmed goes after 30 days; nothing lies in a plain column.
func TestRoad(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for range 4 {
		h.sign(t, same)
	}
	if n, err := h.roll.OpenArrivals(ctx, h.egon); n != 0 || err != nil {
		t.Errorf("an editor opens %d, %v", n, err)
	}
	if n := h.opens(t); n != 4 || len(h.post.all()) != 4 {
		t.Fatalf("%d new, %d mails", n, len(h.post.all()))
	}
	for _, again := range []string{"PERSON1@gmail.com", "per.son1@googlemail.com", "person1+x@gmail.com"} {
		h.sign(t, func(s *petition.Signature) { s.Email, s.Name = again, "Mallory" })
	}
	if n := h.opens(t); n != 0 || len(h.post.all()) != 4 || h.file(t).Doubles != 3 {
		t.Errorf("doubles: %d new, %d mails, %d counted", n, len(h.post.all()), h.file(t).Doubles)
	}
	// A day later the same person may be asked again, three times in all.
	for range 4 {
		h.Clock.Advance(25 * time.Hour)
		h.sign(t, func(s *petition.Signature) { s.Email = "person1@gmail.com" })
		h.opens(t)
	}
	if n := len(h.post.all()); n != 6 {
		t.Errorf("%d mails; somebody can be written to without end", n)
	}
	codes := h.codes(t)
	h.press(t, "confirm", codes["person1@gmail.com"], codes["person2@gmail.com"], codes["person3@gmail.com"], petition.NewCode())
	h.press(t, "confirm", codes["person1@gmail.com"])
	if st := h.file(t).Standings; st[supporters.Confirmed] != 3 || st[supporters.Waiting] != 1 {
		t.Errorf("%v", st)
	}
	must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.SupportersOf(ctx, h.id, "", "", 100)
		for _, s := range all {
			if row := fmt.Sprintf("%+v", s); strings.Contains(row, "person") || strings.Contains(row, "Invented") || strings.Contains(row, "gmail") || strings.Contains(row, "DE") && strings.Contains(s.Place, "DE") {
				t.Errorf("a plain column tells: %s", row)
			}
		}
		return err
	}))
	h.press(t, "stop", codes["person1@gmail.com"])
	h.press(t, "erase", codes["person2@gmail.com"])
	h.press(t, "never", codes["person3@gmail.com"])
	if st := h.file(t).Standings; st[supporters.Confirmed] != 1 || st[supporters.Blocked] != 1 {
		t.Errorf("%v", st)
	}
	mails := len(h.post.all())
	h.sign(t, func(s *petition.Signature) { s.Email = "person3@gmail.com" })
	if h.opens(t); len(h.post.all()) != mails {
		t.Error("somebody who must never be written to is written to")
	}
	h.sign(t, func(s *petition.Signature) { s.Email = "person2@gmail.com" })
	if h.opens(t) != 1 {
		t.Error("who erased cannot sign again")
	}
	h.Clock.Advance(32 * 24 * time.Hour)
	must(t, h.roll.Tend(ctx))
	if st := h.file(t).Standings; st[supporters.Waiting] != 0 || st[supporters.Confirmed] != 1 {
		t.Errorf("after 32 days: %v", st)
	}
	h.Clock.Advance(300 * 24 * time.Hour)
	must(t, h.roll.Tend(ctx))
	must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Petition(ctx, h.id)
		if len(p.Key) != 0 {
			t.Error("the key outlives the petition")
		}
		return err
	}))
}

// TestHeld: traps and small domains wait for a person, who releases or erases them.
func TestHeld(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for i := range 30 {
		h.sign(t, func(s *petition.Signature) { s.Email = fmt.Sprintf("bot%d@small.example", i) })
	}
	for range 3 {
		h.sign(t, func(s *petition.Signature) { s.Trap = true })
	}
	for range 40 { // a large provider says nothing
		h.sign(t, same)
	}
	h.opens(t)
	if st := h.file(t).Standings; st[supporters.Held] != 8 || st[supporters.Waiting] != 65 || len(h.post.all()) != 65 {
		t.Fatalf("%v, %d mails", st, len(h.post.all()))
	}
	groups, err := h.roll.Held(ctx, h.freya, h.id)
	if err != nil || len(groups) != 2 || groups[0].Number != 5 || groups[0].Domain != "small.example" {
		t.Fatalf("%+v, %v", groups, err)
	}
	if _, err := h.roll.Held(ctx, h.egon, h.id); fault.KindOf(err) != fault.Denied {
		t.Errorf("an editor reads them: %v", err)
	}
	must(t, h.roll.Release(ctx, h.freya, h.id, groups[0].Key))
	must(t, h.roll.Discard(ctx, h.freya, h.id, groups[1].Key))
	h.sign(t, func(s *petition.Signature) { s.Email = "more@small.example" })
	h.opens(t)
	if st := h.file(t).Standings; st[supporters.Held] != 0 || st[supporters.Waiting] != 71 || len(h.post.all()) != 71 {
		t.Errorf("%v, %d mails", st, len(h.post.all()))
	}
}

// TestForeign: what no key opens, and a signature of another petition, are kept.
func TestForeign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.public(t)
	f := h.file(t)
	other, err := age.GenerateHybridIdentity()
	must(t, err)
	plain, err := petition.Signature{Petition: f.Public, Name: "A", Email: "a@b.example", Country: "DE", Lang: "en", Via: petition.ViaForm}.Encode()
	must(t, err)
	sealed, err := seal.Fixed(other.Recipient().String(), plain, petition.Size)
	must(t, err)
	if _, err := h.roll.Receive(t.Context(), []supporters.Arrival{{Number: "ff", Petition: f.Public, Day: "2017-04-09", Sealed: sealed}}); err != nil {
		t.Fatal(err)
	}
	h.sign(t, func(s *petition.Signature) { s.Petition = strings.Repeat("0", 32) })
	h.sign(t, same)
	if n := h.opens(t); n != 1 {
		t.Errorf("%d", n)
	}
	if f := h.file(t); f.Troubled != 2 || f.Waiting != 0 {
		t.Errorf("%d in trouble, %d wait", f.Troubled, f.Waiting)
	}
}

// TestRenew: an advocate who leaves loses the key; a new one seals from now on,
// what was on its way still opens, and nothing that was sealed is lost.
func TestRenew(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	gone := h.Member(t, "Gone (invented)", staff.Advocate)
	h.public(t)
	h.sign(t, same)
	h.opens(t)
	h.sign(t, same) // under the old key, not opened yet
	was, serial := h.file(t).Recipient, h.file(t).Serial
	gone.Active = false
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error { return tx.PutMember(ctx, gone.Member) }))
	must(t, h.roll.Renew(ctx, h.freya, h.id))
	f := h.file(t)
	if f.Recipient == was || f.Serial <= serial || slices.Contains(f.Holders, gone.ID) {
		t.Errorf("recipient kept %v, serial %d, holders %v", f.Recipient == was, f.Serial, f.Holders)
	}
	h.sign(t, same)
	if n := h.opens(t); n != 2 {
		t.Errorf("%d opened under both keys", n)
	}
	late := h.Member(t, "Late (invented)", staff.Advocate)
	must(t, h.roll.ShareKeys(ctx, h.freya))
	h.sign(t, same)
	if n, err := h.roll.OpenArrivals(ctx, late); n != 1 || err != nil {
		t.Errorf("a new advocate opens %d, %v", n, err)
	}
}

// confirmAll confirms everybody who was written to.
func (h *house) confirmAll(t *testing.T) map[string]petition.Code {
	t.Helper()
	codes := h.codes(t)
	for _, c := range codes {
		h.press(t, "confirm", c)
	}
	return codes
}

// TestHandOver: the package counts, holds each supporter's line, seals only names
// that may be shown and that no case protects, and opens lines on request.
func TestHandOver(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_one", "name", "Ruslan Nesushchestvuev") }))
	for range 10 {
		h.sign(t, same)
	}
	h.sign(t, func(s *petition.Signature) { s.Name, s.Shown, s.Email = "Alice Vymyshlennaya", true, "alice@gmail.com" })
	h.sign(t, func(s *petition.Signature) { s.Name, s.Shown = "Ruslan Nesushchestvuev", true })
	h.opens(t)
	codes := h.confirmAll(t)
	reader, err := age.GenerateHybridIdentity()
	must(t, err)
	id := supporters.NewDelivery()
	if err := h.roll.Deliver(ctx, h.freya, h.id, supporters.NewDelivery(), "age1nonsense"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sealed to nonsense: %v", err)
	}
	for range 2 {
		must(t, h.roll.Deliver(ctx, h.freya, h.id, id, reader.Recipient().String()))
	}
	if all, err := h.roll.Deliveries(ctx, h.freya, h.id); err != nil || len(all) != 1 || all[0].Named != 1 || all[0].Kept != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	d, err := h.roll.FetchDelivery(ctx, h.freya, h.id, id)
	must(t, err)
	pack, err := petition.ReadDelivery(bytes.NewReader(d.Body), int64(len(d.Body)))
	if err != nil || pack.Count != 12 || bytes.Contains(d.Body, []byte("Vymyshlenn")) {
		t.Fatalf("%d, %v", pack.Count, err)
	}
	if ok, err := pack.Holds(codes["alice@gmail.com"].Open(petition.Line{Country: "DE", Name: "Alice Vymyshlennaya", Day: "2017-04-09"})); !ok || err != nil {
		t.Error("Alice does not find her line", err)
	}
	r, err := age.Decrypt(bytes.NewReader(pack.Sealed), reader)
	must(t, err)
	var openings []petition.Opening
	must(t, json.NewDecoder(r).Decode(&openings))
	if len(openings) != 1 || openings[0].Name != "Alice Vymyshlennaya" {
		t.Errorf("%+v", openings)
	}
	h.press(t, "erase", codes["person1@gmail.com"])
	out, err := h.roll.OpenLines(ctx, h.freya, h.id, id, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	if err != nil || len(out.Openings) != 11 || out.Gone != 1 {
		t.Fatalf("%d opened, %d gone, %v", len(out.Openings), out.Gone, err)
	}
	for _, o := range out.Openings {
		if ok, err := pack.Holds(o); !ok || err != nil {
			t.Errorf("a line is not in the package: %v", err)
		}
		if o.Name != "" && o.Name != "Alice Vymyshlennaya" {
			t.Errorf("%s is shown", o.Name)
		}
	}
	if _, err := h.roll.OpenLines(ctx, h.freya, h.id, id, []int{13}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("line 13 of 12: %v", err)
	}
}

// TestLists: what goes out comes in again, in both formats; a wrong row stops all.
func TestLists(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_one", "name", "Ruslan Nesushchestvuev") }))
	h.sign(t, func(s *petition.Signature) { s.Name, s.Updates = `=cmd "Алиса", Вымышленная`, true })
	h.sign(t, func(s *petition.Signature) { s.Shown, s.Country, s.Lang = true, "FR", "ru" })
	h.sign(t, func(s *petition.Signature) { s.Name = "Ruslan Nesushchestvuev" })
	h.opens(t)
	h.confirmAll(t)
	for _, f := range []supporters.Format{supporters.CSV, supporters.OSDI} {
		if _, err := h.roll.Export(ctx, h.egon, h.id, f); fault.KindOf(err) != fault.Denied {
			t.Errorf("an editor takes the list: %v", err)
		}
		raw, err := h.roll.Export(ctx, h.freya, h.id, f)
		must(t, err)
		if bytes.Contains(raw, []byte("Nesushchestvuev")) || !bytes.Contains(raw, []byte("person2@gmail.com")) {
			t.Errorf("%s: the guard's row is in it, or the others are not:\n%s", f, raw)
		}
		other := newHouse(t)
		other.public(t)
		got, err := other.roll.Import(ctx, other.freya, other.id, raw, true, true)
		if err != nil || got.New != 2 || len(other.file(t).Standings) != 0 {
			t.Fatalf("%s tried: %+v, %v", f, got, err)
		}
		got, err = other.roll.Import(ctx, other.freya, other.id, raw, true, false)
		if err != nil || got.New != 2 || other.file(t).Standings[supporters.Confirmed] != 2 || len(other.post.all()) != 0 {
			t.Fatalf("%s: %+v, %v", f, got, err)
		}
		again, err := other.roll.Import(ctx, other.freya, other.id, raw, true, false)
		if err != nil || again.New != 0 || again.Known != 2 {
			t.Errorf("%s again: %+v, %v", f, again, err)
		}
		back, err := other.roll.Export(ctx, other.freya, other.id, supporters.CSV)
		must(t, err)
		for _, w := range []string{"Алиса", "FR,ru", "yes"} {
			if !bytes.Contains(back, []byte(w)) {
				t.Errorf("%s: %q is lost:\n%s", f, w, back)
			}
		}
	}
	for what, raw := range map[string]string{
		"a wrong address": "name,email,country\nA Person,nobody,DE\nB Person,b@x.example,DE\n", "a wrong country": "name,email,country\nA Person,a@x.example,Germany\n",
		"twice": "name,email,country\nA Person,a@x.example,DE\nB Person,A+b@x.example,DE\n", "no name": "name,email,country\n,a@x.example,DE\n",
		"a column of somebody else's": "name,email,country,phone\nA Person,a@x.example,DE,1\n", "rubbish": "{]", "an empty page": `{"_embedded":{}}`, "people without an address": `[{"given_name":"A"}]`,
	} {
		got, err := h.roll.Import(ctx, h.freya, h.id, []byte(raw), true, false)
		if err != nil || len(got.Wrong) == 0 || got.New != 0 {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
	if n := h.file(t).Standings[supporters.Confirmed]; n != 3 {
		t.Errorf("%d after wrong lists", n)
	}
	if got, err := h.roll.Import(ctx, h.freya, h.id, []byte("name,email,country\nA Person,a@x.example,DE\n"), false, false); err != nil || got.New != 1 || h.file(t).Standings[supporters.Waiting] != 1 {
		t.Errorf("asked by mail: %+v, %v", got, err)
	}
}

// TestTold: only those who confirmed, asked and did not stop are told, once.
func TestTold(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for i := range 4 {
		h.sign(t, func(s *petition.Signature) { s.Updates = i < 3 })
	}
	h.opens(t)
	codes := h.codes(t)
	h.press(t, "confirm", codes["person1@gmail.com"], codes["person2@gmail.com"], codes["person4@gmail.com"])
	h.press(t, "stop", codes["person2@gmail.com"])
	n := supporters.News{Once: supporters.NewNews(), Subject: campaign.Text{EN: "News", RU: "Новости"}, Words: campaign.Text{EN: "They answered.", RU: "Они ответили."}}
	for range 2 {
		must(t, h.roll.Tell(ctx, h.freya, h.id, n))
	}
	told := 0
	for _, m := range h.post.all() {
		if strings.Contains(m.Text, "They answered.") {
			if told++; m.To != "person1@gmail.com" || !strings.Contains(m.Leave, "/leave/") {
				t.Errorf("told: %s", m.To)
			}
		}
	}
	if told != 1 {
		t.Errorf("%d were told", told)
	}
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_one", "name", "Ruslan Nesushchestvuev") }))
	n.Once, n.Words.EN = supporters.NewNews(), "Ruslan Nesushchestvuev is free."
	if err := h.roll.Tell(ctx, h.freya, h.id, n); err == nil || !strings.Contains(err.Error(), "gives away somebody") {
		t.Errorf("the guard lets it pass: %v", err)
	}
}

// TestTally: the signed count is that of the Desk, without small numbers.
func TestTally(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for i := range 9 {
		h.sign(t, func(s *petition.Signature) { s.Country = []string{"DE", "DE", "FR"}[i%3] })
	}
	h.opens(t)
	h.confirmAll(t)
	must(t, h.roll.SignTally(ctx, h.freya, h.id))
	if got := h.file(t).Tally; got == nil || got.Total != 9 || len(got.Countries) != 1 || got.Countries[0].Country != "" {
		t.Errorf("%+v", got)
	}
	if err := h.roll.SignTally(ctx, h.egon, h.id); fault.KindOf(err) != fault.Denied {
		t.Errorf("an editor counts: %v", err)
	}
}

// TestSendAgain: a Front that lost everything gets the codes of all who wait or
// have confirmed, each as it stands; who was erased does not come back.
func TestSendAgain(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for range 3 {
		h.sign(t, same)
	}
	h.opens(t)
	codes := h.codes(t)
	h.press(t, "confirm", codes["person1@gmail.com"])
	h.press(t, "erase", codes["person3@gmail.com"])
	h.Clock.Advance(time.Hour)
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, h.Clock.Now(), 100)
		for _, j := range due {
			if err := tx.JobDone(ctx, j.ID); err != nil {
				return err
			}
		}
		return err
	}))
	before := h.file(t).Serial
	must(t, h.roll.SendAgain(ctx, h.freya, h.id))
	if h.file(t).Serial <= before {
		t.Error("the statement is no newer")
	}
	states := map[string]bool{}
	must(t, h.DB.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, h.Clock.Now(), 100)
		for _, j := range due {
			var body struct {
				Codes []struct {
					Hash      []byte
					Confirmed bool
				}
			}
			if err := json.Unmarshal(j.Body, &body); err != nil {
				return err
			}
			for _, c := range body.Codes {
				states[hex.EncodeToString(c.Hash)] = c.Confirmed
			}
		}
		return err
	}))
	one, two := codes["person1@gmail.com"].Hash(), codes["person2@gmail.com"].Hash()
	if len(states) != 2 || !states[hex.EncodeToString(one[:])] || states[hex.EncodeToString(two[:])] {
		t.Errorf("%v", states)
	}
}
