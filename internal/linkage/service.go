package linkage

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Register is what linkage needs of the register.
type Register interface {
	// Scan calls fn for every family in the actor's area.
	Scan(ctx context.Context, purpose access.Purpose, fn func(*registry.Record) error) error
	// SetPersonStatus changes whether a member counts.
	SetPersonStatus(ctx context.Context, family, person ident.ID, status registry.PersonStatus, reason, evidence string) error
	// Warnings returns where the numbers of a family differ from what else is
	// on record, without recording a look.
	Warnings(ctx context.Context, family ident.ID) ([]registry.IdentityWarning, error)
	// SaidApart returns the pairs of records that somebody said are not of one
	// person, the smaller id first; SayNotSame and ForgetNotSame keep them.
	SaidApart(ctx context.Context) ([][2]ident.ID, error)
	SayNotSame(ctx context.Context, family, person, other, otherPerson ident.ID, reason string) error
	ForgetNotSame(ctx context.Context, one, other ident.ID) error
}

// Opener opens sealed identifiers.
type Opener interface {
	Open(label string, sealed []byte) (string, error)
}

// Service finds the people who are on record twice and keeps what staff
// decide of them.
type Service struct {
	unit     work.Unit
	store    Store
	register Register
	keys     Opener
	log      *audit.Log
	ids      *ident.Maker
	clock    clock.Clock
	policies Policies
	aid      Aid
}

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Register Register
	Keys     Opener
	Log      *audit.Log
	IDs      *ident.Maker
	Clock    clock.Clock
	Policies Policies
	Aid      Aid // nil where nothing is known of it
}

// NewService returns a Service.
func NewService(d Deps) *Service {
	return &Service{unit: d.Unit, store: d.Store, register: d.Register, keys: d.Keys, log: d.Log, ids: d.IDs,
		clock: d.Clock, policies: d.Policies, aid: d.Aid}
}

// read runs fn on one view of the database after its look was recorded: if
// the log cannot be written, nothing is handed out.
func (s *Service) read(ctx context.Context, fn func(ctx context.Context) ([]audit.Act, error)) error {
	return s.unit.Read(ctx, func(ctx context.Context) error {
		acts, err := fn(ctx)
		if err != nil || len(acts) == 0 {
			return err
		}
		return s.log.Append(ctx, acts...)
	})
}
