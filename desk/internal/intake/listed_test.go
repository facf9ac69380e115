package intake_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/sqldb"
)

// A thread of an older Desk, whose files are noted nowhere outside its words, is
// kept by the clock until they are listed, and then goes with every sealed file;
// so does what came with the second code.
func TestFilesOfOldThreadsAreListed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	file, forced := envelope.NewFile("a.jpg", "image/jpeg", 5), envelope.NewFile("b.jpg", "image/jpeg", 5)
	k, thread := o.writes(t, anna, envelope.Message{Text: "x", Files: []envelope.File{file}})
	o.receive(t, o.arrival(t, k.second, envelope.Message{Kind: envelope.FollowUp, Files: []envelope.File{forced}}))
	o.opens(t, anna)
	uploads := func() (n int) {
		if err := o.DB.Read(ctx, func(tx *store.Tx) error {
			all, err := tx.Uploads(ctx, thread)
			n = len(all)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := uploads(); n != 2 {
		t.Fatalf("%d files are noted, want both", n)
	}
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(o.Dir, "desk.db"), Key: o.Key})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(ctx, func(tx *sqldb.Tx) error { // as migration 0163 finds an older Desk
		for _, q := range []string{`DELETE FROM thread_upload`, `INSERT INTO thread_unlisted SELECT id FROM thread WHERE files > 0`} {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Take(ctx, anna, thread); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.EndAlarms(ctx, anna, thread, "Spoke to them."); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Close(ctx, anna, thread); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.SetKeeping(ctx, o.Member(t, "Hanna (invented)", staff.Security), intake.Keeping{Closed: 30}); err != nil {
		t.Fatal(err)
	}
	o.Clock.Advance(40 * 24 * time.Hour)
	if n, err := o.inbox.Expire(ctx); n != 0 || err != nil {
		t.Fatalf("erased %d without their files, %v", n, err)
	}
	if n, err := o.inbox.ListUploads(ctx, o.Member(t, "Bela (invented)", staff.Intake)); n != 0 || err != nil {
		t.Fatalf("a colleague without the key listed %d, %v", n, err)
	}
	if n, err := o.inbox.ListUploads(ctx, anna); n != 1 || err != nil || uploads() != 2 {
		t.Fatalf("listed %d with %d files, %v", n, uploads(), err)
	}
	if n, err := o.inbox.Expire(ctx); n != 1 || err != nil {
		t.Fatalf("erased %d, %v", n, err)
	}
	if err := o.DB.Read(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, o.Clock.Now(), 100)
		gone := map[string]bool{}
		for _, j := range due {
			if j.Kind == intake.JobForget {
				gone[strings.Trim(string(j.Body), `"`)] = true
			}
		}
		if !gone[file.Upload] || !gone[forced.Upload] {
			t.Errorf("%d of 2 files go", len(gone))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
