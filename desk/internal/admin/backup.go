package admin

import (
	"archive/tar"
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
	"time"

	"filippo.io/age"

	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// TagBackup is the domain of the signature under a backup's manifest.
const TagBackup = "waylight/v1/backup"

// A backup is one line of JSON, the head, and an age file to every security
// officer. The head holds those officers' slots of the key file, so that their
// passphrases open the backup when nothing else is left; it shows how many they
// are. Inside the age file lies a tar: the files of the Desk's folder, then the
// manifest, then its signature by the organisation key. The database stays under
// the desk key as well: its encryption hides but does not prove, so the age file
// and the manifest do that.
type head struct {
	Format string        `json:"waylight"` // TagBackup
	Keys   *keyring.File `json:"keys"`
}

// Manifest says what a backup holds and of which moment it is.
type Manifest struct {
	Organisation []byte    `json:"organisation"` // public key
	Made         time.Time `json:"made"`
	LedgerSize   int64     `json:"ledger_size"`
	LedgerRoot   string    `json:"ledger_root"`
	Head         []byte    `json:"head"` // SHA-256 of the first line
	Files        []File    `json:"files"`
}

// File is one file of a backup. Its name is relative to the Desk's folder.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 []byte `json:"sha256"`
}

const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
	maxHead       = 4 << 20 // some 700 officers
	maxManifest   = 1 << 30
)

// Backup writes a Desk's backup to a new file while others go on writing. The
// copy's own ledger is verified before it is packed.
func Backup(ctx context.Context, db *store.DB, id Identity, dir, out string, actor staff.Actor, c clock.Clock) (m Manifest, err error) {
	if err := actor.Must(staff.Security); err != nil {
		return m, err
	}
	if _, err := os.Lstat(out); err == nil {
		return m, fmt.Errorf("the file %s is there already; choose another name", out)
	}
	keys, deskFile, err := readKeys(dir)
	if err != nil {
		return m, err
	}
	officers, to, err := officers(ctx, db)
	if err != nil {
		return m, err
	}
	if err := db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "desk.backed-up", Subject: "desk"})
	}); err != nil {
		return m, err
	}
	m = Manifest{Organisation: id.PublicKey(), Made: c.Now()}
	copied := filepath.Join(dir, ".backup-"+filepath.Base(DatabaseOf(keys)))
	defer removeDatabase(copied)
	if err := snapshot(ctx, db, copied, actor, c, keys, &m); err != nil {
		return m, err
	}
	w, err := os.OpenFile(out+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, err
	}
	defer os.Remove(out + ".part") // nothing there after the rename
	p := packer{to: w, manifest: &m, dir: dir}
	err = p.pack(head{TagBackup, keys.Only(officers...)}, to, deskFile, copied, DatabaseOf(keys), id)
	if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
		return m, err
	}
	if err := os.Rename(out+".part", out); err != nil {
		return m, err
	}
	return m, syncDir(filepath.Dir(out))
}

func readKeys(dir string) (*keyring.File, []byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		return nil, nil, err
	}
	f, err := keyring.ParseFile(KeyFile, b)
	return f, b, err
}

// DatabaseOf is the name of the database that belongs to a key file.
func DatabaseOf(f *keyring.File) string {
	if f.Database == "" {
		return Database
	}
	return f.Database
}

func removeDatabase(path string) {
	for _, tail := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(path + tail)
	}
}

// officers are those to whom a backup is sealed.
func officers(ctx context.Context, db *store.DB) (members []string, to []age.Recipient, err error) {
	return members, to, db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		for _, m := range staff.With(all, staff.Security) {
			r, err := age.ParseHybridRecipient(m.Recipient)
			if err != nil {
				return err
			}
			members, to = append(members, m.ID), append(to, r)
		}
		return nil
	})
}

// snapshot copies the database and checks the copy; the manifest gets its ledger.
func snapshot(ctx context.Context, db *store.DB, path string, actor staff.Actor, c clock.Clock, keys *keyring.File, m *Manifest) error {
	removeDatabase(path) // of a backup that was cut off
	key, err := keys.DeskKey(actor.ID, actor.Keys)
	if err != nil {
		return err
	}
	defer clear(key[:])
	if err := db.Copy(ctx, path, key[:]); err != nil {
		return err
	}
	kept, err := store.Open(ctx, path, key[:], c)
	if err != nil {
		return err
	}
	err = kept.Read(ctx, func(tx *store.Tx) error {
		root, size, err := tx.LedgerRoot(ctx)
		m.LedgerSize, m.LedgerRoot = size, root.String()
		return errors.Join(err, tx.VerifyLedger(ctx))
	})
	return errors.Join(err, kept.Close())
}

// packer writes a backup.
type packer struct {
	to       io.Writer
	manifest *Manifest
	dir      string
	tar      *tar.Writer
}

func (p *packer) pack(h head, to []age.Recipient, keys []byte, copied, database string, id Identity) error {
	line, err := json.Marshal(h)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	sum := sha256.Sum256(line)
	p.manifest.Head = sum[:]
	if _, err := p.to.Write(line); err != nil {
		return err
	}
	sealed, err := age.Encrypt(p.to, to...)
	if err != nil {
		return err
	}
	p.tar = tar.NewWriter(sealed)
	if err := p.add(KeyFile, bytes.NewReader(keys), int64(len(keys))); err != nil {
		return err
	}
	if err := p.addFile(database, copied); err != nil {
		return err
	}
	if err := p.addFile(confFile, filepath.Join(p.dir, confFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// The chunks come after the database: whatever that speaks of was on the disk before.
	if err := p.addChunks(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(p.manifest, "", " ")
	if err != nil {
		return err
	}
	text = append([]byte(TagBackup+"\n"), text...)
	sig, err := id.Organisation.Sign(TagBackup, text)
	if err != nil {
		return err
	}
	if err := p.write(manifestName, bytes.NewReader(text), int64(len(text))); err != nil {
		return err
	}
	if err := p.write(signatureName, bytes.NewReader(sig), int64(len(sig))); err != nil {
		return err
	}
	return errors.Join(p.tar.Close(), sealed.Close())
}

func (p *packer) addChunks() error {
	return filepath.WalkDir(filepath.Join(p.dir, Chunks), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // erased meanwhile
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(p.dir, path)
		if err != nil || !validName(filepath.ToSlash(name)) {
			return err // a file that is still being written
		}
		if err := p.addFile(filepath.ToSlash(name), path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func (p *packer) addFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	return p.add(name, f, st.Size())
}

func (p *packer) add(name string, r io.Reader, size int64) error {
	h := sha256.New()
	if err := p.write(name, io.TeeReader(r, h), size); err != nil {
		return err
	}
	p.manifest.Files = append(p.manifest.Files, File{name, size, h.Sum(nil)})
	return nil
}

func (p *packer) write(name string, r io.Reader, size int64) error {
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	n, err := io.Copy(p.tar, r)
	if err == nil && n != size {
		err = fmt.Errorf("%s changed while it was read; start again", name)
	}
	return err
}

// verify checks the manifest's signature by the key that it names itself; whose
// key that is, the caller must know.
func verify(text, sig []byte) (m Manifest, err error) {
	body, ok := bytes.CutPrefix(text, []byte(TagBackup+"\n"))
	if !ok || json.Unmarshal(body, &m) != nil || len(m.Organisation) != ed25519.PublicKeySize ||
		!ed25519.Verify(ed25519.PublicKey(m.Organisation), text, sig) {
		return m, errAltered
	}
	return m, nil
}

// errAltered says that a backup is not what was written.
var errAltered = fault.New(fault.Conflict, "This backup was altered, cut short or damaged on its way. Nothing was restored. Use another copy of it, or an older backup.")

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
