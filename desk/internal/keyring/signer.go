package keyring

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
)

// Signer is a signing key of the organisation or the Desk, in memory while the
// Desk is unlocked. It signs only under the tags it was made for, so that one
// room's key can never be made to sign another room's document.
type Signer struct {
	key  ed25519.PrivateKey
	tags []string
}

// NewSigner makes a signer of a 32-byte seed for the given tags.
func NewSigner(seed []byte, tags ...string) (*Signer, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, errors.New("keyring: a signing key's seed has 32 bytes")
	}
	return &Signer{key: ed25519.NewKeyFromSeed(seed), tags: tags}, nil
}

// Public is the key that verifies.
func (s *Signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// Sign signs a message that begins with one of the signer's tags and a newline.
func (s *Signer) Sign(tag string, message []byte) ([]byte, error) {
	if !slices.Contains(s.tags, tag) || !bytes.HasPrefix(message, []byte(tag+"\n")) {
		return nil, errors.New("keyring: this key does not sign such a document")
	}
	return ed25519.Sign(s.key, message), nil
}
