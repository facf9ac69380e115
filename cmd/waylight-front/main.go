// Command waylight-front is the public server. It can open nothing of what
// passes through it. See package front.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"waylight/front"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(front.Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
