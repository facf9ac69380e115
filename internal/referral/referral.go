// Package referral is the format in which one organisation hands a person's case
// to another: a card by which partners know each other, and the packages that go
// to and fro (referral, answer, revocation).
//
// A package is one age file to exactly one hybrid recipient, the partner's
// referral key. Inside lie a text that the sender's organisation signed under a
// tag of its own, the bytes of attached files, and padding to a size class. From
// outside it is an age file like any other: it names nobody, neither sender nor
// receiver. No server is needed; any way of carrying a file will do.
//
// It writes, seals, opens and verifies. It keeps nothing, knows no consent, and
// decides nothing about time but whether a day has passed. It imports bundle,
// envelope, clock, ids and age. The format is described in docs/formats/referral.md.
package referral

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"filippo.io/age"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/ids"
)

// The tags: the first line of the signed text.
const (
	Tag     = "waylight/v1/referral"
	TagCard = "waylight/v1/partner"
)

// Limits of a package.
const (
	MaxFiles  = 16
	MaxBytes  = 24 << 20 // of all files together
	MaxSealed = 32 << 20 // of a package as it is carried
	maxWords  = 20_000   // characters of one text
)

// The errors of reading.
var (
	ErrNotPackage = errors.New("referral: this is no package")
	ErrNotForUs   = errors.New("referral: sealed to another key, or its head was altered") // age cannot tell the two apart
	ErrDamaged    = errors.New("referral: altered or cut short")
	ErrUnknown    = errors.New("referral: the sender is not a partner")
	ErrSignature  = errors.New("referral: not signed by the one it claims to come from")
	ErrRecipient  = errors.New("referral: written to another organisation")
	ErrVersion    = errors.New("referral: of another version of the format")
	ErrContent    = errors.New("referral: the content is not as it must be")
	ErrExpired    = errors.New("referral: its time is over")
)

// Card is how an organisation makes itself known to partners.
type Card struct {
	Organisation string            `json:"organisation"` // ID of the key
	Key          []byte            `json:"key"`          // Ed25519
	Name         map[string]string `json:"name"`
	Recipient    string            `json:"recipient"` // age1pq1…: the referral key
	Serial       uint64            `json:"serial"`    // grows with each new referral key
	Day          clock.Day         `json:"day"`
}

// Kind is a kind of package.
type Kind string

// The kinds.
const (
	Refer  Kind = "referral"
	Answer Kind = "answer"
	Revoke Kind = "revocation"
)

// Reply is what an answer says.
type Reply string

// The replies.
const (
	Accepted Reply = "accepted"
	Rejected Reply = "rejected"
	Done     Reply = "done"
)

// Datum is a kind of data about a person, which leaves only when it was chosen
// and agreed to.
type Datum string

// The kinds of data.
const (
	Name     Datum = "name"
	Contact  Datum = "contact"
	Minor    Datum = "minor" // that the person is a minor, and what is best for them
	Role     Datum = "role"
	Medical  Datum = "medical"
	Papers   Datum = "papers"
	Other    Datum = "other"
	Risk     Datum = "risk"
	FileData Datum = "files"
)

// Data lists them.
func Data() []Datum {
	return []Datum{Name, Contact, Minor, Role, Medical, Papers, Other, Risk, FileData}
}

// Fact is one thing about the person.
type Fact struct {
	Kind Datum  `json:"kind"`
	Text string `json:"text"`
}

// Consent is what the person agreed to, as the sender noted it.
type Consent struct {
	Data  []Datum   `json:"data"`
	How   string    `json:"how"`
	Given clock.Day `json:"given"`
	Until clock.Day `json:"until,omitempty"`
}

// Proof is how the person in danger knows whom to trust: what the new side says
// first, and what the person answers.
type Proof struct {
	Say    string `json:"say"`
	Answer string `json:"answer"`
}

// File is one attached file; its bytes stand behind the text.
type File struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Bytes  []byte `json:"-"`
}

// Package is what is signed.
type Package struct {
	Kind     Kind      `json:"kind"`
	ID       string    `json:"id"`       // "package_…": of this very package
	Referral string    `json:"referral"` // "referral_…": the same for all packages about it
	From     string    `json:"from"`     // ID of the organisation that signs
	To       string    `json:"to"`       // ID of the one that may use it
	Made     clock.Day `json:"made"`
	Until    clock.Day `json:"until,omitempty"` // of a referral: the last day on which it may be taken in

	// Of a referral.
	Transfer bool     `json:"transfer,omitempty"` // the partner is to answer for the person from its yes on
	Person   string   `json:"person,omitempty"`   // a code such as A; never the sender's name of the case
	Need     string   `json:"need,omitempty"`     // what is asked for
	Facts    []Fact   `json:"facts,omitempty"`
	Consent  *Consent `json:"consent,omitempty"`
	Proof    *Proof   `json:"proof,omitempty"`
	Files    []File   `json:"files,omitempty"`

	// Of an answer.
	Reply Reply `json:"reply,omitempty"`
	// Of an answer and of a revocation: hex SHA-256 of the referral's sealed file.
	About string `json:"about,omitempty"`
	Words string `json:"words,omitempty"`
}

// Digest names a sealed package.
func Digest(sealed []byte) string {
	h := sha256.Sum256(sealed)
	return hex.EncodeToString(h[:])
}

// SignCard writes a card under the organisation's key.
func SignCard(s bundle.Signer, c Card) ([]byte, error) {
	c.Organisation, c.Key = bundle.ID(s.Public()), s.Public()
	if err := c.check(); err != nil {
		return nil, err
	}
	return bundle.Sign(s, TagCard, c)
}

var inside = regexp.MustCompile(`"key":"([A-Za-z0-9+/]{43}=)"`)

// OpenCard reads a card and checks that it was signed by the key that it shows.
// That this key is the partner's, only people can find out: by the fingerprint.
func OpenCard(text []byte) (Card, error) {
	if len(text) > 1<<16 || !utf8.Valid(text) {
		return Card{}, ErrContent
	}
	if v, ok := version(string(text), "partner"); ok && v != 1 {
		return Card{}, ErrVersion
	}
	m := inside.FindSubmatch(text)
	if m == nil {
		return Card{}, ErrContent
	}
	key, err := base64.StdEncoding.DecodeString(string(m[1]))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return Card{}, ErrContent
	}
	var c Card
	if err := bundle.Open(text, key, TagCard, &c); err != nil {
		return Card{}, ErrSignature
	}
	if !bytes.Equal(c.Key, key) || c.Organisation != bundle.ID(key) {
		return Card{}, ErrContent
	}
	return c, c.check()
}

func (c Card) check() error {
	if _, err := age.ParseHybridRecipient(c.Recipient); err != nil || len(c.Name) == 0 || !validDay(c.Day) {
		return ErrContent
	}
	for lang, name := range c.Name {
		if len(lang) > 8 || !text(name, 200) || strings.TrimSpace(name) == "" {
			return ErrContent
		}
	}
	return nil
}

// Seal signs a package and seals it to the partner's referral key.
func Seal(s bundle.Signer, recipient string, p Package) ([]byte, error) {
	p.From = bundle.ID(s.Public())
	for i, f := range p.Files {
		h := sha256.Sum256(f.Bytes)
		p.Files[i].Size, p.Files[i].SHA256 = int64(len(f.Bytes)), hex.EncodeToString(h[:])
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	note, err := bundle.Sign(s, Tag, p)
	if err != nil {
		return nil, err
	}
	plain := binary.BigEndian.AppendUint32(nil, uint32(len(note)))
	plain = append(plain, note...)
	for _, f := range p.Files {
		plain = append(plain, f.Bytes...)
	}
	plain = append(plain, make([]byte, envelope.SizeClass(len(plain))-len(plain))...)
	defer clear(plain)
	r, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		return nil, ErrContent
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Opened is a package that was read, with who signed it.
type Opened struct {
	Package
	Digest string // of the sealed file
}

// Open opens a sealed package with one of our referral keys, verifies it with the
// key of the partner that it names, and checks that it was written to us. Known
// gives a partner's key, or ErrUnknown. With ErrUnknown, ErrSignature, ErrRecipient
// and ErrVersion the package's claimed sender stands in From, unproven.
func Open(sealed []byte, keys []age.Identity, us string, known func(id string) (ed25519.PublicKey, error)) (Opened, error) {
	o := Opened{Digest: Digest(sealed)}
	plain, err := unseal(sealed, keys)
	if err != nil {
		return o, err
	}
	defer clear(plain)
	if len(plain) < 4 {
		return o, ErrContent
	}
	n := int(binary.BigEndian.Uint32(plain))
	if n > bundle.MaxText+4096 || n > len(plain)-4 {
		return o, ErrContent
	}
	note, rest := plain[4:4+n], plain[4+n:]
	if v, ok := version(string(note), "referral"); !ok {
		return o, ErrContent
	} else if v != 1 {
		return o, ErrVersion
	}
	o.From = signer(note)
	key, err := known(o.From)
	if err != nil {
		return o, err
	}
	var p Package
	if err := bundle.Open(note, key, Tag, &p); err != nil {
		return o, ErrSignature
	}
	if p.From != o.From {
		return o, ErrContent
	}
	if p.To != us {
		return o, ErrRecipient
	}
	if err := p.check(); err != nil {
		return o, err
	}
	o.Package = p
	return o, o.files(rest)
}

// files takes the attached bytes from behind the text.
func (o *Opened) files(rest []byte) error {
	for i := range o.Files {
		f := &o.Files[i]
		if f.Size > int64(len(rest)) {
			return ErrContent
		}
		f.Bytes, rest = bytes.Clone(rest[:f.Size]), rest[f.Size:]
		if h := sha256.Sum256(f.Bytes); hex.EncodeToString(h[:]) != f.SHA256 {
			return ErrContent
		}
	}
	if slices.ContainsFunc(rest, func(b byte) bool { return b != 0 }) {
		return ErrContent
	}
	return nil
}

func unseal(sealed []byte, keys []age.Identity) ([]byte, error) {
	if len(sealed) > MaxSealed || !bytes.HasPrefix(sealed, []byte("age-encryption.org/v1\n")) {
		return nil, ErrNotPackage
	}
	if len(keys) == 0 {
		return nil, ErrNotForUs
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), keys...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, ErrNotForUs
	}
	if err != nil {
		return nil, ErrDamaged
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

// version reads N of "waylight/vN/what", the first line of a text.
func version(note, what string) (int, bool) {
	line, _, _ := strings.Cut(note, "\n")
	tail, ok := strings.CutPrefix(line, "waylight/v")
	if !ok {
		return 0, false
	}
	number, ok := strings.CutSuffix(tail, "/"+what)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(number)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == number
}

// signer is the organisation that a note's signature line names; "" when none does.
func signer(note []byte) string {
	i := bytes.LastIndex(note, []byte("\n— waylight/"))
	if i < 0 {
		return ""
	}
	id, _, _ := bytes.Cut(note[i+len("\n— waylight/"):], []byte(" "))
	if !Organisation(string(id)) {
		return ""
	}
	return string(id)
}

// Organisation reports whether s has the form of an organisation's ID.
func Organisation(s string) bool { return isHex(s, 32) }

func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

func validDay(d clock.Day) bool {
	return len(d) == 10 && d[4] == '-' && d[7] == '-' && strings.Trim(string(d), "0123456789-") == ""
}

func text(s string, max int) bool { return utf8.ValidString(s) && utf8.RuneCountInString(s) <= max }

func (p Package) check() error {
	ok := ids.Valid("package", p.ID) && ids.Valid("referral", p.Referral) && Organisation(p.From) && Organisation(p.To) && p.From != p.To && validDay(p.Made) && text(p.Words, maxWords)
	switch p.Kind {
	case Refer:
		ok = ok && p.checkReferral()
	case Answer:
		ok = ok && slices.Contains([]Reply{Accepted, Rejected, Done}, p.Reply) && isHex(p.About, 64) && p.bare()
	case Revoke:
		ok = ok && p.Reply == "" && isHex(p.About, 64) && p.bare()
	default:
		ok = false
	}
	if !ok {
		return ErrContent
	}
	return nil
}

// bare reports whether nothing of a referral stands in an answer or a revocation.
func (p Package) bare() bool {
	return p.Until == "" && !p.Transfer && p.Person == "" && p.Need == "" && len(p.Facts) == 0 && p.Consent == nil && p.Proof == nil && len(p.Files) == 0
}

// checkReferral holds a referral to what it says was agreed: a sender that puts
// in more than the consent names is refused by the reader too.
func (p Package) checkReferral() bool {
	if p.Consent == nil || p.Proof == nil || p.Reply != "" || p.About != "" || !validDay(p.Until) || p.Until < p.Made {
		return false
	}
	if !text(p.Person, 12) || p.Person == "" || !text(p.Need, maxWords) || strings.TrimSpace(p.Need) == "" || !text(p.Proof.Say, 500) || !text(p.Proof.Answer, 500) || p.Proof.Say == "" || p.Proof.Answer == "" {
		return false
	}
	c := p.Consent
	if slices.ContainsFunc(c.Data, func(d Datum) bool { return !slices.Contains(Data(), d) }) || !text(c.How, 500) || !validDay(c.Given) || c.Until != "" && !validDay(c.Until) {
		return false
	}
	seen := map[Datum]bool{}
	for _, f := range p.Facts {
		if f.Kind == FileData || !slices.Contains(Data(), f.Kind) || seen[f.Kind] || !slices.Contains(c.Data, f.Kind) || !text(f.Text, maxWords) {
			return false
		}
		seen[f.Kind] = true
	}
	var total int64
	for _, f := range p.Files {
		if !FileName(f.Name) || !text(f.Type, 100) || f.Size < 0 || !isHex(f.SHA256, 64) || f.Size > MaxBytes {
			return false
		}
		total += f.Size
	}
	return len(p.Files) <= MaxFiles && total <= MaxBytes && (len(p.Files) == 0 || slices.Contains(c.Data, FileData))
}

// FileName reports whether a file's name may stand in a package: one that no
// system takes for a path or for something hidden.
func FileName(s string) bool {
	if s == "" || len(s) > 200 || !utf8.ValidString(s) || strings.HasPrefix(s, ".") || strings.TrimSpace(s) != s {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	})
}

// Late answers ErrExpired when a referral may no longer be taken in on a day.
func (p Package) Late(today clock.Day) error {
	if p.Kind == Refer && p.Until < today {
		return fmt.Errorf("%w on %s", ErrExpired, p.Until)
	}
	return nil
}
