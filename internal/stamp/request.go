package stamp

import (
	"crypto/rand"
	"encoding/asn1"
	"math/big"
)

// Request asks an authority to stamp a SHA-256.
type Request struct {
	Digest [32]byte
	Nonce  *big.Int
	Policy asn1.ObjectIdentifier // empty: the authority's own
}

// NewRequest makes a request with a fresh nonce.
func NewRequest(digest [32]byte) Request {
	var n [8]byte
	rand.Read(n[:])
	n[0] |= 0x40 // full length whatever comes, and positive
	n[0] &= 0x7f
	return Request{Digest: digest, Nonce: new(big.Int).SetBytes(n[:])}
}

// Encode gives the request as DER (application/timestamp-query). It asks for the certificates.
func (r Request) Encode() ([]byte, error) {
	type request struct {
		Version int
		Imprint imprint
		Policy  asn1.ObjectIdentifier `asn1:"optional"`
		Nonce   *big.Int
		Certs   bool
	}
	return asn1.Marshal(request{Version: 1, Imprint: imprint{Alg: algorithm{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, Digest: r.Digest[:]},
		Policy: r.Policy, Nonce: r.Nonce, Certs: true})
}
