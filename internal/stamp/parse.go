package stamp

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// MaxToken is the size in bytes above which an answer is refused unread.
const MaxToken = 256 << 10

type algorithm = pkix.AlgorithmIdentifier

var (
	oidSignedData   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCert2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}

	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidMD5    = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// hashOf gives the hash of an algorithm; those that can be forged are refused by name.
func hashOf(oid asn1.ObjectIdentifier) (crypto.Hash, error) {
	switch {
	case oid.Equal(oidSHA256):
		return crypto.SHA256, nil
	case oid.Equal(oidSHA384):
		return crypto.SHA384, nil
	case oid.Equal(oidSHA512):
		return crypto.SHA512, nil
	case oid.Equal(oidSHA1), oid.Equal(oidMD5):
		return 0, refuse(Weak, "the hash %s can be forged", oid)
	}
	return 0, refuse(Malformed, "unknown hash %s", oid)
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version    int
	DigestAlgs []algorithm `asn1:"set"`
	Content    struct {
		Type  asn1.ObjectIdentifier
		Bytes []byte `asn1:"explicit,tag:0"`
	}
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	CRLs         asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

type signerInfo struct {
	Version   int
	SID       asn1.RawValue
	DigestAlg algorithm
	Attrs     asn1.RawValue `asn1:"optional,tag:0"`
	SigAlg    algorithm
	Signature []byte
	FreeAttrs asn1.RawValue `asn1:"optional,tag:1"` // not signed: never looked at
}

// signerID names the signer's certificate in one of two ways.
type signerID struct {
	issuer []byte // RawIssuer
	serial *big.Int
	key    []byte // subject key id
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

type tstInfo struct {
	Version    int
	Policy     asn1.ObjectIdentifier
	Imprint    imprint
	Serial     *big.Int
	Time       asn1.RawValue
	Accuracy   accuracy      `asn1:"optional"`
	Ordering   bool          `asn1:"optional"`
	Nonce      *big.Int      `asn1:"optional"`
	TSA        asn1.RawValue `asn1:"optional,tag:0"`
	Extensions asn1.RawValue `asn1:"optional,tag:1"`
}

type imprint struct {
	Alg    algorithm
	Digest []byte
}

type accuracy struct {
	Seconds int `asn1:"optional"`
	Millis  int `asn1:"optional,tag:0"`
	Micros  int `asn1:"optional,tag:1"`
}

// read parses exactly one value: anything behind it is refused.
func read(der []byte, into any, what string) error {
	rest, err := asn1.Unmarshal(der, into)
	if err != nil || len(rest) > 0 {
		return refuse(Malformed, "%s is not written as the standard says", what)
	}
	return nil
}

// ParseResponse reads an authority's answer (TimeStampResp).
func ParseResponse(der []byte) (*Token, error) {
	if len(der) > MaxToken {
		return nil, refuse(Malformed, "the answer has %d bytes", len(der))
	}
	var r struct {
		Status struct {
			Status int
			Text   asn1.RawValue  `asn1:"optional"`
			Fail   asn1.BitString `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	if err := read(der, &r, "the answer"); err != nil {
		return nil, err
	}
	if r.Status.Status > 1 || len(r.Token.FullBytes) == 0 {
		return nil, refuse(Refused, "status %d", r.Status.Status)
	}
	return Parse(r.Token.FullBytes)
}

// Parse reads a token: a CMS ContentInfo with SignedData.
func Parse(der []byte) (*Token, error) {
	if len(der) > MaxToken {
		return nil, refuse(Malformed, "the token has %d bytes", len(der))
	}
	var c contentInfo
	if err := read(der, &c, "the token"); err != nil {
		return nil, err
	}
	if !c.Type.Equal(oidSignedData) {
		return nil, refuse(Malformed, "the token is no signed data")
	}
	var s signedData
	if err := read(c.Content.Bytes, &s, "the signed data"); err != nil {
		return nil, err
	}
	if !s.Content.Type.Equal(oidTSTInfo) || len(s.Signers) != 1 {
		return nil, refuse(Malformed, "the signed data is no time stamp of one signer")
	}
	t := &Token{Raw: bytes.Clone(der), content: s.Content.Bytes}
	if err := t.readInfo(); err != nil {
		return nil, err
	}
	certs, err := x509.ParseCertificates(s.Certificates.Bytes)
	if err != nil {
		return nil, refuse(Malformed, "a certificate cannot be read")
	}
	t.certs = certs
	return t, t.readSigner(s.Signers[0])
}

func (t *Token) readInfo() (err error) {
	var i tstInfo
	if err := read(t.content, &i, "the stamped content"); err != nil {
		return err
	}
	if i.Version != 1 || i.Serial == nil {
		return refuse(Malformed, "version %d", i.Version)
	}
	if t.Hash, err = hashOf(i.Imprint.Alg.Algorithm); err != nil {
		return err
	}
	if len(i.Imprint.Digest) != t.Hash.Size() {
		return refuse(Malformed, "the stamped hash has %d bytes", len(i.Imprint.Digest))
	}
	if t.Time, err = generalized(i.Time); err != nil {
		return err
	}
	a := i.Accuracy
	if a.Seconds < 0 || a.Millis < 0 || a.Millis > 999 || a.Micros < 0 || a.Micros > 999 {
		return refuse(Malformed, "the accuracy is no length of time")
	}
	t.Accuracy = time.Duration(a.Seconds)*time.Second + time.Duration(a.Millis)*time.Millisecond + time.Duration(a.Micros)*time.Microsecond
	t.Policy, t.Serial, t.Nonce, t.Digest = i.Policy, i.Serial, i.Nonce, i.Imprint.Digest
	if len(i.Extensions.Bytes) > 0 {
		var exts []pkix.Extension
		if _, err := asn1.UnmarshalWithParams(i.Extensions.FullBytes, &exts, "tag:1"); err != nil {
			return refuse(Malformed, "the extensions cannot be read")
		}
		for _, e := range exts {
			if e.Critical {
				return refuse(Malformed, "the critical extension %s is not known", e.Id)
			}
		}
	}
	return nil
}

// generalized reads a GeneralizedTime in UTC, with fractions, which encoding/asn1 does not take.
func generalized(v asn1.RawValue) (time.Time, error) {
	if v.Class == asn1.ClassUniversal && v.Tag == asn1.TagGeneralizedTime {
		if at, err := time.Parse("20060102150405Z", string(v.Bytes)); err == nil {
			return at, nil
		}
		if at, err := time.Parse("20060102150405.999999999Z", string(v.Bytes)); err == nil {
			return at, nil
		}
	}
	return time.Time{}, refuse(Malformed, "the time is not written as the standard says")
}

func (t *Token) readSigner(s signerInfo) error {
	t.digestAlg, t.sigAlg, t.signature = s.DigestAlg.Algorithm, s.SigAlg, s.Signature
	switch {
	case s.SID.Class == asn1.ClassUniversal && s.SID.Tag == asn1.TagSequence:
		var id struct {
			Issuer asn1.RawValue
			Serial *big.Int
		}
		if err := read(s.SID.FullBytes, &id, "the signer's name"); err != nil {
			return err
		}
		t.sid = signerID{issuer: id.Issuer.FullBytes, serial: id.Serial}
	case s.SID.Class == asn1.ClassContextSpecific && s.SID.Tag == 0:
		t.sid = signerID{key: s.SID.Bytes}
	default:
		return refuse(Malformed, "the signer is not named")
	}
	if len(s.Attrs.FullBytes) == 0 {
		return refuse(Malformed, "there are no signed attributes")
	}
	// What is signed is the SET itself, not the tag under which it travels (RFC 5652, 5.4).
	t.attrs = bytes.Clone(s.Attrs.FullBytes)
	t.attrs[0] = asn1.TagSet | 0x20
	if _, err := asn1.UnmarshalWithParams(t.attrs, &t.attrList, "set"); err != nil {
		return refuse(Malformed, "the signed attributes cannot be read")
	}
	return nil
}

// attr gives the one value of a signed attribute.
func (t *Token) attr(oid asn1.ObjectIdentifier) ([]byte, bool, error) {
	var found []byte
	for _, a := range t.attrList {
		if !a.Type.Equal(oid) {
			continue
		}
		if found != nil || len(a.Values) != 1 {
			return nil, false, refuse(Malformed, "the signed attribute %s stands twice", oid)
		}
		found = a.Values[0].FullBytes
	}
	return found, found != nil, nil
}
