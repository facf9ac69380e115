package travelpack

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// maxEntry bounds one entry; maxJournal a whole journal.
const (
	maxEntry   = 1 << 20
	MaxJournal = 32 << 20
)

// Entry is one thing that was written on the way.
type Entry struct {
	At   time.Time `json:"at"`   // by the clock of the laptop
	Kind string    `json:"kind"` // the Desk's affair
	Body []byte    `json:"body"`
}

// Journal is open to be written. It is for one program at a time.
type Journal struct {
	file *os.File
	key  JournalKey
	pack string
	n    uint64
	sum  [32]byte // over all that stands before
	end  int64
	bad  bool // a write failed: nothing more is written until it is opened anew
}

// OpenJournal opens the journal of a pack, or begins it, and gives what stands in
// it. An entry that was cut short by a crash was never acknowledged, and goes; one
// that is whole and does not open was altered, and nothing is written behind it.
func OpenJournal(path, pack string, key JournalKey) (*Journal, []Entry, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	j := &Journal{file: f, key: key, pack: pack}
	all, err := j.resume(path)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return j, all, nil
}

func (j *Journal) resume(path string) ([]Entry, error) {
	b, err := io.ReadAll(io.LimitReader(j.file, MaxJournal+1))
	if err != nil {
		return nil, err
	}
	if len(b) < len(journalMagic) && bytes.HasPrefix([]byte(journalMagic), b) { // new, or cut short while it was begun
		if err := j.begin(path); err != nil {
			return nil, err
		}
		return nil, nil
	}
	all, end, err := j.read(b)
	if err != nil {
		return nil, err
	}
	j.end = int64(end)
	if end == len(b) {
		return all, nil
	}
	return all, errors.Join(j.file.Truncate(j.end), j.file.Sync())
}

// begin writes the first line, and makes the name durable as well.
func (j *Journal) begin(path string) error {
	if _, err := j.file.WriteAt([]byte(journalMagic), 0); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	j.end = int64(len(journalMagic))
	j.sum = sha256.Sum256([]byte(journalMagic))
	return errors.Join(dir.Sync(), dir.Close())
}

// read opens entry after entry; end is where the last whole one ends.
func (j *Journal) read(b []byte) (all []Entry, end int, err error) {
	if !bytes.HasPrefix(b, []byte(journalMagic)) || len(b) > MaxJournal {
		return nil, 0, ErrNotPack
	}
	end = len(journalMagic)
	j.sum = sha256.Sum256([]byte(journalMagic))
	for len(b)-end >= 4 {
		n := int(binary.BigEndian.Uint32(b[end:]))
		if n > maxEntry+64 {
			return all, end, fmt.Errorf("%w: entry %d", ErrAltered, j.n+1)
		}
		if n > len(b)-end-4 {
			break // cut short
		}
		sealed := b[end+4 : end+4+n]
		plain, err := gcm(j.key).Open(nil, nil, sealed, j.bind())
		var e Entry
		if err != nil || json.Unmarshal(plain, &e) != nil {
			return all, end, fmt.Errorf("%w: entry %d", ErrAltered, j.n+1)
		}
		clear(plain)
		all = append(all, e)
		end += 4 + n
		j.next(sealed)
	}
	return all, end, nil
}

// bind ties an entry to its pack, its place and everything before it: none can be
// left out in the middle, exchanged, or taken from another journal.
func (j *Journal) bind() []byte {
	b := binary.BigEndian.AppendUint64([]byte(j.pack+"\n"), j.n)
	return append(b, j.sum[:]...)
}

func (j *Journal) next(sealed []byte) {
	j.sum = sha256.Sum256(append(j.sum[:], sealed...))
	j.n++
}

// Append keeps an entry: when it returns nil, the entry is on the disk.
func (j *Journal) Append(e Entry) error {
	if j.bad {
		return errors.New("travelpack: the last note could not be kept; open the pack again")
	}
	plain, err := json.Marshal(e)
	if err != nil {
		return err
	}
	defer clear(plain)
	if len(plain) > maxEntry || j.end+int64(len(plain))+64 > MaxJournal {
		return errors.New("travelpack: this is too long for the journal; write it in parts, or go on at the Desk")
	}
	sealed := gcm(j.key).Seal(nil, nil, plain, j.bind())
	record := append(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))), sealed...)
	if _, err := j.file.WriteAt(record, j.end); err != nil {
		j.bad = true
		return err
	}
	if err := j.file.Sync(); err != nil {
		j.bad = true // what the disk holds now nobody knows
		return err
	}
	j.end += int64(len(record))
	j.next(sealed)
	return nil
}

// Close closes the journal's file.
func (j *Journal) Close() error { return j.file.Close() }

// ReadJournal reads a journal that came home. A part at its end that was cut short
// was never acknowledged; lost says how many bytes that is. With ErrAltered all
// is what stands before the entry that was altered.
func ReadJournal(b []byte, pack string, key JournalKey) (all []Entry, lost int, err error) {
	j := &Journal{key: key, pack: pack}
	all, end, err := j.read(b)
	return all, len(b) - end, err
}
