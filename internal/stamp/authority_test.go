package stamp_test

import (
	"crypto"
	"crypto/sha256"
	"testing"
	"time"

	"waylight/internal/stamp"
	"waylight/internal/stamptest"
)

// TestAuthorityOfOurOwn asks an authority run by openssl, good and flawed in every way that we refuse.
func TestAuthorityOfOurOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flaw stamptest.Flaw
		want stamp.Reason
	}{
		"good":          {stamptest.Flaw{}, ""},
		"good RSA":      {stamptest.Flaw{Bits: 2048}, ""},
		"old attribute": {stamptest.Flaw{ESSHash: "sha1"}, ""},
		"self-signed":   {stamptest.Flaw{SelfSigned: true}, stamp.Untrusted},
		"expired":       {stamptest.Flaw{Until: time.Now().Add(-time.Hour)}, stamp.OutOfDate},
		"short key":     {stamptest.Flaw{Bits: 1024}, stamp.Weak},
		"SHA-1":         {stamptest.Flaw{Hash: "sha1"}, stamp.Weak},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := stamptest.New(t, c.flaw)
			r := stamp.NewRequest(sha256.Sum256([]byte(name)))
			query, err := r.Encode()
			if err != nil {
				t.Fatal(err)
			}
			answer, err := a.Answer(query)
			if err != nil {
				t.Fatal(err)
			}
			k, err := stamp.ParseResponse(answer)
			if err != nil {
				t.Fatal(err)
			}
			s, err := k.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: r.Digest[:], Nonce: r.Nonce, Roots: a.Roots})
			if reason(err) != c.want {
				t.Fatalf("%+v, %v, want %q", s, err, c.want)
			}
			if c.want == "" && (s.Signer != "CN=An invented authority" || s.Policy != "1.2.3.4.1" || s.Accuracy != 1500*time.Millisecond || time.Since(s.Time).Abs() > time.Hour) {
				t.Errorf("%+v", s)
			}
			again := stamp.NewRequest(r.Digest)
			if _, err := k.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: r.Digest[:], Nonce: again.Nonce, Roots: a.Roots}); reason(err) != stamp.WrongNonce {
				t.Errorf("an old answer to a new request: %v", err)
			}
		})
	}
}
