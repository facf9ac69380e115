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
	if !l.hold(theirs) {
		t.Fatal("not held")
	}
	buf, done := new([most]byte), make(chan struct{})
	go func() { l.talk(theirs, buf); close(done) }()
	go func() { ours.Write(secret); ours.Close() }()
	c, err := l.rest.Accept()
	if err != nil {
		t.Fatal(err)
	}
	h := c.(*handed)
	first := h.first
	got, err := io.ReadAll(h)
	if err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	<-done
	if len(bytes.Trim(buf[:], "\x00")) != 0 {
		t.Errorf("left for the next line: %q", bytes.Trim(buf[:], "\x00"))
	}
	if len(first) != len(secret) || len(bytes.Trim(first, "\x00")) != 0 {
		t.Errorf("handed over and kept: %q", first)
	}
}

// nowhere is a listener that nobody comes to.
type nowhere struct{ net.Listener }

func (nowhere) Addr() net.Addr { return &net.TCPAddr{} }
