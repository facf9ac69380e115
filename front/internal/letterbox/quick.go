package letterbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"waylight/internal/envelope"
	"waylight/internal/wire"
)

// buffers hold the bodies of submissions while they are read.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the size above which a buffer is left to the collector.
const largestKept = 64 << 10

// readEnvelope reads a submission's body. What senders write is read by hand,
// because a fifth of the Front's work under load was reading JSON by reflection;
// whatever has another form is left to encoding/json, so that both take the same
// and mean the same by it (FuzzReadEnvelope).
func readEnvelope(w http.ResponseWriter, r *http.Request) (wire.Envelope, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= largestKept {
			b.Reset()
			buffers.Put(b)
		}
	}()
	limit := int64(2 * envelope.MaxSealed)
	if r.ContentLength > 0 && r.ContentLength < largestKept {
		b.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, limit)); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			drain(r.Body)
			return wire.Envelope{}, err
		}
		return wire.Envelope{}, badRequest("The request ended too early.")
	}
	e, err := parseEnvelope(b.Bytes())
	if err != nil {
		return e, badRequest("The body is not the JSON that this path takes.")
	}
	return e, nil
}

func parseEnvelope(body []byte) (wire.Envelope, error) {
	if e, ok := quickEnvelope(body); ok {
		return e, nil
	}
	var e wire.Envelope
	return e, json.Unmarshal(body, &e)
}

// quick reads compact JSON of one known shape and gives up (ok false) on
// anything else, right or wrong.
type quick struct {
	rest []byte
	bad  bool
}

// take reads the very text, or gives up.
func (q *quick) take(text string) {
	if rest, ok := bytes.CutPrefix(q.rest, []byte(text)); ok {
		q.rest = rest
		return
	}
	q.bad = true
}

// next reports whether c follows, and takes it then.
func (q *quick) next(c byte) bool {
	if len(q.rest) > 0 && q.rest[0] == c {
		q.rest = q.rest[1:]
		return true
	}
	return false
}

// text reads a string of plain ASCII without escapes; it is valid until the buffer is reused.
func (q *quick) text() []byte {
	if !q.next('"') {
		q.bad = true
		return nil
	}
	for i, c := range q.rest {
		switch {
		case c == '"':
			t := q.rest[:i]
			q.rest = q.rest[i+1:]
			return t
		case c < ' ' || c == '\\' || c >= 0x80:
			q.bad = true
			return nil
		}
	}
	q.bad = true
	return nil
}

func (q *quick) bytes() []byte {
	if rest, ok := bytes.CutPrefix(q.rest, []byte("null")); ok {
		q.rest = rest
		return nil
	}
	// The alphabet is checked by the decoder, so only the end is looked for.
	if !q.next('"') {
		q.bad = true
		return nil
	}
	end := bytes.IndexByte(q.rest, '"')
	if end < 0 || bytes.IndexByte(q.rest[:end], '\n') >= 0 || bytes.IndexByte(q.rest[:end], '\r') >= 0 {
		q.bad = true
		return nil
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(end))
	n, err := base64.StdEncoding.Decode(out, q.rest[:end])
	q.bad = q.bad || err != nil
	q.rest = q.rest[end+1:]
	return out[:n]
}

// count reads a number without sign, point or leading zero, below a thousand million.
func (q *quick) count() int {
	n, digits := 0, 0
	for digits < len(q.rest) && digits < 10 && q.rest[digits] >= '0' && q.rest[digits] <= '9' {
		n = 10*n + int(q.rest[digits]-'0')
		digits++
	}
	if digits == 0 || digits > 9 || digits > 1 && q.rest[0] == '0' {
		q.bad = true
		return 0
	}
	q.rest = q.rest[digits:]
	return n
}

func (q *quick) uploads() []wire.UploadRef {
	all := []wire.UploadRef{}
	q.take("[")
	if q.next(']') {
		return all
	}
	for !q.bad {
		q.take(`{"id":`)
		id := q.text()
		q.take(`,"chunks":`)
		all = append(all, wire.UploadRef{ID: string(id), Chunks: q.count()})
		q.take("}")
		if q.next(']') {
			return all
		}
		q.take(",")
	}
	return nil
}

// The fields, each of which may stand once.
const (
	hasID = 1 << iota
	hasChannel
	hasMailbox
	hasSignKey
	hasSignature
	hasUploads
	hasSealed
	hasBeside
)

func (q *quick) field(e *wire.Envelope) (has int) {
	name := q.text()
	q.take(":")
	switch string(name) {
	case "id":
		e.ID, has = string(q.text()), hasID
	case "channel":
		e.Channel, has = string(q.text()), hasChannel
	case "mailbox":
		e.Mailbox, has = string(q.text()), hasMailbox
	case "sign_key":
		e.SignKey, has = q.bytes(), hasSignKey
	case "signature":
		e.Signature, has = q.bytes(), hasSignature
	case "uploads":
		e.Uploads, has = q.uploads(), hasUploads
	case "sealed":
		e.Sealed, has = q.bytes(), hasSealed
	case "beside":
		e.Beside, has = q.beside(), hasBeside
	default:
		q.bad = true
	}
	return has
}

// beside reads the other mailbox, its fields in the order in which senders write them.
func (q *quick) beside() *wire.Beside {
	var b wire.Beside
	q.take(`{"mailbox":`)
	b.Mailbox = string(q.text())
	q.take(`,"sign_key":`)
	b.SignKey = q.bytes()
	q.take(`,"signature":`)
	b.Signature = q.bytes()
	q.take("}")
	return &b
}

func quickEnvelope(body []byte) (e wire.Envelope, ok bool) {
	q := &quick{rest: body}
	q.take("{")
	seen := 0
	for !q.bad {
		has := q.field(&e)
		if seen&has != 0 {
			return wire.Envelope{}, false
		}
		seen |= has
		if q.next('}') {
			return e, !q.bad && len(bytes.Trim(q.rest, " \t\r\n")) == 0
		}
		q.take(",")
	}
	return wire.Envelope{}, false
}
