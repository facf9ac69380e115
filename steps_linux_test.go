package waylight_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"waylight/desk"
	"waylight/internal/envelope"
	"waylight/internal/pgtest"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/sqldb"
)

// harbour is a real Front and a real Desk as processes, with two lines that can
// be cut: the sender's and the Desk's.
type harbour struct {
	ctx           context.Context
	front, office *process
	public, hatch *line
	frontURL      string // past the line
	deskURL       string
	operator      desk.Account
	disks         map[string]string // "front", "desk": a small file system; empty when none could be mounted
	spool         func() (*sqldb.DB, error)
	database      *pgtest.Server // nil: SQLite
	data          string         // the Front's folder
	codes         int            // shown to people who wrote without the script
	lock          string         // what keeps the Front from committing, in a transaction
}

func newHarbour(t *testing.T, database *pgtest.Server) *harbour {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // some fifty blows, on a machine that others use
	t.Cleanup(cancel)
	h := &harbour{ctx: ctx, disks: map[string]string{}, database: database}
	dirs := map[string]string{}
	for name, size := range map[string]string{"front": "32m", "desk": "96m"} {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err == nil {
			t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
			h.disks[name] = dir
		}
		dirs[name] = filepath.Join(dir, name)
	}
	bin := build(t)
	frontAddr, deskAddr := freeAddress(t), freeAddress(t)
	h.frontURL, h.deskURL = "http://"+frontAddr, "http://"+deskAddr
	h.public, h.hatch = newLine(t, h.frontURL), newLine(t, h.frontURL)
	accounts := filepath.Join(t.TempDir(), "accounts.json")
	must := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(filepath.Join(bin, name), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	must("waylight-desk", "init", "--demo", "--dir", dirs["desk"], "--front", h.hatch.url, "--listen", deskAddr, "--accounts", accounts)
	b, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var cast desk.Accounts
	if err := json.Unmarshal(b, &cast); err != nil {
		t.Fatal(err)
	}
	h.operator = cast.Accounts[0]
	must("waylight-front", "init", "--dir", dirs["front"], "--listen", frontAddr, "--organisation", "Invented Harbour",
		"--organisation-key", cast.OrganisationKey, "--hatch-key", cast.HatchKey)
	conf := filepath.Join(dirs["front"], "front.conf")
	h.spool = func() (*sqldb.DB, error) {
		return sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(h.data, "spool.db")})
	}
	h.data = filepath.Join(dirs["front"], "data")
	extra := "reserve-mib = 1\n"
	if database != nil {
		source, file := database.Database(), filepath.Join(t.TempDir(), "database")
		if err := os.WriteFile(file, []byte(source+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		extra += "database-file = " + file + "\n"
		h.spool = func() (*sqldb.DB, error) { return sqldb.OpenPostgres(ctx, source, 1) }
		h.lock = `LOCK TABLE envelope IN EXCLUSIVE MODE`
	}
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?m)^(reserve-mib|database-file) *=.*\n`).ReplaceAll(text, nil)
	if err := os.WriteFile(conf, append([]byte(extra), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	h.front = &process{path: filepath.Join(bin, "waylight-front"), args: []string{"run", "--config", conf}}
	h.office = &process{path: filepath.Join(bin, "waylight-desk"), args: []string{"run", "--dir", dirs["desk"], "--pull-every", "100ms"}}
	for _, p := range []*process{h.front, h.office} {
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			p.show(t)
			p.kill()
		})
	}
	h.signIn(t)
	for { // the Desk brings its keys first
		c, err := (&sender.Front{URL: h.public.url, Patience: 5 * time.Minute}).Channels(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Channels) == 2 && c.Channels[0].Keys != "" && c.Channels[1].Keys != "" {
			return h
		}
		h.pause(t)
	}
}

func (h *harbour) signIn(t *testing.T) *client {
	t.Helper()
	c, err := signIn(h.ctx, h.deskURL, h.operator)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pause lets a moment pass before the next look; the whole has a deadline.
func (h *harbour) pause(t *testing.T) {
	t.Helper()
	select {
	case <-h.ctx.Done():
		t.Fatal("it took too long")
	case <-time.After(50 * time.Millisecond):
	}
}

// hold keeps the Front from committing until release is called.
func (h *harbour) hold(t *testing.T) (release func()) {
	db, err := h.spool()
	if err != nil {
		t.Error(err)
		return func() {}
	}
	held, let, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		defer db.Close()
		undone := errors.New("rolled back")
		err := db.Write(h.ctx, func(tx *sqldb.Tx) error { // on SQLite it has the only writer's place from its beginning
			if h.lock != "" {
				if _, err := tx.Exec(h.ctx, h.lock); err != nil {
					return err
				}
			}
			close(held)
			<-let
			return undone
		})
		if !errors.Is(err, undone) && h.database == nil {
			t.Errorf("holding the store: %v", err)
		}
	}()
	<-held
	return func() { close(let); <-over }
}

// A blow is what happens at a step, and how it is mended.
type blow struct {
	strike, mend func(t *testing.T)
	lasts        bool   // until somebody was refused because of it
	desk         bool   // it is the Desk that suffers, wherever the message is
	tells        bool   // the Front stands and must tell a person
	alarms       string // what the Desk must tell its team on the home page
	mayFit       bool   // a few words may still find room
}

func (h *harbour) blows() map[string]blow {
	start := func(p *process) func(*testing.T) {
		return func(t *testing.T) {
			if err := p.start(); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill := func(name string) func(*testing.T) {
		return func(t *testing.T) {
			if err := fillDisk(filepath.Join(h.disks[name], "filler"), 32<<10); err != nil && !errors.Is(err, syscall.ENOSPC) {
				t.Error(err)
			}
		}
	}
	clear := func(name string) func(*testing.T) {
		return func(t *testing.T) {
			if err := os.Remove(filepath.Join(h.disks[name], "filler")); err != nil {
				t.Error(err)
			}
		}
	}
	nothing := func(*testing.T) {}
	all := map[string]blow{
		"cut":        {strike: nothing, mend: nothing},
		"front dies": {strike: func(*testing.T) { h.front.kill() }, mend: start(h.front)},
		"desk dies": {strike: func(*testing.T) { h.office.kill() }, mend: func(t *testing.T) {
			start(h.office)(t)
			h.signIn(t) // it starts locked
		}},
	}
	if h.disks["front"] != "" {
		all["front's disk full"] = blow{strike: fill("front"), mend: clear("front"), lasts: true, tells: true, mayFit: true, alarms: "The Front is full"}
	}
	if h.disks["desk"] != "" {
		all["desk's disk full"] = blow{strike: fill("desk"), mend: clear("desk"), lasts: true, desk: true}
	}
	if h.database != nil {
		all["database gone"] = blow{strike: func(*testing.T) { h.database.Stop() }, mend: func(*testing.T) { h.database.Resume() }, lasts: true, tells: true, alarms: "Messages are not being fetched"}
	}
	return all
}

// steps are the moments of a message's way. At each of them every blow falls: the
// matrix has no cell that is left out.
var steps = []struct {
	name  string
	desk  bool // on the Desk's line
	when  string
	match func(path, body, upload, id string) bool
	kind  kind
}{
	{"after the first part of a file", false, "after", partOf("0"), ""},
	{"after all parts", false, "after", partOf("1"), ""},
	{"before the commit", false, "held", posted, ""},
	{"after the commit, before the answer", false, "after", posted, ""},
	{"a form, before it arrives", false, "before", formed, plain},
	{"a form, before the commit", false, "held", formed, plain},
	{"a form, stored and not answered", false, "after", formed, plain},
	{"before the pull's answer", true, "after", pulled, told},
	{"during the pull", true, "after", partOf("0"), ""},
	{"stored by the Desk, not confirmed", true, "before", confirmed, ""},
	{"confirmed, unheard", true, "after", confirmed, ""},
}

// kind is what is special about a step.
type kind string

const (
	plain kind = "plain" // sent without the script: the person presses "reload"
	told  kind = "told"  // the answer names the message, or the step is not reached yet
)

// blowNames are the blows in the order in which they fall; the last one only where
// there is a database to be taken away.
var blowNames = []string{"cut", "front dies", "desk dies", "front's disk full", "desk's disk full", "database gone"}

func partOf(index string) func(path, body, upload, id string) bool {
	return func(path, _, upload, _ string) bool { return strings.HasSuffix(path, "/"+upload+"/"+index) }
}

func posted(path, body, _, id string) bool {
	return strings.HasSuffix(path, "/envelopes") && strings.Contains(body, id)
}

func formed(path, body, _, id string) bool {
	return strings.HasSuffix(path, "/help") && strings.Contains(body, id)
}

func pulled(path, _, _, _ string) bool { return strings.HasSuffix(path, "/pull") }

func confirmed(path, body, _, id string) bool {
	return strings.HasSuffix(path, "/confirm") && strings.Contains(body, id)
}

// TestEachStepOnSQLite strikes with every blow at each step between a sender's first
// part of a file and the Desk's confirmation: the line breaks, a program is killed,
// a disk is full. What the sender was told is stored is at the Desk, once, with its file.
func TestEachStepOnSQLite(t *testing.T) {
	t.Parallel()
	newHarbour(t, nil).strikeEverywhere(t)
}

// TestEachStepOnPostgres does the same, and takes the database away at each step.
func TestEachStepOnPostgres(t *testing.T) {
	t.Parallel()
	newHarbour(t, pgtest.Start(t)).strikeEverywhere(t)
}

func (h *harbour) strikeEverywhere(t *testing.T) {
	blows, found, sent := h.blows(), newFinds(), 0
	for _, s := range steps {
		for _, name := range blowNames {
			b, possible := blows[name]
			if !possible {
				if name != "database gone" || h.database != nil {
					t.Logf("%s, %s: no small file system can be mounted here", s.name, name)
				}
				continue
			}
			t.Run(s.name+"/"+name, func(t *testing.T) {
				sent++
				text, content := fmt.Sprintf("Invented report <%d-0>", sent), make([]byte, envelope.ChunkSize+1000)
				rand.Read(content)
				path := filepath.Join(t.TempDir(), "file.bin")
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Fatal(err)
				}
				file, err := sender.Attach(path)
				if err != nil {
					t.Fatal(err)
				}
				f := &sender.Front{URL: h.public.url, Patience: 3 * time.Minute}
				sub, err := f.Prepare(h.ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Lang: "en", Via: envelope.Command, Text: text}, []sender.Attachment{file})
				if err != nil {
					t.Fatal(err)
				}
				l := h.public
				if s.desk {
					l = h.hatch
				}
				upload, id := sub.Envelope.Uploads[0].ID, sub.Envelope.ID
				tr := &trap{when: s.when, struck: make(chan struct{}), strike: func() { b.strike(t) }, hold: func() func() { return h.hold(t) },
					match: func(path string, body []byte) bool { return s.match(path, string(body), upload, id) }}
				if s.kind == told {
					tr.answer = func(body []byte) bool { return bytes.Contains(body, []byte(id)) }
				}
				h.public.set(nil)
				h.hatch.set(nil)
				l.set(tr)
				answered, over := make(chan error, 1), make(chan struct{})
				send := func() error { return f.Submit(h.ctx, sub) }
				if s.kind == plain {
					send = func() error { return h.sendsForm(l.url, id, text, content) }
				}
				go func() { answered <- send(); close(over) }()
				h.reach(t, tr.struck, answered)
				h.suffer(t, l, b, over)
				b.mend(t)
				select {
				case err := <-answered:
					if err != nil {
						t.Fatalf("the sender was refused: %v", err)
					}
				case <-h.ctx.Done():
					t.Fatal("the sender heard nothing")
				}
				found.until(t, h, text, content)
			})
			if t.Failed() {
				return // the next ones would only wait
			}
		}
	}
	if want := len(steps) * len(blows); sent != want {
		t.Errorf("%d cells of the matrix were played, want %d steps with %d blows each", sent, len(steps), len(blows))
	}
	h.nothingLeft(t)
	for read := -1; read < len(found.seen); { // what was fetched last is opened a moment later
		read = len(found.seen)
		h.pause(t)
		found.look(t, h)
	}
	if found.times["kept words"] != h.codes {
		t.Errorf("%d of those who wrote without the script are at the Desk, %d were shown a code", found.times["kept words"], h.codes)
	}
	delete(found.times, "kept words")
	for text, n := range found.times {
		if n != 1 {
			t.Errorf("%s arrived %d times", text, n)
		}
	}
	if len(found.times) != sent {
		t.Errorf("%d reports at the Desk, %d sent", len(found.times), sent)
	}
}

// reach waits for the step. A sender who is refused before it has nothing to wait for.
func (h *harbour) reach(t *testing.T, step <-chan struct{}, answered chan error) {
	t.Helper()
	heard := answered
	for {
		select {
		case <-step:
			return
		case err := <-heard:
			if err != nil {
				t.Fatalf("the sender was refused before the step: %v", err)
			}
			answered <- nil // it is asked again below
			heard = nil
		case <-h.ctx.Done():
			t.Fatal("the step was never reached")
		}
	}
}

// suffer leaves things as they are until it was felt, and asks the Front
// meanwhile what it tells a person.
func (h *harbour) suffer(t *testing.T, l *line, b blow, over <-chan struct{}) {
	t.Helper()
	if b.tells {
		for lang, sentence := range map[string]string{"en": "Nothing was stored", "ru": "Ничего не сохранено"} {
			form := url.Values{"text": {"kept words"}, "once": {envelope.NewID()}}
			res, err := plainClient.PostForm(h.frontURL+"/"+lang+"/help", form)
			if err != nil {
				t.Fatal(err)
			}
			var page bytes.Buffer
			if _, err := page.ReadFrom(res.Body); err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if b.mayFit && res.StatusCode == http.StatusOK && strings.Contains(page.String(), `class="code"`) {
				h.codes++ // there was just room enough: whoever was shown a code must be heard
				continue
			}
			if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page.String(), sentence) || !strings.Contains(page.String(), "kept words") {
				t.Errorf("%s: status %d\n%.3000s", lang, res.StatusCode, page.String())
			}
		}
	}
	from := time.Now()
	for told := b.alarms == ""; !told; h.pause(t) {
		page, err := h.signIn(t).get(h.ctx, "/")
		if told = err == nil && strings.Contains(page, b.alarms); !told && time.Since(from) > 2*time.Minute {
			t.Fatalf("the team is not told %q: %v\n%.3000s", b.alarms, err, page)
		}
	}
	if b.desk {
		l = h.hatch
	}
	for b.lasts {
		refused, pulls := l.counts()
		if refused > 0 || pulls > 2 {
			return
		}
		select {
		case <-over: // it was stored before, and that is what a sender who repeats is told
			if l == h.public {
				return
			}
		default:
		}
		h.pause(t)
	}
}

// nothingLeft waits until the Front has forgotten everything.
func (h *harbour) nothingLeft(t *testing.T) {
	t.Helper()
	db, err := h.spool()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for {
		var n int
		if err := db.Read(h.ctx, func(s *sqldb.Snapshot) error {
			return s.QueryRow(h.ctx, `SELECT (SELECT count(*) FROM envelope) + (SELECT count(*) FROM body) + (SELECT count(*) FROM upload)`).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		h.pause(t)
	}
}
