package keyring

import (
	"path/filepath"
	"testing"

	"waylight/internal/seize"
)

// TestSeizedKeyFile looks for everything secret in the bytes of the key file.
func TestSeizedKeyFile(t *testing.T) {
	t.Parallel()
	const phrase = "amber kettle river lantern 42"
	desk := [32]byte{0: 0x5a, 7: 0x11, 13: 0xfe, 31: 0xa5}
	f, dir := NewFile(), t.TempDir()
	if _, err := f.Enrol("member_a", "anna-sokolova-invented", phrase, desk); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(filepath.Join(dir, "desk.keys")); err != nil {
		t.Fatal(err)
	}
	keys, _, err := f.SignIn(t.Context(), "anna-sokolova-invented", phrase)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []seize.Secret{
		seize.Text("the passphrase", phrase), seize.Text("the sign-in name", "anna-sokolova-invented"),
		seize.Text("the member's secret key", keys.id.String()), {Name: "the desk key", Value: desk[:]},
	}
	found, err := seize.Folder(dir, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range found {
		t.Error(x)
	}
	if found, err = seize.Folder(dir, seize.Text("what is there", f.Slots[0].Recipient)); err != nil || len(found) == 0 {
		t.Errorf("the search does not find what lies open: %v", err)
	}
}
