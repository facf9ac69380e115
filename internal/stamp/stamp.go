// Package stamp reads and checks time stamps (RFC 3161): a statement, signed by
// an authority, that a hash existed at a time.
//
// It parses the whole token (CMS SignedData with a TSTInfo), and checks the
// signature, the signer's certificate as the token names it, its purpose and its
// chain to the given roots at the stated time, the hash, the nonce and the
// policy. Each refusal has a reason by name. It writes requests, and the salted
// hash lists that let an authority stamp many things and learn about none.
//
// It refuses the network, files and any clock, and asks nobody whether a
// certificate was revoked. Everything is the standard library and tlog, so that
// the tool that a court uses can contain it. It imports the ground only.
package stamp

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	_ "crypto/sha512" // crypto.SHA384 and SHA512
)

// Reason names why a token is not accepted.
type Reason string

// The reasons.
const (
	Malformed   Reason = "malformed"            // not a token, or not written as the standards say
	Refused     Reason = "refused"              // the authority's answer is a refusal
	Weak        Reason = "weak-algorithm"       // SHA-1, MD5, short RSA keys: can be forged
	WrongDigest Reason = "other-content"        // a good token, of something else
	WrongNonce  Reason = "other-request"        // the answer to another request
	WrongPolicy Reason = "other-policy"         // made under a policy that is not accepted
	Altered     Reason = "altered"              // the content is not what was signed
	BadSign     Reason = "bad-signature"        // the signature does not fit the signer's key
	NoSigner    Reason = "signer-missing"       // the signer's certificate is not there
	WrongSigner Reason = "other-signer"         // the certificate is not the one that the signature names
	WrongUse    Reason = "not-for-timestamping" // the certificate is for something else
	OutOfDate   Reason = "certificate-expired"  // not valid at the stated time
	Untrusted   Reason = "untrusted"            // no chain to a root that was given
)

// Error is a refusal.
type Error struct {
	Reason Reason
	Detail string // what exactly, for the protocol; no personal data
}

func (e *Error) Error() string { return "stamp: " + string(e.Reason) + ": " + e.Detail }

func refuse(r Reason, format string, args ...any) error {
	return &Error{r, fmt.Sprintf(format, args...)}
}

// Token is a parsed token; nothing of it was checked yet.
type Token struct {
	Raw      []byte // the ContentInfo, DER
	Time     time.Time
	Accuracy time.Duration // 0: not stated
	Policy   asn1.ObjectIdentifier
	Serial   *big.Int
	Nonce    *big.Int // nil: none
	Hash     crypto.Hash
	Digest   []byte // of what was stamped

	content   []byte // the TSTInfo as it was signed
	certs     []*x509.Certificate
	attrs     []byte // signed attributes as a SET
	attrList  []attribute
	sid       signerID
	digestAlg asn1.ObjectIdentifier
	sigAlg    algorithm
	signature []byte
}

// Wanted is what a token must be.
type Wanted struct {
	Hash     crypto.Hash
	Digest   []byte
	Nonce    *big.Int                // of the request; nil: not compared
	Policies []asn1.ObjectIdentifier // accepted ones; none: any
	Roots    *x509.CertPool
}

// Stamp is what a good token says.
type Stamp struct {
	Time     time.Time
	Accuracy time.Duration
	Signer   string   // the authority's name in its certificate
	Root     [32]byte // SHA-256 of the root certificate of the chain
	RootName string
	Policy   string
	Serial   string
}

// RootPrint is the root's fingerprint as people compare it.
func (s Stamp) RootPrint() string { return hex.EncodeToString(s.Root[:]) }

// Check checks a token in full: what it stamps, its signature, its signer, the
// chain. The error is an *Error.
func (t *Token) Check(w Wanted) (Stamp, error) {
	if err := t.covers(w); err != nil {
		return Stamp{}, err
	}
	signer, err := t.signer()
	if err != nil {
		return Stamp{}, err
	}
	if err := t.checkSignature(signer); err != nil {
		return Stamp{}, err
	}
	if err := forStamping(signer); err != nil {
		return Stamp{}, err
	}
	root, err := t.chain(signer, w.Roots)
	if err != nil {
		return Stamp{}, err
	}
	s := Stamp{Time: t.Time, Accuracy: t.Accuracy, Signer: signer.Subject.String(), RootName: root.Subject.String(), Policy: t.Policy.String(), Serial: t.Serial.Text(16)}
	s.Root = sha256.Sum256(root.Raw)
	return s, nil
}

// covers compares the token with what was to be stamped.
func (t *Token) covers(w Wanted) error {
	if w.Hash != t.Hash || string(w.Digest) != string(t.Digest) {
		return refuse(WrongDigest, "the token is for another hash")
	}
	if w.Nonce != nil && (t.Nonce == nil || w.Nonce.Cmp(t.Nonce) != 0) {
		return refuse(WrongNonce, "the nonce is not the request's")
	}
	if len(w.Policies) == 0 {
		return nil
	}
	for _, p := range w.Policies {
		if p.Equal(t.Policy) {
			return nil
		}
	}
	return refuse(WrongPolicy, "policy %s", t.Policy)
}

// chain builds a chain from the signer to one of the roots as it was at the stated time.
func (t *Token) chain(signer *x509.Certificate, roots *x509.CertPool) (*x509.Certificate, error) {
	if roots == nil {
		roots = x509.NewCertPool()
	}
	between := x509.NewCertPool()
	for _, c := range t.certs {
		if !c.Equal(signer) {
			between.AddCert(c)
		}
	}
	for _, c := range []*x509.Certificate{signer} {
		if t.Time.Before(c.NotBefore) || t.Time.After(c.NotAfter) {
			return nil, refuse(OutOfDate, "the signer's certificate was valid from %s to %s", c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
		}
	}
	chains, err := signer.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return nil, refuse(chainReason(err), "%v", err)
	}
	return chains[0][len(chains[0])-1], nil
}

func chainReason(err error) Reason {
	switch e := err.(type) { //nolint:errorlint // Verify gives these types themselves
	case x509.CertificateInvalidError:
		switch e.Reason {
		case x509.Expired:
			return OutOfDate
		case x509.IncompatibleUsage:
			return WrongUse
		}
	case x509.InsecureAlgorithmError:
		return Weak
	}
	return Untrusted
}
