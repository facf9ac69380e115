package mailbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

// Envelopes are plain age files: the age tool opens ours and we open its own.
// The tool is built from the module that we use, because distributions' tools
// may be too old for hybrid recipients.
func TestAgeTool(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tool := filepath.Join(dir, "age")
	if out, err := exec.Command("go", "build", "-o", tool, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		t.Fatalf("build the age tool: %v\n%s", err, out)
	}
	age := func(in []byte, args ...string) []byte {
		t.Helper()
		cmd := exec.Command(tool, args...)
		cmd.Stdin = strings.NewReader(string(in))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("age %s: %v", args[0], err)
		}
		return out
	}
	c := receipt.New()
	box := mailbox.Derive(c, mailbox.Salt{9})
	want := envelope.Message{Kind: envelope.Report, Channel: "help", Text: strings.Repeat("Мне нужна помощь. ", 5000)}
	p, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}

	t.Run("opens ours", func(t *testing.T) {
		id := hybrid(t)
		sealed, err := seal.To(id.Recipient().String(), p)
		if err != nil {
			t.Fatal(err)
		}
		keyFile := filepath.Join(dir, "identity")
		if err := os.WriteFile(keyFile, []byte(id.String()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := envelope.Decode(age(sealed, "--decrypt", "--identity", keyFile))
		if err != nil || m.Text != want.Text {
			t.Errorf("what the tool opened: %v", err)
		}
	})
	t.Run("seals for us", func(t *testing.T) {
		sealed := age(p, "--encrypt", "--recipient", box.Recipient())
		if len(sealed) != envelope.SealedSize(len(p)) {
			t.Errorf("the tool's file has %d bytes, ours %d", len(sealed), envelope.SealedSize(len(p)))
		}
		if m, err := box.Open(sealed); err != nil || m.Text != want.Text {
			t.Errorf("what the tool sealed: %v", err)
		}
	})
}

func hybrid(t *testing.T) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}
