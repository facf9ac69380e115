package spool_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/envelope"
	"waylight/internal/pgtest"
)

// Parts of files whose message could not be stored because the database was gone do
// not stay on the disk: they go as soon as it answers again. Those of a message that
// is there stay.
func TestPartsGoWhenTheDatabaseIsBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := pgtest.Start(t)
	s, err := spool.Open(ctx, spool.Config{Folder: t.TempDir(), Source: server.Database()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	part := bytes.Repeat([]byte("x"), envelope.SealedChunkSize)
	var lost [3]spool.ID
	for i := range lost {
		lost[i] = id()
		if err := s.PutChunk(lost[i], 0, part); err != nil {
			t.Fatal(err)
		}
	}
	kept := sample()
	kept.Uploads = []spool.Upload{{ID: id(), Chunks: 1}}
	if err := s.PutChunk(kept.Uploads[0].ID, 0, part); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Submit(ctx, kept, true); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	for _, u := range append(lost[:], kept.Uploads[0].ID) {
		if s.DropChunks(ctx, u) == nil {
			t.Error("without the database nobody knows whether it is needed")
		}
	}
	have := func(u spool.ID) bool {
		all, err := s.HaveChunks(u)
		return err == nil && len(all) > 0
	}
	for _, u := range lost {
		if !have(u) {
			t.Error("it was removed in doubt")
		}
	}
	server.Resume()
	for end := time.Now().Add(30 * time.Second); have(lost[0]) || have(lost[1]) || have(lost[2]); {
		if time.Now().After(end) {
			t.Fatal("they stay on the disk")
		}
		<-time.After(50 * time.Millisecond)
	}
	if !have(kept.Uploads[0].ID) {
		t.Error("a part of a message that is there was removed")
	}
}
