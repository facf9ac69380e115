package pagescript_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/andybalholm/brotli"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/pagescript"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

const root = "../.."

// What is served is what the repository builds, byte for byte.
func TestBuiltFileIsCurrent(t *testing.T) {
	t.Parallel()
	got, second, used, err := pagescript.Both(root, pagescript.Vendor)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := pagescript.Signing(root, pagescript.Vendor)
	if err != nil {
		t.Fatal(err)
	}
	for name, built := range map[string][]byte{pagescript.Sign: sign, pagescript.Sign + ".br": pagescript.Pack(sign), pagescript.Built: got, pagescript.Papers: second, pagescript.Built + ".br": pagescript.Pack(got), pagescript.Papers + ".br": pagescript.Pack(second)} {
		want, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(built, want) {
			t.Errorf("%s is not what its sources build: run go run ./internal/tools/pagescript", name)
		}
	}
	if sum := sha256.Sum256(second); !bytes.Contains(got, []byte(base64.StdEncoding.EncodeToString(sum[:]))) {
		t.Error("the first script does not know the second one's hash")
	}
	again, secondAgain, _, err := pagescript.Both(root, pagescript.Vendor)
	if err != nil || !bytes.Equal(got, again) || !bytes.Equal(second, secondAgain) {
		t.Errorf("two builds differ: %v", err)
	}
	var vendored []string
	err = filepath.WalkDir(filepath.Join(root, pagescript.Vendor), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".js") {
			vendored = append(vendored, path)
		}
		return err
	})
	if err != nil || len(vendored) != len(used) {
		t.Errorf("%d files are vendored, %d are used: %v", len(vendored), len(used), err)
	}
}

// A person pays for every byte, over a slow line and in the time until the form works.
func TestSize(t *testing.T) {
	t.Parallel()
	for name, bar := range map[string]int{pagescript.Built: 30_000, pagescript.Papers: 20_000, pagescript.Sign: 25_000} {
		script, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write(script); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, %d with brotli", name, len(script), b.Len())
		if b.Len() > bar {
			t.Errorf("%s: %d bytes with brotli, the bar is %d", name, b.Len(), bar)
		}
		for _, word := range []string{"eval(", "new Function", "WebAssembly", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "XMLHttpRequest", "sendBeacon"} {
			if bytes.Contains(script, []byte(word)) {
				t.Errorf("%s contains %s", name, word)
			}
		}
	}
}

// lab serves the modules and the vectors on one page, under the Front's own
// content policy.
func lab(t *testing.T) *httptest.Server {
	t.Helper()
	script, _, err := pagescript.Build(root, "internal/pagescript/testdata/lab.js", pagescript.Vendor)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/vectors/", http.StripPrefix("/vectors/", http.FileServer(http.Dir(filepath.Join(root, "docs/formats/vectors")))))
	mux.HandleFunc("/lab.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(script)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
		_, _ = io.WriteString(w, `<!doctype html><title>lab</title><script src="/lab.js"></script><p>lab <input type="file" id="file">`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestScriptAgreesWithVectors(t *testing.T) {
	t.Parallel()
	p := browser.Start(t)
	p.Go(lab(t).URL)
	for _, name := range []string{"code", "mailbox", "envelope", "chunks", "bundle"} {
		for _, wrong := range browser.Await[[]string](p, fmt.Sprintf("lab.check(%q)", name)) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

// ageTool builds the age tool and writes an identity for it.
func ageTool(t *testing.T, id *age.HybridIdentity) (tool, keyFile string) {
	t.Helper()
	dir := t.TempDir()
	tool, keyFile = filepath.Join(dir, "age"), filepath.Join(dir, "identity")
	if out, err := exec.Command("go", "build", "-o", tool, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		t.Fatalf("build the age tool: %v\n%s", err, out)
	}
	if err := os.WriteFile(keyFile, []byte(id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return tool, keyFile
}

func TestScriptAndGoOpenEachOther(t *testing.T) {
	t.Parallel()
	p := browser.Start(t)
	p.Go(lab(t).URL)
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	tool, keyFile := ageTool(t, id)
	sizes := []int{0, 3000, 40_000, 200_000}
	for i, s := range browser.Eval[[]string](p, fmt.Sprintf("lab.sealed(%q, [0, 3000, 40000, 200000])", id.Recipient())) {
		sealed, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := envelope.Class(len(sealed)); !ok {
			t.Errorf("%d bytes are no size class", len(sealed))
		}
		r, err := age.Decrypt(bytes.NewReader(sealed), id)
		if err != nil {
			t.Fatalf("Go does not open what the script sealed: %v", err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(tool, "--decrypt", "--identity", keyFile)
		cmd.Stdin = bytes.NewReader(sealed)
		if out, err := cmd.Output(); err != nil || !bytes.Equal(out, plain) {
			t.Errorf("the age tool does not open what the script sealed: %v", err)
		}
		m, err := envelope.Decode(plain)
		if want := "Помогите <&> \u2028 🕯️" + strings.Repeat("я", sizes[i]); err != nil || m.Text != want || m.Via != envelope.PageScript || m.Answers[0].Values[0] != "now" {
			t.Errorf("message %d: %v", i, err)
		}
	}

	c, salt := receipt.New(), mailbox.Salt{5}
	box := mailbox.Derive(c, salt)
	for _, n := range sizes {
		want := "Мы прочитали. <&> \u2028 🕯️" + strings.Repeat("ж", n)
		plain, err := envelope.Message{Kind: envelope.Reply, Text: want}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := seal.To(box.Recipient(), plain)
		if err != nil {
			t.Fatal(err)
		}
		args, err := json.Marshal([]any{string(c.Secret()), salt[:], []byte(sealed)})
		if err != nil {
			t.Fatal(err)
		}
		if got := browser.Eval[envelope.Message](p, "lab.opened(..."+string(args)+")"); got.Text != want {
			t.Errorf("the script does not open what Go sealed: %d runes", n)
		}
	}
}
