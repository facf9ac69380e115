package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"waylight/internal/hatchway"
	"waylight/internal/petition"
	"waylight/internal/seal"
	"waylight/internal/sqldb"
	"waylight/internal/wire"
)

// bareSignatures is the Front's table of sealed signatures.
const bareSignatures = `CREATE TABLE signature (number INTEGER NOT NULL PRIMARY KEY, petition TEXT NOT NULL, day TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;`

const benchPetition = "00112233445566778899aabbccddeeff"

// signaturesPath is the path of its signatures, without their numbers.
var signaturesPath = strings.NewReplacer("{petition}", benchPetition, "{number}", "").Replace(wire.PathSignature)

// signaturesInto measures how quickly a Front stores signatures of a petition,
// beside the bare group commit of the same rows in an engine of the same kind.
func signaturesInto(ctx context.Context, t terminal, s *contactStage, bare *sqldb.DB, engine string, signers, n int) ([]row, error) {
	defer bare.Close()
	words, err := os.MkdirTemp("", "waylight-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(words)
	if err := os.WriteFile(filepath.Join(words, "0001_bench.sql"), []byte(bareSignatures), 0o600); err != nil {
		return nil, err
	}
	if err := bare.Migrate(ctx, os.DirFS(words)); err != nil {
		return nil, err
	}
	if err := s.openPetition(ctx); err != nil {
		return nil, err
	}
	sealed, err := s.sealedSignatures(256)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(t.err, "%d signatures from %d lines, %s\n", n*rounds, signers, engine)
	var own, theirs []float64
	stored, refused := 0, 0
	var cpu time.Duration
	for range rounds {
		rate, err := bareRate(ctx, bare, signers, n, sealed)
		if err != nil {
			return nil, err
		}
		theirs = append(theirs, rate)
		before, err := cpuTime(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		took, bad, err := s.sign(ctx, signers, n, sealed)
		if err != nil {
			return nil, err
		}
		after, err := cpuTime(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		own = append(own, float64(n-bad)/took.Seconds())
		stored, refused, cpu = stored+n-bad, refused+bad, cpu+after-before
	}
	there, err := s.waiting(ctx)
	if err != nil {
		return nil, err
	}
	slices.Sort(own)
	slices.Sort(theirs)
	r := row{Name: "signatures stored, " + engine, N: int64(signers), Value: own[rounds/2], Unit: "signatures/s", Bar: "70 % of the bare engine"}.against(theirs[rounds/2])
	r.Holds = *r.Ratio >= 0.7
	return []row{r,
		{Name: "refused, " + engine, N: int64(signers), Value: float64(refused), Unit: "signatures", Bar: "0", Holds: refused == 0},
		{Name: "acknowledged and not there, " + engine, N: int64(stored), Value: float64(stored - there), Unit: "signatures", Bar: "0", Holds: stored == there},
		{Name: "server CPU, " + engine, N: int64(signers), Value: float64(cpu.Microseconds()) / float64(max(stored, 1)), Unit: "µs a signature"},
	}, nil
}

// openPetition publishes a petition, as a Desk does.
func (s *contactStage) openPetition(ctx context.Context) error {
	note, err := petition.Sign(s.organisation, petition.Statement{Name: map[string]string{"en": "Bench"}, ID: benchPetition, Slug: "bench", Serial: 1, Recipient: s.intake, Until: "2099-01-01",
		Words: map[string]petition.Words{"en": {Title: "Bench", To: "An office", Paragraphs: []string{"Please."}}}})
	if err != nil {
		return err
	}
	return s.desk.PostPetitions(ctx, hatchway.Petitions{Notes: []string{string(note)}})
}

func (s *contactStage) sealedSignatures(n int) (all [][]byte, err error) {
	for i := range n {
		plain, err := petition.Signature{Petition: benchPetition, Name: fmt.Sprintf("Invented %d", i), Email: fmt.Sprintf("invented%d@example.net", i), Country: "DE", Lang: "en", Via: petition.ViaScript}.Encode()
		if err != nil {
			return nil, err
		}
		sealed, err := seal.Fixed(s.intake, plain, petition.Size)
		if err != nil {
			return nil, err
		}
		all = append(all, sealed)
	}
	return all, nil
}

func randomNumber() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// bareRate lets so many writers insert rows that share transactions.
func bareRate(ctx context.Context, db *sqldb.DB, writers, n int, sealed [][]byte) (float64, error) {
	g := sqldb.NewGroup(db)
	defer g.Close()
	numbers := make([]int64, n)
	for i := range numbers {
		numbers[i] = randomNumber()
	}
	failed := make([]error, writers)
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for w := range writers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				err := g.Do(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO signature (number, petition, day, sealed) VALUES ($1, $2, $3, $4)`, numbers[i], benchPetition, "2017-04-09", sealed[i%int64(len(sealed))])
					return err
				})
				failed[w] = errors.Join(failed[w], err)
			}
		})
	}
	all.Wait()
	return float64(n) / time.Since(began).Seconds(), errors.Join(failed...)
}

// sign sends n signatures over kept lines.
func (s *contactStage) sign(ctx context.Context, signers, n int, sealed [][]byte) (took time.Duration, refused int, err error) {
	var next, bad atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range signers {
		line, err := s.dial(ctx)
		if err != nil {
			return 0, 0, err
		}
		defer line.Close()
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				status, err := line.put(randomNumber(), sealed[i%int64(len(sealed))])
				if err != nil || status != http.StatusCreated {
					bad.Add(1)
				}
			}
		})
	}
	all.Wait()
	return time.Since(began), int(bad.Load()), nil
}

func (l *senderLine) put(number int64, body []byte) (int, error) {
	l.out.Reset()
	fmt.Fprintf(&l.out, "PUT %s%016x HTTP/1.1\r\nHost: bench\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", signaturesPath, uint64(number)<<1, len(body))
	l.out.Write(body)
	if _, err := l.Write(l.out.Bytes()); err != nil {
		return 0, err
	}
	return l.answer()
}

// waiting counts what the Front holds, by fetching it as a Desk does.
func (s *contactStage) waiting(ctx context.Context) (n int, err error) {
	for after := ""; ; {
		p, err := s.desk.Signed(ctx, after, hatchway.MaxPull)
		if err != nil {
			return n, err
		}
		for _, x := range p.Signatures {
			after = x.Number
		}
		if n += len(p.Signatures); !p.More {
			return n, nil
		}
	}
}

// benchSignatures measures on SQLite and, where PostgreSQL is at hand, there too.
func benchSignatures(ctx context.Context, t terminal, folder string, s *contactStage, signers, n int) ([]row, error) {
	bare, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(folder, "bare-petition.db")})
	if err != nil {
		return nil, err
	}
	rows, err := signaturesInto(ctx, t, s, bare, "SQLite", signers, n)
	if err != nil {
		return nil, err
	}
	pg, err := openPostgres(ctx)
	if err != nil {
		return append(rows, row{Name: "signatures stored, PostgreSQL", N: int64(signers), Unit: "signatures/s", Bar: "70 % of the bare engine", Skipped: err.Error()}), nil
	}
	defer pg.close()
	secret := filepath.Join(folder, "database")
	if err := os.WriteFile(secret, []byte(pg.source("front")+"\n"), 0o600); err != nil {
		return nil, err
	}
	second, err := openStage(ctx, filepath.Join(folder, "second"), "database-file = "+secret)
	if err != nil {
		return nil, err
	}
	defer second.close()
	if bare, err = sqldb.OpenPostgres(ctx, pg.source("bare"), 1); err != nil {
		return nil, err
	}
	more, err := signaturesInto(ctx, t, second, bare, "PostgreSQL", signers, n)
	return append(rows, more...), err
}

// withLines adds lines to the general part of a configuration file.
func withLines(path string, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append([]byte(strings.Join(lines, "\n")+"\n"), bytes.TrimSpace(text)...), 0o600)
}
