// Package staff knows the people of an organisation: who they are, what they
// may do, and who is acting now.
//
// A Member is a row; an Actor is a member who is signed in, with keys in memory
// for as long as the session lasts. The package refuses passphrases and private
// keys: keyring keeps those, and staff sees only the Keys interface.
// It imports the ground only.
package staff

import (
	"slices"
	"time"

	"waylight/internal/fault"
)

// Role is what a member does here. One person may hold several.
type Role string

// The roles (design: people who use it).
const (
	Intake     Role = "intake"     // intake operator: reads and answers what arrives
	Caseworker Role = "caseworker" // brings people to safety; sees assigned cases only
	Documenter Role = "documenter" // establishes what happened
	Analyst    Role = "analyst"    // says how many
	Advocate   Role = "advocate"   // presses governments
	Editor     Role = "editor"     // publishes
	Finance    Role = "finance"    // treasurer: grants, rates, limits, sums; opens no case
	Security   Role = "security"   // security officer: members, keys, ledger, drills
)

// AllRoles lists the roles in the order in which pages show them.
func AllRoles() []Role {
	return []Role{Intake, Caseworker, Documenter, Analyst, Advocate, Editor, Finance, Security}
}

// Roles is a set of roles in the order of AllRoles.
type Roles []Role

// Has reports whether r is among the roles.
func (rs Roles) Has(r Role) bool { return slices.Contains(rs, r) }

// Any reports whether one of want is among the roles, or want is empty.
func (rs Roles) Any(want ...Role) bool {
	return len(want) == 0 || slices.ContainsFunc(want, rs.Has)
}

// Member is one person of the organisation.
type Member struct {
	ID        string // "member_…"
	Name      string // the name colleagues see; not the sign-in name
	Roles     Roles
	Recipient string // age1pq1…: what is sealed to this person
	Active    bool
	OnDuty    bool // gets what arrives while on duty
	Joined    time.Time
	Left      time.Time // zero while active
}

// Keys opens what was sealed to a member, for as long as the session lasts.
type Keys interface {
	// Unwrap opens an age file that was sealed to the member's recipient.
	// After sign-out or lock it answers a fault of kind Locked.
	Unwrap(sealed []byte) ([]byte, error)
}

// Actor is a member who is signed in and acts.
type Actor struct {
	Member
	Session string // opaque; for the ledger
	Keys    Keys
}

// Must answers a Denied fault unless the actor holds one of the roles.
func (a Actor) Must(roles ...Role) error {
	if a.Roles.Any(roles...) {
		return nil
	}
	return fault.New(fault.Denied, "Your roles do not allow this. Ask the security officer if they should.")
}
