// Package supporters leads petitions: the text that two people agree to, the
// signatures that come sealed, the mails by which people confirm, the count that
// the organisation signs, and what supporters are told afterwards.
//
// Who signed lies in the petition's own safe, which advocates open: names,
// addresses and countries stand in no plain column, and whether an address has
// signed already is told by a keyed name that only an open safe can make. One
// confirmed signature counts for one mailbox. What looks like a machine waits for
// a person and is never thrown away by itself. The package refuses to publish past
// the leak guard, to send anything to those who did not ask for it, and to keep
// what was not confirmed in its time. It imports campaign, the ground that seals,
// and what the stairs share.
package supporters

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/fault"
	"waylight/internal/petition"
)

// State is where a petition stands.
type State string

// The states.
const (
	Draft   State = "draft"
	Open    State = "open"
	Closed  State = "closed"  // readable, not to be signed any more
	Removed State = "removed" // nothing of it is public
)

// Content is what is public of a petition.
type Content struct {
	Title   campaign.Text     `json:"title"`
	To      campaign.Text     `json:"to"`
	Body    campaign.Text     `json:"body"` // paragraphs with an empty line between them
	Until   clock.Day         `json:"until"`
	Goal    int               `json:"goal,omitempty"`
	Letters []petition.Letter `json:"letters,omitempty"`
}

// Petition is one with all that stands open of it.
type Petition struct {
	ID        string // also of its safe
	Public    string // 32 hex digits: how the Front and its note name it
	Slug      string
	Campaign  string // or ""
	State     State
	Content   Content
	Revision  int
	Digest    string // of the content; what is approved
	Authors   []string
	Approvals []Approval
	Recipient string      // age1pq1…; "" before it is published
	Key       safe.Sealed // the seed of the recipient
	Serial    uint64
	Tally     *petition.Tally // as it was signed last
	Doubles   int             // signatures of a mailbox that had signed
	Begun     time.Time
}

// Approval is one member's yes to the content with this digest.
type Approval struct{ Member, Digest string }

// Need is how many people must agree, one of whom did not write.
const Need = 2

// Given lists the approvals of the present content.
func (p Petition) Given() []string {
	var out []string
	for _, a := range p.Approvals {
		if a.Digest == p.Digest && !slices.Contains(out, a.Member) {
			out = append(out, a.Member)
		}
	}
	return out
}

// Agreed reports whether two people have agreed, one of whom is no author.
func (p Petition) Agreed() bool {
	given := p.Given()
	return len(given) >= Need && slices.ContainsFunc(given, func(m string) bool { return !slices.Contains(p.Authors, m) })
}

// MayApprove tells whether a member's yes would help, or why not.
func (p Petition) MayApprove(member string) error {
	given := p.Given()
	switch {
	case p.State != Draft:
		return fault.New(fault.Conflict, "This petition is no draft any more.")
	case slices.Contains(given, member):
		return fault.New(fault.Conflict, "You have agreed to this already. Another person must agree too.")
	case len(given) == Need-1 && slices.Contains(p.Authors, member) && slices.Contains(p.Authors, given[0]):
		return fault.New(fault.Denied, "Those who wrote it cannot approve it among themselves. Somebody who did not write must agree.")
	}
	return nil
}

// digest names a petition's content and address.
func digest(slug string, c Content) (string, error) {
	b, err := json.Marshal(c)
	return sumOf(append([]byte(slug+"\n"), b...)), err
}

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Check tests the content before it is kept.
func (c Content) Check(slug string, today clock.Day) error {
	var k fault.Check
	k.Field(petition.IsSlug(slug), "slug", "Use small letters a to z, digits and hyphens, such as safe-passage.")
	both := func(t campaign.Text) bool { return t.EN != "" && t.RU != "" }
	k.Field(both(c.Title) && len(c.Title.EN) <= 300 && len(c.Title.RU) <= 300, "title", "Write the title in both languages, on one line.")
	k.Field(both(c.To) && len(c.To.EN) <= 300 && len(c.To.RU) <= 300, "to", "Say in both languages to whom it is addressed.")
	en, ru := Paragraphs(c.Body.EN), Paragraphs(c.Body.RU)
	k.Field(len(en) > 0 && len(ru) > 0 && len(en) <= petition.MaxParagraphs && len(ru) <= petition.MaxParagraphs, "body", "Write the text in both languages.")
	k.Field(campaign.IsDay(c.Until) && c.Until >= today, "until", "Write a day that is not over, as 2017-04-09.")
	k.Field(c.Goal >= 0, "goal", "Write a number, or nothing.")
	for i, l := range c.Letters {
		k.Field(country.Is(l.Country) && (i == 0 || c.Letters[i-1].Country < l.Country), "letters", "Each country may stand once.")
		k.Field(l.Office != "" && l.Subject != "" && l.Body != "" && !strings.ContainsAny(l.Office+l.Subject, "\r\n") && (l.Email == "" || petition.IsAddress(l.Email)), "letters", "A letter needs the office, a subject, its words, and an address or none.")
	}
	return k.Err()
}

// Paragraphs parts a text at its empty lines.
func Paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Texts are all the words that become public, for the leak guard.
func (c Content) Texts() []string {
	out := []string{c.Title.EN, c.Title.RU, c.To.EN, c.To.RU}
	out = append(append(out, Paragraphs(c.Body.EN)...), Paragraphs(c.Body.RU)...)
	for _, l := range c.Letters {
		out = append(out, l.Office, l.Subject, l.Body)
	}
	return out
}

// Standing is where a signature stands.
type Standing string

// The standings of a signature.
const (
	Waiting   Standing = "waiting"   // for the press
	Held      Standing = "held"      // looks like a machine: a person decides
	Confirmed Standing = "confirmed" // counts
	Blocked   Standing = "blocked"   // erased; only the keyed name of the address is kept, so that nobody writes to it
)

// Supporter is one signature. Everything that tells who it is lies in Sealed.
type Supporter struct {
	ID       string
	Petition string
	Hash     string // of the code, in hex: what the Front calls it
	Address  string // keyed name of the mailbox
	Domain   string // keyed name of its domain
	Place    string // keyed name of the country
	Standing Standing
	Stopped  bool   // wants no messages any more
	Why      string // of being held: "trap", "domain"
	Mails    int
	Mailed   time.Time
	Day      clock.Day // on which it came
	Sealed   safe.Sealed
}

// Person is what a signature's sealed part holds.
type Person struct {
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	Country   string        `json:"country"`
	Lang      string        `json:"lang"`
	Updates   bool          `json:"updates,omitempty"`
	Shown     bool          `json:"shown,omitempty"`
	Via       string        `json:"via"`
	Code      petition.Code `json:"code"`
	Confirmed clock.Day     `json:"confirmed,omitempty"` // where it was confirmed elsewhere
}

// Arrival is a sealed signature as it came.
type Arrival struct {
	Number   string
	Petition string // public id
	Day      clock.Day
	Sealed   []byte
	Trouble  string // why it could not be opened; "" while it waits
}

// Press is what somebody pressed at the Front.
type Press struct {
	Hash string // in hex
	What string
}

// Code is what the Front must know of a signature.
type Code struct {
	Hash, Leaving [32]byte
	Petition      string
	Country       string
	Confirmed     bool
	Until         clock.Day
}

// Outgoing is a mail to one supporter.
type Outgoing struct {
	Supporter, To, Subject, Text string
	Leave                        string // address that stops messages, for the mail's head
	After                        time.Duration
}

// Mailer puts a mail into the outbox, in the transaction of what causes it.
type Mailer interface {
	MailSupporter(ctx context.Context, tx Store, m Outgoing) error
	// DropMails takes back what still waits for this supporter.
	DropMails(ctx context.Context, tx Store, supporter string) error
}
