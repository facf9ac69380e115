package front_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/petition"
	"waylight/internal/wire"
)

// TestPetitionFlood presses with junk signatures over many lines until the Front
// asks for work. A person with the script does it, one without takes a turn, and
// nobody who asks for help is asked for anything.
func TestPetitionFlood(t *testing.T) {
	// Not parallel: it takes the machine for itself. The house's clock stands still, so the pressure stays.
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	junk := make([]byte, envelope.SealedSize(petition.Size))
	copy(junk, "age-encryption.org/v1\n")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 400}}
	defer client.CloseIdleConnections()
	var asked, sent atomic.Int64
	var all sync.WaitGroup
	for range 400 {
		all.Go(func() {
			for asked.Load() < 50 && sent.Add(1) < 60_000 {
				req, err := http.NewRequest(http.MethodPut, h.base+"/w/v1/petitions/"+petitionID+"/signatures/"+number(), bytes.NewReader(junk))
				if err != nil {
					continue
				}
				res, err := client.Do(req)
				if err != nil {
					continue
				}
				res.Body.Close()
				if res.StatusCode == http.StatusTooManyRequests {
					asked.Add(1)
				}
			}
		})
	}
	all.Wait()
	if asked.Load() == 0 {
		t.Fatalf("nobody was asked for work after %d pieces of junk", sent.Load())
	}
	if got := put(t, h.base, number(), junk); got != http.StatusTooManyRequests {
		t.Errorf("without work: %d", got)
	}

	p := browser.Start(t, browser.Phone)
	p.Go(h.base + "/en/petitions/safe-passage")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	p.Fill("#f-name", "Alice Vymyshlennaya")
	p.Fill("#f-email", "alice@example.net")
	p.Set("#f-country", "DE")
	p.Click("#sign button.primary")
	p.Until(`document.body.innerText.includes("Your signature is stored")`)
	if status, _ := form(t, h.base+"/en/petitions/safe-passage", url.Values{"name": {"Boris Vymyshlenny"}, "email": {"boris@example.net"}, "country": {"FR"}}); status != http.StatusOK {
		t.Errorf("without the script: %d", status)
	}
	body, err := json.Marshal(wire.Envelope{ID: envelope.NewID(), Channel: "help", Mailbox: envelope.NewID(), SignKey: make([]byte, 32), Sealed: append([]byte("age-encryption.org/v1\n"), make([]byte, envelope.SealedSize(4096)-22)...)})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(h.base+wire.PathEnvelopes, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Errorf("somebody who asks for help is answered %d, because others sign", res.StatusCode)
	}
	heard := map[string]bool{}
	for _, s := range h.signed(t).Signatures {
		if !bytes.Equal(s.Sealed, junk) {
			heard[h.unsealed(t, s.Sealed).Name] = true
		}
	}
	if len(heard) != 2 {
		t.Errorf("heard through the flood: %v of %d junk", strings.Join(keysOf(heard), ", "), sent.Load())
	}
}

func keysOf(m map[string]bool) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}
