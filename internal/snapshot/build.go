package snapshot

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/intact"
)

// Record is one active family with its active members, as a Source gives it.
type Record struct {
	Family  ident.ID
	Area    string // ten digits
	Facts   indicator.Facts
	Members []Member
}

// Member is one active person of a family.
type Member struct {
	ID       ident.ID
	Born     *civil.Date
	Female   bool
	Relation int64 // option number; 0 where it is not known
	HasNIK   bool
	Facts    indicator.Facts
}

// Source streams the active families of the acting user's scope with their
// active members, ordered by area and then by id. A family without an active
// member is not in it. A record is the caller's only until fn returns.
type Source interface {
	Active(ctx context.Context, fn func(*Record) error) (Mark, error)
}

// Split is a Source whose partitions can be streamed apart, several at once.
type Split interface {
	Source
	// Partitions lists the areas of four digits that have families, in order.
	Partitions() []string
	// ActiveIn is Active for one of them.
	ActiveIn(ctx context.Context, area string, fn func(*Record) error) (Mark, error)
}

// Plan says what to freeze.
type Plan struct {
	Catalogue *indicator.Catalogue
	Source    Source
	AsOf      civil.Date
	Scope     string // areas that Source covers, as access.Scope writes them
	At        time.Time
}

// Write streams the source into the empty folder dir, calls each after every
// family, and leaves a signed manifest. The files are the same whether the
// source is a Split or not, and on any number of workers.
func (p Plan) Write(ctx context.Context, dir string, signer Signer, each func()) (Manifest, error) {
	content := Content{Format: Format, AsOf: p.AsOf, Scope: p.Scope, Catalogue: CatalogueDigest(p.Catalogue, p.AsOf), Parts: []Part{}}
	build := p.stream
	if _, ok := p.Source.(Split); ok {
		build = p.split
	}
	into, err := OpenFolder(dir)
	if err != nil {
		return Manifest{}, err
	}
	defer into.Close()
	parts, mark, err := build(ctx, into, each)
	if err == nil {
		err = into.Save()
	}
	if err != nil {
		return Manifest{}, err
	}
	for _, part := range parts {
		if part.Families > 0 {
			content.Parts = append(content.Parts, part)
			content.Families += int64(part.Families)
			content.Members += int64(part.Members)
		}
	}
	m := Manifest{Content: content, Register: mark, CreatedAt: p.At}
	if err := m.write(dir, signer); err != nil {
		return Manifest{}, err
	}
	return m, intact.SyncFolder(dir)
}

// stream builds partitions one after the other, as their families come.
func (p Plan) stream(ctx context.Context, dir *Folder, each func()) ([]Part, Mark, error) {
	b, err := newBuilder(p.Catalogue, p.AsOf, dir)
	if err != nil {
		return nil, Mark{}, err
	}
	var parts []Part
	finish := func() error {
		part, err := b.finish()
		parts = append(parts, part)
		return err
	}
	mark, err := p.Source.Active(ctx, func(r *Record) error {
		if len(r.Area) == 10 && b.part != "" && partitionOf(r.Area) != b.part {
			if err := finish(); err != nil {
				return err
			}
		}
		if err := b.add(r); err != nil {
			return err
		}
		each()
		return ctx.Err()
	})
	if err != nil {
		return nil, mark, fmt.Errorf("snapshot: reading the register: %w", err)
	}
	return parts, mark, finishLast(b, finish)
}

func finishLast(b *builder, finish func() error) error {
	if b.part == "" {
		return nil
	}
	return finish()
}

// split builds as many partitions at once as there are processors.
func (p Plan) split(ctx context.Context, dir *Folder, each func()) ([]Part, Mark, error) {
	source := p.Source.(Split)
	areas := source.Partitions()
	parts := make([]Part, len(areas))
	var mark Mark
	var mu sync.Mutex
	told := func() { mu.Lock(); each(); mu.Unlock() }
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, area := range areas {
		g.Go(func() error {
			b, err := newBuilder(p.Catalogue, p.AsOf, dir)
			if err != nil {
				return err
			}
			m, err := source.ActiveIn(ctx, area, func(r *Record) error {
				told()
				if err := b.add(r); err != nil {
					return err
				}
				return ctx.Err()
			})
			if err != nil {
				return fmt.Errorf("snapshot: reading %s: %w", area, err)
			}
			mu.Lock()
			mark = mark.plus(m)
			mu.Unlock()
			if b.part == "" {
				return nil
			}
			parts[i], err = b.finish()
			return err
		})
	}
	return parts, mark, g.Wait()
}

func (m Mark) plus(o Mark) Mark {
	return Mark{m.Families + o.Families, m.Persons + o.Persons, m.Changes + o.Changes}
}
