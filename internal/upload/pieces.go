package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// pieceBytes is how much of a file is sealed together.
const pieceBytes = 1 << 20

// ErrTooLarge says that a file is more than there is room for.
var ErrTooLarge = errors.New("upload: too large")

// Keys seal what is kept.
type Keys interface {
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
}

// Store keeps the sealed pieces of one file, each in a transaction of its own.
type Store interface {
	// Keep keeps a piece by its number, from 0.
	Keep(ctx context.Context, no int, sealed []byte) error
	// Piece returns a piece; fault.NotFound when it is gone.
	Piece(ctx context.Context, no int) ([]byte, error)
}

// Shelf is where the pieces of one file lie, sealed under a label.
type Shelf struct {
	Keys  Keys
	Label string
	Store Store
}

// Take takes a file in, to its end, and returns its size. It returns
// ErrTooLarge for one of more than most bytes, and the error of from as it is.
func (s Shelf) Take(ctx context.Context, from io.Reader, most int64) (size int64, err error) {
	piece := make([]byte, pieceBytes)
	for no := 0; ; no++ {
		n, err := io.ReadFull(from, piece)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return size, err
		}
		if size += int64(n); size > most {
			return size, ErrTooLarge
		}
		if n > 0 {
			if err := s.Store.Keep(ctx, no, s.Keys.Seal(s.Label, string(piece[:n]))); err != nil {
				return size, fmt.Errorf("upload: keeping a piece: %w", err)
			}
		}
		if ended {
			return size, nil
		}
	}
}

// File reads a file of size bytes from where it lies, for the one call that
// ctx is of. Several may read it at once.
func (s Shelf) File(ctx context.Context, size int64) io.ReaderAt {
	return &file{shelf: s, ctx: ctx, size: size}
}

// file reads a file piece by piece.
type file struct {
	shelf Shelf
	ctx   context.Context //nolint:containedctx // of the one call that reads the file
	size  int64

	mu     sync.Mutex
	opened [4]struct { // last
		no   int // from 1
		text string
	}
	next int
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(b []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for n < len(b) {
		if off < 0 || off >= f.size {
			return n, io.EOF
		}
		piece, err := f.piece(int(off / pieceBytes))
		if err != nil {
			return n, err
		}
		at := int(off % pieceBytes)
		if at >= len(piece) {
			return n, io.ErrUnexpectedEOF
		}
		copied := copy(b[n:], piece[at:])
		n += copied
		off += int64(copied)
	}
	return n, nil
}

func (f *file) piece(no int) (string, error) {
	for _, p := range f.opened {
		if p.no == no+1 {
			return p.text, nil
		}
	}
	sealed, err := f.shelf.Store.Piece(f.ctx, no)
	if err != nil {
		return "", fmt.Errorf("upload: reading a piece: %w", err)
	}
	text, err := f.shelf.Keys.Open(f.shelf.Label, sealed)
	if err != nil {
		return "", fmt.Errorf("upload: opening a piece: %w", err)
	}
	p := &f.opened[f.next]
	p.no, p.text = no+1, text
	f.next = (f.next + 1) % len(f.opened)
	return text, nil
}
