package snapshot

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// syncFile leaves a file to syncAll.
func syncFile(*os.File) error { return nil }

// syncAll returns once all that was written to the folder's file system is on
// the disk. It tells of every error since the folder was opened.
func syncAll(dir *os.File) error {
	if err := unix.Syncfs(int(dir.Fd())); err != nil {
		return fmt.Errorf("syncfs: %w", err)
	}
	return nil
}
