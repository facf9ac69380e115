package bundle

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrFork means that two copies of a log differ where both have an entry.
var ErrFork = errors.New("bundle: two logs that should be one differ")

// LogOrigin is the first line of a key log's checkpoint: it names the one log of
// this organisation.
func LogOrigin(org ed25519.PublicKey) string { return "waylight/v1/keylog/" + ID(org) }

// Checkpoint is the state of an organisation's key log that it signed: how many
// key bundles there are and the root of the Merkle tree (RFC 6962) over them.
// As text it is a C2SP tlog-checkpoint.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
}

// CheckpointOf computes the checkpoint over notes, the oldest first. An entry of
// the tree is the note's whole text with its signature.
func CheckpointOf(notes []string) (Checkpoint, error) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			if n >= int64(len(stored)) {
				return nil, ErrContent
			}
			out[i] = stored[n]
		}
		return out, nil
	})
	for i, n := range notes {
		more, err := tlog.StoredHashes(int64(i), []byte(n), read)
		if err != nil {
			return Checkpoint{}, err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(int64(len(notes)), read)
	return Checkpoint{int64(len(notes)), root}, err
}

// Covers reports whether notes begin with exactly what the checkpoint stands for.
func (c Checkpoint) Covers(notes []string) bool {
	if c.Size > int64(len(notes)) {
		return false
	}
	of, err := CheckpointOf(notes[:c.Size])
	return err == nil && of == c
}

// SignCheckpoint writes and signs a checkpoint.
func SignCheckpoint(s Signer, c Checkpoint) (string, error) {
	origin := LogOrigin(s.Public())
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, c.Size, c.Root)
	signed, err := note.Sign(&note.Note{Text: text}, noteSigner{s, origin})
	if err != nil {
		return "", fmt.Errorf("bundle: sign: %w", err)
	}
	if back, err := OpenCheckpoint(string(signed), s.Public()); err != nil || back != c {
		return "", ErrSignature
	}
	return string(signed), nil
}

// OpenCheckpoint verifies and reads a checkpoint. It must be exactly the three
// lines; numbers have no leading zeros.
func OpenCheckpoint(text string, org ed25519.PublicKey) (Checkpoint, error) {
	if len(text) > 4096 {
		return Checkpoint{}, ErrContent
	}
	body, err := verified([]byte(text), org)
	if err != nil {
		return Checkpoint{}, err
	}
	lines := strings.Split(body, "\n")
	if lines[0] != LogOrigin(org) {
		return Checkpoint{}, ErrType
	}
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, ErrContent
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, ErrContent
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, ErrContent
	}
	return Checkpoint{size, tlog.Hash(root)}, nil
}

// MergeLogs gives the longer of two copies of an organisation's log. What only
// theirs has must be signed by the organisation. ErrFork when they differ.
func MergeLogs(own, theirs []string, org ed25519.PublicKey) ([]string, error) {
	common := min(len(own), len(theirs))
	if !slices.Equal(own[:common], theirs[:common]) {
		return nil, ErrFork
	}
	for _, n := range theirs[common:] {
		if _, err := OpenKeys([]byte(n), org); err != nil {
			return nil, ErrFork
		}
	}
	if len(own) > len(theirs) {
		return own, nil
	}
	return theirs, nil
}
