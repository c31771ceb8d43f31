package authority

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/upload"
	"gotong/internal/work"
)

// ListMost bounds the size of a list, in bytes.
const ListMost = 2 << 30

// receivedKept is how long what was taken in waits to become a list.
const receivedKept = 24 * time.Hour

// Receiver takes a list in as it comes. Nothing of it is held but a piece, and
// what is kept is sealed.
type Receiver struct {
	s    *Service
	id   ident.ID
	file string
	size int64
}

// Receive begins to take a list in. It returns fault.Forbidden without the
// permission to start runs.
func (s *Service) Receive(ctx context.Context) (*Receiver, error) {
	if _, err := access.Require(ctx, access.StartRuns); err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	err := s.Unit.Write(ctx, func(ctx context.Context) error { return s.Store.DropUnlisted(ctx, now.Add(-receivedKept)) })
	if err != nil {
		return nil, fmt.Errorf("authority: beginning to take a list in: %w", err)
	}
	return &Receiver{s: s, id: s.IDs.New()}, nil
}

// Take takes the list in, once. It returns fault.Invalid for one of more than
// ListMost, and the error of from as it is.
func (r *Receiver) Take(ctx context.Context, name string, from io.Reader) error {
	size, err := r.s.shelf(r.id).Take(ctx, from, ListMost)
	r.file, r.size = name, size
	if errors.Is(err, upload.ErrTooLarge) {
		err = fault.Invalid("linkage.authority.error.too_large", "most", ListMost>>20)
	}
	return err
}

// End keeps the list that was taken in, to be matched by a run. Its mapping is
// held against its heading at once, and what is refused is forgotten.
//
// It returns fault.Invalid for a kind or mapping that is none, a list that did
// not come or without origin, of a day to come, that cannot be read to its
// end, or that names nobody.
func (r *Receiver) End(ctx context.Context, g Given) (*List, error) {
	l, err := r.s.keep(ctx, r, g)
	if err != nil {
		return nil, errors.Join(err, r.Drop(ctx))
	}
	return l, nil
}

// Drop forgets what was taken in, also for somebody who went away.
func (r *Receiver) Drop(ctx context.Context) error {
	if r.size == 0 {
		return nil
	}
	return r.s.Unit.Write(context.WithoutCancel(ctx), func(ctx context.Context) error { return r.s.Store.DropParts(ctx, r.id) })
}

// Bring keeps a list that is read from in; it is Receive, Take and End.
func (s *Service) Bring(ctx context.Context, g Given, name string, in io.Reader) (*List, error) {
	r, err := s.Receive(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.Take(ctx, name, in); err != nil {
		return nil, errors.Join(err, r.Drop(ctx))
	}
	return r.End(ctx, g)
}

// shelf is where the pieces of a list lie.
func (s *Service) shelf(list ident.ID) upload.Shelf {
	return upload.Shelf{Keys: s.Keys, Label: labelList, Store: parts{s, list}}
}

// content reads a list from where it lies.
func (s *Service) content(ctx context.Context, list ident.ID, size int64) *io.SectionReader {
	return io.NewSectionReader(s.shelf(list).File(ctx, size), 0, size)
}

// parts are the pieces of one list.
type parts struct {
	s    *Service
	list ident.ID
}

// Keep implements upload.Store.
func (p parts) Keep(ctx context.Context, no int, sealed []byte) error {
	return p.s.Unit.Write(ctx, func(ctx context.Context) error { return p.s.Store.KeepPart(ctx, p.list, no, sealed, p.s.Clock.Now()) })
}

// Piece implements upload.Store.
func (p parts) Piece(ctx context.Context, no int) ([]byte, error) {
	return work.Read(ctx, p.s.Unit, func(ctx context.Context) ([]byte, error) { return p.s.Store.Part(ctx, p.list, no) })
}
