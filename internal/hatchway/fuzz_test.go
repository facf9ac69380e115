package hatchway_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"waylight/internal/hatchway"
)

type fuzzKey struct{ ed25519.PrivateKey }

func (k fuzzKey) Public() ed25519.PublicKey { return k.PrivateKey.Public().(ed25519.PublicKey) }

func (k fuzzKey) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(k.PrivateKey, message), nil
}

// What Open takes was signed for this method and path, and has the lengths that
// its callers rely upon.
func FuzzStamp(f *testing.F) {
	key := fuzzKey{ed25519.NewKeyFromSeed(make([]byte, 32))}
	good, err := hatchway.Sign(key, "POST", hatchway.PathPull, []byte("{}"), time.Unix(1491700000, 0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "POST", hatchway.PathPull)
	f.Add(good, "GET", hatchway.PathPull)
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, header, method, path string) {
		s, err := hatchway.Open(header, method, path)
		if err != nil {
			return
		}
		if len(s.Key) != 32 || len(s.Nonce) != 16 || len(s.Body) != 32 {
			t.Errorf("lengths %d %d %d", len(s.Key), len(s.Nonce), len(s.Body))
		}
		if s.Key[0] == key.Public()[0] && (method != "POST" || path != hatchway.PathPull) {
			t.Errorf("taken for %s %s", method, path)
		}
	})
}
