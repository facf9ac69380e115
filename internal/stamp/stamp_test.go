package stamp_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/internal/stamp"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func roots(t testing.TB, names ...string) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	for _, n := range names {
		if !p.AppendCertsFromPEM(file(t, n)) {
			t.Fatal(n)
		}
	}
	return p
}

func reason(err error) stamp.Reason {
	var e *stamp.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// taken are tokens of public authorities, taken by others in March 2025.
var taken = []struct{ name, root, at, signer string }{
	{"digicert.tsr", "DigiCert_Trusted_Root_G4.pem", "2025-03-24T11:17:47Z", "CN=DigiCert Timestamp 2024,O=DigiCert,C=US"},
	{"identrust.tsr", "IdenTrust_Commercial_Root_CA_1.pem", "2025-03-11T10:43:58Z", "CN=TrustID Timestamp Authority,O=IdenTrust,C=US"},
	{"identrust-hello.tsr", "IdenTrust_Commercial_Root_CA_1.pem", "2025-03-11T08:52:08Z", "CN=TrustID Timestamp Authority,O=IdenTrust,C=US"},
}

// TestPublicAuthorities: tokens of two public authorities are accepted, each under its own root only.
func TestPublicAuthorities(t *testing.T) {
	t.Parallel()
	for _, r := range taken {
		k, err := stamp.ParseResponse(file(t, r.name))
		if err != nil {
			t.Fatal(r.name, err)
		}
		s, err := k.Check(stamp.Wanted{Hash: k.Hash, Digest: k.Digest, Roots: roots(t, r.root)})
		if err != nil || s.Time.Format(time.RFC3339) != r.at || s.Signer != r.signer {
			t.Errorf("%s: %+v, %v", r.name, s, err)
		}
		for _, other := range taken {
			if other.root == r.root {
				continue
			}
			if _, err := k.Check(stamp.Wanted{Hash: k.Hash, Digest: k.Digest, Roots: roots(t, other.root)}); reason(err) != stamp.Untrusted {
				t.Errorf("%s under another root: %v", r.name, err)
			}
		}
		if _, err := k.Check(stamp.Wanted{Hash: k.Hash, Digest: k.Digest}); reason(err) != stamp.Untrusted {
			t.Errorf("%s under no root: %v", r.name, err)
		}
	}
	hello := sha512.Sum512([]byte("hello"))
	k, err := stamp.ParseResponse(file(t, "identrust-hello.tsr"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Check(stamp.Wanted{Hash: crypto.SHA512, Digest: hello[:], Nonce: k.Nonce, Policies: nil, Roots: roots(t, "IdenTrust_Commercial_Root_CA_1.pem")}); err != nil {
		t.Error("the token for the word hello:", err)
	}
	// A good token of an authority whose root nobody gave.
	k, err = stamp.ParseResponse(file(t, "unknown-root.tsr"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Check(stamp.Wanted{Hash: k.Hash, Digest: k.Digest, Roots: roots(t, taken[0].root, taken[1].root)}); reason(err) != stamp.Untrusted {
		t.Errorf("unknown root: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	good, err := stamp.ParseResponse(file(t, "digicert.tsr"))
	if err != nil {
		t.Fatal(err)
	}
	w := stamp.Wanted{Hash: good.Hash, Digest: good.Digest, Nonce: good.Nonce, Roots: roots(t, "DigiCert_Trusted_Root_G4.pem")}
	with := func(f func(*stamp.Wanted)) stamp.Wanted { c := w; f(&c); return c }
	other := sha512.Sum512([]byte("something else"))
	for name, c := range map[string]struct {
		w    stamp.Wanted
		want stamp.Reason
	}{
		"another content": {with(func(w *stamp.Wanted) { w.Digest = other[:] }), stamp.WrongDigest},
		"another hash":    {with(func(w *stamp.Wanted) { w.Hash = crypto.SHA256 }), stamp.WrongDigest},
		"another request": {with(func(w *stamp.Wanted) { w.Nonce = big.NewInt(7) }), stamp.WrongNonce},
		"another policy":  {with(func(w *stamp.Wanted) { w.Policies = append(w.Policies, []int{1, 2, 3}) }), stamp.WrongPolicy},
	} {
		if _, err := good.Check(c.w); reason(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := good.Check(with(func(w *stamp.Wanted) { w.Policies = append(w.Policies, good.Policy) })); err != nil {
		t.Error(err)
	}
	for name, b := range map[string][]byte{"empty": nil, "text": []byte("no token"), "a tail": append(bytes.Clone(file(t, "digicert.tsr")), 0),
		"cut": file(t, "digicert.tsr")[:3000], "long": make([]byte, stamp.MaxToken+1)} {
		if _, err := stamp.ParseResponse(b); reason(err) != stamp.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := stamp.ParseResponse([]byte{0x30, 5, 0x30, 3, 2, 1, 2}); reason(err) != stamp.Refused {
		t.Errorf("a refusal: %v", err)
	}
}

// TestEveryByte alters each byte of real answers in three ways. Nothing passes
// that says another thing than the token did: what passes lies in parts that
// nobody signs and nobody reads, or was changed back by the encoding.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	for _, r := range taken[:2] {
		whole := file(t, r.name)
		k, err := stamp.ParseResponse(whole)
		if err != nil {
			t.Fatal(err)
		}
		w := stamp.Wanted{Hash: k.Hash, Digest: k.Digest, Nonce: k.Nonce, Roots: roots(t, r.root)}
		want, err := k.Check(w)
		if err != nil {
			t.Fatal(err)
		}
		reasons, passed := map[stamp.Reason]int{}, 0
		for i := range whole {
			b := bytes.Clone(whole)
			b[i] ^= []byte{1, 0x80, 0xff}[i%3]
			got, err := stamp.ParseResponse(b)
			var s stamp.Stamp
			if err == nil {
				s, err = got.Check(w)
			}
			switch {
			case err != nil && reason(err) == "":
				t.Fatalf("byte %d: an error without a reason: %v", i, err)
			case err != nil:
				reasons[reason(err)]++
			case s != want:
				t.Errorf("%s: byte %d changed what the token says: %+v", r.name, i, s)
			default:
				passed++
			}
		}
		t.Logf("%s: %d bytes, refused %v, %d in parts that nobody signs", r.name, len(whole), reasons, passed)
		for _, must := range []stamp.Reason{stamp.Malformed, stamp.Altered, stamp.BadSign, stamp.WrongSigner, stamp.NoSigner, stamp.WrongDigest, stamp.Untrusted} {
			if reasons[must] == 0 {
				t.Errorf("%s: no altered byte was refused as %s", r.name, must)
			}
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		leaves := make([][32]byte, n)
		for i := range leaves {
			leaves[i] = stamp.Commit(sha256.Sum256([]byte{byte(i)}), sha256.Sum256([]byte("x")))
		}
		b, err := stamp.NewBatch(leaves)
		if err != nil {
			t.Fatal(err)
		}
		root, err := b.Root()
		if err != nil {
			t.Fatal(err)
		}
		i := int64(rapid.IntRange(0, n-1).Draw(t, "i"))
		p, err := b.Proof(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := stamp.InBatch(leaves[i], i, int64(n), root, p); err != nil {
			t.Fatal(err)
		}
		other := leaves[i]
		other[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if err := stamp.InBatch(other, i, int64(n), root, p); err == nil {
			t.Fatal("another content passed")
		}
		if n > 1 {
			if err := stamp.InBatch(leaves[i], (i+1)%int64(n), int64(n), root, p); err == nil {
				t.Fatal("another place passed")
			}
		}
		if stamp.Imprint(int64(n), root) == stamp.Imprint(int64(n)+1, root) {
			t.Fatal("the size is not stamped")
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(file(f, "digicert.tsr"))
	f.Add(file(f, "unknown-root.tsr"))
	pool := roots(f, "DigiCert_Trusted_Root_G4.pem")
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := stamp.ParseResponse(b)
		if err == nil {
			_, err = k.Check(stamp.Wanted{Hash: k.Hash, Digest: k.Digest, Roots: pool})
		}
		if err != nil && reason(err) == "" {
			t.Error(err)
		}
	})
}
