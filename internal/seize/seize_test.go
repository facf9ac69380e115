package seize_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"waylight/internal/seize"
)

func TestFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	const sentence = "Одно предложение, которое не повторится"
	var wide []byte
	for _, u := range utf16.Encode([]rune(sentence)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	around := func(b []byte) []byte { return bytes.Join([][]byte{[]byte("before"), b, []byte("after")}, nil) }
	for name, content := range map[string][]byte{
		"plain": around([]byte(sentence)), "wide": around(wide), "hex": around([]byte(hex.EncodeToString([]byte(sentence)))),
		"base64-0": []byte(base64.StdEncoding.EncodeToString([]byte(sentence))),
		"base64-1": []byte(base64.StdEncoding.EncodeToString([]byte("x" + sentence + "y"))),
		"base64-2": []byte(base64.StdEncoding.EncodeToString([]byte("xx" + sentence + "yyy"))),
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "deep"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "deep", "file"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := seize.Folder(dir, seize.Text("the sentence", sentence))
		if err != nil || len(found) == 0 {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
		if found, err = seize.Folder(dir, seize.Text("another", "something that is nowhere")); err != nil || len(found) != 0 {
			t.Errorf("%s: found what is not there: %v, %v", name, found, err)
		}
	}
}

func TestFindsNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret-name.jpg"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := seize.Folder(dir, seize.Text("a name", "secret-name")); err != nil || len(found) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestRefusesWhatProvesNothing(t *testing.T) {
	t.Parallel()
	if _, err := seize.Folder(t.TempDir(), seize.Text("short", "abc")); !errors.Is(err, seize.ErrShort) {
		t.Errorf("a short secret: %v", err)
	}
	if _, err := seize.Folder(t.TempDir(), seize.Text("long", "long enough to look for")); err == nil {
		t.Error("an empty folder proves nothing and was accepted")
	}
}
