package petition

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/country"
)

// ErrDelivery means that a package does not hold together. The error says where.
var ErrDelivery = errors.New("petition: this package does not hold together")

func broken(why string) error { return fmt.Errorf("%w: %s", ErrDelivery, why) }

// Head is the signed head of a package that is handed over.
type Head struct {
	Organisation string            `json:"organisation"`
	Key          []byte            `json:"key"` // of the organisation; whose it is, the reader compares
	Name         map[string]string `json:"name"`
	ID           string            `json:"id"`
	Slug         string            `json:"slug"`
	Day          clock.Day         `json:"day"`   // as of
	Count        int               `json:"count"` // confirmed signatures, one for each mailbox
	Countries    []Count           `json:"countries"`
	Root         string            `json:"root"`  // of the tree over the lines, in hex
	Words        string            `json:"words"` // SHA-256 of what was signed, in hex
	Sealed       string            `json:"sealed,omitempty"`
	Method       string            `json:"method"` // how it was counted, in words
}

// Line is one signature in the package's tree. The package holds its hash only.
type Line struct {
	Country string    `json:"country"`
	Name    string    `json:"name,omitempty"` // only of those who agreed to be shown
	Day     clock.Day `json:"day"`            // on which the signature came
}

// Opening is a line with the salt that hides it: with it anybody can find the line
// in the tree.
type Opening struct {
	Salt string `json:"salt"` // 32 bytes in hex
	Line
}

// Hash is how a line stands in the tree.
func (o Opening) Hash() (tlog.Hash, error) {
	salt, err := hex.DecodeString(o.Salt)
	if err != nil || len(salt) != 32 {
		return tlog.Hash{}, broken("a salt is not of 32 bytes")
	}
	b, err := json.Marshal(o.Line)
	if err != nil {
		return tlog.Hash{}, err
	}
	m := hmac.New(sha256.New, salt)
	m.Write([]byte("waylight/v1/petition-line\n"))
	m.Write(b)
	return tlog.RecordHash(m.Sum(nil)), nil
}

// Open makes the opening of a line from the supporter's code.
func (c Code) Open(l Line) Opening {
	salt := c.Salt()
	return Opening{Salt: hex.EncodeToString(salt[:]), Line: l}
}

// root is the tree hash of RFC 6962 over the lines.
func root(lines []tlog.Hash) tlog.Hash {
	switch len(lines) {
	case 0:
		return tlog.Hash(sha256.Sum256(nil))
	case 1:
		return lines[0]
	}
	k := 1
	for k*2 < len(lines) {
		k *= 2
	}
	return tlog.NodeHash(root(lines[:k]), root(lines[k:]))
}

// The names of a package's parts.
const (
	partHead   = "delivery.txt"
	partLines  = "lines.bin"
	partSealed = "signatures.age"
	partRead   = "README.txt"
)

// MaxDelivery bounds a package that is read, in bytes of one part.
const MaxDelivery = 1 << 30

// Delivery is a package as it is written and read.
type Delivery struct {
	Head
	Lines  []tlog.Hash // in the order of their values, which tells nothing
	Sealed []byte      // openings of those who agreed, sealed to the recipient; may be nil
	Words  string      // what was signed, as people read it
}

// WriteDelivery writes a package and signs its head. It fills in count, root and hashes.
func WriteDelivery(w io.Writer, s bundle.Signer, d Delivery) error {
	slices.SortFunc(d.Lines, func(a, b tlog.Hash) int { return bytes.Compare(a[:], b[:]) })
	r := root(d.Lines)
	d.Key = s.Public()
	d.Head.Organisation, d.Count, d.Root = bundle.ID(s.Public()), len(d.Lines), hex.EncodeToString(r[:])
	d.Head.Words, d.Head.Sealed = sum(d.Words), ""
	if d.Sealed != nil {
		d.Head.Sealed = sum(string(d.Sealed))
	}
	note, err := bundle.Sign(s, TagDelivery, d.Head)
	if err != nil {
		return err
	}
	flat := make([]byte, 0, len(d.Lines)*tlog.HashSize)
	for _, l := range d.Lines {
		flat = append(flat, l[:]...)
	}
	z := zip.NewWriter(w)
	for _, p := range []struct {
		name string
		body []byte
	}{{partHead, note}, {partLines, flat}, {partSealed, d.Sealed}, {partRead, []byte(d.Words + readme)}} {
		if p.body == nil {
			continue
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store}) // no time
		if err != nil {
			return err
		}
		if _, err := f.Write(p.body); err != nil {
			return err
		}
	}
	return z.Close()
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// keyOf reads the key that a head names, before anything is believed.
func keyOf(note []byte) (ed25519.PublicKey, bool) {
	body, ok := bytes.CutPrefix(note, []byte(TagDelivery+"\n"))
	line, _, more := bytes.Cut(body, []byte("\n"))
	var h Head
	if !ok || !more || json.Unmarshal(line, &h) != nil || len(h.Key) != ed25519.PublicKeySize {
		return nil, false
	}
	return h.Key, true
}

// ReadDelivery reads a package strictly and verifies it: the signature of its head
// with the key that it names, the count, the tree, and what belongs to it. Whose
// key that is, the reader compares by its fingerprint.
func ReadDelivery(r io.ReaderAt, size int64) (Delivery, error) {
	var d Delivery
	z, err := zip.NewReader(r, size)
	if err != nil {
		return d, broken("it is no package")
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		if !slices.Contains([]string{partHead, partLines, partSealed, partRead}, f.Name) || parts[f.Name] != nil || f.Method != zip.Store {
			return d, broken("it holds a part that does not belong there")
		}
		if f.UncompressedSize64 > MaxDelivery {
			return d, broken("a part is too large")
		}
		rc, err := f.Open()
		if err != nil {
			return d, broken("a part cannot be read")
		}
		body, err := io.ReadAll(io.LimitReader(rc, MaxDelivery+1))
		if err := errors.Join(err, rc.Close()); err != nil {
			return d, broken("a part cannot be read")
		}
		parts[f.Name] = append([]byte{}, body...)
	}
	key, ok := keyOf(parts[partHead])
	if !ok || bundle.Open(parts[partHead], key, TagDelivery, &d.Head) != nil || !key.Equal(ed25519.PublicKey(d.Key)) || d.Head.Organisation != bundle.ID(key) {
		return d, broken("its head is not signed with the key that it names")
	}
	flat := parts[partLines]
	if len(flat)%tlog.HashSize != 0 || len(flat)/tlog.HashSize != d.Count {
		return d, broken("it holds another number of lines than its head says")
	}
	for at := 0; at < len(flat); at += tlog.HashSize {
		l := tlog.Hash(flat[at : at+tlog.HashSize])
		if n := len(d.Lines); n > 0 && bytes.Compare(d.Lines[n-1][:], l[:]) >= 0 {
			return d, broken("a line stands twice, or out of its order")
		}
		d.Lines = append(d.Lines, l)
	}
	if got := root(d.Lines); hex.EncodeToString(got[:]) != d.Root {
		return d, broken("its lines are not those that were signed")
	}
	if d.Sealed = parts[partSealed]; sumOrNone(d.Sealed) != d.Head.Sealed {
		return d, broken("its sealed part is not the one that was signed")
	}
	words, ok := strings.CutSuffix(string(parts[partRead]), readme)
	if !ok || sum(words) != d.Head.Words {
		return d, broken("the words are not those that were signed")
	}
	d.Words = words
	total := 0
	for _, c := range d.Countries {
		if c.Number < 0 || c.Country != "" && !country.Is(c.Country) {
			return d, broken("its countries are not well formed")
		}
		total += c.Number
	}
	if total > d.Count {
		return d, broken("its countries are more than its lines")
	}
	return d, nil
}

func sumOrNone(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return sum(string(b))
}

// Holds reports whether the line of an opening is in the package.
func (d Delivery) Holds(o Opening) (bool, error) {
	h, err := o.Hash()
	if err != nil {
		return false, err
	}
	_, ok := slices.BinarySearchFunc(d.Lines, h, func(a, b tlog.Hash) int { return bytes.Compare(a[:], b[:]) })
	return ok, nil
}

// Numbers that a recipient asks to have opened: which lines, from 1, follow from
// the package itself and from words that the recipient chose after it was signed.
func (d Delivery) Sample(words string, n int) []int {
	var out []int
	for i := 0; len(out) < min(n, len(d.Lines)); i++ {
		h := sha256.Sum256(fmt.Appendf(nil, "waylight/v1/petition-sample\n%s\n%s\n%d", d.Root, words, i))
		x := uint64(0)
		for _, b := range h[:8] {
			x = x<<8 | uint64(b)
		}
		if at := int(x%uint64(len(d.Lines))) + 1; !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// readme is what everybody reads who opens a package without our program.
const readme = `

----
This package hands over a petition. It can be counted and checked without the names of those who signed.

delivery.txt    what the organisation signed: the petition, the day, the count, the countries, the root of the tree
lines.bin       one line of 32 bytes for each confirmed signature: count them
signatures.age  only if present: names of those who agreed to be shown, locked so that the recipient alone can open it

To check it: waylight verify petition FILE --org FINGERPRINT
A supporter finds the own line with the code from the message: waylight verify petition FILE --code CODE ...
To sample it: choose words, ask "waylight verify petition FILE --sample 20 --words WORDS" which lines to ask for, and let the organisation open them.

What this proves: the organisation cannot change the number or the lines afterwards, and each line is bound to a country and to whether a name may be shown.
What it does not prove: that each line is another person. The organisation asked each mailbox to confirm; whoever has many mailboxes can sign as often.
`
