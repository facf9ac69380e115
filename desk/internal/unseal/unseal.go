// Package unseal is the one room that opens envelopes sealed to the
// organisation. It stands behind the Desk's wall: the Front cannot import it.
// It takes an intake key's seed and gives back what the sender wrote; it keeps
// neither. It imports the envelope's format, agekey and age.
package unseal

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"

	"waylight/internal/agekey"
	"waylight/internal/envelope"
)

// ErrOpen means that this key does not open the envelope, or that it was altered.
var ErrOpen = errors.New("unseal: this key does not open the envelope")

// Generate gives the recipient of a seed: what senders seal to.
func Generate(seed []byte) (recipient string, err error) {
	id, err := agekey.Identity(seed)
	if err != nil {
		return "", err
	}
	return id.Recipient().String(), nil
}

// Open opens an envelope with the seed of an intake key. The error is ErrOpen or
// one of envelope.Decode's, and never carries content.
func Open(seed []byte, sealed envelope.Sealed) (envelope.Message, error) {
	id, err := agekey.Identity(seed)
	if err != nil {
		return envelope.Message{}, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		return envelope.Message{}, ErrOpen
	}
	plain, err := io.ReadAll(io.LimitReader(r, int64(envelope.MaxSealed)))
	if err != nil {
		return envelope.Message{}, ErrOpen
	}
	defer clear(plain)
	return envelope.Decode(plain)
}

// Fixed opens what always has the same size before it is sealed, such as the
// signature of a petition. The error never carries content.
func Fixed(seed, sealed []byte, size int) ([]byte, error) {
	id, err := agekey.Identity(seed)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		return nil, ErrOpen
	}
	plain := make([]byte, size)
	if _, err := io.ReadFull(r, plain); err != nil {
		return nil, ErrOpen
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		return nil, ErrOpen
	}
	return plain, nil
}
