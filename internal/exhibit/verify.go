package exhibit

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
	"waylight/internal/stamp"
)

// Options say what the reader knows from elsewhere.
type Options struct {
	Organisation string         // fingerprint; "": whoever signed is only named
	Roots        *x509.CertPool // of time stamping authorities; nil: those in the package, which proves little
}

// Finding is one thing that is not as it was signed.
type Finding struct {
	Where string `json:"where"` // an entry, a file, an event
	What  string `json:"what"`
}

// StampSeen is what a good token says.
type StampSeen struct {
	Time      time.Time `json:"time"`
	Authority string    `json:"authority"`
	Root      string    `json:"root"`
	RootPrint string    `json:"root_print"`
	Given     bool      `json:"given"` // the root is one that the reader gave
	Files     int       `json:"files"`
}

// Report is what Verify saw.
type Report struct {
	Fingerprint string            `json:"fingerprint,omitempty"` // of the key that signed
	Words       []string          `json:"words,omitempty"`
	Name        map[string]string `json:"name,omitempty"`
	Made        time.Time         `json:"made"`
	Files       int               `json:"files"`
	Bytes       int64             `json:"bytes"`
	Events      int               `json:"events"`
	Opinions    int               `json:"opinions,omitempty"` // of experts, enclosed and signed
	Left        int               `json:"left,omitempty"`     // opinions that were left out
	Stamps      []StampSeen       `json:"stamps,omitempty"`
	Findings    []Finding         `json:"findings,omitempty"`
	Notes       []string          `json:"notes,omitempty"` // nothing wrong, but to be known
}

func (r *Report) wrong(where, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{where, fmt.Sprintf(format, args...)})
}

// Whole reports whether everything is as it was signed.
func (r *Report) Whole() bool { return len(r.Findings) == 0 }

// Verify reads a package to its last byte. What is wrong stands in the report;
// an error is only that it could not be read from the disk. Memory: the manifest.
func Verify(r io.Reader, o Options) (*Report, error) {
	v := &verifier{report: &Report{}, options: o, seen: map[string]Entry{}}
	in := &noting{r: r}
	v.read(&zipReader{r: in})
	if in.err != nil {
		return nil, in.err
	}
	return v.report, nil
}

// noting tells a broken disk from a broken package.
type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return k, err
}

type verifier struct {
	report   *Report
	options  Options
	manifest Manifest
	text     []byte
	pem      []byte
	entries  []Entry // as they were found
	seen     map[string]Entry
}

// read goes through the container, then through what the manifest says.
func (v *verifier) read(z *zipReader) {
	for i := 0; ; i++ {
		h, err := z.next()
		if errors.Is(err, io.EOF) {
			if z.end() != nil {
				v.report.wrong("the directory at the end of the package", "it was altered, cut or added to")
			}
			break
		}
		if err != nil {
			v.report.wrong(v.place(i, h.name), "its header was altered or cut; what follows could not be read")
			break
		}
		if !v.entry(z, i, h) {
			break
		}
	}
	if v.text != nil {
		v.compare()
	}
}

// place names an entry of which the name may be altered.
func (v *verifier) place(i int, name string) string {
	want := ""
	switch {
	case i == 0:
		want = nameManifest
	case i == 1:
		want = nameSeal
	case i-2 < len(v.manifest.Entries):
		want = v.manifest.Entries[i-2].Path
	case name == "" || !goodName(name):
		return "entry " + itoa(i+1)
	default:
		return name
	}
	return want
}

// entry reads one entry; false when nothing behind it can be read.
func (v *verifier) entry(z *zipReader, i int, h header) bool {
	sum := sha256.New()
	var w io.Writer = sum
	var kept bytes.Buffer
	small := i < 2 || h.name == nameAuthorities
	if small {
		if h.size > maxManifest {
			v.report.wrong(v.place(i, h.name), "it is too large")
			return false
		}
		w = io.MultiWriter(sum, &kept)
	}
	err := z.content(h, w)
	if errors.Is(err, errForm) {
		v.report.wrong(v.place(i, h.name), "it was cut; what follows could not be read")
		return false
	}
	if err != nil && !errors.Is(err, errSum) {
		return false // the disk; Verify says so
	}
	e := Entry{h.name, h.size, Hex(sum.Sum(nil))}
	switch i {
	case 0:
		if h.name != nameManifest || !v.open(kept.Bytes()) {
			v.report.wrong(nameManifest, "it is not the manifest of a package")
			return false
		}
		if err != nil {
			v.report.wrong(nameManifest, "the content was altered: it does not fit its checksum")
		}
	case 1:
		v.sealed(h.name, kept.Bytes(), err != nil)
	default:
		if h.name == nameAuthorities {
			v.pem = kept.Bytes()
		}
		if _, twice := v.seen[h.name]; twice {
			v.report.wrong(h.name, "it stands twice in the package")
		}
		v.seen[h.name] = e
		v.entries = append(v.entries, e)
		if v.known(i, e, err != nil); err != nil {
			return true
		}
	}
	return true
}

// known holds an entry against its line in the manifest.
func (v *verifier) known(i int, e Entry, broken bool) {
	if i-2 >= len(v.manifest.Entries) {
		v.report.wrong(v.place(i, e.Path), "it is not in the manifest: it was added")
		return
	}
	switch want := v.manifest.Entries[i-2]; {
	case want.Path != e.Path:
		v.report.wrong(want.Path, "another entry stands in its place")
	case want.Size != e.Size || want.SHA256 != e.SHA256:
		v.report.wrong(want.Path, "the content was altered: its SHA-256 is %s, it was %s", e.SHA256, want.SHA256)
	case broken:
		v.report.wrong(want.Path, "its checksum was altered")
	}
}

func (v *verifier) open(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	if d.Decode(&v.manifest) != nil || v.manifest.Format != Format {
		return false
	}
	v.text = text
	r := v.report
	r.Name, r.Made, r.Files, r.Events = v.manifest.Organisation, v.manifest.Made, len(v.manifest.Files), len(v.manifest.Custody)
	for _, f := range v.manifest.Files {
		r.Bytes += f.Size
	}
	return true
}

// sealed checks the organisation's signature.
func (v *verifier) sealed(name string, text []byte, broken bool) {
	r := v.report
	if name != nameSeal {
		r.wrong(nameSeal, "it is missing: nobody signed this package")
		return
	}
	s, err := openSeal(text)
	if err != nil || broken {
		r.wrong(nameSeal, "the organisation's signature does not fit: it was altered")
		return
	}
	key := ed25519.PublicKey(s.Organisation)
	r.Fingerprint, r.Words = bundle.Fingerprint(key), bundle.Words(key)
	if o := v.options.Organisation; o != "" && !bundle.Matches(key, o) {
		r.wrong(nameSeal, "another organisation signed this package: %s", r.Fingerprint)
	}
	if s.Manifest != sha256.Sum256(v.text) {
		r.wrong(nameManifest, "the content was altered: it is not what was signed")
	}
	if s.Ledger != v.manifest.Ledger || !s.Made.Equal(v.manifest.Made) {
		r.wrong(nameManifest, "the state of the ledger or the time is not what was signed")
	}
}

// compare holds the parts against one another.
func (v *verifier) compare() {
	for i, e := range v.manifest.Entries {
		if i >= len(v.entries) {
			v.report.wrong(e.Path, "it is missing from the package")
		}
	}
	files := map[string]File{}
	for _, f := range v.manifest.Files {
		if _, twice := files[f.ID]; twice {
			v.report.wrong("file "+f.ID, "it is listed twice")
		}
		files[f.ID] = f
		if !v.listed(f) {
			v.report.wrong("file "+f.ID, "its line and the entry %s do not say the same", f.Path)
		}
	}
	v.derivation(files)
	v.custody(files)
	v.stamps(files)
	v.opinions()
}

// opinions holds each enclosed opinion against its signature, and names those left out.
func (v *verifier) opinions() {
	known := map[string]bool{}
	for _, o := range v.manifest.Opinions {
		where := "opinion " + o.ID
		if known[o.ID] {
			v.report.wrong(where, "it is listed twice")
		}
		known[o.ID] = true
		if o.Left != "" {
			v.report.Left++
			why := map[string]string{LeftClosed: "whoever took the package out may not read it", LeftConsent: "no consent lets it be handed to such a reader", LeftDestroyed: "it was destroyed"}[o.Left]
			if why == "" {
				why = "for a reason that this program does not know"
			}
			v.report.Notes = append(v.report.Notes, fmt.Sprintf("the opinion %s of an expert (%s) was left out: %s", o.ID, o.Form, why))
			if o.Path != "" || len(o.Note) > 0 {
				v.report.wrong(where, "it is said to be left out, and stands here")
			}
			continue
		}
		v.report.Opinions++
		if !v.enclosed(o) {
			v.report.wrong(where, "its line and the entry %s do not say the same", o.Path)
		}
		var s opinionSeal
		if len(o.Signer) != ed25519.PublicKeySize || bundle.Open(o.Note, o.Signer, tagOpinion, &s) != nil {
			v.report.wrong(where, "the signature under it does not fit")
			continue
		}
		if s.Opinion != o.ID || s.Number != o.Number || s.Form != o.Form || s.Edition != o.Edition || s.SHA256 != o.SHA256 {
			v.report.wrong(where, "the signature is under another edition")
		}
		if key := bundle.Fingerprint(o.Signer); key != v.report.Fingerprint {
			v.report.Notes = append(v.report.Notes, fmt.Sprintf("the opinion %s was signed by another organisation: %s", o.ID, key))
		}
	}
}

func (v *verifier) enclosed(o Opinion) bool {
	for _, e := range v.manifest.Entries {
		if e.Path == o.Path {
			return e.SHA256 == o.SHA256
		}
	}
	return false
}

func (v *verifier) listed(f File) bool {
	for _, e := range v.manifest.Entries {
		if e.Path == f.Path {
			return e.Size == f.Size && e.SHA256 == f.SHA256
		}
	}
	return false
}

func (v *verifier) derivation(files map[string]File) {
	items := map[string]bool{}
	for _, i := range v.manifest.Items {
		items[i.ID] = true
	}
	for _, f := range v.manifest.Files {
		if !items[f.Item] {
			v.report.wrong("file "+f.ID, "the item that it came with is not described")
		}
		if f.DerivedFrom == "" {
			continue
		}
		if _, ok := files[f.DerivedFrom]; !ok {
			v.report.Notes = append(v.report.Notes, fmt.Sprintf("%s was made from %s (%s), which is not in this package", f.Path, f.DerivedFrom, f.Step))
		}
		for at, n := f.DerivedFrom, 0; at != ""; at, n = files[at].DerivedFrom, n+1 {
			if at == f.ID || n > len(files) {
				v.report.wrong("file "+f.ID, "it is said to be made from itself")
				break
			}
		}
	}
}

// record is an entry of the ledger, as far as custody needs it.
type record struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Detail  Detail    `json:"detail"`
}

// Detail is what a custody entry of the ledger carries besides who, what and when.
type Detail struct {
	Number  int    `json:"n"`
	Before  string `json:"before,omitempty"` // digest of the file's last event, hex; "" for the first
	Commit  string `json:"commit"`           // hex, see stamp.Commit
	Purpose string `json:"purpose,omitempty"`
	Of      string `json:"of,omitempty"`   // the file that it was made from, or that was made of it
	Step    string `json:"step,omitempty"` // how
}

// Digest is the ledger's digest of an entry's bytes.
func Digest(record []byte) [32]byte {
	return sha256.Sum256(append([]byte("waylight/v1/ledger\n"), record...))
}

// custody follows each file from hand to hand.
func (v *verifier) custody(files map[string]File) {
	type last struct {
		number int
		seq    int64
		digest string
	}
	at := map[string]*last{}
	for i, e := range v.manifest.Custody {
		where := fmt.Sprintf("custody event %d of file %s", e.Number, e.File)
		f, ok := files[e.File]
		if !ok {
			v.report.wrong(where, "the file is not in the package")
			continue
		}
		if at[e.File] == nil {
			at[e.File] = &last{seq: -1}
		}
		l := at[e.File]
		digest := Digest(e.Record)
		var r record
		if json.Unmarshal(e.Record, &r) != nil || r.Subject != e.File || !strings.HasPrefix(r.Action, "evidence.") {
			v.report.wrong(where, "it is no entry about this file")
			continue
		}
		if r.Seq < 0 || r.Seq >= v.manifest.Ledger.Size ||
			tlog.CheckRecord(e.Proof, v.manifest.Ledger.Size, v.manifest.Ledger.Root, r.Seq, tlog.RecordHash(digest[:])) != nil {
			v.report.wrong(where, "it is not in the ledger that was signed: it was altered or made up")
		}
		if r.Detail.Commit != hex.EncodeToString(commitment(f)) {
			v.report.wrong(where, "it is about another content")
		}
		switch {
		case e.Number <= l.number:
			v.report.wrong(where, "it stands in the wrong place: entry %d of the list comes after event %d", i+1, l.number)
		case e.Number > l.number+1:
			for n := l.number + 1; n < e.Number; n++ {
				v.report.wrong(fmt.Sprintf("custody event %d of file %s", n, e.File), "it was removed, or stands in the wrong place")
			}
		case r.Detail.Before != l.digest || r.Seq <= l.seq:
			v.report.wrong(where, "it does not follow the event before it")
		}
		if r.Detail.Number != e.Number {
			v.report.wrong(where, "the ledger calls it event %d", r.Detail.Number)
		}
		l.number, l.seq, l.digest = max(l.number, e.Number), r.Seq, hex.EncodeToString(digest[:])
	}
	for _, f := range v.manifest.Files {
		n := 0
		if l := at[f.ID]; l != nil {
			n = l.number
		}
		for k := n + 1; k <= f.Events; k++ {
			v.report.wrong(fmt.Sprintf("custody event %d of file %s", k, f.ID), "it was removed")
		}
		if f.Events < 1 {
			v.report.wrong("file "+f.ID, "nothing says how it came")
		} else if n > f.Events {
			v.report.wrong("file "+f.ID, "it has more custody events than the manifest counts")
		}
	}
}

func commitment(f File) []byte {
	c := stamp.Commit(f.Salt, f.SHA256)
	return c[:]
}

// stamps checks every token and every place in a stamped list.
func (v *verifier) stamps(files map[string]File) {
	roots, given := v.options.Roots, true
	if roots == nil {
		roots, given = x509.NewCertPool(), false
		roots.AppendCertsFromPEM(v.pem)
	}
	for i, s := range v.manifest.Stamps {
		where := fmt.Sprintf("time stamp %d", i+1)
		for _, m := range s.Members {
			f, ok := files[m.File]
			if !ok {
				v.report.wrong(where, "it is for a file that is not in the package: %s", m.File)
				continue
			}
			if stamp.InBatch([32]byte(commitment(f)), m.Index, s.Size, s.Root, m.Proof) != nil {
				v.report.wrong(where, "the file %s is not in the list that was stamped", m.File)
			}
		}
		t, err := stamp.Parse(s.Token)
		if err != nil {
			v.report.wrong(where, "%v", err)
			continue
		}
		digest := stamp.Imprint(s.Size, s.Root)
		seen, err := t.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: digest[:], Roots: roots})
		if err != nil {
			v.report.wrong(where, "%v", err)
			continue
		}
		v.report.Stamps = append(v.report.Stamps, StampSeen{seen.Time, seen.Signer, seen.RootName, seen.RootPrint(), given, len(s.Members)})
	}
	if len(v.manifest.Stamps) > 0 && !given {
		v.report.Notes = append(v.report.Notes, "the time stamps were checked with roots that the package itself brings; compare their fingerprints with those that the authorities publish, or give your own with --roots")
	}
}
