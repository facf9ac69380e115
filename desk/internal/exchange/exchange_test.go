package exchange_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/traces"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// house is one organisation's Desk on a real, encrypted store.
type house struct {
	*desktest.Ground
	liaison    *exchange.Liaison
	book       *cases.Book
	signer     *keyring.Signer
	anna, olga staff.Actor // a caseworker, an intake operator
	vera       staff.Actor // a second caseworker
}

type toPartner struct{ h *house }

func (p toPartner) TakenBack(ctx context.Context, tx cases.Store, by staff.Actor, t cases.TakenBack) ([]string, error) {
	return p.h.liaison.TakenBack(ctx, tx.(*store.Tx), by, t)
}

func newHouse(t *testing.T, name string) *house {
	t.Helper()
	h := &house{Ground: desktest.New(t)}
	seed := make([]byte, 32)
	rand.Read(seed)
	var err error
	if h.signer, err = keyring.NewSigner(seed, referral.Tag, referral.TagCard); err != nil {
		t.Fatal(err)
	}
	asCases := func(tx *store.Tx) cases.Store { return tx }
	h.book = cases.NewBook(store.Within(h.DB, asCases), store.Reading(h.DB, asCases), h.Clock, cases.Options{Retractions: []cases.Retractions{toPartner{h}}})
	asGate := func(tx *store.Tx) publish.Store { return tx }
	gateway := &publish.Gateway{Within: store.Within(h.DB, asGate), Reading: store.Reading(h.DB, asGate), Clock: h.Clock}
	as := func(tx *store.Tx) exchange.Store { return tx }
	h.liaison = &exchange.Liaison{Within: store.Within(h.DB, as), Reading: store.Reading(h.DB, as), Clock: h.Clock, Book: h.book, Gate: store.Gate{Gateway: gateway}, Inspect: looking, Signer: h.signer, Names: map[string]string{"en": name}}
	h.anna, h.vera, h.olga = h.Member(t, "Anna (invented)", staff.Caseworker), h.Member(t, "Vera (invented)", staff.Caseworker), h.Member(t, "Olga (invented)", staff.Intake)
	if err := h.liaison.MakeKey(t.Context(), h.anna); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) card(t *testing.T) []byte {
	t.Helper()
	card, _, err := h.liaison.Card(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func (h *house) words() string { return strings.Join(bundle.Words(h.signer.Public()), " ") }

// meet makes other a confirmed partner.
func (h *house) meet(t *testing.T, other *house) string {
	t.Helper()
	id, err := h.liaison.Enter(t.Context(), h.anna, other.card(t), other.words())
	if err == nil {
		err = h.liaison.Confirm(t.Context(), h.vera, id, other.words())
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// pair is two Desks that know each other, and a case at the first with an invented person.
type pair struct {
	from, to    *house
	partner     string
	file, party string
	consent     string
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{from: newHouse(t, "Invented Harbour"), to: newHouse(t, "Invented Shore")}
	p.partner = p.from.meet(t, p.to)
	p.to.meet(t, p.from)
	ctx := t.Context()
	f, err := p.from.book.Open(ctx, p.from.anna, cases.Opening{Assign: []string{p.from.anna.ID}})
	if err != nil {
		t.Fatal(err)
	}
	p.file = f.ID
	s, err := p.from.book.KeepParty(ctx, p.from.anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Zelimkhan Vydumanov", Contact: "+7 200 000 00 07", Medical: "insulin"})
	if err != nil {
		t.Fatal(err)
	}
	p.party = s.ID
	p.consent = p.agree(t, referral.Name, referral.Contact, referral.FileData)
	return p
}

func (p *pair) agree(t *testing.T, kinds ...referral.Datum) string {
	t.Helper()
	s, err := p.from.book.Agree(t.Context(), p.from.anna, p.file, "", 0, cases.Consent{Party: p.party, Purpose: cases.ForRefer, Recipient: "Invented Shore", Data: "name, contact, files", How: "spoken", Given: "2017-04-08", Partner: p.partner, Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

func (p *pair) order(data ...referral.Datum) exchange.Wish {
	return exchange.Wish{ID: ids.New("referral"), Case: p.file, Partner: p.partner, Party: p.party, Data: data, Need: "A bed for two weeks.", Proof: referral.Proof{Say: "The lamp is lit", Answer: "And the oil is full"}, Days: 14}
}

// newest gives the last package that a house made about a referral, to be carried.
func (h *house) newest(t *testing.T, a staff.Actor, id string) []byte {
	t.Helper()
	s, err := h.liaison.Sheet(t.Context(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range slices.Backward(s.Parcels) {
		if !x.In {
			p, err := h.liaison.Give(t.Context(), a, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			return p.Sealed
		}
	}
	t.Fatal("nothing to carry")
	return nil
}

func (h *house) state(t *testing.T, a staff.Actor, id string) cases.HandoverState {
	t.Helper()
	s, err := h.liaison.Sheet(t.Context(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	return s.State
}

func (h *house) bring(t *testing.T, a staff.Actor, file []byte) exchange.Brought {
	t.Helper()
	b, err := h.liaison.Bring(t.Context(), a, file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOutAndBack: sent, taken in, accepted, done; each package counts once.
func TestOutAndBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	w := p.order(referral.Name, referral.Contact)
	w.Files = []referral.File{{Name: "letter.txt", Type: "text/plain", Bytes: []byte("An invented letter")}}
	w.Transfer = true
	for range 2 { // a form sent twice
		if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.from.liaison.HandOver(ctx, p.from.anna, w.ID, "early"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("handed over before the partner took over: %v", err)
	}
	sealed := p.from.newest(t, p.from.anna, w.ID)
	if b := p.to.bring(t, p.to.olga, sealed); b.Again || b.Referral != w.ID {
		t.Errorf("%+v", b)
	}
	if b := p.to.bring(t, p.to.anna, sealed); !b.Again {
		t.Error("a replay was taken for new")
	}
	s, err := p.to.liaison.Sheet(ctx, p.to.olga, w.ID)
	if err != nil || s.Open == nil || s.Open.Facts[0].Text != "Zelimkhan Vydumanov" || s.Open.Proof.Say != "The lamp is lit" {
		t.Fatalf("%+v, %v", s, err)
	}
	file, err := p.to.liaison.Accept(ctx, p.to.olga, w.ID, cases.Urgent, []string{p.to.vera.ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.to.liaison.Accept(ctx, p.to.olga, w.ID, cases.Urgent, []string{p.to.vera.ID}, ""); err == nil {
		t.Error("accepted twice")
	}
	c, err := p.to.book.Case(ctx, p.to.vera, file)
	if err != nil || len(c.Parties) != 1 || c.Parties[0].Content().Contact != "+7 200 000 00 07" || c.Parties[0].Content().Medical != "" || len(c.Handovers) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := p.to.liaison.Sheet(ctx, p.to.olga, w.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("who is not assigned reads on: %v", err)
	}
	if _, body, err := p.to.liaison.File(ctx, p.to.vera, w.ID, 0); err != nil || string(body) != "An invented letter" {
		t.Errorf("%q, %v", body, err)
	}
	yes := p.to.newest(t, p.to.vera, w.ID)
	if err := p.to.liaison.Close(ctx, p.to.vera, w.ID, true, "They sleep here since Friday."); err != nil {
		t.Fatal(err)
	}
	done := p.to.newest(t, p.to.vera, w.ID)

	p.from.bring(t, p.from.olga, done) // the later one is quicker
	if got := p.from.state(t, p.from.anna, w.ID); got != cases.HandoverDone {
		t.Errorf("state %s", got)
	}
	p.from.bring(t, p.from.olga, yes)
	if b := p.from.bring(t, p.from.olga, yes); !b.Again || p.from.state(t, p.from.anna, w.ID) != cases.HandoverDone {
		t.Errorf("an older answer moved it back, or a replay counted: %+v", b)
	}
	if err := p.from.liaison.HandOver(ctx, p.from.anna, w.ID, "The partner has them."); err != nil {
		t.Fatal(err)
	}
	mine, err := p.from.book.Case(ctx, p.from.anna, p.file)
	if err != nil || mine.State != cases.Referred {
		t.Errorf("%s, %v", mine.State, err)
	}
	if _, err := p.from.liaison.Sheet(ctx, p.from.vera, w.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unassigned colleague reads a referral: %v", err)
	}
}

// TestNothingBeyondConsent: what no consent covers does not leave, and the error says what.
func TestNothingBeyondConsent(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	says := func(what string, w exchange.Wish, want string) {
		t.Helper()
		err := p.from.liaison.Refer(ctx, p.from.anna, w)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
		if _, err := p.from.liaison.Sheet(ctx, p.from.anna, w.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: something was kept: %v", what, err)
		}
	}
	says("a kind of data", p.order(referral.Medical), "does not cover: health")
	w := p.order()
	w.Need = "A bed for Zelimkhan Vydumanov."
	says("a name in the words that was not chosen", w, "need: This gives away")
	w = p.order(referral.Name)
	w.Need = "Call +7 200 000 00 07."
	says("a number in the words that was not chosen", w, "need: This gives away")
	w = p.order(referral.Name)
	w.Need = "A bed for Zelimkhan Vydumanov."
	if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
		t.Errorf("the name was chosen and agreed to: %v", err)
	}
	other, err := p.from.book.Open(ctx, p.from.vera, cases.Opening{Assign: []string{p.from.vera.ID}})
	if err == nil {
		_, err = p.from.book.KeepParty(ctx, p.from.vera, other.ID, "", 0, cases.Party{Code: "A", Name: "Ibragim Nesushchestvuev"})
	}
	if err != nil {
		t.Fatal(err)
	}
	w = p.order(referral.Name)
	w.Need = "Together with Ibragim Nesushchestvuev."
	says("somebody of another case", w, "need: This gives away")
	w = p.order(referral.Name)
	w.Files = []referral.File{{Name: "Ibragim Nesushchestvuev.txt", Bytes: []byte("x")}}
	says("a file's name", w, "files: This gives away")
	w = p.order(referral.Name)
	w.Party = "party_x"
	says("nobody", w, "Choose the person")
	if err := p.from.book.Withdraw(ctx, p.from.anna, p.file, p.consent, ""); err != nil {
		t.Fatal(err)
	}
	says("a consent that was taken back", p.order(referral.Name), "taken back")
	p.agree(t, referral.Contact)
	says("another consent that does not cover it", p.order(referral.Name), "does not cover: the name")
	p.from.Clock.Advance(time.Hour)
	if err := p.from.liaison.Stop(ctx, p.from.anna, p.partner); err != nil {
		t.Fatal(err)
	}
	says("a partner that was stopped", p.order(referral.Contact), "Two members must have compared")
	if err := p.from.liaison.Refer(ctx, p.from.vera, p.order(referral.Contact)); fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unassigned member referred: %v", err)
	}
}

// TestWithdrawal: taking the consent back makes the revocation in the same step,
// and both sides show it, whichever of the two packages is quicker.
func TestWithdrawal(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, order := range []string{"waiting", "accepted", "overtaken"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			w := p.order(referral.Name)
			if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
				t.Fatal(err)
			}
			sealed := p.from.newest(t, p.from.anna, w.ID)
			reader := p.to.olga
			if order != "overtaken" {
				p.to.bring(t, p.to.olga, sealed)
			}
			if order == "accepted" {
				reader = p.to.vera
				if _, err := p.to.liaison.Accept(ctx, p.to.olga, w.ID, cases.Urgent, []string{p.to.vera.ID}, ""); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.from.book.Withdraw(ctx, p.from.anna, p.file, p.consent, "their own reasons"); err != nil {
				t.Fatal(err)
			}
			if got := p.from.state(t, p.from.anna, w.ID); got != cases.HandoverRevoked {
				t.Fatalf("here it is %s", got)
			}
			back := p.from.newest(t, p.from.anna, w.ID)
			if b := p.to.bring(t, p.to.olga, back); b.Kind != referral.Revoke {
				t.Errorf("%+v", b)
			}
			if order == "overtaken" {
				p.to.bring(t, p.to.olga, sealed)
			}
			if got := p.to.state(t, reader, w.ID); got != cases.HandoverRevoked {
				t.Errorf("there it is %s", got)
			}
			s, err := p.to.liaison.Sheet(ctx, reader, w.ID)
			if err != nil || s.Open != nil {
				t.Errorf("what was called back can be read on: %v", err)
			}
			if _, err := p.to.liaison.Accept(ctx, p.to.olga, w.ID, cases.Urgent, []string{p.to.vera.ID}, ""); err == nil {
				t.Error("what was called back was accepted")
			}
			if order == "accepted" {
				c, err := p.to.book.Case(ctx, p.to.vera, s.Case)
				if err != nil || c.Handovers[0].State != cases.HandoverRevoked {
					t.Errorf("the case does not show it: %v", err)
				}
			}
		})
	}
}

// TestBrought: every file that is not what it should be is refused, and nothing of it is kept.
func TestBrought(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	w := p.order(referral.Name)
	if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
		t.Fatal(err)
	}
	good := p.from.newest(t, p.from.anna, w.ID)
	altered := slices.Clone(good)
	altered[len(altered)-9] ^= 4
	third := newHouse(t, "Invented Stranger")
	third.meet(t, p.to)
	bad := func(name string, h *house, file []byte, want string) {
		t.Helper()
		if _, err := h.liaison.Bring(ctx, h.olga, file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
		rows, err := h.liaison.List(ctx, h.olga, "en")
		if err != nil || len(rows) != 0 {
			t.Errorf("%s left %d rows, %v", name, len(rows), err)
		}
	}
	bad("rubbish", p.to, []byte("hello"), "no package")
	bad("altered", p.to, altered, "altered or cut short")
	bad("cut short", p.to, good[:len(good)-200], "altered or cut short")
	bad("at the wrong Desk", third, good, "sealed to another Desk")
	p.to.Clock.Advance(15 * 24 * time.Hour)
	bad("too late", p.to, good, "a day that has passed")

	// An answer of somebody else, and to something that was never sent.
	q := newPair(t)
	v := q.order(referral.Name)
	if err := q.from.liaison.Refer(ctx, q.from.anna, v); err != nil {
		t.Fatal(err)
	}
	q.to.bring(t, q.to.olga, q.from.newest(t, q.from.anna, v.ID))
	if err := q.to.liaison.Reject(ctx, q.to.olga, v.ID, "We are full."); err != nil {
		t.Fatal(err)
	}
	no := q.to.newest(t, q.to.olga, v.ID)
	bad("another Desk's answer", p.to, no, "sealed to another Desk")
	q.from.bring(t, q.from.olga, no)
	s, err := q.from.liaison.Sheet(ctx, q.from.anna, v.ID)
	if err != nil || s.State != cases.HandoverRejected || s.Parcels[1].Words != "We are full." {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestPartner: two members, two hearings; a stranger's card never passes.
func TestPartner(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	a, b, evil := newHouse(t, "Invented Harbour"), newHouse(t, "Invented Shore"), newHouse(t, "Invented Shore")
	if _, err := a.liaison.Enter(ctx, a.anna, evil.card(t), b.words()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a card with another's words: %v", err)
	}
	if _, err := a.liaison.Enter(ctx, a.olga, b.card(t), b.words()); fault.KindOf(err) != fault.Denied {
		t.Errorf("an operator entered a partner: %v", err)
	}
	id, err := a.liaison.Enter(ctx, a.anna, b.card(t), b.words())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.liaison.Confirm(ctx, a.anna, id, b.words()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one member confirmed alone: %v", err)
	}
	if _, err := a.liaison.Enter(ctx, a.anna, b.card(t), b.words()); err != nil {
		t.Fatal(err)
	}
	if p, err := a.liaison.Partner(ctx, id); err != nil || p.State != exchange.Asked || len(p.Words) != 1 {
		t.Errorf("entering twice confirmed it: %+v, %v", p, err)
	}
	if err := a.liaison.Confirm(ctx, a.vera, id, evil.words()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("other words: %v", err)
	}
	if err := a.liaison.Confirm(ctx, a.vera, id, b.words()); err != nil {
		t.Fatal(err)
	}
	if p, err := a.liaison.Partner(ctx, id); err != nil || p.State != exchange.Confirmed {
		t.Errorf("%+v, %v", p, err)
	}
	old := b.card(t)
	b.Clock.Advance(time.Hour)
	if err := b.liaison.MakeKey(ctx, b.anna); err != nil {
		t.Fatal(err)
	}
	if _, err := a.liaison.Enter(ctx, a.anna, b.card(t), ""); err != nil {
		t.Errorf("a newer card of the same key: %v", err)
	}
	if _, err := a.liaison.Enter(ctx, a.anna, old, ""); err == nil {
		t.Error("an older card took its place")
	}
}

// TestNewKeyOpensOld: what was sealed before a new key still opens; a newcomer gets the keys when a colleague signs in.
func TestNewKeyOpensOld(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	w := p.order(referral.Name)
	if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
		t.Fatal(err)
	}
	p.to.Clock.Advance(time.Hour)
	if err := p.to.liaison.MakeKey(ctx, p.to.anna); err != nil {
		t.Fatal(err)
	}
	late := p.to.Member(t, "Late (invented)", staff.Intake)
	sealed := p.from.newest(t, p.from.anna, w.ID)
	if _, err := p.to.liaison.Bring(ctx, late, sealed); fault.KindOf(err) != fault.Denied {
		t.Errorf("without the key: %v", err)
	}
	if err := p.to.liaison.ShareKeys(ctx, p.to.anna); err != nil {
		t.Fatal(err)
	}
	p.to.bring(t, late, sealed)
}

// TestErased: with the case its referrals go, both sides' rows.
func TestErased(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	w := p.order(referral.Name)
	if err := p.from.liaison.Refer(ctx, p.from.anna, w); err != nil {
		t.Fatal(err)
	}
	if err := p.from.book.Turn(ctx, p.from.anna, p.file, cases.Withdrawn, "their wish"); err != nil {
		t.Fatal(err)
	}
	if err := p.from.book.Erase(ctx, p.from.anna, p.file); err != nil {
		t.Fatal(err)
	}
	if _, err := p.from.liaison.Sheet(ctx, p.from.anna, w.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a referral outlives its case: %v", err)
	}
}

// TestConsentKnowsTheSameNumber: a person's consent to give their telephone also holds
// where a colleague wrote it into a note; not when it is another person's as well.
func TestConsentKnowsTheSameNumber(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPair(t)
	if _, err := p.from.book.Note(ctx, p.from.anna, p.file, "Rings at 8 (200) 000-00-07 in the evening; the aunt at +7 200 000 00 08."); err != nil {
		t.Fatal(err)
	}
	if err := p.from.liaison.Refer(ctx, p.from.anna, p.order(referral.Name, referral.Contact)); err != nil {
		t.Errorf("their own number, which stands in a note, too: %v", err)
	}
	other := p.order(referral.Name, referral.Contact)
	other.Need = "A bed for two weeks; ask the aunt at +72000000008."
	if err := p.from.liaison.Refer(ctx, p.from.anna, other); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the aunt's number left: %v", err)
	}
	if _, err := p.from.book.KeepParty(ctx, p.from.anna, p.file, "", 0, cases.Party{Code: "B", Contact: "+7 200 000 00 07"}); err != nil {
		t.Fatal(err)
	}
	if err := p.from.liaison.Refer(ctx, p.from.anna, p.order(referral.Name, referral.Contact)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a number that is another person's as well left: %v", err)
	}
}

// TestFilesTell: what stands in a file of the person is covered by the consent to give
// files, also what is not seen; what stands there of somebody else stops it. What a file
// tells besides leaves only when somebody says that they know.
func TestFilesTell(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	ctx := t.Context()
	if _, err := p.from.book.Open(ctx, p.from.anna, cases.Opening{Assign: []string{p.from.anna.ID}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.from.book.KeepParty(ctx, p.from.anna, p.file, "", 0, cases.Party{Code: "B", Name: "Ruslan Inventedov"}); err != nil {
		t.Fatal(err)
	}
	png := func(author string) []byte {
		b := append([]byte("\x89PNG\r\n\x1a\n"), binary.BigEndian.AppendUint32(nil, uint32(len("Author\x00"+author)))...)
		return append(b, "tEXtAuthor\x00"+author+"\x00\x00\x00\x00"...)
	}
	inspect := func(_ context.Context, r io.ReadSeeker, _ int64) (traces.Report, error) {
		b, err := io.ReadAll(r)
		return traces.Bytes(b), err
	}
	fields := func(err error) (out []string) {
		var f *fault.Error
		if errors.As(err, &f) {
			for _, x := range f.Fields {
				out = append(out, x.Name)
			}
		}
		return out
	}
	for _, c := range []struct {
		what  string
		bytes []byte
		kind  string
		knows bool
		blind bool
		wrong string
	}{
		{"the person's own name where it is not seen", png("Zelimkhan Vydumanov"), "image/png", true, false, ""},
		{"the same, and nobody knows of it", png("Zelimkhan Vydumanov"), "image/png", false, false, "tells"},
		{"another's name where it is not seen", png("Ruslan Inventedov"), "image/png", true, false, "files"},
		{"another's name in plain words", []byte("Ruslan Inventedov waits."), "text/plain", true, false, "files"},
		{"plain words", []byte("A letter."), "text/plain", false, false, ""},
		{"a picture at which nobody could look", png("x"), "image/png", false, true, "tells"},
	} {
		p.from.liaison.Inspect = inspect
		if c.blind {
			p.from.liaison.Inspect = nil
		}
		w := p.order()
		w.Files, w.Knows = []referral.File{{Name: "a.png", Type: c.kind, Bytes: c.bytes}}, c.knows
		got := strings.Join(fields(p.from.liaison.Refer(ctx, p.from.anna, w)), " ")
		if got != c.wrong {
			t.Errorf("%s: %q is wrong, not %q", c.what, got, c.wrong)
		}
	}
}

// looking reads what a file tells, without outside programs.
func looking(_ context.Context, r io.ReadSeeker, _ int64) (traces.Report, error) {
	b, err := io.ReadAll(r)
	return traces.Bytes(b), err
}
