package snare

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What may be read and run behind the fence: the programs of the machine, what they
// need to start, and nothing of anybody's.
func readable() []string {
	return []string{"/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/proc", "/sys/devices", "/sys/fs/cgroup", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/var/cache/fontconfig",
		"/etc/fonts", "/etc/ssl/certs", "/etc/chromium", "/etc/chromium.d", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/localtime", "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf", "/etc/mime.types", "/etc/os-release", "/etc/debian_version"}
}

const (
	toRead  = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	toWrite = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK | unix.LANDLOCK_ACCESS_FS_MAKE_SYM
	ofFile = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
)

// Kinds of rules, as the kernel counts them.
const (
	rulePathBeneath = 1
	ruleNetPort     = 2
)

// version is that of the kernel's Landlock; 0: there is none.
func version() int {
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(v)
}

// Fenced reports why no browser can be fenced here; nil when it can.
func Fenced() error {
	if version() < 1 {
		return errors.New("this kernel cannot fence a program in (Landlock, Linux 5.13 or later): the browser could read the Desk's files, so pages are taken without it")
	}
	return nil
}

// fence keeps the calling thread, and what it starts, from every file but those of
// the machine's programs and one folder, from every TCP port but one (Linux 6.7),
// and from signals and abstract sockets of others (6.12). It cannot be taken off.
func fence(folder, program string, port uint16) error {
	abi := version()
	if err := Fenced(); err != nil {
		return err
	}
	write := uint64(toWrite)
	if abi >= 2 {
		write |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		write |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	attr := unix.LandlockRulesetAttr{Handled_access_fs: toRead | write}
	if abi >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	size := unsafe.Sizeof(attr.Handled_access_fs)
	if abi >= 4 {
		size += unsafe.Sizeof(attr.Handled_access_net)
	}
	if abi >= 6 {
		size += unsafe.Sizeof(attr.Scoped)
	}
	rules, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if errno != 0 {
		return fmt.Errorf("snare: no fence: %w", errno)
	}
	defer unix.Close(int(rules)) //nolint:errcheck // the kernel holds it
	allow := func(path string, access uint64) error { return allow(int(rules), path, access) }
	for _, path := range append(readable(), filepath.Dir(program)) {
		if err := allow(path, toRead); err != nil {
			return err
		}
	}
	if err := errors.Join(allow("/dev/null", toRead|unix.LANDLOCK_ACCESS_FS_WRITE_FILE), allow("/proc", toRead|unix.LANDLOCK_ACCESS_FS_WRITE_FILE), allow(folder, toRead|write)); err != nil {
		return err
	}
	if abi >= 4 {
		one := struct{ access, port uint64 }{unix.LANDLOCK_ACCESS_NET_CONNECT_TCP, uint64(port)}
		if _, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, rules, ruleNetPort, uintptr(unsafe.Pointer(&one)), 0, 0, 0); errno != 0 {
			return fmt.Errorf("snare: no fence around the network: %w", errno)
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, rules, 0, 0); errno != 0 {
		return fmt.Errorf("snare: no fence: %w", errno)
	}
	return nil
}

// allow lets what lies at a path be used; what is not there need not be.
func allow(rules int, path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("snare: %s: %w", path, err)
	}
	defer unix.Close(fd) //nolint:errcheck // only a name
	var s unix.Stat_t
	if err := unix.Fstat(fd, &s); err != nil {
		return err
	}
	if s.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= ofFile
	}
	// struct landlock_path_beneath_attr is packed: eight bytes and four.
	var attr [12]byte
	*(*uint64)(unsafe.Pointer(&attr[0])) = access
	*(*int32)(unsafe.Pointer(&attr[8])) = int32(fd)
	if _, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), rulePathBeneath, uintptr(unsafe.Pointer(&attr)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("snare: %s: %w", path, errno)
	}
	return nil
}

// nobody is whose a child of root becomes.
const nobody = 65534

// start runs a program behind the fence and returns how to wait for it. The thread
// that was fenced in lives as long as the child, and dies with it: the child is
// killed when it goes.
func start(c *exec.Cmd, folder string, port uint16) (wait func() error, err error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := filepath.WalkDir(folder, func(p string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(p, nobody, nobody)
		}); err != nil {
			return nil, err
		}
	}
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this function
		err := fence(folder, c.Path, port)
		if err == nil {
			err = c.Start()
		}
		started <- err
		if err == nil {
			ended <- c.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return func() error { return <-ended }, nil
}

// kill ends a program with everything that it started.
func kill(c *exec.Cmd) {
	syscall.Kill(-c.Process.Pid, syscall.SIGKILL) //nolint:errcheck // it may be gone already
}
