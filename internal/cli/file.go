package cli

import (
	"os"

	"gotong/internal/fault"
)

// open opens a file that a command names, or returns fault.Invalid.
func open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Invalid("cli.unreadable", "file", path).Because(err)
	}
	return f, nil
}

// openFile opens such a file that has a size, and returns that in bytes.
// The caller closes it.
func openFile(path string) (*os.File, int64, error) {
	in, err := open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := in.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fault.Invalid("cli.unreadable", "file", path)
	}
	if err != nil {
		_ = in.Close()
		return nil, 0, err
	}
	return in, info.Size(), nil
}
