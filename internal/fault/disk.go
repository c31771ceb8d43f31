package fault

import (
	"errors"
	"syscall"
)

// FullDisk is the answer when there is no room to write what was asked.
func FullDisk() *Error { return Unavailable("core.error.disk_full") }

// FailingDisk is the answer when what should be written or read cannot be.
func FailingDisk() *Error { return Unavailable("core.error.disk_failing") }

// Disk gives an error of the operating system its kind when a disk that is
// full or fails is behind it: whoever looks after the machine can mend that.
// Other errors, and those that have a kind already, are returned as they are.
func Disk(err error) error {
	var told *Error
	switch {
	case err == nil || errors.As(err, &told):
		return err
	case anyOf(err, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG):
		return FullDisk().Because(err)
	case anyOf(err, syscall.EIO, syscall.EROFS):
		return FailingDisk().Because(err)
	default:
		return err
	}
}

func anyOf(err error, numbers ...syscall.Errno) bool {
	for _, n := range numbers {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}
