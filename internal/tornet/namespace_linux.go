package tornet

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// namespace returns how to start a program. As root: from a thread that has left
// for an empty network namespace, which its children inherit. Either way they
// end with the test, even one that is killed.
func namespace(t testing.TB) (start func(*exec.Cmd) error, alone bool) {
	t.Helper()
	type order struct {
		cmd  *exec.Cmd
		done chan error
	}
	orders, ready := make(chan order), make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		// Never unlocked: the thread ends with this goroutine, and Pdeathsig,
		// which looks at the thread, ends what is left then.
		runtime.LockOSThread()
		ready <- leave()
		for {
			select {
			case o := <-orders:
				o.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
				o.done <- o.cmd.Start()
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() { close(stop) })
	switch err := <-ready; {
	case err == nil:
		alone = true
	case os.Geteuid() == 0:
		t.Logf("no network namespace here (%v): the test network uses this machine's loopback", err)
	}
	return func(c *exec.Cmd) error {
		o := order{c, make(chan error, 1)}
		orders <- o
		return <-o.done
	}, alone
}

// leave moves this thread into a new network namespace with a loopback.
func leave() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, lo)
}
