package stamp

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // names a certificate in the old attribute; the signature never rests on it
	"crypto/x509"
	"encoding/asn1"
	"slices"
)

// signer finds the certificate that the token names, by issuer and serial number
// or by key, and by its hash in the signing-certificate attribute.
func (t *Token) signer() (*x509.Certificate, error) {
	i := slices.IndexFunc(t.certs, func(c *x509.Certificate) bool {
		if t.sid.key != nil {
			return bytes.Equal(c.SubjectKeyId, t.sid.key)
		}
		return bytes.Equal(c.RawIssuer, t.sid.issuer) && t.sid.serial != nil && c.SerialNumber.Cmp(t.sid.serial) == 0
	})
	if i < 0 {
		return nil, refuse(NoSigner, "the token does not carry its signer's certificate")
	}
	return t.certs[i], t.namesCert(t.certs[i])
}

// namesCert holds the certificate against ESSCertID or ESSCertIDv2: without it
// another certificate of the same key and name could be put in its place.
func (t *Token) namesCert(c *x509.Certificate) error {
	old, hasOld, err := t.attr(oidSigningCert)
	if err != nil {
		return err
	}
	v2, hasV2, err := t.attr(oidSigningCert2)
	if err != nil {
		return err
	}
	if !hasOld && !hasV2 {
		return refuse(Malformed, "no signed attribute names the signer's certificate")
	}
	if hasOld {
		var s struct {
			Certs []struct {
				Hash   []byte
				Issuer asn1.RawValue `asn1:"optional"`
			}
			Policies asn1.RawValue `asn1:"optional"`
		}
		if err := read(old, &s, "the signing-certificate attribute"); err != nil {
			return err
		}
		sum := sha1.Sum(c.Raw) //nolint:gosec // as above
		if len(s.Certs) == 0 || !bytes.Equal(s.Certs[0].Hash, sum[:]) {
			return refuse(WrongSigner, "the certificate is not the one that was signed with")
		}
	}
	if !hasV2 {
		return nil
	}
	return namesCert2(v2, c)
}

func namesCert2(attr []byte, c *x509.Certificate) error {
	var s struct {
		Certs    []asn1.RawValue
		Policies asn1.RawValue `asn1:"optional"`
	}
	if err := read(attr, &s, "the signing-certificate-v2 attribute"); err != nil {
		return err
	}
	if len(s.Certs) == 0 {
		return refuse(Malformed, "the signing-certificate-v2 attribute is empty")
	}
	// The hash algorithm may be left out: SHA-256. An OCTET STRING comes first then.
	h, rest := crypto.SHA256, s.Certs[0].Bytes
	var first asn1.RawValue
	rest, err := asn1.Unmarshal(rest, &first)
	if err != nil {
		return refuse(Malformed, "the signing-certificate-v2 attribute cannot be read")
	}
	if first.Tag == asn1.TagSequence {
		var alg algorithm
		if err := read(first.FullBytes, &alg, "the hash of the signing-certificate-v2 attribute"); err != nil {
			return err
		}
		if h, err = hashOf(alg.Algorithm); err != nil {
			return err
		}
		if _, err := asn1.Unmarshal(rest, &first); err != nil {
			return refuse(Malformed, "the signing-certificate-v2 attribute has no hash")
		}
	}
	if first.Tag != asn1.TagOctetString || !bytes.Equal(first.Bytes, sum(h, c.Raw)) {
		return refuse(WrongSigner, "the certificate is not the one that was signed with")
	}
	return nil
}

func sum(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

// checkSignature compares the content with its signed hash, and the signed
// attributes with the signature.
func (t *Token) checkSignature(c *x509.Certificate) error {
	kind, ok, err := t.attr(oidContentType)
	if err != nil {
		return err
	}
	var oid asn1.ObjectIdentifier
	if !ok || read(kind, &oid, "the content type") != nil || !oid.Equal(oidTSTInfo) {
		return refuse(Malformed, "the signed attributes are not those of a time stamp")
	}
	h, err := hashOf(t.digestAlg)
	if err != nil {
		return err
	}
	digest, ok, err := t.attr(oidDigest)
	if err != nil {
		return err
	}
	var signed []byte
	if !ok || read(digest, &signed, "the signed hash") != nil {
		return refuse(Malformed, "the signed attributes have no hash")
	}
	if !bytes.Equal(signed, sum(h, t.content)) {
		return refuse(Altered, "the stamped content is not what was signed")
	}
	return t.verify(c, h)
}

var (
	oidRSA       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSASHA1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	oidRSASHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidRSASHA384 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}
	oidRSASHA512 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}
	oidECSHA256  = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidECSHA384  = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}
	oidECSHA512  = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}
	oidEd25519   = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// signatureHash is the hash of a signature algorithm; plain RSA takes that of the content.
func signatureHash(oid asn1.ObjectIdentifier, content crypto.Hash) (crypto.Hash, error) {
	switch {
	case oid.Equal(oidRSA), oid.Equal(oidEd25519):
		return content, nil
	case oid.Equal(oidRSASHA256), oid.Equal(oidECSHA256):
		return crypto.SHA256, nil
	case oid.Equal(oidRSASHA384), oid.Equal(oidECSHA384):
		return crypto.SHA384, nil
	case oid.Equal(oidRSASHA512), oid.Equal(oidECSHA512):
		return crypto.SHA512, nil
	case oid.Equal(oidRSASHA1):
		return 0, refuse(Weak, "a signature over SHA-1")
	}
	return 0, refuse(Malformed, "unknown signature algorithm %s", oid)
}

func (t *Token) verify(c *x509.Certificate, content crypto.Hash) error {
	h, err := signatureHash(t.sigAlg.Algorithm, content)
	if err != nil {
		return err
	}
	good := false
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return refuse(Weak, "an RSA key of %d bits", key.N.BitLen())
		}
		good = rsa.VerifyPKCS1v15(key, h, sum(h, t.attrs), t.signature) == nil
	case *ecdsa.PublicKey:
		good = ecdsa.VerifyASN1(key, sum(h, t.attrs), t.signature)
	case ed25519.PublicKey:
		good = t.sigAlg.Algorithm.Equal(oidEd25519) && ed25519.Verify(key, t.attrs, t.signature)
	}
	if !good {
		return refuse(BadSign, "the signature does not fit")
	}
	return nil
}

var oidEKU = asn1.ObjectIdentifier{2, 5, 29, 37}

// forStamping holds a certificate to RFC 3161, 2.3: its one purpose, marked critical, is time stamping.
func forStamping(c *x509.Certificate) error {
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(c.UnknownExtKeyUsage) > 0 {
		return refuse(WrongUse, "the signer's certificate is not for time stamping alone")
	}
	for _, e := range c.Extensions {
		if e.Id.Equal(oidEKU) && !e.Critical {
			return refuse(WrongUse, "the purpose of the signer's certificate is not marked as critical")
		}
	}
	if c.IsCA || c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return refuse(WrongUse, "the signer's certificate may not sign this")
	}
	return nil
}
