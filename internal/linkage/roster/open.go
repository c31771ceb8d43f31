package roster

import (
	"context"
	"io"
	"os"

	"gotong/internal/fault"
)

// lying is a file that can be read anywhere, where it lies.
type lying struct {
	*io.SectionReader
	io.Closer
}

// open opens what a source is to be read from. What comes as it is made, such
// as a pipe, is read once from its beginning to its end.
//
// It returns fault.Invalid where there is no such file, or none that may be
// read.
func (src Source) open(ctx context.Context) (io.ReadCloser, error) {
	if src.In != nil {
		return flowing(ctx, func() (io.ReadCloser, error) { return io.NopCloser(src.In), nil }), nil
	}
	info, err := os.Stat(src.Path)
	if err == nil && !info.Mode().IsRegular() {
		return flowing(ctx, func() (io.ReadCloser, error) { return os.Open(src.Path) }), nil
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(src.Path)
	}
	if err != nil {
		return nil, fault.Invalid("linkage.list.file.unreadable", "file", src.Path).Because(err)
	}
	return lying{io.NewSectionReader(f, 0, info.Size()), f}, nil
}

// flowing returns what comes out of what open opens. Whoever waits for it,
// for its being opened too, no longer does so once ctx is done.
func flowing(ctx context.Context, open func() (io.ReadCloser, error)) io.ReadCloser {
	out, in := io.Pipe()
	stop := context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		from, err := open()
		if err == nil {
			_, err = io.Copy(in, from)
			_ = from.Close() // nothing was written to it
		}
		in.CloseWithError(err)
	}()
	return out
}
