package fastlane

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// patience is how long an answer may take to be made.
const patience = time.Minute

// Answer is what net/http sent for a plain request, byte for byte.
type Answer struct {
	Status  int
	Head    []byte // status line and headers, with the empty line
	Body    []byte // as it was sent: perhaps in chunks
	Content []byte // the same without them
}

// Ask lets net/http answer a plain request to h, over a pipe. What the request
// says is said here alone: nothing of a visitor's can get into an answer that is kept.
// host is sent as given; with gzip the answer may be packed.
func Ask(h http.Handler, path, host string, gzip bool) (a Answer, err error) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	_ = ours.SetDeadline(time.Now().Add(patience))
	pipe := &rest{addr: theirs.LocalAddr(), came: make(chan net.Conn, 1), closed: make(chan struct{})}
	pipe.give(theirs)
	s := &http.Server{Handler: h, ReadHeaderTimeout: patience, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = s.Serve(pipe) }() // ends with Close
	defer s.Close()
	packing := ""
	if gzip {
		packing = "Accept-Encoding: gzip\r\n"
	}
	if _, err := fmt.Fprintf(ours, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, host, packing); err != nil {
		return a, err
	}
	var all bytes.Buffer
	res, err := http.ReadResponse(bufio.NewReader(io.TeeReader(ours, &all)), nil)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	if a.Content, err = io.ReadAll(res.Body); err != nil {
		return a, err
	}
	if res.Close { // the line would not stay open
		return a, fmt.Errorf("net/http closes the line after %d", res.StatusCode)
	}
	const end = "\r\n\r\n"
	raw := all.Bytes()
	at := bytes.Index(raw, []byte(end)) + len(end)
	a.Status, a.Head, a.Body = res.StatusCode, raw[:at:at], raw[at:]
	return a, nil
}
