package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Letter is a letter to one target. A sent one is never changed.
type Letter struct {
	ID, Campaign string
	Target       string
	Demands      []string
	Lang         string // one of Langs
	Addressee    string // two or three lines
	Subject      string
	Paragraphs   []string // the body, with salutation and close
	Basis        []Basis  // frozen
	Signatory    string   // who signs for the organisation
	Foreign      bool     // words stand in it that nobody has written in its language
	Day          clock.Day
	Author       string
	At           time.Time
	Revision     int // grows with each change
	Sent         bool
	Digest       string // SHA-256 of Text, in hex, of the sent copy
	PDF          []byte // of the sent copy
}

// Text is the letter as plain text; its digest names the letter that was sent.
func (l Letter) Text() string {
	var b strings.Builder
	for _, part := range []string{l.Addressee, string(l.Day), l.Subject, strings.Join(l.Paragraphs, "\n\n"), l.Signatory} {
		if part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	return strings.TrimSpace(b.String()) + "\n"
}

// Parts are the pieces that the leak guard reads.
func (l Letter) Parts() []string {
	return append([]string{l.Addressee, l.Subject, l.Signatory}, l.Paragraphs...)
}

// Sum is the digest of the text.
func (l Letter) Sum() string {
	s := sha256.Sum256([]byte(l.Text()))
	return hex.EncodeToString(s[:])
}

// Check tests a letter before it leaves.
func (l Letter) Check() error {
	var c fault.Check
	c.Field(strings.TrimSpace(l.Addressee) != "", "addressee", "Say to whom the letter goes.")
	c.Field(strings.TrimSpace(l.Subject) != "", "subject", "Give the letter a subject.")
	c.Field(len(l.Paragraphs) > 0, "body", "The letter has no text.")
	c.Field(strings.TrimSpace(l.Signatory) != "", "signatory", "Say who signs.")
	c.Field(IsDay(l.Day), "day", "Write the day as 2017-04-09.")
	return c.Err()
}

// Leaving is a text on its way out, as the gate sees it.
type Leaving struct {
	ID    string // of the letter
	Actor string // member
	Class string // who will read it: "government"
	Parts []string
}

// Gate lets a text leave or refuses it. It runs in the transaction of the
// sending; publish.Gateway is the only one.
type Gate interface {
	Pass(ctx context.Context, tx Store, out Leaving) error
}

// Typesetter makes the PDF of a letter, and a document (DOCX): the same letter gives the same bytes.
type Typesetter interface {
	Letter(l Letter) ([]byte, error)
	Word(l Letter) ([]byte, error)
}

var months = map[string][]string{
	"en": strings.Fields("January February March April May June July August September October November December"),
	"ru": strings.Fields("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
}

// DayIn writes a day in words: "9 April 2017".
func DayIn(d clock.Day, lang string) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || len(months[lang]) == 0 { // as the standard writes it, which everybody can read
		return string(d)
	}
	return strings.Join([]string{t.Format("2"), months[lang][t.Month()-1], t.Format("2006")}, " ")
}
