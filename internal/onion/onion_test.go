package onion_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/onion"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The seed is the first one of RFC 8032, 7.1; its address stands in tor's own tests.
func TestAddressOfKnownKey(t *testing.T) {
	t.Parallel()
	k, err := onion.NewKey(unhex(t, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"
	if got := k.Address(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	public, err := onion.ParseAddress(strings.ToUpper(strings.TrimSuffix(want, ".onion")))
	if err != nil || onion.Address(public) != want {
		t.Errorf("read back: %x, %v", public, err)
	}
}

func TestAddressWithATypingErrorIsRefused(t *testing.T) {
	t.Parallel()
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	rapid.Check(t, func(t *rapid.T) {
		k, err := onion.NewKey(rapid.SliceOfN(rapid.Byte(), onion.SeedSize, onion.SeedSize).Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		b := []byte(k.Address())
		i := rapid.IntRange(0, 51).Draw(t, "place")
		c := letters[rapid.IntRange(0, 31).Draw(t, "letter")]
		if b[i] == c {
			return
		}
		b[i] = c
		// Two bytes of checksum let one in 65,536 through; rapid does not come near.
		if _, err := onion.ParseAddress(string(b)); !errors.Is(err, onion.ErrAddress) {
			t.Errorf("%s was taken", b)
		}
	})
	for _, s := range []string{"", ".onion", "example.onion", strings.Repeat("a", 56) + ".onion", "http://" + strings.Repeat("a", 56)} {
		if _, err := onion.ParseAddress(s); !errors.Is(err, onion.ErrAddress) {
			t.Errorf("%q was taken", s)
		}
	}
}

// The key is Alice's of RFC 7748, 6.1; its public half was put into Base32 by Python.
func TestClientKeyForm(t *testing.T) {
	t.Parallel()
	k, err := onion.NewClientKey(unhex(t, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "QUQPACMJGCTVI5ELPXOLIPXXLIG36OQNEY4BV5HLUSUY5KU3JZVA"
	if got := k.Public(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := onion.CheckClient(want); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"", want[1:], want + "A", strings.ToLower(want), "1" + want[1:]} {
		if onion.CheckClient(s) == nil {
			t.Errorf("%q was taken", s)
		}
	}
	if _, err := onion.NewClientKey(make([]byte, 31)); err == nil {
		t.Error("a short seed was taken")
	}
	if _, err := onion.NewKey(make([]byte, 33)); err == nil {
		t.Error("a long seed was taken")
	}
}
