package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

// files is a flag that may be given several times.
type files []string

func (f *files) String() string     { return "" }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }

// options are the flags of send, read and erase.
type options struct {
	front, channel, org, textFile, codeFile, state, lang, proxy string
	attach                                                      files
	patience                                                    time.Duration
	json                                                        bool
	http                                                        *http.Client
}

func (o *options) common(fs *flag.FlagSet) {
	fs.StringVar(&o.front, "front", "", "address of the Front, such as https://help.example.org")
	fs.StringVar(&o.codeFile, "code-file", "", "file with the code; - is standard input")
	fs.DurationVar(&o.patience, "for", 2*time.Minute, "how long to go on trying while the line is broken")
	fs.StringVar(&o.proxy, "proxy", "", "proxy for everything, such as socks5h://127.0.0.1:9050 for Tor")
	fs.BoolVar(&o.json, "json", false, "write JSON")
}

func (o *options) parse(name string, t terminal, args []string, define func(*flag.FlagSet)) error {
	fs := flag.NewFlagSet("waylight "+name, flag.ContinueOnError)
	fs.SetOutput(t.err)
	o.common(fs)
	if define != nil {
		define(fs)
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usage{err.Error()}
	}
	if fs.NArg() > 0 {
		return &usage{"there is an argument too many; a code or a text is never given on the command line, where others can see it"}
	}
	if o.front == "" {
		return &usage{"--front is missing"}
	}
	client, err := sender.Client(o.proxy)
	if err != nil {
		return &usage{err.Error()}
	}
	o.http = client
	return nil
}

func (o *options) open() *sender.Front {
	return &sender.Front{URL: o.front, HTTP: o.http, Patience: o.patience}
}

func send(ctx context.Context, t terminal, args []string) error {
	var o options
	err := o.parse("send", t, args, func(fs *flag.FlagSet) {
		fs.StringVar(&o.channel, "channel", "help", "channel to write to")
		fs.StringVar(&o.org, "org", "", "fingerprint that the channel's key must be signed by (from a poster or the phone)")
		fs.StringVar(&o.textFile, "text-file", "", "file with the text; - is standard input")
		fs.StringVar(&o.lang, "lang", "", "language of the text, such as ru")
		fs.Var(&o.attach, "attach", "file to attach; may be repeated")
		fs.StringVar(&o.state, "state", "", "file that keeps the submission, code included, so that the same command can be repeated")
	})
	if err != nil {
		return err
	}
	if o.textFile == "" && len(o.attach) == 0 {
		return &usage{"there is nothing to send: give --text-file or --attach"}
	}
	if o.textFile == "-" && o.codeFile == "-" {
		return &usage{"text and code cannot both come from standard input"}
	}
	kept, err := o.submission(ctx, t)
	if err != nil {
		return explain(err)
	}
	if err := o.open().Submit(ctx, kept.Submission); err != nil {
		return explain(err)
	}
	if o.json {
		return json.NewEncoder(t.out).Encode(struct {
			Code   string `json:"code"`
			Second string `json:"second,omitempty"`
			ID     string `json:"id"`
		}{kept.Code, kept.Second, kept.Submission.Envelope.ID})
	}
	_, err = fmt.Fprintf(t.out, "%s\n", kept.Code)
	if err == nil && kept.Second != "" {
		_, err = fmt.Fprintf(t.out, secondLine+" (it shows something harmless, and our team is warned): %s\n", kept.Second)
	}
	return err
}

// secondLine begins the line with the second code; read and erase stop before it.
const secondLine = "For the case that somebody forces you"

// kept is the content of the state file.
type kept struct {
	Code       string             `json:"code"`
	Second     string             `json:"second,omitempty"` // of a new conversation
	Mark       []byte             `json:"mark"`             // of what was given, so that no other message is taken for this one
	Submission *sender.Submission `json:"submission"`
}

// submission takes up the kept one or seals a new one, and keeps it before it is sent.
func (o *options) submission(ctx context.Context, t terminal) (kept, error) {
	m, code, err := o.draft(t)
	if err != nil {
		return kept{}, err
	}
	mark := o.mark(m)
	if o.state != "" {
		k, err := takeUp(o.state, mark)
		if !errors.Is(err, fs.ErrNotExist) {
			return k, err
		}
	}
	var attached []sender.Attachment
	for _, path := range o.attach {
		a, err := sender.Attach(path)
		if err != nil {
			return kept{}, err
		}
		attached = append(attached, a)
	}
	s, err := o.open().Prepare(ctx, o.channel, o.org, code, m, attached)
	if err != nil {
		return kept{}, err
	}
	k := kept{Code: grouped(code), Mark: mark, Submission: s}
	if m.Kind == envelope.Report {
		k.Second = grouped(s.Second)
	}
	if o.state != "" {
		return k, keep(o.state, k)
	}
	return k, nil
}

func grouped(c receipt.Code) string {
	groups := c.Groups()
	return strings.Join(groups[:], " ")
}

// draft reads the text, and the code of a follow-up.
func (o *options) draft(t terminal) (m envelope.Message, code receipt.Code, err error) {
	m, code = envelope.Message{Kind: envelope.Report, Lang: o.lang}, receipt.New()
	if o.codeFile != "" {
		if code, err = readCode(t, o.codeFile); err != nil {
			return m, code, err
		}
		m.Kind = envelope.FollowUp
	}
	if o.textFile != "" {
		text, err := readFile(t, o.textFile, envelope.MaxText)
		if err != nil {
			return m, code, err
		}
		m.Text = string(text)
	}
	return m, code, nil
}

// mark is a hash of what the command was given.
func (o *options) mark(m envelope.Message) []byte {
	given, err := json.Marshal([]any{o.front, o.channel, m.Kind, m.Lang, m.Text, o.attach})
	if err != nil {
		panic(err) // strings are always writable
	}
	h := sha256.Sum256(given)
	return h[:]
}

// takeUp reads the state file; the error is fs.ErrNotExist when there is none.
func takeUp(name string, mark []byte) (kept, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return kept{}, err
	}
	var k kept
	if json.Unmarshal(text, &k) != nil || k.Submission == nil {
		return kept{}, &hint{errors.New("the state file is not one of ours"), "name another file with --state"}
	}
	if !bytes.Equal(k.Mark, mark) {
		return kept{}, &hint{errors.New("the state file belongs to another message; nothing was sent"), "name a new file with --state for every message"}
	}
	return k, nil
}

// keep writes the state whole or not at all, for its owner only.
func keep(name string, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".waylight-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

func readFile(t terminal, name string, limit int64) ([]byte, error) {
	r := t.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = envelope.ErrTooLarge
	}
	return text, err
}

func readCode(t terminal, name string) (receipt.Code, error) {
	text, err := readFile(t, name, 4096)
	if err != nil {
		return receipt.Code{}, err
	}
	// send --json writes the code inside an object; take that too.
	var o struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(text, &o) == nil && o.Code != "" {
		text = []byte(o.Code)
	}
	code, _, _ := strings.Cut(string(text), secondLine) // send writes the second code below it
	return receipt.Parse(code)
}

// today is the sender's day, as the Front expects it with a signature.
func today() clock.Day { return clock.DayOf(clock.System().Now()) }

// explain adds what to do.
func explain(err error) error {
	var refused *sender.Refused
	switch {
	case errors.Is(err, sender.ErrOffline):
		return &hint{err, "look at the address and the line, then repeat the same command; with --state FILE it stays the same submission"}
	case errors.Is(err, sender.ErrChannel):
		return &hint{err, "open the Front's page to see its channels"}
	case errors.Is(err, sender.ErrNotGenuine):
		return &hint{err, "compare the fingerprint with the printed one; if it is right, do not send over this Front and tell the organisation"}
	case errors.Is(err, envelope.ErrText):
		return &hint{err, "write the text in UTF-8: iconv -f WINDOWS-1251 -t UTF-8 changes an older file"}
	case errors.Is(err, envelope.ErrTooLarge):
		return &hint{err, "send the text in parts under the same code, or split the file"}
	case errors.Is(err, sender.ErrFile):
		return &hint{err, "send it anew without the old --state file"}
	case errors.As(err, &refused) && refused.Code == wire.KeyTooOld:
		return &hint{err, "the channel has a new key; send it anew without the old --state file"}
	case errors.As(err, &refused) && refused.Code == wire.NoMailbox:
		return &hint{err, "there is no conversation under this code at this Front: look at the code and the address"}
	}
	return err
}
