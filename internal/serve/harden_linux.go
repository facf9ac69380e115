package serve

import (
	"errors"
	"log/slog"
	"os"

	"golang.org/x/sys/unix"
)

// Harden keeps the process's memory off the disk where the system allows it: no
// core dumps, no debugger, and pages locked against swapping.
func Harden(log *slog.Logger) {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		log.Warn("other programs of this user may read this one's memory", "error", err.Error())
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		log.Warn("core dumps could not be switched off", "error", err.Error())
	}
	var limit unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit)
	if err == nil && limit.Cur != unix.RLIM_INFINITY && os.Geteuid() != 0 {
		err = errors.New("the limit for locked memory is too low") // a lock that runs full later would end the process
	}
	if err == nil {
		// Only memory that is used is locked (ONFAULT): the runtime reserves far more.
		err = unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT)
	}
	if err != nil {
		log.Warn("memory could not be locked: switch swap off, encrypt it, or give the service LimitMEMLOCK=infinity", "error", err.Error())
	}
}
