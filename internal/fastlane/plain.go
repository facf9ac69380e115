package fastlane

import "bytes"

// most is the size of a connection's buffer: a head that is not in it as a whole,
// after one reading, is left to net/http, and so is what does not fit in with its body.
const most = 4 << 10

// Request is what an answer may depend on. Path, Host and Body lie in a buffer that
// is used again: they are good until the answer was found.
type Request struct {
	Path []byte // of the characters A-Z a-z 0-9 . _ ~ - /
	Host []byte // of the characters A-Z a-z 0-9 . - :
	Gzip bool   // the word stands in Accept-Encoding
	Body []byte // of a PUT

	put  bool
	size int  // of the body
	ask  bool // its answer may depend on more than this
}

// plain reads the head of the first request of b, which takes n bytes. ok is false
// for all that has not exactly the form of a plain request, right or wrong: where it
// ends, net/http alone knows.
func plain(b []byte) (r Request, n int, ok bool) {
	first, rest, ok := cut(b)
	if !ok {
		return r, 0, false
	}
	path, get := bytes.CutPrefix(first, []byte("GET "))
	if !get {
		path, r.put = bytes.CutPrefix(first, []byte("PUT "))
	}
	path, http := bytes.CutSuffix(path, []byte(" HTTP/1.1"))
	if get == r.put || !http || len(path) == 0 || path[0] != '/' || !only(path, inPath|inQuery) {
		return r, 0, false
	}
	r.Path, r.ask = path, !only(path, inPath)
	packed, sized := false, false
	for {
		var line []byte
		if line, rest, ok = cut(rest); !ok {
			return r, 0, false
		}
		if len(line) == 0 {
			return r, len(b) - len(rest), len(r.Host) > 0 && r.put == (r.size > 0)
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
		case sent:
			r.ask = r.ask || !r.put
		case looked:
			r.ask = true
		case length:
			if r.size, ok = sizeOf(value); !ok || !r.put || sized {
				return r, 0, false
			}
			sized = true
		default:
			return r, 0, false
		}
	}
}

// sizeOf reads the length of a body that could fit into the buffer.
func sizeOf(value []byte) (n int, ok bool) {
	if len(value) == 0 || len(value) > 4 || value[0] == '0' {
		return 0, false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
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
	sent              // changes nothing in the answer to a PUT
	looked            // net/http answers, but it moves no end of a request
	length            // of a PUT: must be there once
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
	case "content-length":
		return length
	case "content-type", "origin":
		return sent
	case "cookie", "if-none-match", "if-modified-since", "if-range", "range":
		return looked
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
	inQuery
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
		if c == '?' || c == '=' || c == '&' || c == '%' || c == '+' {
			all[c] |= inQuery
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
