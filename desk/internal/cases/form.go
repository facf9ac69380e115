package cases

import (
	"waylight/internal/clock"
)

// FormKind is what a paper that a person signs is for.
type FormKind string

// The forms.
const (
	FormConsent   FormKind = "consent"
	FormDeparture FormKind = "departure" // a statement that one leaves of one's own will
	FormAttorney  FormKind = "attorney"  // a power of attorney
)

// AllFormKinds lists them.
func AllFormKinds() []FormKind { return []FormKind{FormConsent, FormDeparture, FormAttorney} }

// Form is one paper of one person, with the very words that they were given.
type Form struct {
	Kind    FormKind
	Party   string // item id
	Lang    string // of the words
	Text    int    // the version of the template
	Title   string
	Words   string // paragraphs, as they were read and signed
	Consent string // the consent that it proves, of FormConsent
	Day     clock.Day
	Signed  clock.Day // empty: not signed yet
	How     string    // on paper, spoken before two, through the mailbox
	Witness string
	Copy    Scan
	Expires clock.Day // empty: until withdrawn
	Ended   clock.Day // withdrawn; empty: it was not
	Why     string
}
