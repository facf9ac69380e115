// Package onion speaks to a tor daemon: it publishes onion services under our
// own keys, keeps them published, and lets a Desk into one that is closed to
// everybody else.
//
// It holds the forms (addresses and keys of version 3, client authorisation), a
// small client of tor's control port, and two keepers that hold on to a control
// connection and do their work again when tor restarts. It starts no tor, opens
// no port and never logs or returns a private key. It imports the standard
// library only. Source of all forms: the Tor specifications rend-spec-v3 and
// control-spec.
package onion

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"strings"
)

// Suffix ends every onion address.
const Suffix = ".onion"

// SeedSize is the size of the seeds of both kinds of key, in bytes.
const SeedSize = 32

const version = 3

var base32Form = base32.StdEncoding.WithPadding(base32.NoPadding)

// ErrAddress is the error of ParseAddress.
var ErrAddress = errors.New("this is no onion address of version 3: 56 letters and digits before .onion")

// Key is the identity of an onion service.
type Key struct{ private ed25519.PrivateKey }

// NewKey makes the key of a seed of SeedSize bytes, always the same one.
func NewKey(seed []byte) (Key, error) {
	if len(seed) != SeedSize {
		return Key{}, errors.New("the seed of an onion service has 32 bytes")
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// Address is the service's name, with ".onion" at its end.
func (k Key) Address() string { return Address(k.private.Public().(ed25519.PublicKey)) }

// Address is the onion address of a public key.
func Address(public ed25519.PublicKey) string {
	b := append([]byte(nil), public...)
	b = append(b, checksum(public)...)
	return strings.ToLower(base32Form.EncodeToString(append(b, version))) + Suffix
}

func checksum(public []byte) []byte {
	h := sha3.New256()
	h.Write([]byte(".onion checksum"))
	h.Write(public)
	h.Write([]byte{version})
	return h.Sum(nil)[:2]
}

// ParseAddress returns the public key of an address, with or without ".onion".
// A wrong checksum, as after a typing error, is ErrAddress.
func ParseAddress(address string) (ed25519.PublicKey, error) {
	name := strings.TrimSuffix(strings.ToLower(address), Suffix)
	b, err := base32Form.DecodeString(strings.ToUpper(name))
	if err != nil || len(b) != ed25519.PublicKeySize+3 || b[34] != version || string(b[32:34]) != string(checksum(b[:32])) {
		return nil, ErrAddress
	}
	return b[:32], nil
}

// expanded is the private key as tor takes it: the SHA-512 of the seed with
// the scalar's bits set as Ed25519 prescribes.
func (k Key) expanded() string {
	h := sha512.Sum512(k.private.Seed())
	h[0] &= 248
	h[31] = h[31]&63 | 64
	return base64.StdEncoding.EncodeToString(h[:])
}

// ClientKey lets its holder into an onion service that is closed to others.
type ClientKey struct{ private *ecdh.PrivateKey }

// NewSeed makes a random seed for either kind of key.
func NewSeed() []byte {
	seed := make([]byte, SeedSize)
	rand.Read(seed)
	return seed
}

// NewClientKey makes the X25519 key of a seed of SeedSize bytes.
func NewClientKey(seed []byte) (ClientKey, error) {
	private, err := ecdh.X25519().NewPrivateKey(seed)
	if err != nil {
		return ClientKey{}, errors.New("the seed of a client key has 32 bytes")
	}
	return ClientKey{private}, nil
}

// Public is the form in which the service's side takes the key: 52 characters of Base32.
func (k ClientKey) Public() string { return base32Form.EncodeToString(k.private.PublicKey().Bytes()) }

// CheckClient says what is wrong with the public form of a client key.
func CheckClient(public string) error {
	b, err := base32Form.DecodeString(public)
	if err != nil || len(b) != 32 {
		return errors.New("must be the public key that the Desk shows: 52 characters, A to Z and 2 to 7")
	}
	return nil
}
