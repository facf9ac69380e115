// Command waylight-desk is the private server of an organisation, and its
// operator's verbs. See package desk.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"waylight/desk"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(desk.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
