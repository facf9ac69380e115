package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
)

// A verb is one thing the tool does. Adding one is adding a line to verbs.
type verb struct {
	name  string
	short string // what it does, for the list
	run   func(ctx context.Context, t terminal, args []string) error
}

func verbs() []verb {
	return []verb{
		{"demo", "serve a throw-away Front and Desk with the founding scenario and invented people", demo},
		{"send", "seal a message to a channel of a Front and submit it", send},
		{"read", "read the answers to a code", read},
		{"erase", "erase a conversation from the Front", erase},
		{"bench", "measure a part of Waylight on this machine: bench contact, estimate, link", bench},
		{"verify", "look at a Front from outside, check an evidence package (verify package FILE) the package of a petition (verify petition FILE) or a report that you have (verify report FILE --front URL)", verify},
		{"link", "find the records of one person in one list or many", link},
		{"estimate", "say how many people are on none of several lists", estimateLists},
		{"analyse", "match lists and estimate, with the doubt of the matching in the answer", analyse},
	}
}

// terminal is where a verb reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// A hint is an error that says what to do about it.
type hint struct {
	err  error
	todo string
}

func (h *hint) Error() string { return h.err.Error() }
func (h *hint) Unwrap() error { return h.err }

// usage is a wrong call: exit 2.
type usage struct{ what string }

func (u *usage) Error() string { return u.what }

// run finds the verb and returns the exit status: 0 done, 1 failed, 2 called wrongly.
func run(ctx context.Context, t terminal, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		list(t.err)
		return 2
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			return report(t, v.name, v.run(ctx, t, args[1:]))
		}
	}
	fmt.Fprintf(t.err, "waylight: there is no verb %q\n\n", args[0])
	list(t.err)
	return 2
}

func list(w io.Writer) {
	fmt.Fprintln(w, "waylight VERB [flags]; waylight VERB -h shows the flags. The verbs:")
	for _, v := range verbs() {
		fmt.Fprintf(w, "  %-8s %s\n", v.name, v.short)
	}
}

func report(t terminal, name string, err error) int {
	var wrong *usage
	var h *hint
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 2
	case errors.As(err, &wrong):
		fmt.Fprintf(t.err, "waylight %s: %s\nhint: waylight %s -h shows the flags\n", name, wrong.what, name)
		return 2
	}
	fmt.Fprintf(t.err, "waylight %s: %v\n", name, err)
	if errors.As(err, &h) {
		fmt.Fprintf(t.err, "hint: %s\n", h.todo)
	}
	return 1
}
