package front_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"waylight/internal/hatchway"
)

// doors are all the ways by which a stranger's bytes reach a parser of the Front.
var doors = []struct{ method, path string }{
	{"POST", "/w/v1/envelopes"},
	{"POST", "/w/v1/mailboxes/00112233445566778899aabbccddeeff/read"},
	{"POST", "/w/v1/mailboxes/00112233445566778899aabbccddeeff/erase"},
	{"PUT", "/w/v1/uploads/00112233445566778899aabbccddeeff/0"},
	{"GET", "/w/v1/uploads/"},
	{"POST", "/en/help"}, {"POST", "/ru/information"}, {"POST", "/en/mailbox"}, {"POST", "/ru/mailbox/message"}, {"POST", "/en/mailbox/erase"},
	{"GET", "/p/"}, {"GET", "/w/v1/keylog/"}, {"GET", "/"},
	{"POST", hatchway.PathPull}, {"POST", hatchway.PathPages}, {"GET", hatchway.PathStatus},
}

// FuzzFront sends whatever to every door: the Front answers each with something
// that is no fault of its own, and stands.
func FuzzFront(f *testing.F) {
	h := start(f)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i := range doors {
		f.Add(byte(i), "", "application/json", "en", []byte(`{"id":"00112233445566778899aabbccddeeff"}`))
		f.Add(byte(i), "x?a=%zz", "application/x-www-form-urlencoded", "ru;q=0.1,*", []byte("text=a&q.danger=now&code=1234"))
		f.Add(byte(i), "", `multipart/form-data; boundary="b"`, "", []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"))
	}
	f.Fuzz(func(t *testing.T, door byte, more, kind, header string, body []byte) {
		d := doors[int(door)%len(doors)]
		if d.method == "GET" {
			d.path += strings.TrimLeft(more, "/")
		}
		req, err := http.NewRequest(d.method, h.base+d.path, bytes.NewReader(body))
		if err != nil {
			return // no address at all
		}
		for name, value := range map[string]string{"Content-Type": kind, "Accept-Language": header, hatchway.Header: header, "If-None-Match": header} {
			req.Header.Set(name, value)
		}
		res, err := client.Do(req)
		if err != nil {
			if strings.Contains(err.Error(), "invalid header") || strings.Contains(err.Error(), "invalid") {
				return // the client does not send it
			}
			t.Fatalf("%s %s: %v", d.method, d.path, err)
		}
		res.Body.Close()
		if res.StatusCode >= 500 {
			t.Errorf("%s %s: status %d: %s", d.method, d.path, res.StatusCode, h.log)
		}
	})
}
