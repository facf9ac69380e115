package spool_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/seize"
)

var channels = []string{"help"}

func open(t testing.TB, folder string, c clock.Clock) *spool.Spool {
	t.Helper()
	s, err := spool.Open(context.Background(), spool.Config{Folder: folder, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func id() (id spool.ID) { rand.Read(id[:]); return id }

// sample is an envelope of the smallest class, with random bytes inside.
func sample() spool.Envelope {
	e := spool.Envelope{ID: id(), Channel: "help", Mailbox: id(), Sealed: make([]byte, envelope.SealedSize(4096))}
	rand.Read(e.SignKey[:])
	rand.Read(e.Sealed)
	return e
}

func submit(t *testing.T, s *spool.Spool, e spool.Envelope, proved bool, wantFresh bool, want error) {
	t.Helper()
	fresh, err := s.Submit(context.Background(), e, proved)
	if !errors.Is(err, want) || fresh != wantFresh {
		t.Errorf("fresh %v, %v; want %v, %v", fresh, err, wantFresh, want)
	}
}

func waiting(t testing.TB, s *spool.Spool) []spool.Envelope {
	t.Helper()
	all, more, err := s.Pull(context.Background(), channels, spool.ID{}, 1000)
	if err != nil || more {
		t.Fatalf("more %v, %v", more, err)
	}
	return all
}

func submitIsIdempotent(t *testing.T, k keeper) {
	s := k.open(t, nil)
	e := sample()
	submit(t, s, e, false, true, nil)
	submit(t, s, e, false, false, nil)
	other := e
	other.Sealed = slices.Clone(e.Sealed)
	other.Sealed[100] ^= 1
	submit(t, s, other, true, false, spool.ErrConflict)
	other = e
	other.Channel = "information"
	submit(t, s, other, true, false, spool.ErrConflict)
	if n := len(waiting(t, s)); n != 1 {
		t.Errorf("%d envelopes", n)
	}
	// Also after the Desk took it.
	if err := s.Confirm(context.Background(), channels, []spool.ID{e.ID}); err != nil {
		t.Fatal(err)
	}
	submit(t, s, e, false, false, nil)
	if n := len(waiting(t, s)); n != 0 {
		t.Errorf("%d envelopes came back", n)
	}
}

func mailboxKeyIsImmutable(t *testing.T, k keeper) {
	s := k.open(t, nil)
	first := sample()
	submit(t, s, first, false, true, nil)
	again := sample()
	again.Mailbox = first.Mailbox
	submit(t, s, again, true, false, spool.ErrConflict) // signed, with another key
	again.SignKey = first.SignKey
	submit(t, s, again, false, false, spool.ErrUnsigned)
	submit(t, s, again, true, true, nil)
}

func unpaddedIsRefused(t *testing.T, k keeper) {
	s := k.open(t, nil)
	e := sample()
	e.Sealed = e.Sealed[:len(e.Sealed)-1]
	submit(t, s, e, false, false, spool.ErrUnpadded)
}

func keepUploads(t *testing.T, k keeper) {
	ctx := context.Background()
	now := clock.NewManual(clock.System().Now().Truncate(24 * time.Hour).Add(12 * time.Hour)) // a bucket has the real day
	s := k.open(t, now)
	e, chunk := sample(), []byte("sealed chunk")
	e.Uploads = []spool.Upload{{ID: id(), Chunks: 2}}
	up := e.Uploads[0].ID
	if err := s.PutChunk(up, 1, chunk); err != nil {
		t.Fatal(err)
	}
	submit(t, s, e, false, false, spool.ErrMissing)
	for range 2 { // the same again is no error
		if err := s.PutChunk(up, 0, chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutChunk(up, 0, []byte("another")); !errors.Is(err, spool.ErrConflict) {
		t.Errorf("other bytes for a chunk: %v", err)
	}
	if have, err := s.HaveChunks(up); err != nil || !slices.Equal(have, []int{0, 1}) {
		t.Errorf("have %v, %v", have, err)
	}
	submit(t, s, e, false, true, nil)
	thief := sample()
	thief.Uploads = e.Uploads
	submit(t, s, thief, false, false, spool.ErrConflict)
	if err := s.DropChunks(ctx, up); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Chunk(up, 1); err != nil || !bytes.Equal(got, chunk) {
		t.Errorf("a chunk of a stored envelope was dropped: %v", err)
	}
	for channel, want := range map[string]bool{"help": true, "information": false} {
		if got, err := s.Belongs(ctx, []string{channel}, up); err != nil || got != want {
			t.Errorf("belongs to %s: %v, %v", channel, got, err)
		}
	}
	// Another organisation cannot confirm it away.
	if err := s.Confirm(ctx, []string{"information"}, []spool.ID{e.ID}); err != nil {
		t.Fatal(err)
	}
	if n := len(waiting(t, s)); n != 1 {
		t.Fatal("another organisation's confirmation removed it")
	}
	if err := s.Confirm(ctx, channels, []spool.ID{e.ID, id()}); err != nil {
		t.Fatal(err)
	}
	if have, err := s.HaveChunks(up); err != nil || len(have) != 0 {
		t.Errorf("chunks left after the confirmation: %v, %v", have, err)
	}

	// Chunks that no envelope names wait for three days.
	lost := id()
	if err := s.PutChunk(lost, 0, chunk); err != nil {
		t.Fatal(err)
	}
	for day, want := range []int{1, 1, 1, 1, 0} {
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if have, err := s.HaveChunks(lost); err != nil || len(have) != want {
			t.Errorf("day %d: %d chunks, %v", day, len(have), err)
		}
		now.Advance(24 * time.Hour)
	}
}

func keepReplies(t *testing.T, k keeper) {
	ctx := context.Background()
	now := clock.NewManual(time.Date(2017, 4, 9, 23, 0, 0, 0, time.UTC))
	s := k.open(t, now)
	e := sample()
	submit(t, s, e, false, true, nil)
	r := spool.Reply{ID: id(), Mailbox: e.Mailbox, Expires: "2017-04-10", Sealed: []byte("sealed reply")}
	stranger := spool.Reply{ID: id(), Mailbox: id(), Expires: "2017-04-10", Sealed: []byte("x")}
	for range 2 {
		gone, err := s.PutReplies(ctx, channels, []spool.Reply{r, stranger})
		if err != nil || !slices.Equal(gone, []spool.ID{stranger.ID}) {
			t.Fatalf("gone %v, %v", gone, err)
		}
	}
	other := r
	other.Sealed = []byte("other")
	if _, err := s.PutReplies(ctx, channels, []spool.Reply{other}); !errors.Is(err, spool.ErrConflict) {
		t.Errorf("other bytes for a reply: %v", err)
	}
	for _, want := range []int{1, 1, 0} { // today, its last day, after it
		replies, err := s.Replies(ctx, e.Mailbox)
		if err != nil || len(replies) != want {
			t.Errorf("%s: %d replies, %v", now.Now(), len(replies), err)
		}
		now.Advance(24 * time.Hour)
	}
	if _, err := s.Replies(ctx, id()); !errors.Is(err, spool.ErrNoMailbox) {
		t.Errorf("a mailbox that never was: %v", err)
	}
	for range 2 {
		if err := s.Erase(ctx, e.Mailbox); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Replies(ctx, e.Mailbox); !errors.Is(err, spool.ErrNoMailbox) {
		t.Errorf("an erased mailbox: %v", err)
	}
	if n := len(waiting(t, s)); n != 1 {
		t.Error("erasing the mailbox called off what was asked for")
	}
}

// What was erased or swept is in no byte of the files, once the log is folded in.
func TestErasedRepliesLeaveNoBytes(t *testing.T) {
	t.Parallel()
	ctx, folder := context.Background(), t.TempDir()
	s := open(t, folder, nil)
	e := sample()
	submit(t, s, e, false, true, nil)
	sealed := bytes.Repeat([]byte("sealed reply that is erased "), 200)
	if _, err := s.PutReplies(ctx, channels, []spool.Reply{{ID: id(), Mailbox: e.Mailbox, Expires: "2999-01-01", Sealed: sealed}}); err != nil {
		t.Fatal(err)
	}
	secret := seize.Secret{Name: "the reply", Value: sealed[:56]}
	if found, err := seize.Folder(folder, secret); err != nil || len(found) == 0 {
		t.Fatalf("the control: %v, %v", found, err)
	}
	if err := s.Erase(ctx, e.Mailbox); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := seize.Folder(folder, secret); err != nil || len(found) != 0 {
		t.Errorf("after erasing: %v, %v", found, err)
	}
}

// The Desk pulls in the order of random ids and sees every envelope once.
func pullInPages(t *testing.T, k keeper) {
	ctx := context.Background()
	s := k.open(t, nil)
	want := map[spool.ID]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			e := sample()
			if _, err := s.Submit(ctx, e, false); err != nil {
				t.Error(err)
			}
			mu.Lock()
			want[e.ID] = true
			mu.Unlock()
		})
	}
	all.Wait()
	after, seen := spool.ID{}, 0
	for more := true; more; {
		batch, next, err := s.Pull(ctx, channels, after, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range batch {
			if bytes.Compare(e.ID[:], after[:]) <= 0 || !want[e.ID] {
				t.Fatal("out of order or unknown")
			}
			after = e.ID
			seen++
		}
		more = next
	}
	if seen != 50 {
		t.Errorf("%d of 50", seen)
	}
	if n, err := s.Waiting(ctx, []string{"help", "information"}); err != nil || n["help"] != 50 || n["information"] != 0 {
		t.Errorf("waiting %v, %v", n, err)
	}
}

func BenchmarkSubmit64(b *testing.B) {
	s := open(b, b.TempDir(), nil)
	var failed atomic.Int64
	b.SetParallelism(32) // on two cores: 64 senders
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Submit(context.Background(), sample(), false); err != nil {
				failed.Add(1)
			}
		}
	})
	if failed.Load() > 0 {
		b.Fatalf("%d failed", failed.Load())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
