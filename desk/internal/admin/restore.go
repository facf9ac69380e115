package admin

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Restoring says which backup goes where.
type Restoring struct {
	In, Dir           string
	Login, Passphrase string // of a security officer at the time of the backup
	Fingerprint       string // of the organisation, as it stands on posters; "" is not compared
	Replace           bool   // a Desk in Dir is moved aside and kept
}

// Restored says what was restored and what to look at.
type Restored struct {
	Manifest
	Aside    string   // where the Desk went that was there before; "" when there was none
	Newer    bool     // that Desk had gone on after the backup
	Parted   bool     // and its ledger does not continue the backup's
	Missing  []Absent // messages that were confirmed after the backup
	Returned []string // names of members who had been removed since
}

// Absent is a message that the Desk had confirmed and the backup does not hold.
type Absent struct {
	ID string
	At time.Time
}

// names are the only ones that a backup may hold.
var names = regexp.MustCompile(`^(desk\.keys|desk\.conf|desk(-[a-z2-7]{26})?\.db|chunks/[0-9a-f]{2}/[0-9a-f]{32}/[0-9]{1,9})$`)

func validName(name string) bool { return names.MatchString(name) }

// Restore puts a backup in the place of an absent or empty folder. Everything is
// unpacked beside it and checked there; only then it is moved to its place, in
// one step. A restore that ends half-way leaves the place as it was.
func Restore(ctx context.Context, r Restoring, c clock.Clock) (out Restored, err error) {
	r.Dir = filepath.Clean(r.Dir)
	former, err := formerDesk(r)
	if err != nil {
		return out, err
	}
	if former != nil {
		defer former.Release()
	}
	stage := r.Dir + ".restoring"
	if err := os.RemoveAll(stage); err != nil { // of one that ended half-way
		return out, err
	}
	if err := os.MkdirAll(stage, 0o700); err != nil {
		return out, err
	}
	defer os.RemoveAll(stage) // nothing there after the rename
	if out.Manifest, err = unpack(ctx, r, stage); err != nil {
		return out, err
	}
	if r.Fingerprint != "" && !bundle.Matches(out.Organisation, r.Fingerprint) {
		return out, fault.New(fault.Denied, "This is another organisation's backup: its fingerprint is not the one you gave. Nothing was restored.")
	}
	if err := inspect(ctx, r, stage, former != nil, c, &out); err != nil {
		return out, err
	}
	if err := settleFiles(stage); err != nil {
		return out, err
	}
	if former != nil {
		out.Aside = fmt.Sprintf("%s.before-%s", r.Dir, c.Now().Format("20060102-150405"))
		if err := os.Rename(r.Dir, out.Aside); err != nil {
			return out, err
		}
	} else if err := os.Remove(r.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return out, err
	}
	if err := os.Rename(stage, r.Dir); err != nil {
		if former != nil {
			err = errors.Join(err, os.Rename(out.Aside, r.Dir))
		}
		return out, err
	}
	return out, syncDir(filepath.Dir(r.Dir))
}

// formerDesk holds the Desk that stands where the backup should go; nil when the place is free.
func formerDesk(r Restoring) (*Hold, error) {
	entries, err := os.ReadDir(r.Dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil, nil //nolint:nilnil // no former Desk is an answer, and there is nothing to hold
	}
	if err != nil {
		return nil, err
	}
	if !r.Replace {
		return nil, fmt.Errorf("the folder %s is not empty; restore into another one, or give --replace: the Desk that is there is then kept beside it", r.Dir)
	}
	return Take(r.Dir, true)
}

// unpack checks a backup from its first byte to its last and lays its files into stage.
func unpack(ctx context.Context, r Restoring, stage string) (m Manifest, err error) {
	f, err := os.Open(r.In)
	if err != nil {
		return m, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	line, err := readLine(in)
	if err != nil {
		return m, err
	}
	var h head
	if json.Unmarshal(line, &h) != nil || h.Format != TagBackup || h.Keys == nil {
		return m, fault.New(fault.Invalid, "This is not a backup of a Waylight Desk, or its beginning was damaged.")
	}
	keys, err := h.Keys.Identity(ctx, r.Login, r.Passphrase)
	if err != nil {
		return m, fault.New(fault.Denied, "Name or passphrase is not right, or this person was no security officer of this organisation when the backup was made.")
	}
	defer keys.Wipe()
	plain, err := keys.Open(in)
	if err != nil {
		return m, errAltered
	}
	files, text, sig, err := untar(plain, stage)
	if err != nil {
		return m, err
	}
	if m, err = verify(text, sig); err != nil {
		return m, err
	}
	sum := sha256.Sum256(line)
	same := func(a, b File) bool { return a.Name == b.Name && a.Size == b.Size && bytes.Equal(a.SHA256, b.SHA256) }
	if !bytes.Equal(sum[:], m.Head) || !slices.EqualFunc(files, m.Files, same) {
		return m, errAltered
	}
	return m, nil
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for len(line) < maxHead {
		b, err := in.ReadByte()
		if err != nil {
			break
		}
		if line = append(line, b); b == '\n' {
			return line, nil
		}
	}
	return nil, fault.New(fault.Invalid, "This is not a backup of a Waylight Desk, or its beginning was damaged.")
}

// untar lays the files of a tar into a folder and returns what it found. An
// error of the disk is answered as it is, anything else as damage.
func untar(plain io.Reader, stage string) (files []File, text, sig []byte, err error) {
	t := tar.NewReader(plain)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || h.Typeflag != tar.TypeReg || sig != nil {
			return nil, nil, nil, errAltered
		}
		switch {
		case h.Name == manifestName && text == nil && h.Size < maxManifest:
			if text, err = io.ReadAll(t); err != nil {
				return nil, nil, nil, errAltered
			}
		case h.Name == signatureName && text != nil && h.Size == ed25519.SignatureSize:
			if sig, err = io.ReadAll(t); err != nil {
				return nil, nil, nil, errAltered
			}
		case text == nil && validName(h.Name):
			f, err := lay(t, stage, h.Name)
			if err != nil {
				return nil, nil, nil, err
			}
			files = append(files, f)
		default:
			return nil, nil, nil, errAltered
		}
	}
	// To the very end: what was cut off or put behind is found by age.
	if _, err := io.Copy(io.Discard, plain); err != nil {
		return nil, nil, nil, errAltered
	}
	return files, text, sig, nil
}

func lay(r io.Reader, stage, name string) (File, error) {
	path := filepath.Join(stage, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return File{}, err
	}
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return File{}, errAltered // the same name twice
	}
	if err != nil {
		return File{}, err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), r)
	var disk *fs.PathError
	if err != nil && !errors.As(err, &disk) {
		err = errAltered
	}
	return File{name, n, h.Sum(nil)}, errors.Join(err, w.Close())
}

// inspect opens the restored Desk as its officer would and compares it with the
// one that it replaces.
func inspect(ctx context.Context, r Restoring, stage string, former bool, c clock.Clock, out *Restored) error {
	f, err := keyring.ReadFile(filepath.Join(stage, KeyFile))
	if err != nil {
		return err
	}
	keys, key, err := f.SignIn(ctx, r.Login, r.Passphrase)
	if err != nil {
		return err
	}
	defer keys.Wipe()
	defer clear(key[:])
	db, err := store.Open(ctx, filepath.Join(stage, DatabaseOf(f)), key[:], c)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Read(ctx, func(tx *store.Tx) error {
		id, err := LoadIdentity(ctx, tx)
		if err != nil {
			return err
		}
		root, size, err := tx.LedgerRoot(ctx)
		if err != nil {
			return err
		}
		if !id.PublicKey().Equal(ed25519.PublicKey(out.Organisation)) || size != out.LedgerSize || root.String() != out.LedgerRoot {
			return errAltered
		}
		return tx.VerifyLedger(ctx)
	}); err != nil {
		return err
	}
	if former {
		if err := compare(ctx, r, db, c, out); err != nil {
			return err
		}
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndSessions(ctx, "", c.Now()); err != nil {
			return err
		}
		// The Front may hold intake keys and pages that were made after the backup:
		// what comes next must stand above them, and new keys must come at once.
		floor := c.Now().Unix()
		if err := tx.PutSetting(ctx, settingFloor, []byte(strconv.FormatInt(floor, 10))); err != nil {
			return err
		}
		if err := tx.RaiseSerial(ctx, uint64(floor)); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: keys.Member(), Action: "desk.restored", Subject: "desk", Detail: struct {
			Size int64  `json:"size"`
			Root string `json:"root"`
		}{out.LedgerSize, out.LedgerRoot}})
	})
}

// compare looks at the Desk that is replaced, as far as it still opens. One that
// opens and is another organisation's is not replaced.
func compare(ctx context.Context, r Restoring, backup *store.DB, c clock.Clock, out *Restored) error {
	f, err := keyring.ReadFile(filepath.Join(r.Dir, KeyFile))
	if err != nil {
		return nil //nolint:nilerr // too damaged to compare: that is why it is replaced
	}
	keys, key, err := f.SignIn(ctx, r.Login, r.Passphrase)
	if err != nil {
		return nil //nolint:nilerr // likewise
	}
	defer keys.Wipe()
	defer clear(key[:])
	if _, err := os.Stat(filepath.Join(r.Dir, DatabaseOf(f))); err != nil {
		return nil //nolint:nilerr // likewise
	}
	db, err := store.Open(ctx, filepath.Join(r.Dir, DatabaseOf(f)), key[:], c)
	if err != nil {
		return nil //nolint:nilerr // likewise
	}
	defer db.Close()
	have := map[string]bool{}
	active := map[string]bool{}
	if err := backup.Read(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.EachArrival(ctx, func(id string, _ time.Time) { have[id] = true }), eachActive(ctx, tx, func(m staff.Member) { active[m.ID] = true }))
	}); err != nil {
		return err
	}
	return db.Read(ctx, func(tx *store.Tx) error {
		id, err := LoadIdentity(ctx, tx)
		if err != nil {
			return nil //nolint:nilerr // too damaged
		}
		if !id.PublicKey().Equal(ed25519.PublicKey(out.Organisation)) {
			return fault.New(fault.Denied, "This is another organisation's backup: the Desk in this folder has another key. Nothing was restored.")
		}
		size, err := tx.LedgerSize(ctx)
		if err != nil {
			return nil //nolint:nilerr // likewise
		}
		out.Newer = size > out.LedgerSize
		if size >= out.LedgerSize {
			root, err := tx.LedgerRootAt(ctx, out.LedgerSize)
			out.Parted = err != nil || root.String() != out.LedgerRoot
		}
		err = tx.EachArrival(ctx, func(id string, at time.Time) {
			if !have[id] {
				out.Missing = append(out.Missing, Absent{id, at})
			}
		})
		all, more := tx.Members(ctx)
		for _, m := range all {
			if !m.Active && active[m.ID] {
				out.Returned = append(out.Returned, m.Name)
			}
		}
		return errors.Join(err, more)
	})
}

func eachActive(ctx context.Context, tx *store.Tx, f func(staff.Member)) error {
	all, err := tx.Members(ctx)
	for _, m := range staff.With(all) {
		f(m)
	}
	return err
}

// settleFiles brings every file and folder to the disk.
func settleFiles(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
