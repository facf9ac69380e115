package front_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/pgtest"
	"waylight/internal/receipt"
	"waylight/internal/s3test"
)

// Two Fronts share a PostgreSQL database and a bucket. One of them is killed
// again and again while eight senders go from one to the other as a balancer
// would send them: what was acknowledged is there exactly once, with its files.
func TestTwoFrontsOneKilledLosesNothing(t *testing.T) {
	t.Parallel()
	database, store := pgtest.Start(t), s3test.Start(t)
	d, dir := newDesk(t), t.TempDir()
	private := func(name, line string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	source, key := private("database", database.Database()), private("s3", s3test.Key+" "+"wrong")
	name := store.Bucket(t)
	var paths [2]string
	for i := range paths {
		c := config(d, filepath.Join(dir, "data"+string(rune('a'+i))))
		c.Listen, c.DatabaseFile = freePort(t), source
		c.S3Endpoint, c.S3Bucket, c.S3KeyFile = store.Endpoint, name, key
		var text bytes.Buffer
		if err := c.Write(&text); err != nil {
			t.Fatal(err)
		}
		paths[i] = private("front.conf"+string(rune('a'+i)), text.String())
		if err := front.Init(c.Folder); err != nil {
			t.Fatal(err)
		}
	}
	refusesToStart(t, paths[0], "the S3 store")
	private("s3", s3test.Key+"\t"+s3test.Secret)
	stays := launch(t, paths[0])
	defer func() { stays.kill() }()
	// The second must have the first one's salt.
	refusesToStart(t, paths[1], "another salt")
	salt := (&house{folder: filepath.Join(dir, "dataa")}).salt(t)
	if err := os.WriteFile(filepath.Join(dir, "datab", "salt"), salt[:], 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.client, err = hatchway.Dial(stays.base, d.hatch, clock.System(), nil); err != nil {
		t.Fatal(err)
	}
	if err := d.client.Keys(context.Background(), d.keyNotes(t, 1)...); err != nil {
		t.Fatal(err)
	}
	dies := launch(t, paths[1])
	defer func() { dies.kill() }()

	const senders, each = 8, 20
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	var mu sync.Mutex
	acknowledged := map[string][]byte{} // id to the file's content
	progress := make(chan struct{}, senders*each)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			turn := 0
			at := func(path string) func() string {
				return func() string { turn++; return [2]string{stays.base, dies.base}[turn%2] + path }
			}
			for range each {
				e, chunk, content := submission(t, d, salt)
				body, err := json.Marshal(e)
				if err != nil {
					t.Error(err)
					return
				}
				status, err := insist(ctx, http.MethodPut, at("/w/v1/uploads/"+e.Uploads[0].ID+"/0"), chunk)
				if err != nil || status != http.StatusNoContent {
					t.Errorf("chunk: %d, %v", status, err)
					return
				}
				// Twice, to both: the second is the same submission.
				for range 2 {
					status, err = insist(ctx, http.MethodPost, at("/w/v1/envelopes"), body)
					if err != nil || status != http.StatusCreated && status != http.StatusOK {
						t.Errorf("envelope: %d, %v", status, err)
						return
					}
				}
				mu.Lock()
				acknowledged[e.ID] = content
				mu.Unlock()
				progress <- struct{}{}
			}
		})
	}
	kills, finished := 0, make(chan struct{})
	go func() { all.Wait(); close(finished) }()
	for n, open := 0, true; open; {
		select {
		case <-progress:
			if n++; n%20 == 0 && n < senders*each {
				dies.kill()
				kills++
				next := launch(t, paths[1])
				if next.base != dies.base {
					t.Fatalf("the address changed: %s", next.base)
				}
				dies.cmd = next.cmd
			}
		case <-finished:
			open = false
		}
	}
	if kills < 5 {
		t.Errorf("killed %d times only", kills)
	}
	seen := map[string]int{}
	for _, e := range d.pull(t) {
		seen[e.ID]++
		if got := (&house{desk: d}).file(t, d.open(t, e.Sealed).Files[0]); !bytes.Equal(got, acknowledged[e.ID]) {
			t.Error("a file came back otherwise")
		}
	}
	if len(acknowledged) != senders*each || len(seen) != len(acknowledged) {
		t.Errorf("%d acknowledged, %d there, %d sent", len(acknowledged), len(seen), senders*each)
	}
	for id := range acknowledged {
		if seen[id] != 1 {
			t.Errorf("an acknowledged envelope is there %d times", seen[id])
		}
	}

	// A form without the script whose answer did not come goes to the other Front, and
	// again to one that has died meanwhile: one message, one code.
	fields, file := map[string]string{"text": "once only", "once": envelope.NewID(), "day": string(clock.DayOf(clock.System().Now()))}, attachment{"x", bytes.Repeat([]byte("x"), 300<<10)}
	codes := map[receipt.Code]bool{}
	for _, p := range []*launched{stays, dies, dies} {
		_, html := (&house{desk: d, base: p.base}).postForm(t, "/en/help", fields, file)
		codes[codeOn(t, html)] = true
		dies.kill()
		dies.cmd = launch(t, paths[1]).cmd
	}
	if n := len(d.pull(t)) - len(seen); n != 1 || len(codes) != 1 {
		t.Errorf("a form that was sent three times is %d messages with %d codes", n, len(codes))
	}
}
