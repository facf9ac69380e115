package mailbox_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

func vectors(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("../../docs/formats/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func code(t *testing.T, s string) receipt.Code {
	t.Helper()
	c, err := receipt.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestVectors(t *testing.T) {
	t.Parallel()
	var boxes []struct {
		Code       string
		Salt       []byte
		ID         string
		Recipient  string
		PublicKey  []byte `json:"public_key"`
		Signatures []struct {
			Tag       mailbox.Tag
			Parts     [][]byte
			Signature []byte
		}
	}
	vectors(t, "mailbox.json", &boxes)
	if len(boxes) != 3 {
		t.Fatalf("%d vectors", len(boxes))
	}
	for _, v := range boxes {
		k := mailbox.Derive(code(t, v.Code), mailbox.Salt(v.Salt))
		if k.ID().String() != v.ID || k.Recipient() != v.Recipient || !bytes.Equal(k.Public(), v.PublicKey) {
			t.Errorf("keys of %s differ", v.Code)
		}
		// The identifier once more, straight from the document.
		id, err := hkdf.Key(sha256.New, []byte(v.Code), v.Salt, "waylight/v1/mailbox-id", 16)
		if err != nil || hex.EncodeToString(id) != v.ID {
			t.Errorf("identifier of %s is not what the document says", v.Code)
		}
		for _, s := range v.Signatures {
			if !bytes.Equal(k.Sign(s.Tag, s.Parts...), s.Signature) {
				t.Errorf("%s: signature differs", s.Tag)
			}
			if !mailbox.Verify(k.Public(), s.Tag, s.Signature, s.Parts...) {
				t.Errorf("%s: signature does not verify", s.Tag)
			}
		}
	}
}

// A signature stands for its tag and its parts as they were divided, and for nothing else.
func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	k := mailbox.Derive(receipt.New(), mailbox.Salt{1})
	other := mailbox.Derive(receipt.New(), mailbox.Salt{1})
	sig := k.Sign(mailbox.Read, []byte("ab"), []byte("c"))
	if !mailbox.Verify(k.Public(), mailbox.Read, sig, []byte("ab"), []byte("c")) {
		t.Fatal("the right signature is refused")
	}
	altered := append([]byte(nil), sig...)
	altered[3] ^= 1
	for name, ok := range map[string]bool{
		"other tag":      mailbox.Verify(k.Public(), mailbox.Erase, sig, []byte("ab"), []byte("c")),
		"other division": mailbox.Verify(k.Public(), mailbox.Read, sig, []byte("a"), []byte("bc")),
		"joined":         mailbox.Verify(k.Public(), mailbox.Read, sig, []byte("abc")),
		"one more part":  mailbox.Verify(k.Public(), mailbox.Read, sig, []byte("ab"), []byte("c"), nil),
		"other key":      mailbox.Verify(other.Public(), mailbox.Read, sig, []byte("ab"), []byte("c")),
		"altered":        mailbox.Verify(k.Public(), mailbox.Read, altered, []byte("ab"), []byte("c")),
		"short":          mailbox.Verify(k.Public(), mailbox.Read, sig[:63], []byte("ab"), []byte("c")),
		"no key":         mailbox.Verify(nil, mailbox.Read, sig, []byte("ab"), []byte("c")),
	} {
		if ok {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	c := receipt.New()
	k := mailbox.Derive(c, mailbox.Salt{2})
	want := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: "Мы прочитали.", From: "team"}
	p, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(k.Recipient(), p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := mailbox.Derive(c, mailbox.Salt{2}).Open(sealed)
	if err != nil || got.Text != want.Text || got.From != want.From {
		t.Fatalf("got %v, %v", got, err)
	}
	if _, err := mailbox.Derive(c, mailbox.Salt{3}).Open(sealed); !errors.Is(err, mailbox.ErrOpen) {
		t.Errorf("at another Front the same code gave %v", err)
	}
	if _, err := mailbox.Derive(receipt.New(), mailbox.Salt{2}).Open(sealed); !errors.Is(err, mailbox.ErrOpen) {
		t.Errorf("another code gave %v", err)
	}
	for _, at := range []int{30, len(sealed) / 2, len(sealed) - 1} {
		altered := append(envelope.Sealed(nil), sealed...)
		altered[at] ^= 1
		if _, err := k.Open(altered); !errors.Is(err, mailbox.ErrOpen) {
			t.Errorf("byte %d altered: %v", at, err)
		}
	}
	if _, err := k.Open(sealed[:len(sealed)-1]); !errors.Is(err, mailbox.ErrOpen) {
		t.Errorf("cut short: %v", err)
	}
}

func TestEnvelopeVectorsOpen(t *testing.T) {
	t.Parallel()
	var v struct {
		Messages []struct {
			Code       string
			Salt       []byte
			TextSHA256 string `json:"text_sha256"`
			Sealed     envelope.Sealed
		}
	}
	vectors(t, "envelope.json", &v)
	if len(v.Messages) != 3 {
		t.Fatalf("%d vectors", len(v.Messages))
	}
	for i, m := range v.Messages {
		got, err := mailbox.Derive(code(t, m.Code), mailbox.Salt(m.Salt)).Open(m.Sealed)
		if err != nil {
			t.Errorf("vector %d: %v", i, err)
		}
		if sum := sha256.Sum256([]byte(got.Text)); hex.EncodeToString(sum[:]) != m.TextSHA256 {
			t.Errorf("vector %d: text differs", i)
		}
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	id := mailbox.Derive(receipt.New(), mailbox.Salt{}).ID()
	if got, err := mailbox.ParseID(id.String()); err != nil || got != id {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"", strings.Repeat("A", 32), strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("g", 32)} {
		if _, err := mailbox.ParseID(s); !errors.Is(err, mailbox.ErrID) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	t.Parallel()
	k := mailbox.Derive(receipt.New(), mailbox.Salt{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if s := fmt.Sprintf(verb, k); s != "(mailbox keys)" {
			t.Errorf("%s prints %d bytes", verb, len(s))
		}
	}
}

func FuzzOpen(f *testing.F) {
	k := mailbox.Derive(receipt.New(), mailbox.Salt{})
	p, err := envelope.Message{Kind: envelope.Reply}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := seal.To(k.Recipient(), p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(sealed))
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := k.Open(b); err == nil && m.Kind != envelope.Reply {
			t.Fatal("something else opened")
		}
	})
}
