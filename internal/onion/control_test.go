package onion_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/onion"
)

func TestDialSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := onion.Dial(context.Background(), "unix:"+filepath.Join(t.TempDir(), "absent"))
	if err == nil || !strings.Contains(err.Error(), "install and start it") {
		t.Errorf("without tor: %v", err)
	}
}

// stranger answers like tor up to the point where it would have to know the cookie.
func stranger(t *testing.T, protocol, challenge string) (address string, heard <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	orders := make(chan string, 10)
	go func() {
		defer close(orders)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for s := bufio.NewScanner(c); s.Scan(); {
			orders <- s.Text()
			switch word, _, _ := strings.Cut(s.Text(), " "); word {
			case "PROTOCOLINFO":
				fmt.Fprint(c, protocol)
			case "AUTHCHALLENGE":
				fmt.Fprint(c, challenge)
			default:
				fmt.Fprint(c, "250 OK\r\n")
			}
		}
	}()
	return l.Addr().String(), orders
}

// Whatever sits on the control port in tor's place learns neither cookie nor key.
func TestDialTrustsNoStranger(t *testing.T) {
	t.Parallel()
	cookie := filepath.Join(t.TempDir(), "cookie")
	if err := os.WriteFile(cookie, make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("a file that somebody wants to read"), 0o600); err != nil {
		t.Fatal(err)
	}
	info := func(file string) string {
		return fmt.Sprintf("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q\r\n250 OK\r\n", file)
	}
	wrong := "250 AUTHCHALLENGE SERVERHASH=" + strings.Repeat("00", 32) + " SERVERNONCE=" + strings.Repeat("11", 32) + "\r\n"
	for name, c := range map[string]struct{ protocol, challenge, want string }{
		"wrong hash":          {info(cookie), wrong, "does not know tor's cookie"},
		"no hash":             {info(cookie), "250 AUTHCHALLENGE\r\n", "does not know tor's cookie"},
		"another file":        {info(short), wrong, "is not tor's cookie"},
		"no such file":        {info(cookie + "x"), wrong, "cannot be read"},
		"a password only":     {"250-AUTH METHODS=HASHEDPASSWORD\r\n250 OK\r\n", wrong, "CookieAuthentication 1"},
		"the cookie in clear": {fmt.Sprintf("250-AUTH METHODS=COOKIE COOKIEFILE=%q\r\n250 OK\r\n", cookie), wrong, "CookieAuthentication 1"},
		"a web server":        {"HTTP/1.1 400 Bad Request\r\n\r\n", wrong, "is this tor's control port?"},
		"an error":            {"510 Unrecognized command\r\n", wrong, "510"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, heard := stranger(t, c.protocol, c.challenge)
			control, err := onion.Dial(t.Context(), address)
			if err == nil {
				control.Close()
				t.Fatal("it was trusted")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			for order := range heard {
				if strings.HasPrefix(order, "AUTHENTICATE") {
					t.Errorf("it heard %q", order)
				}
			}
		})
	}
}
