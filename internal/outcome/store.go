package outcome

import (
	"context"

	"gotong/internal/ident"
)

// Store keeps measures and what people decide on them. Every method works in
// the transaction of its context; rows, tallies and graduations are those of
// the acting user's area.
type Store interface {
	GraduationStore

	// AddRows keeps the rows of a measure as rows yields them, and its tallies.
	AddRows(ctx context.Context, id ident.ID, tallies []Tally, rows func(yield func(Row) error) error) error
	// Add keeps a measure whose rows are kept; fault.Conflict when its digest
	// is there already.
	Add(ctx context.Context, m Measure) error
	// ByDigest returns the measure with a digest, or fault.NotFound.
	ByDigest(ctx context.Context, digest string) (Measure, error)
	// Measure returns one, or fault.NotFound.
	Measure(ctx context.Context, id ident.ID) (Measure, error)
	// Measures returns at most limit measures, the newest first.
	Measures(ctx context.Context, limit int) ([]Measure, error)
	// Rows returns at most limit rows after a place, in the order of places.
	Rows(ctx context.Context, f Filter, after Place, limit int) ([]Row, error)
	// OfFamily returns a family's rows in a measure.
	OfFamily(ctx context.Context, measure, family ident.ID) ([]Row, error)
	// Tallies returns counts of what a filter lets through, by list,
	// programme, road and the first digits of the area.
	Tallies(ctx context.Context, f Filter, digits int) ([]Tally, error)
}

// GraduationStore keeps what was proposed and decided about leaving
// programmes.
type GraduationStore interface {
	// Propose keeps a proposal; fault.Conflict while another of the same
	// subject and programme is open or approved.
	Propose(ctx context.Context, g Graduation) error
	// Decide moves an open proposal to the state of g; fault.Conflict when it
	// is decided by now, or by the same person.
	Decide(ctx context.Context, g Graduation) error
	// Graduation returns one, or fault.NotFound.
	Graduation(ctx context.Context, id ident.ID) (Graduation, error)
	// Graduations returns at most limit graduations after a place, the newest
	// first.
	Graduations(ctx context.Context, f GraduationFilter, after ident.ID, limit int) ([]Graduation, error)
	// CountGraduations counts them.
	CountGraduations(ctx context.Context, f GraduationFilter) (int64, error)
}
