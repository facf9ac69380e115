package petition

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"waylight/internal/clock"
	"waylight/internal/country"
)

// Size is the length of every signature before it is sealed, so that no length
// tells of a name.
const Size = 1024

// The limits of what a supporter writes, in bytes.
const (
	MaxName  = 160
	MaxEmail = 200
)

// The roads by which a signature came.
const (
	ViaScript = "page-script" // sealed in the supporter's own browser
	ViaForm   = "page-form"   // sealed by the Front in memory
)

// Signature is what a supporter seals to the petition's key.
type Signature struct {
	Version  int       `json:"v"`
	Petition string    `json:"petition"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Country  string    `json:"country"`
	Lang     string    `json:"lang"`
	Updates  bool      `json:"updates"` // wants to hear how it goes on
	Shown    bool      `json:"shown"`   // the name may be shown to those to whom it is addressed
	Trap     bool      `json:"trap"`    // a field was filled in that no person sees
	Via      string    `json:"via"`
	Day      clock.Day `json:"day,omitempty"`
}

// Format keeps a signature out of logs.
func (Signature) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(signature)") }

// Encode writes a signature with its padding.
func (s Signature) Encode() ([]byte, error) {
	s.Version = 1
	if !s.ok() {
		return nil, ErrContent
	}
	var b bytes.Buffer
	b.Write(make([]byte, 4))
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil || b.Len() > Size {
		return nil, ErrContent
	}
	out := make([]byte, Size)
	copy(out, b.Bytes())
	binary.BigEndian.PutUint32(out, uint32(b.Len()-4))
	return out, nil
}

// Decode reads what Encode wrote. The error never carries content.
func Decode(plain []byte) (Signature, error) {
	var s Signature
	if len(plain) != Size {
		return s, ErrContent
	}
	n := binary.BigEndian.Uint32(plain)
	if n > Size-4 || len(bytes.Trim(plain[4+n:], "\x00")) > 0 || json.Unmarshal(plain[4:4+n], &s) != nil {
		return Signature{}, ErrContent
	}
	s.Name, s.Email = strings.TrimSpace(s.Name), strings.TrimSpace(s.Email)
	if s.Version != 1 || !s.ok() {
		return Signature{}, ErrContent
	}
	return s, nil
}

func (s Signature) ok() bool {
	return ValidID(s.Petition) && IsName(s.Name) && IsAddress(s.Email) && country.Is(s.Country) && (s.Lang == "en" || s.Lang == "ru") &&
		(s.Via == ViaScript || s.Via == ViaForm)
}

// IsName reports whether s can be the name of a person: one line with a letter
// and without an address of a page, which is what machines write there.
func IsName(s string) bool {
	if len(s) > MaxName || !utf8.ValidString(s) || strings.Contains(s, "://") || strings.Contains(strings.ToLower(s), "www.") {
		return false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '<' || r == '>' {
			return false
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 0
}

// IsAddress reports whether s is one bare e-mail address that can be written to.
func IsAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || len(s) > MaxEmail {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\"()[],;:\\", r) {
			return false
		}
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(domain, ".") && !strings.Contains(domain, "..") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// One mailbox under several domains, and those whose mailboxes know no dots.
var (
	sameDomain = map[string]string{
		"googlemail.com": "gmail.com", "ya.ru": "yandex.ru", "yandex.com": "yandex.ru", "yandex.by": "yandex.ru", "yandex.kz": "yandex.ru",
		"pm.me": "proton.me", "protonmail.com": "proton.me", "protonmail.ch": "proton.me", "me.com": "icloud.com", "mac.com": "icloud.com",
	}
	dotless = map[string]bool{"gmail.com": true, "proton.me": true}
)

// Canonical is the mailbox behind an address, as far as the habits of large
// providers tell: small letters, no label behind "+", no dots where they mean
// nothing. Who signs twice under two spellings is one person.
func Canonical(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	if same := sameDomain[domain]; same != "" {
		domain = same
	}
	if before, _, labelled := strings.Cut(local, "+"); labelled && before != "" {
		local = before
	}
	if dotless[domain] {
		local = strings.ReplaceAll(local, ".", "")
	}
	if domain == "yandex.ru" {
		local = strings.ReplaceAll(local, ".", "-")
	}
	return local + "@" + domain
}

// Domain is the part of an address behind the at sign, as Canonical gives it.
func Domain(address string) string {
	_, d, _ := strings.Cut(Canonical(address), "@")
	return d
}

// Shared reports whether a domain belongs to a provider with very many
// mailboxes: many signatures from it say nothing.
func Shared(domain string) bool { return shared[domain] }

var shared = map[string]bool{
	"gmail.com": true, "yandex.ru": true, "proton.me": true, "icloud.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "msn.com": true,
	"yahoo.com": true, "ymail.com": true, "aol.com": true, "mail.ru": true, "bk.ru": true, "inbox.ru": true, "list.ru": true, "internet.ru": true, "rambler.ru": true,
	"gmx.de": true, "gmx.net": true, "gmx.com": true, "gmx.at": true, "gmx.ch": true, "web.de": true, "t-online.de": true, "freenet.de": true, "posteo.de": true, "posteo.net": true, "mailbox.org": true,
	"tuta.com": true, "tutanota.com": true, "riseup.net": true, "disroot.org": true, "orange.fr": true, "free.fr": true, "laposte.net": true, "wanadoo.fr": true, "sfr.fr": true,
	"libero.it": true, "virgilio.it": true, "ukr.net": true, "i.ua": true, "meta.ua": true, "tut.by": true, "seznam.cz": true, "wp.pl": true, "o2.pl": true, "onet.pl": true, "interia.pl": true,
	"btinternet.com": true, "sky.com": true, "comcast.net": true, "verizon.net": true, "att.net": true, "qq.com": true, "163.com": true, "naver.com": true, "rediffmail.com": true, "uol.com.br": true, "fastmail.com": true, "zoho.com": true, "hotmail.co.uk": true, "yahoo.co.uk": true, "hotmail.fr": true, "yahoo.fr": true, "hotmail.de": true, "yahoo.de": true,
}
