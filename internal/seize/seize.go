// Package seize looks at a folder as whoever carries it away would: every byte
// of every file, also of names, for secrets that must not be there.
//
// A secret is looked for as it is, in UTF-16 of both byte orders, in hex and in
// Base64 at every alignment. Tests and the drill of waylight-desk import it. A test
// that uses it should also show, on a store that was left unsealed on purpose,
// that it finds what is there. It imports the standard library only.
package seize

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// Secret is what must not be found. Name stands in reports, the value does not.
type Secret struct {
	Name  string
	Value []byte
}

// Text is a secret that people read.
func Text(name, s string) Secret { return Secret{name, []byte(s)} }

// Find is one place where a secret lies.
type Find struct {
	Secret, Form, File string
	Offset             int64
}

func (f Find) String() string {
	return fmt.Sprintf("%s (%s) at byte %d of %s", f.Secret, f.Form, f.Offset, f.File)
}

// ErrShort means that a secret is so short that it is found by chance.
var ErrShort = errors.New("seize: a secret needs at least 8 bytes")

// Folder looks through every file below root.
func Folder(root string, secrets ...Secret) ([]Find, error) {
	patterns, err := patternsOf(secrets)
	if err != nil {
		return nil, err
	}
	var found []Find
	files := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a temporary file of a running store
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found = append(found, search(patterns, []byte(name), "the name of "+name)...)
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		files++
		found = append(found, search(patterns, b, name)...)
		return err
	})
	if err == nil && files == 0 {
		err = errors.New("seize: the folder holds no files; is it the right one?")
	}
	return found, err
}

// Bytes looks through b, such as a log or a dump.
func Bytes(where string, b []byte, secrets ...Secret) ([]Find, error) {
	patterns, err := patternsOf(secrets)
	if err != nil {
		return nil, err
	}
	return search(patterns, b, where), nil
}

type pattern struct {
	secret, form string
	bytes        []byte
}

func patternsOf(secrets []Secret) ([]pattern, error) {
	var all []pattern
	for _, s := range secrets {
		if len(s.Value) < 8 {
			return nil, ErrShort
		}
		add := func(form string, b []byte) { all = append(all, pattern{s.Name, form, b}) }
		add("as it is", s.Value)
		units := utf16.Encode([]rune(string(s.Value)))
		var little, big []byte
		for _, u := range units {
			little = append(little, byte(u), byte(u>>8))
			big = append(big, byte(u>>8), byte(u))
		}
		add("UTF-16, little end first", little)
		add("UTF-16, big end first", big)
		add("hex", []byte(hex.EncodeToString(s.Value)))
		add("HEX", []byte(strings.ToUpper(hex.EncodeToString(s.Value))))
		for shift := range 3 {
			add("Base64", inBase64(s.Value, shift))
		}
	}
	return all, nil
}

// inBase64 gives the digits that stand in the Base64 of any bytes in which b
// begins at an offset of shift modulo 3: those that b alone decides.
func inBase64(b []byte, shift int) []byte {
	e := base64.StdEncoding.EncodeToString(append(make([]byte, shift), b...))
	first := (8*shift + 5) / 6
	last := 8 * (shift + len(b)) / 6
	return []byte(e[first:last])
}

func search(patterns []pattern, b []byte, where string) []Find {
	var found []Find
	for _, p := range patterns {
		if i := bytes.Index(b, p.bytes); i >= 0 {
			found = append(found, Find{p.secret, p.form, where, int64(i)})
		}
	}
	return found
}
