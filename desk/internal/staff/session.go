package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"waylight/internal/fault"
)

// How long a session lasts: without use, and at the most.
const (
	IdleEnd     = 30 * time.Minute
	AbsoluteEnd = 12 * time.Hour
)

// Session is one sign-in. The cookie holds 32 random bytes; only their SHA-256 is kept.
type Session struct {
	Hash   [32]byte
	ID     string
	Member string
	Begun  time.Time
	Seen   time.Time
	Ended  time.Time // zero while it lasts
}

// ahead is how much a clock may be set back without ending what has begun.
const ahead = 5 * time.Minute

// Alive answers a Locked fault when the session has ended by now. One that was
// used in the future has ended: with the clock set back it would outlive its limits.
func (s Session) Alive(now time.Time) error {
	if !s.Ended.IsZero() || s.Seen.Sub(now) > ahead || now.Sub(s.Seen) > IdleEnd || now.Sub(s.Begun) > AbsoluteEnd {
		return fault.New(fault.Locked, "You were signed out. Sign in again; nothing was lost.")
	}
	return nil
}

// Token is what a session's cookie carries. It does not print.
type Token [32]byte

// NewToken makes a token.
func NewToken() Token {
	var t Token
	rand.Read(t[:])
	return t
}

// Cookie is the token's text form.
func (t Token) Cookie() string { return base64.RawURLEncoding.EncodeToString(t[:]) }

// ParseToken reads a cookie.
func ParseToken(s string) (Token, bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 32 {
		return Token{}, false
	}
	return Token(b), true
}

// Hash is what the store keeps of a token.
func (t Token) Hash() [32]byte { return sha256.Sum256(t[:]) }

// Store keeps members and sessions.
type Store interface {
	Members(ctx context.Context) ([]Member, error) // active and former, by name
	Member(ctx context.Context, id string) (Member, error)
	PutMember(ctx context.Context, m Member) error
	PutSession(ctx context.Context, s Session) error
	Session(ctx context.Context, hash [32]byte) (Session, error)
	EndSessions(ctx context.Context, member string, at time.Time) error // all of a member; of everybody when member is ""
}

// With returns the active members that hold one of the roles.
func With(members []Member, roles ...Role) []Member {
	var out []Member
	for _, m := range members {
		if m.Active && m.Roles.Any(roles...) {
			out = append(out, m)
		}
	}
	return out
}
