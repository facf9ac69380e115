// Package bundle is the format of what an organisation publishes under its
// signature: the key bundle of a channel, the list of its public pages, and the
// checkpoint of its log of key bundles.
//
// All are C2SP signed notes (golang.org/x/mod/sumdb/note, Ed25519) whose first
// line names the type, so that one can never be taken for the other. The package
// writes, parses and verifies; the organisation's private key stays behind the
// Signer. It keeps nothing and decides nothing about time. It imports the
// standard library, package clock and x/mod's note and tlog. The format is described in
// docs/formats/bundle.md.
package bundle

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"waylight/internal/clock"
)

// The tags: the first line of the signed text.
const (
	TagKeys  = "waylight/v1/keys"
	TagPages = "waylight/v1/pages"
)

// MaxText is the size in bytes above which a text is refused unread.
const MaxText = 1 << 20

// The errors of Open and Newer.
var (
	ErrSignature = errors.New("bundle: not signed by this organisation")
	ErrType      = errors.New("bundle: not of the expected type")
	ErrContent   = errors.New("bundle: wrong content")
	ErrRollback  = errors.New("bundle: older than the one already known")
)

// A Signer holds an organisation key. Sign returns the plain Ed25519 signature
// of message; message begins with tag and a newline, and tag is passed apart so
// that the holder can refuse what it is not meant to sign.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(tag string, message []byte) ([]byte, error)
}

// Keys is the key bundle of one channel: where sealed envelopes go.
type Keys struct {
	Organisation string            `json:"organisation"` // ID of the organisation key
	Name         map[string]string `json:"name"`         // of the organisation, by language
	Channel      string            `json:"channel"`
	Recipient    string            `json:"recipient"` // age1pq1…
	From         clock.Day         `json:"from"`
	Until        clock.Day         `json:"until"` // last day on which a sender should use it
	Serial       uint64            `json:"serial"`
}

// Pages lists an organisation's public pages; the bytes travel beside it.
type Pages struct {
	Organisation string    `json:"organisation"`
	Serial       uint64    `json:"serial"`
	Day          clock.Day `json:"day"`
	Pages        []Page    `json:"pages"`
}

// Page is one file as it is served.
type Page struct {
	Path   string `json:"path"` // without a leading slash: "report/2017-04/index.html"
	Lang   string `json:"lang,omitempty"`
	Type   string `json:"type"` // media type
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// SignKeys writes and signs a key bundle. Organisation is set from the signer.
func SignKeys(s Signer, k Keys) ([]byte, error) {
	k.Organisation = ID(s.Public())
	if err := k.check(); err != nil {
		return nil, err
	}
	return sign(s, TagKeys, k)
}

// OpenKeys verifies and reads a key bundle.
func OpenKeys(text []byte, org ed25519.PublicKey) (Keys, error) {
	var k Keys
	if err := open(text, org, TagKeys, &k); err != nil {
		return Keys{}, err
	}
	if k.Organisation != ID(org) {
		return Keys{}, ErrContent
	}
	return k, k.check()
}

// SignPages writes and signs a list of pages. Organisation is set from the signer.
func SignPages(s Signer, p Pages) ([]byte, error) {
	p.Organisation = ID(s.Public())
	if err := p.check(); err != nil {
		return nil, err
	}
	return sign(s, TagPages, p)
}

// OpenPages verifies and reads a list of pages.
func OpenPages(text []byte, org ed25519.PublicKey) (Pages, error) {
	var p Pages
	if err := open(text, org, TagPages, &p); err != nil {
		return Pages{}, err
	}
	if p.Organisation != ID(org) {
		return Pages{}, ErrContent
	}
	return p, p.check()
}

// Newer returns ErrRollback when serial next is below the known one. The same
// serial with another text is for the caller to refuse.
func Newer(known, next uint64) error {
	if next < known {
		return ErrRollback
	}
	return nil
}

func (k Keys) check() error {
	if !plain(k.Channel) || !strings.HasPrefix(k.Recipient, "age1pq1") || len(k.Name) == 0 || !day(k.From) || !day(k.Until) || k.Until < k.From {
		return ErrContent
	}
	return nil
}

func (p Pages) check() error {
	if !day(p.Day) {
		return ErrContent
	}
	seen := map[string]bool{}
	for _, page := range p.Pages {
		hash, err := hex.DecodeString(page.SHA256)
		if err != nil || len(hash) != sha256.Size || page.SHA256 != strings.ToLower(page.SHA256) {
			return ErrContent
		}
		if !goodPath(page.Path) || seen[page.Path] || page.Type == "" || page.Size < 0 {
			return ErrContent
		}
		seen[page.Path] = true
	}
	return nil
}

// goodPath accepts relative paths of plain elements: no "..", no empty element,
// nothing that a browser or a file system could read in two ways.
func goodPath(p string) bool {
	if p == "" || len(p) > 512 {
		return false
	}
	for element := range strings.SplitSeq(p, "/") {
		if strings.HasPrefix(element, ".") || !plain(element) {
			return false
		}
	}
	return true
}

// plain accepts letters a-z, A-Z, digits and "-", "_", ".".
func plain(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", r) {
			return false
		}
	}
	return s != ""
}

func day(d clock.Day) bool {
	if len(d) != len("2017-04-09") || d[4] != '-' || d[7] != '-' {
		return false
	}
	for i, c := range []byte(d) {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Sign signs any content under a tag of its own, as SignKeys does for keys. The
// formats that use it check their content themselves.
func Sign(s Signer, tag string, content any) ([]byte, error) { return sign(s, tag, content) }

// Open is the inverse of Sign: it checks signature and tag, and reads the content.
func Open(text []byte, org ed25519.PublicKey, tag string, into any) error {
	return open(text, org, tag, into)
}

func sign(s Signer, tag string, content any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(tag + "\n")
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		return nil, ErrContent
	}
	if !utf8.Valid(b.Bytes()) || b.Len() > MaxText {
		return nil, ErrContent
	}
	text, err := note.Sign(&note.Note{Text: b.String()}, noteSigner{s, tag})
	if err != nil {
		return nil, fmt.Errorf("bundle: sign: %w", err)
	}
	// A signer that signs something else (a prefix, a hash) is found here and not by the readers.
	if err := open(text, s.Public(), tag, &struct{}{}); err != nil {
		return nil, err
	}
	return text, nil
}

func open(text []byte, org ed25519.PublicKey, tag string, into any) error {
	if len(text) > MaxText+4096 {
		return ErrContent
	}
	signed, err := verified(text, org)
	if err != nil {
		return err
	}
	body, ok := strings.CutPrefix(signed, tag+"\n")
	if !ok {
		return ErrType
	}
	if json.Unmarshal([]byte(body), into) != nil {
		return ErrContent
	}
	return nil
}

// verified is the text of a note that the organisation signed.
func verified(text []byte, org ed25519.PublicKey) (string, error) {
	vkey, err := note.NewEd25519VerifierKey(keyName(org), org)
	if err != nil {
		return "", ErrSignature
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return "", ErrSignature
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return "", ErrSignature
	}
	return n.Text, nil
}

// noteSigner lets a Signer sign notes.
type noteSigner struct {
	s   Signer
	tag string
}

func (n noteSigner) Name() string { return keyName(n.s.Public()) }

func (n noteSigner) KeyHash() uint32 { return keyHash(n.s.Public()) }

func (n noteSigner) Sign(msg []byte) ([]byte, error) { return n.s.Sign(n.tag, msg) }

// keyName is the key's name on the signature line.
func keyName(pub ed25519.PublicKey) string { return "waylight/" + ID(pub) }

// keyHash is C2SP's key ID: SHA-256 of name, newline, 1 (Ed25519) and key.
func keyHash(pub ed25519.PublicKey) uint32 {
	h := sha256.Sum256(append([]byte(keyName(pub)+"\n\x01"), pub...))
	return binary.BigEndian.Uint32(h[:])
}
