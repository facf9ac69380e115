package spool_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"waylight/front/internal/spool"
)

// smallDisk mounts a file system of a few MiB, which needs root.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no small file system can be mounted here (%v): run as root", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// A full disk acknowledges nothing that is not there, lets the Desk take things
// away, and then works again. Without a reserve it is full to the last byte.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, size string
		reserve    uint64
	}{{"with a reserve", "16m", 80 << 20}, {"to the last byte", "3m", 0}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s, err := spool.Open(ctx, spool.Config{Folder: filepath.Join(smallDisk(t, c.size), "spool"), Reserve: c.reserve})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			stored := fill(t, s)
			if err := s.PutChunk(id(), 0, make([]byte, 256<<10)); !errors.Is(err, spool.ErrFull) {
				t.Errorf("a chunk on a full disk: %v", err)
			}
			var held []spool.ID
			for _, e := range waiting(t, s) {
				delete(stored, e.ID)
				held = append(held, e.ID)
			}
			if len(stored) > 0 {
				t.Errorf("%d acknowledged envelopes are missing", len(stored))
			}
			if c.reserve == 0 {
				return
			}
			for some := range slices.Chunk(held, 10) {
				if err := s.Confirm(ctx, channels, some); err != nil {
					t.Fatalf("the Desk cannot take things away from a full disk: %v", err)
				}
			}
			if _, err := s.Submit(ctx, sample(), false); err != nil {
				t.Errorf("after the Desk took them: %v", err)
			}
		})
	}
}

// fill submits until three submissions in a row were refused.
func fill(t *testing.T, s *spool.Spool) map[spool.ID]bool {
	t.Helper()
	stored, refused := map[spool.ID]bool{}, 0
	for range 2000 {
		e := sample()
		_, err := s.Submit(context.Background(), e, false)
		switch {
		case errors.Is(err, spool.ErrFull):
			if refused++; refused == 3 {
				return stored
			}
		case err != nil:
			t.Fatalf("a full disk gives %v, not ErrFull", err)
		default:
			stored[e.ID], refused = true, 0
		}
	}
	t.Fatal("the disk was never full: the test shows nothing")
	return nil
}
