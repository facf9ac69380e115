// Package stamptest is a time stamping authority of a test's own, run by openssl,
// with the flaws that a test asks for. It refuses to be used by anything but
// tests. It imports the standard library only.
package stamptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Authority is a time stamping authority of a test's own, run by openssl.
type Authority struct {
	Roots *x509.CertPool
	PEM   []byte // the root certificate

	dir, conf string
	mu        sync.Mutex
}

// Flaw says what is wrong with an authority; the zero value: nothing.
type Flaw struct {
	SelfSigned bool
	Until      time.Time
	Bits       int
	Hash       string // of the signature
	ESSHash    string
}

// New makes an authority. Without openssl the test is skipped.
func New(t *testing.T, f Flaw) *Authority {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed; scripts/install-test-tools installs it")
	}
	now := time.Now()
	a := &Authority{dir: t.TempDir(), Roots: x509.NewCertPool()}
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
	a.Roots.AddCert(caCert)
	a.PEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	var key crypto.Signer
	if f.Bits > 0 {
		key, err = rsa.GenerateKey(rand.Reader, f.Bits)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	until := now.Add(24 * time.Hour)
	if !f.Until.IsZero() {
		until = f.Until
	}
	eku, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	tsa := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "An invented authority"}, NotBefore: now.Add(-10 * 24 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, SubjectKeyId: []byte("key")}
	tsa.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: eku}}
	parent, parentKey := ca, crypto.Signer(caKey)
	if f.SelfSigned {
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
	hash, ess := f.Hash, f.ESSHash
	if hash == "" {
		hash = "sha256"
	}
	if ess == "" {
		ess = "sha256"
	}
	a.conf = a.write(t, "ts.cnf", fmt.Appendf(nil, "[tsa]\ndefault_tsa=own\n[own]\ndir=%[1]s\nserial=%[1]s/serial\nsigner_cert=%[1]s/tsa.pem\nsigner_key=%[1]s/key.pem\nsigner_digest=%[2]s\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha1\naccuracy=secs:1,millisecs:500\ness_cert_id_alg=%[3]s\n", a.dir, hash, ess))
	return a
}

func (a *Authority) write(t *testing.T, name string, b []byte) string {
	t.Helper()
	p := filepath.Join(a.dir, name)
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// Answer signs what a query asks for.
func (a *Authority) Answer(query []byte) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q, out := filepath.Join(a.dir, "q.tsq"), filepath.Join(a.dir, "a.tsr")
	if err := os.WriteFile(q, query, 0o600); err != nil {
		return nil, err
	}
	if b, err := exec.Command("openssl", "ts", "-reply", "-config", a.conf, "-queryfile", q, "-out", out).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("openssl: %w: %s", err, b)
	}
	return os.ReadFile(out)
}

// ServeHTTP answers like an authority on the network.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err == nil && r.Header.Get("Content-Type") == "application/timestamp-query" {
		var answer []byte
		if answer, err = a.Answer(query); err == nil {
			w.Header().Set("Content-Type", "application/timestamp-reply")
			_, _ = w.Write(answer) // who went away asks again
			return
		}
	}
	http.Error(w, "not a query", http.StatusBadRequest)
}
