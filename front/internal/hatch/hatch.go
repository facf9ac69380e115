// Package hatch is the Front's service window: here, and only here, a Desk takes
// envelopes away and puts replies, keys and pages in.
//
// A request is answered only when one of the configured desk-front keys signed
// it, within ten minutes, once; a stranger is refused before the body is read. A
// Desk sees the channels of its own organisation and nothing else. Nothing is
// logged. The shapes are package hatchway's. It opens nothing and verifies what it
// is given through the noticeboard. It imports spool, noticeboard, signatures, bundle and hatchway.
package hatch

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"waylight/front/internal/noticeboard"
	"waylight/front/internal/signatures"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
)

// Organisation is one whose Desk may use the hatch.
type Organisation struct {
	noticeboard.Organisation
	Desk ed25519.PublicKey // the desk-front key
}

// Hatch answers the Desks.
type Hatch struct {
	spool  *spool.Spool
	board  *noticeboard.Board
	signed *signatures.Store // nil: no petitions
	clock  clock.Clock
	salt   []byte
	desks  map[string]Organisation // by desk-front key

	mu     sync.Mutex
	nonces map[string]int64 // nonce to the Unix time of its stamp
}

// New makes a hatch. signed may be nil. salt is the Front's public one, told in the status.
func New(s *spool.Spool, b *noticeboard.Board, signed *signatures.Store, c clock.Clock, salt []byte, organisations []Organisation) *Hatch {
	h := &Hatch{spool: s, board: b, signed: signed, clock: c, salt: salt, desks: map[string]Organisation{}, nonces: map[string]int64{}}
	for _, o := range organisations {
		h.desks[string(o.Desk)] = o
	}
	return h
}

// verb is one thing that a Desk may ask for. The body was verified.
type verb func(r *http.Request, org Organisation, body []byte) (any, error)

// Handler serves everything below hatchway.Prefix.
func (h *Hatch) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, v := range h.petitions() {
		mux.HandleFunc(pattern, h.guard(v))
	}
	for pattern, v := range map[string]verb{
		"POST " + hatchway.PathPull:  h.pull,
		"GET " + hatchway.PathChunk:  h.chunk,
		"POST " + hatchway.PathDone:  h.confirm,
		"POST " + hatchway.PathReply: h.replies,
		"POST " + hatchway.PathKeys:  h.keys,
		"POST " + hatchway.PathPages: h.pages,
		"POST " + hatchway.PathErase: h.erase,
		"GET " + hatchway.PathLog:    h.keyLog,
		"GET " + hatchway.PathStatus: h.status,
	} {
		mux.HandleFunc(pattern, h.guard(v))
	}
	return mux
}

// guard lets a request through when a Desk signed it.
func (h *Hatch) guard(v verb) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		org, stamp, err := h.who(r)
		if err != nil {
			refuse(w, err)
			return
		}
		limit := int64(hatchway.MaxBody)
		if r.URL.Path == hatchway.PathPages {
			limit = hatchway.MaxPages
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
		if err != nil {
			var big *http.MaxBytesError
			if errors.As(err, &big) {
				refuse(w, &hatchway.Refusal{Code: hatchway.TooLarge, Message: "The request is larger than the hatch takes."})
			}
			return // otherwise the line is broken and nobody hears an answer
		}
		if sum := sha256.Sum256(body); !bytes.Equal(sum[:], stamp.Body) {
			refuse(w, unauthorized("The body is not the one that was signed."))
			return
		}
		answer, err := v(r, org, body)
		if err != nil {
			refuse(w, err)
			return
		}
		if raw, ok := answer.([]byte); ok {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(raw)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(answer)
	}
}

func unauthorized(why string) error {
	return &hatchway.Refusal{Code: hatchway.Unauthorized, Message: why}
}

// who finds the Desk that signed the request, and uses up its nonce.
func (h *Hatch) who(r *http.Request) (Organisation, hatchway.Stamp, error) {
	stamp, err := hatchway.Open(r.Header.Get(hatchway.Header), r.Method, r.URL.EscapedPath())
	org, known := h.desks[string(stamp.Key)]
	if err != nil || !known {
		return Organisation{}, stamp, unauthorized("The request is not signed with a key that this Front knows.")
	}
	now := h.clock.Now()
	if d := now.Sub(time.Unix(stamp.Time, 0)); d > hatchway.Tolerance || d < -hatchway.Tolerance {
		return org, stamp, &hatchway.Refusal{
			Code: hatchway.Clock, Time: now.Unix(),
			Message: "The clocks of Desk and Front differ by more than ten minutes. The Front's time is " + now.Format(time.RFC3339) + ". Set the clock that is wrong.",
		}
	}
	once, err := h.once(r.Context(), stamp, now)
	if err != nil {
		return org, stamp, err
	}
	if !once {
		return org, stamp, unauthorized("This request was made before. Sign each one anew.")
	}
	return org, stamp, nil
}

// once remembers a nonce for as long as its stamp could be accepted, where several
// Fronts share a store for all of them.
func (h *Hatch) once(ctx context.Context, stamp hatchway.Stamp, now time.Time) (bool, error) {
	if h.spool.Shared() {
		return h.spool.Once(ctx, stamp.Nonce, stamp.Time, now.Add(-hatchway.Tolerance).Unix())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for n, t := range h.nonces {
		if now.Sub(time.Unix(t, 0)) > hatchway.Tolerance {
			delete(h.nonces, n)
		}
	}
	if _, used := h.nonces[string(stamp.Nonce)]; used {
		return false, nil
	}
	h.nonces[string(stamp.Nonce)] = stamp.Time
	return true, nil
}

var statuses = map[hatchway.Code]int{
	hatchway.BadRequest: http.StatusBadRequest, hatchway.Unauthorized: http.StatusUnauthorized,
	hatchway.Clock: http.StatusUnauthorized, hatchway.NotFound: http.StatusNotFound,
	hatchway.Conflict: http.StatusConflict, hatchway.Rollback: http.StatusConflict,
	hatchway.BadSignature: http.StatusUnprocessableEntity, hatchway.TooLarge: http.StatusRequestEntityTooLarge,
	hatchway.Busy: http.StatusServiceUnavailable,
}

// refuse writes an error in the form that hatchway's client understands.
func refuse(w http.ResponseWriter, err error) {
	r := refusal(err)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(statuses[r.Code])
	json.NewEncoder(w).Encode(r)
}

func refusal(err error) *hatchway.Refusal {
	var r *hatchway.Refusal
	if errors.As(err, &r) {
		return r
	}
	code := hatchway.Busy
	if c, ok := ofPetition(err); ok {
		return &hatchway.Refusal{Code: c, Message: err.Error()}
	}
	switch {
	case errors.Is(err, noticeboard.ErrSignature):
		code = hatchway.BadSignature
	case errors.Is(err, noticeboard.ErrRollback):
		code = hatchway.Rollback
	case errors.Is(err, noticeboard.ErrContent):
		code = hatchway.BadRequest
	case fault.KindOf(err) == fault.Internal:
		return &hatchway.Refusal{Code: hatchway.Busy, Message: "The Front could not do this now. Try again."}
	default:
		if c, ok := map[fault.Kind]hatchway.Code{
			fault.NotFound: hatchway.NotFound, fault.Conflict: hatchway.Conflict,
			fault.Invalid: hatchway.BadRequest, fault.TooLarge: hatchway.TooLarge,
		}[fault.KindOf(err)]; ok {
			code = c
		}
	}
	return &hatchway.Refusal{Code: code, Message: err.Error()}
}

func badRequest(why string) error {
	return &hatchway.Refusal{Code: hatchway.BadRequest, Message: why}
}

// read decodes a verified body.
func read[T any](body []byte) (T, error) {
	var v T
	if json.Unmarshal(body, &v) != nil {
		return v, badRequest("The body is not the JSON that this path takes.")
	}
	return v, nil
}

func parseIDs(texts []string) ([]spool.ID, error) {
	ids := make([]spool.ID, len(texts))
	for i, t := range texts {
		id, err := spool.ParseID(t)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

var done = hatchway.Done{Done: true}

func (h *Hatch) pull(r *http.Request, org Organisation, body []byte) (any, error) {
	p, err := read[hatchway.Pull](body)
	if err != nil {
		return nil, err
	}
	var after spool.ID
	if p.After != "" {
		if after, err = spool.ParseID(p.After); err != nil {
			return nil, err
		}
	}
	if p.Max < 1 || p.Max > hatchway.MaxPull {
		return nil, badRequest("max is 1 to " + strconv.Itoa(hatchway.MaxPull) + ".")
	}
	batch, more, err := h.spool.Pull(r.Context(), org.Channels, after, p.Max)
	if err != nil {
		return nil, err
	}
	out := hatchway.Pulled{Envelopes: make([]hatchway.Envelope, len(batch)), More: more, KeptDays: h.spool.Kept()}
	for i, e := range batch {
		out.Envelopes[i] = hatchway.Envelope{
			ID: e.ID.String(), Channel: e.Channel, Mailbox: e.Mailbox.String(), SignKey: e.SignKey[:], Day: e.Day, Sealed: e.Sealed,
		}
		for _, u := range e.Uploads {
			out.Envelopes[i].Uploads = append(out.Envelopes[i].Uploads, hatchway.Upload{ID: u.ID.String(), Chunks: u.Chunks})
		}
	}
	refuses, err := h.spool.Refuses()
	if err == nil {
		out.Refuses = string(refuses)
	}
	if p.After == "" {
		out.Looks, err = h.looks(r.Context(), org)
	}
	return out, err
}

func (h *Hatch) chunk(r *http.Request, org Organisation, _ []byte) (any, error) {
	id, err := spool.ParseID(r.PathValue("upload"))
	if err != nil {
		return nil, err
	}
	index, err := strconv.Atoi(r.PathValue("index"))
	if err != nil {
		return nil, badRequest("A chunk's index is a number.")
	}
	mine, err := h.spool.Belongs(r.Context(), org.Channels, id)
	if err != nil {
		return nil, err
	}
	if !mine {
		return nil, fault.Missing()
	}
	return h.spool.Chunk(id, index)
}

func (h *Hatch) confirm(r *http.Request, org Organisation, body []byte) (any, error) {
	c, err := read[hatchway.Confirm](body)
	if err != nil {
		return nil, err
	}
	ids, err := parseIDs(c.IDs)
	if err != nil {
		return nil, err
	}
	looks, err := lookRefs(c.Looks)
	if err != nil {
		return nil, err
	}
	if err := h.spool.DropLooks(detached(r), looks); err != nil {
		return nil, err
	}
	return done, h.spool.Confirm(detached(r), org.Channels, ids)
}

func (h *Hatch) replies(r *http.Request, org Organisation, body []byte) (any, error) {
	in, err := read[hatchway.Replies](body)
	if err != nil {
		return nil, err
	}
	replies := make([]spool.Reply, len(in.Replies))
	for i, reply := range in.Replies {
		ids, err := parseIDs([]string{reply.ID, reply.Mailbox})
		if err != nil {
			return nil, err
		}
		if _, err := time.Parse(time.DateOnly, string(reply.Expires)); err != nil || len(reply.Sealed) == 0 {
			return nil, badRequest("A reply needs its sealed bytes and an expires_day such as 2017-04-09.")
		}
		replies[i] = spool.Reply{ID: ids[0], Mailbox: ids[1], Expires: reply.Expires, Sealed: reply.Sealed}
	}
	gone, err := h.spool.PutReplies(detached(r), org.Channels, replies)
	out := hatchway.Delivered{Gone: []string{}}
	for _, id := range gone {
		out.Gone = append(out.Gone, id.String())
	}
	return out, err
}

func (h *Hatch) keys(r *http.Request, org Organisation, body []byte) (any, error) {
	k, err := read[hatchway.Keys](body)
	if err != nil {
		return nil, err
	}
	return done, h.board.PostKeys(detached(r), org.Organisation, k.Notes, k.Checkpoint)
}

func (h *Hatch) keyLog(r *http.Request, org Organisation, _ []byte) (any, error) {
	l, err := h.board.Log(r.Context(), org.Key)
	return hatchway.KeyLog{Notes: l.Notes, Checkpoint: l.Checkpoint}, err
}

func (h *Hatch) pages(r *http.Request, org Organisation, body []byte) (any, error) {
	p, err := read[hatchway.Publication](body)
	if err != nil {
		return nil, err
	}
	bodies := make(map[string][]byte, len(p.Pages))
	for _, page := range p.Pages {
		if page.Body == nil {
			page.Body = []byte{}
		}
		bodies[page.Path] = page.Body
	}
	return done, h.board.PostPages(detached(r), org.Organisation, p.Manifest, bodies)
}

func (h *Hatch) erase(r *http.Request, org Organisation, body []byte) (any, error) {
	e, err := read[hatchway.Erase](body)
	if err != nil {
		return nil, err
	}
	ids, err := parseIDs(e.Mailboxes)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := h.spool.EraseOf(detached(r), org.Channels, id); err != nil {
			return nil, err
		}
	}
	return done, nil
}

func (h *Hatch) status(r *http.Request, org Organisation, _ []byte) (any, error) {
	waiting, err := h.spool.Waiting(r.Context(), org.Channels)
	if err != nil {
		return nil, err
	}
	s := hatchway.Status{
		Waiting: waiting, KeySerials: map[string]uint64{}, PagesSerial: h.board.Serial(org.Key),
		Day: clock.DayOf(h.clock.Now()), Salt: h.salt,
	}
	for _, c := range org.Channels {
		if k, ok := h.board.View(org.Key).Key(c); ok {
			s.KeySerials[c] = k.Serial
		}
	}
	return s, nil
}

// detached goes on when the Desk hangs up: what it asked for is done or not,
// never half, and it will ask again.
func detached(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }
