package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/internal/bundle"
	"waylight/internal/exhibit"
	"waylight/internal/stamp"
)

type packageSigner struct{ key ed25519.PrivateKey }

func (s packageSigner) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

func (s packageSigner) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(s.key, message), nil
}

// onePackage holds one file with one custody event, in a ledger of one entry.
func onePackage(t *testing.T, s bundle.Signer) []byte {
	t.Helper()
	body := []byte("a letter (invented)")
	f := exhibit.File{ID: "file_a", Item: "item_a", Path: "files/a.txt", Size: int64(len(body)), SHA256: sha256.Sum256(body), Events: 1}
	commit := stamp.Commit(f.Salt, f.SHA256)
	record, err := json.Marshal(map[string]any{"seq": 0, "action": "evidence.received", "subject": f.ID, "detail": exhibit.Detail{Number: 1, Commit: hex.EncodeToString(commit[:])}})
	if err != nil {
		t.Fatal(err)
	}
	digest := exhibit.Digest(record)
	m := exhibit.Manifest{Organisation: map[string]string{"en": "An organisation\x1b[2J (invented)"}, Made: time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC), Files: []exhibit.File{f},
		Items: []exhibit.Item{{ID: "item_a"}}, Custody: []exhibit.Event{{File: f.ID, Number: 1, Record: record}}, Ledger: exhibit.Checkpoint{Size: 1, Root: tlog.RecordHash(digest[:])}}
	var b bytes.Buffer
	if err := exhibit.Write(&b, s, m, []exhibit.Content{exhibit.Bytes(f.Path, body)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestVerifyPackage(t *testing.T) {
	t.Parallel()
	s := packageSigner{ed25519.NewKeyFromSeed(make([]byte, 32))}
	b := onePackage(t, s)
	good := write(t, "package.zip", string(b))
	status, out, errs := call(t, "", "verify", "package", good, "--org", bundle.Fingerprint(s.Public()))
	if status != 0 || !strings.Contains(out, "every byte is as it was signed\n") || strings.Contains(out, "\x1b") || errs != "" {
		t.Errorf("%d %q %s", status, out, errs)
	}
	if status, out, _ := call(t, "", "verify", "package", good); status != 0 || !strings.Contains(out, "whose key that is") {
		t.Errorf("%d %s", status, out)
	}
	b[bytes.Index(b, []byte("a letter"))] ^= 1
	status, out, errs = call(t, "", "verify", "package", write(t, "altered.zip", string(b)))
	if status != 1 || !strings.Contains(out, "WRONG          files/a.txt: the content was altered") || !strings.Contains(errs, "hint: ask who gave it") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	_, out, _ = call(t, "", "verify", "package", "--json", good)
	if r := parse[exhibit.Report](t, out); !r.Whole() || r.Files != 1 || r.Events != 1 {
		t.Errorf("%+v", r)
	}
	for _, args := range [][]string{{"verify", "package"}, {"verify", "package", good, "another"}} {
		if status, _, _ := call(t, "", args...); status != 2 {
			t.Errorf("%v: %d", args, status)
		}
	}
	if status, _, errs := call(t, "", "verify", "package", good, "--roots", good); status != 1 || !strings.Contains(errs, "holds no certificate") {
		t.Errorf("%d %s", status, errs)
	}
}
