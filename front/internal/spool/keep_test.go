package spool_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/envelope"
)

const day = 24 * time.Hour

func sweep(t *testing.T, s *spool.Spool) {
	t.Helper()
	if err := s.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func expired(t *testing.T, s *spool.Spool, box spool.ID, want spool.Expired) {
	t.Helper()
	if got, err := s.Expired(context.Background(), box); err != nil || got != want {
		t.Errorf("expired: %q, %v; want %q", got, err, want)
	}
}

// What no Desk fetches goes after its days with its files. Whoever holds either
// code is told, and the same message is taken anew.
func lettersExpire(t *testing.T, k keeper) {
	ctx := context.Background()
	now := clock.NewManual(clock.System().Now().Truncate(day).Add(12 * time.Hour)) // a bucket has the real day
	s := k.openWith(t, spool.Config{Clock: now, Keep: spool.Keep{Letters: 40}})
	e := sample()
	e.Beside = &spool.Beside{Mailbox: id()}
	e.Uploads = []spool.Upload{{ID: id(), Chunks: 1}}
	if err := s.PutChunk(e.Uploads[0].ID, 0, []byte("sealed chunk")); err != nil {
		t.Fatal(err)
	}
	submit(t, s, e, false, true, nil)
	now.Advance(40 * day)
	sweep(t, s)
	if n := len(waiting(t, s)); n != 1 {
		t.Fatal("it went before its time")
	}
	expired(t, s, e.Mailbox, "")
	now.Advance(day)
	sweep(t, s)
	if n := len(waiting(t, s)); n != 0 {
		t.Error("it is still here")
	}
	if have, err := s.HaveChunks(e.Uploads[0].ID); err != nil || len(have) != 0 {
		t.Errorf("its file is still here: %v, %v", have, err)
	}
	expired(t, s, e.Mailbox, spool.Uncollected)
	expired(t, s, e.Beside.Mailbox, spool.Uncollected)
	expired(t, s, id(), "")
	if _, err := s.Replies(ctx, e.Mailbox); err != nil {
		t.Errorf("its holder is not let in: %v", err)
	}
	e.Uploads, e.Beside = nil, nil
	submit(t, s, e, true, true, nil)
	expired(t, s, e.Mailbox, "")
}

// A mailbox expires a long time after its last use, whatever the use was, never
// while something waits in it or for the Desk; later it is deleted.
func mailboxesExpire(t *testing.T, k keeper) {
	ctx := context.Background()
	now := clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))
	s := k.openWith(t, spool.Config{Clock: now, Keep: spool.Keep{Letters: 3000, Mailboxes: 365}})
	var boxes [4]spool.Envelope // idle, read, answered, waiting for the Desk
	for i := range boxes {
		boxes[i] = sample()
		submit(t, s, boxes[i], false, true, nil)
		if i < 3 {
			if err := s.Confirm(ctx, channels, []spool.ID{boxes[i].ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	now.Advance(200 * day)
	if err := s.PutLook(ctx, spool.Look{Mailbox: boxes[1].Mailbox, Day: clock.DayOf(now.Now()), Nonce: id()}); err != nil {
		t.Fatal(err)
	}
	last := clock.DayOf(now.Now().Add(300 * day))
	if gone, err := s.PutReplies(ctx, channels, []spool.Reply{{ID: id(), Mailbox: boxes[2].Mailbox, Expires: last, Sealed: []byte("x")}}); err != nil || len(gone) > 0 {
		t.Fatal(err)
	}
	for _, step := range []struct {
		days int
		want [4]spool.Expired
	}{
		{160, [4]spool.Expired{}},
		{40, [4]spool.Expired{spool.Unused}},
		{200, [4]spool.Expired{spool.Unused, spool.Unused, spool.Unused}},
	} {
		now.Advance(time.Duration(step.days) * day)
		sweep(t, s)
		for i, want := range step.want {
			expired(t, s, boxes[i].Mailbox, want)
		}
	}
	// Who writes again is heard, and it is open again; so does an answer open it.
	again := sample()
	again.Mailbox, again.SignKey = boxes[1].Mailbox, boxes[1].SignKey
	submit(t, s, again, true, true, nil)
	if gone, err := s.PutReplies(ctx, channels, []spool.Reply{{ID: id(), Mailbox: boxes[2].Mailbox, Expires: clock.DayOf(now.Now()), Sealed: []byte("y")}}); err != nil || len(gone) > 0 {
		t.Fatalf("an answer to an expired mailbox: %v, %v", gone, err)
	}
	now.Advance(200 * day)
	sweep(t, s)
	expired(t, s, boxes[1].Mailbox, "")
	expired(t, s, boxes[2].Mailbox, "")
	if _, err := s.Replies(ctx, boxes[0].Mailbox); !errors.Is(err, spool.ErrNoMailbox) {
		t.Errorf("after twice the time: %v", err)
	}
}

// Files over an organisation's share are refused, its words are not, nor what
// another organisation is sent.
func eachHasItsShare(t *testing.T, k keeper) {
	ctx := context.Background()
	s := k.openWith(t, spool.Config{Quotas: []spool.Quota{{Channels: []string{"help", "information"}, Bytes: 2 * envelope.SealedChunkSize}}})
	bring := func(channel string, chunks int) spool.Envelope {
		e := sample()
		e.Channel = channel
		if chunks > 0 {
			e.Uploads = []spool.Upload{{ID: id(), Chunks: chunks}}
			for i := range chunks {
				if err := s.PutChunk(e.Uploads[0].ID, i, []byte("sealed chunk")); err != nil {
					t.Fatal(err)
				}
			}
		}
		return e
	}
	first := bring("help", 2)
	if err := s.Room(ctx, "help"); err != nil {
		t.Errorf("an empty spool: %v", err)
	}
	submit(t, s, first, false, true, nil)
	submit(t, s, first, false, false, nil) // the same again is stored already
	if err := s.Room(ctx, "information"); !errors.Is(err, spool.ErrNoRoom) {
		t.Errorf("a full share: %v", err)
	}
	over := bring("information", 1)
	submit(t, s, over, false, false, spool.ErrNoRoom)
	submit(t, s, bring("information", 0), false, true, nil)
	submit(t, s, bring("light-help", 3), false, true, nil)
	if err := s.Confirm(ctx, channels, []spool.ID{first.ID}); err != nil {
		t.Fatal(err)
	}
	submit(t, s, over, false, true, nil)
}

// A Desk answers and erases where its own channels are written to, nowhere else.
func mailboxesOfOthers(t *testing.T, k keeper) {
	ctx := context.Background()
	s := k.open(t, nil)
	e, other := sample(), []string{"light-help"}
	submit(t, s, e, false, true, nil)
	r := spool.Reply{ID: id(), Mailbox: e.Mailbox, Expires: "2999-01-01", Sealed: []byte("x")}
	put := func(channels []string, want int) {
		t.Helper()
		gone, err := s.PutReplies(ctx, channels, []spool.Reply{r})
		if err != nil || len(gone) != want {
			t.Errorf("gone %v, %v", gone, err)
		}
	}
	put(other, 1)
	if err := s.EraseOf(ctx, other, e.Mailbox); err != nil {
		t.Fatal(err)
	}
	put(channels, 0)
	// Its holder writes to the other organisation too: now that one may answer.
	more := sample()
	more.Mailbox, more.SignKey, more.Channel = e.Mailbox, e.SignKey, "light-help"
	submit(t, s, more, true, true, nil)
	r.ID = id()
	put(other, 0)
	if replies, err := s.Replies(ctx, e.Mailbox); err != nil || len(replies) != 2 {
		t.Errorf("%d replies, %v", len(replies), err)
	}
	if err := s.EraseOf(ctx, channels, e.Mailbox); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Replies(ctx, e.Mailbox); !errors.Is(err, spool.ErrNoMailbox) {
		t.Errorf("erased by its own Desk: %v", err)
	}
}
