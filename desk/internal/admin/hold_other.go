//go:build !unix

package admin

// Hold is this process's claim on a Desk's folder. On this system nobody checks
// it: run one program at a time.
type Hold struct{}

// Take claims a Desk's folder.
func Take(string, bool) (*Hold, error) { return new(Hold), nil }

// Alone runs f.
func (*Hold) Alone(f func() error) error { return f() }

// Insist does nothing here.
func (*Hold) Insist() error { return nil }

// Release gives the folder back.
func (*Hold) Release() error { return nil }
