package front_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/seal"
	"waylight/internal/seize"
)

// Whoever carries the Front away while letters wait in it finds no word, no
// code and no key. The same look finds all of it in a store left unsealed.
func TestSeizedFrontHoldsNothing(t *testing.T) {
	t.Parallel()
	const sentence = "Это предложение не встречается больше нигде 7f3a"
	const answer = "И этот ответ не встречается больше нигде 91cd"
	h := start(t)
	content := bytes.Repeat([]byte("unique content of the file 55aa "), 20<<10) // several chunks
	status, page := h.postForm(t, "/ru/help", map[string]string{"text": sentence, "q.people.words": sentence, "once": envelope.NewID()}, attachment{"unique-file-name.jpg", content})
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	code, second := twoCodes(t, page)
	keys := mailbox.Derive(code, h.salt(t))
	e := h.pull(t)[0]
	m := h.open(t, e.Sealed)
	h.answer(t, m.Mailbox.ID, keys.Recipient(), answer)
	if _, page = h.postForm(t, "/ru/mailbox", map[string]string{"code": typed(code)}); !strings.Contains(page, answer) {
		t.Fatal("the answer could not be read")
	}
	if status, _ = h.postForm(t, "/ru/mailbox/message", map[string]string{"code": typed(code), "text": sentence, "once": envelope.NewID()}); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}

	groups := code.Groups()
	secrets := []seize.Secret{
		seize.Text("the sentence", sentence), seize.Text("the answer", answer), seize.Text("the file's name", "unique-file-name"),
		{Name: "the file's content", Value: content[:64]}, {Name: "the file's key", Value: m.Files[0].Key[:]},
		{Name: "the second code", Value: second.Secret()}, seize.Text("the second code in groups", typed(second)),
		{Name: "the code", Value: code.Secret()}, seize.Text("the code in groups", typed(code)), seize.Text("two groups of the code", groups[2]+groups[3]),
		{Name: "the intake key", Value: []byte(h.intake.String())},
		{Name: "the organisation key", Value: h.organisation[:32]}, {Name: "the hatch key", Value: h.hatch[:32]},
	}
	for _, when := range []string{"running", "stopped"} {
		if when == "stopped" {
			h.stop()
		}
		found, err := seize.Folder(h.folder, secrets...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("%s: %s", when, f)
		}
	}
	if found, err := seize.Bytes("the log", []byte(h.log.String()), secrets...); err != nil || len(found) > 0 {
		t.Errorf("in the log: %v, %v", found, err)
	}

	// The control: the same message as it would lie there unsealed.
	plain, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(t.TempDir(), "unsealed")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"message": plain, "code": code.Secret(), "file": content} {
		if err := os.WriteFile(filepath.Join(left, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := seize.Folder(left, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range found {
		names[f.Secret] = true
	}
	for _, want := range []string{"the sentence", "the file's name", "the file's content", "the file's key", "the code"} {
		if !names[want] {
			t.Errorf("the look did not find %s in an unsealed store: it proves nothing", want)
		}
	}
}

// No file, name or row tells a time finer than a day.
func TestFilesCarryOnlyTheDay(t *testing.T) {
	t.Parallel()
	h := start(t)
	if status, _ := h.postForm(t, "/en/information", map[string]string{"text": "x"}, attachment{"a", []byte("a")}); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	chunks := 0
	err := filepath.WalkDir(filepath.Join(h.folder, "chunks"), func(path string, d os.DirEntry, err error) error {
		if err != nil || path == filepath.Join(h.folder, "chunks") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		chunks++
		if at := info.ModTime().UTC().Format("15:04:05.000000000"); at != "00:00:00.000000000" {
			t.Errorf("a chunk says %s", at)
		}
		return nil
	})
	if err != nil || chunks != 2 { // the folder and the chunk
		t.Errorf("%d entries, %v", chunks, err)
	}
}

func (h *house) salt(t testing.TB) mailbox.Salt {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(h.folder, "salt"))
	if err != nil {
		t.Fatal(err)
	}
	return mailbox.Salt(b)
}

// answer pushes a reply as the Desk does.
func (h *house) answer(t testing.TB, box, recipient, text string) {
	t.Helper()
	plain, err := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: text, From: "team", Day: "2017-04-09"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(recipient, plain)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := h.client.Replies(context.Background(), []hatchway.Reply{{ID: envelope.NewID(), Mailbox: box, Sealed: sealed, Expires: clock.DayOf(h.clock.Now().AddDate(0, 0, 30))}})
	if err != nil || len(gone) > 0 {
		t.Fatalf("gone %v, %v", gone, err)
	}
}
