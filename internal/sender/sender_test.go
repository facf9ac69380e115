package sender_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/internal/bundle"
	"waylight/internal/envelope"
	"waylight/internal/fronttest"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

const words = "Меня ищут. Нас двое."

func report() envelope.Message {
	return envelope.Message{Kind: envelope.Report, Lang: "ru", Text: words}
}

// send prepares and submits, and returns the code.
func send(t *testing.T, f *sender.Front, m envelope.Message, files ...sender.Attachment) receipt.Code {
	t.Helper()
	code := receipt.New()
	s, err := f.Prepare(context.Background(), "help", "", code, m, files)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Submit(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return code
}

func attach(t *testing.T, size int) (sender.Attachment, []byte) {
	t.Helper()
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := sender.Attach(path)
	if err != nil {
		t.Fatal(err)
	}
	return a, content
}

func TestConversation(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	f := &sender.Front{URL: desk.URL}
	a, content := attach(t, 2*envelope.ChunkSize+17)
	code := send(t, f, report(), a)

	got := desk.Received()
	if len(got) != 1 || got[0].Text != words || got[0].Via != envelope.Command || got[0].Channel != "help" || len(got[0].Files) != 1 {
		t.Fatalf("the Desk got %d messages", len(got))
	}
	if !bytes.Equal(desk.File(got[0].Files[0]), content) || got[0].Files[0].Name != "photo.jpg" {
		t.Error("the file did not arrive as it was")
	}
	ctx := context.Background()
	if received, err := f.Read(ctx, code, "2017-04-09"); err != nil || len(received) != 0 {
		t.Fatalf("before the answer: %d, %v", len(received), err)
	}
	desk.Reply(got[0], envelope.Message{Kind: envelope.ReadMark, Day: "2017-04-09"})
	desk.Reply(got[0], envelope.Message{Kind: envelope.Reply, Text: "Мы прочитали.", From: "team"})
	received, err := f.Read(ctx, code, "2017-04-09")
	if err != nil || len(received) != 2 || received[0].Message.Kind != envelope.ReadMark || received[1].Message.Text != "Мы прочитали." {
		t.Fatalf("answers: %d, %v", len(received), err)
	}
	s, err := f.Prepare(ctx, "help", "", code, envelope.Message{Kind: envelope.FollowUp, Text: "Спасибо."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Submit(ctx, s); err != nil {
		t.Fatal(err)
	}
	if got := desk.Received(); len(got) != 2 || got[1].Kind != envelope.FollowUp || got[1].Mailbox.ID != got[0].Mailbox.ID {
		t.Errorf("the follow-up did not arrive under the same mailbox")
	}
	if err := f.Erase(ctx, "help", "", code, "2017-04-09"); err != nil {
		t.Fatal(err)
	}
	if got := desk.Received(); got[2].Kind != envelope.Erased || got[2].Mailbox.ID != got[0].Mailbox.ID {
		t.Error("the team is not told of the erasure")
	}
	var refused *sender.Refused
	if _, err := f.Read(ctx, code, "2017-04-09"); !errors.As(err, &refused) || refused.Code != wire.NoMailbox {
		t.Errorf("after erasure: %v", err)
	}
}

func TestPrepareRefusesAKeyThatIsNotGenuine(t *testing.T) {
	t.Parallel()
	desk, other := fronttest.New(t), fronttest.New(t)
	f := &sender.Front{URL: desk.URL}
	for _, c := range []struct {
		channel, org string
		want         error
	}{
		{"help", bundle.Fingerprint(desk.Organisation), nil},
		{"help", strings.Join(bundle.Words(desk.Organisation), " "), nil},
		{"help", bundle.Fingerprint(other.Organisation), sender.ErrNotGenuine},
		{"nothing", "", sender.ErrChannel},
	} {
		if _, err := f.Prepare(context.Background(), c.channel, c.org, receipt.New(), report(), nil); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.channel, err, c.want)
		}
	}
}

// Whatever happens to the line, a message arrives exactly once, with its files.
func TestBrokenLine(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(7, 7))
	met := map[fronttest.Fault]int{}
	desk.Fault = func(*http.Request) fronttest.Fault {
		mu.Lock()
		defer mu.Unlock()
		fault := fronttest.Fault(random.IntN(8))
		if fault > fronttest.Busy {
			return fronttest.None
		}
		met[fault]++
		return fault
	}
	f := &sender.Front{URL: desk.URL, Patience: time.Minute, Pause: time.Millisecond}
	const messages = 12
	for range messages {
		a, content := attach(t, envelope.ChunkSize+1)
		send(t, f, report(), a)
		got := desk.Received()
		last := got[len(got)-1]
		if last.Text != words || !bytes.Equal(desk.File(last.Files[0]), content) {
			t.Fatal("it did not arrive as it was")
		}
	}
	if got := desk.Received(); len(got) != messages {
		t.Errorf("%d messages arrived, %d were sent", len(got), messages)
	}
	mu.Lock() // a request whose line was cut may still be on its way
	defer mu.Unlock()
	if met[fronttest.CutBefore] == 0 || met[fronttest.CutAfter] == 0 || met[fronttest.Busy] == 0 {
		t.Errorf("not every fault was met: %v", met)
	}
}

// A submission that was kept is the same one after a crash of the sender.
func TestSubmissionSurvivesACrash(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	var cut atomic.Bool
	cut.Store(true)
	desk.Fault = func(r *http.Request) fronttest.Fault {
		if cut.Load() && r.URL.Path == wire.PathEnvelopes {
			return fronttest.CutAfter
		}
		return fronttest.None
	}
	f := &sender.Front{URL: desk.URL}
	a, _ := attach(t, 10)
	s, err := f.Prepare(context.Background(), "help", "", receipt.New(), report(), []sender.Attachment{a})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Submit(context.Background(), s); !errors.Is(err, sender.ErrOffline) {
		t.Fatalf("the line was cut, and yet: %v", err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again sender.Submission
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	cut.Store(false)
	if err := f.Submit(context.Background(), &again); err != nil {
		t.Fatal(err)
	}
	if got := desk.Received(); len(got) != 1 {
		t.Errorf("%d messages arrived", len(got))
	}
	if err := os.WriteFile(a.Path, []byte("something!"), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := sender.Submission{Envelope: again.Envelope, Files: again.Files}
	fresh.Files[0].Manifest.Upload = envelope.NewID()
	if err := f.Submit(context.Background(), &fresh); !errors.Is(err, sender.ErrFile) {
		t.Errorf("a file that was changed meanwhile: %v", err)
	}
}

func TestErrorsCarryNothing(t *testing.T) {
	t.Parallel()
	f := &sender.Front{URL: "http://127.0.0.1:1/secret-path"}
	if _, err := f.Channels(context.Background()); err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("%v", err)
	}
}
