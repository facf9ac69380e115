package hatchway

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Header carries the stamp of a request.
const Header = "Waylight-Hatch"

// Tag is the first line of what is signed.
const Tag = "waylight/v1/hatch"

// Tolerance is how far the clocks of Desk and Front may differ.
const Tolerance = 10 * time.Minute

// A Signer holds the desk-front key. Sign returns the plain Ed25519 signature of
// message, which begins with tag and a newline.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(tag string, message []byte) ([]byte, error)
}

// Stamp proves who makes a request. The body's hash is in it, so that the Front
// can refuse a stranger before it reads the body.
type Stamp struct {
	Key   []byte `json:"key"`   // Ed25519 public key
	Time  int64  `json:"time"`  // Unix seconds
	Nonce []byte `json:"nonce"` // 16 random bytes, used once
	Body  []byte `json:"body"`  // SHA-256 of the request's body
	Sig   []byte `json:"sig"`
}

// ErrStamp means that a stamp is not well formed or its signature is wrong.
var ErrStamp = errors.New("hatchway: the request is not signed as it should be")

// Sign makes the header's value for a request.
func Sign(key Signer, method, path string, body []byte, now time.Time) (string, error) {
	sum := sha256.Sum256(body)
	s := Stamp{Key: key.Public(), Time: now.Unix(), Nonce: make([]byte, 16), Body: sum[:]}
	rand.Read(s.Nonce)
	sig, err := key.Sign(Tag, s.message(method, path))
	if err != nil {
		return "", fmt.Errorf("signing a request to the Front: %w", err)
	}
	s.Sig = sig
	b, err := json.Marshal(s)
	return base64.StdEncoding.EncodeToString(b), err
}

// Open reads a header's value and checks its signature for method and path. The
// caller decides about key, time and nonce, and compares Body. Err: ErrStamp.
func Open(header, method, path string) (Stamp, error) {
	var s Stamp
	if len(header) > 2048 {
		return s, ErrStamp
	}
	b, err := base64.StdEncoding.DecodeString(header)
	if err != nil || json.Unmarshal(b, &s) != nil ||
		len(s.Key) != ed25519.PublicKeySize || len(s.Nonce) != 16 || len(s.Body) != sha256.Size ||
		!ed25519.Verify(s.Key, s.message(method, path), s.Sig) {
		return Stamp{}, ErrStamp
	}
	return s, nil
}

// message is what is signed. No field can hold a newline: a method is a token
// and a path is percent-encoded.
func (s Stamp) message(method, path string) []byte {
	return fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%d\n%s\n", Tag, method, path, hex.EncodeToString(s.Body), s.Time, hex.EncodeToString(s.Nonce))
}
