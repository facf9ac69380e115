package front_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

// flood sends junk from one source over 400 lines, without doing any work,
// until it has sent least pieces and stop is closed. It returns how many were
// stored and to how many the Front said: work first.
func flood(h *house, least int64, begun func(), stop <-chan struct{}) (stored, toil int64) {
	sample := make([]byte, envelope.SealedSize(4096))
	copy(sample, "age-encryption.org/v1\n")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 400}}
	defer client.CloseIdleConnections()
	var sent, took, asked atomic.Int64
	var all sync.WaitGroup
	for range 400 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					if sent.Load() >= least {
						return
					}
				default:
				}
				body, err := json.Marshal(wire.Envelope{
					ID: envelope.NewID(), Channel: "help", Mailbox: envelope.NewID(), SignKey: make([]byte, 32), Sealed: sample,
				})
				if err != nil {
					continue
				}
				if sent.Add(1) == 2000 {
					begun()
				}
				res, err := client.Post(h.base+wire.PathEnvelopes, "application/json", bytes.NewReader(body))
				if err != nil {
					continue
				}
				text, _ := io.ReadAll(res.Body) // a line that breaks is the flooder's own loss
				res.Body.Close()
				switch {
				case res.StatusCode == http.StatusCreated:
					took.Add(1)
				case bytes.Contains(text, []byte(wire.WorkFirst)):
					asked.Add(1)
				}
			}
		})
	}
	all.Wait()
	return took.Load(), asked.Load()
}

// 10,000 pieces of junk from one source do not keep a person with a slow phone
// from being heard, nor a person who was heard from reading the answer.
func TestFloodSilencesNobody(t *testing.T) {
	// Not parallel: it takes the machine for itself.
	h := start(t)
	ctx := context.Background()
	known := &sender.Front{URL: h.base}
	code := receipt.New()
	first, err := known.Prepare(ctx, "help", bundle.Fingerprint(h.organisation.Public()), code, envelope.Message{Kind: envelope.Report, Text: "before the flood"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := known.Submit(ctx, first); err != nil {
		t.Fatal(err)
	}
	p := browser.Start(t, browser.Phone)
	p.Go(h.base + "/en/information#q-send")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	browser.Eval[bool](p, `(() => { document.querySelector('[name="text"]').value = "heard through the flood"; return true })()`)
	p.Slow(6)

	begun, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var stored, toil int64
	go func() {
		stored, toil = flood(h, 10_000, func() { close(begun) }, stop)
		close(over)
	}()
	<-begun
	reading := make(chan time.Duration)
	go func() { // the known mailbox reads and writes all along
		var slowest time.Duration
		for {
			select {
			case <-over:
				reading <- slowest
				return
			default:
			}
			began := time.Now()
			if _, err := known.Read(ctx, code, clock.DayOf(h.clock.Now())); err != nil {
				t.Errorf("a known mailbox: %v", err)
			}
			more, err := known.Prepare(ctx, "help", "", code, envelope.Message{Kind: envelope.FollowUp, Text: "still here"}, nil)
			if err == nil {
				err = known.Submit(ctx, more)
			}
			if err != nil {
				t.Errorf("a follow-up: %v", err)
			}
			if more != nil && more.Envelope.Work != nil {
				t.Error("a known sender was asked for work")
			}
			slowest = max(slowest, time.Since(began))
		}
	}()
	began := time.Now()
	p.Click(`form[data-seal] #q-send button[type="submit"]`)
	p.Wait(`[data-group="8"]`)
	took := time.Since(began)
	close(stop)
	slowest := <-reading
	t.Logf("stored after %.1f s; known mailbox: slowest read and write %.1f s; junk: %d stored, %d told to work", took.Seconds(), slowest.Seconds(), stored, toil)
	if took > 30*time.Second {
		t.Errorf("the slow phone was heard after %v", took)
	}
	if slowest > 10*time.Second {
		t.Errorf("the known mailbox answered after %v", slowest)
	}
	if toil == 0 {
		t.Error("the Front never noticed the flood: the test shows nothing")
	}
	heard := 0
	for _, e := range h.pull(t) {
		if e.Mailbox != "" && bytes.HasPrefix(e.Sealed, []byte("age-encryption.org/v1\n->")) && strings.Contains(h.open(t, e.Sealed).Text, "heard through the flood") {
			heard++
		}
	}
	if heard != 1 {
		t.Errorf("it is there %d times", heard)
	}
}

// With nobody pressing nobody is asked for work; under a flood the sender in Go
// does it and is stored once.
func TestSenderWorksUnderAFlood(t *testing.T) {
	h := start(t)
	begun, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() { flood(h, 4000, func() { close(begun) }, stop); close(over) }()
	<-begun
	f := &sender.Front{URL: h.base, Patience: time.Minute}
	worked := false
	for range 200 {
		s, err := f.Prepare(context.Background(), "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Text: "x"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Submit(context.Background(), s); err != nil {
			t.Fatal(err)
		}
		if worked = s.Envelope.Work != nil; worked {
			break
		}
	}
	close(stop)
	<-over
	if !worked {
		t.Error("no work was asked for")
	}
}
