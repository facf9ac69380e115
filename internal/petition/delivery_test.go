package petition_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/petition"
)

func lines(t *testing.T, n int) ([]petition.Code, []petition.Line, []tlog.Hash) {
	t.Helper()
	var codes []petition.Code
	var all []petition.Line
	var hashes []tlog.Hash
	for i := range n {
		c, l := petition.NewCode(), petition.Line{Country: []string{"DE", "FR"}[i%2], Day: "2017-04-09"}
		if i == 0 {
			l.Name = "Alice Vymyshlennaya"
		}
		h, err := c.Open(l).Hash()
		if err != nil {
			t.Fatal(err)
		}
		codes, all, hashes = append(codes, c), append(all, l), append(hashes, h)
	}
	return codes, all, hashes
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	for _, n := range []int{0, 1, 2, 3, 7, 8, 100} {
		codes, all, hashes := lines(t, n)
		var b bytes.Buffer
		if err := petition.WriteDelivery(&b, s, petition.Delivery{Head: petition.Head{ID: petitionID, Slug: "x", Day: "2017-05-02", Countries: petition.Public("", map[string]int{"DE": n}).Countries}, Lines: hashes, Words: "What was signed.", Sealed: []byte("sealed")}); err != nil {
			t.Fatal(err)
		}
		d, err := petition.ReadDelivery(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil || d.Count != n || len(d.Lines) != n || d.Words != "What was signed." {
			t.Fatalf("%d lines: %d, %v", n, d.Count, err)
		}
		for i, c := range codes {
			if ok, err := d.Holds(c.Open(all[i])); !ok || err != nil {
				t.Errorf("line %d of %d is not found: %v", i, n, err)
			}
			other := all[i]
			other.Country = "LT"
			if ok, _ := d.Holds(c.Open(other)); ok {
				t.Error("a line opens to another country")
			}
			if ok, _ := d.Holds(petition.NewCode().Open(all[i])); ok {
				t.Error("a line opens with another code")
			}
		}
		if bytes.Contains(b.Bytes(), []byte("Vymyshlenn")) {
			t.Error("the package holds a name in the clear")
		}
		sample := d.Sample("words of the recipient", 20)
		slices.Sort(sample)
		if len(sample) != min(20, n) || len(slices.Compact(sample)) != len(sample) {
			t.Errorf("the sample of %d is %v", n, sample)
		}
		if !bytes.Equal(d.Key, s.Public()) {
			t.Error("it names another key than it is signed with")
		}
	}
}

// rewrite changes one part of a package.
func rewrite(t *testing.T, from []byte, change func(name string, body []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(from), int64(len(from)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if body = change(f.Name, body); body == nil {
			continue
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAlteredDelivery: no part can be changed, added to or left out.
func TestAlteredDelivery(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, _, hashes := lines(t, 9)
	var b bytes.Buffer
	if err := petition.WriteDelivery(&b, s, petition.Delivery{Head: petition.Head{ID: petitionID, Slug: "x", Day: "2017-05-02"}, Lines: hashes, Words: "What was signed.", Sealed: []byte("sealed")}); err != nil {
		t.Fatal(err)
	}
	only := func(part string, f func([]byte) []byte) func(string, []byte) []byte {
		return func(name string, body []byte) []byte {
			if name == part {
				return f(body)
			}
			return body
		}
	}
	if same := rewrite(t, b.Bytes(), only("", nil)); true {
		if _, err := petition.ReadDelivery(bytes.NewReader(same), int64(len(same))); err != nil {
			t.Fatalf("the control: %v", err)
		}
	}
	gone := func([]byte) []byte { return nil }
	for what, change := range map[string]func(string, []byte) []byte{
		"a line more":        only("lines.bin", func(b []byte) []byte { return append(b, make([]byte, 32)...) }),
		"a line less":        only("lines.bin", func(b []byte) []byte { return b[32:] }),
		"another line":       only("lines.bin", func(b []byte) []byte { b[40] ^= 1; return b }),
		"a line twice":       only("lines.bin", func(b []byte) []byte { return append(b[:len(b)-32], b[len(b)-64:len(b)-32]...) }),
		"another count":      only("delivery.txt", func(b []byte) []byte { return bytes.Replace(b, []byte(`"count":9`), []byte(`"count":8`), 1) }),
		"another key":        only("delivery.txt", func(b []byte) []byte { return bytes.Replace(b, []byte(`"key":"`), []byte(`"key":"AAAA`), 1) }),
		"no head":            only("delivery.txt", gone),
		"no lines":           only("lines.bin", gone),
		"other words":        only("README.txt", func(b []byte) []byte { return bytes.Replace(b, []byte("What"), []byte("That"), 1) }),
		"another promise":    only("README.txt", func(b []byte) []byte { return bytes.Replace(b, []byte("does not prove"), []byte("does prove"), 1) }),
		"no words":           only("README.txt", gone),
		"another sealed":     only("signatures.age", func([]byte) []byte { return []byte("other") }),
		"no sealed":          only("signatures.age", gone),
		"lines out of order": only("lines.bin", func(b []byte) []byte { return append(append(bytes.Clone(b[32:64]), b[:32]...), b[64:]...) }),
	} {
		altered := rewrite(t, b.Bytes(), change)
		if _, err := petition.ReadDelivery(bytes.NewReader(altered), int64(len(altered))); !errors.Is(err, petition.ErrDelivery) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzDelivery(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := petition.ReadDelivery(bytes.NewReader(b), int64(len(b))); err == nil {
			t.Error("rubbish is a package")
		}
	})
}

const petitionID = "00112233445566778899aabbccddeeff"
