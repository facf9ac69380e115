package snare

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"waylight/internal/fault"
)

// finish puts together what the exchanges show.
func (v *session) finish(t *Taken) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var done []*Exchange
	for _, x := range v.list {
		if x.Response != nil {
			done = append(done, x)
		}
	}
	path := way(done, t.Asked, t.Final)
	if len(path) == 0 {
		return fault.Bad("url", "The page could not be fetched: the server cannot be reached, or does not answer as a web server. Nothing was kept.")
	}
	last := path[len(path)-1]
	for _, x := range path {
		_, status, _ := x.answer()
		t.Hops = append(t.Hops, Hop{URL: x.URL.String(), Status: status})
	}
	head, status, body := last.answer()
	t.Final, t.Status, t.Page, t.Type, t.Server, t.Exchanges = last.URL.String(), status, body, head.Get("Content-Type"), last.Server, len(done)
	if enc := head.Get("Content-Encoding"); enc != "" && enc != "identity" {
		v.notes[Packed] = true
	}
	if last.Cut != "" {
		v.notes[last.Cut] = true
	}
	for _, x := range done {
		if x != last && x.Cut != "" {
			v.notes[PartsCut] = true
		}
	}
	for _, c := range last.Chain {
		t.Certificates = append(t.Certificates, fmt.Sprintf("%s; from %s; %s to %s; SHA-256 %x", c.Subject, c.Issuer, c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly), sha256.Sum256(c.Raw)))
	}
	for n := range v.notes {
		t.Notes = append(t.Notes, n)
	}
	slices.Sort(t.Notes)
	for u := range v.turned {
		t.Turned = append(t.Turned, u)
	}
	slices.Sort(t.Turned)
	t.Heads, t.Traffic = heads(path), warc(t, done)
	if len(t.Page) == 0 {
		return fault.Bad("url", "The server answered with an empty page. Nothing was kept.")
	}
	return nil
}

// way finds the exchanges that led to the page: from what was asked along the
// redirections, and to where the browser stood in the end, if that is elsewhere.
func way(all []*Exchange, asked, final string) (path []*Exchange) {
	find := func(address string) *Exchange {
		i := slices.IndexFunc(all, func(x *Exchange) bool {
			return x.URL.String() == address && requestMethod(x.Request) == "GET" && !slices.Contains(path, x)
		})
		if i < 0 {
			return nil
		}
		return all[i]
	}
	follow := func(address string) {
		for x := find(address); x != nil; {
			path = append(path, x)
			next := x.next()
			if next == nil {
				return
			}
			x = find(next.String())
		}
	}
	follow(asked)
	if final, _, _ = strings.Cut(final, "#"); final != "" && (len(path) == 0 || path[len(path)-1].URL.String() != final) {
		follow(final)
	}
	return path
}

// heads is a text for people: what was asked and answered, and the certificates.
func heads(path []*Exchange) []byte {
	var b bytes.Buffer
	for i, x := range path {
		fmt.Fprintf(&b, "%d. %s\nAt %s", i+1, x.URL, x.At.UTC().Format("2006-01-02 15:04:05 UTC"))
		if x.Server != "" {
			fmt.Fprintf(&b, ", from %s", x.Server)
		}
		if x.TLS != "" {
			fmt.Fprintf(&b, ", %s", x.TLS)
		}
		fmt.Fprintf(&b, "\n\n%s\n%s\n", headOf(x.Request), headOf(x.Response))
		for _, c := range x.Chain {
			fmt.Fprintf(&b, "Certificate of %s\nissued by %s\nvalid from %s to %s\nSHA-256 %x\n%s\n", c.Subject, c.Issuer, c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339), sha256.Sum256(c.Raw),
				pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
		}
	}
	return b.Bytes()
}

func headOf(message []byte) []byte {
	head, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return append(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")), '\n')
}

// warc writes the exchanges as WARC 1.1 (ISO 28500:2017).
func warc(t *Taken, all []*Exchange) []byte {
	var b bytes.Buffer
	at := t.Started
	info := "software: " + t.Tool + "\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	record(&b, at, []byte(info), "WARC-Type: warcinfo", "Content-Type: application/warc-fields")
	for _, x := range all {
		id := recordID()
		extra := []string{"WARC-Type: response", "WARC-Record-ID: " + id, "WARC-Target-URI: " + x.URL.String(), "Content-Type: application/http; msgtype=response"}
		if host, _, err := net.SplitHostPort(x.Server); err == nil {
			extra = append(extra, "WARC-IP-Address: "+host)
		}
		switch x.Cut {
		case CutLength:
			extra = append(extra, "WARC-Truncated: length")
		case CutTime:
			extra = append(extra, "WARC-Truncated: time")
		case Broken:
			extra = append(extra, "WARC-Truncated: disconnect")
		}
		record(&b, x.At, x.Response, extra...)
		record(&b, x.At, x.Request, "WARC-Type: request", "WARC-Concurrent-To: "+id, "WARC-Target-URI: "+x.URL.String(), "Content-Type: application/http; msgtype=request")
		if len(x.Chain) > 0 {
			var chain bytes.Buffer
			for _, c := range x.Chain {
				pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) //nolint:errcheck // memory
			}
			record(&b, x.At, chain.Bytes(), "WARC-Type: metadata", "WARC-Refers-To: "+id, "WARC-Target-URI: "+x.URL.String(), "Content-Type: application/pem-certificate-chain")
		}
	}
	return b.Bytes()
}

func record(w io.Writer, at time.Time, block []byte, head ...string) {
	fmt.Fprint(w, "WARC/1.1\r\n")
	if !slices.ContainsFunc(head, func(h string) bool { return strings.HasPrefix(h, "WARC-Record-ID:") }) {
		head = append(head, "WARC-Record-ID: "+recordID())
	}
	sum := sha256.Sum256(block)
	for _, h := range head {
		fmt.Fprint(w, h, "\r\n")
	}
	fmt.Fprintf(w, "WARC-Date: %s\r\nWARC-Block-Digest: sha256:%s\r\nContent-Length: %d\r\n\r\n", at.UTC().Format("2006-01-02T15:04:05.000Z"), hex.EncodeToString(sum[:]), len(block))
	w.Write(block) //nolint:errcheck // memory
	fmt.Fprint(w, "\r\n\r\n")
}

// recordID is a random UUID (RFC 9562, version 4).
func recordID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
