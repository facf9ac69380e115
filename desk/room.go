package desk

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
	"waylight/internal/sqldb"
)

const (
	ballastSize = 8 << 20
	scarce      = 256 << 20 // free bytes below which everybody is told
)

// ballast is a file that keeps the last megabytes of the disk for what must go
// on, whoever filled it: coming in, reading, alarms and their answers, locking.
// It is given up when a write finds no room, and made again when there is plenty.
type ballast struct {
	dir string
	log *slog.Logger
	mu  sync.Mutex
}

func (b *ballast) path() string { return filepath.Join(b.dir, "ballast") }

// room answers a fault when the disk has no room for ordinary work.
func (b *ballast) room() error {
	if _, err := os.Lstat(b.path()); err == nil {
		return nil
	}
	if err := b.keep(); err != nil {
		return store.Full()
	}
	return nil
}

// errScarce says that the disk has too little room for the ballast.
var errScarce = errors.New("the disk is nearly full")

// keep makes the ballast when it is not there and the disk has twice the room.
func (b *ballast) keep() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := os.Lstat(b.path()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if free, err := sqldb.Room(b.dir); err != nil || free < 2*ballastSize {
		return errors.Join(errScarce, err)
	}
	f, err := os.CreateTemp(b.dir, "ballast.*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // it has its own name by then, or is not wanted
	// Not zeros: a file system may store those in no room at all.
	_, err = io.CopyN(f, rand.Reader, ballastSize)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), b.path())
}

// drop gives the last room free: the next write finds it.
func (b *ballast) drop() {
	if err := os.Remove(b.path()); err == nil {
		b.log.Error("the disk is full: its last room was given free for what is urgent; nothing else is kept until there is more")
	}
}

// warnOfDisk tells everybody in time, because nobody can keep anything once it is full.
func (r *rooms) warnOfDisk(c *ui.Context, w *deskweb.Waiting) {
	free, err := sqldb.Room(r.cfg.Dir)
	if err != nil || free >= scarce {
		return
	}
	w.Stats = append(w.Stats, ui.Stat{Label: c.T("Room left on the disk"), Value: c.T("%d MB", free>>20), Note: c.T("Tell whoever runs the Desk today."), Tone: page.Accent})
}
