package linkage

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"syscall"
)

const mappable = true

// reserve takes room on the disk.
func reserve(f *os.File, at, length int64) error {
	err := syscall.Fallocate(int(f.Fd()), 0, at, length)
	if !errors.Is(err, syscall.EOPNOTSUPP) && !errors.Is(err, syscall.ENOSYS) {
		return err
	}
	zero := make([]byte, 1<<20)
	for end := at + length; at < end; {
		n, err := f.WriteAt(zero[:min(int64(len(zero)), end-at)], at)
		if err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}

func mapped(f *os.File, at, length int64) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), at, int(length), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
}

func unmap(b []byte) error { return syscall.Munmap(b) }

// giveBack frees the room on the disk, where the file system can (man 2
// fallocate: keep size, punch hole); else it is free with the file.
func giveBack(f *os.File, at, length int64) {
	_ = syscall.Fallocate(int(f.Fd()), 1|2, at, length)
}

// forget takes pages out of the process. Of a shared map nothing is lost: they
// are read from the file again (man 2 madvise, MADV_DONTNEED).
func forget(b []byte) { _ = syscall.Madvise(b, syscall.MADV_DONTNEED) }

// resident is what the process holds in memory, in bytes.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(text)
	if err != nil || len(fields) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return n * int64(os.Getpagesize())
}
