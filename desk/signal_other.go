//go:build !unix

package desk

import "context"

// lockOnSignal does nothing: this system has no such signal.
func (*Desk) lockOnSignal(context.Context) (stop func()) { return func() {} }
