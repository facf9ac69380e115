// Package agekey turns a 32-byte seed into an age hybrid identity (ML-KEM-768 +
// X25519), as design 3 derives them: from a sender's code, for a member, for a
// channel's intake. It imports age only.
package agekey

import (
	"errors"

	"filippo.io/age"
)

// SeedSize is the length of a seed in bytes.
const SeedSize = 32

// Identity is the identity of a seed: age's own secret key is the seed in Bech32.
func Identity(seed []byte) (*age.HybridIdentity, error) {
	if len(seed) != SeedSize {
		return nil, errors.New("agekey: a seed has 32 bytes")
	}
	return age.ParseHybridIdentity(identityString(seed))
}
