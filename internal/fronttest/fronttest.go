// Package fronttest is a Front in memory that follows docs/formats/front-protocol.md
// and misbehaves on demand: it cuts the line before or after it has acted.
//
// Only tests import it: those of the senders, which must come through all of
// this without losing or doubling anything. It also plays the Desk: it opens
// what came with its own intake key and answers.
package fronttest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"filippo.io/age"

	"waylight/internal/bundle"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// Fault is what goes wrong with one request.
type Fault int

// The faults.
const (
	None      Fault = iota
	CutBefore       // the line breaks before the Front has acted
	CutAfter        // the Front acts, the answer is lost
	Busy            // 503
	OldKey          // 409 key-too-old
)

// Front is the server. Set Fault before the first request.
type Front struct {
	URL          string
	Organisation ed25519.PublicKey
	Fault        func(r *http.Request) Fault // nil: nothing goes wrong

	t         testing.TB
	intake    *age.HybridIdentity
	key       ed25519.PrivateKey
	salt      [32]byte
	mu        sync.Mutex
	envelopes map[string]wire.Envelope
	order     []string
	chunks    map[string]map[int][]byte
	signKeys  map[string]ed25519.PublicKey
	replies   map[string][]wire.Reply
	pages     map[string]page
}

type page struct{ kind, content string }

// signer is the organisation key.
type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(s.key, message), nil
}

// New starts a Front with the channels help and information.
func New(t testing.TB) *Front {
	t.Helper()
	intake, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &Front{
		Organisation: pub, t: t, intake: intake, key: key,
		envelopes: map[string]wire.Envelope{}, chunks: map[string]map[int][]byte{},
		signKeys: map[string]ed25519.PublicKey{}, replies: map[string][]wire.Reply{}, pages: map[string]page{},
	}
	rand.Read(f.salt[:])
	server := httptest.NewServer(f.handler())
	t.Cleanup(server.Close)
	f.URL = server.URL
	return f
}

// Checkpoint signs the state of a key log of these notes.
func (f *Front) Checkpoint(notes []string) string {
	c, err := bundle.CheckpointOf(notes)
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := bundle.SignCheckpoint(signer{f.key}, c)
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

// Signer signs as the organisation.
func (f *Front) Signer() bundle.Signer { return signer{f.key} }

// Serve adds a page under path, with the Front's content policy.
func (f *Front) Serve(path, kind, content string) { f.pages[path] = page{kind, content} }

func (f *Front) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.PathChannels, f.channels)
	mux.HandleFunc("GET "+wire.PathUpload, f.upload)
	mux.HandleFunc("PUT "+wire.PathChunk, f.chunk)
	mux.HandleFunc("POST "+wire.PathEnvelopes, f.envelope)
	mux.HandleFunc("POST "+wire.PathRead, f.access(mailbox.Read))
	mux.HandleFunc("POST "+wire.PathErase, f.access(mailbox.Erase))
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		p, ok := f.pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", p.kind)
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'")
		_, _ = io.WriteString(w, p.content)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault := None
		if f.Fault != nil {
			fault = f.Fault(r)
		}
		switch fault {
		case CutBefore:
			panic(http.ErrAbortHandler)
		case CutAfter:
			mux.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case Busy:
			refuse(w, http.StatusServiceUnavailable, wire.Busy)
		case OldKey:
			refuse(w, http.StatusConflict, wire.KeyTooOld)
		case None:
			mux.ServeHTTP(w, r)
		}
	})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, code wire.Code) {
	answer(w, status, wire.Refusal{Code: code, Message: string(code)})
}

func (f *Front) channels(w http.ResponseWriter, _ *http.Request) {
	c := wire.Channels{Salt: f.salt[:]}
	names := map[string]string{"en": "Test organisation (invented)"}
	for _, id := range []string{"help", "information"} {
		text, err := bundle.SignKeys(signer{f.key}, bundle.Keys{Name: names, Channel: id, Recipient: f.intake.Recipient().String(), From: "2017-04-01", Until: "2017-04-14", Serial: 1})
		if err != nil {
			f.t.Error(err)
		}
		c.Channels = append(c.Channels, wire.Channel{ID: id, Organisation: bundle.ID(f.Organisation), Name: names, Keys: string(text), OrganisationKey: f.Organisation})
	}
	answer(w, http.StatusOK, c)
}

func (f *Front) upload(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	have := []int{}
	for i := range f.chunks[r.PathValue("upload")] {
		have = append(have, i)
	}
	slices.Sort(have)
	answer(w, http.StatusOK, wire.Upload{Have: have})
}

func (f *Front) chunk(w http.ResponseWriter, r *http.Request) {
	upload := r.PathValue("upload")
	index, err := strconv.Atoi(r.PathValue("index"))
	body, readErr := io.ReadAll(r.Body)
	if err != nil || readErr != nil || len(body) != envelope.SealedChunkSize || !envelope.ValidID(upload) {
		refuse(w, http.StatusBadRequest, wire.BadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.chunks[upload] == nil {
		f.chunks[upload] = map[int][]byte{}
	}
	if old, ok := f.chunks[upload][index]; ok && !bytes.Equal(old, body) {
		refuse(w, http.StatusConflict, wire.Conflict)
		return
	}
	f.chunks[upload][index] = body
	w.WriteHeader(http.StatusNoContent)
}

func (f *Front) envelope(w http.ResponseWriter, r *http.Request) {
	var e wire.Envelope
	if json.NewDecoder(r.Body).Decode(&e) != nil || !envelope.ValidID(e.ID) || !envelope.ValidID(e.Mailbox) {
		refuse(w, http.StatusBadRequest, wire.BadRequest)
		return
	}
	if _, ok := envelope.Class(len(e.Sealed)); !ok {
		refuse(w, http.StatusBadRequest, wire.BadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if old, ok := f.envelopes[e.ID]; ok {
		if !bytes.Equal(old.Sealed, e.Sealed) {
			refuse(w, http.StatusConflict, wire.Conflict)
			return
		}
		answer(w, http.StatusOK, wire.Stored{Stored: true})
		return
	}
	known, ok := f.signKeys[e.Mailbox]
	if !ok {
		known = e.SignKey
	}
	if !mailbox.Verify(known, mailbox.FollowUp, e.Signature, wire.SubmissionParts(e.ID, e.Sealed)...) {
		refuse(w, http.StatusForbidden, wire.BadSignature)
		return
	}
	for _, u := range e.Uploads {
		if len(f.chunks[u.ID]) != u.Chunks {
			refuse(w, http.StatusConflict, wire.MissingChunks)
			return
		}
	}
	if b := e.Beside; b != nil {
		if b.Mailbox <= e.Mailbox || !mailbox.Verify(b.SignKey, mailbox.FollowUp, b.Signature, wire.SubmissionParts(e.ID, e.Sealed)...) {
			refuse(w, http.StatusForbidden, wire.BadSignature)
			return
		}
		f.signKeys[b.Mailbox] = b.SignKey
	}
	f.signKeys[e.Mailbox] = known
	f.envelopes[e.ID] = e
	f.order = append(f.order, e.ID)
	answer(w, http.StatusCreated, wire.Stored{Stored: true})
}

func (f *Front) access(tag mailbox.Tag) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a wire.Access
		id := r.PathValue("id")
		f.mu.Lock()
		defer f.mu.Unlock()
		key, ok := f.signKeys[id]
		switch {
		case json.NewDecoder(r.Body).Decode(&a) != nil || !envelope.ValidID(a.Nonce):
			refuse(w, http.StatusBadRequest, wire.BadRequest)
		case !ok:
			refuse(w, http.StatusNotFound, wire.NoMailbox)
		case !mailbox.Verify(key, tag, a.Signature, wire.AccessParts(id, a.Nonce, a.Day)...):
			refuse(w, http.StatusForbidden, wire.BadSignature)
		case tag == mailbox.Erase:
			delete(f.signKeys, id)
			delete(f.replies, id)
			w.WriteHeader(http.StatusNoContent)
		default:
			answer(w, http.StatusOK, wire.Replies{Replies: append([]wire.Reply{}, f.replies[id]...)})
		}
	}
}

// Received opens every envelope, in the order of arrival.
func (f *Front) Received() []envelope.Message {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	var messages []envelope.Message
	for _, id := range f.order {
		r, err := age.Decrypt(bytes.NewReader(f.envelopes[id].Sealed), f.intake)
		if err != nil {
			f.t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			f.t.Fatal(err)
		}
		m, err := envelope.Decode(plain)
		if err != nil {
			f.t.Fatal(err)
		}
		messages = append(messages, m)
	}
	return messages
}

// File puts an attached file together.
func (f *Front) File(file envelope.File) []byte {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	var content []byte
	for i := range file.Chunks {
		plain, err := file.OpenChunk(i, f.chunks[file.Upload][i])
		if err != nil {
			f.t.Fatalf("chunk %d: %v", i, err)
		}
		content = append(content, plain...)
	}
	return content
}

// Reply answers a received message; the Text "" and Kind decide what it is.
func (f *Front) Reply(to envelope.Message, reply envelope.Message) {
	f.t.Helper()
	plain, err := reply.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	sealed, err := seal.To(to.Mailbox.Recipient, plain)
	if err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replies[to.Mailbox.ID] = append(f.replies[to.Mailbox.ID], wire.Reply{ID: envelope.NewID(), Sealed: sealed})
}
