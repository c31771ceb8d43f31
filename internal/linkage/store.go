package linkage

import (
	"context"

	"gotong/internal/ident"
	"gotong/internal/money"
)

// Store keeps the pairs. Every method works in the transaction of its
// context. A pair is seen by whoever has either of its people in their area;
// of a person outside of it, nothing but the place is handed out.
type Store interface {
	// Known returns all pairs whose people are both in the actor's area,
	// without the people's data, by left and right person.
	Known(ctx context.Context) ([]Candidate, error)
	// Add adds pairs.
	Add(ctx context.Context, found []Candidate) error
	// Renew replaces what a run found of a pair, and nothing of what was
	// decided.
	Renew(ctx context.Context, c *Candidate) error
	// Value writes down what both records of an open pair get a year.
	Value(ctx context.Context, id ident.ID, left, right money.Rupiah) error
	// Remove removes an open pair.
	Remove(ctx context.Context, id ident.ID) error

	// List returns at most limit pairs that the filter lets through, in the
	// order that it asks for.
	List(ctx context.Context, f Filter, c Cursor, limit int) ([]Candidate, error)
	// Count counts the pairs that the filter lets through.
	Count(ctx context.Context, f Filter) (int64, error)
	// Candidate returns a pair; fault.NotFound when neither person is in the
	// actor's area.
	Candidate(ctx context.Context, id ident.ID) (*Candidate, error)
	// Others returns the other pairs of a pair's two people, surest first.
	Others(ctx context.Context, c *Candidate) ([]Candidate, error)

	// Decide records the status and decision of c, when the pair still has
	// the status from; it reports whether it had.
	Decide(ctx context.Context, c *Candidate, from Status) (bool, error)
	// Settle closes the open pairs of a person, on account of a pair.
	Settle(ctx context.Context, person, by ident.ID) error
	// Unsettle opens the pairs that were settled on account of a pair.
	Unsettle(ctx context.Context, by ident.ID) error
	// Closed reports whether a confirmed pair has closed a person's record.
	Closed(ctx context.Context, person ident.ID) (bool, error)
}
