package hatchway

import (
	"context"

	"waylight/internal/clock"
)

// Petitions posts signed statements; a serial must be above the petition's last.
type Petitions struct {
	Notes []string `json:"notes"`
}

// Signed asks for sealed signatures with numbers above After, in the order of
// numbers; they are random. What was pressed comes with the first page.
type Signed struct {
	After string `json:"after"` // 16 hex digits, or empty
	Max   int    `json:"max"`   // 1 to MaxPull
}

// SignedPage is the answer to Signed.
type SignedPage struct {
	Signatures []Signature `json:"signatures"`
	More       bool        `json:"more"`
	Presses    []Press     `json:"presses,omitempty"`
}

// Signature is a sealed signature as the Front holds it.
type Signature struct {
	Number   string    `json:"number"` // 16 hex digits
	Petition string    `json:"petition"`
	Day      clock.Day `json:"day"`
	Sealed   []byte    `json:"sealed"`
}

// Press is a code that somebody used: "confirm", "stop", "erase" or "never".
type Press struct {
	Hash     []byte `json:"hash"` // of the code that confirms
	What     string `json:"what"`
	Petition string `json:"petition"`
}

// SignedConfirm says that the Desk holds these durably: the Front forgets them.
type SignedConfirm struct {
	Numbers []string `json:"numbers"`
	Presses []Press  `json:"presses,omitempty"`
}

// Codes registers codes that the Desk sent by mail, and takes back others.
type Codes struct {
	Codes     []SentCode `json:"codes"`
	Withdrawn [][]byte   `json:"withdrawn,omitempty"`
}

// SentCode is one of them, by the hashes of both its forms.
type SentCode struct {
	Hash      []byte    `json:"hash"`
	Leaving   []byte    `json:"leaving"`
	Petition  string    `json:"petition"`
	Country   string    `json:"country"`
	Confirmed bool      `json:"confirmed,omitempty"`
	Until     clock.Day `json:"until"`
}

// CountsOf asks for the exact count of a petition.
type CountsOf struct {
	Petition string `json:"petition"`
}

// Counts is how many confirmed, by country.
type Counts struct {
	Counts map[string]int `json:"counts"`
}

// PostPetitions posts signed statements.
func (c *Client) PostPetitions(ctx context.Context, p Petitions) error {
	return c.post(ctx, PathPetitions, p, &Done{})
}

// Signed fetches up to limit sealed signatures with numbers above after.
func (c *Client) Signed(ctx context.Context, after string, limit int) (SignedPage, error) {
	var p SignedPage
	return p, c.post(ctx, PathSigned, Signed{After: after, Max: limit}, &p)
}

// ConfirmSigned tells the Front to forget what the Desk holds durably.
func (c *Client) ConfirmSigned(ctx context.Context, d SignedConfirm) error {
	return c.post(ctx, PathSignedDone, d, &Done{})
}

// Codes registers codes.
func (c *Client) Codes(ctx context.Context, k Codes) error { return c.post(ctx, PathCodes, k, &Done{}) }

// Counts asks for the exact count of a petition.
func (c *Client) Counts(ctx context.Context, petition string) (map[string]int, error) {
	var n Counts
	err := c.post(ctx, PathCounts, CountsOf{petition}, &n)
	return n.Counts, err
}
