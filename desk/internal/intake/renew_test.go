package intake_test

import (
	"context"
	"testing"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
)

// TestDestroyedKey keeps a copy of an envelope, as somebody on the way may, and
// moves the clock: the private half stays while it may be needed and while an
// envelope waits for it; once it is destroyed, nothing at the Desk opens the copy.
func TestDestroyedKey(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	report := envelope.Message{Kind: envelope.Report, Lang: "en", Via: envelope.Command, Text: "hello"}
	waits := o.arrival(t, mailbox.Derive(receipt.New(), o.salt), report)
	kept := o.arrival(t, mailbox.Derive(receipt.New(), o.salt), report)
	o.receive(t, waits)
	destroy := func(want int, when string) {
		t.Helper()
		if n, err := o.inbox.DestroyKeys(ctx); n != want || err != nil {
			t.Fatalf("%s: %d keys destroyed, %v; want %d", when, n, err, want)
		}
	}
	o.Clock.Advance(60 * 24 * time.Hour)
	destroy(0, "the newest of its channel")
	if _, err := o.inbox.NewKey(ctx, anna.ID, "help", "2017-06-08", "2017-06-22"); err != nil {
		t.Fatal(err)
	}
	destroy(0, "while an envelope waits")
	if n, err := o.inbox.OpenArrivals(ctx, anna); n != 1 || err != nil {
		t.Fatalf("opened %d, %v", n, err)
	}
	var grant safe.Grant
	var before, after intake.Key
	read := func(k *intake.Key) {
		t.Helper()
		if err := o.DB.Read(ctx, func(tx *store.Tx) error {
			keys, err := tx.IntakeKeys(ctx, "help")
			*k = keys[len(keys)-1]
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	read(&before)
	if before.ID != o.key.ID || before.Gone() {
		t.Fatal("the test looks at another key")
	}
	destroy(1, "when nothing waits")
	destroy(0, "again")
	read(&after)
	if !after.Gone() || after.Recipient != before.Recipient || after.Serial != before.Serial {
		t.Error("more or less than the private half went")
	}
	if err := o.DB.Read(ctx, func(tx *store.Tx) (err error) {
		grant, err = tx.Grant(ctx, o.key.ID, anna.ID)
		return err
	}); err == nil || grant.Sealed != nil {
		t.Error("a grant of the destroyed key is left")
	}
	o.receive(t, kept)
	if n, err := o.inbox.OpenArrivals(ctx, anna); n != 0 || err != nil {
		t.Errorf("the kept envelope was opened: %d, %v", n, err)
	}
	if list, err := o.inbox.Troubled(ctx, anna); err != nil || len(list) != 1 || list[0].ID != kept.ID {
		t.Errorf("the kept envelope is not shown as one that no key opens: %v", err)
	}
}

// TestKeyWithinItsTime keeps a key that is no longer offered and may still be needed.
func TestKeyWithinItsTime(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	if _, err := o.inbox.NewKey(ctx, anna.ID, "help", "2017-04-16", "2017-04-30"); err != nil {
		t.Fatal(err)
	}
	// Offered until 23 April; 7 May is the last day.
	o.Clock.Advance(28 * 24 * time.Hour)
	if n, err := o.inbox.DestroyKeys(ctx); n != 0 || err != nil {
		t.Errorf("on the last day: %d, %v", n, err)
	}
	o.Clock.Advance(24 * time.Hour)
	if n, err := o.inbox.DestroyKeys(ctx); n != 1 || err != nil {
		t.Errorf("after it: %d, %v", n, err)
	}
}
