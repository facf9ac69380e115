package spool_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/pgtest"
	"waylight/internal/s3test"
)

// keeper is one of the ways in which a spool can be kept. Each open is a new,
// empty spool.
type keeper struct {
	config func(t testing.TB) spool.Config
}

func (k keeper) open(t testing.TB, c clock.Clock) *spool.Spool {
	t.Helper()
	return k.openWith(t, spool.Config{Clock: c})
}

// openWith opens with these Clock, Keep and Quotas.
func (k keeper) openWith(t testing.TB, c spool.Config) *spool.Spool {
	t.Helper()
	config := k.config(t)
	config.Clock, config.Keep, config.Quotas = c.Clock, c.Keep, c.Quotas
	s, err := spool.Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// conformance is what every keeper must do.
var conformance = map[string]func(*testing.T, keeper){
	"a submission is idempotent": submitIsIdempotent, "a mailbox keeps its key": mailboxKeyIsImmutable,
	"only what is padded": unpaddedIsRefused, "uploads": keepUploads, "replies": keepReplies, "pulled in pages": pullInPages,
	"two hold one spool": twoHoldOneSpool, "a nonce once": nonceOnce, "a form twice": formTwice,
	"letters that nobody fetches": lettersExpire, "mailboxes that nobody uses": mailboxesExpire, "each has its share": eachHasItsShare, "mailboxes of others": mailboxesOfOthers,
}

func (k keeper) conform(t *testing.T) {
	for name, f := range conformance {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, k)
		})
	}
}

func TestOnSQLite(t *testing.T) {
	t.Parallel()
	keeper{func(t testing.TB) spool.Config { return spool.Config{Folder: t.TempDir()} }}.conform(t)
}

func TestOnPostgres(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	keeper{func(t testing.TB) spool.Config { return spool.Config{Folder: t.TempDir(), Source: server.Database()} }}.conform(t)
}

func TestOnBucket(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	keeper{func(t testing.TB) spool.Config {
		b := server.Bucket(t)
		chunks, err := spool.OpenBucket(spool.Bucket{Endpoint: server.Endpoint, Name: b, Key: s3test.Key, Secret: s3test.Secret})
		if err != nil {
			t.Fatal(err)
		}
		return spool.Config{Folder: t.TempDir(), Chunks: chunks}
	}}.conform(t)
}

func TestBucketRefusesAWrongSecret(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	_, err := spool.OpenBucket(spool.Bucket{Endpoint: server.Endpoint, Name: server.Bucket(t), Key: s3test.Key, Secret: "wrong"})
	if err == nil {
		t.Error("a wrong secret was taken")
	}
}

// Two Fronts may hold one spool: what one took the other knows, and a value
// that they must share is the first one's.
func twoHoldOneSpool(t *testing.T, k keeper) {
	ctx := context.Background()
	config := k.config(t)
	var both [2]*spool.Spool
	for i := range both {
		var err error
		if both[i], err = spool.Open(ctx, config); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { both[i].Close() })
	}
	done := make(chan error)
	const each = 40
	var shared [each]spool.Envelope
	for i := range shared {
		shared[i] = sample()
	}
	for i := range both {
		go func() {
			for _, e := range shared { // the same ones at once, and some of its own
				if _, err := both[i].Submit(ctx, e, false); err != nil {
					done <- err
					return
				}
				if _, err := both[i].Submit(ctx, sample(), false); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range both {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for i := range both {
		if n := len(waiting(t, both[i])); n != 3*each {
			t.Errorf("%d envelopes, want %d", n, 3*each)
		}
		value, err := both[i].Agree(ctx, "salt", []byte{byte(i)})
		if err != nil || len(value) != 1 || value[0] != 0 {
			t.Errorf("agreed on %v, %v", value, err)
		}
	}
}

// Of all who bring the same nonce at once exactly one is the first; it is
// forgotten with its time.
func nonceOnce(t *testing.T, k keeper) {
	s, ctx := k.open(t, nil), context.Background()
	var first atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			ok, err := s.Once(ctx, []byte("0123456789abcdef"), 1000, 400)
			if err != nil {
				t.Error(err)
			}
			if ok {
				first.Add(1)
			}
		})
	}
	all.Wait()
	if n := first.Load(); n != 1 {
		t.Errorf("%d were the first", n)
	}
	if ok, err := s.Once(ctx, []byte("fedcba9876543210"), 2000, 1500); err != nil || !ok {
		t.Errorf("another: %v, %v", ok, err)
	}
	if ok, err := s.Once(ctx, []byte("0123456789abcdef"), 2000, 1500); err != nil || !ok {
		t.Errorf("its time is over: %v, %v", ok, err)
	}
}
