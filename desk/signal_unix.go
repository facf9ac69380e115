//go:build unix

package desk

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// lockOnSignal locks the Desk at each SIGUSR1 until the returned function is called.
func (d *Desk) lockOnSignal(ctx context.Context) (stop func()) {
	asked := make(chan os.Signal, 1)
	end := make(chan struct{})
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for {
			select {
			case <-end:
				return
			case <-asked:
				d.lockLogged(context.WithoutCancel(ctx))
			}
		}
	}()
	return func() {
		signal.Stop(asked)
		close(end)
	}
}
