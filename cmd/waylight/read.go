package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"unicode"

	"waylight/internal/envelope"
	"waylight/internal/receipt"
)

// shown is one answer as read --json writes it.
type shown struct {
	ID      string          `json:"id"`
	Kind    envelope.Kind   `json:"kind,omitempty"`
	From    string          `json:"from,omitempty"`
	Day     string          `json:"day,omitempty"`
	Lang    string          `json:"lang,omitempty"`
	Channel string          `json:"channel,omitempty"`
	Text    string          `json:"text,omitempty"`
	Files   []envelope.File `json:"files,omitempty"`
	Error   string          `json:"error,omitempty"` // this one did not open
}

func read(ctx context.Context, t terminal, args []string) error {
	var o options
	code, err := o.coded("read", t, args, nil)
	if err != nil {
		return err
	}
	received, err := o.open().Read(ctx, code, today())
	if err != nil {
		return explain(err)
	}
	messages := make([]shown, len(received))
	for i, r := range received {
		m := r.Message
		messages[i] = shown{r.ID, m.Kind, m.From, string(m.Day), m.Lang, m.Channel, m.Text, m.Files, ""}
		if r.Err != nil {
			messages[i].Error = r.Err.Error()
		}
	}
	if o.json {
		return json.NewEncoder(t.out).Encode(struct {
			Messages []shown `json:"messages"`
		}{messages})
	}
	if len(messages) == 0 {
		_, err = fmt.Fprintln(t.out, "There is no answer yet.")
		return err
	}
	for _, m := range messages {
		switch {
		case m.Error != "":
			fmt.Fprintf(t.out, "[an answer that does not open: %s]\n\n", m.Error)
		case m.Kind == envelope.ReadMark:
			fmt.Fprintf(t.out, "%s  A person has read your message.\n\n", m.Day)
		default:
			fmt.Fprintf(t.out, "%s  %s\n%s\n\n", visible(m.Day), visible(m.From), visible(m.Text))
		}
	}
	return nil
}

func erase(ctx context.Context, t terminal, args []string) error {
	var o options
	code, err := o.coded("erase", t, args, func(fs *flag.FlagSet) {
		fs.StringVar(&o.channel, "channel", "help", "channel whose team is told that the conversation is erased")
		fs.StringVar(&o.org, "org", "", "fingerprint that the channel's key must be signed by")
	})
	if err != nil {
		return err
	}
	if err := o.open().Erase(ctx, o.channel, o.org, code, today()); err != nil {
		return explain(err)
	}
	if !o.json {
		fmt.Fprintln(t.out, "The conversation is erased from the Front.")
	}
	return nil
}

// visible leaves out what could command the terminal; --json has all of it.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// coded parses the flags of a verb that needs a code.
func (o *options) coded(name string, t terminal, args []string, define func(*flag.FlagSet)) (code receipt.Code, err error) {
	if err := o.parse(name, t, args, define); err != nil {
		return code, err
	}
	if o.codeFile == "" {
		return code, &usage{"--code-file is missing; the code is read from a file so that it stands on no command line"}
	}
	return readCode(t, o.codeFile)
}
