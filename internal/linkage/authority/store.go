package authority

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Store keeps lists and matches. Every method works in the transaction of its
// context; of matches it sees those whose person is in the actor's area.
type Store interface {
	// KeepPart keeps a sealed piece of what becomes a list.
	KeepPart(ctx context.Context, list ident.ID, no int, sealed []byte, at time.Time) error
	// Part returns a sealed piece; fault.NotFound when it is gone.
	Part(ctx context.Context, list ident.ID, no int) ([]byte, error)
	// DropParts removes the pieces of a list.
	DropParts(ctx context.Context, list ident.ID) error
	// DropUnlisted removes the pieces of what never became a list and was
	// taken in before a time.
	DropUnlisted(ctx context.Context, before time.Time) error

	// KeepList keeps a list.
	KeepList(ctx context.Context, l *List) error
	// List returns a list; fault.NotFound when there is none.
	List(ctx context.Context, id ident.ID) (*List, error)
	// Lists returns the newest lists, newest first.
	Lists(ctx context.Context, limit int) ([]List, error)
	// Finish records what became of a list and removes its pieces.
	Finish(ctx context.Context, id ident.ID, c Counts, at time.Time) error

	// Known returns the matches of a kind, without the people's data.
	Known(ctx context.Context, kind string) ([]Match, error)
	// Add adds matches.
	Add(ctx context.Context, found []Match) error
	// Renew replaces what was found of an open match.
	Renew(ctx context.Context, m *Match) error
	// Matches returns at most limit matches that the filter lets through,
	// surest first.
	Matches(ctx context.Context, f Filter, c linkage.Cursor, limit int) ([]Match, error)
	// Count counts the matches that the filter lets through.
	Count(ctx context.Context, f Filter) (int64, error)
	// Match returns a match; fault.NotFound when its person is not in the
	// actor's area.
	Match(ctx context.Context, id ident.ID) (*Match, error)
	// Decide records the status, the decision and the effect of m, when the
	// match still has the status from; it reports whether it had.
	Decide(ctx context.Context, m *Match, from Status) (bool, error)
	// Villages counts the matches of a list by village, by area.
	Villages(ctx context.Context, list ident.ID) ([]Village, error)
}

// Register is what matching needs of the register.
type Register interface {
	Scan(ctx context.Context, purpose access.Purpose, fn func(*registry.Record) error) error
	Family(ctx context.Context, id ident.ID, purpose access.Purpose) (*registry.Dossier, error)
	SetPersonStatus(ctx context.Context, family, person ident.ID, status registry.PersonStatus, reason, evidence string) error
	// Do records a change, or puts it before a second person.
	Do(ctx context.Context, req registry.Request) (registry.Outcome, error)
	// Event returns an event and what was asked for.
	Event(ctx context.Context, id ident.ID, purpose access.Purpose) (*registry.Event, *registry.Request, error)
	// Reject turns a proposal down.
	Reject(ctx context.Context, id ident.ID, reason string) error
	Catalogue() *indicator.Catalogue
}

// Keys seal what a list says of a person, and tell entries again.
type Keys interface {
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
	Blind(kind, value string) []byte
}

// Service matches lists and keeps what staff decide.
type Service struct{ Deps }

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Register Register
	Keys     Keys
	Log      *audit.Log
	IDs      *ident.Maker
	Clock    clock.Clock
	Policies Policies
	// BlockLimit is linkage's, by its own policy.
	BlockLimit int
}

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }
