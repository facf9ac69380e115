package front_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"waylight/internal/envelope"
	"waylight/internal/wire"
)

// BenchmarkReports64 sends sealed reports from 64 senders over HTTP; each is
// acknowledged after its transaction is on the disk. Sealing is not measured:
// it happens on the senders' devices.
func BenchmarkReports64(b *testing.B) {
	h := start(b)
	sample := make([]byte, envelope.SealedSize(4096))
	copy(sample, "age-encryption.org/v1\n")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body, err := json.Marshal(wire.Envelope{
				ID: envelope.NewID(), Channel: "help", Mailbox: envelope.NewID(), SignKey: make([]byte, 32), Sealed: sample,
			})
			if err != nil {
				b.Error(err)
				return
			}
			res, err := client.Post(h.base+wire.PathEnvelopes, "application/json", bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode != http.StatusCreated {
				b.Errorf("status %d", res.StatusCode)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
