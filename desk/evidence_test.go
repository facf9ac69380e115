package desk

import (
	"bytes"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/seize"
	"waylight/internal/stamptest"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/store"
)

// TestEvidenceOfAConversation: a sender's file is taken over by consent, stamped by
// an authority on the network, and lies sealed in what a thief would carry away.
func TestEvidenceOfAConversation(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	tsa := stamptest.New(t, stamptest.Flaw{})
	server := httptest.NewServer(tsa)
	t.Cleanup(server.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, tsa.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := smallDesk(t)
	c := clock.NewManual(time.Now()) // openssl stamps the machine's time
	d, err := New(Config{Dir: dir, Idle: true, Clock: c, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), StampAuthorities: []string{server.URL}, StampRoots: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Lock() })
	token, err := d.SignIn(ctx, "olga", olgaPhrase)
	if err != nil {
		t.Fatal(err)
	}
	olga, err := d.actorOf(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	r := d.rooms()

	const sentence = "A sentence that stands nowhere else: the clock in the mill strikes thirteen."
	body := []byte(strings.Repeat(sentence+"\n", 9000)) // more than one chunk
	sendFile(t, r, body)
	if n, err := r.inbox.OpenArrivals(ctx, olga); n != 1 || err != nil {
		t.Fatalf("opened %d, %v", n, err)
	}
	list, err := r.inbox.List(ctx, olga)
	if err != nil {
		t.Fatal(err)
	}
	thread := list[0].ID
	_, said, err := r.inbox.Open(ctx, olga, thread)
	if err != nil {
		t.Fatal(err)
	}
	message := said[0].ID
	item, err := r.inbox.Testify(ctx, olga, thread, message)
	if err == nil {
		err = r.takeOver(ctx, olga, thread, message, item)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, files, err := r.locker.List(ctx, olga, item)
	if err != nil || len(files) != 1 || files[0].Facts.Size != int64(len(body)) || !files[0].Facts.Graphic {
		t.Fatalf("%+v, %v", files, err)
	}
	copied, err := r.locker.Copy(ctx, olga, files[0].ID, evidence.Court)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(copied); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%d bytes came over, %v", len(got), err)
	}
	if err := copied.Close(); err != nil {
		t.Error(err)
	}
	if err := r.tendEvidence(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := r.locker.Page(ctx, olga, files[0].ID)
	if err != nil || len(p.Stamps) != 1 || p.Stamps[0].Authority != server.URL {
		t.Fatalf("%+v, %v", p.Stamps, err)
	}
	key := seize.Secret{Name: "the key of the file", Value: bytes.Clone(p.Facts.Key[:])}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	found, err := seize.Folder(dir, seize.Text("the content of the file", sentence), seize.Text("its name", "IMG_20170409.JPG"), seize.Text("its description", "Nobody has described it yet"), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range found {
		t.Error(x)
	}
}

// sendFile lets a message with one file arrive, as the courier brings it.
func sendFile(t *testing.T, r *rooms, body []byte) {
	t.Helper()
	ctx := t.Context()
	f := envelope.NewFile("IMG_20170409.JPG", "image/jpeg", int64(len(body)))
	for i := range f.Chunks {
		part := body[i*envelope.ChunkSize : min(len(body), (i+1)*envelope.ChunkSize)]
		sealed, sum, err := envelope.SealChunk(f.Key, i, len(f.Chunks), part)
		if err != nil {
			t.Fatal(err)
		}
		f.Chunks[i] = sum
		if err := r.files.Put(f.Upload, i, sealed); err != nil {
			t.Fatal(err)
		}
	}
	k := mailbox.Derive(receipt.New(), mailbox.Salt{9})
	p, err := envelope.Message{Kind: envelope.Report, Channel: "help", Lang: "en", Via: envelope.Command, Text: "I filmed it.", Mailbox: k.Address(), Files: []envelope.File{f}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var keys []intake.Key
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		keys, err = tx.IntakeKeys(ctx, "help")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(keys[0].Recipient, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.Receive(ctx, []intake.Arrival{{ID: envelope.NewID(), Channel: "help", Mailbox: k.ID().String(), SignKey: k.Public(), Day: "2017-04-09", Sealed: sealed, Uploads: []intake.Upload{{ID: f.Upload, Chunks: len(f.Chunks)}}}}); err != nil {
		t.Fatal(err)
	}

}
