package fastlane

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// What a visitor sent is not left in memory: neither in the buffers that others
// get, nor in what was handed over.
func TestForget(t *testing.T) {
	t.Parallel()
	secret := []byte("POST /en/help HTTP/1.1\r\nHost: x\r\n\r\nthe words of an invented person")
	ours, theirs := net.Pipe()
	l := New(nowhere{}, func(_ Request, out [][]byte) [][]byte { return out }, Puts{}, Limits{Head: 1 << 40}, nil)
	buf := new([most]byte)
	go func() { ours.Write(secret); ours.Close() }()
	first, err := (&line{Conn: theirs, lane: l}).hearIn(buf)
	if err != nil || !bytes.Equal(first, secret) {
		t.Fatalf("%q, %v", first, err)
	}
	if left := bytes.Trim(buf[:], "\x00"); len(left) != 0 {
		t.Errorf("left for the next line: %q", left)
	}
	got, err := io.ReadAll(&handed{Conn: theirs, lane: l, first: first})
	if err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	if len(bytes.Trim(first, "\x00")) != 0 {
		t.Errorf("handed over and kept: %q", first)
	}
}

// nowhere is a listener that nobody comes to.
type nowhere struct{ net.Listener }

func (nowhere) Addr() net.Addr { return &net.TCPAddr{} }
