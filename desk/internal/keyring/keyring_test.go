package keyring_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/keyring"
	"waylight/internal/fault"
)

const phrase = "correct horse battery staple"

func TestSignInOpensWhatWasSealedToTheMember(t *testing.T) {
	t.Parallel()
	desk := [32]byte{1, 2, 3}
	f := keyring.NewFile()
	recipient, err := f.Enrol("member_a", "Anna", phrase, desk)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "desk.keys")
	if err := f.Write(path); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(bytes.ToLower(raw), []byte("anna")) || bytes.Contains(raw, desk[:]) {
		t.Error("the key file shows the sign-in name or the desk key")
	}
	if f, err = keyring.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	keys, got, err := f.SignIn(t.Context(), " anna ", phrase)
	if err != nil {
		t.Fatal(err)
	}
	if got != desk || keys.Member() != "member_a" {
		t.Error("another desk key or member came out")
	}
	r, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, r)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("for Anna"))
	w.Close()
	if plain, err := keys.Unwrap(sealed.Bytes()); err != nil || string(plain) != "for Anna" {
		t.Errorf("Unwrap: %q, %v", plain, err)
	}
	keys.Wipe()
	if _, err := keys.Unwrap(sealed.Bytes()); fault.KindOf(err) != fault.Locked {
		t.Errorf("after Wipe: %v, want a Locked fault", err)
	}
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	f := keyring.NewFile()
	if _, err := f.Enrol("member_a", "anna", "too short", [32]byte{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a short passphrase: %v", err)
	}
	if _, err := f.Enrol("member_a", "anna", phrase, [32]byte{}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Enrol("member_b", "ANNA", phrase, [32]byte{}); err == nil {
		t.Error("one sign-in name was given twice")
	}
	_, _, wrongName := f.SignIn(t.Context(), "boris", phrase)
	_, _, wrongPhrase := f.SignIn(t.Context(), "anna", phrase+"x")
	if wrongName == nil || wrongPhrase == nil || wrongName.Error() != wrongPhrase.Error() {
		t.Errorf("the answers tell a wrong name from a wrong passphrase: %v / %v", wrongName, wrongPhrase)
	}
	fresh := "another four words here"
	if err := f.SetPassphrase(t.Context(), "member_a", phrase, fresh, time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.SignIn(t.Context(), "anna", phrase); err == nil {
		t.Error("the old passphrase still opens")
	}
	if _, _, err := f.SignIn(t.Context(), "anna", fresh); err != nil {
		t.Error(err)
	}
	if !f.Remove("member_a") {
		t.Error("the member was not there")
	}
	if _, _, err := f.SignIn(t.Context(), "anna", fresh); err == nil {
		t.Error("a removed member came in")
	}
}
