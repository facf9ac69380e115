package supporters_test

import (
	"bytes"
	"fmt"
	"testing"

	"filippo.io/age"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/supporters"
	"waylight/internal/fault"
	"waylight/internal/petition"
	"waylight/internal/seal"
)

// TestEraseSigners: of a petition that was taken down everybody who signed goes, in
// every standing; a try changes nothing; what was handed over and the signed count
// stay, and what comes late is not kept.
func TestEraseSigners(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	h.public(t)
	for range 6 {
		h.sign(t, same)
	}
	h.opens(t)
	codes := h.confirmAll(t)
	h.press(t, "never", codes["person1@gmail.com"])
	h.sign(t, same) // waits for its press
	h.opens(t)
	h.sign(t, same) // sealed still
	must(t, h.roll.SignTally(ctx, h.freya, h.id))
	reader, err := age.GenerateHybridIdentity()
	must(t, err)
	package1 := supporters.NewDelivery()
	must(t, h.roll.Deliver(ctx, h.freya, h.id, package1, reader.Recipient().String()))
	public, recipient := h.file(t).Public, h.file(t).Recipient

	if _, err := h.roll.EraseSigners(ctx, h.freya, h.id, false); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("an open petition's signers were erased: %v", err)
	}
	must(t, h.roll.Remove(ctx, h.egon, h.id))
	if _, err := h.roll.EraseSigners(ctx, h.Member(t, "Operator (invented)", staff.Intake), h.id, false); fault.KindOf(err) != fault.Denied {
		t.Errorf("an intake operator erases: %v", err)
	}
	want := supporters.Erasure{Confirmed: 5, Unconfirmed: 1, Blocked: 1, Unopened: 1, Packages: 1, Signed: 5}
	for _, try := range []bool{true, true, false} {
		if got, err := h.roll.EraseSigners(ctx, h.egon, h.id, try); err != nil || got != want {
			t.Fatalf("try %v: %+v, %v", try, got, err)
		}
	}
	f := h.file(t)
	if len(f.Standings) != 0 || f.Waiting+f.Troubled != 0 || len(f.Key) != 0 {
		t.Errorf("something is left: %+v", f)
	}
	if f.Tally == nil || f.Tally.Total != 5 {
		t.Error("the signed count is gone")
	}
	d, err := h.roll.FetchDelivery(ctx, h.freya, h.id, package1)
	must(t, err)
	if pack, err := petition.ReadDelivery(bytes.NewReader(d.Body), int64(len(d.Body))); err != nil || pack.Count != 5 {
		t.Errorf("the package was changed: %v", err)
	}
	if out, err := h.roll.OpenLines(ctx, h.freya, h.id, package1, []int{1, 2}); err != nil || len(out.Openings) != 0 || out.Gone != 2 {
		t.Errorf("lines of erased people open: %+v, %v", out, err)
	}
	must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.SupportersOf(ctx, h.id, "", "", 10)
		if len(all) != 0 {
			t.Errorf("%d supporters are left", len(all))
		}
		return err
	}))
	late, err := petition.Signature{Petition: public, Name: "Late (invented)", Email: "late@gmail.com", Country: "DE", Lang: "en", Via: petition.ViaForm}.Encode()
	must(t, err)
	sealed, err := seal.Fixed(recipient, late, petition.Size)
	must(t, err)
	if n, err := h.roll.Receive(ctx, []supporters.Arrival{{Number: fmt.Sprintf("%016x", 99), Petition: public, Day: "2017-04-10", Sealed: sealed}}); err != nil || n != 0 {
		t.Errorf("a late signature: %d, %v", n, err)
	}
	if f := h.file(t); f.Waiting != 0 {
		t.Error("a late signature is kept")
	}
	if got, err := h.roll.EraseSigners(ctx, h.egon, h.id, false); err != nil || got.All() != 0 {
		t.Errorf("a second time: %+v, %v", got, err)
	}
	h.press(t, "erase", codes["person2@gmail.com"]) // their own press, later, finds nothing and says nothing
}
