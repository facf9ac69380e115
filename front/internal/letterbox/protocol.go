package letterbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"waylight/front/internal/spool"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/mailbox"
	"waylight/internal/wire"
)

// protocol adds the paths of docs/formats/front-protocol.md.
func (b *Box) protocol(mux *http.ServeMux) {
	mux.HandleFunc("GET "+wire.PathChannels, b.wire(b.channels))
	mux.HandleFunc("GET "+wire.PathUpload, b.wire(b.uploaded))
	mux.HandleFunc("PUT "+wire.PathChunk, b.wire(b.chunk))
	mux.HandleFunc("POST "+wire.PathEnvelopes, b.wire(b.submit))
	mux.HandleFunc("POST "+wire.PathRead, b.wire(b.readMailbox))
	mux.HandleFunc("POST "+wire.PathErase, b.wire(b.eraseMailbox))
}

// refused is a refusal with its code.
type refused struct {
	code    wire.Code
	message string
	work    *wire.Work
}

func (r refused) Error() string { return r.message }

func badRequest(why string) error { return refused{code: wire.BadRequest, message: why} }

var statuses = map[wire.Code]int{
	wire.BadRequest: http.StatusBadRequest, wire.UnknownChannel: http.StatusNotFound, wire.NoMailbox: http.StatusNotFound,
	wire.BadSignature: http.StatusForbidden, wire.Conflict: http.StatusConflict, wire.KeyTooOld: http.StatusConflict,
	wire.NoRoom: http.StatusConflict, wire.MissingChunks: http.StatusConflict, wire.TooLarge: http.StatusRequestEntityTooLarge, wire.Busy: http.StatusServiceUnavailable,
	wire.WorkFirst: http.StatusTooManyRequests, wire.Closed: http.StatusConflict,
}

// wire makes a handler of h, which returns the answer's status and body; a nil
// body is none.
func (b *Box) wire(h func(w http.ResponseWriter, r *http.Request) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		status, answer, err := h(w, r)
		if err != nil {
			refusal := b.refusal(err)
			status, answer = statuses[refusal.Code], refusal
			if refusal.Code == wire.Busy {
				w.Header().Set("Retry-After", "5")
			}
		}
		if answer == nil {
			w.WriteHeader(status)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(answer)
	}
}

func (b *Box) refusal(err error) wire.Refusal {
	var r refused
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &r):
		return wire.Refusal{Code: r.code, Message: r.message, Work: r.work}
	case errors.Is(err, spool.ErrNoRoom):
		return wire.Refusal{Code: wire.NoRoom, Message: spool.ErrNoRoom.Message}
	case errors.As(err, &big), fault.KindOf(err) == fault.TooLarge:
		return wire.Refusal{Code: wire.TooLarge, Message: spool.ErrTooLarge.Message}
	case errors.Is(err, spool.ErrConflict):
		return wire.Refusal{Code: wire.Conflict, Message: spool.ErrConflict.Message}
	case errors.Is(err, spool.ErrMissing):
		return wire.Refusal{Code: wire.MissingChunks, Message: spool.ErrMissing.Message}
	case errors.Is(err, spool.ErrNoMailbox):
		return wire.Refusal{Code: wire.NoMailbox, Message: spool.ErrNoMailbox.Message}
	case errors.Is(err, spool.ErrUnsigned):
		return wire.Refusal{Code: wire.BadSignature, Message: spool.ErrUnsigned.Message}
	case fault.KindOf(err) == fault.Invalid:
		return wire.Refusal{Code: wire.BadRequest, Message: err.Error()}
	}
	if fault.KindOf(err) == fault.Internal {
		b.quiet(err)
	}
	return wire.Refusal{Code: wire.Busy, Message: spool.ErrFull.Message}
}

// decode reads a JSON body of at most limit bytes.
func decode[T any](w http.ResponseWriter, r *http.Request, limit int64) (T, error) {
	var v T
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			drain(r.Body)
			return v, err
		}
		return v, badRequest("The request ended too early.")
	}
	if json.Unmarshal(body, &v) != nil {
		return v, badRequest("The body is not the JSON that this path takes.")
	}
	return v, nil
}

func (b *Box) channels(http.ResponseWriter, *http.Request) (int, any, error) {
	out := wire.Channels{Salt: b.Salt[:], Channels: []wire.Channel{}}
	for _, k := range b.Channel.Channels() {
		out.Channels = append(out.Channels, wire.Channel{
			ID: k.Channel, Organisation: bundle.ID(k.Organisation), Name: k.Name, Keys: k.Note, OrganisationKey: k.Organisation,
		})
	}
	return http.StatusOK, out, nil
}

func parseID(text string) (spool.ID, error) {
	id, err := spool.ParseID(text)
	if err != nil {
		return id, badRequest("An id has 32 lower-case hexadecimal digits.")
	}
	return id, nil
}

func (b *Box) uploaded(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	id, err := parseID(r.PathValue("upload"))
	if err != nil {
		return 0, nil, err
	}
	have, err := b.Spool.HaveChunks(id)
	if err == nil && len(have) == 0 { // one that was begun goes on
		err = b.Spool.Room(r.Context(), r.URL.Query().Get("channel"))
	}
	return http.StatusOK, wire.Upload{Have: have}, err
}

func (b *Box) chunk(w http.ResponseWriter, r *http.Request) (int, any, error) {
	id, err := parseID(r.PathValue("upload"))
	if err != nil {
		return 0, nil, err
	}
	index, err := strconv.Atoi(r.PathValue("index"))
	if err != nil || index < 0 || strconv.Itoa(index) != r.PathValue("index") {
		return 0, nil, badRequest("A chunk's index is a number.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, envelope.SealedChunkSize))
	if err != nil {
		return 0, nil, tooLargeOrBroken(err)
	}
	if len(body) != envelope.SealedChunkSize {
		return 0, nil, badRequest("A chunk has " + strconv.Itoa(envelope.SealedChunkSize) + " bytes.")
	}
	return http.StatusNoContent, nil, b.Spool.PutChunk(id, index, body)
}

func tooLargeOrBroken(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return badRequest("The request ended too early.")
}

func (b *Box) submit(w http.ResponseWriter, r *http.Request) (int, any, error) {
	in, err := readEnvelope(w, r)
	if err != nil {
		return 0, nil, err
	}
	if _, ok := b.Channel.Key(in.Channel); !ok {
		return 0, nil, refused{code: wire.UnknownChannel, message: "There is no such channel here."}
	}
	e := spool.Envelope{Channel: in.Channel, Sealed: in.Sealed}
	if e.ID, err = parseID(in.ID); err != nil {
		return 0, nil, err
	}
	if e.Mailbox, err = parseID(in.Mailbox); err != nil {
		return 0, nil, err
	}
	if len(in.SignKey) != len(e.SignKey) {
		return 0, nil, badRequest("The mailbox's key has 32 bytes.")
	}
	e.SignKey = [32]byte(in.SignKey)
	if e.Beside, err = beside(in); err != nil {
		return 0, nil, err
	}
	for _, u := range in.Uploads {
		id, err := parseID(u.ID)
		if err != nil {
			return 0, nil, err
		}
		e.Uploads = append(e.Uploads, spool.Upload{ID: id, Chunks: u.Chunks})
	}
	if !bytes.HasPrefix(in.Sealed, []byte("age-encryption.org/v1\n")) {
		return 0, nil, badRequest("This is not a sealed envelope.")
	}
	asked := b.gate.enter(b.Clock.Now())
	defer b.gate.leave()
	if err := b.admit(r.Context(), asked, &e, in); err != nil {
		return 0, nil, err
	}
	proved := mailbox.Verify(in.SignKey, mailbox.FollowUp, in.Signature, wire.SubmissionParts(in.ID, in.Sealed)...)
	if len(in.Signature) > 0 && !proved {
		return 0, nil, refused{code: wire.BadSignature, message: "The signature is not this mailbox's."}
	}
	fresh, err := b.Spool.Submit(detached(r), e, proved)
	if err != nil {
		return 0, nil, err
	}
	if !fresh {
		return http.StatusOK, wire.Stored{Stored: true}, nil
	}
	return http.StatusCreated, wire.Stored{Stored: true}, nil
}

// access checks that the holder of a mailbox's key asks, today. The same request
// may come again, because a line can break before the answer: reading gives only
// what is sealed, and only this server or its line could have kept a copy.
func (b *Box) access(w http.ResponseWriter, r *http.Request, tag mailbox.Tag) (spool.ID, spool.Look, error) {
	var look spool.Look
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		return id, look, err
	}
	a, err := decode[wire.Access](w, r, 4096)
	if err != nil {
		return id, look, err
	}
	nonce, err := spool.ParseID(a.Nonce)
	if err != nil {
		return id, look, badRequest("A nonce has 32 lower-case hexadecimal digits.")
	}
	now := b.Clock.Now()
	days := []clock.Day{clock.DayOf(now.Add(-24 * time.Hour)), clock.DayOf(now), clock.DayOf(now.Add(24 * time.Hour))}
	if !slices.Contains(days, a.Day) {
		return id, look, refused{code: wire.BadSignature, message: "The date of this device is wrong. Today is " + string(clock.DayOf(now)) + " here."}
	}
	key, err := b.Spool.SignKey(r.Context(), id)
	if err != nil {
		return id, look, err
	}
	if !mailbox.Verify(key[:], tag, a.Signature, wire.AccessParts(id.String(), a.Nonce, a.Day)...) {
		return id, look, refused{code: wire.BadSignature, message: "The signature is not this mailbox's."}
	}
	look = spool.Look{Mailbox: id, Day: a.Day, Nonce: [16]byte(nonce), Signature: [64]byte(a.Signature)}
	return id, look, nil
}

func (b *Box) readMailbox(w http.ResponseWriter, r *http.Request) (int, any, error) {
	id, look, err := b.access(w, r, mailbox.Read)
	if err != nil {
		return 0, nil, err
	}
	replies, err := b.Spool.Replies(r.Context(), id)
	if err != nil {
		return 0, nil, err
	}
	over, err := b.Spool.Expired(r.Context(), id)
	if err != nil {
		return 0, nil, err
	}
	b.looked(r, look)
	out := wire.Replies{Replies: []wire.Reply{}, Expired: string(over)}
	for _, reply := range replies {
		out.Replies = append(out.Replies, wire.Reply{ID: reply.ID.String(), Sealed: reply.Sealed})
	}
	return http.StatusOK, out, nil
}

func (b *Box) eraseMailbox(w http.ResponseWriter, r *http.Request) (int, any, error) {
	id, _, err := b.access(w, r, mailbox.Erase)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, b.Spool.Erase(detached(r), id)
}
