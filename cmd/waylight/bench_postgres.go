package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"waylight/internal/sqldb"
)

// postgres is a server of a bench's own: on a unix socket, in a folder that goes with it.
type postgres struct {
	folder string
	cmd    *exec.Cmd
}

func openPostgres(ctx context.Context) (*postgres, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return nil, errors.New("PostgreSQL is not installed (Debian: postgresql)")
	}
	bin := slices.Max(found)
	p := &postgres{}
	if p.folder, err = os.MkdirTemp("", "waylight-pg-"); err != nil { // short: a socket's path must be
		return nil, err
	}
	as, err := asNobody("postgres", p.folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	run := func(name string, args ...string) error {
		c := exec.CommandContext(ctx, name, args...)
		c.Dir, c.SysProcAttr = p.folder, as
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, out)
		}
		return nil
	}
	data := filepath.Join(p.folder, "data")
	if err := run(filepath.Join(bin, "initdb"), "-D", data, "-U", "waylight", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", p.folder, "-h", "")
	p.cmd.Dir, p.cmd.SysProcAttr = p.folder, as
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		db, err := sqldb.OpenPostgres(ctx, p.source("postgres"), 1)
		if err == nil {
			if err := db.Close(); err != nil {
				return nil, err
			}
			break
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			p.close()
			return nil, errors.New("PostgreSQL did not start")
		}
	}
	for _, name := range []string{"front", "bare"} {
		if err := run(filepath.Join(bin, "createdb"), "-h", p.folder, "-U", "waylight", name); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

func (p *postgres) source(database string) string {
	return fmt.Sprintf("host=%s user=waylight dbname=%s sslmode=disable", p.folder, database)
}

func (p *postgres) close() {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	_ = p.cmd.Wait()
	_ = os.RemoveAll(p.folder)
}
