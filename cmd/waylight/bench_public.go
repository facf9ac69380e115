package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

	"waylight/internal/bundle"
	"waylight/internal/hatchway"
)

// publicPages are the sizes of published pages that are asked for: a short page and
// a report with its figures, in bytes. A petition's page with its form is the third.
var publicPages = []struct {
	name string
	size int
}{{"a short page", 4 << 10}, {"a report", 48 << 10}}

// benchPublic publishes pages on a Front of its own and lets nginx serve the
// very same bytes with the same headers; both are asked in turn over the same
// number of kept connections by the same plain reader.
func benchPublic(ctx context.Context, t terminal, set *flag.FlagSet, args []string) ([]row, error) {
	seconds := set.Float64("seconds", 2, "how long each is asked in one round")
	readers := set.Int("readers", 32, "kept connections at once")
	dir := set.String("dir", "", "where to make the temporary folder; its disk is measured")
	signatures := set.Int("signatures", 4000, "signatures of a petition in one round; 0: none")
	signers := set.Int("signers", 64, "lines over which they come")
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
	bodies, err := s.post(ctx)
	if err != nil {
		return nil, err
	}
	yard, why := openNginx(ctx, filepath.Join(folder, "nginx"), s, bodies)
	if why == nil {
		defer yard.close()
	}
	var rows []row
	for i, name := range []string{publicPages[0].name, publicPages[1].name, "a petition"} {
		path := petitionPath
		if i < len(publicPages) {
			path = publicPath(i)
		}
		body := bodies[path]
		fmt.Fprintf(t.err, "%s, %d bytes\n", name, len(body))
		r, err := comparePages(ctx, s, yard, path, body, *readers, time.Duration(*seconds*float64(time.Second)))
		if err != nil {
			return nil, err
		}
		for j := range r {
			r[j].Name, r[j].N = r[j].Name+", "+name, int64(len(body))
		}
		if why != nil {
			r[0].Skipped = why.Error()
		}
		rows = append(rows, r...)
	}
	if *signatures == 0 {
		return rows, nil
	}
	more, err := benchSignatures(ctx, t, folder, s, *signers, *signatures)
	return append(rows, more...), err
}

func publicPath(i int) string { return fmt.Sprintf("/p/bench/%d.html", i) }

// petitionPath is where the page of the petition stands that openPetition opens.
const petitionPath = "/en/petitions/bench"

// post signs and publishes the pages, as a Desk does, and opens a petition. It
// returns the bytes of all of them by their paths.
func (s *contactStage) post(ctx context.Context) (map[string][]byte, error) {
	m := bundle.Pages{Organisation: bundle.ID(s.organisation.Public()), Serial: 1, Day: "2017-04-01"}
	out, bodies := hatchway.Publication{}, map[string][]byte{}
	for i, p := range publicPages {
		body := pageOf(p.size)
		sum := sha256.Sum256(body)
		path := strings.TrimPrefix(publicPath(i), "/p/")
		m.Pages = append(m.Pages, bundle.Page{Path: path, Lang: "en", Type: "text/html; charset=utf-8", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body))})
		out.Pages, bodies[publicPath(i)] = append(out.Pages, hatchway.PageBody{Path: path, Body: body}), body
	}
	note, err := bundle.SignPages(s.organisation, m)
	if err != nil {
		return nil, err
	}
	out.Manifest = string(note)
	if err := s.desk.Publish(ctx, out); err != nil {
		return nil, err
	}
	if err := s.openPetition(ctx); err != nil {
		return nil, err
	}
	res, err := s.http.Get(s.base + petitionPath)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if bodies[petitionPath], err = io.ReadAll(res.Body); err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the petition's page: %s", res.Status)
	}
	return bodies, err
}

// pageOf is HTML of exactly this many bytes.
func pageOf(size int) []byte {
	var b bytes.Buffer
	b.WriteString("<!doctype html><html lang=en><title>Bench</title><main>\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "<p>Paragraph %d: a number is given as a range because the sources differ.</p>\n", i)
	}
	b.Truncate(size)
	return b.Bytes()
}

// nginx is Debian's, serving a folder from memory of the kernel, without a log.
type nginx struct {
	cmd  *exec.Cmd
	addr string
}

const nginxConfig = `daemon off; worker_processes auto; pid %[1]s/pid; error_log %[1]s/error.log crit;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 60; keepalive_requests 1000000000; etag off; if_modified_since off; server_tokens off;
  client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
  open_file_cache max=100 inactive=60s; types { text/html html; } default_type text/html; charset utf-8;
  server { listen %[2]s; root %[1]s/pages;
%[3]s  }
}
`

// openNginx starts nginx with the headers that the Front gives, page by page.
func openNginx(ctx context.Context, folder string, s *contactStage, bodies map[string][]byte) (*nginx, error) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		if path = "/usr/sbin/nginx"; !isThere(path) {
			return nil, errors.New("nginx is not installed (Debian: nginx-light)")
		}
	}
	var places strings.Builder
	for p, body := range bodies {
		file := filepath.Join(folder, "pages", p)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, body, 0o644); err != nil {
			return nil, err
		}
		res, err := s.http.Get(s.base + p)
		if err != nil {
			return nil, err
		}
		_ = res.Body.Close()
		fmt.Fprintf(&places, "    location = %s {\n", p)
		for name, values := range res.Header {
			if !slices.Contains([]string{"Content-Type", "Content-Length", "Date", "Last-Modified"}, name) {
				fmt.Fprintf(&places, "      add_header %s %q;\n", name, values[0])
			}
		}
		places.WriteString("    }\n")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0") // nginx cannot say which port it was given
	if err != nil {
		return nil, err
	}
	n := &nginx{addr: free.Addr().String()}
	_ = free.Close()
	config := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, folder, n.addr, places.String()), 0o600); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 { // its workers become nobody and must come to the pages
		for _, d := range []string{filepath.Dir(folder), folder} {
			if err := os.Chmod(d, 0o755); err != nil {
				return nil, err
			}
		}
	}
	n.cmd = exec.CommandContext(ctx, path, "-c", config, "-p", folder)
	n.cmd.SysProcAttr = children()
	var said bytes.Buffer
	n.cmd.Stderr = &said
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", n.addr); err == nil {
			return n, c.Close()
		}
		if time.Now().After(deadline) {
			n.close()
			return nil, fmt.Errorf("nginx did not start: %s", said.String())
		}
	}
}

func isThere(path string) bool { _, err := os.Stat(path); return err == nil }

func (n *nginx) close() {
	_ = n.cmd.Process.Signal(syscall.SIGTERM)
	_ = n.cmd.Wait()
}

// comparePages asks nginx and the Front in turn; rates are medians of the rounds.
func comparePages(ctx context.Context, s *contactStage, yard *nginx, path string, body []byte, readers int, long time.Duration) ([]row, error) {
	var own, theirs []float64
	var cpu time.Duration
	var served int
	for range rounds {
		if yard != nil {
			n, rate, err := fetchFor(ctx, yard.addr, path, body, readers, long)
			if err != nil || n == 0 {
				return nil, fmt.Errorf("nginx served %d pages: %w", n, err)
			}
			theirs = append(theirs, rate)
		}
		before, err := cpuTime(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		n, rate, err := fetchFor(ctx, strings.TrimPrefix(s.base, "http://"), path, body, readers, long)
		if err != nil {
			return nil, err
		}
		after, err := cpuTime(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		own, cpu, served = append(own, rate), cpu+after-before, served+n
	}
	slices.Sort(own)
	r := row{Name: "served", Value: own[rounds/2], Unit: "pages/s", Bar: "70 % of nginx"}
	if yard != nil {
		slices.Sort(theirs)
		r = r.against(theirs[rounds/2])
		r.Holds = *r.Ratio >= 0.7
	}
	return []row{r, {Name: "server CPU", Value: float64(cpu.Microseconds()) / float64(max(served, 1)), Unit: "µs a page"}}, nil
}

// fetchFor reads a page again and again over kept connections and compares the
// bytes of each connection's first answer; later ones must have the same length.
func fetchFor(ctx context.Context, addr, path string, want []byte, readers int, long time.Duration) (n int, rate float64, err error) {
	var done atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, readers)
	began := time.Now()
	for i := range readers {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			return 0, 0, err
		}
		defer c.Close()
		all.Go(func() {
			r := &pageReader{in: bufio.NewReaderSize(c, 64<<10)}
			ask := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\n\r\n", path, addr)
			for first := true; first || time.Since(began) < long; first = false {
				if _, failed[i] = c.Write(ask); failed[i] != nil {
					return
				}
				if failed[i] = r.read(want, first); failed[i] != nil {
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	return int(done.Load()), float64(done.Load()) / took.Seconds(), errors.Join(failed...)
}

// pageReader reads answers as plainly as can be: package http's reader would
// take more of the machine's processors than the servers that are measured.
type pageReader struct{ in *bufio.Reader }

func (r *pageReader) read(want []byte, compare bool) error {
	size, chunked, status := -1, false, ""
	for {
		line, err := r.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		switch {
		case status == "":
			status = string(line)
		case len(line) <= 2:
			var got []byte
			if compare {
				got = make([]byte, 0, len(want))
			}
			if chunked {
				got, size, err = r.chunks(got)
			} else if size >= 0 {
				got, err = r.take(got, size)
			}
			switch {
			case err != nil:
				return err
			case !strings.HasPrefix(status, "HTTP/1.1 "+strconv.Itoa(http.StatusOK)) || size != len(want):
				return fmt.Errorf("the server answered %q with %d bytes", strings.TrimSpace(status), size)
			case compare && !samePage(got, want):
				return errors.New("the server gave other bytes than were published")
			}
			return nil
		case bytes.EqualFold(line, []byte("transfer-encoding: chunked\r\n")):
			chunked = true
		case len(line) > 15 && bytes.EqualFold(line[:15], []byte("content-length:")):
			if size, err = strconv.Atoi(string(bytes.TrimSpace(line[15:]))); err != nil {
				return err
			}
		}
	}
}

// take appends the next n bytes to got, or passes over them when got is nil.
func (r *pageReader) take(got []byte, n int) ([]byte, error) {
	if got == nil {
		_, err := r.in.Discard(n)
		return nil, err
	}
	at := len(got)
	got = append(got, make([]byte, n)...)
	_, err := io.ReadFull(r.in, got[at:])
	return got, err
}

// chunks takes a page that comes in chunks (RFC 9112, 7.1), without trailers.
func (r *pageReader) chunks(got []byte) (_ []byte, size int, err error) {
	for {
		line, err := r.in.ReadSlice('\n')
		if err != nil {
			return nil, 0, err
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 24)
		if err != nil {
			return nil, 0, err
		}
		if got, err = r.take(got, int(n)); err != nil {
			return nil, 0, err
		}
		if _, err := r.in.Discard(2); err != nil {
			return nil, 0, err
		}
		if size += int(n); n == 0 {
			return got, size, nil
		}
	}
}

// samePage compares pages but for the random value in a petition's form, which
// is new for every reader.
func samePage(got, want []byte) bool {
	const mark, length = `name="once" value="`, 32
	if at := bytes.Index(want, []byte(mark)) + len(mark); at >= len(mark) && len(want) >= at+length && len(got) == len(want) {
		return bytes.Equal(got[:at], want[:at]) && bytes.Equal(got[at+length:], want[at+length:])
	}
	return bytes.Equal(got, want)
}
