package front

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waylight/front/internal/noticeboard"
	"waylight/front/internal/signatures"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/mailbox"
)

// stores opens what a Front keeps: in its folder, or where the configuration says.
func stores(ctx context.Context, config Config, c clock.Clock, organisations []noticeboard.Organisation, salt mailbox.Salt) (*spool.Spool, *noticeboard.Board, error) {
	source, err := secret(config.DatabaseFile)
	if err != nil {
		return nil, nil, err
	}
	var chunks spool.Chunks // nil: in the folder
	if config.S3Endpoint != "" {
		if chunks, err = bucket(config); err != nil {
			return nil, nil, err
		}
	}
	s, err := spool.Open(ctx, spool.Config{Folder: config.Folder, Source: source, Chunks: chunks, Clock: c, Reserve: config.Reserve, Keep: config.Keep, Quotas: config.quotas()})
	if err != nil {
		return nil, nil, err
	}
	stands, err := s.Agree(ctx, "salt", salt[:])
	if err == nil && !bytes.Equal(stands, salt[:]) {
		err = fmt.Errorf("the database belongs to a Front with another salt: codes would open nothing here. Copy the file %q of the first Front into %s", saltFile, config.Folder)
	}
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	var b *noticeboard.Board
	if source != "" {
		b, err = noticeboard.OpenPostgres(ctx, source, organisations)
	} else {
		b, err = noticeboard.Open(ctx, filepath.Join(config.Folder, "board.db"), organisations)
	}
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, b, nil
}

// openSignatures opens what this Front keeps of petitions.
func openSignatures(ctx context.Context, config Config, c clock.Clock) (*signatures.Store, error) {
	source, err := secret(config.DatabaseFile)
	if err != nil {
		return nil, err
	}
	s := signatures.Config{Folder: config.Folder, Source: source, Clock: c, Reserve: config.Reserve}
	for _, o := range config.Organisations {
		s.Keys = append(s.Keys, o.Key)
	}
	return signatures.Open(ctx, s)
}

func (c Config) quotas() (all []spool.Quota) {
	for _, o := range c.Organisations {
		if o.Files == 0 {
			continue
		}
		q := spool.Quota{Bytes: o.Files}
		for _, ch := range o.Channels {
			q.Channels = append(q.Channels, ch.ID)
		}
		all = append(all, q)
	}
	return all
}

// bucket opens the S3-compatible store for the chunks.
func bucket(config Config) (spool.Chunks, error) {
	line, err := secret(config.S3KeyFile)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(line)
	if len(words) != 2 {
		return nil, fmt.Errorf("%s must hold the access key, a space and the secret key", config.S3KeyFile)
	}
	return spool.OpenBucket(spool.Bucket{
		Endpoint: config.S3Endpoint, Name: config.S3Bucket, Region: config.S3Region, Key: words[0], Secret: words[1],
	})
}

// effortKey is the key of the tasks that are set under a flood. All Fronts of
// one store share it: a task of one is solved for another.
func effortKey(ctx context.Context, s *spool.Spool) (key [32]byte, err error) {
	rand.Read(key[:])
	stands, err := s.Agree(ctx, "effort", key[:])
	if err == nil && copy(key[:], stands) != len(key) {
		err = errors.New("the store's key for tasks is damaged")
	}
	return key, err
}

// secret reads the one line of a file that only the Front's user may read; an
// empty path gives an empty line.
func secret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s holds a secret and others may read it: chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	line := strings.TrimSpace(string(text))
	if err == nil && (line == "" || strings.Contains(line, "\n")) {
		err = fmt.Errorf("%s must hold exactly one line", path)
	}
	return line, err
}

// refreshEvery is how soon a Front shows the keys and pages that another Front
// on the same database took.
const refreshEvery = 2 * time.Second

func (f *Front) refresh(ctx context.Context) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	broken := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := errors.Join(f.board.Refresh(ctx), f.signed.Refresh(ctx))
		if err != nil && ctx.Err() == nil && !broken {
			f.log.Error("the database does not answer; what was loaded is shown still") // its own words name hosts
		}
		broken = err != nil
	}
}
