package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"filippo.io/age"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// benchContact starts a Front on a temporary folder and sends reports of 1 kB,
// sealed beforehand, from 1, 8 and 64 senders, then one large file. The
// yardstick is the database's bare group commit of the same rows, in turn with
// the Front, so that a busy machine is as hard on the one as on the other.
func benchContact(ctx context.Context, t terminal, set *flag.FlagSet, args []string) ([]row, error) {
	reports := set.Int("reports", 4000, "reports from 64 senders; fewer from 8 and 1")
	mib := set.Int64("upload-mib", 2048, "size of the large file")
	dir := set.String("dir", "", "where to make the temporary folder; its disk is measured")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(*dir, "waylight-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	s, err := openStage(ctx, filepath.Join(folder, "front"))
	if err != nil {
		return nil, err
	}
	defer s.close()
	bare, err := openEngine(ctx, filepath.Join(folder, "bare.db"))
	if err != nil {
		return nil, err
	}
	defer bare.close()
	var rows []row
	for _, senders := range []int{1, 8, 64} {
		n := max(50, *reports*senders/64)
		if senders == 8 {
			n = max(n, *reports/4)
		}
		fmt.Fprintf(t.err, "%d reports from %d senders\n", n, senders)
		r, err := s.compare(ctx, bare, senders, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r...)
	}
	fmt.Fprintf(t.err, "a file of %d MiB\n", *mib)
	upload, err := s.upload(ctx, *mib<<20)
	return append(rows, upload...), err
}

// benchKey is a key of this run only.
type benchKey ed25519.PrivateKey

func (k benchKey) Public() ed25519.PublicKey {
	return ed25519.PrivateKey(k).Public().(ed25519.PublicKey)
}

func (k benchKey) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(k), message), nil
}

// contactStage is a Front as a process of its own, with an organisation's keys.
type contactStage struct {
	cmd    *exec.Cmd
	base   string
	intake string // recipient
	salt   mailbox.Salt
	http   *http.Client

	organisation benchKey
	desk         *hatchway.Client
}

func openStage(ctx context.Context, folder string, lines ...string) (*contactStage, error) {
	path, err := program("waylight-front")
	if err != nil {
		return nil, err
	}
	intake, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	var keys [2]benchKey
	for i := range keys {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		keys[i] = benchKey(private)
	}
	public := func(k benchKey) string { return base64.StdEncoding.EncodeToString(k.Public()) }
	out, err := exec.CommandContext(ctx, path, "init", "--dir", folder, "--listen", "127.0.0.1:0", "--organisation", "bench",
		"--organisation-key", public(keys[0]), "--hatch-key", public(keys[1])).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("waylight-front init: %w: %s", err, out)
	}
	if err := withLines(filepath.Join(folder, "front.conf"), lines); err != nil {
		return nil, err
	}
	s := &contactStage{intake: intake.Recipient().String(), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	s.cmd = exec.CommandContext(ctx, path, "run", "--config", filepath.Join(folder, "front.conf"))
	s.cmd.SysProcAttr = children()
	pipe, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	var said bytes.Buffer
	one := make([]byte, 1)
	for strings.Count(said.String(), "\n") < 2 {
		if _, err := pipe.Read(one); err != nil {
			s.close()
			return nil, fmt.Errorf("the Front did not start: %w", err)
		}
		said.Write(one)
	}
	if _, err := fmt.Sscanf(said.String(), "front: %s", &s.base); err != nil {
		s.close()
		return nil, err
	}
	if err := s.publish(ctx, keys[0], keys[1]); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// publish brings the channel's key, as a Desk does, and reads the salt.
func (s *contactStage) publish(ctx context.Context, organisation, hatch benchKey) error {
	note, err := bundle.SignKeys(organisation, bundle.Keys{
		Name: map[string]string{"en": "Bench"}, Channel: "help", Recipient: s.intake, From: "2017-04-01", Until: "2037-04-08", Serial: 1,
	})
	if err != nil {
		return err
	}
	s.organisation = organisation
	if s.desk, err = hatchway.Dial(s.base, hatch, clock.System(), nil); err != nil {
		return err
	}
	if err := s.desk.Keys(ctx, string(note)); err != nil {
		return err
	}
	res, err := s.http.Get(s.base + wire.PathChannels)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var c wire.Channels
	if err := json.NewDecoder(res.Body).Decode(&c); err != nil {
		return err
	}
	copy(s.salt[:], c.Salt)
	return nil
}

func (s *contactStage) close() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// sealed prepares n reports of 1 kB, each with a mailbox of its own.
func (s *contactStage) sealed(n int) (bodies [][]byte, reports []wire.Envelope, err error) {
	text := strings.Repeat("A report of one kilobyte, 32 b. ", 32)
	for range n {
		e, err := s.report(text, nil)
		if err != nil {
			return nil, nil, err
		}
		body, err := json.Marshal(e)
		if err != nil {
			return nil, nil, err
		}
		bodies, reports = append(bodies, body), append(reports, e)
	}
	return bodies, reports, nil
}

func (s *contactStage) report(text string, uploads []wire.UploadRef) (wire.Envelope, error) {
	keys := mailbox.Derive(receipt.New(), s.salt)
	plain, err := envelope.Message{Kind: envelope.Report, Channel: "help", Text: text, Mailbox: keys.Address(), Via: envelope.Command}.Encode()
	if err != nil {
		return wire.Envelope{}, err
	}
	sealed, err := seal.To(s.intake, plain)
	if err != nil {
		return wire.Envelope{}, err
	}
	id := envelope.NewID()
	return wire.Envelope{
		ID: id, Channel: "help", Mailbox: keys.ID().String(), SignKey: keys.Public(), Sealed: sealed, Uploads: uploads,
		Signature: keys.Sign(mailbox.FollowUp, wire.SubmissionParts(id, sealed)...),
	}, nil
}

// rounds is how often the Front and the bare engine take turns.
const rounds = 5

// compare lets the engine and the Front take n reports each, in turn. Rates are
// the medians of the rounds, waits are those of all.
func (s *contactStage) compare(ctx context.Context, bare *bareEngine, senders, n int) ([]row, error) {
	var all measured
	var yardsticks, rates []float64
	for range rounds {
		bodies, reports, err := s.sealed(n/rounds + 1)
		if err != nil {
			return nil, err
		}
		rate, err := bare.run(ctx, senders, reports)
		if err != nil {
			return nil, err
		}
		yardsticks = append(yardsticks, rate)
		m, err := s.send(ctx, senders, bodies)
		if err != nil {
			return nil, err
		}
		rates = append(rates, float64(m.stored)/m.took.Seconds())
		all.stored, all.refused, all.cpu, all.waits = all.stored+m.stored, all.refused+m.refused, all.cpu+m.cpu, append(all.waits, m.waits...)
	}
	slices.Sort(all.waits)
	slices.Sort(rates)
	slices.Sort(yardsticks)
	return all.rows(senders, rates[rounds/2], yardsticks[rounds/2]), nil
}

// measured is what one round of sending showed.
type measured struct {
	stored, refused int
	took            time.Duration
	cpu             time.Duration // of the server
	waits           []time.Duration
}

func (s *contactStage) send(ctx context.Context, senders int, bodies [][]byte) (measured, error) {
	before, err := cpuTime(s.cmd.Process.Pid)
	if err != nil {
		return measured{}, err
	}
	m := measured{waits: make([]time.Duration, len(bodies))}
	var next, refused atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range senders {
		line, err := s.dial(ctx)
		if err != nil {
			return m, err
		}
		defer line.Close()
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(bodies)); i = next.Add(1) - 1 {
				start := time.Now()
				status, err := line.post(wire.PathEnvelopes, bodies[i])
				if err != nil || status != http.StatusCreated {
					refused.Add(1)
				}
				m.waits[i] = time.Since(start)
			}
		})
	}
	all.Wait()
	m.took = time.Since(began)
	after, err := cpuTime(s.cmd.Process.Pid)
	m.cpu, m.refused = after-before, int(refused.Load())
	m.stored = len(bodies) - m.refused
	return m, err
}

// senderLine is one sender's connection. It is plainer than package http's client,
// whose work would take as much of this machine's processors as the Front's own.
type senderLine struct {
	net.Conn
	answers *bufio.Reader
	out     bytes.Buffer
}

func (s *contactStage) dial(ctx context.Context) (*senderLine, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(s.base, "http://"))
	if err != nil {
		return nil, err
	}
	return &senderLine{Conn: c, answers: bufio.NewReader(c)}, nil
}

func (l *senderLine) post(path string, body []byte) (int, error) {
	l.out.Reset()
	fmt.Fprintf(&l.out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, l.RemoteAddr(), len(body))
	l.out.Write(body)
	if _, err := l.Write(l.out.Bytes()); err != nil {
		return 0, err
	}
	return l.answer()
}

// answer reads the status of an answer whose length is told, and passes over the rest.
func (l *senderLine) answer() (status int, err error) {
	for size := 0; ; {
		line, err := l.answers.ReadSlice('\n')
		switch {
		case err != nil:
			return 0, err
		case status == 0:
			if status, err = strconv.Atoi(string(line[min(9, len(line)):min(12, len(line))])); err != nil {
				return 0, err
			}
		case len(line) <= 2:
			_, err = l.answers.Discard(size)
			return status, err
		case len(line) > 15 && bytes.EqualFold(line[:15], []byte("content-length:")):
			if size, err = strconv.Atoi(string(bytes.TrimSpace(line[15:]))); err != nil {
				return 0, err
			}
		case len(line) > 18 && bytes.EqualFold(line[:18], []byte("transfer-encoding:")):
			return 0, errors.New("the server does not tell the length of its answer")
		}
	}
}

func (s *contactStage) do(ctx context.Context, method, path string, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	res, err := s.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func (m measured) rows(senders int, rate, bare float64) []row {
	n, name := int64(senders), fmt.Sprintf("%d senders", senders)
	if senders == 1 {
		name = "1 sender"
	}
	at := func(share float64) float64 {
		return float64(m.waits[int(share*float64(len(m.waits)-1))].Microseconds()) / 1000
	}
	cpu := float64(m.cpu.Microseconds()) / 1000 / float64(max(m.stored, 1))
	rows := []row{
		row{Name: "stored, " + name, N: n, Value: rate, Unit: "reports/s"}.against(bare),
		{Name: "half of them within, " + name, N: n, Value: at(0.5), Unit: "ms"},
		{Name: "99 of 100 within, " + name, N: n, Value: at(0.99), Unit: "ms"},
		{Name: "refused, " + name, N: n, Value: float64(m.refused), Unit: "reports", Bar: "0", Holds: m.refused == 0},
		{Name: "server CPU, " + name, N: n, Value: cpu, Unit: "ms a report", Bar: "2 or less", Holds: cpu <= 2},
	}
	if senders == 64 {
		rows[0].Bar, rows[0].Holds = "500/s and half of the bare engine", rate >= 500 && rate >= bare/2
		rows[2].Bar, rows[2].Holds = "under 250", at(0.99) < 250
	}
	return rows
}

// upload sends one large file over four lines and says what memory it added.
func (s *contactStage) upload(ctx context.Context, size int64) ([]row, error) {
	chunk := make([]byte, envelope.SealedChunkSize)
	rand.Read(chunk)
	id, chunks := envelope.NewID(), (size+envelope.ChunkSize-1)/envelope.ChunkSize
	rest, _, err := memoryOf(s.cmd.Process.Pid)
	if err != nil {
		return []row{{Name: "memory added by a large file", N: size, Unit: "MiB", Bar: "under 64", Skipped: err.Error()}}, nil
	}
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0) // forget the old peak; otherwise it is counted too
	began := time.Now()
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := next.Add(1) - 1; i < chunks; i = next.Add(1) - 1 {
				path := strings.NewReplacer("{upload}", id, "{index}", strconv.FormatInt(i, 10)).Replace(wire.PathChunk)
				if status, err := s.do(ctx, http.MethodPut, path, chunk); err != nil || status != http.StatusNoContent {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	e, err := s.report("A large file.", []wire.UploadRef{{ID: id, Chunks: int(chunks)}})
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	status, err := s.do(ctx, http.MethodPost, wire.PathEnvelopes, body)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	_, peak, err := memoryOf(s.cmd.Process.Pid)
	added := float64(peak-rest) / (1 << 20)
	stored := status == http.StatusCreated && failed.Load() == 0
	return []row{
		{Name: "memory added by a large file", N: size, Value: added, Unit: "MiB", Bar: "under 64, and stored", Holds: stored && added < 64},
		{Name: "a large file in", N: size, Value: float64(size) / (1 << 20) / took.Seconds(), Unit: "MiB/s"},
	}, err
}

// tick is the kernel's unit of processor time in /proc: a hundredth of a second
// on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpuTime is the processor time that a process has used.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in brackets may hold blanks; utime and stime are the 12th and 13th after it.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, err
}

// memoryOf is the memory that a process holds now and held at most, in bytes.
func memoryOf(pid int) (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kib); err == nil {
			now = kib << 10
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			peak = kib << 10
		}
	}
	return now, peak, nil
}
