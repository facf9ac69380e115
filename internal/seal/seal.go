// Package seal closes envelopes: padded plaintext in, an age file to exactly one
// hybrid post-quantum recipient out.
//
// It cannot open anything and is the only package on the public side that
// imports age. It refuses recipients that are not hybrid, because what is
// recorded today must stay closed when quantum computers come. It may import
// package envelope and age.
package seal

import (
	"bytes"
	"errors"

	"filippo.io/age"

	"waylight/internal/envelope"
)

// ErrRecipient means that the recipient is not a hybrid age recipient (age1pq1…).
var ErrRecipient = errors.New("seal: not a hybrid recipient")

// ErrPlaintext means that the plaintext is not padded to a size class: its
// length would tell about its content.
var ErrPlaintext = errors.New("seal: plaintext is not padded")

// To seals p to one hybrid recipient ("age1pq1…").
func To(recipient string, p envelope.Plaintext) (envelope.Sealed, error) {
	if envelope.SizeClass(len(p)) != len(p) {
		return nil, ErrPlaintext
	}
	return seal(recipient, p)
}

// Fixed seals what always has the same size, such as the signature of a petition.
func Fixed(recipient string, plain []byte, size int) ([]byte, error) {
	if len(plain) != size {
		return nil, ErrPlaintext
	}
	return seal(recipient, plain)
}

func seal(recipient string, p []byte) ([]byte, error) {
	r, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		return nil, ErrRecipient
	}
	var b bytes.Buffer
	b.Grow(envelope.SealedSize(len(p)))
	w, err := age.Encrypt(&b, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(p); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Recipient reports whether s is a hybrid recipient that To accepts.
func Recipient(s string) bool {
	_, err := age.ParseHybridRecipient(s)
	return err == nil
}
