package front_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/front/internal/letterbox"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/mailbox"
	"waylight/internal/page"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// trouble is something that goes wrong, on the road without the script and on the
// one with it.
type trouble struct {
	name  string
	alter func(t *testing.T, h *house) // what is wrong with the server; nil: nothing
	plain func(t *testing.T, h *house, lang string) (status int, html string)
	// what the plain page must say, a sentence of the catalogue, and what it must
	// still hold of what was typed; empty: nothing was typed
	status      int
	says, typed string
	wire        func(t *testing.T, h *house) (status int, refusal wire.Refusal)
	code        wire.Code // empty: the road with the script meets no such thing, or stores it
	page        string    // whose words tell the person of the code: "help" or "mailbox"
	log         string    // what whoever runs the server reads; empty: nothing, because it is between the person and the page
	stored      int       // envelopes that wait afterwards, more than before
}

const kept = "words that stay 4c2e"

func (h *house) form(fields map[string]string, files ...attachment) func(*testing.T, *house, string) (int, string) {
	return func(t *testing.T, h *house, lang string) (int, string) {
		fields["once"] = envelope.NewID()
		return h.postForm(t, "/"+lang+"/help", fields, files...)
	}
}

// raw posts a body as it is.
func raw(path, kind, content string) func(*testing.T, *house, string) (int, string) {
	return func(t *testing.T, h *house, lang string) (int, string) {
		t.Helper()
		res, err := http.Post(h.base+"/"+lang+path, kind, strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return body(t, res)
	}
}

// ask speaks the protocol.
func (h *house) ask(t *testing.T, method, path string, content []byte) (int, wire.Refusal) {
	t.Helper()
	req, err := http.NewRequest(method, h.base+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var r wire.Refusal
	if res.StatusCode >= 400 && (json.Unmarshal(answer, &r) != nil || r.Message == "") {
		t.Errorf("%s: status %d without a refusal: %.100q", path, res.StatusCode, answer)
	}
	return res.StatusCode, r
}

// submission is a whole and genuine one, which a case then breaks.
func (h *house) submission(t *testing.T, code receipt.Code) wire.Envelope {
	t.Helper()
	k := mailbox.Derive(code, h.salt(t))
	plain, err := envelope.Message{Kind: envelope.Report, Channel: "help", Text: kept, Mailbox: k.Address(), Day: "2017-04-09"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(h.intake.Recipient().String(), plain)
	if err != nil {
		t.Fatal(err)
	}
	e := wire.Envelope{ID: envelope.NewID(), Channel: "help", Mailbox: k.ID().String(), SignKey: k.Public(), Sealed: sealed, Uploads: []wire.UploadRef{}}
	e.Signature = k.Sign(mailbox.FollowUp, wire.SubmissionParts(e.ID, e.Sealed)...)
	return e
}

func (h *house) submits(t *testing.T, e wire.Envelope) (int, wire.Refusal) {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return h.ask(t, "POST", wire.PathEnvelopes, b)
}

// broken submits an envelope that was changed on its way.
func broken(change func(e *wire.Envelope)) func(*testing.T, *house) (int, wire.Refusal) {
	return func(t *testing.T, h *house) (int, wire.Refusal) {
		e := h.submission(t, receipt.New())
		change(&e)
		return h.submits(t, e)
	}
}

// opens asks for a mailbox on a day.
func (h *house) opens(t *testing.T, code receipt.Code, day clock.Day) (int, wire.Refusal) {
	t.Helper()
	k := mailbox.Derive(code, h.salt(t))
	a := wire.Access{Day: day, Nonce: envelope.NewID()}
	a.Signature = k.Sign(mailbox.Read, wire.AccessParts(k.ID().String(), a.Nonce, a.Day)...)
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return h.ask(t, "POST", strings.Replace(wire.PathRead, "{id}", k.ID().String(), 1), b)
}

// ruin makes the database unreadable while the server runs.
func ruin(t *testing.T, h *house) {
	t.Helper()
	for _, name := range []string{"spool.db", "spool.db-wal", "spool.db-shm"} {
		file := filepath.Join(h.folder, name)
		info, err := os.Stat(file)
		if err != nil {
			continue
		}
		noise := make([]byte, info.Size())
		rand.Read(noise)
		if err := os.WriteFile(file, noise, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func troubles(h *house) []trouble {
	const form, whole = "application/x-www-form-urlencoded", "This form did not arrive whole. Nothing was stored. Please go back and send it again."
	const full = "This server cannot take more at the moment. Nothing was stored. Please try again, or use another way."
	typing := h.form(map[string]string{"text": kept})
	return []trouble{
		{name: "wrong code", plain: raw("/mailbox", form, "code=1111+1111+1111+1111+1111+1111+1111+1111"), status: 422, typed: "1111 1111",
			says: "One digit is probably wrong, or two are exchanged. Please compare with what you wrote down."}, // the script says so before it asks: TestPersonStories
		{name: "expired conversation", plain: func(t *testing.T, h *house, lang string) (int, string) {
			return h.postForm(t, "/"+lang+"/mailbox", map[string]string{"code": typed(receipt.New())})
		}, status: 404, says: "There is no mailbox for this code.",
			wire: func(t *testing.T, h *house) (int, wire.Refusal) {
				return h.opens(t, receipt.New(), clock.DayOf(h.clock.Now()))
			}, code: wire.NoMailbox, page: "mailbox"},
		{name: "truncated", plain: raw("/help", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nabc"), status: 422, says: whole,
			wire: broken(func(e *wire.Envelope) { e.Sealed = e.Sealed[:len(e.Sealed)-100] }), code: wire.BadSignature, page: "help"},
		{name: "altered", wire: broken(func(e *wire.Envelope) { e.Sealed[len(e.Sealed)-9] ^= 1 }), code: wire.BadSignature, page: "help"},
		{name: "of no size class", wire: func(t *testing.T, h *house) (int, wire.Refusal) {
			code := receipt.New()
			k, e := mailbox.Derive(code, h.salt(t)), h.submission(t, code)
			e.Sealed = append(e.Sealed, 'x')
			e.Signature = k.Sign(mailbox.FollowUp, wire.SubmissionParts(e.ID, e.Sealed)...)
			return h.submits(t, e)
		}, code: wire.BadRequest, page: "help"},
		{name: "oversized file", plain: h.form(map[string]string{"text": kept}, attachment{"f", make([]byte, 9<<20)}), status: 413, says: "This is larger than this server can take.",
			wire: func(t *testing.T, h *house) (int, wire.Refusal) {
				return h.ask(t, "PUT", strings.NewReplacer("{upload}", envelope.NewID(), "{index}", "99999").Replace(wire.PathChunk), make([]byte, envelope.SealedChunkSize))
			}, code: wire.TooLarge, page: "help"},
		{name: "empty file", plain: h.form(map[string]string{"text": kept}, attachment{"f", nil}), status: 200, says: "Your message is stored. This is your code:", stored: 1},
		{name: "wrong content type", plain: raw("/help", "text/plain", "text=x"), status: 422, says: whole,
			wire: func(t *testing.T, h *house) (int, wire.Refusal) {
				return h.ask(t, "POST", wire.PathEnvelopes, []byte("text=x"))
			}, code: wire.BadRequest, page: "help"},
		{name: "replayed id", wire: func(t *testing.T, h *house) (int, wire.Refusal) {
			code := receipt.New()
			e := h.submission(t, code)
			for range 2 { // the same again is the same
				if status, _ := h.submits(t, e); status >= 300 {
					t.Errorf("status %d", status)
				}
			}
			other := h.submission(t, code)
			other.ID = e.ID
			other.Signature = mailbox.Derive(code, h.salt(t)).Sign(mailbox.FollowUp, wire.SubmissionParts(other.ID, other.Sealed)...)
			return h.submits(t, other)
		}, code: wire.Conflict, page: "help", stored: 1},
		{name: "a clock far off", wire: func(t *testing.T, h *house) (int, wire.Refusal) { return h.opens(t, receipt.New(), "1999-01-01") }, code: wire.BadSignature, page: "mailbox"},
		{name: "full disk", alter: func(t *testing.T, h *house) { h.again(t, func(c *front.Config) { c.Reserve = 1 << 62 }) }, log: "no message is taken, and people are told so",
			plain: h.form(map[string]string{"text": kept}, attachment{"f", []byte("x")}), status: 503, says: full, typed: kept,
			wire: func(t *testing.T, h *house) (int, wire.Refusal) { return h.submits(t, h.submission(t, receipt.New())) }, code: wire.Busy, page: "help"},
		{name: "database gone", alter: ruin, log: "could not be stored, and its sender was told", plain: typing, status: 503, says: full, typed: kept,
			wire: func(t *testing.T, h *house) (int, wire.Refusal) { return h.submits(t, h.submission(t, receipt.New())) }, code: wire.Busy, page: "help"},
	}
}

// again stops the server and starts it with another setting.
func (h *house) again(t *testing.T, change func(*front.Config)) {
	t.Helper()
	h.stop()
	c := config(h.desk, h.folder)
	change(&c)
	h.serveWith(t, c)
}

// TestBadInput: whatever goes wrong, the person is told what it is and what to do,
// in their language, on both roads; what they typed is still there; nothing is
// half stored, and the log repeats nothing of it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.Load(page.Locale(), forms.Locale(), letterbox.Locale())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range troubles(nil) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := startAt(t, time.Date(2017, 4, 9, 13, 0, 0, 0, time.UTC))
			c := troubles(h)[i]
			told := map[string]string{}
			for _, lang := range []string{"en", "ru"} { // before anything is broken: the page is open already
				_, told[lang] = h.get(t, "/"+lang+"/"+c.page)
			}
			if c.alter != nil {
				c.alter(t, h)
			}
			for _, lang := range []i18n.Lang{i18n.English, i18n.Russian} {
				words := catalogue.For(lang)
				if c.plain != nil {
					status, html := c.plain(t, h, string(lang))
					if want := words.T(c.says); status != c.status || !strings.Contains(html, want) {
						t.Errorf("%s: status %d, want %d with %q:\n%.1500s", lang, status, c.status, want, html)
					}
					if c.typed != "" && !strings.Contains(html, c.typed) {
						t.Errorf("%s: what was typed is lost", lang)
					}
				}
				if c.code == "" {
					continue
				}
				// What a page with an honest script never meets has one sentence: it is
				// still here, try again or send it the simple way.
				own := c.page == "mailbox" || c.code == wire.TooLarge || c.code == wire.Busy
				if html := told[string(lang)]; !strings.Contains(html, `data-msg-`+string(c.code)+`="`) && (own || !strings.Contains(html, `data-msg-failed="`+words.T("This did not work on your device. What you wrote is still here. Please try again, or send it the simple way."))) {
					t.Errorf("%s: the page has no words for %s", lang, c.code)
				}
			}
			if c.wire != nil {
				if status, r := c.wire(t, h); r.Code != c.code || status < 400 {
					t.Errorf("with the script: status %d, %q, want %q", status, r.Code, c.code)
				}
			}
			if c.log != "" && !strings.Contains(h.log.String(), c.log) {
				t.Errorf("whoever runs the server reads nothing of %q: %s", c.log, h.log.String())
			}
			if strings.Contains(h.log.String(), "4c2e") || strings.Contains(h.log.String(), "1111") {
				t.Errorf("the log repeats what was sent: %s", h.log.String())
			}
			if c.name == "database gone" {
				return // nobody can pull from it either
			}
			n := c.stored
			if c.plain != nil && c.status == http.StatusOK {
				n *= 2 // once in each language
			}
			if got := len(h.pull(t)); got != n {
				t.Errorf("%d envelopes wait, want %d", got, n)
			}
		})
	}
}
