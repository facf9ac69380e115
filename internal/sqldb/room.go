package sqldb

import "syscall"

// Room is how many bytes are free on the disk of a folder or file, for a program
// without privileges.
func Room(path string) (uint64, error) {
	var st syscall.Statfs_t
	err := syscall.Statfs(path, &st)
	return st.Bavail * uint64(st.Bsize), err
}
