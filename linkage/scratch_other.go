//go:build !linux

package linkage

import (
	"errors"
	"os"
)

const mappable = false

func reserve(*os.File, int64, int64) error          { return errors.ErrUnsupported }
func mapped(*os.File, int64, int64) ([]byte, error) { return nil, errors.ErrUnsupported }
func unmap([]byte) error                            { return nil }
func giveBack(*os.File, int64, int64)               {}
func forget([]byte)                                 {}
func resident() int64                               { return 0 }
