package fault_test

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"gotong/internal/fault"
)

// TestDisk gives the errors of a disk a kind, and leaves all others alone.
func TestDisk(t *testing.T) {
	told := fault.Conflict("core.error.conflict").Because(syscall.ENOSPC)
	for _, c := range []struct {
		err error
		key string // "" for as it is
	}{
		{nil, ""}, {errors.New("no space left on device"), ""}, {told, ""}, {syscall.ENOENT, ""},
		{fmt.Errorf("writing: %w", &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}), "core.error.disk_full"},
		{errors.Join(errors.New("first"), syscall.EDQUOT), "core.error.disk_full"}, {syscall.EFBIG, "core.error.disk_full"},
		{syscall.EIO, "core.error.disk_failing"}, {syscall.EROFS, "core.error.disk_failing"},
	} {
		got := fault.Disk(c.err)
		if c.key == "" {
			if got != c.err { //nolint:errorlint // it must be the very same
				t.Errorf("%v became %v", c.err, got)
			}
			continue
		}
		var f *fault.Error
		if !errors.As(got, &f) || f.Key != c.key || f.Kind != fault.KindUnavailable || !errors.Is(got, c.err) {
			t.Errorf("%v became %v", c.err, got)
		}
	}
}
