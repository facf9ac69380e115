// Package exhibit is the evidence package: what an organisation hands to a court
// or an inquiry, in one file that needs neither the organisation's Desk nor a
// network to be checked.
//
// It holds the files, where each came from and what it was made from, who had it
// and what they did with it (entries of the Desk's ledger, with proofs that they
// stand in the signed tree), time stamps of authorities, claims and findings, and
// pages for people to read. The organisation signs the whole. Write makes it,
// Verify finds each thing that is not as it was signed and names it.
//
// The package refuses to judge whether what was recorded is true, and to trust a
// key: whose key signed, the reader compares with what they know from elsewhere.
// It imports bundle, stamp and the ground. The format is described in
// docs/formats/evidence-package.md.
package exhibit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
)

// Format is the version that this package writes and reads.
const Format = "waylight/exhibit/1"

// Tag is the first line of what the organisation signs.
const Tag = "waylight/v1/exhibit"

// The entries that every package begins with.
const (
	nameManifest    = "manifest.json"
	nameSeal        = "seal.txt"
	nameAuthorities = "authorities.pem"
)

// maxManifest bounds the memory that a stranger's package may take.
const maxManifest = 64 << 20

// Hex is 32 bytes, written as 64 lower-case hex digits.
type Hex [32]byte

// MarshalText writes the digits.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h[:])), nil }

// UnmarshalText reads the digits.
func (h *Hex) UnmarshalText(b []byte) error {
	if len(b) != 64 || !bytes.Equal(b, bytes.ToLower(b)) {
		return errors.New("exhibit: not 64 hex digits")
	}
	_, err := hex.Decode(h[:], b)
	return err
}

func (h Hex) String() string { return hex.EncodeToString(h[:]) }

// Manifest says what the package holds.
type Manifest struct {
	Format       string            `json:"format"`
	Organisation map[string]string `json:"organisation"` // its name, by language
	Made         time.Time         `json:"made"`
	Purpose      string            `json:"purpose"` // "court", "inquiry", "family"
	Entries      []Entry           `json:"entries"` // every other entry but the seal, in order
	Items        []Item            `json:"items"`
	Files        []File            `json:"files"`
	Custody      []Event           `json:"custody"` // by file, then by number
	Ledger       Checkpoint        `json:"ledger"`
	Stamps       []Stamped         `json:"stamps,omitempty"`
	Claims       []Claim           `json:"claims,omitempty"`
	Findings     []Judged          `json:"findings,omitempty"`
	Opinions     []Opinion         `json:"opinions,omitempty"`
	Method       map[string]string `json:"method"` // statement of method, by language
}

// Entry is one file of the container.
type Entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 Hex    `json:"sha256"`
}

// Item is one thing that came to the organisation.
type Item struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Source   string    `json:"source"` // as it may be named
	Material string    `json:"material"`
	Dated    string    `json:"dated,omitempty"` // EDTF
	Received time.Time `json:"received"`
	How      string    `json:"how,omitempty"`
	Consent  string    `json:"consent,omitempty"`
}

// File is one piece of evidence.
type File struct {
	ID          string    `json:"id"`
	Item        string    `json:"item"`
	Path        string    `json:"path"`
	Type        string    `json:"type"` // as sniffed from the content
	Size        int64     `json:"size"`
	SHA256      Hex       `json:"sha256"`
	Salt        Hex       `json:"salt"` // opens the commitment that ledger and stamps hold
	Received    time.Time `json:"received"`
	Description string    `json:"description,omitempty"`
	DerivedFrom string    `json:"derived_from,omitempty"` // id of the file that it was made from
	Step        string    `json:"step,omitempty"`         // "redaction", "transcript", "translation", "frame", "copy"; of a captured page "body", "heads", "drawn", "whole"
	Events      int       `json:"events"`                 // how many custody events there are up to this package
}

// Event is one thing that was done with a file: an entry of the ledger.
type Event struct {
	File   string           `json:"file"`
	Number int              `json:"number"` // from 1, without a gap
	Record []byte           `json:"record"` // the entry's very bytes
	Proof  tlog.RecordProof `json:"proof"`
}

// Checkpoint is the state of the ledger's tree.
type Checkpoint struct {
	Size int64     `json:"size"`
	Root tlog.Hash `json:"root"`
}

// Stamped is one token and the files that it covers.
type Stamped struct {
	Token   []byte    `json:"token"` // DER
	Size    int64     `json:"size"`  // of the list of commitments
	Root    tlog.Hash `json:"root"`
	Members []Member  `json:"members"`
}

// Member says where a file's commitment stands in the stamped list.
type Member struct {
	File  string           `json:"file"`
	Index int64            `json:"index"`
	Proof tlog.RecordProof `json:"proof"`
}

// Claim is one assertion of one item.
type Claim struct {
	ID          string `json:"id"`
	Item        string `json:"item"`
	Says        string `json:"says"`
	Verbatim    string `json:"verbatim,omitempty"`
	Translation string `json:"translation,omitempty"`
	Asserted    string `json:"asserted,omitempty"`
	Hand        string `json:"hand,omitempty"`     // first-hand, relayed, inferred
	Locator     string `json:"locator,omitempty"`  // paragraph, page, second
	Standing    string `json:"standing,omitempty"` // what became of it
}

// Judged is what the organisation concluded.
type Judged struct {
	Act       string `json:"act"`
	Grade     string `json:"grade"`
	Standard  string `json:"standard"`
	Reasoning string `json:"reasoning"`
	Reviewed  bool   `json:"reviewed"`
}

// Opinion is a signed edition of an expert's opinion, or says that one was left out.
type Opinion struct {
	ID      string `json:"id"`
	Form    string `json:"form"`    // "istanbul", "minnesota"
	Edition string `json:"edition"` // of the form's questions
	Number  int    `json:"number"`
	Path    string `json:"path,omitempty"`
	SHA256  Hex    `json:"sha256,omitzero"`
	Note    []byte `json:"note,omitempty"`   // the organisation's signature over it
	Signer  []byte `json:"signer,omitempty"` // public key, 32 bytes
	Left    string `json:"left,omitempty"`   // why it is not in the package
}

// Why an opinion was left out.
const (
	LeftClosed    = "closed"  // whoever took the package out may not read it
	LeftConsent   = "consent" // no consent lets it be handed to such a reader
	LeftDestroyed = "destroyed"
)

// tagOpinion is under which an edition is signed.
const tagOpinion = "waylight/v1/opinion"

// opinionSeal is what is signed of an edition.
type opinionSeal struct {
	Opinion string `json:"opinion"`
	Number  int    `json:"number"`
	Form    string `json:"form"`
	Edition string `json:"edition"`
	SHA256  Hex    `json:"sha256"`
}

// seal is what the organisation signs.
type seal struct {
	Organisation []byte     `json:"organisation"` // public key, 32 bytes
	Manifest     Hex        `json:"manifest"`     // SHA-256 of manifest.json
	Ledger       Checkpoint `json:"ledger"`
	Made         time.Time  `json:"made"`
}

// Content is an entry to be written: Open is called twice.
type Content struct {
	Path string
	Open func() (io.ReadCloser, error)
}

// Bytes makes a Content of bytes.
func Bytes(path string, b []byte) Content {
	return Content{path, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// Write writes a package: the manifest with its entries filled in, the seal, and
// the contents in the order in which they are given. The same input and key give
// the same bytes. Files whose content is not what the manifest says are refused.
func Write(w io.Writer, s bundle.Signer, m Manifest, contents []Content) error {
	m.Format, m.Entries = Format, nil
	sums := make([]uint32, len(contents))
	known := map[string]File{}
	for _, f := range m.Files {
		known[f.Path] = f
	}
	for i, c := range contents {
		e, sum, err := measure(c)
		if err != nil {
			return err
		}
		if f, ok := known[c.Path]; ok && (f.SHA256 != e.SHA256 || f.Size != e.Size) {
			return fmt.Errorf("exhibit: the file %s is not what was received", f.ID)
		}
		sums[i], m.Entries = sum, append(m.Entries, e)
	}
	text, err := encode(m)
	if err != nil {
		return err
	}
	signed, err := bundle.Sign(s, Tag, seal{s.Public(), sha256.Sum256(text), m.Ledger, m.Made})
	if err != nil {
		return err
	}
	z := zipWriter{w: w}
	for _, e := range []struct {
		name string
		b    []byte
	}{{nameManifest, text}, {nameSeal, signed}} {
		if err := z.add(e.name, crc32.ChecksumIEEE(e.b), int64(len(e.b)), bytes.NewReader(e.b)); err != nil {
			return err
		}
	}
	for i, c := range contents {
		if err := addContent(&z, c, sums[i], m.Entries[i].Size); err != nil {
			return err
		}
	}
	return z.close()
}

func addContent(z *zipWriter, c Content, crc uint32, size int64) error {
	r, err := c.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return z.add(c.Path, crc, size, r)
}

func measure(c Content) (Entry, uint32, error) {
	if !goodName(c.Path) {
		return Entry{}, 0, fmt.Errorf("exhibit: %q is no name for an entry", c.Path)
	}
	r, err := c.Open()
	if err != nil {
		return Entry{}, 0, err
	}
	defer r.Close()
	sum, crc := sha256.New(), crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(sum, crc), r)
	return Entry{c.Path, n, Hex(sum.Sum(nil))}, crc.Sum32(), err
}

func encode(m Manifest) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("exhibit: %w", err)
	}
	if b.Len() > maxManifest {
		return nil, errors.New("exhibit: too much for one package; make several")
	}
	return b.Bytes(), nil
}

// signer reads the seal with the key that it names itself.
func openSeal(text []byte) (s seal, err error) {
	// The key stands inside: read it without trust, then check the whole with it.
	body, ok := bytes.CutPrefix(text, []byte(Tag+"\n"))
	if !ok {
		return s, bundle.ErrType
	}
	if json.NewDecoder(bytes.NewReader(body)).Decode(&s) != nil || len(s.Organisation) != ed25519.PublicKeySize {
		return s, bundle.ErrContent
	}
	var signed seal
	if err := bundle.Open(text, s.Organisation, Tag, &signed); err != nil {
		return s, err
	}
	return signed, nil
}
