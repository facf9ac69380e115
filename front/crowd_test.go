package front_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// crowd posts junk over many lines, by what cannot be asked for work: forms
// without the script, and parts of files that no message names. It ends when
// least were sent and stop is closed. begun is called once everybody has come.
func crowd(h *house, lines, least int64, begun func(), stop <-chan struct{}) (forms, parts, refused int64) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: int(lines)}}
	defer client.CloseIdleConnections()
	chunk := make([]byte, envelope.SealedChunkSize)
	var sent, tookForms, tookParts, turnedAway atomic.Int64
	var all sync.WaitGroup
	for i := range lines {
		all.Go(func() {
			for n := int64(0); ; n++ {
				select {
				case <-stop:
					if sent.Load() >= least {
						return
					}
				default:
				}
				if sent.Add(1) == lines+1 {
					begun()
				}
				if i%8 == 0 {
					req, err := http.NewRequest(http.MethodPut, fmt.Sprintf("%s/w/v1/uploads/%s/0", h.base, envelope.NewID()), bytes.NewReader(chunk))
					if err != nil {
						return
					}
					if res, err := client.Do(req); err == nil {
						res.Body.Close()
						if res.StatusCode == http.StatusNoContent {
							tookParts.Add(1)
						}
					}
					continue
				}
				res, err := client.PostForm(h.base+"/en/help", url.Values{"text": {fmt.Sprintf("junk %d %d", i, n)}, "once": {envelope.NewID()}})
				if err != nil {
					continue
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil {
					continue
				}
				res.Body.Close()
				if res.StatusCode == http.StatusOK {
					tookForms.Add(1)
				} else {
					turnedAway.Add(1)
				}
			}
		})
	}
	all.Wait()
	return tookForms.Load(), tookParts.Load(), turnedAway.Load()
}

// While a crowd floods the roads on which no work can be asked, a person without
// the script, one with a file and one who is known are each heard; nobody is
// refused for good, not even the crowd.
func TestCrowdWithoutScriptSilencesNobody(t *testing.T) {
	// Not parallel: it takes the machine for itself.
	h, ctx := start(t), context.Background()
	f := &sender.Front{URL: h.base, Patience: 2 * time.Minute}
	code := receipt.New()
	first, err := f.Prepare(ctx, "help", bundle.Fingerprint(h.organisation.Public()), code, envelope.Message{Kind: envelope.Report, Text: "before the crowd"}, nil)
	if err == nil {
		err = f.Submit(ctx, first)
	}
	if err != nil {
		t.Fatal(err)
	}
	path, content := filepath.Join(t.TempDir(), "file.bin"), make([]byte, envelope.ChunkSize+1)
	rand.Read(content)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	begun, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var forms, parts, refused int64
	go func() {
		forms, parts, refused = crowd(h, 300, 1500, func() { close(begun) }, stop)
		close(over)
	}()
	<-begun
	took := map[string]time.Duration{}
	timed := func(name string, do func() error) {
		began := time.Now()
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		took[name] = time.Since(began)
	}
	timed("without the script", func() error {
		status, page := h.postForm(t, "/ru/help", map[string]string{"text": "heard in the crowd", "once": envelope.NewID()})
		if status != http.StatusOK || !strings.Contains(page, `class="code"`) {
			return fmt.Errorf("status %d", status)
		}
		return nil
	})
	timed("with a file", func() error {
		a, err := sender.Attach(path)
		if err != nil {
			return err
		}
		s, err := f.Prepare(ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Text: "heard with a file"}, []sender.Attachment{a})
		if err != nil {
			return err
		}
		return f.Submit(ctx, s)
	})
	timed("known, reading", func() error {
		_, err := f.Read(ctx, code, clock.DayOf(h.clock.Now()))
		return err
	})
	timed("known, without the script", func() error {
		status, _ := h.postForm(t, "/en/mailbox/message", map[string]string{"code": typed(code), "text": "heard again", "once": envelope.NewID()})
		if status != http.StatusOK {
			return fmt.Errorf("status %d", status)
		}
		return nil
	})
	close(stop)
	<-over
	t.Logf("%v; crowd: %d forms and %d parts stored, %d turned away", took, forms, parts, refused)
	for name, d := range took {
		if d > time.Minute {
			t.Errorf("%s: heard after %v", name, d)
		}
	}
	if refused > 0 {
		t.Errorf("%d of the crowd were turned away; a person may stand among them", refused)
	}
	heard := map[string]int{}
	for _, e := range h.pull(t) {
		heard[h.open(t, e.Sealed).Text]++
	}
	for _, text := range []string{"heard in the crowd", "heard with a file", "heard again"} {
		if heard[text] != 1 {
			t.Errorf("%q is there %d times", text, heard[text])
		}
	}
}
