package waylight_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// A message whose file the Front cannot give stays there and does not hold up
// others; the team is told of it, and it arrives when the file is back.
func TestLeftAtTheFrontIsTold(t *testing.T) {
	t.Parallel()
	h := newHarbour(t, nil)
	h.office.kill()
	f := &sender.Front{URL: h.public.url, Patience: time.Minute}
	path, content := filepath.Join(t.TempDir(), "file.bin"), make([]byte, 1000)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	send := func(text string, files ...sender.Attachment) *sender.Submission {
		s, err := f.Prepare(h.ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Lang: "en", Via: envelope.Command, Text: text}, files)
		if err == nil {
			err = f.Submit(h.ctx, s)
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	file, err := sender.Attach(path)
	if err != nil {
		t.Fatal(err)
	}
	left := send("Invented report <1-0>", file)
	send("Invented report <2-0>")
	there := filepath.Join(h.data, "chunks", left.Envelope.Uploads[0].ID)
	if err := os.Rename(there, there+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := h.office.start(); err != nil {
		t.Fatal(err)
	}
	c := h.signIn(t)
	warned := func() bool {
		page, err := c.get(h.ctx, "/")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(page, "Messages that could not be fetched whole") || strings.Contains(page, "Сообщения, которые не удалось забрать целиком")
	}
	for !warned() {
		h.pause(t)
	}
	found := newFinds()
	found.until(t, h, "Invented report <2-0>", nil)
	if found.times["Invented report <1-0>"] > 0 {
		t.Error("it arrived without its file")
	}
	if err := os.Rename(there+"-away", there); err != nil {
		t.Fatal(err)
	}
	found.until(t, h, "Invented report <1-0>", content)
	for warned() {
		h.pause(t)
	}
	h.nothingLeft(t)
}
