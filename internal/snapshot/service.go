package snapshot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/intact"
	"gotong/internal/run"
	"gotong/internal/work"
)

// Header is what the database keeps of a snapshot.
type Header struct {
	ID        ident.ID   `json:"id"`
	AsOf      civil.Date `json:"as_of"`
	Scope     string     `json:"scope"`
	Digest    string     `json:"digest"`
	Families  int64      `json:"families"`
	Members   int64      `json:"members"`
	CreatedAt time.Time  `json:"created_at"`
	CreatedBy string     `json:"created_by"` // login
}

// Store keeps headers.
type Store interface {
	// Add keeps a header; fault.Conflict when its digest is there already.
	Add(ctx context.Context, h Header) error
	// Header returns one header, or fault.NotFound.
	Header(ctx context.Context, id ident.ID) (Header, error)
	// ByDigest returns the header with a digest, or fault.NotFound.
	ByDigest(ctx context.Context, digest string) (Header, error)
	// Headers returns at most limit headers, the newest first.
	Headers(ctx context.Context, limit int) ([]Header, error)
}

// Service builds and opens snapshots.
type Service struct {
	unit      work.Unit
	store     Store
	source    Source
	catalogue *indicator.Catalogue
	signer    Signer
	log       *audit.Log
	clock     clock.Clock
	ids       *ident.Maker
	root      string
}

// Deps are what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Store     Store
	Source    Source
	Catalogue *indicator.Catalogue
	Signer    Signer
	Log       *audit.Log
	Clock     clock.Clock
	IDs       *ident.Maker
	Root      string // folder under which each snapshot has its own
}

// NewService returns a Service.
func NewService(d Deps) *Service {
	return &Service{d.Unit, d.Store, d.Source, d.Catalogue, d.Signer, d.Log, d.Clock, d.IDs, d.Root}
}

// Build freezes the register in the acting user's scope as of a day. When it
// holds exactly what an earlier snapshot holds, that one is returned and
// nothing is kept twice.
//
// Stage: snapshot, counting families.
func (s *Service) Build(ctx context.Context, asOf civil.Date, p run.Progress) (Header, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Header{}, err
	}
	if err := os.MkdirAll(s.root, 0o700); err != nil {
		return Header{}, fmt.Errorf("snapshot: %w", err)
	}
	dir, err := os.MkdirTemp(s.root, "building-")
	if err != nil {
		return Header{}, fmt.Errorf("snapshot: %w", err)
	}
	defer os.RemoveAll(dir) // gone by then when all went well
	m, err := s.write(ctx, asOf, actor.Scope.String(), dir, p)
	if err != nil {
		return Header{}, err
	}
	h := Header{ID: s.ids.New(), AsOf: asOf, Scope: m.Scope, Digest: m.Digest, Families: m.Families, Members: m.Members,
		CreatedAt: m.CreatedAt, CreatedBy: actor.Login}
	return s.keep(ctx, h, dir)
}

func (s *Service) write(ctx context.Context, asOf civil.Date, scope, dir string, p run.Progress) (Manifest, error) {
	p.Stage("snapshot", 0)
	n := int64(0)
	plan := Plan{Catalogue: s.catalogue, Source: s.source, AsOf: asOf, Scope: scope, At: s.clock.Now()}
	m, err := plan.Write(ctx, dir, s.signer, func() {
		if n++; n%1000 == 0 {
			p.Add("", 1000)
		}
	})
	p.Add("", n%1000)
	return m, err
}

// keep moves the finished folder to its place and records it, unless the
// same snapshot is there already.
func (s *Service) keep(ctx context.Context, h Header, dir string) (Header, error) {
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		earlier, err := s.store.ByDigest(ctx, h.Digest)
		if err == nil {
			h = earlier
			return nil
		}
		if !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if err := s.store.Add(ctx, h); err != nil {
			return err
		}
		if err := s.log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "snapshot.build",
			Subject: h.ID.String(), Count: h.Families, Detail: h.Digest}); err != nil {
			return err
		}
		// The folder comes before the commit: a header without its files
		// could not be used, files without a header do no harm.
		return errors.Join(os.Rename(dir, s.Dir(h.ID)), intact.SyncFolder(s.root))
	})
	if err != nil {
		return Header{}, fmt.Errorf("snapshot: keeping it: %w", err)
	}
	return h, nil
}

// Dir returns the folder of a snapshot.
func (s *Service) Dir(id ident.ID) string { return filepath.Join(s.root, id.String()) }

// Header returns what is kept of a snapshot, or fault.NotFound.
func (s *Service) Header(ctx context.Context, id ident.ID) (Header, error) {
	return work.Read(ctx, s.unit, func(ctx context.Context) (Header, error) { return s.store.Header(ctx, id) })
}

// Headers returns at most limit snapshots, the newest first.
func (s *Service) Headers(ctx context.Context, limit int) ([]Header, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.unit, func(ctx context.Context) ([]Header, error) { return s.store.Headers(ctx, limit) })
}

// Open opens a snapshot for computing on it. It checks no permission: whoever
// computes for someone has checked theirs.
func (s *Service) Open(ctx context.Context, id ident.ID) (*Snapshot, error) {
	h, err := s.Header(ctx, id)
	if err != nil {
		return nil, err
	}
	snap, err := Open(s.Dir(id), s.signer.Public(), s.catalogue)
	if err != nil {
		return nil, err
	}
	if snap.Digest != h.Digest {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return snap, nil
}
