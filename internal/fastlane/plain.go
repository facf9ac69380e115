package fastlane

import "bytes"

// most is the size of a connection's buffer: a head that is not in it as a whole,
// after one reading, is left to net/http.
const most = 4 << 10

// Request is what an answer may depend on. Path and Host lie in a buffer that is
// used again: they are good until the answer was found.
type Request struct {
	Path []byte // of the characters A-Z a-z 0-9 . _ ~ - /
	Host []byte // of the characters A-Z a-z 0-9 . - :
	Gzip bool   // the word stands in Accept-Encoding
}

// plain reads the first request of b, which takes n bytes. ok is false for all
// that has not exactly the form of a plain request, right or wrong.
func plain(b []byte) (r Request, n int, ok bool) {
	first, rest, ok := cut(b)
	if !ok {
		return r, 0, false
	}
	path, get := bytes.CutPrefix(first, []byte("GET "))
	path, http := bytes.CutSuffix(path, []byte(" HTTP/1.1"))
	if !get || !http || len(path) == 0 || path[0] != '/' || !only(path, inPath) {
		return r, 0, false
	}
	r.Path = path
	packed := false
	for {
		var line []byte
		if line, rest, ok = cut(rest); !ok {
			return r, 0, false
		}
		if len(line) == 0 {
			return r, len(b) - len(rest), len(r.Host) > 0
		}
		colon := bytes.IndexByte(line, ':')
		if colon < 0 || !only(line, printed) {
			return r, 0, false
		}
		value := bytes.Trim(line[colon+1:], " ")
		switch kindOf(line[:colon]) {
		case idle:
		case host:
			if r.Host != nil || len(value) == 0 || !only(value, inHost) {
				return r, 0, false
			}
			r.Host = value
		case packing:
			if packed {
				return r, 0, false
			}
			packed, r.Gzip = true, bytes.Contains(value, []byte("gzip"))
		case connection:
			if !bytes.EqualFold(value, []byte("keep-alive")) {
				return r, 0, false
			}
		default:
			return r, 0, false
		}
	}
}

// cut takes a line that ends as the standard says; it may hold no other end.
func cut(b []byte) (line, rest []byte, ok bool) {
	end := bytes.IndexByte(b, '\n')
	if end < 1 || b[end-1] != '\r' {
		return nil, nil, false
	}
	return b[:end-1], b[end+1:], true
}

// The kinds of headers.
const (
	strange    = iota // all that are not named here
	idle              // changes nothing in any answer
	host              // must be there once
	packing           // Accept-Encoding
	connection        // keep-alive, or the request is not plain
)

// longest is the length of the longest name in kindOf.
const longest = 25

// kindOf knows the headers that a plain request may have. One that a page is
// ever made to look at must not be idle here.
func kindOf(name []byte) int {
	if len(name) > longest {
		return strange
	}
	var small [longest]byte
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		small[i] = c
	}
	switch string(small[:len(name)]) {
	case "host":
		return host
	case "accept-encoding":
		return packing
	case "connection":
		return connection
	case "accept", "accept-language", "user-agent", "referer", "dnt", "save-data", "priority", "pragma", "cache-control", "upgrade-insecure-requests",
		"sec-gpc", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform",
		"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via":
		return idle
	}
	return strange
}

// Classes of characters.
const (
	inPath = 1 << iota
	inHost
	printed
)

// classes are the classes of each byte.
var classes = func() (all [256]byte) {
	for c := range all {
		digit, letter := '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80
		if digit || letter || c == '.' || c == '-' {
			all[c] |= inPath | inHost
		}
		if c == '_' || c == '~' || c == '/' {
			all[c] |= inPath
		}
		if c == ':' {
			all[c] |= inHost
		}
		if ' ' <= c && c <= '~' {
			all[c] |= printed
		}
	}
	return all
}()

func only(b []byte, class byte) bool {
	for _, c := range b {
		if classes[c]&class == 0 {
			return false
		}
	}
	return true
}
