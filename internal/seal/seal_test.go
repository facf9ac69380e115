package seal_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"

	"waylight/internal/envelope"
	"waylight/internal/seal"
)

func TestToGivesTheStatedSizes(t *testing.T) {
	t.Parallel()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 100, 4092, 4093, 5000, 60_000, 64 << 10, 65_537, 200_000, 1 << 20} {
		p := make(envelope.Plaintext, envelope.SizeClass(n))
		sealed, err := seal.To(id.Recipient().String(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed) != envelope.SealedSize(len(p)) {
			t.Errorf("%d bytes sealed to %d, SealedSize says %d", len(p), len(sealed), envelope.SealedSize(len(p)))
		}
		if class, ok := envelope.Class(len(sealed)); !ok || class != len(p) {
			t.Errorf("Class(%d) = %d, %v, want %d", len(sealed), class, ok, len(p))
		}
		r, err := age.Decrypt(bytes.NewReader(sealed), id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, p) {
			t.Errorf("%d bytes did not come back: %v", len(p), err)
		}
	}
}

func TestToRefuses(t *testing.T) {
	t.Parallel()
	x, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	h, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	p := make(envelope.Plaintext, 4096)
	for _, r := range []string{"", x.Recipient().String(), h.String(), h.Recipient().String()[:100], strings.ToUpper(h.Recipient().String()) + "x"} {
		if _, err := seal.To(r, p); !errors.Is(err, seal.ErrRecipient) {
			t.Errorf("recipient of %d bytes: got %v, want ErrRecipient", len(r), err)
		}
	}
	if _, err := seal.To(h.Recipient().String(), p[:4095]); !errors.Is(err, seal.ErrPlaintext) {
		t.Errorf("unpadded plaintext: got %v, want ErrPlaintext", err)
	}
	if _, err := seal.To(h.Recipient().String(), append(p, 1)); !errors.Is(err, seal.ErrPlaintext) {
		t.Errorf("plaintext of no class: got %v, want ErrPlaintext", err)
	}
}
