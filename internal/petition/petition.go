// Package petition is the format of a petition: the statement that an
// organisation signs, the sealed signature of a supporter, the codes of a mail of
// confirmation, the public count, and the package that is handed over.
//
// Front, Desk and tool share it. It parses, writes and checks; it seals and opens
// nothing, keeps nothing, and refuses a statement without a recipient as a place
// to sign: what cannot be sealed is not taken. It imports bundle, the ground and
// x/mod's tlog. The format is described in docs/formats/petition.md.
package petition

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/country"
)

// Tag is the first line of a signed statement.
const Tag = "waylight/v1/petition"

// ErrContent means that a statement or signature is not well formed.
var ErrContent = errors.New("petition: wrong content")

// Words are a petition's text in one language.
type Words struct {
	Title      string   `json:"title"`
	To         string   `json:"to"` // to whom it is addressed
	Paragraphs []string `json:"paragraphs"`
}

// Letter is a proposal for a supporter's own letter to their own minister. The
// supporter sends it; nothing about it is stored.
type Letter struct {
	Country string `json:"country"`
	Office  string `json:"office"` // "The Minister for Foreign Affairs"
	Email   string `json:"email,omitempty"`
	Lang    string `json:"lang"`
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// Statement is a petition as it is public: signed by the organisation under Tag.
type Statement struct {
	Organisation string            `json:"organisation"` // ID of the organisation key
	Name         map[string]string `json:"name"`         // of the organisation, by language
	ID           string            `json:"id"`           // 32 hex digits
	Slug         string            `json:"slug"`         // in addresses: "safe-passage"
	Serial       uint64            `json:"serial"`
	Recipient    string            `json:"recipient"` // age1pq1…; empty: closed, nobody can sign
	Removed      bool              `json:"removed,omitempty"`
	Until        clock.Day         `json:"until"` // last day on which it can be signed
	Goal         int               `json:"goal,omitempty"`
	Words        map[string]Words  `json:"words,omitempty"`
	Letters      []Letter          `json:"letters,omitempty"`
	Tally        *Tally            `json:"tally,omitempty"`
}

// Sign writes and signs a statement. Organisation is set from the signer.
func Sign(s bundle.Signer, p Statement) ([]byte, error) {
	p.Organisation = bundle.ID(s.Public())
	if err := p.check(); err != nil {
		return nil, err
	}
	return bundle.Sign(s, Tag, p)
}

// Open verifies and reads a statement.
func Open(note []byte, org ed25519.PublicKey) (Statement, error) {
	var p Statement
	if err := bundle.Open(note, org, Tag, &p); err != nil {
		return Statement{}, err
	}
	if p.Organisation != bundle.ID(org) {
		return Statement{}, ErrContent
	}
	return p, p.check()
}

// Signable reports whether somebody can sign on a day.
func (p Statement) Signable(today clock.Day) bool {
	return p.Recipient != "" && !p.Removed && today <= p.Until
}

// In gives the words in a language, or in one that there is.
func (p Statement) In(lang string) Words {
	for _, l := range []string{lang, "en", "ru"} {
		if w, ok := p.Words[l]; ok {
			return w
		}
	}
	return Words{}
}

// Letter finds the proposal for a country.
func (p Statement) Letter(country string) (Letter, bool) {
	for _, l := range p.Letters {
		if l.Country == country {
			return l, true
		}
	}
	return Letter{}, false
}

// The limits of a statement.
const (
	MaxParagraphs = 60
	MaxWords      = 20000 // bytes of one paragraph or of one letter's body
)

func (p Statement) check() error {
	if !ValidID(p.ID) || !IsSlug(p.Slug) || len(p.Until) != len("2017-04-09") || p.Goal < 0 {
		return ErrContent
	}
	if p.Removed {
		if p.Recipient != "" || len(p.Words) > 0 || len(p.Letters) > 0 {
			return ErrContent // nothing of it is public any more
		}
		return nil
	}
	if p.Recipient != "" && !strings.HasPrefix(p.Recipient, "age1pq1") || len(p.Words) == 0 || len(p.Name) == 0 {
		return ErrContent
	}
	for lang, w := range p.Words {
		if lang != "en" && lang != "ru" || !line(w.Title, 300) || !line(w.To, 300) || len(w.Paragraphs) == 0 || len(w.Paragraphs) > MaxParagraphs {
			return ErrContent
		}
		for _, text := range w.Paragraphs {
			if text == "" || len(text) > MaxWords || !utf8.ValidString(text) {
				return ErrContent
			}
		}
	}
	for i, l := range p.Letters {
		if !country.Is(l.Country) || !line(l.Office, 300) || !line(l.Subject, 300) || l.Body == "" || len(l.Body) > MaxWords || l.Email != "" && !IsAddress(l.Email) {
			return ErrContent
		}
		if i > 0 && p.Letters[i-1].Country >= l.Country {
			return ErrContent // in order, one for each country
		}
	}
	return nil
}

// line reports whether s is one line of text that is not too long.
func line(s string, limit int) bool {
	return strings.TrimSpace(s) != "" && len(s) <= limit && utf8.ValidString(s) && !strings.ContainsAny(s, "\r\n\x00")
}

// ValidID reports whether s is 32 lower-case hexadecimal digits.
func ValidID(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == s
}

// IsSlug reports whether s can be a petition's name in an address.
func IsSlug(s string) bool {
	if s == "" || len(s) > 60 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// TagDelivery is the first line of the signed head of a package that is handed over.
const TagDelivery = "waylight/v1/petition-delivery"
