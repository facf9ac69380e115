package stamp_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"waylight/internal/stamp"
)

// authority is a time stamping authority of a test's own, run by openssl.
type authority struct {
	dir   string
	roots *x509.CertPool
	conf  string
}

type flaw struct {
	selfSigned bool
	until      time.Time
	bits       int
	hash       string // of the signature
	essHash    string
}

func newAuthority(t *testing.T, f flaw) *authority {
	t.Helper()
	now := time.Now()
	a := &authority{dir: t.TempDir(), roots: x509.NewCertPool()}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "An invented root"}, NotBefore: now.Add(-20 * 24 * time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	caCert, err := x509.ParseCertificate(caDER)
	if err != nil {
		t.Fatal(err)
	}
	a.roots.AddCert(caCert)
	var key crypto.Signer
	if f.bits > 0 {
		key, err = rsa.GenerateKey(rand.Reader, f.bits)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	until := now.Add(24 * time.Hour)
	if !f.until.IsZero() {
		until = f.until
	}
	eku, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	tsa := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "An invented authority"}, NotBefore: now.Add(-10 * 24 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, SubjectKeyId: []byte("key")}
	tsa.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: eku}}
	parent, parentKey := ca, crypto.Signer(caKey)
	if f.selfSigned {
		parent, parentKey = tsa, key
	}
	der, err := x509.CreateCertificate(rand.Reader, tsa, parent, key.Public(), parentKey)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, "tsa.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	a.write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
	a.write(t, "serial", []byte("01\n"))
	hash, ess := f.hash, f.essHash
	if hash == "" {
		hash = "sha256"
	}
	if ess == "" {
		ess = "sha256"
	}
	a.conf = a.write(t, "ts.cnf", fmt.Appendf(nil, "[tsa]\ndefault_tsa=own\n[own]\ndir=%[1]s\nserial=%[1]s/serial\nsigner_cert=%[1]s/tsa.pem\nsigner_key=%[1]s/key.pem\nsigner_digest=%[2]s\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha1\naccuracy=secs:1,millisecs:500\ness_cert_id_alg=%[3]s\n", a.dir, hash, ess))
	return a
}

func (a *authority) write(t *testing.T, name string, b []byte) string {
	t.Helper()
	p := filepath.Join(a.dir, name)
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func (a *authority) answer(t *testing.T, query []byte) []byte {
	t.Helper()
	q, out := a.write(t, "q.tsq", query), filepath.Join(a.dir, "a.tsr")
	if b, err := exec.Command("openssl", "ts", "-reply", "-config", a.conf, "-queryfile", q, "-out", out).CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAuthorityOfOurOwn asks an authority run by openssl, good and flawed in every way that we refuse.
func TestAuthorityOfOurOwn(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed; scripts/install-test-tools installs it")
	}
	for name, c := range map[string]struct {
		flaw flaw
		want stamp.Reason
	}{
		"good":          {flaw{}, ""},
		"good RSA":      {flaw{bits: 2048}, ""},
		"old attribute": {flaw{essHash: "sha1"}, ""},
		"self-signed":   {flaw{selfSigned: true}, stamp.Untrusted},
		"expired":       {flaw{until: time.Now().Add(-time.Hour)}, stamp.OutOfDate},
		"short key":     {flaw{bits: 1024}, stamp.Weak},
		"SHA-1":         {flaw{hash: "sha1"}, stamp.Weak},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t, c.flaw)
			r := stamp.NewRequest(sha256.Sum256([]byte(name)))
			query, err := r.Encode()
			if err != nil {
				t.Fatal(err)
			}
			k, err := stamp.ParseResponse(a.answer(t, query))
			if err != nil {
				t.Fatal(err)
			}
			s, err := k.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: r.Digest[:], Nonce: r.Nonce, Roots: a.roots})
			if reason(err) != c.want {
				t.Fatalf("%+v, %v, want %q", s, err, c.want)
			}
			if c.want == "" && (s.Signer != "CN=An invented authority" || s.Policy != "1.2.3.4.1" || s.Accuracy != 1500*time.Millisecond || time.Since(s.Time).Abs() > time.Hour) {
				t.Errorf("%+v", s)
			}
			again := stamp.NewRequest(r.Digest)
			if _, err := k.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: r.Digest[:], Nonce: again.Nonce, Roots: a.roots}); reason(err) != stamp.WrongNonce {
				t.Errorf("an old answer to a new request: %v", err)
			}
		})
	}
}
