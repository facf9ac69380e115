package spool

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// MaxChunks is the most chunks of one file.
const MaxChunks = 8192

// Chunks keeps the sealed chunks of files under opaque names. Put is durable
// when it returns; the first bytes put under a name stay, others are ErrConflict.
type Chunks interface {
	Put(upload ID, index int, sealed []byte) error
	Get(upload ID, index int) ([]byte, error)
	Have(upload ID) ([]int, error) // sorted; none: empty
	Delete(upload ID) error        // no error when absent
	Days() (map[ID]clock.Day, error)
	Free() (uint64, error) // bytes on the disk
}

// PutChunk stores one sealed chunk durably.
func (s *Spool) PutChunk(upload ID, index int, sealed []byte) error {
	if index < 0 || index >= MaxChunks {
		return ErrTooLarge
	}
	// A few at a time, in the order of coming: a flood of files makes files slow,
	// not words.
	s.parts <- struct{}{}
	defer func() { <-s.parts }()
	s.sweeping.RLock()
	defer s.sweeping.RUnlock()
	return full(s.chunks.Put(upload, index, sealed))
}

// HaveChunks lists the indices that are stored, so that a sender can go on
// after a broken line.
func (s *Spool) HaveChunks(upload ID) ([]int, error) { return s.chunks.Have(upload) }

// Chunk returns one sealed chunk.
func (s *Spool) Chunk(upload ID, index int) ([]byte, error) { return s.chunks.Get(upload, index) }

// folder keeps each upload as a folder of numbered files.
type folder struct {
	path    string
	clock   clock.Clock
	reserve uint64
}

func openFolder(path string, c clock.Clock, reserve uint64) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	return &folder{path, c, reserve}, syncFolder(filepath.Dir(path))
}

func (f *folder) file(upload ID, index int) string {
	return filepath.Join(f.path, upload.String(), strconv.Itoa(index))
}

func (f *folder) Put(upload ID, index int, sealed []byte) error {
	name := f.file(upload, index)
	if old, err := os.ReadFile(name); err == nil {
		if !bytes.Equal(old, sealed) {
			return ErrConflict
		}
		return syncFolder(filepath.Dir(name)) // an earlier try may have stopped before this
	}
	if err := f.room(uint64(len(sealed))); err != nil {
		return err
	}
	dir := filepath.Dir(name)
	switch err := os.Mkdir(dir, 0o700); {
	case err == nil:
		if err := syncFolder(f.path); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	return f.write(dir, name, sealed)
}

// write makes the file whole or not at all, with the day as its only time.
func (f *folder) write(dir, name string, sealed []byte) (err error) {
	tmp, err := os.CreateTemp(dir, ".part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(sealed); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	day := f.clock.Now().Truncate(24 * time.Hour)
	if err = os.Chtimes(tmp.Name(), day, day); err != nil {
		return err
	}
	// Link, unlike rename, never replaces: two senders of one name cannot mix.
	if err = os.Link(tmp.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err != nil {
		old, readErr := os.ReadFile(name)
		if readErr != nil || !bytes.Equal(old, sealed) {
			return ErrConflict
		}
	}
	if err = os.Remove(tmp.Name()); err != nil {
		return err
	}
	if err = os.Chtimes(dir, day, day); err != nil {
		return err
	}
	return syncFolder(dir)
}

// room refuses a chunk that would eat into the space kept for text.
func (f *folder) room(size uint64) error {
	free, err := f.Free()
	if err == nil && free < f.reserve+size {
		err = ErrFull
	}
	return err
}

func (f *folder) Free() (uint64, error) { return sqldb.Room(f.path) }

func (f *folder) Get(upload ID, index int) ([]byte, error) {
	b, err := os.ReadFile(f.file(upload, index))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Missing()
	}
	return b, err
}

func (f *folder) Have(upload ID) ([]int, error) {
	entries, err := os.ReadDir(filepath.Join(f.path, upload.String()))
	if errors.Is(err, fs.ErrNotExist) {
		return []int{}, nil
	}
	have := []int{}
	for _, e := range entries {
		if i, err := strconv.Atoi(e.Name()); err == nil {
			have = append(have, i)
		}
	}
	slices.Sort(have)
	return have, err
}

func (f *folder) Delete(upload ID) error { return os.RemoveAll(filepath.Join(f.path, upload.String())) }

// Days gives the day of the last chunk of each upload.
func (f *folder) Days() (map[ID]clock.Day, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	days := make(map[ID]clock.Day, len(entries))
	for _, e := range entries {
		id, err := ParseID(strings.TrimSpace(e.Name()))
		if err != nil {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		days[id] = clock.DayOf(info.ModTime())
	}
	return days, nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
