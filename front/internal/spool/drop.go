package spool

import (
	"context"
	"maps"
	"slices"
	"time"
)

// dropEvery is how soon chunks that could not be removed are tried again.
const dropEvery = time.Second

// DropChunks removes the chunks of a submission that failed half way. Only who
// chose the upload's id may call it: nobody else can be submitting it meanwhile.
//
// While the database does not answer nobody knows whether the submission was stored
// after all. Its chunks stay then, and are looked at again until it does: otherwise
// people who repeat their forms would fill the disk with parts that nobody needs.
func (s *Spool) DropChunks(ctx context.Context, upload ID) error {
	err := s.dropUnnamed(ctx, upload)
	if err != nil {
		s.remember(upload)
	}
	return err
}

func (s *Spool) dropUnnamed(ctx context.Context, upload ID) error {
	var n int
	err := s.db.Read(ctx, func(q *snapshot) error {
		return q.QueryRow(ctx, `SELECT count(*) FROM upload WHERE id = $1`, upload[:]).Scan(&n)
	})
	if err != nil || n > 0 {
		return err
	}
	return s.chunks.Delete(upload)
}

// remember has an upload looked at again, by one goroutine for all of them that ends
// when nothing is left.
func (s *Spool) remember(upload ID) {
	s.undropped.Lock()
	defer s.undropped.Unlock()
	if s.undroppedIDs == nil {
		s.undroppedIDs = map[ID]bool{}
		go s.dropLater()
	}
	s.undroppedIDs[upload] = true
}

func (s *Spool) dropLater() {
	tick := time.NewTicker(dropEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.stop: // what is left goes with the sweep
			return
		case <-tick.C:
		}
		s.undropped.Lock()
		left := slices.Collect(maps.Keys(s.undroppedIDs))
		s.undropped.Unlock()
		for _, id := range left {
			if s.dropUnnamed(context.Background(), id) != nil {
				break // it does not answer yet
			}
			s.undropped.Lock()
			delete(s.undroppedIDs, id)
			s.undropped.Unlock()
		}
		s.undropped.Lock()
		if len(s.undroppedIDs) == 0 {
			s.undroppedIDs = nil
			s.undropped.Unlock()
			return
		}
		s.undropped.Unlock()
	}
}
