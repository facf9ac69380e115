// Package noticeboard keeps and serves what organisations publish under their
// signature: the key bundles of their channels and their public pages.
//
// It takes nothing that the organisation key did not sign, nothing older than
// what it has, and never a part: a publication replaces the last one in one
// transaction, after every page's hash was compared. Pages are served byte for
// byte. It keeps every key bundle, so that anybody can look back. It imports
// bundle and sqldb, and holds nothing secret.
package noticeboard

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"waylight/internal/bundle"
	"waylight/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Organisation is one that uses this Front.
type Organisation struct {
	Name     string // a word of the operator's, for errors
	Key      ed25519.PublicKey
	Channels []string
}

// The refusals of a posting.
var (
	ErrSignature = errors.New("the note is not signed by the organisation key in the Front's configuration")
	ErrRollback  = errors.New("the serial is not above the last one")
	ErrContent   = errors.New("the posting does not fit together")
)

// Board is the noticeboard of one Front.
type Board struct {
	db            *sqldb.DB
	organisations []Organisation
	shown         atomic.Pointer[shown]
}

// shown is what is served at one moment. It is never changed, only replaced.
type shown struct {
	keys      map[string]Key // by channel
	manifests map[string]Manifest
	pages     map[string]map[string]page // by organisation ID and path

	notes, serials int64 // key notes, and the sum of the manifests' serials, when this was read
}

// Key is the current key bundle of a channel.
type Key struct {
	bundle.Keys
	Note         string // as signed
	Organisation ed25519.PublicKey
}

// Manifest is the signed list of an organisation's pages.
type Manifest struct {
	bundle.Pages
	Note string // as signed
}

type page struct {
	bundle.Page
	body   []byte
	header http.Header // as served; see headers
}

// Open opens the board in the file at path and loads what is shown.
func Open(ctx context.Context, path string, organisations []Organisation) (*Board, error) {
	db, err := sqldb.Open(ctx, sqldb.Config{Path: path})
	if err != nil {
		return nil, err
	}
	return open(ctx, db, organisations)
}

// OpenPostgres opens a board that several Fronts share; source is as
// sqldb.OpenPostgres takes it. What another Front took is shown after Refresh.
func OpenPostgres(ctx context.Context, source string, organisations []Organisation) (*Board, error) {
	db, err := sqldb.OpenPostgres(ctx, source, 0)
	if err != nil {
		return nil, err
	}
	return open(ctx, db, organisations)
}

func open(ctx context.Context, db *sqldb.DB, organisations []Organisation) (*Board, error) {
	b := &Board{db: db, organisations: organisations}
	sub, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = db.Migrate(ctx, sub)
	}
	if err == nil {
		err = b.adopt(ctx)
	}
	if err == nil {
		err = b.load(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

// Refresh shows what another Front on the same database has taken meanwhile.
func (b *Board) Refresh(ctx context.Context) error {
	if !b.db.Shared() {
		return nil
	}
	var keys, serials int64
	err := b.db.Read(ctx, func(s *sqldb.Snapshot) error {
		if err := s.QueryRow(ctx, `SELECT count(*) FROM key_note`).Scan(&keys); err != nil {
			return err
		}
		// Every publication raises one serial.
		return s.QueryRow(ctx, `SELECT CAST(coalesce(sum(serial), 0) AS BIGINT) FROM manifest`).Scan(&serials)
	})
	if err != nil {
		return err
	}
	if now := b.shown.Load(); now.notes == keys && now.serials == serials {
		return nil
	}
	return b.load(ctx)
}

// Close closes the board.
func (b *Board) Close() error { return b.db.Close() }

func (b *Board) key(channel string) (Key, bool) {
	k, ok := b.shown.Load().keys[channel]
	return k, ok
}

// Serial returns the serial of an organisation's last publication, or 0.
func (b *Board) Serial(org ed25519.PublicKey) uint64 {
	return b.shown.Load().manifests[bundle.ID(org)].Serial
}

// PostKeys takes signed key bundles of an organisation: all of them or none.
// A note that is the current one already is passed over. The others are appended
// to the log; checkpoint is the signed state of it afterwards, or empty.
func (b *Board) PostKeys(ctx context.Context, org Organisation, notes []string, checkpoint string) error {
	if err := b.Refresh(ctx); err != nil {
		return err
	}
	var fresh []Key
	last := map[string]Key{}
	for _, text := range notes {
		k, err := bundle.OpenKeys([]byte(text), org.Key)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrSignature, err)
		}
		if !slices.Contains(org.Channels, k.Channel) {
			return fmt.Errorf("%w: this organisation has no channel %q here", ErrContent, k.Channel)
		}
		now, known := last[k.Channel]
		if !known {
			now, known = b.key(k.Channel)
		}
		if known && now.Note == text {
			continue
		}
		if known && k.Serial <= now.Serial {
			return ErrRollback
		}
		last[k.Channel] = Key{Keys: k, Note: text}
		fresh = append(fresh, last[k.Channel])
	}
	err := b.db.Write(ctx, func(tx *sqldb.Tx) error {
		var added []string
		for _, k := range fresh {
			_, err := tx.Exec(ctx, `INSERT INTO key_note (channel, serial, note) VALUES ($1, $2, $3)`, k.Channel, int64(k.Serial), k.Note)
			if sqldb.IsUnique(err) {
				return ErrRollback // another posting was faster
			}
			if err != nil {
				return err
			}
			added = append(added, k.Note)
		}
		return appendLog(ctx, tx, org.Key, added, checkpoint)
	})
	if err != nil {
		return err
	}
	return b.load(ctx)
}

// PostPages replaces the organisation's pages by exactly those of the manifest.
func (b *Board) PostPages(ctx context.Context, org Organisation, manifest string, bodies map[string][]byte) error {
	m, err := bundle.OpenPages([]byte(manifest), org.Key)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if err := b.Refresh(ctx); err != nil {
		return err
	}
	id := bundle.ID(org.Key)
	if last := b.shown.Load().manifests[id]; last.Note != "" {
		if last.Note == manifest {
			return nil // the same again
		}
		if m.Serial <= last.Serial {
			return ErrRollback
		}
	}
	if err := fits(m, bodies); err != nil {
		return err
	}
	err = b.db.Write(ctx, func(tx *sqldb.Tx) error {
		// Below the same or a higher serial nothing is replaced, whoever was faster.
		n, err := tx.Exec(ctx, `DELETE FROM manifest WHERE organisation = $1 AND serial >= $2`, id, int64(m.Serial))
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrRollback
		}
		if _, err := tx.Exec(ctx, `DELETE FROM manifest WHERE organisation = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO manifest (organisation, serial, note) VALUES ($1, $2, $3)`, id, int64(m.Serial), manifest); err != nil {
			return err
		}
		for path, body := range bodies {
			if _, err := tx.Exec(ctx, `INSERT INTO page (organisation, path, body) VALUES ($1, $2, $3)`, id, path, body); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.load(ctx)
}

// served are the types that a page may have: none that runs.
var served = []string{
	"text/html", "text/css", "text/plain", "text/csv", "application/json", "application/pdf", "application/zip",
	"image/png", "image/jpeg", "image/svg+xml", "application/atom+xml",
}

// fits compares every page with the manifest.
func fits(m bundle.Pages, bodies map[string][]byte) error {
	if len(bodies) != len(m.Pages) {
		return fmt.Errorf("%w: %d pages for a manifest of %d", ErrContent, len(bodies), len(m.Pages))
	}
	for _, p := range m.Pages {
		body, ok := bodies[p.Path]
		sum := sha256.Sum256(body)
		if !ok || int64(len(body)) != p.Size || hex.EncodeToString(sum[:]) != p.SHA256 {
			return fmt.Errorf("%w: %q is missing or altered", ErrContent, p.Path)
		}
		kind, _, err := mime.ParseMediaType(p.Type)
		if err != nil || !slices.Contains(served, kind) {
			return fmt.Errorf("%w: %q has a type that is not served here", ErrContent, p.Path)
		}
		if p.Path == "manifest" || strings.HasPrefix(p.Path, "manifest/") {
			return fmt.Errorf("%w: the path %q is taken", ErrContent, p.Path)
		}
	}
	return nil
}

// load reads what is shown and replaces it at once. Notes are verified again:
// the file may have been changed under us.
func (b *Board) load(ctx context.Context) error {
	next := &shown{keys: map[string]Key{}, manifests: map[string]Manifest{}, pages: map[string]map[string]page{}}
	err := b.db.Read(ctx, func(s *sqldb.Snapshot) error {
		if err := s.QueryRow(ctx, `SELECT count(*) FROM key_note`).Scan(&next.notes); err != nil {
			return err
		}
		if err := s.QueryRow(ctx, `SELECT CAST(coalesce(sum(serial), 0) AS BIGINT) FROM manifest`).Scan(&next.serials); err != nil {
			return err
		}
		for _, o := range b.organisations {
			if err := loadKeys(ctx, s, o, next); err != nil {
				return err
			}
			if err := loadPages(ctx, s, o, next); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("loading the noticeboard: %w", err)
	}
	b.shown.Store(next)
	return nil
}

func loadKeys(ctx context.Context, s *sqldb.Snapshot, o Organisation, next *shown) error {
	for _, c := range o.Channels {
		var text string
		err := s.QueryRow(ctx, `SELECT note FROM key_note WHERE channel = $1 ORDER BY serial DESC LIMIT 1`, c).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		k, err := bundle.OpenKeys([]byte(text), o.Key)
		if err != nil {
			return fmt.Errorf("the key of channel %q does not belong to organisation %q: %w", c, o.Name, err)
		}
		next.keys[c] = Key{Keys: k, Note: text, Organisation: o.Key}
	}
	return nil
}

func loadPages(ctx context.Context, s *sqldb.Snapshot, o Organisation, next *shown) error {
	id := bundle.ID(o.Key)
	var text string
	err := s.QueryRow(ctx, `SELECT note FROM manifest WHERE organisation = $1`, id).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := bundle.OpenPages([]byte(text), o.Key)
	if err != nil {
		return fmt.Errorf("the pages of organisation %q: %w", o.Name, err)
	}
	bodies := make(map[string][]byte, len(m.Pages))
	for _, p := range m.Pages {
		var body []byte
		if err := s.QueryRow(ctx, `SELECT body FROM page WHERE organisation = $1 AND path = $2`, id, p.Path).Scan(&body); err != nil {
			return err
		}
		bodies[p.Path] = body
	}
	if err := fits(m, bodies); err != nil {
		return err
	}
	next.manifests[id] = Manifest{Pages: m, Note: text}
	next.pages[id] = map[string]page{}
	for _, p := range m.Pages {
		shown := page{Page: p, body: bodies[p.Path]}
		shown.header = shown.headers()
		next.pages[id][p.Path] = shown
	}
	return nil
}
