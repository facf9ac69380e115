package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waylight/desk/internal/keyring"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/seize"
	"waylight/internal/sqldb"
)

// Drill is the seizure table of one deployment, read from its own disk.
type Drill struct {
	Rows []Row `json:"rows"`
}

// Row is one thing that can be taken.
type Row struct {
	Taken   string   `json:"taken"`
	Gets    []string `json:"gets"`     // counted here, or stated
	GetsNot string   `json:"gets_not"` // what stays closed
	Proof   string   `json:"proof"`    // one of the Proofs
	Found   []string `json:"found"`    // what must not be there and is; empty is good
}

// How far a row was tested.
const (
	Searched = "searched: every byte was looked at for the secrets of this deployment"
	Counted  = "counted on the disk; without a login nothing could be searched for"
	Stated   = "stated: cannot be tested from here"
)

// Insider is what a security officer who is signed in adds: the secrets to look for.
type Insider struct {
	DB      *store.DB
	Actor   staff.Actor
	Secrets []seize.Secret
}

// RunDrill reads the table of the Desk in dir, and of a Front when its folder is
// given; inside may be nil.
func RunDrill(ctx context.Context, dir, frontDir string, inside *Insider) (Drill, error) {
	off, err := deskOff(dir, inside)
	if err != nil {
		return Drill{}, err
	}
	running := Row{Taken: "Desk, running and locked", Gets: []string{"the same as of a Desk that is powered off", "perhaps remains of keys in memory"},
		GetsNot: "the same, from the disk", Proof: Stated, Found: swap()}
	open, err := deskOpen(ctx, inside)
	if err != nil {
		return Drill{}, err
	}
	d := Drill{Rows: []Row{off, running, open}}
	if frontDir != "" {
		f, err := frontOff(ctx, frontDir, inside)
		if err != nil {
			return Drill{}, err
		}
		d.Rows = append(d.Rows, f)
	}
	d.Rows = append(d.Rows, backupRow(),
		Row{Taken: "Front, running", Gets: []string{"the same as of a Front that is powered off", "every message that is written without the script while the taker is there", "the taker can serve a false page or key to whoever comes next"},
			GetsNot: "what was written before", Proof: Stated},
		Row{Taken: "a member's laptop, signed in", Gets: []string{"all that this member can see, for 30 minutes without use, 12 hours at most, or until the member is removed or the Desk is locked"},
			GetsNot: "what this member is not assigned to", Proof: Stated},
		Row{Taken: "a source's phone", Gets: []string{"that the page was visited, if the browser remembers; with a code that was kept, the answers that wait at the Front"},
			GetsNot: "what the person wrote", Proof: Stated})
	return d, nil
}

// size counts the regular files below root, or the file itself.
func size(root string) (files int, total int64, err error) {
	err = filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if info, err := d.Info(); err == nil {
			files++
			total += info.Size()
		}
		return nil
	})
	return files, total, err
}

func deskOff(dir string, inside *Insider) (Row, error) {
	keys, err := keyring.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		return Row{}, err
	}
	database := filepath.Join(dir, DatabaseOf(keys))
	_, bytesOf, err := size(database)
	if err != nil {
		return Row{}, err
	}
	chunks, chunkBytes, err := size(filepath.Join(dir, Chunks))
	if err != nil {
		return Row{}, err
	}
	row := Row{Taken: "Desk, powered off", GetsNot: "what people wrote, answers, names, cases, codes, members' names, every private key", Gets: []string{
		fmt.Sprintf("a database of %d bytes that does not open", bytesOf),
		fmt.Sprintf("%d key slots: that there are so many members, their public keys; sign-in names and passphrases can be guessed, each guess at the cost of Argon2id (64 MiB, 3 passes)", len(keys.Slots)),
		fmt.Sprintf("%d sealed parts of files, together %d bytes", chunks, chunkBytes)}}
	if _, err := os.Stat(filepath.Join(dir, BellFile)); err == nil {
		row.Gets = append(row.Gets, "one time, to five minutes, at which somebody would have been called next; the program that rings, with what its owner wrote into it")
	}
	if n := len(keys.Waits()); n > 0 {
		row.Gets = append(row.Gets, fmt.Sprintf("that papers set %d new passphrases which wait: for which member's id, since when, which two papers", n))
	}
	if row.Found, err = leftovers(dir, database); err != nil {
		return row, err
	}
	return search(row, dir, inside)
}

// leftovers lists what lies about and should not.
func leftovers(dir, database string) (found []string, err error) {
	plain, err := startsPlain(database)
	if plain {
		found = append(found, "the database is not encrypted")
	}
	stray, _ := filepath.Glob(filepath.Join(dir, "desk*.db"))
	for _, path := range stray {
		if path != database && filepath.Clean(path) != filepath.Clean(database) {
			found = append(found, "a database of an earlier key: "+filepath.Base(path))
		}
	}
	for _, pattern := range []string{filepath.Join(dir, ".backup-*"), filepath.Clean(dir) + ".before-*", filepath.Clean(dir) + ".restoring"} {
		left, _ := filepath.Glob(pattern)
		for _, path := range left {
			found = append(found, "a copy that was left: "+filepath.Base(path))
		}
	}
	info, statErr := os.Stat(dir)
	if statErr == nil && info.Mode().Perm()&0o077 != 0 {
		found = append(found, fmt.Sprintf("other users of this machine may look into the folder: its mode is %o, it should be 700", info.Mode().Perm()))
	}
	return found, errors.Join(err, statErr)
}

func startsPlain(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	b := make([]byte, 16)
	if _, err := f.Read(b); err != nil {
		return false, err
	}
	return bytes.HasPrefix(b, []byte("SQLite format 3")), nil
}

// search looks for the insider's secrets in every byte of a folder.
func search(row Row, dir string, inside *Insider) (Row, error) {
	row.Proof = Counted
	if inside == nil {
		return row, nil
	}
	found, err := seize.Folder(dir, inside.Secrets...)
	for _, f := range found {
		row.Found = append(row.Found, f.String())
	}
	row.Proof = fmt.Sprintf("%s (%d of them)", Searched, len(inside.Secrets))
	return row, err
}

// swap warns of memory that may reach the disk.
func swap() []string {
	b, err := os.ReadFile("/proc/swaps")
	if err == nil && strings.Count(strings.TrimSpace(string(b)), "\n") > 0 {
		return []string{"this machine swaps: what the system does not keep locked in memory may reach the disk; switch swap off or encrypt it"}
	}
	return nil
}

func deskOpen(ctx context.Context, inside *Insider) (Row, error) {
	row := Row{Taken: "Desk, running and unlocked", GetsNot: "safes that nobody who is signed in can open", Proof: Stated,
		Gets: []string{"the desk key: every column that lies in no safe; the organisation's signing key; every safe that a signed-in member can open"}}
	if inside == nil {
		return row, nil
	}
	row.Proof = "counted, for you alone signed in"
	err := inside.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.SafeCounts(ctx, inside.Actor.ID)
		if err != nil {
			return err
		}
		for _, one := range c {
			row.Gets = append(row.Gets, fmt.Sprintf("%s: %d of %d open with your keys", one.Kind, one.Mine, one.All))
		}
		size, err := tx.LedgerSize(ctx)
		row.Gets = append(row.Gets, fmt.Sprintf("the ledger's %d entries", size))
		return err
	})
	return row, err
}

// frontOff reads a Front's folder. Its database is copied first: opening another
// program's file could leave it with files of a wrong owner.
func frontOff(ctx context.Context, dir string, inside *Insider) (Row, error) {
	files, total, err := size(dir)
	if err != nil {
		return Row{}, err
	}
	if files == 0 {
		return Row{}, fmt.Errorf("the Front's folder %s holds no files; is it the right one?", dir)
	}
	row := Row{Taken: "Front, powered off", GetsNot: "a word, a file, a code, an address of a person, a time finer than a day",
		Gets: []string{fmt.Sprintf("%d files, together %d bytes: public pages, public keys, the configuration", files, total)}}
	counts, err := frontCounts(ctx, dir)
	if err != nil {
		return row, err
	}
	row.Gets = append(row.Gets, counts...)
	return search(row, dir, inside)
}

func frontCounts(ctx context.Context, dir string) (out []string, err error) {
	tmp, err := os.MkdirTemp("", "waylight-drill-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".db" {
			return err
		}
		copied := filepath.Join(tmp, "copy.db")
		removeDatabase(copied)
		for _, tail := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + tail)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			if err := os.WriteFile(copied+tail, b, 0o600); err != nil {
				return err
			}
		}
		lines, err := countTables(ctx, copied)
		out = append(out, lines...)
		return err
	})
	return out, err
}

// waiting are the tables of a Front in which something of a sender lies.
var waiting = map[string]string{"envelope": "sealed envelopes that wait", "reply": "sealed answers that wait", "mailbox": "mailboxes (opaque ids, public keys)"}

func countTables(ctx context.Context, path string) (out []string, err error) {
	db, err := sqldb.Open(ctx, sqldb.Config{Path: path, Readers: 1})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.Read(ctx, func(s *sqldb.Snapshot) error {
		var tables []string
		rows, err := s.Query(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			tables = append(tables, name)
		}
		for _, name := range tables {
			if waiting[name] == "" {
				continue
			}
			var n int
			if err := s.QueryRow(ctx, `SELECT COUNT(*) FROM `+name).Scan(&n); err != nil {
				return err
			}
			out = append(out, fmt.Sprintf("%d %s", n, waiting[name]))
			if name == "envelope" && n > 0 {
				var days int
				if err := s.QueryRow(ctx, `SELECT COUNT(DISTINCT day) FROM envelope`).Scan(&days); err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("on %d days; no finer time", days))
			}
		}
		return rows.Err()
	})
	return out, err
}

func backupRow() Row {
	return Row{Taken: "a backup of the Desk", GetsNot: "everything inside, without a security officer's passphrase of that day", Proof: Stated,
		Gets: []string{"its size, how many security officers there were, their public keys; guesses at the cost of Argon2id", "with one officer's passphrase: the database as it was, and the safes that this officer could open; also what was erased since"}}
}

// DrillSecrets gathers what must lie open nowhere: keys, and the names of people
// that the database holds. Short names are left out: they are found by chance.
func DrillSecrets(ctx context.Context, db *store.DB, deskKey []byte, seeds [][]byte) ([]seize.Secret, error) {
	secrets := []seize.Secret{{Name: "the desk key", Value: slices.Clone(deskKey)}}
	for _, s := range seeds {
		secrets = append(secrets, seize.Secret{Name: "an intake key", Value: s})
	}
	err := db.Read(ctx, func(tx *store.Tx) error {
		for _, name := range SecretSettings() {
			v, err := tx.Setting(ctx, name)
			if err != nil {
				return err
			}
			secrets = append(secrets, seize.Secret{Name: name, Value: v})
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		for i, m := range members {
			secrets = addText(secrets, fmt.Sprintf("the name of member %d", i+1), m.Name)
		}
		sources, err := tx.Sources(ctx)
		for i, s := range sources {
			if s.Safe != "" {
				secrets = addText(secrets, fmt.Sprintf("the pseudonym of source %d", i+1), s.Name)
			}
		}
		return err
	})
	return secrets, err
}

func addText(secrets []seize.Secret, name, text string) []seize.Secret {
	if len(text) < 8 {
		return secrets
	}
	return append(secrets, seize.Text(name, text))
}
