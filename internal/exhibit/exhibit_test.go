package exhibit_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
	"waylight/internal/exhibit"
	"waylight/internal/stamp"
	"waylight/internal/stamptest"
)

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(s.key, message), nil
}
func newSigner(seed byte) signer {
	return signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))}
}
func (s signer) matches(fingerprint string) bool { return bundle.Matches(s.Public(), fingerprint) }

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

// desk is a ledger as a Desk keeps it, in memory.
type desk struct {
	records [][]byte
	hashes  []tlog.Hash
}

func (d *desk) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range idx {
		out = append(out, d.hashes[i])
	}
	return out, nil
}

func (d *desk) add(t testing.TB, action, subject string, detail any) int64 {
	t.Helper()
	n := int64(len(d.records))
	b, err := json.Marshal(map[string]any{"seq": n, "at": noon.Add(time.Duration(n) * time.Minute), "actor": "member_x", "action": action, "subject": subject, "detail": detail, "salt": []byte{byte(n), 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	digest := exhibit.Digest(b)
	more, err := tlog.StoredHashesForRecordHash(n, tlog.RecordHash(digest[:]), d)
	if err != nil {
		t.Fatal(err)
	}
	d.records, d.hashes = append(d.records, b), append(d.hashes, more...)
	return n
}

// example is a package of two files, one made from the other, with a stamp.
func example(t testing.TB) (exhibit.Manifest, []exhibit.Content, *desk) {
	t.Helper()
	bodies := map[string][]byte{"file_a": []byte("A letter (invented). Nobody is named in it."), "file_b": []byte("A letter (invented). ██████ is named in it.")}
	d := &desk{}
	m := exhibit.Manifest{Organisation: map[string]string{"en": "An organisation (invented)"}, Made: noon.Add(time.Hour), Purpose: "court",
		Items:  []exhibit.Item{{ID: "item_a", Title: "A letter", Source: "Person A", Material: "document", Received: noon, Consent: "recorded consent"}},
		Method: map[string]string{"en": "How it was done."}, Claims: []exhibit.Claim{{ID: "claim_a", Item: "item_a", Says: "Three were killed", Verbatim: "three"}},
		Findings: []exhibit.Judged{{Act: "killing", Grade: "corroborated", Reasoning: "Two sources."}}}
	var commits [][32]byte
	for i, id := range []string{"file_a", "file_b"} {
		f := exhibit.File{ID: id, Item: "item_a", Path: "files/" + id + ".txt", Type: "text/plain", Size: int64(len(bodies[id])), SHA256: sha256.Sum256(bodies[id]),
			Salt: sha256.Sum256([]byte(id)), Received: noon, Events: 3}
		if i == 1 {
			f.DerivedFrom, f.Step = "file_a", "redaction"
		}
		m.Files, commits = append(m.Files, f), append(commits, stamp.Commit(f.Salt, f.SHA256))
	}
	before := map[string]string{}
	for n, action := range []string{"received", "viewed", "exported"} {
		for i, f := range m.Files {
			d.add(t, "case.opened", "case_x", nil) // other work goes on between
			seq := d.add(t, "evidence."+action, f.ID, exhibit.Detail{Number: n + 1, Before: before[f.ID], Commit: hex.EncodeToString(commits[i][:])})
			digest := exhibit.Digest(d.records[seq])
			before[f.ID] = hex.EncodeToString(digest[:])
			m.Custody = append(m.Custody, exhibit.Event{File: f.ID, Number: n + 1, Record: d.records[seq]})
		}
	}
	slices.SortStableFunc(m.Custody, func(a, b exhibit.Event) int { return strings.Compare(a.File, b.File) })
	d.prove(t, &m)
	return m, []exhibit.Content{exhibit.Bytes("index.html", []byte("<!doctype html><p>Read.</p>")), exhibit.Bytes("files/file_a.txt", bodies["file_a"]), exhibit.Bytes("files/file_b.txt", bodies["file_b"])}, d
}

func (d *desk) prove(t testing.TB, m *exhibit.Manifest) {
	t.Helper()
	size := int64(len(d.records))
	root, err := tlog.TreeHash(size, d)
	if err != nil {
		t.Fatal(err)
	}
	m.Ledger = exhibit.Checkpoint{Size: size, Root: root}
	for i, e := range m.Custody {
		var r struct{ Seq int64 }
		if err := json.Unmarshal(e.Record, &r); err != nil {
			t.Fatal(err)
		}
		if m.Custody[i].Proof, err = tlog.ProveRecord(size, r.Seq, d); err != nil {
			t.Fatal(err)
		}
	}
}

func addStamp(t *testing.T, m *exhibit.Manifest) *stamptest.Authority {
	t.Helper()
	a := stamptest.New(t, stamptest.Flaw{})
	other := stamp.Commit([32]byte{9}, [32]byte{9}) // something else that was stamped with them
	list := [][32]byte{stamp.Commit(m.Files[0].Salt, m.Files[0].SHA256), other, stamp.Commit(m.Files[1].Salt, m.Files[1].SHA256)}
	b, err := stamp.NewBatch(list)
	if err != nil {
		t.Fatal(err)
	}
	root, err := b.Root()
	if err != nil {
		t.Fatal(err)
	}
	query, err := stamp.NewRequest(stamp.Imprint(b.Size, root)).Encode()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Answer(query)
	if err != nil {
		t.Fatal(err)
	}
	k, err := stamp.ParseResponse(answer)
	if err != nil {
		t.Fatal(err)
	}
	s := exhibit.Stamped{Token: k.Raw, Size: b.Size, Root: root}
	for i, at := range []int64{0, 2} {
		p, err := b.Proof(at)
		if err != nil {
			t.Fatal(err)
		}
		s.Members = append(s.Members, exhibit.Member{File: m.Files[i].ID, Index: at, Proof: p})
	}
	m.Stamps = []exhibit.Stamped{s}
	return a
}

func write(t testing.TB, s bundle.Signer, m exhibit.Manifest, contents []exhibit.Content) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := exhibit.Write(&b, s, m, contents); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func verify(t testing.TB, b []byte, o exhibit.Options) *exhibit.Report {
	t.Helper()
	r, err := exhibit.Verify(bytes.NewReader(b), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhole(t *testing.T) {
	t.Parallel()
	m, contents, _ := example(t)
	a := addStamp(t, &m)
	contents = append(contents, exhibit.Bytes("authorities.pem", a.PEM))
	s := newSigner(1)
	b := write(t, s, m, contents)
	if !bytes.Equal(b, write(t, s, m, contents)) {
		t.Error("the same content gave other bytes")
	}
	r := verify(t, b, exhibit.Options{})
	if !r.Whole() || !s.matches(r.Fingerprint) || r.Files != 2 || r.Events != 6 || len(r.Stamps) != 1 || r.Stamps[0].Given || r.Stamps[0].Files != 2 || len(r.Notes) != 1 {
		t.Errorf("%+v", r)
	}
	if r := verify(t, b, exhibit.Options{Organisation: r.Fingerprint, Roots: a.Roots}); !r.Whole() || !r.Stamps[0].Given || len(r.Notes) > 0 {
		t.Errorf("%+v", r)
	}
	if r := verify(t, b, exhibit.Options{Roots: x509.NewCertPool()}); r.Whole() || !strings.Contains(r.Findings[0].What, "untrusted") {
		t.Errorf("a stamp under no root: %+v", r)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal("others cannot read it:", err)
	}
	f, err := z.Open("files/file_a.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "A letter (invented). Nobody is named in it." {
		t.Errorf("%q, %v", got, err)
	}
}

// TestEveryByte alters every byte of a package, cuts it at every byte and adds
// one: each is found, and what is named is the entry in which the byte lies.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	m, contents, _ := example(t)
	b := write(t, newSigner(1), m, contents)
	spans := entries(b)
	if len(spans) != 6 { // manifest, seal, page, two files, directory
		t.Fatal(spans)
	}
	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= []byte{1, 0x20, 0xff}[i%3]
		r := verify(t, changed, exhibit.Options{})
		where := spanOf(spans, i)
		if !slices.ContainsFunc(r.Findings, func(f exhibit.Finding) bool { return f.Where == where }) {
			t.Fatalf("byte %d of %d lies in %s: %+v", i, len(b), where, r.Findings)
		}
		if r := verify(t, b[:i], exhibit.Options{}); r.Whole() {
			t.Fatalf("cut after %d bytes of %d: nothing was found", i, len(b))
		}
	}
	if r := verify(t, append(bytes.Clone(b), 0), exhibit.Options{}); r.Whole() {
		t.Error("a byte behind the end was not found")
	}
}

type span struct {
	from int
	name string
}

func entries(b []byte) []span {
	var out []span
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	end := 0
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			panic(err)
		}
		out = append(out, span{end, f.Name})
		end = int(at) + int(f.CompressedSize64)
	}
	return append(out, span{end, "the directory at the end of the package"})
}

func spanOf(all []span, at int) string {
	name := ""
	for _, s := range all {
		if s.from <= at {
			name = s.name
		}
	}
	// A byte of the directory's first mark makes the reader take it for an entry that nobody knows.
	if last := all[len(all)-1]; name == last.name && at < last.from+4 {
		return "entry " + fmt.Sprint(len(all))
	}
	return name
}

// TestCustody: even who holds the organisation's key cannot leave an event out,
// swap two or rewrite one without its being named, because each follows from the one before.
func TestCustody(t *testing.T) {
	t.Parallel()
	s := newSigner(1)
	for name, c := range map[string]struct {
		change func(t *testing.T, m *exhibit.Manifest, d *desk)
		where  string
		what   string
	}{
		"nothing":       {func(*testing.T, *exhibit.Manifest, *desk) {}, "", ""},
		"removed":       {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Custody = slices.Delete(m.Custody, 1, 2) }, "custody event 2 of file file_a", "it was removed"},
		"the last":      {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Custody = m.Custody[:5] }, "custody event 3 of file file_b", "it was removed"},
		"all of a file": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Custody = m.Custody[:3] }, "custody event 1 of file file_b", "it was removed"},
		"swapped": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) {
			m.Custody[1], m.Custody[2] = m.Custody[2], m.Custody[1]
		}, "custody event 2 of file file_a", "wrong place"},
		"swapped numbers": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) {
			m.Custody[1].Number, m.Custody[2].Number = 3, 2
			m.Custody[1], m.Custody[2] = m.Custody[2], m.Custody[1]
		}, "custody event 2 of file file_a", "does not follow"},
		"removed and renumbered": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) {
			m.Custody = slices.Delete(m.Custody, 1, 2)
			m.Custody[1].Number, m.Files[0].Events = 2, 2
		}, "custody event 2 of file file_a", "does not follow"},
		"rewritten": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) {
			m.Custody[1].Record = bytes.Replace(m.Custody[1].Record, []byte("viewed"), []byte("copied"), 1)
		}, "custody event 2 of file file_a", "not in the ledger"},
		"of the other file": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) {
			m.Custody[1] = m.Custody[4]
			m.Custody[1].File = "file_a"
		}, "custody event 2 of file file_a", "no entry about this file"},
		"another content": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Files[0].Salt[0] ^= 1 }, "custody event 1 of file file_a", "another content"},
		"another ledger": {func(t *testing.T, m *exhibit.Manifest, d *desk) {
			d.add(t, "case.opened", "case_y", nil)
			root, err := tlog.TreeHash(int64(len(d.records)), d)
			if err != nil {
				t.Fatal(err)
			}
			m.Ledger = exhibit.Checkpoint{Size: int64(len(d.records)), Root: root}
		}, "custody event 1 of file file_a", "not in the ledger"},
		"made from itself": {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Files[0].DerivedFrom = "file_b" }, "file file_a", "made from itself"},
		"an unknown item":  {func(_ *testing.T, m *exhibit.Manifest, _ *desk) { m.Files[0].Item = "item_z" }, "file file_a", "not described"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, contents, d := example(t)
			c.change(t, &m, d)
			r := verify(t, write(t, s, m, contents), exhibit.Options{})
			if c.where == "" != r.Whole() {
				t.Fatalf("%+v", r.Findings)
			}
			if c.where != "" && !slices.ContainsFunc(r.Findings, func(f exhibit.Finding) bool { return f.Where == c.where && strings.Contains(f.What, c.what) }) {
				t.Errorf("want %s: %s in %+v", c.where, c.what, r.Findings)
			}
		})
	}
}

func TestAnotherSigner(t *testing.T) {
	t.Parallel()
	m, contents, _ := example(t)
	ours := verify(t, write(t, newSigner(1), m, contents), exhibit.Options{}).Fingerprint
	r := verify(t, write(t, newSigner(2), m, contents), exhibit.Options{Organisation: ours})
	if r.Whole() || r.Findings[0].Where != "seal.txt" || !strings.Contains(r.Findings[0].What, "another organisation") {
		t.Errorf("%+v", r)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	m, contents, _ := example(t)
	if err := exhibit.Write(io.Discard, newSigner(1), m, append(slices.Clone(contents), exhibit.Bytes("../x", nil))); err == nil {
		t.Error("a name that leads out was written")
	}
	contents[1] = exhibit.Bytes(contents[1].Path, []byte("altered on the disk"))
	if err := exhibit.Write(io.Discard, newSigner(1), m, contents); err == nil || !strings.Contains(err.Error(), "file_a") {
		t.Errorf("an altered file was packed: %v", err)
	}
}

func TestNotAPackage(t *testing.T) {
	t.Parallel()
	for _, b := range [][]byte{nil, []byte("PK"), []byte("PK\x05\x06"), bytes.Repeat([]byte("PK\x03\x04"), 100), []byte("<html>")} {
		if r := verify(t, b, exhibit.Options{}); r.Whole() {
			t.Errorf("%q was taken for a package", b)
		}
	}
}

func FuzzVerify(f *testing.F) {
	m, contents, _ := example(f)
	f.Add(write(f, newSigner(1), m, contents))
	whole := write(f, newSigner(1), m, contents)
	f.Fuzz(func(t *testing.T, b []byte) {
		if r := verify(t, b, exhibit.Options{Organisation: bundle.Fingerprint(newSigner(1).Public())}); r.Whole() && !bytes.Equal(b, whole) {
			t.Error("something else passed for the package")
		}
	})
}
