package front_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

// When the files of an organisation fill its share, people are told on both roads
// that words go without files, and words do; once its Desk has fetched, files go
// again.
func TestShareOfFiles(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := &house{desk: newDesk(t), folder: filepath.Join(t.TempDir(), "data"), clock: clock.NewManual(time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)), log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(h.desk, h.folder)
	c.Organisations[0].Files = 1 << 20 // three parts, with what sealing adds
	h.serveWith(t, c)
	h.postKeys(t, 1)
	f := &sender.Front{URL: h.base}
	path := filepath.Join(t.TempDir(), "file.bin")
	if err := os.WriteFile(path, make([]byte, 3*envelope.ChunkSize), 0o600); err != nil {
		t.Fatal(err)
	}
	send := func() error {
		a, err := sender.Attach(path)
		if err != nil {
			return err
		}
		s, err := f.Prepare(ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Text: "x"}, []sender.Attachment{a})
		if err != nil {
			return err
		}
		return f.Submit(ctx, s)
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	var refused *sender.Refused
	if err := send(); !errors.As(err, &refused) || refused.Code != wire.NoRoom {
		t.Errorf("over the share: %v", err)
	}
	for lang, sentence := range map[string]string{"en": "Your words can go without files", "ru": "Слова можно отправить без файлов"} {
		fields := map[string]string{"text": "kept words", "once": envelope.NewID()}
		status, page := h.postForm(t, "/"+lang+"/help", fields, attachment{"f", bytes.Repeat([]byte("f"), 1000)})
		if status != http.StatusRequestEntityTooLarge || !strings.Contains(page, sentence) || !strings.Contains(page, "kept words") {
			t.Errorf("%s: status %d\n%.3000s", lang, status, page)
		}
		if status, _ := h.postForm(t, "/"+lang+"/help", fields); status != http.StatusOK {
			t.Errorf("%s, words alone: status %d", lang, status)
		}
	}
	for _, e := range h.pull(t) {
		if err := h.client.Confirm(ctx, []string{e.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(); err != nil {
		t.Errorf("after the Desk fetched: %v", err)
	}
}
