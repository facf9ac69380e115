package cases_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/publish"
	recordroom "waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/internal/fault"
)

// png is the smallest picture.
var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\nIDATx\x9cc\xfa\x0f\x00\x01\x05\x01\x02\xcf\xa0\x2e\xcd\x00\x00\x00\x00IEND\xaeB`\x82")

// withRecord puts a real record and a real vault behind the cases.
func (o *office) withRecord() (*recordroom.Archive, *vault.Chunks) {
	chunks := must(vault.Open(o.Dir + "/chunks"))(o.t)
	a := recordroom.NewArchive(store.Within(o.DB, func(tx *store.Tx) recordroom.Store { return tx }), store.Reading(o.DB, func(tx *store.Tx) recordroom.Store { return tx }), o.Clock)
	as := func(tx *store.Tx) cases.Store { return tx }
	o.book = cases.NewBook(store.Within(o.DB, as), store.Reading(o.DB, as), o.Clock, cases.Options{Testimonies: a, Retractions: []cases.Retractions{a}, Cabinet: cabinet{chunks}})
	return a, chunks
}

// TestTakeBack: taking a consent back acts on its paper, on what was handed to
// the record and claimed from it, on the bridge, on what let the person be
// named, and on nothing of anybody else.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	archive, _ := o.withRecord()
	dora := o.Member(t, "Dora (invented)", staff.Documenter)
	id := o.open(o.anna)
	a, b := o.party(id, "A"), o.party(id, "B")
	agree := func(party string, p cases.Purpose) string {
		return must(o.book.Agree(o.ctx, o.anna, id, "", 0, cases.Consent{Party: party, Purpose: p, Recipient: "the record", Data: "what happened", How: "spoken", Given: "2017-04-09"}))(t).ID
	}
	mine, theirs, public := agree(a, cases.ForRecord), agree(b, cases.ForRecord), agree(a, cases.ForPublic)
	o.ok(o.book.Testify(o.ctx, o.anna, id, mine, "They beat me in a cellar.", "en"))
	o.ok(o.book.Testify(o.ctx, o.anna, id, theirs, "I saw three cars.", "en"))
	paper := must(o.book.DrawUp(o.ctx, o.anna, id, "", cases.Draw{Kind: cases.FormConsent, Party: a, Lang: "ru", Consent: mine}))(t)
	must(o.book.Sign(o.ctx, o.anna, id, paper.ID, paper.Version, cases.Signing{Day: "2017-04-09", How: "by hand"}))(t)
	items := func() (open, gone []recordroom.ItemPage) {
		came, _, err := archive.Items(o.ctx, dora, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range came {
			i := must(archive.Item(o.ctx, dora, p.Item.ID))(t)
			if i.Gone {
				gone = append(gone, i)
			} else {
				open = append(open, i)
			}
		}
		return open, gone
	}
	opened, gone := items()
	if len(opened) != 2 || len(gone) != 0 {
		t.Fatalf("%d can be opened, %d not", len(opened), len(gone))
	}
	var claim recordroom.Claim
	for _, i := range opened {
		if strings.Contains(i.Words, "cellar") {
			claim = must(archive.AddClaim(o.ctx, dora, recordroom.Claim{Item: i.Item.ID, Act: recordroom.Torture, Status: recordroom.Torture.Status(), Hand: recordroom.Relayed, Asserted: "2017-04"}))(t)
		}
	}
	if claim.ID == "" {
		t.Fatal("no claim was made")
	}
	decided := func() (ok bool) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) (err error) {
			terms, err := tx.GuardTerms(o.ctx, 0)
			for _, x := range terms {
				if x.Owner == id+"/"+a {
					l, lerr := tx.Lifted(o.ctx, publish.Lift{Owner: x.Owner, Kind: x.Kind, Subject: "publication_x", Term: x.ID, Class: "public", Now: "2017-04-09"})
					ok, err = ok || l, lerr
				}
			}
			return err
		}))
		return ok
	}
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		terms, err := tx.GuardTerms(o.ctx, 0)
		for _, x := range terms {
			if err == nil && x.Owner == id+"/"+a {
				err = tx.Decide(o.ctx, publish.Decision{Subject: "publication_x", Term: x.ID, Reason: "they agreed", By: o.anna.ID})
			}
		}
		return err
	}))
	if !decided() {
		t.Fatal("the control is not decided: the test would prove nothing")
	}

	o.ok(o.book.TakeBack(o.ctx, o.anna, id, mine, "afraid", true))
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	for _, s := range c.Consents {
		switch k := s.Content(); s.ID {
		case mine:
			if k.Withdrawn != "2017-04-09" || !slices.Equal(k.Acted, []string{cases.ActForm, cases.ActBridge, cases.ActDestroyed}) {
				t.Errorf("%+v", k)
			}
		case theirs:
			if !k.Holds("2017-04-09") {
				t.Error("another person's consent ended too")
			}
		}
	}
	if f := c.Forms[0].Content(); f.Ended != "2017-04-09" || f.Holds("2017-04-09") {
		t.Errorf("its paper holds on: %+v", f)
	}
	if len(c.Bridges) != 1 || c.Bridges[0].Content().Party != b {
		t.Error("the bridges are not as they should be")
	}
	if opened, gone = items(); len(opened) != 1 || len(gone) != 1 || !strings.Contains(opened[0].Words, "three cars") {
		t.Fatalf("%d can be opened, %d not", len(opened), len(gone))
	}
	weighed := must(archive.Claim(o.ctx, dora, claim.ID))(t)
	if j := weighed.Claim.Judgement(); j.Standing != recordroom.Withdrawn {
		t.Errorf("the claim stands as %q", j.Standing)
	}
	o.refused(o.book.Testify(o.ctx, o.anna, id, mine, "More.", "en"), fault.Conflict, "No consent")
	o.refused(o.book.TakeBack(o.ctx, o.anna, id, mine, "", true), fault.Conflict, "already")
	if !decided() {
		t.Error("a consent for the record took back what let the person be named")
	}
	o.ok(o.book.TakeBack(o.ctx, o.anna, id, public, "", false))
	if decided() {
		t.Error("a draft may still name the person")
	}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(o.ctx) }))
}

// TestTakeBackWithAnother: while another consent for the record holds, nothing of the record is touched; on a closed case it can be taken back too.
func TestTakeBackWithAnother(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.withRecord()
	o.Member(t, "Dora (invented)", staff.Documenter)
	id := o.open(o.anna)
	a := o.party(id, "A")
	var both []string
	for range 2 {
		both = append(both, must(o.book.Agree(o.ctx, o.anna, id, "", 0, cases.Consent{Party: a, Purpose: cases.ForRecord, Recipient: "r", Data: "d", How: "h", Given: "2017-04-09"}))(t).ID)
	}
	o.ok(o.book.Testify(o.ctx, o.anna, id, both[0], "They beat me.", "en"))
	must(o.book.Close(o.ctx, o.anna, id, 0, cases.Closure{Needs: "n", View: "v", EraseBy: "2017-05-09"}))(t)
	o.ok(o.book.TakeBack(o.ctx, o.anna, id, both[0], "", true))
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	if len(c.Bridges) != 1 || !slices.Equal(c.Consents[0].Content().Acted, []string{cases.ActOther}) {
		t.Errorf("%d bridges, %v", len(c.Bridges), c.Consents[0].Content().Acted)
	}
	o.ok(o.book.TakeBack(o.ctx, o.anna, id, both[1], "", false))
	c = must(o.book.Case(o.ctx, o.anna, id))(t)
	if len(c.Bridges) != 0 || !slices.Equal(c.Consents[1].Content().Acted, []string{cases.ActBridge, cases.ActStays}) {
		t.Errorf("%d bridges, %v", len(c.Bridges), c.Consents[1].Content().Acted)
	}
}

// TestForms: drawn up in the person's language from the newest words, signed with
// a sealed copy, run out, taken back; erased with the case.
func TestForms(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, chunks := o.withRecord()
	id := o.open(o.anna)
	a := o.party(id, "A")
	for _, k := range cases.AllFormKinds() {
		for _, lang := range []string{"en", "ru"} {
			all := must(o.book.Texts(o.ctx, o.anna))(t)
			if !slices.ContainsFunc(all, func(x cases.FormText) bool {
				return x.Kind == k && x.Lang == lang && len(x.Words) > 500 && strings.Contains(x.Words, "{person}")
			}) {
				t.Errorf("no words of %s in %s", k, lang)
			}
		}
	}
	draw := cases.Draw{Kind: cases.FormAttorney, Party: a, Lang: "ce", Attorney: "a lawyer (invented)", Acts: "{person} asks for papers", Organisation: "Example"}
	_, err := o.book.DrawUp(o.ctx, o.anna, id, "", draw)
	o.refused(err, fault.Invalid, "no words of this paper")
	o.refused(o.book.KeepText(o.ctx, o.anna, 0, cases.FormText{Kind: cases.FormAttorney, Lang: "ce", Title: "T", Words: "{person} {nobody}"}), fault.Invalid, "stands for nothing")
	o.refused(o.book.KeepText(o.ctx, o.anna, 0, cases.FormText{Kind: cases.FormAttorney, Lang: "ce", Title: "T", Words: "x"}), fault.Invalid, "must name the person")
	o.ok(o.book.KeepText(o.ctx, o.anna, 0, cases.FormText{Kind: cases.FormAttorney, Lang: "ce", Title: "Т (invented)", Words: "Со {person}: {acts}\n\n{day} {until}"}))
	o.refused(o.book.KeepText(o.ctx, o.boris, 0, cases.FormText{Kind: cases.FormAttorney, Lang: "ce", Title: "T", Words: "{person}"}), fault.Conflict, "meanwhile")
	paper := must(o.book.DrawUp(o.ctx, o.anna, id, "", draw))(t)
	f := must(o.book.Form(o.ctx, o.anna, id, paper.ID))(t)
	if f.Words != "Со Ruslan Example A: {person} asks for papers\n\n2017-04-09 ____________________" || f.Text != 1 {
		t.Errorf("%+v", f)
	}
	o.ok(o.book.KeepText(o.ctx, o.anna, 1, cases.FormText{Kind: cases.FormAttorney, Lang: "ce", Title: "Т", Words: "Other words, {person}"}))
	if again := must(o.book.Form(o.ctx, o.anna, id, paper.ID))(t); again.Words != f.Words {
		t.Error("a paper that was drawn up has other words now")
	}
	sign := cases.Signing{Day: "2017-04-09", How: "by hand", Expires: "2017-05-09", Name: "scan.png", Copy: png}
	_, err = o.book.Sign(o.ctx, o.anna, id, paper.ID, 1, cases.Signing{Day: "2017-04-10", How: "h"})
	o.refused(err, fault.Invalid, "not in the future")
	_, err = o.book.Sign(o.ctx, o.anna, id, paper.ID, 1, cases.Signing{Day: "2017-04-09", How: "h", Copy: []byte("MZ a program")})
	o.refused(err, fault.Invalid, "picture or a PDF")
	must(o.book.Sign(o.ctx, o.anna, id, paper.ID, 1, sign))(t)
	_, err = o.book.Sign(o.ctx, o.anna, id, paper.ID, 1, sign)
	o.refused(err, fault.Conflict, "kept already")
	f, raw, err := o.book.SignedCopy(o.ctx, o.anna, id, paper.ID)
	if o.ok(err); !bytes.Equal(raw, png) || !f.Holds("2017-05-09") || f.Holds("2017-05-10") {
		t.Errorf("%d bytes, %+v", len(raw), f)
	}
	if _, _, err := o.book.SignedCopy(o.ctx, o.boris, id, paper.ID); fault.KindOf(err) != fault.NotFound {
		t.Error("a colleague who is not assigned reads the copy:", err)
	}
	if !chunks.Has(f.Copy.ID, 0) {
		t.Fatal("the vault has no copy")
	}
	o.ok(o.book.EndForm(o.ctx, o.anna, id, paper.ID, "changed their mind"))
	o.refused(o.book.EndForm(o.ctx, o.anna, id, paper.ID, ""), fault.Conflict, "already")
	o.Clock.Advance(time.Hour)
	must(o.book.Close(o.ctx, o.anna, id, 0, cases.Closure{Needs: "n", View: "v", EraseBy: "2017-05-09"}))(t)
	o.ok(o.book.Erase(o.ctx, o.anna, id))
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(o.ctx, o.Clock.Now(), 10)
		if len(due) != 1 || due[0].Subject != f.Copy.ID {
			t.Errorf("the sealed copy stays in the vault: %+v", due)
		}
		return err
	}))
}
