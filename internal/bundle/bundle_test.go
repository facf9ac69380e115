package bundle_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"waylight/internal/bundle"
)

type vectors struct {
	Seed        []byte
	PublicKey   []byte `json:"public_key"`
	ID          string
	Fingerprint string
	Words       []string
	Keys, Pages string
	Refused     []struct{ Why, Text string } `json:"refused_as_keys"`
}

func load(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("../../docs/formats/vectors/bundle.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil || len(v.Refused) != 5 {
		t.Fatalf("vectors: %v", err)
	}
	return v
}

// signer is an organisation key; prefix makes it sign something else.
type signer struct {
	key    ed25519.PrivateKey
	prefix string
}

func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

func (s signer) Sign(tag string, message []byte) ([]byte, error) {
	if !bytes.HasPrefix(message, []byte(tag+"\n")) {
		return nil, errors.New("the message does not begin with its tag")
	}
	return ed25519.Sign(s.key, append([]byte(s.prefix), message...)), nil
}

func TestVectors(t *testing.T) {
	t.Parallel()
	v := load(t)
	s := signer{key: ed25519.NewKeyFromSeed(v.Seed)}
	if !bytes.Equal(s.Public(), v.PublicKey) || bundle.ID(s.Public()) != v.ID || bundle.Fingerprint(s.Public()) != v.Fingerprint || !reflect.DeepEqual(bundle.Words(s.Public()), v.Words) {
		t.Error("key or fingerprint differs")
	}
	keys, err := bundle.OpenKeys([]byte(v.Keys), s.Public())
	if err != nil || keys.Channel != "help" || keys.Serial != 7 || keys.Name["ru"] == "" {
		t.Fatalf("keys: %+v, %v", keys, err)
	}
	if again, err := bundle.SignKeys(s, keys); err != nil || string(again) != v.Keys {
		t.Errorf("signing anew gives another text: %v", err)
	}
	pages, err := bundle.OpenPages([]byte(v.Pages), s.Public())
	if err != nil || len(pages.Pages) != 1 || pages.Serial != 3 {
		t.Fatalf("pages: %+v, %v", pages, err)
	}
	for _, r := range v.Refused {
		if _, err := bundle.OpenKeys([]byte(r.Text), s.Public()); err == nil {
			t.Errorf("%s: accepted", r.Why)
		}
	}
	if _, err := bundle.OpenPages([]byte(v.Keys), s.Public()); !errors.Is(err, bundle.ErrType) {
		t.Errorf("a key bundle as pages: %v", err)
	}
}

// Any tool that knows C2SP signed notes verifies our texts.
func TestIsASignedNote(t *testing.T) {
	t.Parallel()
	v := load(t)
	vkey, err := note.NewEd25519VerifierKey("waylight/"+v.ID, v.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := note.Open([]byte(v.Keys), note.VerifierList(verifier)); err != nil || !strings.HasPrefix(n.Text, "waylight/v1/keys\n") {
		t.Errorf("%v", err)
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	v := load(t)
	s := signer{key: ed25519.NewKeyFromSeed(v.Seed)}
	good, err := bundle.OpenKeys([]byte(v.Keys), s.Public())
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(*bundle.Keys)) bundle.Keys { k := good; f(&k); return k }
	for name, k := range map[string]bundle.Keys{
		"no channel":  change(func(k *bundle.Keys) { k.Channel = "" }),
		"odd channel": change(func(k *bundle.Keys) { k.Channel = "a b" }),
		"not hybrid":  change(func(k *bundle.Keys) { k.Recipient = "age1xyz" }),
		"no name":     change(func(k *bundle.Keys) { k.Name = nil }),
		"bad day":     change(func(k *bundle.Keys) { k.From = "9 April" }),
		"ends before": change(func(k *bundle.Keys) { k.Until = "2016-01-01" }),
		"not UTF-8":   change(func(k *bundle.Keys) { k.Channel = "\xff" }),
	} {
		if _, err := bundle.SignKeys(s, k); !errors.Is(err, bundle.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := bundle.SignKeys(signer{s.key, "prefix"}, good); !errors.Is(err, bundle.ErrSignature) {
		t.Errorf("a signer that signs something else: %v", err)
	}
	page := bundle.Page{Path: "a.html", Type: "text/html", SHA256: strings.Repeat("00", 32)}
	for _, path := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", "a\\b", ".git", "a b", "a?b", "%2e", "ä", strings.Repeat("a", 513)} {
		p := page
		p.Path = path
		if _, err := bundle.SignPages(s, bundle.Pages{Day: "2017-04-09", Pages: []bundle.Page{p}}); !errors.Is(err, bundle.ErrContent) {
			t.Errorf("path %q: %v", path, err)
		}
	}
	if _, err := bundle.SignPages(s, bundle.Pages{Day: "2017-04-09", Pages: []bundle.Page{page, page}}); !errors.Is(err, bundle.ErrContent) {
		t.Errorf("one path twice: %v", err)
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	v := load(t)
	pub := ed25519.PublicKey(v.PublicKey)
	for _, typed := range []string{v.ID, v.Fingerprint, strings.ToUpper(v.Fingerprint), strings.Join(v.Words, " "), strings.Join(v.Words, "-")} {
		if !bundle.Matches(pub, typed) {
			t.Errorf("%q is not recognised", typed)
		}
	}
	for _, typed := range []string{"", v.ID[:31], v.ID + "0", strings.Join(v.Words[:7], " "), "0" + v.ID[1:]} {
		if bundle.Matches(pub, typed) && typed != v.ID {
			t.Errorf("%q is taken for the fingerprint", typed)
		}
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	if bundle.Newer(3, 3) != nil || bundle.Newer(3, 4) != nil || !errors.Is(bundle.Newer(3, 2), bundle.ErrRollback) {
		t.Error("serials")
	}
}

func FuzzOpenKeys(f *testing.F) {
	v := load(f)
	f.Add([]byte(v.Keys))
	f.Add([]byte(v.Pages))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := bundle.OpenKeys(text, v.PublicKey); err == nil && string(text) != v.Keys {
			t.Fatal("another text was accepted")
		}
	})
}
