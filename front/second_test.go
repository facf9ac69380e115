package front_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/internal/agekey"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/sender"
	"waylight/internal/wire"

	_ "github.com/ncruces/go-sqlite3/driver"
)

var secondGroups = regexp.MustCompile(`<li class="group">(\d{4})</li>`)

// twoCodes reads both codes off the page without the script.
func twoCodes(t testing.TB, html string) (first, second receipt.Code) {
	t.Helper()
	var digits strings.Builder
	for _, m := range secondGroups.FindAllStringSubmatch(html, -1) {
		digits.WriteString(m[1])
	}
	second, err := receipt.Parse(digits.String())
	if err != nil {
		t.Fatalf("no second code on the page: %v", err)
	}
	return codeOn(t, html), second
}

// answersBoth plays the Desk: it puts an answer into the mailbox and a harmless
// one of the same size into the second.
func (h *house) answersBoth(t testing.TB, m envelope.Message, words, harmless string) {
	t.Helper()
	first, err := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: words, From: "team", Day: "2017-04-09"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	second, err := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: harmless, From: "team", Day: "2017-04-09"}.EncodeAs(len(first))
	if err != nil {
		t.Fatal(err)
	}
	var replies []hatchway.Reply
	for _, x := range []struct {
		box, recipient string
		plain          envelope.Plaintext
	}{{m.Mailbox.ID, m.Mailbox.Recipient, first}, {m.Second.ID, recipientOf(t, m.Second.Seed), second}} {
		sealed, err := seal.To(x.recipient, x.plain)
		if err != nil {
			t.Fatal(err)
		}
		replies = append(replies, hatchway.Reply{ID: envelope.NewID(), Mailbox: x.box, Sealed: sealed, Expires: clock.DayOf(h.clock.Now().AddDate(0, 0, 22))})
	}
	slices.SortFunc(replies, func(a, b hatchway.Reply) int { return strings.Compare(a.Mailbox, b.Mailbox) })
	if gone, err := h.client.Replies(context.Background(), replies); err != nil || len(gone) != 0 {
		t.Fatal(gone, err)
	}
}

func recipientOf(t testing.TB, seed []byte) string {
	t.Helper()
	k, err := agekey.Identity(seed)
	if err != nil {
		t.Fatal(err)
	}
	return k.Recipient().String()
}

// What the Front keeps of a code and of a second code is the same: rows, their
// columns and sizes; and so are the answers to those who open them, byte for byte
// in length. Which mailbox the envelope names says nothing.
func TestSecondCodeCannotBeToldApart(t *testing.T) {
	t.Parallel()
	h := start(t)
	named := map[bool]int{} // whether the envelope names the first code's mailbox
	for i := range 24 {
		status, page := h.postForm(t, "/en/help", map[string]string{"text": fmt.Sprintf("message %d", i), "once": envelope.NewID()})
		if status != http.StatusOK {
			t.Fatal(status)
		}
		code, second := twoCodes(t, page)
		e := h.pull(t)[0]
		m := h.open(t, e.Sealed)
		keys, other := mailbox.Derive(code, h.salt(t)), mailbox.Derive(second, h.salt(t))
		if m.Mailbox.ID != keys.ID().String() || m.Second == nil || m.Second.ID != other.ID().String() {
			t.Fatal("the message does not name the mailboxes of the two codes")
		}
		named[e.Mailbox == m.Mailbox.ID]++
		if i < 2 {
			h.answersBoth(t, m, "We are on our way to you. "+strings.Repeat("Take your passport with you. ", 300*i), "We are open from ten to five.")
			alike(t, h, keys, other)
			alikeOnPages(t, h, code, second)
		}
		if err := h.client.Confirm(context.Background(), []string{e.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if named[true] < 3 || named[false] < 3 { // fair coins do this in one of 35,000 runs
		t.Errorf("the envelope named the first mailbox %d times, the second %d times", named[true], named[false])
	}
}

// alike compares what the Front stores of two mailboxes and answers to them.
func alike(t *testing.T, h *house, keys, other mailbox.Keys) {
	t.Helper()
	one, two := h.rows(t, keys), h.rows(t, other)
	if one != two || !strings.Contains(one, "reply:1 ") {
		t.Errorf("stored otherwise:\n%s\n%s", one, two)
	}
	a, b := h.read(t, keys), h.read(t, other)
	if a != b {
		t.Errorf("answered otherwise:\n%s\n%s", a, b)
	}
	if one, two = h.rows(t, keys), h.rows(t, other); one != two || !strings.Contains(one, "look:1") {
		t.Errorf("a reading is stored otherwise:\n%s\n%s", one, two)
	}
}

// rows describes all that the Front keeps of a mailbox but what is random.
func (h *house) rows(t *testing.T, k mailbox.Keys) string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(h.folder, "spool.db"))+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	id := k.ID()
	var out strings.Builder
	for _, q := range []struct{ name, query string }{
		{"mailbox", `SELECT count(*) || ' ' || coalesce(group_concat(channel || length(id) || length(sign_key)), '') FROM mailbox WHERE id = ?`},
		{"reply", `SELECT count(*) || ' ' || coalesce(group_concat(expires || ' ' || length(sealed) || length(digest)), '') FROM reply WHERE mailbox = ?`},
		{"look", `SELECT count(*) || ' ' || coalesce(group_concat(day || length(nonce) || length(signature)), '') FROM look WHERE mailbox = ?`},
	} {
		var s string
		if err := db.QueryRow(q.query, id[:]).Scan(&s); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s:%s\n", q.name, s)
	}
	return out.String()
}

// read opens a mailbox as the script does and describes the answer.
func (h *house) read(t *testing.T, k mailbox.Keys) string {
	t.Helper()
	a := wire.Access{Day: clock.DayOf(h.clock.Now()), Nonce: envelope.NewID()}
	a.Signature = k.Sign(mailbox.Read, wire.AccessParts(k.ID().String(), a.Nonce, a.Day)...)
	body, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(h.base+strings.Replace(wire.PathRead, "{id}", k.ID().String(), 1), "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(res.Status, res.Header, len(b))
}

// alikeOnPages opens both without the script: the pages differ in the words of
// the answers and in nothing else.
func alikeOnPages(t *testing.T, h *house, code, second receipt.Code) {
	t.Helper()
	strip := regexp.MustCompile(`(?s)<p class="said">.*?</p>|value="[0-9a-f]{32}"`)
	_, one := h.postForm(t, "/en/mailbox", map[string]string{"code": typed(code)})
	_, two := h.postForm(t, "/en/mailbox", map[string]string{"code": typed(second)})
	if !strings.Contains(one, "on our way") || strings.Contains(two, "on our way") || !strings.Contains(two, "open from ten to five") {
		t.Error("the answers lie under the wrong codes")
	}
	if strip.ReplaceAllString(one, "") != strip.ReplaceAllString(two, "") {
		t.Error("the pages of the two codes differ in more than the words of the answers")
	}
}

// A reading of either mailbox, on either road, waits for the Desk with a
// signature that it can check, once, and is forgotten when it was taken.
func TestReadingsReachTheDesk(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := context.Background()
	_, page := h.postForm(t, "/en/help", map[string]string{"text": "x", "once": envelope.NewID()})
	code, second := twoCodes(t, page)
	client := &sender.Front{URL: h.base, HTTP: http.DefaultClient, Patience: time.Minute}
	for range 3 {
		if _, err := client.Read(ctx, code, clock.DayOf(h.clock.Now())); err != nil {
			t.Fatal(err)
		}
	}
	h.postForm(t, "/en/mailbox", map[string]string{"code": typed(second)})
	p, err := h.client.Pull(ctx, "", 10)
	if err != nil || len(p.Looks) != 2 {
		t.Fatalf("%d readings wait, want one of each mailbox; %v", len(p.Looks), err)
	}
	var refs []hatchway.LookRef
	for _, l := range p.Looks {
		ok := false
		for _, c := range []receipt.Code{code, second} {
			k := mailbox.Derive(c, h.salt(t))
			ok = ok || l.Mailbox == k.ID().String() && mailbox.Verify(k.Public(), mailbox.Read, l.Signature, wire.AccessParts(l.Mailbox, l.Nonce, l.Day)...)
		}
		if !ok {
			t.Error("a reading is not signed by its mailbox")
		}
		refs = append(refs, hatchway.LookRef{Mailbox: l.Mailbox, Nonce: l.Nonce})
	}
	if err := h.client.Took(ctx, refs); err != nil {
		t.Fatal(err)
	}
	if p, err = h.client.Pull(ctx, "", 10); err != nil || len(p.Looks) != 0 {
		t.Errorf("%d readings are left, %v", len(p.Looks), err)
	}
	// Erasing with the second code erases nothing of the first.
	h.postForm(t, "/en/mailbox/erase", map[string]string{"code": typed(second)})
	if status, _ := h.postForm(t, "/en/mailbox", map[string]string{"code": typed(code)}); status != http.StatusOK {
		t.Errorf("the first code opens nothing any more: %d", status)
	}
	if status, _ := h.postForm(t, "/en/mailbox", map[string]string{"code": typed(second)}); status != http.StatusNotFound {
		t.Errorf("the second code still opens something: %d", status)
	}
}

// One tap, an agreement, words and an erasure without the script: each comes as
// a message of the first code, and none can be told from another by its size.
func TestSizesSayNothing(t *testing.T) {
	t.Parallel()
	h := start(t)
	_, page := h.postForm(t, "/ru/help", map[string]string{"text": "Нас двое.", "q.for": "other", "q.relation.words": "брат", "once": envelope.NewID()})
	code, second := twoCodes(t, page)
	sizes := map[int]int{}
	count := func(e hatchway.Envelope) {
		class, ok := envelope.Class(len(e.Sealed))
		if !ok {
			t.Errorf("%d bytes are of no class", len(e.Sealed))
		}
		sizes[class]++
	}
	seen := map[string]bool{}
	taken := func() hatchway.Envelope {
		for _, e := range h.pull(t) {
			if !seen[e.ID] {
				seen[e.ID] = true
				count(e)
				return e
			}
		}
		t.Fatal("nothing came")
		return hatchway.Envelope{}
	}
	taken()
	for _, c := range []struct {
		path   string
		fields map[string]string
		check  func(m envelope.Message) bool
	}{
		{"check-in", map[string]string{"q.check-in": "safe"}, func(m envelope.Message) bool {
			return len(m.Answers) == 1 && m.Answers[0].Question == "check-in" && m.Answers[0].Values[0] == "safe"
		}},
		{"check-in", map[string]string{"q.check-in": "help"}, func(m envelope.Message) bool { return m.Answers[0].Values[0] == "help" }},
		{"message", map[string]string{"text": "Мы ждём."}, func(m envelope.Message) bool { return m.Text == "Мы ждём." }},
		{"arrange", map[string]string{"q.hours": "night", "q.zone": "180", "q.ours.words": "Кошка спит"}, func(m envelope.Message) bool { return m.Form != nil && m.Form.ID == "arrange" }},
	} {
		for _, with := range []receipt.Code{code, second} {
			fields := map[string]string{"code": typed(with), "once": envelope.NewID()}
			for k, v := range c.fields {
				fields[k] = v
			}
			for range 2 { // pressed twice, or sent again after a broken line: one message
				if status, page := h.postForm(t, "/ru/mailbox/"+c.path, fields); status != http.StatusOK || !strings.Contains(page, "Теперь команда может его прочитать") {
					t.Fatalf("%s: status %d", c.path, status)
				}
			}
			if m := h.open(t, taken().Sealed); m.Kind != envelope.FollowUp || !c.check(m) {
				t.Errorf("%s came otherwise", c.path)
			}
		}
	}
	if n := len(h.pull(t)); n != len(seen) {
		t.Errorf("%d envelopes wait, want %d", n, len(seen))
	}
	if len(sizes) != 1 {
		t.Errorf("sizes tell a tap from words: %v", sizes)
	}
	if status, page := h.postForm(t, "/ru/mailbox/check-in", map[string]string{"code": typed(code), "q.check-in": "else"}); status != 422 || !strings.Contains(page, "Пожалуйста, выберите") {
		t.Errorf("an unknown sign: status %d", status)
	}
}
