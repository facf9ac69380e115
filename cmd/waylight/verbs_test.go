package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/envelope"
	"waylight/internal/fronttest"
	"waylight/internal/receipt"
	"waylight/internal/wire"
)

// call runs the tool and returns its exit status, output and errors.
func call(t *testing.T, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(context.Background(), terminal{in: strings.NewReader(in), out: &o, err: &e}, args)
	return status, o.String(), e.String()
}

type sent struct{ Code, Second, ID string }

func parse[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSendReadErase(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	status, out, errs := call(t, "Меня ищут.\n", "send", "--front", desk.URL, "--channel", "help", "--lang", "ru",
		"--org", bundle.Fingerprint(desk.Organisation), "--text-file", "-", "--attach", write(t, "note.txt", "notes"), "--json")
	if status != 0 {
		t.Fatalf("send: %d %s", status, errs)
	}
	s := parse[sent](t, out)
	if _, err := receipt.Parse(s.Code); err != nil || !envelope.ValidID(s.ID) {
		t.Fatalf("send printed %q", out)
	}
	if second, err := receipt.Parse(s.Second); err != nil || s.Second == s.Code {
		t.Fatalf("no second code: %v %v", second, err)
	}
	got := desk.Received()
	if len(got) != 1 || got[0].Text != "Меня ищут.\n" || got[0].Lang != "ru" || string(desk.File(got[0].Files[0])) != "notes" {
		t.Fatalf("what arrived is not what was sent")
	}

	code := write(t, "code.txt", s.Code+"\n")
	if _, out, _ := call(t, "", "read", "--front", desk.URL, "--code-file", code); !strings.Contains(out, "no answer yet") {
		t.Errorf("read before an answer: %q", out)
	}
	desk.Reply(got[0], envelope.Message{Kind: envelope.Reply, Text: "Мы <здесь>.", From: "team", Day: "2017-04-09"})
	status, readOut, errs := call(t, out, "read", "--front", desk.URL, "--code-file", "-", "--json") // send's own output is a code file
	if status != 0 {
		t.Fatalf("read: %s", errs)
	}
	r := parse[struct{ Messages []shown }](t, readOut)
	if len(r.Messages) != 1 || r.Messages[0].Text != "Мы <здесь>." || r.Messages[0].From != "team" || r.Messages[0].Kind != envelope.Reply {
		t.Errorf("read printed %q", readOut)
	}

	desk.Reply(got[0], envelope.Message{Kind: envelope.Reply, Text: "a\x1b[2Jb"})
	if _, out, _ := call(t, "", "read", "--front", desk.URL, "--code-file", code); !strings.Contains(out, "Мы <здесь>.") || !strings.Contains(out, "a[2Jb") {
		t.Errorf("read for people printed %q", out)
	}

	if status, _, errs := call(t, "Спасибо.", "send", "--front", desk.URL, "--text-file", "-", "--code-file", code); status != 0 {
		t.Fatalf("follow-up: %s", errs)
	}
	if got := desk.Received(); got[1].Kind != envelope.FollowUp || got[1].Mailbox.ID != got[0].Mailbox.ID {
		t.Error("the follow-up is not under the same mailbox")
	}
	if status, _, errs := call(t, "", "erase", "--front", desk.URL, "--code-file", code); status != 0 {
		t.Fatalf("erase: %s", errs)
	}
	if status, _, errs := call(t, "", "read", "--front", desk.URL, "--code-file", code); status != 1 || !strings.Contains(errs, "hint: there is no conversation") {
		t.Errorf("read after erase: %d %q", status, errs)
	}
}

// The same command with the same state file is the same submission, also after
// the answer was lost.
func TestSendAgainWithState(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	var lost atomic.Bool
	desk.Fault = func(r *http.Request) fronttest.Fault {
		if r.URL.Path == wire.PathEnvelopes && lost.CompareAndSwap(false, true) {
			return fronttest.CutAfter
		}
		return fronttest.None
	}
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"send", "--front", desk.URL, "--text-file", write(t, "text", "Помогите"), "--state", state, "--for", "0s", "--json"}
	if status, out, errs := call(t, "", args...); status != 1 || out != "" || !strings.Contains(errs, "--state FILE") {
		t.Fatalf("the answer was lost, and yet: %d %q %q", status, out, errs)
	}
	if info, err := os.Stat(state); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the state file holds the code: %v", err)
	}
	_, first, _ := call(t, "", args...)
	_, second, _ := call(t, "", args...)
	if first != second || parse[sent](t, first).Code == "" {
		t.Errorf("two codes for one submission")
	}
	if got := desk.Received(); len(got) != 1 {
		t.Errorf("%d messages arrived", len(got))
	}
	args[4] = write(t, "text", "Что-то другое")
	if status, out, errs := call(t, "", args...); status != 1 || out != "" || !strings.Contains(errs, "belongs to another message") {
		t.Errorf("another text with this state: %d %q %q", status, out, errs)
	}
}

// What send prints for people has both codes, and is a code file for read: of the first.
func TestSendPrintsBothCodes(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	status, out, errs := call(t, "x", "send", "--front", desk.URL, "--text-file", "-")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != 0 || len(lines) != 2 || !strings.Contains(lines[1], "somebody forces you") {
		t.Fatalf("send: %d %q %s", status, out, errs)
	}
	_, second, _ := strings.Cut(lines[1], ": ")
	if c, err := receipt.Parse(second); err != nil || second == lines[0] {
		t.Errorf("the second code: %v %v", c, err)
	}
	desk.Reply(desk.Received()[0], envelope.Message{Kind: envelope.Reply, Text: "Мы здесь.", From: "team", Day: "2017-04-09"})
	if status, got, errs := call(t, "", "read", "--front", desk.URL, "--code-file", write(t, "code", out)); status != 0 || !strings.Contains(got, "Мы здесь.") {
		t.Errorf("read: %d %q %s", status, got, errs)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	desk, other := fronttest.New(t), fronttest.New(t)
	text := write(t, "text", "a")
	groups := receipt.New().Groups()
	code := strings.Join(groups[:], " ")
	for name, c := range map[string]struct {
		args   []string
		in     string
		status int
		want   string
	}{
		"no verb":         {nil, "", 2, "The verbs:"},
		"unknown verb":    {[]string{"sned"}, "", 2, `no verb "sned"`},
		"no front":        {[]string{"send", "--text-file", text}, "", 2, "--front is missing"},
		"nothing to send": {[]string{"send", "--front", desk.URL}, "", 2, "nothing to send"},
		"code as word":    {[]string{"read", "--front", desk.URL, code}, "", 2, "never given on the command line"},
		"unknown flag":    {[]string{"send", "--code", "1"}, "", 2, "flag provided but not defined"},
		"no code":         {[]string{"read", "--front", desk.URL}, "", 2, "--code-file is missing"},
		"short code":      {[]string{"read", "--front", desk.URL, "--code-file", "-"}, code[:38], 1, "too short: 31 of 32"},
		"wrong digit":     {[]string{"read", "--front", desk.URL, "--code-file", "-"}, string('0'+(code[0]-'0'+1)%10) + code[1:], 1, "one digit is probably wrong"},
		"not UTF-8":       {[]string{"send", "--front", desk.URL, "--text-file", write(t, "cp1251", "\xcf\xee\xec")}, "", 1, "hint: write the text in UTF-8"},
		"wrong channel":   {[]string{"send", "--front", desk.URL, "--text-file", text, "--channel", "x"}, "", 1, "hint: open the Front's page"},
		"wrong org":       {[]string{"send", "--front", desk.URL, "--text-file", text, "--org", bundle.ID(other.Organisation)}, "", 1, "hint: compare the fingerprint"},
		"wrong proxy":     {[]string{"send", "--front", desk.URL, "--text-file", text, "--proxy", "9050"}, "", 2, "not of the form"},
		"dead proxy":      {[]string{"send", "--front", desk.URL, "--text-file", text, "--proxy", "socks5h://127.0.0.1:1", "--for", "0s"}, "", 1, "hint: look at the address"},
		"no line":         {[]string{"send", "--front", "http://127.0.0.1:1", "--text-file", text, "--for", "0s"}, "", 1, "hint: look at the address"},
	} {
		status, out, errs := call(t, c.in, c.args...)
		if status != c.status || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%s: status %d, %q, %q", name, status, out, errs)
		}
		if strings.Contains(errs, groups[7]) {
			t.Errorf("%s: the message repeats the code", name)
		}
	}
	if len(desk.Received()) != 0 {
		t.Error("something was sent")
	}
}
