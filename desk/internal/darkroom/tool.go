package darkroom

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"time"
)

// What an outside program may take, besides its time.
const (
	toolMemory = 2 << 30  // bytes of address space
	toolOutput = 64 << 20 // bytes
)

// run gives a stranger's file to an outside program and returns what it answers.
// Everything goes through pipes: nothing of the file touches the disk. The program gets
// none of our environment, ends with its time, and where prlimit (util-linux) is
// installed has a bound on memory and writes no core. The error is exec.ErrNotFound
// where it is not installed; what it said of the file is dropped, since it may quote it.
func run(ctx context.Context, name string, most time.Duration, r io.Reader, args ...string) ([]byte, error) {
	tool, err := exec.LookPath(name)
	if err != nil {
		return nil, exec.ErrNotFound
	}
	if limit, err := exec.LookPath("prlimit"); err == nil {
		args = append([]string{"--as=" + strconv.Itoa(toolMemory), "--core=0", "--cpu=" + strconv.Itoa(int(most.Seconds())), "--", tool}, args...)
		tool = limit
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8"}
	cmd.Stdin = r
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout = &limited{w: &out, left: toolOutput}
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return out.Bytes(), ctx.Err()
		}
		return out.Bytes(), errors.New("darkroom: " + name + " could not read the file")
	}
	return out.Bytes(), nil
}

type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errors.New("darkroom: the answer is too large")
	}
	return l.w.Write(p)
}
